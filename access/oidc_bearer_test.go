package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/oidctest"
)

// token is a token as a provider signs them.
func token(t *testing.T, key *ecdsa.PrivateKey, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "key"}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTokensOfAnotherProgramOfTheHouse(t *testing.T) {
	p := oidctest.New(t, back)
	o := newOIDC(t, settingsFor(p))
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	good := func() map[string]any {
		return map[string]any{"iss": p.Issuer, "sub": "ada", "aud": []string{"temporal-ui", "x"}, "iat": now, "exp": now + 300, "groups": []string{"admins", "others"}}
	}
	known, err := o.Bearer(t.Context(), token(t, p.Signs, good()), []string{"temporal-ui"})
	id, _ := rapporteur.Identify(p.Issuer, "ada")
	if err != nil || known.ID != id || !slices.Equal(known.Grants, []access.Grant{{Role: rapporteur.RoleAdministrator}}) {
		t.Fatalf("%+v, %v", known, err)
	}
	for what, c := range map[string]struct {
		key       *ecdsa.PrivateKey
		claim     string
		value     any
		audiences []string
	}{
		"signed by somebody else":   {stranger, "sub", "ada", []string{"temporal-ui"}},
		"for another program":       {p.Signs, "aud", "another", []string{"temporal-ui"}},
		"for this house":            {p.Signs, "aud", oidctest.ClientID, []string{"temporal-ui"}},
		"expired":                   {p.Signs, "exp", now - 10, []string{"temporal-ui"}},
		"of another provider":       {p.Signs, "iss", "https://evil.example", []string{"temporal-ui"}},
		"of nobody":                 {p.Signs, "sub", "", []string{"temporal-ui"}},
		"where nothing is taken":    {p.Signs, "sub", "ada", nil},
		"that is not for yet":       {p.Signs, "nbf", now + 3600, []string{"temporal-ui"}},
		"for a name that is a part": {p.Signs, "aud", "temporal-ui-2", []string{"temporal-ui"}},
	} {
		claims := good()
		claims[c.claim] = c.value
		if _, err := o.Bearer(t.Context(), token(t, c.key, claims), c.audiences); !rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) {
			t.Errorf("a token %s: %v", what, err)
		}
	}
	if _, err := o.Bearer(t.Context(), "opaque", []string{"temporal-ui"}); !rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) {
		t.Errorf("an opaque token: %v", err)
	}
}
