package schemas

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The keys of x-places, the words for places: these, "field/" with the name of a
// field, and "code/" with the name of a field and a code.
const (
	placeWhole    = "whole"    // the answer as a whole
	placeInside   = "inside"   // {place} and what is {inside} it
	placeQuestion = "question" // question {id} with its {label}
	placeRow      = "row"      // row {n} of a table
	placeCell     = "cell"     // the same with the {codes} that it is for
	placeEntry    = "entry"    // entry {n} of a list
	placeRule     = "rule"     // what is said to a rule {id}
	placeUnknown  = "unknown"  // a field that the questionnaire does not have
)

// placed gives every finding its place in words: the labels of the
// questionnaire, numbers of rows, and of what was submitted only codes of code
// lists. A key or text of the body is never repeated, however it is spelt.
func (q *questionnaire) placed(tree any, findings []rapporteur.Finding) []rapporteur.Finding {
	if len(q.places) == 0 {
		return findings
	}
	for n := range findings {
		if findings[n].Place != nil {
			continue
		}
		findings[n].Place = map[string]string{}
		segments := segmentsOf(findings[n].Pointer)
		for language := range q.Title {
			p := placeReader{q: q, tree: tree, language: language}
			findings[n].Place[language] = p.read(segments)
		}
	}
	return findings
}

// Placed gives findings on a body that others have made, with the places that
// rules do not look at, their place in words; those that have one keep it. A body
// that cannot be read leaves rows without their codes.
func (c *Catalogue) Placed(ref rapporteur.QuestionnaireRef, body []byte, findings []rapporteur.Finding) []rapporteur.Finding {
	q := c.questionnaires[ref]
	if q == nil || !slices.ContainsFunc(findings, func(f rapporteur.Finding) bool { return f.Place == nil }) {
		return findings
	}
	tree, err := readBody(body, q.words)
	if err != nil {
		tree = nil
	}
	return q.placed(tree, findings)
}

// placeReader puts one place into words of one language.
type placeReader struct {
	q        *questionnaire
	tree     any
	language string
}

// read goes down a pointer and says where each step leads. The first step is
// what the others are inside of.
func (p placeReader) read(segments []string) string {
	if len(segments) == 0 {
		return p.say(placeWhole)
	}
	first, rest := p.field(segments[0]), segments[1:]
	var parts map[string]rapporteur.QuestionPart
	if question, ok := p.question(segments); ok {
		first, rest = p.say(placeQuestion, "{id}", question.ID, "{label}", unasked(p.in(question.Label))), segments[2:]
		parts = p.q.parts[question.ID]
	} else if segments[0] == "justifications" && len(rest) > 0 {
		return p.inside(first, p.justification(rest[0]))
	}
	var steps []string
	for n, segment := range rest {
		part, isPart := parts[segment]
		row, err := strconv.Atoi(segment)
		switch {
		case n == 0 && isPart:
			steps = append(steps, unasked(p.in(part.Label)))
		case err == nil && n > 0:
			steps = append(steps, p.item(segments[:len(segments)-len(rest)+n], parts[rest[0]], row))
		default:
			steps = append(steps, p.field(segment))
		}
	}
	return p.inside(first, steps...)
}

func (p placeReader) inside(place string, steps ...string) string {
	if len(steps) == 0 {
		return place
	}
	return p.say(placeInside, "{place}", place, "{inside}", strings.Join(steps, ", "))
}

// question is the question that a pointer leads to or into.
func (p placeReader) question(segments []string) (rapporteur.Question, bool) {
	if len(segments) < 2 || segments[0] != "answers" {
		return rapporteur.Question{}, false
	}
	return p.q.Question(segments[1])
}

// field is the label of a field that every questionnaire may have.
func (p placeReader) field(name string) string {
	if words, ok := p.q.places["field/"+name]; ok {
		return p.in(words)
	}
	if p.q.shared[name] {
		return name // of the schema, which has no words for it
	}
	return p.say(placeUnknown)
}

// justification names the rule that something is said to. The key may be
// anything; only a rule of the questionnaire is named.
func (p placeReader) justification(key string) string {
	id, _, _ := strings.Cut(key, " ")
	if _, ok := p.q.Rule(id); ok {
		return p.say(placeRule, "{id}", id)
	}
	return p.say(placeUnknown)
}

// item is one item of a list: a row with the codes that it is for, or an entry.
func (p placeReader) item(list []string, part rapporteur.QuestionPart, n int) string {
	number := strconv.Itoa(n + 1)
	fields, ok := at(p.tree, append(slices.Clone(list), strconv.Itoa(n))).(map[string]any)
	if !ok && part.Kind != rapporteur.PartFigures && part.Kind != rapporteur.PartRows {
		return p.say(placeEntry, "{n}", number)
	}
	if codes := p.codes(fields, part); len(codes) > 0 {
		return p.say(placeCell, "{n}", number, "{codes}", strings.Join(codes, ", "))
	}
	return p.say(placeRow, "{n}", number)
}

// countryFields are the fields of rows that hold a code of ISO 3166-1.
var countryFields = []string{"state", "origin", "transit", "destination"}

// codes are the codes that a row is for, in words where there are any.
func (p placeReader) codes(fields map[string]any, part rapporteur.QuestionPart) []string {
	var codes []string
	if part.Kind == rapporteur.PartFigures {
		for _, name := range []string{"sex", "age"} {
			if words, ok := p.q.places["code/"+name+"/"+stringOf(fields[name])]; ok {
				codes = append(codes, p.in(words))
			}
		}
		for _, form := range part.Options {
			if form.Code == fields["form"] {
				codes = append(codes, p.in(form.Label))
			}
		}
		return codes
	}
	for _, name := range countryFields {
		if code := stringOf(fields[name]); codeFormats["country"](code) {
			codes = append(codes, code)
		}
	}
	return codes
}

// say fills in a sentence of the definitions.
func (p placeReader) say(key string, values ...string) string {
	return strings.NewReplacer(values...).Replace(p.in(p.q.places[key]))
}

// in is a text in the reader's language, or in English.
func (p placeReader) in(words map[string]string) string {
	if text := words[p.language]; text != "" {
		return text
	}
	return words["en"]
}

// unasked is a label without its question mark, to go on after it; Spanish has
// one before the question too.
func unasked(label string) string {
	const before = "¿"
	trimmed := strings.TrimRight(label, " ?？؟\u00a0\u202f")
	if n := strings.LastIndex(trimmed, before); n >= 0 && trimmed != label {
		trimmed = trimmed[:n] + trimmed[n+len(before):]
	}
	return trimmed
}

// at is what a pointer leads to, or nil.
func at(tree any, segments []string) any {
	for _, segment := range segments {
		switch v := tree.(type) {
		case map[string]any:
			tree = v[segment]
		case []any:
			n, err := strconv.Atoi(segment)
			if err != nil || n < 0 || n >= len(v) {
				return nil
			}
			tree = v[n]
		default:
			return nil
		}
	}
	return tree
}

// describe is the rule without how it is evaluated.
func (r rule) describe() rapporteur.Rule {
	return rapporteur.Rule{ID: r.id, Severity: r.severity, Message: maps.Clone(r.message)}
}
