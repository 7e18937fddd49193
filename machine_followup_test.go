package rapporteur_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

var followUpLadder = []rapporteur.Rung{
	{ID: "reminder", Offset: rapporteur.Period{Days: -3}, Notice: rapporteur.NoticeReminder},
	{ID: "overdue", Offset: rapporteur.Period{Days: 1}, Notice: rapporteur.NoticeOverdue},
}

func followUpOf(kind rapporteur.FollowUpKind, due string) rapporteur.FollowUpState {
	return rapporteur.NewFollowUpState(rapporteur.FollowUp{
		RequestKey: rapporteur.RequestKey{Cycle: "s/op34/2018", Contributor: "state-ken"}, Number: 2, Kind: kind, Due: dated(due),
	}, rapporteur.FollowUpPolicy{Ladder: followUpLadder})
}

// followed is the request that the follow-up is about.
func followed(state rapporteur.RequestState) rapporteur.Request {
	return rapporteur.Request{
		RequestKey: rapporteur.RequestKey{Cycle: "s/op34/2018", Contributor: "state-ken"}, State: state, FollowUp: 2, OffPath: true,
	}
}

// live does what is due from one moment on, hour by hour where the follow-up
// sleeps, until it has ended or the days are over. It tells what was done when.
func live(t *testing.T, s rapporteur.FollowUpState, from time.Time, days int) (rapporteur.FollowUpState, []string) {
	t.Helper()
	var done []string
	end := from.Add(time.Duration(days) * 24 * time.Hour)
	for now := from; now.Before(end) && !s.Finished; {
		step, rung := s.Step(now)
		stamp := now.Format("01-02T15 ")
		switch step {
		case rapporteur.FollowUpNone:
			next := s.NextWake(now)
			if !next.After(now) {
				t.Fatalf("nothing is due at %s and it wants to wake at %s", now, next)
			}
			now = next
		case rapporteur.FollowUpSend:
			done = append(done, stamp+string(rung.Rung.Notice)+" "+rung.Rung.ID)
			s = s.Sent(rung)
		case rapporteur.FollowUpLook:
			done = append(done, stamp+"look")
			s = s.Looked(followed(rapporteur.RequestOpen))
		case rapporteur.FollowUpEnd:
			done = append(done, stamp+"end "+s.Outcome)
			s.Finished = true
		}
	}
	return s, done
}

func TestFollowUpsLiveTheirOwnCalendar(t *testing.T) {
	for name, c := range map[string]struct {
		kind rapporteur.FollowUpKind
		due  string
		from string
		want string
	}{
		"a correction": {rapporteur.FollowUpCorrection, "2018-08-20", "2018-08-06",
			"08-06T12 returned follow-up-2-returned, 08-17T13 reminder follow-up-2-reminder, 08-21T13 overdue follow-up-2-overdue, 08-24T12 end "},
		"an escalation": {rapporteur.FollowUpEscalation, "2018-08-16", "2018-08-06",
			"08-06T12 escalation follow-up-2-escalation, 08-13T13 reminder follow-up-2-reminder, 08-17T13 overdue follow-up-2-overdue, 08-20T12 end "},
		// Nothing is sent while the Secretariat has not decided.
		"an extension that nobody decides": {rapporteur.FollowUpExtension, "2018-08-09", "2018-08-06", "08-13T12 end "},
		// The message that it was returned stands for the reminder whose time
		// is already over: nobody gets two at once.
		"a correction with two days": {rapporteur.FollowUpCorrection, "2018-08-08", "2018-08-06",
			"08-06T12 returned follow-up-2-returned, 08-09T13 overdue follow-up-2-overdue, 08-12T12 end "},
	} {
		_, done := live(t, followUpOf(c.kind, c.due), dated(c.from).At(12), 60)
		if got := strings.Join(done, ", "); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestDecidingAnExtension(t *testing.T) {
	asked := dated("2018-08-06").At(12)
	s, err := followUpOf(rapporteur.FollowUpExtension, "2018-08-09").Decide(true, dated("2018-08-30"), followUpLadder)
	if err != nil {
		t.Fatal(err)
	}
	_, done := live(t, s, asked, 60)
	want := "08-06T12 extension-granted follow-up-2-extension-granted, 08-27T13 reminder follow-up-2-reminder, " +
		"08-31T13 overdue follow-up-2-overdue, 09-03T12 end "
	if got := strings.Join(done, ", "); got != want {
		t.Errorf("a granted extension:\n%s\nwant\n%s", got, want)
	}
	short, err := followUpOf(rapporteur.FollowUpExtension, "2018-08-09").Decide(true, dated("2018-08-08"), followUpLadder)
	if err != nil {
		t.Fatal(err)
	}
	_, done = live(t, short, asked, 60)
	if got := strings.Join(done, ", "); strings.Contains(got, "reminder") {
		t.Errorf("with the message that grants two days goes a reminder: %s", got)
	}
	refused, err := followUpOf(rapporteur.FollowUpExtension, "2018-08-09").Decide(false, rapporteur.Date{}, followUpLadder)
	if err != nil {
		t.Fatal(err)
	}
	_, done = live(t, refused, asked, 60)
	if got := strings.Join(done, ", "); got != "08-06T12 extension-refused follow-up-2-extension-refused, 08-06T12 end refused" {
		t.Errorf("a refused extension: %s", got)
	}
	for name, s := range map[string]rapporteur.FollowUpState{
		"refused": refused, "finished": {Finished: true}, "answered": {Outcome: "answered"},
	} {
		if _, err := s.Decide(true, dated("2018-08-30"), followUpLadder); problemKind(err) != rapporteur.ProblemConflict {
			t.Errorf("a follow-up that was %s is decided: %v", name, err)
		}
	}
	// A contributor off the path for another reason may ask for time too.
	correction, _ := live(t, followUpOf(rapporteur.FollowUpCorrection, "2018-08-20"), asked, 1)
	refusedToo, err := correction.Decide(false, rapporteur.Date{}, followUpLadder)
	if err != nil || refusedToo.Outcome != "" || refusedToo.Due != dated("2018-08-20") {
		t.Errorf("refusing time for a correction ends it: %+v (%v)", refusedToo, err)
	}
	longer, err := correction.Decide(true, dated("2018-09-01"), followUpLadder)
	if err != nil || longer.Due != dated("2018-09-01") || len(longer.Announce) == 0 || longer.Announce[len(longer.Announce)-1].Notice != rapporteur.NoticeExtension {
		t.Errorf("time for a correction: %+v (%v)", longer, err)
	}
}

func TestLookingAtTheRequest(t *testing.T) {
	for name, c := range map[string]struct {
		request rapporteur.Request
		outcome string
	}{
		"still open":         {followed(rapporteur.RequestOpen), ""},
		"still returned":     {followed(rapporteur.RequestReturned), ""},
		"answered":           {followed(rapporteur.RequestReceived), "answered"},
		"answered and taken": {followed(rapporteur.RequestSettled), "answered"},
		"no reply":           {followed(rapporteur.RequestNoReply), "closed"},
		"withdrawn":          {followed(rapporteur.RequestWithdrawn), "closed"},
		"back on the path":   {rapporteur.Request{State: rapporteur.RequestOpen, FollowUp: 2}, "closed"},
		"a newer follow-up":  {rapporteur.Request{State: rapporteur.RequestReturned, FollowUp: 3, OffPath: true}, "closed"},
	} {
		s := followUpOf(rapporteur.FollowUpCorrection, "2018-08-20")
		s.Look, s.Announce = true, nil
		now := dated("2018-08-18").At(12) // the reminder's time has come
		if step, _ := s.Step(now); step != rapporteur.FollowUpLook {
			t.Errorf("%s: told to look, it does %q first", name, step)
		}
		s = s.Looked(c.request)
		if s.Look || s.Outcome != c.outcome {
			t.Errorf("%s: the outcome is %q, want %q", name, s.Outcome, c.outcome)
		}
		if step, rung := s.Step(now); c.outcome != "" && step != rapporteur.FollowUpEnd {
			t.Errorf("%s: instead of ending it does %q %s", name, step, rung.Rung.ID)
		}
	}
}

// Whatever hints, decisions and pauses come: a follow-up ends, sends nothing
// twice, no two messages at once, and nothing after an answer.
func TestFollowUpInvariants(t *testing.T) {
	outcomes := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]rapporteur.FollowUpKind{
			rapporteur.FollowUpExtension, rapporteur.FollowUpCorrection, rapporteur.FollowUpEscalation,
		}).Draw(t, "kind")
		start := dated("2018-08-06").At(12)
		s := followUpOf(kind, rapporteur.DateOf(start).AddDays(rapid.IntRange(0, 20).Draw(t, "due after")).String())
		now, state := start, rapporteur.RequestOpen
		sent := map[string]bool{}
		var last time.Time
		decisions := 0
		for n := 0; !s.Finished; n++ {
			if n > 300 {
				t.Fatalf("the follow-up never ends: %+v at %s", s, now)
			}
			if rapid.IntRange(0, 4).Draw(t, "new run") == 0 {
				s = carriedOver(t, s)
			}
			if s.Outcome == "" && decisions < 3 && rapid.IntRange(0, 9).Draw(t, "decision") > 6 {
				decisions++
				until := rapporteur.DateOf(now).AddDays(rapid.IntRange(1, 30).Draw(t, "until"))
				decided, err := s.Decide(rapid.Bool().Draw(t, "granted"), until, followUpLadder)
				if err != nil {
					t.Fatal(err)
				}
				s, last = decided, time.Time{} // what was decided is told at once
			}
			if rapid.IntRange(0, 9).Draw(t, "answer") == 9 {
				state, s.Look = rapporteur.RequestReceived, true
			}
			step, rung := s.Step(now)
			switch step {
			case rapporteur.FollowUpNone:
				if !s.NextWake(now).After(now) {
					t.Fatalf("nothing is due at %s, and it wants to wake at %s", now, s.NextWake(now))
				}
				now = s.NextWake(now).Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "down for days")) * 24 * time.Hour)
			case rapporteur.FollowUpSend:
				key := rung.Rung.ID + " " + rung.Due.String()
				if sent[key] {
					t.Fatalf("%s is sent twice", key)
				}
				if now.Equal(last) && len(s.Announce) == 0 {
					t.Fatalf("the reminder %s goes together with another message", key)
				}
				if !strings.HasPrefix(rung.Rung.ID, "follow-up-2-") {
					t.Fatalf("%s would be taken for another follow-up's in the ledger", rung.Rung.ID)
				}
				sent[key], last = true, now
				s = s.Sent(rung)
			case rapporteur.FollowUpLook:
				s = s.Looked(followed(state))
				if after, rung := s.Step(now); state == rapporteur.RequestReceived && after == rapporteur.FollowUpSend && len(s.Announce) == 0 {
					t.Fatalf("after the answer goes %s", rung.Rung.ID)
				}
			case rapporteur.FollowUpEnd:
				outcomes[s.Outcome] = true
				s.Finished = true
			}
		}
		if step, _ := s.Step(now.AddDate(1, 0, 0)); step != rapporteur.FollowUpNone {
			t.Fatalf("an ended follow-up still does %q", step)
		}
	})
	for _, outcome := range []string{"", "answered", "refused"} {
		if !outcomes[outcome] {
			t.Errorf("no follow-up ended as %q; the test sees too little", outcome)
		}
	}
}
