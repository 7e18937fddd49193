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

// dimension is a way to break a table down, read with the same word for "not
// broken down" everywhere.
type dimension func(rapporteur.Figure) string

var dimensions = map[string]dimension{
	"sex": func(f rapporteur.Figure) string { return f.Sex },
	"age": func(f rapporteur.Figure) string { return f.Age },
	"form": func(f rapporteur.Figure) string {
		if f.Form == "" {
			return total
		}
		return f.Form
	},
}

// interval is how many persons a table stands for: its grand total where it has
// one, otherwise the sum of its parts, dimension by dimension, never counting a
// total and its parts together.
func interval(cells []rapporteur.Figure) (low, high int) {
	return intervalBy(cells, []dimension{dimensions["form"], dimensions["sex"], dimensions["age"]})
}

func intervalBy(cells []rapporteur.Figure, by []dimension) (low, high int) {
	if len(by) == 0 {
		for _, c := range cells {
			low, high = low+c.Low, high+c.High
		}
		return low, high
	}
	groups := map[string][]rapporteur.Figure{}
	for _, c := range cells {
		groups[by[0](c)] = append(groups[by[0](c)], c)
	}
	if totals := groups[total]; len(totals) > 0 {
		return intervalBy(totals, by[1:])
	}
	for _, group := range groups {
		l, h := intervalBy(group, by[1:])
		low, high = low+l, high+h
	}
	return low, high
}

// addsUp reports whether every total of a dimension can be the sum of what it
// is made of. Where only one part is given the total must only not be less.
func addsUp(cells []rapporteur.Figure, name string) bool {
	by, ok := dimensions[name]
	if !ok {
		return true
	}
	type sum struct {
		low, high, parts    int
		totalLow, totalHigh int
		hasTotal            bool
	}
	sums := map[[2]string]*sum{}
	for _, c := range cells {
		key := others(c, name)
		s := sums[key]
		if s == nil {
			s = &sum{}
			sums[key] = s
		}
		if by(c) == total {
			s.totalLow, s.totalHigh, s.hasTotal = c.Low, c.High, true
			continue
		}
		s.low, s.high, s.parts = s.low+c.Low, s.high+c.High, s.parts+1
	}
	for _, s := range sums {
		if s.hasTotal && s.parts > 0 && (s.low > s.totalHigh || s.parts > 1 && s.high < s.totalLow) {
			return false
		}
	}
	return true
}

// others is where a cell stands in the two other dimensions.
func others(c rapporteur.Figure, name string) [2]string {
	sex, age, form := dimensions["sex"](c), dimensions["age"](c), dimensions["form"](c)
	switch name {
	case "sex":
		return [2]string{age, form}
	case "age":
		return [2]string{sex, form}
	}
	return [2]string{sex, age}
}

// distinct reports whether no cell is there twice.
func distinct(cells []rapporteur.Figure) bool {
	seen := map[[3]string]bool{}
	for _, c := range cells {
		key := [3]string{c.Sex, c.Age, dimensions["form"](c)}
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}
