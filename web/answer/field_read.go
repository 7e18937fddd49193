package answer

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// maxRows is how many rows of a table a form is read for.
const maxRows = 300

// read is the content that a form makes of a section: what was typed, right or
// not, and nothing where nothing was.
func read(form url.Values, all []group, states states) object {
	content := object{}
	for _, g := range all {
		for _, f := range g.fields() {
			if value := f.read(form, states); value != nil {
				f.put(content, value)
			}
		}
	}
	return content
}

// read is the value of one field; nil where nothing was typed.
func (f field) read(form url.Values, states states) any {
	value := f.typed(form, states)
	if value != nil || !form.Has(rest(f.At)) {
		return value
	}
	decoder := json.NewDecoder(strings.NewReader(form.Get(rest(f.At))))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil
	}
	return value
}

func (f field) typed(form url.Values, states states) any {
	text := form.Get(f.At)
	switch f.Sort {
	case sortFigures:
		return f.readFigures(form)
	case sortRows:
		return f.readRows(form, states)
	case sortChoices:
		return listOf(form[f.At])
	case sortLines:
		return listOf(strings.Split(text, "\n"))
	case sortTruth:
		switch text {
		case "true":
			return true
		case "false":
			return false
		}
		return nil
	case sortNumber:
		if text != "" {
			return number(text, f)
		}
	}
	if text == "" {
		return nil
	}
	return text
}

// listOf is a list of those texts that are not empty; nil where none is left.
func listOf(texts []string) any {
	var list []any
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			list = append(list, text)
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func (f field) readFigures(form url.Values) any {
	var list []any
	ages, forms := dimensions(f.Part)
	whole := field{Persons: true, Whole: true}
	for _, exploitation := range forms {
		for _, age := range ages {
			for _, sex := range f.Part.Sexes {
				text := form.Get(cell(f.At, sex, age, exploitation))
				if text == "" {
					continue
				}
				one := object{"sex": sex, "value": number(text, whole)}
				if age != "" {
					one["age"] = age
				}
				if exploitation != "" {
					one["form"] = exploitation
				}
				list = append(list, one)
			}
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func (f field) readRows(form url.Values, states states) any {
	var list []any
	for n := range maxRows {
		row := object{}
		for _, column := range f.Part.Columns {
			text := form.Get(f.At + "/" + itoa(n) + "/" + column.Name)
			if text == "" {
				continue
			}
			row[column.Name] = readColumn(column, text, states)
		}
		if len(row) > 0 {
			list = append(list, row)
		}
	}
	if list == nil {
		return nil
	}
	return list
}

func readColumn(column rapporteur.Column, text string, states states) any {
	switch {
	case column.Format == "country":
		return states.code(text)
	case column.Format == "currency":
		return strings.ToUpper(text)
	case column.Format == "language":
		return strings.ToLower(text)
	case column.Kind == rapporteur.PartNumber:
		return number(text, field{Persons: column.Persons, Whole: column.Persons})
	}
	return text
}
