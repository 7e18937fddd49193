package schemas

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/rapporteur/rapporteur"
)

// translations are the texts of a file system in the languages that its files
// do not have beside the text itself. As in gettext, the key is the English
// text, so that what is said twice is translated once.
type translations struct {
	texts map[string]map[string]string // by language and English text
	used  map[string]bool              // English texts that something in the files says
}

// source is a file system and the translations that its files are read with:
// its own first, then those of the file systems before it.
type source struct {
	fs.FS
	books []*translations
}

// readTranslations reads the translations of every file system.
func (c *Catalogue) readTranslations(fsys []fs.FS) error {
	var books []*translations
	for _, f := range fsys {
		own, err := readTranslations(f)
		if err != nil {
			return err
		}
		books = append([]*translations{own}, books...)
		c.sources = append(c.sources, source{f, slices.Clone(books)})
	}
	c.translations = books
	return nil
}

// readTranslations reads the folder translations/: a file for each language, of
// English texts and what they are in it.
func readTranslations(f fs.FS) (*translations, error) {
	t := &translations{texts: map[string]map[string]string{}, used: map[string]bool{}}
	return t, everyFile([]fs.FS{f}, "translations", ".yaml", func(f fs.FS, name string) error {
		language := strings.TrimSuffix(path.Base(name), ".yaml")
		if language == "en" || !slices.Contains(rapporteur.Languages, language) {
			return &Fault{File: name, Reason: "want the name of an official language other than English, as in ar.yaml"}
		}
		texts, d, err := readTexts(f, name)
		if err != nil {
			return err
		}
		var all faults
		for _, english := range slices.Sorted(maps.Keys(texts)) {
			switch translation := texts[english]; {
			case strings.TrimSpace(translation) == "":
				all.add(d.textFault(english, "%q is not translated", english))
			case !slices.Equal(placeholders(english), placeholders(translation)):
				all.add(d.textFault(english, "the translation of %q has other placeholders", english))
			}
		}
		t.texts[language] = texts
		return all.err()
	})
}

// readTexts reads a file of texts by English text. A text that is there twice is
// a fault.
func readTexts(f fs.FS, name string) (map[string]string, *document, error) {
	body, err := fs.ReadFile(f, name)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	file, err := parser.ParseBytes(body, 0)
	if err != nil {
		return nil, nil, syntaxFault(name, err)
	}
	texts := map[string]string{}
	if err := decode(body, &texts); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, syntaxFault(name, err)
	}
	return texts, &document{name: name, file: file}, nil
}

// placeholderForm is what a program puts something in the place of.
var placeholderForm = regexp.MustCompile(`\{[a-z_]*\}|%[a-z]`)

// placeholders are those of a text, in an order of their own: languages put
// them in different places.
func placeholders(text string) []string {
	return slices.Sorted(slices.Values(placeholderForm.FindAllString(text, -1)))
}

// textFault is a fault about one text of a file of translations, whose keys are
// no paths.
func (d *document) textFault(key, format string, args ...any) *Fault {
	f := &Fault{File: d.name, Line: 1, Reason: fmt.Sprintf(format, args...)}
	for _, part := range d.file.Docs {
		mapping, ok := part.Body.(*ast.MappingNode)
		if !ok {
			continue
		}
		for _, entry := range mapping.Values {
			if token := entry.Key.GetToken(); token.Value == key {
				f.Line = token.Position.Line
			}
		}
	}
	return f
}

// find is a text in a language, or nothing.
func (s source) find(english, language string) string {
	found := ""
	for _, book := range s.books {
		book.used[english] = true
		if text := book.texts[language][english]; found == "" {
			found = text
		}
	}
	return found
}

// translatable is a part of a file that has texts in English to find others by.
type translatable interface{ translate(s source) }

// translate adds the languages that a text has not itself.
func (t text) translate(s source) {
	english := t["en"]
	if english == "" {
		return
	}
	for _, language := range rapporteur.Languages {
		if t[language] != "" {
			continue
		}
		if found := s.find(english, language); found != "" {
			t[language] = found
		}
	}
}

// titles are a title in all the languages that there are translations for.
func titles(fsys fs.FS, english string) map[string]string {
	t := text{"en": english}
	if s, ok := fsys.(source); ok {
		t.translate(s)
	}
	return t
}

// translateRows goes through what a file was read into, and adds to each of its
// texts the languages that the translations have.
func translateRows(fsys fs.FS, rows any) {
	if s, ok := fsys.(source); ok {
		s.walk(reflect.ValueOf(rows))
	}
}

func (s source) walk(v reflect.Value) {
	if !v.IsValid() {
		return
	}
	if t, ok := reflect.TypeAssert[translatable](v); ok {
		t.translate(s)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			s.walk(v.Elem())
		}
	case reflect.Struct:
		if v.CanAddr() {
			if t, ok := reflect.TypeAssert[translatable](v.Addr()); ok {
				t.translate(s)
				return
			}
		}
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				s.walk(v.Field(n))
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for n := range v.Len() {
				s.walk(v.Index(n))
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			s.walk(v.MapIndex(key))
		}
	default:
	}
}

// UnusedTranslations lists the English texts, with the language before them, of
// translations that nothing in the catalogue says any more.
func (c *Catalogue) UnusedTranslations() []string {
	var unused []string
	for _, book := range c.translations {
		for language, texts := range book.texts {
			for english := range texts {
				if !book.used[english] {
					unused = append(unused, language+": "+english)
				}
			}
		}
	}
	slices.Sort(unused)
	return unused
}
