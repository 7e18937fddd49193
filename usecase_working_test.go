package rapporteur_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// colleague is another person of Kenya's.
var colleague = rapporteur.Principal{ID: "key-state-ken-2", Role: rapporteur.RoleContributor, Contributor: kenya}

// workHeader is a header section that can be submitted.
const workHeader = `{"return_type":"answered","language":"en",` + header + `}`

func (h *house) working(cycle rapporteur.Cycle, id rapporteur.ContributorID) rapporteur.WorkingView {
	h.t.Helper()
	v, err := h.correspondence.WorkingAnswer(h.t.Context(), key(cycle, id))
	must(h.t, err)
	return v
}

// save saves a section over what is there now.
func (h *house) save(cycle rapporteur.Cycle, who rapporteur.Principal, section, content string) error {
	h.t.Helper()
	seen := rapporteur.Seen{}
	if s, ok := h.working(cycle, who.Contributor).Answer.Section(section); ok {
		seen.Revisions = []int{s.Revision}
	}
	_, err := h.correspondence.SaveSection(h.t.Context(), who, key(cycle, who.Contributor), rapporteur.SectionSave{Section: section, Content: []byte(content), Seen: seen})
	return err
}

func (h *house) handIn(cycle rapporteur.Cycle, who rapporteur.Principal) (rapporteur.Submission, error) {
	h.t.Helper()
	v := h.working(cycle, who.Contributor)
	return h.correspondence.SubmitWorkingAnswer(h.t.Context(), who, key(cycle, who.Contributor), []rapporteur.WorkingSeen{{Revision: v.Answer.Revision, Version: v.Request.Version}})
}

func TestAnAnswerGrowsBySectionAndIsSubmitted(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	if v := h.working(cycle, kenya); v.Answer.Revision != 0 || len(v.Answer.Sections) > 0 {
		t.Errorf("before anybody begins there is %+v", v.Answer)
	}
	must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes"}}`))
	h.set(h.clock().Add(time.Hour))
	must(t, h.save(cycle, colleague, "op3", `{"Q3.1":{"status":"no_information"}}`))
	verdict, err := h.correspondence.CheckWorkingAnswer(t.Context(), key(cycle, kenya))
	must(t, err)
	if verdict.Accepted || len(verdict.Findings) == 0 {
		t.Errorf("without a header the verdict is %+v", verdict)
	}
	h.unchanged("what cannot be accepted", func() {
		_, err := h.handIn(cycle, by(kenya))
		refused(t, err, rapporteur.ProblemRejected)
	})
	must(t, h.save(cycle, by(kenya), "header", workHeader))
	s, err := h.handIn(cycle, colleague)
	must(t, err)
	if s.Version != 1 || s.SubmittedBy != colleague.ID || s.ReturnType != rapporteur.ReturnAnswered {
		t.Errorf("the receipt is %+v", s)
	}
	body := read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, s.Hash) })
	var got map[string]any
	must(t, json.Unmarshal(body, &got))
	if answers := got["answers"].(map[string]any); len(answers) != 2 || got["questionnaire"] != "member-state" || got["version"] != "1.0.0" {
		t.Errorf("the body is %s", body)
	}
	v := h.working(cycle, kenya)
	if v.Answer.Changed() || v.Answer.Submitted.Version != 1 || len(v.Answer.Sections) != 3 {
		t.Errorf("after its submission the working answer is %+v", v.Answer)
	}
	saves, err := h.correspondence.WorkingSaves(t.Context(), key(cycle, kenya))
	must(t, err)
	var lines []string
	for _, line := range saves {
		lines = append(lines, line.By+" "+line.Section)
	}
	same(t, "who saved what", lines, []string{"key-state-ken op2", "key-state-ken-2 op3", "key-state-ken header"})
	if records := h.audited(cycle, rapporteur.ActionSubmitted); len(records) != 1 || records[0].Details["version"] != "1" {
		t.Errorf("the audit says %+v", records)
	}
}

// A correction begins with what was submitted, and says only what is new.
func TestACorrectionBeginsWithWhatWasSubmitted(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	must(t, h.save(cycle, by(kenya), "header", workHeader))
	must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes"}}`))
	first, err := h.handIn(cycle, by(kenya))
	must(t, err)
	h.unchanged("the same working answer again", func() {
		again, err := h.handIn(cycle, by(kenya))
		must(t, err)
		same(t, "receipt", again, first)
	})
	_, err = h.secretariat.Return(t.Context(), staff, key(cycle, kenya), due, "Say more.", "")
	must(t, err)
	must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes","deposited":"2005-01-05"}}`))
	second, err := h.handIn(cycle, by(kenya))
	must(t, err)
	if second.Version != 2 || second.Hash == first.Hash {
		t.Errorf("the correction is %+v", second)
	}
}

// What comes by another way neither takes the working answer away nor is
// replaced by it unseen.
func TestASubmissionByAnotherWayLeavesTheWorkingAnswer(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	must(t, h.save(cycle, by(kenya), "header", workHeader))
	must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes"}}`))
	before := h.working(cycle, kenya)
	h.answer(cycle, kenya, "By spreadsheet.")
	after := h.working(cycle, kenya)
	same(t, "working answer", after.Answer, before.Answer)
	seen := []rapporteur.WorkingSeen{{Revision: before.Answer.Revision, Version: before.Request.Version}}
	h.unchanged("a submission that has not seen the other", func() {
		_, err := h.correspondence.SubmitWorkingAnswer(t.Context(), by(kenya), key(cycle, kenya), seen)
		refused(t, err, rapporteur.ProblemPrecondition, "Version 1", "by another way")
	})
	s, err := h.handIn(cycle, by(kenya))
	must(t, err)
	if s.Version != 2 {
		t.Errorf("the receipt is %+v", s)
	}
}

func TestWhoeverSubmitsHasSeenTheWhole(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.correspondence.SubmitWorkingAnswer(t.Context(), by(kenya), key(cycle, kenya), []rapporteur.WorkingSeen{{}})
	refused(t, err, rapporteur.ProblemNotFound)
	must(t, h.save(cycle, by(kenya), "header", workHeader))
	must(t, h.save(cycle, colleague, "op2", `{"Q2.1":{"status":"yes"}}`))
	for _, seen := range [][]rapporteur.WorkingSeen{nil, {{Revision: 1}}, {{Revision: 9}, {Revision: 1}}} {
		h.unchanged("a submission of something else", func() {
			_, err := h.correspondence.SubmitWorkingAnswer(t.Context(), by(kenya), key(cycle, kenya), seen)
			refused(t, err, rapporteur.ProblemPrecondition)
			if len(seen) > 0 {
				refused(t, err, rapporteur.ProblemPrecondition, "op2", colleague.ID)
			}
		})
	}
	if _, err = h.correspondence.SubmitWorkingAnswer(t.Context(), by(kenya), key(cycle, kenya), []rapporteur.WorkingSeen{{Revision: 1}, {Revision: 2}}); err != nil {
		t.Error(err)
	}
}

// Between the check and the acceptance somebody saves, or submits by another
// way: then nothing is accepted.
func TestWhatChangesWhileItIsSubmittedIsNotAccepted(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*house, rapporteur.Cycle)
		kind      rapporteur.ProblemKind
	}{
		"a section is saved": {func(h *house, c rapporteur.Cycle) {
			must(h.t, h.save(c, colleague, "op4", `{}`))
		}, rapporteur.ProblemPrecondition},
		"another version comes": {func(h *house, c rapporteur.Cycle) { h.answer(c, kenya, "Meanwhile.") }, rapporteur.ProblemPrecondition},
		"collection closes":     {(*house).closeCollection, rapporteur.ProblemClosed},
		"the cycle ends":        {(*house).cancel, rapporteur.ProblemClosed},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting()
			must(t, h.save(cycle, by(kenya), "header", workHeader))
			must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes"}}`))
			done := false
			undisturbed := h.correspondence
			h.correspondence.Catalogue = changing{h.catalogue, func() {
				if !done {
					done = true
					disturbing := h.correspondence
					h.correspondence = undisturbed
					c.meanwhile(h, cycle)
					h.correspondence = disturbing
				}
			}}
			_, err := h.handIn(cycle, by(kenya))
			refused(t, err, c.kind)
			for _, body := range h.everything()["submissions"] {
				if strings.Contains(body, "'answered'") {
					t.Errorf("it was accepted: %s", body)
				}
			}
		})
	}
}

func (h *house) closeCollection(c rapporteur.Cycle) {
	h.t.Helper()
	_, err := h.conduct.CloseCollection(h.t.Context(), c.ID, h.moment())
	must(h.t, err)
}

func (h *house) cancel(c rapporteur.Cycle) {
	h.t.Helper()
	must(h.t, h.conduct.Cancel(h.t.Context(), c.ID, "no longer needed", staff.ID, h.moment(), ignored))
}

func TestWhatIsNotSavedLeavesNothingBehind(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	must(t, h.save(cycle, by(kenya), "op2", `{}`))
	deep := strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)
	cases := []struct {
		name, section, content string
		kind                   rapporteur.ProblemKind
	}{
		{"an e-mail address in a text", "op3", `{"Q3.1":{"status":"yes","text":"Ask a.victim@example.org."}}`, rapporteur.ProblemRejected},
		{"a telephone number in what is no answer yet", "op3", `{"Q3.1":{"text":["+254 700 123 456"]}}`, rapporteur.ProblemRejected},
		{"a case column as a question", "op3", `{"victim_name":{}}`, rapporteur.ProblemRejected},
		{"a case column as a field", "op3", `{"Q3.1":{"prs_Name":"x"}}`, rapporteur.ProblemRejected},
		{"a case column in a row", "op5", `{"Q5.1":{"offences":[{"victim_name":"x"}]}}`, rapporteur.ProblemRejected},
		{"an unknown question", "op3", `{"Q99":{}}`, rapporteur.ProblemRejected},
		{"an unknown field", "op3", `{"Q3.1":{"surprise":1}}`, rapporteur.ProblemRejected},
		{"an unknown field in a row", "op5", `{"Q5.1":{"offences":[{"surprise":"x"}]}}`, rapporteur.ProblemRejected},
		{"an unknown field of the header", "header", `{"header":{"surprise":"x"}}`, rapporteur.ProblemRejected},
		{"another section's question", "op3", `{"Q2.1":{}}`, rapporteur.ProblemInvalid},
		{"an answer that is none", "op3", `{"Q3.1":"yes"}`, rapporteur.ProblemInvalid},
		{"no object", "op3", `[]`, rapporteur.ProblemInvalid},
		{"no JSON", "op3", `{`, rapporteur.ProblemMalformed},
		{"more than one value", "op3", `{}, "header": {}`, rapporteur.ProblemMalformed},
		{"a key twice", "op3", `{"Q3.1":{},"Q3.1":{}}`, rapporteur.ProblemMalformed},
		{"too deep", "op3", `{"Q3.1":` + deep + `}`, rapporteur.ProblemTooLarge},
		{"too large", "op3", `{"Q3.1":{"text":"` + strings.Repeat("x", rapporteur.MaxWorkingSection) + `"}}`, rapporteur.ProblemTooLarge},
		{"no such section", "op99", `{}`, rapporteur.ProblemNotFound},
		{"the answers in the header", "header", `{"answers":{"Q2.1":{}}}`, rapporteur.ProblemInvalid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.unchanged("what was refused", func() {
				err := h.save(cycle, by(kenya), c.section, c.content)
				refused(t, err, c.kind)
				for _, secret := range []string{"victim@", "+254", "surprise\""} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the problem repeats what was written: %v", err)
					}
				}
			})
		})
	}
	// What is incomplete or not right yet may be saved.
	for section, content := range map[string]string{
		"op3":    `{"Q3.1":{"valid_from":"next year","document":7,"legal_reference":"Act"},"Q3.4":{"identified":[{"sex":"F"}]}}`,
		"header": `{"header":{"officer":{"name":"A. Person","email":"a.person@example.org","telephone":"+254 700 123 456"}},"reason":""}`,
	} {
		must(t, h.save(cycle, by(kenya), section, content))
	}
}

func TestWhenNothingCanBeSavedAnyMore(t *testing.T) {
	withdraw := func(h *house, c rapporteur.Cycle) {
		must(h.t, h.apply(c, rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya}))
	}
	for name, c := range map[string]struct {
		end  func(*house, rapporteur.Cycle)
		left int // working answers
		word string
	}{
		"closed":    {func(h *house, c rapporteur.Cycle) { h.closeCollection(c) }, 1, "Collection has closed"},
		"withdrawn": {withdraw, 1, "withdrawn"},
		"cancelled": {func(h *house, c rapporteur.Cycle) { h.cancel(c) }, 0, "withdrawn"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting()
			must(t, h.save(cycle, by(kenya), "op2", `{"Q2.1":{"status":"yes"}}`))
			c.end(h, cycle)
			acts := map[string]func() error{
				"save": func() error { return h.save(cycle, by(kenya), "op3", `{}`) },
				"prefill": func() error {
					_, err := h.correspondence.Prefill(t.Context(), by(kenya), key(cycle, kenya), nil)
					return err
				},
				"remove": func() error {
					_, err := h.correspondence.RemoveSection(t.Context(), by(kenya), key(cycle, kenya), "op2", rapporteur.Seen{Any: true})
					return err
				},
				"confirm": func() error {
					_, err := h.correspondence.ConfirmSection(t.Context(), by(kenya), key(cycle, kenya), "op2", nil, rapporteur.Seen{Any: true})
					return err
				},
				"submit": func() error { _, err := h.handIn(cycle, by(kenya)); return err },
			}
			for act, do := range acts {
				h.unchanged(act, func() { refused(t, do(), rapporteur.ProblemClosed, c.word) })
			}
			// It can still be read, to be taken elsewhere, until the cycle ends.
			if got := len(h.working(cycle, kenya).Answer.Sections); got != c.left {
				t.Errorf("%d sections can be read, want %d", got, c.left)
			}
		})
	}
	h := newHouse(t)
	cycle := h.planned("2018")
	_, err := h.correspondence.WorkingAnswer(t.Context(), key(cycle, kenya))
	refused(t, err, rapporteur.ProblemNotFound)
	_, err = h.correspondence.SaveSection(t.Context(), by(kenya), key(cycle, kenya), rapporteur.SectionSave{Section: "op2", Content: []byte(`{}`)})
	refused(t, err, rapporteur.ProblemNotFound)
}

func TestWorkingAnswersGoWithTheirCycle(t *testing.T) {
	for name, end := range map[string]func(*house, rapporteur.Cycle){
		"closed":    func(h *house, c rapporteur.Cycle) { must(h.t, h.conduct.Close(h.t.Context(), c.ID, h.moment())) },
		"cancelled": func(h *house, c rapporteur.Cycle) { h.cancel(c) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle, other := h.collecting(), h.collecting(kenya)
			for _, who := range []rapporteur.ContributorID{kenya, france} {
				must(t, h.save(cycle, by(who), "op2", `{}`))
			}
			must(t, h.save(other, by(kenya), "op2", `{}`))
			end(h, cycle)
			rows := h.everything()
			if len(rows["working_answers"]) != 1 || len(rows["working_sections"]) != 1 || len(rows["working_saves"]) != 1 {
				t.Errorf("left are %v, %v and %v", rows["working_answers"], rows["working_sections"], rows["working_saves"])
			}
			action := map[string]rapporteur.Action{"closed": rapporteur.ActionCycleClosed, "cancelled": rapporteur.ActionCancelled}[name]
			records := h.audited(cycle, action)
			if len(records) != 1 || records[0].Details["working-answers"] != "2" {
				t.Errorf("the audit says %+v", records)
			}
			h.unchanged("the end again", func() { end(h, cycle) })
		})
	}
}

// Nothing of a working answer is content of the audit or of anything but the
// tables that are its own.
func TestAWorkingAnswerLeavesNoTraceElsewhere(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	before := h.everything()
	must(t, h.save(cycle, by(kenya), "op3", `{"Q3.2":{"status":"yes","name":"The Task Force"}}`))
	after := h.everything()
	for table, rows := range after {
		if strings.HasPrefix(table, "working_") {
			continue
		}
		same(t, table, rows, before[table])
	}
}
