package schemas

import (
	"io/fs"
	"maps"
	"slices"
	"testing"
	"testing/fstest"
)

// fuzzedFiles loads the small catalogue with one file replaced by whatever
// somebody wrote: it loads, or it is refused with file and reason, and a
// questionnaire that loads checks answers.
func fuzzedFiles(f *testing.F, name string, seeds ...string) {
	f.Helper()
	files := goodFiles(f)
	f.Add(string(files[name].Data))
	for _, seed := range append(seeds, "", "{}", "[]", "null", "0", "{", "a: &a [*a]", "? {a: b}", "\x00", `{"x-rules":[{}]}`, "- - - -", "!!binary a", "a: !b c") {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		changed := maps.Clone(files)
		changed[name] = &fstest.MapFile{Data: []byte(text)}
		before := allocated()
		c, err := Load(changed)
		if took := allocated() - before; took > 256<<20+100_000*uint64(len(text)) {
			t.Fatalf("%d bytes for a file of %d", took, len(text))
		}
		if err != nil {
			for _, fault := range Faults(err) {
				if fault.File == "" || fault.Reason == "" {
					t.Fatalf("refused without a place: %+v", fault)
				}
			}
			if len(Faults(err)) == 0 {
				t.Fatalf("refused without a fault: %v", err)
			}
			return
		}
		for _, q := range c.questionnaires {
			for _, body := range []string{`{}`, `{"answers":{"Q1.1":{"status":"yes","colour":"red"}}}`} {
				// A rule that somebody made up may fail, but only as an error.
				_, _, _ = c.Check(t.Context(), q.QuestionnaireRef, []byte(body))
			}
		}
	})
}

func embeddedFiles(f *testing.F, folder string) []string {
	f.Helper()
	var texts []string
	err := everyFile([]fs.FS{Embedded()}, folder, ".yaml", func(fsys fs.FS, name string) error {
		text, err := fs.ReadFile(fsys, name)
		texts = append(texts, string(text))
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return texts
}

func FuzzQuestionnaireFile(f *testing.F) {
	var seeds []string
	for _, id := range questionnaireIDs {
		seeds = append(seeds, string(latest(f, id).Schema))
	}
	fuzzedFiles(f, "questionnaires/poll/1.0.0.json", seeds...)
}

func FuzzDefinitionsFile(f *testing.F) { fuzzedFiles(f, "questionnaires/definitions/1.0.0.json") }

func FuzzInstrumentFile(f *testing.F) {
	fuzzedFiles(f, "instruments/small.yaml", slices.Concat([]string{smallSections}, embeddedFiles(f, "instruments"))...)
}

func FuzzRegistryFile(f *testing.F) {
	fuzzedFiles(f, "registry/small.yaml", slices.Concat([]string{smallEntities, smallMissions}, embeddedFiles(f, "registry"))...)
}

func FuzzHolidaysFile(f *testing.F) {
	fuzzedFiles(f, "holidays/small.yaml", embeddedFiles(f, "holidays")...)
}

func FuzzProfileFile(f *testing.F) {
	fuzzedFiles(f, "profiles/small.yaml", embeddedFiles(f, "profiles")...)
}
