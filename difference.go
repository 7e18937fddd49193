package rapporteur

// Answered is a body with the version of the questionnaire that it answers.
type Answered struct {
	Questionnaire QuestionnaireRef
	Body          []byte
}

// Difference is what changed from one version of an answer to another.
type Difference struct {
	// Patch is a JSON Patch (RFC 6902) that makes the later body of the earlier
	// one: the same JSON, not the same bytes.
	Patch []byte
	// Changes say the same in words, in the order of the questionnaire. There are
	// none only where the patch is empty.
	Changes []Change
	More    int // changes that are left out, where there are very many
}

// Change is one thing that changed, in words. It holds what was submitted: who
// may read it may read the answer.
type Change struct {
	Kind     ChangeKind
	Pointer  string // JSON Pointer (RFC 6901) into the later body; into the earlier one of what was removed
	Question string // Q3.4; empty for what is not an answer
	Place    string // Q3.4 Victims identified in the period, All victims identified, female, 0–17
	Before   string // the value as a person reads it; empty where there was none
	After    string
	Text     string // all of it in one sentence
}

// ChangeKind is what sort of change it is.
type ChangeKind string

// The kinds of changes. Reordered is a list with the same entries in another
// order.
const (
	ChangeAdded     ChangeKind = "added"
	ChangeRemoved   ChangeKind = "removed"
	ChangeChanged   ChangeKind = "changed"
	ChangeReordered ChangeKind = "reordered"
)
