package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur/access"
)

// brief are times in which a test notices that a connection was cut.
var brief = times{header: 600 * time.Millisecond, body: 600 * time.Millisecond, write: 20 * time.Second, idle: 600 * time.Millisecond, rate: 1000}

// serving runs a real server until the test ends and gives its address.
func serving(t *testing.T, server *http.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
	return listener.Addr().String()
}

// spoken writes bytes to a server and gives the status of its answer, 0 where it
// hangs up without one.
func spoken(t *testing.T, address string, say ...string) int {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() {
		for _, text := range say {
			if _, err := io.WriteString(conn, text); err != nil {
				return // it was cut, which the answer tells
			}
		}
	}()
	return statusOn(t, conn)
}

func statusOn(t *testing.T, conn net.Conn) int {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Fatal("the server neither answers nor hangs up")
		}
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestSlowAndLongHeads(t *testing.T) {
	h := newHouse(t)
	address := serving(t, Limits{}.server("", h.handler, brief))
	for name, c := range map[string]struct {
		say  string
		want int
	}{
		"whole":               {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusOK},
		"header that stops":   {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ", 0},
		"nothing at all":      {"", 0},
		"long header":         {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", maxHeaderBytes+8192) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"long address":        {"GET /" + strings.Repeat("x", maxHeaderBytes+8192) + " HTTP/1.1\r\nHost: x\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge},
		"HTTP/2 in the clear": {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", http.StatusMethodNotAllowed},
		"upgrade to HTTP/2":   {"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", http.StatusOK},
		"two lengths":         {"POST /v1/cycles HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := spoken(t, address, c.say); got != c.want {
				t.Errorf("answered with %d, want %d", got, c.want)
			}
		})
	}
}

// echo answers with how many bytes came, or 408 where they did not all come.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		w.WriteHeader(http.StatusRequestTimeout)
		return
	}
	_, _ = fmt.Fprint(w, n)
})

// A body that keeps coming is read however long it takes; one that trickles, or
// stops, is cut.
func TestSlowBodies(t *testing.T) {
	address := serving(t, Limits{}.server("", echo, brief))
	upload := func(t *testing.T, pieces, size int, every time.Duration) int {
		t.Helper()
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", pieces*size)
		go func() {
			tick := time.NewTicker(every)
			defer tick.Stop()
			for range pieces {
				if _, err := conn.Write(make([]byte, size)); err != nil {
					return
				}
				<-tick.C
			}
		}()
		return statusOn(t, conn)
	}
	t.Run("slow but honest", func(t *testing.T) {
		t.Parallel() // 2.4 seconds, four times what a body may rest
		if got := upload(t, 48, 200, 50*time.Millisecond); got != http.StatusOK {
			t.Errorf("answered with %d", got)
		}
	})
	t.Run("trickle", func(t *testing.T) {
		t.Parallel()
		if got := upload(t, 1000, 1, 20*time.Millisecond); got == http.StatusOK {
			t.Error("a trickle was waited for")
		}
	})
	t.Run("stop", func(t *testing.T) {
		t.Parallel()
		if got := spoken(t, address, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"); got == http.StatusOK {
			t.Error("what stopped was waited for")
		}
	})
}

// The time for a request is not the time for its answer: a command that takes long
// is not cancelled.
func TestLongAnswers(t *testing.T) {
	patient := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		long := time.NewTimer(3 * brief.body)
		defer long.Stop()
		select {
		case <-r.Context().Done():
			w.WriteHeader(http.StatusTeapot)
		case <-long.C:
		}
	})
	address := serving(t, Limits{}.server("", patient, brief))
	for _, body := range []string{"", "with a body"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("body %q: the request was cancelled", body)
		}
	}
}

// TestBodyLimits sends to each sort of operation what is larger than it takes, with
// and without saying so.
func TestBodyLimits(t *testing.T) {
	h := openHouse(t)
	address := serving(t, Server("", h.handler))
	for name, c := range map[string]struct {
		method, path, key, media string
		size                     int
	}{
		"command":    {http.MethodPost, "/v1/cycles", staffKey, "application/json", maxBody},
		"submission": {http.MethodPost, kenyaAt + "/submissions", kenyaKey, "application/json", maxSubmission},
		"workbook":   {http.MethodPost, kenyaAt + "/workbook/submissions", kenyaKey, mediaXLSX, maxWorkbook},
	} {
		for _, announced := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, announced %v", name, announced), func(t *testing.T) {
				var body io.Reader = strings.NewReader(`{"x":"` + strings.Repeat("x", c.size) + `"}`)
				if !announced {
					body = io.MultiReader(body)
				}
				request, err := http.NewRequestWithContext(t.Context(), c.method, "http://"+address+c.path, body)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", "Bearer "+h.secrets[c.key])
				request.Header.Set("Content-Type", c.media)
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusRequestEntityTooLarge {
					t.Errorf("answered with %d", answer.StatusCode)
				}
			})
		}
	}
}

// Deep and wide documents are refused before they are kept.
func TestShapeOfBodies(t *testing.T) {
	h := openHouse(t)
	for name, body := range map[string]string{
		"deep": strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"wide": "[" + strings.Repeat("0,", 500_000) + "0]",
	} {
		t.Run(name, func(t *testing.T) {
			h.post(kenyaKey, kenyaAt+"/submissions", body).problem(http.StatusRequestEntityTooLarge, "too-large")
		})
	}
}

// No body is unpacked: a small one cannot become a large one.
func TestCodedBodies(t *testing.T) {
	h := openHouse(t)
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, _ = io.Copy(zip, io.LimitReader(zeros{}, 64<<20))
	_ = zip.Close()
	answer := h.call(exchange{key: kenyaKey, method: "POST", path: kenyaAt + "/submissions", body: bomb.String(), headers: map[string]string{"Content-Encoding": "gzip"}})
	answer.problem(http.StatusUnsupportedMediaType, "media-type")
	if answer.header.Get("Accept-Encoding") != "identity" {
		t.Errorf("it does not say what is taken: %v", answer.header)
	}
}

type zeros struct{}

func (zeros) Read(to []byte) (int, error) { return len(to), nil }

// held is a handler that keeps requests until it is let go.
type held struct {
	under atomic.Int64
	let   chan struct{}
}

func (h *held) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == healthPath {
		return
	}
	h.under.Add(1)
	defer h.under.Add(-1)
	<-h.let
}

// With too many requests under way others are turned away at once, and counted;
// afterwards everybody is served again.
func TestShedding(t *testing.T) {
	for name, c := range map[string]struct {
		limits Limits
		body   int
		limit  string
	}{
		"requests": {Limits{Requests: 3}, 0, limitRequests},
		"bodies":   {Limits{Bodies: 3000}, 1000, limitBodies},
	} {
		t.Run(name, func(t *testing.T) {
			turned := make(chan string, 10)
			c.limits.Refused = func(limit string) { turned <- limit }
			work := &held{let: make(chan struct{})}
			address := serving(t, c.limits.server("", work, times{time.Minute, time.Minute, time.Minute, time.Minute, 1}))
			limited, cancel := context.WithTimeout(t.Context(), time.Minute) // what is not turned away must not hang
			defer cancel()
			ask := func(path, accept string) *http.Response {
				request, err := http.NewRequestWithContext(limited, http.MethodPost, "http://"+address+path, strings.NewReader(strings.Repeat("x", c.body)))
				if err != nil {
					t.Error(err)
					return nil
				}
				request.Header.Set("Accept", accept)
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Error(err)
					return &http.Response{Header: http.Header{}}
				}
				_ = answer.Body.Close()
				return answer
			}
			var group sync.WaitGroup
			for range 3 {
				group.Go(func() { _ = ask("/v1/cycles", "*/*") }) //nolint:bodyclose // ask closes it
			}
			waitUntil(t, func() bool { return work.under.Load() == 3 })
			program, person, health := ask("/v1/cycles", "*/*"), ask("/requests", "text/html"), ask(healthPath, "*/*") //nolint:bodyclose // ask closes them
			for want, answer := range map[string]*http.Response{problemMedia: program, "text/plain; charset=utf-8": person} {
				if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || answer.Header.Get("Content-Type") != want {
					t.Errorf("turned away with %d, %v", answer.StatusCode, answer.Header)
				}
			}
			if health.StatusCode != http.StatusOK {
				t.Errorf("who is busy is not alive: %d", health.StatusCode)
			}
			if n := len(turned); n != 2 {
				t.Errorf("%d were counted", n)
			} else if limit := <-turned; limit != c.limit {
				t.Errorf("counted as %s", limit)
			}
			close(work.let)
			group.Wait()
			if again := ask("/v1/cycles", "*/*"); again.StatusCode != http.StatusOK { //nolint:bodyclose // ask closes it
				t.Errorf("afterwards %d", again.StatusCode)
			}
		})
	}
}

func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it does not come")
		}
	}
}

// Each identity has a rate of its own, and who has none is counted by the address
// that the proxy names, not by the one that the client claims.
func TestRateLimits(t *testing.T) {
	h := openHouse(t)
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	refused := map[string]int{}
	config := h.service.Config
	config.Rates = access.NewRates(access.RateLimits{Reads: 0.5, Writes: 0.3, Strangers: 0.2}, func() time.Time { return now })
	config.Rates.Refused = func(limit string) { refused[limit]++ }
	config.ClientHeader = "X-Forwarded-For"
	h.handler = New(config)
	for range 5 {
		h.get(staffKey, cycleAt).want(http.StatusOK)
	}
	h.log.Reset()
	over := h.get(staffKey, cycleAt)
	over.problem(http.StatusTooManyRequests, "limited")
	if over.header.Get("Retry-After") != "2" || over.header.Get("RateLimit") != `"reads";r=0;t=2` || over.header.Get("RateLimit-Policy") != `"reads";q=5;w=10` {
		t.Errorf("told %v", over.header)
	}
	if h.log.Len() > 0 {
		t.Errorf("a refusal has its line: %s", h.log)
	}
	h.get(kenyaKey, kenyaAt).want(http.StatusOK)                                                             // another identity
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated) // writes count apart
	for range 3 {
		h.post(staffKey, "/v1/cycles", "{}").want(http.StatusUnprocessableEntity)
	}
	h.post(staffKey, "/v1/cycles", "{}").problem(http.StatusTooManyRequests, "limited")
	stranger := func(path, forwarded string) reply {
		return h.call(exchange{method: "GET", path: path, headers: map[string]string{"X-Forwarded-For": forwarded}})
	}
	for path, status := range map[string]int{"/openapi.json": http.StatusOK, "/v1/cycles": http.StatusUnauthorized} {
		stranger(path, "203.0.113.9, 192.0.2.7").want(status)
	}
	stranger("/v1/signing-keys", "203.0.113.10, 192.0.2.7").problem(http.StatusTooManyRequests, "limited")
	stranger("/v1/cycles", "192.0.2.8").want(http.StatusUnauthorized)
	for range 50 {
		stranger(healthPath, "192.0.2.7").want(http.StatusOK)
	}
	h.call(exchange{key: franceKey, method: "GET", path: "/v1/instruments", headers: map[string]string{"X-Forwarded-For": "192.0.2.7"}}).want(http.StatusOK)
	now = now.Add(2 * time.Second)
	h.get(staffKey, cycleAt).want(http.StatusOK)
	if got := [3]int{refused["reads"], refused["writes"], refused["strangers"]}; got != [3]int{1, 1, 1} {
		t.Errorf("counted %v", refused)
	}
}
