package webtest

import (
	"github.com/chromedp/cdproto/network"

	"github.com/rapporteur/rapporteur"
)

// Of is a person of this house with a session that was made by hand.
func (h *House) Of(p Person) Person {
	p.house = h
	return p
}

// Sign signs any principal in, also one who is not of People.
func (v Tab) Sign(p rapporteur.Principal) {
	v.t.Helper()
	cookie, hidden := v.house.SignIn(p), true
	v.cookie(network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: v.base, HTTPOnly: &hidden})
}
