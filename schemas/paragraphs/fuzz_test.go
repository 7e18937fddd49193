package paragraphs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur/schemas/paragraphs"
)

// written is what a reader of YAML finds in a draft.
type written struct {
	ID         string
	Title      string
	Operatives []struct {
		Number int
		Text   string
	}
	Provisions []struct {
		ID, Verb, Addressee, Summary, Stream string
		Operative, Strength                  int
		Qualifiers                           []string
	}
	Streams []struct {
		ID         string
		Provisions []string
	}
}

// readable fails unless a draft reads as YAML, with every text as it was.
func readable(t interface{ Fatalf(string, ...any) }, d paragraphs.Draft) {
	page := d.YAML()
	var w written
	if err := yaml.Unmarshal(page, &w); err != nil {
		t.Fatalf("the draft cannot be read: %v\n%s", err, page)
	}
	operatives, provisions := d.Operatives(), d.Provisions()
	if len(w.Operatives) != len(operatives) || len(w.Provisions) != len(provisions) {
		t.Fatalf("%d of %d paragraphs, %d of %d provisions are read\n%s",
			len(w.Operatives), len(operatives), len(w.Provisions), len(provisions), page)
	}
	for n, o := range operatives {
		if w.Operatives[n].Text != o.Text || o.Number != n+1 || w.Operatives[n].Number != o.Number {
			t.Fatalf("paragraph %d reads %q, was %q", o.Number, w.Operatives[n].Text, o.Text)
		}
	}
	seen := map[string]bool{}
	for n, p := range provisions {
		got := w.Provisions[n]
		if got.ID != p.ID || got.Verb != p.Verb || got.Addressee != p.Addressee || got.Summary != p.Summary || got.Strength != p.Strength {
			t.Fatalf("provision %+v reads %+v", p, got)
		}
		if seen[p.ID] || p.Verb == "" || p.Addressee == "" || p.Summary == "" || p.Strength < 0 || p.Strength > 5 {
			t.Fatalf("provision %+v is no provision, or is there twice", p)
		}
		seen[p.ID] = true
		if !strings.Contains(strings.ToLower(operatives[p.Operative-1].Text), p.Verb) {
			t.Fatalf("paragraph %d does not say %q", p.Operative, p.Verb)
		}
	}
	for _, s := range w.Streams {
		for _, id := range s.Provisions {
			if !seen[id] {
				t.Fatalf("stream %s names %s, which is not there", s.ID, id)
			}
		}
	}
}

func FuzzDraft(f *testing.F) {
	made, err := os.ReadFile(filepath.Join("testdata", "made-up.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(made)
	for _, text := range []string{
		`[]`, `null`, `[{}]`, `[{"type":"paragraph","paragraph_type":"operative","paragraph_level":1,"prefix":"1.","text":"Decides: # - ' \" {} [] & * ! | > % @ to: be"}]`,
		`[{"type":"paragraph","prefix":"1.","text":"--- ... and requests the"},{"type":"heading","text":"Annex"},{"type":"paragraph","prefix":"1.","text":"x"}]`,
		`[{"type":"paragraph","prefix":"3.","text":"Requests"},{"type":"paragraph","prefix":"4.","text":"null"}]`,
		`[{"type":"frontmatter","text":"1. Calls upon all, and calls on them to act by 31 February, every 0 days"}]`,
		`[{"type":"paragraph","text":"Urges \ud83d\ude00 to act; welcomes"}]`,
		`[{"type":"title","text":"Resolution 1 (0000)"},{"type":"frontmatter","text":"1 January 0000"},{"type":"paragraph","prefix":"1.","text":"Requests the Secretary-General to report on this resolution within 12 months"}]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		list, err := paragraphs.Read(body)
		if err != nil {
			return
		}
		readable(t, paragraphs.New(list, "fuzz"))
	})
}

// Whatever words of the Council's stand in whatever order, the draft reads.
func TestAnyDraftReads(t *testing.T) {
	pieces := []string{
		"Requests", "requests", "Decides", "and", "the Secretary-General", "to report", "within 12 months", "every 90 days", "Member States",
		"as appropriate", ",", ";", ":", "calls upon", "them", "which stresses", "(a)", "1.", "“quoted”", "# no comment", "- item", "key: value",
		"null", "'", `"`, "&", "*", "{", "}", "%", "@", "`", "\\", "é", "this resolution", "seized of the matter", "by 30 June 2031", "—",
	}
	rapid.Check(t, func(t *rapid.T) {
		type entry struct {
			Text   string  `json:"text"`
			Type   string  `json:"type"`
			Kind   string  `json:"paragraph_type"`
			Level  int     `json:"paragraph_level"`
			Prefix *string `json:"prefix"`
		}
		entries := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) entry {
			words := rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 25).Draw(t, "words")
			e := entry{
				Text: strings.Join(words, " "), Type: rapid.SampledFrom([]string{"paragraph", "paragraph", "heading", "frontmatter", "title"}).Draw(t, "type"),
				Kind: rapid.SampledFrom([]string{"operative", "preambular", ""}).Draw(t, "kind"), Level: rapid.IntRange(0, 3).Draw(t, "level"),
			}
			if prefix := rapid.SampledFrom([]string{"", "1.", "2.", "3.", "4.", "(a)", "–"}).Draw(t, "prefix"); prefix != "" {
				e.Prefix = &prefix
			}
			return e
		}), 0, 12).Draw(t, "entries")
		body, err := json.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}
		list, err := paragraphs.Read(body)
		if err != nil {
			t.Fatal(err)
		}
		readable(t, paragraphs.New(list, "any"))
	})
}
