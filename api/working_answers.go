package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// WorkingAnswer is what the people of one contributor have written towards an
// answer, on the wire.
type WorkingAnswer struct {
	Cycle           string            `json:"cycle"`
	Contributor     string            `json:"contributor"`
	Questionnaire   Questionnaire     `json:"questionnaire" doc:"What it is an answer to."`
	ETag            string            `json:"etag" doc:"Of the whole; a submission names it in If-Match. It changes with every section, and when a version is accepted by whatever way."`
	AcceptedVersion int               `json:"accepted_version" doc:"Newest accepted submission, by whatever way it came; 0 for none."`
	Submitted       *WorkingSubmitted `json:"submitted,omitempty" doc:"How it was last submitted."`
	Sections        []WorkingSection  `json:"sections" doc:"The header first, then as the questionnaire has them; only those that are there."`
}

// WorkingSubmitted is as what a working answer was last accepted.
type WorkingSubmitted struct {
	Version int  `json:"version"`
	Changed bool `json:"changed" doc:"Something was written since."`
}

// WorkingSection is one section of a working answer on the wire.
type WorkingSection struct {
	Section string          `json:"section" doc:"Id of a section of the questionnaire, or header."`
	ETag    string          `json:"etag" doc:"Whoever changes the section names it in If-Match."`
	Content json.RawMessage `json:"content" doc:"The answers to the section's questions by id, as the questionnaire has them; of the header return_type, reason, language, header and justifications. Complete or not."`
	Marks   []Mark          `json:"marks" doc:"Prefilled values that nobody has confirmed or changed."`
	SavedBy string          `json:"saved_by" doc:"Principal who was the last to change it."`
	SavedAt *time.Time      `json:"saved_at" doc:"Business time."`
}

// Mark says of a prefilled value where it comes from.
type Mark struct {
	Pointer    string `json:"pointer" doc:"JSON Pointer (RFC 6901) to the value in the whole answer." example:"/answers/Q3.4/identified"`
	Source     string `json:"source" enum:"earlier-answer,published"`
	Cycle      string `json:"cycle,omitempty" doc:"earlier-answer: the cycle it was given in."`
	Version    int    `json:"version,omitempty" doc:"earlier-answer: its version there."`
	Published  string `json:"published,omitempty" doc:"published: which figures." example:"glotip"`
	Year       int    `json:"year,omitempty" doc:"published: the year that they are about."`
	Suggestion bool   `json:"suggestion" doc:"It is about another period than the one asked about."`
}

// WorkingSave is a line of the history of a working answer: what one person did
// to a section, once or again and again within ten minutes.
type WorkingSave struct {
	Section string     `json:"section"`
	Act     string     `json:"act" enum:"saved,prefilled,confirmed,removed"`
	By      string     `json:"by" doc:"Principal."`
	From    *time.Time `json:"from" doc:"Business time of the first."`
	Until   *time.Time `json:"until" doc:"Business time of the last."`
	Times   int        `json:"times"`
	Size    int        `json:"size" doc:"Bytes of the content after the last."`
}

type workingInput struct {
	RequestPath
	IfNoneMatch
}

type workingOutput struct {
	ETag string `header:"ETag"`
	Body WorkingAnswer
}

type workingSavesOutput struct {
	Body struct {
		Items []WorkingSave `json:"items"`
	} `nameHint:"WorkingSaveList"`
}

const (
	workingPath        = requestPath + "/working-answer"
	workingSectionPath = workingPath + "/sections/{section}"
)

func (s *service) registerWorkingAnswers() {
	register(s, operation{
		id: "get-working-answer", method: http.MethodGet, path: workingPath, tag: tagRequests, action: access.ReadWorkingAnswer,
		summary: "Read the working answer",
		description: "What the contributor's people have written and not, or not yet again, submitted. Nobody else can read it, the Secretariat neither. " +
			"It can be read until the cycle ends; then it is removed.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
	}, s.getWorkingAnswer)
	register(s, operation{
		id: "list-working-saves", method: http.MethodGet, path: workingPath + "/saves", tag: tagRequests, action: access.ReadWorkingAnswer,
		summary: "Read who saved what", description: "The history of the working answer, oldest first, without content.",
	}, s.listWorkingSaves)
	register(s, operation{
		id: "check-working-answer", method: http.MethodGet, path: workingPath + "/validation", tag: tagRequests, action: access.ReadWorkingAnswer,
		summary:     "Check the working answer as it is",
		description: "Puts the sections together and says what a submission of them would find: the findings of its questionnaire, and every prefilled value that nobody has confirmed.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly, rapporteur.ProblemTooLarge},
	}, s.checkWorkingAnswer)
	s.registerWorkingSections()
	s.registerWorkingActs()
}

func (s *service) getWorkingAnswer(ctx context.Context, in *workingInput) (*workingOutput, error) {
	v, err := s.Correspondence.WorkingAnswer(ctx, in.key())
	if err != nil {
		return nil, err
	}
	out := &workingOutput{ETag: workingETag(v), Body: workingOf(v)}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

// workingETag names the state of a working answer and of what was accepted.
func workingETag(v rapporteur.WorkingView) string {
	return fmt.Sprintf(`"%d-%d"`, v.Answer.Revision, v.Request.Version)
}

func workingOf(v rapporteur.WorkingView) WorkingAnswer {
	ref := v.Request.Questionnaire
	out := WorkingAnswer{
		Cycle: string(v.Request.Cycle), Contributor: string(v.Request.Contributor), ETag: workingETag(v), AcceptedVersion: v.Request.Version,
		Questionnaire: Questionnaire{ID: ref.ID, Version: ref.Version}, Sections: []WorkingSection{},
	}
	if n := v.Answer.Submitted.Version; n > 0 {
		out.Submitted = &WorkingSubmitted{Version: n, Changed: v.Answer.Changed()}
	}
	for _, section := range v.Answer.Present(v.Questionnaire) {
		out.Sections = append(out.Sections, sectionOf(section))
	}
	return out
}

func sectionOf(s rapporteur.WorkingSection) WorkingSection {
	return WorkingSection{
		Section: s.ID, ETag: sectionETag(s), Content: json.RawMessage(s.Content), Marks: marksOf(s.Marks),
		SavedBy: s.Saved.By, SavedAt: instant(s.Saved.Until),
	}
}

func sectionETag(s rapporteur.WorkingSection) string { return fmt.Sprintf(`"%d"`, s.Revision) }

func marksOf(marks []rapporteur.Mark) []Mark {
	out := []Mark{}
	for _, m := range marks {
		source := rapporteur.FromEarlierAnswer
		if m.Source.Published != "" {
			source = rapporteur.FromPublished
		}
		out = append(out, Mark{
			Pointer: m.Pointer, Source: source, Cycle: string(m.Source.Cycle), Version: m.Source.Version,
			Published: m.Source.Published, Year: m.Source.Year, Suggestion: m.Suggestion,
		})
	}
	return out
}

func (s *service) listWorkingSaves(ctx context.Context, in *RequestPath) (*workingSavesOutput, error) {
	saves, err := s.Correspondence.WorkingSaves(ctx, in.key())
	out := &workingSavesOutput{}
	out.Body.Items = []WorkingSave{}
	for _, line := range saves {
		out.Body.Items = append(out.Body.Items, WorkingSave{
			Section: line.Section, Act: string(line.Act), By: line.By, From: instant(line.From), Until: instant(line.Until), Times: line.Times, Size: line.Size,
		})
	}
	return out, err
}

func (s *service) checkWorkingAnswer(ctx context.Context, in *RequestPath) (*validateOutput, error) {
	verdict, err := s.Correspondence.CheckWorkingAnswer(ctx, in.key())
	if err != nil {
		return nil, err
	}
	return &validateOutput{Body: Verdict{Accepted: verdict.Accepted, Findings: findingsOf(verdict.Findings, callOf(ctx).language)}}, nil
}
