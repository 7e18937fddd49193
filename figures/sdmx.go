package figures

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// Dataflow names the structure of what is written, as SDMX-CSV has it.
const Dataflow = "RAPPORTEUR:DF_GLOTIP(1.0)"

// The columns of SDMX-CSV: the dataflow, the dimensions, time, the observation
// and its attributes.
const (
	colDataflow     = "DATAFLOW"
	colArea         = "REF_AREA"
	colIndicator    = "INDICATOR"
	colForm         = "EXPLOITATION"
	colCitizenship  = "CITIZENSHIP"
	colRepatriation = "REPATRIATION"
	colSex          = "SEX"
	colAge          = "AGE"
	colOccurrence   = "OCCURRENCE"
	colTime         = "TIME_PERIOD"
	colValue        = "OBS_VALUE"
	colStatus       = "OBS_STATUS"
	colConf         = "CONF_STATUS"
	colUnit         = "UNIT_MEASURE"
	colMult         = "UNIT_MULT"
	colThreshold    = "THRESHOLD"
	colSource       = "SOURCE"
	colCategory     = "CATEGORY_TEXT"
)

// sdmxColumns is the first line of a file.
var sdmxColumns = []string{
	colDataflow, colArea, colIndicator, colForm, colCitizenship, colRepatriation, colSex, colAge, colOccurrence, colTime,
	colValue, colStatus, colConf, colUnit, colMult, colThreshold, colSource, colCategory,
}

// columnLists is the code list of each column that has one.
var columnLists = map[string]string{
	colArea: rapporteur.ListArea, colIndicator: rapporteur.ListIndicator, colForm: rapporteur.ListExploitation,
	colCitizenship: rapporteur.ListArea, colRepatriation: rapporteur.ListArea, colSex: rapporteur.ListSex, colAge: rapporteur.ListAge,
	colStatus: rapporteur.ListObsStatus, colConf: rapporteur.ListConfStatus, colUnit: rapporteur.ListUnit, colMult: rapporteur.ListUnitMult,
}

// WriteSDMX writes published figures as SDMX-CSV 1.0 (ISO 17369), in the order
// given. A figure that is withheld, which has a token in place of a count, has
// no OBS_VALUE, OBS_STATUS Q and CONF_STATUS C: whether it is small itself or
// would give another away is not told. The figures must have been suppressed
// before: a count below five is an error, and so is a text that no code list
// has. Errors name the row and the column.
func (c Codes) WriteSDMX(file io.Writer, rows []Row) error {
	observations, err := c.observations(rows)
	if err != nil {
		return fmt.Errorf("cannot write SDMX-CSV: %w", err)
	}
	lines := [][]string{sdmxColumns}
	for _, o := range observations {
		lines = append(lines, o.record())
	}
	return writeLines(file, lines)
}

// observations turns rows into codes, and numbers those that have the same: the
// public data set has several figures for 336 of its keys.
func (c Codes) observations(rows []Row) ([]observation, error) {
	seen := map[observation]int{}
	all := make([]observation, 0, len(rows))
	for n, r := range rows {
		o, err := c.observe(r)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", n+1, err)
		}
		key := o
		key.value, key.withheld, key.source, key.category, key.unit = "", 0, "", "", ""
		seen[key]++
		o.occurrence = seen[key]
		all = append(all, o)
	}
	return all, nil
}

func (o observation) record() []string {
	status, conf, threshold := obsNormal, confFree, ""
	if o.withheld > 0 {
		status, conf, threshold = obsSuppressed, confConfidential, strconv.Itoa(o.withheld)
	}
	return []string{
		Dataflow, o.area, o.indicator, o.form, o.citizenship, o.repatriation, o.sex, o.age, strconv.Itoa(o.occurrence), o.period,
		o.value, status, conf, o.unit, "0", threshold, o.source, o.category,
	}
}

// writeLines writes CSV (RFC 4180) in which no spreadsheet finds a formula.
func writeLines(file io.Writer, lines [][]string) error {
	writer := csv.NewWriter(file)
	for _, line := range lines {
		guarded := make([]string, len(line))
		for n, cell := range line {
			guarded[n] = guard(cell)
		}
		if err := writer.Write(guarded); err != nil {
			return fmt.Errorf("cannot write CSV: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return fmt.Errorf("cannot write CSV: %w", err)
	}
	return nil
}

// formula are the signs by which a spreadsheet takes a cell for one, and the
// sign by which it does not.
const formula = "=+-@\t\r\n'"

// guard makes text of what a spreadsheet would take for a formula.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
