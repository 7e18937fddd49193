package admin_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// An administrator finds what is stuck, reads what a repair will do, gives a
// reason, and finds it in the history: on a telephone too, with nobody kept out.
func TestARepairInTheBrowser(t *testing.T) {
	h := jammed(t)
	tab := h.Browser("admin", webtest.Window{Width: 360})
	look := func(name string) {
		t.Helper()
		for _, w := range []webtest.Window{{Width: 360}, {Width: 1280}, {Width: 1280, Dark: true}, {Width: 360, Dark: true}} {
			tab.Look(w)
			tab.Accessible()
			tab.Fits()
		}
		tab.Picture("admin-" + name)
	}
	tab.Open("/admin/stuck")
	look("stuck")
	tab.Press(`a[href*="mail"]`, "form [name=reason]")
	look("repair")
	tab.Do(chromedp.SendKeys(chromedp.CSS("#reason"), "The mailbox exists now."))
	tab.Press("main form button", ".notice")
	look("repaired")
	if records := h.Audit(rapporteur.ActionRepairOrdered); len(records) != 1 || records[0].Contributor != webtest.Kenya {
		t.Fatalf("records %+v", records)
	}
	tab.Open(at + "?group=repairs")
	tab.Do(chromedp.Click(chromedp.CSS(".more summary")), chromedp.WaitVisible(chromedp.CSS(".more dl")))
	look("history-open")
}

func TestAKeyInTheBrowser(t *testing.T) {
	h := webtest.New(t)
	tab := h.Browser("admin", webtest.Window{})
	tab.Open(keysAt)
	tab.Do(chromedp.SendKeys(chromedp.CSS("#label"), "nightly export"))
	tab.Press("main form button", "#secret")
	if secret := webtest.See[string](tab, `document.getElementById("secret").value`); len(secret) < 60 {
		t.Errorf("the secret is %d letters long", len(secret))
	}
	tab.Accessible()
	tab.Look(webtest.Window{Width: 360, Dark: true})
	tab.Accessible()
	tab.Fits()
	tab.Open(keysAt)
	tab.Accessible()
	tab.Fits()
}
