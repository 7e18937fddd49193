package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// HistoryLine is one line of a cycle's history in plain words.
type HistoryLine struct {
	Day    int       `json:"day" doc:"Days of business time since the cycle started."`
	At     time.Time `json:"at" doc:"Business time."`
	Text   string    `json:"text" example:"Kenya returned for correction, 2 findings, due 3 May 2018"`
	Actor  string    `json:"actor" doc:"Who did it: contributor, clearance office, role with the label of its key, or engine."`
	Reason string    `json:"reason,omitempty"`
	Count  int       `json:"count" doc:"How many audit records the line stands for."`
	First  int64     `json:"first" doc:"Number of the first of them."`
	Last   int64     `json:"last" doc:"Number of the last of them."`
	Events []string  `json:"events,omitempty" doc:"Temporal events it comes from: workflow id, run id and event id."`
}

// History is everything that happened in a cycle, oldest first.
type History struct {
	Items []HistoryLine `json:"items"`
}

type historyInput struct {
	CyclePath
	Format string `query:"format" enum:"json,ndjson" doc:"In place of the header Accept."`
	Engine bool   `query:"engine" default:"true" doc:"Whether to name the engine's events; without them the history is read from the record alone."`
}

func (s *service) registerHistory() {
	register(s, operation{
		id: "get-history", method: http.MethodGet, path: "/v1/cycles/{instrument}/{stream}/{period}/history", tag: tagCycles, action: access.ReadHistory,
		summary: "Read a cycle's history in plain words",
		description: "What happened, on which day, by whom and why. Every audit record is in exactly one line; the like of one day is folded together. Where the " +
			"engine does not answer, the lines name no events. The history of an inclusion stream's calendar is that of the period calendar.",
		media: map[string]*huma.MediaType{
			mediaJSON: {Schema: schemaOf[History](s)}, mediaNDJSON: {Schema: schemaOf[HistoryLine](s)},
		},
	}, s.getHistory)
}

func (s *service) getHistory(ctx context.Context, in *historyInput) (*document, error) {
	media, err := chosenMedia(in.Format, callOf(ctx).accept, map[string]string{"json": mediaJSON, "ndjson": mediaNDJSON}, mediaJSON, mediaNDJSON)
	if err != nil {
		return nil, err
	}
	past, err := s.readPast(ctx, in.id())
	if err != nil {
		return nil, err
	}
	var events []rapporteur.EngineEvent
	if in.Engine {
		events = s.events(ctx, rapporteur.CycleWorkflows(past.cycle, past.requests))
	}
	name := func(id rapporteur.ContributorID) string {
		return s.name(ctx, rapporteur.Request{RequestKey: rapporteur.RequestKey{Contributor: id}, OpenedAt: past.cycle.StartedAt})
	}
	history := History{Items: []HistoryLine{}}
	for _, l := range rapporteur.Narrate(past.cycle, name, rapporteur.NameActors(past.audit, past.keys, name), events) {
		history.Items = append(history.Items, HistoryLine{
			Day: l.Day, At: l.At.UTC(), Text: l.Text, Actor: l.Actor, Reason: l.Reason, Count: l.Count,
			First: l.Seqs[0], Last: l.Seqs[len(l.Seqs)-1], Events: l.Events,
		})
	}
	out := &document{ContentType: media, Vary: "Accept, Accept-Language"}
	if media == mediaJSON {
		out.Body, err = json.Marshal(history)
		return out, err
	}
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	for _, l := range history.Items {
		if err := lines.Encode(l); err != nil {
			return nil, err
		}
	}
	out.Body = b.Bytes()
	return out, nil
}

// past is what the record knows of a cycle's history.
type past struct {
	cycle    rapporteur.Cycle
	audit    []rapporteur.AuditRecord
	requests []rapporteur.Request
	keys     []rapporteur.APIKey
}

func (s *service) readPast(ctx context.Context, id rapporteur.CycleID) (past, error) {
	var p past
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if p.cycle, err = cycleOrCalendar(ctx, r, id); err != nil {
			return err
		}
		if p.audit, err = r.Audit(ctx, id, 0, 0); err != nil {
			return err
		}
		if p.keys, err = r.Keys(ctx); err != nil {
			return err
		}
		p.requests, err = r.Requests(ctx, rapporteur.RequestFilter{Cycle: id})
		return err
	})
	return p, err
}

// cycleOrCalendar is a cycle, or what a history needs of the calendar that has
// the id.
func cycleOrCalendar(ctx context.Context, r rapporteur.Reader, id rapporteur.CycleID) (rapporteur.Cycle, error) {
	instrument, stream, period, err := id.Parts()
	if err != nil || period != rapporteur.CalendarPeriod {
		return r.Cycle(ctx, id)
	}
	c, err := r.StreamCalendar(ctx, rapporteur.StreamKey{Instrument: instrument, Stream: stream})
	return rapporteur.Cycle{ID: id, Shape: rapporteur.ShapeInclusion, StartedAt: c.StartedAt, ClockOffset: c.ClockOffset}, err
}

// How many histories are read from the engine at once, and how long all may
// take: the history can be told without them.
const (
	historyReaders = 4
	historyTime    = 20 * time.Second
)

// events reads the engine's histories of some workflows, in their order. What
// cannot be read, because the engine is away or no longer keeps it, is left
// out.
func (s *service) events(ctx context.Context, workflows []string) []rapporteur.EngineEvent {
	ctx, cancel := context.WithTimeout(ctx, historyTime)
	defer cancel()
	found := make([][]rapporteur.EngineEvent, len(workflows))
	work := make(chan int)
	var group sync.WaitGroup
	var once sync.Once
	for range historyReaders {
		group.Go(func() {
			for n := range work {
				events, err := s.Engine.Events(ctx, workflows[n])
				if err != nil {
					once.Do(func() {
						s.log.Warn().Err(err).Str("request", callOf(ctx).id).Msg("cannot read engine history")
					})
				}
				found[n] = events
			}
		})
	}
	for n := range workflows {
		work <- n
	}
	close(work)
	group.Wait()
	var all []rapporteur.EngineEvent
	for _, events := range found {
		all = append(all, events...)
	}
	return all
}
