package rapporteur

import "fmt"

// answerWithdrawn tells that answers were withdrawn, and in which drafts they
// are quoted.
func answerWithdrawn(r AuditRecord) string {
	text := " withdrew what was answered"
	if drafts := r.Details["drafts"]; drafts != "" {
		text += ", quoted in draft " + drafts
	}
	return text
}

// migratedWords tells that requests ask another version of their questionnaire,
// and what became of the answers.
func migratedWords(r AuditRecord) string {
	text := fmt.Sprintf(" asked by version %s of %s", r.Details["to"], r.Details["questionnaire"])
	switch {
	case r.Details["due"] != "":
		return text + ", answers to be completed by " + dateWords(r, "due")
	case r.Details[detailCalledBack] != "":
		return text + ", nothing to be completed any more"
	case r.Details[detailCarried] == "":
		return text
	case MigrationOutcome(r.Details["outcome"]) == MigrationMapped:
		return text + ", answers carried over to their new places"
	}
	return text + ", answers carried over"
}
