// Package oidctest is an OpenID Connect provider in the test's own process: the
// real protocol over HTTP, with one client, people who sign in without a
// password, and ways to answer as a broken or hostile provider would.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// The client that the provider knows.
const (
	ClientID     = "rapporteur"
	ClientSecret = "a secret of the test"
)

// Person is who signs in at the provider next.
type Person struct {
	Subject string
	Claims  map[string]any
	Cancels bool // goes back without signing in
}

// Provider is the provider at work.
type Provider struct {
	Issuer   string
	Client   *http.Client
	Signs    *ecdsa.PrivateKey // the key that ID tokens are signed with
	For      string            // the client of ID tokens, where it is another
	Lifetime time.Duration     // of ID tokens
	Nonce    string            // in place of the client's
	BesideID bool              // claims come from the userinfo endpoint alone

	published *ecdsa.PrivateKey
	redirects []string
	callback  func(id string) string
	mutex     sync.Mutex
	person    Person
	requests  map[string]*request
	codes     map[string]string
	tokens    map[string]*request
}

// New starts a provider that sends people back to some addresses.
func New(t testing.TB, redirects ...string) *Provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{
		Signs: key, published: key, redirects: redirects, Lifetime: 5 * time.Minute,
		requests: map[string]*request{}, codes: map[string]string{}, tokens: map[string]*request{},
	}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			p.login(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.Issuer, p.Client = server.URL, server.Client()
	config := &op.Config{CryptoKeyId: "test", CodeMethodS256: true, AuthMethodPost: true}
	_, _ = rand.Read(config.CryptoKey[:])
	provider, err := op.NewProvider(config, storage{p}, op.StaticIssuer(server.URL), op.WithAllowInsecure())
	if err != nil {
		t.Fatal(err)
	}
	handler = provider
	p.callback = func(id string) string {
		return server.URL + provider.AuthorizationEndpoint().Relative() + "/callback?id=" + id
	}
	return p
}

// Next says who signs in next.
func (p *Provider) Next(person Person) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.person = person
}

// Visit goes to an address of the provider as a browser would, and gives the
// address that it is sent back to.
func (p *Provider) Visit(t testing.TB, at string) *url.URL {
	t.Helper()
	browser := *p.Client
	var back *url.URL
	browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != hostOf(p.Issuer) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if back == nil {
		t.Fatalf("the provider sends nobody back: %s", answer.Status)
	}
	return back
}

func hostOf(address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return at.Host
}

// login signs the next person in without asking anything.
func (p *Provider) login(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	p.mutex.Lock()
	defer p.mutex.Unlock()
	asked := p.requests[id]
	if asked == nil {
		http.Error(w, "no such request", http.StatusBadRequest)
		return
	}
	if p.person.Cancels {
		query := url.Values{"error": {"access_denied"}, "state": {asked.State}}
		http.Redirect(w, r, asked.RedirectURI+"?"+query.Encode(), http.StatusFound)
		return
	}
	asked.person, asked.done = p.person, true
	http.Redirect(w, r, p.callback(id), http.StatusFound)
}

// request is what the client asked for, and who has signed in for it.
type request struct {
	*oidc.AuthRequest
	id       string
	person   Person
	done     bool
	began    time.Time
	provider *Provider
}

func (r *request) GetID() string          { return r.id }
func (*request) GetACR() string           { return "" }
func (*request) GetAMR() []string         { return nil }
func (r *request) GetAuthTime() time.Time { return r.began }
func (r *request) GetClientID() string    { return r.provider.clientID() }
func (r *request) GetSubject() string     { return r.person.Subject }
func (r *request) Done() bool             { return r.done }

func (r *request) GetAudience() []string { return []string{r.GetClientID()} }

func (p *Provider) clientID() string {
	if p.For != "" {
		return p.For
	}
	return ClientID
}

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}

func (r *request) GetNonce() string {
	if r.provider.Nonce != "" {
		return r.provider.Nonce
	}
	return r.Nonce
}
func (r *request) GetRedirectURI() string             { return r.RedirectURI }
func (r *request) GetResponseType() oidc.ResponseType { return r.ResponseType }
func (r *request) GetResponseMode() oidc.ResponseMode { return r.ResponseMode }
func (r *request) GetScopes() []string                { return r.Scopes }
func (r *request) GetState() string                   { return r.State }

// key is a signing key, as the provider publishes it.
type key struct {
	private *ecdsa.PrivateKey
	public  bool
}

func (key) ID() string                                  { return "key" }
func (key) Algorithm() jose.SignatureAlgorithm          { return jose.ES256 }
func (key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }
func (key) Use() string                                 { return "sig" }

func (k key) Key() any {
	if k.public {
		return &k.private.PublicKey
	}
	return k.private
}
