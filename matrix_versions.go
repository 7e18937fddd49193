package rapporteur

import (
	"slices"
	"strings"
	"time"
)

// A request may come to ask another version of its questionnaire, and an answer
// may be withdrawn. What was asked and answered at an instant is retold here.

// takenBack retells that the answer was withdrawn: nothing was answered then.
func (s *stand) takenBack(a AuditRecord) {
	s.takenBackTo, s.returnType, s.hash = s.version, "", ""
	s.answeredAt, s.answerDue, s.late = time.Time{}, Date{}, false
	s.owes, s.due = true, dateDetail(a, "due", s.due)
}

// migrated retells that the request asks another version, and that the answer
// was carried over to it, or has to be completed.
func (s *stand) migrated(a AuditRecord) {
	s.asks = migratedTo(a)
	if a.Details[detailCarried] != "" {
		s.version++
		s.hash, s.answers = a.Details["hash"], s.asks
	}
	if due, err := ParseDate(a.Details["due"]); err == nil {
		s.owes, s.due = true, due
	}
	if a.Details[detailCalledBack] != "" {
		s.owes = false
	}
}

// standing is the version that stood, 0 for none.
func (s *stand) standing() int {
	if s.version > s.takenBackTo {
		return s.version
	}
	return 0
}

// questionnaire is what the answer is read by; where there is none, what was
// asked.
func (s *stand) questionnaire() QuestionnaireRef {
	if s.standing() > 0 {
		return s.answers
	}
	return s.asks
}

// askedFirst is what a request asked when it was opened.
func (c CycleRecord) askedFirst(r Request) QuestionnaireRef {
	for _, a := range c.Migrations {
		if a.Action == ActionMigrated && a.Contributor == r.Contributor {
			return migratedFrom(a)
		}
	}
	return r.Questionnaire
}

// askedThen is what requests of the cycle asked at the instant, by what they
// ask now: migrations that were ordered later are undone.
func (c CycleRecord) askedThen(now []QuestionnaireRef) []QuestionnaireRef {
	asked := slices.Clone(now)
	for _, a := range slices.Backward(c.Migrations) {
		if a.Action != ActionMigrationOrdered || !a.At.After(c.At) {
			continue
		}
		to := migratedTo(a)
		if !slices.Contains(asked, to) {
			continue
		}
		asked = slices.DeleteFunc(asked, func(ref QuestionnaireRef) bool { return ref == to })
		for version := range strings.SplitSeq(a.Details["from"], ", ") {
			asked = appendOnce(asked, QuestionnaireRef{ID: to.ID, Version: version})
		}
	}
	return asked
}

// questionnaires lists all that the record names.
func (c CycleRecord) questionnaires() []QuestionnaireRef {
	all := slices.Clone(c.Asks)
	for _, a := range c.Migrations {
		if a.Action == ActionMigrated {
			all = appendOnce(appendOnce(all, migratedFrom(a)), migratedTo(a))
		}
	}
	return all
}

func migratedFrom(a AuditRecord) QuestionnaireRef {
	return QuestionnaireRef{ID: a.Details["questionnaire"], Version: a.Details["from"]}
}

func migratedTo(a AuditRecord) QuestionnaireRef {
	return QuestionnaireRef{ID: a.Details["questionnaire"], Version: a.Details["to"]}
}
