package paragraphs

import (
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

var date2018 = rapporteur.Date{Year: 2018, Month: 3, Day: 15}

func numberedText(n int, text string) rapporteur.Operative {
	return rapporteur.Operative{Number: n, Text: text}
}

func para(prefix, text string) Paragraph {
	return Paragraph{Type: "paragraph", Kind: "operative", Level: 1, Prefix: prefix, Text: text}
}

func TestOperativeParagraphs(t *testing.T) {
	sub := func(prefix, text string) Paragraph {
		p := para(prefix, text)
		p.Level = 2
		return p
	}
	heading := func(text string) Paragraph { return Paragraph{Type: "heading", Text: text} }
	preamble := Paragraph{Type: "paragraph", Kind: "preambular", Text: "Recalling everything,"}
	scanned := func(text string) Paragraph { return Paragraph{Type: "frontmatter", Text: text} }
	for name, c := range map[string]struct {
		list []Paragraph
		want string
		left int
	}{
		"in order": {[]Paragraph{preamble, para("1.", "Urges A;"), para("2.", "Decides B.")}, "1 Urges A; | 2 Decides B.", 0},
		"subparagraphs belong to the paragraph": {
			[]Paragraph{para("1.", "Requests X:"), sub("(a)", "to do;"), sub("(b)", "to tell;"), para("2.", "Decides B.")},
			"1 Requests X: (a) to do; (b) to tell; | 2 Decides B.", 0,
		},
		"headings belong to none": {[]Paragraph{para("1.", "Urges A;"), heading("Reporting"), para("2.", "Decides B.")}, "1 Urges A; | 2 Decides B.", 0},
		"numbered headings belong to the paragraph": {
			[]Paragraph{para("1.", "Authorizes X:"), heading("(i) Lamps"), sub("(a)", "to do;")}, "1 Authorizes X: (i) Lamps (a) to do;", 0,
		},
		"annexes are left out": {
			[]Paragraph{para("1.", "Urges A;"), heading("Annex I"), para("1.", "Requests of others"), para("2.", "Urges nothing")}, "1 Urges A;", 2,
		},
		"what follows the last paragraph is left out": {
			[]Paragraph{para("1.", "Decides to remain seized of the matter."), para("1.", "Requests of others"), sub("(a)", "more")},
			"1 Decides to remain seized of the matter.", 2,
		},
		"a list counts from one again": {
			[]Paragraph{para("1.", "Requests X to see that lamps:"), para("1.", "burn;"), para("2.", "stay lit;"), para("2.", "Decides B.")},
			"1 Requests X to see that lamps: 1. burn; 2. stay lit; | 2 Decides B.", 0,
		},
		"a missing number keeps its place": {[]Paragraph{para("1.", "Urges A;"), para("3.", "Decides B.")}, "1 Urges A; | 2  ! | 3 Decides B.", 0},
		"a year is no number":              {[]Paragraph{para("1.", "Urges A by"), para("201.", "and so on;")}, "1 Urges A by 201. and so on;", 0},
		"scanned documents number in the text": {
			[]Paragraph{scanned("Decision"), scanned("1. Approves the report;"), scanned("2. Requests X to act."), scanned("17 See above.")},
			"1 Approves the report; | 2 Requests X to act.", 0,
		},
		"unnumbered paragraphs are numbered here": {
			[]Paragraph{preamble, {Type: "paragraph", Kind: "preambular", Text: "Decides to adopt it;"}, {Type: "paragraph", Text: "Also requests X to act."}},
			"1 Decides to adopt it; ! | 2 Also requests X to act. !", 0,
		},
		"other languages are passed over": {
			[]Paragraph{{Type: "paragraph", Level: 1, Prefix: "1.", Text: "Demande A;", Language: "french"}, para("1.", "Urges A;")}, "1 Urges A;", 0,
		},
		"nothing is nothing": {[]Paragraph{preamble, {}}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			found, left := operatives(c.list)
			var got []string
			for _, o := range found {
				text := string(rune('0'+o.Number)) + " " + o.Text
				if o.doubt != "" {
					text += " !"
				}
				got = append(got, text)
			}
			if strings.Join(got, " | ") != c.want || left != c.left {
				t.Errorf("got %q and %d left\nwant %q and %d", strings.Join(got, " | "), left, c.want, c.left)
			}
		})
	}
}

func TestReadRefusesWhatIsNoList(t *testing.T) {
	for text, want := range map[string]string{
		"": "end of JSON", "Resolution": "invalid character", "{}": "the object at byte 1 does not fit the list", `[{"text": 5}]`: "the number at byte 11 does not fit text",
	} {
		_, err := Read([]byte(text))
		if err == nil || !strings.Contains(err.Error(), "cannot read paragraphs") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "paragraphRow") {
			t.Errorf("%q: %v", text, err)
		}
	}
	list, err := Read([]byte(`[{"text": "A\u00a0b\n\tc\u0007\u2028d", "prefix": null, "paragraph_level": 2, "new": 1, "action_verb": "Decides,"}]`))
	if err != nil || len(list) != 1 || list[0].Text != "A b c d" || list[0].Level != 2 || list[0].Verb != "decides" {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestSymbolAndDayOfAdoption(t *testing.T) {
	title := func(text string) Paragraph { return Paragraph{Type: "title", Text: text} }
	front := func(text string) Paragraph { return Paragraph{Type: "frontmatter", Text: text} }
	for name, c := range map[string]struct {
		list                  []Paragraph
		file, symbol, adopted string
	}{
		"title and day":            {[]Paragraph{title("Resolution 9001 (2031)"), front("Adopted by the Security Council on 3 March 2031")}, "x", "S/RES/9001 (2031)", "2031-03-03"},
		"an older title":           {[]Paragraph{title("39 (1948). Resolution of 20 January 1948")}, "x", "S/RES/39 (1948)", "1948-01-20"},
		"a broken line":            {[]Paragraph{title("RESOLUTION 9001 (2031)"), {Type: "heading", Text: "on 3 March 2031"}}, "x", "S/RES/9001 (2031)", "2031-03-03"},
		"the file's name":          {[]Paragraph{front("Resolution 8000 (2030)")}, "S_RES_9001(2031)", "S/RES/9001 (2031)", ""},
		"the file's name, as ours": {nil, "s-res-9001-2031.paragraphs", "S/RES/9001 (2031)", ""},
		"another year":             {[]Paragraph{title("Resolution 9001 (2031)"), front("Recalling 3 March 2030")}, "x", "S/RES/9001 (2031)", ""},
		"no such day":              {[]Paragraph{title("Resolution 9001 (2031)"), front("on 31 February 2031")}, "x", "S/RES/9001 (2031)", ""},
		"nothing":                  {nil, "x", "S/RES", ""},
	} {
		d := New(c.list, c.file)
		if d.symbol != c.symbol || d.adopted.String() != c.adopted {
			t.Errorf("%s: got %s of %q", name, d.symbol, d.adopted)
		}
		if (d.doubts["adopted"] == "") != (c.adopted != "") || (d.doubts["symbol"] == "") != (c.symbol != "S/RES") {
			t.Errorf("%s: doubts %v", name, d.doubts)
		}
	}
}
