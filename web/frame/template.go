package frame

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"html/template"
	"io/fs"
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// Template is a page, or parts of pages, in every language. A page's file
// defines "title" and "content"; whatever else it defines can be given by itself
// (Visit.Fragment).
type Template struct {
	text  *template.Template // as it was read, in no language yet
	book  *wording.Book
	sheet string // that it has beside the house's

	lock       sync.Mutex
	byLanguage map[string]*template.Template // those that were asked for
}

// Styled gives the page a style sheet of the assets beside the house's own.
func (t *Template) Styled(sheet string) *Template {
	t.sheet = sheet
	return t
}

// Parse reads a page's template with the files of partials beside it. The
// functions say, count, date, moment, number and lang speak the page's language
// with the words of a book. A mistake shows at once, for templates are part of
// the program.
func Parse(book *wording.Book, source fs.FS, names ...string) *Template {
	layout := template.Must(template.New("layout.html").Funcs(functions(book, wording.Languages[0])).ParseFS(files, "templates/layout.html"))
	return &Template{text: template.Must(layout.ParseFS(source, names...)), book: book, byLanguage: map[string]*template.Template{}}
}

// in is the page in a language. All pages in all languages take some 20 MB; many
// are never asked for.
func (t *Template) in(language string) (*template.Template, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if known, ok := t.byLanguage[language]; ok {
		return known, nil
	}
	page, err := t.text.Clone()
	if err != nil {
		return nil, err
	}
	t.byLanguage[language] = page.Funcs(functions(t.book, language))
	return page, nil
}

// functions are what templates can call, in a language.
func functions(book *wording.Book, language string) template.FuncMap {
	w, own := book.In(language), words.In(language)
	return template.FuncMap{
		"say":    w.Lookup,
		"count":  w.LookupCount,
		"frame":  own.Lookup, // the frame's own words
		"date":   func(d rapporteur.Date) string { return d.WordsIn(language) },
		"moment": func(t time.Time) string { return Moment(language, t) },
		"number": w.Number,
		"lang":   func() string { return language },
		"dir":    func() string { return wording.Direction(language) },
		"once":   once8,
		"dict":   dict,
	}
}

// Moment writes an instant in a language: the date in words, and the time of day
// in Coordinated Universal Time.
func Moment(language string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return rapporteur.DateOf(t).WordsIn(language) + t.UTC().Format(", 15:04 UTC")
}

// once8 is the hidden field by which a form acts once, however often it is sent.
func once8() template.HTML {
	return template.HTML(`<input type="hidden" name="` + once + `" value="` + rand.Text() + `">`) //nolint:gosec // of our own making
}

// dict lets a template give a partial several values.
func dict(pairs ...any) (map[string]any, error) {
	values := map[string]any{}
	for n := 0; n+1 < len(pairs); n += 2 {
		name, ok := pairs[n].(string)
		if !ok {
			return nil, fmt.Errorf("cannot name a value %v", pairs[n])
		}
		values[name] = pairs[n+1]
	}
	return values, nil
}

// chrome is what the layout shows around every page.
type chrome struct {
	Language  string
	Direction string
	Languages []tongue // to choose from; none where the page has one
	Nav       []link
	SignedIn  string // in which capacity, in words
	Notice    string
	Sheet     string
	Page      any
}

type tongue struct {
	Code, Name, Address string
	Current             bool
}

type link struct {
	Address, Name string
	Current       bool
}

// Render answers with a page.
func (v *Visit) Render(status int, t *Template, page any) error {
	return v.write(status, t, "layout.html", chrome{
		Language: v.Language, Direction: wording.Direction(v.Language), Languages: v.tongues(), Nav: v.links(),
		SignedIn: v.capacity(), Notice: v.Take(notice), Sheet: t.sheet, Page: page,
	})
}

// Fragment answers with one part of a page, for htmx.
func (v *Visit) Fragment(status int, t *Template, name string, data any) error {
	return v.write(status, t, name, data)
}

// write answers whole or not at all.
func (v *Visit) write(status int, t *Template, name string, data any) error {
	var body bytes.Buffer
	page, err := t.in(v.Language)
	if err == nil {
		err = page.ExecuteTemplate(&body, name, data)
	}
	if err != nil {
		return fmt.Errorf("cannot render page %s: %w", v.page.ID, err)
	}
	h := v.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Language)
	h.Add("Vary", "Accept-Language, Cookie, HX-Request")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	v.Writer.WriteHeader(status)
	_, _ = v.Writer.Write(body.Bytes()) // only fails where the client is gone
	return nil
}

// tongues are the languages that the page can be read in, each in its own name.
func (v *Visit) tongues() []tongue {
	if len(v.page.Languages) < 2 {
		return nil
	}
	var all []tongue
	for _, code := range v.page.Languages {
		query := v.Request.URL.Query()
		query.Set("lang", code)
		all = append(all, tongue{Code: code, Name: wording.Autonym(code), Address: "?" + query.Encode(), Current: code == v.Language})
	}
	return all
}
