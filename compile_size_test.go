package rapporteur

import (
	"fmt"
	"strings"
	"testing"
)

// compileFull is a cycle of many Member States with many questions, all
// answered with long texts.
func compileFull(states, questions int) Compilation {
	i := compileInstrument()
	ref := QuestionnaireRef{"member-state", "1.0.0"}
	section := QuestionSection{ID: "all"}
	provisions := []string{"OP2", "OP3.a", "OP3.c", "OP5", "OP6", "OP8"}
	for n := range questions {
		section.Questions = append(section.Questions, Question{
			ID: fmt.Sprintf("Q%d", n), Provision: provisions[n%len(provisions)], Label: compileLabel(fmt.Sprintf("Measure %d taken in the period", n)),
			Parts: []QuestionPart{
				{Name: "persons", Kind: PartFigures, Persons: n%4 == 0, Label: compileLabel("Persons reached")},
				{Name: "who", Kind: PartChoices, Label: compileLabel("Professions trained")},
				{Name: "text", Kind: PartText, Label: compileLabel("Details")},
			},
		})
	}
	in := Compilation{
		Instrument: i, Stream: i.Streams[0], Draft: 1, Contributors: map[ContributorID]Contributor{}, Cycle: Cycle{ID: "s-res-2388-2017/op34/2018"},
		Questionnaires: map[QuestionnaireRef]Questionnaire{ref: {QuestionnaireRef: ref, Kind: KindMemberState, Sections: []QuestionSection{section}}},
	}
	for s := range states {
		id := ContributorID(fmt.Sprintf("state-%03d", s))
		in.Contributors[id] = Contributor{ID: id, Kind: KindMemberState, Names: compileLabel(fmt.Sprintf("State %03d", s))}
		doc := &AnswerDocument{Questionnaire: ref, ReturnType: ReturnAnswered, Language: "en", MayBeQuoted: true, Answers: map[string]Answer{}}
		for n, q := range section.Questions {
			if (s+n)%(1+n%7) != 0 {
				continue
			}
			doc.Answers[q.ID] = Answer{Status: []Status{StatusYes, StatusInPart, StatusNo}[(s+n)%3], Values: Values{
				{Name: "persons", Value: Value{Figures: compileFigures(30+s, 12, 9)}},
				{Name: "who", Value: Value{Choices: []string{"police", fmt.Sprintf("profession_%d", s%9)}}},
				{Name: "text", Value: Value{Text: "The measure was taken after broad consultation with all regions concerned, and it is kept under review."}},
			}}
		}
		in.add(id, KindMemberState, doc)
	}
	return in
}

func TestCompileKeepsBudget(t *testing.T) {
	in := compileFull(60, 80)
	longest := 0
	for _, budget := range []int{100_000, 8500, 5000, 3000, 1500} {
		in.Stream.Policy.WordBudget = budget
		r := compiled(t, in)
		if r.Words > budget {
			t.Errorf("budget %d: %d words", budget, r.Words)
		}
		if longest > 0 && r.Words >= longest {
			t.Errorf("budget %d: %d words, no fewer than with a larger budget (%d)", budget, r.Words, longest)
		}
		longest = r.Words
	}
	in.Stream.Policy.WordBudget = 0
	if r := compiled(t, in); r.WordBudget != DefaultWordBudget {
		t.Errorf("without a policy the budget is %d", r.WordBudget)
	}
}

func TestCompileSaysWhenBudgetCannotBeKept(t *testing.T) {
	in := compileFull(20, 10)
	in.Stream.Policy.WordBudget = 50
	r := compiled(t, in)
	if r.Words <= 50 {
		t.Errorf("%d words: the report lost its substance", r.Words)
	}
	if text := strings.Join(paragraphTexts(r), "\n"); !strings.Contains(text, "are kept in the record") {
		t.Errorf("the questions are not folded:\n%s", text)
	}
}

func BenchmarkCompile(b *testing.B) {
	in := compileFull(193, 80)
	for b.Loop() {
		if _, err := Compile(in); err != nil {
			b.Fatal(err)
		}
	}
}
