package endtoend_test

import (
	"strings"
	"testing"

	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
)

// TestReminders has a contributor reminded out of turn on the real engine: once,
// and not where the answer comes before the mail.
func TestReminders(t *testing.T) { onBoth(t, reminders) }

func reminders(t *testing.T, database string) {
	t.Helper()
	ctx := within(t)
	h := buildOn(ctx, t, database, moment(t, "2018-05-02 08:00"))
	id := h.plan(ctx, onTime, silent)
	h.goTo(ctx, "2018-06-21 13:00")
	keys := map[rapporteur.ContributorID]rapporteur.RequestKey{}
	for _, who := range []rapporteur.ContributorID{onTime, silent} {
		keys[who] = rapporteur.RequestKey{Cycle: id, Contributor: who}
	}
	_, err := h.secretariat.Remind(ctx, staff, keys[onTime], "", "r")
	h.ok(err)
	h.submit(ctx, id, onTime, rapporteur.ReturnNil, "Nothing to report.")
	_, err = h.secretariat.Remind(ctx, staff, keys[silent], "", "r")
	h.ok(err)
	h.settle(ctx)
	for who, key := range keys {
		if got := h.status(ctx, rapporteur.ReminderWorkflowID(key, 1)); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
			t.Errorf("the reminder of %s is %s", who, got)
		}
	}
	var reminded []string
	for _, line := range h.letters() {
		if strings.Contains(line, " reminder ") {
			reminded = append(reminded, line)
		}
	}
	if len(reminded) != 1 || !strings.Contains(reminded[0], string(silent)) {
		t.Errorf("reminders %q", reminded)
	}
	h.record(ctx, map[string]string{rapporteur.ReminderWorkflowID(keys[silent], 1): "reminder/" + release + "-sent.json"})
	h.command(ctx, id, rapporteur.Command{ID: "cancel", Kind: rapporteur.CommandCancel, Reason: "over"})
}
