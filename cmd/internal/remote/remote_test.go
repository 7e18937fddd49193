package remote_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// serve answers every call with a status and a body, and keeps the last one.
func serve(t *testing.T, status int, body string) (remote.Client, *http.Request, *string) {
	t.Helper()
	var last http.Request
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		last, sent = *r, string(content)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return remote.New(server.URL+"/", "secret"), &last, &sent
}

func TestCall(t *testing.T) {
	client, last, sent := serve(t, http.StatusOK, `{"id":"x"}`)
	var answer struct {
		ID string `json:"id"`
	}
	call := remote.Call{Method: http.MethodPost, Path: "/v1/cycles?dry_run=true", Body: map[string]string{"a": "b"}, Idempotency: "key", Accept: "text/csv"}
	if err := client.JSON(t.Context(), call, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.ID != "x" || *sent != `{"a":"b"}` || last.URL.RequestURI() != "/v1/cycles?dry_run=true" {
		t.Errorf("answer %+v to %s with %s", answer, last.URL, *sent)
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer secret", "Idempotency-Key": "key", "Accept": "text/csv", "Content-Type": "application/json",
	} {
		if got := last.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestBytesAreSentAsTheyAre(t *testing.T) {
	client, _, sent := serve(t, http.StatusOK, "")
	if err := client.JSON(t.Context(), remote.Call{Method: http.MethodPost, Path: "/", Body: []byte("{ }")}, nil); err != nil {
		t.Fatal(err)
	}
	if *sent != "{ }" {
		t.Errorf("sent %q", *sent)
	}
}

func TestProblems(t *testing.T) {
	client, _, _ := serve(t, http.StatusUnprocessableEntity,
		`{"title":"The answer was not accepted","detail":"1 finding","findings":[{"severity":"error","rule":"r","pointer":"/a","message":"Give a date."}]}`)
	err := client.JSON(t.Context(), remote.Call{Method: http.MethodGet, Path: "/"}, nil)
	if !remote.Is(err, http.StatusUnprocessableEntity) || remote.Is(err, http.StatusNotFound) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"The answer was not accepted (422): 1 finding", "error at /a: Give a date. [r]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

func TestAnswersThatAreNoProblemDocument(t *testing.T) {
	client, _, _ := serve(t, http.StatusBadGateway, "<html>")
	if _, err := client.Bytes(t.Context(), remote.Call{Method: http.MethodGet, Path: "/"}); !remote.Is(err, http.StatusBadGateway) {
		t.Errorf("error %v", err)
	}
	if _, err := remote.New("http://127.0.0.1:1", "").Bytes(t.Context(), remote.Call{Method: http.MethodGet, Path: "/"}); err == nil {
		t.Error("nothing serves there")
	}
}
