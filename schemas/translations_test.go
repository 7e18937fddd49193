package schemas

import (
	"bytes"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapporteur/rapporteur"
)

// Every text that the release says is there in the six official languages, and
// no translation is of a text that nothing says any more.
func TestTheReleaseSpeaksSixLanguages(t *testing.T) {
	c := load(t)
	for _, language := range rapporteur.Languages {
		if missing := c.MissingLanguages(language); len(missing) > 0 {
			t.Errorf("%d texts have no %s: %q", len(missing), language, missing[:min(len(missing), 9)])
		}
	}
	if unused := c.UnusedTranslations(); len(unused) > 0 {
		t.Errorf("%d translations are of texts that nothing says: %q", len(unused), unused[:min(len(unused), 9)])
	}
}

// A text that is not translated is missed, wherever it stands.
func TestWhatIsNotTranslatedIsMissed(t *testing.T) {
	c, err := Load(withoutTranslations{Embedded()})
	if err != nil {
		t.Fatal(err)
	}
	missing := c.MissingLanguages("ru")
	for _, part := range []string{
		"member-state@1.0.0 /x-title", "x-sections/0/title", "x-label", "x-options", "x-rules/0/message", "x-messages/", "x-places/",
		"s-res-2388-2017 title", "s-res-2388-2017 op34", "s-res-2388-2017 op33 unmiss", "s-res-2388-2017 op23a occasion",
		"CL_INDICATOR title", "CL_AREA 002", "entity-unodc", "mission-unmiss", "panel-",
	} {
		if !slices.ContainsFunc(missing, func(key string) bool { return strings.Contains(key, part) }) {
			t.Errorf("nobody misses %s", part)
		}
	}
	if missing := c.MissingLanguages("en"); len(missing) > 0 {
		t.Errorf("there is no English of %q", missing)
	}
}

// withoutTranslations is a file system whose folder of translations is empty.
type withoutTranslations struct{ fs.FS }

func (f withoutTranslations) Open(name string) (fs.File, error) {
	if name == "translations" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.FS.Open(name)
}

// A folder brings its own translations, and has those of the release for what
// the release says too. What neither translates is read in English.
func TestAFolderBringsItsTranslations(t *testing.T) {
	files := goodFiles(t)
	delete(files, "registry/small.yaml")
	delete(files, "questionnaires/definitions/1.0.0.json")
	title := smallTitle(t, files)
	files["translations/ru.yaml"] = &fstest.MapFile{Data: []byte(`"` + title + `": "Малая резолюция"` + "\n" + `"Legal aid": "Иная помощь"`)}
	c, err := Load(Embedded(), files)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instrument("small")
	if err != nil {
		t.Fatal(err)
	}
	if got := i.TitleIn("ru"); got != "Малая резолюция" {
		t.Errorf("the title is %q", got)
	}
	if got := i.TitleIn("ar"); got != title {
		t.Errorf("without a translation the title is %q", got)
	}
	if len(c.MissingLanguages("ar")) == 0 {
		t.Error("nobody misses the Arabic of the folder")
	}
	for key, text := range c.latest["member-state"].texts {
		if text["en"] == "Legal aid" && text["ru"] != "Юридическая помощь" {
			t.Errorf("%s: the folder says what the release's text is: %q", key, text["ru"])
		}
	}
	if unused := c.UnusedTranslations(); !slices.Equal(unused, []string{"ru: Legal aid"}) {
		t.Errorf("unused are %q", unused)
	}
}

func smallTitle(t *testing.T, files fstest.MapFS) string {
	t.Helper()
	c, err := Load(Embedded(), files)
	if err != nil {
		t.Fatal(err)
	}
	i, err := c.Instrument("small")
	if err != nil {
		t.Fatal(err)
	}
	return i.Title
}

func TestBadTranslations(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		line       int
		says       string
	}{
		"no such language":     {"de.yaml", `"a": "b"`, 0, "official language"},
		"English":              {"en.yaml", `"a": "b"`, 0, "official language"},
		"nothing":              {"ru.yaml", "\"a\": \"b\"\n\"c\": \" \"", 2, `"c" is not translated`},
		"a lost place":         {"ru.yaml", "\"a\": \"b\"\n\"row {n}\": \"строка\"", 2, "placeholders"},
		"another place":        {"ru.yaml", `"row {n}": "строка {id}"`, 1, "placeholders"},
		"a number":             {"ru.yaml", `"%d words": "слов"`, 1, "placeholders"},
		"twice":                {"ru.yaml", "\"a\": \"b\"\n\"a\": \"c\"", 2, ""},
		"a list":               {"ru.yaml", "- a", 1, ""},
		"no YAML":              {"ru.yaml", `"a": "b`, 1, ""},
		"a text within a text": {"ru.yaml", "\"a\":\n  \"b\": \"c\"", 1, "in quotes"},
	} {
		files := goodFiles(t)
		files["translations/"+c.file] = &fstest.MapFile{Data: []byte(c.text)}
		_, err := Load(files)
		found := Faults(err)
		if len(found) != 1 || found[0].File != "translations/"+c.file || found[0].Line != c.line || !strings.Contains(found[0].Reason, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	files := goodFiles(t)
	files["translations/ru.yaml"] = &fstest.MapFile{Data: []byte("# nothing yet\n")}
	if _, err := Load(files); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

// The pinned contract is the file's bytes: translations add nothing to it.
func TestTranslationsLeaveTheContractAlone(t *testing.T) {
	q := latest(t, "member-state")
	file, err := fs.ReadFile(Embedded(), "questionnaires/member-state/"+q.Version+".json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(q.Schema, file) || q.Title["ar"] == "" {
		t.Errorf("%d bytes, %d in the file; the title is %v", len(q.Schema), len(file), q.Title)
	}
}
