package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

type noteInput struct {
	RequestPath
	Language string `query:"language" enum:"en,fr" default:"en" doc:"In which the note is written."`
}

const mediaPDF = "application/pdf"

func (s *service) registerNotes() {
	register(s, operation{
		id: "draw-up-note", method: http.MethodGet, path: requestPath + "/note-verbale", tag: tagRequests, action: access.DrawUpNote,
		summary: "Draw up a note verbale",
		description: "A note to the Permanent Mission of a Member State that owes an answer, in the third person and unsigned, as PDF. That it was drawn up is on the record; " +
			"handing it over is left to people. For others, and where nothing is owed, there is none.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict},
		media:    map[string]*huma.MediaType{mediaPDF: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}, s.drawUpNote)
}

func (s *service) drawUpNote(ctx context.Context, in *noteInput) (*document, error) {
	note, err := s.Secretariat.NoteVerbale(ctx, callOf(ctx).principal, in.key(), in.Language)
	if err != nil {
		return nil, err
	}
	content, err := s.Renderer.NoteVerbale(ctx, note)
	if err != nil {
		return nil, fmt.Errorf("cannot render note verbale: %w", err)
	}
	return &document{ContentType: mediaPDF, Disposition: fmt.Sprintf(`attachment; filename="note-verbale-%s-%s.pdf"`, in.Contributor, in.Language), Body: content}, nil
}
