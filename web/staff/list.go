package staff

import (
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// listView is the list of those asked, as it was filtered.
type listView struct {
	Kind, Region, Name, State string // as chosen; the state is one of listStates
	Kinds                     []rapporteur.ContributorKind
	Regions                   []string
	States                    []string
	Rows                      []listRow
	Next                      string // where the list goes on; empty at its end
	First                     string // where it begins; empty where this is it
}

type listRow struct {
	rapporteur.NamedStanding
	Mark  string
	Risks []rapporteur.Risk
	Link  string
}

// listStates are the choices of the list; the first is what is shown where
// nobody chooses.
var listStates = map[string][]rapporteur.RequestState{
	"unanswered": {rapporteur.RequestOpen, rapporteur.RequestReturned, rapporteur.RequestNoReply},
	"awaited":    {rapporteur.RequestOpen},
	"returned":   {rapporteur.RequestReturned},
	"answered":   {rapporteur.RequestReceived, rapporteur.RequestSettled},
	"no-reply":   {rapporteur.RequestNoReply},
	"withdrawn":  {rapporteur.RequestWithdrawn},
	"all":        nil,
}

var stateChoices = []string{"unanswered", "awaited", "returned", "answered", "no-reply", "withdrawn", "all"}

// listPage is how many contributors a page of the list has.
const listPage = 50

// list reads the page of the list that the address asks for.
func (p pages) list(v *frame.Visit, b rapporteur.Board) (listView, error) {
	query, cycle := v.Request.URL.Query(), b.Cycle
	view := listView{
		Kind: query.Get("kind"), Region: query.Get("region"), Name: query.Get("name"), State: query.Get("state"),
		Kinds: kindsOf(cycle), Regions: p.regions(cycle), States: stateChoices,
	}
	states, known := listStates[view.State]
	if !known {
		view.State, states = stateChoices[0], listStates[stateChoices[0]]
	}
	asked := rapporteur.StandingQuery{
		States: states, Region: view.Region, Name: view.Name, After: rapporteur.ContributorID(query.Get("after")), Limit: listPage,
	}
	if view.Kind != "" {
		asked.Kinds = []rapporteur.ContributorKind{rapporteur.ContributorKind(view.Kind)}
	}
	found, more, err := p.Secretariat.Standings(v.Context(), b, asked)
	for _, s := range found {
		view.Rows = append(view.Rows, listRow{
			NamedStanding: s, Mark: mark(s.RequestStanding, b.Now), Risks: s.Risks(b.Now, rapporteur.DueSoonDays),
			Link: "/cycles/" + string(cycle.ID) + "/requests/" + string(s.Contributor.ID),
		})
	}
	if more {
		view.Next = view.at(cycle.ID, string(found[len(found)-1].Contributor.ID))
	}
	if asked.After != "" {
		view.First = view.at(cycle.ID, "")
	}
	return view, err
}

// at is the address of the list after a contributor.
func (l listView) at(id rapporteur.CycleID, after string) string {
	query := url.Values{}
	for name, value := range map[string]string{"kind": l.Kind, "region": l.Region, "name": l.Name, "state": l.State, "after": after} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return "/cycles/" + string(id) + "?" + query.Encode() + "#list"
}

// kindsOf are the kinds of contributors that a cycle asks.
func kindsOf(c rapporteur.Cycle) []rapporteur.ContributorKind {
	var kinds []rapporteur.ContributorKind
	for _, a := range c.Policy.Audience {
		if !slices.Contains(kinds, a.Kind) {
			kinds = append(kinds, a.Kind)
		}
	}
	return kinds
}

// regions are those of the registry, where the cycle asks Member States.
func (p pages) regions(c rapporteur.Cycle) []string {
	if !slices.Contains(kindsOf(c), rapporteur.KindMemberState) {
		return nil
	}
	var regions []string
	for _, s := range p.Catalogue.Contributors(c.Plan.Date(rapporteur.DateOpens), rapporteur.KindMemberState) {
		if !slices.Contains(regions, s.Region) {
			regions = append(regions, s.Region)
		}
	}
	slices.Sort(regions)
	return regions
}
