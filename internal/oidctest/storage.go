package oidctest

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

var errNone = errors.New("there is no such thing")

// storage is what the protocol keeps, in memory.
type storage struct{ *Provider }

var _ op.Storage = storage{}

func (s storage) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	asked := &request{AuthRequest: r, id: rand.Text(), began: time.Now(), provider: s.Provider}
	s.requests[asked.id] = asked
	return asked, nil
}

func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if r := s.requests[id]; r != nil {
		return r, nil
	}
	return nil, errNone
}

func (s storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	s.mutex.Lock()
	id := s.codes[code]
	s.mutex.Unlock()
	return s.AuthRequestByID(ctx, id)
}

func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.codes[code] = id
	return nil
}

func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.requests, id)
	return nil
}

func (s storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	id := rand.Text()
	s.tokens[id], _ = r.(*request)
	return id, time.Now().Add(time.Minute), nil
}

func (storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (access, refresh string, expires time.Time, err error) {
	return "", "", time.Time{}, errNone
}

func (storage) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, errNone
}
func (storage) TerminateSession(context.Context, string, string) error { return nil }
func (storage) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return nil
}

func (storage) GetRefreshTokenInfo(context.Context, string, string) (user, token string, err error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (s storage) SigningKey(context.Context) (op.SigningKey, error) {
	return key{private: s.Signs}, nil
}

func (storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (s storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{key{private: s.published, public: true}}, nil
}

func (s storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != ClientID && id != s.For {
		return nil, errNone
	}
	return client(s), nil
}

func (storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != ClientID || secret != ClientSecret {
		return errNone
	}
	return nil
}

func (storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromRequest writes who signed in into the ID token.
func (s storage) SetUserinfoFromRequest(_ context.Context, u *oidc.UserInfo, r op.IDTokenRequest, _ []string) error {
	u.Subject = r.GetSubject()
	if asked, ok := r.(*request); ok && !s.BesideID {
		tell(u, asked.person)
	}
	return nil
}

func (s storage) SetUserinfoFromToken(_ context.Context, u *oidc.UserInfo, token, _, _ string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	asked := s.tokens[token]
	if asked == nil {
		return errNone
	}
	tell(u, asked.person)
	return nil
}

func tell(u *oidc.UserInfo, person Person) {
	u.Subject = person.Subject
	for name, value := range person.Claims {
		u.AppendClaims(name, value)
	}
}

func (storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errNone
}

func (storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return map[string]any{}, nil
}

func (storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNone
}

func (storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNone
}
func (storage) Health(context.Context) error { return nil }

// client is the house that is tested.
type client struct{ *Provider }

var _ op.Client = client{}

func (c client) GetID() string                     { return c.clientID() }
func (c client) RedirectURIs() []string            { return c.redirects }
func (c client) PostLogoutRedirectURIs() []string  { return c.redirects }
func (client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (client) AuthMethod() oidc.AuthMethod         { return oidc.AuthMethodBasic }
func (client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}
func (client) GrantTypes() []oidc.GrantType         { return []oidc.GrantType{oidc.GrantTypeCode} }
func (client) LoginURL(id string) string            { return "/login?id=" + id }
func (client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (c client) IDTokenLifetime() time.Duration     { return c.Lifetime }
func (client) DevMode() bool                        { return true }
func (client) IsScopeAllowed(string) bool           { return true }
func (client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (client) ClockSkew() time.Duration             { return 0 }

//nolint:revive // named by the interface
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
