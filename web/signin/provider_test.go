package signin_test

import (
	"net/http"
	"net/url"
	"strings"
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

// withProvider is a house that knows its staff by a provider.
func withProvider(t *testing.T) (*webtest.House, *oidctest.Provider) {
	t.Helper()
	p := oidctest.New(t, callback)
	o, err := access.NewOIDC(access.OIDCConfig{
		Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: callback, AfterURL: callback,
		Claim: "groups", Client: p.Client, Clock: time.Now,
		Grants: map[string]access.Grant{
			"staff": {Role: rapporteur.RoleSecretariat}, "legal": {Role: rapporteur.RoleClearance, Office: "OLA"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, func(c *web.Config) {
		c.OIDC = o
		c.InForce = signin.InForce(c.SignIn)
	})
	return h, p
}

func ada(groups ...string) oidctest.Person {
	return oidctest.Person{Subject: "ada", Claims: map[string]any{"groups": groups, "name": "Ada Lovelace"}}
}

// back is where somebody comes back to from the provider.
func (v *visitor) back(p *oidctest.Provider, next string) string {
	v.T.Helper()
	begin := v.get("/sign-in/oidc?" + url.Values{"next": {next}}.Encode()).Want(http.StatusSeeOther)
	return p.Visit(v.T, location(begin)).RequestURI()
}

func TestStaffSignInAtTheProvider(t *testing.T) {
	h, p := withProvider(t)
	p.Next(ada("staff", "football"))
	v := visits(h)
	v.get("/sign-in?next=/instruments/s-res-2388-2017/coverage").Want(http.StatusOK, "/sign-in/oidc?next=%2Finstruments%2Fs-res-2388-2017%2Fcoverage")
	to := v.back(p, "/instruments/s-res-2388-2017/coverage")
	before := v.Cookie.Value
	if got := location(v.get(to).Want(http.StatusSeeOther)); got != "/instruments/s-res-2388-2017/coverage" {
		t.Errorf("it goes on to %s", got)
	}
	if v.Cookie.Value == before {
		t.Error("the session keeps the token of before")
	}
	v.get("/sign-in").Want(http.StatusOK, "You are signed in", "Secretariat")
	// The same answer again signs nobody in: not here, not elsewhere.
	v.get(to).Want(http.StatusGone, "Signing in took too long")
	visits(h).get(to).Want(http.StatusGone, "Signing in took too long")
	out := v.post("/sign-out").Want(http.StatusSeeOther)
	v.get(location(out)).Want(http.StatusOK, "Sign out there too", p.Issuer)
	if log := h.Log.String(); strings.Contains(log, "Ada") || strings.Contains(log, "code=") {
		t.Error("the log tells who it was, or the code")
	}
}

func TestAnswersThatSignNobodyIn(t *testing.T) {
	for name, c := range map[string]struct {
		person oidctest.Person
		change func(v *visitor, p *oidctest.Provider, to string) string
		status int
		says   string
	}{
		"cancelled": {oidctest.Person{Cancels: true}, nil, http.StatusOK, "Signing in was broken off"},
		"no role":   {ada("football"), nil, http.StatusForbidden, "No role here"},
		"forged state": {ada("staff"), func(_ *visitor, _ *oidctest.Provider, to string) string {
			return strings.Replace(to, "state=", "state=x", 1)
		}, http.StatusForbidden, "does not belong here"},
		"another browser": {ada("staff"), func(v *visitor, _ *oidctest.Provider, to string) string {
			v.Cookie = nil
			return to
		}, http.StatusGone, "Signing in took too long"},
		"an earlier answer": {ada("staff"), func(v *visitor, p *oidctest.Provider, to string) string {
			v.back(p, "/")
			return to
		}, http.StatusForbidden, "does not belong here"},
		"an error of the provider": {ada("staff"), func(_ *visitor, _ *oidctest.Provider, to string) string {
			return to + "&error=server_error"
		}, http.StatusServiceUnavailable, "does not answer"},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := withProvider(t)
			p.Next(c.person)
			v := visits(h)
			to := v.back(p, "/")
			if c.change != nil {
				to = c.change(v, p, to)
			}
			v.get(to).Want(c.status, c.says)
			v.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
		})
	}
}

func TestChoosingARole(t *testing.T) {
	h, p := withProvider(t)
	p.Next(ada("legal", "staff"))
	v := visits(h)
	if got := location(v.get(v.back(p, "/")).Want(http.StatusSeeOther)); got != "/sign-in/role" {
		t.Fatalf("it goes on to %s", got)
	}
	v.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
	v.get("/sign-in/role").Want(http.StatusOK, "Secretariat", "Clearance", "OLA")
	visits(h).get("/sign-in/role").Want(http.StatusGone)
	visits(h).post("/sign-in/role", "role", "0").Want(http.StatusGone)
	v.post("/sign-in/role", "role", "1").Want(http.StatusSeeOther)
	v.get("/sign-in").Want(http.StatusOK, "You are signed in", "OLA")
	v.post("/sign-in/role", "role", "0").Want(http.StatusGone) // chosen is chosen
	again := visits(h)
	again.get(again.back(p, "/"))
	for _, wrong := range []string{"2"} {
		again.post("/sign-in/role", "role", wrong).Want(http.StatusUnprocessableEntity)
	}
	again.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
}

func TestWhoIsBlockedDoesNotComeInByTheProvider(t *testing.T) {
	h, p := withProvider(t)
	p.Next(ada("staff"))
	v := visits(h)
	v.get(v.back(p, "/")).Want(http.StatusSeeOther)
	id, _ := rapporteur.Identify(p.Issuer, "ada")
	h.Must(rapporteur.Persons{Store: h.Store, Clock: h.Clock}.Block(t.Context(), webtest.People["admin"], id, "Left."))
	v.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
	v.get(v.back(p, "/")).Want(http.StatusForbidden, "Signing in was stopped")
}

func TestWithoutAProvider(t *testing.T) {
	h := newHouse(t)
	visits(h).get("/sign-in").Want(http.StatusOK, "Ask the administrator").Lacks("/sign-in/oidc")
	visits(h).get("/sign-in/oidc").Want(http.StatusNotFound)
	visits(h).get("/sign-in/callback?code=x&state=y").Want(http.StatusNotFound)
}

func TestAProviderThatIsAway(t *testing.T) {
	o, err := access.NewOIDC(access.OIDCConfig{
		Issuer: "http://127.0.0.1:1", ClientID: "x", RedirectURL: callback, Claim: "groups", Clock: time.Now,
		Grants: map[string]access.Grant{"staff": {Role: rapporteur.RoleSecretariat}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, func(c *web.Config) { c.OIDC = o })
	visits(h).get("/sign-in/oidc").Want(http.StatusServiceUnavailable, "does not answer")
}
