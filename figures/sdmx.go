package figures

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
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

// unguard takes away what guard has added.
func unguard(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.ContainsRune(formula, rune(rest[0])) {
		return rest
	}
	return cell
}

// ReadSDMX reads what WriteSDMX writes, columns in any order after the first. It
// fails with line and column where one is missing or has no code of its list. A
// figure without a value that is not free (CONF_STATUS C, N, S or D) becomes the
// token of its threshold, <5 where it has none.
func (c Codes) ReadSDMX(file io.Reader) ([]Row, error) {
	limited := &io.LimitedReader{R: file, N: maxText}
	reader := csv.NewReader(limited)
	reader.ReuseRecord = true
	at, err := sdmxHeader(reader)
	if err != nil {
		return nil, fmt.Errorf("cannot read SDMX-CSV: line 1: %w", err)
	}
	var rows []Row
	for {
		record, err := reader.Read()
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("cannot read SDMX-CSV: more than %d MiB of text", maxText>>20)
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("cannot read SDMX-CSV: %w", err)
		case len(rows) == maxRows:
			return nil, fmt.Errorf("cannot read SDMX-CSV: more than %d rows", maxRows)
		}
		row, err := c.sdmxRow(func(column string) string { return unguard(record[at[column]]) })
		if err != nil {
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("cannot read SDMX-CSV: line %d: %w", line, err)
		}
		rows = append(rows, row)
	}
}

// sdmxHeader is where each column is.
func sdmxHeader(reader *csv.Reader) (map[string]int, error) {
	names, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("want the names of the columns: %w", err)
	}
	at := map[string]int{}
	for n, name := range names {
		if n == 0 {
			name = strings.TrimPrefix(name, "\ufeff")
		}
		if _, twice := at[name]; twice {
			return nil, fmt.Errorf("column %d is there twice", n+1)
		}
		if !slices.Contains(sdmxColumns, name) {
			return nil, fmt.Errorf("column %d is none of %s", n+1, Dataflow)
		}
		at[name] = n
	}
	for _, name := range sdmxColumns {
		if n, ok := at[name]; !ok || name == colDataflow && n != 0 {
			return nil, fmt.Errorf("want column %s; %s comes first", name, colDataflow)
		}
	}
	return at, nil
}

// sdmxRow reads one line.
func (c Codes) sdmxRow(cell func(string) string) (Row, error) {
	for column, list := range columnLists {
		_, known := c.codes[listed{list, cell(column)}]
		free := (column == colCitizenship || column == colRepatriation) && strings.HasPrefix(cell(column), freeText)
		if !known && !free {
			return Row{}, fmt.Errorf("column %s: no code of %s", column, list)
		}
	}
	o := observation{
		area: cell(colArea), indicator: cell(colIndicator), form: cell(colForm), citizenship: cell(colCitizenship), repatriation: cell(colRepatriation),
		sex: cell(colSex), age: cell(colAge), period: cell(colTime), value: cell(colValue), unit: cell(colUnit), source: cell(colSource), category: cell(colCategory),
	}
	value, err := strconv.Atoi(o.value)
	withheld := o.value == "" && cell(colConf) != confFree
	switch {
	case cell(colDataflow) != Dataflow:
		return Row{}, fmt.Errorf("column %s: want %s", colDataflow, Dataflow)
	case cell(colMult) != "0":
		return Row{}, fmt.Errorf("column %s: want 0, counts are told in units", colMult)
	case !yearForm.MatchString(o.period):
		return Row{}, fmt.Errorf("column %s: want a year", colTime)
	case !withheld && (err != nil || value < 0 || cell(colConf) != confFree):
		return Row{}, fmt.Errorf("column %s: want a whole number where %s is F, and nothing elsewhere", colValue, colConf)
	}
	if withheld {
		if o.withheld, err = thresholdOf(cell(colThreshold)); err != nil {
			return Row{}, err
		}
	} else {
		o.value = strconv.Itoa(value)
	}
	return c.row(o)
}

func thresholdOf(text string) (int, error) {
	if text == "" {
		return National.Threshold(), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("column %s: want a whole number from 1 on", colThreshold)
	}
	return n, nil
}
