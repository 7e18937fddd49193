package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
)

// feedPast is how many days after a date it stays in feeds, and feedAhead how many
// days ahead the due dates of calendars are told for which there is no cycle yet.
const (
	feedPast  = 365
	feedAhead = 365
)

// feedReader gathers the entries of one feed from one view of the record.
type feedReader struct {
	Feeds
	r     Reader
	feed  Feed
	known map[CycleID]bool // cycles that are on record
}

// entries are the dates of a feed, by day and then by what they are.
func (f Feeds) entries(ctx context.Context, r Reader, feed Feed) ([]FeedEntry, error) {
	b := &feedReader{Feeds: f, r: r, feed: feed, known: map[CycleID]bool{}}
	var entries []FeedEntry
	var err error
	if feed.Principal.Role == RoleContributor {
		entries, err = b.answers(ctx)
	} else {
		entries, err = b.house(ctx)
	}
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(entries, func(e FeedEntry) bool { return e.On.IsZero() })
	slices.SortStableFunc(entries, func(a, b FeedEntry) int {
		if n := a.On.compare(b.On); n != 0 {
			return n
		}
		return strings.Compare(a.UID, b.UID)
	})
	return entries, nil
}

// recent leaves out what is long past by the clock of the cycle, unless the feed is
// of that cycle.
func (b *feedReader) recent(entries []FeedEntry, c Cycle) []FeedEntry {
	if b.feed.Cycle != "" {
		return entries
	}
	oldest := DateOf(c.Now(b.Clock())).AddDays(-feedPast)
	return slices.DeleteFunc(entries, func(e FeedEntry) bool { return e.On.Before(oldest) })
}

// longPast reports whether no date of a cycle that has ended is recent.
func (b *feedReader) longPast(c Cycle) bool {
	oldest := DateOf(c.Now(b.Clock())).AddDays(-feedPast)
	return b.feed.Cycle == "" && c.Phase.Final() && !slices.ContainsFunc(c.Plan.Dates, func(d PlannedDate) bool { return !d.Date.Before(oldest) })
}

// house is what staff and officers find.
func (b *feedReader) house(ctx context.Context) ([]FeedEntry, error) {
	if b.feed.Cycle != "" {
		cycle, err := b.r.Cycle(ctx, b.feed.Cycle)
		if err != nil {
			return nil, err
		}
		return b.cycle(ctx, cycle)
	}
	var entries []FeedEntry
	for after := CycleID(""); ; {
		cycles, err := b.r.Cycles(ctx, after, feedPage)
		if err != nil {
			return nil, err
		}
		for _, c := range cycles {
			after, b.known[c.ID] = c.ID, true
			more, err := b.cycle(ctx, c)
			if err != nil {
				return nil, err
			}
			entries = append(entries, more...)
		}
		if len(cycles) < feedPage {
			break
		}
	}
	if b.feed.Principal.Role == RoleClearance {
		return entries, nil
	}
	more, err := b.calendars(ctx)
	return append(entries, more...), err
}

const feedPage = 200

// cycle is the dates of one cycle: to officers, of their office's steps.
func (b *feedReader) cycle(ctx context.Context, c Cycle) ([]FeedEntry, error) {
	if b.longPast(c) {
		return nil, nil
	}
	about, err := b.about(c)
	if err != nil {
		return nil, err
	}
	moved, err := b.moved(ctx, c, "")
	if err != nil {
		return nil, err
	}
	steps, err := b.steps(ctx, c, about)
	if err != nil || b.feed.Principal.Role == RoleClearance {
		return b.recent(steps, c), err
	}
	var entries []FeedEntry
	for _, d := range c.Plan.Dates {
		if d.Key == DateAdoption {
			continue
		}
		e := about
		e.Kind, e.Key, e.Label, e.On, e.Why = FeedDate, d.Key, d.Label, d.Date, feedWhy(d.Derivation)
		e.Sequence += movesIn(d.Derivation)
		entries = append(entries, b.entry(e, moved))
	}
	due := c.Plan.derivation(DateDue)
	for _, r := range c.Plan.Rungs {
		e := about
		e.Kind, e.Key, e.Notice, e.On = FeedRung, r.Rung.ID, r.Rung.Notice, DateOf(r.At)
		e.Why = feedWhy(append(slices.Clone(due), Step{Rule: "deadline " + r.Rung.Offset.Words(), Basis: "reminder ladder", Result: e.On}))
		e.Sequence += movesIn(due)
		entries = append(entries, b.entry(e, moved))
	}
	return b.recent(append(entries, steps...), c), nil
}

// derivation is how a date of the plan came about; nil where there is none.
func (p Plan) derivation(key string) []Step {
	for _, d := range p.Dates {
		if d.Key == key {
			return d.Derivation
		}
	}
	return nil
}

// about is what all entries of a cycle have in common.
func (b *feedReader) about(c Cycle) (FeedEntry, error) {
	instrument, stream, _, err := c.ID.Parts()
	if err != nil {
		return FeedEntry{}, err
	}
	e := FeedEntry{Cycle: c.ID, Shape: c.Shape, Stamp: c.StartedAt, Page: "/cycles/" + string(c.ID)}
	b.text(&e, StreamKey{Instrument: instrument, Stream: stream})
	if !c.Event.ReceiptOnly { // of those not even what they are about is told outside
		e.Subject = c.Title
	}
	if c.Phase == PhaseCancelled {
		e.Cancelled, e.Sequence = true, 1
	}
	return e, nil
}

// text fills in what the catalogue knows of a stream; a cycle outlives its
// instrument's file.
func (b *feedReader) text(e *FeedEntry, k StreamKey) {
	e.Instrument, e.Stream = k.Instrument, k.Stream
	i, err := b.Catalogue.Instrument(k.Instrument)
	if err != nil {
		return
	}
	e.Instrument = i.Symbol
	if s, ok := i.Stream(k.Stream); ok {
		e.Stream, e.Provisions = s.Title, slices.Clone(i.Mandate(s))
	}
}

// entry finishes an entry: it gives it its UID, and where it has changed the time
// of that.
func (b *feedReader) entry(e FeedEntry, moved time.Time) FeedEntry {
	if e.Sequence > 0 && moved.After(e.Stamp) {
		e.Stamp = moved
	}
	e.UID = feedUID(string(e.Kind), string(e.Cycle), e.Key, string(b.feed.Principal.Contributor))
	return e
}

// feedUID is made of what the date is of, so that it stays however the date moves.
func feedUID(parts ...string) string {
	sum := sha256.Sum256([]byte("rapporteur feed entry\n" + strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16]) + "@rapporteur"
}

// feedMoves are the actions after which dates of a cycle may be others.
var feedMoves = []Action{
	ActionDeadlineMoved, ActionRescheduled, ActionCancelled, ActionOutcomeRecorded, ActionExtensionGranted, ActionReturned,
	ActionMigrated, ActionContributorAdded, ActionContributorWithdrew, ActionAnswerWithdrawn,
}

// moved is when dates of a cycle, or of one contributor in it, last changed; zero
// for never.
func (b *feedReader) moved(ctx context.Context, c Cycle, contributor ContributorID) (time.Time, error) {
	records, err := b.r.AuditTrail(ctx, AuditFilter{Cycle: c.ID, Contributor: contributor, Actions: feedMoves})
	if err != nil || len(records) == 0 {
		return time.Time{}, err
	}
	return records[len(records)-1].At, nil
}

// movesIn counts how often a date was moved: each move is a step that stays.
func movesIn(derivation []Step) int {
	n := 0
	for _, s := range derivation {
		if strings.HasPrefix(s.Rule, "moved from ") || strings.HasPrefix(s.Rule, "extended from ") || s.Rule == "held" {
			n++
		}
	}
	return n
}

// symbolAtStart finds the document symbol, with the year of a resolution, that a
// text begins with.
var symbolAtStart = regexp.MustCompile(`^[A-Z]+(/[A-Z0-9][A-Za-z0-9.()-]*)+( \((19|20)\d{2}\))?`)

// feedWhy is a derivation as it may leave the house: calendars of other systems
// keep it. An authority is told where it is a document; a person who decided, or a
// principal, is not.
func feedWhy(derivation []Step) []Step {
	why := slices.Clone(derivation)
	for n, s := range why {
		why[n].Authority = symbolAtStart.FindString(s.Authority)
		for _, by := range []string{"moved by ", "rescheduled by "} {
			if strings.HasPrefix(s.Basis, by) {
				why[n].Basis = ""
			}
		}
		if s.Rule == "held" { // the basis is what somebody wrote as the event's record
			why[n].Basis = symbolAtStart.FindString(s.Basis)
		}
	}
	return why
}
