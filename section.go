package rapporteur

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CompileSection makes the section that a contributor has for a host report, as
// it goes to that report's drafter: what was answered, question by question,
// each paragraph with its source. Answers that are marked confidential stay in
// the record; numbers of persons below the threshold of disclosure, and
// sentences that tell of a few persons, are withheld. It is pure.
//
// The report has no sections where nothing can be told: a nil return, no reply,
// or nothing that may leave the record.
func CompileSection(in Compilation) (Report, error) {
	c, err := newCompiler(in)
	if err != nil {
		return Report{}, fmt.Errorf("cannot compile section: %w", err)
	}
	s := ReportSection{Heading: in.Stream.Title}
	for _, q := range c.questions {
		for _, reply := range q.replies {
			if text := c.sectionText(q, reply); text != "" {
				source := []Source{reply.source(q.ID)}
				s.Blocks = append(s.Blocks, paragraphBlock(Paragraph{Text: text, Provisions: []string{q.Provision}, Sources: source}))
			}
		}
	}
	r := Report{
		Cycle: in.Cycle.ID, Draft: in.Draft, Coverage: c.coverage, WordBudget: in.Cycle.Policy.WordBudget, CompiledAt: in.CompiledAt,
		Masthead: Masthead{
			Organ: in.Instrument.Body, Distribution: "Restricted", Original: "English",
			Title: in.Cycle.Title, Instrument: in.Instrument.Symbol,
		},
	}
	if len(s.Blocks) == 0 {
		return r, nil
	}
	r.Sections = []ReportSection{s}
	number(r.Sections)
	r.Words = CountWords(r)
	if r.Hash, err = ContentHash(r); err != nil {
		return Report{}, fmt.Errorf("cannot compile section: %w", err)
	}
	if err := CheckReport(r); err != nil {
		return Report{}, fmt.Errorf("cannot compile section: %w", err)
	}
	return r, nil
}

// sectionText is one answer in words: the question as a heading that runs in,
// then what was said.
func (c *compiler) sectionText(q *askedQuestion, reply questionReply) string {
	a := reply.answer
	if a.Classification != "" && !strings.EqualFold(a.Classification, "unclassified") {
		return ""
	}
	said := []string{withoutFewPersons(a.Text)}
	for _, part := range q.Parts {
		said = append(said, sectionPart(part, a.Values.Of(part.Name)))
	}
	said = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	label := labelText(q.Label, q.ID)
	status := statusWords[a.Status]
	if len(said) == 0 && a.Status != StatusNo && a.Status != StatusInPart && a.Status != StatusYes {
		return ""
	}
	if strings.HasSuffix(label, "?") && status != "" {
		label += " " + status
	}
	if !strings.HasSuffix(label, ".") {
		label += "."
	}
	return strings.Join(append([]string{label}, said...), " ")
}

var statusWords = map[Status]string{StatusYes: "Yes", StatusInPart: "In part", StatusNo: "No"}

// sectionPart is one part of an answer in a sentence; nothing where there is
// nothing to tell.
func sectionPart(part QuestionPart, v Value) string {
	if v.empty() || part.Kind == PartStatus {
		return ""
	}
	if part.Kind == PartText {
		return withoutFewPersons(v.Text)
	}
	text := sectionValue(part, v)
	if text == "" {
		return ""
	}
	return labelText(part.Label, codeLabel(nil, part.Name)) + ": " + text + "."
}

func sectionValue(part QuestionPart, v Value) string {
	switch part.Kind {
	case PartNumber, PartPercent, PartFigures:
		if part.Persons {
			return personsTotal(v)
		}
		if v.Number != nil {
			return decimal(*v.Number) + unit(part)
		}
	case PartChoice, PartChoices:
		codes := v.Choices
		if len(codes) == 0 && v.Text != "" {
			codes = []string{v.Text}
		}
		words := make([]string, len(codes))
		for n, code := range codes {
			words[n] = inSentence(codeLabel(part.Options, code))
		}
		return strings.Join(words, ", ")
	case PartDate:
		return v.Date.Words()
	case PartRows:
		rows := make([]string, len(v.Rows))
		for n, row := range v.Rows {
			rows[n] = rowText(row)
		}
		return strings.Join(rows, "; ")
	case PartRef:
		return strings.TrimRight(withoutReferences(v.Text), ". ")
	case PartText, PartStatus:
	}
	return strings.TrimRight(v.Text, ". ")
}

// rowText is the fields of a row in the order of their names.
func rowText(row map[string]string) string {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(row)) {
		fields = append(fields, strings.ReplaceAll(key, "_", " ")+" "+row[key])
	}
	return strings.Join(fields, ", ")
}

// personsTotal is how many persons a part counts in all, or that they are few.
// Breakdowns are not handed over: what is small in them could be worked out.
func personsTotal(v Value) string {
	all := statements(v)
	n := slices.IndexFunc(all, func(s statement) bool { return s.place.level() == 0 })
	var total interval
	if n >= 0 {
		total = all[n].value
	} else {
		for _, s := range finest(all) {
			total = total.plus(s.value)
		}
	}
	switch {
	case len(all) == 0:
		return ""
	case total.low < smallCount:
		return "withheld, below the threshold of disclosure"
	case !total.exact():
		return fmt.Sprintf("at least %s", digits(total.low))
	}
	return digits(total.low)
}

// finest is the statements at the deepest level that any has.
func finest(all []statement) []statement {
	deepest := 0
	for _, s := range all {
		deepest = max(deepest, s.place.level())
	}
	return slices.DeleteFunc(slices.Clone(all), func(s statement) bool { return s.place.level() != deepest })
}

// withheldSentence stands for sentences that tell of a few persons.
const withheldSentence = "(A sentence that tells of a few persons is withheld.)"

// withoutFewPersons is a text without its sentences that tell of a few persons.
func withoutFewPersons(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if !fewPersons.MatchString(text) {
		return text
	}
	var kept []string
	for text != "" {
		end := len(text)
		if at := sentenceEnd.FindStringIndex(text); at != nil {
			end = at[0] + 1
		}
		sentence := strings.TrimSpace(text[:end])
		text = strings.TrimSpace(text[end:])
		if fewPersons.MatchString(sentence) {
			sentence = withheldSentence
		}
		if len(kept) == 0 || sentence != withheldSentence || kept[len(kept)-1] != withheldSentence {
			kept = append(kept, sentence)
		}
	}
	return strings.Join(kept, " ")
}

// paragraphs are the texts of a report's paragraphs, in order.
func (r Report) paragraphs() []string {
	var texts []string
	var walk func(sections []ReportSection)
	walk = func(sections []ReportSection) {
		for _, s := range sections {
			for _, b := range s.Blocks {
				if b.Paragraph != nil {
					texts = append(texts, b.Paragraph.Text)
				}
			}
			walk(s.Sections)
		}
	}
	walk(r.Sections)
	return texts
}
