package rapporteur

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Words that a digest may have, and that its paragraphs may have in a report to
// the Council, where they stand beside what the report's own questions brought.
const (
	digestWords  = 2000
	excerptWords = 300
)

// WindowContent is everything that the digest of an intake's window is made
// from.
type WindowContent struct {
	Instrument     Instrument
	Stream         Stream
	Window         Cycle
	Deliveries     []Delivery                    // in order
	Documents      map[int]AnswerDocument        // what was delivered, by number; none for receipts
	Contributors   map[ContributorID]Contributor // senders and destinations
	Questionnaires map[QuestionnaireRef]Questionnaire
	Since          time.Time // only what came after; zero for all of the window
	At             time.Time // of the digest, business time
}

// Digest is what a window brought: how many deliveries from whom, to whom and on
// what, and the content of those that may be used in a report. It is pure.
//
// Of several deliveries of one contributor the newest counts for content and
// topics. Content whose contributor did not agree is counted and not told;
// names stand only where attribution was agreed to; persons are protected as in
// every report. A digest of receipts is counts alone.
func Digest(in WindowContent) (Report, error) {
	d := newDigester(in)
	c, err := newCompiler(d.compilation(digestWords))
	if err != nil {
		return Report{}, fmt.Errorf("cannot make digest: %w", err)
	}
	r := c.fit(func(level detail) Report { return d.report(c, level) })
	if r.Hash, err = ContentHash(r); err != nil {
		return Report{}, fmt.Errorf("cannot make digest: %w", err)
	}
	if err := CheckReport(r); err != nil {
		return Report{}, fmt.Errorf("cannot make digest: %w", err)
	}
	return r, nil
}

// excerpt is a window's paragraphs for a report of the same instrument: how much
// came, and what may be told of it. Figures that count persons stay in the
// digest: beside the report's own sums they could give somebody away.
func excerpt(in WindowContent) ([]StreamRecord, error) {
	if len(in.Deliveries) == 0 {
		return nil, nil
	}
	d := newDigester(in)
	c, err := newCompiler(d.compilation(excerptWords))
	if err != nil {
		return nil, fmt.Errorf("cannot excerpt %s: %w", in.Window.ID, err)
	}
	r := c.fit(func(level detail) Report {
		level.noPersons, level.noTables = true, true
		return d.report(c, level)
	})
	var records []StreamRecord
	add := func(p Paragraph, text string) {
		sources := slices.Clone(p.Sources)
		for n := range sources {
			sources[n].Cycle = in.Window.ID
		}
		records = append(records, StreamRecord{Cycle: in.Window.ID, Provisions: p.Provisions, Text: text, Sources: sources})
	}
	for n, s := range r.Sections {
		for k, block := range s.Blocks {
			switch {
			case n == 0 && k == 0:
				add(*block.Paragraph, block.Paragraph.Text)
			case s.Heading == digestBody:
				add(*block.Paragraph, "In these deliveries, "+lowerFirst(block.Paragraph.Text))
			}
		}
	}
	return records, nil
}

// digester is a window's content, looked up and counted.
type digester struct {
	in     WindowContent
	newest []Delivery // with content, one of each contributor, by contributor
	usable []Delivery // of those, what may be used in a report
}

func newDigester(in WindowContent) *digester {
	d := &digester{in: in}
	latest := map[ContributorID]Delivery{}
	for _, delivery := range in.Deliveries {
		if before, ok := latest[delivery.Contributor]; !delivery.Receipt && (!ok || before.Number < delivery.Number) {
			latest[delivery.Contributor] = delivery
		}
	}
	for _, delivery := range latest {
		d.newest = append(d.newest, delivery)
	}
	slices.SortFunc(d.newest, func(a, b Delivery) int { return cmp.Compare(a.Contributor, b.Contributor) })
	for _, delivery := range d.newest {
		if delivery.Consent.InReport {
			d.usable = append(d.usable, delivery)
		}
	}
	return d
}

// digestBody is the heading of what deliveries say.
const digestBody = "Information received"

// compilation is what may be used, as a report would be compiled from it: each
// contributor is one that was asked and answered. The version of a source is
// the number of the delivery.
func (d *digester) compilation(words int) Compilation {
	stream := d.in.Stream
	stream.Policy = Policy{WordBudget: words, Report: ReportOutline{
		Title:    fmt.Sprintf("Digest of the window %s: %s", d.in.Window.Window().Label, d.in.Stream.Title),
		Sections: []OutlineSection{{Heading: digestBody, Parts: []OutlinePart{{Provisions: stream.Provisions}}}},
	}}
	in := Compilation{
		Instrument: d.in.Instrument, Stream: stream, Cycle: d.in.Window, Draft: 1,
		Contributors: d.in.Contributors, Questionnaires: map[QuestionnaireRef]Questionnaire{}, CompiledAt: d.in.At,
	}
	for _, delivery := range d.usable {
		key := RequestKey{Cycle: delivery.Cycle, Contributor: delivery.Contributor}
		in.Requests = append(in.Requests, Request{
			RequestKey: key, Kind: delivery.Kind, Questionnaire: delivery.Questionnaire,
			State: RequestSettled, Outcome: delivery.ReturnType, Version: delivery.Number,
		})
		in.Accepted = append(in.Accepted, Accepted{
			Submission: Submission{RequestKey: key, Version: delivery.Number, Questionnaire: delivery.Questionnaire, ReturnType: delivery.ReturnType},
			Document:   attributable(d.in.Documents[delivery.Number], delivery),
		})
		in.Questionnaires[delivery.Questionnaire] = withoutConsent(d.in.Questionnaires[delivery.Questionnaire])
	}
	return in
}

// attributable is a document of which nothing is attributed by name that may
// not be: consent and classification of the delivery hold for all of it.
func attributable(doc AnswerDocument, d Delivery) AnswerDocument {
	if d.Consent.ByName && d.Classification == Unclassified {
		return doc
	}
	doc.MayBeQuoted = false
	answers := make(map[string]Answer, len(doc.Answers))
	for id, answer := range doc.Answers {
		answer.MayBeQuoted = nil
		answers[id] = answer
	}
	doc.Answers = answers
	return doc
}

// withoutConsent is a questionnaire without the question of consent: whoever is
// told of has said yes.
func withoutConsent(q Questionnaire) Questionnaire {
	sections := slices.Clone(q.Sections)
	for n, s := range sections {
		sections[n].Questions = slices.DeleteFunc(slices.Clone(s.Questions), func(question Question) bool { return question.ID == q.Consent })
	}
	q.Sections = sections
	return q
}

// report is the digest at one level of detail.
func (d *digester) report(c *compiler, level detail) Report {
	c.tables, c.inconsistent, c.skippedLanguages = 0, 0, 0
	body, _ := c.body(level)
	sections := append([]ReportSection{{Heading: "Deliveries received", Blocks: d.counts(c)}}, body...)
	if len(body) > 0 {
		sections = append(sections, ReportSection{Heading: "Limitations of the data", Blocks: []Block{
			c.own("Information of contributors that did not agree to its use in a report is counted here and not told. Of several deliveries of one contributor the newest is told.", "method"),
			c.own(c.disclosureText(), "method"),
		}})
	}
	number(sections)
	r := Report{
		Cycle: d.in.Window.ID, Draft: 1, Sections: sections,
		Masthead: Masthead{
			Organ: d.in.Instrument.Body, Distribution: "Restricted", Original: "English",
			Title: c.outline.Title, Instrument: d.in.Instrument.Symbol,
		},
		Coverage:   Coverage{Outcomes: map[ReturnType]int{}, ByKind: map[ContributorKind]KindCoverage{}},
		WordBudget: c.in.Stream.Policy.WordBudget, CompiledAt: c.in.CompiledAt,
	}
	r.Words = CountWords(r)
	return r
}
