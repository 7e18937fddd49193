package wiring

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/rs/zerolog"
	"go.temporal.io/api/common/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/oidctest"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/web/frame"
)

const temporalPages = "https://temporal.example"

// decoding is a codec server over a record.
type decoding struct {
	*testing.T
	house   *House
	handler http.Handler
	body    []byte
}

func newDecoding(t *testing.T, provider *oidctest.Provider) *decoding {
	t.Helper()
	dir := t.TempDir()
	sealing := filepath.Join(dir, "sealing.key")
	links := filepath.Join(dir, "links.secret")
	for file, fresh := range map[string]func(string) error{sealing: MakeSealingKey, links: MakeLinkSecret} {
		if err := fresh(file); err != nil {
			t.Fatal(err)
		}
	}
	vault, err := Sealing{SealingKey: []string{sealing}}.Vault()
	if err != nil {
		t.Fatal(err)
	}
	at := "sqlite:" + filepath.Join(dir, "record.db")
	if err := store.Migrate(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), at, Instruments{}, store.Options{Relaxed: true, Vault: vault}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	if err := h.Link(Links{LinkSecretFile: links}); err != nil {
		t.Fatal(err)
	}
	in := SignIn{OIDCIssuer: provider.Issuer, OIDCClientID: oidctest.ClientID, OIDCClaim: "groups", OIDCRole: []string{"administrator=admins", "secretariat=staff"}}
	if err := h.LetIn(t.Context(), in, Mail{BaseURL: "https://reports.example"}); err != nil {
		t.Fatal(err)
	}
	p := Payloads{PayloadKey: []string{newPayloadKey(t)}}
	d := &decoding{T: t, house: h}
	if d.handler, err = h.Decode(Decoder{CodecOrigin: []string{temporalPages}, CodecAudience: []string{"temporal-ui"}}, p, "rapporteur"); err != nil {
		t.Fatal(err)
	}
	codec, err := p.Codec()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := codec.DataConverter().ToPayload("a figure")
	if err != nil {
		t.Fatal(err)
	}
	if d.body, err = protojson.Marshal(&common.Payloads{Payloads: []*common.Payload{sealed}}); err != nil {
		t.Fatal(err)
	}
	return d
}

// ask asks with headers, and gives the status; what is opened must be on record.
func (d *decoding) ask(headers map[string]string) int {
	d.Helper()
	before := len(d.recorded())
	r := httptest.NewRequestWithContext(d.Context(), http.MethodPost, "/codec/decode", bytes.NewReader(d.body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Namespace", "rapporteur")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	opened := w.Code == http.StatusOK
	if after := len(d.recorded()); opened != (after == before+1) {
		d.Errorf("answered with %d, and %d records where there were %d", w.Code, after, before)
	}
	return w.Code
}

func (d *decoding) recorded() []rapporteur.AuditRecord {
	d.Helper()
	var found []rapporteur.AuditRecord
	err := d.house.Store.Read(d.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		found, err = r.AuditTrail(ctx, rapporteur.AuditFilter{Actions: []rapporteur.Action{rapporteur.ActionPayloadsDecoded}})
		return err
	})
	if err != nil {
		d.Fatal(err)
	}
	return found
}

func TestAdministratorsKeysDecode(t *testing.T) {
	d := newDecoding(t, oidctest.New(t))
	key := func(k NewKey) string {
		k.Label = "test"
		secret, err := d.house.IssueKey(t.Context(), k)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + secret
	}
	administrator := key(NewKey{Role: rapporteur.RoleAdministrator})
	for what, c := range map[string]struct {
		headers map[string]string
		status  int
	}{
		"an administrator":       {map[string]string{"Authorization": administrator}, 200},
		"one for this alone":     {map[string]string{"Authorization": key(NewKey{Role: rapporteur.RoleAdministrator, Scope: []string{"decode-payloads"}})}, 200},
		"one for something else": {map[string]string{"Authorization": key(NewKey{Role: rapporteur.RoleAdministrator, Scope: []string{"manage-keys"}})}, 403},
		"from Temporal's pages":  {map[string]string{"Authorization": administrator, "Origin": temporalPages}, 200},
		"from other pages":       {map[string]string{"Authorization": administrator, "Origin": "https://evil.example"}, 403},
		"the Secretariat":        {map[string]string{"Authorization": key(NewKey{Role: rapporteur.RoleSecretariat})}, 403},
		"a contributor":          {map[string]string{"Authorization": key(NewKey{Role: rapporteur.RoleContributor, Contributor: "state-ken"})}, 403},
		"a clearance officer":    {map[string]string{"Authorization": key(NewKey{Role: rapporteur.RoleClearance, Office: "OLA"})}, 403},
		"nobody":                 {nil, 401},
		"a guess":                {map[string]string{"Authorization": "Bearer rap_0123456789abcdef_" + strings.Repeat("a", 52)}, 401},
		"a password":             {map[string]string{"Authorization": "Basic YTpi"}, 401},
		"for another namespace":  {map[string]string{"Authorization": administrator, "X-Namespace": "default"}, 403},
	} {
		if got := d.ask(c.headers); got != c.status {
			t.Errorf("%s: %d, want %d", what, got, c.status)
		}
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(administrator, "Bearer rap_"), "_")
	if err := d.house.RevokeKey(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(map[string]string{"Authorization": administrator}); got != 401 {
		t.Errorf("a revoked key: %d", got)
	}
	if r := d.recorded()[0]; r.Details["payloads"] != "1" || !strings.HasPrefix(r.Actor, "key-") {
		t.Errorf("on record is %+v", r)
	}
}

func TestTokensThatTemporalsPagesPassOnDecode(t *testing.T) {
	provider := oidctest.New(t)
	d := newDecoding(t, provider)
	token := func(audience string, groups ...string) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: provider.Signs, KeyID: "key"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now().Unix()
		text, err := jwt.Signed(signer).Claims(map[string]any{
			"iss": provider.Issuer, "sub": "ada", "aud": audience, "iat": now, "exp": now + 300, "groups": groups,
		}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	admin := token("temporal-ui", "admins", "staff")
	for what, c := range map[string]struct {
		bearer, beside string
		status         int
	}{
		"an administrator":                 {admin, "", 200},
		"with an opaque access token":      {"opaque", admin, 200},
		"with one that names no groups":    {token("temporal-ui"), admin, 200},
		"the Secretariat":                  {token("temporal-ui", "staff"), "", 403},
		"somebody without a role":          {token("temporal-ui", "others"), "", 403},
		"for another program":              {token("grafana", "admins"), "", 401},
		"for the pages of this house":      {token(oidctest.ClientID, "admins"), "", 401},
		"an opaque token and nothing else": {"opaque", "", 401},
	} {
		headers := map[string]string{"Authorization": "Bearer " + c.bearer, "Origin": temporalPages}
		if c.beside != "" {
			headers["Authorization-Extras"] = c.beside
		}
		if got := d.ask(headers); got != c.status {
			t.Errorf("%s: %d, want %d", what, got, c.status)
		}
	}
	id, identity := rapporteur.Identify(provider.Issuer, "ada")
	if r := d.recorded()[0]; r.Actor != id {
		t.Errorf("on record is %s, want %s", r.Actor, id)
	}
	in := rapporteur.Person{ID: id, Identity: identity, Role: rapporteur.RoleAdministrator, Label: "Ada"}
	if _, err := d.house.signIn().Enter(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(map[string]string{"Authorization": "Bearer " + admin}); got != 200 {
		t.Errorf("somebody who has signed in here: %d", got)
	}
	if err := d.house.Store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.BlockPerson(ctx, id, "key-1", time.Now()) }); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(map[string]string{"Authorization": "Bearer " + admin}); got != 401 {
		t.Errorf("somebody who is kept out: %d", got)
	}
}

func TestSessionsOfThePagesDecode(t *testing.T) {
	d := newDecoding(t, oidctest.New(t))
	session := func(role rapporteur.Role) string {
		link, err := d.house.LocalLink(t.Context(), "https://reports.example", role, "", "", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		at, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		who, _, err := d.house.signIn().Use(t.Context(), at.Query().Get("token"))
		if err != nil {
			t.Fatal(err)
		}
		sessions := frame.NewSessions(access.Sessions{Store: d.house.Store, Clock: time.Now, Person: frame.PersonOf}, d.house.BaseURL)
		ctx, err := sessions.Load(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := frame.PutPrincipal(ctx, sessions, who); err != nil {
			t.Fatal(err)
		}
		token, _, err := sessions.Commit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return sessions.Cookie.Name + "=" + token
	}
	administrator := session(rapporteur.RoleAdministrator)
	for what, c := range map[string]struct {
		cookie, origin string
		status         int
	}{
		"an administrator":          {administrator, temporalPages, 200},
		"from other pages":          {administrator, "https://evil.example", 403},
		"from nowhere":              {administrator, "", 401},
		"the Secretariat":           {session(rapporteur.RoleSecretariat), temporalPages, 403},
		"a guess":                   {"__Host-session=guess", temporalPages, 401},
		"a cookie of another house": {strings.Replace(administrator, "__Host-", "", 1), temporalPages, 401},
	} {
		headers := map[string]string{"Cookie": c.cookie}
		if c.origin != "" {
			headers["Origin"] = c.origin
		}
		if got := d.ask(headers); got != c.status {
			t.Errorf("%s: %d, want %d", what, got, c.status)
		}
	}
	who := d.recorded()[0].Actor
	if err := d.house.Store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.BlockPerson(ctx, who, "key-1", time.Now())
	}); err != nil {
		t.Fatal(err)
	}
	if got := d.ask(map[string]string{"Cookie": administrator, "Origin": temporalPages}); got != 401 {
		t.Errorf("somebody who is kept out: %d", got)
	}
}

// Without the sealing key a codec server knows keys and tokens, and no session.
func TestACodecServerNeedsNoSealingKey(t *testing.T) {
	d := newDecoding(t, oidctest.New(t))
	d.house.vault = nil
	if got := d.ask(map[string]string{"Cookie": "__Host-session=x", "Origin": temporalPages}); got != 401 {
		t.Errorf("a session: %d", got)
	}
}

func TestSettingsOfACodecServerThatCannotBeUsed(t *testing.T) {
	h := hookedHouse(t)
	good := Payloads{PayloadKey: []string{newPayloadKey(t)}}
	for names, c := range map[string]struct {
		d Decoder
		p Payloads
	}{
		"RAPPORTEUR_PAYLOAD_KEY": {Decoder{}, Payloads{PlainPayloads: true}},
		`"*"`:                    {Decoder{CodecOrigin: []string{"*"}}, good},
		`"temporal.example"`:     {Decoder{CodecOrigin: []string{"temporal.example"}}, good},
		"https://temporal.example, without a path":  {Decoder{CodecOrigin: []string{"https://temporal.example/"}}, good},
		"https://temporal.example, without a path,": {Decoder{CodecOrigin: []string{"https://Temporal.example"}}, good},
		"RAPPORTEUR_OIDC_ISSUER":                    {Decoder{CodecAudience: []string{"temporal-ui"}}, good},
	} {
		if _, err := h.Decode(c.d, c.p, "rapporteur"); err == nil || !strings.Contains(err.Error(), names) {
			t.Errorf("want %q, got %v", names, err)
		}
	}
	if _, err := h.Decode(Decoder{CodecOrigin: []string{"http://127.0.0.1:8233"}}, good, "rapporteur"); err != nil {
		t.Error(err)
	}
}
