package steering

import (
	"context"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// answerView is a version of an answer, question by question, with what was found
// in it and what has changed since the version before.
type answerView struct {
	rapporteur.Submission
	Masked   bool
	Before   int // version that it is compared with, 0 for none
	Changes  int
	More     int // changes that are left out
	Sections []answerSection
	General  answered // what is no answer to a question: header, reason
}

type answerSection struct {
	Title     string
	Questions []answered
}

// answered is what was said to one question.
type answered struct {
	ID, Label string
	Values    []value
	Gone      []rapporteur.Change // what the version before had and this has not
	Findings  []rapporteur.Finding
}

// Said reports whether there is anything to show.
func (a answered) Said() bool { return len(a.Values)+len(a.Gone)+len(a.Findings) > 0 }

// value is one field of an answer, as a person reads it.
type value struct {
	Place, Text string
	Change      rapporteur.ChangeKind // empty where it is as it was
	Was         string
}

// readAnswer reads a version as the visitor may, and the one before it to compare
// with. Both readings are on record.
func (p pages) readAnswer(v *frame.Visit, key rapporteur.RequestKey, version int) (answerView, error) {
	reading, err := p.Correspondence.Read(v.Context(), v.Principal, key, version)
	if err != nil {
		return answerView{}, err
	}
	view := answerView{Submission: reading.Submission, Masked: reading.Masked}
	after := rapporteur.Answered{Questionnaire: reading.Questionnaire, Body: reading.Body}
	told, err := p.Catalogue.Compare(v.Context(), rapporteur.Answered{Questionnaire: reading.Questionnaire, Body: []byte("{}")}, after, "en")
	if err != nil {
		return answerView{}, err
	}
	var since rapporteur.Difference
	if version > 1 {
		if since, err = p.since(v.Context(), v.Principal, key, version-1, after); err != nil {
			return answerView{}, err
		}
		view.Before, view.Changes, view.More = version-1, len(since.Changes), since.More
	}
	err = p.arrange(&view, told.Changes, since.Changes)
	return view, err
}

// since is what changed from an earlier version.
func (p pages) since(ctx context.Context, who rapporteur.Principal, key rapporteur.RequestKey, version int, after rapporteur.Answered) (rapporteur.Difference, error) {
	earlier, err := p.Correspondence.Read(ctx, who, key, version)
	if err != nil {
		return rapporteur.Difference{}, err
	}
	return p.Catalogue.Compare(ctx, rapporteur.Answered{Questionnaire: earlier.Questionnaire, Body: earlier.Body}, after, "en")
}

// arrange puts values, changes and findings under their questions.
func (p pages) arrange(view *answerView, told, since []rapporteur.Change) error {
	q, err := p.Catalogue.Questionnaire(view.Questionnaire)
	if err != nil {
		return err
	}
	said := map[string]*answered{"": {}}
	at := func(id string) *answered {
		if said[id] == nil {
			said[id] = &answered{}
		}
		return said[id]
	}
	changed := map[string]rapporteur.Change{}
	for _, c := range since {
		if c.Kind == rapporteur.ChangeRemoved {
			at(c.Question).Gone = append(at(c.Question).Gone, c)
			continue
		}
		changed[c.Pointer] = c
	}
	for _, c := range told {
		a := at(c.Question)
		a.Values = append(a.Values, value{Place: c.Place, Text: c.After, Change: changed[c.Pointer].Kind, Was: changed[c.Pointer].Before})
	}
	for _, f := range view.Findings {
		id := questionOf(f.Pointer)
		if _, known := q.Question(id); !known {
			id = ""
		}
		at(id).Findings = append(at(id).Findings, f)
	}
	view.General = *said[""]
	for _, section := range q.Sections {
		shown := answerSection{Title: inEnglish(section.Title)}
		for _, question := range section.Questions {
			if a := said[question.ID]; a != nil && a.Said() {
				a.ID, a.Label = question.ID, inEnglish(question.Label)
				for n := range a.Values {
					a.Values[n].Place = within(a.Values[n].Place, a.ID, a.Label)
				}
				shown.Questions = append(shown.Questions, *a)
			}
		}
		if len(shown.Questions) > 0 {
			view.Sections = append(view.Sections, shown)
		}
	}
	return nil
}

func inEnglish(texts map[string]string) string { return texts["en"] }

// questionOf is the question that a JSON Pointer into an answer leads to.
func questionOf(pointer string) string {
	id, ok := strings.CutPrefix(pointer, "/answers/")
	if !ok {
		return ""
	}
	id, _, _ = strings.Cut(id, "/")
	return id
}

// within leaves out of a place what the heading above it says already.
func within(place, id, label string) string {
	for _, lead := range []string{id + " " + label, id} {
		if rest, ok := strings.CutPrefix(place, lead); ok {
			return strings.TrimLeft(rest, ",:; ")
		}
	}
	return place
}
