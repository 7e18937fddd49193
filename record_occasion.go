package rapporteur

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// occasionRecords is what the occasions of a stream have for a report: a
// paragraph for each that was held and whose outcome was recorded since the
// report before. Of events of which only receipts are kept nothing is told but
// how many there were.
func (c Conduct) occasionRecords(ctx context.Context, r Reader, stream Stream, cycles []Cycle, since time.Time) ([]StreamRecord, error) {
	var all []StreamRecord
	var receipts []Cycle
	for _, cycle := range cycles {
		switch {
		case !cycle.heldSince(since):
		case cycle.Event.ReceiptOnly:
			receipts = append(receipts, cycle)
		default:
			record, err := c.heldRecord(ctx, r, cycle)
			if err != nil {
				return nil, err
			}
			all = append(all, record)
		}
	}
	if len(receipts) > 0 {
		all = append(all, receiptRecord(stream, receipts))
	}
	return all, nil
}

// heldRecord tells of one event that was held.
func (c Conduct) heldRecord(ctx context.Context, r Reader, cycle Cycle) (StreamRecord, error) {
	in := Compilation{Cycle: cycle, Contributors: map[ContributorID]Contributor{}, Questionnaires: map[QuestionnaireRef]Questionnaire{}}
	var err error
	if in.Requests, in.Accepted, err = c.answers(ctx, r, cycle); err != nil {
		return StreamRecord{}, err
	}
	if err := c.describe(&in); err != nil {
		return StreamRecord{}, err
	}
	return occasionRecord(in)
}

// heldSince reports whether the event of an occasion was held and that it was
// is on the record since a moment.
func (c Cycle) heldSince(since time.Time) bool {
	return c.Shape == ShapeOccasion && c.Phase != PhaseCancelled && c.Outcome.Kind == OutcomeHeld && c.Outcome.At.After(since)
}

// receiptRecord counts the events of a stream that were held.
func receiptRecord(stream Stream, held []Cycle) StreamRecord {
	record := StreamRecord{
		Cycle: held[0].ID, Provisions: stream.Provisions,
		Text: fmt.Sprintf("In all, %s took place.", count(len(held), string(held[0].Event.Kind))),
	}
	for _, cycle := range held {
		record.Sources = append(record.Sources, outcomeSource(cycle.ID))
	}
	return record
}

// outcomeSource is the provenance of what is told of an event.
func outcomeSource(id CycleID) Source {
	return Source{Cycle: id, Record: fmt.Sprintf("cycle/%s/outcome", id)}
}

// occasionRecord tells how an occasion went, in one paragraph: when and where
// it was held, who took part, how many replied, what the Secretariat says of
// it, and totals of what was reported. Sums that stand for few persons or few
// contributors are withheld as in every report.
func occasionRecord(in Compilation) (StreamRecord, error) {
	c, err := newCompiler(in)
	if err != nil {
		return StreamRecord{}, fmt.Errorf("cannot tell of occasion: %w", err)
	}
	record := StreamRecord{Cycle: in.Cycle.ID, Provisions: in.Stream.Provisions, Sources: []Source{outcomeSource(in.Cycle.ID)}}
	sentences := []string{heldText(in.Cycle), c.participantsText(), c.repliesText(), in.Cycle.Outcome.Summary}
	totals, sources := c.totals()
	for _, source := range sources {
		source.Cycle = in.Cycle.ID
		record.Sources = append(record.Sources, source)
	}
	for _, sentence := range append(sentences, totals...) {
		if sentence = strings.Join(strings.Fields(sentence), " "); sentence != "" {
			record.Text += " " + sentence
		}
	}
	record.Text = strings.TrimSpace(record.Text)
	return record, nil
}

// heldText says what was held when, by whom and where it is on record.
func heldText(c Cycle) string {
	where := slices.DeleteFunc([]string{c.Event.Body, c.Outcome.Record}, func(s string) bool { return s == "" })
	text := fmt.Sprintf("The %s “%s” took place on %s", c.Event.Kind, c.Title, c.Outcome.HeldOn.Words())
	if len(where) > 0 {
		text += fmt.Sprintf(" (%s)", strings.Join(where, "; "))
	}
	return text + "."
}

// participantsText names those who took part, in the alphabetical order of
// English.
func (c *compiler) participantsText() string {
	var names []string
	for _, id := range c.in.Cycle.Outcome.Participants {
		name := c.in.Contributors[id].Name("en")
		if name == "" {
			name = string(id)
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	collate.New(language.English).SortStrings(names)
	return joinNamed(names) + " took part."
}

// repliesText says how many of those asked replied.
func (c *compiler) repliesText() string {
	asked, silent := c.coverage.Asked, c.coverage.Outcomes[ReturnNoReply]
	if asked == 0 {
		return ""
	}
	return fmt.Sprintf("Of the %s asked, %s replied.", digits(asked), digits(asked-silent))
}

// totals adds up what numbers were reported, with their sources.
func (c *compiler) totals() (sentences []string, sources []Source) {
	for _, section := range c.parts {
		for _, part := range section.parts {
			for _, q := range part.questions {
				told := c.totalsOf(q)
				if len(told) > 0 {
					sources = append(sources, q.sources...)
				}
				sentences = append(sentences, told...)
			}
		}
	}
	return sentences, sources
}

// totalsOf is the sums of one question. Where contributors of another kind than
// the questionnaire's have answered, they are counted without naming a kind.
func (c *compiler) totalsOf(q *askedQuestion) []string {
	if slices.ContainsFunc(q.replies, func(r questionReply) bool { return r.who.kind != q.kind }) {
		q.kind = ""
	}
	var told []string
	for _, part := range q.Parts {
		if part.Kind != PartNumber && part.Kind != PartPercent && part.Kind != PartFigures {
			continue
		}
		if text, _ := c.part(q, part, detail{noTables: true}); text != "" {
			told = append(told, text)
		}
	}
	return told
}
