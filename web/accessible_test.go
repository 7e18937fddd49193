package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/frame"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// Every page that can be looked at keeps nobody out (WCAG 2.2 AA): axe-core finds
// nothing, and nothing hangs over the edge; on a desk and on a telephone, light
// and dark, in English, and where the page has more languages in Arabic and
// Chinese.
func TestEveryPageIsAccessible(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	h.Compile()
	tab := h.Browser("", webtest.Window{})
	for _, p := range web.Pages(h.Config) {
		who, shown := visitor(h, p)
		if !shown {
			continue
		}
		if who != "" {
			tab.Become(who)
		}
		languages := []string{wording.English}
		if len(p.Languages) > 2 {
			languages = append(languages, "ar", "zh")
		}
		for _, language := range languages {
			for _, width := range []int64{360, 1280} {
				for _, dark := range []bool{false, true} {
					tab.Look(webtest.Window{Width: width, Dark: dark, Language: language})
					tab.Open(addressOf(p))
					tab.Accessible()
					tab.Fits()
				}
			}
			tab.Picture(strings.Join([]string{"page", p.ID, language}, "-"))
		}
	}
}

// visitor is somebody who can look at a page: whose request for it ends in a page.
func visitor(h *webtest.House, p frame.Page) (who string, shown bool) {
	if p.Method != http.MethodGet {
		return "", false
	}
	everybody := slices.Sorted(maps.Keys(webtest.People))
	if p.Action == access.Action("") {
		everybody = append([]string{""}, everybody...)
	}
	for _, name := range everybody {
		got := h.As(name).Get(addressOf(p))
		if got.Code == http.StatusOK && strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
			return name, true
		}
	}
	return "", false
}
