package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// migrationPlan is what becomes of one request, with all that is written then.
type migrationPlan struct {
	MigratedRequest
	request   Request
	number    int        // of the migration
	source    Submission // that stands; none where its version is 0
	made      Submission // that carries it over; none where its version is 0
	body      []byte     // of that
	kept      []byte     // beside it
	calledOff bool       // the return for completion of an earlier migration is off
}

// planMigration decides what becomes of a request when it asks another version.
func (s Secretariat) planMigration(ctx context.Context, r Reader, cycle Cycle, request Request, to QuestionnaireRef, now time.Time) (migrationPlan, error) {
	plan := migrationPlan{
		MigratedRequest: MigratedRequest{RequestKey: request.RequestKey, From: request.Questionnaire, Outcome: MigrationUnchanged, Why: "Nothing is answered yet."},
		request:         request,
	}
	before, err := r.Migrations(ctx, request.RequestKey)
	if err != nil {
		return plan, err
	}
	plan.number = len(before) + 1
	if request.Standing() == 0 {
		return plan, s.leadsTo(ctx, request.Questionnaire, to)
	}
	if plan.source, err = r.Submission(ctx, request.RequestKey, request.Standing()); err != nil {
		return plan, err
	}
	last := Migration{}
	if len(before) > 0 {
		last = before[len(before)-1]
	}
	switch {
	case plan.source.Questionnaire == to: // it was to be completed for the version that is asked now, and was not
		plan.calledOff = request.State == RequestReturned && last.FollowUp > 0 && last.FollowUp == request.FollowUp
		plan.Why = "The answer is to this version."
		if request.State == RequestReturned && !plan.calledOff {
			plan.Outcome, plan.Why = MigrationNeedsContributor, whyReturned
		}
		return plan, nil
	case request.State != RequestReturned:
		if undone, err := plan.undo(ctx, r, before, to); undone || err != nil {
			return plan, err
		}
	}
	err = s.planAnswer(ctx, r, cycle, &plan, before, to, now)
	return plan, err
}

const whyReturned = "The answer is back with its contributor for correction, who will correct it as this version asks."

// leadsTo refuses a version to which no mapping leads, also where there is no
// answer yet.
func (s Secretariat) leadsTo(ctx context.Context, from, to QuestionnaireRef) error {
	_, err := s.Catalogue.Migrate(ctx, from, to, []byte("{}"), nil)
	return err
}

// undo carries over the very bytes from which an earlier migration has made the
// version that stands; false where none has.
func (p *migrationPlan) undo(ctx context.Context, r Reader, before []Migration, to QuestionnaireRef) (bool, error) {
	n := slices.IndexFunc(before, func(m Migration) bool { return m.Version == p.source.Version })
	if n < 0 {
		return false, nil
	}
	source, err := r.Submission(ctx, p.RequestKey, before[n].Source)
	if err != nil || source.Questionnaire != to {
		return false, err
	}
	if p.body, err = r.Body(ctx, source.Hash); err != nil {
		return false, err
	}
	if p.kept, err = keptBeside(ctx, r, before, source.Version); err != nil {
		return false, err
	}
	p.Outcome, p.Why = before[n].Outcome, fmt.Sprintf("The answer is again as version %d has it.", source.Version)
	p.carry(to, source.ReturnType, source.Language, source.Findings)
	return true, nil
}

// keptBeside is what is kept beside a version of an answer by the migrations
// before it, of which each has taken on what the one before it kept. Those that
// have come to this very version keep nothing beside it.
func keptBeside(ctx context.Context, r Reader, migrations []Migration, version int) ([]byte, error) {
	n := 0
	for n < len(migrations) && migrations[n].Source < version {
		n++
	}
	if n == 0 || migrations[n-1].Kept == "" {
		return nil, nil
	}
	return r.Body(ctx, migrations[n-1].Kept)
}

// planAnswer gives the standing answer the layout of the other version, and
// decides by what that finds.
func (s Secretariat) planAnswer(ctx context.Context, r Reader, cycle Cycle, plan *migrationPlan, before []Migration, to QuestionnaireRef, now time.Time) error {
	body, err := r.Body(ctx, plan.source.Hash)
	if err != nil {
		return err
	}
	kept, err := keptBeside(ctx, r, before, plan.source.Version)
	if err != nil {
		return err
	}
	migrated, err := s.Catalogue.Migrate(ctx, plan.source.Questionnaire, to, body, kept)
	if err != nil {
		return err
	}
	plan.Outcome, plan.Moved, plan.kept = migrated.Outcome, migrated.Moved, migrated.Kept
	plan.Why = whyMigrated(migrated.Moved)
	switch {
	case plan.request.State == RequestReturned:
		plan.Outcome, plan.Why = MigrationNeedsContributor, whyReturned
	case plan.Outcome == MigrationNeedsContributor:
		for _, f := range migrated.Findings {
			if f.Blocks() {
				plan.Findings = append(plan.Findings, f)
			}
		}
		plan.Why = "To be completed: " + strings.Join(plan.places(), ", ") + "."
		plan.CompleteBy, err = correctBy(cycle, Date{}, now)
		return err
	default:
		plan.body = migrated.Body
		plan.carry(to, migrated.Document.ReturnType, migrated.Document.Language, migrated.Findings)
	}
	return nil
}

// whyMigrated says what became of an answer that fits.
func whyMigrated(moved []AnswerMove) string {
	if len(moved) == 0 {
		return "The answer is the same."
	}
	kept, back := 0, 0
	for _, m := range moved {
		switch {
		case m.To == "":
			kept++
		case m.From == "":
			back++
		}
	}
	var parts []string
	if n := len(moved) - kept - back; n > 0 {
		parts = append(parts, count(n, "answer")+" moved")
	}
	if kept > 0 {
		parts = append(parts, count(kept, "answer")+" kept beside")
	}
	if back > 0 {
		parts = append(parts, count(back, "answer")+" back in place")
	}
	return strings.Join(parts, ", ") + "."
}

// places names the questions that are to be completed, by what blocks and what
// was kept for want of a place.
func (p *migrationPlan) places() []string {
	var places []string
	for _, f := range p.Findings {
		place := "the answer as a whole"
		if segments := strings.Split(f.Pointer, "/"); len(segments) > 2 && segments[1] == "answers" {
			place = segments[2]
		}
		places = appendOnce(places, place)
	}
	if len(places) > 0 {
		return places
	}
	for _, m := range p.Moved {
		if m.To == "" {
			places = appendOnce(places, m.From)
		}
	}
	return places
}

// carry plans the version that carries the answer over.
func (p *migrationPlan) carry(to QuestionnaireRef, returnType ReturnType, language string, findings []Finding) {
	sum := sha256.Sum256(p.body)
	p.made = Submission{
		RequestKey: p.RequestKey, Version: p.request.Version + 1, Questionnaire: to, ReturnType: returnType, Language: language,
		Hash: hex.EncodeToString(sum[:]), Size: len(p.body), Late: p.source.Late, Findings: findings,
	}
	p.Version = p.made.Version
}
