package workbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// list is a code list: what is shown for each code, and which code is meant by
// what somebody chose or wrote.
type list struct {
	options []rapporteur.Option // label in one language under ""
	open    bool                // it takes other codes as well
	codes   map[string]string   // by what is written, simplified
	labels  map[string]string   // by code
}

// lists are the code lists of a workbook, each once.
type lists struct {
	language string
	all      []*list
	byName   map[string]*list

	returnTypes, languages, classifications, yesNo, yesInPartNo, marks, states *list
}

func newLists(language string, states []rapporteur.Option) *lists {
	l := &lists{language: language, byName: map[string]*list{}}
	l.returnTypes = l.named(words.ReturnTypes, "answered", "partial", "nil", "not-applicable", "covered", "declined")
	l.languages = l.named(words.Languages, rapporteur.Languages...)
	l.classifications = l.named(words.Classifications, "unclassified", "confidential")
	l.yesNo = l.named(words.Codes, "yes", "no")
	l.yesInPartNo = l.named(words.Codes, "yes", "in_part", "no")
	l.marks = l.named(nil, mark)
	for _, other := range []string{"×", "✓", "✗", "1", "true"} {
		l.marks.codes[simple(other)] = mark
	}
	for _, word := range words.Codes["yes"] {
		l.marks.codes[simple(word)] = mark
	}
	ordered := slices.Clone(states)
	wording.Sort(language, ordered, func(o rapporteur.Option) string { return in(o.Label, language) })
	coded := make([]rapporteur.Option, len(states))
	for n, state := range ordered {
		coded[n] = rapporteur.Option{Code: state.Code, Label: map[string]string{language: in(state.Label, language) + " (" + state.Code + ")"}}
	}
	l.states = newList(coded, language)
	l.states.open = true
	l.all = append(l.all, l.states)
	return l
}

// mark is what stands at an option that is chosen.
const mark = "x"

// codes is a list of codes that only this package has words for.
func (l *lists) codes(codes []string) *list { return l.named(words.Codes, codes...) }

func (l *lists) named(words map[string]phrase, codes ...string) *list {
	options := make([]rapporteur.Option, len(codes))
	for n, code := range codes {
		options[n] = rapporteur.Option{Code: code, Label: words[code]}
	}
	return l.of(options)
}

// of is the list of some options. The same options give the same list.
func (l *lists) of(options []rapporteur.Option) *list {
	var name strings.Builder
	for _, o := range options {
		fmt.Fprintf(&name, "%q %q,", o.Code, in(o.Label, l.language))
	}
	if known := l.byName[name.String()]; known != nil {
		return known
	}
	made := newList(options, l.language)
	l.byName[name.String()] = made
	l.all = append(l.all, made)
	return made
}

// newList finds a label for each code that no other has, and the code for
// whatever may be written: the label, the code itself, or the label in another
// language where that is no other option's.
func newList(options []rapporteur.Option, language string) *list {
	l := &list{codes: map[string]string{}, labels: map[string]string{}}
	for _, o := range options {
		label := cmp.Or(strings.TrimSpace(in(o.Label, language)), o.Code)
		if _, taken := l.codes[simple(label)]; taken {
			label += " (" + o.Code + ")"
		}
		l.codes[simple(label)] = o.Code
		l.labels[o.Code] = label
		l.options = append(l.options, rapporteur.Option{Code: o.Code, Label: map[string]string{"": label}})
	}
	offer := func(text, code string) {
		if _, taken := l.codes[simple(text)]; !taken && text != "" {
			l.codes[simple(text)] = code
		}
	}
	for _, o := range options {
		offer(o.Code, o.Code)
	}
	for _, o := range options {
		for _, other := range rapporteur.Languages {
			offer(o.Label[other], o.Code)
		}
	}
	return l
}

// label is what is shown for a code; false where the list does not have it.
func (l *list) label(code string) (string, bool) {
	if label, ok := l.labels[code]; ok {
		return label, true
	}
	meant, ok := l.code(code)
	return code, l.open && ok && meant == code
}

// code is what is meant by what is written. An open list shows names with their
// codes, Kenya (KEN), and takes the code alone as well.
func (l *list) code(written string) (string, bool) {
	if !l.open {
		code, ok := l.codes[simple(written)]
		return code, ok
	}
	written = strings.TrimSpace(written)
	if end := strings.LastIndexByte(written, '('); end >= 0 && strings.HasSuffix(written, ")") {
		written = written[end+1 : len(written)-1]
	}
	return written, written != ""
}

// simple is a text without what people do not see or mind: case, spaces, how
// accents are encoded.
func simple(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(text)), " "))
}
