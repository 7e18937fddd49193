package answer

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// object is a JSON object that was read; numbers are json.Number.
type object = map[string]any

// decode reads an object; empty where it is none.
func decode(content []byte) object {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil || o == nil {
		return object{}
	}
	return o
}

// encode writes a value of JSON, always in the same way.
func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil // what was read from JSON can be written
	}
	return bytes.TrimSpace(b.Bytes())
}

// path is the way of a field in the content of its section.
func path(at string) []string {
	return strings.Split(strings.TrimPrefix(strings.TrimPrefix(at, "/answers"), "/"), "/")
}

// get is what is at a field; nil where nothing is.
func (f field) get(content object) any {
	var value any = content
	for _, name := range path(f.At) {
		inside, ok := value.(object)
		if !ok {
			return nil
		}
		value = inside[name]
	}
	return value
}

// put sets what is at a field and makes the objects on the way.
func (f field) put(content object, value any) {
	names := path(f.At)
	for _, name := range names[:len(names)-1] {
		inside, ok := content[name].(object)
		if !ok {
			inside = object{}
			content[name] = inside
		}
		content = inside
	}
	content[names[len(names)-1]] = value
}

// rest is the name under which a form carries what it cannot show, as JSON, so
// that saving the form does not lose it.
func rest(at string) string { return at + "!" }

// valuesOf is what a form shows of a section's content.
func valuesOf(content object, all []group, states states) url.Values {
	values := url.Values{}
	for _, g := range all {
		for _, f := range g.fields() {
			value := f.get(content)
			if value == nil {
				continue
			}
			if !f.show(values, value, states) {
				values.Set(rest(f.At), string(encode(value)))
			}
		}
	}
	return values
}

// show writes a value as its field shows it; false where it cannot.
func (f field) show(values url.Values, value any, states states) bool {
	switch f.Sort {
	case sortFigures:
		return f.showFigures(values, value)
	case sortRows:
		return f.showRows(values, value, states)
	case sortLines, sortChoices:
		texts, ok := textsOf(value)
		if !ok {
			return false
		}
		if f.Sort == sortChoices {
			values[f.At] = texts
			return true
		}
		values.Set(f.At, strings.Join(texts, "\n"))
		return true
	case sortTruth:
		yes, ok := value.(bool)
		if ok {
			values.Set(f.At, map[bool]string{true: "true", false: "false"}[yes])
		}
		return ok
	}
	text, ok := scalar(value)
	if ok {
		values.Set(f.At, text)
	}
	return ok
}

// scalar is a text or a number as a text.
func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

func textsOf(value any) ([]string, bool) {
	list, ok := value.([]any)
	texts := make([]string, 0, len(list))
	for _, one := range list {
		text, isText := one.(string)
		if !isText || strings.Contains(text, "\n") {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, ok
}

// showFigures writes the cells of a table; false where one has no place in it or
// two have the same.
func (f field) showFigures(values url.Values, value any) bool {
	list, ok := value.([]any)
	if !ok {
		return false
	}
	places := map[string]bool{}
	ages, forms := dimensions(f.Part)
	for _, form := range forms {
		for _, age := range ages {
			for _, sex := range f.Part.Sexes {
				places[cell(f.At, sex, age, form)] = true
			}
		}
	}
	shown := url.Values{}
	for _, one := range list {
		fields, _ := one.(object)
		sex, _ := fields["sex"].(string)
		age, _ := fields["age"].(string)
		form, _ := fields["form"].(string)
		text, known := scalar(fields["value"])
		name := cell(f.At, sex, age, form)
		if !known || !places[name] || shown.Has(name) || text == "" {
			return false
		}
		shown.Set(name, text)
	}
	for name := range shown {
		values.Set(name, shown.Get(name))
	}
	return true
}

// showRows writes the rows of a table; false where one is no row of it.
func (f field) showRows(values url.Values, value any, states states) bool {
	list, ok := value.([]any)
	if !ok {
		return false
	}
	shown := url.Values{}
	for n, one := range list {
		fields, ok := one.(object)
		if !ok || len(fields) == 0 {
			return false
		}
		left := len(fields)
		for _, column := range f.Part.Columns {
			value, given := fields[column.Name]
			if !given {
				continue
			}
			text, known := scalar(value)
			if !known {
				return false
			}
			if column.Format == "country" {
				text = states.name(text)
			}
			shown.Set(f.At+"/"+itoa(n)+"/"+column.Name, text)
			left--
		}
		if left > 0 {
			return false
		}
	}
	for name := range shown {
		values.Set(name, shown.Get(name))
	}
	return true
}
