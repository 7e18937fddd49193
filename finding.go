package rapporteur

import (
	"cmp"
	"slices"
	"strings"
)

// Severity is how much a finding weighs.
type Severity string

// An error rejects; a warning needs a justification; privacy blocks because
// somebody could be harmed; advice only informs.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityPrivacy Severity = "privacy"
	SeverityAdvice  Severity = "advice"
)

// Finding is one result of validating a submission.
type Finding struct {
	Severity      Severity
	Rule          string            // stable id of the rule
	Pointer       string            // JSON Pointer (RFC 6901) to the place
	Message       map[string]string // text by language; never the submitted value
	Justification string            // what the contributor said to a warning

	// Place is where Pointer leads, in words by language: the labels of the
	// questionnaire, and of what was submitted no more than codes of code lists.
	Place map[string]string `json:",omitempty"`
	// Suspended says that the rule is suspended in the cycle: what it finds is
	// advice, whatever the rule's own severity is.
	Suspended bool `json:",omitempty"`
	// Cell is where it is in a file that was uploaded: Section 3!D14, or line 4,
	// column 6; empty in what is kept.
	Cell string `json:",omitempty"`
}

// Text is the message in a language, or in English.
func (f Finding) Text(language string) string {
	if m := f.Message[language]; m != "" {
		return m
	}
	return f.Message["en"]
}

// Where is the place in words in a language, or in English; the pointer where
// nobody has put it into words.
func (f Finding) Where(language string) string {
	return cmp.Or(f.Place[language], f.Place["en"], f.Pointer)
}

// Blocks reports whether a finding stops the submission: errors and privacy
// always, a warning until it is justified.
func (f Finding) Blocks() bool {
	switch f.Severity {
	case SeverityError, SeverityPrivacy:
		return true
	case SeverityWarning:
		return strings.TrimSpace(f.Justification) == ""
	}
	return false
}

// Blocked reports whether any finding stops the submission.
func Blocked(findings []Finding) bool { return slices.ContainsFunc(findings, Finding.Blocks) }

// Justify attaches the contributor's justifications to the warnings they are
// for. The key is "rule" or, where a rule strikes in several places,
// "rule pointer"; the longer key wins.
func Justify(findings []Finding, justifications map[string]string) []Finding {
	out := slices.Clone(findings)
	for n, f := range out {
		if f.Severity != SeverityWarning {
			continue
		}
		if j, ok := justifications[f.Rule+" "+f.Pointer]; ok {
			out[n].Justification = j
		} else if j, ok := justifications[f.Rule]; ok {
			out[n].Justification = j
		}
	}
	return out
}
