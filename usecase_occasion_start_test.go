package rapporteur_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

func TestPreviewOfAnOccasion(t *testing.T) {
	h := newHouse(t)
	h.unchanged("a preview", func() {
		preview, err := h.secretariat.Preview(t.Context(), briefing)
		must(t, err)
		c := preview.Cycle
		same(t, "id", c.ID, rapporteur.CycleID("s-res-2388-2017/op23a/occasion-1"))
		same(t, "calendar", planDates(c.Plan), "2018-05-22 2018-04-24 2018-05-15 2018-06-05 2018-06-12 2018-06-12")
		same(t, "event", c.Event, rapporteur.Event{
			Kind: rapporteur.EventBriefing, Date: day(time.May, 22), Time: "10 a.m.", Place: "Security Council Chamber", Body: "Security Council, 8263rd meeting",
		})
		if c.Title != briefing.Title || len(preview.Unreachable) > 0 {
			t.Errorf("%q, unreachable %v", c.Title, preview.Unreachable)
		}
	})
}

// Occasions of a stream count up; the same event is not started twice, unless
// it was cancelled.
func TestOccasionsAreNumbered(t *testing.T) {
	h := newHouse(t)
	first := h.occasion(briefing)
	same(t, "outbox", h.relayed(), []string{"start-cycle occasion/s-res-2388-2017/op23a/1"})
	if record := h.audited(first, rapporteur.ActionCyclePlanned); len(record) != 1 || record[0].Details["event"] != "2018-05-22" {
		t.Errorf("the audit says %+v", record)
	}
	h.unchanged("the same event again", func() {
		_, err := h.secretariat.Start(t.Context(), staff, briefing)
		refused(t, err, rapporteur.ProblemConflict, string(first.ID))
		_, err = h.secretariat.Preview(t.Context(), briefing)
		refused(t, err, rapporteur.ProblemConflict, string(first.ID))
	})
	other := briefing
	other.Event.Date = day(time.June, 20)
	second := h.occasion(other)
	must(t, h.conduct.Cancel(t.Context(), first.ID, "Overtaken.", staff.ID, h.moment(), ignored))
	third := h.occasion(briefing)
	same(t, "ids", []rapporteur.CycleID{second.ID, third.ID}, []rapporteur.CycleID{"s-res-2388-2017/op23a/occasion-2", "s-res-2388-2017/op23a/occasion-3"})
	stored := h.cycle(third.ID)
	if stored.Shape != rapporteur.ShapeOccasion || stored.Event != third.Event || stored.Outcome.Kind != "" {
		t.Errorf("stored as %+v", stored)
	}
}

func TestManyOccasionsAtOnce(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { manyOccasions(t, newHouse(t), 120) }) // more than one page of a list
	t.Run("PostgreSQL", func(t *testing.T) { manyOccasions(t, houseOn(t, needs.StartPostgreSQL(t)), 24) })
}

// manyOccasions starts many at once, and one of them twice.
func manyOccasions(t *testing.T, h *house, many int) {
	t.Helper()
	var group sync.WaitGroup
	for n := range many {
		group.Go(func() {
			start := briefing
			start.Title = fmt.Sprintf("Briefing %d", n)
			if _, err := h.secretariat.Start(t.Context(), staff, start); err != nil {
				t.Error(err)
			}
		})
	}
	var twice atomic.Int32
	for range 2 {
		group.Go(func() {
			_, err := h.secretariat.Start(t.Context(), staff, briefing)
			if rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
				twice.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if twice.Load() != 1 {
		t.Errorf("of the same event twice, %d were refused", twice.Load())
	}
	last := rapporteur.CycleID(fmt.Sprintf("s-res-2388-2017/op23a/occasion-%d", many+1)) // no number is left out
	stored := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Cycles(ctx, "", 0)
	})
	if len(stored) != many+1 || !slices.ContainsFunc(stored, func(c rapporteur.Cycle) bool { return c.ID == last }) {
		t.Errorf("%d occasions are stored", len(stored))
	}
}

func TestWhomOccasionsInvite(t *testing.T) {
	h := newHouse(t)
	for stream, want := range map[string]struct {
		invited int
		some    rapporteur.ContributorID
	}{
		"op23a": {6, "entity-unhcr"}, "op24": {36, "entity-who"}, "op26": {32, "mission-unmiss"}, "op27b": {2, "entity-osrsg-svc"},
		"op29": {6, "entity-unitad"}, "op32": {21, "entity-interpol"},
	} {
		start := rapporteur.Start{Instrument: instrument, Stream: stream, Event: rapporteur.Event{Date: day(time.May, 22)}}
		preview, err := h.secretariat.Preview(t.Context(), start)
		must(t, err)
		asked := preview.Cycle.Contributors
		if len(asked) != want.invited || !slices.Contains(asked, want.some) || preview.Cycle.Title == "" {
			t.Errorf("%s invites %d: %v", stream, len(asked), asked)
		}
		start.Without = []rapporteur.ContributorID{want.some}
		if preview, err = h.secretariat.Preview(t.Context(), start); err != nil || len(preview.Cycle.Contributors) != want.invited-1 {
			t.Errorf("%s without %s invites %v (%v)", stream, want.some, preview.Cycle.Contributors, err)
		}
	}
	start := briefing
	start.Only = []rapporteur.ContributorID{unami} // a mission, whom the stream asks only when named
	preview, err := h.secretariat.Preview(t.Context(), start)
	must(t, err)
	same(t, "invited", preview.Cycle.Contributors, []rapporteur.ContributorID{unami})
}

func TestOccasionsThatCannotBeStarted(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		spoil func(*rapporteur.Start)
		kind  rapporteur.ProblemKind // empty where it may start
		words string
	}{
		"no event":             {func(s *rapporteur.Start) { s.Event = rapporteur.Event{} }, rapporteur.ProblemInvalid, "date of the event"},
		"over":                 {func(s *rapporteur.Start) { s.Event.Date, s.Authority = day(time.February, 1), " " }, rapporteur.ProblemInvalid, "2018-02-01"},
		"over, with authority": {func(s *rapporteur.Start) { s.Event.Date = day(time.February, 1) }, "", ""},
		"before the text":      {func(s *rapporteur.Start) { s.Event.Date = rapporteur.Date{Year: 2017, Month: 11, Day: 20} }, rapporteur.ProblemInvalid, "2017-11-21"},
		"today":                {func(s *rapporteur.Start) { s.Event.Date, s.Authority = day(time.March, 1), "" }, "", ""},
		"a period":             {func(s *rapporteur.Start) { s.Period = "2018" }, rapporteur.ProblemInvalid, "numbered"},
		"a title of two lines": {func(s *rapporteur.Start) { s.Title = "One\nTwo" }, rapporteur.ProblemInvalid, "title"},
		"a place too long":     {func(s *rapporteur.Start) { s.Event.Place = strings.Repeat("x", 201) }, rapporteur.ProblemInvalid, "place"},
		"a report's event":     {func(s *rapporteur.Start) { s.Stream = stream }, rapporteur.ProblemInvalid, "no stream of occasions"},
		"a report's title":     {func(s *rapporteur.Start) { s.Stream, s.Event = stream, rapporteur.Event{} }, rapporteur.ProblemInvalid, "no stream of occasions"},
		"a Member State":       {func(s *rapporteur.Start) { s.Only = []rapporteur.ContributorID{kenya} }, rapporteur.ProblemInvalid, "member-state"},
		"nobody left":          {func(s *rapporteur.Start) { s.Without = s.Only }, rapporteur.ProblemInvalid, "No contributor"},
		"unreachable":          {func(s *rapporteur.Start) { s.Only = []rapporteur.ContributorID{"entity-unhcr"} }, rapporteur.ProblemUnreachable, "entity-unhcr"},
		"dates of its own": {func(s *rapporteur.Start) {
			s.Dates = map[string]rapporteur.Date{rapporteur.DateDue: day(time.May, 18)}
		}, "", ""},
		"dates out of order": {func(s *rapporteur.Start) {
			s.Dates = map[string]rapporteur.Date{rapporteur.DateDue: day(time.April, 1)}
		}, rapporteur.ProblemInvalid, "out of order"},
		"its date twice": {func(s *rapporteur.Start) {
			s.Dates = map[string]rapporteur.Date{rapporteur.DateMandated: day(time.May, 18)}
		}, rapporteur.ProblemInvalid, "mandated"},
	} {
		t.Run(name, func(t *testing.T) {
			start := briefing
			c.spoil(&start)
			if c.kind == "" {
				h.occasion(start)
				return
			}
			h.unchanged(name, func() {
				_, err := h.secretariat.Start(t.Context(), staff, start)
				refused(t, err, c.kind, c.words)
			})
		})
	}
}
