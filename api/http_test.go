package api

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestEveryKindOfProblemHasAPage(t *testing.T) {
	h := newHouse(t)
	kinds := []rapporteur.ProblemKind{
		rapporteur.ProblemInvalid, rapporteur.ProblemMalformed, rapporteur.ProblemTooLarge, rapporteur.ProblemNotFound,
		rapporteur.ProblemForbidden, rapporteur.ProblemUnidentified, rapporteur.ProblemConflict, rapporteur.ProblemClosed,
		rapporteur.ProblemStale, rapporteur.ProblemUnreachable, rapporteur.ProblemUnavailable, rapporteur.ProblemRejected,
		rapporteur.ProblemReused, rapporteur.ProblemReceiptOnly, rapporteur.ProblemLimited, rapporteur.ProblemUnsupported, rapporteur.ProblemPrecondition,
		kindInternal, kindMethod, kindNotAcceptable, kindMediaType, kindSlow,
	}
	if len(kinds) != len(problemKinds) {
		t.Errorf("%d kinds are known here, %d have a page", len(kinds), len(problemKinds))
	}
	for _, kind := range kinds {
		text := read[problemText](h.get("", "/problems/"+string(kind)).want(http.StatusOK))
		if text.Kind != string(kind) || text.Status != statusOf(kind) || text.Status < 400 || text.Meaning == "" || text.Advice == "" {
			t.Errorf("%s: %+v", kind, text)
		}
		page := h.call(exchange{method: "GET", path: "/problems/" + string(kind), headers: map[string]string{"Accept": "text/html"}}).want(http.StatusOK)
		if !strings.Contains(string(page.body), text.Advice) || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s", kind, page.body)
		}
	}
	h.get("", "/problems/none").problem(http.StatusNotFound, "not-found")
}

func TestHeaders(t *testing.T) {
	h := openHouse(t)
	for _, answer := range []reply{
		h.get("", "/healthz"), h.get("", "/openapi.json"), h.get(staffKey, cycleAt), h.get("", "/v1/cycles"), h.get("", "/nowhere"),
		h.get("", "/problems/closed"), h.get(staffKey, cycleAt+"/ledger?format=csv"),
	} {
		if answer.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(answer.header.Get("Content-Security-Policy"), "default-src 'none'") ||
			answer.header.Get("Referrer-Policy") != "no-referrer" || answer.header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", answer.what, answer.header)
		}
		if public := strings.HasSuffix(answer.what, "/openapi.json") || strings.HasSuffix(answer.what, "/problems/closed"); !public && answer.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", answer.what, answer.header.Get("Cache-Control"))
		}
		if answer.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is for other sites", answer.what)
		}
	}
}

func TestRequestID(t *testing.T) {
	h := newHouse(t)
	for given, taken := range map[string]bool{
		"9f3c0a7e-2f3b-4c52-8a3b-1a2b3c4d5e6f": true, "short": false, "with space in it": false, "line\nbreak-line": false,
		strings.Repeat("x", 65): false, "<script>alert</script>": false,
	} {
		got := h.call(exchange{method: "GET", path: "/v1/cycles", headers: map[string]string{"X-Request-Id": given}}).header.Get("X-Request-Id")
		if (got == given) != taken || got == "" {
			t.Errorf("given %q, answered with %q", given, got)
		}
	}
}

func TestMethods(t *testing.T) {
	h := newHouse(t)
	options := h.call(exchange{method: "OPTIONS", path: "/v1/cycles"}).want(http.StatusNoContent)
	if allow := options.header.Values("Allow"); !slices.Equal(allow, []string{"OPTIONS", "GET", "HEAD", "POST"}) {
		t.Errorf("Allow %v", allow)
	}
	patch := h.call(exchange{key: staffKey, method: "PATCH", path: "/v1/keys/1"})
	patch.problem(http.StatusMethodNotAllowed, "method-not-allowed")
	if allow := patch.header.Values("Allow"); !slices.Equal(allow, []string{"OPTIONS", "DELETE"}) {
		t.Errorf("Allow %v", allow)
	}
	h.call(exchange{method: "HEAD", path: "/v1/cycles"}).want(http.StatusUnauthorized)
	head := h.call(exchange{key: staffKey, method: "HEAD", path: "/v1/instruments/s-res-2388-2017"}).want(http.StatusOK)
	if head.header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD answers %v", head.header)
	}
	h.get(staffKey, "/v2/cycles").problem(http.StatusNotFound, "not-found")
}

// TestOneLineForEachRequest holds what a log line has, and what it never has.
func TestOneLineForEachRequest(t *testing.T) {
	h := openHouse(t)
	h.log.Reset()
	h.call(exchange{
		key: kenyaKey, method: "POST", path: kenyaAt + "/submissions?secret=hidden", body: nilReturn("member-state", "A victim's story."),
		headers: map[string]string{"X-Request-Id": "the-request-id", "Idempotency-Key": "the-key"},
	})
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "A victim's story.")).want(http.StatusCreated)
	h.get(staffKey, "/v1/contributors/state-ken/contacts").want(http.StatusOK)
	log := h.log.String()
	for _, want := range []string{
		`"request":"the-request-id"`, `"method":"POST"`, `"route":"/v1/cycles/{instrument}/{stream}/{period}/requests/{contributor}/submissions"`,
		`"status":201`, `"status":422`, `"duration":`, `"principal":"` + h.principal(kenyaKey) + `"`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	for _, never := range []string{"victim", "Ministry", "hidden", "secret", "rap_", "the-key", "example.org", "Kenya", "state-ken", "127.0.0.1", "192.0.2.1"} {
		if strings.Contains(log, never) {
			t.Errorf("the log has %q:\n%s", never, log)
		}
	}
	if lines := strings.Count(log, "\n"); lines != 3 {
		t.Errorf("%d lines:\n%s", lines, log)
	}
}

func TestInternalErrorsAreOnlyInTheLog(t *testing.T) {
	h := openHouse(t)
	h.engine.failure = errors.New("dial tcp 192.0.2.1:7233: refused")
	p := h.post(staffKey, cycleAt+"/commands/open", "{}").problem(http.StatusInternalServerError, "internal")
	if strings.Contains(toJSON(t, p), "192.0.2.1") {
		t.Errorf("the problem tells the cause: %+v", p)
	}
	if log := h.log.String(); !strings.Contains(log, "192.0.2.1") || !strings.Contains(log, p.Instance) {
		t.Errorf("the log does not tell the cause with the id %s:\n%s", p.Instance, log)
	}
}

// panicking is a catalogue that is broken.
type panicking struct{ rapporteur.Catalogue }

func (panicking) Instruments() []rapporteur.Instrument { panic("broken") }

func TestPanics(t *testing.T) {
	h := newHouse(t)
	config := h.service.Config
	config.Catalogue = panicking{config.Catalogue}
	h.handler = New(config)
	h.get(staffKey, "/v1/instruments").problem(http.StatusInternalServerError, "internal")
	if log := h.log.String(); !strings.Contains(log, `"message":"panic"`) || !strings.Contains(log, "instruments.go") {
		t.Errorf("the log does not tell of the panic:\n%s", log)
	}
}

// away is a store that does not answer.
type away struct{ rapporteur.Store }

func (away) Read(context.Context, func(context.Context, rapporteur.Reader) error) error {
	return &rapporteur.Problem{Kind: rapporteur.ProblemUnavailable, Title: "The record does not answer", Cause: errors.New("disk")}
}

func TestHealth(t *testing.T) {
	h := newHouse(t)
	if got := read[Health](h.get("", "/healthz").want(http.StatusOK)); got != (Health{Status: "ok", Version: "test"}) {
		t.Errorf("health %+v", got)
	}
	config := h.service.Config
	config.Store = away{config.Store}
	h.handler = New(config)
	answer := h.get("", "/healthz")
	answer.problem(http.StatusServiceUnavailable, "unavailable")
	if answer.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// TestServer speaks to the handler over a real connection.
func TestServer(t *testing.T) {
	h := openHouse(t)
	server := Server("127.0.0.1:0", h.handler)
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Errorf("the server waits for ever: %+v", server)
	}
	listener, err := net.Listen("tcp", server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+listener.Addr().String()+kenyaAt+"/submissions",
		io.MultiReader(strings.NewReader(nilReturn("member-state", "In pieces,")), strings.NewReader(" \n")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "bearer "+h.secrets[kenyaKey])
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusCreated {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestChosenLanguage(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "fr": "fr", "fr-CA": "fr", "de": "en", "en;q=0.3, fr;q=0.8": "fr", "*": "en", "es, fr;q=0.5": "es", "!!": "en", "ar-EG": "ar", "zh-CN, en;q=0.1": "zh", "ru-RU,ru;q=0.9": "ru", "pt, es-419;q=0.5": "es", "de, zh;q=0": "en",
	} {
		if got := chosenLanguage(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestNegotiated(t *testing.T) {
	offered := []string{"application/json", "text/csv"}
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "text/csv": "text/csv", "text/*": "text/csv", "text/csv;q=0.1, application/json": "application/json",
		"text/html, */*;q=0.1": "application/json", "image/png": "",
	} {
		got, err := negotiated(accept, offered...)
		if got != want || (err == nil) == (want == "") {
			t.Errorf("%q: %q, %v", accept, got, err)
		}
	}
}

func TestPointerTo(t *testing.T) {
	for location, want := range map[string]string{"": "", "body": "/body", "body.contacts[0].name": "/body/contacts/0/name", "query.limit": "/query/limit"} {
		if got := pointerTo(location); got != want {
			t.Errorf("%q: %q, want %q", location, got, want)
		}
	}
}
