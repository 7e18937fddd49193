package admin

import (
	"context"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	policyPage = parse("policy.html")
	rulesPage  = parse("rules.html")
)

// policyView is who may do what.
type policyView struct {
	Places []place
	Roles  []rapporteur.Role
	Role   string // whose actions alone are shown
	Text   string
	Rules  []policyRow
}

// policyRow is an action and what each role may do of it.
type policyRow struct {
	access.Rule
	Scopes []access.Scope // in the order of Roles
}

func showPolicy(v *frame.Visit) error {
	query := v.Request.URL.Query()
	view := policyView{Places: placesOf(v, "/admin/policy"), Roles: access.Roles, Role: query.Get("role"), Text: clip(query.Get("q"))}
	only := rapporteur.Role(view.Role)
	for _, rule := range access.Policy {
		if slices.Contains(access.Roles, only) && rule.Roles[only] == access.Nothing || !contains(string(rule.Action)+" "+rule.Means, view.Text) {
			continue
		}
		row := policyRow{Rule: rule}
		for _, role := range access.Roles {
			row.Scopes = append(row.Scopes, rule.Roles[role])
		}
		view.Rules = append(view.Rules, row)
	}
	return v.Render(http.StatusOK, policyPage, view)
}

// rulesView is every suspension of a rule, over all cycles.
type rulesView struct {
	Places []place
	Rows   []suspensionRow
	Held   int // in force
}

// suspensionRow is one suspension.
type suspensionRow struct {
	rapporteur.RuleSuspension
	Title, History    string
	Suspender, Lifter string // what they are called
}

// showRules lists which rules are suspended in which cycles, those in force first.
func (p pages) showRules(v *frame.Visit) error {
	cycles, err := p.allCycles(v.Context())
	if err != nil {
		return err
	}
	names, err := p.names(v)
	if err != nil {
		return err
	}
	view := rulesView{Places: placesOf(v, "/admin/rules")}
	err = p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		for _, c := range cycles {
			suspensions, err := r.RuleSuspensions(ctx, c.ID)
			if err != nil {
				return err
			}
			for _, s := range suspensions {
				view.Rows = append(view.Rows, suspensionRow{s, p.titleOf(c), adminAddress(c.ID) + "?group=rules", names.Of(s.SuspendedBy), names.Of(s.LiftedBy)})
				if s.InForce() {
					view.Held++
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(view.Rows, func(a, b suspensionRow) int { return later(!a.InForce(), !b.InForce()) })
	return v.Render(http.StatusOK, rulesPage, view)
}
