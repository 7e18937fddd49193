package wiring

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/oidctest"
	"github.com/rapporteur/rapporteur/web"
)

// away is a provider that does not answer, with settings that are right.
func away() SignIn {
	return SignIn{OIDCIssuer: "http://127.0.0.1:1", OIDCClientID: "x", OIDCClaim: "groups", OIDCRole: []string{"secretariat=staff"}}
}

var reached = Mail{BaseURL: "https://rapporteur.un.example"}

func TestMistakesInSettingsOfSignInShowAtStart(t *testing.T) {
	for name, c := range map[string]struct {
		change func(s *SignIn, m *Mail)
		says   string
	}{
		"no base URL":       {func(_ *SignIn, m *Mail) { m.BaseURL = "rapporteur" }, "RAPPORTEUR_BASE_URL"},
		"no provider":       {func(s *SignIn, _ *Mail) { s.OIDCIssuer = "" }, "RAPPORTEUR_OIDC_ISSUER"},
		"no client":         {func(s *SignIn, _ *Mail) { s.OIDCClientID = "" }, "no client id"},
		"no role":           {func(s *SignIn, _ *Mail) { s.OIDCRole = nil }, "nobody could sign in"},
		"a role of nothing": {func(s *SignIn, _ *Mail) { s.OIDCRole = []string{"secretariat"} }, "want name=value"},
		"no such role":      {func(s *SignIn, _ *Mail) { s.OIDCRole = []string{"staff=secretariat"} }, "want secretariat, clearance or administrator"},
		"officer of none":   {func(s *SignIn, _ *Mail) { s.OIDCRole = []string{"clearance=legal"} }, "without an office"},
		"twice":             {func(s *SignIn, _ *Mail) { s.OIDCOffice = []string{"OLA=staff"} }, "mapped twice"},
		"no secret file":    {func(s *SignIn, _ *Mail) { s.OIDCClientSecretFile = "/nowhere/secret" }, "cannot read oidc-client-secret"},
		"mail relay":        {func(_ *SignIn, m *Mail) { m.SMTPURL = "http://relay" }, ""},
	} {
		s, m := away(), reached
		c.change(&s, &m)
		house := newHouse(t)
		if err := house.LetIn(t.Context(), s, m); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
}

func TestAHouseStartsWhileItsProviderIsAway(t *testing.T) {
	house := newHouse(t)
	if err := house.LetIn(t.Context(), away(), reached); err != nil || house.oidc == nil {
		t.Errorf("%v", err)
	}
	p := oidctest.New(t, "https://rapporteur.un.example/sign-in/callback")
	settings := away()
	settings.OIDCIssuer = p.Issuer
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(oidctest.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settings.OIDCClientID, settings.OIDCClientSecretFile, settings.OIDCOffice = oidctest.ClientID, file, []string{"OLA=legal"}
	if err := house.LetIn(t.Context(), settings, reached); err != nil {
		t.Fatal(err)
	}
	p.Next(oidctest.Person{Subject: "ada", Claims: map[string]any{"groups": []string{"legal"}}})
	at, ticket, err := house.oidc.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, err := house.oidc.Finish(t.Context(), ticket, p.Visit(t, at).Query())
	if err != nil || len(who.Grants) != 1 || who.Grants[0] != (access.Grant{Role: rapporteur.RoleClearance, Office: "OLA"}) {
		t.Errorf("%+v, %v", who, err)
	}
	settings.OIDCIssuer = p.Issuer + "/"
	if err := house.LetIn(t.Context(), settings, reached); err == nil || !strings.Contains(err.Error(), "as the provider names itself") {
		t.Errorf("another issuer: %v", err)
	}
}

func TestSessionsOfAHouseAreItsRecord(t *testing.T) {
	house := newHouse(t)
	if err := house.LetIn(t.Context(), SignIn{}, reached); err != nil {
		t.Fatal(err)
	}
	c := house.entrance(web.Config{})
	if c.Sessions.Cookie.Name != "__Host-session" || !c.Sessions.Cookie.Secure || c.Sessions.Cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %+v", c.Sessions.Cookie)
	}
	if _, isRecord := c.Sessions.Store.(access.Sessions); !isRecord || c.InForce == nil || c.SignIn.Post != nil {
		t.Errorf("sessions are in a %T", c.Sessions.Store)
	}
}

// failing is a mail server that takes a letter at the n-th attempt.
type failing struct {
	rapporteur.Mailbox
	mutex    sync.Mutex
	failures int
	error    error
	tries    int
	sent     chan rapporteur.Letter
}

func (f *failing) Send(_ context.Context, l rapporteur.Letter) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.tries++
	if f.tries <= f.failures {
		return f.error
	}
	f.sent <- l
	return nil
}

func TestLettersWithLinksAreTriedAgain(t *testing.T) {
	mailbox := &failing{failures: 2, error: errors.New("not now"), sent: make(chan rapporteur.Letter, 1)}
	p := newPost(mailbox, zerolog.Nop())
	p.pause = time.Microsecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.run(ctx) }()
	p.put(rapporteur.Letter{Rung: "a"})
	if l := <-mailbox.sent; l.Rung != "a" || mailbox.tries != 3 {
		t.Errorf("sent %q after %d tries", l.Rung, mailbox.tries)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	refusing := &failing{failures: 9, error: &rapporteur.Refusal{}, sent: make(chan rapporteur.Letter, 1)}
	p = newPost(refusing, zerolog.Nop())
	p.send(t.Context(), rapporteur.Letter{})
	if refusing.tries != 1 {
		t.Errorf("a letter that was refused for good was tried %d times", refusing.tries)
	}
}

// A crowd that asks waits for nobody, and what is too much is dropped.
func TestPuttingLettersDoesNotWait(t *testing.T) {
	p := newPost(&failing{}, zerolog.Nop())
	for range postWaits + 10 {
		p.put(rapporteur.Letter{})
	}
	if len(p.letters) != postWaits {
		t.Errorf("%d letters wait", len(p.letters))
	}
}
