package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/oidctest"
)

const back = "http://house.example/sign-in/callback"

// grants are the roles of most tests.
var grants = map[string]access.Grant{
	"staff": {Role: rapporteur.RoleSecretariat}, "admins": {Role: rapporteur.RoleAdministrator},
	"legal": {Role: rapporteur.RoleClearance, Office: "OLA"}, "political": {Role: rapporteur.RoleClearance, Office: "DPPA"},
}

func settingsFor(p *oidctest.Provider) access.OIDCConfig {
	return access.OIDCConfig{
		Issuer: p.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: back, AfterURL: back,
		Claim: "groups", Grants: grants, Client: p.Client, Clock: time.Now,
	}
}

func newOIDC(t *testing.T, c access.OIDCConfig) *access.OIDC {
	t.Helper()
	o, err := access.NewOIDC(c)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// begun is a sign-in whose person is back from the provider.
func begun(t *testing.T, p *oidctest.Provider, o *access.OIDC) (access.Ticket, url.Values) {
	t.Helper()
	at, ticket, err := o.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	query := mustURL(t, at).Query()
	if query.Get("code_challenge_method") != "S256" || query.Get("nonce") != ticket.Nonce || strings.Contains(at, ticket.Verifier) {
		t.Fatalf("the address is %s", at)
	}
	return ticket, p.Visit(t, at).Query()
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestSigningInAtAProvider(t *testing.T) {
	for name, c := range map[string]struct {
		claim  string
		claims map[string]any
		beside bool
		want   []access.Grant
	}{
		"one role":           {"groups", map[string]any{"groups": []string{"staff", "football"}}, false, []access.Grant{grants["staff"]}},
		"a single value":     {"role", map[string]any{"role": "admins"}, false, []access.Grant{grants["admins"]}},
		"several":            {"groups", map[string]any{"groups": []string{"admins", "political", "staff", "legal", "staff"}}, false, []access.Grant{grants["staff"], grants["political"], grants["legal"], grants["admins"]}},
		"in an object":       {"realm.roles", map[string]any{"realm": map[string]any{"roles": []string{"legal"}}}, false, []access.Grant{grants["legal"]}},
		"a name with points": {"https://un.example/roles", map[string]any{"https://un.example/roles": []string{"staff"}}, false, []access.Grant{grants["staff"]}},
		"beside the token":   {"groups", map[string]any{"groups": []string{"staff"}}, true, []access.Grant{grants["staff"]}},
		"no role":            {"groups", map[string]any{"groups": []string{"football"}}, false, nil},
		"no claim":           {"groups", nil, false, nil},
		"another type":       {"groups", map[string]any{"groups": map[string]any{"staff": true}}, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := oidctest.New(t, back)
			p.BesideID = c.beside
			settings := settingsFor(p)
			settings.Claim = c.claim
			o := newOIDC(t, settings)
			p.Next(oidctest.Person{Subject: "ada", Claims: c.claims})
			ticket, answer := begun(t, p, o)
			who, err := o.Finish(t.Context(), ticket, answer)
			if err != nil {
				t.Fatal(err)
			}
			id, identity := rapporteur.Identify(p.Issuer, "ada")
			if who.ID != id || who.Identity != identity || !slices.Equal(who.Grants, c.want) {
				t.Errorf("it is %+v, want %+v", who, c.want)
			}
			// The code is worth nothing now, nor would the same ticket be with a new one.
			if _, err := o.Finish(t.Context(), ticket, answer); !errors.Is(err, access.ErrExpired) {
				t.Errorf("the same code again: %v", err)
			}
		})
	}
}

func TestWhatDoesNotSignIn(t *testing.T) {
	type change struct {
		provider func(p *oidctest.Provider)
		ticket   func(ticket *access.Ticket)
		answer   func(p *oidctest.Provider, answer url.Values)
		want     error
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]change{
		"cancelled":           {provider: func(p *oidctest.Provider) { p.Next(oidctest.Person{Cancels: true}) }, want: access.ErrCancelled},
		"signed by another":   {provider: func(p *oidctest.Provider) { p.Signs = other }, want: access.ErrForged},
		"for another client":  {answer: func(p *oidctest.Provider, _ url.Values) { p.For = "another" }, want: access.ErrForged},
		"of nobody":           {provider: func(p *oidctest.Provider) { p.Next(oidctest.Person{}) }},
		"another's nonce":     {provider: func(p *oidctest.Provider) { p.Nonce = "another" }, want: access.ErrForged},
		"expired token":       {provider: func(p *oidctest.Provider) { p.Lifetime = -time.Minute }, want: access.ErrForged},
		"no ticket":           {ticket: func(ticket *access.Ticket) { *ticket = access.Ticket{} }, want: access.ErrExpired},
		"an old ticket":       {ticket: func(ticket *access.Ticket) { ticket.Began = ticket.Began.Add(-11 * time.Minute) }, want: access.ErrExpired},
		"another's verifier":  {ticket: func(ticket *access.Ticket) { ticket.Verifier = strings.Repeat("v", 43) }, want: access.ErrExpired},
		"another's state":     {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Set("state", "another") }, want: access.ErrForged},
		"no state":            {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Del("state") }, want: access.ErrForged},
		"another issuer":      {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Set("iss", "https://evil.example") }, want: access.ErrForged},
		"no code":             {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Del("code") }, want: access.ErrForged},
		"a code of nobody's":  {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Set("code", "guessed") }, want: access.ErrExpired},
		"an error with state": {answer: func(_ *oidctest.Provider, answer url.Values) { answer.Set("error", "server_error") }},
	} {
		t.Run(name, func(t *testing.T) {
			p := oidctest.New(t, back)
			o := newOIDC(t, settingsFor(p))
			p.Next(oidctest.Person{Subject: "ada", Claims: map[string]any{"groups": []string{"staff"}}})
			if c.provider != nil {
				c.provider(p)
			}
			ticket, answer := begun(t, p, o)
			if c.ticket != nil {
				c.ticket(&ticket)
			}
			if c.answer != nil {
				c.answer(p, answer)
			}
			who, err := o.Finish(t.Context(), ticket, answer)
			if err == nil || (c.want != nil && !errors.Is(err, c.want)) || len(who.Grants) > 0 {
				t.Errorf("%+v, %v, want %v", who, err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), ticket.Nonce) && ticket.Nonce != "" || strings.Contains(err.Error(), oidctest.ClientSecret)) {
				t.Errorf("the error tells a secret: %v", err)
			}
		})
	}
}

func TestSigningOutAtTheProvider(t *testing.T) {
	p := oidctest.New(t, back)
	o := newOIDC(t, settingsFor(p))
	if at := o.SignOutURL(); at != "" {
		t.Errorf("before the provider is known it is at %s", at)
	}
	if err := o.Discover(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := mustURL(t, o.SignOutURL())
	if !strings.HasPrefix(at.String(), p.Issuer) || at.Query().Get("post_logout_redirect_uri") != back || at.Query().Get("client_id") != oidctest.ClientID {
		t.Errorf("it is at %s", at)
	}
	if got := p.Visit(t, at.String()); !strings.HasPrefix(got.String(), back) {
		t.Errorf("from there people come to %s", got)
	}
}

func TestSettingsOfAProvider(t *testing.T) {
	p := oidctest.New(t, back)
	for name, change := range map[string]func(*access.OIDCConfig){
		"no issuer":      func(c *access.OIDCConfig) { c.Issuer = "" },
		"no address":     func(c *access.OIDCConfig) { c.Issuer = "idp" },
		"not by https":   func(c *access.OIDCConfig) { c.Issuer = "http://idp.example" },
		"with a query":   func(c *access.OIDCConfig) { c.Issuer = "https://idp.example?x=y" },
		"no client":      func(c *access.OIDCConfig) { c.ClientID = "" },
		"no claim":       func(c *access.OIDCConfig) { c.Claim = "" },
		"no mapping":     func(c *access.OIDCConfig) { c.Grants = nil },
		"an empty value": func(c *access.OIDCConfig) { c.Grants = map[string]access.Grant{"": grants["staff"]} },
		"no role":        func(c *access.OIDCConfig) { c.Grants = map[string]access.Grant{"x": {Role: "root"}} },
		"a contributor": func(c *access.OIDCConfig) {
			c.Grants = map[string]access.Grant{"x": {Role: rapporteur.RoleContributor}}
		},
		"officer of nothing": func(c *access.OIDCConfig) { c.Grants = map[string]access.Grant{"x": {Role: rapporteur.RoleClearance}} },
		"staff of an office": func(c *access.OIDCConfig) {
			c.Grants = map[string]access.Grant{"x": {Role: rapporteur.RoleSecretariat, Office: "OLA"}}
		},
	} {
		settings := settingsFor(p)
		change(&settings)
		if _, err := access.NewOIDC(settings); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	settings := settingsFor(p)
	settings.Issuer = p.Issuer + "/" // which is another
	if err := newOIDC(t, settings).Discover(t.Context()); !errors.Is(err, access.ErrOtherIssuer) {
		t.Errorf("another issuer's addresses: %v", err)
	}
}
