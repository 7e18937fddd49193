package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// SectionPath names a section of a working answer.
type SectionPath struct {
	RequestPath
	Section string `path:"section" maxLength:"80" example:"op3" doc:"Id of a section of the questionnaire, or header for what answers no question."`
}

// SeenSection is embedded in the input of what changes a section: several people
// may be writing, so whoever changes what is there says what they have read.
type SeenSection struct {
	IfMatch     string `header:"If-Match" doc:"The ETag of the section as you have read it. Without it a section can only be saved for the first time."`
	IfNoneMatch string `header:"If-None-Match" doc:"* says that the section is to be the first; that is so without If-Match too."`
}

// seen is what the headers say of the section.
func (i SeenSection) seen() (rapporteur.Seen, error) {
	var seen rapporteur.Seen
	if none := strings.TrimSpace(i.IfNoneMatch); none != "" && none != "*" {
		return seen, rapporteur.Problemf(rapporteur.ProblemMalformed, "The condition cannot be read", "If-None-Match takes * here: the section is to be the first.")
	}
	for _, tag := range tags(i.IfMatch) {
		if tag == "*" {
			seen.Any = true
			continue
		}
		revision, err := strconv.Atoi(strings.Trim(tag, `"`))
		if err != nil {
			revision = -1 // a tag of something else, which no section has
		}
		seen.Revisions = append(seen.Revisions, revision)
	}
	if i.IfMatch != "" && i.IfNoneMatch != "" {
		return seen, rapporteur.Problemf(rapporteur.ProblemMalformed, "The conditions contradict each other", "Send If-Match for what is there, or If-None-Match: * for the first.")
	}
	return seen, nil
}

// SectionWritten is what somebody wants to be saved in a section.
type SectionWritten struct {
	Content   json.RawMessage `json:"content" doc:"A JSON object: the answers to the section's questions by id; of the header return_type, reason, language, header and justifications. Complete or not. It takes the place of all that is there."`
	Confirmed bool            `json:"confirmed,omitempty" doc:"Every prefilled value of the section that is saved as it was is confirmed with it."`
	Confirm   []string        `json:"confirm,omitempty" maxItems:"2000" doc:"Just these are: JSON Pointers as the marks have them."`
}

type getSectionInput struct {
	SectionPath
	IfNoneMatch
}

type putSectionInput struct {
	SectionPath
	SeenSection
	Body SectionWritten
}

type removeSectionInput struct {
	SectionPath
	SeenSection
}

type sectionOutput struct {
	ETag string `header:"ETag"`
	Body WorkingSection
}

// maxSection is the limit of a section's body in bytes: content of the most that
// is kept, with spaces, and what is confirmed with it.
const maxSection = 2 * rapporteur.MaxWorkingSection

func (s *service) registerWorkingSections() {
	register(s, operation{
		id: "get-working-section", method: http.MethodGet, path: workingSectionPath, tag: tagRequests, action: access.ReadWorkingAnswer,
		summary: "Read a section of the working answer", description: "Its content, its marks, and who saved it last.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
	}, s.getSection)
	register(s, operation{
		id: "put-working-section", method: http.MethodPut, path: workingSectionPath, tag: tagRequests, action: access.WriteWorkingAnswer, maxBody: maxSection,
		summary: "Save a section of the working answer",
		description: "Puts this content in place of the section's. What is there already is only replaced by whoever names its ETag; else the answer is 412, says who " +
			"saved meanwhile and when, and nothing is stored. Personal data and what the questionnaire does not ask for are refused; whatever else is wrong or missing may be so for now.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemPrecondition, rapporteur.ProblemRejected, rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly, rapporteur.ProblemConflict},
	}, s.putSection)
	register(s, operation{
		id: "delete-working-section", method: http.MethodDelete, path: workingSectionPath, tag: tagRequests, action: access.WriteWorkingAnswer, status: http.StatusNoContent,
		summary: "Remove a section of the working answer", description: "Only whoever names its ETag in If-Match can. What was submitted is not touched.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed, rapporteur.ProblemPrecondition, rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly, rapporteur.ProblemConflict},
	}, s.removeSection)
}

func (s *service) getSection(ctx context.Context, in *getSectionInput) (*sectionOutput, error) {
	v, err := s.Correspondence.WorkingAnswer(ctx, in.key())
	if err != nil {
		return nil, err
	}
	out, err := sectionAnswer(v.Answer, in.Section)
	if err != nil {
		return nil, err
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

// sectionAnswer is a section that is there.
func sectionAnswer(w rapporteur.WorkingAnswer, section string) (*sectionOutput, error) {
	found, ok := w.Section(section)
	if !ok {
		return nil, rapporteur.NotFound("section", section)
	}
	return &sectionOutput{ETag: sectionETag(found), Body: sectionOf(found)}, nil
}

func (s *service) putSection(ctx context.Context, in *putSectionInput) (*sectionOutput, error) {
	seen, err := in.seen()
	if err != nil {
		return nil, err
	}
	w, err := s.Correspondence.SaveSection(ctx, callOf(ctx).principal, in.key(), rapporteur.SectionSave{
		Section: in.Section, Seen: seen, Confirmed: in.Body.Confirmed, Confirm: in.Body.Confirm,
		// The framework uses the buffer again; a write may outlive its caller.
		Content: bytes.Clone(in.Body.Content),
	})
	if err != nil {
		return nil, err
	}
	return sectionAnswer(w, in.Section)
}

func (s *service) removeSection(ctx context.Context, in *removeSectionInput) (*struct{}, error) {
	seen, err := in.seen()
	if err == nil {
		_, err = s.Correspondence.RemoveSection(ctx, callOf(ctx).principal, in.key(), in.Section, seen)
	}
	return nil, err
}
