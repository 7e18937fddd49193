package rapporteur

import "slices"

// Profile is how a document of one sort is processed: the dates on the way to
// its due date, as rules that lean on DateMandated or DatePlanned. Council
// mission reports are processed in weeks, papers for a session in months.
type Profile struct {
	ID    string // council-fast
	Title string
	Basis string
	Dates []DateRule // opens, due, closes, draft, transmits and issued, in this order
}

// Plan reckons the calendar of a cycle that serves a due date. The plan's
// mandated date is the date as agreed and its planned date the working day it
// is planned for, each with its whole derivation; rungs are reckoned from the
// contributors' deadline.
func (p Profile) Plan(due DueDate, ladder []Rung, work WorkingDays) (Plan, error) {
	known := []PlannedDate{
		{Key: DateMandated, Label: "Mandated date", Date: due.Agreed, Derivation: due.agreedSteps()},
		{Key: DatePlanned, Label: "Planned date", Date: due.Planned, Derivation: slices.Clone(due.Derivation)},
	}
	return planFrom(known, p.Dates, ladder, work)
}
