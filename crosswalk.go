package rapporteur

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Crosswalk says where the figures of a published layout belong in the answers
// to a questionnaire, and which of its codes are which of the questionnaire's.
type Crosswalk struct {
	ID            string // glotip
	Title         string
	Source        string // what an answer names as the source: GLOTIP
	Questionnaire string // id; places are those of its newest version
	Places        []CrosswalkPlace
	Sexes         map[string]string // code of the questionnaire by that of the layout
	Ages          map[string]string
	Forms         map[string]string // the form that is not broken down too
}

// CrosswalkPlace is where the figures of one indicator belong.
type CrosswalkPlace struct {
	Indicator  string
	Dimensions []string // by which it may be broken down there
	Question   string
	Part       string
	ByAge      bool // the part is broken down by age, by form of exploitation
	ByForm     bool
}

// Published is figures about States that somebody has published, as they belong
// in answers.
type Published interface {
	// Tables lists, by place, the figures about an area (ISO 3166-1 alpha-3) for
	// a questionnaire: those of the newest year up to the last. It is empty where
	// nothing is published.
	Tables(area, questionnaire string, lastYear int) []PublishedTable
}

// PublishedTable is the figures of one year for one part of an answer.
type PublishedTable struct {
	Crosswalk string // id
	Source    string // what an answer names as the source
	Question  string
	Part      string
	Year      int
	Cells     []Figure // age and form are empty where the part has none
}

// Value is the table as an answer has it, in JSON's words: a list of cells, each
// with a whole number, or with <5 for a masked count.
func (t PublishedTable) Value() []any {
	cells := make([]any, 0, len(t.Cells))
	for _, f := range t.Cells {
		cell := map[string]any{"sex": f.Sex}
		if f.Age != "" {
			cell["age"] = f.Age
		}
		if f.Form != "" {
			cell["form"] = f.Form
		}
		cell["value"] = any("<5")
		if f.Low == f.High {
			cell["value"] = json.Number(strconv.Itoa(f.Low))
		}
		cells = append(cells, cell)
	}
	return cells
}

// PrefillPublished is what published figures can be the beginning of: the tables
// of those questions that the questionnaire has, with their source. They are
// about a calendar year, so each is a suggestion.
func PrefillPublished(q Questionnaire, tables []PublishedTable) []Prefilled {
	var all []Prefilled
	for _, section := range q.Sections {
		for _, question := range section.Questions {
			for _, t := range tables {
				has := slices.ContainsFunc(question.Parts, func(p QuestionPart) bool { return p.Name == t.Part && p.Kind == PartFigures })
				if t.Question != question.ID || !has {
					continue
				}
				all = append(all, Prefilled{
					Section: section.ID, At: "/answers/" + question.ID, Source: PrefillSource{Published: t.Crosswalk, Year: t.Year},
					Fields: []PrefilledField{
						{Name: "status", Value: string(StatusYes), Suggestion: true},
						{Name: "source", Value: []any{t.Source}, Suggestion: true},
						{Name: t.Part, Value: t.Value(), Suggestion: true},
					},
				})
			}
		}
	}
	return all
}
