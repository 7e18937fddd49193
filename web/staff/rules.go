package staff

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var rulesPage = parse("rules.html")

// rulesView is the cross-field rules of a cycle and which are suspended.
type rulesView struct {
	Cycle       cycleView
	Places      []place
	Rules       []rapporteur.RuleState
	Suspensions []rapporteur.RuleSuspension
	MaySuspend  bool
	Problem     *rapporteur.Problem
	Reason      string
}

// cycle reads the cycle that the address names.
func (p pages) cycle(v *frame.Visit) (rapporteur.Cycle, error) {
	var cycle rapporteur.Cycle
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, frame.CycleOf(v.Request))
		return err
	})
	return cycle, err
}

// showRules lists the rules of a cycle.
func (p pages) showRules(v *frame.Visit) error { return p.rules(v, http.StatusOK, "", nil) }

func (p pages) rules(v *frame.Visit, status int, reason string, problem *rapporteur.Problem) error {
	cycle, err := p.cycle(v)
	if err != nil {
		return err
	}
	view := rulesView{Cycle: p.described(cycle), MaySuspend: may(v, access.SuspendRule), Problem: problem, Reason: reason}
	view.Places = view.Cycle.places(v)
	if view.Rules, view.Suspensions, err = p.Secretariat.Rules(v.Context(), cycle.ID); err != nil {
		return err
	}
	return v.Render(status, rulesPage, view)
}

// changeRule carries out one of the page's forms.
func (p pages) changeRule(v *frame.Visit, change func(id rapporteur.CycleID, value func(string) string) (rapporteur.RuleChange, error)) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	changed, err := change(frame.CycleOf(v.Request), form.Get)
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	if ok && (problem.Kind == rapporteur.ProblemInvalid || problem.Kind == rapporteur.ProblemConflict) {
		return p.rules(v, http.StatusUnprocessableEntity, form.Get("reason"), problem)
	}
	if err != nil {
		return err
	}
	v.Note("Done. Everything accepted was checked again; the findings of " + english.Count("count.contributors", len(changed.Affected)) + " are others now.")
	return v.Redirect("/cycles/" + string(changed.Suspension.Cycle) + "/rules")
}

// suspendRule suspends a rule in the cycle.
func (p pages) suspendRule(v *frame.Visit) error {
	return p.changeRule(v, func(id rapporteur.CycleID, value func(string) string) (rapporteur.RuleChange, error) {
		wanted := rapporteur.RuleSuspension{Cycle: id, Rule: value("rule"), Questionnaire: value("questionnaire"), Reason: value("reason")}
		return p.Secretariat.SuspendRule(v.Context(), v.Principal, wanted, v.CommandID())
	})
}

// liftRule lets a rule hold again.
func (p pages) liftRule(v *frame.Visit) error {
	return p.changeRule(v, func(id rapporteur.CycleID, value func(string) string) (rapporteur.RuleChange, error) {
		number := 0
		if _, err := fmt.Sscan(value("number"), &number); err != nil {
			return rapporteur.RuleChange{}, rapporteur.Problemf(rapporteur.ProblemInvalid, "Not a suspension", "Choose the suspension to lift.")
		}
		return p.Secretariat.LiftRule(v.Context(), v.Principal, id, number, value("reason"), v.CommandID())
	})
}
