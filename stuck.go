package rapporteur

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// StuckKind is what is stuck.
type StuckKind string

// The kinds of stuck work.
const (
	StuckOutbox      StuckKind = "outbox"      // the engine has not got a message
	StuckMail        StuckKind = "mail"        // a mail server refused a message, or it was left between claiming and sending
	StuckAgain       StuckKind = "mail-again"  // a message that is to be sent again waits
	StuckAttention   StuckKind = "attention"   // the cycle waits for a person
	StuckPhase       StuckKind = "phase"       // a date has passed and the cycle has not moved
	StuckUncollected StuckKind = "uncollected" // answers wait although nobody is awaited any more
	StuckFollowUp    StuckKind = "follow-up"   // a follow-up is past its end
	StuckStep        StuckKind = "step"        // the engine tries a step again and again
	StuckWebhook     StuckKind = "webhook"     // messages to an endpoint were given up
	StuckLost        StuckKind = "lost"        // the engine does not run a cycle or calendar, or a clearance or follow-up
)

// RepairKind is what an administrator can have done about it. Each is safe: done
// twice, it is as good as once.
type RepairKind string

// The repairs.
const (
	NoRepair    RepairKind = ""
	RepairTell  RepairKind = "tell"       // tell the engine again, at once
	RepairSend  RepairKind = "send-again" // send a message again
	RepairRetry RepairKind = "retry-step" // try a step of the engine at once
)

// Stuck is one piece of work that does not move by itself, or not yet.
type Stuck struct {
	Kind        StuckKind
	Cycle       CycleID
	Contributor ContributorID
	Number      int       // of a follow-up or draft
	Since       time.Time // wall time for the outbox and webhooks, business time for all else; zero where nobody knows
	What        string    // in words
	Advice      string    // what to do or to look at
	Repair      RepairKind
	Message     Message
	Entry       LedgerEntry
	Step        RetryingStep
	Webhook     string // id
}

// ID names it for as long as it is stuck.
func (s Stuck) ID() string {
	parts := []string{string(s.Kind), string(s.Cycle)}
	switch s.Kind {
	case StuckOutbox:
		parts = append(parts, fmt.Sprint(s.Message.ID))
	case StuckMail, StuckAgain:
		parts = append(parts, string(s.Contributor), s.Entry.Rung, s.Entry.Due.String())
	case StuckFollowUp:
		parts = append(parts, string(s.Contributor), fmt.Sprint(s.Number))
	case StuckStep:
		parts = append(parts, s.Step.Workflow, s.Step.Run, s.Step.ID)
	case StuckWebhook:
		parts = append(parts, s.Webhook)
	case StuckAttention, StuckPhase, StuckUncollected, StuckLost:
	}
	return strings.Join(parts, " ")
}

// How long work may take before it is called stuck: the engine hears of a
// message within seconds; a step that fails is tried again for a day before the
// engine tells a person.
const (
	outboxPatience = 5 * time.Minute
	claimPatience  = 25 * time.Hour
	againPatience  = time.Hour
	phasePatience  = 24 * time.Hour
	stepPatience   = 3 // attempts
)

// StuckFacts is what the rules look at.
type StuckFacts struct {
	Wall        time.Time
	Cycles      []Cycle   // that have not ended
	Calendars   []CycleID // of streams whose cycles start by themselves
	Outbox      []Message
	Unsent      []LedgerEntry
	Requests    map[RequestKey]Request   // of those whom Unsent is for
	Reached     map[RequestKey]time.Time // when a message last reached them
	FollowUps   []FollowUp               // that have not ended
	Uncollected []CycleID
	Webhooks    []Webhook
	Steps       map[CycleID][]RetryingStep
	Lost        map[CycleID][]string // workflows that the engine does not run, though nothing waits to start them
}

// FindStuck tells what is stuck, by cycle. It is pure.
func FindStuck(f StuckFacts) []Stuck {
	var all []Stuck
	cycles := map[CycleID]Cycle{}
	for _, c := range f.Cycles {
		cycles[c.ID] = c
	}
	all = append(all, stuckMessages(f.Outbox, f.Wall)...)
	for _, e := range f.Unsent {
		cycle, runs := cycles[e.Cycle]
		if s, stuck := f.stuckMail(cycle, e); runs && stuck {
			all = append(all, s)
		}
	}
	for _, u := range f.FollowUps {
		cycle, runs := cycles[u.Cycle]
		if s, stuck := stuckFollowUp(cycle, u, f.Wall); runs && stuck {
			all = append(all, s)
		}
	}
	for _, c := range f.Cycles {
		all = append(all, f.stuckCycle(c)...)
	}
	for _, id := range f.Calendars {
		all = append(all, f.stuckLost(id)...)
	}
	for _, w := range f.Webhooks {
		if w.State == WebhookFailing {
			all = append(all, Stuck{
				Kind: StuckWebhook, Webhook: w.ID, Since: w.Since, What: fmt.Sprintf("The webhook %s (%s) fails: a message was given up", w.Label, w.ID),
				Advice: "Look at its delivery log (rapporteur webhook log), have its endpoint mended, and send again what was given up.",
			})
		}
	}
	slices.SortStableFunc(all, func(a, b Stuck) int { return cmp.Compare(a.Cycle, b.Cycle) })
	return all
}

// stuckMessages are the oldest messages of each cycle that the engine should have
// by now: while it is away there may be thousands.
func stuckMessages(outbox []Message, wall time.Time) []Stuck {
	var all []Stuck
	more := map[CycleID]int{}
	for _, m := range outbox {
		s, stuck := stuckMessage(m, wall)
		if !stuck {
			continue
		}
		if _, known := more[m.Cycle]; !known {
			all = append(all, s)
		}
		more[m.Cycle]++
	}
	for n, s := range all {
		if others := more[s.Cycle] - 1; others > 0 {
			all[n].What += fmt.Sprintf("; behind it %s of the cycle", count(others, "more message"))
		}
	}
	return all
}

func stuckMessage(m Message, wall time.Time) (Stuck, bool) {
	s := Stuck{Kind: StuckOutbox, Cycle: m.Cycle, Contributor: m.Contributor, Number: m.Number, Since: m.QueuedAt, Message: m, Repair: RepairTell}
	s.What = fmt.Sprintf("The engine has not been told: %s", m.Kind.words())
	if m.Attempts > 0 {
		s.What += ", " + count(m.Attempts, "failed attempt")
	}
	s.Advice = "It goes by itself as soon as the engine answers. Where it does not, look whether Temporal runs and whether the log of serve says why."
	return s, wall.Sub(m.QueuedAt) >= outboxPatience
}

// words says what a message is for.
func (k MessageKind) words() string {
	switch k {
	case MessageStartCycle:
		return "a cycle is to start"
	case MessageStartCalendar:
		return "a calendar is to start"
	case MessageStartFollowUp:
		return "a follow-up is to start"
	case MessageStartClearance:
		return "a clearance is to start"
	case MessageHint:
		return "something has changed"
	case MessageStartAgain:
		return "what was lost is to start again"
	}
	return string(k)
}

// stuckMail looks at a message that is not sent. One that its contributor no
// longer needs is not stuck, nor is one after which another has arrived.
func (f StuckFacts) stuckMail(c Cycle, e LedgerEntry) (Stuck, bool) {
	key := RequestKey{Cycle: e.Cycle, Contributor: e.Contributor}
	s := Stuck{Kind: StuckMail, Cycle: e.Cycle, Contributor: e.Contributor, Since: e.ClaimedAt, Entry: e}
	request, asked := f.Requests[key]
	if asked && (!e.wantedAgain(request) || f.Reached[key].After(e.ClaimedAt)) {
		return s, false
	}
	if asked && c.Phase == PhaseCollecting {
		s.Repair = RepairSend
	}
	words, waited := noticeWords(string(e.Notice)), c.Now(f.Wall).Sub(e.ClaimedAt)
	switch e.State {
	case LedgerFailed:
		s.What = fmt.Sprintf("The %s was refused: %s", words, e.Failure)
		s.Advice = "Mend the contact first; sent again as it is, it will be refused again."
	case LedgerClaimed:
		s.What = fmt.Sprintf("The %s was begun and it is not known whether it left", words)
		s.Advice = "Sent again, it has the same Message-ID: a mail program shows it once."
		if waited < claimPatience {
			return s, false
		}
	case LedgerAgain:
		s.Kind, s.Repair = StuckAgain, RepairTell
		s.What = fmt.Sprintf("The %s is to be sent again and has not left", words)
		s.Advice = "It leaves when the engine next looks at the cycle. Where it does not, look whether a worker and the mail server run."
		if waited < againPatience {
			return s, false
		}
	case LedgerSent, LedgerSuperseded:
		return s, false
	}
	if s.Repair == NoRepair {
		s.Advice = "It cannot be sent again from here; what it said is in the cycle's history."
	}
	return s, true
}

func stuckFollowUp(c Cycle, u FollowUp, wall time.Time) (Stuck, bool) {
	end := u.Due.End().Add(FollowUpGrace)
	return Stuck{
		Kind: StuckFollowUp, Cycle: u.Cycle, Contributor: u.Contributor, Number: u.Number, Since: end, Repair: RepairTell,
		What:   fmt.Sprintf("Follow-up %d (%s) should have ended on %s", u.Number, u.Kind, DateOf(end).Words()),
		Advice: "Tell the engine to look at it. Where that does not help, look for its workflow in Temporal.",
	}, !c.Now(wall).Before(end.Add(phasePatience))
}

// stuckCycle looks at a cycle itself.
func (f StuckFacts) stuckCycle(c Cycle) []Stuck {
	var all []Stuck
	now := c.Now(f.Wall)
	if c.Attention != "" {
		all = append(all, Stuck{
			Kind: StuckAttention, Cycle: c.ID, What: c.Attention, Repair: RepairTell,
			Advice: "Do what it says; the engine looks again within an hour, or at once where it is told.",
		})
	}
	if date, passed := c.latePhase(now); passed {
		all = append(all, Stuck{
			Kind: StuckPhase, Cycle: c.ID, Since: date.At.Start(), Repair: RepairTell,
			What:   fmt.Sprintf("%s was planned for %s, and the cycle is still %s", date.Label, date.At.Words(), c.Phase),
			Advice: "Perhaps a person has to act. If not, tell the engine to look at it, and look for its workflow in Temporal.",
		})
	}
	if slices.Contains(f.Uncollected, c.ID) {
		all = append(all, Stuck{
			Kind: StuckUncollected, Cycle: c.ID, What: "Nobody is awaited any more, and answers wait to be collected", Repair: RepairTell,
			Advice: "The engine is told by itself, ever less often. Tell it at once, and look whether a worker runs.",
		})
	}
	all = append(all, f.stuckLost(c.ID)...)
	for _, step := range f.Steps[c.ID] {
		if step.Attempt < stepPatience {
			continue
		}
		all = append(all, Stuck{
			Kind: StuckStep, Cycle: c.ID, Step: step, Repair: RepairRetry, Since: time.Time{},
			What:   fmt.Sprintf("The step %s fails; attempt %d comes next: %s", step.Name, step.Attempt, step.Failure),
			Advice: "Mend what it says, then have it tried at once.",
		})
	}
	return all
}

// stuckLost looks at what the engine should run of a cycle or calendar.
func (f StuckFacts) stuckLost(id CycleID) []Stuck {
	lost := f.Lost[id]
	if len(lost) == 0 {
		return nil
	}
	return []Stuck{{
		Kind: StuckLost, Cycle: id, Repair: RepairTell, What: "The engine does not run " + strings.Join(lost, ", "),
		Advice: "Somebody has stopped it there, or the engine’s database was lost. Tell the engine: it starts again from the record, and whoever was written to is not written to again.",
	}}
}

// latePhase is the date of its plan that a cycle has missed by more than a day
// although the engine alone should have kept it, or by which the report should
// have left.
func (c Cycle) latePhase(now time.Time) (missed lateDate, passed bool) {
	key := map[Phase]string{PhasePlanned: DateOpens, PhaseCollecting: DateCloses, PhaseCompiling: DateDraft}[c.Phase]
	label := map[Phase]string{PhasePlanned: "Opening", PhaseCollecting: "The close of collection", PhaseCompiling: "The draft"}[c.Phase]
	if c.Phase == PhaseClearing || c.Phase == PhaseCleared {
		key, label = DateMandated, "The report"
	}
	at := c.Plan.Date(key)
	if key == "" || at.IsZero() {
		return lateDate{}, false
	}
	return lateDate{Label: label, At: at}, !now.Before(at.End().Add(phasePatience))
}

// lateDate is a date of a plan that has passed without what it is for.
type lateDate struct {
	Label string
	At    Date
}
