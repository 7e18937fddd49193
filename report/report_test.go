package report_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/report"
)

var update = flag.Bool("update", false, "write the golden files anew")

// compiledReport is the compiler's own golden report.
func compiledReport(t *testing.T) rapporteur.Report {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "testdata", "compile", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r rapporteur.Report
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// smallReport has one of everything, with texts that must be escaped.
func smallReport() rapporteur.Report {
	sources := []rapporteur.Source{
		{Contributor: "state-alb", Version: 2, Pointer: "/answers/Q3.4/identified/0"},
		{Contributor: "state-alb", Version: 2, Pointer: "/answers/Q3.4/identified/1"},
		{Contributor: "state-bel", Version: 1, Pointer: "/answers/Q3.4"},
	}
	record := []rapporteur.Source{{Record: "cycle/s-res-2388-2017/op34/2018/plan"}}
	paragraph := func(n int, text string, sources []rapporteur.Source) rapporteur.Block {
		return rapporteur.Block{Paragraph: &rapporteur.Paragraph{Number: n, Text: text, Provisions: []string{"OP3.a", "OP34"}, Sources: sources}}
	}
	row := func(label, text, flag string) rapporteur.TableRow {
		return rapporteur.TableRow{Label: label, Cells: []rapporteur.Cell{{Text: text, Flag: flag, Sources: sources}, {Text: "2", Flag: "F", Sources: sources}}}
	}
	return rapporteur.Report{
		Cycle: "s-res-2388-2017/op34/2018", Draft: 3, Words: 80, WordBudget: 8500, Hash: "0123abcd",
		CompiledAt: time.Date(2018, time.October, 1, 9, 0, 0, 0, time.UTC),
		Masthead: rapporteur.Masthead{
			Organ: "Security Council", Distribution: "General", Original: "English", Instrument: "S/RES/2388 (2017)",
			Title: "Report on <trafficking> & conflict",
		},
		Sections: []rapporteur.ReportSection{
			{Level: 1, Number: "I", Heading: "Introduction", Blocks: []rapporteur.Block{paragraph(1, "The present report is “short” & <plain>.", record)}},
			{Level: 1, Number: "II", Heading: "Action by Member States", Sections: []rapporteur.ReportSection{
				{Level: 2, Number: "A", Heading: "Law", Blocks: []rapporteur.Block{paragraph(2, "Côte d’Ivoire revised its law.", sources)}},
				{Level: 2, Number: "B", Heading: "Figures", Blocks: []rapporteur.Block{
					paragraph(3, "Figures were given (see table 1).", sources),
					{Table: &rapporteur.Table{
						Number: 1, Title: "Victims identified", Question: "Q3.4", Columns: []string{"Group", "Persons", "Contributors"},
						Rows:  []rapporteur.TableRow{row("Total", "between 100 and 104", "F"), row("By sex", "withheld", "C")},
						Notes: []string{"Withheld breakdowns protect small groups."},
					}},
				}, Sections: []rapporteur.ReportSection{
					{Level: 3, Number: "1", Heading: "First", Blocks: []rapporteur.Block{paragraph(4, "Deep.", sources)}},
					{Level: 3, Number: "2", Heading: "Second", Blocks: []rapporteur.Block{paragraph(5, "Deeper.", sources)}},
				}},
			}},
		},
		Annexes: []rapporteur.Annex{{Number: "I", Heading: "Replies received", Items: []rapporteur.AnnexItem{{Text: "Albania; Belgium", Sources: sources}}}},
		Coverage: rapporteur.Coverage{
			Asked: 3, OnTime: 2, Outcomes: map[rapporteur.ReturnType]int{rapporteur.ReturnAnswered: 2, rapporteur.ReturnNoReply: 1},
			ByKind: map[rapporteur.ContributorKind]rapporteur.KindCoverage{rapporteur.KindMemberState: {Asked: 3, Replied: 2, OnTime: 2}},
		},
	}
}

// transmitted is a report with its symbol and date.
func transmitted(r rapporteur.Report) rapporteur.Report {
	r.Masthead.Symbol, r.Masthead.Date = "S/2018/1042", rapporteur.Date{Year: 2018, Month: time.November, Day: 21}
	return r
}

func render(t *testing.T, r rapporteur.Report, format string) []byte {
	t.Helper()
	document, err := report.New().Render(t.Context(), r, format)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestRenderGolden(t *testing.T) {
	for _, tc := range []struct {
		format, golden string
		report         rapporteur.Report
	}{
		{"html", "draft.html", smallReport()},
		{"html", "transmitted.html", transmitted(smallReport())},
		{"json", "draft.json", smallReport()},
		{"json", "transmitted.json", transmitted(smallReport())},
	} {
		t.Run(tc.golden, func(t *testing.T) {
			got := render(t, tc.report, tc.format)
			golden := filepath.Join("testdata", tc.golden)
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

func TestRenderIsRepeatable(t *testing.T) {
	r := compiledReport(t)
	for _, format := range report.Formats {
		if first, second := render(t, r, format), render(t, r, format); !cmp.Equal(first, second) {
			t.Errorf("%s: the same report gives other bytes", format)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	_, err := report.New().Render(t.Context(), smallReport(), "pdf")
	if !rapporteur.IsProblem(err, rapporteur.ProblemUnsupported) {
		t.Errorf("got %v, want an unsupported format", err)
	}
}

// paragraphs is the numbered paragraphs of a report in order.
func paragraphs(sections []rapporteur.ReportSection) []rapporteur.Paragraph {
	var all []rapporteur.Paragraph
	for _, s := range sections {
		for _, b := range s.Blocks {
			if b.Paragraph != nil {
				all = append(all, *b.Paragraph)
			}
		}
		all = append(all, paragraphs(s.Sections)...)
	}
	return all
}

func numbered(p rapporteur.Paragraph) string { return fmt.Sprintf("%d.\t%s", p.Number, p.Text) }
