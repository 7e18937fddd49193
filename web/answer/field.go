package answer

import (
	"fmt"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// sort is how a value is written in a form.
type sort string

// The sorts. Lines are a list of texts, one on a line; truth is yes or no as JSON
// has it.
const (
	sortText     sort = "text"
	sortLine     sort = "line"
	sortLines    sort = "lines"
	sortDate     sort = "date"
	sortNumber   sort = "number"
	sortChoice   sort = "choice"
	sortChoices  sort = "choices"
	sortTruth    sort = "truth"
	sortFigures  sort = "figures"
	sortRows     sort = "rows"
	sortDocument sort = "document"
)

// field is one value of a section as it is asked in a form. Its address in the
// whole answer, a JSON Pointer (RFC 6901), is the name and the id of what is
// filled in.
type field struct {
	At       string
	Sort     sort
	Label    string
	Hint     string
	Options  []option
	MaxWords int
	Persons  bool                    // a count that may be masked: <5
	Whole    bool                    // a number without a fraction
	Needed   bool                    // nothing is accepted without it
	Part     rapporteur.QuestionPart // of tables and lists
	Input    string                  // type of the input of a line, text where empty
}

// option is one code of a choice.
type option struct{ Code, Label string }

// group is fields that belong together: a question, or a part of the header.
type group struct {
	ID        string // Q5.2
	At        string // /answers/Q5.2
	Key       string // of the section's content that it is: Q5.2, header
	Label     string
	Provision string
	Status    *field  // the automatic yes / in part / no
	Parts     []field // asked where the status is yes or in part
	More      []field // what every answer may have beside
}

// Anchor is the id of the group on its page.
func (g group) Anchor() string {
	if g.Status != nil {
		return g.At
	}
	return "group:" + g.ID
}

// fields are all of a group.
func (g group) fields() []field {
	var all []field
	if g.Status != nil {
		all = append(all, *g.Status)
	}
	return append(append(all, g.Parts...), g.More...)
}

// in is a text in a language, or in English.
func in(text map[string]string, language string) string {
	if s := text[language]; s != "" {
		return s
	}
	return text["en"]
}

// questions are the groups of a section of questions, in a language.
func questions(section rapporteur.QuestionSection, language string) []group {
	say := words.In(language)
	groups := make([]group, 0, len(section.Questions))
	for _, q := range section.Questions {
		g := group{ID: q.ID, At: "/answers/" + q.ID, Key: q.ID, Label: in(q.Label, language), Provision: q.Provision}
		for _, part := range q.Parts {
			f := partField(g.At, part, language)
			if part.Kind == rapporteur.PartStatus {
				g.Status = &f
				continue
			}
			g.Parts = append(g.Parts, f)
		}
		g.More = besides(g.At, say)
		groups = append(groups, g)
	}
	return groups
}

// sorts are how the kinds of parts are written.
var sorts = map[rapporteur.PartKind]sort{
	rapporteur.PartStatus: sortChoice, rapporteur.PartDate: sortDate, rapporteur.PartNumber: sortNumber, rapporteur.PartPercent: sortNumber,
	rapporteur.PartText: sortText, rapporteur.PartChoice: sortChoice, rapporteur.PartChoices: sortChoices,
	rapporteur.PartFigures: sortFigures, rapporteur.PartRows: sortRows, rapporteur.PartRef: sortDocument,
}

func partField(at string, part rapporteur.QuestionPart, language string) field {
	f := field{
		At: at + "/" + part.Name, Sort: sorts[part.Kind], Label: in(part.Label, language), MaxWords: part.MaxWords,
		Persons: part.Persons, Whole: part.Kind == rapporteur.PartNumber, Part: part,
	}
	for _, o := range part.Options {
		f.Options = append(f.Options, option{o.Code, in(o.Label, language)})
	}
	say := words.In(language)
	switch {
	case part.Kind == rapporteur.PartPercent:
		f.Hint = say.Say("hint.percent")
	case part.Persons && part.Kind == rapporteur.PartNumber:
		f.Hint = say.Say("hint.persons")
	}
	return f
}

// Words that an answer may have at most in what is beside every question
// (schemas/questionnaires/definitions).
const (
	reasonWords     = 100
	textWords       = 250
	assistanceWords = 60
	returnWords     = 200
	justifiedWords  = 150
)

// besides are the fields that every answer to a question may have.
func besides(at string, say wording.Words) []field {
	return []field{
		{At: at + "/reason", Sort: sortText, Label: say.Say("field.reason"), Hint: say.Say("hint.reason"), MaxWords: reasonWords},
		{At: at + "/text", Sort: sortText, Label: say.Say("field.text"), Hint: say.Say("persons.none"), MaxWords: textWords},
		{At: at + "/legal_reference", Sort: sortLines, Label: say.Say("field.legal"), Hint: say.Say("hint.lines")},
		{At: at + "/source", Sort: sortLines, Label: say.Say("field.source"), Hint: say.Say("hint.lines")},
		{At: at + "/period/from", Sort: sortDate, Label: say.Say("field.period_from"), Hint: say.Say("hint.period")},
		{At: at + "/period/to", Sort: sortDate, Label: say.Say("field.period_to")},
		{At: at + "/classification", Sort: sortChoice, Label: say.Say("field.classification"), Options: choicesOf(say, "classification", "unclassified", "confidential")},
		{At: at + "/may_be_quoted", Sort: sortTruth, Label: say.Say("field.quoted"), Options: choicesOf(say, "truth", "true", "false")},
		{At: at + "/assistance_needed/needed", Sort: sortChoice, Label: say.Say("field.assistance"), Options: choicesOf(say, "assistance", "yes", "in_part", "no")},
		{At: at + "/assistance_needed/kind", Sort: sortText, Label: say.Say("field.assistance_kind"), MaxWords: assistanceWords},
	}
}

// choicesOf are codes with their names, by keys of the words: {of}.{code}.
func choicesOf(say wording.Words, of string, codes ...string) []option {
	options := make([]option, len(codes))
	for n, code := range codes {
		options[n] = option{code, say.Say(of + "." + code)}
	}
	return options
}

// header are the groups of what answers no question.
func header(language string) []group {
	say := words.In(language)
	tongues := make([]option, 0, len(rapporteur.Languages))
	for _, code := range rapporteur.Languages {
		tongues = append(tongues, option{code, wording.Autonym(code)})
	}
	line := func(name, key string) field {
		return field{At: "/header/" + name, Sort: sortLine, Label: say.Say("field." + key)}
	}
	authority := line("authority", "authority")
	authority.Needed = true
	mail, telephone := line("officer/email", "officer_email"), line("officer/telephone", "officer_telephone")
	mail.Input, telephone.Input = "email", "tel"
	return []group{
		{ID: "return", Key: "return_type", At: "/return_type", Label: say.Say("group.return"), Parts: []field{
			{At: "/return_type", Sort: sortChoice, Label: say.Say("field.return_type"), Needed: true, Options: choicesOf(say, "return", "answered", "partial", "nil", "not-applicable", "covered", "declined")},
			{At: "/reason", Sort: sortText, Label: say.Say("field.return_reason"), Hint: say.Say("hint.return_reason"), MaxWords: returnWords},
			{At: "/language", Sort: sortChoice, Label: say.Say("field.language"), Needed: true, Options: tongues},
		}},
		{ID: "who", Key: "header", At: "/header", Label: say.Say("group.who"), Parts: []field{
			authority, line("permanent_mission", "mission"), line("officer/name", "officer_name"), line("officer/title", "officer_title"),
			mail, telephone, line("note_verbale", "note_verbale"),
		}},
		{ID: "period", Key: "header", At: "/header/period", Label: say.Say("group.period"), Parts: []field{
			{At: "/header/period/from", Sort: sortDate, Label: say.Say("field.period_from"), Needed: true},
			{At: "/header/period/to", Sort: sortDate, Label: say.Say("field.period_to"), Needed: true},
		}},
		{ID: "use", Key: "header", At: "/header/may_be_quoted", Label: say.Say("group.use"), Parts: []field{
			{At: "/header/may_be_quoted", Sort: sortTruth, Label: say.Say("field.quoted"), Hint: say.Say("hint.quoted"), Needed: true, Options: choicesOf(say, "truth", "true", "false")},
			{At: "/header/classification", Sort: sortChoice, Label: say.Say("field.classification"), Hint: say.Say("hint.classification"), Needed: true, Options: choicesOf(say, "classification", "unclassified", "confidential")},
			{At: "/header/assistance_needed", Sort: sortChoice, Label: say.Say("field.assistance"), Options: choicesOf(say, "assistance", "yes", "in_part", "no")},
		}},
	}
}

// groups are those of a section; a ProblemNotFound where the questionnaire has no
// such section.
func groups(q rapporteur.Questionnaire, section, language string) ([]group, error) {
	if section == rapporteur.HeaderSection {
		return header(language), nil
	}
	for _, s := range q.Sections {
		if s.ID == section {
			return questions(s, language), nil
		}
	}
	return nil, rapporteur.NotFound("section", section)
}

// cell is the name of the input of one cell of a table of figures.
func cell(at, sex, age, form string) string { return fmt.Sprintf("%s:%s:%s:%s", at, sex, age, form) }

// ages and forms of a table, one empty where it is not broken down so.
func dimensions(part rapporteur.QuestionPart) (ages, forms []string) {
	ages, forms = part.Ages, part.Forms
	if len(ages) == 0 {
		ages = []string{""}
	}
	if len(forms) == 0 {
		forms = []string{""}
	}
	return ages, forms
}
