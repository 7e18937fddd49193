package schemas

import (
	"fmt"
	"io/fs"
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
		entries, err := readEntries(f, name)
		if err != nil {
			return err
		}
		texts := make(map[string]string, len(entries))
		var all faults
		for _, e := range entries {
			fault := func(format string) { all.add(&Fault{File: name, Line: e.line, Reason: fmt.Sprintf(format, e.english)}) }
			_, twice := texts[e.english]
			switch {
			case twice:
				fault("%q is there twice")
			case strings.TrimSpace(e.text) == "":
				fault("%q is not translated")
			case !slices.Equal(placeholders(e.english), placeholders(e.text)):
				fault("the translation of %q has other placeholders")
			}
			texts[e.english] = e.text
		}
		t.texts[language] = texts
		return all.err()
	})
}

// entry is one line of a file of translations.
type entry struct {
	english, text string
	line          int
}

// readEntries reads a file of translations from its syntax alone: there are
// thousands, and decoding them takes as long as all other files.
func readEntries(f fs.FS, name string) ([]entry, error) {
	body, err := fs.ReadFile(f, name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, err)
	}
	file, err := parser.ParseBytes(body, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxFault(name, err)
	}
	var entries []entry
	for _, part := range file.Docs {
		if part.Body == nil {
			continue // nothing but comments
		}
		mapping, ok := part.Body.(*ast.MappingNode)
		if !ok {
			return nil, &Fault{File: name, Line: part.Body.GetToken().Position.Line, Reason: "want English texts and what they are in the language"}
		}
		for _, pair := range mapping.Values {
			line := pair.Key.GetToken().Position.Line
			english, isText := pair.Key.(ast.ScalarNode)
			text, ok := pair.Value.(*ast.StringNode)
			if !isText || !ok {
				return nil, &Fault{File: name, Line: line, Reason: "want a text and its translation, each in quotes"}
			}
			entries = append(entries, entry{fmt.Sprint(english.GetValue()), text.Value, line})
		}
	}
	return entries, nil
}

// placeholderForm is what a program puts something in the place of.
var placeholderForm = regexp.MustCompile(`\{[a-z_]*\}|%[a-z]`)

// placeholders are those of a text, in an order of their own: languages put
// them in different places.
func placeholders(text string) []string {
	return slices.Sorted(slices.Values(placeholderForm.FindAllString(text, -1)))
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
