package rapporteur

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// CycleID is one run of a stream for one period:
// {instrument}/{stream}/{period}, s-res-2388-2017/op34/2018. The period of an
// intake's window begins with WindowPrefix, that of an occasion with
// OccasionPrefix.
type CycleID string

// The beginnings of periods by which an id tells how its cycle is conducted:
// s-res-2388-2017/op9/window-2018-H1, s-res-2388-2017/op23a/occasion-1.
const (
	WindowPrefix   = "window-"
	OccasionPrefix = "occasion-"
)

// NewCycleID joins the parts of a cycle's id.
func NewCycleID(instrument, stream, period string) CycleID {
	return CycleID(instrument + "/" + stream + "/" + period)
}

// Parts splits the id into instrument, stream and period.
func (id CycleID) Parts() (instrument, stream, period string, err error) {
	parts := strings.Split(string(id), "/")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return "", "", "", Problemf(ProblemInvalid, "Invalid cycle id", "%q is not {instrument}/{stream}/{period}.", id)
	}
	return parts[0], parts[1], parts[2], nil
}

// Phase is where a cycle stands. Phases only go forward; cancelled can be
// reached from every phase that is not final.
type Phase string

// The phases. A report cycle goes from collecting through compiling to
// transmitted; an inclusion from collecting through handing over to awaiting
// the host report; an occasion from collecting to recording.
const (
	PhasePlanned     Phase = "planned"      // before its requests go out
	PhaseCollecting  Phase = "collecting"   // requests are open
	PhaseCompiling   Phase = "compiling"    // collection is closed
	PhaseClearing    Phase = "clearing"     // a draft is with the clearance officers
	PhaseCleared     Phase = "cleared"      // waiting for symbol and masthead date
	PhaseHandingOver Phase = "handing-over" // inclusions: collection is closed, the section goes to the host report's drafter
	PhaseAwaiting    Phase = "awaiting"     // inclusions: waiting for the host report to issue
	PhaseRecording   Phase = "recording"    // occasions: waiting for the outcome of the event
	PhaseTransmitted Phase = "transmitted"  // the report has left, or the outcome is known; the record is being sealed
	PhaseClosed      Phase = "closed"
	PhaseCancelled   Phase = "cancelled"
)

var phaseOrder = []Phase{
	PhasePlanned, PhaseCollecting, PhaseCompiling, PhaseClearing, PhaseCleared,
	PhaseHandingOver, PhaseAwaiting, PhaseRecording, PhaseTransmitted, PhaseClosed, PhaseCancelled,
}

// Rank orders phases; a cycle never goes to a lower one, except that a draft
// returned to drafting takes it from clearing back to compiling.
func (p Phase) Rank() int { return slices.Index(phaseOrder, p) }

// Final reports whether nothing can happen any more.
func (p Phase) Final() bool { return p == PhaseClosed || p == PhaseCancelled }

// Cycle is the record of one run of a stream.
type Cycle struct {
	ID           CycleID
	Shape        Shape
	Series       string // inclusions: the series of host reports that it follows
	Title        string // inclusions: the host report; occasions: the event
	Phase        Phase
	Plan         Plan
	Policy       Policy          // as it was when the cycle started
	Contributors []ContributorID // whom it asks; once it is open the requests are the record
	ClockOffset  time.Duration   // business time minus wall time; zero in production
	Attention    string          // what a person should do, empty when nothing
	Draft        int             // number of the newest draft, 0 before the first
	Symbol       string          // of the transmitted report, or of the host report that has issued
	Masthead     Date
	Paragraphs   string    // inclusions: where the section stands in the host report, 45–47; empty where it was left out
	Event        Event     // occasions
	Outcome      Outcome   // occasions: what came of the event
	StartedAt    time.Time // business time
	StartedBy    string
	LeadDrafter  string    // the principal who reads answers unmasked: who started the cycle, until another is appointed
	HintedAt     time.Time // business time of the last hint that was sent for submissions
	Revision     int       // grows with every change; the ETag
}

// TitleIn is the title of the host report or event in a language, where the
// cycle's stream has it translated, or as it was given.
func (c Cycle) TitleIn(stream Stream, language string) string {
	return cmp.Or(c.titles(stream)[language], c.Title)
}

// titles are the title by language where it is one that the stream has; what
// staff called an event is in their words alone.
func (c Cycle) titles(stream Stream) map[string]string {
	if c.Title == stream.Occasion.Title {
		return stream.Occasion.Titles
	}
	for _, s := range stream.Inclusion.Series {
		subject, ofEach := strings.CutPrefix(c.Title, s.Title+", ")
		switch {
		case s.ID == c.Series && s.Title == c.Title:
			return s.Titles
		case s.Each != "" && ofEach:
			return s.about(subject).Titles
		}
	}
	return nil
}

// Period is the last part of the cycle's id.
func (c Cycle) Period() string {
	_, _, period, _ := c.ID.Parts() // a stored id has its parts
	return period
}

// Now is the cycle's business time at a wall-clock instant.
func (c Cycle) Now(wall time.Time) time.Time { return wall.Add(c.ClockOffset).UTC() }

// Counts says how the requests of a cycle stand.
type Counts struct {
	Asked     int // all but withdrawn
	Open      int // nothing accepted yet, not closed
	Received  int // accepted, not yet collected
	Returned  int // back with the contributor for correction
	Settled   int
	NoReply   int
	Withdrawn int
	Exempt    int // of those open, followed off the common path
	Outcomes  map[ReturnType]int
	Late      int // settled submissions that came after their deadline
}

// Pending reports whether somebody's answer is still awaited.
func (c Counts) Pending() bool { return c.Open+c.Received+c.Returned > 0 }

// CycleState is what the conducting workflow remembers of a cycle: enough to
// decide the next step, no bodies and no names. It survives continue-as-new.
type CycleState struct {
	Cycle        CycleID
	Shape        Shape `json:",omitempty"` // a report where empty: states of the first release have none
	Phase        Phase
	Plan         Plan
	Ladder       []Rung
	CollectEvery Period
	RungsDone    []RungMark
	PreflightAt  time.Time // last preflight that found somebody unreachable
	OpenAsked    bool      // a person asked to open now
	CloseAsked   bool      // a person asked to close collection now
	Collect      bool      // a hint came
	CollectedAt  time.Time
	DueCollected Date // the deadline at which answers were last collected
	Counts       Counts
	Draft        int
	Submitted    bool // the newest draft is with clearance
	Check        bool // a hint came while clearing
	Redraft      bool // clearance returned the draft; wait for the drafters
	IssueChased  bool `json:",omitempty"` // the Secretariat was asked what became of the host report
	Transmittal  Transmittal
	CancelReason string
	CancelledBy  string

	Dates         []DateRule  `json:",omitempty"` // occasions: the rules by which the calendar follows the event
	ReceiptOnly   bool        `json:",omitempty"` // occasions: nothing of substance may be recorded
	Outcome       OutcomeKind `json:",omitempty"` // occasions: what came of the event
	CalledOff     bool        `json:",omitempty"` // occasions: those asked know that the event did not take place
	OutcomeChased bool        `json:",omitempty"` // occasions: the Secretariat was asked for the outcome
}

// RungMark remembers that a rung was climbed for a deadline.
type RungMark struct {
	Rung string
	Due  Date
}

// Transmittal is what is recorded when the report leaves, or when the host
// report of an inclusion has issued.
type Transmittal struct {
	Symbol     string // S/2018/1042
	Masthead   Date   // the day the paper reaches documents management, by which timeliness is measured
	Paragraphs string `json:",omitempty"` // inclusions: where the section stands; empty where it was left out
	By         string
}

// NewCycleState is the state of a cycle that starts, or that starts again where its
// workflow was lost: what the record knows of it. Which rungs were climbed the
// ledger knows, by which nobody is written to twice.
func NewCycleState(c Cycle) CycleState {
	s := CycleState{
		Cycle: c.ID, Shape: c.Shape, Phase: c.Phase, Plan: c.Plan,
		Ladder: c.Policy.Ladder, CollectEvery: c.Policy.CollectEvery, Draft: c.Draft,
		Collect:   c.Phase == PhaseCollecting,                                    // to learn how many are awaited
		Redraft:   c.Phase == PhaseCompiling && c.Draft > 0 && c.Attention != "", // the drafters were told
		Submitted: c.Phase == PhaseClearing, Check: c.Phase == PhaseClearing,
	}
	if c.Shape == ShapeOccasion {
		s.Dates, s.ReceiptOnly, s.Outcome = c.Policy.Dates, c.Event.ReceiptOnly, c.Outcome.Kind
	}
	return s
}

// Finished reports whether the cycle has ended.
func (s CycleState) Finished() bool { return s.Phase.Final() }

func invalidStep(format string, args ...any) error {
	return Problemf(ProblemConflict, "Not possible now", format, args...)
}

func (s CycleState) rungDone(r PlannedRung) bool {
	return slices.Contains(s.RungsDone, RungMark{Rung: r.Rung.ID, Due: r.Due})
}

// String names the state for a workflow's current details.
func (s CycleState) String() string {
	return fmt.Sprintf("%s: %d asked, %d open, %d received, %d settled, draft %d",
		s.Phase, s.Counts.Asked, s.Counts.Open, s.Counts.Received, s.Counts.Settled, s.Draft)
}
