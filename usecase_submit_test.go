package rapporteur_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func TestAnAcceptedAnswerIsInTheRecord(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	body := h.nilReturn(kenya, "Nothing to report.")
	s, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), body)
	must(t, err)
	if s.Version != 1 || s.Late || s.ReturnType != rapporteur.ReturnNil || s.Size != len(body) || s.SubmittedBy != "key-state-ken" || !s.SubmittedAt.Equal(h.clock()) {
		t.Errorf("the receipt is %+v", s)
	}
	stored := read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Submission, error) {
		return r.Submission(ctx, key(cycle, kenya), 1)
	})
	if stored.Hash != s.Hash || stored.Questionnaire.ID != "member-state" {
		t.Errorf("the record has %+v", stored)
	}
	kept := read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, s.Hash) })
	if !bytes.Equal(kept, body) {
		t.Errorf("the body is kept as %q", kept)
	}
	r := h.request(cycle, kenya)
	if r.State != rapporteur.RequestReceived || r.Outcome != rapporteur.ReturnNil || r.Version != 1 || !r.AnsweredAt.Equal(h.clock()) {
		t.Errorf("the request is %+v", r)
	}
	records := h.audited(cycle, rapporteur.ActionSubmitted)
	if len(records) != 1 || records[0].Actor != "key-state-ken" || records[0].Details["hash"] != s.Hash {
		t.Errorf("the audit says %+v", records)
	}
}

func TestTheSameAnswerAgainIsTheSameVersion(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	first := h.answer(cycle, kenya, "one")
	h.set(h.clock().Add(time.Hour))
	h.unchanged("a repeated answer", func() { same(t, "receipt", h.answer(cycle, kenya, "one"), first) })
	second := h.answer(cycle, kenya, "two")
	if second.Version != 2 {
		t.Errorf("another body is version %d", second.Version)
	}
	h.unchanged("a repeated second answer", func() { same(t, "receipt", h.answer(cycle, kenya, "two"), second) })
	third := h.answer(cycle, kenya, "one") // back to the first text: a version of its own, its body stored once
	if third.Version != 3 || third.Hash != first.Hash {
		t.Errorf("the third receipt is %+v", third)
	}
	if bodies := h.everything()["bodies"]; len(bodies) != 2 {
		t.Errorf("%d bodies are stored, want 2", len(bodies))
	}
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	h.unchanged("a repeated answer after the end of collection", func() { same(t, "receipt", h.answer(cycle, kenya, "one"), third) })
}

func TestWhatIsNotAcceptedLeavesNothingBehind(t *testing.T) {
	quoted := strings.Replace(header, "unclassified", "confidential", 1)
	h := newHouse(t)
	cycle := h.collecting()
	other := h.collecting(kenya)
	unjustified := h.body(kenya, `"return_type":"nil","reason":"Nothing."`, quoted)
	cases := []struct {
		name string
		who  rapporteur.ContributorID
		body []byte
		kind rapporteur.ProblemKind
	}{
		{"a rule", kenya, h.body(kenya, `"return_type":"answered","answers":{"Q2.1":{"status":"not_applicable"}}`, header), rapporteur.ProblemRejected},
		{"the schema", kenya, h.body(kenya, `"return_type":"nil"`, header), rapporteur.ProblemRejected},
		{"no reply is no answer", kenya, h.body(kenya, `"return_type":"no-reply","reason":"x"`, header), rapporteur.ProblemRejected},
		{"a warning without justification", kenya, unjustified, rapporteur.ProblemRejected},
		{"another questionnaire", kenya, h.nilReturn(unodc, "mistaken"), rapporteur.ProblemStale},
		{"another version", kenya, bytes.Replace(h.nilReturn(kenya, "new"), []byte(`"version":"`), []byte(`"version":"9`), 1), rapporteur.ProblemStale},
		{"no JSON", kenya, []byte("{"), rapporteur.ProblemMalformed},
		{"somebody who is not asked", "state-deu", h.nilReturn("state-deu", "hello"), rapporteur.ProblemNotFound},
		{"somebody asked in another cycle", unodc, h.nilReturn(unodc, "hello"), rapporteur.ProblemNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			where := cycle
			if c.name == "somebody asked in another cycle" {
				where = other
			}
			h.unchanged("what was refused", func() {
				_, err := h.correspondence.Submit(t.Context(), by(c.who), key(where, c.who), c.body)
				refused(t, err, c.kind)
			})
		})
	}
}

func TestAJustifiedWarningIsAcceptedAndKept(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	body := h.body(kenya, `"return_type":"nil","reason":"Nothing."`, strings.Replace(header, "unclassified", "confidential", 1),
		`"justifications":{"header/quoted-confidential":"The name may be given, the rest not."}`)
	verdict, err := h.correspondence.Check(t.Context(), key(cycle, kenya), body)
	must(t, err)
	if !verdict.Accepted || len(verdict.Findings) != 1 {
		t.Fatalf("the verdict is %+v", verdict)
	}
	if state := h.request(cycle, kenya).State; state != rapporteur.RequestOpen {
		t.Errorf("checking made the request %s", state)
	}
	s, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), body)
	must(t, err)
	if len(s.Findings) != 1 || s.Findings[0].Severity != rapporteur.SeverityWarning || s.Findings[0].Justification == "" {
		t.Errorf("findings are %+v", s.Findings)
	}
}

// The date of the deadline ends when it has ended everywhere on Earth.
func TestLateBeginsWhenTheDateIsOverEverywhere(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	edge := time.Date(2018, time.September, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		who  rapporteur.ContributorID
		at   time.Time
		late bool
	}{{kenya, edge.Add(-time.Second), false}, {france, edge, false}, {unodc, edge.Add(time.Nanosecond), true}} {
		h.set(c.at)
		s := h.answer(cycle, c.who, "x")
		if r := h.request(cycle, c.who); s.Late != c.late || r.Late != c.late {
			t.Errorf("at %s the submission is late: %t, the request: %t; want %t", c.at, s.Late, r.Late, c.late)
		}
	}
	counts, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	if counts.Settled != 3 || counts.Late != 1 {
		t.Errorf("counts are %+v", counts)
	}
}

func TestWhenNothingIsAcceptedAnyMore(t *testing.T) {
	for name, end := range map[string]func(*house, rapporteur.Cycle) error{
		"closed": func(h *house, c rapporteur.Cycle) error {
			_, err := h.conduct.CloseCollection(h.t.Context(), c.ID, h.moment())
			return err
		},
		"cancelled": func(h *house, c rapporteur.Cycle) error {
			return h.conduct.Cancel(h.t.Context(), c.ID, "no longer needed", staff.ID, h.moment(), ignored)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting()
			h.answer(cycle, kenya, "settled")
			_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
			must(t, err)
			h.answer(cycle, unodc, "received")
			must(t, end(h, cycle))
			for _, who := range []rapporteur.ContributorID{kenya, unodc, france} { // settled, received, silent
				h.unchanged("an answer that comes too late", func() {
					_, err := h.correspondence.Submit(t.Context(), by(who), key(cycle, who), h.nilReturn(who, "too late"))
					refused(t, err, rapporteur.ProblemClosed)
				})
			}
		})
	}
	t.Run("withdrawn", func(t *testing.T) {
		h := newHouse(t)
		cycle := h.collecting()
		must(t, h.apply(cycle, rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya}))
		_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), h.nilReturn(kenya, "still here"))
		refused(t, err, rapporteur.ProblemClosed, "withdrawn")
	})
	t.Run("before it opens", func(t *testing.T) {
		h := newHouse(t)
		cycle := h.planned("2018")
		_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), h.nilReturn(kenya, "early"))
		refused(t, err, rapporteur.ProblemNotFound)
	})
}

// changing is a catalogue that pins requests to another version between reading
// and writing.
type changing struct {
	rapporteur.Catalogue
	change func()
}

func (c changing) Check(ctx context.Context, ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, []rapporteur.Finding, error) {
	c.change()
	return c.Catalogue.Check(ctx, ref, body)
}

func (c changing) Read(ref rapporteur.QuestionnaireRef, body []byte) (rapporteur.AnswerDocument, error) {
	c.change()
	return c.Catalogue.Read(ref, body)
}

func TestAQuestionnaireThatChangesMeanwhileIsStale(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.correspondence.Catalogue = changing{h.catalogue, func() {
		must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
			r, err := tx.LockRequest(ctx, key(cycle, kenya))
			if err != nil {
				return err
			}
			r.Questionnaire.Version = "1.0.1"
			return tx.UpdateRequest(ctx, r)
		}))
	}}
	_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), h.nilReturn(kenya, "x"))
	refused(t, err, rapporteur.ProblemStale, "member-state@1.0.1")
	if n := len(h.everything()["submissions"]); n > 0 {
		t.Errorf("%d submissions are stored", n)
	}
}

// One hint a day tells of submissions, and one when nobody is open any more.
func TestHintsAreRationed(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc, iom)
	hint := []string{"hint cycle/" + string(cycle.ID)}
	steps := []struct {
		name string
		who  rapporteur.ContributorID
		at   time.Time
		want []string
	}{
		{"the first of the day", kenya, day(time.June, 4).At(8), hint},
		{"another on the day", france, day(time.June, 4).At(9), nil},
		{"a new version on the day", kenya, day(time.June, 4).At(23), nil},
		{"a new version on the next day", kenya, day(time.June, 5).At(0), hint},
		{"another on that day", unodc, day(time.June, 5).At(1), nil},
		{"a new version a week later", kenya, day(time.June, 12).At(9), hint},
		{"a repeated body two weeks later", kenya, day(time.June, 26).At(9), nil},
		{"the last who was open", iom, day(time.June, 12).At(10), hint},
		{"a correction when nobody is open", iom, day(time.June, 12).At(11), hint},
	}
	texts := map[rapporteur.ContributorID]string{}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			h.set(s.at)
			if !strings.Contains(s.name, "repeated") {
				texts[s.who] = s.name
			}
			h.answer(cycle, s.who, texts[s.who])
			same(t, "outbox", h.relayed(), s.want)
		})
	}
}

// A cycle that collects weekly is hinted weekly.
func TestTheIntervalOfHintsIsThePolicys(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc)
	h.collectEvery(cycle, rapporteur.Period{Days: 7})
	for _, c := range []struct{ day, hints int }{{4, 1}, {10, 0}, {11, 1}, {17, 0}, {18, 1}} {
		h.set(day(time.June, c.day).At(9))
		h.answer(cycle, kenya, h.clock().String())
		if got := len(h.relay()); got != c.hints {
			t.Errorf("on day %d %d hints, want %d", c.day, got, c.hints)
		}
	}
}
