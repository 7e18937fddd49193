package signin_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// The pages that need a link keep nobody out either (WCAG 2.2 AA); the others are
// looked at with all pages, in package web.
func TestThePagesBehindLinksAreAccessible(t *testing.T) {
	h := newHouse(t)
	h.Open()
	link := func(until time.Duration, change func(*rapporteur.SignInLink)) string {
		l := rapporteur.SignInLink{
			Purpose: rapporteur.LinkAsked, Person: focalPoint(), Role: rapporteur.RoleContributor, Standing: rapporteur.StandingLead,
			Contributor: webtest.Kenya, Cycle: webtest.Cycle, Occasion: "test", Until: h.Clock().Add(until),
		}
		change(&l)
		return at(webtest.LinkSecret.SealSignIn(l).Token)
	}
	same := func(*rapporteur.SignInLink) {}
	tab := h.Browser("", webtest.Window{Refused: true})
	for name, address := range map[string]string{
		"offer": link(time.Hour, same), "expired": link(-time.Hour, same), "forged": at("x"),
		"ended": link(time.Hour, func(l *rapporteur.SignInLink) { l.Person = "person-nobody" }),
		"wide":  "/sign-in?" + url.Values{"next": {"/requests/s-res-2388-2017/op34/2018/state-ken"}}.Encode(),
	} {
		for _, language := range []string{"en", "ar", "zh"} {
			for _, width := range []int64{360, 1280} {
				for _, dark := range []bool{false, true} {
					tab.Look(webtest.Window{Width: width, Dark: dark, Language: language})
					tab.Open(address)
					tab.Accessible()
					tab.Fits()
				}
			}
			tab.Picture("sign-in-" + name + "-" + language)
		}
	}
}

// focalPoint is who reads the mailbox of Kenya's focal point.
func focalPoint() string { return webtest.LinkSecret.Person(webtest.Kenya, "focal@example.org") }

// In a browser: from the mail to being signed in, by one press of a button, without
// scripts of its own.
func TestSigningInByALinkInABrowser(t *testing.T) {
	h := newHouse(t)
	h.Open()
	tab := h.Browser("", webtest.Window{Width: 360, Refused: true})
	tab.Open("/sign-in")
	tab.Fits()
	token := asked(h, "focal@example.org", "/requests/s-res-2388-2017/op34/2018/state-ken")
	tab.Open(at(token))
	tab.Press(`form[action="/sign-in/link"] button`, "header .who")
	if got := webtest.See[string](tab, `document.querySelector("header .who bdi").textContent`); got == "" {
		t.Error("the page does not say who is signed in")
	}
	tab.Press("header .who button", "body:not(:has(header .who))")
	if got := tab.At(); got != "/signed-out" {
		t.Errorf("signing out ends at %s", got)
	}
}
