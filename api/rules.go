package api

import (
	"context"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Rule is a cross-field rule of a questionnaire on the wire.
type Rule struct {
	ID            string `json:"id" example:"figures/sex-adds-up"`
	Questionnaire string `json:"questionnaire" example:"member-state"`
	Severity      string `json:"severity" enum:"error,warning,privacy,advice"`
	Message       string `json:"message" doc:"What it finds, in the official language of Accept-Language, English where that names none."`
	Suspended     bool   `json:"suspended"`
}

// RuleSuspension is a rule that does not hold in a cycle for a time, on the wire.
type RuleSuspension struct {
	Number        int        `json:"number"`
	Rule          string     `json:"rule"`
	Questionnaire string     `json:"questionnaire,omitempty" doc:"Left out where it is for every questionnaire of the cycle."`
	Reason        string     `json:"reason"`
	SuspendedBy   string     `json:"suspended_by"`
	SuspendedAt   *time.Time `json:"suspended_at,omitempty" doc:"Business time."`
	InForce       bool       `json:"in_force"`
	LiftReason    string     `json:"lift_reason,omitempty"`
	LiftedBy      string     `json:"lifted_by,omitempty"`
	LiftedAt      *time.Time `json:"lifted_at,omitempty" doc:"Business time."`
	Revalidated   bool       `json:"revalidated" doc:"Everything accepted was checked again since. Where it is not, the call was cut short; repeat it."`
}

// RuleChange is what came of suspending a rule, or of letting it hold again.
type RuleChange struct {
	Suspension RuleSuspension   `json:"suspension"`
	Affected   []AffectedAnswer `json:"affected" doc:"Accepted answers whose findings are others now, by contributor. They stay accepted."`
}

// AffectedAnswer is an accepted answer of which other findings stand now.
type AffectedAnswer struct {
	Contributor string    `json:"contributor"`
	Version     int       `json:"version"`
	Gone        []Finding `json:"gone" doc:"What counted before and counts no more."`
	New         []Finding `json:"new" doc:"What counts now and did not before."`
	Blocking    bool      `json:"blocking" doc:"It would not be accepted as it is if it came now: consider returning it."`
}

type rulesOutput struct {
	Vary string `header:"Vary"`
	Body struct {
		Rules       []Rule           `json:"rules" doc:"By questionnaire, in the order in which they are applied."`
		Suspensions []RuleSuspension `json:"suspensions" doc:"By number, also those that were lifted."`
	} `nameHint:"Rules"`
}

type suspendInput struct {
	CyclePath
	Keyed
	Body struct {
		Rule          string `json:"rule" minLength:"1" maxLength:"200" example:"figures/sex-adds-up" doc:"Id of a cross-field rule."`
		Questionnaire string `json:"questionnaire,omitempty" maxLength:"80" doc:"Only for answers to this one; left out for all."`
		Reason        string `json:"reason" maxLength:"4000" doc:"Why; it is kept in the record."`
	} `nameHint:"RuleSuspending"`
}

type liftInput struct {
	CyclePath
	Keyed
	Number int `path:"number" minimum:"1" doc:"Number of the suspension."`
	Body   struct {
		Reason string `json:"reason" maxLength:"4000" doc:"Why the rule holds again; it is kept in the record."`
	} `nameHint:"RuleLifting"`
}

type ruleChangeOutput struct {
	Vary string `header:"Vary"`
	Body RuleChange
}

const (
	rulesPath       = "/v1/cycles/{instrument}/{stream}/{period}/rules"
	suspensionsPath = "/v1/cycles/{instrument}/{stream}/{period}/rule-suspensions"
)

func (s *service) registerRules() {
	register(s, operation{
		id: "list-rules", method: http.MethodGet, path: rulesPath, tag: tagCycles, action: access.ReadRules,
		summary: "List a cycle's rules", description: "The cross-field rules of its questionnaires, whether each holds, and every suspension with who, when and why.",
	}, s.listRules)
	register(s, operation{
		id: "suspend-rule", method: http.MethodPost, path: suspensionsPath, tag: tagCycles, action: access.SuspendRule, status: http.StatusCreated,
		summary: "Suspend a rule",
		description: "A cross-field rule no longer stops answers of this cycle: what it finds is advice that says so. Everything accepted is checked again, and the answer " +
			"says for whom what has changed. Neither the form of the questionnaire nor rules that protect persons can be suspended.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.suspendRule)
	register(s, operation{
		id: "lift-rule", method: http.MethodPost, path: suspensionsPath + "/{number}/lift", tag: tagCycles, action: access.SuspendRule,
		summary: "Let a suspended rule hold again",
		description: "Everything accepted is checked again. What the rule now finds fault with stays accepted; it is marked as blocking, here and under findings, " +
			"so that it can be returned for correction.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
	}, s.liftRule)
}

func (s *service) listRules(ctx context.Context, in *CyclePath) (*rulesOutput, error) {
	rules, suspensions, err := s.Secretariat.Rules(ctx, in.id())
	if err != nil {
		return nil, err
	}
	out := &rulesOutput{Vary: "Accept-Language"}
	out.Body.Rules, out.Body.Suspensions = []Rule{}, []RuleSuspension{}
	for _, r := range rules {
		message := rapporteur.Finding{Message: r.Message}.Text(callOf(ctx).language)
		out.Body.Rules = append(out.Body.Rules, Rule{
			ID: r.ID, Questionnaire: r.Questionnaire, Severity: string(r.Severity), Message: message, Suspended: r.Suspended,
		})
	}
	for _, suspension := range suspensions {
		out.Body.Suspensions = append(out.Body.Suspensions, suspensionOf(suspension))
	}
	return out, nil
}

func suspensionOf(s rapporteur.RuleSuspension) RuleSuspension {
	return RuleSuspension{
		Number: s.Number, Rule: s.Rule, Questionnaire: s.Questionnaire, Reason: s.Reason, SuspendedBy: s.SuspendedBy, SuspendedAt: instant(s.SuspendedAt),
		InForce: s.InForce(), LiftReason: s.LiftReason, LiftedBy: s.LiftedBy, LiftedAt: instant(s.LiftedAt), Revalidated: s.Revalidated,
	}
}

func (s *service) suspendRule(ctx context.Context, in *suspendInput) (*ruleChangeOutput, error) {
	wanted := rapporteur.RuleSuspension{Cycle: in.id(), Rule: in.Body.Rule, Questionnaire: in.Body.Questionnaire, Reason: in.Body.Reason}
	return ruleChanged(ctx)(s.Secretariat.SuspendRule(ctx, callOf(ctx).principal, wanted, commandID(ctx)))
}

func (s *service) liftRule(ctx context.Context, in *liftInput) (*ruleChangeOutput, error) {
	return ruleChanged(ctx)(s.Secretariat.LiftRule(ctx, callOf(ctx).principal, in.id(), in.Number, in.Body.Reason, commandID(ctx)))
}

func ruleChanged(ctx context.Context) func(rapporteur.RuleChange, error) (*ruleChangeOutput, error) {
	return func(c rapporteur.RuleChange, err error) (*ruleChangeOutput, error) {
		if err != nil {
			return nil, err
		}
		language := callOf(ctx).language
		out := &ruleChangeOutput{Vary: "Accept-Language", Body: RuleChange{Suspension: suspensionOf(c.Suspension), Affected: []AffectedAnswer{}}}
		for _, r := range c.Affected {
			out.Body.Affected = append(out.Body.Affected, AffectedAnswer{
				Contributor: string(r.Contributor), Version: r.Version, Gone: findingsOf(r.Gone(), language), New: findingsOf(r.New(), language),
				Blocking: rapporteur.Blocked(r.Findings),
			})
		}
		return out, nil
	}
}
