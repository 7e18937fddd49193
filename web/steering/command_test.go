package steering_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestCommandsPage(t *testing.T) {
	h := open(t)
	h.As("staff").Get(cycleAt+"/commands").Want(http.StatusOK, "Move the deadline", "Only while the cycle is cleared, and waits for symbol and masthead date.", cycleAt+"/commands/cancel").
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

// An occasion's event moves and has an outcome; a section's host report issues.
func TestCommandsOfOccasionsAndInclusions(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	for _, id := range append([]rapporteur.ContributorID{webtest.France}, webtest.Asked...) {
		h.Must(h.Config.Secretariat.PutContacts(t.Context(), webtest.People["staff"], id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "focal@example.org", Language: "en"},
		}))
	}
	occasion, err := h.Config.Secretariat.Start(t.Context(), webtest.People["staff"], rapporteur.Start{
		Instrument: "s-res-2388-2017", Stream: "op23a", Only: []rapporteur.ContributorID{webtest.UNODC}, Title: "Briefing on trafficking in persons",
		Event: rapporteur.Event{Kind: rapporteur.EventBriefing, Date: rapporteur.Date{Year: 2018, Month: 5, Day: 22}, Time: "10 a.m.", Place: "Chamber", Body: "Security Council"},
	})
	h.Must(err)
	at := "/cycles/" + string(occasion.ID) + "/commands"
	staff.Get(at).Want(http.StatusOK, "Give the event another date", "Record what came of the event").Lacks("Transmit the report", "host report")
	staff.Get(at+"/reschedule").Want(http.StatusOK, "Now it is 22 May 2018", "No mail goes to anybody")
	staff.Get(at+"/transmit").Want(http.StatusOK, "possible only while")
	staff.Follow(at+"/reschedule", "date", "2018-06-05", "authority", "Note by the President").Want(http.StatusOK, "The event has another date")
	h.Set(rapporteur.Date{Year: 2018, Month: 6, Day: 6}.At(9))
	_, err = h.Conduct.Open(t.Context(), occasion.ID, h.Moment())
	h.Must(err)
	staff.Get(at+"/record-outcome").Want(http.StatusOK, "Where the event was held, no mail goes", "Who took part")
	staff.Post(at+"/record-outcome", "outcome", "held", "date", "2018-06-05", "present", "many").Want(http.StatusUnprocessableEntity, "in figures")
	staff.Follow(at+"/record-outcome", "outcome", "held", "date", "2018-06-05", "symbol", "S/PV.8300", "summary", "It was held.", "participants", string(webtest.UNODC)).
		Want(http.StatusOK, "The outcome is on record")
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		section := occasion
		section.ID, section.Shape, section.Phase, section.Title = "s-res-2388-2017/op33/section-1", rapporteur.ShapeInclusion, rapporteur.PhaseAwaiting, "A host report"
		return tx.InsertCycle(ctx, section)
	})
	host := "/cycles/s-res-2388-2017/op33/section-1/commands/record-issue"
	staff.Get(host).Want(http.StatusOK, "Paragraphs of the section", "Masthead date", "No mail goes to anybody")
	staff.Follow(host, "symbol", "S/2018/900", "date", "2018-09-01", "paragraphs", "45–47").Want(http.StatusOK, "The host report is on record")
}

func TestLeadDrafter(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	at := cycleAt + "/lead-drafter"
	h.Must(h.Store.Write(t.Context(), insertKey("other")))
	staff.Get(at).Want(http.StatusOK, "person-staff", `<option value="key-other">Desk`)
	staff.Post(at, "drafter", "key-nobody", "reason", "Leave.").Want(http.StatusUnprocessableEntity, "Nobody who can draft", "Leave.")
	staff.Post(at, "drafter", "key-other").Want(http.StatusUnprocessableEntity, "A reason is needed")
	staff.Follow(at, "drafter", "key-other", "reason", "Leave.").Want(http.StatusOK, "The lead drafter is Desk")
	staff.Get(at).Want(http.StatusOK, "The lead drafter or an administrator appoints another").Lacks("<button type=\"submit\">Appoint")
	staff.Post(at, "drafter", "key-other", "reason", "Again.").Want(http.StatusForbidden)
}

// Whoever of the Secretariat signs in can lead the drafting, and is shown by
// name; whoever is blocked, and officers and contributors, cannot.
func TestAPersonBecomesLeadDrafter(t *testing.T) {
	h := open(t)
	h.Known(
		rapporteur.Person{ID: "person-grace", Role: rapporteur.RoleSecretariat, Label: "Grace <Hopper>"},
		rapporteur.Person{ID: "person-away", Role: rapporteur.RoleSecretariat, Label: "Away", BlockedAt: h.Clock(), BlockedBy: "person-admin"},
		rapporteur.Person{ID: "person-lawyer", Role: rapporteur.RoleClearance, Office: "OLA", Label: "Lawyer"},
		rapporteur.Person{ID: "person-nairobi", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, Label: "Wangari"},
		rapporteur.Person{ID: "person-staff", Role: rapporteur.RoleSecretariat},
	)
	staff := h.As("staff")
	at := cycleAt + "/lead-drafter"
	staff.Get(at).Want(http.StatusOK, `<option value="person-grace">Grace &lt;Hopper&gt;<`, `<option value="person-staff">person-staff<`).Lacks("Away", "Lawyer", "Wangari")
	for _, other := range []string{"person-away", "person-lawyer", "person-nairobi", "person-nobody"} {
		staff.Post(at, "drafter", other, "reason", "Leave.").Want(http.StatusUnprocessableEntity, "Nobody who can draft")
	}
	staff.Follow(at, "drafter", "person-grace", "reason", "Leave.").Want(http.StatusOK, "The lead drafter is Grace &lt;Hopper&gt;", "<bdi>Grace &lt;Hopper&gt;</bdi> reads answers").Lacks("person-grace")
	if got := h.Cycle().LeadDrafter; got != "person-grace" {
		t.Errorf("%s leads", got)
	}
	h.Lacks(t, "Hopper")
}
