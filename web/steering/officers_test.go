package steering_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/oidctest"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/signin"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const callback = "http://house.example/sign-in/callback"

// provided is a house with a draft of which clearance officers are known by a
// provider.
func provided(t *testing.T) (*webtest.House, *oidctest.Provider) {
	t.Helper()
	p := oidctest.New(t, callback)
	o, err := access.NewOIDC(access.OIDCConfig{
		Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: callback, AfterURL: callback,
		Claim: "groups", Client: p.Client, Clock: time.Now,
		Grants: map[string]access.Grant{
			"legal": {Role: rapporteur.RoleClearance, Office: "OLA"}, "political": {Role: rapporteur.RoleClearance, Office: "DPPA"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, func(c *web.Config) {
		c.OIDC = o
		c.InForce = signin.InForce(c.SignIn)
	})
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	h.Compile()
	return h, p
}

// signedIn is somebody who comes in at the provider, with their id.
func signedIn(h *webtest.House, p *oidctest.Provider, subject, name, group string) (webtest.Person, string) {
	h.T.Helper()
	p.Next(oidctest.Person{Subject: subject, Claims: map[string]any{"groups": []string{group}, "name": name}})
	who := h.Of(webtest.Person{Language: "en"})
	keep := func(r webtest.Reply) webtest.Reply {
		for _, c := range r.Result().Cookies() {
			if c.Name == h.Config.Sessions.Cookie.Name {
				who.Cookie = c
			}
		}
		return r.Want(http.StatusSeeOther)
	}
	begun := keep(who.Get("/sign-in/oidc?next=/clearance"))
	keep(who.Get(p.Visit(h.T, begun.Header().Get("Location")).RequestURI()))
	id, _ := rapporteur.Identify(p.Issuer, subject)
	return who, id
}

// OLA's officer lets DPPA's decide: both have signed in at the provider. Pages name both, the record keeps both ids.
func TestOfficersWhoSignInDelegate(t *testing.T) {
	h, p := provided(t)
	lawyer, lawyerID := signedIn(h, p, "ada", "Ada <Lovelace>", "legal")
	deputy, deputyID := signedIn(h, p, "grace", "Grace Hopper", "political")
	h.Known(
		rapporteur.Person{ID: "person-nairobi", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, Label: "Wangari"},
		rapporteur.Person{ID: "person-gone", Role: rapporteur.RoleClearance, Office: "DPPA", Label: "Left Long Ago", BlockedAt: h.Clock(), BlockedBy: "person-admin"},
	)
	untilOLA(h)
	lawyer.Get(draftAt).Want(http.StatusOK, `<option value="`+deputyID+`">Grace Hopper, DPPA<`).Lacks(`value="`+lawyerID+`"`, "Wangari", "Left Long Ago")
	capacity := "OLA|" + lawyerID
	deputy.Post(draftAt+"/decision", decision(h, "decision", "approve", "capacity", capacity)...).Want(http.StatusForbidden, "No delegation")
	today := rapporteur.DateOf(h.Clock())
	lawyer.Follow(draftAt+"/delegation", "to", deputyID, "starts", today.String(), "ends", today.AddDays(5).String()).
		Want(http.StatusOK, "Grace Hopper, DPPA decides for OLA", "on behalf of <bdi>Ada &lt;Lovelace&gt;, OLA</bdi>")
	deputy.Get("/clearance").Want(http.StatusOK, "Delegated to you by <bdi>Ada &lt;Lovelace&gt;, OLA</bdi>").Lacks(lawyerID)
	deputy.Get(draftAt).Want(http.StatusOK, `value="`+capacity+`"`)
	deputy.Follow(draftAt+"/decision", decision(h, "decision", "approve", "capacity", capacity)...).
		Want(http.StatusOK, "by <bdi>Grace Hopper, DPPA</bdi> on behalf of <bdi>Ada &lt;Lovelace&gt;, OLA</bdi>")
	got := h.Audit(rapporteur.ActionDecided)
	if last := got[len(got)-1]; last.Actor != deputyID || last.Details["for"] != lawyerID || last.Details["office"] != "OLA" {
		t.Errorf("the record says %+v", last)
	}
	history, err := h.Config.Histories.Page(t.Context(), rapporteur.AuditFilter{Cycle: webtest.Cycle, Actors: []string{deputyID}}, "en")
	h.Must(err)
	if lines := history.Lines; len(lines) != 1 || lines[0].Actor != "DPPA on behalf of OLA" || lines[0].Records[0].Actor != deputyID {
		t.Errorf("the history tells of %+v", lines)
	}
	h.Lacks(t, "Lovelace", "Hopper")
}

// Whoever has delegated and is blocked later is still named at what was decided.
func TestWhoIsBlockedStaysNamed(t *testing.T) {
	h, p := provided(t)
	h.Known(rapporteur.Person{ID: "person-staff", Role: rapporteur.RoleSecretariat})
	untilOLA(h)
	officer, id := signedIn(h, p, "ada", "Ada Lovelace", "legal")
	officer.Follow(draftAt+"/decision", decision(h, "decision", "approve")...).Want(http.StatusOK, "approved by <bdi>Ada Lovelace, OLA</bdi>")
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.BlockPerson(ctx, id, "person-admin", h.Clock())
	})
	officer.Get(draftAt).Want(http.StatusSeeOther)
	h.As("staff").Get(draftAt).Want(http.StatusOK, "approved by <bdi>Ada Lovelace, OLA</bdi>").Lacks(id)
}

// untilOLA has the steps before OLA's decided.
func untilOLA(h *webtest.House) {
	h.T.Helper()
	for step := stepOf(h); !slices.Contains(step.Offices, "OLA"); step = stepOf(h) {
		for _, office := range step.Offices {
			h.Must(h.Engine.Decide(h.T.Context(), rapporteur.Decision{
				ID: "d-" + office, Cycle: webtest.Cycle, Draft: 1, DraftHash: firstDraft(h).Report.Hash, Step: step.ID, Office: office, Actor: "key-" + office, Approve: true,
			}))
		}
	}
}
