package answer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// asks is where Kenya's request is in the house's cycle.
const asks = "/requests/s-res-2388-2017/op34/2018/state-ken"

// opened is a house in which Kenya is asked.
func opened(t testing.TB) *webtest.House {
	t.Helper()
	h := webtest.New(t)
	h.Open()
	return h
}

// returned has Kenya's answer come back with comments.
func returned(t testing.TB, comments string) *webtest.House {
	t.Helper()
	h := opened(t)
	h.Submit("kenya", webtest.Answer(""))
	giveBack(h, comments)
	return h
}

func giveBack(h *webtest.House, comments string) {
	h.T.Helper()
	due := rapporteur.DateOf(h.Clock()).AddDays(14)
	_, err := h.Config.Secretariat.Return(h.T.Context(), webtest.People["staff"], keyOf(webtest.Kenya), due, comments, "")
	h.Must(err)
}

func keyOf(id rapporteur.ContributorID) rapporteur.RequestKey {
	return rapporteur.RequestKey{Cycle: webtest.Cycle, Contributor: id}
}

// versions are those of Kenya's answer.
func versions(h *webtest.House) []rapporteur.Submission {
	h.T.Helper()
	var all []rapporteur.Submission
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		all, err = r.Submissions(ctx, keyOf(webtest.Kenya))
		return err
	})
	return all
}

// htmx is a form as htmx sends it.
func htmx(t testing.TB, h *webtest.House, who webtest.Person, at string, form url.Values) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(h.T.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("HX-Request", "true")
	r.AddCookie(who.Cookie)
	return r
}

// has reports whether an element has an attribute at all.
func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
