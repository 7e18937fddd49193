package steering_test

import (
	"net/http"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestCommandsPage(t *testing.T) {
	h := open(t)
	h.As("staff").Get(cycleAt+"/commands").Want(http.StatusOK, "Move the deadline", "Only while the cycle is cleared", cycleAt+"/commands/cancel").
		Lacks("Give the event another date", cycleAt+"/commands/transmit")
	h.As("admin").Get(cycleAt + "/commands").Want(http.StatusForbidden)
	h.As("staff").Get("/cycles/s-res-2388-2017/op34/1999/commands").Want(http.StatusNotFound)
}

// Every confirmation says how many people are written to, and the command does
// what it said.
func TestMoveDeadline(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	at := cycleAt + "/commands/move-deadline"
	staff.Get(at).Want(http.StatusOK, "Mail goes to 4 contributors", "deadline moved", "Kenya", "UNODC", "Now it is 14 September 2018")
	staff.Post(at, "date", "2018-09-20", "reason", "Why.").Want(http.StatusUnprocessableEntity, "An authority is needed", "Why.", `value="2018-09-20"`)
	staff.Post(at, "date", "20 September").Want(http.StatusUnprocessableEntity, "Not a date")
	staff.Follow(at, "date", "2018-09-20", "authority", "S/2018/800", "reason", "Why.").Want(http.StatusOK, "The deadline is moved")
	if due := h.Request(webtest.Kenya).Due; due.String() != "2018-09-20" {
		t.Errorf("due %s", due)
	}
}

func TestWithdrawAndAddContributor(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	at := cycleAt + "/commands/withdraw-contributor"
	staff.Get(at).Want(http.StatusOK, "Mail goes to that one contributor", `<option value="state-ken">Kenya`)
	staff.Get(at+"?contributor=state-ken").Want(http.StatusOK, "Mail goes to 1 contributor", `value="state-ken" selected`)
	staff.Post(at).Want(http.StatusUnprocessableEntity, `role="alert"`)
	staff.Follow(at, "contributor", "state-ken", "reason", "By mistake.").Want(http.StatusOK, "Nothing is asked")
	staff.Get(kenyaAt).Want(http.StatusOK, "Nothing is asked of this contributor any more")
	add := cycleAt + "/commands/add-contributor"
	staff.Get(add).Want(http.StatusOK, `<option value="state-ken">Kenya`, `<option value="state-ago">Angola`).Lacks(`<option value="state-fra">`)
	staff.Post(add, "contributor", "state-ago").Want(http.StatusConflict, "no focal point")
	staff.Post(add, "contributor", "state-nowhere").Want(http.StatusNotFound)
	staff.Follow(add, "contributor", "state-ken").Want(http.StatusOK, "The contributor is added")
}

// What cannot be undone needs a second look, and what was confirmed must still be
// so.
func TestCancelNeedsAReasonAndALook(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	at := cycleAt + "/commands/cancel"
	staff.Get(at).Want(http.StatusOK, "Mail goes to 4 contributors", "I have read what will happen", `name="told" value="4"`)
	staff.Post(at, "asks-sure", "yes", "told", "4", "reason", "Merged.").Want(http.StatusUnprocessableEntity, "Confirm it", "Merged.")
	staff.Post(at, "asks-sure", "yes", "sure", "yes", "told", "3", "reason", "Merged.").Want(http.StatusPreconditionFailed, "It has changed")
	h.Engine.Failure = rapporteur.Problemf(rapporteur.ProblemUnavailable, "Not now", "Later.")
	staff.Post(at, "asks-sure", "yes", "sure", "yes", "told", "4", "reason", "Merged.").Want(http.StatusServiceUnavailable)
	h.Engine.Failure = nil
	staff.Follow(at, "asks-sure", "yes", "sure", "yes", "told", "4", "reason", "Merged.").Want(http.StatusOK, "The cycle is cancelled")
	if got := h.Audit(rapporteur.ActionCancelAsked); len(got) != 1 || got[0].Reason != "Merged." {
		t.Errorf("the record says %+v", got)
	}
	staff.Get(cycleAt + "/commands/explode").Want(http.StatusNotFound)
	staff.Post(cycleAt + "/commands/explode").Want(http.StatusNotFound)
	staff.Get(cycleAt+"/commands/transmit").Want(http.StatusOK, "possible only while the cycle is cleared").Lacks("<textarea")
}

func TestLeadDrafter(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	at := cycleAt + "/lead-drafter"
	h.Must(h.Store.Write(t.Context(), insertKey("other")))
	staff.Get(at).Want(http.StatusOK, "person-staff", `<option value="key-other">Desk`)
	staff.Post(at, "drafter", "key-nobody", "reason", "Leave.").Want(http.StatusUnprocessableEntity, "Nobody who can draft", "Leave.")
	staff.Post(at, "drafter", "key-other").Want(http.StatusUnprocessableEntity, "A reason is needed")
	staff.Follow(at, "drafter", "key-other", "reason", "Leave.").Want(http.StatusOK, "The lead drafter is key-other")
	staff.Get(at).Want(http.StatusOK, "The lead drafter or an administrator appoints another").Lacks("<button type=\"submit\">Appoint")
	staff.Post(at, "drafter", "key-other", "reason", "Again.").Want(http.StatusForbidden)
}
