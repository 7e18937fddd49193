package access

import (
	"slices"

	"github.com/rapporteur/rapporteur"
)

// Resource is the thing that an action is done to, as far as permission
// depends on it. The zero value is everything of its sort.
type Resource struct {
	Cycle        rapporteur.CycleID
	Contributor  rapporteur.ContributorID // whose it is, or whom it is about
	Office       string                   // the office that a decision or delegation is for
	ByDelegation bool                     // the decision says that it is taken for somebody away
	Transmitted  bool                     // the report has left
	Unclassified bool                     // what was delivered is not confidential
	Leading      bool                     // the principal is the cycle's lead drafter
}

// Allow says whether a principal may do an action to a thing: nil, or the
// problem to show. Whether the thing exists is not its question, and its
// answer never depends on it.
func Allow(p rapporteur.Principal, action Action, r Resource) error {
	if p.ID == "" || !slices.Contains(Roles, p.Role) {
		return unidentified()
	}
	n := slices.IndexFunc(Policy, func(rule Rule) bool { return rule.Action == action })
	if n < 0 {
		return forbidden(p, action)
	}
	rule := Policy[n]
	if !covers(p.Scope, action) {
		return outOfScope(action)
	}
	allowed := false
	switch rule.Roles[p.Role] {
	case Any:
		allowed = true
	case Own, OwnLead:
		if p.Contributor != "" && r.Contributor != "" && r.Contributor != p.Contributor {
			return rapporteur.NotFound("contributor", string(r.Contributor))
		}
		allowed = p.Contributor != "" && (r.Contributor == p.Contributor || rule.Narrowed)
		if rule.Roles[p.Role] == OwnLead && p.Standing == rapporteur.StandingColleague {
			return notDelegated(action)
		}
	case Office:
		allowed = p.Office != "" && r.Office == p.Office
	case Deputy:
		allowed = p.Office != "" && r.Office != "" && (r.Office == p.Office || r.ByDelegation)
	case Transmitted:
		allowed = r.Transmitted
	case Unclassified:
		allowed = r.Unclassified
	case Leading:
		allowed = r.Leading
	case Nothing:
	}
	if !allowed {
		return forbidden(p, action)
	}
	return nil
}

func forbidden(p rapporteur.Principal, action Action) error {
	return rapporteur.Problemf(rapporteur.ProblemForbidden, "Not allowed",
		"The role %s may not do this here (%s).", p.Role, action)
}

func notDelegated(action Action) error {
	return rapporteur.Problemf(rapporteur.ProblemForbidden, "Not delegated",
		"This is the lead's alone and cannot be delegated (%s); ask who delegated to you.", action)
}

func outOfScope(action Action) error {
	return rapporteur.Problemf(rapporteur.ProblemForbidden, "Not in the key's scope",
		"The key is for some actions only, and this is none of them (%s); ask the administrator for another.", action)
}
