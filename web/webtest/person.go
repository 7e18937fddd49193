package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// Person is somebody at a browser without scripts.
type Person struct {
	house    *House
	Cookie   *http.Cookie // nil for who is not signed in
	Language string       // of Accept-Language
}

// As is somebody of People who is signed in; "" is nobody.
func (h *House) As(who string) Person {
	h.T.Helper()
	p := Person{house: h, Language: "en"}
	if who == "" {
		return p
	}
	principal, known := People[who]
	if !known {
		h.T.Fatalf("nobody is called %s", who)
	}
	p.Cookie = h.SignIn(principal)
	return p
}

// SignIn makes a session of a principal and gives its cookie.
func (h *House) SignIn(p rapporteur.Principal) *http.Cookie {
	h.T.Helper()
	sessions := h.Config.Sessions
	ctx, err := sessions.Load(h.T.Context(), "")
	h.Must(err)
	h.Must(frame.PutPrincipal(ctx, sessions, p))
	token, _, err := sessions.Commit(ctx)
	h.Must(err)
	return &http.Cookie{Name: sessions.Cookie.Name, Value: token, Path: "/", HttpOnly: true, Expires: time.Now().Add(time.Hour)}
}

// Reply is what came back.
type Reply struct {
	*httptest.ResponseRecorder
	house *House
}

// Get asks for a page.
func (p Person) Get(at string) Reply { return p.do(http.MethodGet, at, nil) }

// Post sends a form; values are pairs of name and value.
func (p Person) Post(at string, values ...string) Reply {
	form := url.Values{}
	for n := 0; n+1 < len(values); n += 2 {
		form.Add(values[n], values[n+1])
	}
	return p.do(http.MethodPost, at, form)
}

// Follow sends a form and asks for the page that the answer leads to.
func (p Person) Follow(at string, values ...string) Reply {
	p.house.T.Helper()
	answer := p.Post(at, values...)
	if answer.Code != http.StatusSeeOther {
		p.house.T.Fatalf("POST %s: %d, leads nowhere\n%s", at, answer.Code, answer.Body)
	}
	to, _, _ := strings.Cut(answer.Header().Get("Location"), "#") // the place on the page is the browser's affair
	return p.Get(to)
}

func (p Person) do(method, at string, form url.Values) Reply {
	r := httptest.NewRequestWithContext(p.house.T.Context(), method, at, strings.NewReader(form.Encode()))
	r.Header.Set("Accept-Language", p.Language)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if p.Cookie != nil {
		r.AddCookie(p.Cookie)
	}
	return p.Do(r)
}

// Do sends any request as it is.
func (p Person) Do(r *http.Request) Reply {
	w := httptest.NewRecorder()
	p.house.Handler.ServeHTTP(w, r)
	return Reply{w, p.house}
}

// Want holds that the answer has a status and says some things.
func (a Reply) Want(status int, says ...string) Reply {
	a.house.T.Helper()
	if a.Code != status {
		a.house.T.Fatalf("status %d, want %d\n%s\nlog: %s", a.Code, status, a.Body, a.house.Log)
	}
	for _, text := range says {
		if !strings.Contains(a.Body.String(), text) {
			a.house.T.Errorf("the page does not say %q\n%s", text, a.Body)
		}
	}
	return a
}

// Lacks holds that the answer does not say some things.
func (a Reply) Lacks(texts ...string) Reply {
	a.house.T.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body.String(), text) {
			a.house.T.Errorf("the page says %q\n%s", text, a.Body)
		}
	}
	return a
}
