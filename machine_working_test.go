package rapporteur_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

var (
	workKey = rapporteur.RequestKey{Cycle: "s-res-2388-2017/op34/2018", Contributor: kenya}
	workDay = time.Date(2018, time.June, 4, 9, 0, 0, 0, time.UTC)
)

// turn is one event on a working answer, by somebody, some minutes after the
// beginning.
type turn struct {
	by      string
	minutes int
	event   rapporteur.WorkingEvent
}

func (s turn) on(w rapporteur.WorkingAnswer) (rapporteur.WorkingAnswer, error) {
	return w.Next(s.event, s.by, workDay.Add(time.Duration(s.minutes)*time.Minute))
}

func saves(by string, minutes int, section, content string, seen ...int) turn {
	return turn{by, minutes, rapporteur.WorkingEvent{Save: &rapporteur.SaveEvent{
		Section: section, Content: []byte(content), Seen: rapporteur.Seen{Revisions: seen},
	}}}
}

func removes(by, section string, seen ...int) turn {
	return turn{by, 0, rapporteur.WorkingEvent{Remove: &rapporteur.RemoveEvent{Section: section, Seen: rapporteur.Seen{Revisions: seen}}}}
}

// worked is the working answer after steps that must all be possible.
func worked(t testing.TB, steps ...turn) rapporteur.WorkingAnswer {
	t.Helper()
	w := rapporteur.WorkingAnswer{RequestKey: workKey}
	for n, s := range steps {
		next, err := s.on(w)
		if err != nil {
			t.Fatalf("turn %d: %v", n, err)
		}
		w = next
	}
	return w
}

func TestWhoeverSavesHasSeenWhatIsThere(t *testing.T) {
	begin := []turn{
		saves("key-1", 0, "op2", `{"Q2.1":{"status":"yes"}}`),
		saves("key-2", 5, "op3", `{}`),
	}
	removed := slices.Concat(begin, []turn{removes("key-2", "op2", 1)})
	anew := slices.Concat(removed, []turn{saves("key-1", 20, "op2", `{"Q2.2":{}}`)})
	cases := []struct {
		name   string
		before []turn
		turn   turn
		words  []string // of the refusal; none where it must pass
	}{
		{"the first", nil, saves("key-1", 0, "op2", `{}`), nil},
		{"the first of another section", begin, saves("key-2", 9, "op4", `{}`), nil},
		{"who has seen it", begin, saves("key-2", 9, "op2", `{}`, 1), nil},
		{"who has seen one of several", begin, saves("key-2", 9, "op2", `{}`, 7, 1), nil},
		{"any", begin, turn{"key-2", 9, rapporteur.WorkingEvent{Save: &rapporteur.SaveEvent{Section: "op2", Content: []byte(`{}`), Seen: rapporteur.Seen{Any: true}}}}, nil},
		{"who believes to be the first", begin, saves("key-2", 9, "op2", `{}`), []string{"there already", "key-1", "2018-06-04T09:00:00Z", "keep your text"}},
		{"who has seen another section's", begin, saves("key-2", 9, "op2", `{}`, 2), []string{"key-1", "keep your text"}},
		{"who has seen what is not there", nil, saves("key-2", 9, "op2", `{}`, 1), []string{"Nobody has saved"}},
		{"any, of what is not there", nil, turn{"key-2", 9, rapporteur.WorkingEvent{Save: &rapporteur.SaveEvent{Section: "op2", Content: []byte(`{}`), Seen: rapporteur.Seen{Any: true}}}}, []string{"Nobody has saved"}},
		{"who has seen what was removed", removed, saves("key-1", 9, "op2", `{}`, 1), []string{"removed by key-2", "keep your text"}},
		{"the first after a removal", removed, saves("key-1", 9, "op2", `{}`), nil},
		{"who has seen the one before the removal", anew, saves("key-3", 30, "op2", `{}`, 1), []string{"saved by key-1"}},
		{"the same again, having seen nothing", begin, saves("key-2", 9, "op2", `{"Q2.1":{"status":"yes"}}`), nil},
		{"removing what one has not seen", begin, removes("key-2", "op2"), []string{"there already"}},
		{"removing what was removed", removed, removes("key-1", "op2", 1), []string{"removed by key-2"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := worked(t, c.before...)
			after, err := c.turn.on(before)
			if len(c.words) == 0 {
				must(t, err)
				return
			}
			refused(t, err, rapporteur.ProblemPrecondition, c.words...)
			same(t, "working answer after a refusal", after, before)
		})
	}
	_, err := removes("key-1", "op2").on(rapporteur.WorkingAnswer{})
	refused(t, err, rapporteur.ProblemNotFound)
}

func TestARevisionOfASectionIsNeverGivenTwice(t *testing.T) {
	w := worked(t, saves("key-1", 0, "op2", `{}`), removes("key-1", "op2", 1), saves("key-1", 1, "op2", `{}`))
	s, ok := w.Section("op2")
	if !ok || s.Revision != 3 || w.Revision != 3 {
		t.Errorf("the section is at %d, the whole at %d", s.Revision, w.Revision)
	}
	gone := worked(t, saves("key-1", 0, "op2", `{}`), removes("key-1", "op2", 1))
	if _, ok := gone.Section("op2"); ok || len(gone.Present(rapporteur.Questionnaire{})) != 0 {
		t.Error("a section that was removed is there")
	}
}

// What one person saves again and again is one line; another person, another
// act or a pause begins a new one.
func TestTheHistoryHasALineForEachTurn(t *testing.T) {
	w := rapporteur.WorkingAnswer{RequestKey: workKey}
	var lines []string
	for n, s := range []turn{
		saves("key-1", 0, "op2", `{"n":0}`), saves("key-1", 3, "op2", `{"n":1}`, 1), saves("key-1", 13, "op2", `{"n":22}`, 2),
		saves("key-2", 14, "op2", `{"n":3}`, 3), saves("key-1", 15, "op2", `{"n":4}`, 4), saves("key-1", 26, "op2", `{"n":5}`, 5),
		removes("key-1", "op2", 6),
	} {
		next, err := s.on(w)
		must(t, err)
		w = next
		saved := w.Sections[0].Saved
		line := fmt.Sprintf("%s %s %d-%d ×%d %d bytes", saved.By, saved.Act, saved.First, saved.Last, saved.Times, saved.Size)
		if saved.Times > 1 {
			lines = lines[:len(lines)-1]
		}
		lines = append(lines, line)
		if saved.Last != n+1 || saved.Section != "op2" {
			t.Errorf("turn %d has the line %+v", n, saved)
		}
	}
	same(t, "history", lines, []string{
		"key-1 saved 1-3 ×3 8 bytes", "key-2 saved 4-4 ×1 7 bytes", "key-1 saved 5-5 ×1 7 bytes", "key-1 saved 6-6 ×1 7 bytes", "key-1 removed 7-7 ×1 0 bytes",
	})
}

func TestAWorkingAnswerHasALimit(t *testing.T) {
	var steps []turn
	big := `{"Q":"` + strings.Repeat("x", rapporteur.MaxWorkingSection-9) + `"}`
	for n := range 8 {
		steps = append(steps, saves("key-1", n, fmt.Sprintf("op%d", n), big))
	}
	full := worked(t, steps...)
	_, err := saves("key-1", 9, "op8", big).on(full)
	refused(t, err, rapporteur.ProblemTooLarge, "Nothing was stored")
	if _, err := saves("key-1", 9, "op7", `{}`, 8).on(full); err != nil {
		t.Errorf("a section cannot be made smaller: %v", err)
	}
}

func TestBodyPutsTheSectionsTogether(t *testing.T) {
	w := worked(t,
		saves("key-1", 0, "op3", `{"Q3.1":{"status":"no"}}`), saves("key-1", 0, "header", `{"language":"en","return_type":"answered"}`),
		saves("key-1", 0, "op2", `{"Q2.1":{"deposited":"2004-01-05","status":"yes"}}`), saves("key-1", 0, "op4", `{"Q4.1":{}}`), removes("key-1", "op4", 4))
	got := string(w.Body(rapporteur.QuestionnaireRef{ID: "member-state", Version: "1.0.0"}))
	want := `{"answers":{"Q2.1":{"deposited":"2004-01-05","status":"yes"},"Q3.1":{"status":"no"}},"language":"en","questionnaire":"member-state","return_type":"answered","version":"1.0.0"}`
	if got != want {
		t.Errorf("the body is\n%s, want\n%s", got, want)
	}
	if got := string(rapporteur.WorkingAnswer{}.Body(rapporteur.QuestionnaireRef{ID: "q", Version: "1"})); got != `{"questionnaire":"q","version":"1"}` {
		t.Errorf("of nothing the body is %s", got)
	}
}

func TestPresentFollowsTheQuestionnaire(t *testing.T) {
	w := worked(t, saves("k", 0, "op10", `{}`), saves("k", 0, "op2", `{}`), saves("k", 0, "gone", `{}`), saves("k", 0, "header", `{}`), saves("k", 0, "op9", `{}`))
	q := rapporteur.Questionnaire{Sections: []rapporteur.QuestionSection{{ID: "op2"}, {ID: "op9"}, {ID: "op10"}, {ID: "op11"}}}
	var order []string
	for _, s := range w.Present(q) {
		order = append(order, s.ID)
	}
	same(t, "order", order, []string{"header", "op2", "op9", "op10", "gone"})
}

func TestSubmittedTellsWhetherAnythingWasWrittenSince(t *testing.T) {
	w := worked(t, saves("k", 0, "op2", `{}`))
	if !w.Changed() {
		t.Error("what was never submitted is unchanged")
	}
	accepted, err := w.Next(rapporteur.WorkingEvent{Submitted: 2}, "", workDay)
	must(t, err)
	again, err := accepted.Next(rapporteur.WorkingEvent{Submitted: 2}, "", workDay)
	must(t, err)
	same(t, "submitted twice", again, accepted)
	if accepted.Changed() || accepted.Submitted.Version != 2 || accepted.Revision != 2 {
		t.Errorf("it is %+v", accepted)
	}
	later, err := saves("k", 0, "op3", `{}`).on(accepted)
	must(t, err)
	if !later.Changed() {
		t.Error("what was written since is not told")
	}
}
