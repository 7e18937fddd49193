package figures

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/rapporteur/rapporteur"
)

// observation is one figure in the words of SDMX (ISO 17369).
type observation struct {
	area, indicator, form, citizenship, repatriation, sex, age string
	occurrence                                                 int // 1, or which it is of several figures for the same
	period                                                     string
	value                                                      string // empty where it is withheld
	withheld                                                   int    // below what count the class of data withholds; 0 where it is told
	unit                                                       string
	source                                                     string
	category                                                   string // the text of an area that contributors name by text
}

// Statuses of an observation that is told, and of one that is not.
const (
	obsNormal, obsSuppressed   = "A", "Q"
	confFree, confConfidential = rapporteur.FlagFree, rapporteur.FlagConfidential
)

var yearForm = regexp.MustCompile(`^\d{4}$`)

// uncoded is a text of a row that no code list has.
type uncoded struct{ column int }

func (u uncoded) Error() string {
	return fmt.Sprintf("column %s: no code list has it", Columns[u.column])
}

// errSmall keeps what nobody has suppressed from leaving: no class of data tells
// a count that small.
var errSmall = fmt.Errorf("column %s: a count below %d that was not suppressed", Columns[valueColumn], National.Threshold())

// observe turns a row into codes.
func (c Codes) observe(r Row) (observation, error) {
	o := observation{form: codeTotal, citizenship: codeTotal, repatriation: codeTotal, period: r.Year, source: r.Source}
	for _, of := range []struct {
		to     *string
		list   string
		text   string
		column int
	}{
		{&o.area, rapporteur.ListArea, r.Area, 0}, {&o.indicator, rapporteur.ListIndicator, r.Indicator, 4}, {&o.sex, rapporteur.ListSex, r.Sex, 7},
		{&o.age, rapporteur.ListAge, r.Age, 8}, {&o.unit, rapporteur.ListUnit, r.Unit, 10},
	} {
		code, ok := c.texts[listed{of.list, of.text}]
		if !ok {
			return o, uncoded{of.column}
		}
		*of.to = code.ID
	}
	switch r.Dimension {
	case notBrokenDown:
		if r.Category != notBrokenDown {
			return o, uncoded{6}
		}
	case byForm:
		code, ok := c.texts[listed{rapporteur.ListExploitation, r.Category}]
		if !ok || code.ID == codeTotal {
			return o, uncoded{6}
		}
		o.form = code.ID
	case byCitizenship:
		o.citizenship, o.category = c.counterpart(r.Category), r.Category
	case byRepatriated:
		o.repatriation, o.category = c.counterpart(r.Category), r.Category
	default:
		return o, uncoded{5}
	}
	if !yearForm.MatchString(r.Year) {
		return o, uncoded{9}
	}
	return o.valued(r)
}

// valued adds the figure, or below what it is withheld.
func (o observation) valued(r Row) (observation, error) {
	if n, exact := r.Number(); exact {
		if n < National.Threshold() {
			return o, errSmall
		}
		o.value = strconv.Itoa(n)
		return o, nil
	}
	limit, ok := below(r.Value)
	if !ok {
		return o, uncoded{valueColumn}
	}
	o.withheld = limit
	return o, nil
}
