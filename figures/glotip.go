package figures

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Row is one figure in the layout of the Global Report on Trafficking in
// Persons, in the order of its columns. Texts are kept as they are in the file,
// so that a file that is read and written again is the same.
type Row struct {
	Area      string // ISO 3166-1 alpha-3
	Country   string
	Region    string
	Subregion string
	Indicator string // Detected trafficking victims, …
	Dimension string // Total, by form of exploitation, by citizenship, by country of repatriation
	Category  string // within the dimension
	Sex       string // Female, Male, Other, Unknown, Total
	Age       string // 0 to 17 years, 18 years or over, Unknown, Total
	Year      string
	Unit      string // Counts
	Value     string // a whole number, thousands may have commas, or a token such as <5
	Source    string
}

// Columns are the names of the columns, as the first line of a file has them.
var Columns = []string{
	"Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
	"Unit of measurement", "txtVALUE", "Source",
}

// maxRows is how many figures a file may have: some ten times what the whole
// public data set has.
const maxRows = 500_000

// maxText is how many bytes a file may have once it is unpacked.
const maxText = 128 << 20

// Number is the exact count of a row. It is false where the value is a token or
// is no whole number from 0 on.
func (r Row) Number() (int, bool) {
	n, err := strconv.Atoi(strings.ReplaceAll(r.Value, ",", ""))
	return n, err == nil && n >= 0
}

// ReadGLOTIP reads figures from CSV, plain or packed with gzip. It fails with the
// line where the file has other columns, too many rows or a value that is neither
// a count nor a token such as <5.
func ReadGLOTIP(file io.Reader) ([]Row, error) {
	text, err := unpacked(file)
	if err != nil {
		return nil, err
	}
	limited := &io.LimitedReader{R: text, N: maxText}
	reader := csv.NewReader(limited)
	reader.FieldsPerRecord, reader.ReuseRecord = len(Columns), true
	var rows []Row
	for line := 1; ; line++ {
		record, err := reader.Read()
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("cannot read figures: more than %d MiB of text", maxText>>20)
		case errors.Is(err, io.EOF) && line == 1:
			return nil, errors.New("cannot read figures: line 1: want the names of the columns; the file is empty")
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("cannot read figures: %w", err)
		case line == 1:
			if err := checkColumns(record); err != nil {
				return nil, err
			}
			continue
		case len(rows) == maxRows:
			return nil, fmt.Errorf("cannot read figures: more than %d rows", maxRows)
		}
		row := rowOf(record)
		if !row.readable() {
			at, _ := reader.FieldPos(valueColumn)
			return nil, fmt.Errorf("cannot read figures: line %d: column %s: want a whole number or a token such as <5", at, Columns[valueColumn])
		}
		rows = append(rows, row)
	}
}

const valueColumn = 11

// unpacked looks at the first bytes: gzip (RFC 1952) begins with two of its own.
func unpacked(file io.Reader) (io.Reader, error) {
	text := bufio.NewReader(file)
	if magic, _ := text.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return text, nil
	}
	packed, err := gzip.NewReader(text)
	if err != nil {
		return nil, fmt.Errorf("cannot unpack figures: %w", err)
	}
	return packed, nil
}

func checkColumns(record []string) error {
	for n, name := range Columns {
		// Spreadsheet programs write a byte order mark before the first name.
		if got := strings.TrimPrefix(record[n], "\ufeff"); got != name {
			return fmt.Errorf("cannot read figures: line 1: column %d: want %s", n+1, name)
		}
	}
	return nil
}

func rowOf(c []string) Row {
	return Row{
		Area: c[0], Country: c[1], Region: c[2], Subregion: c[3], Indicator: c[4], Dimension: c[5], Category: c[6],
		Sex: c[7], Age: c[8], Year: c[9], Unit: c[10], Value: c[11], Source: c[12],
	}
}

// WriteGLOTIP writes figures as CSV (RFC 4180) in the same layout, in the order
// given.
func WriteGLOTIP(file io.Writer, rows []Row) error {
	writer := csv.NewWriter(file)
	if err := writer.Write(Columns); err != nil {
		return fmt.Errorf("cannot write figures: %w", err)
	}
	for _, r := range rows {
		record := []string{
			r.Area, r.Country, r.Region, r.Subregion, r.Indicator, r.Dimension, r.Category, r.Sex, r.Age, r.Year, r.Unit, r.Value, r.Source,
		}
		if err := writer.Write(record); err != nil {
			return fmt.Errorf("cannot write figures: %w", err)
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return fmt.Errorf("cannot write figures: %w", err)
	}
	return nil
}
