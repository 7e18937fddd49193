package rapporteur

import "time"

// MigrationOutcome is what becomes of an answer when its request asks another
// version of the questionnaire.
type MigrationOutcome string

// The outcomes. Unchanged and mapped answers need nobody: the first is the same
// but for the version it names (or there is none yet), the second has answers
// elsewhere, or kept beside it. What the other version would not accept as it
// is needs its contributor.
const (
	MigrationUnchanged        MigrationOutcome = "unchanged"
	MigrationMapped           MigrationOutcome = "mapped"
	MigrationNeedsContributor MigrationOutcome = "needs-contributor"
)

// MigratedAnswer is an answer in the layout of another version of its
// questionnaire. Nothing of it is lost: what has no place there is kept beside
// it, and finds its place again on the way back.
type MigratedAnswer struct {
	Body    []byte // JSON, in the layout of the other version
	Kept    []byte // JSON: what has no place there, of this migration and those before it; nil where everything has
	Outcome MigrationOutcome
	Moved   []AnswerMove // what is elsewhere than it was, by place
	// Findings of the other version's schema and rules; those that block are why
	// the contributor is needed.
	Findings []Finding
	Document AnswerDocument
}

// AnswerMove is one answer, or part of one, that was moved, was given another
// code, or is kept beside.
type AnswerMove struct {
	From   string // Q2.4 or Q2.4/instruments; empty where it comes back from beside
	To     string // empty where it is kept beside
	Reason string // of what is kept beside, by the mapping
}

// Migration is the record that a request came to ask another version of its
// questionnaire. It is never changed; going back is a migration of its own.
type Migration struct {
	RequestKey
	Number        int    // of the request's migrations: 1, 2, …
	Questionnaire string // id
	From, To      string // its versions
	Outcome       MigrationOutcome
	Source        int    // the version that stood then, 0 for none
	Version       int    // the version that was made of it, 0 for none
	Kept          string // SHA-256 of what is kept beside, empty where everything has a place
	FollowUp      int    // number of the follow-up in which the contributor completes the answer, 0 for none
	At            time.Time
	By            string // principal id of who ordered it
}

// Details of the audit records of a migration, beside questionnaire, from, to,
// hash and due.
const (
	detailCarried    = "version"     // the version that was made
	detailCalledBack = "called-back" // what an earlier migration asked to complete is not asked any more
)
