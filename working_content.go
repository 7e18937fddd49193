package rapporteur

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// headerFields are what the header section may hold, as an answer has it.
var headerFields = []string{"return_type", "reason", "language", "header", "justifications"}

// SectionContent reads what somebody wrote in a section: a JSON object of the
// section's questions, each with an object of its fields, or in the header
// section of the fields that answer no question. Whatever may be missing. It
// gives the object in one way of writing it, so that the same content is the
// same bytes; numbers stay as they are written.
func SectionContent(q Questionnaire, section string, content []byte) ([]byte, error) {
	fields := fieldsOf(content)
	if fields == nil {
		return nil, Problemf(ProblemInvalid, "The section cannot be read", "Want a JSON object.")
	}
	if section == HeaderSection {
		for name := range fields {
			if !slices.Contains(headerFields, name) {
				return nil, Problemf(ProblemInvalid, "Not of this section", "The header section has %s.", strings.Join(headerFields, ", "))
			}
		}
		return written(fields), nil
	}
	n := slices.IndexFunc(q.Sections, func(s QuestionSection) bool { return s.ID == section })
	if n < 0 {
		return nil, NotFound("section", section)
	}
	for id, answer := range fields {
		if !slices.ContainsFunc(q.Sections[n].Questions, func(question Question) bool { return question.ID == id }) {
			return nil, Problemf(ProblemInvalid, "Not of this section", "Section %s holds answers to its own questions only.", section)
		}
		if _, ok := answer.(map[string]any); !ok {
			return nil, Problemf(ProblemInvalid, "The section cannot be read", "The answer to %s is no JSON object.", id)
		}
	}
	return written(fields), nil
}

// partial is the part of an answer that a section's content is: a document of
// the questionnaire's form in which the rest is missing. The content must be one
// JSON value.
func partial(section string, content []byte) []byte {
	if section == HeaderSection {
		return content
	}
	return slices.Concat([]byte(`{"answers":`), content, []byte("}"))
}

// fields is a JSON object that was read.
type fields map[string]any

// fieldsOf reads an object; nil where it is none.
func fieldsOf(content []byte) fields {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	var object fields
	if err := decoder.Decode(&object); err != nil || decoder.More() {
		return nil
	}
	return object
}

// written writes a value in the one way in which content is kept.
func written(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil // what was read from JSON can be written
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// at is the value in a section's content that a pointer into the whole answer
// leads to; nil where there is none.
func (f fields) at(section, pointer string) any {
	path, ok := pathIn(section, pointer)
	if !ok {
		return nil
	}
	var value any = map[string]any(f)
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// has reports whether something is there, be it null.
func (f fields) has(section, pointer string) bool {
	path, ok := pathIn(section, pointer)
	if !ok {
		return false
	}
	object := map[string]any(f)
	for _, name := range path[:len(path)-1] {
		if object, ok = object[name].(map[string]any); !ok {
			return false
		}
	}
	_, ok = object[path[len(path)-1]]
	return ok
}

// put sets the value that a pointer leads to, and makes the objects on the way.
// What is on the way and is no object stays; then it reports false.
func (f fields) put(section, pointer string, value any) bool {
	path, ok := pathIn(section, pointer)
	if !ok {
		return false
	}
	object := map[string]any(f)
	for _, name := range path[:len(path)-1] {
		inner, ok := object[name].(map[string]any)
		if _, taken := object[name]; taken && !ok {
			return false
		}
		if !ok {
			inner = map[string]any{}
			object[name] = inner
		}
		object = inner
	}
	object[path[len(path)-1]] = value
	return true
}

// pathIn is the way of a pointer inside a section's content; false where it
// does not lead into the section.
func pathIn(section, pointer string) ([]string, bool) {
	path := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for n, segment := range path {
		path[n] = strings.NewReplacer("~1", "/", "~0", "~").Replace(segment)
	}
	if section != HeaderSection {
		if path[0] != "answers" || len(path) < 2 {
			return nil, false
		}
		path = path[1:]
	}
	return path, pointer != "" && pointer[0] == '/'
}

// within reports whether a pointer leads to a place or below it.
func within(pointer, place string) bool {
	return pointer == place || strings.HasPrefix(pointer, place+"/")
}

func sameValue(a, b any) bool { return reflect.DeepEqual(a, b) }

// Body is the whole answer to a questionnaire, put together from the sections
// that are there, complete or not. The same sections always give the same bytes.
func (w WorkingAnswer) Body(ref QuestionnaireRef) []byte {
	body, answers := map[string]any{}, map[string]any{}
	for _, s := range w.Sections {
		into := answers
		if s.ID == HeaderSection {
			into = body
		}
		maps.Copy(into, fieldsOf(s.Content))
	}
	if len(answers) > 0 {
		body["answers"] = answers
	}
	body["questionnaire"], body["version"] = ref.ID, ref.Version
	return written(body)
}
