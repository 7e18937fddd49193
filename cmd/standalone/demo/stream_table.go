package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// StreamRow is one stream in the table of all: Asked = Received + Missing +
// Open. Late is how many of those received came after their deadline. An intake
// asks nobody: its cycles are windows, and Received is what was delivered.
type StreamRow struct {
	Stream, Shape                                string
	Cycles, Asked, Received, Late, Missing, Open int
}

// uncalled reports whether what comes in the stream comes without being asked
// for.
func (r StreamRow) uncalled() bool { return r.Shape == string(rapporteur.ShapeIntake) }

// streamTable reads every cycle back from the API and counts by stream.
func (s *show) streamTable(ctx context.Context) ([]StreamRow, error) {
	if !s.options.AllStreams {
		return nil, nil
	}
	cycles, err := s.cycles(ctx)
	if err != nil {
		return nil, err
	}
	var rows []StreamRow
	for _, stream := range s.streams {
		row := StreamRow{Stream: stream.ID, Shape: stream.Shape}
		if row.uncalled() {
			if err := s.addWindows(ctx, &row); err != nil {
				return nil, err
			}
			rows = append(rows, row)
			continue
		}
		for _, c := range cycles {
			if strings.HasPrefix(c.ID, instrument+"/"+stream.ID+"/") {
				if err := s.addCycle(ctx, &row, c); err != nil {
					return nil, err
				}
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *show) addCycle(ctx context.Context, row *StreamRow, c cycleAnswer) error {
	var whole struct {
		Counts struct {
			Asked    int `json:"asked"`
			Open     int `json:"open"`
			Received int `json:"received"`
			Returned int `json:"returned"`
			Settled  int `json:"settled"`
			NoReply  int `json:"no_reply"`
			Late     int `json:"late"`
		} `json:"counts"`
	}
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + c.ID}, &whole); err != nil {
		return err
	}
	n := whole.Counts
	row.Cycles++
	row.Asked += n.Asked
	row.Received += n.Received + n.Returned + n.Settled
	row.Late += n.Late
	row.Missing += n.NoReply
	row.Open += n.Open
	return nil
}

// addWindows counts the windows of an intake and what came in them.
func (s *show) addWindows(ctx context.Context, row *StreamRow) error {
	var intake intakeAnswer
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: intakePath(row.Stream)}, &intake); err != nil {
		return err
	}
	for _, window := range intake.Items {
		row.Cycles++
		row.Received += window.Deliveries
	}
	return nil
}

// printStreams writes the table of all streams for people.
func printStreams(out io.Writer, rows []StreamRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, _ = fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "stream\tshape\tcycles\tasked\treceived\tlate\tmissing\tstill open\t")
	for _, r := range rows {
		if r.uncalled() {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t–\t%d\t–\t–\t–\t\n", r.Stream, r.Shape, r.Cycles, r.Received)
			continue
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", r.Stream, r.Shape, r.Cycles, r.Asked, r.Received, r.Late, r.Missing, r.Open)
	}
	return table.Flush()
}
