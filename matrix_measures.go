package rapporteur

import (
	"cmp"
	"slices"
)

// Measures count what was asked and what came of it. They count requests: one
// contributor in one cycle.
type Measures struct {
	Expected int // asked by the date and not withdrawn by then
	Received int // of these, something was accepted by then, whatever its return type
	OnTime   int // of these, the first version within the deadline that applied to the contributor when it was accepted
	DaysLate int // of those that were not on time, together
	Rounds   int // returns for correction by then, together
	Nil      int // of those received, the newest version is a nil return
}

// Rate is the share of what was expected that was received; false where
// nothing was expected.
func (m Measures) Rate() (float64, bool) { return share(m.Received, m.Expected) }

// OnTimeRate is the share of what was expected that was received on time;
// false where nothing was expected.
func (m Measures) OnTimeRate() (float64, bool) { return share(m.OnTime, m.Expected) }

// NilRate is the share of what was received that is a nil return; false where
// nothing was received.
func (m Measures) NilRate() (float64, bool) { return share(m.Nil, m.Received) }

// MeanDaysLate is how many days those that were not on time were late; false
// where none was.
func (m Measures) MeanDaysLate() (float64, bool) { return share(m.DaysLate, m.Received-m.OnTime) }

func share(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// MatrixMeasures defines every measure, in the order in which to show them.
var MatrixMeasures = []Term{
	{"expected", "Requests asked by the date and not withdrawn by then; a request is one contributor in one cycle."},
	{"received", "Of the expected, those to which something was accepted by the date, whatever its return type."},
	{"rate", "Received as a share of expected; none where nothing was expected."},
	{"on time", "Of the received, those whose first version was accepted within the deadline that applied to the contributor then, extensions and moved deadlines heeded."},
	{"on-time rate", "On time as a share of expected; none where nothing was expected."},
	{"days late", "Days that had begun after the deadline when the first version was accepted, of all that were late together."},
	{"mean days late", "Days late for each that was late; none where none was."},
	{"rounds", "How often answers were returned for correction, together."},
	{"nil", "Of the received, those whose newest version is a nil return."},
	{"nil rate", "Nil returns as a share of received; none where nothing was received."},
}

// Grouping is by what requests are measured together.
type Grouping string

// The groupings. A request counts in the group of each provision that it is
// about; only Member States have a region.
const (
	GroupAll       Grouping = "all"
	GroupStream    Grouping = "stream"
	GroupCycle     Grouping = "cycle"
	GroupKind      Grouping = "kind"
	GroupRegion    Grouping = "region"
	GroupProvision Grouping = "provision"
)

// Groupings lists them in the order in which to show them.
var Groupings = []Grouping{GroupAll, GroupStream, GroupCycle, GroupKind, GroupRegion, GroupProvision}

// GroupMeasures are the measures of one group.
type GroupMeasures struct {
	By    Grouping
	Group string // id of the stream or cycle, kind, region or provision; empty for all
	Measures
}

func (m *Measures) count(r MatrixRow) {
	m.Expected++
	m.Rounds += r.Rounds
	if r.ReturnType == "" {
		return
	}
	m.Received++
	if r.State == CellNil {
		m.Nil++
	}
	if r.DaysLate == 0 {
		m.OnTime++
	}
	m.DaysLate += r.DaysLate
}

// measure measures all rows. There is always a group of all.
func (m Matrix) measure() []GroupMeasures {
	type key struct {
		by    Grouping
		group string
	}
	all := GroupMeasures{By: GroupAll}
	groups := map[key]*GroupMeasures{{GroupAll, ""}: &all}
	count := func(by Grouping, group string, row MatrixRow) {
		k := key{by, group}
		if groups[k] == nil {
			groups[k] = &GroupMeasures{By: by, Group: group}
		}
		groups[k].count(row)
	}
	for _, row := range m.Rows {
		_, stream, _, _ := row.Cycle.Parts() // a stored id has its parts
		count(GroupAll, "", row)
		count(GroupStream, stream, row)
		count(GroupCycle, string(row.Cycle), row)
		count(GroupKind, string(row.Kind), row)
		if row.Region != "" {
			count(GroupRegion, row.Region, row)
		}
		for _, cell := range row.Cells {
			count(GroupProvision, cell.Provision, row)
		}
	}
	measures := make([]GroupMeasures, 0, len(groups))
	for _, g := range groups {
		measures = append(measures, *g)
	}
	slices.SortFunc(measures, func(a, b GroupMeasures) int {
		return cmp.Or(cmp.Compare(slices.Index(Groupings, a.By), slices.Index(Groupings, b.By)),
			cmp.Compare(m.place(a), m.place(b)), cmp.Compare(a.Group, b.Group))
	})
	return measures
}

// place is where a group stands among those of its grouping, where the
// instrument has an order for them.
func (m Matrix) place(g GroupMeasures) int {
	switch g.By {
	case GroupStream:
		return slices.IndexFunc(m.Instrument.Streams, func(s Stream) bool { return s.ID == g.Group })
	case GroupKind:
		return slices.Index(kindOrder, ContributorKind(g.Group))
	case GroupProvision:
		return slices.IndexFunc(m.Instrument.Provisions, func(p Provision) bool { return p.ID == g.Group })
	}
	return 0
}
