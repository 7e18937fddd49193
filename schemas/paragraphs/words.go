package paragraphs

import (
	"regexp"
	"strings"
	"unicode"
)

// word is one word of a text and where it stands.
type word struct {
	from, to int    // bytes, with its punctuation
	raw      string // as it stands
	plain    string // lower case, without punctuation around it
}

// wordsOf are the words of a text on one line.
func wordsOf(text string) []word {
	var list []word
	from := 0
	for raw := range strings.SplitSeq(text, " ") {
		if raw != "" {
			list = append(list, word{from: from, to: from + len(raw), raw: raw, plain: plain(raw)})
		}
		from += len(raw) + 1
	}
	return list
}

func plain(raw string) string {
	return strings.ToLower(strings.TrimFunc(raw, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}))
}

// closes reports whether a clause ends with the word.
func (w word) closes() bool { return strings.HasSuffix(w.raw, ",") || w.stops() }

// stops reports whether more than a comma ends the clause.
func (w word) stops() bool {
	return strings.HasSuffix(w.raw, ";") || strings.HasSuffix(w.raw, ":") || strings.HasSuffix(w.raw, ".") || strings.HasSuffix(w.raw, "—")
}

// capital reports whether the word begins with a capital letter.
func (w word) capital() bool {
	for _, r := range w.raw {
		if unicode.IsLetter(r) {
			return unicode.IsUpper(r)
		}
	}
	return false
}

var enumerator = regexp.MustCompile(`^(?:\([a-zA-Z0-9]{1,4}\)|[a-zA-Z0-9]{1,3}\.)$`)

// enumerates reports whether the word numbers a subparagraph: (a), (iv), 3., –.
func (w word) enumerates() bool {
	switch w.raw {
	case "–", "-", "•", "—":
		return true
	}
	return enumerator.MatchString(w.raw)
}
