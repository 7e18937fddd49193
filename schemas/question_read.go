package schemas

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

const answersAt = "/properties/answers/properties/"

// readSections turns the questions of a file into the domain's words, in the
// order of its sections, which name every question once.
func (q *questionnaire) readSections(d *jsonDocument, row questionnaireRow, shared *definitions, all *faults) {
	questions := row.Properties.Answers.Properties
	listed := map[string]bool{}
	for n, s := range row.Sections {
		at := fmt.Sprintf("/x-sections/%d", n)
		q.texts.add(at+"/title", d, s.Title, all)
		if s.ID == rapporteur.HeaderSection {
			all.add(d.fault(at+"/id", "a working answer has a section of this name for what answers no question"))
		}
		section := rapporteur.QuestionSection{ID: s.ID, Title: s.Title}
		for k, id := range s.Questions {
			question, ok := questions.Of[id]
			switch {
			case !ok:
				all.add(d.fault(fmt.Sprintf("%s/questions/%d", at, k), "there is no question %s", id))
				continue
			case listed[id]:
				all.add(d.fault(fmt.Sprintf("%s/questions/%d", at, k), "%s is there twice", id))
			}
			listed[id] = true
			if question.Consent {
				if q.Consent != "" {
					all.add(d.fault(answersAt+id+"/x-consent", "%s asks for consent already", q.Consent))
				}
				q.Consent = id
			}
			section.Questions = append(section.Questions, q.readQuestion(d, id, question, shared, all))
		}
		q.Sections = append(q.Sections, section)
	}
	for _, id := range questions.Keys {
		if !listed[id] {
			all.add(d.fault(answersAt+id, "no section lists this question"))
		}
	}
}

func (q *questionnaire) readQuestion(d *jsonDocument, id string, row questionRow, shared *definitions, all *faults) rapporteur.Question {
	at := answersAt + id
	q.texts.add(at+"/x-label", d, row.Label, all)
	status := shared.parts["status"]
	question := rapporteur.Question{ID: id, Provision: row.Provision, Label: row.Label, OfPeriod: row.Period, Parts: []rapporteur.QuestionPart{{
		Name: "status", Kind: rapporteur.PartStatus, Label: status.Label, Options: status.options(),
	}}}
	q.parts[id] = map[string]rapporteur.QuestionPart{}
	for _, name := range row.Properties.Keys {
		own := row.Properties.Of[name]
		partAt := at + "/properties/" + name
		q.texts.add(partAt+"/x-label", d, own.Label, all)
		q.texts.addOptions(partAt, d, own, all)
		part := own.over(shared)
		if part.Kind == "" {
			all.add(d.fault(partAt, "want an x-kind, or a $ref to a shared definition that has one"))
		}
		converted := part.convert(name)
		shared.describe(&converted, part)
		question.Parts = append(question.Parts, converted)
		q.parts[id][name] = converted
	}
	return question
}

// partOf reads a shared definition. One without x-kind is no part of an answer.
func partOf(raw json.RawMessage) (partOne, error) {
	var part partOne
	var kind struct {
		Kind string `json:"x-kind"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil || kind.Kind == "" {
		return part, nil //nolint:nilerr // what is no part of an answer need not look like one
	}
	if err := json.Unmarshal(raw, &part); err != nil {
		return part, fmt.Errorf("cannot read definition: %w", err)
	}
	return part, nil
}

// over lays what a question says of a part over the shared definition that it
// refers to.
func (p partOne) over(shared *definitions) partOne {
	_, name, _ := strings.Cut(p.Ref, "#/$defs/")
	def, ok := shared.parts[name]
	if !ok {
		return p
	}
	label, words := p.Label, p.Words
	p = def
	p.Label = label
	if words > 0 {
		p.Words = words
	}
	return p
}

func (p partOne) convert(name string) rapporteur.QuestionPart {
	return rapporteur.QuestionPart{
		Name: name, Kind: rapporteur.PartKind(p.Kind), Label: p.Label, Options: p.options(), MaxWords: p.Words,
		ByAge: p.ByAge, ByForm: p.ByForm, Persons: p.Persons,
	}
}

func (p partOne) options() []rapporteur.Option {
	return each(p.Options.Keys, func(code string) rapporteur.Option {
		return rapporteur.Option{Code: code, Label: p.Options.Of[code]}
	})
}

// add keeps a text and marks it when a language that must be there is not.
func (t texts) add(at string, d *jsonDocument, words text, all *faults) {
	t[at] = words
	for _, language := range words.lacks() {
		all.add(d.fault(at, "has no text in %q", language))
	}
}

// addOptions keeps the names of a part's codes, which must be the codes that
// the schema lets through.
func (t texts) addOptions(at string, d *jsonDocument, part partOne, all *faults) {
	for _, code := range part.Options.Keys {
		t.add(at+"/x-options/"+escape(code), d, part.Options.Of[code], all)
	}
	codes := part.Enum
	if part.Kind == string(rapporteur.PartChoices) {
		codes = part.Items.Enum
	}
	choice := part.Kind == string(rapporteur.PartChoice) || part.Kind == string(rapporteur.PartChoices) || part.Kind == string(rapporteur.PartStatus)
	if choice && (len(codes) == 0 || !slices.Equal(codes, part.Options.Keys)) {
		all.add(d.fault(at+"/x-options", "want the same codes in the same order as enum"))
	}
}
