package api

import (
	"net/http"
	"strings"
	"testing"
)

// ifMatch is an exchange with the header If-Match.
func ifMatch(key, method, path, body, etag string) exchange {
	return exchange{key: key, method: method, path: path, body: body, headers: map[string]string{"If-Match": etag}}
}

func TestIfMatch(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	request := h.get(staffKey, kenyaAt).want(http.StatusOK).header.Get("ETag")
	cycle := h.get(staffKey, cycleAt).want(http.StatusOK).header.Get("ETag")
	contacts := h.get(staffKey, "/v1/contributors/state-ken/contacts").want(http.StatusOK).header.Get("ETag")
	observations := h.get(staffKey, cycleAt+"/observations").want(http.StatusOK).header.Get("ETag")
	cases := []struct {
		name string
		e    exchange
		etag string
	}{
		{"submit", exchange{key: kenyaKey, method: "POST", path: kenyaAt + "/submissions", body: nilReturn("member-state", "Less.")}, request},
		{"settle", exchange{key: staffKey, method: "POST", path: kenyaAt + "/settlements", body: `{"version": 2}`}, ""},
		{"return", exchange{key: staffKey, method: "POST", path: kenyaAt + "/returns", body: `{"comments": "The totals differ."}`}, ""},
		{"command", exchange{key: staffKey, method: "POST", path: cycleAt + "/commands/close-collection"}, cycle},
		{"contacts", exchange{key: staffKey, method: "PUT", path: "/v1/contributors/state-ken/contacts", body: `{"contacts": []}`}, contacts},
		{"observations", exchange{key: staffKey, method: "PUT", path: cycleAt + "/observations", body: `{"observations": ["One."]}`}, observations},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			etag := c.etag
			if etag == "" {
				etag = h.get(staffKey, kenyaAt).header.Get("ETag")
			}
			before, told := h.weight(), h.engine.told()
			for _, wrong := range []string{`"0-000000000000"`, `"999-000000000000"`, "nonsense", `"a", W/"b"`} {
				h.call(ifMatch(c.e.key, c.e.method, c.e.path, c.e.body, wrong)).problem(http.StatusPreconditionFailed, "precondition")
			}
			if after := h.weight(); after != before || h.engine.told() != told {
				t.Fatalf("the record has changed:\n%s\n%s", before, after)
			}
			answer := h.call(ifMatch(c.e.key, c.e.method, c.e.path, c.e.body, `"x", `+etag))
			if answer.status >= 300 {
				t.Fatalf("%d %s", answer.status, answer.body)
			}
			if c.name == "command" {
				return // the engine is a double: nothing has changed
			}
			h.call(ifMatch(c.e.key, c.e.method, c.e.path, c.e.body, etag)).problem(http.StatusPreconditionFailed, "precondition")
			again := h.call(ifMatch(c.e.key, c.e.method, c.e.path, c.e.body, "*"))
			if again.status == http.StatusPreconditionFailed {
				t.Errorf("* does not hold: %s", again.body)
			}
		})
	}
}

func TestIfNoneMatch(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	for _, path := range []string{cycleAt, kenyaAt, kenyaAt + "/questionnaire", cycleAt + "/observations", "/v1/contributors/state-ken/contacts"} {
		etag := h.get(staffKey, path).want(http.StatusOK).header.Get("ETag")
		if !strings.HasPrefix(etag, `"`) {
			t.Errorf("%s: ETag %q", path, etag)
		}
		fresh := h.call(exchange{key: staffKey, method: "GET", path: path, headers: map[string]string{"If-None-Match": `"1-a", W/` + etag}})
		if len(fresh.want(http.StatusNotModified).body) != 0 {
			t.Errorf("%s: 304 with a body: %s", path, fresh.body)
		}
		h.call(exchange{key: staffKey, method: "GET", path: path, headers: map[string]string{"If-None-Match": `"1-a"`}}).want(http.StatusOK)
	}
	// Counts change without the cycle's revision: the ETag must follow.
	etag := h.get(staffKey, cycleAt).header.Get("ETag")
	h.post(franceKey, cycleAt+"/requests/state-fra/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.call(exchange{key: staffKey, method: "GET", path: cycleAt, headers: map[string]string{"If-None-Match": etag}}).want(http.StatusOK)
}
