package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/rapporteur/rapporteur"
)

// OIDCConfig says which provider knows the staff, as whom this house asks it, and
// which roles it gives.
type OIDCConfig struct {
	Issuer       string // https://idp.example/realm, as its ID tokens name it
	ClientID     string
	ClientSecret string
	RedirectURL  string   // where the provider sends people back to
	AfterURL     string   // where they come after signing out there
	Scopes       []string // beside openid
	Claim        string   // of the roles; a path with points into objects: realm_access.roles
	// Grants are the roles by value of the claim.
	Grants map[string]Grant
	Client *http.Client     // http.DefaultClient where nil
	Clock  rapporteur.Clock // wall time
}

// Grant is a role that a provider gives, and for clearance officers the office.
type Grant struct {
	Role   rapporteur.Role `json:"role"`
	Office string          `json:"office,omitempty"`
}

// OIDC signs staff in by OpenID Connect 1.0: the authorization code flow with
// PKCE (RFC 7636, S256), state and nonce. It asks the provider for its addresses
// and keys when they are first needed, so that a house starts while its provider
// is away. It is safe for concurrent use.
type OIDC struct {
	config OIDCConfig
	mutex  sync.Mutex
	known  *oidc.Provider
	logout string // end_session_endpoint, where the provider has one
}

// ticketLasts is how long somebody may take to sign in at the provider.
const ticketLasts = 10 * time.Minute

// The ways in which signing in at a provider ends without it.
var (
	ErrCancelled = errors.New("the person or the provider broke it off")
	ErrExpired   = errors.New("it took too long, or was done before")
	ErrForged    = errors.New("the answer does not belong to what was asked")
)

// ErrOtherIssuer says that the provider calls itself otherwise than the settings
// do.
var ErrOtherIssuer = errors.New("the provider calls itself otherwise")

// Ticket is what is kept of a sign-in while somebody is at the provider.
type Ticket struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Began    time.Time `json:"began"`
}

// Known is whom the provider knows, and which roles it gives them: none, one or
// several.
type Known struct {
	ID       string  `json:"id"`
	Identity string  `json:"identity"`
	Label    string  `json:"label"`
	Grants   []Grant `json:"grants"`
}

// NewOIDC checks the configuration; the provider is not asked.
func NewOIDC(c OIDCConfig) (*OIDC, error) {
	issuer, err := url.Parse(c.Issuer)
	switch {
	case err != nil || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "":
		return nil, errors.New("the issuer is no address: want https://host/path, as the provider's ID tokens name it")
	case issuer.Scheme != "https" && !loopback(issuer.Hostname()):
		return nil, errors.New("the issuer is not reached by https: whoever stands between could sign in as anybody")
	case c.ClientID == "":
		return nil, errors.New("no client id is set: register this house with the provider")
	case c.Claim == "":
		return nil, errors.New("no claim is named that roles come from")
	case len(c.Grants) == 0:
		return nil, errors.New("no value of the claim is mapped to a role: nobody could sign in")
	}
	for value, grant := range c.Grants {
		switch {
		case value == "":
			return nil, fmt.Errorf("an empty value is mapped to the role %s", grant.Role)
		case grant.Role == rapporteur.RoleContributor || !slices.Contains(Roles, grant.Role):
			return nil, fmt.Errorf("the value %q is mapped to %q: want secretariat, clearance or administrator", value, grant.Role)
		case (grant.Role == rapporteur.RoleClearance) != (grant.Office != ""):
			return nil, fmt.Errorf("the value %q is mapped to %s without an office, or with one that it has not", value, grant.Role)
		}
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 15 * time.Second}
	}
	return &OIDC{config: c}, nil
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// Discover asks the provider for its addresses, and fails where it does not
// answer or is another than the configuration says.
func (o *OIDC) Discover(ctx context.Context) error {
	_, err := o.provider(ctx)
	return err
}

// provider is the provider, asked once; a failure is not kept.
func (o *OIDC) provider(ctx context.Context) (*oidc.Provider, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.known != nil {
		return o.known, nil
	}
	// What is kept outlives the request: keys are fetched again when they change.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.config.Client), o.config.Issuer)
	if err != nil && strings.Contains(err.Error(), "did not match the issuer") { // the library has no error of its own for it
		return nil, ErrOtherIssuer
	}
	if err != nil {
		return nil, fmt.Errorf("cannot reach provider: %w", err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("cannot read provider's addresses: %w", err)
	}
	o.known, o.logout = found, more.EndSession
	return found, nil
}

func (o *OIDC) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret, RedirectURL: o.config.RedirectURL, Endpoint: p.Endpoint(),
		Scopes: append([]string{oidc.ScopeOpenID}, o.config.Scopes...),
	}
}

// Begin gives the address at the provider where somebody signs in, and the ticket
// to keep until they come back.
func (o *OIDC) Begin(ctx context.Context) (string, Ticket, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return "", Ticket{}, err
	}
	t := Ticket{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Began: o.config.Clock().UTC()}
	return o.oauth(p).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)), t, nil
}

// Finish reads what somebody came back with. A ticket is good for one Finish: the
// caller must have forgotten it before. The errors say how it ended (ErrCancelled,
// ErrExpired, ErrForged); any other means that the provider did not answer as it
// should.
func (o *OIDC) Finish(ctx context.Context, t Ticket, answer url.Values) (Known, error) {
	now := o.config.Clock()
	switch {
	case t.State == "" || now.Sub(t.Began) > ticketLasts || now.Before(t.Began):
		return Known{}, ErrExpired
	case subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(t.State)) != 1:
		return Known{}, ErrForged
	case answer.Has("iss") && answer.Get("iss") != o.config.Issuer: // RFC 9207
		return Known{}, ErrForged
	case answer.Get("error") == "access_denied" || answer.Get("error") == "login_required":
		return Known{}, ErrCancelled
	case answer.Get("error") != "":
		return Known{}, errors.New("cannot sign in: the provider answers with an error")
	case answer.Get("code") == "":
		return Known{}, ErrForged
	}
	p, err := o.provider(ctx)
	if err != nil {
		return Known{}, err
	}
	return o.exchange(oidc.ClientContext(ctx, o.config.Client), p, t, answer.Get("code"))
}

// exchange gives the code back for an ID token and reads it.
func (o *OIDC) exchange(ctx context.Context, p *oidc.Provider, t Ticket, code string) (Known, error) {
	token, err := o.oauth(p).Exchange(ctx, code, oauth2.VerifierOption(t.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.ErrorCode == "invalid_grant":
		return Known{}, ErrExpired // used before, or not for this house
	case err != nil:
		return Known{}, errors.New("cannot exchange code: the provider refuses or does not answer")
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Known{}, errors.New("cannot sign in: the provider gives no ID token")
	}
	verifier := p.Verifier(&oidc.Config{ClientID: o.config.ClientID, Now: o.config.Clock})
	id, err := verifier.Verify(ctx, raw)
	if err != nil {
		return Known{}, fmt.Errorf("%w: the ID token is not for this house, not signed, or not of now", ErrForged)
	}
	var claims claims
	if err := id.Claims(&claims); err != nil {
		return Known{}, errors.New("cannot read ID token")
	}
	if id.Subject == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.Nonce)) != 1 || (len(id.Audience) > 1 && claims.text("azp") != o.config.ClientID) {
		return Known{}, ErrForged
	}
	grants := o.grants(claims)
	if len(grants) == 0 {
		grants = o.grants(o.userInfo(ctx, p, token, id.Subject))
	}
	who := Known{Label: claims.label(), Grants: grants}
	who.ID, who.Identity = rapporteur.Identify(id.Issuer, id.Subject)
	return who, nil
}

// userInfo are the claims that the provider gives beside the ID token, where it
// does: some keep groups there (OpenID Connect Core, section 5.3).
func (o *OIDC) userInfo(ctx context.Context, p *oidc.Provider, token *oauth2.Token, subject string) claims {
	if p.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != subject {
		return nil
	}
	var more claims
	if info.Claims(&more) != nil {
		return nil
	}
	return more
}

// SignOutURL is where somebody signs out at the provider too, empty where it has
// no such place (OpenID Connect RP-Initiated Logout 1.0).
func (o *OIDC) SignOutURL() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	at, err := url.Parse(o.logout)
	if o.logout == "" || err != nil {
		return ""
	}
	query := at.Query()
	query.Set("client_id", o.config.ClientID)
	query.Set("post_logout_redirect_uri", o.config.AfterURL)
	at.RawQuery = query.Encode()
	return at.String()
}
