package rapporteur

import (
	"maps"
	"slices"
	"time"
)

// Prefilled is what one source offers for one question, or for the header.
type Prefilled struct {
	Section string
	At      string // JSON Pointer to the answer, or to the header; empty for the fields beside it
	Source  PrefillSource
	Fields  []PrefilledField
}

// PrefilledField is one value of it, as JSON has it: text, json.Number, bool,
// or maps and lists of these.
type PrefilledField struct {
	Name       string
	Value      any
	Suggestion bool // about another period than the one asked about
}

// prefill puts values where nobody has written any, and marks them. An answer
// that says something else than the source (no instead of yes) gets nothing of
// it. What is there already stays, so that the same values again change nothing. A
// section that would grow over its limit is left as it is.
func (w WorkingAnswer) prefill(values []Prefilled, by string, now time.Time) WorkingAnswer {
	var changed []WorkingSection
	filled := w
	for _, id := range sectionsOf(values) {
		s, _ := w.find(id)
		content := fieldsOf(s.Content)
		if content == nil {
			content = fields{}
		}
		marks := slices.Clone(s.Marks)
		for _, v := range values {
			if v.Section == id && v.agrees(content) {
				marks = append(marks, v.into(content)...)
			}
		}
		if len(marks) == len(s.Marks) {
			continue
		}
		s.Content, s.Marks = written(content), marks
		if len(s.Content) > MaxWorkingSection || filled.sizeWith(s) > MaxWorkingAnswer {
			continue
		}
		changed = append(changed, s.done(WorkingPrefilled, by, now))
		filled = w.with(changed...)
	}
	return filled
}

func sectionsOf(values []Prefilled) []string {
	seen := map[string]bool{}
	for _, v := range values {
		seen[v.Section] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// agrees reports whether the answer that is there, if any, says the same as the
// source: the same status, or both that something was done.
func (v Prefilled) agrees(content fields) bool {
	present := content.at(v.Section, v.At+"/status")
	if present == nil || v.Section == HeaderSection {
		return true
	}
	n := slices.IndexFunc(v.Fields, func(f PrefilledField) bool { return f.Name == "status" })
	if n < 0 {
		return false
	}
	done := []any{string(StatusYes), string(StatusInPart)}
	offered := v.Fields[n].Value
	return sameValue(present, offered) || slices.Contains(done, present) && slices.Contains(done, offered)
}

// into puts those fields into the content that are not there, and gives their
// marks.
func (v Prefilled) into(content fields) []Mark {
	var marks []Mark
	for _, f := range v.Fields {
		pointer := v.At + "/" + f.Name
		if content.has(v.Section, pointer) || !content.put(v.Section, pointer, f.Value) {
			continue
		}
		marks = append(marks, Mark{Pointer: pointer, Source: v.Source, Suggestion: f.Suggestion})
	}
	return marks
}

// Unconfirmed is what keeps a working answer from being submitted: one finding
// for each prefilled value that nobody has confirmed or changed.
func (w WorkingAnswer) Unconfirmed() []Finding {
	var findings []Finding
	for _, s := range w.Sections {
		for _, m := range s.Marks {
			rule := ruleUnconfirmed
			if m.Suggestion {
				rule = ruleSuggestion
			}
			findings = append(findings, Finding{
				Severity: SeverityError, Rule: rule, Pointer: m.Pointer, Message: maps.Clone(unconfirmedWords[rule]),
			})
		}
	}
	return findings
}

// The rules by which a prefilled value keeps an answer back.
const (
	ruleUnconfirmed = "prefill/unconfirmed"
	ruleSuggestion  = "prefill/other-period"
)

var unconfirmedWords = map[string]map[string]string{
	ruleUnconfirmed: {
		"ar": "مُلئ هذا من رد سابق ولم يؤكده أحد: يُرجى تأكيده أو تأكيد الفرع الذي يرد فيه بأكمله، أو تغييره، أو حذفه.",
		"zh": "此项内容取自先前的答复，尚未经任何人确认：请予确认或确认整个章节，或予以更改或删除。",
		"en": "This was filled in from an earlier answer and nobody has confirmed it: confirm it or its whole section, change it, or take it out.",
		"fr": "Cette valeur a été reprise d’une réponse antérieure et personne ne l’a confirmée : confirmez-la ou toute sa section, modifiez-la ou retirez-la.",
		"ru": "Это значение взято из более раннего ответа и никем не подтверждено: просьба подтвердить его или весь раздел, изменить его или исключить.",
		"es": "Este dato se tomó de una respuesta anterior y nadie lo ha confirmado: confírmelo o confirme toda la sección, modifíquelo o suprímalo.",
	},
	ruleSuggestion: {
		"ar": "مُلئ هذا مسبقاً وهو يتعلق بفترة أخرى: يُرجى إيراد ما يسري على الفترة المطلوبة، أو تأكيد أنه كذلك، أو حذفه.",
		"zh": "此项内容系预先填入，涉及另一期间：请填写适用于所询期间的内容，或确认此项内容即适用于所询期间，或予以删除。",
		"en": "This was filled in and is about another period: give what holds for the period asked about, confirm that it is this, or take it out.",
		"fr": "Cette valeur a été reprise et porte sur une autre période : donnez celle de la période demandée, confirmez que c’est bien elle, ou retirez-la.",
		"ru": "Это значение внесено автоматически и относится к другому периоду: просьба указать данные за запрашиваемый период, подтвердить, что это они, или исключить значение.",
		"es": "Este dato se rellenó previamente y se refiere a otro período: indique el que corresponde al período sobre el que se pregunta, confirme que es este mismo o suprímalo.",
	},
}

// EarlierAnswer is an answer that the same contributor gave in an earlier cycle.
type EarlierAnswer struct {
	Submission    Submission
	Questionnaire Questionnaire // by which it was given
	Body          []byte
}

// The fields of a header and of every answer that hold longer than a period.
// The period itself, whether assistance is needed now, and the note that an
// answer came with belong to one answer.
var (
	lastingHeader = []string{"permanent_mission", "authority", "officer", "may_be_quoted", "classification"}
	lastingAnswer = []string{"status", "reason", "text", "legal_reference", "source", "classification", "may_be_quoted"}
)

// Prefill is what of an earlier answer can be the beginning of a new one by a
// questionnaire: header and answers whose question and part it still has, of the
// same kind and codes. Figures, and whatever answers a question about the period,
// are suggestions. How the earlier answer was returned, its period and its
// justifications are not carried over.
func (e EarlierAnswer) Prefill(q Questionnaire) []Prefilled {
	body := fieldsOf(e.Body)
	source := PrefillSource{Cycle: e.Submission.Cycle, Version: e.Submission.Version}
	header := Prefilled{Section: HeaderSection, At: "/header", Source: source}
	for _, name := range lastingHeader {
		if value := body.at(HeaderSection, "/header/"+name); value != nil {
			header.Fields = append(header.Fields, PrefilledField{Name: name, Value: value})
		}
	}
	all := []Prefilled{header}
	if language := body["language"]; language != nil {
		all = append(all, Prefilled{Section: HeaderSection, Source: source, Fields: []PrefilledField{{Name: "language", Value: language}}})
	}
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			before, known := e.Questionnaire.Question(question.ID)
			answer, ok := body.at(HeaderSection, "/answers/"+question.ID).(map[string]any)
			if !ok || !known || before.Provision != question.Provision {
				continue
			}
			all = append(all, Prefilled{
				Section: section.ID, At: "/answers/" + question.ID, Source: source, Fields: carried(before, question, answer),
			})
		}
	}
	return all
}

// carried is the fields of an answer that the question still has a place for.
func carried(before, now Question, answer map[string]any) []PrefilledField {
	var kept []PrefilledField
	for _, name := range lastingAnswer {
		if value := answer[name]; value != nil {
			kept = append(kept, PrefilledField{Name: name, Value: value, Suggestion: now.OfPeriod})
		}
	}
	for _, part := range now.Parts {
		value := answer[part.Name]
		n := slices.IndexFunc(before.Parts, func(p QuestionPart) bool { return p.Name == part.Name })
		if part.Kind == PartStatus || value == nil || n < 0 || !part.takes(before.Parts[n], value) {
			continue
		}
		counts := part.Kind == PartNumber || part.Kind == PartPercent || part.Kind == PartFigures
		kept = append(kept, PrefilledField{Name: part.Name, Value: value, Suggestion: counts || now.OfPeriod})
	}
	return kept
}

// takes reports whether a value that was given to a part of an earlier version
// means the same in this one.
func (p QuestionPart) takes(before QuestionPart, value any) bool {
	if p.Kind != before.Kind || p.ByAge != before.ByAge || p.ByForm != before.ByForm || p.Persons != before.Persons {
		return false
	}
	chosen, many := value.([]any)
	if !many {
		chosen = []any{value}
	}
	if p.Kind != PartChoice && p.Kind != PartChoices {
		return true
	}
	return !slices.ContainsFunc(chosen, func(code any) bool {
		return !slices.ContainsFunc(p.Options, func(o Option) bool { return o.Code == code })
	})
}

// Without leaves out the values at whose places a check has found what blocks:
// an earlier answer may break a newer rule, and what must not be kept must not
// come back by prefilling.
func Without(values []Prefilled, findings []Finding) []Prefilled {
	out := slices.Clone(values)
	for n, v := range out {
		out[n].Fields = slices.DeleteFunc(slices.Clone(v.Fields), func(f PrefilledField) bool {
			pointer := v.At + "/" + f.Name
			return slices.ContainsFunc(findings, func(found Finding) bool {
				blocks := found.Severity == SeverityError || found.Severity == SeverityPrivacy
				return blocks && within(found.Pointer, pointer)
			})
		})
	}
	return out
}
