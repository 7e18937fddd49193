package paragraphs

import (
	"regexp"
	"slices"
	"strings"
)

// council is the addressee of what the Council says of itself.
const council = "Security Council"

// doubts about addressees.
const (
	doubtAddressee = "whom does it ask?"
	doubtPronoun   = "taken from the provision before"
	doubtNarrowed  = "the text narrows it"
)

// addressee is whom a provision asks, read from the words after its verb, and
// what follows. previous is the addressee of the provision before it in the
// paragraph, to whom "them" refers.
func addressee(v verb, verbText, rest, previous string) (name, after, doubt string) {
	rest = strings.TrimSpace(leadIn.ReplaceAllString(rest, ""))
	if !v.asks {
		if obliges.MatchString(rest) {
			return council, rest, doubtAddressee
		}
		return council, rest, ""
	}
	that := strings.HasPrefix(rest, "that ") || strings.HasPrefix(rest, "that,")
	if that {
		rest = strings.TrimLeft(leadIn.ReplaceAllString(strings.TrimLeft(rest[len("that"):], ", "), ""), ", ")
	}
	if strings.HasPrefix(verbText, "decides") || strings.HasPrefix(verbText, "recommends") {
		return decided(rest, that)
	}
	if strings.HasPrefix(rest, "for ") && verbText == "calls" {
		return "All", rest[len("for "):], doubtAddressee
	}
	phrase, after := upTo(rest)
	if at := known.FindStringIndex(phrase); that && at != nil { // the Committee report: the verb has no ending to tell it by
		phrase, after = phrase[:at[1]], strings.TrimSpace(rest[at[1]:])
	}
	return named(phrase, after, previous)
}

var (
	// leadIn is what may stand between a verb and whom it asks.
	leadIn = regexp.MustCompile(`^(?:,? ?(?:in (?:this|that) (?:regard|context|respect|connection)|once (?:again|more)|further|also|again|strongly|` +
		`in particular|in the strongest terms|to (?:this|that) end|therefore|to)\b,? ?)+`)
	// obliges are words with which what is said of others asks something of
	// them after all.
	obliges = regexp.MustCompile(`\b(?:must|shall|should|need for|responsibility of|obligations? of|call (?:on|upon|to|for)|request to|demand that)\b`)
	shall   = regexp.MustCompile(`^(.{2,120}?),? (?:shall|should|must|will|may)\b`)
)

// decided is whom a decision binds: those who shall, or nobody but the Council.
func decided(rest string, that bool) (name, after, doubt string) {
	if that {
		if m := shall.FindStringSubmatchIndex(rest); m != nil {
			name, _, doubt := named(rest[:m[3]], "", "")
			return name, rest[m[3]:], doubt
		}
	}
	return council, rest, ""
}

// upTo cuts the words that name the addressee from what they are asked.
func upTo(rest string) (phrase, after string) {
	words := wordsOf(rest)
	for n, w := range words {
		cut := n > 0 && (w.plain == "to" || w.plain == "that" || w.plain == "which" || w.plain == "who" || w.plain == "when" ||
			w.plain == "not" || strings.HasSuffix(w.plain, "ly") && !w.capital())
		if cut {
			return strings.TrimSpace(rest[:w.from]), rest[w.from:]
		}
		if w.closes() {
			return strings.TrimRight(rest[:w.to], ",;:."), strings.TrimSpace(rest[w.to:])
		}
	}
	return rest, ""
}

// longestName is how many words a name may have that is taken as it stands.
const longestName = 10

// known are words that name those whom the Council usually asks.
var known = regexp.MustCompile(`\b(?:Member States|States|Secretary-General|parties|Governments?|organizations|entities|Committees?|Team|Directorate|` +
	`Panels?|Groups? of Experts|Special (?:Representatives?|Envoys?|Advisers?)|missions?|countries|agencies|actors|bodies|` +
	`community|donors|authorities|Force|Mission|Office|Programme|Mechanism|Ombudsperson|Tribunals?|Court|Commission|[A-Z][A-Za-z]*[A-Z]{2,})\b`)

var abbreviation = regexp.MustCompile(` ?\([^()]*\)`)

// named is a phrase as the name of an addressee, with what makes it uncertain.
func named(phrase, after, previous string) (name, rest, doubt string) {
	name = strings.TrimSpace(abbreviation.ReplaceAllString(phrase, ""))
	for _, article := range []string{"upon ", "on ", "all of the ", "all the ", "all ", "the ", "relevant ", "that ", "its "} {
		if cut := strings.TrimPrefix(name, article); cut != "" {
			name = cut
		}
	}
	if slices.Contains([]string{"it", "them", "him", "he", "they", "these", "those"}, name) && previous != "" {
		return previous, after, doubtPronoun
	}
	words := wordsOf(name)
	switch {
	case name == "":
		return "All", after, doubtAddressee
	case len(words) > longestName || !known.MatchString(name):
		return cut(name, longestName+6), after, doubtAddressee
	case strings.HasPrefix(after, "in particular ") || strings.HasPrefix(after, "especially ") || strings.HasPrefix(after, "including "):
		return name, after, doubtNarrowed
	}
	return name, after, ""
}

// cut is a text of no more than some words.
func cut(text string, most int) string {
	words := wordsOf(text)
	if len(words) <= most {
		return text
	}
	return strings.TrimRight(text[:words[most-1].to], ",;:. ")
}
