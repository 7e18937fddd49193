package rapporteur_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// reported compiles the report of a cycle and gives its draft.
func (h *house) reported(cycle rapporteur.Cycle) rapporteur.Draft {
	h.t.Helper()
	_, err := h.conduct.CloseCollection(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	number, err := h.conduct.Compile(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
		return r.Draft(ctx, cycle.ID, number)
	})
}

// elsewhere is the paragraphs of a report that rest on other cycles, as
// "heading: text", and the cycles that they rest on.
func elsewhere(r rapporteur.Report) (texts []string, cycles map[rapporteur.CycleID]int) {
	cycles = map[rapporteur.CycleID]int{}
	var walk func(sections []rapporteur.ReportSection)
	walk = func(sections []rapporteur.ReportSection) {
		for _, s := range sections {
			for _, b := range s.Blocks {
				if b.Paragraph == nil || len(b.Paragraph.Sources) == 0 || b.Paragraph.Sources[0].Cycle == "" {
					continue
				}
				texts = append(texts, s.Heading+": "+b.Paragraph.Text)
				for _, source := range b.Paragraph.Sources {
					cycles[source.Cycle]++
				}
			}
			walk(s.Sections)
		}
	}
	walk(r.Sections)
	return texts, cycles
}

// What the intakes brought stands in the next report under their provisions,
// with its provenance, and by consent; what stood in one report is not told in
// the next.
func TestIntakesFeedTheNextReport(t *testing.T) {
	h := newHouse(t)
	next := h.planned("2019", kenya)
	cycle := h.collecting(kenya, france)
	h.running(op9)
	h.running("op30")
	for n, state := range []rapporteur.ContributorID{kenya, france, "state-per", "state-deu"} {
		h.deliver(state, flows(fmt.Sprintf("Typology number %d has enough words.", n)))
	}
	_, err := h.correspondence.LeaveReceipt(t.Context(), by(kenya), note())
	must(t, err)
	h.set(day(time.July, 10).At(9))
	h.deliver(kenya, flows("In the second half.", `"Q9.7":{"status":"yes"`, `"Q9.7":{"status":"no"`))
	h.set(day(time.October, 8).At(9))
	draft := h.reported(cycle)
	texts, cycles := elsewhere(draft.Report)
	starts := func(n int, want string) {
		t.Helper()
		if n >= len(texts) || !strings.HasPrefix(texts[n], want) {
			t.Errorf("paragraph %d is not %q:\n%s", n, want, strings.Join(texts, "\n"))
		}
	}
	starts(0, "Coordination and action by the United Nations system: Between 21 May 2018 and 30 June 2018, 4 deliveries were received under paragraph 9 of Security Council resolution 2388 (2017), from 4 Member States. Of 4 contributors, 4 agreed")
	starts(1, "Coordination and action by the United Nations system: In these deliveries, ")
	starts(2, "Coordination and action by the United Nations system: Between 1 July 2018 and 8 October 2018, 1 delivery was received under paragraph 9 of Security Council resolution 2388 (2017), from 1 Member State. Of 1 contributor, 0 agreed")
	starts(3, "Other information received: Between 21 May 2018 and 30 June 2018, fewer than 5 receipts were left")
	same(t, "paragraphs", len(texts), 4)
	for _, id := range []rapporteur.CycleID{"s-res-2388-2017/op9/window-2018-H1", "s-res-2388-2017/op9/window-2018-H2", "s-res-2388-2017/op30/window-2018-H1"} {
		if cycles[id] == 0 {
			t.Errorf("nothing leads to %s: %v", id, cycles)
		}
	}
	if strings.Contains(strings.Join(texts, "\n"), "second half") {
		t.Error("what was not agreed to is told")
	}
	must(t, h.conduct.Transmit(t.Context(), cycle.ID, draft.Number, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: mandated}, h.moment()))

	h.set(day(time.November, 5).At(9))
	h.deliver(france, flows("After the report was compiled."))
	h.set(rapporteur.Date{Year: 2019, Month: 1, Day: 10}.At(9))
	_, err = h.conduct.Open(t.Context(), next.ID, h.moment())
	must(t, err)
	texts, _ = elsewhere(h.reported(next).Report)
	starts(0, "Coordination and action by the United Nations system: Between 8 October 2018 and 31 December 2018, 1 delivery")
	if len(texts) < 1 || len(texts) > 2 {
		t.Errorf("the next report tells %d paragraphs:\n%s", len(texts), strings.Join(texts, "\n"))
	}
}
