package schemas

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas/personal"
)

// The engine carries aggregates and institutions, never a victim's name or case
// record. What looks like one blocks the submission. The responding officer's
// own contact fields in the header are the one exception.

// officerFields is where the responding officer's own contacts stand.
const officerFields = "/header/officer"

const caseRecord = "privacy/" + string(personal.CaseRecord)

// privacyFindings looks through every text, key and row of a body.
func (q *questionnaire) privacyFindings(tree any) []rapporteur.Finding {
	s := screen{known: q.words}
	if !s.any("", tree) {
		return nil
	}
	s.list("", tree, func(rule, at string) bool { return len(s.found) < maxFindings && s.note(rule, at) })
	return each(s.found, func(f rapporteur.Finding) rapporteur.Finding {
		f.Message = wordsFor(q.messages, f.Rule)
		return f
	})
}

// screen looks for what is personal in a body.
type screen struct {
	known words // of the questionnaire, which are nobody's
	found []rapporteur.Finding
}

func (s *screen) note(rule, at string) bool {
	s.found = append(s.found, rapporteur.Finding{Severity: rapporteur.SeverityPrivacy, Rule: rule, Pointer: at})
	return true
}

// any reports whether there is anything to find: bodies mostly have nothing, and
// then neither order nor places matter. Of places it only knows the document
// (""), what is right in it (/header), and what is further in (/).
func (s *screen) any(at string, v any) bool {
	switch v := v.(type) {
	case string:
		return !s.code(v) && personal.In(v) != nil
	case []any:
		for _, item := range v {
			if s.row(item) != "" || s.any("/", item) {
				return true
			}
		}
	case map[string]any:
		for key, value := range v {
			if s.key(key) != nil {
				return true
			}
			if at == "/header" && key == "officer" {
				continue
			}
			inner := "/"
			if at == "" {
				inner += key
			}
			if s.any(inner, value) {
				return true
			}
		}
	}
	return false
}

// list notes what is found, in the order of keys and lists, for as long as note
// wants more.
func (s *screen) list(at string, v any, note func(rule, at string) bool) bool {
	if at == officerFields {
		return true
	}
	switch v := v.(type) {
	case string:
		if s.code(v) {
			return true
		}
		for _, kind := range personal.In(v) {
			if !note("privacy/"+string(kind), at) {
				return false
			}
		}
	case []any:
		for n, item := range v {
			place := at + "/" + strconv.Itoa(n)
			if rule := s.row(item); rule != "" && !note(rule, place) || !s.list(place, item, note) {
				return false
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			place := at + "/" + escape(cut(key))
			for _, rule := range s.key(key) {
				if !note(rule, place) {
					return false
				}
			}
			if !s.list(place, v[key], note) {
				return false
			}
		}
	}
	return true
}

// code reports whether a text is a code of the questionnaire; only those with an
// underscore could be taken for something else.
func (s *screen) code(text string) bool {
	if strings.IndexByte(text, '_') < 0 {
		return false
	}
	_, known := s.known[text]
	return known
}

// key is the rules that a key breaks. The questionnaire's own fields break none.
func (s *screen) key(key string) []string {
	if _, known := s.known[key]; known {
		return nil
	}
	kinds := personal.In(key)
	if personal.Column(key) && !slices.Contains(kinds, personal.CaseRecord) {
		kinds = append(kinds, personal.CaseRecord)
	}
	return each(kinds, func(kind personal.Kind) string { return "privacy/" + string(kind) })
}

// row is the rule that a row of a list breaks: a row is about one person where
// its columns say so, or where one has a name and another a number. What is said
// of a single text of it is not said again.
func (s *screen) row(item any) string {
	fields, ok := item.(map[string]any)
	if _, counted := fields["value"]; !ok || counted {
		return ""
	}
	heads, texts := make([]string, 0, len(fields)), make([]string, 0, len(fields))
	foreign := false
	for key, value := range fields {
		_, known := s.known[key]
		heads, foreign = append(heads, key), foreign || !known
		if text, ok := value.(string); ok {
			if personal.In(text) != nil {
				return ""
			}
			texts = append(texts, text)
		}
	}
	if foreign && personal.Record(heads) {
		return caseRecord
	}
	if len(texts) < 2 {
		return ""
	}
	slices.Sort(texts)
	if slices.Contains(personal.In(strings.Join(texts, " | ")), personal.Person) {
		return "privacy/" + string(personal.Person)
	}
	return ""
}

// Personal looks for data about persons in texts that are no part of an answer:
// reasons, names of files, drafts. Each finding's pointer is the place of its
// text in the list (/0 for the first) and its message says what to do; neither
// repeats the text. It may be called for every text that comes in: one that
// holds nothing costs a look at each of its bytes.
func (c *Catalogue) Personal(texts ...string) []rapporteur.Finding {
	var findings []rapporteur.Finding
	for n, text := range texts {
		kinds := personal.In(text)
		if kinds == nil && personal.Column(text) {
			kinds = []personal.Kind{personal.CaseRecord}
		}
		for _, kind := range kinds {
			rule := "privacy/" + string(kind)
			findings = append(findings, rapporteur.Finding{
				Severity: rapporteur.SeverityPrivacy, Rule: rule, Pointer: "/" + strconv.Itoa(n),
				Message: wordsFor(c.messages, rule),
			})
		}
	}
	return findings
}

// noCaseColumns refuses a questionnaire that asks for records about persons.
func (d *jsonDocument) noCaseColumns(at string, tree any, all *faults) {
	switch v := tree.(type) {
	case map[string]any:
		for key, value := range v {
			if strings.HasSuffix(at, "/properties") && personal.Column(key) {
				all.add(d.fault(at+"/"+escape(key), "is a column of case files: ask for totals, not for persons"))
			}
			d.noCaseColumns(at+"/"+escape(key), value, all)
		}
	case []any:
		for n, value := range v {
			d.noCaseColumns(at+"/"+strconv.Itoa(n), value, all)
		}
	}
}
