package steering

import (
	"slices"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// clearingView is how the clearance of a draft stands, as a chain of steps, and
// what the visitor can do in it.
type clearingView struct {
	rapporteur.Clearing
	At          string
	Chain       []stepView
	Due         rapporteur.Date
	Overdue     bool
	Mine        []capacity                 // in which the visitor can decide now
	Return      []rapporteur.ClearanceStep // earlier steps
	MayDelegate bool
	Delegates   []rapporteur.StaffMember
	Names       rapporteur.StaffNames
	Today       rapporteur.Date
}

// stepView is one step of the chain.
type stepView struct {
	rapporteur.ClearanceStep
	State   string // done, now, to come
	Offices []officeView
}

// officeView is whether an office has decided in a step.
type officeView struct{ Office, Said string }

// capacity is for whom the visitor decides: for the own office, or for another
// that has delegated it.
type capacity struct {
	Office string
	For    string // the principal who has delegated; empty for the own office
}

// Value is the capacity as a form sends it.
func (c capacity) Value() string { return c.Office + "|" + c.For }

// clearing reads the clearance of a draft, with what people of the house are
// called; nil where none has begun.
func (p pages) clearing(v *frame.Visit, names rapporteur.StaffNames, cycle cycleView, number int) (*clearingView, error) {
	found, err := p.Steering.Clearing(v.Context(), cycle.ID, number)
	if rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		return nil, nil //nolint:nilnil // no clearance is no error
	}
	if err != nil {
		return nil, err
	}
	view := &clearingView{Clearing: found, At: draftAt(cycle.ID, number), Due: found.StepDue(), Names: names, Today: rapporteur.DateOf(cycle.Now)}
	view.Overdue = found.Outcome == rapporteur.ClearancePending && cycle.Now.After(view.Due.End())
	view.Chain = chain(found, names)
	if found.Outcome != rapporteur.ClearancePending || cycle.Phase.Final() {
		return view, nil
	}
	view.Mine = capacities(v.Principal, found.ClearanceState, cycle.Now)
	view.Return = found.Steps[:found.Current]
	view.MayDelegate = may(v, access.Delegate, access.Resource{Cycle: cycle.ID, Office: v.Principal.Office}) && clears(found.Steps, v.Principal.Office)
	if view.MayDelegate {
		view.Delegates, err = p.delegates(v)
	}
	return view, err
}

func clears(steps []rapporteur.ClearanceStep, office string) bool {
	return slices.ContainsFunc(steps, func(s rapporteur.ClearanceStep) bool { return slices.Contains(s.Offices, office) })
}

// chain tells of every step who has decided in it, and who has not.
func chain(c rapporteur.Clearing, names rapporteur.StaffNames) []stepView {
	views := make([]stepView, len(c.Steps))
	for n, step := range c.Steps {
		state := "to come"
		switch {
		case n < c.Current || c.Outcome == rapporteur.ClearanceCleared:
			state = "done"
		case n == c.Current && c.Outcome == rapporteur.ClearancePending:
			state = "now"
		case n == c.Current:
			state = string(c.Outcome)
		}
		views[n] = stepView{ClearanceStep: step, State: state}
		for _, office := range step.Offices {
			views[n].Offices = append(views[n].Offices, officeView{office, said(c, names, n, office)})
		}
	}
	return views
}

// said is what an office has last said in a step, where that still counts.
func said(c rapporteur.Clearing, names rapporteur.StaffNames, step int, office string) string {
	if step > c.Current {
		return "not asked yet"
	}
	if step == c.Current && c.Outcome == rapporteur.ClearancePending && !slices.Contains(c.Approved, office) {
		return "has not decided"
	}
	for _, d := range slices.Backward(c.Decisions) {
		if d.Step != c.Steps[step].ID || d.Office != office {
			continue
		}
		on := " on " + rapporteur.DateOf(d.At).Words()
		if d.Approve {
			return "approved" + on + onBehalf(d, names)
		}
		return "returned it" + on + onBehalf(d, names)
	}
	return "was not needed"
}

func onBehalf(d rapporteur.Decision, names rapporteur.StaffNames) string {
	if d.For == "" {
		return ""
	}
	return ", by " + names.Of(d.Actor) + " on behalf of " + names.Of(d.For)
}

// capacities are those in which somebody can decide now.
func capacities(p rapporteur.Principal, s rapporteur.ClearanceState, now time.Time) []capacity {
	if p.Role != rapporteur.RoleClearance {
		return nil
	}
	var mine []capacity
	open := func(office string) bool {
		return slices.Contains(s.Step().Offices, office) && !slices.Contains(s.Approved, office)
	}
	if open(p.Office) {
		mine = append(mine, capacity{Office: p.Office})
	}
	today := rapporteur.DateOf(now)
	for _, g := range s.Delegations {
		c := capacity{Office: g.Office, For: g.From}
		if g.To == p.ID && open(g.Office) && !today.Before(g.Starts) && !today.After(g.Ends) && !slices.Contains(mine, c) {
			mine = append(mine, c)
		}
	}
	return mine
}

// delegates are the officers who can decide, but for the visitor.
func (p pages) delegates(v *frame.Visit) ([]rapporteur.StaffMember, error) {
	found, err := p.persons().Staff(v.Context(), v.Principal, rapporteur.RoleClearance)
	return slices.DeleteFunc(found, func(m rapporteur.StaffMember) bool { return m.ID == v.Principal.ID }), err
}

func (p pages) persons() rapporteur.Persons {
	return rapporteur.Persons{Store: p.Store, Clock: p.Clock}
}

// names are what those of the house are called.
func (p pages) names(v *frame.Visit) (rapporteur.StaffNames, error) {
	return p.persons().Names(v.Context(), v.Principal)
}
