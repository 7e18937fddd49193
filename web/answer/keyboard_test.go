package answer_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/rapporteur/rapporteur/web/webtest"
)

// keys sends keys to whatever has the focus.
func keys(v webtest.Tab, text string) {
	v.Do(chromedp.KeyEvent(text))
}

// tabTo goes on with the tabulator until the focus is on what a script says, and
// holds that one can see where it is.
func tabTo(t *testing.T, v webtest.Tab, is string) {
	t.Helper()
	for range 400 {
		keys(v, "\t")
		if webtest.See[bool](v, `!!document.activeElement && (e => `+is+`)(document.activeElement)`) {
			if width := webtest.See[string](v, `getComputedStyle(document.activeElement).outlineStyle`); width == "none" {
				t.Errorf("the focus on %s cannot be seen", is)
			}
			return
		}
	}
	t.Fatalf("the keyboard does not reach %s", is)
}

// Somebody without a mouse answers one question, explains and submits, with Tab,
// Space, Enter and the arrows alone.
func TestByKeyboardAlone(t *testing.T) {
	h := opened(t)
	v := h.Browser("kenya", webtest.Window{})
	v.Open(asks)
	follow := func(is, awaited string) {
		t.Helper()
		tabTo(t, v, is)
		keys(v, "\r")
		v.Do(chromedp.WaitVisible(chromedp.CSS(awaited)))
	}
	follow(`e.matches('.ways a.button') && e.href.endsWith('/form')`, ".sections")
	follow(`e.matches('a[href$="/form/header"]')`, "#section")
	follow(`e.matches('button[value="next"]')`, css("/answers/Q2.1/status"))
	tabTo(t, v, `e.name === "/answers/Q2.1/status"`)
	for range 3 { // from open to no
		keys(v, kb.ArrowRight)
	}
	tabTo(t, v, `e.matches('summary') && e.parentElement.parentElement.id === "/answers/Q2.1" && !e.parentElement.dataset.open`)
	keys(v, " ")
	tabTo(t, v, `e.name === "/answers/Q2.1/reason"`)
	keys(v, "The parliament is considering it.")
	follow(`e.matches('button[value="list"]')`, "meter")
	follow(`e.matches('a[href$="/check"]')`, `button[value="submit"]`)
	follow(`e.matches('button[value="submit"]')`, "pre")
	if all := versions(h); len(all) != 1 {
		t.Errorf("there are %d versions; the form holds %s", len(all), saved(h, "op2"))
	}
}

// What the first page needs comes within seconds at the speed of 2G: page, style
// sheets and scripts together are below 60 kB compressed; so is the longest form.
func TestPagesAreSmall(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	shared := 0
	for _, asset := range []string{"/assets/house.css", "/assets/answer.css", "/assets/htmx.min.js", "/assets/answer.js", "/assets/icon.svg"} {
		shared += zipped(t, kenya.Get(asset).Want(http.StatusOK).Body.Bytes())
	}
	for _, at := range []string{"/requests", asks, asks + "/form", asks + "/form/op5", asks + "/returns/nil"} {
		for _, language := range []string{"en", "ar"} {
			page := zipped(t, kenya.Get(at+"?lang="+language).Want(http.StatusOK).Body.Bytes())
			t.Logf("%s in %s: %d bytes, with %d of style sheets and scripts", at, language, page, shared)
			if page+shared >= 60_000 {
				t.Errorf("%s in %s: %d bytes", at, language, page+shared)
			}
		}
	}
}

func zipped(t *testing.T, content []byte) int {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, 5) // as the house compresses
	if err == nil {
		_, err = io.Copy(w, bytes.NewReader(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
