package rapporteur

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
)

// question is the paragraph on one question, and its tables.
func (c *compiler) question(q *askedQuestion, d detail) []Block {
	p := Paragraph{Provisions: []string{q.Provision}, Sources: q.sources}
	sentences := []string{lead(q) + statusText(q, d.brief) + "."}
	if text := examplesText(q, d.examples); text != "" {
		sentences = append(sentences, text)
	}
	blocks := []Block{paragraphBlock(p)}
	for _, part := range q.Parts {
		text, table := c.part(q, part, d)
		if text != "" {
			sentences = append(sentences, text)
		}
		if table != nil {
			blocks = append(blocks, Block{Table: table})
		}
	}
	sentences = append(sentences, c.quotes(q, d.quotes)...)
	blocks[0].Paragraph.Text = strings.Join(sentences, " ")
	return blocks
}

// lead opens a paragraph with the question as it was asked; the words turn with
// the question's id, so that neighbours do not all begin alike.
func lead(q *askedQuestion) string {
	label := labelText(q.Label, q.ID)
	forms := []string{"On “%s” (%s), ", "As to “%s” (%s), "}
	if strings.Contains(label, "?") {
		forms = []string{"In reply to the question “%s” (%s), ", "On the question “%s” (%s), "}
	}
	return fmt.Sprintf(forms[hashOf(q.ID)%uint64(len(forms))], label, q.ID)
}

// aloneWords is how a status is told that everybody gave.
var aloneWords = map[Status]string{
	StatusYes: "answered yes", StatusInPart: "answered in part", StatusNo: "answered no",
	StatusNotApplicable: "considered it not applicable", StatusNoInformation: "had no information",
}

// statusText counts the answers: of the 87 Member States that replied, 52
// answered yes, 20 in part and 15 no.
func statusText(q *askedQuestion, brief bool) string {
	counts := map[Status]int{}
	for _, r := range q.replies {
		counts[r.answer.Status]++
	}
	n := len(q.replies)
	if counts[""] == n {
		return fmt.Sprintf("%s replied", kindCount(q.kind, n))
	}
	if alone := aloneWords[q.replies[0].answer.Status]; counts[q.replies[0].answer.Status] == n {
		switch n {
		case 1:
			return fmt.Sprintf("the one %s that replied %s", kindNoun(q.kind, 1), alone)
		case 2:
			return fmt.Sprintf("both %s that replied %s", kindNoun(q.kind, 2), alone)
		}
		return fmt.Sprintf("all %s that replied %s", kindCount(q.kind, n), alone)
	}
	direct := countedStatuses(counts, directWords)
	other := countedStatuses(counts, otherWords)
	if len(direct) > 0 {
		number, word, _ := strings.Cut(direct[0], " ")
		direct[0] = number + " answered " + word
		if brief && len(other) > 0 {
			rest := n - counts[StatusYes] - counts[StatusInPart] - counts[StatusNo]
			direct, other = append(direct, digits(rest)+" otherwise"), nil
		}
	}
	text := fmt.Sprintf("of the %s that replied, %s", kindCount(q.kind, n), joinWords(direct))
	if len(direct) > 0 && len(other) > 0 {
		text += "; "
	}
	return text + joinWords(other)
}

// statusWord is how a status is told after its count.
type statusWord struct {
	status Status
	word   string
}

var (
	directWords = []statusWord{{StatusYes, "yes"}, {StatusInPart, "in part"}, {StatusNo, "no"}}
	otherWords  = []statusWord{
		{StatusNotApplicable, "considered it not applicable"}, {StatusNoInformation, "had no information"}, {"", "gave details only"},
	}
)

func countedStatuses(counts map[Status]int, words []statusWord) []string {
	var told []string
	for _, w := range words {
		if counts[w.status] > 0 {
			told = append(told, digits(counts[w.status])+" "+w.word)
		}
	}
	return told
}

// examplesText names some that answered yes, or in part where nobody answered
// yes, in the alphabetical order of English; only those that may be named.
func examplesText(q *askedQuestion, most int) string {
	for _, s := range []struct {
		status Status
		word   string
	}{{StatusYes, "yes"}, {StatusInPart, "in part"}} {
		all := 0
		var named []questionReply
		for _, r := range q.replies {
			if r.answer.Status != s.status {
				continue
			}
			all++
			if r.quotable {
				named = append(named, r)
			}
		}
		if all == 0 {
			continue
		}
		chosen := choose(q.ID, named, most, func(r questionReply) int {
			return min(len(r.answer.LegalReferences), 1) + min(len(r.answer.Sources), 1)
		})
		if len(chosen) == 0 {
			return ""
		}
		names := make([]string, len(chosen))
		for n, r := range chosen {
			names[n] = r.who.name
		}
		verb := "included"
		if len(names) == all {
			verb = "were"
			if all == 1 {
				return fmt.Sprintf("It was %s that answered %s.", names[0], s.word)
			}
		}
		return fmt.Sprintf("Those that answered %s %s %s.", s.word, verb, joinWords(names))
	}
	return ""
}

// choose picks replies that are best documented, and among equals by a hash
// of question and contributor, so that the beginning of the alphabet is not
// always the example. The order of the replies is kept.
func choose(question string, replies []questionReply, most int, weight func(questionReply) int) []questionReply {
	if len(replies) <= most {
		return replies
	}
	order := make([]ranked, len(replies))
	for n, r := range replies {
		order[n] = ranked{n, weight(r), hashOf(question + " " + string(r.who.id))}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
	})
	order = order[:max(most, 0)]
	slices.SortFunc(order, func(a, b ranked) int { return cmp.Compare(a.at, b.at) })
	chosen := make([]questionReply, len(order))
	for n, r := range order {
		chosen[n] = replies[r.at]
	}
	return chosen
}

// ranked is a reply, by its place, with what makes it come before another.
type ranked struct {
	at, weight int
	hash       uint64
}

func hashOf(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // a hash never fails
	return h.Sum64()
}

// maxQuoteWords bounds a sentence that is quoted; longer ones are not cut,
// because a cut can turn their sense.
const maxQuoteWords = 30

var (
	sentenceEnd = regexp.MustCompile(`[.!?](\s|$)`)
	fewPersons  = regexp.MustCompile(`(?i)\b([0-4]|zero|one|two|three|four|an?|no|single)\s+([\p{L}-]+\s+){0,2}(victims?|persons?|people|children|child|girls?|boys?|wom[ae]n|m[ae]n|survivors?|minors?|migrants?|nationals?)\b`)
)

// quotes is short sentences from the text of replies, attributed, where the
// contributor allows it. Nothing is quoted from questions that count persons,
// and no sentence that tells of a few persons.
func (c *compiler) quotes(q *askedQuestion, most int) []string {
	if most == 0 || slices.ContainsFunc(q.Parts, func(p QuestionPart) bool { return p.Persons }) {
		return nil
	}
	texts := map[ContributorID]string{}
	var able []questionReply
	for _, r := range q.replies {
		text := replyText(q, r.answer)
		if text == "" || !r.quotable {
			continue
		}
		if language := r.who.language; language != "" && language != "en" {
			c.skippedLanguages++
			continue
		}
		if sentence := firstSentence(text); sentence != "" {
			texts[r.who.id] = sentence
			able = append(able, r)
		}
	}
	var sentences []string
	for _, r := range choose(q.ID, able, most, func(questionReply) int { return 0 }) {
		sentences = append(sentences, fmt.Sprintf("%s stated: “%s”", r.who.name, texts[r.who.id]))
	}
	return sentences
}

// replyText is the first text of a reply, in the order of the question's parts.
func replyText(q *askedQuestion, a Answer) string {
	if a.Text != "" {
		return a.Text
	}
	for _, p := range q.Parts {
		if p.Kind != PartText {
			continue
		}
		if text := a.Values.Of(p.Name).Text; text != "" {
			return text
		}
	}
	return ""
}

var innerQuotes = strings.NewReplacer("“", "‘", "”", "’", "\"", "’")

// firstSentence is the first sentence of a text when it is fit to be quoted,
// else nothing.
func firstSentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if at := sentenceEnd.FindStringIndex(text); at != nil {
		text = text[:at[0]+1]
	} else {
		text += "."
	}
	if words := countWords(text); words < 4 || words > maxQuoteWords || fewPersons.MatchString(text) {
		return ""
	}
	return innerQuotes.Replace(text)
}

// foldedParagraph lists questions that are not told one by one.
func (c *compiler) foldedParagraph(questions []*askedQuestion) Paragraph {
	var p Paragraph
	var list []string
	n := 0
	for _, q := range questions {
		n += len(q.sources)
	}
	p.Sources = make([]Source, 0, n)
	for _, q := range questions {
		list = append(list, fmt.Sprintf("%s (%s)", q.ID, digits(len(q.replies))))
		if !slices.Contains(p.Provisions, q.Provision) {
			p.Provisions = append(p.Provisions, q.Provision)
		}
		p.Sources = append(p.Sources, q.sources...)
	}
	if len(list) == 1 {
		p.Text = fmt.Sprintf("Replies to the question %s were also received and are kept in the record.", list[0])
	} else {
		p.Text = fmt.Sprintf("Replies to the questions %s were also received and are kept in the record.", joinWords(list))
	}
	return p
}
