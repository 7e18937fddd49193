package rapporteur

// StreamRecord is what a cycle of another stream has for a report of the same
// instrument: that a section stands in a host report, what an intake received
// in a window, how an occasion went. It is told under the heading of its
// provisions, with its provenance.
type StreamRecord struct {
	Cycle      CycleID
	Provisions []string
	Text       string   // one paragraph, without names of persons and with small numbers withheld
	Sources    []Source // none where only the cycle itself stands behind the text
}
