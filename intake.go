package rapporteur

import (
	"slices"
	"strings"
)

// IntakePolicy is how a stream takes deliveries: from whom, with what, and to
// whom they go on. A stream of shape intake is always open, in windows that
// follow each other without a gap; a stream of another shape that keeps
// receipts only (OP27.b) has no windows.
type IntakePolicy struct {
	Halves       bool   // windows are calendar halves; else of the length Window
	Window       Period // length of a window, reckoned from From
	From         Date   // the intake takes nothing before
	Destinations []ContributorID
	// Recipients are bodies outside the registry, such as sanctions committees,
	// that receipts may name; nothing is routed to them.
	Recipients []ContributorID
	Senders    []Sender
	// ReceiptOnly streams keep who, when, to whom, hash and classification;
	// what is delivered goes by a channel of its own and never through here.
	ReceiptOnly    bool
	Classification Classification // the least that its deliveries have
}

// Sender is a kind of contributor that may deliver, and by which questionnaire;
// by none where only a receipt is kept.
type Sender struct {
	Audience
	Only []ContributorID // just these of the kind, if given
}

// Takes reports whether the stream takes deliveries or receipts at all.
func (p IntakePolicy) Takes() bool { return len(p.Senders) > 0 }

// Sender finds on what terms a contributor may deliver.
func (p IntakePolicy) Sender(c Contributor) (Sender, bool) {
	n := slices.IndexFunc(p.Senders, func(s Sender) bool {
		return s.Kind == c.Kind && (len(s.Only) == 0 || slices.Contains(s.Only, c.ID))
	})
	if n < 0 {
		return Sender{}, false
	}
	return p.Senders[n], true
}

// Concerns reports whether a contributor has to do with the stream: it may
// deliver, or deliveries go to it.
func (p IntakePolicy) Concerns(c Contributor) bool {
	_, sends := p.Sender(c)
	return sends || slices.Contains(p.Destinations, c.ID)
}

// Window is one span of an intake: whole days, reckoned in UTC, the first and
// the last included.
type Window struct {
	Label string // 2018-H1 for a calendar half, else the day it begins by the policy
	First Date
	Last  Date
}

// Holds reports whether a date lies in the window.
func (w Window) Holds(on Date) bool { return !on.Before(w.First) && !on.After(w.Last) }

// IsWindow reports whether a cycle is the window of an intake.
func (id CycleID) IsWindow() bool {
	n := strings.LastIndexByte(string(id), '/')
	return strings.HasPrefix(string(id)[n+1:], WindowPrefix)
}

// Window is the span of a cycle that is an intake's window.
func (c Cycle) Window() Window {
	_, _, period, _ := c.ID.Parts() // a stored id has its parts
	return Window{
		Label: strings.TrimPrefix(period, WindowPrefix),
		First: c.Plan.Date(DateOpens), Last: c.Plan.Date(DateCloses),
	}
}
