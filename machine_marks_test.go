package rapporteur_test

import (
	"encoding/json"
	"testing"

	"github.com/rapporteur/rapporteur"
)

var (
	earlier   = rapporteur.PrefillSource{Cycle: "s-res-2388-2017/op34/2017", Version: 3}
	publicity = rapporteur.PrefillSource{Published: "glotip", Year: 2017}
)

// offer is what a source has for a question of section op3.
func offer(question string, source rapporteur.PrefillSource, fields ...rapporteur.PrefilledField) rapporteur.Prefilled {
	return rapporteur.Prefilled{Section: "op3", At: "/answers/" + question, Source: source, Fields: fields}
}

func field(name string, value any) rapporteur.PrefilledField {
	return rapporteur.PrefilledField{Name: name, Value: value}
}

func figure(name string, value any) rapporteur.PrefilledField {
	return rapporteur.PrefilledField{Name: name, Value: value, Suggestion: true}
}

func prefills(values ...rapporteur.Prefilled) turn {
	return turn{"key-1", 1, rapporteur.WorkingEvent{Prefill: values}}
}

func confirms(seen int, pointers ...string) turn {
	return turn{"key-1", 2, rapporteur.WorkingEvent{Confirm: &rapporteur.ConfirmEvent{
		Section: "op3", Pointers: pointers, Seen: rapporteur.Seen{Revisions: []int{seen}},
	}}}
}

// marked are the pointers of the marks of section op3.
func marked(w rapporteur.WorkingAnswer) []string {
	s, _ := w.Section("op3")
	pointers := []string{}
	for _, m := range s.Marks {
		pointers = append(pointers, m.Pointer)
	}
	return pointers
}

func content(w rapporteur.WorkingAnswer) string {
	s, _ := w.Section("op3")
	return string(s.Content)
}

var strategy = offer("Q3.1", earlier, field("status", "yes"), field("valid_from", "2016-01-01"), field("document", "Plan"))

func TestPrefilledValuesAreMarked(t *testing.T) {
	victims := offer("Q3.4", publicity, figure("status", "yes"), figure("identified", []any{map[string]any{"sex": "total", "value": json.Number("7")}}))
	w := worked(t, prefills(strategy, victims))
	if got := content(w); got != `{"Q3.1":{"document":"Plan","status":"yes","valid_from":"2016-01-01"},"Q3.4":{"identified":[{"sex":"total","value":7}],"status":"yes"}}` {
		t.Errorf("the content is %s", got)
	}
	s, _ := w.Section("op3")
	same(t, "marks", s.Marks, []rapporteur.Mark{
		{Pointer: "/answers/Q3.1/status", Source: earlier}, {Pointer: "/answers/Q3.1/valid_from", Source: earlier}, {Pointer: "/answers/Q3.1/document", Source: earlier},
		{Pointer: "/answers/Q3.4/status", Source: publicity, Suggestion: true}, {Pointer: "/answers/Q3.4/identified", Source: publicity, Suggestion: true},
	})
	if s.Saved.Act != rapporteur.WorkingPrefilled || s.Saved.By != "key-1" {
		t.Errorf("the history says %+v", s.Saved)
	}
	var found []string
	for _, f := range w.Unconfirmed() {
		if f.Severity != rapporteur.SeverityError || f.Message["en"] == "" || f.Message["fr"] == "" {
			t.Errorf("a finding is %+v", f)
		}
		found = append(found, f.Rule+" "+f.Pointer)
	}
	same(t, "findings", found, []string{
		"prefill/unconfirmed /answers/Q3.1/status", "prefill/unconfirmed /answers/Q3.1/valid_from", "prefill/unconfirmed /answers/Q3.1/document",
		"prefill/other-period /answers/Q3.4/status", "prefill/other-period /answers/Q3.4/identified",
	})
}

func TestPrefillingLeavesWhatIsThere(t *testing.T) {
	cases := []struct {
		name, typed, want string
		offered           rapporteur.Prefilled
		marks             []string
	}{
		{"nothing", `{}`, `{"Q3.1":{"document":"Plan","status":"yes","valid_from":"2016-01-01"}}`, strategy,
			[]string{"/answers/Q3.1/status", "/answers/Q3.1/valid_from", "/answers/Q3.1/document"}},
		{"a value", `{"Q3.1":{"document":"Ours"}}`, `{"Q3.1":{"document":"Ours","status":"yes","valid_from":"2016-01-01"}}`, strategy,
			[]string{"/answers/Q3.1/status", "/answers/Q3.1/valid_from"}},
		{"null", `{"Q3.1":{"document":null,"status":"yes"}}`, `{"Q3.1":{"document":null,"status":"yes","valid_from":"2016-01-01"}}`, strategy,
			[]string{"/answers/Q3.1/valid_from"}},
		{"in part", `{"Q3.1":{"status":"in_part"}}`, `{"Q3.1":{"document":"Plan","status":"in_part","valid_from":"2016-01-01"}}`, strategy,
			[]string{"/answers/Q3.1/valid_from", "/answers/Q3.1/document"}},
		{"another status", `{"Q3.1":{"status":"no"}}`, `{"Q3.1":{"status":"no"}}`, strategy, []string{}},
		{"a status of no sense", `{"Q3.1":{"status":{"a":1}}}`, `{"Q3.1":{"status":{"a":1}}}`, strategy, []string{}},
		{"a no where there is a yes", `{"Q3.1":{"status":"yes"}}`, `{"Q3.1":{"status":"yes"}}`, offer("Q3.1", earlier, field("status", "no"), field("text", "None.")), []string{}},
		{"a no where there is a no", `{"Q3.1":{"status":"no"}}`, `{"Q3.1":{"status":"no","text":"None."}}`, offer("Q3.1", earlier, field("status", "no"), field("text", "None.")), []string{"/answers/Q3.1/text"}},
		{"another question", `{"Q3.2":{"status":"no"}}`, `{"Q3.1":{"document":"Plan","status":"yes","valid_from":"2016-01-01"},"Q3.2":{"status":"no"}}`, strategy,
			[]string{"/answers/Q3.1/status", "/answers/Q3.1/valid_from", "/answers/Q3.1/document"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := worked(t, saves("key-1", 0, "op3", c.typed), prefills(c.offered))
			if got := content(w); got != c.want {
				t.Errorf("the content is %s, want %s", got, c.want)
			}
			same(t, "marks", marked(w), c.marks)
			again, err := prefills(c.offered).on(w)
			must(t, err)
			same(t, "prefilled twice", again, w)
		})
	}
}

func TestAMarkGoesWithItsReason(t *testing.T) {
	whole := `{"Q3.1":{"document":"Plan","status":"yes","valid_from":"2016-01-01"}}`
	save := func(content string, confirmed bool, confirm ...string) turn {
		return turn{"key-2", 3, rapporteur.WorkingEvent{Save: &rapporteur.SaveEvent{
			Section: "op3", Content: []byte(content), Seen: rapporteur.Seen{Revisions: []int{1}}, Confirmed: confirmed, Confirm: confirm,
		}}}
	}
	all := []string{"/answers/Q3.1/status", "/answers/Q3.1/valid_from", "/answers/Q3.1/document"}
	cases := []struct {
		name string
		turn turn
		want []string
	}{
		{"saved as it is", save(whole, false), all},
		{"saved with more", save(`{"Q3.1":{"document":"Plan","status":"yes","text":"New.","valid_from":"2016-01-01"}}`, false), all},
		{"changed", save(`{"Q3.1":{"document":"Plan","status":"yes","valid_from":"2017-01-01"}}`, false), []string{all[0], all[2]}},
		{"taken out", save(`{"Q3.1":{"document":"Plan","status":"yes"}}`, false), []string{all[0], all[2]}},
		{"the answer taken out", save(`{}`, false), []string{}},
		{"saved and confirmed", save(whole, true), []string{}},
		{"saved and confirmed in part", save(whole, false, all[1]), []string{all[0], all[2]}},
		{"confirmed", confirms(1), []string{}},
		{"confirmed in part", confirms(1, all[0], all[2]), []string{all[1]}},
		{"confirmed what has no mark", confirms(1, "/answers/Q3.2/status"), all},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := worked(t, prefills(strategy), c.turn)
			same(t, "marks", marked(w), c.want)
			if got, want := len(w.Unconfirmed()), len(c.want); got != want {
				t.Errorf("%d findings for %d marks", got, want)
			}
		})
	}
}

func TestWhoeverConfirmsHasSeenWhatIsThere(t *testing.T) {
	w := worked(t, prefills(strategy), prefills(offer("Q3.2", earlier, field("status", "yes"))))
	_, err := confirms(1).on(w)
	refused(t, err, rapporteur.ProblemPrecondition, "prefilled by key-1")
	_, err = turn{"k", 0, rapporteur.WorkingEvent{Confirm: &rapporteur.ConfirmEvent{Section: "op4"}}}.on(w)
	refused(t, err, rapporteur.ProblemNotFound)
	confirmed, err := confirms(2).on(w)
	must(t, err)
	if s, _ := confirmed.Section("op3"); s.Saved.Act != rapporteur.WorkingConfirmed || s.Revision != 3 || len(s.Marks) > 0 {
		t.Errorf("the section is %+v", s)
	}
}
