// Package csvtable writes tables as CSV (RFC 4180) that spreadsheets open
// without running anything in them.
package csvtable

import (
	"bytes"
	"encoding/csv"
	"iter"
	"strings"
)

// Write is a table with a row for each that is yielded. A cell that a spreadsheet
// would take for a formula is written as text.
func Write(rows iter.Seq[[]string]) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for row := range rows {
		for n, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[n] = "'" + cell
			}
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
