package demo

import (
	"context"
	"net/http"
	"path"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// event is an occasion of the demonstration. All of them are made up.
type event struct {
	stream    string
	date      string
	moved     string // to another date, where it was
	off       bool   // it does not take place
	authority string
	title     string
	body      string // who holds it
	place     string
	record    string
	summary   string
}

var events = []event{
	{
		stream: "op23a", date: "2018-03-15", authority: "Programme of work for March 2018", title: "Briefing on trafficking in persons in Libya",
		body: "Security Council", place: "Security Council Chamber", record: "S/PV.8203",
		summary: "Speakers described how victims are identified on the routes through conflict areas, and what protection they find.",
	},
	{
		stream: "op23a", date: "2018-06-12", moved: "2018-06-26", authority: "Programme of work for June 2018", title: "Briefing on trafficking by armed groups",
		body: "Security Council", place: "Security Council Chamber", record: "S/PV.8297",
		summary: "Speakers called for earlier exchange of information between missions and the Office on Drugs and Crime.",
	},
	{stream: "op23a", date: "2018-08-21", off: true, authority: "Programme of work for August 2018", title: "Briefing on trafficking and displacement", body: "Security Council"},
	{
		stream: "op24", date: "2018-02-01", authority: "Letter of the Executive Director", body: "United Nations Office on Drugs and Crime",
		record: "UNODC thematic paper", summary: "The paper went to the focal points of all entities, with a note on its use in field offices.",
	},
	{stream: "op26", date: "2018-04-10", authority: "Training plan 2018", title: "Training of mission personnel, first course", body: "Department of Peacekeeping Operations", place: "Entebbe"},
	{stream: "op26", date: "2018-08-14", authority: "Training plan 2018", title: "Training of mission personnel, second course", body: "Department of Peacekeeping Operations", place: "Brindisi"},
	{stream: "op27b", date: "2018-05-17", authority: "Letter of the Chair", body: "Committee pursuant to resolution 1970 (2011)"},
	{stream: "op27b", date: "2018-09-06", authority: "Letter of the Chair", body: "Committee pursuant to resolution 1533 (2004)"},
	{stream: "op29", date: "2018-07-10", authority: "Terms of reference, S/2018/118", body: "Investigative Team", place: "New York"},
	{stream: "op32", date: "2018-01-30", authority: "Workplan of the Group", title: "Meeting of working level, first half of 2018", body: "Inter-Agency Coordination Group", place: "Geneva"},
	{stream: "op32", date: "2018-07-03", authority: "Workplan of the Group", title: "Meeting of working level, second half of 2018", body: "Inter-Agency Coordination Group", place: "Vienna"},
}

// announced is how many days ahead of an event the Secretariat starts its cycle.
const announced = 42

// announceAll plans to start the cycles of a stream's occasions.
func (s *show) announceAll(stream string) {
	for _, e := range events {
		if e.stream == stream {
			s.later(mustDate(e.date).AddDays(-announced), "secretariat/"+e.stream+"/"+e.date, func(ctx context.Context) error { return s.announce(ctx, e) })
		}
	}
}

// announce starts the cycle of an occasion.
func (s *show) announce(ctx context.Context, e event) error {
	start := map[string]any{
		"instrument": instrument, "stream": e.stream, "authority": e.authority,
		"event": map[string]string{"date": e.date, "title": e.title, "place": e.place, "body": e.body},
	}
	var answer cycleAnswer
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: start}, &answer); err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.events[answer.ID] = e
	return nil
}

// occasion lets those who are asked plan what they do, and the Secretariat move
// the event and record its outcome.
func (s *show) occasion(ctx context.Context, c cycleAnswer) error {
	s.mutex.Lock()
	e := s.events[c.ID]
	s.mutex.Unlock()
	date := mustDate(e.date)
	if e.moved != "" {
		date = mustDate(e.moved)
	}
	collecting := rapporteur.Phase(c.Phase) == rapporteur.PhaseCollecting
	over := date.Before(rapporteur.DateOf(s.business()))
	switch {
	case collecting && s.once("asked "+c.ID):
		return s.intendReplies(ctx, c, e)
	case collecting && e.moved != "" && s.once("moved "+c.ID):
		body := map[string]string{"date": e.moved, "authority": e.authority + ", revised", "reason": "The Council needs the day for something else."}
		return s.command(ctx, c, "reschedule", body)
	case over && (collecting || rapporteur.Phase(c.Phase) == rapporteur.PhaseRecording) && s.once("outcome "+c.ID):
		return s.recordOutcome(ctx, c, e, date)
	}
	return nil
}

func (s *show) command(ctx context.Context, c cycleAnswer, what string, body any) error {
	return s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles/" + c.ID + "/commands/" + what, Body: body}, nil)
}

// intendReplies plans what those who are asked do: most answer before the
// deadline, some after it, some never. Where nothing of substance may be kept
// they brief the committee, and leave a receipt.
func (s *show) intendReplies(ctx context.Context, c cycleAnswer, e event) error {
	var intake intakeAnswer
	if e.stream == receiptStream {
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: intakePath(e.stream)}, &intake); err != nil {
			return err
		}
	}
	return s.everybody(ctx, c, func(p *person, t task) {
		on := s.replyDate(p, c, e)
		if on.IsZero() {
			return
		}
		s.later(on, p.name()+"/"+c.ID, func(ctx context.Context) error {
			if e.stream == receiptStream {
				return s.leaveReceipt(ctx, p, e.stream, path.Base(c.ID), intake.Recipients)
			}
			return s.writeAnswer(ctx, p, t, false)
		})
	})
}

// receiptStream is the stream of occasions of which only receipts are kept.
const receiptStream = "op27b"

// replyDate is when somebody replies; no date for who never does.
func (s *show) replyDate(p *person, c cycleAnswer, e event) rapporteur.Date {
	today, due := rapporteur.DateOf(s.business()), mustDate(c.Due)
	draw := p.random.IntN(100)
	switch {
	case draw >= 86:
		return rapporteur.Date{}
	case draw >= 74:
		return due.AddDays(4)
	case e.stream == receiptStream:
		return mustDate(e.date).AddDays(1 + p.random.IntN(10))
	}
	if left := due.DaysSince(today) - 3; left > 0 {
		return today.AddDays(1 + p.random.IntN(left))
	}
	return today.AddDays(1)
}

// recordOutcome says what came of an event. Most of those who were asked took
// part.
func (s *show) recordOutcome(ctx context.Context, c cycleAnswer, e event, date rapporteur.Date) error {
	if e.off {
		return s.command(ctx, c, "record-outcome", map[string]string{"outcome": "postponed", "reason": "The Council had to meet on something else."})
	}
	requests, err := s.requests(ctx, c.ID)
	if err != nil {
		return err
	}
	body := map[string]any{"outcome": "held", "date": date}
	if e.stream == receiptStream {
		body["present"] = len(requests) + 15
		return s.command(ctx, c, "record-outcome", body)
	}
	dice := s.chance("outcome " + c.ID)
	var participants []string
	for _, r := range requests {
		if dice.IntN(100) < 80 {
			participants = append(participants, r.Contributor)
		}
	}
	body["participants"], body["symbol"], body["summary"] = participants, e.record, e.summary
	return s.command(ctx, c, "record-outcome", body)
}
