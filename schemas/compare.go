package schemas

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/wI2L/jsondiff"

	"github.com/rapporteur/rapporteur"
)

// maxChanges is how many changes are told in words. An answer has about two
// hundred fields; more are cells of tables.
const maxChanges = 2000

// Compare tells what changed from one version of an answer to another: as a JSON
// Patch (RFC 6902), and in words with the labels of the questionnaire, where
// cells of a table are compared by what they count and not by where they stand.
// It fails with a Problem for an unknown questionnaire and for a body that
// cannot be read.
func (c *Catalogue) Compare(_ context.Context, before, after rapporteur.Answered, language string) (rapporteur.Difference, error) {
	older, newer := c.questionnaires[before.Questionnaire], c.questionnaires[after.Questionnaire]
	switch {
	case older == nil:
		return rapporteur.Difference{}, rapporteur.NotFound("questionnaire", before.Questionnaire.String())
	case newer == nil:
		return rapporteur.Difference{}, rapporteur.NotFound("questionnaire", after.Questionnaire.String())
	}
	from, err := readExactly(before.Body)
	if err != nil {
		return rapporteur.Difference{}, err
	}
	to, err := readExactly(after.Body)
	if err != nil {
		return rapporteur.Difference{}, err
	}
	patch, err := patchOf(before.Body, after.Body)
	if err != nil {
		return rapporteur.Difference{}, err
	}
	d := comparison{older: older, newer: newer, language: language}
	d.documents(from, to)
	return rapporteur.Difference{Patch: patch, Changes: d.changes, More: d.more}, nil
}

// patchOf is the JSON Patch that makes one body of another; numbers keep every
// digit.
func patchOf(before, after []byte) ([]byte, error) {
	patch, err := jsondiff.CompareJSON(before, after, jsondiff.UnmarshalFunc(func(body []byte, into any) error {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		return decoder.Decode(into)
	}))
	if err != nil {
		return nil, fmt.Errorf("cannot compare bodies: %w", err)
	}
	if patch == nil {
		patch = jsondiff.Patch{}
	}
	encoded, err := json.Marshal(patch)
	if err != nil {
		return nil, fmt.Errorf("cannot write patch: %w", err)
	}
	return encoded, nil
}

// readExactly reads a body within the limits, as an object in which numbers are
// as they were written.
func readExactly(body []byte) (map[string]any, error) {
	if _, err := readBody(body, nil); err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return nil, malformed("It is not JSON.")
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, malformed("An answer is an object.")
	}
	nullsIn(object)
	return object, nil
}

// null is JSON's null, so that it is not taken for nothing.
type null struct{}

// MarshalJSON writes it as it was read.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// nullsIn puts null in the place of every nil inside a value, and gives it back.
func nullsIn(v any) any {
	switch v := v.(type) {
	case nil:
		return null{}
	case map[string]any:
		for key, value := range v {
			v[key] = nullsIn(value)
		}
	case []any:
		for n, value := range v {
			v[n] = nullsIn(value)
		}
	}
	return v
}

// comparison collects what changed.
type comparison struct {
	older, newer *questionnaire
	language     string
	changes      []rapporteur.Change
	more         int
}

// spot is where two values stand that are compared.
type spot struct {
	question string
	pointer  string
	place    string
}

func (s spot) in(key, label string) spot {
	s.pointer += "/" + escape(key)
	if s.place != "" {
		label = s.place + ", " + label
	}
	s.place = label
	return s
}

// documents compares two whole answers: what stands around the answers, then
// question by question in the order in which they are asked.
func (d *comparison) documents(before, after map[string]any) {
	for _, key := range keysOf(envelopeOrder, before, after) {
		if key != "answers" {
			d.values(spot{}.in(key, d.word(key)), before[key], after[key])
		}
	}
	was, _ := before["answers"].(map[string]any)
	is, _ := after["answers"].(map[string]any)
	if !isObjectOrNone(before["answers"]) || !isObjectOrNone(after["answers"]) {
		d.values(spot{}.in("answers", d.word("answers")), before["answers"], after["answers"])
		return
	}
	for _, id := range keysOf(slices.Concat(d.newer.order(), d.older.order()), was, is) {
		d.question(id, was[id], is[id])
	}
}

func isObjectOrNone(v any) bool {
	_, ok := v.(map[string]any)
	return ok || v == nil
}

// order lists the questions as they are asked.
func (q *questionnaire) order() []string {
	var ids []string
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			ids = append(ids, question.ID)
		}
	}
	return ids
}

// keysOf lists the keys of two objects: those that have an order in it, then
// the others by name.
func keysOf(order []string, a, b map[string]any) []string {
	present := map[string]bool{}
	for key := range a {
		present[key] = true
	}
	for key := range b {
		present[key] = true
	}
	var keys []string
	for _, key := range order {
		if present[key] {
			keys = append(keys, key)
			delete(present, key)
		}
	}
	return append(keys, slices.Sorted(maps.Keys(present))...)
}

// question compares the answers to one question, field by field; no answer is
// one without fields.
func (d *comparison) question(id string, before, after any) {
	asked, ok := d.newer.Question(id)
	if !ok {
		asked, _ = d.older.Question(id)
	}
	label := id
	if text := inLanguage(asked.Label, d.language); text != "" {
		label += " " + text
	}
	at := spot{question: id, pointer: "/answers"}.in(id, label)
	was, wasAnswer := before.(map[string]any)
	is, isAnswer := after.(map[string]any)
	if !wasAnswer && before != nil || !isAnswer && after != nil {
		d.values(at, before, after)
		return
	}
	if len(was) == 0 && len(is) == 0 && wasAnswer != isAnswer {
		d.note(at, before, after, d.plain(before), d.plain(after))
		return
	}
	var order []string
	parts := map[string]rapporteur.QuestionPart{}
	for _, part := range asked.Parts {
		parts[part.Name] = part
		order = append(order, part.Name)
	}
	order = slices.Concat([]string{"status"}, order, answerOrder)
	for _, name := range keysOf(order, was, is) {
		part, ok := parts[name]
		if !ok { // asked before, and not any more
			part = d.older.parts[id][name]
		}
		label := inLanguage(part.Label, d.language)
		if label == "" || name == "status" {
			label = d.word(name)
		}
		d.part(at.in(name, label), part, was[name], is[name])
	}
}

// part compares one part of an answer by its kind.
func (d *comparison) part(at spot, part rapporteur.QuestionPart, before, after any) {
	switch part.Kind {
	case rapporteur.PartFigures:
		d.figures(at, part, before, after)
	case rapporteur.PartChoices:
		d.choices(at, part, before, after)
	case rapporteur.PartStatus, rapporteur.PartChoice:
		if !same(before, after) {
			d.note(at, before, after, d.option(part, before), d.option(part, after))
		}
	default:
		d.values(at, before, after)
	}
}
