package answer_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// by finds an element by its id, which may hold what a selector would take for
// something else.
func by(id string) chromedp.CSS { return chromedp.CSS(css(id)) }

func css(id string) string { return `[id="` + id + `"]` }

// From the link in a mail to the receipt: the page shows what will be recorded,
// the browser itself asks for what is needed, one press records it, and the
// receipt that can be downloaded holds.
func TestALinkInAMailInABrowser(t *testing.T) {
	for name, c := range map[string]struct {
		width    int64
		kind     rapporteur.ReturnType
		language string
		fill     string // the field that must be filled in
		says     string
	}{
		"desk":      {1280, rapporteur.ReturnCovered, "en", "#report", "The answer has been recorded"},
		"telephone": {360, rapporteur.ReturnDeclined, "fr", "#reason", "La réponse a été enregistrée"},
	} {
		t.Run(name, func(t *testing.T) {
			h := opened(t)
			v := h.Browser("", webtest.Window{Width: c.width, Language: c.language})
			v.Open(address(link(c.kind), c.language))
			v.Fits()
			if buttons := webtest.See[int](v, `document.querySelectorAll("button").length`); buttons != 1 {
				t.Errorf("the page has %d buttons", buttons)
			}
			v.Do(chromedp.Click(chromedp.CSS("button")))
			if valid := webtest.See[bool](v, `document.querySelector("`+c.fill+`").validity.valid`); valid {
				t.Error("the browser takes the form without what is needed")
			}
			if len(versions(h)) > 0 {
				t.Fatal("an empty form was recorded")
			}
			v.Do(chromedp.SendKeys(chromedp.CSS(c.fill), "A/HRC/38/45"), chromedp.Click(chromedp.CSS("button")), chromedp.WaitVisible(chromedp.CSS("pre")))
			if title := webtest.See[string](v, `document.querySelector("h1").innerText`); title != c.says {
				t.Errorf("the page says %q", title)
			}
			v.Fits()
			receipt := webtest.See[string](v, `document.querySelector("pre").innerText`)
			all := versions(h)
			members, err := rapporteur.VerifyReceipt([]byte(receipt), h.Signer.Keys())
			if len(all) != 1 || err != nil || members["sha256"] != all[0].Hash {
				t.Errorf("%d versions; the receipt holds %v (%v)", len(all), members, err)
			}
			if kept := webtest.See[string](v, `atob(document.querySelector("a[download]").href.split(",")[1])`); kept != receipt {
				t.Errorf("the receipt to download is %s, shown is %s", kept, receipt)
			}
		})
	}
}

// The main path in a browser: request, form, a warning that is explained, submit,
// receipt. What is typed is saved by itself meanwhile.
func TestTheMainPathInABrowser(t *testing.T) {
	h := opened(t)
	v := h.Browser("kenya", webtest.Window{})
	v.Open("/requests")
	v.Picture("answer-requests")
	v.Press(".cards a", "#ways")
	v.Picture("answer-request")
	v.Press(".ways a.button", ".sections")
	v.Picture("answer-form")
	v.Press(`.sections a[href$="/header"]`, "#section")
	v.Picture("answer-header")
	v.Press(`button[value="next"]`, css("/answers/Q2.1/status"))
	// Yes opens the details; a date and the answer are saved without a press.
	v.Do(chromedp.Click(by("/answers/Q2.1/status=yes")))
	if !webtest.See[bool](v, `document.querySelector('details[data-open="/answers/Q2.1/status"]').open`) {
		t.Error("a yes does not open the details")
	}
	v.Do(
		chromedp.SendKeys(by("/answers/Q2.1/reservations"), "None of any importance"),
		chromedp.Evaluate[chromedp.Void](`document.getElementById("/answers/Q2.1/deposited").value = "2004-06-16"`),
		chromedp.Click(by("/answers/Q2.1/status=no")), chromedp.WaitVisible(chromedp.CSS(`#saved:not(:empty)`)),
	)
	if said := webtest.See[string](v, `document.querySelector("#saved").innerText`); !strings.Contains(said, "Saved at 13:00 UTC, version") {
		t.Errorf("it says %q", said)
	}
	if counted := webtest.See[string](v, `document.querySelector('[id="hint:/answers/Q2.1/reservations"] .counter').innerText`); counted != "Words so far: 4" {
		t.Errorf("the counter says %q", counted)
	}
	if got := saved(h, "op2"); !strings.Contains(got, "None of any importance") || !strings.Contains(got, "2004-06-16") {
		t.Errorf("saved is %s", got)
	}
	v.Picture("answer-section")
	v.Press(`button[value="list"]`, ".sections li:nth-child(2) .findings")
	v.Press(`a[href$="/check"]`, ".found")
	v.Picture("answer-check")
	v.Do(chromedp.SendKeys(by(explained), "Deposited before the parliament agreed."))
	v.Press(`button[value="submit"]`, "pre")
	v.Picture("answer-receipt")
	if all := versions(h); len(all) != 1 || all[0].SubmittedBy != "person-kenya" {
		t.Fatalf("accepted is %+v", all)
	}
	// The page before says so when it is loaded again; an old one that is sent again
	// is tried in TestFromTheFormToTheReceipt.
	v.Open(asks + "/check")
	if said := webtest.See[string](v, `document.querySelector(".notice").innerText`); !strings.Contains(said, "submitted") {
		t.Errorf("it says %q", said)
	}
	if all := versions(h); len(all) != 1 {
		t.Errorf("there are %d versions", len(all))
	}
}

// Figures add up while they are typed, and again when the house has saved them.
func TestFiguresAddUp(t *testing.T) {
	h := opened(t)
	v := h.Browser("kenya", webtest.Window{Width: 360})
	v.Open(asks + "/form/op5")
	v.Do(chromedp.Click(by("/answers/Q5.2/status=yes")))
	for sex, value := range map[string]string{"F": "13", "M": "٢٧", "other": "<5"} {
		v.Do(chromedp.SendKeys(chromedp.CSS(`[name="`+prosecuted+":"+sex+`:total:"]`), value))
	}
	sum := `[...document.querySelectorAll('[id="` + prosecuted + `"] tr.total output')].map(o => o.value).join()`
	if got := webtest.See[string](v, sum); got != "40–44" {
		t.Errorf("the sum is %q", got)
	}
	v.Fits()
	v.Picture("answer-figures-telephone")
	v.Press(`button[value="stay"]:not(.unseen)`, ".notice")
	if got := webtest.See[string](v, sum); got != "40–44" {
		t.Errorf("after saving the sum is %q", got)
	}
}
