package answer

import (
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// blockView is a table of figures for one form of exploitation, or the only one.
type blockView struct {
	Form   option
	Filled bool
	Rows   []figuresRow
	Sums   []string // below each column, of the ages that are no total
	Words  int      // how many cells are filled
}

type figuresRow struct {
	Age   option
	Cells []cellView
	Sum   string // of the sexes that are no total
}

type cellView struct{ Name, Value, Label string }

// columnView is a column of a table of rows.
type columnView struct {
	rapporteur.Column
	Label   string
	Options []option
}

type rowView struct {
	Number int
	Filled bool
	Cells  []rowCell
}

type rowCell struct {
	columnView
	Name, Value string
}

// IsDate reports whether a browser's field for dates can show the value.
func (c rowCell) IsDate() bool {
	_, err := rapporteur.ParseDate(c.Value)
	return err == nil || c.Value == ""
}

// Index is the row's place in the list.
func (r rowView) Index() int { return r.Number - 1 }

const total = "total"

// figures fills in the view of a table by sex, and where it is broken down so by
// age and form of exploitation.
func (v viewer) figures(view *fieldView) {
	for _, sex := range view.Part.Sexes {
		view.Sexes = append(view.Sexes, option{sex, named(v.say, "sex."+sex, sex)})
	}
	ages, forms := dimensions(view.Part)
	for _, form := range forms {
		block := blockView{Form: option{form, v.formName(view.field, form)}}
		columns := make([][]string, len(view.Sexes))
		for _, age := range ages {
			row := figuresRow{Age: option{age, named(v.say, "age."+age, age)}}
			if age == "" {
				row.Age.Label = v.say.Say("age.total")
			}
			var values []string
			for n, sex := range view.Sexes {
				name := cell(view.At, sex.Code, age, form)
				value := v.values.Get(name)
				label := sex.Label + ", " + row.Age.Label
				if form != "" {
					label += ", " + block.Form.Label
				}
				row.Cells = append(row.Cells, cellView{name, value, label})
				if value != "" {
					block.Filled = true
					block.Words++
				}
				if sex.Code != total {
					values = append(values, value)
				}
				if age != total {
					columns[n] = append(columns[n], value)
				}
			}
			row.Sum = sum(values)
			block.Rows = append(block.Rows, row)
		}
		for _, column := range columns {
			block.Sums = append(block.Sums, sum(column))
		}
		view.Table = append(view.Table, block)
	}
}

func (v viewer) formName(f field, form string) string {
	for _, o := range f.Options {
		if o.Code == form {
			return o.Label
		}
	}
	return named(v.say, "form."+form, form)
}

// named is a text by key, or what stands in where there is none.
func named(say wording.Words, key, otherwise string) string {
	text, err := say.Lookup(key)
	if err != nil {
		return otherwise
	}
	return text
}

// sum adds counts, masked ones as 0 to 4: 40, or 40–44; nothing where none is a
// count.
func sum(values []string) string {
	low, high, found := 0, 0, false
	for _, value := range values {
		if value == masked {
			high += 4
			found = true
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			continue
		}
		low, high, found = low+n, high+n, true
	}
	switch {
	case !found:
		return ""
	case low == high:
		return strconv.Itoa(low)
	}
	return strconv.Itoa(low) + "–" + strconv.Itoa(high)
}

// More empty rows at the end of a table: one, or some where somebody asked.
const (
	oneBlank  = 1
	moreBlank = 4
)

// rows fills in the view of a table of rows, with empty ones at its end.
func (v viewer) rows(view *fieldView) {
	for _, c := range view.Part.Columns {
		column := columnView{Column: c, Label: named(v.say, "column."+c.Name, strings.ReplaceAll(c.Name, "_", " "))}
		for _, code := range c.Options {
			column.Options = append(column.Options, option{code, named(v.say, "code."+code, code)})
		}
		view.Columns = append(view.Columns, column)
	}
	most := maxRows
	if view.Part.MaxRows > 0 {
		most = min(most, view.Part.MaxRows)
	}
	last := -1
	for n := range maxRows {
		if v.row(view, n).Filled {
			last = n
		}
	}
	blank := oneBlank
	if v.blanks == view.At {
		blank = moreBlank
	}
	for n := range min(last+1+blank, max(most, last+1)) {
		view.Rows = append(view.Rows, v.row(view, n))
	}
	view.CanAdd = len(view.Rows) < most
}

func (v viewer) row(view *fieldView, n int) rowView {
	row := rowView{Number: n + 1}
	for _, column := range view.Columns {
		name := view.At + "/" + strconv.Itoa(n) + "/" + column.Name
		value := v.values.Get(name)
		row.Filled = row.Filled || value != ""
		row.Cells = append(row.Cells, rowCell{column, name, value})
	}
	return row
}
