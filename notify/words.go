package notify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rapporteur/rapporteur"
)

// wording is what a language needs beside its templates.
type wording struct {
	code     string
	and      string
	of       string // joins a paragraph and its instrument
	one      string // operative paragraph 34
	several  string
	in       [3]string // before no paragraph, one, several
	council  string    // form of a resolution's name, by organ
	assembly string
}

// wordings are the languages that mails are written in, by code.
var wordings = map[string]wording{
	"en": {
		code: "en", and: " and ", of: " of ",
		one: "operative paragraph ", several: "operative paragraphs ", in: [3]string{"in ", "in ", "in "},
		council: "Security Council resolution %s", assembly: "General Assembly resolution %s",
	},
	"fr": {
		code: "fr", and: " et ", of: " de ",
		one: "paragraphe ", several: "paragraphes ", in: [3]string{"dans ", "au ", "aux "}, //nolint:misspell // French
		council: "la résolution %s du Conseil de sécurité", assembly: "la résolution %s de l’Assemblée générale",
	},
}

// wordingOf is the language that all the contacts read, English where they
// differ or read one that mails are not written in.
func wordingOf(contacts []rapporteur.Contact) wording {
	english := wordings["en"]
	if len(contacts) == 0 {
		return english
	}
	language := contacts[0].Language
	differs := func(c rapporteur.Contact) bool { return c.Language != language }
	w, known := wordings[language]
	if !known || slices.ContainsFunc(contacts, differs) {
		return english
	}
	return w
}

// date is a date in words.
func (w wording) date(d rapporteur.Date) string { return d.WordsIn(w.code) }

var (
	resolutionForm = regexp.MustCompile(`^([AS])/RES/(.+)$`)
	provisionForm  = regexp.MustCompile(`^OP(\d+)(?:\.([a-z]+))?$`)
)

// why names the paragraphs and the instrument as United Nations documents do,
// by itself and as the place where something is asked.
func (w wording) why(instrument string, provisions []string) (why, where string) {
	name := instrument
	if m := resolutionForm.FindStringSubmatch(instrument); m != nil {
		form := w.council
		if m[1] == "A" {
			form = w.assembly
		}
		name = fmt.Sprintf(form, m[2])
	}
	labels := paragraphs(provisions)
	switch len(labels) {
	case 0:
		return name, w.in[0] + name
	case 1:
		why = w.one + labels[0] + w.of + name
		return why, w.in[1] + why
	}
	last := len(labels) - 1
	why = w.several + strings.Join(labels[:last], ", ") + w.and + labels[last] + w.of + name
	return why, w.in[2] + why
}

// fewParagraphs is how many provisions are named with their letters; of more,
// only the paragraphs are.
const fewParagraphs = 4

// paragraphs are the provisions as they are cited: 28 (b).
func paragraphs(provisions []string) []string {
	var labels []string
	for _, p := range provisions {
		label := clean(p)
		if m := provisionForm.FindStringSubmatch(p); m != nil {
			label = m[1]
			if m[2] != "" && len(provisions) <= fewParagraphs {
				label += " (" + m[2] + ")"
			}
		}
		if label != "" && !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return labels
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
