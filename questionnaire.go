package rapporteur

// QuestionnaireRef pins one version of a questionnaire.
type QuestionnaireRef struct {
	ID      string // member-state
	Version string // semantic version
}

// String is id@version.
func (r QuestionnaireRef) String() string { return r.ID + "@" + r.Version }

// Questionnaire describes the questions of one version of a schema, for
// compiling, showing and prefilling answers. The schema itself, with its
// rules, stays with whoever validates.
type Questionnaire struct {
	QuestionnaireRef
	Title    map[string]string // by language
	Kind     ContributorKind
	Sections []QuestionSection
	Rules    []Rule // cross-field rules, its own and those that questionnaires share
	Consent  string // the question whether the answer may be used in a report; none asks for no consent
	Schema   []byte // the whole JSON Schema 2020-12 document
}

// ConsentIn is what an answer allows to be done with it: its content may be
// used where the question of consent is answered yes, and be attributed where
// its header says so.
func (q Questionnaire) ConsentIn(d AnswerDocument) Consent {
	return Consent{InReport: q.Consent != "" && d.Answers[q.Consent].Status == StatusYes, ByName: d.MayBeQuoted}
}

// QuestionSection is the questions of one operative paragraph.
type QuestionSection struct {
	ID        string
	Title     map[string]string
	Questions []Question
}

// Question is one question and the parts of its answer.
type Question struct {
	ID        string // Q3.4
	Provision string // OP3.a
	Label     map[string]string
	Parts     []QuestionPart
	OfPeriod  bool // what is asked is about the period alone, so that an earlier answer does not hold
}

// PartKind is the type of one part of an answer.
type PartKind string

// The kinds of parts. Status is the automatic yes / in part / no of a
// question; figures are rows by sex, age and form of exploitation.
const (
	PartStatus  PartKind = "status"
	PartDate    PartKind = "date"
	PartNumber  PartKind = "number"
	PartPercent PartKind = "percent"
	PartText    PartKind = "text"
	PartChoice  PartKind = "choice"
	PartChoices PartKind = "choices"
	PartFigures PartKind = "figures"
	PartRows    PartKind = "rows"
	PartRef     PartKind = "document"
)

// QuestionPart is one field of an answer.
type QuestionPart struct {
	Name     string // key under the answer
	Kind     PartKind
	Label    map[string]string
	Options  []Option // for choices
	MaxWords int      // for text
	ByAge    bool     // for figures
	ByForm   bool     // for figures
	Persons  bool     // for numbers and figures: it counts persons, so small values are masked
	Columns  []Column // for rows: the fields of a row, in the order of the schema
	MaxRows  int      // for rows, 0 for no limit
	Sexes    []string // for figures: the codes that a cell may have; Ages and Forms are empty where
	Ages     []string // the table is not broken down so
	Forms    []string
}

// Column is one field of the rows of an answer.
type Column struct {
	Name    string   // key in the row
	Kind    PartKind // text, number, date or choice
	Format  string   // of a text that is a code: country (ISO 3166-1 alpha-3), currency (ISO 4217), language (ISO 639)
	Options []string // the codes of a choice
	Persons bool     // it counts persons and may be masked
}

// Option is one code of a choice with its names.
type Option struct {
	Code  string
	Label map[string]string
}

// Question finds a question by id.
func (q Questionnaire) Question(id string) (Question, bool) {
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			if question.ID == id {
				return question, true
			}
		}
	}
	return Question{}, false
}
