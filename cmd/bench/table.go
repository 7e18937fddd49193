package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// column is a figure of the table, with its ratio to the floor.
type column struct {
	title string
	of    func(line) float64
	form  string
	ratio bool
}

var columns = []column{
	{"open ms", func(l line) float64 { return l.Open }, "%.0f", false},
	{"subm./s", func(l line) float64 { return l.PerSecond }, "%.0f", true},
	{"p50 ms", func(l line) float64 { return l.P50 }, "%.2f", true},
	{"p95 ms", func(l line) float64 { return l.P95 }, "%.2f", true},
	{"p99 ms", func(l line) float64 { return l.P99 }, "%.2f", true},
	{"complete ms", func(l line) float64 { return l.Complete }, "%.0f", false},
	{"CPU ms/c.", func(l line) float64 { return l.CPU }, "%.2f", true},
	{"peak MiB", func(l line) float64 { return l.PeakRSS }, "%.0f", false},
	{"idle CPU %", func(l line) float64 { return l.IdleCPU }, "%.1f", false},
	{"events", func(l line) float64 { return l.Events }, "%.0f", false},
	{"history B/c.", func(l line) float64 { return l.EventBytes }, "%.0f", false},
	{"database KiB/c.", func(l line) float64 { return l.SizeInKiB }, "%.1f", true},
}

// printTable writes the lines for a person, with ratios to the floor of the same
// database, size and clients.
func printTable(out io.Writer, lines []line) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) {
		for _, c := range cells {
			_, _ = fmt.Fprint(w, c, "\t") // Flush tells of what failed
		}
		_, _ = fmt.Fprintln(w)
	}
	head := []string{"database", "n", "clients", "contender"}
	for _, c := range columns {
		head = append(head, c.title)
	}
	row(head...)
	for _, l := range lines {
		cells := []string{l.Database, fmt.Sprint(l.N), fmt.Sprint(l.Clients), l.Contender}
		for _, c := range columns {
			cells = append(cells, c.cell(l))
		}
		row(cells...)
		if beside, ok := floorOf(lines, l); ok && l.Contender == product {
			cells := []string{"", "", "", "ratio"}
			for _, c := range columns {
				cells = append(cells, c.ratioCell(l, beside))
			}
			row(cells...)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot print table: %w", err)
	}
	_, err := fmt.Fprintln(out, "\nCPU: the server's and the database server's, to open, accept, collect and complete; c.: contributor; ratio: product / floor of the same run.")
	return err
}

func (c column) cell(l line) string {
	if l.Contender == floor && c.of(l) == 0 {
		return "-"
	}
	return fmt.Sprintf(c.form, c.of(l))
}

func (c column) ratioCell(l, beside line) string {
	if !c.ratio || c.of(beside) == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f ×", c.of(l)/c.of(beside))
}

// floorOf is the floor that a line is held against.
func floorOf(lines []line, l line) (line, bool) {
	for _, f := range lines {
		if f.Contender == floor && f.Database == l.Database && f.N == l.N && f.Clients == l.Clients {
			return f, true
		}
	}
	return line{}, false
}
