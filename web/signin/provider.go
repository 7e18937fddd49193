package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var rolePage = frame.Parse(words, files, "templates/role.html")

// What the session keeps while somebody signs in at the provider, and while they
// choose a role.
const (
	ticketKey = "sign-in-ticket"
	knownKey  = "sign-in-known"
)

// ticket is a sign-in that was begun, and where it goes on to.
type ticket struct {
	access.Ticket
	Next string `json:"next"`
}

// known is whom the provider knows, until they have chosen a role.
type known struct {
	access.Known
	Next  string    `json:"next"`
	Until time.Time `json:"until"`
}

// chooses is how long somebody may take to choose a role.
const chooses = 10 * time.Minute

// begin goes to the provider.
func (p pages) begin(v *frame.Visit) error {
	if p.OIDC == nil {
		return rapporteur.NotFound("page", v.Request.URL.Path)
	}
	if !p.begins.Take(v.Remote()) {
		return v.Limited(within)
	}
	at, t, err := p.OIDC.Begin(v.Context())
	if err != nil {
		return p.failed(v, err)
	}
	if err := keep(v, ticketKey, ticket{t, frame.Local(v.Request.URL.Query().Get("next"))}); err != nil {
		return err
	}
	return v.Redirect(at)
}

// callback is where the provider sends people back to. The ticket is forgotten
// first, so that an answer is taken once.
func (p pages) callback(v *frame.Visit) error {
	if p.OIDC == nil {
		return rapporteur.NotFound("page", v.Request.URL.Path)
	}
	var t ticket
	if !take(v, ticketKey, &t) {
		return tell(v, http.StatusGone, "oidc.expired")
	}
	who, err := p.OIDC.Finish(v.Context(), t.Ticket, v.Request.URL.Query())
	switch {
	case errors.Is(err, access.ErrCancelled):
		return tell(v, http.StatusOK, "oidc.cancelled")
	case errors.Is(err, access.ErrExpired):
		return tell(v, http.StatusGone, "oidc.expired")
	case errors.Is(err, access.ErrForged):
		return tell(v, http.StatusForbidden, "oidc.forged")
	case err != nil:
		return p.failed(v, err)
	case len(who.Grants) == 0:
		return tell(v, http.StatusForbidden, "oidc.no_role")
	case len(who.Grants) == 1:
		return p.enter(v, who, who.Grants[0], t.Next)
	}
	if err := keep(v, knownKey, known{who, t.Next, v.Now().Add(chooses)}); err != nil {
		return err
	}
	return v.Redirect("/sign-in/role")
}

// failed says that the provider does not answer; what it said is for the log.
func (p pages) failed(v *frame.Visit, err error) error {
	p.Logger.Error().Err(err).Msg("cannot sign in at the provider")
	return tell(v, http.StatusServiceUnavailable, "oidc.failed")
}

// enter signs in whom the provider knows, in a role.
func (p pages) enter(v *frame.Visit, who access.Known, as access.Grant, next string) error {
	principal, err := p.SignIn.Enter(v.Context(), rapporteur.Person{
		ID: who.ID, Identity: who.Identity, Label: who.Label, Role: as.Role, Office: as.Office,
	})
	if blocked(err) {
		return tell(v, http.StatusForbidden, "blocked")
	}
	if err != nil {
		return err
	}
	return enter(v, principal, next)
}

// roles is the page on which somebody with several roles chooses one.
func (p pages) roles(v *frame.Visit) error {
	var who known
	if json.Unmarshal([]byte(v.Session(knownKey)), &who) != nil || v.Now().After(who.Until) {
		return tell(v, http.StatusGone, "oidc.expired")
	}
	return v.Render(http.StatusOK, rolePage, who.Grants)
}

// takeRole signs in with the role that was chosen.
func (p pages) takeRole(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	var who known
	if !take(v, knownKey, &who) || v.Now().After(who.Until) {
		return tell(v, http.StatusGone, "oidc.expired")
	}
	n, err := strconv.Atoi(form.Get("role"))
	if err != nil || n < 0 || n >= len(who.Grants) {
		return rapporteur.Problemf(rapporteur.ProblemInvalid, "No role", "Sign in again and choose one of the roles.")
	}
	return p.enter(v, who.Known, who.Grants[n], who.Next)
}

// keep has the session keep a value.
func keep(v *frame.Visit, key string, value any) error {
	document, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("cannot keep %s: %w", key, err)
	}
	v.Keep(key, string(document))
	return nil
}

// take gives a value that the session keeps and forgets it; false for none.
func take(v *frame.Visit, key string, value any) bool {
	document := v.Take(key)
	return document != "" && json.Unmarshal([]byte(document), value) == nil
}
