package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// CycleStart asks for a cycle.
type CycleStart struct {
	Instrument string            `json:"instrument" maxLength:"80" example:"s-res-2388-2017"`
	Stream     string            `json:"stream" maxLength:"80" example:"op34"`
	Period     string            `json:"period,omitempty" maxLength:"40" doc:"A short label; the year of the mandated date where left out. Occasions are numbered by themselves."`
	Dates      map[string]string `json:"dates,omitempty" doc:"Planned dates by key (opens, due, closes, …) in place of the derived ones."`
	Authority  string            `json:"authority,omitempty" maxLength:"500" doc:"The document or person that allows those dates, or sets the date of the event."`
	Without    []string          `json:"without,omitempty" maxItems:"1000" doc:"Contributors not to ask."`
	Only       []string          `json:"only,omitempty" maxItems:"1000" doc:"Ask just these contributors."`
	Event      *EventStart       `json:"event,omitempty" doc:"Occasions: what the cycle is about. Left out for every other stream."`
}

// EventStart is the event of an occasion as it is asked for. Texts name no
// person.
type EventStart struct {
	Date  string `json:"date" format:"date" doc:"A date that is over needs an authority: it records what has been."`
	Title string `json:"title,omitempty" maxLength:"200" doc:"The stream's where left out."`
	Time  string `json:"time,omitempty" maxLength:"200" example:"10 a.m."`
	Place string `json:"place,omitempty" maxLength:"200" example:"Security Council Chamber"`
	Body  string `json:"body,omitempty" maxLength:"200" doc:"Who holds it." example:"Security Council, 8263rd meeting"`
}

type startInput struct {
	Keyed
	DryRun bool `query:"dry_run" doc:"Only reckon: nothing is started."`
	Body   CycleStart
}

func (i *startInput) action(op operation) access.Action {
	if i.DryRun {
		return op.orElse
	}
	return op.action
}

// StartedCycle is a cycle that was started, or would be.
type StartedCycle struct {
	Cycle
	DryRun      bool     `json:"dry_run,omitempty" doc:"Nothing was started."`
	Unreachable []string `json:"unreachable,omitempty" doc:"Who has no focal point; the cycle cannot start before each has one."`
}

type startOutput struct {
	Status   int
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     StartedCycle
}

type listCyclesInput struct{ Paged }

type cyclesOutput struct {
	Body struct {
		Items      []CycleSummary `json:"items"`
		NextCursor string         `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"CyclePage"`
}

type getCycleInput struct {
	CyclePath
	IfNoneMatch
}

type cycleOutput struct {
	ETag string `header:"ETag"`
	Body Cycle
}

func (s *service) registerCycles() {
	register(s, operation{
		id: "start-cycle", method: http.MethodPost, path: "/v1/cycles", tag: tagCycles, action: access.StartCycle, orElse: access.PreviewCycle, status: http.StatusCreated,
		summary: "Start a cycle, or preview it",
		description: "Plans a cycle and hands it to the engine: 201. With `dry_run=true` it only shows what the cycle would be, every date with its " +
			"derivation, every reminder, whom it asks and who of them cannot be reached: 200.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemNotFound, rapporteur.ProblemConflict, rapporteur.ProblemUnreachable, rapporteur.ProblemUnsupported},
		media:    map[string]*huma.MediaType{mediaJSON: {Schema: schemaOf[StartedCycle](s)}},
	}, s.startCycle)
	register(s, operation{
		id: "list-cycles", method: http.MethodGet, path: "/v1/cycles", tag: tagCycles, action: access.ListCycles,
		summary: "List cycles", description: "Cycles by id; a contributor sees those in which it is asked.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listCycles)
	register(s, operation{
		id: "get-cycle", method: http.MethodGet, path: "/v1/cycles/{instrument}/{stream}/{period}", tag: tagCycles, action: access.ReadCycle,
		summary:     "Read a cycle",
		description: "Its calendar with the derivation of every date and, for the Secretariat, how its requests stand and what needs attention.",
	}, s.getCycle)
}

func (s *service) startCycle(ctx context.Context, in *startInput) (*startOutput, error) {
	start, err := in.Body.start()
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		preview, err := s.Secretariat.Preview(ctx, start)
		if err != nil {
			return nil, err
		}
		out := &startOutput{Status: http.StatusOK, Body: StartedCycle{Cycle: cycleOf(preview.Cycle, nil, true), DryRun: true}}
		for _, id := range preview.Unreachable {
			out.Body.Unreachable = append(out.Body.Unreachable, string(id))
		}
		return out, nil
	}
	planned, err := s.Secretariat.Start(ctx, callOf(ctx).principal, start)
	if err != nil {
		return nil, err
	}
	cycle, err := s.readCycle(ctx, planned.ID)
	if err != nil {
		return nil, err
	}
	return &startOutput{
		Status: http.StatusCreated, Location: cycleURL(planned.ID), ETag: cycle.ETag, Body: StartedCycle{Cycle: cycle.Body},
	}, nil
}

func (c CycleStart) start() (rapporteur.Start, error) {
	out := rapporteur.Start{
		Instrument: c.Instrument, Stream: c.Stream, Period: c.Period, Authority: c.Authority,
		Without: contributorIDs(c.Without), Only: contributorIDs(c.Only),
	}
	for key, text := range c.Dates {
		date, err := dateOf(text)
		if err != nil {
			return out, err
		}
		if out.Dates == nil {
			out.Dates = map[string]rapporteur.Date{}
		}
		out.Dates[key] = date
	}
	if c.Event != nil {
		date, err := dateOf(c.Event.Date)
		if err != nil {
			return out, err
		}
		out.Title = c.Event.Title
		out.Event = rapporteur.Event{Date: date, Time: c.Event.Time, Place: c.Event.Place, Body: c.Event.Body}
	}
	return out, nil
}

func contributorIDs(texts []string) []rapporteur.ContributorID {
	var ids []rapporteur.ContributorID
	for _, text := range texts {
		ids = append(ids, rapporteur.ContributorID(text))
	}
	return ids
}

// staff reports whether the caller may know how others stand.
func staff(p rapporteur.Principal) bool { return p.Role != rapporteur.RoleContributor }

func (s *service) listCycles(ctx context.Context, in *listCyclesInput) (*cyclesOutput, error) {
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	var cycles []rapporteur.Cycle
	err = s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		cycles, err = visibleCycles(ctx, r, rapporteur.CycleID(after), in.Limit+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &cyclesOutput{}
	out.Body.Items = []CycleSummary{}
	cut, next := page(cycles, in.Limit, func(c rapporteur.Cycle) string { return string(c.ID) })
	out.Body.NextCursor = next
	for _, c := range cut {
		out.Body.Items = append(out.Body.Items, summaryOf(c, staff(callOf(ctx).principal)))
	}
	return out, nil
}

// visibleCycles reads cycles until there are as many as wanted that the caller
// may see.
func visibleCycles(ctx context.Context, r rapporteur.Reader, after rapporteur.CycleID, want int) ([]rapporteur.Cycle, error) {
	var visible []rapporteur.Cycle
	for {
		cycles, err := r.Cycles(ctx, after, want)
		if err != nil {
			return nil, err
		}
		for _, c := range cycles {
			after = c.ID
			err := seesCycle(ctx, r, c.ID)
			switch {
			case err == nil:
				visible = append(visible, c)
			case !rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
				return nil, err
			}
			if len(visible) == want {
				return visible, nil
			}
		}
		if len(cycles) < want {
			return visible, nil
		}
	}
}

// seesCycle is nil where the caller may know of a cycle: contributors only
// know those in which they are asked.
func seesCycle(ctx context.Context, r rapporteur.Reader, id rapporteur.CycleID) error {
	p := callOf(ctx).principal
	if staff(p) {
		return nil
	}
	_, err := r.Request(ctx, rapporteur.RequestKey{Cycle: id, Contributor: p.Contributor})
	if rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		return rapporteur.NotFound("cycle", string(id))
	}
	return err
}

func (s *service) getCycle(ctx context.Context, in *getCycleInput) (*cycleOutput, error) {
	out, err := s.readCycle(ctx, in.id())
	if err != nil {
		return nil, err
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

// readCycle is a cycle as the caller may see it.
func (s *service) readCycle(ctx context.Context, id rapporteur.CycleID) (*cycleOutput, error) {
	var cycle rapporteur.Cycle
	var counts rapporteur.Counts
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if err := seesCycle(ctx, r, id); err != nil {
			return err
		}
		var err error
		if cycle, err = r.Cycle(ctx, id); err != nil {
			return err
		}
		counts, err = r.Counts(ctx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	body := cycleOf(cycle, &counts, staff(callOf(ctx).principal))
	return &cycleOutput{ETag: etagOf(cycle.Revision, body), Body: body}, nil
}
