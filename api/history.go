package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
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
	told, err := s.histories().Read(ctx, in.id(), rapporteur.HistoryOptions{Language: callOf(ctx).language, Events: in.Engine})
	if err != nil {
		return nil, err
	}
	s.away(ctx, told.Away)
	history := History{Items: []HistoryLine{}}
	for _, l := range told.Lines {
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

// histories tells what happened, over the API's own record.
func (s *service) histories() rapporteur.Histories {
	return rapporteur.Histories{Store: s.Store, Catalogue: s.Catalogue, Engine: s.Engine}
}

// away logs why the engine named no events.
func (s *service) away(ctx context.Context, err error) {
	if err != nil {
		s.log.Warn().Err(err).Str("request", callOf(ctx).id).Msg("cannot read engine history")
	}
}

// events reads the engine's histories of workflows, as far as it still keeps them.
func (s *service) events(ctx context.Context, workflows []string) []rapporteur.EngineEvent {
	events, err := s.histories().EngineEvents(ctx, workflows)
	s.away(ctx, err)
	return events
}
