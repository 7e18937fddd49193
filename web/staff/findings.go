package staff

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var findingsPage = parse("findings.html")

// findingsView is what was found in accepted answers, with what contributors said
// to it.
type findingsView struct {
	Cycle          cycleView
	Places         []place
	Rule, Severity string
	Blocking       bool
	Severities     []rapporteur.Severity
	Rules          []string
	Answers        []findingsRow
	Next, First    string
}

type findingsRow struct {
	rapporteur.AcceptedFindings
	Name, Link string
}

var severities = []rapporteur.Severity{rapporteur.SeverityWarning, rapporteur.SeverityAdvice, rapporteur.SeverityError, rapporteur.SeverityPrivacy}

// showFindings lists what was found in accepted answers, by contributor.
func (p pages) showFindings(v *frame.Visit) error {
	query, id := v.Request.URL.Query(), frame.CycleOf(v.Request)
	view := findingsView{Rule: query.Get("rule"), Severity: query.Get("severity"), Blocking: query.Get("blocking") != "", Severities: severities}
	found, err := p.Secretariat.Findings(v.Context(), id, rapporteur.FindingFilter{
		Rule: view.Rule, Severity: rapporteur.Severity(view.Severity), Blocking: view.Blocking,
		After: rapporteur.ContributorID(query.Get("after")), Limit: listPage + 1,
	})
	if err != nil {
		return err
	}
	rules, _, err := p.Secretariat.Rules(v.Context(), id)
	if err != nil {
		return err
	}
	for _, r := range rules {
		if !slices.Contains(view.Rules, r.ID) {
			view.Rules = append(view.Rules, r.ID)
		}
	}
	var cycle rapporteur.Cycle
	if err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		cycle, err = r.Cycle(ctx, id)
		return err
	}); err != nil {
		return err
	}
	view.Cycle = p.described(cycle)
	view.Places = view.Cycle.places(v)
	if len(found) > listPage {
		found = found[:listPage]
		view.Next = view.at(string(found[listPage-1].Contributor))
	}
	if query.Get("after") != "" {
		view.First = view.at("")
	}
	for _, f := range found {
		row := findingsRow{AcceptedFindings: f, Name: string(f.Contributor), Link: view.Cycle.Address + "/requests/" + string(f.Contributor)}
		if c, err := p.Catalogue.Contributor(f.Contributor, cycle.Plan.Date(rapporteur.DateOpens)); err == nil {
			row.Name = c.Name("en")
		}
		view.Answers = append(view.Answers, row)
	}
	return v.Render(http.StatusOK, findingsPage, view)
}

// at is the address of the list after a contributor.
func (f findingsView) at(after string) string {
	query := url.Values{"rule": {f.Rule}, "severity": {f.Severity}}
	if f.Blocking {
		query.Set("blocking", "yes")
	}
	if after != "" {
		query.Set("after", after)
	}
	return f.Cycle.Address + "/findings?" + query.Encode()
}
