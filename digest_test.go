package rapporteur

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// flowsQuestionnaire asks for text, a number, persons and consent.
var flowsQuestionnaire = Questionnaire{
	QuestionnaireRef: QuestionnaireRef{ID: "flows", Version: "1.0.0"}, Kind: KindMemberState, Consent: "Q9.9",
	Sections: []QuestionSection{
		{ID: "cases", Title: compileLabel("Cases"), Questions: []Question{
			{ID: "Q9.1", Provision: "OP9", Label: compileLabel("Cases"), Parts: []QuestionPart{{Name: "cases", Kind: PartNumber, Label: compileLabel("Cases")}}},
			{ID: "Q9.2", Provision: "OP9", Label: compileLabel("Victims"), Parts: []QuestionPart{{Name: "victims", Kind: PartFigures, Persons: true, Label: compileLabel("Victims")}}},
		}},
		{ID: "typology", Title: compileLabel("Typology"), Questions: []Question{{ID: "Q9.3", Provision: "OP9", Label: compileLabel("Typology")}}},
		{ID: "use", Title: compileLabel("Use"), Questions: []Question{{ID: "Q9.9", Provision: "OP9", Label: compileLabel("May it be used?")}}},
	},
}

// windowFixture is a window of OP9 with nothing in it.
func windowFixture() WindowContent {
	i := compileInstrument()
	i.Provisions = append(i.Provisions, Provision{ID: "OP9", Operative: 9})
	s := Stream{
		ID: "op9", Shape: ShapeIntake, Title: "Financial flows", Provisions: []string{"OP9"},
		Intake: IntakePolicy{Halves: true, From: i.Adopted, Destinations: []ContributorID{"entity-cted"}},
	}
	window := windowCycle(i, s, s.Intake.WindowOn(Date{2018, time.March, 1}))
	window.Phase = PhaseClosed
	return WindowContent{
		Instrument: i, Stream: s, Window: window, Documents: map[int]AnswerDocument{},
		Contributors:   map[ContributorID]Contributor{"entity-cted": {ID: "entity-cted", Names: compileLabel("CTED")}},
		Questionnaires: map[QuestionnaireRef]Questionnaire{flowsQuestionnaire.QuestionnaireRef: flowsQuestionnaire},
		At:             Date{2018, time.July, 1}.At(1),
	}
}

// add delivers for a State; each delivery has a sentence of its own.
func (in *WindowContent) add(state int, consent Consent, level Classification, victims int) Delivery {
	n := len(in.Deliveries) + 1
	id := ContributorID(fmt.Sprintf("state-%02d", state))
	in.Contributors[id] = Contributor{ID: id, Kind: KindMemberState, Names: compileLabel(fmt.Sprintf("Land%02d", state))}
	d := Delivery{
		DeliveryKey: DeliveryKey{Cycle: in.Window.ID, Number: n}, Contributor: id, Kind: KindMemberState,
		Questionnaire: flowsQuestionnaire.QuestionnaireRef, ReturnType: ReturnAnswered, Classification: level, Consent: consent,
		Destinations: []ContributorID{"entity-cted"}, ReceivedAt: Date{2018, time.March, 1}.AddDays(n).At(9),
	}
	cases := float64(100 + n)
	answers := map[string]Answer{
		"Q9.1": {Status: StatusYes, Values: Values{{Name: "cases", Value: Value{Number: &cases}}}},
		"Q9.2": {Status: StatusYes, Values: Values{{Name: "victims", Value: Value{Figures: []Figure{{Sex: "total", Age: "total", Low: victims, High: victims}}}}}},
		"Q9.3": {Status: StatusYes, Text: fmt.Sprintf("Sentence%03d has more than enough words.", n)},
		"Q9.9": {Status: StatusYes},
	}
	in.Documents[n] = AnswerDocument{
		Questionnaire: d.Questionnaire, ReturnType: d.ReturnType, Language: "en", MayBeQuoted: consent.ByName, Answers: answers,
	}
	in.Deliveries = append(in.Deliveries, d)
	return d
}

func digested(t rapid.TB, in WindowContent) Report {
	t.Helper()
	r, err := Digest(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// plain is a digest as text: headings, paragraphs and tables.
func plain(r Report) []string {
	var lines []string
	for _, s := range r.Sections {
		lines = append(lines, s.Number+" "+s.Heading)
		for _, b := range s.Blocks {
			if b.Paragraph != nil {
				lines = append(lines, fmt.Sprintf("%d %s", b.Paragraph.Number, b.Paragraph.Text))
				continue
			}
			for _, row := range b.Table.Rows {
				line := "  | " + row.Label
				for _, c := range row.Cells {
					line += " | " + c.Text
				}
				lines = append(lines, line)
			}
		}
	}
	return lines
}

func TestDigestRespectsConsent(t *testing.T) {
	in := windowFixture()
	named, unnamed := Consent{InReport: true, ByName: true}, Consent{InReport: true}
	in.add(1, named, Unclassified, 4)                  // replaced by a newer delivery
	in.add(1, named, Unclassified, 40)                 // told and named
	in.add(2, unnamed, Unclassified, 50)               // told, not named
	in.add(3, named, Confidential, 60)                 // told, not named: confidential
	in.add(4, Consent{ByName: true}, Unclassified, 70) // counted only
	want := []string{
		"I Deliveries received",
		"1 Between 1 January 2018 and 30 June 2018, 5 deliveries were received under paragraph 9 of Security Council resolution 2388 (2017), from 4 Member States. Of 4 contributors, 3 agreed to the use of the information in a report, and 1 to being named.",
		"2 By classification, the deliveries were 4 unclassified and 1 confidential. By destination, 5 were for CTED.",
		"3 By topic, contributors gave information on “Cases” (4) and “Typology” (4).",
		"II Information received",
		"4 On “Cases” (Q9.1), all 3 Member States that replied answered yes. Those that answered yes included Land01. In reply, 3 Member States gave a figure, 309 in total, with a median of 103.",
		"5 As to “Victims” (Q9.2), all 3 Member States that replied answered yes. Those that answered yes included Land01. In reply, 3 Member States gave figures: 150 persons in total.",
		"6 On “Typology” (Q9.3), all 3 Member States that replied answered yes. Those that answered yes included Land01. Land01 stated: “Sentence002 has more than enough words.”",
		"III Limitations of the data",
	}
	got := plain(digested(t, in))
	if diff := cmp.Diff(want, got[:len(got)-2]); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
}

func TestDigestOfNothing(t *testing.T) {
	got := plain(digested(t, windowFixture()))
	want := []string{
		"I Deliveries received",
		"1 Between 1 January 2018 and 30 June 2018, no delivery was received under paragraph 9 of Security Council resolution 2388 (2017).",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("digest (-want +got):\n%s", diff)
	}
}

func TestDigestOfOneDay(t *testing.T) {
	in := windowFixture()
	in.At = in.Window.Window().First.At(15)
	if got := plain(digested(t, in)); !strings.HasPrefix(got[1], "1 On 1 January 2018, no delivery was received") {
		t.Errorf("digest: %q", got)
	}
}

func TestDigestOfReceiptsIsCountsAlone(t *testing.T) {
	for n, want := range map[int]string{
		0: "no receipt was left for information that was handed over under paragraph 9 of Security Council resolution 2388 (2017).",
		1: "fewer than 5 receipts were left for information that was handed over under paragraph 9 of Security Council resolution 2388 (2017). The content is with its destination alone.",
		4: "fewer than 5 receipts were left for information that was handed over under paragraph 9 of Security Council resolution 2388 (2017). The content is with its destination alone.",
		5: "5 receipts were left for information that was handed over under paragraph 9 of Security Council resolution 2388 (2017). The content is with its destination alone.",
	} {
		in := windowFixture()
		in.Stream.Intake.ReceiptOnly = true
		for k := range n {
			d := in.add(k, Consent{}, StrictlyConfidential, 0)
			in.Deliveries[d.Number-1].Receipt = true
			delete(in.Documents, d.Number)
		}
		got := plain(digested(t, in))
		if diff := cmp.Diff([]string{"I Deliveries received", "1 Between 1 January 2018 and 30 June 2018, " + want}, got); diff != "" {
			t.Errorf("%d receipts (-want +got):\n%s", n, diff)
		}
	}
}

// drawWindow is a window with any deliveries.
func drawWindow(t *rapid.T) WindowContent {
	in := windowFixture()
	for range rapid.IntRange(0, 25).Draw(t, "deliveries") {
		in.add(rapid.IntRange(0, 12).Draw(t, "state"),
			Consent{InReport: rapid.Bool().Draw(t, "in report"), ByName: rapid.Bool().Draw(t, "by name")},
			rapid.SampledFrom([]Classification{Unclassified, Confidential}).Draw(t, "classification"), rapid.IntRange(0, 9).Draw(t, "victims"))
	}
	return in
}

// newestOf is the number of a State's newest delivery.
func newestOf(in WindowContent) map[ContributorID]Delivery {
	newest := map[ContributorID]Delivery{}
	for _, d := range in.Deliveries {
		newest[d.Contributor] = d
	}
	return newest
}

// Whoever agreed to what: content that may not be used leaves no word and no
// provenance in a digest or a report, and nobody is named who did not agree.
func TestNothingIsToldWithoutConsent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawWindow(t)
		newest := newestOf(in)
		r := digested(t, in)
		texts := plain(r)
		var sources []Source
		eachBlock(r.Sections, func(b Block) {
			if b.Paragraph != nil {
				sources = append(sources, b.Paragraph.Sources...)
			}
		})
		records, err := excerpt(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, record := range records {
			texts = append(texts, record.Text)
			for _, s := range record.Sources {
				if s.Cycle != in.Window.ID {
					t.Fatalf("a source of %q is in no cycle", record.Text)
				}
				sources = append(sources, s)
			}
			if strings.Contains(record.Text, "persons in total") || strings.Contains(record.Text, "fewer than") {
				t.Fatalf("a figure of persons is beside the report's own: %s", record.Text)
			}
		}
		whole := strings.Join(texts, "\n")
		for _, d := range in.Deliveries {
			usable := newest[d.Contributor].Number == d.Number && d.Consent.InReport
			quotable := usable && d.Consent.ByName && d.Classification == Unclassified
			sentence := fmt.Sprintf("Sentence%03d", d.Number)
			if strings.Contains(whole, sentence) && !quotable {
				t.Fatalf("%s is quoted: %+v\n%s", sentence, d, whole)
			}
			if slices.ContainsFunc(sources, func(s Source) bool { return s.Contributor == d.Contributor && s.Version == d.Number }) && !usable {
				t.Fatalf("delivery %d stands behind a paragraph: %+v", d.Number, d)
			}
		}
		for id, d := range newest {
			nameable := d.Consent.InReport && d.Consent.ByName && d.Classification == Unclassified
			if strings.Contains(whole, in.Contributors[id].Names["en"]) && !nameable {
				t.Fatalf("%s is named:\n%s", id, whole)
			}
		}
	})
}

// A digest is the same whatever the order of its parts, and keeps its budget.
func TestDigestIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawWindow(t)
		first, second := digested(t, in), digested(t, in)
		if first.Hash != second.Hash || first.Words > first.WordBudget {
			t.Fatalf("hashes %s and %s, %d of %d words", first.Hash, second.Hash, first.Words, first.WordBudget)
		}
	})
}

func TestExcerptSince(t *testing.T) {
	in := windowFixture()
	for n := range 4 {
		in.add(n, Consent{InReport: true}, Unclassified, 10)
	}
	in.Since, in.At = Date{2018, time.February, 10}.At(9), Date{2018, time.May, 2}.At(9)
	records, err := excerpt(in)
	if err != nil {
		t.Fatal(err)
	}
	if text := records[0].Text; !strings.HasPrefix(text, "Between 10 February 2018 and 2 May 2018, 4 deliveries") {
		t.Errorf("the first record is %q", text)
	}
	if text := records[1].Text; !strings.HasPrefix(text, "In these deliveries, on “Cases” (Q9.1), all 4 Member States") {
		t.Errorf("the second record is %q", text)
	}
	in.Deliveries = nil
	if records, err = excerpt(in); len(records) != 0 || err != nil {
		t.Errorf("nothing is told as %v %v", records, err)
	}
}

func TestCompileTellsRecordsUnderTheirProvisions(t *testing.T) {
	in := compileFixture()
	plainReport := compiled(t, in)
	in.Records = []StreamRecord{
		{Cycle: "s-res-2388-2017/op33/x", Provisions: []string{"OP33"}, Text: "A section stands in a report."},
		{Cycle: "s-res-2388-2017/op9/window-2018-H1", Provisions: []string{"OP31"}, Text: "Deliveries came.", Sources: []Source{
			{Cycle: "s-res-2388-2017/op9/window-2018-H1", Contributor: "state-01", Version: 3, Pointer: "/answers/Q9.1"},
		}},
		{Cycle: "s-res-2388-2017/op30/window-2018-H1", Provisions: []string{"OP30"}, Text: "Receipts were left."},
		{Cycle: "s-res-2388-2017/op9/window-2018-H2", Provisions: []string{"OP9"}, Text: " "},
	}
	r := compiled(t, in)
	under := map[string]string{}
	var walk func(string, []ReportSection)
	walk = func(parent string, sections []ReportSection) {
		for _, s := range sections {
			for _, b := range s.Blocks {
				if b.Paragraph != nil {
					under[b.Paragraph.Text] = parent + s.Heading
				}
			}
			walk(s.Heading+"/", s.Sections)
		}
	}
	walk("", r.Sections)
	for text, want := range map[string]string{
		"A section stands in a report.": "Action by the United Nations system/Missions",
		"Deliveries came.":              "Action by the United Nations system/Procurement",
		"Receipts were left.":           "Other information received",
	} {
		if under[text] != want {
			t.Errorf("%q is under %q, want %q", text, under[text], want)
		}
	}
	texts := strings.Join(paragraphTexts(r), "\n")
	if strings.Contains(texts, "No information was received on the following provision of Security Council resolution 2388 (2017): OP33") {
		t.Error("a provision with a record is silent")
	}
	if !strings.Contains(strings.Join(paragraphTexts(plainReport), "\n"), "OP33") {
		t.Error("the fixture has no silent provision, so that the test proves nothing")
	}
	if r.Hash == plainReport.Hash {
		t.Error("records leave the hash as it was")
	}
	in.Records = nil
	if again := compiled(t, in); again.Hash != plainReport.Hash {
		t.Error("a report without records has another hash")
	}
}
