package webtest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// Screenshot keeps what the window shows, no more, in the folder that
// RAPPORTEUR_SCREENSHOTS names: for documents, where Picture is for looking.
func (v Tab) Screenshot(name string) {
	v.t.Helper()
	image, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	v.must(err)
	if len(image) == 0 {
		v.t.Errorf("%s has no picture", name)
	}
	folder := os.Getenv("RAPPORTEUR_SCREENSHOTS")
	if folder == "" {
		return
	}
	v.must(os.MkdirAll(folder, 0o750))
	v.must(os.WriteFile(filepath.Join(folder, name+".png"), image, 0o644))
}
