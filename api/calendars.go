package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// StreamPath names a stream of an instrument.
type StreamPath struct {
	Instrument string `path:"instrument" maxLength:"80" example:"s-res-2388-2017" doc:"Id of the instrument."`
	Stream     string `path:"stream" maxLength:"80" example:"op33" doc:"Id of the stream."`
}

func (p *StreamPath) key() rapporteur.StreamKey {
	return rapporteur.StreamKey{Instrument: p.Instrument, Stream: p.Stream}
}

type getCalendarInput struct {
	StreamPath
	From string `query:"from" format:"date" doc:"First day; today where left out."`
	To   string `query:"to" format:"date" doc:"Last day; a year later where left out, ten years at most."`
}

type startCalendarInput struct {
	StreamPath
	Keyed
	Body struct {
		From string `json:"from,omitempty" format:"date" doc:"Due dates before it are not asked for; today where left out."`
	} `nameHint:"CalendarStart"`
}

type pauseCalendarInput struct {
	StreamPath
	Keyed
	Body struct {
		Reason string `json:"reason" maxLength:"4000" doc:"Why no more cycles are to start."`
	} `nameHint:"CalendarPause"`
}

type dateEventInput struct {
	StreamPath
	Keyed
	Body struct {
		Event     string `json:"event" maxLength:"80" doc:"The event that due dates wait for." example:"visit"`
		Subject   string `json:"subject,omitempty" maxLength:"12" doc:"What it is about, where it happens more than once." example:"ken"`
		Date      string `json:"date" format:"date"`
		Authority string `json:"authority" maxLength:"500" doc:"The document or person that tells the date."`
	} `nameHint:"EventDated"`
}

type moveDueInput struct {
	StreamPath
	Keyed
	Body struct {
		Series    string `json:"series" maxLength:"80" example:"unmiss"`
		Rule      string `json:"rule" maxLength:"80" example:"regular"`
		Kind      string `json:"kind" enum:"extension,programme" doc:"An extension moves what is due; the programme of work moves what is planned."`
		Due       string `json:"due" format:"date" doc:"Which date: as the rule gives it."`
		To        string `json:"to" format:"date"`
		Authority string `json:"authority" maxLength:"500" doc:"Document symbol of the exchange of letters or the note."`
	} `nameHint:"DueMoved"`
}

type calendarsOutput struct {
	Body struct {
		Items []Calendar `json:"items"`
	} `nameHint:"CalendarList"`
}

type calendarOutput struct{ Body Calendar }

const calendarPath = "/v1/calendars/{instrument}/{stream}"

func (s *service) registerCalendars() {
	register(s, operation{
		id: "list-calendars", method: http.MethodGet, path: "/v1/calendars", tag: tagCycles, action: access.ReadCalendar,
		summary: "List calendars", description: "Those by which the cycles of inclusion streams start, also the paused, without their due dates.",
	}, s.listCalendars)
	register(s, operation{
		id: "get-calendar", method: http.MethodGet, path: calendarPath, tag: tagCycles, action: access.ReadCalendar,
		summary: "Read what falls due in an inclusion stream",
		description: "Every host report that falls due, with its mandated, agreed and planned date and the derivation of each, and the events that are still " +
			"waited for. It is reckoned whether or not the calendar runs.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemUnsupported},
	}, s.getCalendar)
	register(s, operation{
		id: "start-calendar", method: http.MethodPost, path: calendarPath, tag: tagCycles, action: access.RunCalendar,
		summary:     "Start a calendar, or go on after a pause",
		description: "From now on the stream's cycles start by its due dates, each some weeks before its requests go out. Started before, nothing changes.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemUnsupported},
	}, s.startCalendar)
	register(s, operation{
		id: "pause-calendar", method: http.MethodPost, path: calendarPath + "/pause", tag: tagCycles, action: access.RunCalendar,
		summary: "Pause a calendar", description: "No more cycles start until it is started again; those that run go on.",
	}, s.pauseCalendar)
	register(s, operation{
		id: "date-event", method: http.MethodPost, path: calendarPath + "/events", tag: tagCycles, action: access.RunCalendar,
		summary:     "Tell the date of an event that due dates wait for",
		description: "The start of an investigation, a visit to a State, a date that the Council sets. A later date takes the place of an earlier one; both stay on record.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemUnsupported},
	}, s.dateEvent)
	register(s, operation{
		id: "move-due-date", method: http.MethodPost, path: calendarPath + "/changes", tag: tagCycles, action: access.RunCalendar,
		summary: "Move one due date, once",
		description: "An extension by exchange of letters or note by the President, or another day in the programme of work. A cycle that is planned already " +
			"is moved by its own command.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemUnsupported},
	}, s.moveDue)
}

func (s *service) listCalendars(ctx context.Context, _ *struct{}) (*calendarsOutput, error) {
	out := &calendarsOutput{}
	out.Body.Items = []Calendar{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		found, err := r.StreamCalendars(ctx)
		for _, c := range found {
			out.Body.Items = append(out.Body.Items, calendarOf(rapporteur.Outlook{Calendar: c}))
		}
		return err
	})
	return out, err
}

func (s *service) getCalendar(ctx context.Context, in *getCalendarInput) (*calendarOutput, error) {
	from, err := dateOf(in.From)
	if err != nil {
		return nil, err
	}
	to, err := dateOf(in.To)
	if err != nil {
		return nil, err
	}
	return s.outlook(ctx, in.key(), from, to)
}

func (s *service) outlook(ctx context.Context, key rapporteur.StreamKey, from, to rapporteur.Date) (*calendarOutput, error) {
	outlook, err := s.Secretariat.Outlook(ctx, key, from, to)
	if err != nil {
		return nil, err
	}
	return &calendarOutput{Body: calendarOf(outlook)}, nil
}

func (s *service) startCalendar(ctx context.Context, in *startCalendarInput) (*calendarOutput, error) {
	from, err := dateOf(in.Body.From)
	if err != nil {
		return nil, err
	}
	if _, err := s.Secretariat.StartCalendar(ctx, callOf(ctx).principal, in.key(), from); err != nil {
		return nil, err
	}
	return s.outlook(ctx, in.key(), rapporteur.Date{}, rapporteur.Date{})
}

func (s *service) pauseCalendar(ctx context.Context, in *pauseCalendarInput) (*calendarOutput, error) {
	if _, err := s.Secretariat.PauseCalendar(ctx, callOf(ctx).principal, in.key(), in.Body.Reason); err != nil {
		return nil, err
	}
	return s.outlook(ctx, in.key(), rapporteur.Date{}, rapporteur.Date{})
}

func (s *service) dateEvent(ctx context.Context, in *dateEventInput) (*calendarOutput, error) {
	date, err := dateOf(in.Body.Date)
	if err != nil {
		return nil, err
	}
	event := rapporteur.SeriesEvent{Event: in.Body.Event, Subject: in.Body.Subject, Date: date, Authority: in.Body.Authority}
	if _, err := s.Secretariat.DateEvent(ctx, callOf(ctx).principal, in.key(), event); err != nil {
		return nil, err
	}
	return s.outlook(ctx, in.key(), rapporteur.Date{}, rapporteur.Date{})
}

func (s *service) moveDue(ctx context.Context, in *moveDueInput) (*calendarOutput, error) {
	due, err := dateOf(in.Body.Due)
	if err != nil {
		return nil, err
	}
	to, err := dateOf(in.Body.To)
	if err != nil {
		return nil, err
	}
	change := rapporteur.SeriesChange{Series: in.Body.Series, DueChange: rapporteur.DueChange{
		Kind: rapporteur.DueChangeKind(in.Body.Kind), Rule: in.Body.Rule, Due: due, To: to, Authority: in.Body.Authority,
	}}
	if _, err := s.Secretariat.MoveDue(ctx, callOf(ctx).principal, in.key(), change); err != nil {
		return nil, err
	}
	return s.outlook(ctx, in.key(), rapporteur.Date{}, rapporteur.Date{})
}
