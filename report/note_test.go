package report_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/report"
)

func note(language, state string, changes ...func(*rapporteur.NoteVerbale)) rapporteur.NoteVerbale {
	n := rapporteur.NoteVerbale{
		RequestKey: rapporteur.RequestKey{Cycle: "s-res-2388-2017/op34/2018", Contributor: "state-ken"}, Language: language, State: state,
		Instrument: "S/RES/2388 (2017)", Subject: "Trafficking in persons in armed conflict", Provisions: []string{"OP34"},
		AskedOn: rapporteur.Date{Year: 2018, Month: 5, Day: 21}, Due: rapporteur.Date{Year: 2018, Month: 9, Day: 14},
		Closes: rapporteur.Date{Year: 2018, Month: 10, Day: 5}, On: rapporteur.Date{Year: 2018, Month: 9, Day: 1},
	}
	for _, change := range changes {
		change(&n)
	}
	return n
}

// What a reader of the note reads, by pdftotext.
func TestNoteVerbale(t *testing.T) {
	pdftotext := needs.PDFToText(t)
	over := func(n *rapporteur.NoteVerbale) { n.Over, n.On = true, rapporteur.Date{Year: 2018, Month: 9, Day: 20} }
	returned := func(n *rapporteur.NoteVerbale) { n.Returned = true }
	for name, n := range map[string]rapporteur.NoteVerbale{
		"en": note("en", "Kenya"), "en.over": note("en", "Iran (Islamic Republic of)", over), "en.returned": note("en", "Türkiye", returned),
		"fr": note("fr", "Kenya"), "fr.over": note("fr", "Côte d’Ivoire", over), "fr.returned": note("fr", "Kenya", returned, over),
	} {
		t.Run(name, func(t *testing.T) {
			document, err := report.New().NoteVerbale(t.Context(), n)
			if err != nil {
				t.Fatal(err)
			}
			again, err := report.New().NoteVerbale(t.Context(), n)
			if err != nil || !bytes.Equal(document, again) {
				t.Errorf("the same note has other bytes (%v)", err)
			}
			file := filepath.Join(t.TempDir(), "note.pdf")
			if err := os.WriteFile(file, document, 0o600); err != nil {
				t.Fatal(err)
			}
			text, err := exec.CommandContext(t.Context(), pdftotext, "-layout", file, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			if pages := strings.Count(string(text), "\f"); pages != 1 {
				t.Errorf("the note has %d pages", pages)
			}
			golden := filepath.Join("testdata", "note."+name+".txt")
			if *update {
				if err := os.WriteFile(golden, text, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(text)); diff != "" {
				t.Errorf("the note has changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoteInAnotherLanguage(t *testing.T) {
	if _, err := report.New().NoteVerbale(t.Context(), note("tlh", "Kenya")); err == nil {
		t.Error("there is a note in another language")
	}
}
