package web

import (
	"net/http"

	"github.com/rapporteur/rapporteur/web/frame"
)

var signedInPage = frame.Parse(frame.Words(), files, "templates/signed_in.html")

// home sends everybody to where they begin.
func home(v *frame.Visit) error { return v.Redirect(v.Home()) }

// signedIn is where somebody ends who signed in again in a window of its own, to
// send a form that waits in another.
func signedIn(v *frame.Visit) error { return v.Render(http.StatusOK, signedInPage, nil) }
