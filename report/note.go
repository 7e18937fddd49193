package report

import (
	"bytes"
	"context"
	_ "embed" // the texts
	"fmt"
	"strings"
	"text/template"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/rapporteur/rapporteur"
)

//go:embed note.en.txt
var noteEnglish string

//go:embed note.fr.txt
var noteFrench string

// noteTexts are the texts of notes by language: paragraphs, an empty line between
// two.
var noteTexts = map[string]*template.Template{
	"en": template.Must(template.New("en").Funcs(noteWords).Parse(noteEnglish)),
	"fr": template.Must(template.New("fr").Funcs(noteWords).Parse(noteFrench)),
}

var noteWords = template.FuncMap{
	"of":   ofState,
	"in":   func(symbol string) string { return strings.TrimPrefix(symbol, "S/RES/") },
	"list": paragraphNumbers,
	"en":   func(d rapporteur.Date) string { return d.WordsIn("en") },
	"fr":   func(d rapporteur.Date) string { return d.WordsIn("fr") },
}

// The page of a note: A4, in millimetres and points.
const (
	noteMargin = 25.0
	noteSize   = 11.0
	noteLine   = 6.0
)

// noteFont is the family of the fonts in the note, which are in the file (Go
// fonts, BSD-3-Clause): names of States need more letters than the fonts that
// every reader has.
const noteFont = "Go"

// NoteVerbale gives a note as PDF on one page: in the third person, without a
// signature, addressed below. The same note always has the same bytes.
func (*Renderer) NoteVerbale(_ context.Context, n rapporteur.NoteVerbale) ([]byte, error) {
	texts, ok := noteTexts[n.Language]
	if !ok {
		return nil, fmt.Errorf("cannot write note verbale: no text in %q", n.Language)
	}
	var text strings.Builder
	if err := texts.Execute(&text, n); err != nil {
		return nil, fmt.Errorf("cannot write note verbale: %w", err)
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(n.On.Start())
	pdf.SetModificationDate(n.On.Start())
	pdf.SetLang(n.Language)
	pdf.SetTitle(strings.TrimSpace("Note verbale, "+n.State), true)
	pdf.SetMargins(noteMargin, noteMargin, noteMargin)
	pdf.AddUTF8FontFromBytes(noteFont, "", goregular.TTF)
	pdf.AddUTF8FontFromBytes(noteFont, "B", gobold.TTF)
	pdf.AddPage()
	for i, paragraph := range strings.Split(strings.TrimSpace(text.String()), "\n\n") {
		style, align := "", "J"
		if i == 0 {
			style, align = "B", "C"
		}
		if line := strings.Contains(paragraph, "\n"); line {
			align = "L"
		}
		pdf.SetFont(noteFont, style, noteSize)
		pdf.MultiCell(0, noteLine, paragraph, "", align, false)
		pdf.Ln(noteLine)
	}
	var out bytes.Buffer
	if err := pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("cannot write note verbale: %w", err)
	}
	return out.Bytes(), nil
}

// paragraphNumbers are the paragraphs of some provisions: 28 (b) of OP28.b.
func paragraphNumbers(provisions []string) string {
	numbers := make([]string, len(provisions))
	for n, p := range provisions {
		number, letter, ok := strings.Cut(strings.TrimPrefix(p, "OP"), ".")
		if numbers[n] = number; ok {
			numbers[n] += " (" + letter + ")"
		}
	}
	return strings.Join(numbers, ", ")
}

// articled are the States whose short name has the definite article in English
// (UNTERM's usage in running text).
var articled = map[string]bool{
	"Bahamas": true, "Central African Republic": true, "Comoros": true, "Congo": true, "Democratic People's Republic of Korea": true,
	"Democratic Republic of the Congo": true, "Dominican Republic": true, "Gambia": true, "Lao People's Democratic Republic": true, "Marshall Islands": true,
	"Netherlands": true, "Niger": true, "Philippines": true, "Republic of Korea": true, "Republic of Moldova": true, "Russian Federation": true,
	"Solomon Islands": true, "Sudan": true, "Syrian Arab Republic": true, "United Arab Emirates": true,
	"United Kingdom of Great Britain and Northern Ireland": true, "United Republic of Tanzania": true, "United States of America": true,
}

// ofState is a State's English name as it stands after "of": the Sudan, the
// Islamic Republic of Iran where lists have Iran (Islamic Republic of).
func ofState(name string) string {
	name = strings.ReplaceAll(name, "’", "'")
	if short, long, ok := strings.Cut(name, " ("); ok && strings.HasSuffix(long, " of)") {
		return "the " + strings.TrimSuffix(long, ")") + " " + short
	}
	if articled[name] {
		return "the " + name
	}
	return name
}
