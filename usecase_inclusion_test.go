package rapporteur_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

var op33 = rapporteur.StreamKey{Instrument: instrument, Stream: "op33"}

// calendarHouse has every mission and the offices that draft their reports
// reachable; it is 21 November 2017 and the calendar of OP33 has started.
func calendarHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	h.set(rapporteur.Date{Year: 2017, Month: time.November, Day: 21}.At(16))
	for _, c := range h.catalogue.Contributors(rapporteur.DateOf(h.clock()), rapporteur.KindMission) {
		h.reachable(c.ID)
	}
	for _, office := range []string{"DPO", "DPPA", "CTED"} {
		h.reachable(rapporteur.OfficeContributor(office))
	}
	_, err := h.secretariat.StartCalendar(t.Context(), staff, op33, rapporteur.Date{})
	must(t, err)
	h.relay()
	return h
}

func (h *house) plan(key rapporteur.StreamKey) rapporteur.PlannedCycles {
	h.t.Helper()
	planned, err := h.conduct.PlanCycles(h.t.Context(), key, h.moment())
	must(h.t, err)
	return planned
}

// section submits an answer to the questionnaire for a section.
func (h *house) section(cycle rapporteur.Cycle, id rapporteur.ContributorID, questionnaire, members string) {
	h.t.Helper()
	body := fmt.Appendf(nil, `{"questionnaire":%q,"version":"1.0.0","language":"en",%s,%s}`, questionnaire, members, header)
	_, err := h.correspondence.Submit(h.t.Context(), by(id), key(cycle, id), body)
	must(h.t, err)
}

// theSection is the cycle of the section for UNMISS's report that is due on 11
// September 2018, open on its opening day.
func (h *house) theSection() rapporteur.Cycle {
	h.t.Helper()
	h.set(day(time.July, 10).At(13))
	h.plan(op33)
	cycle := h.cycle("s-res-2388-2017/op33/unmiss-2018-09-11")
	h.set(cycle.Plan.Date(rapporteur.DateOpens).At(13))
	_, err := h.conduct.Open(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	request := rapporteur.PlannedRung{
		Rung: rapporteur.Rung{ID: rapporteur.RungRequest, Notice: rapporteur.NoticeRequest}, Due: cycle.Plan.Date(rapporteur.DateDue),
	}
	_, err = h.conduct.SendRung(h.t.Context(), cycle.ID, request, h.moment(), ignored)
	must(h.t, err)
	return h.cycle(cycle.ID)
}

// handOver collects, closes and hands over.
func (h *house) handOver(cycle rapporteur.Cycle) rapporteur.Cycle {
	h.t.Helper()
	_, err := h.conduct.Collect(h.t.Context(), cycle.ID, h.moment(), noProgress)
	must(h.t, err)
	_, err = h.conduct.CloseCollection(h.t.Context(), cycle.ID, h.moment())
	must(h.t, err)
	if phase := h.cycle(cycle.ID).Phase; phase != rapporteur.PhaseHandingOver {
		h.t.Fatalf("after collection the cycle is %s", phase)
	}
	must(h.t, h.conduct.HandOver(h.t.Context(), cycle.ID, h.moment()))
	return h.cycle(cycle.ID)
}

func TestSectionGoesToTheDrafterAndIntoTheHostReport(t *testing.T) {
	h := calendarHouse(t)
	cycle := h.theSection()
	if cycle.Title != "Report of the Secretary-General: United Nations Mission in South Sudan (UNMISS)" || cycle.Series != "unmiss" ||
		cycle.Plan.Date(rapporteur.DateMandated) != day(time.September, 11) {
		t.Fatalf("the cycle is %+v", cycle)
	}
	request, err := h.sink.Messages()[0].Parse()
	must(t, err)
	if subject := request.Header.Get("Subject"); !strings.Contains(subject, "Contribution requested") {
		t.Errorf("the mission was asked: %q", subject)
	}
	h.section(cycle, unmiss, "mission-section", `"return_type":"answered","answers":{
		"M33.2":{"status":"yes","areas":["police","border"],"efforts":"The mission trained police investigators in Juba. Two girls were referred to a shelter. The training was repeated in Malakal for officers of the border service."},
		"M33.3":{"status":"yes","referrals":[{"sex":"F","age":"0-17","value":3},{"sex":"F","age":"18+","value":9}]},
		"M33.4":{"status":"yes","classification":"confidential","identified":4}}`)
	cycle = h.handOver(cycle)
	draft := read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
		return r.Draft(ctx, cycle.ID, 1)
	})
	text := fmt.Sprint(sectionTexts(draft.Report))
	for _, want := range []string{"trained police investigators in Juba", "repeated in Malakal", "Areas: police, border.", "Victims referred: 12.", "a few persons is withheld"} {
		if !strings.Contains(text, want) {
			t.Errorf("the section does not say %q:\n%s", want, text)
		}
	}
	for _, secret := range []string{"Two girls", "Identified", "by sex"} {
		if strings.Contains(text, secret) {
			t.Errorf("the section says %q:\n%s", secret, text)
		}
	}
	mails := h.mails()
	if mails[len(mails)-1] != "request mission-unmiss" || mails[0] != "handed-over office-dpo" {
		t.Errorf("mails: %v", mails)
	}
	h.unchanged("handing over again", func() { must(t, h.conduct.HandOver(t.Context(), cycle.ID, h.moment())) })
	if h.sink.Count() != 2 {
		t.Errorf("%d mails", h.sink.Count())
	}
	issue := rapporteur.Transmittal{Symbol: "S/2018/831", Masthead: day(time.September, 11), Paragraphs: "45–47"}
	must(t, h.conduct.RecordIssue(t.Context(), cycle.ID, issue, h.moment()))
	must(t, h.conduct.Close(t.Context(), cycle.ID, h.moment()))
	h.unchanged("recording again", func() { must(t, h.conduct.RecordIssue(t.Context(), cycle.ID, issue, h.moment())) })
	cycle = h.cycle(cycle.ID)
	if cycle.Phase != rapporteur.PhaseClosed || cycle.Symbol != "S/2018/831" || cycle.Paragraphs != "45–47" || cycle.Masthead != day(time.September, 11) {
		t.Errorf("the record says %+v", cycle)
	}
	if got := h.history(cycle); !strings.Contains(got, "issued as S/2018/831 with the section in paragraphs 45–47") {
		t.Errorf("history: %s", got)
	}
}

func TestSilentMissionIsSaidSoAndTheReportIssuesWithout(t *testing.T) {
	h := calendarHouse(t)
	cycle := h.handOver(h.theSection())
	if cycle.Draft != 0 || cycle.Phase != rapporteur.PhaseAwaiting {
		t.Fatalf("the cycle is %+v", cycle)
	}
	messages := h.sink.Messages()
	if raw := string(messages[len(messages)-1].Raw); !strings.Contains(raw, "the contributor did not reply") {
		t.Errorf("the drafter was told:\n%s", raw)
	}
	must(t, h.conduct.ChaseIssue(t.Context(), cycle.ID, h.moment()))
	if got := h.cycle(cycle.ID).Attention; !strings.Contains(got, "11 September 2018") {
		t.Errorf("attention: %q", got)
	}
	must(t, h.conduct.RecordIssue(t.Context(), cycle.ID, rapporteur.Transmittal{Symbol: "S/2018/831", Masthead: day(time.September, 14)}, h.moment()))
	cycle = h.cycle(cycle.ID)
	if cycle.Attention != "" || cycle.Paragraphs != "" {
		t.Errorf("the record says %+v", cycle)
	}
	if got := h.history(cycle); !strings.Contains(got, "without the section") || !strings.Contains(got, "3 days after the mandated date") {
		t.Errorf("history: %s", got)
	}
}

func TestReturnsThatAreNoSection(t *testing.T) {
	for kind, want := range map[string]string{
		"nil": "nothing to report", "not-applicable": "considered it not applicable", "covered": "refers to another report", "declined": "declined",
	} {
		h := calendarHouse(t)
		cycle := h.theSection()
		h.section(cycle, unmiss, "mission-section", fmt.Sprintf(`"return_type":%q,"reason":"Outside the mandate."`, kind))
		if cycle = h.handOver(cycle); cycle.Draft != 0 {
			t.Errorf("%s: there is a draft", kind)
		}
		messages := h.sink.Messages()
		if raw := strings.ReplaceAll(string(messages[len(messages)-1].Raw), "=\r\n", ""); !strings.Contains(raw, want) {
			t.Errorf("%s: the drafter was told:\n%s", kind, raw)
		}
	}
}

// A host report that issued without a section is no report before the next one.
func TestASectionFollowsOneThatWasNot(t *testing.T) {
	h := calendarHouse(t)
	h.set(day(time.April, 10).At(13))
	h.plan(op33)
	before := h.cycle("s-res-2388-2017/op33/unmiss-2018-06-13")
	must(t, h.conduct.RecordIssue(t.Context(), before.ID, rapporteur.Transmittal{Symbol: "S/2018/609", Masthead: day(time.June, 13)}, h.moment()))
	cycle := h.theSection()
	h.section(cycle, unmiss, "mission-section", `"return_type":"nil","reason":"Nothing came to the notice of the mission."`)
	if cycle = h.handOver(cycle); cycle.Phase != rapporteur.PhaseAwaiting {
		t.Errorf("the cycle is %s", cycle.Phase)
	}
}

func TestDrafterWithoutAMailboxIsSeenTo(t *testing.T) {
	h := calendarHouse(t)
	must(t, h.secretariat.PutContacts(t.Context(), staff, rapporteur.OfficeContributor("DPO"), nil))
	cycle := h.handOver(h.theSection())
	if !strings.Contains(cycle.Attention, "There is no section, and DPO") || cycle.Phase != rapporteur.PhaseAwaiting {
		t.Errorf("of a silent mission, %s: attention %q", cycle.Phase, cycle.Attention)
	}
	if got := h.history(cycle); !strings.Contains(got, "Put before the Secretariat") || strings.Contains(got, "told") {
		t.Errorf("history:\n%s", got)
	}
}

// sectionTexts are the paragraphs of a report with one section.
func sectionTexts(r rapporteur.Report) []string {
	var texts []string
	for _, s := range r.Sections {
		for _, b := range s.Blocks {
			texts = append(texts, b.Paragraph.Text)
		}
	}
	return texts
}

// history is a cycle's history in words.
func (h *house) history(cycle rapporteur.Cycle) string {
	h.t.Helper()
	name := func(id rapporteur.ContributorID) string { return string(id) }
	var all []string
	for _, line := range rapporteur.Narrate(cycle, name, h.audit(cycle), nil) {
		all = append(all, line.Text)
	}
	return strings.Join(all, "\n")
}
