package answer

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var requestsPage = parse("requests.html")

// aboutOwn is what a list is about that holds only what is the principal's own.
func aboutOwn(_ *http.Request, p rapporteur.Principal) access.Resource {
	return access.Resource{Contributor: p.Contributor}
}

// requestsView is what the list of somebody's requests shows: what waits for
// them, then what does not.
type requestsView struct{ Waiting, Others []asked }

// showRequests lists what is asked of the contributor, the most urgent first.
// Nobody else has requests; they are led to where they begin.
func (p pages) showRequests(v *frame.Visit) error {
	if v.Principal.Role != rapporteur.RoleContributor {
		return v.Redirect(v.Home())
	}
	var all []asked
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		all = nil
		requests, err := r.Requests(ctx, rapporteur.RequestFilter{Contributor: v.Principal.Contributor})
		for _, request := range requests {
			a := asked{May: true, Language: v.Language}
			if err := a.read(ctx, r, request.RequestKey); err != nil {
				return err
			}
			all = append(all, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	var view requestsView
	for _, a := range all {
		a.Now = a.Run.Now(v.Now())
		a.Today = rapporteur.DateOf(a.Now)
		if err := p.named(&a); err != nil {
			return err
		}
		if a.Waits() {
			view.Waiting = append(view.Waiting, a)
		} else {
			view.Others = append(view.Others, a)
		}
	}
	slices.SortStableFunc(view.Waiting, func(a, b asked) int { return a.Due.Start().Compare(b.Due.Start()) })
	slices.SortStableFunc(view.Others, func(a, b asked) int {
		return cmp.Or(b.Due.Start().Compare(a.Due.Start()), cmp.Compare(a.Cycle, b.Cycle))
	})
	return v.Render(http.StatusOK, requestsPage, view)
}
