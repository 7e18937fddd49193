package rapporteur

import (
	"slices"
	"strconv"
	"time"
)

// MatrixActions are the actions whose audit records a matrix is reckoned from.
var MatrixActions = []Action{
	ActionCycleOpened, ActionContributorAdded, ActionContributorWithdrew, ActionDeadlineMoved, ActionSubmitted, ActionAnswerWithdrawn, ActionReturned,
	ActionExtensionAsked, ActionExtensionGranted, ActionExtensionRefused, ActionCollectionClosed, ActionCancelled,
	ActionRescheduled, ActionCalledOff, ActionReceiptLeft, ActionMigrationOrdered, ActionMigrated,
}

// stand is how a request stood at an instant. It follows the rules of
// Request.Next as far as compliance depends on them, but refuses nothing: what
// is on record has happened, also by the rules of an older release.
type stand struct {
	request     Request
	asked       bool
	withdrawn   bool
	extended    bool // more time was given, so that the common deadline does not move its own
	due         Date
	closed      time.Time
	owes        bool // nothing is accepted, or it was returned
	version     int
	takenBackTo int              // its contributor has withdrawn the versions up to this one
	asks        QuestionnaireRef // what the request asks
	answers     QuestionnaireRef // what the newest version answers
	returnType  ReturnType
	hash        string
	answeredAt  time.Time
	answerDue   Date // the deadline when the first version was accepted
	late        bool
	rounds      int
}

// past retells a cycle from its audit records.
type past struct {
	common Date // the deadline of everybody to whom no other was given
	people map[ContributorID]*stand
	coming []*stand // who is not asked yet, by the time of asking
}

// stands is how the requests that were asked by the instant stood then, by
// contributor.
func (c CycleRecord) stands() []*stand {
	p := past{common: c.Cycle.Plan.Date(DateDue), people: map[ContributorID]*stand{}}
	for _, r := range c.Requests {
		if !r.OpenedAt.After(c.At) {
			s := &stand{request: r, asks: c.askedFirst(r)}
			p.people[r.Contributor] = s
			p.coming = append(p.coming, s)
		}
	}
	all := slices.Clone(p.coming)
	slices.SortStableFunc(p.coming, func(a, b *stand) int { return a.request.OpenedAt.Compare(b.request.OpenedAt) })
	// What happened before the requests went out is in the record of that.
	opened := slices.IndexFunc(c.Audit, func(a AuditRecord) bool { return a.Action == ActionCycleOpened })
	for _, a := range c.Audit[max(opened, 0):] {
		if !a.At.After(c.At) {
			p.tell(a)
		}
	}
	p.askUntil(c.At)
	return slices.DeleteFunc(all, func(s *stand) bool { return s.withdrawn })
}

// tell retells one record.
func (p *past) tell(a AuditRecord) {
	if a.Action == ActionCycleOpened {
		p.common = dateDetail(a, "due", p.common)
	}
	p.askUntil(a.At)
	switch a.Action {
	case ActionDeadlineMoved:
		p.move(dateDetail(a, "date", p.common))
	case ActionRescheduled:
		p.move(dateDetail(a, "due", p.common))
	case ActionCalledOff:
		for _, s := range p.people {
			s.withdrawn = s.withdrawn || s.owes
		}
	case ActionCollectionClosed:
		for _, s := range p.people {
			s.closed = a.At
		}
	case ActionCancelled:
		for _, s := range p.people {
			s.withdrawn = true
		}
	}
	if s := p.people[a.Contributor]; s != nil {
		p.ask(s)
		s.tell(a, p.common)
	}
}

func (p *past) askUntil(at time.Time) {
	n := 0
	for n < len(p.coming) && !p.coming[n].request.OpenedAt.After(at) {
		p.ask(p.coming[n])
		n++
	}
	p.coming = p.coming[n:]
}

func (p *past) ask(s *stand) {
	if !s.asked {
		s.asked, s.owes, s.due = true, true, p.common
	}
}

// move moves the deadline of all to whom none of their own was given. What it
// is for those who have answered does not matter any more: see answerDue.
func (p *past) move(due Date) {
	p.common = due
	for _, s := range p.people {
		if s.asked && !s.extended {
			s.due = due
		}
	}
}

// tell retells one record about the contributor itself.
func (s *stand) tell(a AuditRecord, common Date) {
	switch a.Action {
	case ActionSubmitted:
		s.submitted(a)
	case ActionReceiptLeft:
		s.receipted(a)
	case ActionAnswerWithdrawn:
		s.takenBack(a)
	case ActionMigrated:
		s.migrated(a)
	case ActionReturned:
		s.rounds++
		s.owes, s.due = true, dateDetail(a, "due", s.due)
	case ActionExtensionAsked, ActionExtensionRefused:
		s.extended = false
	case ActionExtensionGranted:
		s.extended, s.due = true, dateDetail(a, "until", s.due)
	case ActionContributorWithdrew:
		s.withdrawn = true
	case ActionContributorAdded: // for the first time, or again
		s.withdrawn, s.extended, s.due = false, false, common
	}
}

// submitted retells that a version was accepted. Records of the first release
// do not name the deadline that applied; then it is the one that the records
// before have led to.
func (s *stand) submitted(a AuditRecord) {
	s.version++
	s.owes, s.returnType, s.hash = false, ReturnType(a.Details["return-type"]), a.Details["hash"]
	s.answers = s.asks
	if !s.answeredAt.IsZero() {
		return
	}
	s.answeredAt, s.answerDue = a.At, dateDetail(a, "due", s.due)
	s.late = a.Details["late"] == strconv.FormatBool(true)
}

// receipted retells that a receipt was left, which stands for an answer of which
// nothing may be kept. One that came after the collection was closed is on
// record and no answer.
func (s *stand) receipted(a AuditRecord) {
	if !s.closed.IsZero() || !s.answeredAt.IsZero() {
		return
	}
	s.owes, s.returnType = false, ReturnAnswered
	s.answeredAt, s.answerDue, s.late = a.At, s.due, a.At.After(s.due.End())
}

// dateDetail is a date among the details of a record, or another where it has
// none.
func dateDetail(a AuditRecord, name string, otherwise Date) Date {
	if d, err := ParseDate(a.Details[name]); err == nil {
		return d
	}
	return otherwise
}

// deadline is the deadline that counts for the contributor's timeliness.
func (s *stand) deadline() Date {
	if !s.answeredAt.IsZero() {
		return s.answerDue
	}
	return s.due
}

// daysLate counts the days that had begun after the deadline's end.
func (s *stand) daysLate(at time.Time) int {
	switch {
	case !s.answeredAt.IsZero():
		if !s.late {
			return 0
		}
		return max(daysBegun(s.answerDue.End(), s.answeredAt), 1)
	case !s.closed.IsZero():
		return daysBegun(s.due.End(), s.closed)
	}
	return daysBegun(s.due.End(), at)
}

// daysBegun counts the days of 24 hours from one instant that have begun by
// another: none by the instant itself, one a second later.
func daysBegun(from, to time.Time) int {
	if !to.After(from) {
		return 0
	}
	const day = 24 * time.Hour
	return int((to.Sub(from) + day - 1) / day)
}

// state is that of the answer as a whole.
func (s *stand) state(at time.Time) CellState {
	switch {
	case s.returnType != "":
		return wholeState(s.returnType)
	case !s.closed.IsZero():
		return CellSilent
	case at.After(s.due.End()):
		return CellOverdue
	}
	return CellAwaited
}
