package workbook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
)

// The sheets of a filled workbook as they are shown, the hidden column and
// sheets among them.
func TestWorkbookGolden(t *testing.T) {
	q := questionnaire(t, "training-report")
	for _, language := range rapporteur.Languages {
		file, err := books.Write(q, full(t, q), in(language))
		fail(t, err)
		f, err := excelize.OpenReader(bytes.NewReader(file))
		fail(t, err)
		var b strings.Builder
		for _, sheet := range f.GetSheetList() {
			fmt.Fprintf(&b, "# %s\n", sheet)
			rows, err := f.GetRows(sheet)
			fail(t, err)
			for _, row := range rows {
				b.WriteString(strings.ReplaceAll(strings.Join(row, " | "), "\n", "⏎") + "\n")
			}
			checks, err := f.GetDataValidations(sheet)
			fail(t, err)
			for _, c := range checks {
				fmt.Fprintf(&b, "%s: %s %s\n", c.Sqref, c.Type, c.Formula1)
			}
		}
		fail(t, f.Close())
		golden := filepath.Join("testdata", "training-report."+language+".txt")
		if *update {
			fail(t, os.MkdirAll("testdata", 0o750))
			fail(t, os.WriteFile(golden, []byte(b.String()), 0o600))
		}
		want, err := os.ReadFile(golden)
		fail(t, err)
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("the sheets differ (-want +got):\n%s", diff)
		}
	}
}

// Every word of the sheets is there in the six languages, none is left over,
// and every code and column of the release's questionnaires has one.
func TestWordsAreComplete(t *testing.T) {
	content, err := os.ReadFile("words.json")
	fail(t, err)
	var words map[string]json.RawMessage
	fail(t, json.Unmarshal(content, &words))
	var source strings.Builder
	files, err := filepath.Glob("*.go")
	fail(t, err)
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") {
			code, err := os.ReadFile(name)
			fail(t, err)
			source.Write(code)
		}
	}
	var phrases func(at string, v any)
	phrases = func(at string, v any) {
		switch v := v.(type) {
		case []any:
			for n, item := range v {
				phrases(fmt.Sprint(at, "/", n), item)
			}
		case object:
			if _, isPhrase := v["en"].(string); isPhrase && v["en"] != "" {
				english, _ := v["en"].(string)
				for _, language := range rapporteur.Languages {
					text, _ := v[language].(string)
					if strings.TrimSpace(text) == "" || strings.Count(text, "%d") != strings.Count(english, "%d") {
						t.Errorf("%s is %q in %s", at, text, language)
					}
				}
				if len(v) != len(rapporteur.Languages) {
					t.Errorf("%s is there in %d languages", at, len(v))
				}
				return
			}
			for key, item := range v {
				phrases(at+"/"+key, item)
			}
		default:
			t.Errorf("%s is no phrase", at)
		}
	}
	for name, raw := range words {
		var v any
		fail(t, json.Unmarshal(raw, &v))
		phrases(name, v)
		if section, ok := v.(object); ok && (name == "texts" || name == "findings") {
			for key := range section {
				if !strings.Contains(source.String(), `"`+key+`"`) {
					t.Errorf("nothing says %s %q", name, key)
				}
			}
		}
	}
	var texts, findings object
	fail(t, json.Unmarshal(words["texts"], &texts))
	fail(t, json.Unmarshal(words["findings"], &findings))
	for _, used := range regexp.MustCompile(`\.text\("(\w+)"\)`).FindAllStringSubmatch(source.String(), -1) {
		if texts[used[1]] == nil {
			t.Errorf("there are no words for %q", used[1])
		}
	}
	for _, used := range regexp.MustCompile(`"((?:workbook|figures)/[a-z-]+)"`).FindAllStringSubmatch(source.String(), -1) {
		if findings[used[1]] == nil {
			t.Errorf("there are no words for the finding %q", used[1])
		}
	}
	var columns, sexes, ages, codes object
	for name, into := range map[string]*object{"columns": &columns, "sexes": &sexes, "ages": &ages, "codes": &codes} {
		fail(t, json.Unmarshal(words[name], into))
	}
	named := func(names object, code string) {
		if names[code] == nil {
			t.Errorf("nothing says what %q is", code)
		}
	}
	for _, id := range questionnaireIDs {
		for _, section := range questionnaire(t, id).Sections {
			for _, question := range section.Questions {
				for _, part := range question.Parts {
					for _, c := range part.Columns {
						named(columns, c.Name)
						for _, code := range c.Options {
							named(codes, code)
						}
					}
					for _, sex := range part.Sexes {
						named(sexes, sex)
					}
					for _, age := range part.Ages {
						named(ages, age)
					}
				}
			}
		}
	}
}

// The list of questionnaires in these tests is that of the release.
func TestEveryQuestionnaireIsTested(t *testing.T) {
	folders, err := os.ReadDir(filepath.Join("..", "schemas", "questionnaires"))
	fail(t, err)
	var names []string
	for _, f := range folders {
		if f.Name() != "definitions" {
			names = append(names, f.Name())
		}
	}
	if !slices.Equal(names, questionnaireIDs) {
		t.Errorf("the release has %v", names)
	}
}
