package personal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inNumbers looks at the numbers of a text and notes what they seem to be.
func inNumbers(text string, found map[Kind]bool) {
	if strings.Contains(text, "://") {
		text = pages.ReplaceAllString(text, " ")
	}
	for _, n := range numbers(text) {
		if n.date {
			if n.cue(n.before()) == birthCue {
				found[Person] = true
			}
			continue
		}
		if n.count() < fewestDigits {
			continue
		}
		if kind := n.kind(); kind != "" {
			found[kind] = true
		}
	}
	if strings.Contains(text, "<<") && machineReadable.MatchString(text) {
		found[IdentityDocument] = true
	}
}

// pages are addresses of pages, whose numbers are nobody's.
var pages = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"]+`)

// machineReadable is the first line of a passport's machine-readable zone (ICAO
// Doc 9303): it has no space and ends in fillers.
var machineReadable = regexp.MustCompile(`\bP[A-Z<][A-Z]{3}[A-Z<]{5,}<<`)

// kind is what a number seems to be, most likely first.
func (n number) kind() Kind {
	before := n.before()
	switch is := n.cue(before); {
	case is == documentCue && !n.counting():
		return IdentityDocument
	case n.dialled() || is == telephoneCue && n.count() >= 6 && n.count() <= 15 && !n.hasYear() && !n.quantity():
		return n.unlessHotline(before)
	case n.documented():
		return IdentityDocument
	case is == referenceCue || n.reference():
		return ""
	case n.scattered() || n.national():
		return n.unlessHotline(before)
	case n.beside(before):
		return Person
	}
	return ""
}

// unlessHotline is a telephone number that is not everybody's.
func (n number) unlessHotline(before string) Kind {
	if hotline.MatchString(before) {
		return ""
	}
	return Telephone
}

// window is how many bytes before a number its cue may stand.
const window = 48

// before is what stands before a number on the same line.
func (n number) before() string {
	from := max(0, n.start()-window)
	for from < n.start() && !utf8.RuneStart(n.text[from]) {
		from++
	}
	text := n.text[from:n.start()]
	return text[strings.LastIndexAny(text, "\n\r")+1:]
}

// after is what follows a number on the same line.
func (n number) after() string {
	text := n.text[n.end():min(len(n.text), n.end()+window)]
	if end := strings.IndexAny(text, "\n\r"); end >= 0 {
		text = text[:end]
	}
	return text
}

// dialled reports whether a number is written as telephone numbers are wherever
// one calls from.
func (n number) dialled() bool {
	count, first := n.count(), n.digits(0)
	plus := strings.HasSuffix(n.text[:n.start()], "+") || strings.HasSuffix(n.text[:n.start()], "+ ") || strings.HasSuffix(n.text[:n.start()], "+(")
	switch {
	case plus:
		return count >= 8 && n.dividedBy(" .-/()")
	case !n.alone() || !n.dividedBy(" .-()"):
		return false
	case strings.HasPrefix(first, "00") && !strings.HasPrefix(first, "000"):
		return count >= 9 && count <= 17
	case strings.HasSuffix(n.text[:n.start()], "(") && len(n.groups) > 1 && n.text[n.groups[0].end] == ')':
		return len(first) >= 2 && len(first) <= 4 && !n.year(0) && count >= 8 && count <= 12 && !n.quantity()
	case n.sized(3, 3, 4) || n.sized(1, 3, 3, 4) && first == "1":
		return !n.hasYear() && !n.quantity()
	}
	return false
}

// national reports whether a number is written as inside a country: it begins
// with the zero that no amount begins with, or it is a Chinese mobile's.
func (n number) national() bool {
	count, first := n.count(), n.digits(0)
	if !n.alone() || n.hasYear() || !n.dividedBy(" .-") || n.lettered() {
		return false
	}
	mobile := first[0] == '1' && len(first) > 1 && first[1] >= '3' && (n.sized(11) || n.sized(3, 4, 4))
	return mobile && !n.quantity() || first[0] == '0' && count >= 9 && count <= 11 && len(first) > 1 && first[1] != '0'
}

// scattered reports whether digits were put apart one by one.
func (n number) scattered() bool {
	single := 0
	for _, g := range n.groups {
		if g.size() == 1 {
			single++
		}
	}
	return single >= 7 && single == len(n.groups) && n.dividedBy(" .-")
}

// documented reports whether a number has the form of some documents' numbers.
func (n number) documented() bool {
	switch {
	case n.lettered() && n.capitals() > 0:
		return len(n.groups) == 1 && n.count() >= 6 && n.count() <= 9 && !strings.HasSuffix(n.all(), "000") && n.wordEnds()
	case n.lettered():
		return false
	case n.sized(17) && strings.HasPrefix(strings.ToUpper(n.text[n.end():]), "X"), n.sized(18) && n.alone(): // China
		born := n.all()[6:8]
		return born == "19" || born == "20"
	case !n.alone():
		return false
	}
	return n.sized(3, 2, 4) && n.dividedBy("-") || // United States
		n.sized(5, 7, 1) && n.dividedBy("-") || // Pakistan
		n.sized(3, 4, 7, 1) && n.dividedBy("- ") || // United Arab Emirates
		n.sized(3, 3, 3, 2) && n.groups[3].before != '.' && n.dividedBy("-. ") && n.groups[1].before != ' ' || // Brazil, Russian Federation
		(n.sized(1, 3, 3, 1) || n.sized(2, 3, 3, 1)) && n.groups[1].before == '.' && n.groups[3].before == '-' || // Chile, Uruguay
		(n.sized(1, 2, 2, 2, 3, 3) || n.sized(1, 2, 2, 2, 3, 3, 2)) && n.dividedBy(" ") && n.digits(0) <= "2" // France
}

// lettered reports whether a letter stands right before a number.
func (n number) lettered() bool {
	r, _ := utf8.DecodeLastRuneInString(n.text[:n.start()])
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Arabic)
}

// capitals is how many capital letters a number begins with: one or two, or 0
// where the word before it is longer or other.
func (n number) capitals() int {
	count := 0
	for at := n.start() - 1; at >= 0; at-- {
		c := n.text[at]
		if c < 'A' || c > 'Z' {
			if r, _ := utf8.DecodeLastRuneInString(n.text[:at+1]); unicode.IsLetter(r) || unicode.IsDigit(r) || c == '/' || c == '_' || c == '-' {
				return 0
			}
			break
		}
		count++
	}
	if count > 2 {
		return 0
	}
	return count
}

func (n number) wordEnds() bool {
	r, _ := utf8.DecodeRuneInString(n.text[n.end():])
	return r == utf8.RuneError || !unicode.IsLetter(r) && r != '/' && r != '-' && r != '_'
}
