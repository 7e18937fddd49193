package signin

import (
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	offerPage   = frame.Parse(words, files, "templates/offer.html")
	uselessPage = frame.Parse(words, files, "templates/useless.html")
)

// offerView is what the page behind a link shows.
type offerView struct {
	Token, Name, Title, As, Office string
	Until                          time.Time
}

// offer is the page behind a link in a mail: for whom and what it signs in. It
// changes nothing, for programs that look through mails follow every link.
func (p pages) offer(v *frame.Visit) error {
	token := v.Request.URL.Query().Get("token")
	offer, err := p.look(v, token)
	switch {
	case err != nil:
		return err
	case offer.State != rapporteur.LinkOpen:
		return p.useless(v, token, offer)
	}
	view := offerView{Token: token, Title: offer.Title, As: "role." + string(offer.Role), Office: offer.Office, Until: offer.Until}
	if offer.SignInLink.Contributor != "" {
		view.Name, view.As = offer.Contributor.Name(v.Language), "standing."+string(offer.Standing)
	}
	return v.Render(http.StatusOK, offerPage, view)
}

// look reads a link, unless who asks has brought too many wrong ones.
func (p pages) look(v *frame.Visit, token string) (rapporteur.SignInOffer, error) {
	if err := v.Guessing(); err != nil {
		return rapporteur.SignInOffer{}, err
	}
	offer, err := p.SignIn.Offer(v.Context(), token)
	if err == nil && offer.State == rapporteur.LinkForged {
		v.Guessed()
	}
	return offer, err
}

// use signs in by a link, and goes on to its request.
func (p pages) use(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	token := form.Get("token")
	if err := v.Guessing(); err != nil {
		return err
	}
	who, link, err := p.SignIn.Use(v.Context(), token)
	if rapporteur.IsProblem(err, rapporteur.ProblemClosed) || rapporteur.IsProblem(err, rapporteur.ProblemForbidden) {
		offer, err := p.look(v, token) // it says why
		if err != nil {
			return err
		}
		return p.useless(v, token, offer)
	}
	if err != nil {
		return err
	}
	return enter(v, who, addressOf(link.Request()))
}

// useless says why a link does not sign in, and offers a fresh one to whom it was
// for.
func (p pages) useless(v *frame.Visit, token string, offer rapporteur.SignInOffer) error {
	status := http.StatusGone
	if offer.State == rapporteur.LinkForged {
		status = http.StatusForbidden
	}
	view := struct{ State, Token string }{State: string(offer.State)}
	mails := p.SignIn.Post != nil && len(p.SignIn.Links) > 0
	again := offer.State == rapporteur.LinkUsed || offer.State == rapporteur.LinkExpired
	if again && mails && offer.Role == rapporteur.RoleContributor && offer.Purpose != rapporteur.LinkOfHouse {
		view.Token = token
	}
	return v.Render(status, uselessPage, view)
}

// again has a fresh link sent to whom an old one was for.
func (p pages) again(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	if err := v.Guessing(); err != nil {
		return err
	}
	if !p.asks.Take(v.Remote()) {
		return v.Limited(within)
	}
	return p.posted(v, p.SignIn.AskAgain(v.Context(), form.Get("token")))
}
