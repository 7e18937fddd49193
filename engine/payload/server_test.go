package payload_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/engine/payload"
)

const pages = "https://temporal.example"

// reading is what a codec server noted.
type reading struct {
	who       string
	payloads  int
	workflows []string
}

// decoder is a codec server that knows one administrator.
type decoder struct {
	server   *payload.Server
	readings []reading
	log      bytes.Buffer
	away     bool // the record
}

func newDecoder(t testing.TB, codec *payload.Codec) *decoder {
	t.Helper()
	d := &decoder{}
	d.server = &payload.Server{
		Codec: codec, Origins: []string{pages, "https://other.example:8443"}, Namespace: "rapporteur", Logger: zerolog.New(&d.log),
		Identify: func(r *http.Request) (rapporteur.Principal, error) {
			switch r.Header.Get("Authorization") {
			case "Bearer admin":
				return rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleAdministrator}, nil
			case "Bearer staff":
				return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemForbidden, "Not allowed", "For administrators.")
			}
			return rapporteur.Principal{}, rapporteur.Problemf(rapporteur.ProblemUnidentified, "Not identified", "Send a key.")
		},
		Note: func(_ context.Context, who rapporteur.Principal, payloads int, workflows []string) error {
			if d.away {
				return errors.New("the database is away")
			}
			d.readings = append(d.readings, reading{who.ID, payloads, workflows})
			return nil
		},
	}
	return d
}

// question is a request as Temporal's pages make it, but for what a test changes.
func question(t testing.TB, payloads []*common.Payload, change func(*http.Request)) *http.Request {
	t.Helper()
	body, err := protojson.Marshal(&common.Payloads{Payloads: payloads})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://codec.example/codec/decode?preserveStorageRefs=true", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Namespace", "rapporteur")
	r.Header.Set("Authorization", "Bearer admin")
	r.Header.Set("Origin", pages)
	if change != nil {
		change(r)
	}
	return r
}

func (d *decoder) ask(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	return w
}

func TestTemporalsPagesGetPayloadsOpened(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	d := newDecoder(t, codec)
	sealed, err := inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte(`"secret figure"`)), payloadOf([]byte(`2`))})
	if err != nil {
		t.Fatal(err)
	}
	plain := payloadOf([]byte(`"plain"`))
	w := d.ask(question(t, append(sealed, plain), nil))
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != pages || w.Header().Get("Access-Control-Allow-Credentials") != "true" ||
		w.Header().Get("Vary") != "Origin" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	var opened common.Payloads
	if err := protojson.Unmarshal(w.Body.Bytes(), &opened); err != nil {
		t.Fatal(err)
	}
	want := []*common.Payload{payloadOf([]byte(`"secret figure"`)), payloadOf([]byte(`2`)), plain}
	if !slices.EqualFunc(opened.GetPayloads(), want, func(a, b *common.Payload) bool { return proto.Equal(a, b) }) {
		t.Errorf("got %v", &opened)
	}
	if len(d.readings) != 1 || d.readings[0].who != "key-1" || d.readings[0].payloads != 2 || !slices.Equal(d.readings[0].workflows, []string{"cycle/x", "cycle/x"}) {
		t.Errorf("noted %+v", d.readings)
	}
	if d.log.Len() > 0 {
		t.Errorf("logged %s", d.log.String())
	}
	if w := d.ask(question(t, []*common.Payload{plain}, nil)); w.Code != http.StatusOK || len(d.readings) != 1 {
		t.Errorf("nothing was opened, and noted: %d %+v", w.Code, d.readings)
	}
}

// TestTheSDKReadsFromACodecServer has the SDK's own client of codec servers, which
// is that of Temporal's command line, ask a server over HTTP.
func TestTheSDKReadsFromACodecServer(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	d := newDecoder(t, codec)
	listening := httptest.NewServer(d.server)
	defer listening.Close()
	remote := converter.NewRemoteDataConverter(converter.GetDefaultDataConverter(), converter.RemoteDataConverterOptions{
		Endpoint: listening.URL, ModifyRequest: func(r *http.Request) error {
			r.Header.Set("X-Namespace", "rapporteur")
			r.Header.Set("Authorization", "Bearer admin")
			return nil
		},
	})
	sealed, err := codec.DataConverter().ToPayload("a figure")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := remote.FromPayload(sealed, &got); err != nil || got != "a figure" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhoIsRefused(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	sealed, err := inWorkflow(codec, "cycle/x").Encode([]*common.Payload{payloadOf([]byte(`"secret figure"`))})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := codecOf(t, keyFile(t)).Encode(sealed)
	if err != nil {
		t.Fatal(err)
	}
	changed := proto.CloneOf(sealed[0])
	changed.Data[20] ^= 1
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for _, c := range []struct {
		what   string
		sent   []*common.Payload
		change func(*http.Request)
		status int
		says   string
	}{
		{"nobody", sealed, header("Authorization", ""), 401, "Send a key"},
		{"staff", sealed, header("Authorization", "Bearer staff"), 403, "administrators"},
		{"pages of another origin", sealed, header("Origin", "https://evil.example"), 403, "RAPPORTEUR_CODEC_ORIGIN"},
		{"an origin that only begins alike", sealed, header("Origin", pages+".evil.example"), 403, "RAPPORTEUR_CODEC_ORIGIN"},
		{"the same host by http", sealed, header("Origin", "http://temporal.example"), 403, "RAPPORTEUR_CODEC_ORIGIN"},
		{"a page without an origin", sealed, header("Origin", "null"), 403, "RAPPORTEUR_CODEC_ORIGIN"},
		{"another namespace", sealed, header("X-Namespace", "default"), 403, "namespace"},
		{"no namespace", sealed, header("X-Namespace", ""), 403, "namespace"},
		{"a form", sealed, header("Content-Type", "text/plain"), 415, "application/json"},
		{"encoding", sealed, func(r *http.Request) { r.URL.Path = "/encode" }, 404, "does not encode"},
		{"reading", sealed, func(r *http.Request) { r.Method = http.MethodGet }, 405, "POST"},
		{"too many", slices.Repeat(sealed, payload.MaxPayloads+1), nil, 413, "fewer"},
		{"too much", []*common.Payload{payloadOf(bytes.Repeat([]byte("x"), payload.MaxBody))}, nil, 413, "fewer"},
		{"a key that is missing", elsewhere, nil, 422, payload.KeyIDs(elsewhere...)[0]},
		{"what was changed", []*common.Payload{changed}, nil, 422, "changed"},
	} {
		d := newDecoder(t, codec)
		w := d.ask(question(t, c.sent, c.change))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", c.what, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "secret figure") || len(d.readings) > 0 {
			t.Errorf("%s: was told %s, noted %+v", c.what, w.Body, d.readings)
		}
		if c.status == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: not told how to identify", c.what)
		}
		origin := w.Header().Get("Access-Control-Allow-Origin")
		if asked := slices.Contains(d.server.Origins, question(t, nil, c.change).Header.Get("Origin")); asked != (origin != "") || origin == "*" {
			t.Errorf("%s: the browser is told %q", c.what, origin)
		}
	}
	for _, body := range []string{"", "[]", `{"payloads":[{"data":"%"}]}`, strings.Repeat("[", 100_000)} {
		d := newDecoder(t, codec)
		r := question(t, nil, nil)
		r.Body = http.NoBody
		if body != "" {
			r.Body = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body)).Body
		}
		if w := d.ask(r); w.Code != http.StatusBadRequest {
			t.Errorf("%.20q: %d %s", body, w.Code, w.Body)
		}
	}
}

func TestNothingIsReadThatIsNotNoted(t *testing.T) {
	codec := codecOf(t, keyFile(t))
	d := newDecoder(t, codec)
	d.away = true
	sealed, err := codec.Encode([]*common.Payload{payloadOf([]byte(`"secret figure"`))})
	if err != nil {
		t.Fatal(err)
	}
	w := d.ask(question(t, sealed, nil))
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "figure") || strings.Contains(w.Body.String(), "database") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(d.log.String(), "the database is away") || strings.Contains(d.log.String(), "figure") {
		t.Errorf("logged %s", d.log.String())
	}
}

func TestBrowsersAreToldWhoMayAsk(t *testing.T) {
	d := newDecoder(t, codecOf(t, keyFile(t)))
	for origin, status := range map[string]int{pages: 204, "https://other.example:8443": 204, "https://evil.example": 403, "": 405} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, "https://codec.example/decode", http.NoBody)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		r.Header.Set("Access-Control-Request-Method", http.MethodPost)
		r.Header.Set("Access-Control-Request-Headers", "authorization,content-type,x-namespace")
		w := d.ask(r)
		if w.Code != status {
			t.Errorf("%s: %d", origin, w.Code)
		}
		allowed := w.Header().Get("Access-Control-Allow-Headers")
		for _, name := range []string{"Authorization", "Authorization-Extras", "Content-Type", "X-Namespace"} {
			if (status == 204) != strings.Contains(allowed, name) {
				t.Errorf("%s: headers %q", origin, allowed)
			}
		}
		if status == 204 && w.Header().Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%s: %v", origin, w.Header())
		}
	}
}
