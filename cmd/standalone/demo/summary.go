package demo

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// tally counts what the people did, to hold against what the product says.
type tally struct {
	rejected   int
	returned   int
	extensions int
}

// Summary is the table that the year ends with, by kind of contributor and in
// all.
type Summary struct {
	Rows      []SummaryRow // Member States, entities, missions, all
	Streams   []StreamRow  // where every stream was played
	Words     int
	Budget    int
	Reminders int
	Messages  int
	Rejected  int
	Returned  int
	Extended  int
	Cycle     string
}

// SummaryRow is one row: Asked = Answered + Nil + Declined + Silent. Answered
// counts answers, partial ones and those covered by another report; Nil also
// counts a considered "not applicable". Late is how many of all these came
// after their deadline.
type SummaryRow struct {
	Label                                        string
	Asked, Answered, Nil, Declined, Silent, Late int
}

// Balanced reports whether every row adds up.
func (s Summary) Balanced() bool {
	for _, r := range s.Rows {
		if r.Asked != r.Answered+r.Nil+r.Declined+r.Silent {
			return false
		}
	}
	for _, r := range s.Streams {
		if !r.uncalled() && r.Asked != r.Received+r.Missing+r.Open {
			return false
		}
	}
	return len(s.Rows) > 0
}

// summary reads the requests back from the API and counts.
func (s *show) summary(ctx context.Context) (Summary, error) {
	sum := Summary{
		Cycle: string(s.cycle), Rejected: s.tally.rejected, Returned: s.tally.returned, Extended: s.tally.extensions,
		Rows: []SummaryRow{{Label: "Member States"}, {Label: "UN entities"}, {Label: "Missions"}, {Label: "All"}},
	}
	kinds := map[string]int{string(rapporteur.KindMemberState): 0, string(rapporteur.KindEntity): 1, string(rapporteur.KindMission): 2}
	requests, err := s.requests(ctx, string(s.cycle))
	if err != nil {
		return sum, err
	}
	for _, r := range requests {
		for _, n := range []int{kinds[r.Kind], 3} {
			sum.Rows[n].add(r)
		}
	}
	if sum.Streams, err = s.streamTable(ctx); err != nil {
		return sum, err
	}
	if err := sum.readReport(filepath.Join(s.options.Out, "report.json")); err != nil {
		return sum, err
	}
	err = sum.readLedger(filepath.Join(s.options.Out, "chasing-ledger.csv"))
	return sum, err
}

// requestAnswer is what the demonstration reads of a request.
type requestAnswer struct {
	Contributor   string `json:"contributor"`
	Questionnaire struct {
		ID string `json:"id"`
	} `json:"questionnaire"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Outcome string `json:"outcome"`
	Late    bool   `json:"late"`
}

func (s *show) requests(ctx context.Context, cycle string) ([]requestAnswer, error) {
	var all []requestAnswer
	path := "/v1/cycles/" + cycle + "/requests"
	for after := ""; ; {
		var page struct {
			Items []requestAnswer `json:"items"`
			Next  string          `json:"next_cursor"`
		}
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: path + "?cursor=" + url.QueryEscape(after)}, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if after = page.Next; after == "" {
			return all, nil
		}
	}
}

func (r *SummaryRow) add(a requestAnswer) {
	r.Asked++
	if a.Late {
		r.Late++
	}
	switch rapporteur.ReturnType(a.Outcome) {
	case rapporteur.ReturnAnswered, rapporteur.ReturnPartial, rapporteur.ReturnCovered:
		r.Answered++
	case rapporteur.ReturnNil, rapporteur.ReturnNotApplicable:
		r.Nil++
	case rapporteur.ReturnDeclined:
		r.Declined++
	case rapporteur.ReturnNoReply:
		r.Silent++
	}
}

func (s *Summary) readReport(name string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("cannot read report: %w", err)
	}
	var report struct {
		Words  int `json:"words"`
		Budget int `json:"word_budget"`
	}
	if err := json.Unmarshal(content, &report); err != nil {
		return fmt.Errorf("cannot read report: %w", err)
	}
	s.Words, s.Budget = report.Words, report.Budget
	return nil
}

// reminding are the notices that count as reminders.
var reminding = map[string]bool{
	string(rapporteur.NoticeReminder): true, string(rapporteur.NoticeOverdue): true,
	string(rapporteur.NoticeFinal): true, string(rapporteur.NoticeEscalation): true,
}

func (s *Summary) readLedger(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("cannot read ledger: %w", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) == 0 {
		return fmt.Errorf("cannot read ledger: %w", err)
	}
	column := map[string]int{}
	for n, title := range rows[0] {
		column[title] = n
	}
	for _, row := range rows[1:] {
		if row[column["state"]] != string(rapporteur.LedgerSent) {
			continue
		}
		s.Messages++
		if reminding[row[column["notice"]]] {
			s.Reminders++
		}
	}
	return nil
}

// Print writes the table for people.
func (s Summary) Print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "\tasked\tanswered\tnil\tdeclined\tsilent\tlate\t")
	for _, r := range s.Rows {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", r.Label, r.Asked, r.Answered, r.Nil, r.Declined, r.Silent, r.Late)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := printStreams(out, s.Streams); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d messages sent for the report, %d of them reminders; %d answers rejected at first, %d returned for correction, %d extensions decided.\nThe report has %d of %d words.\n",
		s.Messages, s.Reminders, s.Rejected, s.Returned, s.Extended, s.Words, s.Budget)
	return err
}
