package rapporteur

import (
	"strings"
	"testing"
	"time"
)

var stuckNow = time.Date(2018, time.September, 20, 12, 0, 0, 0, time.UTC)

// stuckFacts is a cycle that collects, in which nothing is stuck.
func stuckFacts() StuckFacts {
	plan := Plan{Dates: []PlannedDate{
		{Key: DateOpens, Date: Date{2018, 5, 21}}, {Key: DateDue, Date: Date{2018, 9, 14}}, {Key: DateCloses, Date: Date{2018, 10, 5}},
		{Key: DateDraft, Date: Date{2018, 10, 12}}, {Key: DateMandated, Date: Date{2018, 11, 21}},
	}}
	key := RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}
	return StuckFacts{
		Wall: stuckNow, Cycles: []Cycle{{ID: narratedCycle, Phase: PhaseCollecting, Plan: plan}},
		Requests: map[RequestKey]Request{key: {RequestKey: key, State: RequestOpen, Due: Date{2018, 9, 14}}},
		Reached:  map[RequestKey]time.Time{}, Steps: map[CycleID][]RetryingStep{},
	}
}

func unsentEntry(state LedgerState, ago time.Duration) LedgerEntry {
	return LedgerEntry{
		LedgerKey: LedgerKey{Cycle: narratedCycle, Contributor: "state-ken", Rung: "r1", Due: Date{2018, 9, 14}},
		Notice:    NoticeReminder, State: state, ClaimedAt: stuckNow.Add(-ago), Failure: "550 no such mailbox",
	}
}

func TestWhatIsStuck(t *testing.T) {
	phase := func(p Phase, on Date) func(*StuckFacts) {
		return func(f *StuckFacts) { f.Cycles[0].Phase, f.Wall = p, on.Start() }
	}
	mail := func(state LedgerState, ago time.Duration, changes ...func(*StuckFacts)) func(*StuckFacts) {
		return func(f *StuckFacts) {
			f.Unsent = []LedgerEntry{unsentEntry(state, ago)}
			for _, change := range changes {
				change(f)
			}
		}
	}
	request := func(r Request) func(*StuckFacts) {
		return func(f *StuckFacts) {
			r.RequestKey = RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}
			f.Requests[r.RequestKey] = r
		}
	}
	reached := func(ago time.Duration) func(*StuckFacts) {
		return func(f *StuckFacts) {
			f.Reached[RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}] = stuckNow.Add(-ago)
		}
	}
	outbox := func(ago time.Duration) func(*StuckFacts) {
		return func(f *StuckFacts) {
			f.Outbox = []Message{{ID: 7, Kind: MessageHint, Cycle: narratedCycle, QueuedAt: stuckNow.Add(-ago), Attempts: 3}}
		}
	}
	const none = ""
	for name, c := range map[string]struct {
		facts  func(*StuckFacts)
		kind   StuckKind // none for nothing stuck
		repair RepairKind
		says   string
	}{
		"nothing":                      {func(*StuckFacts) {}, none, none, ""},
		"a message that has just come": {outbox(4 * time.Minute), none, none, ""},
		"a message that waits":         {outbox(5 * time.Minute), StuckOutbox, RepairTell, "something has changed, 3 failed attempts"},
		"messages that wait": {func(f *StuckFacts) {
			outbox(time.Hour)(f)
			f.Outbox = append(f.Outbox, f.Outbox[0], f.Outbox[0])
		}, StuckOutbox, RepairTell, "behind it 2 more messages"},
		"a message of before":               {func(f *StuckFacts) { f.Outbox = []Message{{ID: 1, Kind: MessageStartCycle}} }, StuckOutbox, RepairTell, "a cycle is to start"},
		"a refused mail":                    {mail(LedgerFailed, 0), StuckMail, RepairSend, "The reminder was refused: 550 no such mailbox"},
		"one refused of an answered":        {mail(LedgerFailed, 0, request(Request{State: RequestReceived})), none, none, ""},
		"one for a due date that has moved": {mail(LedgerFailed, 0, request(Request{State: RequestOpen, Due: Date{2018, 9, 30}})), none, none, ""},
		"one after which another arrived":   {mail(LedgerFailed, time.Hour, reached(time.Minute)), none, none, ""},
		"one before which another arrived":  {mail(LedgerFailed, time.Hour, reached(2*time.Hour)), StuckMail, RepairSend, "refused"},
		"one to an office":                  {mail(LedgerFailed, 0, func(f *StuckFacts) { f.Requests = nil }), StuckMail, NoRepair, "refused"},
		"one when collection has closed":    {mail(LedgerFailed, 0, phase(PhaseCompiling, Date{2018, 10, 6})), StuckMail, NoRepair, "refused"},
		"one of a follow-up": {mail(LedgerFailed, 0, request(Request{State: RequestReturned, OffPath: true, FollowUp: 2}), func(f *StuckFacts) {
			f.Unsent[0].Rung = "follow-up-2-returned"
		}), StuckMail, RepairSend, "refused"},
		"one of an earlier follow-up": {mail(LedgerFailed, 0, request(Request{State: RequestReturned, OffPath: true, FollowUp: 3}), func(f *StuckFacts) {
			f.Unsent[0].Rung = "follow-up-2-returned"
		}), none, none, ""},
		"one that is being sent":    {mail(LedgerClaimed, 24*time.Hour), none, none, ""},
		"one that was left":         {mail(LedgerClaimed, 25*time.Hour), StuckMail, RepairSend, "not known whether it left"},
		"one just marked":           {mail(LedgerAgain, 59*time.Minute), none, none, ""},
		"one marked long ago":       {mail(LedgerAgain, time.Hour), StuckAgain, RepairTell, "is to be sent again"},
		"one of a cycle that ended": {mail(LedgerFailed, 0, func(f *StuckFacts) { f.Cycles = nil }), none, none, ""},
		"attention":                 {func(f *StuckFacts) { f.Cycles[0].Attention = "Give Kenya a mailbox." }, StuckAttention, RepairTell, "Give Kenya a mailbox."},
		"opening in time":           {phase(PhasePlanned, Date{2018, 5, 22}), none, none, ""},
		"opening late":              {phase(PhasePlanned, Date{2018, 5, 24}), StuckPhase, RepairTell, "Opening was planned for 21 May 2018, and the cycle is still planned"},
		"collecting late":           {phase(PhaseCollecting, Date{2018, 10, 8}), StuckPhase, RepairTell, "The close of collection was planned for 5 October 2018"},
		"collecting in time":        {phase(PhaseCollecting, Date{2018, 10, 7}), none, none, ""},
		"compiling late":            {phase(PhaseCompiling, Date{2018, 10, 15}), StuckPhase, RepairTell, "The draft was planned"},
		"clearing in time":          {phase(PhaseClearing, Date{2018, 11, 21}), none, none, ""},
		"clearing late":             {phase(PhaseClearing, Date{2018, 11, 24}), StuckPhase, RepairTell, "The report was planned for 21 November 2018"},
		"cleared late":              {phase(PhaseCleared, Date{2018, 11, 24}), StuckPhase, RepairTell, "still cleared"},
		"late on another clock": {func(f *StuckFacts) {
			f.Cycles[0].Phase, f.Cycles[0].ClockOffset = PhasePlanned, -365*24*time.Hour
		}, none, none, ""},
		"uncollected": {func(f *StuckFacts) { f.Uncollected = []CycleID{"another", narratedCycle} }, StuckUncollected, RepairTell, "answers wait"},
		"a webhook":   {func(f *StuckFacts) { f.Webhooks = []Webhook{{ID: "hook-1", State: WebhookActive}} }, none, none, ""},
		"a webhook that fails": {func(f *StuckFacts) {
			f.Webhooks = []Webhook{{ID: "hook-1", Label: "desk", State: WebhookFailing}}
		}, StuckWebhook, NoRepair, "The webhook desk (hook-1) fails"},
		"a follow-up past its end": {func(f *StuckFacts) {
			f.FollowUps = []FollowUp{{RequestKey: RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}, Number: 2, Kind: FollowUpCorrection, Due: Date{2018, 9, 10}}}
		}, StuckFollowUp, RepairTell, "Follow-up 2 (correction) should have ended on 14 September 2018"},
		"a follow-up in its grace": {func(f *StuckFacts) {
			f.FollowUps = []FollowUp{{RequestKey: RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}, Number: 2, Due: Date{2018, 9, 16}}}
		}, none, none, ""},
		"a step that has failed twice": {func(f *StuckFacts) { f.Steps[narratedCycle] = []RetryingStep{{Attempt: 2}} }, none, none, ""},
		"a step that fails": {func(f *StuckFacts) {
			f.Steps[narratedCycle] = []RetryingStep{{Name: "send-rung", Attempt: 7, Failure: "no mail server"}}
		}, StuckStep, RepairRetry, "The step send-rung fails; attempt 7 comes next: no mail server"},
		"workflows that the engine does not run": {func(f *StuckFacts) {
			f.Lost = map[CycleID][]string{narratedCycle: {"cycle/x", "clearance/x/1"}, "another": {"cycle/y"}}
		}, StuckLost, RepairTell, "The engine does not run cycle/x, clearance/x/1"},
		"a calendar that the engine does not run": {func(f *StuckFacts) {
			f.Calendars, f.Lost = []CycleID{"a/b/calendar", "a/c/calendar"}, map[CycleID][]string{"a/b/calendar": {"calendar/a/b"}}
		}, StuckLost, RepairTell, "The engine does not run calendar/a/b"},
	} {
		t.Run(name, func(t *testing.T) {
			f := stuckFacts()
			c.facts(&f)
			got := FindStuck(f)
			if c.kind == none {
				if len(got) > 0 {
					t.Fatalf("stuck: %+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Kind != c.kind || got[0].Repair != c.repair || !strings.Contains(got[0].What, c.says) || got[0].Advice == "" {
				t.Fatalf("stuck: %+v", got)
			}
		})
	}
}

// Two pieces of stuck work never have one name.
func TestStuckWorkIsNamedApart(t *testing.T) {
	f := stuckFacts()
	other := unsentEntry(LedgerFailed, 0)
	other.Rung = "r2"
	f.Unsent = []LedgerEntry{unsentEntry(LedgerFailed, 0), other}
	f.Outbox = []Message{{ID: 1, Cycle: narratedCycle}, {ID: 2, Cycle: "a/b/c"}}
	f.Uncollected, f.Cycles[0].Attention = []CycleID{narratedCycle}, "Look."
	f.Steps[narratedCycle] = []RetryingStep{{ID: "5", Attempt: 9}, {ID: "6", Attempt: 9}}
	f.Lost = map[CycleID][]string{narratedCycle: {"cycle/x"}}
	seen := map[string]bool{}
	for _, s := range FindStuck(f) {
		if seen[s.ID()] {
			t.Errorf("two are called %q", s.ID())
		}
		seen[s.ID()] = true
	}
	if len(seen) != 9 {
		t.Errorf("%d are stuck: %v", len(seen), seen)
	}
}
