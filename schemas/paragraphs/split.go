package paragraphs

import (
	"slices"
	"strings"
)

// head is the verb at the head of a provision, and where its clause begins.
type head struct {
	from  int    // byte where the clause begins
	after int    // byte after the verb
	verb  string // as the text has it, without adverbs: calls upon
	known verb
	doubt string // why a person should look whether it heads a provision
}

// doubts about heads.
const (
	doubtRelative = "the verb may belong to the words before it"
	doubtTwins    = "two verbs stand together: one provision or two?"
	doubtLate     = "the text begins with other words"
	doubtNone     = "no verb of the Council's was recognized"
)

// heads finds the verbs that head provisions in a paragraph: the first, and
// each further one at the beginning of a clause.
func heads(text string) []head {
	words := wordsOf(text)
	var list []head
	for n := range words {
		h, begins, ok := headAt(words, n)
		switch {
		case !ok:
			continue
		case len(list) == 0:
			if begins > 0 && words[0].plain != "acting" { // under Chapter VII, decides
				h.doubt = doubtLate
			}
			list = append(list, h)
			continue
		}
		before := &list[len(list)-1]
		h.from = words[begins].from
		if h.from <= before.after+1 {
			before.doubt = doubtTwins
			continue
		}
		if relative(text[before.after:h.from]) && !words[begins-1].stops() {
			h.doubt = doubtRelative
		}
		list = append(list, h)
	}
	return list
}

// headAt is the head whose verb is the n-th word, and the word with which its
// clause begins.
func headAt(words []word, n int) (h head, begins int, ok bool) {
	w := words[n]
	v, ok := knownVerb(w.plain)
	if !ok {
		return head{}, 0, false
	}
	begins = start(words, n)
	if begins < 0 || begins > 0 && (v.leading || !v.followed(words, n)) {
		return head{}, 0, false
	}
	h = head{after: w.to, verb: w.plain, known: v}
	if n+1 < len(words) && joins[w.plain] != nil && slices.Contains(joins[w.plain], words[n+1].plain) && !w.closes() {
		h.verb += " " + words[n+1].plain
		h.after = words[n+1].to
	}
	return h, begins, true
}

// joins are the words that belong to a verb.
var joins = map[string][]string{
	"calls": {"upon", "on"}, "takes": {"note"}, "looks": {"forward"}, "pays": {"tribute"}, "draws": {"attention"},
}

// followed reports whether a word may follow the verb where it heads a
// provision: "requests the Secretary-General", not "requests for delisting".
func (v verb) followed(words []word, n int) bool {
	if n+1 == len(words) {
		return false
	}
	next := words[n+1]
	if len(v.next) == 0 {
		return !slices.Contains([]string{"of", "and", "or"}, next.plain) || words[n].closes()
	}
	return slices.Contains(v.next, next.plain) || next.capital() || words[n].closes() && strings.HasSuffix(words[n].raw, ",")
}

// start is the index of the word with which the clause of the n-th word
// begins, its adverbs included; negative where it stands inside a clause.
func start(words []word, n int) int {
	begins := n
	for begins > 0 {
		length := skipped(words[:begins])
		if length == 0 {
			break
		}
		begins -= length
	}
	if begins == 0 {
		return 0
	}
	before := words[begins-1]
	if before.closes() || before.enumerates() {
		return begins
	}
	if before.plain == "and" || before.plain == "but" {
		return begins - 1
	}
	return -1
}

// skipped is how many words at the end are adverbs or insertions.
func skipped(words []word) int {
	last := words[len(words)-1]
	if last.stops() {
		return 0
	}
	if adverbs[last.plain] {
		return 1
	}
	for _, insertion := range insertions {
		k := len(words) - len(insertion)
		if k < 0 {
			continue
		}
		same := true
		for n, w := range insertion {
			same = same && words[k+n].plain == w
		}
		if same {
			return len(insertion)
		}
	}
	return 0
}

// relative reports whether a clause holds a verb of somebody else's, to which
// a further verb could belong: "a process which supports … and encourages".
func relative(clause string) bool {
	words := wordsOf(clause)
	for n := 1; n < len(words); n++ {
		switch words[n-1].plain {
		case "which", "who", "that":
			if w := words[n].plain; strings.HasSuffix(w, "s") && len(w) > 4 && !words[n].capital() {
				return true
			}
		}
	}
	return false
}
