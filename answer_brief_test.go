package rapporteur

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// textGenerator makes texts of sentences, spaces of several kinds and marks that
// may or may not end one.
func textGenerator() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"victims", "The act of 2016", "was revised", "and kept under review", "in 3.5 per cent", "two girls", "e.g", "Art", "закон", "法律",
		".", "!", "?", "…", ". ", "? ", "\u00a0", " ", " ", "\n", "\t", ".\u00a0", "“quoted”",
	})
	return rapid.Map(rapid.SliceOfN(piece, 0, 60), func(all []string) string { return strings.Join(all, " ") })
}

func TestABriefTextIsQuotedAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := textGenerator().Draw(t, "text")
		brief := firstOf(text)
		if got, want := firstSentence(brief), firstSentence(text); got != want {
			t.Fatalf("%q is quoted as %q, in brief as %q", text, want, got)
		}
		if (brief == "") != (text == "") || !strings.HasPrefix(text, brief) {
			t.Fatalf("%q is %q in brief", text, brief)
		}
	})
}

func TestAReportOfBriefAnswersIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := compilationGenerator().Draw(t, "compilation")
		for _, a := range in.Accepted {
			elaborate(t, a.Document)
		}
		whole, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		var brief brevity
		for n := range in.Accepted {
			brief.shorten(&in.Accepted[n].Document)
		}
		short, err := Compile(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole, short); diff != "" {
			t.Fatalf("in brief the report differs:\n%s", diff)
		}
	})
}

// elaborate adds to a document all that a report does not tell.
func elaborate(t *rapid.T, d AnswerDocument) {
	for id, a := range d.Answers {
		a.Text, a.Reason = textGenerator().Draw(t, "text"), "a reason"
		a.LegalReferences = rapid.SliceOfN(rapid.Just("Criminal Code, art. 4"), 0, 3).Draw(t, "laws")
		a.Sources = rapid.SliceOfN(rapid.Just("Annual report"), 0, 2).Draw(t, "sources")
		for n := range a.Values {
			if v := &a.Values[n].Value; v.Text != "" {
				v.Text += textGenerator().Draw(t, "more")
			}
		}
		rows := []map[string]string{{"title": "Act"}, {"title": "Decree"}}
		a.Values = append(a.Values, NamedValue{"rows", Value{Rows: rows[:rapid.IntRange(0, 2).Draw(t, "rows")]}})
		d.Answers[id] = a
	}
}

func TestBriefAnswersShareWhatIsShort(t *testing.T) {
	var b brevity
	for n := range mostKnown + 100 {
		text := strings.Repeat("x", n%5) + string(rune('a'+n%26)) + strings.Repeat("y", n/130)
		if got := b.once(text); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	}
	if long := strings.Repeat("z", longCode+1); b.once(long) != long || b.known[long] != "" {
		t.Error("a long text is kept")
	}
	if len(b.known) > mostKnown {
		t.Errorf("%d texts are kept, want %d at most", len(b.known), mostKnown)
	}
}
