package schemas

import "github.com/rapporteur/rapporteur"

// masked is how a count of one to four is written, so that nobody can be told
// from it; a true zero may be written so too. It stands for 0 to 4.
const (
	masked     = "<5"
	maskedHigh = 4
	total      = "total"
)

// countOf is the interval that a count stands for; anything else is zero.
func countOf(v any) (low, high int) {
	switch n := v.(type) {
	case int64:
		return int(n), int(n)
	case float64:
		return int(n), int(n)
	case string:
		if n == masked {
			return 0, maskedHigh
		}
	}
	return 0, 0
}

// cellsOf reads a table of figures; rows that are no cells are left out. A
// dimension that a table does not have is total throughout.
func cellsOf(v any) []rapporteur.Figure {
	rows, _ := v.([]any)
	cells := make([]rapporteur.Figure, 0, len(rows))
	for _, row := range rows {
		fields, ok := row.(map[string]any)
		if !ok {
			continue
		}
		low, high := countOf(fields["value"])
		cells = append(cells, rapporteur.Figure{
			Sex: orTotal(fields["sex"]), Age: orTotal(fields["age"]), Form: stringOf(fields["form"]), Low: low, High: high,
		})
	}
	return cells
}

func orTotal(v any) string {
	if s := stringOf(v); s != "" {
		return s
	}
	return total
}
