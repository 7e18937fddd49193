package rapporteur_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// tallyMeter keeps what is counted.
type tallyMeter struct {
	begun int
	all   []rapporteur.SubmissionMeasure
}

func (m *tallyMeter) Offered() func(rapporteur.SubmissionMeasure) {
	m.begun++
	return func(s rapporteur.SubmissionMeasure) { m.all = append(m.all, s) }
}

// last is what was counted since the last time.
func (m *tallyMeter) last(t *testing.T) rapporteur.SubmissionMeasure {
	t.Helper()
	if len(m.all) != 1 || m.begun != 1 {
		t.Fatalf("begun %d times, counted %+v, want one", m.begun, m.all)
	}
	one := m.all[0]
	m.begun, m.all = 0, nil
	return one
}

// Every answer that is offered is counted once, by whatever way it comes and
// whatever comes of it.
func TestAnswersAreCountedByWhatCameOfThem(t *testing.T) {
	h := newHouse(t)
	meter := &tallyMeter{}
	h.correspondence.Meter = meter
	cycle := h.collecting()
	submit := func(body []byte) error {
		_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), body)
		return err
	}
	want := func(name string, outcome rapporteur.SubmissionOutcome, kind rapporteur.ReturnType, found bool) {
		t.Helper()
		got := meter.last(t)
		if got.Cycle != cycle.ID || got.Outcome != outcome || got.ReturnType != kind || (len(got.Findings) > 0) != found {
			t.Errorf("%s is counted as %+v", name, got)
		}
	}
	must(t, submit(h.nilReturn(kenya, "Nothing to report.")))
	want("an answer", rapporteur.SubmissionAccepted, rapporteur.ReturnNil, false)
	must(t, submit(h.nilReturn(kenya, "Nothing to report.")))
	want("the same again", rapporteur.SubmissionRepeated, rapporteur.ReturnNil, false)
	if err := submit(h.nilReturn(kenya, "")); !rapporteur.IsProblem(err, rapporteur.ProblemRejected) {
		t.Fatal(err)
	}
	want("an answer without a reason", rapporteur.SubmissionRejected, rapporteur.ReturnNil, true)
	if err := submit([]byte("no JSON")); err == nil {
		t.Fatal("what is no JSON was taken")
	}
	want("what is no JSON", rapporteur.SubmissionRefused, "", false)
	_, err := h.correspondence.SubmitShort(t.Context(), by(kenya), key(cycle, kenya), rapporteur.ShortReturn{Type: rapporteur.ReturnNil, Reason: "Nothing again.", Language: "en"})
	must(t, err)
	want("an answer in one call", rapporteur.SubmissionAccepted, rapporteur.ReturnNil, false)
	if _, err = h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment()); err != nil {
		t.Fatal(err)
	}
	if err := submit(h.nilReturn(kenya, "Too late.")); err == nil {
		t.Fatal("an answer was taken after collection")
	}
	want("an answer that comes too late", rapporteur.SubmissionRefused, rapporteur.ReturnNil, false)
	h.correspondence.Store = awayStore{}
	if err := submit(h.nilReturn(kenya, "To nobody.")); err == nil {
		t.Fatal("an answer was taken by nobody")
	}
	want("an answer that nobody can store", rapporteur.SubmissionFailed, "", false)
}

// awayStore is a record that does not answer.
type awayStore struct{ rapporteur.Store }

func (awayStore) Read(context.Context, func(context.Context, rapporteur.Reader) error) error {
	return errors.New("away")
}

// Nobody has to count.
func TestWithoutAMeterAnswersAreTheSame(t *testing.T) {
	h, counted := newHouse(t), newHouse(t)
	counted.correspondence.Meter = &tallyMeter{}
	a, b := h.collecting(), counted.collecting()
	one, two := h.answer(a, kenya, "one"), counted.answer(b, kenya, "one")
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("receipts (-without +with):\n%s", diff)
	}
}
