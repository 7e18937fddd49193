package rapporteur

// Calendar tells when the reports of one series fall due: what the texts say,
// as data, with the periods, events and changes that the rules lean on. It is a
// value; nothing in it is ever overwritten, a change is added.
type Calendar struct {
	Rules    []DueRule   // in order; rules of one id follow each other
	Mandates []Mandate   // the periods of the mandate that are known, in order
	Events   []DueEvent  // what rules wait for
	Changes  []DueChange // single dates that were moved, in the order of decision
	None     string      // why nothing is due, for who has no regular report
	Closes   Date        // when what is reported on ends; nothing but a final report is due later
	Work     WorkingDays // by which dates are planned
}

// DueAnchor is what a due date is reckoned from.
type DueAnchor string

// The anchors of Council practice.
const (
	AnchorAdoption     DueAnchor = "adoption"      // the adoption of the text, on the rule's Date
	AnchorDate         DueAnchor = "date"          // a calendar date that the text names: beginning 1 June 2018
	AnchorEvent        DueAnchor = "event"         // an event, whose date may become known later
	AnchorMandateStart DueAnchor = "mandate-start" // the first day of each period of the mandate
	AnchorMandateEnd   DueAnchor = "mandate-end"   // the last day of each period of the mandate
	AnchorPrevious     DueAnchor = "previous"      // the due date before it, as it was agreed
	AnchorHalfYear     DueAnchor = "half-year"     // the last day of each half of the calendar year
)

// DueForm is what is due.
type DueForm string

// A written report may carry a section of somebody else's; an update, a letter
// and a briefing may not.
const (
	FormReport   DueForm = "report"
	FormUpdate   DueForm = "update"
	FormLetter   DueForm = "letter"
	FormBriefing DueForm = "briefing"
)

// DueRule gives the due dates of a series while it is in force. The n-th date
// is the anchor plus Offset plus (n-1) times Every, never the date before it
// plus Every, so that neither a short month nor a moved date shifts the series.
// Only AnchorPrevious leans on the date before it, which is what it is for.
type DueRule struct {
	ID     string // regular; a later rule of the same id replaces the one before it
	Label  string // the rule in words: every 90 days
	Form   DueForm
	From   Date // in force from, the day of the text that says so; zero from the start
	Until  Date // the last day that a date of it can be; zero for no end
	Anchor DueAnchor
	Date   Date   // of AnchorAdoption and AnchorDate
	Event  string // of AnchorEvent
	Of     string // of AnchorPrevious: the rule whose last date it follows; empty for its own id

	Offset Period // from the anchor to the first date; negative for before it
	Every  Period // from each date to the next; zero for once

	// Expected: the text fixes no date, practice lets it be expected.
	Expected bool
	// Unless names a rule that comes before this one: a date is dropped when a
	// date of that rule is nearer to it than to the dates beside it, for then the
	// regular report tells what this one would ("when no regular reports are
	// due", S/RES/2409 (2018) OP61).
	Unless string
	// Final: the date stands also after what is reported on has closed.
	Final bool
	// BeforeRenewal: a date that falls in so long a time before a period of the
	// mandate ends is planned for that long before the end, for the Council to
	// have the report when it decides on the renewal.
	BeforeRenewal Period

	Basis      string // document symbol and paragraph, the authority of the rule
	Confidence string // H seen in a sourced text, M inferred, L general knowledge
}

// Mandate is one period of a mandate, both days included.
type Mandate struct {
	From      Date
	Until     Date
	Authority string // the text that sets it
}

// DueEvent is something that a rule waits for.
type DueEvent struct {
	ID        string
	Label     string // in words: start of verification
	Date      Date   // zero until it is known
	Authority string // who or what tells the date
}

// DueChangeKind tells what a change moves.
type DueChangeKind string

// An extension moves the date that is due; the programme of work moves the date
// that is planned and no further than what is due.
const (
	ChangeExtension DueChangeKind = "extension"
	ChangeProgramme DueChangeKind = "programme"
)

// DueChange moves one due date, once, on an authority: an exchange of letters
// or a note by the President of the Council. A change of rhythm is a rule of
// its own.
type DueChange struct {
	Kind      DueChangeKind
	Rule      string
	Due       Date // which date: as the rule gives it
	To        Date
	Authority string // document symbol
}

// DueDate is one date on which something is due, with what it was reckoned
// from. The rule's id and the mandated date tell it from every other.
type DueDate struct {
	Rule  string
	Label string
	Form  DueForm
	// N counts: which multiple of the interval it is, which of the known periods
	// of the mandate it belongs to, or which half of its year; first is 1.
	N int
	// What it covers, where the rule tells: the half of the year, or from the day
	// after the due date before it, under whichever rule of the id (after the
	// anchor, for the first of several). Zero where it stands alone.
	CoversFrom, CoversUntil Date
	Mandated                Date // as the rule gives it
	Agreed                  Date // as it was extended; the mandated date where it was not
	Planned                 Date // the working day that it is planned for
	Expected                bool // no text fixes it
	Confidence              string
	Basis                   string
	Derivation              []Step // ends with the planned date
}

// Awaited is what the dates of a rule wait for.
type Awaited struct {
	Rule  string
	Event string // the event's id; empty for the next period of the mandate
	Label string // in words
}
