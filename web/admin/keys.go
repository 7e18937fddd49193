package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	keysPage   = parse("keys.html")
	issuedPage = parse("issued.html")
)

// keysView is the list of keys and the form for another.
type keysView struct {
	Places    []place
	Keys      []keyRow
	Roles     []rapporteur.Role
	Scopes    []string
	Form      keyForm
	Complaint string
	InForce   int
}

// keyForm is what somebody typed.
type keyForm struct{ Role, Contributor, Office, Label, Expires, Scope string }

// keyRow is one key.
type keyRow struct {
	rapporteur.APIKey
	For    string // whom it acts for
	State  string // in force, expired, revoked
	Active bool
}

func (p pages) showKeys(v *frame.Visit) error { return p.keys(v, http.StatusOK, keyForm{}, "") }

func (p pages) keys(v *frame.Visit, status int, form keyForm, complaint string) error {
	view := keysView{Places: placesOf(v, keysAddress), Roles: access.Roles, Scopes: access.ScopeNames(), Form: form, Complaint: complaint}
	var keys []rapporteur.APIKey
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		keys, err = r.Keys(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for _, key := range slices.Backward(keys) {
		row := keyRow{APIKey: key, For: key.Office, State: "in force", Active: true}
		if key.Contributor != "" {
			row.For = p.nameOf(rapporteur.Cycle{StartedAt: v.Now()}, key.Contributor)
		}
		switch {
		case !key.RevokedAt.IsZero():
			row.State, row.Active = "revoked "+frame.Moment(v.Language, key.RevokedAt), false
		case !key.ExpiresAt.IsZero() && !key.ExpiresAt.After(v.Now()):
			row.State, row.Active = "expired "+frame.Moment(v.Language, key.ExpiresAt), false
		}
		if row.Active {
			view.InForce++
		}
		view.Keys = append(view.Keys, row)
	}
	return v.Render(status, keysPage, view)
}

// issuedView is the page that shows a key's secret, once.
type issuedView struct {
	Places []place
	Secret string
	Key    rapporteur.APIKey
}

// issueKey makes a key and shows its secret, which is on no other page.
func (p pages) issueKey(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	typed := keyForm{
		Role: form.Get("role"), Contributor: form.Get("contributor"), Office: form.Get("office"), Label: form.Get("label"), Expires: form.Get("expires"), Scope: form.Get("scope"),
	}
	wanted := access.KeyWanted{
		Role: rapporteur.Role(typed.Role), Contributor: rapporteur.ContributorID(typed.Contributor), Office: typed.Office, Label: typed.Label, Scope: strings.Fields(typed.Scope),
	}
	if typed.Expires != "" {
		day, err := rapporteur.ParseDate(typed.Expires)
		if err != nil {
			return p.keys(v, http.StatusUnprocessableEntity, typed, "The day until which it is in force is not a date; write 2018-05-01.")
		}
		wanted.Expires = day.Start().Add(24 * time.Hour)
	}
	secret, key, err := p.keyDesk().Issue(v.Context(), v.Principal, wanted, v.CommandID())
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if ok && (problem.Kind == rapporteur.ProblemInvalid || problem.Kind == rapporteur.ProblemNotFound) {
		return p.keys(v, http.StatusUnprocessableEntity, typed, problem.Detail)
	}
	if err != nil {
		return err
	}
	return v.Render(http.StatusCreated, issuedPage, issuedView{Places: placesOf(v, keysAddress), Secret: secret, Key: key})
}

// revokeKey ends a key.
func (p pages) revokeKey(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	if err := p.keyDesk().Revoke(v.Context(), v.Principal, form.Get("key")); err != nil {
		return err
	}
	v.Note("The key is revoked. Whoever uses it is refused from now on.")
	return v.Redirect(keysAddress)
}

func (p pages) keyDesk() access.KeyDesk {
	return access.KeyDesk{Store: p.Store, Catalogue: p.Catalogue, Clock: p.Clock}
}
