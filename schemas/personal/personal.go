// Package personal finds what looks like data about a person in texts, keys and
// rows: e-mail addresses, telephone and document numbers, names together with a
// number, fields and columns of case files. It knows texts in the six official
// languages, digits of any script and the usual ways to hide an address.
//
// It is a net, not a wall: what is found is likely personal, what is not found
// may be so all the same. It is made never to catch what reports are full of:
// laws and resolutions, dates, amounts, figures, institutions and hotlines.
package personal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a text seems to hold.
type Kind string

// The kinds. A case record is about one person or one case; a person is a name
// together with a number that could be an identity document's or a telephone's.
const (
	CaseRecord       Kind = "case-record"
	Email            Kind = "e-mail"
	IdentityDocument Kind = "identity-document"
	Person           Kind = "person"
	Telephone        Kind = "telephone"
)

// In is what a text seems to hold, each kind once, by name; mostly nothing. A
// text that holds nothing costs one look at each of its bytes.
func In(text string) []Kind {
	s := look(text)
	if !s.suspicious() {
		return nil
	}
	if s.exotic {
		text = plain(text)
		if s = look(text); !s.suspicious() {
			return nil
		}
	}
	found := map[Kind]bool{CaseRecord: s.columns() && inColumns(text), Email: s.at && hasAddress(text) || s.spelt && hasSpeltAddress(text)}
	if s.numbered() {
		inNumbers(text, found)
	}
	var kinds []Kind
	for _, kind := range []Kind{CaseRecord, Email, IdentityDocument, Person, Telephone} {
		if found[kind] {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// fewestDigits is how many digits a text must have before its numbers are looked
// at: no document and no telephone of a person has fewer.
const fewestDigits = 5

// sight is what one look at a text tells.
type sight struct {
	digits          int
	exotic          bool // not ASCII throughout
	disguised       bool // with characters that nobody sees, or that look like others
	at              bool // @
	spelt           bool // an address in words: [at], dot, arroba
	fillers         bool // <<
	underscore      bool
	hump            bool // an inner capital, as in ageBroad
	lines, commas   bool // more than one line; something between cells
	quotedOrEquated bool // {"age": …}
}

func (s sight) suspicious() bool { return s.numbered() || s.address() || s.columns() || s.disguised }

func (s sight) numbered() bool { return s.digits >= fewestDigits || s.fillers }

func (s sight) address() bool { return s.at || s.spelt }

func (s sight) columns() bool {
	return s.underscore || s.hump || s.lines && s.commas || s.quotedOrEquated
}

// look passes over a text once.
func look(text string) sight {
	var s sight
	lower := false
	for n := 0; n < len(text); n++ {
		c := text[n]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[n:])
			s.foreign(r)
			n += size - 1
			lower = false
			continue
		}
		switch class[c] {
		case digit:
			s.digits++
		case lowerCase:
			lower = true
			continue
		case upperCase:
			s.hump = s.hump || lower
		case atSign:
			s.at = true
		case bracket:
			s.fillers = s.fillers || c == '<' && n+1 < len(text) && text[n+1] == '<'
			s.spelt = s.spelt || n+3 < len(text) && (strings.EqualFold(text[n+1:n+3], "at") || text[n+1] == '@' || text[n+1] == ' ')
		case space:
			s.spelt = s.spelt || n+4 < len(text) && text[n+1]|0x20 == 'd' && strings.EqualFold(text[n+1:n+4], "dot")
		case underscore:
			s.underscore = true
		case lineEnd:
			s.lines = true
		case delimiter:
			s.commas = true
		case quote:
			s.quotedOrEquated = s.quotedOrEquated || n+1 < len(text) && (text[n+1] == ':' || text[n+1] == '=')
		}
		lower = false
	}
	s.spelt = s.spelt || strings.Contains(text, "arroba") || strings.Contains(text, "arobase")
	return s
}

// foreign takes in one character that is not ASCII's.
func (s *sight) foreign(r rune) {
	s.exotic = true
	switch {
	case r < 0x250 && r != '\u00ad' && r != '²' && r != '³' && r != '¹' || 0x400 <= r && r <= 0x4ff || 0x4e00 <= r && r <= 0x9fff:
		return // Latin, Cyrillic, Han: most of what comes
	case unicode.Is(unicode.Cf, r) || 0xfe50 <= r && r <= 0xffef || 0x1d400 <= r && r <= 0x1d7ff:
		s.disguised = true
	}
	if isDigit(r) {
		s.digits++
	}
}

type byteClass uint8

const (
	other byteClass = iota
	digit
	lowerCase
	upperCase
	atSign
	bracket
	underscore
	lineEnd
	delimiter
	quote
	space
)

// class sorts ASCII.
var class = func() (table [utf8.RuneSelf]byteClass) {
	for class, bytes := range map[byteClass]string{
		digit: "0123456789", lowerCase: "abcdefghijklmnopqrstuvwxyz", upperCase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", atSign: "@",
		bracket: "([{<", underscore: "_", lineEnd: "\n\r", delimiter: ",;\t|", quote: `"'`, space: " ",
	} {
		for _, b := range []byte(bytes) {
			table[b] = class
		}
	}
	return table
}()
