package rapporteur_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func remind() rapporteur.RequestEvent { return rapporteur.RequestEvent{Remind: true} }

func snooze(until rapporteur.Date) rapporteur.RequestEvent {
	return rapporteur.RequestEvent{Snooze: &rapporteur.SnoozeEvent{Until: until, Longest: requestLongest}}
}

// In which states somebody can be reminded out of turn, and reminders can rest.
func TestWhoCanBeReminded(t *testing.T) {
	for before, want := range map[string]string{
		"": "yes yes", "ask": "no yes", "ask grant": "yes yes", "ask refuse": "yes yes", "escalate": "yes yes", "submit": "no no", "submit return": "yes yes",
		"submit collect": "no no", "close": "no no", "withdraw": "no no", "submit takeback": "yes yes", "submit return ask": "no yes",
	} {
		r := happen(t, before)
		var got []string
		for _, e := range []rapporteur.RequestEvent{remind(), snooze(dated("2018-07-20"))} {
			next, effects, err := r.Next(e, early)
			switch {
			case err == nil && len(effects) == 0 && next != r:
				got = append(got, "yes")
			case rapporteur.IsProblem(err, rapporteur.ProblemConflict) && next == r:
				got = append(got, "no")
			default:
				got = append(got, "neither")
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("after %q: %q, want %q", before, got, want)
		}
	}
}

func TestHowLongRemindersRest(t *testing.T) {
	today := rapporteur.DateOf(early)
	for name, c := range map[string]struct {
		until rapporteur.Date
		kind  rapporteur.ProblemKind
	}{
		"tomorrow": {today.AddDays(1), ""}, "today": {today, rapporteur.ProblemInvalid}, "the end of collection": {requestLongest, ""},
		"after it": {requestLongest.AddDays(1), rapporteur.ProblemInvalid}, "no rest to lift": {rapporteur.Date{}, rapporteur.ProblemConflict},
	} {
		next, _, err := openRequest().Next(snooze(c.until), early)
		if c.kind != "" && !rapporteur.IsProblem(err, c.kind) || c.kind == "" && (err != nil || next.SnoozedUntil != c.until) {
			t.Errorf("%s: until %s, %v", name, next.SnoozedUntil, err)
		}
	}
	r, _, err := openRequest().Next(snooze(today.AddDays(3)), early)
	must(t, err)
	for days, rests := range []bool{true, true, true, false} {
		if r.Snoozed(early.AddDate(0, 0, days)) != rests {
			t.Errorf("after %d days reminders rest: %v", days, !rests)
		}
	}
	if r, _, err = r.Next(snooze(rapporteur.Date{}), early); err != nil || r.Snoozed(early) {
		t.Errorf("lifted: %v, %v", r.SnoozedUntil, err)
	}
}

// Whatever happens, nobody rests who has answered or is not asked, and the number
// of reminders only grows.
func TestRestEndsWithTheAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := openRequest()
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			e, name := remind(), rapid.SampledFrom(append(strings.Fields("submit collect return ask grant refuse close withdraw takeback"), "remind", "snooze")).Draw(t, "event")
			switch name {
			case "remind":
			case "snooze":
				e = snooze(dated("2018-07-20"))
			default:
				e = requestEvents[name]
			}
			next, _, err := r.Next(e, early)
			if err != nil {
				continue
			}
			if next.Reminders < r.Reminders || next.Reminders > r.Reminders && !r.Chaseable() {
				t.Fatalf("%s: %d reminders after %d", name, next.Reminders, r.Reminders)
			}
			if r = next; r.Snoozed(early) && (name == "submit" || r.State == rapporteur.RequestWithdrawn) {
				t.Fatalf("reminders rest though the request is %s", r.State)
			}
		}
	})
}
