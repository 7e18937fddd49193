package signin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/signin"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// newHouse is a house that asks with every request whether people may still act.
func newHouse(t *testing.T) *webtest.House {
	t.Helper()
	return webtest.New(t, func(c *web.Config) { c.InForce = signin.InForce(c.SignIn) })
}

// visitor is a browser that keeps the cookies of the house.
type visitor struct {
	*webtest.House
	webtest.Person
}

func visits(h *webtest.House) *visitor { return &visitor{h, h.As("")} }

// keep takes over the session's cookie of an answer.
func (v *visitor) keep(r webtest.Reply) webtest.Reply {
	for _, c := range r.Result().Cookies() {
		if c.Name == "session" {
			v.Cookie = c
		}
	}
	return r
}

func (v *visitor) get(at string) webtest.Reply { return v.keep(v.Get(at)) }
func (v *visitor) post(at string, values ...string) webtest.Reply {
	return v.keep(v.Post(at, values...))
}

// asked is the token of a link that an address asked for.
func asked(h *webtest.House, address, next string) string {
	h.T.Helper()
	visits(h).post("/sign-in/ask", "address", address, "next", next).Want(http.StatusSeeOther)
	return h.Mailbox.Newest().SignIn.Token
}

// reachable gives Kenya a mailbox.
func reachable(h *webtest.House) {
	h.T.Helper()
	h.Must(h.Config.Secretariat.PutContacts(h.T.Context(), webtest.People["staff"], webtest.Kenya, []rapporteur.Contact{
		{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "kenya@example.org", Language: "en"},
	}))
}

func at(token string) string { return "/sign-in/link?" + url.Values{"token": {token}}.Encode() }

// location is where an answer leads.
func location(r webtest.Reply) string { return r.Header().Get("Location") }

func TestFromMailToTheRequest(t *testing.T) {
	h := newHouse(t)
	h.Open()
	rung := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: "request", Notice: rapporteur.NoticeRequest}, Due: h.Request(webtest.Kenya).Due}
	_, err := h.Conduct.SendRung(t.Context(), webtest.Cycle, rung, h.Moment(), func(int) {})
	h.Must(err)
	var token string
	for _, l := range h.Mailbox.Letters {
		if l.Contributor.ID == webtest.Kenya && l.Notice == rapporteur.NoticeRequest {
			token = l.SignIn.Token
		}
	}
	v := visits(h)
	for range 2 { // as programs do that look through mails
		v.get(at(token)).Want(http.StatusOK, "Kenya", "Lead", "Sign in by this link")
	}
	if v.Cookie != nil {
		t.Error("opening the link began a session")
	}
	if got := location(v.post("/sign-in/link", "token", token).Want(http.StatusSeeOther)); got != "/requests/s-res-2388-2017/op34/2018/state-ken" {
		t.Errorf("it goes on to %s", got)
	}
	v.get("/sign-in").Want(http.StatusOK, "You are signed in", "Kenya")
	// Another browser with the same link is told that it was used, and can have a
	// fresh one.
	other := visits(h)
	other.get(at(token)).Want(http.StatusGone, "The link has been used", "Send a fresh link")
	other.post("/sign-in/link", "token", token).Want(http.StatusGone, "The link has been used")
	other.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
	if got := location(other.post("/sign-in/again", "token", token).Want(http.StatusSeeOther)); got != "/sign-in/sent" {
		t.Errorf("it goes on to %s", got)
	}
	fresh := h.Mailbox.Newest()
	if fresh.Notice != rapporteur.NoticeSignIn || fresh.SignIn.Token == token {
		t.Errorf("the fresh one is %+v", fresh)
	}
	if got := location(other.post("/sign-in/link", "token", fresh.SignIn.Token)); got != "/requests/s-res-2388-2017/op34/2018/state-ken" {
		t.Errorf("the fresh one goes on to %s", got)
	}
	if log := h.Log.String(); strings.Contains(log, token) || strings.Contains(log, "focal@example.org") {
		t.Error("the log tells the token or the address")
	}
}

func TestLinksThatAreOfNoUse(t *testing.T) {
	h := newHouse(t)
	reachable(h)
	token := asked(h, "kenya@example.org", "/")
	content, code, _ := strings.Cut(token, ".")
	for name, c := range map[string]struct{ token, says string }{
		"none": {"", "The link is not known"}, "cut": {content, "The link is not known"}, "changed": {"x" + token, "The link is not known"},
		"another's code": {content + "." + strings.ToUpper(code), "The link is not known"},
		"script":         {"<script>", "The link is not known"}, "long": {strings.Repeat("a", 9000), "The link is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			v := visits(h)
			v.get(at(c.token)).Want(http.StatusForbidden, c.says).Lacks("Send a fresh link", "<script>x")
			v.post("/sign-in/link", "token", c.token).Want(http.StatusForbidden, c.says)
		})
	}
	h.Set(h.Clock().Add(31 * time.Minute))
	visits(h).get(at(token)).Want(http.StatusGone, "The link has expired", "Send a fresh link")
	fresh := asked(h, "kenya@example.org", "/")
	h.Must(h.Config.Secretariat.PutContacts(t.Context(), webtest.People["staff"], webtest.Kenya, nil))
	visits(h).get(at(fresh)).Want(http.StatusGone, "The link is not in force").Lacks("Send a fresh link")
}

func TestAskingForALink(t *testing.T) {
	h := newHouse(t)
	reachable(h)
	known := visits(h).post("/sign-in/ask", "address", "kenya@example.org", "next", "/")
	unknown := visits(h).post("/sign-in/ask", "address", "nobody@example.org", "next", "/")
	if known.Code != unknown.Code || location(known) != location(unknown) || known.Body.String() != unknown.Body.String() || len(h.Mailbox.Letters) != 1 {
		t.Errorf("known %d to %s, unknown %d to %s; %d letters", known.Code, location(known), unknown.Code, location(unknown), len(h.Mailbox.Letters))
	}
	visits(h).get("/sign-in/sent").Want(http.StatusOK, "Look into your mail")
	for _, address := range []string{"", "nobody", strings.Repeat("a", 10_000) + "@example.org", "a@example.org\nBcc: b@example.org", "\u202egro.elpmaxe@a"} {
		visits(h).post("/sign-in/ask", "address", address).Want(http.StatusUnprocessableEntity, "not a mail address", `aria-invalid="true"`)
	}
	next := asked(h, "kenya@example.org", "/requests/s-res-2388-2017/op34/2018/state-fra")
	if got := location(visits(h).post("/sign-in/link", "token", next)); strings.Contains(got, "state-fra") {
		t.Errorf("another's request is where the link leads: %s", got)
	}
	h.Config.SignIn.Post = nil
	without := webtest.New(t, func(c *web.Config) { c.SignIn.Post = nil })
	visits(without).get("/sign-in").Want(http.StatusOK, "Links come with the mails").Lacks("Send me a link")
	visits(without).post("/sign-in/ask", "address", "kenya@example.org").Want(http.StatusServiceUnavailable, "Links come with the mails")
}

// Who asks too often has to wait; others do not.
func TestAskingTooOften(t *testing.T) {
	h := newHouse(t)
	from := func(remote string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in/ask", strings.NewReader("address=nobody@example.org"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.RemoteAddr = remote
		reply := h.As("").Do(r)
		if reply.Code == http.StatusTooManyRequests && reply.Header().Get("Retry-After") != "600" {
			t.Errorf("wait %s seconds", reply.Header().Get("Retry-After"))
		}
		return reply.Code
	}
	for range 20 {
		if code := from("192.0.2.1:1"); code != http.StatusSeeOther {
			t.Fatalf("status %d", code)
		}
	}
	if from("192.0.2.1:2") != http.StatusTooManyRequests || from("192.0.2.2:1") != http.StatusSeeOther {
		t.Error("the 21st is let through, or another address is held")
	}
	h.Set(h.Clock().Add(30 * time.Second))
	if from("192.0.2.1:3") != http.StatusSeeOther {
		t.Error("half a minute later it is still held")
	}
}

func TestGuessingTokens(t *testing.T) {
	h := newHouse(t)
	h.Open()
	reachable(h)
	token := asked(h, "kenya@example.org", "/")
	wrong := []string{at("guess"), "/returns/s-res-2388-2017/op34/2018/state-ken/nil?until=2018-10-14&token=guess"}
	for n := range 30 {
		visits(h).get(wrong[n%2]).Want(http.StatusForbidden)
	}
	for _, address := range append(wrong, at(token)) {
		visits(h).get(address).Want(http.StatusTooManyRequests)
	}
	visits(h).post("/sign-in/link", "token", token).Want(http.StatusTooManyRequests)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at(token), http.NoBody)
	r.RemoteAddr = "198.51.100.1:1"
	h.As("").Do(r).Want(http.StatusOK)
	h.Set(h.Clock().Add(10 * time.Minute))
	visits(h).get(at(token)).Want(http.StatusOK)
}

func TestWhoIsBlockedIsOutAtTheNextRequest(t *testing.T) {
	h := newHouse(t)
	reachable(h)
	v := visits(h)
	v.post("/sign-in/link", "token", asked(h, "kenya@example.org", "/"))
	v.get("/sign-in").Want(http.StatusOK, "You are signed in")
	persons := rapporteur.Persons{Store: h.Store, Clock: h.Clock}
	all, err := persons.List(t.Context())
	h.Must(err)
	h.Must(persons.Block(t.Context(), webtest.People["admin"], all[0].ID, "Taken over."))
	v.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
}

func TestSigningOut(t *testing.T) {
	h := webtest.New(t)
	v := &visitor{h, h.As("staff")}
	v.get("/sign-in").Want(http.StatusOK, "You are signed in")
	before := v.Person
	v.post("/sign-out").Want(http.StatusSeeOther)
	before.Get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
	visits(h).get("/signed-out").Want(http.StatusOK, "Signed out")
	visits(h).post("/sign-out").Want(http.StatusSeeOther) // again does no harm
	// Another site signs nobody out.
	other := h.As("staff")
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-out", http.NoBody)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.AddCookie(other.Cookie)
	other.Do(r).Want(http.StatusForbidden)
	other.Get("/sign-in").Want(http.StatusOK, "You are signed in")
}

func TestEverythingIsTranslated(t *testing.T) {
	if missing := signin.Words().Missing(); len(missing) > 0 {
		t.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	h := newHouse(t)
	for _, language := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		p := h.As("")
		p.Language = language
		p.Get("/sign-in").Want(http.StatusOK, `lang="`+language+`"`).Lacks("[signin")
		p.Get(at("x")).Want(http.StatusForbidden).Lacks("[useless")
	}
}

// What a colleague does by a page is recorded with who delegated.
func TestAColleagueSignsIn(t *testing.T) {
	h := newHouse(t)
	reachable(h)
	v := visits(h)
	v.post("/sign-in/link", "token", asked(h, "kenya@example.org", "/"))
	lead := rapporteur.Principal{}
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		all, err := r.Persons(ctx)
		lead = all[0].Principal()
		return err
	})
	today := rapporteur.DateOf(h.Clock())
	given, err := rapporteur.Delegations{SignIn: h.Config.SignIn}.Give(t.Context(), lead, rapporteur.Colleague{
		Contributor: webtest.Kenya, Name: "Grace", Address: "grace@example.org", Language: "en", From: today, Until: today.AddDays(3),
	}, "")
	h.Must(err)
	colleague := visits(h)
	token := h.Mailbox.Newest().SignIn.Token
	colleague.get(at(token)).Want(http.StatusOK, "Colleague, by delegation", "Kenya")
	colleague.post("/sign-in/link", "token", token).Want(http.StatusSeeOther)
	colleague.get("/sign-in").Want(http.StatusOK, "You are signed in")
	h.Must(rapporteur.Delegations{SignIn: h.Config.SignIn}.End(t.Context(), lead, webtest.Kenya, given.ID))
	colleague.get("/sign-in").Want(http.StatusOK).Lacks("You are signed in")
}
