package api

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"github.com/rapporteur/rapporteur"
)

// feedAt makes a feed and gives the path of its address.
func (h *house) feedAt(key, body string) (MadeFeed, string) {
	h.t.Helper()
	made := read[MadeFeed](h.post(key, "/v1/feeds", body).want(http.StatusCreated))
	path, ok := strings.CutPrefix(made.Address, publicBase.String())
	if !ok || !strings.HasPrefix(path, "/feeds/") || !strings.HasSuffix(path, ".ics") || len(path) < 60 {
		h.t.Fatalf("the address is %q", made.Address)
	}
	return made, path
}

func TestAFeedIsReadByItsAddressAlone(t *testing.T) {
	h := openHouse(t)
	made, path := h.feedAt(kenyaKey, `{"language": "fr"}`)
	answer := h.get("", path).want(http.StatusOK)
	calendar, err := ics.ParseCalendar(bytes.NewReader(answer.body))
	if err != nil || len(calendar.Events()) != 1 {
		t.Fatalf("%v, %s", err, answer.body)
	}
	if !strings.Contains(string(answer.body), "Réponse attendue") || answer.header.Get("Content-Type") != "text/calendar; charset=utf-8" ||
		answer.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%v %s", answer.header, answer.body)
	}
	tag := answer.header.Get("ETag")
	same := h.call(exchange{method: http.MethodGet, path: path, headers: map[string]string{"If-None-Match": tag}}).want(http.StatusNotModified)
	if len(same.body) > 0 || same.header.Get("ETag") != tag || tag == "" {
		t.Errorf("not modified: %v %q", same.header, same.body)
	}
	h.call(exchange{method: http.MethodGet, path: path, headers: map[string]string{"If-None-Match": `"other"`}}).want(http.StatusOK)
	h.call(exchange{method: http.MethodPost, path: path}).want(http.StatusMethodNotAllowed)
	if strings.Contains(h.log.String(), strings.TrimSuffix(strings.TrimPrefix(path, "/feeds/"), ".ics")) {
		t.Error("the token is in the log")
	}

	list := h.get(kenyaKey, "/v1/feeds").want(http.StatusOK)
	feeds := read[struct{ Items []Feed }](list)
	if len(feeds.Items) != 1 || feeds.Items[0].ID != made.ID || feeds.Items[0].LastUsed == "" || strings.Contains(string(list.body), "address") {
		t.Errorf("listed %s", list.body)
	}
	if others := read[struct{ Items []Feed }](h.get(franceKey, "/v1/feeds")); len(others.Items) != 0 {
		t.Errorf("France sees %+v", others)
	}
	revoke := exchange{key: franceKey, method: http.MethodDelete, path: "/v1/feeds/" + made.ID}
	h.call(revoke).problem(http.StatusNotFound, "not-found")
	h.get("", path).want(http.StatusOK)
	revoke.key = kenyaKey
	h.call(revoke).want(http.StatusNoContent)
	h.call(revoke).want(http.StatusNoContent)

	revoked, unknown := h.get("", path).problem(http.StatusNotFound, "not-found"), h.get("", "/feeds/"+strings.Repeat("A", 52)+".ics").problem(http.StatusNotFound, "not-found")
	revoked.Instance, unknown.Instance = "", ""
	if revoked.Detail != unknown.Detail || revoked.Title != unknown.Title || len(revoked.Findings)+len(unknown.Findings) > 0 {
		t.Errorf("revoked %+v, unknown %+v", revoked, unknown)
	}
	for _, nonsense := range []string{"/feeds/", "/feeds/x", "/feeds/.ics", "/feeds/%00.ics", "/feeds/a/b.ics"} {
		h.get("", nonsense).problem(http.StatusNotFound, "not-found")
	}
}

func TestAFeedsAddressIsShownOnce(t *testing.T) {
	h := newHouse(t)
	body := `{}`
	first := read[MadeFeed](h.keyed(staffKey, "f1", "/v1/feeds", body).want(http.StatusCreated))
	again := read[MadeFeed](h.keyed(staffKey, "f1", "/v1/feeds", body).want(http.StatusCreated))
	if first.Address == "" || again.ID != first.ID || again.Address != "" || again.Language != "en" {
		t.Errorf("first %+v, again %+v", first, again)
	}
	h.post(staffKey, "/v1/feeds", `{"language": "de"}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, "/v1/feeds", `{"cycle": "i/s/2018"}`).problem(http.StatusNotFound, "not-found")
}

func TestAFeedEndsWithItsKey(t *testing.T) {
	h := openHouse(t)
	_, path := h.feedAt(staffKey, `{"cycle": "`+string(testCycle)+`"}`)
	h.get("", path).want(http.StatusOK)
	id := strings.TrimPrefix(h.principal(staffKey), "key-")
	h.call(exchange{key: adminKey, method: http.MethodDelete, path: "/v1/keys/" + id}).want(http.StatusNoContent)
	h.get("", path).problem(http.StatusNotFound, "not-found")
}

func TestReadingFeedsIsLimited(t *testing.T) {
	h := openHouse(t)
	_, path := h.feedAt(kenyaKey, `{}`)
	_, other := h.feedAt(franceKey, `{}`)
	answer := h.untilLimited(readsPerFeed, func(int) string { return path })
	if wait := answer.header.Get("Retry-After"); wait == "" || wait == "5" {
		t.Errorf("Retry-After %q", wait)
	}
	h.get("", other).want(http.StatusOK) // another's is not slowed
}

func TestGuessesOfFeedsAreLimitedByCaller(t *testing.T) {
	h := newHouse(t)
	h.untilLimited(readsPerAddress, func(n int) string { return "/feeds/" + strings.Repeat("A", n%400+1) + ".ics" })
	h.get(staffKey, "/v1/feeds").want(http.StatusOK)
}

// untilLimited reads until it is refused, after as many times as are allowed; one
// more or less where the limiter's window changes meanwhile.
func (h *house) untilLimited(allowed int, path func(n int) string) reply {
	h.t.Helper()
	for n := range allowed + 2 {
		answer := h.get("", path(n))
		if answer.status != http.StatusTooManyRequests {
			continue
		}
		answer.problem(http.StatusTooManyRequests, string(rapporteur.ProblemLimited))
		if n < allowed-1 {
			h.t.Errorf("refused after %d readings, %d are allowed", n, allowed)
		}
		return answer
	}
	h.t.Fatalf("read more than %d times", allowed)
	return reply{}
}
