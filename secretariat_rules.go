package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// RuleChange is what came of suspending a rule or of lifting that.
type RuleChange struct {
	Suspension RuleSuspension
	Affected   []Revalidation // whose findings are others now, by contributor
}

// SuspendRule suspends a cross-field rule in a cycle, with a reason; of the
// suspension Cycle, Rule, Questionnaire and Reason are given. Then everything
// that was accepted is checked again, some requests at a time; nothing is
// un-accepted. The same idempotencyKey again changes nothing and gives the same
// answer. A call that was cut short is finished by the same call again, with the
// key or without.
func (s Secretariat) SuspendRule(ctx context.Context, actor Principal, wanted RuleSuspension, idempotencyKey string) (RuleChange, error) {
	if err := reasoned(wanted.Reason, "Say why the rule is suspended."); err != nil {
		return RuleChange{}, err
	}
	key := ruleKey("rule-suspend", wanted.Cycle, idempotencyKey)
	return s.changeRule(ctx, actor, false, func(ctx context.Context, tx Tx) (RuleSuspension, error) {
		cycle, known, done, err := lockRules(ctx, tx, wanted.Cycle, key)
		if err != nil || done != nil {
			return orZero(done), err
		}
		if err := s.checkRule(ctx, tx, cycle, wanted); err != nil {
			return RuleSuspension{}, err
		}
		for _, other := range known {
			if !other.covers(wanted.Rule, wanted.Questionnaire) {
				continue
			}
			if !other.Revalidated && other.Questionnaire == wanted.Questionnaire {
				return other, nil
			}
			return RuleSuspension{}, Problemf(ProblemConflict, "The rule is suspended already", "Suspension %d of this cycle has been in force since %s.", other.Number, DateOf(other.SuspendedAt))
		}
		wanted.Number, wanted.SuspendedBy, wanted.SuspendedAt = len(known)+1, actor.ID, cycle.Now(s.Clock())
		if _, err := tx.AppendAudit(ctx, wanted.audit(key)); err != nil {
			return wanted, err
		}
		return wanted, tx.InsertRuleSuspension(ctx, wanted)
	})
}

// LiftRule ends a suspension, with a reason, and has everything accepted checked
// again. An answer that the rule now finds fault with stays accepted; it is among
// those affected, and in Findings, for the Secretariat to return it. Repeating
// the call is as with SuspendRule.
func (s Secretariat) LiftRule(ctx context.Context, actor Principal, id CycleID, number int, reason, idempotencyKey string) (RuleChange, error) {
	if err := reasoned(reason, "Say why the rule holds again."); err != nil {
		return RuleChange{}, err
	}
	key := ruleKey("rule-lift", id, idempotencyKey)
	return s.changeRule(ctx, actor, true, func(ctx context.Context, tx Tx) (RuleSuspension, error) {
		cycle, known, done, err := lockRules(ctx, tx, id, key)
		if err != nil || done != nil {
			return orZero(done), err
		}
		if number < 1 || number > len(known) {
			return RuleSuspension{}, NotFound("suspension of a rule", fmt.Sprint(number))
		}
		lifted := known[number-1]
		if !lifted.InForce() && !lifted.Revalidated {
			return lifted, nil
		}
		if !lifted.InForce() {
			return RuleSuspension{}, Problemf(ProblemConflict, "The suspension was lifted already", "The rule has held again since %s.", DateOf(lifted.LiftedAt))
		}
		lifted.LiftedAt, lifted.LiftedBy, lifted.LiftReason = cycle.Now(s.Clock()), actor.ID, reason
		lifted.Revalidated, lifted.CheckedTo = false, ""
		if _, err := tx.AppendAudit(ctx, lifted.audit(key)); err != nil {
			return lifted, err
		}
		return lifted, tx.UpdateRuleSuspension(ctx, lifted)
	})
}

// changeRule commits a change of a suspension, then has the answers checked
// again.
func (s Secretariat) changeRule(ctx context.Context, actor Principal, lifted bool, change func(context.Context, Tx) (RuleSuspension, error)) (RuleChange, error) {
	var changed RuleSuspension
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		changed, err = change(ctx, tx)
		return err
	})
	if err != nil {
		return RuleChange{}, err
	}
	return s.revalidate(ctx, actor, changed, lifted)
}

func reasoned(reason, say string) error {
	if strings.TrimSpace(reason) == "" {
		return &Problem{Kind: ProblemInvalid, Title: "A reason is needed", Detail: say}
	}
	return nil
}

func ruleKey(act string, id CycleID, idempotencyKey string) string {
	if idempotencyKey == "" {
		return ""
	}
	return fmt.Sprintf("%s/%s/%s", act, id, idempotencyKey)
}

func orZero(s *RuleSuspension) RuleSuspension {
	if s == nil {
		return RuleSuspension{}
	}
	return *s
}

// lockRules locks a cycle in which rules may still be suspended or hold again,
// and lists its suspensions; done is the one that the same key was for.
func lockRules(ctx context.Context, tx Tx, id CycleID, key string) (cycle Cycle, known []RuleSuspension, done *RuleSuspension, err error) {
	if cycle, err = tx.LockCycle(ctx, id); err != nil {
		return cycle, nil, nil, err
	}
	if known, err = tx.RuleSuspensions(ctx, id); err != nil {
		return cycle, nil, nil, err
	}
	if key != "" {
		records, err := tx.AuditTrail(ctx, AuditFilter{Cycle: id, Actions: []Action{ActionRuleSuspended, ActionRuleLifted}})
		if err != nil {
			return cycle, nil, nil, err
		}
		for _, r := range records {
			if n := detailNumber(r, "suspension"); r.Key == key && n >= 1 && n <= len(known) {
				return cycle, known, &known[n-1], nil
			}
		}
	}
	switch {
	case id.IsWindow():
		err = Problemf(ProblemConflict, "Not possible here", "The window of an intake asks nobody; rules are suspended in cycles that ask.")
	case cycle.Phase.Final() || cycle.Phase == PhaseTransmitted:
		err = invalidStep("The cycle is %s; its answers are what they are.", cycle.Phase)
	}
	return cycle, known, nil, err
}

// checkRule refuses a rule that the cycle's questionnaires do not have, or that
// is never suspended.
func (s Secretariat) checkRule(ctx context.Context, r Reader, cycle Cycle, wanted RuleSuspension) error {
	if err := suspendable(wanted.Rule, ""); err != nil {
		return err
	}
	questionnaires, err := s.questionnaires(ctx, r, cycle)
	if err != nil {
		return err
	}
	asked, found := wanted.Questionnaire == "", false
	for _, q := range questionnaires {
		if wanted.Questionnaire != "" && q.ID != wanted.Questionnaire {
			continue
		}
		asked = true
		if rule, ok := q.Rule(wanted.Rule); ok {
			found = true
			if err := suspendable(rule.ID, rule.Severity); err != nil {
				return err
			}
		}
	}
	switch {
	case !asked:
		return Problemf(ProblemInvalid, "Unknown questionnaire", "The cycle asks nobody with a questionnaire %q.", wanted.Questionnaire)
	case !found:
		return Problemf(ProblemInvalid, "Unknown rule", "No questionnaire that is meant has a cross-field rule %q; list the rules of the cycle.", wanted.Rule)
	}
	return nil
}

// questionnaires lists what a cycle asks with: the versions that its requests
// are pinned to, and before it opens those that they would be.
func (s Secretariat) questionnaires(ctx context.Context, r Reader, cycle Cycle) ([]Questionnaire, error) {
	refs, err := r.Questionnaires(ctx, cycle.ID, cycle.Now(s.Clock()))
	if err != nil {
		return nil, err
	}
	var all []Questionnaire
	for _, ref := range refs {
		if ref == (QuestionnaireRef{}) {
			continue // only a receipt is kept
		}
		q, err := s.Catalogue.Questionnaire(ref)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	for _, audience := range cycle.Policy.Audience {
		known := slices.ContainsFunc(all, func(q Questionnaire) bool { return q.ID == audience.Questionnaire })
		if audience.Questionnaire == "" || known {
			continue
		}
		q, err := s.Catalogue.Latest(audience.Questionnaire)
		if err != nil {
			return nil, err
		}
		all = append(all, q)
	}
	return all, nil
}

// audit is the record that a rule was suspended, or that this was lifted.
func (s RuleSuspension) audit(key string) AuditRecord {
	record := AuditRecord{
		Key: key, Cycle: s.Cycle, At: s.SuspendedAt, Actor: s.SuspendedBy, Action: ActionRuleSuspended, Reason: s.Reason,
		Details: map[string]string{"suspension": fmt.Sprint(s.Number), "rule": s.Rule, "questionnaire": s.Questionnaire},
	}
	if !s.InForce() {
		record.At, record.Actor, record.Action, record.Reason = s.LiftedAt, s.LiftedBy, ActionRuleLifted, s.LiftReason
		record.Details["since"] = s.SuspendedAt.UTC().Format(time.DateOnly)
	}
	return record
}

// RuleState is a rule of a cycle's questionnaires and whether it holds.
type RuleState struct {
	Rule
	Questionnaire string // its id
	Suspended     bool
}

// Rules lists the cross-field rules of a cycle's questionnaires, by questionnaire
// and in the order in which they are applied, and all suspensions of the cycle.
func (s Secretariat) Rules(ctx context.Context, id CycleID) (rules []RuleState, suspensions []RuleSuspension, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		if suspensions, err = r.RuleSuspensions(ctx, id); err != nil {
			return err
		}
		questionnaires, err := s.questionnaires(ctx, r, cycle)
		for _, q := range questionnaires {
			for _, rule := range q.Rules {
				suspended := slices.ContainsFunc(suspensions, func(s RuleSuspension) bool { return s.covers(rule.ID, q.ID) })
				rules = append(rules, RuleState{Rule: rule, Questionnaire: q.ID, Suspended: suspended})
			}
		}
		return err
	})
	return rules, suspensions, err
}
