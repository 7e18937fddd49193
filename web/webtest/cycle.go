package webtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// Plan gives everybody who is asked a focal point and starts the twelve-month
// report's cycle.
func (h *House) Plan() rapporteur.Cycle {
	h.T.Helper()
	for _, id := range Asked {
		h.Must(h.Config.Secretariat.PutContacts(h.T.Context(), People["staff"], id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "focal@example.org", Language: "en"},
		}))
	}
	cycle, err := h.Config.Secretariat.Start(h.T.Context(), People["staff"], rapporteur.Start{Instrument: "s-res-2388-2017", Stream: "op34", Only: Asked})
	h.Must(err)
	return cycle
}

// Open plans the cycle and opens it on its day.
func (h *House) Open() {
	h.T.Helper()
	cycle := h.Plan()
	h.Set(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	_, err := h.Conduct.Open(h.T.Context(), Cycle, h.Moment())
	h.Must(err)
}

// Compile closes collection, compiles the draft and hands it to clearance. It
// gives the draft's number.
func (h *House) Compile() int {
	h.T.Helper()
	cycle := h.Cycle()
	h.Set(cycle.Plan.Date(rapporteur.DateCloses).End())
	_, err := h.Conduct.Collect(h.T.Context(), Cycle, h.Moment(), func(int) {})
	h.Must(err)
	_, err = h.Conduct.CloseCollection(h.T.Context(), Cycle, h.Moment())
	h.Must(err)
	number, err := h.Conduct.Compile(h.T.Context(), Cycle, h.Moment())
	h.Must(err)
	h.Must(h.Conduct.SubmitDraft(h.T.Context(), Cycle, number, h.Moment()))
	return number
}

// Cycle reads the cycle.
func (h *House) Cycle() rapporteur.Cycle {
	h.T.Helper()
	var cycle rapporteur.Cycle
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		cycle, err = r.Cycle(ctx, Cycle)
		return err
	})
	return cycle
}

// Request reads a request of the cycle.
func (h *House) Request(id rapporteur.ContributorID) rapporteur.Request {
	h.T.Helper()
	var request rapporteur.Request
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		request, err = r.Request(ctx, rapporteur.RequestKey{Cycle: Cycle, Contributor: id})
		return err
	})
	return request
}

// Submit submits an answer for who asked it by name in People.
func (h *House) Submit(who, body string) rapporteur.Submission {
	h.T.Helper()
	p := People[who]
	s, err := h.Config.Correspondence.Submit(h.T.Context(), p, rapporteur.RequestKey{Cycle: Cycle, Contributor: p.Contributor}, []byte(body))
	h.Must(err)
	return s
}

// Answer is an answer of a Member State with persons prosecuted; more are the
// answers to other questions, as members of JSON.
func Answer(more string) string {
	return fmt.Sprintf(`{"questionnaire": "member-state", "version": "1.0.0", "return_type": "answered", "language": "en",
  "answers": {"Q5.2": {"status": "yes", "prosecuted": [
    {"sex": "F", "age": "total", "value": 13}, {"sex": "M", "age": "total", "value": 27}, {"sex": "total", "age": "total", "value": 40}]}%s},
  "header": {"authority": "Ministry of Justice", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}}`, more)
}

// Nil is an answer that says there is nothing to report.
func Nil(questionnaire string) string {
	return fmt.Sprintf(`{"questionnaire": %q, "version": "1.0.0", "return_type": "nil", "reason": "Nothing to report.", "language": "en",
  "header": {"authority": "Ministry of Justice", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}}`, questionnaire)
}

// Audit lists the cycle's audit records of some actions, all for none.
func (h *House) Audit(actions ...rapporteur.Action) []rapporteur.AuditRecord {
	h.T.Helper()
	var found []rapporteur.AuditRecord
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		all, err := r.Audit(ctx, Cycle, 0, 0)
		for _, record := range all {
			if len(actions) == 0 || slices.Contains(actions, record.Action) {
				found = append(found, record)
			}
		}
		return err
	})
	return found
}
