package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func (h *house) compliance() rapporteur.Compliance {
	return rapporteur.Compliance{Store: h.store, Catalogue: h.catalogue, Clock: h.clock, ClockOffset: h.secretariat.ClockOffset}
}

func (h *house) matrix(q rapporteur.MatrixQuery) rapporteur.Matrix {
	h.t.Helper()
	if q.Instrument == "" {
		q.Instrument = instrument
	}
	m, err := h.compliance().Matrix(h.t.Context(), q)
	must(h.t, err)
	return m
}

// people is whom the rows are of, and in which period.
func people(m rapporteur.Matrix) string {
	var words []string
	for _, r := range m.Rows {
		_, _, period, _ := r.Cycle.Parts()
		words = append(words, fmt.Sprintf("%s %s", r.Contributor, period))
	}
	return strings.Join(words, ", ")
}

// aYear has a cycle in which France answers some questions, UNODC has nothing
// to report and Kenya is silent.
func aYear(t testing.TB) (*house, rapporteur.Cycle) {
	t.Helper()
	h := newHouse(t)
	cycle := h.collecting(kenya, france, unodc, unmiss)
	h.set(day(time.July, 2).At(9))
	partial := `"return_type":"partial","answers":{
		"Q14.1":{"status":"no_information"},"Q14.2":{"status":"no_information"},
		"Q15.1":{"status":"not_applicable","reason":"There are no refugees."},
		"Q18.1":{"status":"no"}}`
	_, err := h.correspondence.Submit(t.Context(), by(france), key(cycle, france), h.body(france, partial, header))
	must(t, err)
	h.answer(cycle, unodc, "nothing")
	h.set(due.End().Add(50 * time.Hour))
	_, err = h.correspondence.Submit(t.Context(), by(unmiss), key(cycle, unmiss),
		h.body(unmiss, `"return_type":"declined","reason":"It is closing."`, header))
	must(t, err)
	return h, cycle
}

func TestTheMatrixOfAYear(t *testing.T) {
	h, cycle := aYear(t)
	h.set(closes.End())
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	h.set(day(time.December, 1).At(9))
	m := h.matrix(rapporteur.MatrixQuery{})
	if m.AsOf != day(time.December, 1) || m.Instrument.ID != instrument || m.Next != "" {
		t.Errorf("the matrix is as of %s of %s, next %q", m.AsOf, m.Instrument.ID, m.Next)
	}
	for who, want := range map[rapporteur.ContributorID]string{
		france: "answered due 2018-09-14 version 1 partial at 2018-07-02", unodc: "nil due 2018-09-14 version 1 nil at 2018-07-02",
		kenya: "silent due 2018-09-14 late 21", unmiss: "considered due 2018-09-14 version 1 declined at 2018-09-17 late 3",
	} {
		if got := rowOf(m, who); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	cells := cellsOf(m, france)
	for _, want := range []string{"OP2 considered", "OP14 nil", "OP15.a not-applicable", "OP18 answered", "OP34 answered"} {
		if !strings.Contains(cells, want) {
			t.Errorf("the cells of France have no %q: %s", want, cells)
		}
	}
	if strings.Contains(cells, "OP31") || !strings.Contains(cellsOf(m, unodc), "OP31 nil") || !strings.Contains(cellsOf(m, unmiss), "OP33 considered") {
		t.Errorf("of procurement only entities are asked, of assistance missions: %s; %s; %s", cells, cellsOf(m, unodc), cellsOf(m, unmiss))
	}
	if m.Rows[2].Name != "France" || m.Rows[2].Region != "Europe" || m.Rows[0].Region != "" {
		t.Errorf("rows are of %+v and %+v", m.Rows[2], m.Rows[0])
	}
	same(t, "measures", m.Measures[0].Measures, rapporteur.Measures{Expected: 4, Received: 3, OnTime: 2, DaysLate: 3, Nil: 1})
	past := h.matrix(rapporteur.MatrixQuery{AsOf: day(time.August, 1)})
	same(t, "measures of August", past.Measures[0].Measures, rapporteur.Measures{Expected: 4, Received: 2, OnTime: 2, Nil: 1})
	if got := rowOf(past, kenya); got != "awaited due 2018-09-14" {
		t.Errorf("in August Kenya was %q", got)
	}
}

// A deadline is over when its date has ended everywhere; as of a date means at
// that instant, as of today means now.
func TestAsOfADate(t *testing.T) {
	h := newHouse(t)
	h.collecting(kenya)
	for _, c := range []struct {
		now  time.Time
		asOf rapporteur.Date
		want string
	}{
		{due.AddDays(1).At(6), rapporteur.Date{}, "awaited due 2018-09-14"},
		{due.AddDays(1).At(6), due.AddDays(1), "awaited due 2018-09-14"},
		{due.AddDays(1).At(13), due.AddDays(1), "overdue due 2018-09-14 late 1"},
		{due.AddDays(1).At(13), due, "awaited due 2018-09-14"},
		{due.AddDays(9).At(6), due.AddDays(4), "overdue due 2018-09-14 late 4"},
		{due.AddDays(9).At(6), day(time.May, 19), "nothing"},
	} {
		h.set(c.now)
		if got := rowOf(h.matrix(rapporteur.MatrixQuery{AsOf: c.asOf}), kenya); got != c.want {
			t.Errorf("on %s as of %s Kenya is %q, want %q", c.now, c.asOf, got, c.want)
		}
	}
	_, err := h.compliance().Matrix(t.Context(), rapporteur.MatrixQuery{Instrument: instrument, AsOf: due.AddDays(10)})
	refused(t, err, rapporteur.ProblemInvalid, "lies ahead", "2018-09-23")
	h.set(day(time.September, 23).At(0).AddDate(1, 0, 0))
	if h.matrix(rapporteur.MatrixQuery{AsOf: due.AddDays(10)}).AsOf != due.AddDays(10) {
		t.Error("a date that was ahead is not over")
	}
}

// A cycle may live at another time than the clock; then its own present counts.
func TestAsOfInACycleOfThePast(t *testing.T) {
	h := newHouse(t)
	ahead := 8 * 365 * 24 * time.Hour
	h.secretariat.ClockOffset = -ahead
	h.set(h.clock().Add(ahead))
	cycle := h.planned("past", kenya)
	h.set(opens.At(rapporteur.SendHour).Add(ahead))
	_, err := h.conduct.Open(t.Context(), cycle.ID, rapporteur.Moment{Now: cycle.Now(h.clock())})
	must(t, err)
	m := h.matrix(rapporteur.MatrixQuery{})
	if m.AsOf != opens || rowOf(m, kenya) != "awaited due 2018-09-14" {
		t.Errorf("as of %s Kenya is %q", m.AsOf, rowOf(m, kenya))
	}
	if m := h.matrix(rapporteur.MatrixQuery{Stream: "op33"}); m.AsOf != opens || len(m.Rows) != 0 {
		t.Errorf("of a stream without cycles: as of %s", m.AsOf)
	}
	_, err = h.compliance().Matrix(t.Context(), rapporteur.MatrixQuery{Instrument: instrument, AsOf: opens.AddDays(2)})
	refused(t, err, rapporteur.ProblemInvalid, "lies ahead")
}

func TestMatrixQueries(t *testing.T) {
	h, _ := aYear(t)
	cycle := h.collecting(kenya, iom)
	_, _, second, err := cycle.ID.Parts()
	must(t, err)
	h.set(due.End().Add(100 * time.Hour))
	_, _, first, _ := h.matrix(rapporteur.MatrixQuery{}).Rows[1].Cycle.Parts()
	all := fmt.Sprintf("entity-iom %[2]s, entity-unodc %[1]s, mission-unmiss %[1]s, state-fra %[1]s, state-ken %[1]s, state-ken %[2]s", first, second)
	for name, c := range map[string]struct {
		query rapporteur.MatrixQuery
		want  string
	}{
		"all":                    {rapporteur.MatrixQuery{}, all},
		"a stream":               {rapporteur.MatrixQuery{Stream: stream}, all},
		"another stream":         {rapporteur.MatrixQuery{Stream: "op33"}, ""},
		"a period":               {rapporteur.MatrixQuery{Period: second}, fmt.Sprintf("entity-iom %[1]s, state-ken %[1]s", second)},
		"a period of a stream":   {rapporteur.MatrixQuery{Stream: stream, Period: second}, fmt.Sprintf("entity-iom %[1]s, state-ken %[1]s", second)},
		"a period of none":       {rapporteur.MatrixQuery{Stream: stream, Period: "1999"}, ""},
		"a contributor":          {rapporteur.MatrixQuery{Contributor: kenya}, fmt.Sprintf("state-ken %s, state-ken %s", first, second)},
		"a contributor's period": {rapporteur.MatrixQuery{Contributor: kenya, Stream: stream, Period: first}, "state-ken " + first},
		"a contributor of none":  {rapporteur.MatrixQuery{Contributor: "state-nor"}, ""},
		"a contributor's stream": {rapporteur.MatrixQuery{Contributor: kenya, Stream: "op33"}, ""},
		"from the mandated date": {rapporteur.MatrixQuery{From: mandated, To: mandated}, all},
		"after it":               {rapporteur.MatrixQuery{From: mandated.AddDays(1)}, ""},
		"before it":              {rapporteur.MatrixQuery{Stream: stream, Period: first, To: mandated.AddDays(-1)}, ""},
		"a page":                 {rapporteur.MatrixQuery{After: "entity-unodc", Limit: 2}, fmt.Sprintf("mission-unmiss %[1]s, state-fra %[1]s", first)},
		"measures only":          {rapporteur.MatrixQuery{MeasuresOnly: true}, ""},
	} {
		if got := people(h.matrix(c.query)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, wrong := range []rapporteur.MatrixQuery{{Instrument: "none"}, {Instrument: instrument, Stream: "none"}, {Instrument: instrument, Contributor: "state-none"}} {
		_, err := h.compliance().Matrix(t.Context(), wrong)
		refused(t, err, rapporteur.ProblemNotFound)
	}
}

// More cycles than are read at once are read all, and none of an instrument
// whose id begins alike.
func TestTheMatrixOfManyCycles(t *testing.T) {
	h := newHouse(t)
	const many = 205
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for n := range many {
			for _, id := range []string{instrument, instrument + "-add", "a"} {
				cycle := rapporteur.NewCycleID(id, stream, fmt.Sprintf("p%03d", n))
				request := rapporteur.Request{
					RequestKey: rapporteur.RequestKey{Cycle: cycle, Contributor: kenya}, Kind: rapporteur.KindMemberState,
					Questionnaire: ofStates, OpenedAt: h.clock(),
				}
				if err := errors.Join(tx.InsertCycle(ctx, rapporteur.Cycle{ID: cycle}), tx.InsertRequests(ctx, []rapporteur.Request{request})); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	for name, q := range map[string]rapporteur.MatrixQuery{"all": {}, "stream": {Stream: stream}, "contributor": {Contributor: kenya}} {
		m := h.matrix(q)
		if len(m.Rows) != many || m.Measures[0].Expected != many {
			t.Errorf("%s: %d rows, measures %+v", name, len(m.Rows), m.Measures[0])
		}
	}
}

// What one contributor sees of itself is what all see of it, and the measures
// are its own.
func TestAContributorsOwnMatrix(t *testing.T) {
	h, _ := aYear(t)
	h.set(due.End().Add(100 * time.Hour))
	whole := h.matrix(rapporteur.MatrixQuery{})
	for _, row := range whole.Rows {
		own := h.matrix(rapporteur.MatrixQuery{Contributor: row.Contributor})
		if len(own.Rows) != 1 || fmt.Sprintf("%+v", own.Rows[0]) != fmt.Sprintf("%+v", row) {
			t.Errorf("%s sees %+v, all see %+v", row.Contributor, own.Rows, row)
		}
		if own.Measures[0].Expected != 1 {
			t.Errorf("%s sees the measures %+v", row.Contributor, own.Measures[0])
		}
	}
}

// unread is a catalogue that reads no answer.
type unread struct{ rapporteur.Catalogue }

var errUnread = errors.New("an answer was read")

func (unread) Check(context.Context, rapporteur.QuestionnaireRef, []byte) (rapporteur.AnswerDocument, []rapporteur.Finding, error) {
	return rapporteur.AnswerDocument{}, nil, errUnread
}

// Answers are read only for rows that are given: not for measures, and not for
// another page.
func TestAnswersAreReadOnlyForTheRowsThatAreGiven(t *testing.T) {
	h, _ := aYear(t)
	h.set(due.End().Add(100 * time.Hour))
	want := h.matrix(rapporteur.MatrixQuery{}).Measures
	blind := h.compliance()
	blind.Catalogue = unread{h.catalogue}
	for name, q := range map[string]rapporteur.MatrixQuery{
		"measures": {MeasuresOnly: true}, "a page without France": {Limit: 2}, "the page after it": {After: france},
	} {
		q.Instrument = instrument
		m, err := blind.Matrix(t.Context(), q)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, m.Measures, want)
	}
	if _, err := blind.Matrix(t.Context(), rapporteur.MatrixQuery{Instrument: instrument}); !errors.Is(err, errUnread) {
		t.Errorf("the answer of France was not read: %v", err)
	}
}
