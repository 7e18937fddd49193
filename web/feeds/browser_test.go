package feeds_test

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/web/webtest"
)

// The whole way in Chromium: a feed is made, its address shown and not again, and
// the feed revoked; each page light and dark, on a desk and on a telephone.
func TestAFeedFromFormToRevocation(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	tab := h.Browser("staff", webtest.Window{})
	for _, w := range []webtest.Window{{Width: 360, Dark: true, Language: "ar"}, {Width: 1280, Language: "en"}} {
		look := func(name string) {
			t.Helper()
			for _, dark := range []bool{w.Dark, !w.Dark} {
				tab.Look(webtest.Window{Width: w.Width, Dark: dark, Language: w.Language})
				tab.Accessible()
				tab.Fits()
				tab.Picture(strings.Join([]string{"feeds", name, w.Language, map[bool]string{true: "dark", false: "light"}[dark]}, "-"))
			}
		}
		tab.Look(w)
		tab.Open(at)
		tab.Press("main form[action='/calendar-feed'] button", "#address")
		address := webtest.See[string](tab, `document.querySelector("#address").value`)
		if !strings.HasPrefix(address, webtest.FeedsAt) || webtest.See[bool](tab, `document.activeElement.id != "address"`) {
			t.Errorf("the address is %q, or not what is copied first", address)
		}
		look("made")
		token := strings.TrimSuffix(strings.TrimPrefix(address, webtest.FeedsAt), ".ics")
		if _, err := h.Config.Feeds.Read(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		tab.Open(at)
		if webtest.See[bool](tab, `document.documentElement.outerHTML.includes("`+token+`")`) {
			t.Error("the address is shown again")
		}
		look("list")
		tab.Press("form[action$='/revocation'] button", "main .notice")
		look("revoked")
		gone(h, token)
	}
}
