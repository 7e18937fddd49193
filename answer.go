package rapporteur

// AnswerDocument is a submission's body, read.
type AnswerDocument struct {
	Questionnaire  QuestionnaireRef
	ReturnType     ReturnType
	Reason         string // for nil, not applicable, covered by another report, declined
	Language       string
	MayBeQuoted    bool           // attribution by name allowed
	Classification Classification // of the whole, as its header has it
	Justifications map[string]string
	Answers        map[string]Answer // by question id
}

// Status is the automatic answer to every question.
type Status string

// Statuses as United Nations self-assessment questionnaires use them.
const (
	StatusYes           Status = "yes"
	StatusInPart        Status = "in_part"
	StatusNo            Status = "no"
	StatusNotApplicable Status = "not_applicable"
	StatusNoInformation Status = "no_information"
)

// Answer is one answered question with its automatic fields.
type Answer struct {
	Status          Status
	Reason          string
	Text            string
	LegalReferences []string
	Sources         []string
	Classification  string // the answer's own, or the document's
	MayBeQuoted     *bool  // overrides the document's where set
	Values          Values
}

// Values are the parts of an answer, each name once. They are few, and a map for
// one takes a kilobyte: thousands of answers are held while a report is compiled.
type Values []NamedValue

// NamedValue is a part of an answer by its name in the questionnaire.
type NamedValue struct {
	Name string
	Value
}

// Of is the part of a name; the zero Value where the answer has none.
func (v Values) Of(name string) Value {
	for n := range v {
		if v[n].Name == name {
			return v[n].Value
		}
	}
	return Value{}
}

// Value is one part of an answer; which field is set follows the part's kind.
type Value struct {
	Text    string
	Number  *float64
	Date    Date
	Choices []string
	Figures []Figure
	Rows    []map[string]string
}

// Figure is one cell of a disaggregated table. Low and High are the same for
// an exact figure; a masked one ("<5") is 0 to 4.
type Figure struct {
	Sex  string // F, M, other, unknown, total
	Age  string // 0-17, 18+, unknown, total (or the bands of the question)
	Form string // code of the form of exploitation, total, or empty
	Low  int
	High int
}
