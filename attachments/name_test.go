package attachments

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func TestNamesAsTheyAreKept(t *testing.T) {
	for name, want := range map[string]string{
		"law.pdf": "law.pdf", "Law.PDF": "Law.pdf", "Loi n° 2018-17 (traite).pdf": "Loi n° 2018-17 (traite).pdf", "قانون.pdf": "قانون.pdf", "法律.pdf": "法律.pdf",
		"": "file.pdf", ".pdf": "file.pdf", "note verbale": "note verbale.pdf", "No. 5 of 2018": "No. 5 of 2018.pdf", "law 27.2003": "law 27.2003.pdf", "...": "file.pdf",
		"C:\\Users\\person\\law.pdf": "law.pdf", "/home/person/law.pdf": "law.pdf", "../../etc/passwd": "passwd.pdf", "a/": "file.pdf",
		"law\u202efdp.exe.pdf": "lawfdp.exe.pdf", "l\x00a\x1bw\u200b\ufeff\u2028.pdf": "law.pdf", "a\tb\u00a0 c.pdf": "a b c.pdf",
		`<b>:"|?*%;.pdf`: "_b________.pdf", "con.pdf": "filecon.pdf", "NUL.pdf": "fileNUL.pdf", "~law.pdf ": "~law.pdf", " . law . .pdf": "law.pdf", "-rf.pdf": "-rf.pdf",
		"e\u0301tat.pdf":                    "état.pdf", // as one character
		strings.Repeat("a", 300) + ".pdf":   strings.Repeat("a", 116) + ".pdf",
		strings.Repeat("法", 300) + ".pdf":   strings.Repeat("法", 78) + ".pdf",
		"a." + strings.Repeat("b", 40):      "a." + strings.Repeat("b", 40) + ".pdf",
		strings.Repeat("a ", 58) + "bc.pdf": strings.TrimSpace(strings.Repeat("a ", 58)) + ".pdf",
	} {
		if got, err := cleanName(name, kinds[0]); err != nil || got != want {
			t.Errorf("%q is kept as %q (%v), want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"law.exe", "law.pdf.html", "law.docx", "law.p7m"} {
		if got, err := cleanName(name, kinds[0]); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
			t.Errorf("%q is kept as %q (%v)", name, got, err)
		}
	}
}

// Whatever somebody calls a file, its name can be kept everywhere, and a kept name
// is kept as it is.
func TestNamesAreSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z./\\ :\x{202e}\x{0301}]{0,300}`)).Draw(t, "name")
		if rapid.Bool().Draw(t, "ended") {
			name += k.ends[0]
		}
		got, err := cleanName(name, k)
		if err != nil {
			return
		}
		if again, err := cleanName(got, k); err != nil || again != got {
			t.Fatalf("%q is kept as %q, and that as %q (%v)", name, got, again, err)
		}
		if len(got) > maxNameBytes || utf8.RuneCountInString(got) > maxNameRunes || !utf8.ValidString(got) || strings.HasPrefix(got, ".") {
			t.Fatalf("%q is kept as %q", name, got)
		}
		for _, r := range got {
			if !unicode.IsGraphic(r) || strings.ContainsRune(`/\<>:"|?*`, r) {
				t.Fatalf("%q is kept as %q, with %U", name, got, r)
			}
		}
	})
}
