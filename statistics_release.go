package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Statistics tells the figures of accepted answers as statistics, and publishes
// them. Nothing leaves it that was not disclosed by the statistician.
type Statistics struct {
	Store        Store
	Catalogue    Catalogue
	Clock        Clock
	Crosswalk    Crosswalk // where in answers the figures are
	Lists        CodeLists // what the codes of answers are in the layout
	Statistician Statistician
}

// Preview is what would be published of a cycle now. Nothing is recorded.
func (s Statistics) Preview(ctx context.Context, id CycleID) (Release, error) {
	g, err := s.gather(ctx, id)
	if err != nil {
		return Release{}, err
	}
	return s.disclose(g)
}

// Latest is the newest release of a cycle. may says whether the actor may see
// what is told of the cycle; whoever may not is told, as where there is none,
// that it is not there.
func (s Statistics) Latest(ctx context.Context, id CycleID, may func(Cycle) error) (Release, error) {
	var release Release
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		found, err := r.LatestRelease(ctx, id)
		if err != nil {
			return err
		}
		cycle, err := r.Cycle(ctx, id)
		if err != nil {
			return err
		}
		if may(cycle) != nil {
			return NoRelease(id) // for whom it is not yet, it is not there
		}
		release = found
		return nil
	})
	return release, err
}

// NoRelease is the problem that nothing is published of a cycle.
func NoRelease(id CycleID) *Problem { return NotFound("published statistics of", string(id)) }

// Publish fixes what is told of a cycle: a release, kept for good, against which
// every later one of the stream is held, in this cycle or another. Collection
// must be closed. Where nothing has changed since the newest release of the
// cycle, that is the answer; the same idempotencyKey gives the release that it
// gave before. It fails with a conflict where another release of the stream came
// in between.
func (s Statistics) Publish(ctx context.Context, actor Principal, id CycleID, idempotencyKey string) (Release, error) {
	g, err := s.gather(ctx, id)
	if err != nil {
		return Release{}, err
	}
	release, err := s.disclose(g)
	if err != nil {
		return Release{}, err
	}
	err = s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		return s.release(ctx, tx, actor, &release, idempotencyKey)
	})
	if err != nil {
		return Release{}, err
	}
	return release, nil
}

// release records a release, unless the cycle has it already.
func (s Statistics) release(ctx context.Context, tx Tx, actor Principal, next *Release, idempotencyKey string) error {
	cycle, err := tx.LockCycle(ctx, next.Cycle)
	if err != nil {
		return err
	}
	if err := cycle.releases(); err != nil {
		return err
	}
	instrument, stream, _, err := next.Cycle.Parts()
	if err != nil {
		return err
	}
	all, err := tx.Releases(ctx, instrument, stream)
	if err != nil {
		return err
	}
	key := releaseKey(next.Cycle, idempotencyKey)
	if done, err := releasedBy(ctx, tx, all, next.Cycle, key); done != nil || err != nil {
		*next = orNone(done)
		return err
	}
	if newest := newestRelease(all, next.Cycle); newest != nil && slices.Equal(newest.Statistics, next.Statistics) && slices.Equal(newest.Sources, next.Sources) {
		*next = *newest
		return nil
	}
	switch {
	case len(all)+1 != next.Sequence:
		return Problemf(ProblemConflict, "Another release came first", "Statistics of the stream were published meanwhile, and these must be held against them. Look at the preview and publish again.")
	case len(next.Statistics) == 0:
		return Problemf(ProblemConflict, "There are no statistics", "No accepted answer of the cycle has figures that may be told.")
	}
	next.At, next.By = cycle.Now(s.Clock()), actor.ID
	record := AuditRecord{
		Key: key, Cycle: next.Cycle, At: next.At, Actor: actor.ID, Action: ActionStatisticsReleased,
		Details: map[string]string{
			"release": fmt.Sprint(next.Number), "contributors": fmt.Sprint(len(next.Sources)),
			"figures": fmt.Sprint(len(next.Statistics)), "withheld": fmt.Sprint(next.Withheld()),
		},
	}
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	return tx.InsertRelease(ctx, *next)
}

func releaseKey(id CycleID, idempotencyKey string) string {
	if idempotencyKey == "" {
		return ""
	}
	return fmt.Sprintf("statistics-release/%s/%s", id, idempotencyKey)
}

// releasedBy is the release that a key was for before; nil for none.
func releasedBy(ctx context.Context, r Reader, all []Release, id CycleID, key string) (*Release, error) {
	if key == "" {
		return nil, nil
	}
	records, err := r.AuditTrail(ctx, AuditFilter{Cycle: id, Actions: []Action{ActionStatisticsReleased}})
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		if record.Key != key {
			continue
		}
		for n := range all {
			if all[n].Cycle == id && strconv.Itoa(all[n].Number) == record.Details["release"] {
				return &all[n], nil
			}
		}
	}
	return nil, nil
}

func orNone(r *Release) Release {
	if r == nil {
		return Release{}
	}
	return *r
}

// newestRelease is the newest release of a cycle among those of its stream.
func newestRelease(all []Release, id CycleID) *Release {
	for n := len(all) - 1; n >= 0; n-- {
		if all[n].Cycle == id {
			return &all[n]
		}
	}
	return nil
}

// releases is a problem where statistics of a cycle cannot be published: answers
// are still to come, or the cycle came to nothing.
func (c Cycle) releases() error {
	switch c.Phase {
	case PhasePlanned, PhaseCollecting:
		return invalidStep("The cycle is %s; statistics are published when collection is closed. The preview shows how they stand.", c.Phase)
	case PhaseCancelled:
		return invalidStep("The cycle is cancelled.")
	}
	return nil
}

// Told reports whether what is published of a cycle is for everybody.
func (c Cycle) Told() bool { return c.Phase == PhaseTransmitted || c.Phase == PhaseClosed }

// gathered is the figures of a cycle as they were given, with what they must not
// be told beside.
type gathered struct {
	release Release
	areas   map[ContributorID]string // of its sources
	earlier []Release                // of the stream
	parts   []reportedPart           // what a report adds up
}

// disclose withholds what may not be told: beside everything published before,
// and beside the report of the cycle.
func (s Statistics) disclose(g gathered) (Release, error) {
	published := make([][]Statistic, 0, len(g.earlier))
	for _, e := range g.earlier {
		published = append(published, e.Statistics)
	}
	release := g.release
	disclosed, err := s.Statistician.Disclose(release.Statistics, published)
	if err != nil {
		return Release{}, fmt.Errorf("cannot disclose statistics of %s: %w", release.Cycle, err)
	}
	release.Statistics = besideReport(disclosed, g.earlier, g.parts)
	release.Sources = slices.DeleteFunc(slices.Clone(release.Sources), func(source ReleaseSource) bool {
		return !slices.ContainsFunc(release.Statistics, func(f Statistic) bool { return f.Area == g.areas[source.Contributor] })
	})
	return release, nil
}

// gather reads the figures of a cycle, and what was published of its stream
// before.
func (s Statistics) gather(ctx context.Context, id CycleID) (g gathered, err error) {
	var cycle Cycle
	var answers []statisticsAnswer
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		if cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		instrument, stream, _, err := id.Parts()
		if err != nil {
			return err
		}
		if g.earlier, err = r.Releases(ctx, instrument, stream); err != nil {
			return err
		}
		answers, err = s.answers(ctx, r, id)
		return err
	})
	if err != nil {
		return g, err
	}
	g.release = Release{Cycle: id, Number: 1, Sequence: len(g.earlier) + 1}
	if newest := newestRelease(g.earlier, id); newest != nil {
		g.release.Number = newest.Number + 1
	}
	gatherer := newGatherer(cycle, s.Crosswalk, s.Lists)
	g.parts, g.areas = gatherer.parts(), map[ContributorID]string{}
	for _, a := range answers {
		document, _, err := s.Catalogue.Check(ctx, a.Questionnaire, a.body)
		if err != nil {
			return g, fmt.Errorf("cannot read submission %d of %s: %w", a.Version, a.Contributor, err)
		}
		contributor, err := s.Catalogue.Contributor(a.Contributor, DateOf(a.SubmittedAt))
		if err != nil {
			return g, err
		}
		gatherer.reported(g.parts, a.Contributor, contributor.Alpha3, document)
		if told := gatherer.answer(contributor.Alpha3, document); len(told) > 0 && contributor.Alpha3 != "" {
			g.release.Statistics = append(g.release.Statistics, told...)
			g.release.Sources = append(g.release.Sources, ReleaseSource{Contributor: a.Contributor, Version: a.Version})
			g.areas[a.Contributor] = contributor.Alpha3
		}
	}
	return g, nil
}

// statisticsAnswer is an accepted answer, unread.
type statisticsAnswer struct {
	Submission
	body []byte
}

// answers lists the newest accepted answers to the questionnaire that the
// crosswalk leads into, by contributor. Whoever was withdrawn is left out.
func (s Statistics) answers(ctx context.Context, r Reader, id CycleID) ([]statisticsAnswer, error) {
	requests, err := r.Requests(ctx, RequestFilter{Cycle: id})
	if err != nil {
		return nil, err
	}
	var all []statisticsAnswer
	var hashes []string
	for _, request := range requests {
		if request.Standing() == 0 || request.State == RequestWithdrawn || request.Questionnaire.ID != s.Crosswalk.Questionnaire {
			continue
		}
		submission, err := r.Submission(ctx, request.RequestKey, request.Standing())
		if err != nil {
			return nil, err
		}
		if submission.ReturnType != ReturnAnswered && submission.ReturnType != ReturnPartial {
			continue
		}
		all, hashes = append(all, statisticsAnswer{Submission: submission}), append(hashes, submission.Hash)
	}
	bodies, err := r.Bodies(ctx, hashes)
	if err != nil {
		return nil, err
	}
	for n, a := range all {
		body, there := bodies[a.Hash]
		if !there {
			return nil, NotFound("body", a.Hash)
		}
		all[n].body = body
	}
	slices.SortFunc(all, func(a, b statisticsAnswer) int { return cmp.Compare(a.Contributor, b.Contributor) })
	return all, nil
}
