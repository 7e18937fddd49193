package answer

import (
	"encoding/json"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

var loadSchemas = sync.OnceValues(func() (*schemas.Catalogue, error) { return schemas.Load(schemas.Embedded()) })

func memberState(t testing.TB) (rapporteur.Questionnaire, states) {
	t.Helper()
	catalogue, err := loadSchemas()
	if err != nil {
		t.Fatal(err)
	}
	q, err := catalogue.Latest("member-state")
	if err != nil {
		t.Fatal(err)
	}
	return q, statesOf(catalogue, rapporteur.Date{Year: 2018, Month: 5, Day: 1}, "ar")
}

// What people type for numbers, and what it is read as; what is none stays as it
// was typed.
func TestNumbersAsPeopleWriteThem(t *testing.T) {
	count, persons, share := field{Whole: true}, field{Whole: true, Persons: true}, field{}
	for _, c := range []struct {
		typed string
		field field
		want  any
	}{
		{"12", count, json.Number("12")}, {"٢٧", count, json.Number("27")}, {"۲۷", count, json.Number("27")}, {"１２", count, json.Number("12")},
		{"1 234", count, json.Number("1234")}, {"1,234,567", count, json.Number("1234567")}, {"1.234", count, json.Number("1234")}, {"1 234", count, json.Number("1234")},
		{"007", count, json.Number("7")}, {"0", count, json.Number("0")}, {"12,5", count, "12,5"}, {"12,5", share, json.Number("12.5")}, {"12٫5", share, json.Number("12.5")},
		{"12.5", share, json.Number("12.5")}, {"-3", count, json.Number("-3")}, {"about 40", count, "about 40"}, {"1e9", count, "1e9"}, {"<5", count, "<5"},
		{"<5", persons, "<5"}, {"< 5", persons, "<5"}, {"＜5", persons, "<5"}, {"<6", persons, "<6"}, {"99999999999999999999999", count, "99999999999999999999999"},
		{"12 34", count, "12 34"}, {"--", count, "--"}, {"1.234,5", share, "1.234,5"},
	} {
		if got := number(c.typed, c.field); got != c.want {
			t.Errorf("%q is read as %v (%T), want %v", c.typed, got, got, c.want)
		}
	}
}

// A form shows all of a section's content, or carries what it cannot show:
// reading it back gives the same again, whatever is in it.
func TestFormsLoseNothing(t *testing.T) {
	q, states := memberState(t)
	rapid.Check(t, func(t *rapid.T) {
		sections := []string{rapporteur.HeaderSection}
		for _, s := range q.Sections {
			sections = append(sections, s.ID)
		}
		section := rapid.SampledFrom(sections).Draw(t, "section")
		all, err := groups(q, section, "ar")
		if err != nil {
			t.Fatal(err)
		}
		content := object{}
		for _, g := range all {
			for _, f := range g.fields() {
				if rapid.IntRange(0, 3).Draw(t, "there") > 0 {
					continue
				}
				f.put(content, anything(t, f))
			}
		}
		values := valuesOf(content, all, states)
		again := read(values, all, states)
		if diff := cmp.Diff(string(encode(content)), string(encode(again))); diff != "" {
			t.Fatalf("the form %v loses (-was +read):\n%s", values, diff)
		}
		if diff := cmp.Diff(values, valuesOf(again, all, states)); diff != "" {
			t.Fatalf("shown again it is another form:\n%s", diff)
		}
	})
}

// anything is a value of a field as it may stand in the record: right, wrong, or
// of another sort altogether.
func anything(t *rapid.T, f field) any {
	text := rapid.StringMatching(`[a-zé\x{202e}]{1,8}( [a-z0-9]{1,5}){0,3}`)
	odd := []any{true, json.Number("7"), []any{object{"x": "y"}}, object{"a": object{"b": json.Number("1.5")}}, []any{"a\nb"}}
	if rapid.IntRange(0, 5).Draw(t, "odd") == 0 && f.Sort != sortNumber && f.Sort != sortTruth {
		odd = slices.DeleteFunc(odd, func(v any) bool { // a number is shown, and read as the text that it then is
			_, isNumber := v.(json.Number)
			return isNumber
		})
		return rapid.SampledFrom(odd).Draw(t, "value")
	}
	switch f.Sort {
	case sortTruth:
		return rapid.Bool().Draw(t, "yes")
	case sortNumber:
		return rapid.SampledFrom([]any{json.Number("12"), json.Number("0"), "about ten"}).Draw(t, "number")
	case sortChoices, sortLines:
		return []any{text.Draw(t, "one"), "another"}
	case sortFigures:
		ages, forms := dimensions(f.Part)
		one := object{"sex": rapid.SampledFrom(f.Part.Sexes).Draw(t, "sex"), "value": rapid.SampledFrom([]any{json.Number("3"), "<5", "some"}).Draw(t, "value")}
		if age := rapid.SampledFrom(ages).Draw(t, "age"); age != "" {
			one["age"] = age
		}
		if form := rapid.SampledFrom(forms).Draw(t, "form"); form != "" {
			one["form"] = form
		}
		if rapid.Bool().Draw(t, "twice") {
			return []any{one, one}
		}
		return []any{one}
	case sortRows:
		row := object{}
		for _, c := range f.Part.Columns {
			row[c.Name] = "KEN"
			if c.Kind == rapporteur.PartNumber {
				row[c.Name] = json.Number("12")
			}
			if c.Format == "language" {
				row[c.Name] = "sw"
			}
		}
		if rapid.Bool().Draw(t, "more") {
			row["unknown"] = "field"
		}
		return []any{row}
	}
	return text.Draw(t, "text")
}

func TestRowsMoveUp(t *testing.T) {
	form := url.Values{"/a/r/0/x": {"0"}, "/a/r/1/x": {"1"}, "/a/r/2/x": {"2"}, "/a/rr/1/x": {"other"}, "/a/r": {"table"}}
	got := withoutRow(form, "/a/r/1")
	want := url.Values{"/a/r/0/x": {"0"}, "/a/r/1/x": {"2"}, "/a/rr/1/x": {"other"}, "/a/r": {"table"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, at := range []string{"", "x", "/a/r/y"} {
		if diff := cmp.Diff(form, withoutRow(form, at)); diff != "" {
			t.Errorf("%q: %s", at, diff)
		}
	}
}

func TestSums(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   string
	}{
		{nil, ""}, {[]string{"", "x"}, ""}, {[]string{"1", "2"}, "3"}, {[]string{"13", "<5"}, "13–17"}, {[]string{"0"}, "0"}, {[]string{"-4", "5"}, "5"},
	} {
		if got := sum(c.values); got != c.want {
			t.Errorf("%q add up to %q, want %q", c.values, got, c.want)
		}
	}
}

// Words are counted as the questionnaires' limits count them.
func TestWordsAreCountedAsTheLimitsDo(t *testing.T) {
	for text, want := range map[string]int{"": 0, "one": 1, "one, two – three": 3, "没有任何资料": 3, "没有 data 资": 3, "a\u202eb": 1, "— –": 0} {
		if got := countWords(text); got != want {
			t.Errorf("%q has %d words, want %d", text, got, want)
		}
	}
}

func TestCommentsByQuestion(t *testing.T) {
	q, _ := memberState(t)
	got := commentsIn(" Q5.2: the total\r\nQ5.2 : again: twice\n\nThank you: all.\nQ99: none\n", q)
	want := []comment{{"Q5.2", "op5", "the total"}, {"Q5.2", "op5", "again: twice"}, {"", "", "Thank you: all."}, {"", "", "Q99: none"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A field that is as it was shown stays exactly as it is saved, beside one that
// was changed: the cells of a table may be saved in another order than the form
// has them.
func TestWhatIsNotChangedStaysAsItIs(t *testing.T) {
	q, states := memberState(t)
	all, err := groups(q, "op5", "en")
	if err != nil {
		t.Fatal(err)
	}
	const kept = `[{"age":"total","sex":"total","value":40},{"age":"total","sex":"F","value":13}]`
	s := sheet{section: rapporteur.WorkingSection{Content: []byte(`{"Q5.2":{"prosecuted":` + kept + `,"status":"yes"}}`), Revision: 1}, groups: all, states: states}
	s.values = valuesOf(decode(s.section.Content), all, states)
	s.content = read(s.values, all, states)
	s.values.Set("/answers/Q5.2/text", "Changed.")
	merged, conflicts := s.merge(s.values, true)
	if got, want := string(encode(merged)), `{"Q5.2":{"prosecuted":`+kept+`,"status":"yes","text":"Changed."}}`; got != want || len(conflicts) > 0 {
		t.Errorf("it becomes\n%s\nwant\n%s", got, want)
	}
	s.values.Set("/answers/Q5.2/prosecuted:F:total:", "14")
	merged, _ = s.merge(s.values, true)
	if got, want := string(encode(merged)), `{"Q5.2":{"prosecuted":[{"age":"total","sex":"F","value":14},{"age":"total","sex":"total","value":40}],"status":"yes","text":"Changed."}}`; got != want {
		t.Errorf("it becomes\n%s\nwant\n%s", got, want)
	}
}
