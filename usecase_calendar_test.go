package rapporteur_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// sections lists the cycles of a stream by id, without its prefix.
func (h *house) sections(key rapporteur.StreamKey) []string {
	h.t.Helper()
	var ids []string
	for _, c := range read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Cycles(ctx, "", 0)
	}) {
		if period, ok := strings.CutPrefix(string(c.ID), key.String()+"/"); ok {
			ids = append(ids, period)
		}
	}
	return ids
}

func TestCalendarPlansEachSectionOnceAndInTime(t *testing.T) {
	h := calendarHouse(t)
	first := h.plan(op33)
	if first.Started == 0 || first.Next.IsZero() {
		t.Fatalf("planned %+v", first)
	}
	h.unchanged("looking again", func() {
		if again := h.plan(op33); again.Started != 0 || again.Missed != 0 || !again.Next.Equal(first.Next) {
			t.Errorf("looked again: %+v", again)
		}
	})
	for _, m := range h.relay() {
		if m.Kind != rapporteur.MessageStartCycle || !strings.HasPrefix(m.WorkflowID(), "cycle/s-res-2388-2017/op33/") {
			t.Errorf("the engine is told %s %s", m.Kind, m.WorkflowID())
		}
	}
	// A year in which the engine looks only when it was told to.
	for now := first.Next; now.Before(day(time.December, 31).At(0)); {
		h.set(now)
		planned := h.plan(op33)
		if planned.Started == 0 || planned.Missed > 0 || !planned.Next.After(now) {
			t.Fatalf("on %s: %+v", now, planned)
		}
		now = planned.Next
	}
	var unamid []string
	for _, id := range h.sections(op33) {
		c := h.cycle(rapporteur.CycleID(op33.String() + "/" + id))
		if c.Plan.Date(rapporteur.DateOpens).Before(rapporteur.DateOf(c.StartedAt)) {
			t.Errorf("%s opens on %s and was planned on %s", id, c.Plan.Date(rapporteur.DateOpens), c.StartedAt)
		}
		if c.Series == "unamid" && id < "unamid-2019" {
			unamid = append(unamid, strings.TrimPrefix(id, "unamid-"))
		}
	}
	// Every 60 days, and from 13 July 2018 every 90: S/RES/2429 (2018) OP56.
	same(t, "UNAMID", unamid, []string{"2017-12-26", "2018-02-24", "2018-04-25", "2018-06-24", "2018-10-11"})
}

func TestCalendarStartedLateAsksAtShortNotice(t *testing.T) {
	h := calendarHouse(t)
	h.plan(op33)
	for _, id := range h.sections(op33) {
		c := h.cycle(rapporteur.CycleID(op33.String() + "/" + id))
		must(t, c.Plan.Validate())
		if opens := c.Plan.Date(rapporteur.DateOpens); opens.Before(rapporteur.DateOf(h.clock())) {
			t.Errorf("%s opens on %s, in the past", id, opens)
		}
		if id == "unoca-2017-11-30" {
			derivation := c.Plan.Dates[slices.IndexFunc(c.Plan.Dates, func(d rapporteur.PlannedDate) bool { return d.Key == rapporteur.DateOpens })].Derivation
			if last := derivation[len(derivation)-1]; last.Basis != "asked at short notice" || !strings.HasPrefix(last.Rule, "moved from 2017-") {
				t.Errorf("%s opens: %+v", id, last)
			}
		}
	}
}

func TestSectionThatNobodyCouldAskForIsOnRecord(t *testing.T) {
	h := calendarHouse(t)
	h.set(day(time.March, 1).At(9)) // the engine was away all winter
	planned := h.plan(op33)
	if planned.Missed == 0 {
		t.Fatalf("planned %+v", planned)
	}
	records := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, op33.Calendar(), 0, 0)
	})
	missed := slices.DeleteFunc(records, func(r rapporteur.AuditRecord) bool { return r.Action != rapporteur.ActionDueMissed })
	if len(missed) != planned.Missed || missed[0].Details["due"] == "" || missed[0].Contributor == "" {
		t.Errorf("%d are on record: %+v", len(missed), missed)
	}
	h.unchanged("looking again", func() { h.plan(op33) })
}

func TestCalendarIsPausedAndGoesOn(t *testing.T) {
	h := calendarHouse(t)
	_, err := h.secretariat.PauseCalendar(t.Context(), staff, op33, " ")
	refused(t, err, rapporteur.ProblemInvalid, "reason")
	paused, err := h.secretariat.PauseCalendar(t.Context(), staff, op33, "The missions asked for it.")
	must(t, err)
	if got := h.relayed(); !slices.Equal(got, []string{"hint calendar/s-res-2388-2017/op33"}) || paused.PausedAt.IsZero() {
		t.Errorf("paused: %v, %+v", got, paused)
	}
	if planned := h.plan(op33); planned.Started != 0 || !planned.Next.IsZero() {
		t.Errorf("a paused calendar plans %+v", planned)
	}
	h.unchanged("pausing again", func() {
		_, err := h.secretariat.PauseCalendar(t.Context(), staff, op33, "Again.")
		must(t, err)
	})
	_, err = h.secretariat.StartCalendar(t.Context(), staff, op33, rapporteur.Date{})
	must(t, err)
	if planned := h.plan(op33); planned.Started == 0 {
		t.Errorf("a calendar that goes on plans %+v", planned)
	}
	h.relay()
	h.unchanged("starting again", func() {
		again, err := h.secretariat.StartCalendar(t.Context(), staff, op33, day(time.June, 1))
		must(t, err)
		if again.From != (rapporteur.Date{Year: 2017, Month: 11, Day: 21}) {
			t.Errorf("starts from %s", again.From)
		}
	})
}

func TestVisitsToStatesAreToldOneByOne(t *testing.T) {
	h := calendarHouse(t)
	op12 := rapporteur.StreamKey{Instrument: instrument, Stream: "op12"}
	h.reachable("entity-cted")
	tell := func(subject string, date rapporteur.Date) error {
		_, err := h.secretariat.DateEvent(t.Context(), staff, op12, rapporteur.SeriesEvent{Event: "visit", Subject: subject, Date: date, Authority: "CTED letter"})
		return err
	}
	refused(t, tell("ken", day(time.January, 20)), rapporteur.ProblemNotFound, "Start the calendar")
	_, err := h.secretariat.StartCalendar(t.Context(), staff, op12, rapporteur.Date{})
	must(t, err)
	if planned := h.plan(op12); planned.Started != 0 || !planned.Next.IsZero() {
		t.Errorf("without a visit: %+v", planned)
	}
	must(t, tell("ken", day(time.January, 20)))
	must(t, tell("tcd", day(time.February, 10)))
	h.unchanged("telling again", func() { must(t, tell("tcd", day(time.February, 10))) })
	must(t, tell("ken", day(time.January, 25))) // it ended later
	h.set(day(time.March, 10).At(13))
	h.plan(op12)
	same(t, "assessments", h.sections(op12), []string{"assessment-ken-2018-04-25", "assessment-tcd-2018-05-10"})
	h.set(day(time.November, 30).At(13))
	h.plan(op12)
	if got := h.sections(op12); !slices.Contains(got, "assessment-ken-2019-01-25") {
		t.Errorf("there is no follow-up within 12 months: %v", got)
	}
	for name, c := range map[string]struct {
		event rapporteur.SeriesEvent
		kind  rapporteur.ProblemKind
	}{
		"an unknown event": {rapporteur.SeriesEvent{Event: "war", Subject: "ken", Date: due, Authority: "x"}, rapporteur.ProblemNotFound},
		"no date":          {rapporteur.SeriesEvent{Event: "visit", Subject: "ken", Authority: "x"}, rapporteur.ProblemInvalid},
		"no authority":     {rapporteur.SeriesEvent{Event: "visit", Subject: "ken", Date: due, Authority: " "}, rapporteur.ProblemInvalid},
		"no subject":       {rapporteur.SeriesEvent{Event: "visit", Date: due, Authority: "x"}, rapporteur.ProblemInvalid},
		"a subject apart":  {rapporteur.SeriesEvent{Event: "visit", Subject: "Ken/2", Date: due, Authority: "x"}, rapporteur.ProblemInvalid},
		"a long subject":   {rapporteur.SeriesEvent{Event: "visit", Subject: strings.Repeat("a", 13), Date: due, Authority: "x"}, rapporteur.ProblemInvalid},
	} {
		h.unchanged(name, func() {
			_, err := h.secretariat.DateEvent(t.Context(), staff, op12, c.event)
			refused(t, err, c.kind)
		})
	}
}

func TestOneDueDateIsMovedOnAnAuthority(t *testing.T) {
	h := calendarHouse(t)
	change := rapporteur.SeriesChange{Series: "unmiss", DueChange: rapporteur.DueChange{
		Kind: rapporteur.ChangeExtension, Rule: "regular", Due: day(time.September, 11), To: day(time.September, 25), Authority: "S/2018/800",
	}}
	_, err := h.secretariat.MoveDue(t.Context(), staff, op33, change)
	must(t, err)
	h.unchanged("moving again", func() {
		_, err := h.secretariat.MoveDue(t.Context(), staff, op33, change)
		must(t, err)
	})
	h.set(day(time.August, 1).At(13))
	h.plan(op33)
	cycle := h.cycle("s-res-2388-2017/op33/unmiss-2018-09-11")
	if cycle.Plan.Date(rapporteur.DateMandated) != day(time.September, 25) {
		t.Errorf("the host report is due on %s", cycle.Plan.Date(rapporteur.DateMandated))
	}
	steps := fmt.Sprint(cycle.Plan.Dates[0].Derivation)
	if !strings.Contains(steps, "S/2018/800") || !strings.Contains(steps, "extended from 2018-09-11") {
		t.Errorf("the derivation says %s", steps)
	}
	for name, c := range map[string]func(*rapporteur.SeriesChange){
		"an unknown series": func(c *rapporteur.SeriesChange) { c.Series = "minusca-2" },
		"an unknown rule":   func(c *rapporteur.SeriesChange) { c.Rule = "weekly" },
		"no such date":      func(c *rapporteur.SeriesChange) { c.Due = day(time.September, 12) },
		"no authority":      func(c *rapporteur.SeriesChange) { c.Authority = "" },
		"a blank authority": func(c *rapporteur.SeriesChange) { c.Authority = " " },
		"backwards":         func(c *rapporteur.SeriesChange) { c.To = day(time.September, 1) },
	} {
		bad := change
		c(&bad)
		h.unchanged(name, func() {
			if _, err := h.secretariat.MoveDue(t.Context(), staff, op33, bad); err == nil {
				t.Errorf("%s was moved", name)
			}
		})
	}
}

func TestCalendarThatCannotBeReckonedIsPutBeforeAPerson(t *testing.T) {
	h := calendarHouse(t)
	for range 2 {
		must(t, h.conduct.Attention(t.Context(), op33.Calendar(), "The calendar: look.", h.moment()))
	}
	attention := func() string {
		return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.StreamCalendar, error) {
			return r.StreamCalendar(ctx, op33)
		}).Attention
	}
	if got := attention(); got != "The calendar: look." {
		t.Errorf("attention: %q", got)
	}
	h.unchanged("taking back something else", func() { must(t, h.conduct.AttentionOver(t.Context(), op33.Calendar(), "Other.", h.moment())) })
	must(t, h.conduct.AttentionOver(t.Context(), op33.Calendar(), "The calendar: look.", h.moment()))
	if got := attention(); got != "" {
		t.Errorf("attention: %q", got)
	}
}

func TestOnlyInclusionStreamsHaveCalendars(t *testing.T) {
	h := newHouse(t)
	for _, stream := range []string{"op34", "op9"} {
		_, err := h.secretariat.StartCalendar(t.Context(), staff, rapporteur.StreamKey{Instrument: instrument, Stream: stream}, rapporteur.Date{})
		refused(t, err, rapporteur.ProblemUnsupported, stream)
	}
	_, err := h.secretariat.StartCalendar(t.Context(), staff, rapporteur.StreamKey{Instrument: instrument, Stream: "op99"}, rapporteur.Date{})
	refused(t, err, rapporteur.ProblemNotFound)
	_, err = h.secretariat.Outlook(t.Context(), op33, day(time.May, 1), day(time.May, 1).AddMonths(121))
	refused(t, err, rapporteur.ProblemInvalid)
}

// TestEverySeriesCanBeAsked plans ten years of every inclusion stream: each
// section has dates in order, a contributor with a questionnaire, and a period
// that can stand in an address.
func TestEverySeriesCanBeAsked(t *testing.T) {
	h := newHouse(t)
	i, err := h.catalogue.Instrument(instrument)
	must(t, err)
	for _, s := range i.Streams {
		if s.Shape != rapporteur.ShapeInclusion {
			continue
		}
		key := rapporteur.StreamKey{Instrument: instrument, Stream: s.ID}
		calendar := rapporteur.StreamCalendar{StreamKey: key}
		for _, series := range s.Inclusion.Series {
			for _, e := range series.Calendar.Events {
				told := rapporteur.SeriesEvent{Event: e.ID, Date: day(time.January, 31), Authority: "x"}
				if series.Each == e.ID {
					told.Subject = "subject-1234"
				}
				calendar.Events = append(calendar.Events, told)
			}
		}
		dues, _, err := s.Inclusion.Dues(calendar, i.Adopted, i.Adopted.AddMonths(120))
		must(t, err)
		if len(dues) == 0 {
			t.Errorf("%s: nothing is ever due", s.ID)
		}
		for _, d := range dues {
			if _, _, period, err := d.Cycle(key).Parts(); err != nil || len(period) > 40 {
				t.Errorf("%s: period %q, %v", s.ID, period, err)
			}
			contributor, err := h.catalogue.Contributor(d.Series.Contributor, d.Due.Planned)
			must(t, err)
			if !slices.ContainsFunc(s.Policy.Audience, func(a rapporteur.Audience) bool { return a.Kind == contributor.Kind }) {
				t.Errorf("%s: nobody asks a %s such as %s", s.ID, contributor.Kind, contributor.ID)
			}
		}
	}
}
