package feeds_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/feeds"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const at = "/calendar-feed"

var addresses = regexp.MustCompile(`value="` + regexp.QuoteMeta(webtest.FeedsAt) + `([A-Z2-7]+)\.ics"`)

// form is a form's own id, and what was chosen.
func form(id string, more ...string) []string {
	return append([]string{"once", strings.Repeat(id, 26)}, more...)
}

// makes has somebody make a feed and gives its token.
func makes(t *testing.T, p webtest.Person, values ...string) string {
	t.Helper()
	found := addresses.FindStringSubmatch(p.Post(at, values...).Want(http.StatusCreated).Body.String())
	if found == nil {
		t.Fatal("the page shows no address")
	}
	return found[1]
}

// list is somebody's feeds as the record has them.
func list(h *webtest.House, who string) []rapporteur.Feed {
	h.T.Helper()
	mine, err := h.Config.Feeds.List(h.T.Context(), webtest.People[who])
	h.Must(err)
	return mine
}

// gone holds that the address of a feed gives nothing.
func gone(h *webtest.House, token string) {
	h.T.Helper()
	if calendar, err := h.Config.Feeds.Read(h.T.Context(), token); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		h.T.Errorf("the address still gives %d bytes: %v", len(calendar), err)
	}
}

func TestEverybodyKeepsFeeds(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	for who, says := range map[string]string{
		"staff": "all cycles", "admin": "all cycles", "ola": "steps of your office", "kenya": "your answers are due", "unmiss": "your answers are due",
	} {
		p := h.As(who)
		p.Get(at).Want(http.StatusOK, says, "You have no feed.", "Whoever has the address reads the dates", `<a href="/calendar-feed" aria-current="page">Calendar feed</a>`)
		page := p.Post(at, form("A")...).Want(http.StatusCreated, "Copy the address now.", `href="webcal://rapporteur.un.example/feeds/`, " readonly ")
		if got := page.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("the page with the address is kept: %q", got)
		}
		token := addresses.FindStringSubmatch(page.Body.String())[1]
		calendar, err := h.Config.Feeds.Read(t.Context(), token)
		if err != nil || !strings.Contains(string(calendar), "BEGIN:VEVENT") {
			t.Errorf("%s's feed: %v\n%s", who, err, calendar)
		}
		p.Get(at).Want(http.StatusOK, "Everything that concerns me", "21 May 2018").Lacks(token, "Never", "You have no feed.")
		if strings.Contains(h.Log.String(), token) {
			t.Error("the token is in the log")
		}
	}
}

func TestAFormMakesOneFeed(t *testing.T) {
	h := webtest.New(t)
	kenya := h.As("kenya")
	token := makes(t, kenya, form("A")...)
	page := kenya.Post(at, form("A")...).Want(http.StatusConflict, `role="alert"`, "no other was made")
	if addresses.MatchString(page.Body.String()) {
		t.Error("a form that is sent again shows an address")
	}
	if n := len(list(h, "kenya")); n != 1 {
		t.Errorf("the form made %d feeds", n)
	}
	other := makes(t, h.As("france"), form("A")...) // a form of their own
	if other == token || makes(t, kenya, form("B")...) == token {
		t.Error("two feeds have one address")
	}
}

func TestAFeedIsRevoked(t *testing.T) {
	h := webtest.New(t)
	kenya := h.As("kenya")
	token := makes(t, kenya, form("A")...)
	kenya.Get(at).Want(http.StatusOK, "Never")
	revocation := at + "/" + list(h, "kenya")[0].ID + "/revocation"
	for _, who := range []string{"france", "staff", "admin"} {
		h.As(who).Post(revocation).Want(http.StatusNotFound)
		h.As(who).Get(at).Want(http.StatusOK, "You have no feed.")
	}
	h.As("").Post(revocation).Want(http.StatusUnauthorized)
	if _, err := h.Config.Feeds.Read(t.Context(), token); err != nil {
		t.Fatalf("after others have tried to revoke it: %v", err)
	}
	h.Set(h.Clock().Add(24 * time.Hour))
	for range 2 {
		kenya.Follow(revocation).Want(http.StatusOK, "The feed is revoked.", "1 revoked feed", "revoked on 16 January 2018", "You have no feed.")
	}
	gone(h, token)
	kenya.Post(at + "/feed-none/revocation").Want(http.StatusNotFound)
	h.As("admin").Get("/admin/audit").Want(http.StatusOK, "Calendar feed "+list(h, "kenya")[0].ID+" revoked")
}

func TestAFeedOfOneCycle(t *testing.T) {
	h := webtest.New(t)
	h.As("staff").Get(at).Want(http.StatusOK).Lacks("<select")
	h.Open()
	option := `<option value="` + string(webtest.Cycle) + `"`
	h.As("staff").Get(at).Want(http.StatusOK, option)
	h.As("ola").Get(at).Want(http.StatusOK, option)
	h.As("kenya").Get(at).Want(http.StatusOK).Lacks("<select")
	outsider := rapporteur.Principal{ID: "person-unep", Role: rapporteur.RoleClearance, Office: "UNEP"}
	p := h.As("")
	p.Cookie = h.SignIn(outsider)
	p.Get(at).Want(http.StatusOK).Lacks(option)

	h.As("staff").Post(at, form("A", "cycle", string(webtest.Cycle))...).Want(http.StatusCreated, "(2018)")
	h.As("staff").Get(at).Want(http.StatusOK, "(2018)</bdi><span")
	if got := list(h, "staff")[0].Cycle; got != webtest.Cycle {
		t.Errorf("the feed is of %q", got)
	}
	h.As("staff").Post(at, form("B", "cycle", "i/s/1999")...).Want(http.StatusNotFound)
	h.As("kenya").Post(at, form("A", "cycle", "s-res-2388-2017/op33/2018")...).Want(http.StatusNotFound)
	h.As("staff").Post(at, form("A", "cycle", string(webtest.Cycle))...).Want(http.StatusConflict, `" lang="en" dir="ltr" selected>`)
}

func TestAsManyFeedsAsOneCanHave(t *testing.T) {
	h := webtest.New(t)
	kenya := h.As("kenya")
	for range 20 {
		makes(t, kenya)
	}
	kenya.Post(at, form("C")...).Want(http.StatusConflict, `role="alert"`, "you have as many as one can have")
	kenya.Post(at + "/" + list(h, "kenya")[0].ID + "/revocation").Want(http.StatusSeeOther)
	makes(t, kenya, form("C")...) // what was refused before is no form that was carried out
}

func TestABlockedPersonsFeedEnds(t *testing.T) {
	h := webtest.New(t)
	token := makes(t, h.As("kenya"), form("A")...)
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.PutPerson(ctx, rapporteur.Person{ID: "person-kenya", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, BlockedAt: h.Clock()})
	})
	gone(h, token)
}

func TestFeedsInEveryLanguage(t *testing.T) {
	if missing := feeds.Words().Missing(); len(missing) > 0 {
		t.Errorf("missing: %s", strings.Join(missing, ", "))
	}
	h := webtest.New(t)
	for n, language := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		h.Set(h.Clock().Add(time.Hour)) // the oldest first
		p := h.As("kenya")
		p.Language = language
		token := makes(t, p, form(string(rune('A'+n)))...)
		calendar, err := h.Config.Feeds.Read(t.Context(), token)
		h.Must(err)
		if mine := list(h, "kenya"); mine[n].Language != language || len(calendar) == 0 {
			t.Errorf("on the page in %s the feed is in %s", language, mine[n].Language)
		}
		p.Post(at+"/"+list(h, "kenya")[n].ID+"/revocation", "x", "y").Want(http.StatusSeeOther)
		p.Get(at).Want(http.StatusOK, `lang="`+language+`"`).Lacks("[")
	}
}
