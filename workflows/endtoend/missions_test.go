package endtoend_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

var op33 = rapporteur.StreamKey{Instrument: "s-res-2388-2017", Stream: "op33"}

// TestMissionsOf2018 follows the calendars of all missions from November 2017
// to the end of 2018, week by week, on the real engine: each host report is
// preceded by a request for its section, and each report that was really seen
// has a cycle that was planned for about its date.
func TestMissionsOf2018(t *testing.T) {
	ctx := within(t)
	h := build(ctx, t, moment(t, "2017-11-01 08:00"))
	for _, c := range h.catalogue.Contributors(date(t, "2018-01-01"), rapporteur.KindMission) {
		h.contact(ctx, c.ID)
	}
	h.contact(ctx, "office-dpo")
	h.contact(ctx, "office-dppa")
	_, err := h.secretariat.StartCalendar(ctx, staff, op33, rapporteur.Date{})
	h.ok(err)
	h.settle(ctx)
	m := missions{house: h, told: map[rapporteur.CycleID]bool{}}
	for day := date(t, "2017-11-08"); day.Before(date(t, "2019-01-10")); day = day.AddDays(7) {
		h.goTo(ctx, day.String()+" 09:00")
		m.week(ctx, day)
	}
	m.check(ctx)
	_, err = h.secretariat.PauseCalendar(ctx, staff, op33, "The year is over.")
	h.ok(err)
	h.settle(ctx)
	h.record(ctx, map[string]string{
		rapporteur.CycleWorkflowID(op33.Calendar()):                             "stream-calendar/" + release + "-missions.json",
		rapporteur.CycleWorkflowID("s-res-2388-2017/op33/unmiss-2018-09-11"):    "inclusion-cycle/" + release + "-section.json",
		rapporteur.CycleWorkflowID("s-res-2388-2017/op33/minusca-2018-06-15"):   "inclusion-cycle/" + release + "-nil.json",
		rapporteur.CycleWorkflowID("s-res-2388-2017/op33/minujusth-2018-08-30"): "inclusion-cycle/" + release + "-silent.json",
	})
}

// missions is the year of 2018 as missions and drafters live it.
type missions struct {
	*house
	told map[rapporteur.CycleID]bool // the host report has been recorded
}

func (m missions) sections(ctx context.Context) []rapporteur.Cycle {
	m.t.Helper()
	all := read(ctx, m.house, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Cycles(ctx, "", 0)
	})
	return slices.DeleteFunc(all, func(c rapporteur.Cycle) bool { return c.Shape != rapporteur.ShapeInclusion })
}

// week has missions answer, and the Secretariat record the reports that have
// come out. MINUJUSTH never answers; MINUSCA has nothing to report.
func (m missions) week(ctx context.Context, today rapporteur.Date) {
	m.t.Helper()
	for _, c := range m.sections(ctx) {
		who := c.Contributors[0]
		switch {
		case c.Phase == rapporteur.PhaseCollecting && c.Series == "minusca":
			m.submit(ctx, c.ID, who, rapporteur.ReturnNil, "Nothing came to the notice of the mission.")
		case c.Phase == rapporteur.PhaseCollecting && c.Series != "minujusth":
			m.submit(ctx, c.ID, who, rapporteur.ReturnAnswered, "The mission advises the national police.")
		case c.Phase == rapporteur.PhaseAwaiting && !c.Plan.Date(rapporteur.DateTransmits).After(today) && !m.told[c.ID]:
			m.told[c.ID] = true
			issue := rapporteur.Command{ID: "issue-" + string(c.ID), Kind: rapporteur.CommandRecordIssue, Symbol: "S/2018/1", Date: c.Plan.Date(rapporteur.DateTransmits)}
			if c.Draft > 0 {
				issue.Paragraphs = "45–46"
			}
			m.command(ctx, c.ID, issue)
		}
	}
}

// report is a report that was really seen, about a date.
type report struct {
	mission, symbol string
	first, last     rapporteur.Date
}

// seen reads the reports of the time that the simulation plays in.
func seen(t testing.TB) []report {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "schemas", "testdata", "mission-reports.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []report
	for _, row := range rows[1:] {
		r := report{mission: row[0], symbol: row[2], first: date(t, row[3]), last: date(t, row[3])}
		if row[4] != "" {
			r.last = date(t, row[4])
		}
		if r.first.After(date(t, "2017-11-20")) && r.last.Before(date(t, "2019-01-01")) {
			all = append(all, r)
		}
	}
	return all
}

// tolerances are how many days a report may lie from the day that its cycle was
// planned for, by the confidence of its rule, as in package schemas.
var tolerances = map[string]int{"H": 7, "M": 31, "L": 45}

func (m missions) check(ctx context.Context) {
	m.t.Helper()
	planned := map[string][]rapporteur.Cycle{}
	for _, c := range m.sections(ctx) {
		planned[c.Series] = append(planned[c.Series], c)
		over := c.Plan.Date(rapporteur.DateMandated).Before(date(m.t, "2018-12-31"))
		if over && c.Phase != rapporteur.PhaseClosed {
			m.t.Errorf("%s is %s: %s", c.ID, c.Phase, c.Attention)
		}
		if want := c.Series != "minujusth" && c.Series != "minusca"; over && (c.Paragraphs != "") != want {
			m.t.Errorf("%s: paragraphs %q", c.ID, c.Paragraphs)
		}
	}
	confidence := m.confidences(ctx)
	for _, r := range seen(m.t) {
		found := slices.ContainsFunc(planned[r.mission], func(c rapporteur.Cycle) bool {
			on, tolerance := c.Plan.Date(rapporteur.DateTransmits), tolerances[confidence[c.ID]]
			return !on.AddDays(tolerance).Before(r.first) && !on.AddDays(-tolerance).After(r.last)
		})
		if !found {
			m.t.Errorf("no section was asked for %s on %s of %s: %v", r.symbol, r.mission, r.first, periods(planned[r.mission]))
		}
	}
	for series, want := range map[string]string{
		"unamid": "2017-12-26 2018-02-24 2018-04-25 2018-06-24 2018-10-11", // 60 days, 90 from 13 July 2018
		"unmil":  "2018-04-14",                                             // a final report; it closed on 30 March
		"unmiss": "2017-12-11 2018-03-14 2018-06-13 2018-09-11 2018-12-10",
		"unowas": "2017-12-31 2018-06-30 2018-12-31",
	} {
		if got := periods(planned[series]); !strings.HasPrefix(got+" ", want+" ") {
			m.t.Errorf("%s: %s, want %s", series, got, want)
		}
	}
	if asked := len(m.letters()); asked < 2*len(m.told) {
		m.t.Errorf("%d mails for %d sections", asked, len(m.told))
	}
}

// confidences are those of the rules that gave the cycles' dates.
func (m missions) confidences(ctx context.Context) map[rapporteur.CycleID]string {
	m.t.Helper()
	outlook, err := m.secretariat.Outlook(ctx, op33, date(m.t, "2017-11-01"), date(m.t, "2019-06-30"))
	m.ok(err)
	all := map[rapporteur.CycleID]string{}
	for _, d := range outlook.Dues {
		all[d.Cycle(op33)] = d.Due.Confidence
	}
	return all
}

func periods(cycles []rapporteur.Cycle) string {
	var all []string
	for _, c := range cycles {
		all = append(all, strings.TrimPrefix(string(c.ID), fmt.Sprintf("%s/%s-", op33, c.Series)))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
