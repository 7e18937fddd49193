package frame_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var source = fstest.MapFS{"page.html": {Data: []byte(
	`{{define "title"}}A page{{end}}{{define "content"}}<h1>{{.}}</h1><form method="post">{{once}}</form>{{end}}`)}}

var page = frame.Parse(frame.Words(), source, "page.html")

// house is a frame with a few pages, and a browser without scripts.
type house struct {
	*testing.T
	frame  *frame.Frame
	log    bytes.Buffer
	server *httptest.Server
	client *http.Client
	did    []string // command ids that the form was carried out with
	out    bool     // who is signed in may no longer act
}

var staff = rapporteur.Principal{ID: "person-1", Role: rapporteur.RoleSecretariat}

func newHouse(t *testing.T, base string) *house {
	t.Helper()
	h := &house{T: t}
	at, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	h.frame = frame.New(frame.Config{
		Logger: zerolog.New(&h.log), BaseURL: at,
		InForce: func(_ *http.Request, p rapporteur.Principal) (rapporteur.Principal, error) {
			if h.out {
				return p, rapporteur.Problemf(rapporteur.ProblemUnidentified, "Out", "")
			}
			return p, nil
		},
	})
	h.pages()
	h.server = httptest.NewServer(h.frame)
	t.Cleanup(h.server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return h
}

func (h *house) pages() {
	add := func(id, method, pattern string, action access.Action, serve func(v *frame.Visit) error) {
		h.frame.Register(frame.Page{ID: id, Method: method, Pattern: pattern, Action: action, Languages: frame.AllLanguages, Serve: serve})
	}
	show := func(v *frame.Visit) error { return v.Render(http.StatusOK, page, "for "+string(v.Principal.Role)) }
	add("open", "GET", "/open", "", show)
	add("enter", "POST", "/enter", "", func(v *frame.Visit) error {
		if err := v.SignIn(staff); err != nil {
			return err
		}
		v.Note("You are in.")
		return v.Redirect("/staff")
	})
	add("leave", "POST", "/leave", "", func(v *frame.Visit) error { return errors.Join(v.SignOut(), v.Redirect("/open")) })
	add("staff", "GET", "/staff", access.StartCycle, show)
	add("act", "POST", "/staff", access.StartCycle, func(v *frame.Visit) error {
		if _, err := v.Form(); err != nil {
			return err
		}
		h.did = append(h.did, v.CommandID())
		return v.Redirect("/staff")
	})
	add("keys", "GET", "/keys", access.ManageKeys, show)
	add("broken", "GET", "/broken", "", func(*frame.Visit) error { return errors.New("a secret detail") })
	add("panic", "GET", "/panic", "", func(*frame.Visit) error { panic("a secret detail") })
	add("rejected", "GET", "/rejected", "", func(*frame.Visit) error {
		return &rapporteur.Problem{Kind: rapporteur.ProblemRejected, Title: "Rejected", Detail: "In English.", Findings: []rapporteur.Finding{
			{Severity: rapporteur.SeverityError, Message: map[string]string{"en": "Too <b>many", "ru": "Слишком"}}, {Severity: rapporteur.SeverityAdvice, Message: map[string]string{"en": "By the way"}},
		}}
	})
}

// answer is a reply with its body read.
type answer struct {
	*http.Response
	body string
}

func (h *house) do(method, at string, form url.Values, headers ...string) answer {
	h.Helper()
	r, err := http.NewRequestWithContext(h.Context(), method, h.server.URL+at, strings.NewReader(form.Encode()))
	if err != nil {
		h.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	got, err := h.client.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(got.Body); err != nil {
		h.Fatal(err)
	}
	return answer{got, body.String()}
}

func (h *house) want(a answer, status int, says ...string) answer {
	h.Helper()
	if a.StatusCode != status {
		h.Errorf("%s: status %d, want %d\n%s", a.Request.URL, a.StatusCode, status, a.body)
	}
	for _, text := range says {
		if !strings.Contains(a.body, text) {
			h.Errorf("%s does not say %q\n%s", a.Request.URL, text, a.body)
		}
	}
	return a
}

func TestSigningInAndOut(t *testing.T) {
	h := newHouse(t, "http://house.example")
	if to := h.want(h.do("GET", "/staff?a=b", nil), 303).Header.Get("Location"); to != "/sign-in?next=%2Fstaff%3Fa%3Db" {
		t.Errorf("nobody is sent to %s", to)
	}
	entered := h.want(h.do("POST", "/enter", url.Values{}), 303)
	cookie := entered.Cookies()[0]
	if cookie.Name != "session" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("the cookie is %v", cookie)
	}
	h.want(h.do("GET", "/staff", nil), 200, "for secretariat", "You are in.", "Sign out")
	if again := h.want(h.do("GET", "/staff", nil), 200); strings.Contains(again.body, "You are in.") {
		t.Error("it says twice what was done")
	}
	h.want(h.do("GET", "/keys", nil), 403, "Not allowed")
	h.out = true
	h.want(h.do("GET", "/staff", nil), 303)
	h.out = false
	h.want(h.do("GET", "/staff", nil), 303) // whose standing had ended signs in anew
	h.want(h.do("POST", "/enter", url.Values{}), 303)
	h.want(h.do("POST", "/leave", url.Values{}), 303)
	h.want(h.do("GET", "/staff", nil), 303)
}

// A session's token changes when somebody signs in, and a forged one is nobody's.
func TestForgedAndFixedCookies(t *testing.T) {
	h := newHouse(t, "http://house.example")
	first := h.do("POST", "/enter", url.Values{}).Cookies()[0].Value
	second := h.do("POST", "/enter", url.Values{}).Cookies()[0].Value
	if first == second {
		t.Error("the token stays the same when somebody signs in")
	}
	h.client.Jar, _ = cookiejar.New(nil)
	for name, value := range map[string]string{"an old token": first, "a guess": "AAAA", "nothing": "", "its end cut": second[:len(second)-1]} {
		if a := h.do("GET", "/staff", nil, "Cookie", "session="+value); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	h.want(h.do("GET", "/staff", nil, "Cookie", "session="+second), 200)
}

// A form that comes without a session does nothing and loses nothing.
func TestAFormWithoutASessionIsKept(t *testing.T) {
	h := newHouse(t, "http://house.example")
	kept := h.want(h.do("POST", "/staff?x=1", url.Values{"once": {"0123456789abcdef"}, "text": {`long "work" <b>`}}), 401,
		`action="/staff?x=1"`, `name="text" value="long &#34;work&#34; &lt;b&gt;"`, `name="once" value="0123456789abcdef"`, "/sign-in?next=%2Fsigned-in")
	if len(h.did) > 0 || kept.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it was carried out, or may be cached: %v", h.did)
	}
	h.want(h.do("POST", "/enter", url.Values{}), 303)
	for range 2 {
		h.want(h.do("POST", "/staff", url.Values{"once": {"0123456789abcdef"}}), 303)
	}
	if len(h.did) != 2 || h.did[0] != h.did[1] || h.did[0] != "person-1-0123456789abcdef" {
		t.Errorf("the same form has the ids %q", h.did)
	}
	h.do("POST", "/staff", url.Values{"once": {"short"}})
	h.do("POST", "/staff", url.Values{})
	if h.did[2] == h.did[3] {
		t.Error("forms without an id have the same")
	}
}

func TestFormsFromElsewhere(t *testing.T) {
	h := newHouse(t, "http://house.example")
	h.want(h.do("POST", "/enter", url.Values{}), 303)
	for name, headers := range map[string][]string{
		"another site": {"Sec-Fetch-Site", "cross-site"}, "a site beside": {"Sec-Fetch-Site", "same-site"}, "an old browser": {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
	} {
		if a := h.do("POST", "/staff", url.Values{}, headers...); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "Not from here") {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	if len(h.did) > 0 {
		t.Errorf("it was carried out: %v", h.did)
	}
	h.want(h.do("POST", "/staff", url.Values{"text": {strings.Repeat("x", 300<<10)}}), 413)
}

func TestProblems(t *testing.T) {
	h := newHouse(t, "http://house.example")
	h.want(h.do("GET", "/nowhere", nil), 404, "Not found", `lang="en"`)
	h.want(h.do("GET", "/nowhere", nil, "Accept-Language", "ar"), 404, `lang="ar" dir="rtl"`, "غير موجود")
	h.want(h.do("DELETE", "/open", nil), 405)
	h.want(h.do("GET", "/rejected", nil, "Accept-Language", "ru"), 422, "Слишком", "Пока не принято", `<p lang="en" dir="ltr"`)
	h.want(h.do("GET", "/rejected", nil), 422, "Too &lt;b&gt;many", "In English.")
	for _, at := range []string{"/broken", "/panic"} {
		a := h.want(h.do("GET", at, nil), 500, "Something went wrong")
		if strings.Contains(a.body, "secret") || !strings.Contains(a.body, a.Header.Get("X-Request-Id")) {
			t.Errorf("%s tells what it should not, or no number:\n%s", at, a.body)
		}
	}
	if !strings.Contains(h.log.String(), "a secret detail") {
		t.Error("the log does not say what was wrong")
	}
}

func TestHeaders(t *testing.T) {
	h := newHouse(t, "https://house.example")
	a := h.want(h.do("GET", "/open", nil, "Accept-Encoding", "gzip"), 200)
	for name, want := range map[string]string{
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-Content-Type-Options": "nosniff", "Content-Encoding": "gzip",
		"Cache-Control": "no-store", "Content-Language": "en",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if policy := a.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
	for _, c := range h.do("POST", "/enter", url.Values{}).Cookies() {
		if c.Name != "__Host-session" || !c.Secure {
			t.Errorf("the cookie is %v", c)
		}
	}
	if plain := newHouse(t, "http://127.0.0.1:8080").do("GET", "/open", nil); plain.Header.Get("Strict-Transport-Security") != "" {
		t.Error("without TLS browsers are told to use it")
	}
}

func TestLanguages(t *testing.T) {
	h := newHouse(t, "http://house.example")
	h.want(h.do("GET", "/open", nil, "Accept-Language", "de"), 200, `<html lang="en" dir="ltr">`, `hreflang="ar"`, "العربية")
	h.want(h.do("GET", "/open?lang=zh", nil), 200, `<html lang="zh"`)
	h.want(h.do("GET", "/open", nil, "Accept-Language", "fr"), 200, `<html lang="zh"`) // as chosen before
	h.want(h.do("GET", "/open?lang=xx", nil), 200, `<html lang="zh"`)
	if missing := frame.Words().Missing(); len(missing) > 0 {
		t.Errorf("missing words: %q", missing)
	}
}

func TestLocal(t *testing.T) {
	for next, want := range map[string]string{
		"/cycles?a=b#c": "/cycles?a=b#c", "": "/", "//evil.example": "/", "https://evil.example/": "/", "/\\evil.example": "/", "evil": "/",
		"/\tx": "/", "javascript:alert(1)": "/",
	} {
		if got := frame.Local(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	if got := frame.Moment("en", time.Date(2018, 5, 3, 14, 2, 0, 0, time.UTC)); got != "3 May 2018, 14:02 UTC" {
		t.Error(got)
	}
	if frame.Moment("en", time.Time{}) != "" {
		t.Error("no moment has words")
	}
}
