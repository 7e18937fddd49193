package rapporteur

import "strings"

// brevity keeps of many answers what a report can tell of them, in little memory:
// thousands are held while one is compiled. A report quotes the first sentence of
// a text, if that, and of laws, sources and rows it tells at most that there are any.
// A section tells all: its answer is not shortened.
type brevity struct {
	// known are the codes and names that answers have in common, each kept once.
	known map[string]string
}

const (
	// longText is what a text has to be longer than, in bytes, to be cut.
	longText = 120
	// longCode bounds what may be common to answers, most the number of such.
	longCode  = 40
	mostKnown = 10_000
)

// These stand for the names of however many laws or sources, and for rows.
var (
	someName = []string{""}
	someRow  = []map[string]string{{}}
)

// unquoted stands for a text of which nothing is quoted.
const unquoted = "."

// shorten cuts a document that nobody else holds.
func (b *brevity) shorten(d *AnswerDocument) {
	d.Language, d.Justifications = b.once(d.Language), nil
	for id, a := range d.Answers {
		a.Status, a.Classification = Status(b.once(string(a.Status))), b.once(a.Classification)
		a.Text, a.Reason = firstOf(a.Text), ""
		if a.Text != "" && (firstSentence(a.Text) == "" || !quotable(*d, a)) {
			a.Text = unquoted
		}
		if len(a.LegalReferences) > 0 {
			a.LegalReferences = someName
		}
		if len(a.Sources) > 0 {
			a.Sources = someName
		}
		for n := range a.Values {
			b.shortenValue(&a.Values[n].Value)
		}
		d.Answers[id] = a
	}
}

func (b *brevity) shortenValue(v *Value) {
	v.Text = b.once(firstOf(v.Text))
	for n, code := range v.Choices {
		v.Choices[n] = b.once(code)
	}
	for n := range v.Figures {
		f := &v.Figures[n]
		f.Sex, f.Age, f.Form = b.once(f.Sex), b.once(f.Age), b.once(f.Form)
	}
	if len(v.Rows) > 0 {
		v.Rows = someRow
	}
}

// once is a short text as it was first seen.
func (b *brevity) once(text string) string {
	if len(text) > longCode {
		return text
	}
	if known, ok := b.known[text]; ok {
		return known
	}
	if b.known == nil {
		b.known = map[string]string{}
	}
	if len(b.known) < mostKnown {
		b.known[text] = text
	}
	return text
}

// firstOf is a text up to the end of its first sentence.
func firstOf(text string) string {
	if len(text) <= longText {
		return text
	}
	at := sentenceEnd.FindStringIndex(text)
	if at == nil {
		return text
	}
	return strings.Clone(text[:at[0]+1])
}
