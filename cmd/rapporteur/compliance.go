package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type complianceCommand struct {
	server      `embed:""`
	Instrument  string `arg:"" help:"Instrument, such as s-res-2388-2017."`
	AsOf        string `help:"A past date, such as 2018-10-01; now where left out." placeholder:"DATE"`
	Stream      string `help:"Only this stream, such as op34."`
	Period      string `help:"Only this period, such as 2018."`
	Contributor string `help:"Only this contributor, such as state-ken."`
	Format      string `default:"table" enum:"table,csv,xlsx,json" help:"One of ${enum}."`
	Output      string `help:"File to write; standard output where left out." placeholder:"FILE"`
}

// Run writes the compliance matrix: who was asked about what, what came of it,
// and the measures of each group.
func (c complianceCommand) Run(ctx context.Context) error {
	if c.Format == "xlsx" && c.Output == "" {
		return errors.New("a workbook is no text: give --output FILE")
	}
	client, err := c.client()
	if err != nil {
		return err
	}
	document, err := c.document(ctx, client)
	if err != nil {
		return err
	}
	if c.Output == "" {
		_, err = os.Stdout.Write(document)
		return err
	}
	return os.WriteFile(c.Output, document, 0o600)
}

func (c complianceCommand) document(ctx context.Context, client remote.Client) ([]byte, error) {
	if c.Format == "csv" || c.Format == "xlsx" {
		return client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: c.path("format", c.Format)})
	}
	matrix, err := c.matrix(ctx, client)
	if err != nil {
		return nil, err
	}
	if c.Format == "table" {
		return complianceTable(matrix)
	}
	document, err := json.MarshalIndent(matrix, "", "  ")
	return append(document, '\n'), err
}

// path is the address of the matrix with the command's filters and one more
// parameter.
func (c complianceCommand) path(name, value string) string {
	query := url.Values{}
	for _, p := range [][2]string{
		{"as_of", c.AsOf}, {"stream", c.Stream}, {"period", c.Period}, {"contributor", c.Contributor}, {name, value},
	} {
		if p[1] != "" {
			query.Set(p[0], p[1])
		}
	}
	return "/v1/instruments/" + url.PathEscape(c.Instrument) + "/compliance?" + query.Encode()
}

// matrix reads every page.
func (c complianceCommand) matrix(ctx context.Context, client remote.Client) (api.Compliance, error) {
	var all api.Compliance
	for cursor := ""; ; {
		var page api.Compliance
		if err := client.JSON(ctx, remote.Call{Method: http.MethodGet, Path: c.path("cursor", cursor), Accept: "application/json"}, &page); err != nil {
			return all, err
		}
		page.Items = append(all.Items, page.Items...)
		all = page
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

// complianceTable is the measures of every group and a line for each
// contributor in each cycle, for reading.
func complianceTable(m api.Compliance) ([]byte, error) {
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	// A buffer takes everything: only Flush is asked whether it went well.
	line := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
	line(m.Instrument + " as of " + m.AsOf)
	line()
	line("BY", "GROUP", "EXPECTED", "RECEIVED", "RATE", "ON TIME", "ON-TIME RATE", "DAYS LATE", "ROUNDS", "NIL", "NIL RATE")
	for _, g := range m.Measures {
		line(g.By, g.Group, fmt.Sprint(g.Expected), fmt.Sprint(g.Received), percent(g.Rate), fmt.Sprint(g.OnTime), percent(g.OnTimeRate),
			fmt.Sprint(g.DaysLate), fmt.Sprint(g.Rounds), fmt.Sprint(g.Nil), percent(g.NilRate))
	}
	line()
	line("CONTRIBUTOR", "STREAM", "PERIOD", "STATE", "DUE", "ANSWERED", "DAYS LATE", "ROUNDS", "PROVISIONS")
	for _, r := range m.Items {
		answered := "-"
		if r.AnsweredAt != nil {
			answered = rapporteur.DateOf(*r.AnsweredAt).String()
		}
		line(r.Contributor, r.Stream, r.Period, r.State, r.Due, answered, fmt.Sprint(r.DaysLate), fmt.Sprint(r.Rounds), cellCounts(r.Cells))
	}
	err := w.Flush()
	return b.Bytes(), err
}

// percent is a rate for reading; a dash where there is none.
func percent(rate *float64) string {
	if rate == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100**rate)
}

// cellCounts says how many provisions are in each state.
func cellCounts(cells []api.ComplianceCell) string {
	counts := map[string]int{}
	for _, c := range cells {
		counts[c.State]++
	}
	var words []string
	for _, state := range rapporteur.CellStates {
		if n := counts[state.Word]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, state.Word))
		}
	}
	return strings.Join(words, ", ")
}
