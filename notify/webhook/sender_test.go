package webhook

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/rapporteur/rapporteur"
)

const (
	first  = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	second = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
	other  = "whsec_QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8="
)

func call(address string, secrets ...string) rapporteur.HookCall {
	return rapporteur.HookCall{ID: "msg_1", Address: address, Secrets: secrets, At: time.Now(), Payload: []byte(`{"type":"cycle.opened"}`)}
}

// endpoint is a server on this machine that answers with a status.
func endpoint(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

func TestMessagesAreSignedByTheScheme(t *testing.T) {
	var verified atomic.Int32
	address := endpoint(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for secret, want := range map[string]bool{first: true, second: true, other: false} {
			verifier, err := standardwebhooks.NewWebhook(secret)
			if err != nil {
				t.Error(err)
			}
			if err := verifier.Verify(body, r.Header); (err == nil) != want {
				t.Errorf("%s verifies: %v", secret, err)
			}
			if err := verifier.Verify(append(body, ' '), r.Header); err == nil {
				t.Error("a changed body verifies")
			}
		}
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Webhook-Id") != "msg_1" {
			t.Errorf("%s with %v", r.Method, r.Header)
		}
		verified.Add(1)
		w.WriteHeader(http.StatusNoContent)
	})
	attempt := New(Config{Loopback: true}).Send(t.Context(), call(address, second, first))
	if attempt.Failure != "" || attempt.Status != http.StatusNoContent || verified.Load() != 1 {
		t.Errorf("%+v, received %d times", attempt, verified.Load())
	}
}

func TestWhatComesOfACall(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	var followed atomic.Bool
	elsewhere := endpoint(t, func(http.ResponseWriter, *http.Request) { followed.Store(true) })
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	answer := func(status int) string {
		return endpoint(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	for name, c := range map[string]struct {
		address string
		status  int
		failure rapporteur.HookFailure
	}{
		"taken":    {answer(http.StatusAccepted), 202, ""},
		"refused":  {answer(http.StatusInternalServerError), 500, rapporteur.HookRefused},
		"not here": {answer(http.StatusNotFound), 404, rapporteur.HookRefused},
		"gone":     {answer(http.StatusGone), 410, rapporteur.HookGone},
		"redirected": {endpoint(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
		}), 307, rapporteur.HookRedirected},
		"silent": {endpoint(t, func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}), 0, rapporteur.HookTimeout},
		"closed": {gone.URL, 0, rapporteur.HookUnreachable},
		"endless answer": {endpoint(t, func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 20 { // far more than anybody buffers
				if _, err := io.WriteString(w, strings.Repeat("x", 1<<10)); err != nil {
					return
				}
			}
			t.Error("the whole answer was read")
		}), 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			timeout := time.Minute
			if c.failure == rapporteur.HookTimeout {
				timeout = 20 * time.Millisecond
			}
			attempt := New(Config{Loopback: true, Timeout: timeout}).Send(t.Context(), call(c.address, first))
			if attempt.Status != c.status || attempt.Failure != c.failure {
				t.Errorf("%+v, want %d %q", attempt, c.status, c.failure)
			}
		})
	}
	if followed.Load() {
		t.Error("a redirect was followed")
	}
}

// A server inside of the network is never spoken to, whatever its name.
func TestTheHousesOwnNetworkIsNotCalled(t *testing.T) {
	var called atomic.Bool
	plain := endpoint(t, func(http.ResponseWriter, *http.Request) { called.Store(true) })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Store(true) }))
	t.Cleanup(secure.Close)
	port := secure.URL[strings.LastIndex(secure.URL, ":"):]
	strict := New(Config{Transport: func(tr *http.Transport) { tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} }}) // so that it is not the certificate that is refused
	for _, address := range []string{plain, secure.URL, "https://localhost" + port, "https://[::1]" + port, "https://[::ffff:127.0.0.1]" + port, "https://0.0.0.0" + port} {
		if a := strict.Send(t.Context(), call(address, first)); a.Failure != rapporteur.HookForbidden || a.Status != 0 {
			t.Errorf("%s: %+v", address, a)
		}
	}
	if called.Load() {
		t.Error("a server of the house's own network was called")
	}
}

// What the dialer asks is asked here without dialing: a test that fails must not
// call other machines.
func TestWhatTheGuardRefuses(t *testing.T) {
	for address, allowed := range map[string]bool{
		"169.254.169.254:80": false, "10.0.0.1:443": false, "172.16.0.1:443": false, "192.168.1.1:443": false, "100.64.0.1:443": false,
		"0.0.0.0:443": false, "224.0.0.1:443": false, "8.8.8.8:443": true, "8.8.8.8:8443": true, "127.0.0.1:443": true,
		"[fd00:ec2::254]:80": false, "[fe80::1]:443": false, "[::ffff:10.0.0.1]:443": false, "[64:ff9b::a00:1]:443": false,
		"[2606:4700::1111]:443": true, "[::1]:443": true,
	} {
		network := "tcp4"
		if strings.HasPrefix(address, "[") {
			network = "tcp6"
		}
		if err := guard(true).Safe(network, address, nil); (err == nil) != allowed {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"127.0.0.1:443", "127.1.2.3:80"} {
		if guard(false).Safe("tcp4", address, nil) == nil {
			t.Errorf("%s is called", address)
		}
	}
}

func TestAnUnknownCertificateIsRefused(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("called") }))
	t.Cleanup(server.Close)
	if a := New(Config{Loopback: true}).Send(t.Context(), call(server.URL, first)); a.Failure != rapporteur.HookUnreachable {
		t.Errorf("%+v", a)
	}
}

func TestAddresses(t *testing.T) {
	strict, loose := New(Config{}), New(Config{Loopback: true})
	for address, c := range map[string]struct{ strict, loose bool }{
		"https://example.org/hooks?token=1": {true, true}, "https://example.org:8443": {true, true}, "https://8.8.8.8/": {true, true},
		"http://example.org/": {}, "http://127.0.0.1:9000/": {false, true}, "http://localhost/": {false, true}, "http://[::1]/": {false, true},
		"https://127.0.0.1/": {false, true}, "https://localhost/": {false, true}, "http://10.0.0.1/": {}, "https://10.0.0.1/": {},
		"https://169.254.169.254/": {}, "https://[fe80::1]/": {}, "https://[::ffff:10.0.0.1]/": {}, "https://user:word@example.org/": {},
		"https://example.org/#x": {}, "ftp://example.org/": {}, "example.org": {}, "https://": {}, "https:///x": {}, "https://:443/": {}, "": {},
		"https://ex ample.org/": {}, "file:///etc/passwd": {},
	} {
		for name, got := range map[string]error{"strict": strict.CheckAddress(address), "loose": loose.CheckAddress(address)} {
			want := map[string]bool{"strict": c.strict, "loose": c.loose}[name]
			if want != (got == nil) || got != nil && !rapporteur.IsProblem(got, rapporteur.ProblemInvalid) {
				t.Errorf("%s, %q: %v, want %t", name, address, got, want)
			}
		}
	}
}
