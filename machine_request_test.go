package rapporteur_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func dated(text string) rapporteur.Date {
	d, err := rapporteur.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// These dates frame the requests of the tests: due, and the last day to which
// it can be extended.
var (
	requestDue     = dated("2018-08-01")
	requestLongest = dated("2018-09-15")
	early          = dated("2018-07-01").At(12)
)

func openRequest() rapporteur.Request {
	return rapporteur.Request{
		RequestKey: rapporteur.RequestKey{Cycle: "s/op34/2018", Contributor: "state-ken"},
		Kind:       rapporteur.KindMemberState, State: rapporteur.RequestOpen, Due: requestDue, OpenedAt: dated("2018-03-15").At(13),
		Questionnaire: askedIn("1.0.0"),
	}
}

func askedIn(version string) rapporteur.QuestionnaireRef {
	return rapporteur.QuestionnaireRef{ID: "member-state", Version: version}
}

// The events by name, with arguments that are in order on the date early.
var requestEvents = map[string]rapporteur.RequestEvent{
	"submit":  {Submit: &rapporteur.SubmitEvent{ReturnType: rapporteur.ReturnAnswered}},
	"collect": {Collect: true},
	"return":  {Return: &rapporteur.ReturnEvent{Due: dated("2018-08-10")}},
	"ask": {AskExtension: &rapporteur.AskEvent{
		Until: dated("2018-08-20"), Reason: "the ministry is closed", Longest: requestLongest,
	}},
	"grant":    {DecideExtension: &rapporteur.DecideEvent{Granted: true, Until: dated("2018-08-20"), Longest: requestLongest}},
	"refuse":   {DecideExtension: &rapporteur.DecideEvent{}},
	"escalate": {Escalate: true},
	"ended":    {FollowUpEnded: true},
	"move":     {MoveDue: dated("2018-08-05")},
	"close":    {Close: true},
	"withdraw": {Withdraw: true},
	"takeback": {WithdrawAnswer: &rapporteur.WithdrawAnswerEvent{Due: requestDue}},
	"repin":    {Migrate: &rapporteur.MigrateEvent{Questionnaire: askedIn("1.1.0")}},
	"carry":    {Migrate: &rapporteur.MigrateEvent{Questionnaire: askedIn("1.1.0"), Carried: true}},
	"complete": {Migrate: &rapporteur.MigrateEvent{Questionnaire: askedIn("1.1.0"), CompleteBy: dated("2018-08-10")}},
	"callback": {Migrate: &rapporteur.MigrateEvent{Questionnaire: askedIn("1.1.0"), CalledBack: true}},
}

// happen lets events happen to an open request, all of which must be possible.
func happen(t *testing.T, events string) rapporteur.Request {
	t.Helper()
	r := openRequest()
	for name := range strings.FieldsSeq(events) {
		next, _, err := r.Next(requestEvents[name], early)
		if err != nil {
			t.Fatalf("%s after %q: %v", name, events, err)
		}
		r = next
	}
	return r
}

// Every state, and what each event makes of it. "!kind" is a refusal.
func TestRequestStates(t *testing.T) {
	columns := strings.Fields("submit collect return ask grant refuse escalate ended move close withdraw takeback repin carry complete callback")
	for _, row := range []struct {
		before string // the events that lead to the state
		state  rapporteur.RequestState
		after  string
	}{
		{"", rapporteur.RequestOpen,
			"received !conflict !conflict open !conflict !conflict open open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"ask", rapporteur.RequestOpen,
			"received !conflict !conflict !conflict open open !conflict open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"ask grant", rapporteur.RequestOpen,
			"received !conflict !conflict !invalid !conflict !conflict !conflict open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"escalate", rapporteur.RequestOpen,
			"received !conflict !conflict open !conflict !conflict !conflict open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"submit", rapporteur.RequestReceived,
			"received settled returned !conflict !conflict !conflict !conflict received received settled withdrawn open received received returned !conflict"},
		{"submit return", rapporteur.RequestReturned,
			"received !conflict !conflict returned !conflict !conflict !conflict settled returned settled withdrawn open returned !conflict !conflict received"},
		{"submit return ask", rapporteur.RequestReturned,
			"received !conflict !conflict !conflict returned returned !conflict settled returned settled withdrawn open returned !conflict !conflict received"},
		{"submit collect", rapporteur.RequestSettled,
			"received !conflict returned !conflict !conflict !conflict !conflict settled settled settled withdrawn open settled settled returned !conflict"},
		{"submit takeback", rapporteur.RequestOpen,
			"received !conflict !conflict open !conflict !conflict open open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"submit return takeback", rapporteur.RequestOpen,
			"received !conflict !conflict open !conflict !conflict !conflict open open no-reply withdrawn !conflict open !conflict !conflict !conflict"},
		{"submit takeback submit", rapporteur.RequestReceived,
			"received settled returned !conflict !conflict !conflict !conflict received received settled withdrawn open received received returned !conflict"},
		{"submit complete", rapporteur.RequestReturned,
			"received !conflict !conflict returned !conflict !conflict !conflict settled returned settled withdrawn open !conflict !conflict !conflict !conflict"},
		{"close", rapporteur.RequestNoReply,
			"!closed !conflict !conflict !conflict !conflict !conflict !conflict no-reply no-reply no-reply withdrawn !conflict !closed !closed !closed !closed"},
		{"withdraw", rapporteur.RequestWithdrawn,
			"!closed !conflict !conflict !conflict !conflict !conflict !conflict withdrawn withdrawn withdrawn !conflict !conflict !closed !closed !closed !closed"},
	} {
		r := happen(t, row.before)
		if r.State != row.state {
			t.Errorf("after %q the request is %s, want %s", row.before, r.State, row.state)
		}
		after := strings.Fields(row.after)
		if len(after) != len(columns) {
			t.Fatalf("the row %q has %d results for %d events", row.before, len(after), len(columns))
		}
		for n, event := range columns {
			next, _, err := r.Next(requestEvents[event], early)
			got := string(next.State)
			if err != nil {
				got = "!" + string(problemKind(err))
			}
			if got != after[n] {
				t.Errorf("%s after %q: %s (%v), want %s", event, row.before, got, err, after[n])
			}
		}
	}
}

func problemKind(err error) rapporteur.ProblemKind {
	for _, kind := range []rapporteur.ProblemKind{
		rapporteur.ProblemConflict, rapporteur.ProblemInvalid, rapporteur.ProblemClosed,
		rapporteur.ProblemForbidden, rapporteur.ProblemStale,
	} {
		if rapporteur.IsProblem(err, kind) {
			return kind
		}
	}
	return rapporteur.ProblemKind(fmt.Sprintf("other: %v", err))
}

func TestAnEmptyEventIsRefused(t *testing.T) {
	if _, _, err := openRequest().Next(rapporteur.RequestEvent{}, early); problemKind(err) != rapporteur.ProblemConflict {
		t.Errorf("the error is %v", err)
	}
}

// The date is over when it is over everywhere on Earth, and not before.
func TestLateness(t *testing.T) {
	end := requestDue.End()
	for name, c := range map[string]struct {
		at   time.Time
		late bool
	}{
		"on the day":                    {requestDue.At(23), false},
		"next morning in Kiribati":      {requestDue.Start().Add(30 * time.Hour), false},
		"a second before it is over":    {end.Add(-time.Second), false},
		"the moment it is over":         {end, false},
		"the next":                      {end.Add(time.Nanosecond), true},
		"a day later":                   {end.Add(24 * time.Hour), true},
		"in another zone, same instant": {end.Add(-time.Second).In(time.FixedZone("UTC+14", 14*3600)), false},
	} {
		r, _, err := openRequest().Next(requestEvents["submit"], c.at)
		if err != nil || r.Late != c.late || !r.AnsweredAt.Equal(c.at) {
			t.Errorf("%s: late is %v (%v), want %v", name, r.Late, err, c.late)
		}
	}
}

func TestLatenessIsThatOfTheFirstAnswer(t *testing.T) {
	r := happen(t, "submit")
	r, _, err := r.Next(requestEvents["submit"], requestDue.End().Add(time.Hour))
	if err != nil || r.Late || r.Version != 2 || !r.AnsweredAt.Equal(early) {
		t.Errorf("an improved answer makes a punctual one late: %+v (%v)", r, err)
	}
	late, _, _ := openRequest().Next(requestEvents["submit"], requestDue.End().Add(time.Hour))
	late, _, err = late.Next(rapporteur.RequestEvent{Return: &rapporteur.ReturnEvent{Due: dated("2018-08-20")}}, requestDue.End().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	late, _, err = late.Next(requestEvents["submit"], dated("2018-08-10").At(12))
	if err != nil || !late.Late {
		t.Errorf("a correction in time makes a late answer punctual (%v)", err)
	}
}

func TestExtensionsKeepToTheirLimits(t *testing.T) {
	for name, c := range map[string]struct {
		until  string
		reason string
		now    time.Time
		ok     bool
	}{
		"in order":             {"2018-08-20", "closed", early, true},
		"to the last day":      {"2018-09-15", "closed", early, true},
		"past it":              {"2018-09-16", "closed", early, false},
		"no later than due":    {"2018-08-01", "closed", early, false},
		"without a reason":     {"2018-08-20", " \n", early, false},
		"a date that is over":  {"2018-08-02", "closed", dated("2018-08-03").At(12), false},
		"a date not over yet":  {"2018-08-02", "closed", dated("2018-08-03").At(11), true},
		"after due, for later": {"2018-08-20", "closed", dated("2018-08-10").At(0), true},
	} {
		ask := rapporteur.RequestEvent{AskExtension: &rapporteur.AskEvent{Until: dated(c.until), Reason: c.reason, Longest: requestLongest}}
		asked, effects, err := openRequest().Next(ask, c.now)
		if c.ok != (err == nil) {
			t.Errorf("%s: asking gives %v", name, err)
		}
		if err == nil && (!asked.OffPath || asked.FollowUp != 1 || !reflect.DeepEqual(effects, []rapporteur.RequestEffect{rapporteur.EffectStartFollowUp})) {
			t.Errorf("%s: no follow-up begins: %+v %v", name, asked, effects)
		}
		if c.reason != "closed" {
			continue
		}
		waiting := happen(t, "ask")
		grant := rapporteur.RequestEvent{DecideExtension: &rapporteur.DecideEvent{Granted: true, Until: dated(c.until), Longest: requestLongest}}
		granted, _, err := waiting.Next(grant, c.now)
		if c.ok != (err == nil) || (err == nil && granted.Due != dated(c.until)) {
			t.Errorf("%s: granting gives %v, due %s", name, err, granted.Due)
		}
	}
}

func TestTheCommonDeadlineMovesOnlyWhoHasNoOther(t *testing.T) {
	for events, want := range map[string]string{
		"": "2018-08-05", "escalate": "2018-08-05", "ask refuse": "2018-08-05",
		"ask grant": "2018-08-20", "submit": "2018-08-01", "submit return": "2018-08-10", "close": "2018-08-01",
	} {
		moved, _, err := happen(t, events).Next(requestEvents["move"], early)
		if err != nil || moved.Due != dated(want) {
			t.Errorf("after %q the deadline becomes %s (%v), want %s", events, moved.Due, err, want)
		}
	}
}

func TestAnAnswerWakesItsFollowUp(t *testing.T) {
	wake := []rapporteur.RequestEffect{rapporteur.EffectWakeFollowUp}
	for _, events := range []string{"ask", "escalate", "ask grant", "submit return"} {
		for _, event := range []string{"submit", "close", "withdraw"} {
			if _, effects, err := happen(t, events).Next(requestEvents[event], early); err != nil || !reflect.DeepEqual(effects, wake) {
				t.Errorf("%s after %q: effects %v (%v), want %v", event, events, effects, err, wake)
			}
		}
	}
	if _, effects, _ := openRequest().Next(requestEvents["submit"], early); effects != nil {
		t.Errorf("an answer on the common path has effects %v", effects)
	}
}

// A wish that nobody can decide any more must not look as if it waited.
func TestNoWishOutlivesItsRequest(t *testing.T) {
	for _, event := range []string{"submit", "ended", "close", "withdraw"} {
		r, _, err := happen(t, "ask").Next(requestEvents[event], early)
		if err != nil || r.Extension == rapporteur.ExtensionAsked {
			t.Errorf("after %s the extension is still %q (%v)", event, r.Extension, err)
		}
	}
}

// Whatever happens in whatever order: the invariants of a request.
func TestRequestInvariants(t *testing.T) {
	reached := map[rapporteur.RequestState]bool{}
	rapid.Check(t, func(t *rapid.T) {
		r, now := openRequest(), dated("2018-03-15").At(13)
		for range rapid.IntRange(1, 25).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.IntRange(0, 14*24).Draw(t, "hours")) * time.Hour)
			e := anyRequestEvent(t, now)
			next, effects, err := r.Next(e, now)
			if err != nil {
				if !reflect.DeepEqual(next, r) || len(effects) > 0 {
					t.Fatalf("a refused event changed the request:\n%+v\n%+v %v", r, next, effects)
				}
				continue
			}
			checkRequestStep(t, r, next, e, effects)
			reached[next.State] = true
			r = next
		}
	})
	for _, state := range []rapporteur.RequestState{
		rapporteur.RequestOpen, rapporteur.RequestReceived, rapporteur.RequestReturned,
		rapporteur.RequestSettled, rapporteur.RequestNoReply, rapporteur.RequestWithdrawn,
	} {
		if !reached[state] {
			t.Errorf("the state %s was never reached", state)
		}
	}
}

func anyRequestEvent(t *rapid.T, now time.Time) rapporteur.RequestEvent {
	soon := func(label string) rapporteur.Date {
		return rapporteur.DateOf(now).AddDays(rapid.IntRange(-5, 40).Draw(t, label))
	}
	longest := soon("longest")
	events := map[string]rapporteur.RequestEvent{
		"return":   {Return: &rapporteur.ReturnEvent{Due: soon("return due")}},
		"ask":      {AskExtension: &rapporteur.AskEvent{Until: soon("asked until"), Reason: "x", Longest: longest}},
		"grant":    {DecideExtension: &rapporteur.DecideEvent{Granted: true, Until: soon("granted until"), Longest: longest}},
		"move":     {MoveDue: soon("moved to")},
		"takeback": {WithdrawAnswer: &rapporteur.WithdrawAnswerEvent{Due: soon("common due"), Closed: rapid.IntRange(0, 4).Draw(t, "closed") == 0}},
		"migrate":  {Migrate: anyMigration(t, soon)},
	}
	// Answers are drawn more often than what ends a request.
	name := rapid.SampledFrom(strings.Fields("submit submit submit collect collect return return ask ask grant grant refuse "+
		"escalate ended ended move close withdraw takeback takeback migrate migrate migrate")).Draw(t, "event")
	if e, ok := events[name]; ok {
		return e
	}
	return requestEvents[name]
}

func anyMigration(t *rapid.T, soon func(string) rapporteur.Date) *rapporteur.MigrateEvent {
	e := rapporteur.MigrateEvent{Questionnaire: askedIn(rapid.SampledFrom([]string{"1.0.0", "1.1.0", "1.2.0"}).Draw(t, "version"))}
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 1:
		e.Carried = true
	case 2:
		e.CompleteBy = soon("complete by")
	case 3:
		e.CalledBack = true
	}
	return &e
}

func checkRequestStep(t *rapid.T, before, after rapporteur.Request, e rapporteur.RequestEvent, effects []rapporteur.RequestEffect) {
	must := func(holds bool, what string) {
		if !holds {
			t.Fatalf("%s\nbefore %+v\nafter  %+v\neffects %v", what, before, after, effects)
		}
	}
	submitted, migrated := 0, e.Migrate != nil
	if e.Submit != nil {
		submitted = 1
		must(before.Accepting(), "an answer was accepted where none is")
		must(!after.Chaseable(), "a reminder may follow an answer")
	}
	if migrated && e.Migrate.Carried {
		submitted = 1
		must(after.State == before.State && after.Outcome == before.Outcome, "an answer that is carried over changes how the request stands")
	}
	must(after.Version == before.Version+submitted, "the versions do not grow by one with each answer and only then")
	if after.Chaseable() && !before.Chaseable() {
		must(e.Return != nil || e.WithdrawAnswer != nil || migrated && !e.Migrate.CompleteBy.IsZero(), "somebody who answered is chased again")
	}
	must(migrated == (after.Questionnaire != before.Questionnaire), "the request asks another version without a migration, or the same after one")
	must(after.WithdrawnVersion >= before.WithdrawnVersion && after.WithdrawnVersion <= after.Version, "what is withdrawn comes back, or was never there")
	must((e.WithdrawAnswer != nil) == (after.WithdrawnVersion > before.WithdrawnVersion), "a version is withdrawn without its contributor, or not with it")
	if e.WithdrawAnswer != nil {
		must(after.Standing() == 0 && !after.Due.Before(before.Due), "a withdrawn answer stands, or cuts the time for another")
		must((after.State == rapporteur.RequestNoReply) == e.WithdrawAnswer.Closed, "who has withdrawn is asked when nothing can be answered, or not when it can")
	}
	ended := before.State == rapporteur.RequestNoReply || before.State == rapporteur.RequestWithdrawn
	must(!ended || e.Submit == nil, "a closed request accepted an answer")
	must(before.State != rapporteur.RequestWithdrawn || after.State == rapporteur.RequestWithdrawn, "a withdrawn request came back")
	if !before.AnsweredAt.IsZero() && e.WithdrawAnswer == nil {
		must(after.Late == before.Late && after.AnsweredAt.Equal(before.AnsweredAt), "lateness was counted twice")
	}
	must(after.AnsweredAt.IsZero() == (after.Standing() == 0), "an answer has no time, or a time no answer")
	must(after.State != rapporteur.RequestNoReply || (after.Standing() == 0 && after.Outcome == rapporteur.ReturnNoReply), "a reply counts as none")
	settled := after.State == rapporteur.RequestSettled || after.State == rapporteur.RequestNoReply
	if after.State != rapporteur.RequestWithdrawn {
		must(after.SettledAt.IsZero() == !settled, "settled and when it was do not agree")
	}
	starts := 0
	for _, effect := range effects {
		if effect == rapporteur.EffectStartFollowUp {
			starts++
		} else {
			must(before.OffPath, "a follow-up is woken that does not run")
		}
	}
	must(after.FollowUp == before.FollowUp+starts, "follow-ups are not numbered as they start")
	must(starts == 0 || after.OffPath, "a follow-up starts on the common path")
	must(!after.OffPath || (after.State != rapporteur.RequestNoReply && after.State != rapporteur.RequestWithdrawn), "a follow-up outlives its request")
	must(after.State != rapporteur.RequestReturned || after.OffPath, "a returned answer has no follow-up")
	rounds := before.Rounds
	if e.Return != nil {
		rounds++
	}
	must(after.Rounds == rounds, "rounds are miscounted")
	must(after.Extension != rapporteur.ExtensionAsked || (after.OffPath && after.Chaseable()), "a wish waits for nobody's decision")
}

// A withdrawn answer was never given: the next one is on time or late by itself,
// and has the next number.
func TestAfterAWithdrawalTheNextAnswerCountsForItself(t *testing.T) {
	r := happen(t, "submit collect takeback")
	if r.Version != 1 || r.Standing() != 0 || r.Late || !r.AnsweredAt.IsZero() || !r.SettledAt.IsZero() || r.Outcome != "" {
		t.Errorf("the request is %+v", r)
	}
	after := requestDue.End().Add(time.Hour)
	r, _, err := r.Next(requestEvents["submit"], after)
	if err != nil || r.Version != 2 || r.Standing() != 2 || !r.Late || !r.AnsweredAt.Equal(after) {
		t.Errorf("the next answer makes it %+v (%v)", r, err)
	}
}

// Nobody's time is cut by a withdrawal: a deadline that has moved on holds, and
// so does a later one of one's own.
func TestAWithdrawalLeavesTheLaterDeadline(t *testing.T) {
	for common, want := range map[string]string{"2018-07-20": "2018-08-01", "2018-08-01": "2018-08-01", "2018-08-09": "2018-08-09"} {
		e := rapporteur.RequestEvent{WithdrawAnswer: &rapporteur.WithdrawAnswerEvent{Due: dated(common)}}
		if r, _, err := happen(t, "submit").Next(e, early); err != nil || r.Due != dated(want) {
			t.Errorf("with the common deadline of %s it is due on %s (%v), want %s", common, r.Due, err, want)
		}
	}
}

func TestAWithdrawalAfterTheCloseIsNoReply(t *testing.T) {
	e := rapporteur.RequestEvent{WithdrawAnswer: &rapporteur.WithdrawAnswerEvent{Due: requestDue, Closed: true}}
	r, effects, err := happen(t, "submit collect close").Next(e, early)
	if err != nil || r.State != rapporteur.RequestNoReply || r.Outcome != rapporteur.ReturnNoReply || !r.SettledAt.Equal(early) || effects != nil {
		t.Errorf("the request is %+v, effects %v (%v)", r, effects, err)
	}
}

// What a questionnaire is the reason of is not held against the contributor.
func TestAMigrationIsNotTheContributorsDoing(t *testing.T) {
	before := happen(t, "submit collect")
	for _, event := range []string{"carry", "complete"} {
		r, effects, err := before.Next(requestEvents[event], early.Add(time.Hour))
		if err != nil || r.Rounds != 0 || r.Late || !r.AnsweredAt.Equal(before.AnsweredAt) || r.Questionnaire.Version != "1.1.0" {
			t.Errorf("%s makes it %+v (%v)", event, r, err)
		}
		if want := event == "complete"; want != (len(effects) == 1) || want != r.OffPath || want != (r.FollowUp == 1) {
			t.Errorf("%s has effects %v on %+v", event, effects, r)
		}
	}
	other := rapporteur.RequestEvent{Migrate: &rapporteur.MigrateEvent{Questionnaire: rapporteur.QuestionnaireRef{ID: "entity", Version: "1.1.0"}}}
	if _, _, err := before.Next(other, early); problemKind(err) != rapporteur.ProblemInvalid {
		t.Errorf("another questionnaire: %v", err)
	}
	late := rapporteur.RequestEvent{Migrate: &rapporteur.MigrateEvent{Questionnaire: askedIn("1.1.0"), CompleteBy: dated("2018-06-01")}}
	if _, _, err := before.Next(late, early); problemKind(err) != rapporteur.ProblemInvalid {
		t.Errorf("a date that is over: %v", err)
	}
}
