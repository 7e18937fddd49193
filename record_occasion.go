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

// occasionRecords is what an occasion has for a report of its instrument: a
// paragraph where it was held and its outcome was recorded since the report
// before. Of events of which only receipts are kept nothing is told but how many
// there were, once, by the last of them.
func (c Conduct) occasionRecords(ctx context.Context, r Reader, cycle Cycle, since time.Time) ([]StreamRecord, error) {
	if !cycle.heldSince(since) {
		return nil, nil
	}
	in := Compilation{Cycle: cycle, Contributors: map[ContributorID]Contributor{}, Questionnaires: map[QuestionnaireRef]Questionnaire{}}
	var err error
	if cycle.Event.ReceiptOnly {
		return c.receiptRecords(ctx, r, cycle, since)
	}
	if in.Requests, in.Accepted, err = c.answers(ctx, r, cycle.ID); err != nil {
		return nil, err
	}
	if err := c.describe(&in); err != nil {
		return nil, err
	}
	record, err := occasionRecord(in)
	return []StreamRecord{record}, err
}

// heldSince reports whether the event of an occasion was held and that it was
// is on the record since a moment.
func (c Cycle) heldSince(since time.Time) bool {
	return c.Shape == ShapeOccasion && c.Phase != PhaseCancelled && c.Outcome.Kind == OutcomeHeld && c.Outcome.At.After(since)
}

// receiptRecords counts the events of a stream, at the last that was held.
func (c Conduct) receiptRecords(ctx context.Context, r Reader, cycle Cycle, since time.Time) ([]StreamRecord, error) {
	instrumentID, streamID, _, err := cycle.ID.Parts()
	if err != nil {
		return nil, err
	}
	instrument, err := c.Catalogue.Instrument(instrumentID)
	if err != nil {
		return nil, err
	}
	all, err := cyclesUnder(ctx, r, string(NewCycleID(instrumentID, streamID, OccasionPrefix)))
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(all, func(other Cycle) bool { return !other.heldSince(since) })
	if len(held) == 0 || held[len(held)-1].ID != cycle.ID {
		return nil, nil
	}
	stream, _ := instrument.Stream(streamID)
	record := StreamRecord{
		Cycle: cycle.ID, Provisions: stream.Provisions,
		Text: fmt.Sprintf("In all, %s took place.", count(len(held), string(cycle.Event.Kind))),
	}
	for _, other := range held {
		record.Sources = append(record.Sources, outcomeSource(other.ID))
	}
	return []StreamRecord{record}, nil
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
