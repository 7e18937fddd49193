package rapporteur

import (
	"fmt"
	"strings"
)

// cover counts who was asked and who answered, in time or late.
func (c *compiler) cover() Coverage {
	cover := Coverage{Outcomes: map[ReturnType]int{}, ByKind: map[ContributorKind]KindCoverage{}}
	for _, p := range c.people {
		cover.Asked++
		cover.Outcomes[p.outcome]++
		kind := cover.ByKind[p.kind]
		kind.Asked++
		if p.outcome != ReturnNoReply {
			kind.Replied++
			if p.request.Late {
				cover.Late++
			} else {
				cover.OnTime++
				kind.OnTime++
			}
		}
		cover.ByKind[p.kind] = kind
	}
	return cover
}

// record is the provenance of what the Secretariat itself has on file.
func (c *compiler) record(what string) []Source {
	return []Source{{Record: fmt.Sprintf("cycle/%s/%s", c.in.Cycle.ID, what)}}
}

// mandate is the provisions that the report itself answers to.
func (c *compiler) mandate() []string {
	if mandate := c.in.Instrument.Mandate(c.in.Stream); len(mandate) > 0 {
		return mandate
	}
	return []string{c.in.Stream.ID}
}

func (c *compiler) own(text, record string) Block {
	return paragraphBlock(Paragraph{Text: text, Provisions: c.mandate(), Sources: c.record(record)})
}

func (c *compiler) introduction() ReportSection {
	s := ReportSection{Heading: "Introduction"}
	s.Blocks = append(s.Blocks, c.own(c.mandateText(), "plan"), c.own(c.askedText(), "requests"))
	if c.coverage.OnTime+c.coverage.Late > 0 {
		s.Blocks = append(s.Blocks, c.own(c.timelinessText(), "requests"))
	}
	return s
}

func (c *compiler) mandateText() string {
	i := c.in.Instrument
	var b strings.Builder
	fmt.Fprintf(&b, "The present report is submitted pursuant to %s of %s", c.operatives(c.mandate()), resolutionName(i))
	if !i.Adopted.IsZero() {
		fmt.Fprintf(&b, ", adopted on %s", i.Adopted.Words())
	}
	b.WriteString(c.requestText() + ".")
	if due := c.in.Cycle.Plan.Date(DateMandated); !due.IsZero() {
		fmt.Fprintf(&b, " The report was due on %s.", due.Words())
	}
	b.WriteString(" It is compiled from the replies of contributors; each paragraph can be traced to the replies on which it rests.")
	return b.String()
}

// requestText says who was asked for what, in the words of the provision.
func (c *compiler) requestText() string {
	past := map[string]string{
		"requests": "requested", "invites": "invited", "calls upon": "called upon",
		"urges": "urged", "encourages": "encouraged", "directs": "directed",
	}
	var asked []string
	for _, id := range c.mandate() {
		p, ok := c.in.Instrument.Provision(id)
		if !ok || p.Summary == "" || p.Addressee == "" || past[p.Verb] == "" {
			continue
		}
		asked = append(asked, fmt.Sprintf("%s %s to %s", past[p.Verb], withArticle(p.Addressee), lowerFirst(strings.TrimRight(p.Summary, ". "))))
	}
	if len(asked) == 0 {
		return ""
	}
	return ", in which the Council " + joinWords(asked)
}

// withArticle names an organ or officer as a sentence does; groups such as
// Member States take no article.
func withArticle(addressee string) string {
	if strings.HasSuffix(addressee, "s") || strings.HasPrefix(addressee, "the ") {
		return addressee
	}
	return "the " + addressee
}

func (c *compiler) askedText() string {
	var asked, replied []string
	for _, kind := range kindOrder {
		k := c.coverage.ByKind[kind]
		if k.Asked == 0 {
			continue
		}
		asked = append(asked, kindCount(kind, k.Asked))
		replied = append(replied, fmt.Sprintf("%s of %s", digits(k.Replied), kindCount(kind, k.Asked)))
	}
	if len(asked) == 0 {
		return "No contributor was asked for information for the present report."
	}
	text := "The Secretariat asked " + joinWords(asked) + " for information"
	if due := c.in.Cycle.Plan.Date(DateDue); !due.IsZero() {
		text += ", to be received by " + due.Words()
	}
	if c.coverage.OnTime+c.coverage.Late == 0 {
		return text + ". No reply was received."
	}
	return text + ". Replies were received from " + joinWords(replied) + "."
}

func (c *compiler) timelinessText() string {
	replies := c.coverage.OnTime + c.coverage.Late
	text := fmt.Sprintf("Of the %s received, %s within the time allowed and %s late.",
		plural(replies, "reply", "replies"), came(c.coverage.OnTime), digits(c.coverage.Late))
	var kinds []string
	for _, t := range returnTypes {
		if n := c.coverage.Outcomes[t.kind]; n > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %s", digits(n), t.phrase))
		}
	}
	if len(kinds) > 0 {
		text += " By type of return, " + joinWords(kinds) + "."
	}
	return text + " A considered reply that there is nothing to report, or that the questions do not apply, counts as a reply."
}

// returnTypes is how each type of return is told, in the order of telling.
var returnTypes = []struct {
	kind    ReturnType
	phrase  string // 12 answered in full
	heading string
}{
	{ReturnAnswered, "answered in full", "Answered in full"},
	{ReturnPartial, "answered in part", "Answered in part"},
	{ReturnNil, "had nothing to report", "Nothing to report"},
	{ReturnNotApplicable, "considered the questions not applicable", "Considered not applicable"},
	{ReturnCovered, "referred to another report", "Covered by another report"},
	{ReturnDeclined, "declined to answer", "Declined to answer"},
}

func came(n int) string {
	if n == 1 {
		return "1 came"
	}
	return digits(n) + " came"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return digits(n) + " " + many
}
