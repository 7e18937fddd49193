package rapporteur

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Rule is one cross-field rule of a questionnaire. How it is written and
// evaluated stays with whoever validates.
type Rule struct {
	ID       string
	Severity Severity
	Message  map[string]string // what is found, by language
}

// Rule finds a cross-field rule by id.
func (q Questionnaire) Rule(id string) (Rule, bool) {
	n := slices.IndexFunc(q.Rules, func(r Rule) bool { return r.ID == id })
	if n < 0 {
		return Rule{}, false
	}
	return q.Rules[n], true
}

// suspendable refuses a rule that is never suspended. What the schema checks is
// the form without which nobody could read an answer, and privacy protects
// people who cannot be asked.
func suspendable(rule string, severity Severity) error {
	const title = "The rule cannot be suspended"
	switch {
	case strings.HasPrefix(rule, "privacy/") || severity == SeverityPrivacy:
		return Problemf(ProblemInvalid, title, "It protects persons; such rules hold in every cycle.")
	case strings.HasPrefix(rule, "schema/"):
		return Problemf(ProblemInvalid, title, "It belongs to the form of the questionnaire; only cross-field rules are suspended.")
	}
	return nil
}

// RuleSuspension says that a cross-field rule does not hold in one cycle, from
// when it is suspended until that is lifted. It is added and lifted, never
// changed otherwise.
type RuleSuspension struct {
	Cycle         CycleID
	Number        int // 1, 2, … in the cycle
	Rule          string
	Questionnaire string // its id; empty for every questionnaire of the cycle
	Reason        string
	SuspendedBy   string    // principal id
	SuspendedAt   time.Time // business time
	LiftReason    string
	LiftedBy      string
	LiftedAt      time.Time // zero while it is in force
	// Revalidated says that everything accepted has been checked again since the
	// rule was suspended or, once that is lifted, since then; before that,
	// CheckedTo is the last contributor of whom it has.
	Revalidated bool
	CheckedTo   ContributorID
}

// InForce reports whether the rule is suspended.
func (s RuleSuspension) InForce() bool { return s.LiftedAt.IsZero() }

// covers reports whether it is in force for a rule of a questionnaire; an empty
// questionnaire stands for all.
func (s RuleSuspension) covers(rule, questionnaire string) bool {
	return s.InForce() && s.Rule == rule && (s.Questionnaire == "" || s.Questionnaire == questionnaire)
}

// suspendedWords go before what a suspended rule finds.
var suspendedWords = map[string]string{
	"ar": "هذه القاعدة معلَّقة في هذه الدورة؛ ولا يلزم اتخاذ أي إجراء. ",
	"zh": "此规则在本周期内暂停适用；无需采取任何行动。",
	"en": "This rule is suspended in this cycle; nothing needs to be done. ",
	"fr": "Cette règle est suspendue pour ce cycle ; il n’y a rien à faire. ",
	"ru": "Это правило приостановлено на текущий цикл; никаких действий не требуется. ",
	"es": "Esta regla está suspendida en el presente ciclo; no es necesario hacer nada. ",
}

// Suspend turns what suspended rules find in an answer to a questionnaire into
// advice that says so. It is not left out, because a drafter who relies on the
// figures should still know. Privacy is never suspended, whatever a suspension
// says. The findings are those of a check, not of an earlier Suspend.
func Suspend(findings []Finding, questionnaire string, suspensions []RuleSuspension) []Finding {
	out := slices.Clone(findings)
	for n, f := range out {
		suspended := slices.ContainsFunc(suspensions, func(s RuleSuspension) bool { return s.covers(f.Rule, questionnaire) })
		if !suspended || suspendable(f.Rule, f.Severity) != nil {
			continue
		}
		out[n].Severity, out[n].Suspended, out[n].Message = SeverityAdvice, true, maps.Clone(f.Message)
		for language, words := range suspendedWords {
			if text := f.Message[language]; text != "" {
				out[n].Message[language] = words + text
			}
		}
	}
	return out
}

// Revalidation is what checking an accepted version again found, because a rule
// was suspended or that was lifted. The version keeps the findings that it was
// accepted with; the newest revalidation says how it stands now. Only a change
// leaves one.
type Revalidation struct {
	RequestKey
	Version    int
	Suspension int       // number of the suspension that it is because of
	Lifted     bool      // because that was lifted; otherwise because it began
	At         time.Time // business time
	Earlier    []Finding // as they stood before
	Findings   []Finding // as they stand now
}

// Gone lists what counted before and counts no more.
func (r Revalidation) Gone() []Finding { return without(r.Earlier, r.Findings) }

// New lists what counts now and did not before.
func (r Revalidation) New() []Finding { return without(r.Findings, r.Earlier) }

// without lists the findings that count and are not among others that do.
func without(findings, others []Finding) []Finding {
	var left []Finding
	for _, f := range findings {
		same := func(o Finding) bool {
			return !o.Suspended && o.Severity == f.Severity && o.Rule == f.Rule && o.Pointer == f.Pointer
		}
		if !f.Suspended && !slices.ContainsFunc(others, same) {
			left = append(left, f)
		}
	}
	return left
}

// versionKey names one accepted version.
type versionKey struct {
	RequestKey
	Version int
}

// byVersion is the newest revalidation of each version; the list is in the order
// of their making.
func byVersion(revalidations []Revalidation) map[versionKey]Revalidation {
	newest := map[versionKey]Revalidation{}
	for _, r := range revalidations {
		newest[versionKey{r.RequestKey, r.Version}] = r
	}
	return newest
}

// present is the submission with its findings as they stand: those of its newest
// revalidation, or those that it was accepted with.
func (s Submission) present(newest map[versionKey]Revalidation) Submission {
	if r, ok := newest[versionKey{s.RequestKey, s.Version}]; ok {
		s.Findings = r.Findings
	}
	return s
}
