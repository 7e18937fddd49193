package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// MigrationOrder is that open requests of a cycle are to ask another version of
// their questionnaire.
type MigrationOrder struct {
	Cycle         CycleID
	Questionnaire string // id; may be left out where the cycle asks with one alone
	To            string // version
	Back          bool   // to the version before the newest order; To is left out
	Reason        string // for the record; contributors that are needed read it
	DryRun        bool   // tell, and change nothing
	After         ContributorID
	Limit         int // how many requests are looked at; at most MigrationPage, and as many where 0
}

// MigrationPage is how many requests one call looks at: a cycle of thousands is
// migrated page by page.
const MigrationPage = 200

// migratedTogether is how many requests are written in one transaction.
const migratedTogether = 25

// MigrationReport is what becomes, or became, of the requests of a page.
type MigrationReport struct {
	Questionnaire QuestionnaireRef // that is asked then
	Requests      []MigratedRequest
	Next          ContributorID // the last that was looked at, where there are more; empty on the last page
}

// MigratedRequest is what becomes of one request and its answer.
type MigratedRequest struct {
	RequestKey
	From       QuestionnaireRef
	Outcome    MigrationOutcome
	Why        string // in words, without anything that was submitted
	Version    int    // the version that carries the answer over; 0 where none does
	Moved      []AnswerMove
	Findings   []Finding // that block; why the contributor is needed
	CompleteBy Date      // by when it has to complete its answer
}

// Migrate has the open requests of a collecting cycle ask another version of
// their questionnaire, a page at a time. An answer that fits is carried over as
// a version of its own, made by whoever orders it; what has no place is kept
// beside. An answer that does not fit goes back to its contributor for
// completion, and stands as it was accepted until then. Whoever has not answered,
// or corrects an answer, is asked the other version from now on. What was
// submitted before stays as it is, so that the way back is another order. A page
// that was migrated before, whole or in part, is only finished.
func (s Secretariat) Migrate(ctx context.Context, actor Principal, o MigrationOrder) (MigrationReport, error) {
	if !o.DryRun && strings.TrimSpace(o.Reason) == "" {
		return MigrationReport{}, Problemf(ProblemInvalid, "A reason is needed", "Say why the questionnaire changes; it stays on the record.")
	}
	if o.Limit <= 0 || o.Limit > MigrationPage {
		o.Limit = MigrationPage
	}
	page, err := s.migrationPage(ctx, o)
	if err != nil || o.DryRun {
		return page.report(), err
	}
	if len(page.plans) > 0 {
		if err := s.orderMigration(ctx, actor, o, page.to); err != nil {
			return MigrationReport{}, err
		}
	}
	for start := 0; start < len(page.plans); start += migratedTogether {
		chunk := page.plans[start:min(start+migratedTogether, len(page.plans))]
		if err := s.migrateChunk(ctx, actor, o, page.to, chunk); err != nil {
			return MigrationReport{}, err
		}
	}
	return page.report(), nil
}

// migrationPage is the part of a migration that one call does.
type migrationPage struct {
	to    QuestionnaireRef
	plans []migrationPlan
	next  ContributorID
}

func (p migrationPage) report() MigrationReport {
	report := MigrationReport{Questionnaire: p.to, Requests: []MigratedRequest{}, Next: p.next}
	for _, plan := range p.plans {
		report.Requests = append(report.Requests, plan.MigratedRequest)
	}
	return report
}

// migrationPage reads a page of requests and plans what becomes of each that
// asks another version than is wanted.
func (s Secretariat) migrationPage(ctx context.Context, o MigrationOrder) (migrationPage, error) {
	var page migrationPage
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, o.Cycle)
		if err != nil {
			return err
		}
		now := cycle.Now(s.Clock())
		if page.to, err = s.migrationTarget(ctx, r, cycle, o, now); err != nil {
			return err
		}
		requests, err := r.Requests(ctx, RequestFilter{Cycle: o.Cycle, States: standing, After: o.After, Limit: o.Limit + 1})
		if err != nil {
			return err
		}
		if len(requests) > o.Limit {
			requests = requests[:o.Limit]
			page.next = requests[o.Limit-1].Contributor
		}
		for _, request := range requests {
			if request.Questionnaire.ID != page.to.ID || request.Questionnaire == page.to {
				continue
			}
			plan, err := s.planMigration(ctx, r, cycle, request, page.to, now)
			if err != nil {
				return err
			}
			page.plans = append(page.plans, plan)
		}
		return nil
	})
	return page, err
}

// migrationTarget finds out which questionnaire an order means, and refuses it
// where it makes no sense.
func (s Secretariat) migrationTarget(ctx context.Context, r Reader, cycle Cycle, o MigrationOrder, now time.Time) (QuestionnaireRef, error) {
	var to QuestionnaireRef
	if cycle.Phase != PhaseCollecting {
		return to, invalidStep("The cycle is %s; its requests can ask another version while it collects.", cycle.Phase)
	}
	asked, err := r.Questionnaires(ctx, cycle.ID, now)
	if err != nil {
		return to, err
	}
	var ids []string
	for _, ref := range asked {
		if ref.ID != "" {
			ids = appendOnce(ids, ref.ID)
		}
	}
	switch {
	case o.Questionnaire == "" && len(ids) == 1:
		o.Questionnaire = ids[0]
	case !slices.Contains(ids, o.Questionnaire):
		return to, Problemf(ProblemInvalid, "Which questionnaire?", "Name one that the cycle asks: %s.", strings.Join(ids, ", "))
	}
	to = QuestionnaireRef{ID: o.Questionnaire, Version: o.To}
	switch {
	case o.Back == (o.To != ""):
		return to, Problemf(ProblemInvalid, "Which version?", "Name the version, or go back to the one before.")
	case o.Back:
		if to.Version, err = versionBefore(ctx, r, cycle.ID, o.Questionnaire); err != nil {
			return to, err
		}
	}
	_, err = s.Catalogue.Questionnaire(to)
	return to, err
}

// versionBefore is what was asked before the newest order that was none to go
// back.
func versionBefore(ctx context.Context, r Reader, id CycleID, questionnaire string) (string, error) {
	orders, err := r.AuditTrail(ctx, AuditFilter{Cycle: id, Actions: []Action{ActionMigrationOrdered}})
	if err != nil {
		return "", err
	}
	for _, a := range slices.Backward(orders) {
		if a.Details["questionnaire"] != questionnaire || a.Details["back"] != "" {
			continue
		}
		if strings.Contains(a.Details["from"], ", ") {
			return "", invalidStep("The requests asked the versions %s before: name the one to go back to.", a.Details["from"])
		}
		return a.Details["from"], nil
	}
	return "", invalidStep("No request of the cycle has come to ask another version of %s.", questionnaire)
}

// orderMigration leaves the record of an order, once for all its pages.
func (s Secretariat) orderMigration(ctx context.Context, actor Principal, o MigrationOrder, to QuestionnaireRef) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.LockCycle(ctx, o.Cycle)
		if err != nil {
			return err
		}
		orders, err := tx.AuditTrail(ctx, AuditFilter{Cycle: o.Cycle, Actions: []Action{ActionMigrationOrdered}})
		if err != nil {
			return err
		}
		for _, a := range slices.Backward(orders) {
			if a.Details["questionnaire"] != to.ID {
				continue
			}
			if a.Details["to"] == to.Version {
				return nil
			}
			break
		}
		now := cycle.Now(s.Clock())
		asked, err := tx.Questionnaires(ctx, o.Cycle, now)
		if err != nil {
			return err
		}
		var versions []string
		for _, ref := range asked {
			if ref.ID == to.ID && ref != to {
				versions = append(versions, ref.Version)
			}
		}
		record := AuditRecord{
			Cycle: o.Cycle, At: now, Actor: actor.ID, Action: ActionMigrationOrdered, Reason: o.Reason,
			Details: map[string]string{"questionnaire": to.ID, "from": strings.Join(versions, ", "), "to": to.Version},
		}
		if o.Back {
			record.Details["back"] = fmt.Sprint(true)
		}
		_, err = tx.AppendAudit(ctx, record)
		return err
	})
}
