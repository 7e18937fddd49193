package rapporteur

import (
	"cmp"
	"slices"
	"time"
)

// Matrix is the compliance matrix of an instrument: provisions × contributors ×
// period, as it stood on a date. It is reckoned from the audit records up to
// then, not from how requests stand today, so that it can be asked for any past
// date and gives the same answer whenever it is asked.
//
// The date is a date of business time and ends where it ends last (Date.End):
// as of 14 September means with all that happened until 12:00 UTC on the 15th,
// when the 14th is over everywhere. A deadline on the date itself is not over
// then, because who answers in its last moment is on time. As of today means
// with all that happened until now.
type Matrix struct {
	Instrument Instrument
	AsOf       Date
	Provisions []string        // what any row is about, in the order of the instrument
	Rows       []MatrixRow     // by contributor and cycle
	Measures   []GroupMeasures // of all rows, also where Page has cut some
	Next       ContributorID   // the last of a page after which there are more; empty on the last page
}

// MatrixRow is one contributor in one cycle: what it was asked and how that
// stood. Whoever was not asked by the date, or was withdrawn by then, has no
// row; nor does anybody in a cycle that was cancelled by then, or that asks
// nobody, as the windows of an intake.
type MatrixRow struct {
	RequestKey
	Name          string // English
	Kind          ContributorKind
	Region        string           // Member States only
	Questionnaire QuestionnaireRef // what the newest accepted version answers; what is asked where there is none
	State         CellState        // of the answer as a whole, by its return type
	ReturnType    ReturnType       // of the newest accepted version, or of a receipt; empty where there is neither
	Version       int              // newest accepted version, 0 for none
	Due           Date             // the deadline that applied: to the first accepted version, or while there is none on the date
	AnsweredAt    time.Time        // business time of the first accepted version
	// DaysLate counts the days that had begun after the end of the deadline
	// when the first version was accepted; where there is none, when the
	// collection closed, or by the date.
	DaysLate int
	Rounds   int          // how often it was returned for correction
	Cells    []MatrixCell // one for each provision that it is asked about, in the order of the instrument

	hash  string // of the body of the newest accepted version
	about []askedProvision
}

// MatrixCell is one provision for one contributor in one cycle.
type MatrixCell struct {
	Provision string
	State     CellState // empty while the answer has not been read: see MatrixRow.Read
}

// CellState is what became of a provision with a contributor.
type CellState string

// The states. A considered "not applicable" is compliance, and so is all but
// overdue and silent: whoever looks for gaps looks for these two.
const (
	CellAwaited       CellState = "awaited"
	CellAnswered      CellState = "answered"
	CellNil           CellState = "nil"
	CellNotApplicable CellState = "not-applicable"
	CellConsidered    CellState = "considered"
	CellOverdue       CellState = "overdue"
	CellSilent        CellState = "silent"
)

// Term is a word of the matrix and what it means, for legends.
type Term struct{ Word, Means string }

// CellStates defines every state, in the order in which to show them.
var CellStates = []Term{
	{string(CellAnswered), "The newest accepted answer says something of substance on the provision: yes, in part, no, or particulars."},
	{string(CellNil), "Nothing to report: a nil return, or no information on every question about the provision that was answered."},
	{string(CellNotApplicable), "Considered and found not applicable, with the reason: the whole answer, or every answer about the provision. This is compliance."},
	{string(CellConsidered), "An answer was accepted that passes the provision over, says that another report covers it, or declines; that is on the record."},
	{string(CellAwaited), "Asked, nothing accepted, and the deadline was not over."},
	{string(CellOverdue), "Asked, nothing accepted, the deadline was over and the collection still open."},
	{string(CellSilent), "Asked, nothing accepted, and the collection had closed."},
}

// MatrixRecord is what a matrix is reckoned from.
type MatrixRecord struct {
	Instrument     Instrument
	AsOf           Date
	Cycles         []CycleRecord
	Questionnaires map[QuestionnaireRef]Questionnaire // all that the cycles name
}

// CycleRecord is what the record holds of one cycle.
type CycleRecord struct {
	Cycle Cycle
	// At is the instant up to which the record counts: see AsOf.
	At time.Time
	// Requests say who was asked, what and when. How they stand now is not
	// looked at.
	Requests []Request
	// Audit is by sequence; records of other actions than MatrixActions change
	// nothing.
	Audit []AuditRecord
	// Asks lists the questionnaires of all its requests up to At, those of
	// others than Requests too.
	Asks []QuestionnaireRef
	// Migrations is every record of ActionMigrationOrdered and ActionMigrated by
	// sequence, also of after At: they say what was asked before.
	Migrations   []AuditRecord
	Contributors map[ContributorID]Contributor // as each stood when it was asked
}

// AsOf is the instant up to which a cycle's record counts as of a date: the end
// of the date, or the cycle's present where that comes before or the date is
// none.
func (c Cycle) AsOf(date Date, wall time.Time) time.Time {
	now := c.Now(wall)
	if date.IsZero() || now.Before(date.End()) {
		return now
	}
	return date.End()
}

// NewMatrix reckons a matrix, whole. The cells of answers that have to be read
// have no state yet.
func NewMatrix(r MatrixRecord) Matrix {
	m := Matrix{Instrument: r.Instrument, AsOf: r.AsOf}
	for _, c := range r.Cycles {
		m.Rows = append(m.Rows, c.rows(r.Instrument, r.Questionnaires)...)
	}
	slices.SortFunc(m.Rows, func(a, b MatrixRow) int {
		return cmp.Or(cmp.Compare(a.Contributor, b.Contributor), cmp.Compare(a.Cycle, b.Cycle))
	})
	m.Provisions = m.columns()
	m.Measures = m.measure()
	return m
}

func (m Matrix) columns() []string {
	seen := map[string]bool{}
	for _, row := range m.Rows {
		for _, cell := range row.Cells {
			seen[cell.Provision] = true
		}
	}
	var columns []string
	for _, p := range m.Instrument.Provisions {
		if seen[p.ID] {
			columns = append(columns, p.ID)
		}
	}
	return columns
}

// Page keeps the rows of at most so many contributors after one of them; a
// limit of 0 keeps all. The measures stay those of the whole.
func (m Matrix) Page(after ContributorID, limit int) Matrix {
	from, _ := slices.BinarySearchFunc(m.Rows, after, func(r MatrixRow, id ContributorID) int {
		if r.Contributor > id {
			return 1
		}
		return -1
	})
	rows := m.Rows[from:]
	m.Rows, m.Next = rows, ""
	if limit <= 0 {
		return m
	}
	people := 0
	for n, row := range rows {
		if n == 0 || row.Contributor != rows[n-1].Contributor {
			people++
		}
		if people > limit {
			m.Rows, m.Next = rows[:n], rows[n-1].Contributor
			return m
		}
	}
	return m
}
