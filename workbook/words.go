package workbook

import (
	_ "embed"
	"encoding/json"
	"maps"

	"github.com/rapporteur/rapporteur"
)

// phrase is a text by language. English is always there; where a language has
// none, English stands in its place.
type phrase = map[string]string

func in(text map[string]string, language string) string {
	if words := text[language]; words != "" {
		return words
	}
	return text["en"]
}

// words.json holds the words of the sheets, for translators.
//
//go:embed words.json
var wordsFile []byte

// words are all words of this package, apart from those of questionnaires.
var words = readWords()

type wordBook struct {
	Texts              map[string]phrase  `json:"texts"`
	Instructions       []instructionBlock `json:"instructions"`
	ReturnTypes        map[string]phrase  `json:"return_types"`
	ReturnTypeMeanings map[string]phrase  `json:"return_type_meanings"`
	Languages          map[string]phrase  `json:"languages"`
	Classifications    map[string]phrase  `json:"classifications"`
	Codes              map[string]phrase  `json:"codes"`
	Sexes              map[string]phrase  `json:"sexes"`
	Ages               map[string]phrase  `json:"ages"`
	Columns            map[string]phrase  `json:"columns"`
	Findings           map[string]phrase  `json:"findings"`
}

// instructionBlock is some sentences under a heading.
type instructionBlock struct {
	Heading phrase   `json:"heading"`
	Texts   []phrase `json:"texts"`
}

func readWords() wordBook {
	var w wordBook
	if err := json.Unmarshal(wordsFile, &w); err != nil {
		panic(err) // the file is the release's own; the tests read it
	}
	return w
}

// finding is something wrong at a place of a file. Its words never say what is
// there.
func finding(rule, pointer, cell string) rapporteur.Finding {
	return rapporteur.Finding{
		Severity: rapporteur.SeverityError, Rule: rule, Pointer: pointer, Message: maps.Clone(words.Findings[rule]), Cell: cell,
	}
}
