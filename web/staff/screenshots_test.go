package staff_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rapporteur/rapporteur/web/webtest"
)

// The pictures of the documents (make screenshots): pages of the Secretariat as
// they are on a desk, each with what it has to show on it.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("RAPPORTEUR_SCREENSHOTS")
	if folder != "" && !filepath.IsAbs(folder) {
		t.Fatalf("%s is not an absolute path; the tests run in folders of their own", folder)
	}
	h := everywhere(t)
	tab := h.Browser("staff", webtest.Window{Width: 1280, Height: 900})
	for _, picture := range []struct{ name, at, shows string }{
		{"streams", "/streams", "#stream-op34"},
		{"board", board, ".totals"},
		{"calendar", board + "/calendar", ".chart"},
	} {
		tab.Open(picture.at)
		if !webtest.See[bool](tab, `document.querySelector("`+picture.shows+`").getBoundingClientRect().top < innerHeight`) {
			t.Errorf("%s does not show %s", picture.at, picture.shows)
		}
		tab.Screenshot(picture.name)
	}
}
