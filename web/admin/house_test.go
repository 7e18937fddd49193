package admin_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const keysAt = "/admin/keys"

func TestAKeyIsShownOnce(t *testing.T) {
	h := webtest.New(t)
	who := h.As("admin")
	form := []string{"role", "contributor", "contributor", "state-ken", "label", "nightly <export>", "expires", "2018-12-31", "scope", "read-only", "once", "ABCDEFGHIJKLMNOPQRST"}
	page := who.Post(keysAt, form...).Want(http.StatusCreated, "Copy the secret now.", "nightly &lt;export&gt;")
	if got := page.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with the secret is kept: %q", got)
	}
	secret := regexp.MustCompile(`rap_[0-9a-f]{16}_[a-z2-7]{52}`).FindString(page.Body.String())
	principal, err := access.Keys{Store: h.Store}.Authenticate(t.Context(), secret, h.Clock())
	if err != nil || principal.Contributor != webtest.Kenya {
		t.Fatalf("%v: the secret is %+v's", err, principal)
	}
	who.Get(keysAt).Want(http.StatusOK, "1 issued, 1 in force", "nightly &lt;export&gt;", "Kenya", "until 1 January 2019", "only: <bdi>read-only").Lacks(secret)
	who.Post(keysAt, form...).Want(http.StatusConflict, "Its secret is shown once")
	who.Get(keysAt).Want(http.StatusOK, "1 issued")
	if strings.Contains(h.Log.String(), secret) {
		t.Error("the secret is in the log")
	}
	id := strings.Split(secret, "_")[1]
	for range 2 {
		who.Follow(keysAt+"/revoke", "key", id).Want(http.StatusOK, "The key is revoked", "0 in force", "revoked 15 January 2018")
	}
	if _, err := (access.Keys{Store: h.Store}).Authenticate(t.Context(), secret, h.Clock()); err == nil {
		t.Error("the key still opens")
	}
	who.Get("/admin/audit").Want(http.StatusOK, "person-admin", "API key issued", "API key revoked")
	who.Post(keysAt+"/revoke", "key", "none").Want(http.StatusNotFound)
}

func TestAKeyThatCannotBe(t *testing.T) {
	h := webtest.New(t)
	for _, c := range []struct {
		form []string
		says string
	}{
		{[]string{"role", "contributor", "label", "x"}, "names its contributor"},
		{[]string{"role", "contributor", "contributor", "state-atl", "label", "x"}, "state-atl"},
		{[]string{"role", "secretariat", "label", ""}, "what the key is for"},
		{[]string{"role", "secretariat", "label", "x", "expires", "soon"}, "is not a date"},
		{[]string{"role", "secretariat", "label", "x", "expires", "2017-01-01"}, "expired before it is used"},
		{[]string{"role", "secretariat", "label", "x", "scope", "everything"}, "no action or group"},
		{[]string{"role", "root", "label", "x"}, "There is no role"},
	} {
		h.As("admin").Post(keysAt, c.form...).Want(http.StatusUnprocessableEntity, `role="alert"`, "The key was not issued.", c.says)
	}
	h.As("admin").Get(keysAt).Want(http.StatusOK, "0 issued")
}

func TestPeopleAreBlocked(t *testing.T) {
	h := webtest.New(t)
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.PutPerson(ctx, rapporteur.Person{ID: "person-k", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, Standing: rapporteur.StandingLead, Label: "<A.> Person", FirstSeen: rapporteur.DateOf(h.Clock()), LastSeen: rapporteur.DateOf(h.Clock())})
	})
	who := h.As("admin")
	who.Get("/admin/people").Want(http.StatusOK, "1 person has signed in", "&lt;A.&gt; Person", "Kenya", "15 January 2018")
	who.Post("/admin/people", "person", "person-k", "change", "block").Want(http.StatusUnprocessableEntity, "Say why", `role="alert"`).Lacks("blocked since")
	who.Follow("/admin/people", "person", "person-k", "change", "block", "reason", "Left the ministry.").Want(http.StatusOK, "Blocked:", "blocked since")
	who.Follow("/admin/people", "person", "person-k", "change", "unblock", "reason", "Came back.").Want(http.StatusOK, "They can sign in again").Lacks("blocked since")
	who.Get("/admin/audit").Want(http.StatusOK, "Left the ministry.", "Came back.")
	h.As("staff").Get("/admin/people").Want(http.StatusForbidden)
}

func TestThePolicyAsATable(t *testing.T) {
	h := webtest.New(t)
	page := h.As("admin").Get("/admin/policy").Want(http.StatusOK, fmt.Sprintf("%d actions", len(access.Policy)))
	for _, rule := range access.Policy {
		if !strings.Contains(page.Body.String(), "<code>"+string(rule.Action)+"</code>") {
			t.Errorf("%s is not shown", rule.Action)
		}
	}
	h.As("admin").Get("/admin/policy?role=clearance").Want(http.StatusOK, "<code>decide</code>").Lacks("<code>repair</code>")
	h.As("admin").Get("/admin/policy?q=STUCK").Want(http.StatusOK, "1 actions", "<code>repair</code>").Lacks("<code>decide</code>")
	h.As("staff").Get("/admin/policy").Want(http.StatusOK)
}

func TestSuspendedRulesOfAllCycles(t *testing.T) {
	h := webtest.New(t)
	h.As("admin").Get("/admin/rules").Want(http.StatusOK, "No rule is or was suspended")
	h.Open()
	rules, _, err := h.Config.Secretariat.Rules(t.Context(), webtest.Cycle)
	h.Must(err)
	_, err = h.Config.Secretariat.SuspendRule(t.Context(), webtest.People["staff"], rapporteur.RuleSuspension{Cycle: webtest.Cycle, Rule: rules[0].ID, Reason: "It blocks <truth>."}, "1")
	h.Must(err)
	h.As("admin").Get("/admin/rules").Want(http.StatusOK, "1 rule is suspended now", rules[0].ID, "It blocks &lt;truth&gt;.", "S/RES/2388 (2017)").Lacks("still to be checked again")
	_, err = h.Config.Secretariat.LiftRule(t.Context(), webtest.People["staff"], webtest.Cycle, 1, "It was mended.", "2")
	h.Must(err)
	h.As("admin").Get("/admin/rules").Want(http.StatusOK, "0 rules are suspended now", "person-staff: It was mended.")
}

func TestHealthAtAGlance(t *testing.T) {
	h := lived(t)
	h.Set(h.Clock().Add(time.Hour))
	var vitals rapporteur.Vitals
	h.Must(h.Store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		vitals, err = r.Vitals(ctx)
		return err
	}))
	schema := fmt.Sprintf("schema version %d<", vitals.Schema)
	h.As("admin").Get("/admin/health").Want(http.StatusOK, "SQLite 3.", schema, "answers", "the oldest message has waited for", h.Signer.KeyID(), "test, go1.")
	h.Engine.Failure = rapporteur.Problemf(rapporteur.ProblemUnavailable, "Away", "")
	h.As("admin").Get("/admin/health").Want(http.StatusOK, "does not answer")
	h.As("staff").Get("/admin/health").Want(http.StatusForbidden)
}

func TestTheAuditRecordHoldsOrNot(t *testing.T) {
	h := lived(t)
	h.As("admin").Get("/admin/audit").Want(http.StatusOK, "Nothing is sealed yet", "has other contacts").Lacks("does not hold")
	sealer := rapporteur.Sealer{Store: h.Store, Signer: h.Signer, Clock: h.Clock}
	_, err := sealer.Seal(t.Context())
	h.Must(err)
	h.As("admin").Get("/admin/audit").Want(http.StatusOK, "positions of the chain hold", "signed 6 October 2018").Lacks("does not hold")
}
