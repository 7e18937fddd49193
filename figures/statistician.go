package figures

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/rapporteur/rapporteur"
)

// Formats in which published figures are written.
const (
	FormatGLOTIP = "glotip"   // the layout of the Global Report
	FormatSDMX   = "sdmx-csv" // SDMX-CSV 1.0
	FormatCSV    = "csv"      // a ZIP archive of CSV with code lists
)

// Statistician discloses statistics and writes them. It implements
// rapporteur.Statistician and is safe for concurrent use.
type Statistician struct{ codes Codes }

var _ rapporteur.Statistician = Statistician{}

// NewStatistician is a statistician who writes with these codes.
func NewStatistician(codes Codes) Statistician { return Statistician{codes: codes} }

// Disclose withholds as Suppress does for figures of States: what is below five,
// and what would give it away, here and beside what was published before.
func (s Statistician) Disclose(all []rapporteur.Statistic, published [][]rapporteur.Statistic) ([]rapporteur.Statistic, error) {
	d := Disclosure{Class: National}
	for _, p := range published {
		d.Published = append(d.Published, s.rows(p))
	}
	suppressed, err := Suppress(s.rows(all), d)
	if err != nil {
		return nil, err
	}
	disclosed := append([]rapporteur.Statistic{}, all...)
	for n, r := range suppressed.Rows {
		disclosed[n].Value = r.Value
	}
	return disclosed, nil
}

// unit is what the figures are counts of; the indicator says of whom.
const unit = "Counts"

// rows is statistics in GLOTIP's layout.
func (s Statistician) rows(all []rapporteur.Statistic) []Row {
	rows := make([]Row, 0, len(all))
	for _, f := range all {
		rows = append(rows, Row{
			Area: f.Area, Indicator: f.Indicator, Dimension: f.Dimension, Category: f.Category, Sex: f.Sex, Age: f.Age, Year: f.Year,
			Unit: unit, Value: f.Value, Source: f.Source,
		})
	}
	return s.codes.Described(rows)
}

// Statistics writes disclosed statistics in a format.
func (s Statistician) Statistics(_ context.Context, all []rapporteur.Statistic, format string) ([]byte, error) {
	var written bytes.Buffer
	err := s.codes.Write(&written, s.rows(all), format)
	return written.Bytes(), err
}

// Write writes published figures in a format. In every one a count that nobody
// has suppressed is an error.
func (c Codes) Write(file io.Writer, rows []Row, format string) error {
	switch format {
	case FormatGLOTIP:
		if _, err := c.observations(rows); err != nil {
			return fmt.Errorf("cannot write figures: %w", err)
		}
		return WriteGLOTIP(file, rows)
	case FormatSDMX:
		return c.WriteSDMX(file, rows)
	case FormatCSV:
		return c.WriteZip(file, rows)
	}
	return fmt.Errorf("cannot write figures as %q: want %s, %s or %s", format, FormatGLOTIP, FormatSDMX, FormatCSV)
}
