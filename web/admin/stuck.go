package admin

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	stuckPage  = parse("stuck.html")
	repairPage = parse("repair.html")
)

// stuckView is the list of stuck work.
type stuckView struct {
	Places []place
	Items  []stuckItem
	Away   bool // the engine does not say which of its steps fail
	Part   bool
}

// stuckItem is one piece of stuck work.
type stuckItem struct {
	rapporteur.Stuck
	Title   string // of the cycle
	Name    string // of the contributor
	History string // address of what happened
	Mend    string // address of its repair, empty for none
	Hook    string // address of the endpoint to which messages were given up
}

// showStuck lists what is stuck.
func (p pages) showStuck(v *frame.Visit) error {
	found, err := p.Repairs.Find(v.Context())
	if err != nil {
		return err
	}
	view := stuckView{Places: placesOf(v, "/admin/stuck"), Away: found.Away != nil, Part: found.Part}
	titles := map[rapporteur.CycleID]rapporteur.Cycle{}
	cycles, err := p.allCycles(v.Context())
	if err != nil {
		return err
	}
	for _, c := range cycles {
		titles[c.ID] = c
	}
	for _, s := range found.Items {
		view.Items = append(view.Items, p.stuckItem(s, titles[s.Cycle]))
	}
	return v.Render(http.StatusOK, stuckPage, view)
}

func (p pages) stuckItem(s rapporteur.Stuck, c rapporteur.Cycle) stuckItem {
	item := stuckItem{Stuck: s, Title: string(s.Cycle), History: adminAddress(s.Cycle)}
	if c.ID != "" {
		item.Title = p.titleOf(c)
	}
	if s.Contributor != "" {
		item.Name = p.nameOf(c, s.Contributor)
	}
	if s.Webhook != "" {
		item.Hook = hookAt(s.Webhook)
	}
	if s.Repair != rapporteur.NoRepair {
		item.Mend = "/admin/stuck/repair?" + url.Values{"item": {s.ID()}}.Encode()
	}
	return item
}

// repairView is the page on which a repair is confirmed.
type repairView struct {
	Places    []place
	Item      stuckItem
	Will      string // what pressing the button does
	ID        string
	Reason    string
	Complaint string
}

// repairWill says what a repair does, before it is done.
var repairWill = map[rapporteur.RepairKind]string{
	rapporteur.RepairTell: "The engine is told at once to look again. It then does only what is due by the record: nothing is done twice, and nobody is written to who need not be.",
	rapporteur.RepairSend: "The message is marked and leaves at the engine’s next look, which it is told to take at once. One mail goes to this contributor, with the Message-ID that " +
		"the first attempt had. If the contributor has answered by then, none goes.",
	rapporteur.RepairRetry: "The step is tried at once instead of after its pause. Its count of attempts begins anew.",
}

// askRepair shows what a repair will do, and asks for the reason.
func (p pages) askRepair(v *frame.Visit) error {
	return p.repairForm(v, http.StatusOK, v.Request.URL.Query().Get("item"), "", "")
}

func (p pages) repairForm(v *frame.Visit, status int, id, reason, complaint string) error {
	item, err := p.Repairs.Item(v.Context(), id)
	if err != nil {
		return err
	}
	page, err := p.Histories.Page(v.Context(), rapporteur.AuditFilter{Cycle: item.Cycle, Limit: 1}, "en")
	if err != nil {
		return err
	}
	will := repairWill[item.Repair]
	switch item.Kind {
	case rapporteur.StuckLost:
		will = "The engine starts what it does not run again, from what is on record. Steps that are due are then carried out; the ledger of messages keeps everybody from being written to twice. What the engine still runs is left alone."
	case rapporteur.StuckOutbox:
		will = "The relay reads the outbox at once and tells the engine what waits. While the engine does not answer, everything stays in the outbox; nothing is lost."
	}
	return v.Render(status, repairPage, repairView{
		Places: placesOf(v, "/admin/stuck"), Item: p.stuckItem(item, page.Cycle), Will: will, ID: id, Reason: reason, Complaint: complaint,
	})
}

// orderRepair has stuck work repaired.
func (p pages) orderRepair(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id, reason := form.Get("item"), form.Get("reason")
	_, err = p.Repairs.Order(v.Context(), v.Principal, id, reason, v.CommandID())
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && problem.Kind == rapporteur.ProblemInvalid {
		return p.repairForm(v, http.StatusUnprocessableEntity, id, reason, problem.Detail)
	}
	if err != nil {
		return err
	}
	v.Note("The repair is on its way and on the record. What is still listed has not moved yet; load the page again in a minute.")
	return v.Redirect("/admin/stuck")
}
