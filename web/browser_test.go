package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/web"
)

// tab is a page of the house in Chromium.
type tab struct {
	*testing.T
	ctx context.Context
}

// visit opens a page in a window of a size. When the test ends, the browser must
// not have complained: of broken assets, refused styles, errors of scripts.
func visit(t *testing.T, handler http.Handler, width, height int64, page string) tab {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	browser, quit := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.ExecPath(needs.Chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	t.Cleanup(quit)
	ctx, leave := chromedp.NewContext(browser)
	t.Cleanup(leave)
	messages := chromedp.Console(ctx)
	v := tab{t, ctx}
	v.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(server.URL+page))
	t.Cleanup(func() {
		const end = "the test has seen what it wanted"
		v.do(chromedp.Evaluate[chromedp.Void](`console.log("` + end + `")`))
		for m, err := range messages {
			if err != nil {
				t.Fatal(err)
			}
			if m.Text == end {
				return
			}
			t.Errorf("the browser complains: %s", m)
		}
	})
	return v
}

func (v tab) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.Fatal(err)
	}
}

// see is what a script sees on the page.
func see[T any](v tab, script string) T {
	v.Helper()
	value, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		v.Fatal(err)
	}
	return value
}

// The account reads on a desk and on a telephone: nothing is refused by the
// page's own policy, nothing hangs over the edge, every provision has its row,
// every link leads somewhere, and a paragraph's text opens where one clicks.
func TestTheCoveragePageInABrowser(t *testing.T) {
	handler := web.New(web.Config{Catalogue: shipped(t), Logger: zerolog.Nop()})
	for name, width := range map[string]int64{"desk": 1280, "telephone": 360} {
		t.Run(name, func(t *testing.T) {
			v := visit(t, handler, width, 800, coverageAt)
			if title := see[string](v, `document.title`); !strings.Contains(title, "S/RES/2388 (2017)") {
				t.Errorf("the page is titled %q", title)
			}
			if result := see[string](v, `document.querySelector(".result").innerText`); !strings.Contains(result, "48 of 48") {
				t.Errorf("the result is %q", result)
			}
			if rows := see[int](v, `document.querySelectorAll("table.account th[scope=row]").length`); rows != 48 {
				t.Errorf("%d provisions have a row", rows)
			}
			if over := see[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%d pixels hang over the edge", over)
			}
			if lost := see[[]string](v, `[...document.querySelectorAll("a[href^='#']")].map(a => a.hash.slice(1)).filter(id => !document.getElementById(decodeURIComponent(id)))`); len(lost) > 0 {
				t.Errorf("links lead nowhere: %q", lost)
			}
			if paper := see[string](v, `getComputedStyle(document.documentElement).getPropertyValue("--paper").trim()`); paper == "" {
				t.Error("the style sheet does not apply")
			}
			const text = `document.querySelector("#paragraph-33 details p").checkVisibility()`
			if see[bool](v, text) {
				t.Error("the paragraph is open at once")
			}
			v.do(chromedp.Click(chromedp.CSS(`#paragraph-33 summary`)))
			if !see[bool](v, text) {
				t.Error("a click does not open the paragraph")
			}
		})
	}
}
