package rapporteur

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Board is how a cycle stands, at a glance: everything is counted by the record
// and no list is longer than people read.
type Board struct {
	Cycle      Cycle
	Now        time.Time // business time
	Previous   CycleID   // the cycle before it in its stream, empty for none
	Progress   Progress
	Kinds      []GroupProgress // by kind of contributor
	Regions    []GroupProgress // of the Member States asked
	States     []RegionStates  // every Member State asked
	Risks      []RiskCount     // those that somebody has, the gravest first
	AtRisk     []AtRisk        // the gravest of them, by name
	Endangered int             // how many are at risk
	Changes    []HistoryLine   // of the last day, the newest first
	More       bool            // there were more changes than are told
	Rungs      []RungStanding  // by time
	Path       []Link          // to the date at which the report must be there
}

// GroupProgress is the progress of some of those asked.
type GroupProgress struct {
	Name string // a kind or a region
	Progress
}

// RegionStates is how the Member States of a region stand.
type RegionStates struct {
	Region string
	States []NamedStanding // by name
}

// NamedStanding is how somebody stands, with the name to be shown.
type NamedStanding struct {
	Contributor Contributor
	RequestStanding
}

// RiskCount is how many have a risk.
type RiskCount struct {
	Risk  Risk
	Count int
}

// AtRisk is somebody whose answer may not come in time, and why.
type AtRisk struct {
	NamedStanding
	Risks []Risk
}

// RungStanding is a rung of the common ladder and what came of it.
type RungStanding struct {
	PlannedRung
	SentAt    time.Time // business time; zero while it is to come, or where it was left out
	Sent      int
	Failed    int // refused for good
	Escalated int
}

// Bounds of the lists of a board.
const (
	boardAtRisk  = 12
	boardChanges = 200
)

// Board tells how a cycle stands. The work does not grow with the answers in it,
// and with those asked no more than counting them takes.
func (s Secretariat) Board(ctx context.Context, id CycleID) (Board, error) {
	var b Board
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if b.Cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		b.Now = b.Cycle.Now(s.Clock())
		if b.Previous, err = previousCycle(ctx, r, b.Cycle); err != nil {
			return err
		}
		for _, part := range []func(context.Context, Reader, *Board) error{s.boardProgress, s.boardStates, s.boardChanges, boardRungs, s.boardPath} {
			if err := part(ctx, r, &b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Board{}, fmt.Errorf("cannot read board: %w", err)
	}
	return b, nil
}

// previousCycle is the one before a cycle in its stream, or for an inclusion in
// its series; of cancelled ones nothing can be learnt.
func previousCycle(ctx context.Context, r Reader, c Cycle) (CycleID, error) {
	instrument, stream, _, err := c.ID.Parts()
	if err != nil {
		return "", err
	}
	others, err := cyclesUnder(ctx, r, instrument+"/"+stream+"/")
	var found Cycle
	for _, o := range others {
		before := o.Plan.Date(DateDue).Before(c.Plan.Date(DateDue)) && o.Series == c.Series && o.Phase != PhaseCancelled
		if before && (found.ID == "" || found.Plan.Date(DateDue).Before(o.Plan.Date(DateDue))) {
			found = o
		}
	}
	return found.ID, err
}

// boardProgress counts by kind, and who is at risk.
func (s Secretariat) boardProgress(ctx context.Context, r Reader, b *Board) error {
	counts, err := r.StandingCounts(ctx, b.Cycle.ID, b.Previous)
	if err != nil {
		return err
	}
	kinds := map[ContributorKind]*Progress{}
	risks := map[Risk]int{}
	like := map[Risk][]RequestStanding{} // by the gravest risk
	for _, c := range counts {
		if kinds[c.Kind] == nil {
			kinds[c.Kind] = &Progress{}
		}
		kinds[c.Kind].Add(c.RequestStanding, c.Count, b.Now)
		b.Progress.Add(c.RequestStanding, c.Count, b.Now)
		found := c.Risks(b.Now, DueSoonDays)
		for _, risk := range found {
			risks[risk] += c.Count
		}
		if len(found) > 0 {
			b.Endangered += c.Count
			like[found[0]] = append(like[found[0]], c.RequestStanding)
		}
	}
	for _, kind := range kindOrder {
		if p := kinds[kind]; p != nil {
			b.Kinds = append(b.Kinds, GroupProgress{string(kind), *p})
		}
	}
	for _, risk := range Risks {
		if risks[risk] > 0 {
			b.Risks = append(b.Risks, RiskCount{risk, risks[risk]})
		}
		if err := s.boardAtRisk(ctx, r, b, like[risk]); err != nil {
			return err
		}
	}
	return nil
}

// boardAtRisk names some of those at risk, as long as there is room.
func (s Secretariat) boardAtRisk(ctx context.Context, r Reader, b *Board, like []RequestStanding) error {
	room := boardAtRisk - len(b.AtRisk)
	if room <= 0 || len(like) == 0 {
		return nil
	}
	found, err := r.Standings(ctx, StandingFilter{
		Cycle: b.Cycle.ID, Previous: b.Previous, States: []RequestState{RequestOpen, RequestReturned}, Like: like, Limit: room,
	})
	for _, c := range found {
		b.AtRisk = append(b.AtRisk, AtRisk{s.named(b.Cycle, c), c.Risks(b.Now, DueSoonDays)})
	}
	return err
}

// named is a standing with whom it is of. Somebody whom the registry does not
// know any more has the id for a name.
func (s Secretariat) named(c Cycle, standing ContributorStanding) NamedStanding {
	contributor, err := s.Catalogue.Contributor(standing.Contributor, c.Plan.Date(DateOpens))
	if err != nil {
		contributor = Contributor{ID: standing.Contributor, Kind: standing.Kind, Names: map[string]string{"en": string(standing.Contributor)}}
	}
	return NamedStanding{contributor, standing.RequestStanding}
}

// boardStates reads how each Member State stands. There are 193 of them at most,
// whoever else is asked.
func (s Secretariat) boardStates(ctx context.Context, r Reader, b *Board) error {
	found, err := r.Standings(ctx, StandingFilter{Cycle: b.Cycle.ID, Previous: b.Previous, Kinds: []ContributorKind{KindMemberState}})
	if err != nil {
		return err
	}
	regions := map[string]*RegionStates{}
	progress := map[string]*Progress{}
	var names []string
	for _, c := range found {
		named := s.named(b.Cycle, c)
		region := named.Contributor.Region
		if regions[region] == nil {
			regions[region], progress[region] = &RegionStates{Region: region}, &Progress{}
			names = append(names, region)
		}
		regions[region].States = append(regions[region].States, named)
		progress[region].Add(c.RequestStanding, 1, b.Now)
	}
	slices.Sort(names)
	for _, name := range names {
		slices.SortFunc(regions[name].States, func(x, y NamedStanding) int {
			return cmp.Compare(x.Contributor.Name("en"), y.Contributor.Name("en"))
		})
		b.States = append(b.States, *regions[name])
		b.Regions = append(b.Regions, GroupProgress{name, *progress[name]})
	}
	return nil
}

// boardChanges tells what has happened in a day of business time.
func (s Secretariat) boardChanges(ctx context.Context, r Reader, b *Board) error {
	trail, err := r.AuditTrail(ctx, AuditFilter{Cycle: b.Cycle.ID, Order: NewestFirst, Limit: boardChanges})
	slices.Reverse(trail)
	if err != nil {
		return err
	}
	since := b.Now.Add(-24 * time.Hour)
	recent := slices.DeleteFunc(slices.Clone(trail), func(a AuditRecord) bool { return !a.At.After(since) })
	b.More = len(recent) == boardChanges
	name := func(id ContributorID) string {
		return s.named(b.Cycle, ContributorStanding{Contributor: id}).Contributor.Name("en")
	}
	b.Changes = Narrate(b.Cycle, name, recent, nil)
	slices.Reverse(b.Changes)
	return nil
}

// boardRungs tells which rungs were sent and which are to come. A deadline that
// was moved has rungs of its own; those that were sent for it before it was moved
// are told too.
func boardRungs(ctx context.Context, r Reader, b *Board) error {
	if b.Cycle.Shape == ShapeIntake {
		return nil
	}
	request := PlannedRung{
		Rung: Rung{ID: RungRequest, Notice: b.Cycle.Shape.RequestNotice()},
		At:   b.Cycle.Plan.Date(DateOpens).At(SendHour), Due: b.Cycle.Plan.Date(DateDue),
	}
	rungs := append([]PlannedRung{request}, b.Cycle.Plan.Rungs...)
	byKey := map[string]PlannedRung{}
	for _, due := range b.Cycle.Plan.dues() {
		for _, rung := range rungs {
			rung.Due = due
			byKey[rung.key(b.Cycle.ID)] = rung
		}
	}
	records, err := r.AuditKeyed(ctx, slices.Collect(maps.Keys(byKey)))
	if err != nil {
		return err
	}
	for _, record := range records {
		rung := byKey[record.Key]
		b.Rungs = append(b.Rungs, RungStanding{
			PlannedRung: rung, SentAt: record.At, Sent: detailNumber(record, "sent"),
			Failed: detailNumber(record, "failed"), Escalated: detailNumber(record, "escalated"),
		})
		rungs = slices.DeleteFunc(rungs, func(p PlannedRung) bool {
			return p.Rung.ID == rung.Rung.ID && (p.Due == rung.Due || p.Rung.ID == RungRequest)
		})
	}
	for _, rung := range rungs {
		b.Rungs = append(b.Rungs, RungStanding{PlannedRung: rung})
	}
	slices.SortStableFunc(b.Rungs, func(x, y RungStanding) int { return x.when().Compare(y.when()) })
	return nil
}

// when is when a rung was sent, or is to be.
func (r RungStanding) when() time.Time {
	if r.SentAt.IsZero() {
		return r.At
	}
	return r.SentAt
}

// dues are the deadline and what it was before it was moved.
func (p Plan) dues() []Date {
	var dues []Date
	for _, d := range p.Dates {
		if d.Key == DateDue {
			dues = append(dues, d.Date)
			for _, step := range d.Derivation {
				dues = append(dues, step.Result)
			}
		}
	}
	return dues
}

// boardPath reckons the way to the date at which the report must be there.
func (s Secretariat) boardPath(ctx context.Context, r Reader, b *Board) error {
	done, err := doneDates(ctx, r, b.Cycle)
	b.Path = CriticalPath(b.Cycle, done, b.Now, s.Catalogue.WorkingDays())
	return err
}
