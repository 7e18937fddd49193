package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// PrefillAsked names the sources to fill a working answer in from.
type PrefillAsked struct {
	Sources []string `json:"sources,omitempty" enum:"earlier-answer,published" maxItems:"2" doc:"In the order in which they are asked; all where left out. earlier-answer: the contributor's last accepted answer in the same stream; published: figures about the State that others have published."`
}

// Confirmation names the prefilled values that somebody has looked at.
type Confirmation struct {
	Pointers []string `json:"pointers,omitempty" maxItems:"2000" doc:"JSON Pointers as the section's marks have them; all of the section where left out."`
}

// SectionMarks is how a section stands after a prefill or a confirmation. It
// carries no content: an answer to an idempotency key is remembered.
type SectionMarks struct {
	Section string `json:"section"`
	ETag    string `json:"etag"`
	Marks   []Mark `json:"marks"`
}

type prefillInput struct {
	RequestPath
	Keyed
	Body *PrefillAsked `required:"false"`
}

type prefillOutput struct {
	Body struct {
		Sections []SectionMarks `json:"sections" doc:"Those that are there."`
	} `nameHint:"Prefilled"`
}

type confirmInput struct {
	SectionPath
	SeenSection
	Keyed
	Body *Confirmation `required:"false"`
}

type confirmOutput struct {
	ETag string `header:"ETag"`
	Body SectionMarks
}

type submitWorkingInput struct {
	RequestPath
	Keyed
	IfMatch string `header:"If-Match" doc:"The ETag of the whole working answer as you have read it. It is refused where a section, or what was accepted, has changed since, and without."`
}

func (s *service) registerWorkingActs() {
	changed := []rapporteur.ProblemKind{rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly, rapporteur.ProblemConflict}
	register(s, operation{
		id: "prefill-working-answer", method: http.MethodPost, path: workingPath + "/prefill", tag: tagRequests, action: access.WriteWorkingAnswer, mayBeEmpty: true,
		summary: "Fill the working answer in",
		description: "Fills in what the sources have for questions that nobody has answered yet, and marks each value until somebody confirms or changes it. Nothing that is there is " +
			"overwritten; the same again changes nothing.",
		problems: changed,
	}, s.prefill)
	register(s, operation{
		id: "confirm-working-section", method: http.MethodPost, path: workingSectionPath + "/confirmations", tag: tagRequests, action: access.WriteWorkingAnswer, mayBeEmpty: true,
		summary:     "Confirm prefilled values of a section",
		description: "Takes the marks off the values that somebody has looked at, or off the whole section. Wants the section's ETag in If-Match, so that nobody confirms what they have not seen.",
		problems:    append([]rapporteur.ProblemKind{rapporteur.ProblemPrecondition}, changed...),
	}, s.confirmSection)
	register(s, operation{
		id: "submit-working-answer", method: http.MethodPost, path: workingPath + "/submission", tag: tagRequests, action: access.Submit, status: http.StatusCreated, mayBeEmpty: true,
		summary: "Submit the working answer",
		description: "Puts the sections together and submits them like any other answer. It is refused with its findings, a prefilled value that nobody has confirmed among them. " +
			"The working answer stays as it is, for a correction begins with it.",
		problems: append([]rapporteur.ProblemKind{rapporteur.ProblemRejected, rapporteur.ProblemPrecondition}, changed...),
	}, s.submitWorkingAnswer)
}

func (s *service) prefill(ctx context.Context, in *prefillInput) (*prefillOutput, error) {
	var sources []string
	if in.Body != nil {
		sources = in.Body.Sources
	}
	if _, err := s.Correspondence.Prefill(ctx, callOf(ctx).principal, in.key(), sources); err != nil {
		return nil, err
	}
	v, err := s.Correspondence.WorkingAnswer(ctx, in.key())
	if err != nil {
		return nil, err
	}
	out := &prefillOutput{}
	out.Body.Sections = []SectionMarks{}
	for _, section := range v.Answer.Present(v.Questionnaire) {
		out.Body.Sections = append(out.Body.Sections, SectionMarks{Section: section.ID, ETag: sectionETag(section), Marks: marksOf(section.Marks)})
	}
	return out, nil
}

func (s *service) confirmSection(ctx context.Context, in *confirmInput) (*confirmOutput, error) {
	seen, err := in.seen()
	if err != nil {
		return nil, err
	}
	var pointers []string
	if in.Body != nil {
		pointers = in.Body.Pointers
	}
	w, err := s.Correspondence.ConfirmSection(ctx, callOf(ctx).principal, in.key(), in.Section, pointers, seen)
	if err != nil {
		return nil, err
	}
	section, _ := w.Section(in.Section) // it is there, or there was nothing to confirm
	return &confirmOutput{
		ETag: sectionETag(section), Body: SectionMarks{Section: section.ID, ETag: sectionETag(section), Marks: marksOf(section.Marks)},
	}, nil
}

func (s *service) submitWorkingAnswer(ctx context.Context, in *submitWorkingInput) (*submitOutput, error) {
	submission, err := s.Correspondence.SubmitWorkingAnswer(ctx, callOf(ctx).principal, in.key(), in.seen())
	if err != nil {
		return nil, err
	}
	return &submitOutput{
		Location: fmt.Sprintf("%s/submissions/%d", requestURL(in.key()), submission.Version), Body: submissionOf(ctx, submission),
	}, nil
}

// seen is what the header says of the whole. What cannot be read, and *, is
// nothing that anybody has seen.
func (i submitWorkingInput) seen() []rapporteur.WorkingSeen {
	var all []rapporteur.WorkingSeen
	for _, tag := range tags(i.IfMatch) {
		revision, version, ok := strings.Cut(strings.Trim(tag, `"`), "-")
		n, err := strconv.Atoi(revision)
		m, err2 := strconv.Atoi(version)
		if !ok || err != nil || err2 != nil {
			n, m = -1, -1
		}
		all = append(all, rapporteur.WorkingSeen{Revision: n, Version: m})
	}
	return all
}
