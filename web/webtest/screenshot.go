package webtest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// Screenshot keeps what the window shows, no more, in the folder that
// RAPPORTEUR_SCREENSHOTS names: for documents, where Picture is for looking.
func (v Tab) Screenshot(name string) {
	v.house.T.Helper()
	image, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	v.house.Must(err)
	if len(image) == 0 {
		v.house.T.Errorf("%s has no picture", name)
	}
	folder := os.Getenv("RAPPORTEUR_SCREENSHOTS")
	if folder == "" {
		return
	}
	v.house.Must(os.MkdirAll(folder, 0o750))
	v.house.Must(os.WriteFile(filepath.Join(folder, name+".png"), image, 0o644))
}
