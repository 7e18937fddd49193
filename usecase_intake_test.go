package rapporteur_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// signing is a key of a test's own.
func signing(t testing.TB) *access.SigningKeys {
	t.Helper()
	key, err := access.NewSigningKey()
	must(t, err)
	path := filepath.Join(t.TempDir(), "signing.pem")
	must(t, os.WriteFile(path, key, 0o600))
	keys, err := access.LoadSigningKeys(path)
	must(t, err)
	return keys
}

func (h *house) route(window rapporteur.Cycle) (rapporteur.RouteResult, error) {
	return h.conduct.Route(h.t.Context(), window.ID, h.moment(), ignored)
}

func (h *house) records(key rapporteur.DeliveryKey) []rapporteur.SignedRecord {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.SignedRecord, error) {
		return r.DeliveryRecords(ctx, key)
	})
}

func (h *house) unrouted() []rapporteur.DeliveryKey {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.DeliveryKey, error) {
		return r.Unrouted(ctx, rapporteur.DeliveryFilter{Instrument: instrument, Stream: op9})
	})
}

// attached is the file that came with the newest mail to a contributor.
func (h *house) attached(id rapporteur.ContributorID) []byte {
	h.t.Helper()
	for _, m := range slices.Backward(h.sink.Messages()) {
		parsed, err := m.Parse()
		must(h.t, err)
		if parsed.Header.Get("X-Rapporteur-Contributor") != string(id) {
			continue
		}
		_, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
		must(h.t, err)
		parts := multipart.NewReader(parsed.Body, params["boundary"])
		for {
			part, err := parts.NextPart()
			if err == io.EOF { //nolint:errorlint // as the package documents it
				break
			}
			must(h.t, err)
			if part.FileName() == "" {
				continue
			}
			content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
			must(h.t, err)
			return content
		}
	}
	h.t.Fatalf("no file was sent to %s", id)
	return nil
}

func TestADeliveryIsRoutedWithASignedRecord(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	d := h.deliver(kenya, flows("Hawala between two towns."))
	before := h.sink.Count()
	result, err := h.route(window)
	must(t, err)
	same(t, "result", result, rapporteur.RouteResult{Routed: 1})
	same(t, "mails", h.mails(), []string{"delivery-acknowledged state-ken", "delivery-routed entity-cted", "delivery-routed entity-monitoring-team-1267"})
	same(t, "ledger", h.chased(window), []string{
		"entity-cted routed-1  sent", "entity-monitoring-team-1267 routed-1  sent", "state-ken acknowledged-1  sent",
	})
	same(t, "unrouted", len(h.unrouted()), 0)

	document := h.attached(cted)
	record, err := rapporteur.VerifyRecord(document, h.conduct.Signer.Keys())
	must(t, err)
	for member, want := range map[string]string{"delivery": d.String(), "sha256": d.Hash, "contributor": "state-ken", "destination": "entity-cted", "use_in_report": "yes"} {
		same(t, member, fmt.Sprint(record[member]), want)
	}
	for _, m := range h.sink.Messages()[before:] {
		if strings.Contains(string(m.Raw), "Hawala between") || strings.Contains(string(m.Raw), base64.StdEncoding.EncodeToString([]byte("Hawala between two"))) {
			t.Error("the content was mailed")
		}
	}
	kept := h.records(d.DeliveryKey)
	same(t, "records", len(kept), 2)
	again, err := kept[0].Document()
	must(t, err)
	same(t, "record as kept", string(again), string(document))
	if got := len(h.audited(window, rapporteur.ActionRouted)); got != 2 {
		t.Errorf("%d audit records of routing", got)
	}
	h.unchanged("routing again", func() {
		result, err = h.route(window)
		must(t, err)
		same(t, "result", result, rapporteur.RouteResult{})
	})
	same(t, "mails", h.sink.Count(), before+3)
}

// What comes while a step is under way that was asked for before it is routed by
// that step, and not before it came.
func TestNothingIsRoutedBeforeItCame(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	asked := h.moment()
	h.set(asked.Now.Add(time.Second))
	d := h.deliver(kenya, flows("Just then."))
	_, err := h.conduct.Route(t.Context(), window.ID, asked, ignored)
	must(t, err)
	for _, record := range h.audited(window, rapporteur.ActionRouted) {
		if record.At.Before(d.ReceivedAt) {
			t.Errorf("%s was routed at %s and came at %s", d, record.At, d.ReceivedAt)
		}
	}
}

// A crash anywhere in between sends nothing twice but the one mail that it cut
// off, and signs nothing anew, also where the house has another key by then.
func TestRoutingAfterACrash(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	d := h.deliver(kenya, flows("Once."))
	_, err := h.died().Route(t.Context(), window.ID, h.moment(), ignored)
	if err == nil {
		t.Fatal("nothing died")
	}
	same(t, "unrouted", len(h.unrouted()), 1)
	crashing := h.died()
	crashing.Mailbox = &dyingAfter{Mailbox: h.mailbox, letters: 1}
	if _, err = crashing.Route(t.Context(), window.ID, h.moment(), ignored); err == nil {
		t.Fatal("nothing died")
	}
	signed := h.records(d.DeliveryKey)
	same(t, "signed before the crash", len(signed), 1)
	renewed := h.conduct
	renewed.Signer = signing(t)
	_, err = renewed.Route(t.Context(), window.ID, h.moment(), ignored)
	must(t, err)
	same(t, "mails", h.mails(), []string{"delivery-acknowledged state-ken", "delivery-routed entity-cted", "delivery-routed entity-monitoring-team-1267"})
	after := h.records(d.DeliveryKey)
	same(t, "the first record", after[0], signed[0])
	if after[1].KeyID != renewed.Signer.Keys()[0].ID || after[0].KeyID == after[1].KeyID {
		t.Errorf("signed by %s and %s", after[0].KeyID, after[1].KeyID)
	}
}

// dyingAfter is a mailbox whose process dies after some letters.
type dyingAfter struct {
	rapporteur.Mailbox
	letters int
}

func (d *dyingAfter) Send(ctx context.Context, l rapporteur.Letter) error {
	d.letters--
	if d.letters < 0 {
		return errDied
	}
	return d.Mailbox.Send(ctx, l)
}

// A destination without a focal point is put before the Secretariat and holds
// up nobody else; once it has one, what waited goes out.
func TestADestinationWithoutAFocalPoint(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	must(t, h.secretariat.PutContacts(t.Context(), staff, team, nil))
	first := h.deliver(kenya, flows("First."))
	result, err := h.route(window)
	must(t, err)
	same(t, "result", result, rapporteur.RouteResult{Waiting: 1})
	same(t, "mails", h.mails(), []string{"delivery-acknowledged state-ken", "delivery-routed entity-cted"})
	if text := h.cycle(window.ID).Attention; !strings.Contains(text, "focal point to entity-monitoring-team-1267") {
		t.Errorf("attention %q", text)
	}
	same(t, "records can be read", len(h.records(first.DeliveryKey)), 2)
	h.relay()
	// What waits does not keep the next from being hinted at.
	h.deliver(france, flows("Second."))
	same(t, "outbox", h.relayed(), []string{"hint intake/s-res-2388-2017/op9"})
	result, err = h.route(window)
	must(t, err)
	same(t, "result", result, rapporteur.RouteResult{Waiting: 2})
	h.reachable(team)
	result, err = h.route(window)
	must(t, err)
	same(t, "result", result, rapporteur.RouteResult{Routed: 2})
	same(t, "attention", h.cycle(window.ID).Attention, "")
	same(t, "mails", len(h.mails()), 6)
	var said []string
	for _, r := range h.audit(window) {
		if r.Action == rapporteur.ActionAttention || r.Action == rapporteur.ActionAttentionOver {
			said = append(said, string(r.Action))
		}
	}
	same(t, "audit", said, []string{"cycle.attention", "cycle.attention-over"})
}

// A mail server that refuses a mailbox for good ends the routing of that
// delivery: its record can be read.
func TestADestinationThatRefusesMail(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	h.treat(cted, smtpsink.Refuse)
	h.deliver(kenya, flows("First."))
	result, err := h.route(window)
	must(t, err)
	same(t, "result", result, rapporteur.RouteResult{Routed: 1})
	same(t, "ledger", h.chased(window), []string{
		"entity-cted routed-1  failed", "entity-monitoring-team-1267 routed-1  sent", "state-ken acknowledged-1  sent",
	})
	same(t, "audit", len(h.audited(window, rapporteur.ActionRouted)), 1)
	same(t, "audit", len(h.audited(window, rapporteur.ActionMessageFailed)), 1)
}

func TestRoutingNeedsAKey(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	h.deliver(kenya, flows("First."))
	c := h.conduct
	c.Signer = nil
	_, err := c.Route(t.Context(), window.ID, h.moment(), ignored)
	refused(t, err, rapporteur.ProblemUnavailable, "signing key")
	same(t, "mails", h.sink.Count(), 0)
}

func TestAWindowClosesWithADigestAndTheNextIsOpen(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	h.deliver(kenya, flows("First."))
	h.set(day(time.July, 1).Start())
	next, err := h.conduct.OpenNextWindow(t.Context(), window.ID, h.moment())
	must(t, err)
	same(t, "next", next, rapporteur.NextWindow{Window: "s-res-2388-2017/op9/window-2018-H2", First: day(time.July, 1), Last: day(time.December, 31)})
	h.unchanged("opening it again", func() {
		again, err := h.conduct.OpenNextWindow(t.Context(), window.ID, h.moment())
		must(t, err)
		same(t, "next", again, next)
	})
	h.set(h.clock().Add(time.Hour))
	must(t, h.conduct.CloseWindow(t.Context(), window.ID, h.moment()))
	h.unchanged("closing it again", func() { must(t, h.conduct.CloseWindow(t.Context(), window.ID, h.moment())) })
	number, err := h.conduct.Digest(t.Context(), window.ID, h.moment())
	must(t, err)
	h.unchanged("the digest again", func() {
		again, err := h.conduct.Digest(t.Context(), window.ID, h.moment())
		must(t, err)
		same(t, "number", again, number)
	})
	draft := read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
		return r.Draft(ctx, window.ID, number)
	})
	if draft.Report.Cycle != window.ID || draft.Outcome != rapporteur.ClearanceNotNeeded || draft.Report.Hash == "" {
		t.Errorf("digest %+v", draft)
	}
	same(t, "windows", h.windows(), []string{"2018-H1 2018-03-01 to 2018-06-30 closed", "2018-H2 2018-07-01 to 2018-12-31 collecting"})
	// A clock that is an hour behind finds the old window closed.
	h.set(day(time.June, 30).At(23))
	same(t, "a late clock", h.deliver(kenya, flows("Late.")).Cycle, next.Window)
	var told []string
	for _, r := range h.audit(window) {
		told = append(told, string(r.Action))
	}
	same(t, "audit", told, []string{"intake.started", "window.opened", "delivery.accepted", "window.closed", "window.digested"})
}

func TestLoadIntakeTakesUpWhatIsNotDone(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	h.set(day(time.July, 2).At(9))
	h.deliver(kenya, flows("In the second half.")) // opens it
	newest := rapporteur.NewCycleID(instrument, op9, "window-2018-H2")
	state, err := h.conduct.LoadIntake(t.Context(), newest)
	must(t, err)
	if state.Window != window.ID || state.Following == nil || state.Following.Window != newest || !state.Look {
		t.Errorf("state %+v", state)
	}
	must(t, h.conduct.CloseWindow(t.Context(), window.ID, h.moment()))
	if state, err = h.conduct.LoadIntake(t.Context(), newest); err != nil || state.Window != window.ID || state.Phase != rapporteur.PhaseClosed {
		t.Errorf("a window without its digest is not taken up: %+v %v", state, err)
	}
	_, err = h.conduct.Digest(t.Context(), window.ID, h.moment())
	must(t, err)
	if state, err = h.conduct.LoadIntake(t.Context(), window.ID); err != nil || state.Window != newest || state.Following != nil {
		t.Errorf("state %+v %v", state, err)
	}
	_, err = h.conduct.LoadIntake(t.Context(), "s-res-2388-2017/op30/window-2018-H1")
	refused(t, err, rapporteur.ProblemNotFound)
}

func TestAnIntakeIsStoppedForEverybody(t *testing.T) {
	h := newHouse(t)
	window := h.running(op9)
	h.deliver(kenya, flows("First."))
	h.set(day(time.July, 1).At(0))
	_, err := h.conduct.OpenNextWindow(t.Context(), window.ID, h.moment())
	must(t, err)
	stop := rapporteur.IntakeStop{ID: "s", Actor: staff.ID, Reason: "The mandate has ended."}
	must(t, h.conduct.StopIntake(t.Context(), window.ID, stop, h.moment()))
	h.unchanged("the same command again", func() { must(t, h.conduct.StopIntake(t.Context(), window.ID, stop, h.moment())) })
	same(t, "windows", h.windows(), []string{"2018-H1 2018-03-01 to 2018-06-30 closed", "2018-H2 2018-07-01 to 2018-12-31 closed"})
	h.unchanged("a delivery after the end", func() {
		_, err := h.correspondence.Deliver(t.Context(), by(kenya), instrument, op9, flows("Too late."))
		refused(t, err, rapporteur.ProblemClosed, "stopped")
		_, err = h.conduct.OpenNextWindow(t.Context(), "s-res-2388-2017/op9/window-2018-H2", h.moment())
		refused(t, err, rapporteur.ProblemConflict)
	})
	records := h.audited(window, rapporteur.ActionIntakeStopped)
	if len(records) != 1 || records[0].Actor != staff.ID || records[0].Reason != stop.Reason {
		t.Errorf("audit %+v", records)
	}
	// Started again, it begins in the middle of the same half.
	h.set(day(time.September, 3).At(9))
	again := h.running(op9)
	same(t, "window", again.ID, rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H2-2"))
	d := h.deliver(kenya, flows("Anew."))
	same(t, "delivery", d.Cycle, again.ID)
	h.set(rapporteur.Date{Year: 2019, Month: 1, Day: 1}.Start())
	same(t, "next half", h.deliver(kenya, flows("In the next year.")).Cycle, rapporteur.CycleID("s-res-2388-2017/op9/window-2019-H1"))
}

func TestAnIntakeThatNeverOpenedIsCancelled(t *testing.T) {
	h := newHouse(t)
	h.set(time.Date(2017, time.November, 1, 9, 0, 0, 0, time.UTC))
	window := h.running(op9)
	must(t, h.conduct.StopIntake(t.Context(), window.ID, rapporteur.IntakeStop{ID: "s", Reason: "Not needed."}, h.moment()))
	same(t, "phase", h.cycle(window.ID).Phase, rapporteur.PhaseCancelled)
}
