package telemetry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// counted is a store of which only the gauges are read, and how often.
type counted struct {
	rapporteur.Store
	reads  int
	err    error
	gauges rapporteur.Gauges
}

func (c *counted) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	c.reads++
	if c.err != nil {
		return c.err
	}
	return fn(ctx, gaugeReader{gauges: c.gauges})
}

type gaugeReader struct {
	rapporteur.Reader
	gauges rapporteur.Gauges
}

func (r gaugeReader) Gauges(context.Context) (rapporteur.Gauges, error) { return r.gauges, nil }

var wall = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func TestTheRecordIsReadOnceForMany(t *testing.T) {
	on := watching(t, Options{})
	due := rapporteur.DateOf(wall)
	s := &counted{gauges: rapporteur.Gauges{
		Outbox: 3, OutboxSince: time.Now().Add(-time.Hour), Unsealed: 7, HooksPending: 2, HooksFailed: 1,
		Cycles: []rapporteur.CycleGauges{
			{Cycle: cycle, Phase: rapporteur.PhaseCollecting, Deadline: due.AddDays(-3), Closes: due.AddDays(4), Open: 5, Returned: 2, Received: 1},
			{Cycle: "s-res-2388-2017/op34/2019", Phase: rapporteur.PhasePlanned, Deadline: due.AddDays(20), Closes: due.AddDays(30), ClockOffset: -48 * time.Hour},
			{Cycle: "s-res-2388-2017/op34/2017", Phase: rapporteur.PhaseClearing, Deadline: due.AddDays(-200), Closes: due.AddDays(-150)},
		},
	}}
	on.Record(s, func() time.Time { return wall })
	page := scrape(t, on)
	const op34 = `{instrument="s-res-2388-2017",period="2018",stream="op34"} `
	wantLines(t, page,
		"rapporteur_requests_open"+op34+"7", "rapporteur_requests_received"+op34+"1", "rapporteur_deadline_days"+op34+"-3", "rapporteur_collection_closes_days"+op34+"4",
		`rapporteur_deadline_days{instrument="s-res-2388-2017",period="2019",stream="op34"} 22`,
		`rapporteur_cycles{instrument="s-res-2388-2017",phase="clearing",stream="op34"} 1`,
		"rapporteur_outbox_waiting 3", "rapporteur_audit_unsealed 7", "rapporteur_audit_unsealed_oldest_seconds 0",
		`rapporteur_webhook_messages{state="pending"} 2`, `rapporteur_webhook_messages{state="failed"} 1`,
	)
	if strings.Contains(page, `rapporteur_deadline_days{instrument="s-res-2388-2017",period="2017"`) || strings.Contains(page, `closes_days{instrument="s-res-2388-2017",period="2019"`) {
		t.Error("dates are told of cycles that they are over for, or have not come to")
	}
	if !strings.Contains(page, "rapporteur_outbox_oldest_seconds 36") {
		t.Error("an hour of waiting is not told")
	}
	for range 5 {
		scrape(t, on)
	}
	if s.reads != 1 {
		t.Errorf("the record was read %d times", s.reads)
	}
}

// What was known a while ago is not told as if it were so now.
func TestARecordThatIsAwayTellsNothing(t *testing.T) {
	on := watching(t, Options{})
	on.Record(&counted{err: errors.New("away")}, func() time.Time { return wall })
	page := scrape(t, on)
	if strings.Contains(page, "rapporteur_outbox_waiting ") {
		t.Error("figures of a record that is away are told")
	}
	scrapeAgain := scrape(t, on)
	wantLines(t, scrapeAgain, "rapporteur_record_unread_total 1")
}

// However many cycles there are, the series stay few, nothing of them is lost,
// and those that are due first keep their names.
func TestManyCyclesAreToldTogether(t *testing.T) {
	on := watching(t, Options{})
	c := &recordCollector{metrics: on.Metrics}
	var cycles []rapporteur.CycleGauges
	for n := range 1000 {
		cycles = append(cycles, rapporteur.CycleGauges{
			Cycle: rapporteur.CycleID(fmt.Sprintf("s-res-2388-2017/op33/%d", 999-n)), Phase: rapporteur.PhaseCollecting, Open: 1,
			Deadline: rapporteur.DateOf(wall).AddDays(999 - n),
		})
	}
	cycles = append(cycles, rapporteur.CycleGauges{Cycle: "unknown/stream/1", Open: 1})
	all := c.standings(cycles, wall)
	sum := 0
	for _, s := range all {
		sum += s.open
		if s.period == other && s.stream == "op33" && *s.deadline != mostCycles {
			t.Errorf("the nearest of the rest is due in %d days", *s.deadline)
		}
	}
	if len(all) != mostCycles+2 || sum != 1001 {
		t.Errorf("%d series tell of %d requests", len(all), sum)
	}
}

func TestStuckWorkIsLookedForBehind(t *testing.T) {
	on := watching(t, Options{})
	looked := make(chan bool)
	on.Stuck(func(context.Context) (rapporteur.StuckWork, error) {
		defer close(looked)
		return rapporteur.StuckWork{Items: []rapporteur.Stuck{{Kind: rapporteur.StuckMail}, {Kind: rapporteur.StuckMail}}}, nil
	})
	if page := scrape(t, on); strings.Contains(page, "rapporteur_stuck_work{") {
		t.Error("something is told before anybody has looked")
	}
	<-looked
	for page := ""; !strings.Contains(page, `rapporteur_stuck_work{kind="mail"} 2`); page = scrape(t, on) {
		if t.Context().Err() != nil {
			t.Fatal("what was found is not told")
		}
	}
	wantLines(t, scrape(t, on), `rapporteur_stuck_work{kind="outbox"} 0`)
}
