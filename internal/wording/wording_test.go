package wording_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/rapporteur/rapporteur/internal/wording"
)

func book(t *testing.T, files map[string]string) *wording.Book {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, content := range files {
		fsys["words/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	b, err := wording.Load(fsys, "words")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSayAndCount(t *testing.T) {
	b := book(t, map[string]string{
		"en.json": `{"hello":"Hello, {{.Name}} <b>","days":{"one":"{{.Count}} day","other":"{{.Count}} days"}}`,
		"ru.json": `{"days":{"one":"{{.Count}} день","few":"{{.Count}} дня","many":"{{.Count}} дней","other":"{{.Count}} дня"}}`,
		"ar.json": `{"days":{"zero":"لا أيام","one":"يوم واحد","two":"يومان","few":"{{.Count}} أيام","many":"{{.Count}} يوما","other":"{{.Count}} يوم"}}`,
	})
	for _, c := range []struct {
		language string
		n        int
		want     string
	}{
		{"en", 1, "1 day"}, {"en", 1234, "1,234 days"}, {"ru", 2, "2 дня"}, {"ru", 5, "5 дней"}, {"ru", 21, "21 день"},
		{"ar", 2, "يومان"}, {"ar", 11, "11 يوما"}, {"ar", 3, "3 أيام"}, {"fr", 2, "2 days"}, {"xx", 2, "2 days"},
	} {
		if got := b.In(c.language).Count("days", c.n); got != c.want {
			t.Errorf("%d in %s: %q, want %q", c.n, c.language, got, c.want)
		}
	}
	if got := b.In("ru").Say("hello", "Name", "Kenya"); got != "Hello, Kenya <b>" {
		t.Errorf("without a translation it says %q", got)
	}
	if _, err := b.In("en").Lookup("nothing"); err == nil || b.In("en").Say("nothing") != "[nothing]" {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestMissing(t *testing.T) {
	b := book(t, map[string]string{
		"en.json": `{"a":"A"}`, "fr.json": `{"a":"A","b":"B"}`, "zh.json": `{"a":"A"}`, "ru.json": `{"a":"A"}`, "es.json": `{"a":"A"}`,
	})
	if got := b.Missing(); !slices.Equal(got, []string{"ar lacks a", "fr has b and English has not"}) {
		t.Errorf("missing %q", got)
	}
	for _, files := range []fstest.MapFS{{}, {"words/en.json": {Data: []byte("{")}}} {
		if _, err := wording.Load(files, "words"); err == nil {
			t.Error("it loads")
		}
	}
}

func TestMatch(t *testing.T) {
	for header, want := range map[string]string{
		"": "ar", "fr-CA, en;q=0.5": "fr", "zh-Hant-TW": "zh", "de": "ar", "es-419;q=0.9, pt;q=1": "es", "*": "ar", ";;;": "ar",
	} {
		if got := wording.Match(header, wording.Languages); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestSort(t *testing.T) {
	for code, c := range map[string]struct{ names, want []string }{
		"es": {[]string{"Zambia", "Egipto", "Éire", "España"}, []string{"Egipto", "Éire", "España", "Zambia"}},
		"fr": {[]string{"Zambie", "États-Unis", "Espagne"}, []string{"Espagne", "États-Unis", "Zambie"}},
		"zh": {[]string{"中国", "阿富汗", "巴西"}, []string{"阿富汗", "巴西", "中国"}},
	} {
		wording.Sort(code, c.names, func(s string) string { return s })
		if !slices.Equal(c.names, c.want) {
			t.Errorf("%s: %v, want %v", code, c.names, c.want)
		}
	}
}

func TestDirectionAndAutonym(t *testing.T) {
	for _, code := range wording.Languages {
		if (wording.Direction(code) == "rtl") != (code == "ar") || wording.Autonym(code) == "" {
			t.Errorf("%s: %s, %q", code, wording.Direction(code), wording.Autonym(code))
		}
	}
}
