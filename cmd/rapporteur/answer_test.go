package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnswerCommands(t *testing.T) {
	section := file(t, "op3.json", `{"Q3.1": {"status": "yes"}}`)
	const at = "/v1/cycles/i/s/2018/requests/state-ken/working-answer"
	for line, want := range map[string]string{
		"show i/s/2018 state-ken":                                                             "GET " + at,
		"show i/s/2018 state-ken op3":                                                         "GET " + at + "/sections/op3",
		"show i/s/2018 state-ken --check":                                                     "GET " + at + "/validation",
		"show i/s/2018 state-ken --history":                                                   "GET " + at + "/saves",
		"save i/s/2018 state-ken op3 " + section:                                              "PUT " + at + `/sections/op3 {"content":{"Q3.1":{"status":"yes"}}}`,
		"save i/s/2018 state-ken op3 " + section + ` --etag="4" --confirmed`:                  "PUT " + at + `/sections/op3 if "4" {"content":{"Q3.1":{"status":"yes"}},"confirmed":true}`,
		"save i/s/2018 state-ken op3 " + section + ` --etag=4 --confirm=/answers/Q3.1/status`: "PUT " + at + `/sections/op3 if "4" {"content":{"Q3.1":{"status":"yes"}},"confirm":["/answers/Q3.1/status"]}`,
		"prefill i/s/2018 state-ken":                                                          "POST " + at + `/prefill {"sources":[]}`,
		"prefill i/s/2018 state-ken --from=published,earlier-answer":                          "POST " + at + `/prefill {"sources":["published","earlier-answer"]}`,
		"confirm i/s/2018 state-ken op3 --etag=4":                                             "POST " + at + `/sections/op3/confirmations if "4" {"pointers":[]}`,
		"confirm i/s/2018 state-ken op3 /answers/Q3.1/status /answers/Q3.1/document --etag=4": "POST " + at + `/sections/op3/confirmations if "4" {"pointers":["/answers/Q3.1/status","/answers/Q3.1/document"]}`,
		"submit i/s/2018 state-ken --etag=9-1":                                                "POST " + at + `/submission if "9-1"`,
	} {
		if asked, err := answering(t, strings.Fields("answer "+line)...); err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	for line, says := range map[string]string{
		"submit i/s/2018 state-ken":                                             "--etag",
		"confirm i/s/2018 state-ken op3":                                        "--etag",
		"prefill i/s/2018 state-ken --from=rumour":                              "rumour",
		"show i/s/2018 state-ken op3 --check":                                   "leave the section out",
		"save i/s/2018 state-ken op3 " + file(t, "torn.json", `{"Q3.1": {`):     "is not JSON",
		"save i/s/2018 state-ken op3 " + file(t, "twice.json", `{} {"a": "b"}`): "is not JSON",
	} {
		if asked, err := answering(t, strings.Fields("answer "+line)...); err == nil || asked != "" || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: asked %q, got %v, want it to say %q", line, asked, err, says)
		}
	}
}

// answering carries out a command line against a server that answers everything
// with an object, and says what it was asked, with the condition.
func answering(t *testing.T, arguments ...string) (string, error) {
	t.Helper()
	asked := ""
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = r.Method + " " + r.RequestURI
		if condition := r.Header.Get("If-Match"); condition != "" {
			asked += " if " + condition
		}
		asked = strings.TrimSpace(asked + " " + string(body))
		_, _ = io.WriteString(w, "{}")
	}))
	defer api.Close()
	t.Setenv("RAPPORTEUR_SERVER", api.URL)
	t.Setenv("RAPPORTEUR_KEY_FILE", file(t, "key", "rap_key"))
	err := command(t, arguments...)
	return asked, err
}
