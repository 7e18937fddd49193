package notify

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"

	"github.com/rapporteur/rapporteur"
)

// languageOf is the language that all the contacts read, English where they
// differ or read one that mails are not written in.
func languageOf(contacts []rapporteur.Contact) language {
	english := languages["en"]
	if len(contacts) == 0 {
		return english
	}
	language := contacts[0].Language
	differs := func(c rapporteur.Contact) bool { return c.Language != language }
	w, known := languages[language]
	if !known || slices.ContainsFunc(contacts, differs) {
		return english
	}
	return w
}

// date is a date in words.
func (w language) date(d rapporteur.Date) string { return d.WordsIn(w.code) }

var (
	resolutionForm = regexp.MustCompile(`^([AS])/RES/(.+)$`)
	provisionForm  = regexp.MustCompile(`^OP(\d+)(?:\.([a-z]+))?$`)
)

// why names the paragraphs and the instrument as United Nations documents do,
// by itself and as the place where something is asked.
func (w language) why(instrument string, provisions []string) (why, where string) {
	name := w.name(instrument)
	labels := w.paragraphs(provisions)
	last := len(labels) - 1
	switch len(labels) {
	case 0:
		return name, fmt.Sprintf(w.inNone, name)
	case 1:
		return fmt.Sprintf(w.one, labels[0], name), fmt.Sprintf(w.inOne, labels[0], name)
	}
	all := strings.Join(labels[:last], w.list) + w.and + labels[last]
	if len(labels) == 2 {
		return fmt.Sprintf(w.two, all, name), fmt.Sprintf(w.inTwo, all, name)
	}
	return fmt.Sprintf(w.several, all, name), fmt.Sprintf(w.inSeveral, all, name)
}

// name is a resolution in words, any other instrument by its symbol.
func (w language) name(instrument string) string {
	m := resolutionForm.FindStringSubmatch(instrument)
	if m == nil {
		return w.isolate(instrument)
	}
	form, number := w.council, m[2]
	if m[1] == "A" {
		form = w.assembly
	}
	if w.tight {
		number = strings.ReplaceAll(number, " (", "(")
	}
	return fmt.Sprintf(form, number)
}

// fewParagraphs is how many provisions are named with their letters; of more,
// only the paragraphs are.
const fewParagraphs = 4

// paragraphs are the provisions as they are cited: 28 (b).
func (w language) paragraphs(provisions []string) []string {
	var labels []string
	for _, p := range provisions {
		label := w.isolate(clean(p))
		if m := provisionForm.FindStringSubmatch(p); m != nil {
			label = m[1]
			if m[2] != "" && len(provisions) <= fewParagraphs {
				label = fmt.Sprintf(w.letter, label, cmp.Or(w.letters[m[2]], m[2]))
			}
		}
		if label != "" && !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return labels
}

// isolate keeps a text that is written in the other direction, such as the
// symbol of a document in Arabic, from mixing with the words around it: it puts
// Unicode's isolates (UAX #9) about it. An address that a mail program makes a
// link of is not isolated, for the sign would become a part of it.
func (w language) isolate(text string) string {
	const first, pop = "\u2068", "\u2069"
	other := func(r rune) bool {
		p, _ := bidi.LookupRune(r)
		if w.rightToLeft {
			return p.Class() == bidi.L
		}
		return p.Class() == bidi.R || p.Class() == bidi.AL
	}
	if strings.ContainsFunc(text, other) {
		return first + text + pop
	}
	return text
}

// clean makes a text one line that reads in the direction it is written: no
// line breaks, no control characters, and none of the invisible characters
// that turn the direction of a text (Unicode's Bidi_Control).
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == unicode.ReplacementChar:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}
