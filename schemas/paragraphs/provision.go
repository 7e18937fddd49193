package paragraphs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rapporteur/rapporteur"
)

// provisionDraft is one provision of a draft, with what a person should look at.
type provisionDraft struct {
	rapporteur.Provision
	clause    string // its words, from the verb on
	deadlines []Deadline
	doubts    map[string]string // by field
}

// most provisions that a paragraph can have: their ids end in a letter.
const most = 26

// doubts about strength and summaries.
const (
	doubtStrength = "usage does not settle how much the verb binds"
	doubtCall     = "the Council repeats a call: how much does it bind?"
	doubtVerb     = "the file's first verb is %q"
	doubtMany     = "more verbs than letters: the rest of the paragraph stands here"
	doubtSummary  = "the text's first words: say it plainly and in full"
)

// provisions splits an operative paragraph by its verbs.
func provisions(o operative, adopted rapporteur.Date) []provisionDraft {
	if o.Text == "" {
		return nil
	}
	list := heads(o.Text)
	if len(list) == 0 {
		list = []head{headless(o.Text)}
	}
	if len(list) > most {
		list = list[:most]
		list[most-1].doubt = doubtMany
	}
	var all []provisionDraft
	previous := ""
	for n, h := range list {
		clause := o.Text[h.from:]
		if n+1 < len(list) {
			clause = o.Text[h.from:list[n+1].from]
		}
		p := newProvision(h, o.Text[h.after:h.from+len(clause)], clause, previous, adopted)
		p.Operative, p.ID = o.Number, fmt.Sprintf("OP%d", o.Number)
		if len(list) > 1 {
			p.ID += "." + string(rune('a'+n))
		}
		if n == 0 && o.verb != "" && !strings.HasPrefix(h.verb, o.verb) {
			p.doubt("verb", fmt.Sprintf(doubtVerb, o.verb))
		}
		if p.Addressee != council {
			previous = p.Addressee
		}
		all = append(all, p)
	}
	return all
}

// headless is the head of a paragraph in which no verb was recognized: its
// first word, so that the verb at least stands in the text.
func headless(text string) head {
	first := wordsOf(text)[0]
	verb := strings.ToLower(strings.TrimRight(first.raw, ",;:."))
	if verb == "" {
		verb = first.raw
	}
	return head{verb: verb, after: first.to, known: verbs["decides"], doubt: doubtNone}
}

func newProvision(h head, rest, clause, previous string, adopted rapporteur.Date) provisionDraft {
	p := provisionDraft{clause: clause, doubts: map[string]string{}, deadlines: deadlines(clause, adopted)}
	p.Verb, p.Strength, p.Qualifiers = h.verb, h.known.strength, qualifiers(clause)
	p.doubt("verb", h.doubt)
	if h.known.unsure || h.doubt == doubtNone {
		p.doubt("strength", doubtStrength)
	}
	if h.known.strength == 0 && repeated.MatchString(rest) {
		p.doubt("strength", doubtCall)
	}
	var after, doubt string
	p.Addressee, after, doubt = addressee(h.known, h.verb, strings.TrimLeft(rest, " ,"), previous)
	p.doubt("addressee", doubt)
	p.Class, doubt = class(h.known, p.Addressee, clause, len(p.deadlines) > 0)
	p.doubt("class", doubt)
	if p.asksNobody() || p.Class == rapporteur.ClassMeasure {
		p.deadlines = slices.DeleteFunc(p.deadlines, func(d Deadline) bool { return d.Expected || rhythmForm.MatchString(d.Label) })
	}
	p.summarize(h.known, rest, after)
	return p
}

// repeated are the words with which the Council repeats what it asks.
var repeated = regexp.MustCompile(`^ ?its (?:\w+ )?(?:call|request|demand|appeal|invitation|encouragement)\b`)

// doubt marks a field; the first doubt stays.
func (p *provisionDraft) doubt(field, doubt string) {
	if doubt != "" && p.doubts[field] == "" {
		p.doubts[field] = doubt
	}
}

// longestSummary is how many words of the text make a summary.
const longestSummary = 40

// leading are words at the beginning of what is asked, or said, that a summary
// does without; qualifiers have a field of their own.
var leading = regexp.MustCompile(`^(?:[ ,;:]*(?:to|that|in (?:this|that) (?:regard|context|respect)|` + strings.Trim(qualifierForm.String(), `\b`) + `)\b)*`)

// summarize takes the words of what is asked, or said, as the summary.
func (p *provisionDraft) summarize(v verb, rest, after string) {
	text := rest
	if v.asks && strings.Trim(after, " ,;.:") != "" {
		text = after
	}
	text = strings.TrimLeft(leading.ReplaceAllString(text, ""), " ,;:")
	text = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(text, " ,;:."), " and"), " ,;:.")
	if text == "" {
		text = p.Verb
	}
	short := cut(text, longestSummary)
	if short != text {
		p.doubt("summary", doubtSummary)
	}
	first, size := utf8.DecodeRuneInString(short)
	p.Summary = string(unicode.ToUpper(first)) + short[size:]
}

// asksNobody reports whether a provision is a declaration, which has a reason
// in place of a stream.
func (p provisionDraft) asksNobody() bool { return p.Class == rapporteur.ClassDeclare }

// due is the first deadline of a provision that is due once, after adoption or
// on a date.
func (p provisionDraft) due() (Deadline, bool) {
	n := slices.IndexFunc(p.deadlines, func(d Deadline) bool {
		return d.Every.IsZero() && !d.Expected && (d.Anchor == anchorAdoption || d.Anchor == anchorDate)
	})
	if n < 0 {
		return Deadline{}, false
	}
	return p.deadlines[n], true
}
