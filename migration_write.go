package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// migrationAttempts is how often a request is planned anew that changes while it
// is to be migrated.
const migrationAttempts = 5

// migrateChunk writes some plans in one transaction. What has changed since it
// was planned is planned anew.
func (s Secretariat) migrateChunk(ctx context.Context, actor Principal, o MigrationOrder, to QuestionnaireRef, plans []migrationPlan) error {
	left := make([]*migrationPlan, len(plans))
	for n := range plans {
		left[n] = &plans[n]
	}
	for range migrationAttempts {
		var stale []*migrationPlan
		err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
			stale = nil
			for _, plan := range left {
				done, err := s.migrateRequest(ctx, tx, actor, o, to, plan)
				if err != nil {
					return err
				}
				if !done {
					stale = append(stale, plan)
				}
			}
			return nil
		})
		if err != nil || len(stale) == 0 {
			return err
		}
		if err := s.planAgain(ctx, o.Cycle, to, stale); err != nil {
			return err
		}
		left = stale
	}
	return Problemf(ProblemConflict, "Too much at once", "Requests change while they are migrated; order it again, and it is finished.")
}

// planAgain plans some requests as they are now.
func (s Secretariat) planAgain(ctx context.Context, id CycleID, to QuestionnaireRef, plans []*migrationPlan) error {
	return s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		for _, plan := range plans {
			request, err := r.Request(ctx, plan.RequestKey)
			if err != nil {
				return err
			}
			if *plan, err = s.planMigration(ctx, r, cycle, request, to, cycle.Now(s.Clock())); err != nil {
				return err
			}
		}
		return nil
	})
}

// migrateRequest writes one plan: the request, the version that carries its
// answer over, the migration with what it keeps, and the audit record. false
// where the request has changed since it was planned.
func (s Secretariat) migrateRequest(ctx context.Context, tx Tx, actor Principal, o MigrationOrder, to QuestionnaireRef, plan *migrationPlan) (bool, error) {
	request, cycle, err := lock(ctx, tx, plan.RequestKey, false)
	if err != nil {
		return false, err
	}
	switch {
	case cycle.Phase != PhaseCollecting:
		return false, request.closedProblem()
	case request.Questionnaire == to || !request.Accepting():
		return true, nil // somebody else was quicker, or nothing is asked any more
	case request.Revision != plan.request.Revision:
		return false, nil
	}
	now := cycle.Now(s.Clock())
	event := MigrateEvent{Questionnaire: to, Carried: plan.made.Version > 0, CompleteBy: plan.CompleteBy, CalledBack: plan.calledOff}
	next, effects, err := request.Next(RequestEvent{Migrate: &event}, now)
	if err != nil {
		return false, err
	}
	m := Migration{
		RequestKey: plan.RequestKey, Number: plan.number, Questionnaire: to.ID, From: request.Questionnaire.Version, To: to.Version,
		Outcome: plan.Outcome, Source: plan.source.Version, Version: plan.made.Version, At: now, By: actor.ID,
	}
	if plan.kept != nil {
		sum := sha256.Sum256(plan.kept)
		m.Kept = hex.EncodeToString(sum[:])
	}
	if !plan.CompleteBy.IsZero() {
		m.FollowUp = next.FollowUp
	}
	followUp := FollowUp{
		RequestKey: plan.RequestKey, Number: next.FollowUp, Kind: FollowUpCorrection, Due: plan.CompleteBy,
		Reason: plan.ask(o.Reason, to), OpenedAt: now, OpenedBy: actor.ID,
	}
	if err := leaveCommonPath(ctx, tx, next, effects, followUp); err != nil {
		return false, err
	}
	if event.Carried {
		made := plan.made
		made.SubmittedAt, made.SubmittedBy = now, actor.ID
		if err := tx.InsertSubmission(ctx, made, plan.body); err != nil {
			return false, err
		}
	}
	if err := tx.InsertMigration(ctx, m, plan.kept); err != nil {
		return false, err
	}
	record := plan.audit(m)
	record.Reason = o.Reason
	_, err = tx.AppendAudit(ctx, record)
	return true, err
}

// ask is what the contributor is told that has to complete its answer.
func (p *migrationPlan) ask(reason string, to QuestionnaireRef) string {
	return fmt.Sprintf("The questionnaire has changed to version %s: %s. Please complete: %s. Until then your answer stands as it was accepted.",
		to.Version, strings.TrimRight(strings.TrimSpace(reason), "."), strings.Join(p.places(), ", "))
}

// audit is the record of a request's migration.
func (p *migrationPlan) audit(m Migration) AuditRecord {
	details := map[string]string{
		"questionnaire": m.Questionnaire, "from": m.From, "to": m.To, "outcome": string(m.Outcome), "moved": fmt.Sprint(len(p.Moved)),
	}
	if m.Version > 0 {
		details[detailCarried], details["hash"] = fmt.Sprint(m.Version), p.made.Hash
	}
	if m.Kept != "" {
		details["kept"] = m.Kept
	}
	if !p.CompleteBy.IsZero() {
		details["due"] = p.CompleteBy.String()
	}
	if p.calledOff {
		details[detailCalledBack] = fmt.Sprint(true)
	}
	return AuditRecord{
		Key:   fmt.Sprintf("migration/%s/%s/%d", m.Cycle, m.Contributor, m.Number),
		Cycle: m.Cycle, At: m.At, Actor: m.By, Action: ActionMigrated, Contributor: m.Contributor, Details: details,
	}
}

// MigratedVersion is a version of an answer as its request asks it now: where
// the contributor begins who has to complete it. It is for those who read true
// values, and the reading is on record.
func (c Correspondence) MigratedVersion(ctx context.Context, actor Principal, key RequestKey, version int) (MigratedAnswer, error) {
	var migrated MigratedAnswer
	err := c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, err := tx.Request(ctx, key)
		if err != nil {
			return err
		}
		submission, err := tx.Submission(ctx, key, version)
		if err != nil {
			return err
		}
		if submission.Questionnaire == request.Questionnaire {
			return invalidStep("Version %d answers what the request asks, %s.", version, request.Questionnaire)
		}
		if err := c.readWhole(ctx, tx, actor, key, version); err != nil {
			return err
		}
		before, err := tx.Migrations(ctx, key)
		if err != nil {
			return err
		}
		kept, err := keptBeside(ctx, tx, before, version)
		if err != nil {
			return err
		}
		body, err := tx.Body(ctx, submission.Hash)
		if err != nil {
			return err
		}
		migrated, err = c.Catalogue.Migrate(ctx, submission.Questionnaire, request.Questionnaire, body, kept)
		return err
	})
	return migrated, err
}

// KeptBeside is what a migration of a request kept beside its answer, with its
// SHA-256. It is for those who read true values, and the reading is on record.
func (c Correspondence) KeptBeside(ctx context.Context, actor Principal, key RequestKey, number int) (hash string, kept []byte, err error) {
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.Request(ctx, key); err != nil {
			return err
		}
		found, err := tx.Migrations(ctx, key)
		if err != nil {
			return err
		}
		if number < 1 || number > len(found) || found[number-1].Kept == "" {
			return NotFound("migration of this request that keeps anything", strconv.Itoa(number))
		}
		m := found[number-1]
		if err := c.readWhole(ctx, tx, actor, key, m.Source); err != nil {
			return err
		}
		hash = m.Kept
		kept, err = tx.Body(ctx, hash)
		return err
	})
	return hash, kept, err
}
