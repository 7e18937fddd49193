package schemas

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/message"
)

// newCompiler makes a schema compiler that checks formats, knows x-words and
// loads nothing but the files of the catalogue.
func newCompiler() *jsonschema.Compiler {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.AssertVocabs()
	c.UseLoader(noLoader{})
	for name, known := range codeFormats {
		c.RegisterFormat(&jsonschema.Format{Name: name, Validate: codeFormat(known)})
	}
	c.RegisterVocabulary(&jsonschema.Vocabulary{URL: "rapporteur:x-words", Compile: compileWords})
	return c
}

// noLoader refuses what is not part of the catalogue: a schema must not make
// the process read other files or the network.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("cannot load %s: %w", strings.TrimPrefix(url, base), fs.ErrNotExist)
}

// wordLimit is the keyword x-words: how many words a text may have.
type wordLimit int

func compileWords(_ *jsonschema.CompilerContext, schema map[string]any) (jsonschema.SchemaExt, error) {
	limit, ok := schema["x-words"]
	if !ok {
		return nil, nil //nolint:nilnil // how the library is told that the keyword is not there
	}
	number, ok := limit.(float64)
	if !ok || number < 1 {
		return nil, errors.New("cannot read x-words: want a number of words")
	}
	return wordLimit(number), nil
}

// Validate counts the words of a text.
func (limit wordLimit) Validate(ctx *jsonschema.ValidatorContext, v any) {
	text, ok := v.(string)
	if ok && countWords(text) > int(limit) {
		ctx.AddError(tooManyWords(limit))
	}
}

// tooManyWords is the finding that a text is over its limit.
type tooManyWords int

// KeywordPath names the keyword.
func (tooManyWords) KeywordPath() []string { return []string{"x-words"} }

// LocalizedString is for the library's own output, which is not shown.
func (limit tooManyWords) LocalizedString(p *message.Printer) string {
	return p.Sprintf("more than %d words", int(limit))
}

// countWords counts runs of letters and digits between spaces. Scripts that
// write without spaces are counted a word to two characters, as editors of
// United Nations documents reckon Chinese.
func countWords(s string) int {
	words, han, inWord := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			inWord = false
		case unicode.IsSpace(r):
			inWord = false
		case !inWord && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			words++
			inWord = true
		}
	}
	return words + (han+1)/2
}
