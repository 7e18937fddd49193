package rapporteur

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// wholeText is everything a reader of the report sees.
func wholeText(r Report) string {
	text := paragraphTexts(r)
	for _, a := range r.Annexes {
		for _, item := range a.Items {
			text = append(text, item.Text)
		}
	}
	return strings.Join(text, "\n")
}

func TestCompileIgnoresOrder(t *testing.T) {
	want := compiled(t, compileFixture())
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		in := compileFixture()
		random.Shuffle(len(in.Requests), func(a, b int) { in.Requests[a], in.Requests[b] = in.Requests[b], in.Requests[a] })
		random.Shuffle(len(in.Accepted), func(a, b int) { in.Accepted[a], in.Accepted[b] = in.Accepted[b], in.Accepted[a] })
		if diff := cmp.Diff(want, compiled(t, in)); diff != "" {
			t.Fatalf("the order of the input shows in the report (-want +got):\n%s", diff)
		}
	}
}

func TestCompileCoverage(t *testing.T) {
	got := compiled(t, compileFixture()).Coverage
	want := Coverage{
		Asked: 16, OnTime: 10, Late: 4,
		Outcomes: map[ReturnType]int{ReturnAnswered: 12, ReturnNil: 1, ReturnNotApplicable: 1, ReturnNoReply: 2},
		ByKind: map[ContributorKind]KindCoverage{
			KindMemberState: {Asked: 14, Replied: 12, OnTime: 9}, KindEntity: {Asked: 2, Replied: 2, OnTime: 1},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

func TestCompileNamesOnlyWhoMayBeQuoted(t *testing.T) {
	all := func(in *Compilation, change func(*AnswerDocument)) {
		for n := range in.Accepted {
			change(&in.Accepted[n].Document)
		}
	}
	no := false
	for name, change := range map[string]func(*AnswerDocument){
		"nobody may be quoted": func(d *AnswerDocument) { d.MayBeQuoted = false },
		"every answer overrides": func(d *AnswerDocument) {
			for id, a := range d.Answers {
				a.MayBeQuoted = &no
				d.Answers[id] = a
			}
		},
		"every answer is confidential": func(d *AnswerDocument) {
			for id, a := range d.Answers {
				a.Classification = "confidential"
				d.Answers[id] = a
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := compileFixture()
			all(&in, change)
			text := strings.Join(paragraphTexts(compiled(t, in)), "\n")
			for _, state := range compileStates {
				if strings.Contains(text, state) {
					t.Errorf("%s is named", state)
				}
			}
			if strings.Contains(text, "stated:") {
				t.Error("somebody is quoted")
			}
		})
	}
}

func TestCompileNamesInEnglishOrder(t *testing.T) {
	text := wholeText(compiled(t, compileFixture()))
	if want := "Côte d’Ivoire; Czechia; Jordan; Kenya; Türkiye; Tuvalu;"; !strings.Contains(text, want) {
		t.Errorf("the annex does not list %q:\n%s", want, text)
	}
	if strings.Contains(text, "Atlantis") {
		t.Error("a withdrawn contributor is in the report")
	}
}

func TestCompileQuotesOnlyEnglish(t *testing.T) {
	in := compileFixture()
	for n := range in.Accepted {
		in.Accepted[n].Document.Language = "fr"
	}
	text := wholeText(compiled(t, in))
	if strings.Contains(text, "stated:") || !strings.Contains(text, "in another language") {
		t.Errorf("a text in French is quoted, or it is not said that it is not:\n%s", text)
	}
}

func TestCompileRefusesContradictions(t *testing.T) {
	for _, tc := range []struct {
		name, want string
		change     func(*Compilation)
	}{
		{"unknown contributor", "not in the registry", func(in *Compilation) { delete(in.Contributors, "state-01") }},
		{"asked twice", "asked twice", func(in *Compilation) { in.Requests = append(in.Requests, in.Requests[0]) }},
		{"answer without request", "without being asked", func(in *Compilation) {
			stray := in.Accepted[0]
			stray.Submission.Contributor = "state-77"
			in.Accepted = append(in.Accepted, stray)
		}},
		{"lost submission", "is missing", func(in *Compilation) { in.Accepted = in.Accepted[1:] }},
		{"lost questionnaire", "questionnaire member-state@1.0.0", func(in *Compilation) { in.Questionnaires = nil }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			in := compileFixture()
			tc.change(&in)
			if _, err := Compile(in); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
}

func TestCompileTakesNewestVersion(t *testing.T) {
	in := compileFixture()
	newer := in.Accepted[0]
	newer.Submission.Version = 2
	newer.Document.ReturnType = ReturnDeclined
	in.Accepted = append([]Accepted{newer}, in.Accepted...)
	r := compiled(t, in)
	if r.Coverage.Outcomes[ReturnDeclined] != 1 {
		t.Errorf("outcomes are %v, want one declined", r.Coverage.Outcomes)
	}
	if text := wholeText(r); !strings.Contains(text, "Declined to answer: Member States (1): Albania") {
		t.Errorf("Albania is not listed as declining:\n%s", text)
	}
}

func TestCompileMergesLoneSubheading(t *testing.T) {
	r := compiled(t, compileFixture())
	var headings []string
	for _, s := range r.Sections {
		headings = append(headings, s.Number+" "+s.Heading)
		for _, sub := range s.Sections {
			headings = append(headings, s.Number+"."+sub.Number+" "+sub.Heading)
		}
	}
	want := []string{
		"I Introduction", "II Action by Member States", "II.A Ratification and legislation", "II.B Identification and protection",
		"II.C Investigation and evidence", "II.D Connected crimes", "III Action by the United Nations system",
		"IV Limitations of the data", "V Observations",
	}
	if diff := cmp.Diff(want, headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
}

func TestCompileObservations(t *testing.T) {
	in := compileFixture()
	in.Observations = []Observation{{Text: " I commend the efforts made. ", Author: "drafter@example.org"}, {Text: "More remains to be done."}}
	r := compiled(t, in)
	last := r.Sections[len(r.Sections)-1]
	if len(last.Blocks) != 2 || last.Blocks[0].Paragraph.Text != "I commend the efforts made." {
		t.Fatalf("observations are %+v", last.Blocks)
	}
	if got := last.Blocks[1].Paragraph.Sources[0].Record; got != "cycle/s-res-2388-2017/op34/2018/observations/2" {
		t.Errorf("the record is %q", got)
	}
}

func TestCompileWithoutReplies(t *testing.T) {
	in := compileFixture()
	in.Accepted = nil
	for n := range in.Requests {
		in.Requests[n].Version = 0
	}
	text := wholeText(compiled(t, in))
	for _, want := range []string{"No reply was received", "16 replies are overdue", "OP2, OP3.a, OP3.c, OP5, OP6, OP8, OP31 and OP33"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
}

func TestCompileKeepsForgottenProvisions(t *testing.T) {
	in := compileFixture()
	in.Stream.Policy.Report.Sections = in.Stream.Policy.Report.Sections[1:]
	r := compiled(t, in)
	if !slices.ContainsFunc(r.Sections, func(s ReportSection) bool { return s.Heading == otherMatters && len(s.Blocks) > 5 }) {
		t.Error("questions outside the outline are lost")
	}
}

func TestContentHash(t *testing.T) {
	in := compileFixture()
	r := compiled(t, in)
	later := r
	later.CompiledAt = r.CompiledAt.Add(time.Hour)
	later.Masthead.Symbol, later.Masthead.Date = "S/2018/1042", Date{Year: 2018, Month: time.November, Day: 21}
	if got, err := ContentHash(later); err != nil || got != r.Hash {
		t.Errorf("transmitting changes the hash from %s to %s (%v)", r.Hash, got, err)
	}
	in.Observations = []Observation{{Text: "Something else."}}
	if compiled(t, in).Hash == r.Hash {
		t.Error("another text has the same hash")
	}
}

func TestCheckReportFindsBreaches(t *testing.T) {
	for name, breach := range map[string]func(*Report){
		"paragraph number": func(r *Report) { r.Sections[0].Blocks[1].Paragraph.Number = 7 },
		"heading number":   func(r *Report) { r.Sections[1].Number = "2" },
		"lone subheading":  func(r *Report) { r.Sections[1].Sections = r.Sections[1].Sections[:1] },
		"no provision":     func(r *Report) { r.Sections[0].Blocks[0].Paragraph.Provisions = nil },
		"no source":        func(r *Report) { r.Sections[0].Blocks[0].Paragraph.Sources = nil },
		"source to nowhere": func(r *Report) {
			r.Sections[0].Blocks[0].Paragraph.Sources = []Source{{Contributor: "state-01"}}
		},
		"empty block":   func(r *Report) { r.Sections[0].Blocks[0].Paragraph = nil },
		"empty text":    func(r *Report) { r.Sections[0].Blocks[0].Paragraph.Text = " " },
		"empty section": func(r *Report) { r.Sections[0].Blocks = nil },
		"words":         func(r *Report) { r.Words++ },
		"annex number":  func(r *Report) { r.Annexes[0].Number = "A" },
		"table number":  func(r *Report) { firstTable(r).Number = 9 },
		"cells":         func(r *Report) { firstTable(r).Rows[0].Cells = nil },
		"flag":          func(r *Report) { firstTable(r).Rows[0].Cells[0].Flag = "X" },
		"no sections":   func(r *Report) { r.Sections = nil },
	} {
		t.Run(name, func(t *testing.T) {
			r := compiled(t, compileFixture())
			if err := CheckReport(r); err != nil {
				t.Fatal(err)
			}
			breach(&r)
			if CheckReport(r) == nil {
				t.Error("the breach is not found")
			}
		})
	}
}

func firstTable(r *Report) *Table {
	for _, s := range r.Sections[1].Sections {
		for _, b := range s.Blocks {
			if b.Table != nil {
				return b.Table
			}
		}
	}
	return nil
}

func TestFirstSentence(t *testing.T) {
	for text, want := range map[string]string{
		"The law was revised. More follows.":                  "The law was revised.",
		"  The\nlaw  was \"revised\" in May ":                 "The law was ’revised’ in May.",
		"Two victims were found in the north of the country.": "",
		"Some 3 foreign girls were referred to a shelter.":    "",
		"Act 3 was amended by parliament.":                    "Act 3 was amended by parliament.",
		"Too short.":                                          "",
		strings.Repeat("very ", 40) + "long.":                 "",
	} {
		if got := firstSentence(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestReportWords(t *testing.T) {
	for n, want := range map[int]string{1: "I", 4: "IV", 9: "IX", 14: "XIV", 40: "XL", 1999: "MCMXCIX"} {
		if got := roman(n); got != want {
			t.Errorf("roman(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 52: "AZ", 53: "BA"} {
		if got := letters(n); got != want {
			t.Errorf("letters(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1200: "−1,200"} {
		if got := digits(n); got != want {
			t.Errorf("digits(%d) = %q, want %q", n, got, want)
		}
	}
	for f, want := range map[float64]string{0: "0", 12.5: "12.5", 1000: "1,000", 1234.56: "1,234.6"} {
		if got := decimal(f); got != want {
			t.Errorf("decimal(%v) = %q, want %q", f, got, want)
		}
	}
	for text, want := range map[string]string{"Police": "police", "AML rules": "AML rules", "United Nations staff": "United Nations staff", "Été": "été", "Optional Protocol": "Optional Protocol", "": ""} {
		if got := inSentence(text); got != want {
			t.Errorf("inSentence(%q) = %q, want %q", text, got, want)
		}
	}
	if got := jsonPointer("answers", "Q1/2~x"); got != "/answers/Q1~12~0x" {
		t.Errorf("pointer is %q", got)
	}
}

func TestNewestFirst(t *testing.T) {
	refs := []QuestionnaireRef{{"x", "1.0.0"}, {"entity", "1.9.0"}, {"member-state", "1.2.0"}, {"entity", "1.10.0"}, {"member-state", "2.0.0"}}
	slices.SortFunc(refs, newestFirst)
	want := "[member-state@2.0.0 member-state@1.2.0 entity@1.10.0 entity@1.9.0 x@1.0.0]"
	if got := fmt.Sprint(refs); got != want {
		t.Errorf("sorted %s, want %s", got, want)
	}
}
