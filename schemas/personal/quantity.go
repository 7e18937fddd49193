package personal

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"
)

// reference reports whether a number is of a law, a document, a publication or
// the like: it has a slash or a year in it, or it is part of a symbol.
func (n number) reference() bool {
	isbn := n.count() == 13 && (n.digits(0) == "978" || n.digits(0) == "979") && n.dividedBy("- ")
	return isbn || !n.alone() || n.hasYear() || !n.dividedBy(" .-,'") || n.sized(5, 4) // the last is a postal code
}

// quantity reports whether a number says how much or how many.
func (n number) quantity() bool {
	return n.grouped() && n.count() < 9 || n.counting()
}

// counting reports whether a number says of what it is one.
func (n number) counting() bool {
	before, after := n.text[:n.start()], n.text[n.end():]
	if endsInCurrency(before) || beginsWithCurrency(after) {
		return true
	}
	next := strings.TrimLeft(after, " ")
	r, _ := utf8.DecodeRuneInString(next)
	switch {
	case unicode.IsLower(r):
		return next != after && (n.count() < 8 || n.grouped()) && !isVerb(next)
	case unicode.In(r, unicode.Han):
		return strings.ContainsRune("名人个個起件万亿億元美欧次项所份", r)
	case unicode.In(r, unicode.Arabic, unicode.Devanagari):
		return n.count() < 8
	}
	return false
}

const currencySigns = "$€£¥₽₹₦"

func endsInCurrency(text string) bool {
	text = strings.TrimSuffix(text, " ")
	r, _ := utf8.DecodeLastRuneInString(text)
	if strings.ContainsRune(currencySigns, r) {
		return true
	}
	return len(text) >= 3 && isCurrency(text[len(text)-3:]) && (len(text) == 3 || !isLetter(text[len(text)-4]))
}

func beginsWithCurrency(text string) bool {
	text = strings.TrimPrefix(text, " ")
	r, _ := utf8.DecodeRuneInString(text)
	if strings.ContainsRune(currencySigns+"%‰", r) {
		return true
	}
	return len(text) >= 3 && isCurrency(text[:3]) && (len(text) == 3 || !isLetter(text[3])) || strings.HasPrefix(text, "US$")
}

// isCurrency reports whether three letters are a code of ISO 4217.
func isCurrency(code string) bool {
	for _, c := range []byte(code) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	_, err := currency.ParseISO(code)
	return err == nil
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf }

// isVerb reports whether what follows a number says what became of its holder.
func isVerb(after string) bool {
	word, _, _ := strings.Cut(after, " ")
	switch strings.Trim(word, ".,;:") {
	case "was", "is", "has", "had", "and", "or", "for", "of", "who", "a", "est", "était", "et", "fue", "es", "y", "был", "была", "и":
		return true
	}
	return false
}
