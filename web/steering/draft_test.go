package steering_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const draftAt = cycleAt + "/drafts/1"

// drafted is a house with a draft that rests on Kenya's answer.
func drafted(t *testing.T) *webtest.House {
	t.Helper()
	h := open(t)
	h.Submit("kenya", webtest.Answer(""))
	h.Compile()
	return h
}

func firstDraft(h *webtest.House) rapporteur.Draft {
	h.T.Helper()
	var draft rapporteur.Draft
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		draft, err = r.Draft(ctx, webtest.Cycle, 1)
		return err
	})
	return draft
}

// tabled adds a draft with a table of figures, one of which is withheld.
func tabled(h *webtest.House) {
	h.T.Helper()
	draft := firstDraft(h)
	draft.Number, draft.Report.Draft = 2, 2
	source := []rapporteur.Source{{Contributor: webtest.Kenya, Version: 1, Pointer: "/answers/Q5.2/prosecuted/0/value"}}
	draft.Report.Sections = append(draft.Report.Sections, rapporteur.ReportSection{Level: 1, Number: "IX", Heading: "Figures", Blocks: []rapporteur.Block{{Table: &rapporteur.Table{
		Number: 1, Title: "Persons prosecuted", Columns: []string{"Group", "Persons", "Contributors"}, Rows: []rapporteur.TableRow{
			{Label: "Women", Cells: []rapporteur.Cell{{Text: "13", Flag: "F", Sources: source}, {Text: "fewer than 3", Flag: "C"}}},
		},
	}}}})
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertDraft(ctx, draft) })
}

func TestDraftsPage(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	staff.Get(cycleAt+"/drafts").Want(http.StatusOK, "There is no draft yet", "Close collection and compile", "4 asked").Lacks("Transmit")
	staff.Follow(cycleAt+"/observations", "observations", "First <b>.\n\n \nSecond,\nof two lines.").Want(http.StatusOK, "Saved: 2 paragraphs", "First &lt;b&gt;.\n\nSecond,\nof two lines.")
	staff.Post(cycleAt+"/observations", "observations", strings.Repeat("x", 10_001)).Want(http.StatusUnprocessableEntity, "Invalid observation", "xxxx")
	h.Submit("kenya", webtest.Answer(""))
	h.Compile()
	staff.Get(cycleAt+"/drafts").Want(http.StatusOK, "Draft 1", draftAt, "The cycle is with clearance")
	h.As("ola").Get(cycleAt+"/drafts").Want(http.StatusOK, "Draft 1").Lacks("Close collection", "<textarea")
	h.As("kenya").Get(cycleAt + "/drafts").Want(http.StatusForbidden)
}

// A draft is read with what stands behind every paragraph and figure.
func TestDraftPageAndItsSources(t *testing.T) {
	h := drafted(t)
	staff := h.As("staff")
	staff.Get(draftAt).Want(http.StatusOK, "What stands behind paragraph", "DOCX", firstDraft(h).Report.Hash)
	staff.Get(cycleAt + "/drafts/2").Want(http.StatusNotFound)
	tabled(h)
	page := staff.Get(cycleAt+"/drafts/2").Want(http.StatusOK, "Table 1. Persons prosecuted", "withheld")
	staff.Get(cycleAt + "/drafts/x").Want(http.StatusNotFound)
	figure := regexp.MustCompile(`href="([^"]*sources\?cell=[^"]*)"`).FindStringSubmatch(page.Body.String())
	if figure == nil {
		t.Fatalf("no figure has sources\n%s", page.Body)
	}
	at := strings.ReplaceAll(figure[1], "&amp;", "&")
	staff.Get(at).Want(http.StatusOK, "<!DOCTYPE html>", "Table 1, Women, Persons", "Kenya", "Prosecuted", kenyaAt+"/versions/1#Q5.2", "Back to the draft")
	h.As("ola").Get(at).Want(http.StatusOK, "Kenya").Lacks(kenyaAt + "/versions/1") // may not read it
	for _, wrong := range []string{"", "?paragraph=0", "?paragraph=9999", "?table=1&row=0&cell=99", "?table=1&row=-1&cell=0", "?table=1"} {
		staff.Get(cycleAt + "/drafts/2/sources" + wrong).Want(http.StatusNotFound)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	r.Header.Set("HX-Request", "true")
	r.AddCookie(staff.Cookie)
	staff.Do(r).Want(http.StatusOK, "Kenya").Lacks("<!DOCTYPE html>")
	for format, begins := range map[string]string{"docx": "PK", "html": "<!DOCTYPE html>", "json": "{"} {
		got := staff.Get(draftAt + "/report/" + format).Want(http.StatusOK)
		if !strings.HasPrefix(got.Body.String(), begins) || !strings.Contains(got.Header().Get("Content-Disposition"), "s-res-2388-2017-op34-2018-draft-1."+format) {
			t.Errorf("%s: %s %.20s", format, got.Header().Get("Content-Disposition"), got.Body)
		}
	}
	staff.Get(draftAt + "/report/pdf").Want(http.StatusNotFound)
}

func decision(h *webtest.House, more ...string) []string {
	return append([]string{"hash", firstDraft(h).Report.Hash, "step", stepOf(h).ID}, more...)
}

func stepOf(h *webtest.House) rapporteur.ClearanceStep {
	h.T.Helper()
	found, err := h.Config.Steering.Clearing(h.T.Context(), webtest.Cycle, 1)
	h.Must(err)
	return found.Step()
}

// officer is somebody who clears for an office of the present step.
func officer(h *webtest.House, office string) webtest.Person {
	p := webtest.Person{Cookie: h.SignIn(rapporteur.Principal{ID: "person-" + strings.ToLower(office), Role: rapporteur.RoleClearance, Office: office}), Language: "en"}
	return h.Of(p)
}

func TestDecideOnDraft(t *testing.T) {
	h := drafted(t)
	step := stepOf(h)
	first := officer(h, step.Offices[0])
	first.Get("/clearance").Want(http.StatusOK, "What waits for "+step.Offices[0], draftAt)
	h.As("staff").Get("/clearance").Want(http.StatusOK, "What waits", draftAt)
	outsider := officer(h, "NOBODY")
	outsider.Get("/clearance").Want(http.StatusOK, "Nothing waits for you", "With others")
	outsider.Get(draftAt).Want(http.StatusOK, "has not decided").Lacks("Your decision")
	at := draftAt + "/decision"
	outsider.Post(at, decision(h, "decision", "approve")...).Want(http.StatusForbidden)
	outsider.Post(at, decision(h, "decision", "approve", "capacity", step.Offices[0]+"|")...).Want(http.StatusForbidden)
	outsider.Post(at, decision(h, "decision", "approve", "capacity", step.Offices[0]+"|person-x")...).Want(http.StatusForbidden)
	first.Get(draftAt).Want(http.StatusOK, "Your decision", "You decide for <strong>"+step.Offices[0])
	first.Post(at, decision(h)...).Want(http.StatusUnprocessableEntity, "A decision is needed")
	first.Post(at, decision(h, "decision", "return", "return-to", "drafting")...).Want(http.StatusUnprocessableEntity, "Comments are needed")
	first.Post(at, "hash", strings.Repeat("0", 64), "step", step.ID, "decision", "approve", "comments", "Fine.").Want(http.StatusConflict, "is not draft 1", "Fine.")
	first.Follow(at, decision(h, "decision", "approve")...).Want(http.StatusOK, "Approved for "+step.Offices[0], "approved on").Lacks("Your decision")
	if got := h.Audit(rapporteur.ActionDecided); len(got) != 1 || got[0].Details["hash"] != firstDraft(h).Report.Hash {
		t.Errorf("the record says %+v", got)
	}
}

func TestReturnDraftToDrafting(t *testing.T) {
	h := drafted(t)
	first := officer(h, stepOf(h).Offices[0])
	first.Follow(draftAt+"/decision", decision(h, "decision", "return", "return-to", "drafting", "comments", "Paragraph 4 is <wrong>.")...).
		Want(http.StatusOK, "Returned to drafting", "Paragraph 4 is &lt;wrong&gt;.")
	_, err := h.Conduct.CheckClearance(t.Context(), webtest.Cycle, 1, h.Moment())
	h.Must(err)
	staff := h.As("staff")
	staff.Get(cycleAt+"/drafts").Want(http.StatusOK, "Compile the next draft", "Paragraph 4 is &lt;wrong&gt;.")
	staff.Follow(cycleAt+"/observations", "observations", "A new paragraph.")
	staff.Follow(cycleAt+"/commands/redraft").Want(http.StatusOK, "The next draft is being compiled")
	again := h.Moment()
	again.Event = "9"
	_, err = h.Conduct.Compile(t.Context(), webtest.Cycle, again)
	h.Must(err)
	staff.Get(draftAt).Want(http.StatusOK, "This is not the newest draft")
	staff.Get(cycleAt+"/drafts/2").Want(http.StatusOK, "new or changed since", "New or changed.", "A new paragraph.")
}

// Whoever is away lets somebody decide; the record names both.
func TestDelegation(t *testing.T) {
	h := drafted(t)
	step := stepOf(h)
	first, deputy := officer(h, step.Offices[0]), officer(h, "DEPUTY")
	today := rapporteur.DateOf(h.Clock())
	at := draftAt + "/delegation"
	first.Get(draftAt).Want(http.StatusOK, "Let somebody decide while you are away")
	first.Post(at, "to", "person-deputy", "starts", today.String()).Want(http.StatusUnprocessableEntity, "Dates are needed", "person-deputy")
	deputy.Post(draftAt+"/decision", decision(h, "decision", "approve", "capacity", step.Offices[0]+"|person-"+strings.ToLower(step.Offices[0]))...).Want(http.StatusForbidden, "No delegation")
	first.Follow(at, "to", "person-deputy", "starts", today.String(), "ends", today.AddDays(5).String()).Want(http.StatusOK, "person-deputy decides for "+step.Offices[0])
	deputy.Get("/clearance").Want(http.StatusOK, "Delegated to you by", "person-"+strings.ToLower(step.Offices[0]))
	deputy.Get(draftAt).Want(http.StatusOK, "on behalf of")
	deputy.Follow(draftAt+"/decision", decision(h, "decision", "approve", "capacity", step.Offices[0]+"|person-"+strings.ToLower(step.Offices[0]))...).
		Want(http.StatusOK, "by person-deputy on behalf of person-"+strings.ToLower(step.Offices[0]))
	if got := h.Audit(rapporteur.ActionDecided); len(got) != 1 || got[0].Actor != "person-deputy" || got[0].Details["for"] != "person-"+strings.ToLower(step.Offices[0]) {
		t.Errorf("the record says %+v", got)
	}
}
