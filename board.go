package rapporteur

import (
	"slices"
	"time"
)

// RequestStanding is how a request stands with its contributor, as far as the board of
// its cycle tells it.
type RequestStanding struct {
	Kind      ContributorKind
	State     RequestState
	Outcome   ReturnType // once settled or closed
	Due       Date
	Extension ExtensionState
	FollowUp  FollowUpKind // that runs; empty on the common path
	Late      bool         // answered after its deadline
	// Of those from whom something is still awaited alone:
	Unreachable bool // it has no focal point
	LateBefore  bool // in the cycle before it answered late or not at all
}

// StandingCount is how many requests of a cycle stand alike.
type StandingCount struct {
	RequestStanding
	Count int
}

// ContributorStanding is how one contributor's request stands.
type ContributorStanding struct {
	Contributor ContributorID
	RequestStanding
}

// StandingFilter narrows a list of standings; zero fields but Cycle do not
// narrow.
type StandingFilter struct {
	Cycle        CycleID
	Previous     CycleID // the cycle before, for LateBefore; empty for none
	Kinds        []ContributorKind
	States       []RequestState
	Contributors []ContributorID
	Like         []RequestStanding // those that stand exactly like one of these
	After        ContributorID
	Limit        int
}

// Risk is why an answer may not come in time.
type Risk string

// The risks, the gravest first.
const (
	RiskOverdue     Risk = "overdue"     // the deadline is over
	RiskEscalated   Risk = "escalated"   // its lead was written to
	RiskUnreachable Risk = "unreachable" // no message can reach it
	RiskReturned    Risk = "returned"    // an answer went back for correction
	RiskUndecided   Risk = "undecided"   // it asked for time, and nobody has decided
	RiskDueSoon     Risk = "due-soon"    // no reply, and the deadline is near
	RiskLateBefore  Risk = "late-before" // in the cycle before it answered late or not at all
)

// Risks lists every risk, the gravest first.
var Risks = []Risk{RiskOverdue, RiskEscalated, RiskUnreachable, RiskReturned, RiskUndecided, RiskDueSoon, RiskLateBefore}

// DueSoonDays is how many days before its deadline a silent contributor is at
// risk.
const DueSoonDays = 7

// Risks are why the contributor's answer may not come in time, at a business
// time, the gravest first. Nobody is at risk whose answer is in or who is not
// asked any more.
func (s RequestStanding) Risks(now time.Time, soonDays int) []Risk {
	if s.State != RequestOpen && s.State != RequestReturned {
		return nil
	}
	overdue := now.After(s.Due.End())
	holds := map[Risk]bool{
		RiskOverdue:     overdue,
		RiskEscalated:   s.FollowUp == FollowUpEscalation,
		RiskUnreachable: s.Unreachable,
		RiskReturned:    s.State == RequestReturned,
		RiskUndecided:   s.Extension == ExtensionAsked,
		RiskDueSoon:     s.State == RequestOpen && !overdue && s.Due.DaysSince(DateOf(now)) <= soonDays,
		RiskLateBefore:  s.LateBefore,
	}
	return slices.DeleteFunc(slices.Clone(Risks), func(r Risk) bool { return !holds[r] })
}

// Progress is how far the answers of some contributors have come. Every request
// is in one of the numbers but Asked and Late.
type Progress struct {
	Asked     int // all but withdrawn
	Answered  int // accepted, collected or not
	Returned  int // back for correction
	Open      int // awaited, and the deadline is not over
	Overdue   int // awaited, and it is
	NoReply   int // collection closed without an answer
	Withdrawn int
	Late      int // of those answered, after their deadline
}

// Add counts requests that stand alike.
func (p *Progress) Add(s RequestStanding, count int, now time.Time) {
	if s.State == RequestWithdrawn {
		p.Withdrawn += count
		return
	}
	p.Asked += count
	switch s.State {
	case RequestReceived, RequestSettled:
		p.Answered += count
		if s.Late {
			p.Late += count
		}
	case RequestReturned:
		p.Returned += count
	case RequestNoReply:
		p.NoReply += count
	case RequestOpen:
		if now.After(s.Due.End()) {
			p.Overdue += count
		} else {
			p.Open += count
		}
	case RequestWithdrawn:
	}
}

// Percent is how many of a hundred asked have answered, rounded down: it is 100
// only when everybody has.
func (p Progress) Percent() int {
	if p.Asked == 0 {
		return 0
	}
	return 100 * p.Answered / p.Asked
}

// Silent is how many should have answered and have not.
func (p Progress) Silent() int { return p.Overdue + p.NoReply }

// UpToReturned is how many have answered at least once.
func (p Progress) UpToReturned() int { return p.Answered + p.Returned }
