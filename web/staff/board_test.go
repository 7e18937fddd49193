package staff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestBoard(t *testing.T) {
	h := everywhere(t)
	staff := h.As("staff")
	staff.Get(board).Want(200,
		"Collecting", "answered of 267", "Collection closes, <time", "By kind of contributor", "Member States by region",
		`aria-label="Tiles of Africa: 27 of 54 answered`, "Overdue, No mailbox", "2 answers accepted:", "120 messages sent, 2 refused", "to come",
		`hx-get="/cycles/s-res-2388-2017/op34/2018?poll=1"`)
	staff.Get("/cycles/s-res-2388-2017/op34/1999").Want(404)
	h.As("ola").Get(board).Want(403)
	h.As("kenya").Get(board).Want(403)
}

// The part that renews itself is that part alone, and after an hour it stops.
func TestBoardRenewsItself(t *testing.T) {
	h := everywhere(t)
	staff := h.As("staff")
	staff.Get(board+"?updates=off").Want(200, "It does not renew itself.").Lacks("hx-get")
	for n, want := range map[int]string{1: "?poll=2", 119: "?poll=120", 120: "It does not renew itself any more"} {
		part := staff.Fragment(fmt.Sprintf("%s?poll=%d", board, n)).Want(200, want, `id="live"`).Lacks("<html", `id="list"`)
		if stopped := !strings.Contains(part.Body.String(), "hx-get"); stopped != (n == 120) {
			t.Errorf("after %d the part asks again: %t", n, !stopped)
		}
	}
}

func TestBoardListsWhoHasNotAnswered(t *testing.T) {
	h := everywhere(t)
	staff := h.As("staff")
	list := func(query string) string {
		page := staff.Get(board + query).Want(200).Body.String()
		_, rows, _ := strings.Cut(page, `<h2 id="list">`)
		return rows
	}
	for query, c := range map[string]struct{ has, lacks []string }{
		"":                               {[]string{"The next ones", "Department of Field Support"}, []string{"From the beginning"}},
		"?after=mission-z":               {[]string{"From the beginning", "Afghanistan"}, []string{"Department of Field Support"}},
		"?region=Oceania":                {[]string{"Fiji", "overdue"}, []string{"Kenya", "The next ones"}},
		"?kind=mission":                  {[]string{"UNAMA"}, []string{"Fiji"}},
		"?name=cote":                     {[]string{"Côte d’Ivoire"}, []string{"Fiji"}},
		"?state=answered&region=Oceania": {[]string{"New Zealand"}, []string{"Fiji"}},
		"?name=atlantis":                 {[]string{"Nobody."}, nil},
		"?name=%3Cscript%3E":             {[]string{"&lt;script&gt;"}, []string{"<script>"}},
		"?state=nonsense":                {[]string{"The next ones"}, nil},
	} {
		rows := list(query)
		for _, text := range c.has {
			if !strings.Contains(rows, text) {
				t.Errorf("%q: the list lacks %q", query, text)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(rows, text) {
				t.Errorf("%q: the list has %q", query, text)
			}
		}
	}
}

func TestStreams(t *testing.T) {
	h := everywhere(t)
	h.As("staff").Get("/streams").Want(200, "115 of 267", `<a href="/cycles/s-res-2388-2017/op34/2018">2018</a>`, "Can be started", `href="/calendars/s-res-2388-2017/op33"`,
		"Mandated date minus 68 days", "by OP34")
	h.As("ola").Get("/streams").Want(200, `<a href="/cycles/s-res-2388-2017/op34/2018/calendar">2018</a>`).Lacks("Start a cycle", "Start the intake")
	h.As("kenya").Get("/streams").Want(403)
	cycle := h.Cycle()
	h.Set(cycle.Plan.Date("closes").AddDays(4).At(9))
	h.As("staff").Get("/streams").Want(200, "Needs attention", "Collection closes was planned for 5 October 2018 and has not happened.")
}

func TestBoardInABrowser(t *testing.T) {
	h := everywhere(t)
	tab := h.Browser("staff", webtest.Window{})
	for _, w := range []webtest.Window{{}, {Dark: true}, {Width: 360}, {Width: 360, Dark: true}} {
		tab.Look(w)
		for name, at := range map[string]string{"board": board, "streams": "/streams"} {
			tab.Open(at)
			tab.Accessible()
			tab.Fits()
			tab.Picture(name + map[bool]string{true: "-dark", false: "-light"}[w.Dark] + map[bool]string{true: "-360", false: "-1280"}[w.Width == 360])
		}
	}
}
