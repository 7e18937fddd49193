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

// A reader of what is written, for tests: that nothing is lost on the way is only
// seen by reading it back.

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

// row turns an observation back. What the layout says in words beside the codes
// comes from the code lists.
func (c Codes) row(o observation) (Row, error) {
	r := Row{Year: o.period, Source: o.source, Value: o.value}
	if o.withheld > 0 {
		r.Value = "<" + strconv.Itoa(o.withheld)
	}
	for _, of := range []struct {
		to              *string
		list, id, field string
	}{
		{&r.Area, rapporteur.ListArea, o.area, colArea}, {&r.Indicator, rapporteur.ListIndicator, o.indicator, colIndicator},
		{&r.Sex, rapporteur.ListSex, o.sex, colSex}, {&r.Age, rapporteur.ListAge, o.age, colAge}, {&r.Unit, rapporteur.ListUnit, o.unit, colUnit},
		{&r.Category, rapporteur.ListExploitation, o.form, colForm},
	} {
		code, ok := c.codes[listed{of.list, of.id}]
		if *of.to = code.Same[rapporteur.SystemGLOTIP]; !ok || *of.to == "" {
			return r, fmt.Errorf("column %s: no code of %s that the layout has", of.field, of.list)
		}
	}
	broken := 0
	for _, by := range []struct{ code, dimension, category string }{
		{o.form, byForm, r.Category}, {o.citizenship, byCitizenship, o.category}, {o.repatriation, byRepatriated, o.category},
	} {
		if by.code != codeTotal {
			r.Dimension, r.Category = by.dimension, by.category
			broken++
		}
	}
	switch {
	case broken > 1:
		return r, fmt.Errorf("columns %s, %s, %s: the layout has one breakdown in a row", colForm, colCitizenship, colRepatriation)
	case broken == 0:
		r.Dimension, r.Category = notBrokenDown, notBrokenDown
	}
	r.Country, r.Region, r.Subregion = c.place(c.codes[listed{rapporteur.ListArea, o.area}])
	return r, nil
}
