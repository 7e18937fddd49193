package wording

import (
	"fmt"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Words is the texts of a book in one language.
type Words struct {
	Language  string
	localizer *i18n.Localizer
	printer   *message.Printer
}

// Lookup is the text of a key, with pairs of name and value put where it says
// {{.Name}}. A key that English has not is an error.
func (w Words) Lookup(key string, pairs ...any) (string, error) {
	return w.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data(pairs)}, key)
}

// LookupCount is the text of a key in the plural form of a number, which it
// writes where it says {{.Count}}.
func (w Words) LookupCount(key string, n int, pairs ...any) (string, error) {
	values := data(pairs)
	values["Count"] = w.Number(n)
	return w.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: values, PluralCount: n}, key)
}

// localize takes English where the language lacks the key: the library says so
// with an error beside the text.
func (w Words) localize(c *i18n.LocalizeConfig, key string) (string, error) {
	text, err := w.localizer.Localize(c)
	if text == "" && err != nil {
		return "", fmt.Errorf("cannot say %s in %s: %w", key, w.Language, err)
	}
	return text, nil
}

// Say is Lookup for keys that are known; an unknown one shows itself.
func (w Words) Say(key string, pairs ...any) string {
	text, err := w.Lookup(key, pairs...)
	if err != nil {
		return "[" + key + "]"
	}
	return text
}

// Count is LookupCount for keys that are known; an unknown one shows itself.
func (w Words) Count(key string, n int, pairs ...any) string {
	text, err := w.LookupCount(key, n, pairs...)
	if err != nil {
		return "[" + key + "]"
	}
	return text
}

// Number writes a whole number as the language groups it.
func (w Words) Number(n int) string { return w.printer.Sprintf("%d", n) }

func data(pairs []any) map[string]any {
	values := map[string]any{}
	for n := 0; n+1 < len(pairs); n += 2 {
		if name, ok := pairs[n].(string); ok {
			values[name] = pairs[n+1]
		}
	}
	return values
}

// newPrinter writes numbers. Arabic documents of the United Nations use the
// digits of English ones.
func newPrinter(code string) *message.Printer {
	if code == "ar" {
		code = "ar-u-nu-latn"
	}
	return message.NewPrinter(language.Make(code))
}

// Sort brings things into the order that a language gives their names
// (Unicode's collation with CLDR's tailorings).
func Sort[T any](code string, things []T, name func(T) string) {
	c := collate.New(language.Make(code), collate.Loose)
	slices.SortStableFunc(things, func(a, b T) int { return c.CompareString(name(a), name(b)) })
}
