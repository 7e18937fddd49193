package schemas

import (
	"encoding/json"
	"path"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// addColumns keeps a shared definition in case a list refers to it as its items,
// or a row as its field. What is neither does no harm there.
func (defs *definitions) addColumns(key string, raw json.RawMessage) {
	var items itemsRow
	if json.Unmarshal(raw, &items) == nil {
		defs.items[key] = items
	}
	var column columnRow
	if json.Unmarshal(raw, &column) == nil {
		defs.columns[key] = column
	}
}

// describe adds to a part what its table is made of: the codes of cells, or the
// fields of rows.
func (defs *definitions) describe(part *rapporteur.QuestionPart, row partOne) {
	items := row.Items
	if items.Ref != "" {
		items = defs.items[path.Base(items.Ref)]
	}
	switch part.Kind {
	case rapporteur.PartFigures:
		part.Sexes, part.Ages, part.Forms = items.Properties.Of["sex"].Enum, items.Properties.Of["age"].Enum, items.Properties.Of["form"].Enum
	case rapporteur.PartRows:
		part.MaxRows = row.Most
		for _, name := range items.Properties.Keys {
			part.Columns = append(part.Columns, defs.column(name, items.Properties.Of[name]))
		}
	}
}

func (defs *definitions) column(name string, row columnRow) rapporteur.Column {
	if row.Ref != "" {
		row = defs.columns[path.Base(row.Ref)]
	}
	column := rapporteur.Column{Name: name, Kind: rapporteur.PartText, Format: row.Format}
	switch {
	case len(row.Enum) > 0:
		column.Kind, column.Options = rapporteur.PartChoice, row.Enum
	case row.Format == "date":
		column.Kind, column.Format = rapporteur.PartDate, ""
	case row.is("integer"), row.is("number"):
		column.Kind, column.Persons = rapporteur.PartNumber, row.is("string")
	}
	return column
}

// is reports whether a field may have a type.
func (r columnRow) is(name string) bool {
	if several, ok := r.Type.([]any); ok {
		return slices.Contains(several, any(name))
	}
	return r.Type == any(name)
}
