package rapporteur_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// watched is a course of a cycle whose matrix is read all the time.
type watched struct {
	*course
	seen      []sighting
	cancelled bool
}

// sighting is the matrix as it was read at an instant; that of a date at the
// instant at which the date ends.
type sighting struct {
	at     time.Time
	date   rapporteur.Date
	matrix string
}

// In whatever order people and the engine act, the matrix of now says what the
// requests say, and the matrix as of a past date says what it said then.
func TestTheMatrixOfAnyCourseAgreesWithTheRequestsAndWithItself(t *testing.T) {
	h := newHouse(t)
	h.upgraded()
	rapid.Check(t, func(t *rapid.T) {
		w := &watched{course: &course{
			house: h, who: []rapporteur.ContributorID{unodc, unami, france, kenya},
			receipts: map[rapporteur.ContributorID]map[int]rapporteur.Submission{}, answered: map[rapporteur.ContributorID][]span{},
		}}
		w.cycle = h.collecting(w.who...)
		t.Repeat(map[string]func(*rapid.T){
			"":         w.agrees,
			"answer":   w.answerAny,
			"again":    w.answerAny,
			"ask":      w.ask,
			"decide":   w.decideAny,
			"extend":   w.extend,
			"return":   w.giveBackAny,
			"retract":  w.retract,
			"migrate":  w.migrateMissions,
			"collect":  w.collect,
			"follow":   w.followAnyone,
			"wait":     w.wait,
			"look":     w.look,
			"midnight": w.endDay,
			"move":     w.move,
			"withdraw": w.withdrawOrAdd,
			"close":    w.closeOrCancel,
		})
		w.remembers(t)
	})
}

func (w *watched) answerAny(t *rapid.T) {
	w.tick()
	who := w.anybody(t)
	returnType := rapid.SampledFrom([]rapporteur.ReturnType{
		rapporteur.ReturnNil, rapporteur.ReturnDeclined, rapporteur.ReturnCovered, rapporteur.ReturnNotApplicable,
	}).Draw(t, "return type")
	body := w.body(who, fmt.Sprintf(`"return_type":%q,"reason":"one"`, returnType), header)
	if asked, err := w.maybe(who); err == nil {
		body = regexp.MustCompile(`"version":"[^"]*"`).ReplaceAll(body, fmt.Appendf(nil, `"version":%q`, asked.Questionnaire.Version))
	}
	_, err := w.correspondence.Submit(t.Context(), by(who), key(w.cycle, who), body)
	harmless(t, err)
}

func (w *watched) giveBackAny(t *rapid.T) {
	w.tick()
	until := rapporteur.DateOf(w.clock()).AddDays(rapid.IntRange(0, 20).Draw(t, "days"))
	_, err := w.secretariat.Return(t.Context(), staff, key(w.cycle, w.anybody(t)), until, "Correct it.", "")
	harmless(t, err)
}

// retract withdraws the newest version of somebody's answer, or tries to.
func (w *watched) retract(t *rapid.T) {
	w.tick()
	who := w.anybody(t)
	request := w.request(w.cycle, who)
	_, err := w.correspondence.Withdraw(t.Context(), by(who), key(w.cycle, who), max(request.Version, 1), "It was wrong.")
	harmless(t, err)
}

// migrateMissions has the missions asked by another version of their
// questionnaire, there or back.
func (w *watched) migrateMissions(t *rapid.T) {
	w.tick()
	o := rapporteur.MigrationOrder{
		Cycle: w.cycle.ID, Questionnaire: "mission", To: rapid.SampledFrom([]string{"1.0.0", "1.1.0"}).Draw(t, "version"), Reason: "another version",
	}
	_, err := w.secretariat.Migrate(t.Context(), staff, o)
	harmless(t, err)
}

func (w *watched) followAnyone(t *rapid.T) {
	w.tick()
	who := w.anybody(t)
	if number := w.request(w.cycle, who).FollowUp; number > 0 && w.followUp(w.cycle, who, number).ClosedAt.IsZero() {
		w.follow(w.cycle, who, w.loadFollowUp(w.cycle, who, number))
	}
}

func (w *watched) tell(t *rapid.T, cmd rapporteur.Command) {
	cmd.ID, cmd.Actor = fmt.Sprint(w.events.Add(1)), staff.ID
	harmless(t, carryOut(t.Context(), w.conduct, w.cycle.ID, cmd, w.moment()))
}

// extend gives somebody more time, who may ask for still more.
func (w *watched) extend(t *rapid.T) {
	w.tick()
	who := w.anybody(t)
	for range rapid.IntRange(1, 2).Draw(t, "wishes") {
		until := due.AddDays(rapid.IntRange(1, 21).Draw(t, "days"))
		_, err := w.correspondence.AskExtension(t.Context(), by(who), key(w.cycle, who), until, "Elections", "")
		harmless(t, err)
		if number := w.request(w.cycle, who).FollowUp; number > 0 && rapid.Bool().Draw(t, "granted") {
			d := rapporteur.ExtensionDecision{ID: fmt.Sprint(w.events.Add(1)), Actor: staff.ID, Granted: true, Until: until, Reason: "granted"}
			harmless(t, w.conduct.DecideExtension(t.Context(), key(w.cycle, who), number, d, w.moment()))
		}
	}
}

// move moves the common deadline, as the workflow lets it only while the cycle
// collects.
func (w *watched) move(t *rapid.T) {
	w.tick()
	if w.house.cycle(w.cycle.ID).Phase == rapporteur.PhaseCollecting {
		to := due.AddDays(rapid.IntRange(-30, 15).Draw(t, "days"))
		w.tell(t, rapporteur.Command{Kind: rapporteur.CommandMoveDeadline, Date: to, Authority: "S/2018/1"})
	}
}

func (w *watched) withdrawOrAdd(t *rapid.T) {
	w.tick()
	if w.house.cycle(w.cycle.ID).Phase == rapporteur.PhaseCollecting {
		kind := rapid.SampledFrom([]rapporteur.CommandKind{rapporteur.CommandWithdrawContributor, rapporteur.CommandAddContributor}).Draw(t, "kind")
		who := rapid.SampledFrom(everybody).Draw(t, "who")
		w.tell(t, rapporteur.Command{Kind: kind, Contributor: who, Reason: "asked to"})
	}
}

func (w *watched) closeOrCancel(t *rapid.T) {
	w.tick()
	switch rapid.IntRange(0, 9).Draw(t, "end") {
	case 9:
		_, err := w.conduct.CloseCollection(t.Context(), w.cycle.ID, w.moment())
		harmless(t, err)
	case 8:
		err := w.conduct.Cancel(t.Context(), w.cycle.ID, "not needed", staff.ID, w.moment(), ignored)
		w.cancelled = harmless(t, err) || w.cancelled
	}
}

// matrixAt reads the matrix as if it were some instant now, as of a date or of
// that instant.
func (w *watched) matrixAt(now time.Time, asOf rapporteur.Date) rapporteur.Matrix {
	w.t.Helper()
	_, _, period, err := w.cycle.ID.Parts()
	must(w.t, err)
	compliance := rapporteur.Compliance{Store: w.store, Catalogue: w.catalogue, Clock: func() time.Time { return now }}
	m, err := compliance.Matrix(w.t.Context(), rapporteur.MatrixQuery{Instrument: instrument, Stream: stream, Period: period, AsOf: asOf})
	must(w.t, err)
	return m
}

// told is all that a matrix says.
func told(m rapporteur.Matrix) string { return fmt.Sprintf("%+v\n%+v", m.Rows, m.Measures) }

func (w *watched) look(*rapid.T) {
	w.seen = append(w.seen, sighting{at: w.clock(), matrix: told(w.matrixAt(w.clock(), rapporteur.Date{}))})
}

// endDay waits until the date is over everywhere.
func (w *watched) endDay(*rapid.T) {
	date := rapporteur.DateOf(w.clock())
	w.set(date.End())
	w.seen = append(w.seen, sighting{date: date, at: date.End(), matrix: told(w.matrixAt(w.clock(), rapporteur.Date{}))})
}

// remembers reads every matrix again that was read before.
func (w *watched) remembers(t *rapid.T) {
	w.tick()
	for _, s := range w.seen {
		if now := told(w.matrixAt(s.at, rapporteur.Date{})); now != s.matrix {
			t.Fatalf("the matrix of %s was\n%s\nand is now\n%s", s.at, s.matrix, now)
		}
		if s.date.IsZero() {
			continue
		}
		if now := told(w.matrixAt(w.clock(), s.date)); now != s.matrix {
			t.Fatalf("the matrix as of %s was\n%s\nand is now\n%s", s.date, s.matrix, now)
		}
	}
}

// agrees compares the matrix of now with the requests.
func (w *watched) agrees(t *rapid.T) {
	m := w.matrixAt(w.clock(), rapporteur.Date{})
	rows := map[rapporteur.ContributorID]rapporteur.MatrixRow{}
	for _, row := range m.Rows {
		rows[row.Contributor] = row
	}
	expected := rapporteur.Measures{}
	for _, who := range everybody {
		request, err := w.maybe(who)
		row, there := rows[who]
		asked := err == nil && request.State != rapporteur.RequestWithdrawn && !w.cancelled
		if asked != there {
			t.Fatalf("%s is asked: %v, and has a row: %v", who, asked, there)
		}
		if !asked {
			continue
		}
		w.agreesRow(t, request, row)
		expected.Expected++
		expected.Rounds += request.Rounds
		if request.Standing() > 0 {
			expected.Received++
			if request.Outcome == rapporteur.ReturnNil {
				expected.Nil++
			}
			if !request.Late {
				expected.OnTime++
			}
		}
	}
	all := m.Measures[0]
	all.DaysLate = 0
	if all.By != rapporteur.GroupAll || all.Measures != expected {
		t.Fatalf("measures are %+v, want %+v", all, expected)
	}
}

func (w *watched) agreesRow(t *rapid.T, request rapporteur.Request, row rapporteur.MatrixRow) {
	want := rapporteur.MatrixRow{Version: request.Standing(), AnsweredAt: request.AnsweredAt, Rounds: request.Rounds, Due: row.Due}
	over := w.clock().After(request.Due.End())
	switch {
	case request.State == rapporteur.RequestNoReply:
		want.State, want.Due = rapporteur.CellSilent, request.Due
	case request.Standing() == 0 && over:
		want.State, want.Due = rapporteur.CellOverdue, request.Due
	case request.Standing() == 0:
		want.State, want.Due = rapporteur.CellAwaited, request.Due
	default:
		want.ReturnType = request.Outcome
		want.State = map[rapporteur.ReturnType]rapporteur.CellState{
			rapporteur.ReturnNil: rapporteur.CellNil, rapporteur.ReturnNotApplicable: rapporteur.CellNotApplicable,
			rapporteur.ReturnDeclined: rapporteur.CellConsidered, rapporteur.ReturnCovered: rapporteur.CellConsidered,
		}[request.Outcome]
		over = request.Late
	}
	got := rapporteur.MatrixRow{
		State: row.State, ReturnType: row.ReturnType, Version: row.Version, AnsweredAt: row.AnsweredAt, Rounds: row.Rounds, Due: row.Due,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%s has the row %+v, the request is %+v", request.Contributor, row, request)
	}
	if late := row.DaysLate > 0; late != over && row.State != rapporteur.CellSilent {
		t.Fatalf("%s is %d days late, the request is %+v", request.Contributor, row.DaysLate, request)
	}
	for _, cell := range row.Cells {
		if cell.State != row.State {
			t.Fatalf("%s has the cell %+v in the row %+v", request.Contributor, cell, row)
		}
	}
}

// maybe is somebody's request, if there is one.
func (w *watched) maybe(who rapporteur.ContributorID) (rapporteur.Request, error) {
	var request rapporteur.Request
	err := w.store.Read(w.t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		request, err = r.Request(ctx, key(w.cycle, who))
		return err
	})
	return request, err
}
