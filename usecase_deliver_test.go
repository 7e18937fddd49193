package rapporteur_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

const (
	cted   = rapporteur.ContributorID("entity-cted")
	team   = rapporteur.ContributorID("entity-monitoring-team-1267")
	unitad = rapporteur.ContributorID("entity-unitad")
	caac   = rapporteur.ContributorID("entity-osrsg-caac")
	op9    = "op9"
)

// flows is an acceptable delivery to OP9; text makes bodies differ.
func flows(text string, changes ...string) []byte {
	body := fmt.Sprintf(`{"questionnaire":"financial-flows","version":"1.0.0","return_type":"answered","language":"en",%s,
		"answers":{"Q9.4":{"status":"yes","text":%q,"instruments":["hawala"]},"Q9.7":{"status":"yes","text":"For statistics."}}}`, header, text)
	return []byte(strings.NewReplacer(changes...).Replace(body))
}

// running has an intake that is open; the outbox is emptied.
func (h *house) running(stream string) rapporteur.Cycle {
	h.t.Helper()
	for _, id := range []rapporteur.ContributorID{cted, team, unitad, unodc} {
		h.reachable(id)
	}
	window, err := h.secretariat.StartIntake(h.t.Context(), staff, instrument, stream)
	must(h.t, err)
	h.relay()
	return window
}

func (h *house) deliver(id rapporteur.ContributorID, body []byte) rapporteur.Delivery {
	h.t.Helper()
	d, err := h.correspondence.Deliver(h.t.Context(), by(id), instrument, op9, body)
	must(h.t, err)
	return d
}

func (h *house) windows() []string {
	h.t.Helper()
	var words []string
	for _, w := range read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Windows(ctx, instrument, op9)
	}) {
		words = append(words, fmt.Sprintf("%s %s to %s %s", w.Window().Label, w.Window().First, w.Window().Last, w.Phase))
	}
	return words
}

func TestADeliveryIsAcknowledgedWithoutTheEngine(t *testing.T) {
	h := newHouse(t)
	started := h.running(op9)
	same(t, "window", started.ID, rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H1"))
	same(t, "windows", h.windows(), []string{"2018-H1 2018-03-01 to 2018-06-30 planned"})
	body := flows("Cash couriers.")
	d := h.deliver(kenya, body)
	sum := sha256.Sum256(body)
	want := rapporteur.Delivery{
		DeliveryKey: rapporteur.DeliveryKey{Cycle: started.ID, Number: 1}, Contributor: kenya, Kind: rapporteur.KindMemberState,
		Questionnaire: rapporteur.QuestionnaireRef{ID: "financial-flows", Version: "1.0.0"}, ReturnType: rapporteur.ReturnAnswered,
		Language: "en", Hash: hex.EncodeToString(sum[:]), Size: len(body), Classification: rapporteur.Unclassified,
		Consent:      rapporteur.Consent{InReport: true, ByName: true},
		Destinations: []rapporteur.ContributorID{cted, team}, ReceivedAt: h.clock(), ReceivedFrom: "key-state-ken",
	}
	d.Findings, want.Findings = nil, nil
	same(t, "receipt", d, want)
	stored := read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Delivery, error) {
		return r.Delivery(ctx, d.DeliveryKey)
	})
	stored.Findings = nil
	same(t, "record", stored, want)
	kept := read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, d.Hash) })
	same(t, "body", string(kept), string(body))
	same(t, "outbox", h.relayed(), []string{"hint intake/s-res-2388-2017/op9"})
	same(t, "windows", h.windows(), []string{"2018-H1 2018-03-01 to 2018-06-30 collecting"})
	var told []string
	for _, r := range h.audit(started) {
		told = append(told, fmt.Sprintf("%s by %s", r.Action, r.Actor))
	}
	same(t, "audit", told, []string{"intake.started by key-staff", "window.opened by engine", "delivery.accepted by key-state-ken"})

	h.unchanged("the same body again", func() {
		again := h.deliver(kenya, body)
		same(t, "delivery", again.DeliveryKey, d.DeliveryKey)
	})
	// A hint for the first stands for the second, for as long as it is not routed.
	second := h.deliver(france, body)
	same(t, "second", second.Number, 2)
	same(t, "outbox", h.relayed(), []string(nil))
}

func TestConsentAndClassificationOfADelivery(t *testing.T) {
	h := newHouse(t)
	h.running(op9)
	confidential := []string{`"classification":"unclassified"`, `"classification":"confidential"`, `"may_be_quoted":true`, `"may_be_quoted":false`}
	d := h.deliver(kenya, flows("Kept from others.", confidential...))
	if d.Classification != rapporteur.Confidential || d.Consent != (rapporteur.Consent{InReport: true}) {
		t.Errorf("%s, %+v", d.Classification, d.Consent)
	}
	for _, answer := range []string{"no", "in_part"} {
		d = h.deliver(kenya, flows("Not for the report.", `"Q9.7":{"status":"yes"`, fmt.Sprintf(`"Q9.7":{"status":%q`, answer)))
		if d.Consent.InReport {
			t.Errorf("%q was taken for consent", answer)
		}
	}
	nothing := fmt.Sprintf(`{"questionnaire":"financial-flows","version":"1.0.0","return_type":"nil","reason":"None.","language":"en",%s}`, header)
	if d = h.deliver(kenya, []byte(nothing)); d.ReturnType != rapporteur.ReturnNil || d.Consent.InReport {
		t.Errorf("a nil return is %+v", d)
	}
}

func TestWhatIsNotDeliveredLeavesNothing(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	deliver := func(who rapporteur.ContributorID, stream string, body []byte) error {
		_, err := h.correspondence.Deliver(ctx, by(who), instrument, stream, body)
		return err
	}
	h.unchanged("a delivery to an intake that was not started", func() {
		refused(t, deliver(kenya, op9, flows("Early.")), rapporteur.ProblemClosed, "not started")
	})
	h.running(op9)
	h.unchanged("a delivery that is refused", func() {
		refused(t, deliver(unodc, op9, flows("An entity.")), rapporteur.ProblemForbidden, "takes nothing from entity-unodc")
		refused(t, deliver(unmiss, op9, flows("A mission.")), rapporteur.ProblemForbidden)
		refused(t, deliver("state-xyz", op9, flows("Nobody.")), rapporteur.ProblemNotFound)
		refused(t, deliver(kenya, "op34", flows("No intake.")), rapporteur.ProblemNotFound, "intake")
		refused(t, deliver(kenya, "op99", flows("No stream.")), rapporteur.ProblemNotFound)
		refused(t, deliver(kenya, op9, []byte("{")), rapporteur.ProblemMalformed)
		refused(t, deliver(kenya, op9, flows("No such field.", `"instruments"`, `"instrument"`)), rapporteur.ProblemRejected)
		refused(t, deliver(kenya, op9, flows("Call +254 20 555 0100.")), rapporteur.ProblemRejected)
		refused(t, deliver(kenya, op9, flows("Older.", "1.0.0", "0.9.0")), rapporteur.ProblemStale)
		_, err := h.correspondence.LeaveReceipt(ctx, by(kenya), rapporteur.ReceiptNote{Instrument: instrument, Stream: op9, To: cted, HandedOver: day(time.March, 1), Hash: strings.Repeat("0", 64)})
		refused(t, err, rapporteur.ProblemInvalid, "taken here")
	})
	h.unchanged("a check", func() {
		verdict, err := h.correspondence.CheckDelivery(ctx, by(kenya), instrument, op9, flows("Fine."))
		must(t, err)
		if !verdict.Accepted {
			t.Errorf("findings %+v", verdict.Findings)
		}
		_, err = h.correspondence.CheckDelivery(ctx, by(unmiss), instrument, op9, flows("Not theirs."))
		refused(t, err, rapporteur.ProblemForbidden)
	})
}

// By business time each delivery is in the window that holds it, whether or
// not anybody opened the window before.
func TestDeliveriesAtTheTurnOfTheHalves(t *testing.T) {
	h := newHouse(t)
	h.running(op9)
	at := func(moment string) string {
		now, err := time.Parse("2006-01-02 15:04:05.000", moment)
		must(t, err)
		h.set(now)
		d := h.deliver(kenya, flows(moment))
		_, _, period, _ := d.Cycle.Parts()
		return fmt.Sprintf("%s %d", period, d.Number)
	}
	same(t, "the last moment", at("2018-06-30 23:59:59.999"), "window-2018-H1 1")
	same(t, "the first moment", at("2018-07-01 00:00:00.000"), "window-2018-H2 1")
	same(t, "a clock that is behind", at("2018-06-30 23:59:59.998"), "window-2018-H1 2")
	same(t, "windows", h.windows(), []string{"2018-H1 2018-03-01 to 2018-06-30 collecting", "2018-H2 2018-07-01 to 2018-12-31 collecting"})
	same(t, "two years later", at("2020-07-01 12:00:00.000"), "window-2020-H2 1")
	same(t, "no gap", len(h.windows()), 6)
}

func TestAnIntakeThatOpensLater(t *testing.T) {
	h := newHouse(t)
	h.set(time.Date(2017, time.November, 1, 9, 0, 0, 0, time.UTC))
	h.running(op9)
	same(t, "windows", h.windows(), []string{"2017-H2 2017-11-21 to 2017-12-31 planned"})
	_, err := h.correspondence.Deliver(t.Context(), by(kenya), instrument, op9, flows("Early."))
	refused(t, err, rapporteur.ProblemClosed, "opens on 2017-11-21")
	h.set(time.Date(2017, time.November, 21, 0, 0, 0, 0, time.UTC))
	same(t, "delivery", h.deliver(kenya, flows("On the day.")).Number, 1)
}

func TestStartIntake(t *testing.T) {
	h := newHouse(t)
	start := func(stream string) error {
		_, err := h.secretariat.StartIntake(t.Context(), staff, instrument, stream)
		return err
	}
	h.unchanged("an intake that cannot start", func() {
		refused(t, start(op9), rapporteur.ProblemUnreachable, "entity-cted, entity-monitoring-team-1267")
		refused(t, start("op34"), rapporteur.ProblemNotFound)
		refused(t, start("op27b"), rapporteur.ProblemUnsupported, "receipts belong to its cycles")
	})
	first := h.running(op9)
	again, err := h.secretariat.StartIntake(t.Context(), staff, instrument, op9)
	must(t, err)
	same(t, "the running window", again.ID, first.ID)
	same(t, "outbox", h.relayed(), []string{"start-cycle intake/s-res-2388-2017/op9"})
	same(t, "audit", len(h.audited(first, rapporteur.ActionIntakeStarted)), 1)
}

func note(changes ...func(*rapporteur.ReceiptNote)) rapporteur.ReceiptNote {
	n := rapporteur.ReceiptNote{
		Instrument: instrument, Stream: "op30", HandedOver: day(time.February, 27), To: unitad, Hash: strings.Repeat("5a", 32),
	}
	for _, change := range changes {
		change(&n)
	}
	return n
}

func TestContentIsRefusedWhereOnlyAReceiptIsKept(t *testing.T) {
	h := newHouse(t)
	h.running("op30")
	body := flows("Evidence against a named person.")
	for _, c := range []struct {
		stream string
		who    rapporteur.ContributorID
	}{{"op30", kenya}, {"op27b", caac}} {
		h.unchanged("content for "+c.stream, func() {
			for _, content := range [][]byte{body, []byte("{"), []byte("not JSON at all"), nil, slices.Repeat([]byte("x"), 3<<20)} {
				_, err := h.correspondence.Deliver(t.Context(), by(c.who), instrument, c.stream, content)
				refused(t, err, rapporteur.ProblemReceiptOnly, "leave a receipt")
				_, err = h.correspondence.CheckDelivery(t.Context(), by(c.who), instrument, c.stream, content)
				refused(t, err, rapporteur.ProblemReceiptOnly)
			}
		})
	}
}

func TestLeaveReceipt(t *testing.T) {
	h := newHouse(t)
	window := h.running("op30")
	d, err := h.correspondence.LeaveReceipt(t.Context(), by(kenya), note())
	must(t, err)
	same(t, "receipt", d, rapporteur.Delivery{
		DeliveryKey: rapporteur.DeliveryKey{Cycle: window.ID, Number: 1}, Contributor: kenya, Kind: rapporteur.KindMemberState, Receipt: true,
		Hash: strings.Repeat("5a", 32), Classification: rapporteur.StrictlyConfidential, HandedOver: day(time.February, 27),
		Destinations: []rapporteur.ContributorID{unitad}, ReceivedAt: h.clock(), ReceivedFrom: "key-state-ken",
	})
	same(t, "outbox", h.relayed(), []string{"hint intake/s-res-2388-2017/op30"})
	records := h.audited(window, rapporteur.ActionReceiptLeft)
	if len(records) != 1 || records[0].Details["to"] != string(unitad) || records[0].Details["handed-over"] != "2018-02-27" {
		t.Errorf("audit %+v", records)
	}
	h.unchanged("the same receipt again", func() {
		again, err := h.correspondence.LeaveReceipt(t.Context(), by(kenya), note())
		must(t, err)
		same(t, "receipt", again, d)
	})
	// A level may be raised, never lowered.
	low, err := h.correspondence.LeaveReceipt(t.Context(), by(kenya), note(func(n *rapporteur.ReceiptNote) {
		n.Classification, n.Hash = rapporteur.Unclassified, strings.Repeat("6b", 32)
	}))
	must(t, err)
	same(t, "classification", low.Classification, rapporteur.StrictlyConfidential)
	h.unchanged("a receipt that is none", func() {
		for what, n := range map[string]rapporteur.ReceiptNote{
			"no day":                   note(func(n *rapporteur.ReceiptNote) { n.HandedOver = rapporteur.Date{} }),
			"tomorrow":                 note(func(n *rapporteur.ReceiptNote) { n.HandedOver = day(time.March, 2) }),
			"before the resolution":    note(func(n *rapporteur.ReceiptNote) { n.HandedOver = rapporteur.Date{Year: 2017, Month: 11, Day: 20} }),
			"a short hash":             note(func(n *rapporteur.ReceiptNote) { n.Hash = "5a" }),
			"a hash in capitals":       note(func(n *rapporteur.ReceiptNote) { n.Hash = strings.Repeat("5A", 32) }),
			"no such level":            note(func(n *rapporteur.ReceiptNote) { n.Classification = "secret" }),
			"another recipient":        note(func(n *rapporteur.ReceiptNote) { n.To = unodc }),
			"nobody":                   note(func(n *rapporteur.ReceiptNote) { n.To = "" }),
			"an occasion of an intake": note(func(n *rapporteur.ReceiptNote) { n.Period = "occasion-1" }),
		} {
			_, err := h.correspondence.LeaveReceipt(t.Context(), by(kenya), n)
			if !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := h.correspondence.LeaveReceipt(t.Context(), by(unmiss), note())
		refused(t, err, rapporteur.ProblemForbidden)
	})
}

// OP27.b has occasions: its receipts belong to one of them.
func TestReceiptsOfAnOccasion(t *testing.T) {
	h := newHouse(t)
	id := rapporteur.NewCycleID(instrument, "op27b", "occasion-1")
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertCycle(ctx, rapporteur.Cycle{ID: id, Shape: rapporteur.ShapeOccasion, Phase: rapporteur.PhaseCollecting})
	}))
	leave := func(who rapporteur.ContributorID, changes ...func(*rapporteur.ReceiptNote)) (rapporteur.Delivery, error) {
		briefing := func(n *rapporteur.ReceiptNote) {
			n.Stream, n.To, n.Period = "op27b", "committee-1267-1989-2253", "occasion-1"
		}
		return h.correspondence.LeaveReceipt(t.Context(), by(who), note(slices.Concat([]func(*rapporteur.ReceiptNote){briefing}, changes)...))
	}
	d, err := leave(caac)
	must(t, err)
	same(t, "receipt", d.DeliveryKey, rapporteur.DeliveryKey{Cycle: id, Number: 1})
	same(t, "outbox", h.relayed(), []string(nil))
	if _, err = leave("mission-minusca"); err != nil {
		t.Error(err)
	}
	_, err = leave(iom)
	refused(t, err, rapporteur.ProblemForbidden)
	_, err = leave(caac, func(n *rapporteur.ReceiptNote) { n.Period = "" })
	refused(t, err, rapporteur.ProblemInvalid, "Name the occasion")
	_, err = leave(caac, func(n *rapporteur.ReceiptNote) { n.Period = "occasion-2" })
	refused(t, err, rapporteur.ProblemNotFound)
	_, err = leave(caac, func(n *rapporteur.ReceiptNote) { n.Period = "2018" })
	refused(t, err, rapporteur.ProblemNotFound)
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		cycle, err := tx.LockCycle(ctx, id)
		cycle.Phase = rapporteur.PhaseClosed
		return firstError(err, tx.UpdateCycle(ctx, cycle))
	}))
	_, err = leave(caac, func(n *rapporteur.ReceiptNote) { n.Hash = strings.Repeat("77", 32) })
	refused(t, err, rapporteur.ProblemClosed)
}

func firstError(errs ...error) error {
	n := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if n < 0 {
		return nil
	}
	return errs[n]
}

// At the turn of the halves many deliver at once: one of them opens the next
// window, all are in it, numbered without a gap, and one hint goes out.
func TestManyDeliverAtTheTurn(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { manyDeliver(t, newHouse(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { manyDeliver(t, houseOn(t, needs.StartPostgreSQL(t))) })
}

func manyDeliver(t *testing.T, h *house) {
	t.Helper()
	h.running(op9)
	h.deliver(kenya, flows("In the first half."))
	h.set(day(time.July, 1).Start())
	h.relay()
	states := h.catalogue.Contributors(day(time.July, 1), rapporteur.KindMemberState)[:40]
	var group sync.WaitGroup
	var errs failures
	for _, state := range states {
		group.Go(func() {
			for range 2 { // each retries once
				_, err := h.correspondence.Deliver(t.Context(), by(state.ID), instrument, op9, flows("From "+string(state.ID)))
				errs.add(err)
			}
		})
	}
	group.Wait()
	must(t, errs.err())
	same(t, "windows", len(h.windows()), 2)
	second := rapporteur.NewCycleID(instrument, op9, "window-2018-H2")
	found := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Delivery, error) {
		return r.Deliveries(ctx, rapporteur.DeliveryFilter{Cycle: second})
	})
	same(t, "deliveries", len(found), len(states))
	for n, d := range found {
		same(t, "number", d.Number, n+1)
	}
	same(t, "outbox", h.relayed(), []string{"hint intake/s-res-2388-2017/op9"})
}

// Whatever the clocks of the servers show, a delivery is in the window of its
// business time, and no day is without a window.
func TestNoDeliveryFallsBetweenWindows(t *testing.T) {
	h := newHouse(t)
	h.running(op9)
	now, n := h.clock(), 0
	rapid.Check(t, func(t *rapid.T) {
		now = now.Add(time.Duration(rapid.Int64Range(0, int64(40*24*time.Hour)).Draw(t, "later")))
		h.set(now.Add(-time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "behind"))))
		n++
		d, err := h.correspondence.Deliver(t.Context(), by(kenya), instrument, op9, flows(fmt.Sprint("Delivery ", n)))
		if err != nil {
			t.Fatal(err)
		}
		window := h.cycle(d.Cycle).Window()
		if today := rapporteur.DateOf(h.clock()); !window.Holds(today) {
			t.Fatalf("the delivery of %s is in %+v", today, window)
		}
	})
	windows := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Cycle, error) {
		return r.Windows(ctx, instrument, op9)
	})
	for n := 1; n < len(windows); n++ {
		same(t, "first day", windows[n].Window().First, windows[n-1].Window().Last.AddDays(1))
	}
}
