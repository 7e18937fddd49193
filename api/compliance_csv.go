package api

import (
	"iter"
	"strconv"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/csvtable"
)

// complianceCSV is a matrix as a table with one line for each cell.
func complianceCSV(m rapporteur.Matrix) ([]byte, error) { return csvtable.Write(complianceLines(m)) }

func complianceLines(m rapporteur.Matrix) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		if !yield([]string{
			"cycle", "stream", "period", "provision", "contributor", "name", "kind", "region", "state", "return_type", "due", "answered_at", "days_late", "rounds",
		}) {
			return
		}
		for _, r := range m.Rows {
			_, stream, period, _ := r.Cycle.Parts() // a stored id has its parts
			for _, c := range r.Cells {
				if !yield([]string{
					string(r.Cycle), stream, period, c.Provision, string(r.Contributor), r.Name, string(r.Kind), r.Region, string(c.State),
					string(r.ReturnType), r.Due.String(), timeText(instant(r.AnsweredAt)), strconv.Itoa(r.DaysLate), strconv.Itoa(r.Rounds),
				}) {
					return
				}
			}
		}
	}
}
