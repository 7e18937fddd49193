package answer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rapporteur/rapporteur/web/webtest"
)

// While collection is open the pages keep nobody out (WCAG 2.2 AA), with findings,
// comments and full tables on them too: on a desk and on a telephone, light and
// dark, from left to right and from right to left. What the house's own test of
// all pages sees is a cycle that is over.
func TestOpenPagesAreAccessible(t *testing.T) {
	h := returned(t, "Q5.2: the total differs.\nThank you.")
	kenya := h.As("kenya")
	kenya.Follow(asks+"/form", "source", "version").Want(http.StatusOK)
	op2 := asks + "/form/op2"
	kenya.Follow(op2, pairs(typed(t, kenya.Get(op2), "/answers/Q2.1/status", "no", "/answers/Q2.1/deposited", "2018-01-02", "/answers/Q2.2/status", "yes", "/answers/Q2.2/text", strings.Repeat("long", 2500)))...).Want(http.StatusOK)
	section, part := tableOf(t, h, "rows", "country")
	rows := asks + "/form/" + section
	kenya.Follow(rows, pairs(typed(t, kenya.Get(rows), part+"/0/"+columnOf(t, h, section, part), "France"))...).Want(http.StatusOK)
	open := intakesOf(t, h)
	tab := h.Browser("kenya", webtest.Window{})
	for name, at := range map[string]string{
		"requests": "/requests", "request": asks, "nil": asks + "/returns/nil", "covered": asks + "/returns/covered", "extension": asks + "/extension",
		"form": asks + "/form", "header": asks + "/form/header", "op2": op2, "op5": asks + "/form/op5", "rows": rows, "check": asks + "/check",
		"versions": asks + "/versions", "version": asks + "/versions/1", "receipt": asks + "/versions/1/receipt", "withdrawal": asks + "/withdrawal", "upload": asks + "/upload",
		"colleagues": asks + "/colleagues", "deliveries": "/deliveries", "deliver": counterAt + "op9", "note": counterAt + "op30", "delivered": open,
	} {
		for _, language := range []string{"en", "ar"} {
			for _, w := range []webtest.Window{{Width: 360, Dark: true, Language: language}, {Width: 1280, Language: language}} {
				tab.Look(w)
				tab.Open(at)
				tab.Accessible()
				tab.Fits()
				if w.Dark {
					tab.Picture(name + "-" + language + "-dark")
				} else {
					tab.Picture(name + "-" + language)
				}
			}
		}
	}
}

// So are the pages that say what is to be mended, and that two have written.
func TestPagesToMendAreAccessible(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	tab := h.Browser("kenya", webtest.Window{Width: 360, Refused: true})
	tab.Open(asks + "/form/op5")
	tab.Do(chromedp.Click(by("/answers/Q5.1/status=yes")), chromedp.SendKeys(by("/answers/Q5.1/article"), "x"))
	form := typed(t, kenya.Get(asks+"/form/op5"), "/answers/Q5.1/status", "no")
	kenya.Follow(asks+"/form/op5", pairs(form)...)
	tab.Press(`button[value="stay"]:not(.unseen)`, `input[value="theirs"]`)
	tab.Accessible()
	tab.Fits()
	tab.Picture("choose")
}
