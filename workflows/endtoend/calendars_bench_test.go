package endtoend_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// calendars is how many streams the benchmark starts.
const calendars = 200

// manyStreams is an instrument in which every paragraph invites to include a
// section in a report of its own.
func manyStreams() string {
	var operatives, provisions, streams strings.Builder
	for n := 1; n <= calendars; n++ {
		fmt.Fprintf(&operatives, "  - {number: %d, text: Invites the Secretary-General to include efforts in his report %d}\n", n, n)
		fmt.Fprintf(&provisions, "  - {id: OP%d, operative: %d, verb: invites, strength: 2, addressee: Secretary-General, class: include, summary: Include efforts, stream: op%d}\n", n, n, n)
		fmt.Fprintf(&streams, `  - id: op%d
    shape: inclusion
    title: Efforts in report %d
    provisions: [OP%d]
    policy:
      audience: [{kind: mission, questionnaire: mission-section}]
      ladder: [{id: first, offset: -P3D, notice: reminder}]
      follow_up: {ladder: [{id: late, offset: P1D, notice: overdue}], decide_within: P1D, longest_extended: P2D, correct_within: P2D, escalate_within: P1D}
      collect_every: P1D
    inclusion:
      profile: council-fast
      series:
        - id: unmiss
          title: Report
          contributor: mission-unmiss
          drafter: DPO
          calendar: {rules: [{id: regular, label: every 90 days, anchor: date, date: 2018-06-01, every: P90D, basis: S/RES/1 (2018), confidence: H}]}
`, n, n, n)
	}
	return fmt.Sprintf("id: s-res-1-2018\nsymbol: S/RES/1 (2018)\ntitle: Many\nbody: Security Council\nadopted: 2018-01-02\noperatives:\n%sprovisions:\n%sstreams:\n%s",
		&operatives, &provisions, &streams)
}

// BenchmarkStartCalendars starts the calendars of 200 streams on the embedded
// engine, until each has looked and planned its first cycle. The goal is under
// 10 s.
func BenchmarkStartCalendars(b *testing.B) {
	folder := fstest.MapFS{"instruments/many.yaml": &fstest.MapFile{Data: []byte(manyStreams())}}
	catalogue, err := schemas.Load(schemas.Embedded(), folder)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		ctx := b.Context()
		h := build(ctx, b, moment(b, "2018-05-01 14:00"))
		h.secretariat.Catalogue, h.conduct.Catalogue = catalogue, catalogue
		h.dismiss()
		h.hire()
		h.contact(ctx, "mission-unmiss")
		b.StartTimer()
		for n := 1; n <= calendars; n++ {
			_, err := h.secretariat.StartCalendar(ctx, staff, rapporteur.StreamKey{Instrument: "s-res-1-2018", Stream: fmt.Sprintf("op%d", n)}, rapporteur.Date{})
			h.ok(err)
		}
		h.settle(ctx)
		b.StopTimer()
		cycles := missions{house: h}.sections(ctx)
		if len(cycles) != calendars {
			b.Fatalf("%d cycles were planned", len(cycles))
		}
		b.StartTimer()
	}
}
