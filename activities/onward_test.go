package activities_test

import (
	"strconv"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/activities"
)

// What would follow is done at once for workflows that ask for it, and for no
// others: those of an earlier release carry it out themselves.
func TestStepsGoOnwardWhereTheyAreAsked(t *testing.T) {
	for _, onward := range []bool{false, true} {
		t.Run(strconv.FormatBool(onward), func(t *testing.T) {
			f := collecting(t, 2)
			in := activities.CycleStep{Cycle: f.cycle, Now: begins, Onward: onward}
			requests, submissions := &activities.Requests{Conduct: f.conduct}, &activities.Submissions{Conduct: f.conduct}
			reach, err := run(t.Context(), activities.Preflight, requests.Preflight, in)
			check(t, err)
			rung := requestRung(t)
			rung.Rung = rapporteur.Rung{ID: "first", Notice: rapporteur.NoticeReminder}
			sent, err := run(t.Context(), activities.SendRung, requests.SendRung, activities.RungStep{Cycle: f.cycle, Rung: rung, Now: begins, Onward: onward})
			check(t, err)
			_, err = run(t.Context(), activities.CloseCollection, submissions.CloseCollection, in)
			check(t, err)
			compiled, err := run(t.Context(), activities.Compile, (&activities.Reports{Conduct: f.conduct}).Compile, in)
			check(t, err)
			if (reach.Opened != nil) != onward || (sent.Collected != nil) != onward || compiled.Submitted != onward || compiled.Draft != 1 {
				t.Errorf("asked to go onward: %t; came back with %+v, %+v and %+v", onward, reach, sent, compiled)
			}
			if submitted := len(f.audit(t, rapporteur.ActionClearanceStarted)) == 1; submitted != onward {
				t.Errorf("asked to go onward: %t; the draft went to clearance: %t", onward, submitted)
			}
		})
	}
}
