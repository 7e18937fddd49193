package webtest

import (
	"context"
	_ "embed"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// axe is axe-core, which looks for what keeps people out (MPL-2.0; used by tests
// alone, unchanged).
//
//go:embed axe.min.js
var axe string

// Window is how somebody looks at pages.
type Window struct {
	Width, Height int64 // 1280 × 800 where 0
	Dark          bool
	Language      string // en where empty
	Refused       bool   // in Browser: pages that are refused (4xx) are looked at too
	Foreign       bool   // pages that are not ours are looked at, whose complaints are theirs
}

// Tab is a page of the house in Chromium.
type Tab struct {
	t     testing.TB
	ctx   context.Context
	base  string
	house *House // nil where the pages are not those of a house of tests
}

// Browser opens Chromium for somebody of People ("" for nobody).
func (h *House) Browser(who string, w Window) Tab {
	h.T.Helper()
	server := httptest.NewServer(h.Handler)
	h.T.Cleanup(server.Close)
	v := Visit(h.T, server.URL, w)
	v.house = h
	if who != "" {
		v.Become(who)
	}
	return v
}

// Visit opens Chromium for pages that are served at an address. When the test
// ends, the browser must not have complained: of broken assets, refused styles or
// scripts, errors.
func Visit(t testing.TB, base string, w Window) Tab {
	t.Helper()
	browser, quit := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()),
		chromedp.ExecPath(needs.Chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	t.Cleanup(quit)
	ctx, leave := chromedp.NewContext(browser)
	t.Cleanup(leave)
	messages := chromedp.Console(ctx)
	v := Tab{t: t, ctx: ctx, base: base}
	v.Look(w)
	t.Cleanup(func() {
		const end = "the test has seen what it wanted"
		v.Do(chromedp.Evaluate[chromedp.Void](`console.log("` + end + `")`))
		for m, err := range messages {
			if err != nil {
				t.Fatal(err)
			}
			if m.Text == end {
				return
			}
			if w.Foreign {
				continue
			}
			if w.Refused && strings.Contains(m.Text, "the server responded with a status of 4") {
				continue
			}
			t.Errorf("the browser complains: %s", m)
		}
	})
	return v
}

func (v Tab) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// Look changes how pages are looked at, without reloading.
func (v Tab) Look(w Window) {
	v.t.Helper()
	scheme, language := "light", "en"
	if w.Dark {
		scheme = "dark"
	}
	if w.Language != "" {
		language = w.Language
	}
	width, height := int64(1280), int64(800)
	if w.Width > 0 {
		width = w.Width
	}
	if w.Height > 0 {
		height = w.Height
	}
	v.Do(chromedp.EmulateViewport(width, height))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, media); err != nil {
		v.t.Fatal(err)
	}
	v.cookie(network.SetCookieParams{Name: "language", Value: language, URL: v.base})
}

func (v Tab) cookie(c network.SetCookieParams) {
	v.t.Helper()
	if _, err := chromedp.Call(v.ctx, network.SetCookie, c); err != nil {
		v.t.Fatal(err)
	}
}

// Become signs somebody of People in.
func (v Tab) Become(who string) {
	v.t.Helper()
	cookie, hidden := v.house.As(who).Cookie, true
	v.cookie(network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: v.base, HTTPOnly: &hidden})
}

// Open goes to a page.
func (v Tab) Open(at string) {
	v.t.Helper()
	v.Do(chromedp.Navigate(v.base + at))
}

// Do carries out steps in the browser, within a minute.
func (v Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		shown, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
		v.t.Fatalf("%v; the browser is at %s", err, shown)
	}
}

// See is what a script sees on the page.
func See[T any](v Tab, script string) T {
	v.t.Helper()
	value, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		v.t.Fatal(err)
	}
	return value
}

// Await is what a script promises on the page.
func Await[T any](v Tab, script string) T {
	v.t.Helper()
	value, err := chromedp.Run(v.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		v.t.Fatal(err)
	}
	return value
}

// Press clicks on what a selector finds and waits for something on the page that
// follows, which the page before may have as well.
func (v Tab) Press(selector, awaited string) {
	v.t.Helper()
	v.Do(
		chromedp.Evaluate[chromedp.Void](`document.documentElement.setAttribute("data-left", "")`),
		chromedp.Click(chromedp.CSS(selector)), chromedp.WaitVisible(chromedp.CSS("html:not([data-left]) "+awaited)),
	)
}

// At is the address of the page, without the house's.
func (v Tab) At() string {
	at, err := url.Parse(See[string](v, "location.href"))
	v.must(err)
	return at.RequestURI()
}

// Fits holds that nothing hangs over the edge.
func (v Tab) Fits() {
	v.t.Helper()
	if over := See[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		v.t.Errorf("%s: %d pixels hang over the edge", v.At(), over)
	}
}

// Accessible holds that axe-core finds nothing on the page against WCAG 2.2 AA or
// its own best practice.
func (v Tab) Accessible() {
	v.t.Helper()
	v.Do(chromedp.Evaluate[chromedp.Void](axe + "; 0"))
	found := Await[[]string](v, `axe.run(document, {resultTypes: ["violations"]}).then(r =>
		r.violations.flatMap(x => x.nodes.map(n => x.id + ": " + n.target.join(" ") + ": " + n.failureSummary)))`)
	if len(found) > 0 {
		v.t.Errorf("%s: axe finds %d violations:\n%s", v.At(), len(found), strings.Join(found, "\n"))
	}
}

// Picture keeps what the page looks like in the folder that RAPPORTEUR_PICTURES
// names, for a person to look at.
func (v Tab) Picture(name string) {
	v.t.Helper()
	folder := os.Getenv("RAPPORTEUR_PICTURES")
	if folder == "" {
		return
	}
	image, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	v.must(err)
	v.must(os.WriteFile(filepath.Join(folder, name+".png"), image, 0o600))
}
