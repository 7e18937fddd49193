// Package wording holds what people read, in the six official languages of the
// United Nations: texts by key from files, plural forms by Unicode's CLDR,
// numbers, and names in each language's own order.
//
// A book is a folder with a file for each language, en.json and its like: keys
// and texts, or keys and the plural forms that the language has. English is the
// measure: a key that it lacks is a mistake of the program, a key that another
// language lacks is found by Missing and read in English meanwhile.
package wording

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// English is the language in which what has no translation is read.
const English = "en"

// Languages are the six official languages in the order of their English names.
var Languages = []string{"ar", "zh", "en", "fr", "ru", "es"}

// Book is the texts of one part of the program. It is safe for concurrent use.
type Book struct {
	words map[string]Words
	keys  map[string][]string // by language
}

// Load reads the texts of a folder. A language without a file has none; English
// must have one.
func Load(files fs.FS, folder string) (*Book, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	b := &Book{words: map[string]Words{}, keys: map[string][]string{}}
	for _, code := range Languages {
		name := path.Join(folder, code+".json")
		content, err := fs.ReadFile(files, name)
		if err != nil {
			if code == English {
				return nil, fmt.Errorf("cannot read texts: %w", err)
			}
			continue
		}
		parsed, err := bundle.ParseMessageFileBytes(content, name)
		if err != nil {
			return nil, fmt.Errorf("cannot read texts %s: %w", name, err)
		}
		for _, m := range parsed.Messages {
			b.keys[code] = append(b.keys[code], m.ID)
		}
	}
	for _, code := range Languages {
		b.words[code] = Words{Language: code, localizer: i18n.NewLocalizer(bundle, code, English), printer: newPrinter(code)}
	}
	return b, nil
}

// MustLoad is Load for files that are part of the program: the same in every
// run, a mistake in one shows at once.
func MustLoad(files fs.FS, folder string) *Book {
	b, err := Load(files, folder)
	if err != nil {
		panic(err)
	}
	return b
}

// In is the words of a language; of an unknown one those of English.
func (b *Book) In(code string) Words {
	if w, known := b.words[code]; known {
		return w
	}
	return b.words[English]
}

// Missing lists what the languages lack of English, and what they have that
// English has not, as language and key; none when everything is translated.
func (b *Book) Missing() []string {
	var missing []string
	for _, code := range Languages {
		for _, key := range b.keys[English] {
			if !slices.Contains(b.keys[code], key) {
				missing = append(missing, code+" lacks "+key)
			}
		}
		for _, key := range b.keys[code] {
			if !slices.Contains(b.keys[English], key) {
				missing = append(missing, code+" has "+key+" and English has not")
			}
		}
	}
	return missing
}

// Direction is in which a language is written: rtl or ltr, as HTML says it.
func Direction(code string) string {
	if code == "ar" {
		return "rtl"
	}
	return "ltr"
}

var autonyms = map[string]string{"ar": "العربية", "zh": "中文", "en": "English", "fr": "Français", "ru": "Русский", "es": "Español"}

// Autonym is what a language calls itself.
func Autonym(code string) string { return autonyms[code] }

// Match is the best of some languages for the header Accept-Language (RFC 9110,
// section 12.5.4), the first where nothing fits.
func Match(header string, offered []string) string {
	tags := make([]language.Tag, len(offered))
	for n, code := range offered {
		tags[n] = language.Make(code)
	}
	if strings.TrimSpace(header) == "" {
		return offered[0]
	}
	_, n := language.MatchStrings(language.NewMatcher(tags), header)
	return offered[n]
}
