package schemas

import (
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// answerDocument reads a body into the domain's words. What does not have the
// right type is left out: the schema has found it.
func (q *questionnaire) answerDocument(tree any) rapporteur.AnswerDocument {
	body, _ := tree.(map[string]any)
	header, _ := body["header"].(map[string]any)
	quoted, _ := header["may_be_quoted"].(bool)
	doc := rapporteur.AnswerDocument{
		Questionnaire: q.QuestionnaireRef,
		ReturnType:    rapporteur.ReturnType(stringOf(body["return_type"])),
		Reason:        stringOf(body["reason"]), Language: stringOf(body["language"]),
		MayBeQuoted: quoted, Classification: rapporteur.Classification(stringOf(header["classification"])), Justifications: map[string]string{},
	}
	justifications, _ := body["justifications"].(map[string]any)
	for key, value := range justifications {
		doc.Justifications[key] = stringOf(value)
	}
	answers, _ := body["answers"].(map[string]any)
	doc.Answers = make(map[string]rapporteur.Answer, len(answers))
	for id, value := range answers {
		fields, ok := value.(map[string]any)
		parts, known := q.parts[id]
		if !ok || !known {
			continue
		}
		answer := answerOf(fields, parts)
		if answer.Classification == "" {
			answer.Classification = stringOf(header["classification"])
		}
		doc.Answers[id] = answer
	}
	return doc
}

func answerOf(fields map[string]any, parts map[string]rapporteur.QuestionPart) rapporteur.Answer {
	a := rapporteur.Answer{
		Status: rapporteur.Status(stringOf(fields["status"])), Reason: stringOf(fields["reason"]), Text: stringOf(fields["text"]),
		LegalReferences: stringsOf(fields["legal_reference"]), Sources: stringsOf(fields["source"]),
		Classification: stringOf(fields["classification"]), Values: valuesOf(fields, parts),
	}
	if quoted, ok := fields["may_be_quoted"].(bool); ok {
		a.MayBeQuoted = &quoted
	}
	return a
}

// valuesOf reads the parts that are given, in the order of their names.
func valuesOf(fields map[string]any, parts map[string]rapporteur.QuestionPart) rapporteur.Values {
	given := 0
	for name := range parts {
		if _, ok := fields[name]; ok {
			given++
		}
	}
	values := make(rapporteur.Values, 0, given)
	for name, part := range parts {
		if value, ok := fields[name]; ok {
			values = append(values, rapporteur.NamedValue{Name: name, Value: valueOf(value, part)})
		}
	}
	slices.SortFunc(values, func(a, b rapporteur.NamedValue) int { return strings.Compare(a.Name, b.Name) })
	return values
}

// valueOf reads one part by its kind. A count of persons is a number where it
// is exact and always also one figure, so that a masked count keeps its
// interval.
func valueOf(v any, part rapporteur.QuestionPart) rapporteur.Value {
	switch part.Kind {
	case rapporteur.PartNumber, rapporteur.PartPercent:
		return numberValue(v, part.Persons)
	case rapporteur.PartDate:
		d, _ := rapporteur.ParseDate(stringOf(v))
		return rapporteur.Value{Text: stringOf(v), Date: d}
	case rapporteur.PartChoice, rapporteur.PartStatus:
		return rapporteur.Value{Text: stringOf(v), Choices: []string{stringOf(v)}}
	case rapporteur.PartChoices:
		return rapporteur.Value{Choices: stringsOf(v)}
	case rapporteur.PartFigures:
		return rapporteur.Value{Figures: cellsOf(v)}
	case rapporteur.PartRows:
		return rapporteur.Value{Rows: rowsOf(v)}
	case rapporteur.PartText, rapporteur.PartRef:
	}
	return rapporteur.Value{Text: stringOf(v)}
}

func numberValue(v any, persons bool) rapporteur.Value {
	var value rapporteur.Value
	switch v.(type) {
	case int64, float64:
		n := numberOf(v)
		value.Number = &n
	}
	if persons {
		low, high := countOf(v)
		value.Figures = []rapporteur.Figure{{Sex: total, Age: total, Low: low, High: high}}
	}
	return value
}

func stringsOf(v any) []string {
	list, _ := v.([]any)
	return each(list, stringOf)
}
