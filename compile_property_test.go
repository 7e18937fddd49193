package rapporteur

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// compilationGenerator draws a cycle with any number of contributors, any kind
// of return and any answers to the fixture's questions.
func compilationGenerator() *rapid.Generator[Compilation] {
	return rapid.Custom(func(t *rapid.T) Compilation {
		in := compileFixture()
		in.Requests, in.Accepted = nil, nil
		in.Stream.Policy.WordBudget = rapid.SampledFrom([]int{0, 200, 900, 1500}).Draw(t, "budget")
		for n, name := range compileStates[:rapid.IntRange(0, len(compileStates)).Draw(t, "states")] {
			id := ContributorID(fmt.Sprintf("state-%02d", n))
			in.Contributors[id] = Contributor{ID: id, Kind: KindMemberState, Names: compileLabel(name)}
			in.add(id, KindMemberState, documentGenerator(in.Questionnaires[QuestionnaireRef{"member-state", "1.0.0"}]).Draw(t, name))
		}
		for range rapid.IntRange(0, 2).Draw(t, "observations") {
			in.Observations = append(in.Observations, Observation{Text: rapid.SampledFrom([]string{"", "I thank all."}).Draw(t, "text")})
		}
		return in
	})
}

func documentGenerator(q Questionnaire) *rapid.Generator[*AnswerDocument] {
	return rapid.Custom(func(t *rapid.T) *AnswerDocument {
		kind := rapid.SampledFrom([]ReturnType{ReturnNoReply, ReturnAnswered, ReturnAnswered, ReturnPartial, ReturnNil, ReturnCovered, ReturnDeclined}).Draw(t, "return")
		if kind == ReturnNoReply {
			return nil
		}
		doc := &AnswerDocument{
			Questionnaire: q.QuestionnaireRef, ReturnType: kind, MayBeQuoted: rapid.Bool().Draw(t, "quoted"),
			Language: rapid.SampledFrom([]string{"en", "fr"}).Draw(t, "language"), Answers: map[string]Answer{},
		}
		for _, s := range q.Sections {
			for _, question := range s.Questions {
				if rapid.Bool().Draw(t, question.ID) {
					doc.Answers[question.ID] = answerGenerator(question).Draw(t, question.ID)
				}
			}
		}
		return doc
	})
}

func answerGenerator(q Question) *rapid.Generator[Answer] {
	return rapid.Custom(func(t *rapid.T) Answer {
		a := Answer{
			Status: rapid.SampledFrom([]Status{"", StatusYes, StatusInPart, StatusNo, StatusNotApplicable, StatusNoInformation}).Draw(t, "status"),
			Values: Values{},
		}
		for _, p := range q.Parts {
			v := Value{}
			switch p.Kind {
			case PartFigures:
				v.Figures = figuresGenerator().Draw(t, p.Name)
			case PartNumber, PartPercent:
				f := rapid.Float64Range(0, 99).Draw(t, p.Name)
				v.Number = &f
			case PartText:
				v.Text = rapid.SampledFrom([]string{"", "The law was revised in the period.", "Yes"}).Draw(t, p.Name)
			case PartChoice, PartChoices:
				v.Choices = rapid.SliceOfN(rapid.SampledFrom([]string{"police", "border", "other_code", ""}), 0, 3).Draw(t, p.Name)
			case PartDate:
				v.Date = Date{Year: rapid.IntRange(1990, 2018).Draw(t, p.Name), Month: 1, Day: 1}
			default:
				continue
			}
			a.Values = append(a.Values, NamedValue{p.Name, v})
		}
		return a
	})
}

func TestCompileHoldsForAnyCycle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := compilationGenerator().Draw(t, "compilation")
		r, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, again); diff != "" {
			t.Fatalf("compiling twice differs:\n%s", diff)
		}
		replied := 0
		for kind, n := range r.Coverage.Outcomes {
			if kind != ReturnNoReply {
				replied += n
			}
		}
		if replied != len(in.Accepted) || replied != r.Coverage.OnTime+r.Coverage.Late {
			t.Fatalf("%d submissions, %d replies, coverage %+v", len(in.Accepted), replied, r.Coverage)
		}
		assertSourcesExist(t, in, r)
		assertTablesProtected(t, r)
		assertNoForbiddenName(t, in, r)
	})
}

// assertSourcesExist asserts that provenance leads to a submission that was
// accepted, and to an answer in it.
func assertSourcesExist(t *rapid.T, in Compilation, r Report) {
	eachSource(r, func(s Source) {
		if s.Record != "" {
			return
		}
		n := slices.IndexFunc(in.Accepted, func(a Accepted) bool {
			return a.Submission.Contributor == s.Contributor && a.Submission.Version == s.Version
		})
		if n < 0 {
			t.Fatalf("%+v leads to no submission", s)
		}
		path := strings.Split(s.Pointer, "/")[1:]
		if path[0] == "return_type" {
			return
		}
		answer, ok := in.Accepted[n].Document.Answers[path[1]]
		if !ok || path[0] != "answers" {
			t.Fatalf("%+v leads to no answer", s)
		}
		if len(path) == 4 {
			if at, err := strconv.Atoi(path[3]); err != nil || at >= len(answer.Values.Of(path[2]).Figures) {
				t.Fatalf("%+v leads to no figure", s)
			}
		}
	})
}

// eachSource visits all provenance of a report.
func eachSource(r Report, visit func(Source)) {
	all := func(sources []Source) {
		for _, s := range sources {
			visit(s)
		}
	}
	eachBlock(r.Sections, func(b Block) {
		if b.Paragraph != nil {
			all(b.Paragraph.Sources)
			return
		}
		for _, row := range b.Table.Rows {
			for _, cell := range row.Cells {
				all(cell.Sources)
			}
		}
	})
	for _, a := range r.Annexes {
		for _, item := range a.Items {
			all(item.Sources)
		}
	}
}

func eachBlock(sections []ReportSection, visit func(Block)) {
	for _, s := range sections {
		for _, b := range s.Blocks {
			visit(b)
		}
		eachBlock(s.Sections, visit)
	}
}

var wholeNumber = regexp.MustCompile(`[\d,]+`)

func assertTablesProtected(t *rapid.T, r Report) {
	eachBlock(r.Sections, func(b Block) {
		if b.Table == nil {
			return
		}
		for _, row := range b.Table.Rows {
			for _, text := range wholeNumber.FindAllString(row.Cells[0].Text, -1) {
				if n, err := strconv.Atoi(strings.ReplaceAll(text, ",", "")); err != nil || n < smallCount {
					t.Fatalf("table %d shows %q for %q", b.Table.Number, row.Cells[0].Text, row.Label)
				}
			}
		}
	})
}

// assertNoForbiddenName asserts that paragraphs name only who may be quoted.
func assertNoForbiddenName(t *rapid.T, in Compilation, r Report) {
	text := strings.Join(paragraphTexts(r), "\n")
	for _, a := range in.Accepted {
		name := in.Contributors[a.Submission.Contributor].Name("en")
		if !a.Document.MayBeQuoted && strings.Contains(text, name) {
			t.Fatalf("%s may not be quoted and is named:\n%s", name, text)
		}
	}
}
