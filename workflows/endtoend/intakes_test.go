package endtoend_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/workflows"
)

const (
	cted   = rapporteur.ContributorID("entity-cted")
	team   = rapporteur.ContributorID("entity-monitoring-team-1267")
	unitad = rapporteur.ContributorID("entity-unitad")

	firstHalf  = rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H1")
	secondHalf = rapporteur.CycleID("s-res-2388-2017/op9/window-2018-H2")
	nextYear   = rapporteur.CycleID("s-res-2388-2017/op9/window-2019-H1")
)

// TestIntakes keeps the intake of OP9 open from June 2018 to February 2019,
// through two rolls on the real server, beside that of OP30, which keeps
// receipts only.
func TestIntakes(t *testing.T) { onBoth(t, intakes) }

func intakes(t *testing.T, database string) {
	t.Helper()
	ctx := within(t)
	h := buildOn(ctx, t, database, moment(t, "2018-06-04 08:00"))
	for _, id := range []rapporteur.ContributorID{silent, onTime, late, cted, team, unitad, escalated} {
		h.contact(ctx, id)
	}
	h.open(ctx, "op9")
	h.open(ctx, "op30")
	h.phase(ctx, firstHalf, rapporteur.PhaseCollecting)

	h.goTo(ctx, "2018-06-10 09:00")
	first := h.deliver(ctx, silent, h.flows("Hawala between two towns.", "yes"))
	h.goTo(ctx, "2018-06-15 09:00")
	h.keepReceiptsOnly(ctx)
	h.goTo(ctx, "2018-06-30 22:00") // the last hours of the half
	second := h.deliver(ctx, onTime, h.flows("Prepaid cards bought for others.", "no"))

	h.goTo(ctx, "2018-07-01 00:10") // for an hour both windows are open
	h.phase(ctx, firstHalf, rapporteur.PhaseCollecting)
	h.phase(ctx, secondHalf, rapporteur.PhaseCollecting)
	h.goTo(ctx, "2018-07-01 02:00")
	h.phase(ctx, firstHalf, rapporteur.PhaseClosed)
	h.checkDigest(ctx)
	h.conducts(ctx, secondHalf)

	h.goTo(ctx, "2018-09-03 09:00")
	third := h.deliver(ctx, silent, h.flows("Couriers on buses.", "yes"))
	h.open(ctx, "op23b") // a workflow that begins when time has been skipped rolls at the same moment
	h.goTo(ctx, "2019-01-02 09:00")
	h.phase(ctx, secondHalf, rapporteur.PhaseClosed)
	h.conducts(ctx, nextYear)
	h.conducts(ctx, "s-res-2388-2017/op23b/window-2019-H1")

	h.goTo(ctx, "2019-02-01 09:00")
	fourth := h.deliver(ctx, late, h.flows("Nothing was traced.", "no"))
	h.stopIntake(ctx)
	h.endIntakeInTemporal(ctx)
	h.checkWindows(ctx)
	h.checkRouting(ctx, first, second, third, fourth)
	h.checkRolls(ctx)
	h.beginAnew(ctx)
}

// open starts an intake.
func (h *house) open(ctx context.Context, stream string) {
	h.t.Helper()
	_, err := h.secretariat.StartIntake(ctx, staff, "s-res-2388-2017", stream)
	h.ok(err)
	h.settle(ctx)
}

// flows is a delivery on financial flows, with or without consent to its use.
func (h *house) flows(text, consent string) []byte {
	h.t.Helper()
	answer := envelope(rapporteur.QuestionnaireRef{ID: "financial-flows", Version: "1.0.0"}, rapporteur.ReturnAnswered)
	answer["answers"] = map[string]any{
		"Q9.4": map[string]any{"status": "yes", "text": text},
		"Q9.7": map[string]any{"status": consent, "text": "For statistics."},
	}
	return h.written(answer)
}

// deliver hands something to the intake of OP9, and tells the engine.
func (h *house) deliver(ctx context.Context, who rapporteur.ContributorID, body []byte) rapporteur.Delivery {
	h.t.Helper()
	d, err := h.correspondence.Deliver(ctx, by(who), "s-res-2388-2017", "op9", body)
	h.ok(err)
	h.settle(ctx)
	return d
}

// conducts checks which window the one workflow of the intake has taken up.
func (h *house) conducts(ctx context.Context, window rapporteur.CycleID) {
	h.t.Helper()
	id := rapporteur.CycleWorkflowID(window)
	if got := h.status(ctx, id); got != enums.WORKFLOW_EXECUTION_STATUS_RUNNING {
		h.t.Fatalf("the intake is %s", got)
	}
	found, err := h.client.DescribeWorkflow(ctx, id, "")
	h.ok(err)
	_, _, period, _ := window.Parts()
	if attributes := fmt.Sprint(found.TypedSearchAttributes.GetUntypedValues()); !strings.Contains(attributes, period) {
		h.t.Errorf("the attributes %s have no %s", attributes, period)
	}
	value, err := h.client.QueryWorkflow(ctx, id, "", workflows.QueryState)
	h.ok(err)
	var state rapporteur.IntakeState
	h.ok(value.Get(&state))
	if state.Window != window || state.Phase != rapporteur.PhaseCollecting || state.Following != nil || state.Waiting != 0 {
		h.t.Errorf("on %s the intake is %s", h.now(), state)
	}
}

// keepReceiptsOnly tries to leave content with OP30, of which nothing may be
// kept, and then the receipt of it.
func (h *house) keepReceiptsOnly(ctx context.Context) {
	h.t.Helper()
	window := rapporteur.CycleID("s-res-2388-2017/op30/window-2018-H1")
	const secret = "What the seventh witness saw."
	before := fmt.Sprint(h.timed(ctx, window))
	_, err := h.correspondence.Deliver(ctx, by(silent), "s-res-2388-2017", "op30", h.flows(secret, "yes"))
	if kind := h.refused(err); kind != rapporteur.ProblemReceiptOnly {
		h.t.Errorf("content is refused as %s", kind)
	}
	if after := fmt.Sprint(h.timed(ctx, window)); after != before || h.waiting(ctx) != 0 || h.holds(ctx, secret) {
		h.t.Errorf("content that was refused left something behind: %s", after)
	}
	note := rapporteur.ReceiptNote{
		Instrument: "s-res-2388-2017", Stream: "op30", HandedOver: date(h.t, "2018-06-14"), To: unitad, Hash: strings.Repeat("5a", 32),
	}
	receipt, err := h.correspondence.LeaveReceipt(ctx, by(silent), note)
	h.ok(err)
	h.settle(ctx)
	if !receipt.Receipt || receipt.Size != 0 || !h.holds(ctx, note.Hash) {
		h.t.Errorf("the receipt is %+v", receipt)
	}
	h.verified(ctx, receipt, "receipt")
}

// holds looks for a text into the files of the record, on PostgreSQL into every
// row of every table of it.
func (h *house) holds(ctx context.Context, text string) bool {
	h.t.Helper()
	if h.database != "" {
		return h.tabled(ctx, text)
	}
	files, err := filepath.Glob(filepath.Join(h.folder, "*"))
	h.ok(err)
	return slices.ContainsFunc(files, func(file string) bool {
		content, err := os.ReadFile(file)
		h.ok(err)
		return bytes.Contains(content, []byte(text))
	})
}

// tabled looks for a text in the rows of a PostgreSQL database, as text and as
// bytes.
func (h *house) tabled(ctx context.Context, text string) bool {
	h.t.Helper()
	record, err := pgx.Connect(ctx, h.database)
	h.ok(err)
	defer func() { _ = record.Close(ctx) }()
	found, err := record.Query(ctx, `SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	h.ok(err)
	tables, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (pgx.Identifier, error) {
		var schema, table string
		err := row.Scan(&schema, &table)
		return pgx.Identifier{schema, table}, err
	})
	h.ok(err)
	if len(tables) == 0 {
		h.t.Fatal("the record has no tables")
	}
	return slices.ContainsFunc(tables, func(table pgx.Identifier) bool {
		var there bool
		h.ok(record.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+table.Sanitize()+` AS held WHERE strpos(held::text, $1) > 0 OR strpos(held::text, $2) > 0)`,
			text, hex.EncodeToString([]byte(text))).Scan(&there))
		return there
	})
}

// timed lists what was done in a cycle, with the hour of business time.
func (h *house) timed(ctx context.Context, id rapporteur.CycleID) []string {
	h.t.Helper()
	var lines []string
	for _, r := range read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.AuditRecord, error) {
		return r.Audit(ctx, id, 0, 0)
	}) {
		lines = append(lines, r.At.UTC().Format("2006-01-02 15h ")+string(r.Action))
	}
	return lines
}

// checkDigest reads what the first window brought.
func (h *house) checkDigest(ctx context.Context) {
	h.t.Helper()
	text := h.told(ctx, firstHalf, 1)
	for _, want := range []string{"2 deliveries were received", "Hawala between two towns"} {
		if !strings.Contains(text, want) {
			h.t.Errorf("the digest does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Prepaid") {
		h.t.Errorf("the digest tells what may not be used:\n%s", text)
	}
}

// told is the text of a draft.
func (h *house) told(ctx context.Context, id rapporteur.CycleID, number int) string {
	h.t.Helper()
	draft := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Draft, error) {
		return r.Draft(ctx, id, number)
	})
	var text strings.Builder
	for _, section := range draft.Report.Sections {
		for _, block := range section.Blocks {
			if block.Paragraph != nil {
				text.WriteString(block.Paragraph.Text + "\n")
			}
		}
	}
	return text.String()
}

// stopIntake stops the intake of OP9 for good.
func (h *house) stopIntake(ctx context.Context) {
	h.t.Helper()
	if kind := h.refused(h.engine.Command(ctx, nextYear, rapporteur.Command{ID: "stop-0", Kind: rapporteur.CommandStopIntake, Actor: staff.ID})); kind != rapporteur.ProblemInvalid {
		h.t.Errorf("stopping without a reason is refused as %s", kind)
	}
	stop := rapporteur.Command{ID: "stop-1", Kind: rapporteur.CommandStopIntake, Reason: "The mandate has ended."}
	h.command(ctx, nextYear, stop)
	h.command(ctx, nextYear, stop) // whoever missed the answer gets it again
	h.phase(ctx, nextYear, rapporteur.PhaseClosed)
	if got := h.status(ctx, rapporteur.CycleWorkflowID(nextYear)); got != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		h.t.Errorf("the intake is %s", got)
	}
	_, err := h.correspondence.Deliver(ctx, by(silent), "s-res-2388-2017", "op9", h.flows("Too late.", "yes"))
	if kind := h.refused(err); kind != rapporteur.ProblemClosed {
		h.t.Errorf("after the end a delivery is refused as %s", kind)
	}
}

// endIntakeInTemporal cancels the other intake where operators would.
func (h *house) endIntakeInTemporal(ctx context.Context) {
	h.t.Helper()
	window := rapporteur.CycleID("s-res-2388-2017/op30/window-2019-H1")
	id := rapporteur.CycleWorkflowID(window)
	h.ok(h.client.CancelWorkflow(ctx, id, ""))
	h.ok(h.clock.AdvanceTo(ctx, h.clock.Now()))
	h.phase(ctx, window, rapporteur.PhaseClosed)
	if got := h.status(ctx, id); got != enums.WORKFLOW_EXECUTION_STATUS_CANCELED {
		h.t.Errorf("the intake is %s", got)
	}
	h.record(ctx, map[string]string{id: "intake-stream/" + release + "-ended-in-temporal.json"})
}

// checkWindows proves that every run knew the time, and that each step left one
// record.
func (h *house) checkWindows(ctx context.Context) {
	h.t.Helper()
	for window, want := range map[rapporteur.CycleID][]string{
		firstHalf: {
			"2018-06-04 08h intake.started", "2018-06-04 08h window.opened",
			"2018-06-10 09h delivery.accepted", "2018-06-10 09h delivery.routed", "2018-06-10 09h delivery.routed",
			"2018-06-30 22h delivery.accepted", "2018-06-30 22h delivery.routed", "2018-06-30 22h delivery.routed",
			"2018-07-01 01h window.closed", "2018-07-01 01h window.digested",
		},
		secondHalf: {
			"2018-07-01 00h window.opened",
			"2018-09-03 09h delivery.accepted", "2018-09-03 09h delivery.routed", "2018-09-03 09h delivery.routed",
			"2019-01-01 01h window.closed", "2019-01-01 01h window.digested",
		},
		"s-res-2388-2017/op23b/window-2018-H2": {
			"2018-09-03 09h intake.started", "2018-09-03 09h window.opened", "2019-01-01 01h window.closed", "2019-01-01 01h window.digested",
		},
		nextYear: {
			"2019-01-01 00h window.opened",
			"2019-02-01 09h delivery.accepted", "2019-02-01 09h delivery.routed", "2019-02-01 09h delivery.routed",
			"2019-02-01 09h intake.stopped", "2019-02-01 09h window.closed", "2019-02-01 09h window.digested",
		},
	} {
		if got := h.timed(ctx, window); !slices.Equal(got, want) {
			h.t.Errorf("%s\n got %v\nwant %v", window, got, want)
		}
	}
}

// checkRouting proves that each delivery was acknowledged once and came to each
// destination once, with the signed record and without the content.
func (h *house) checkRouting(ctx context.Context, deliveries ...rapporteur.Delivery) {
	h.t.Helper()
	want := []string{
		"2018-06-15 delivery-acknowledged state-ken acknowledged-1", "2018-06-15 delivery-routed entity-unitad routed-1",
	}
	for _, d := range deliveries {
		on := d.ReceivedAt.UTC().Format("2006-01-02")
		want = append(want, fmt.Sprintf("%s delivery-acknowledged %s acknowledged-%d", on, d.Contributor, d.Number))
		for _, to := range []rapporteur.ContributorID{cted, team} {
			want = append(want, fmt.Sprintf("%s delivery-routed %s routed-%d", on, to, d.Number))
		}
		h.verified(ctx, d, "content")
	}
	got := h.letters()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.t.Errorf("letters\n got %v\nwant %v", got, want)
	}
	for _, m := range h.sink.Messages() {
		for _, content := range []string{"Hawala", "Prepaid", "Couriers", "traced"} {
			if bytes.Contains(h.mailed(m), []byte(content)) {
				h.t.Errorf("the mail to %v tells the content", m.To)
			}
		}
	}
}

// verified checks the signed records of a delivery with the public keys alone,
// and that each was mailed as it is kept.
func (h *house) verified(ctx context.Context, d rapporteur.Delivery, kept string) {
	h.t.Helper()
	records := read(ctx, h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.SignedRecord, error) {
		return r.DeliveryRecords(ctx, d.DeliveryKey)
	})
	if len(records) != len(d.Destinations) {
		h.t.Errorf("%s has %d records", d, len(records))
	}
	for _, r := range records {
		document, err := r.Document()
		h.ok(err)
		members, err := rapporteur.VerifyRecord(document, h.conduct.Signer.Keys())
		h.ok(err)
		if members["sha256"] != d.Hash || members["destination"] != string(r.Destination) || members["kept"] != kept {
			h.t.Errorf("the record of %s says %v", d, members)
		}
		attached := base64.StdEncoding.EncodeToString(document)
		mailed := 0
		for _, m := range h.sink.Messages() {
			if strings.Contains(strings.ReplaceAll(string(h.mailed(m)), "\r\n", ""), attached) {
				mailed++
			}
		}
		if mailed != 1 {
			h.t.Errorf("the record of %s for %s was mailed %d times", d, r.Destination, mailed)
		}
	}
}

// checkRolls proves that the intake was one workflow that continued as new with
// each window.
func (h *house) checkRolls(ctx context.Context) {
	h.t.Helper()
	runs := h.runs(ctx, rapporteur.CycleWorkflowID(firstHalf))
	files := []string{"rolled", "", "stopped"} // the second began as the third and ended as the first, after half a year
	if len(runs) != len(files) {
		h.t.Fatalf("the intake took %d runs", len(runs))
	}
	for n, run := range runs {
		want := enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW
		if n == len(runs)-1 {
			want = enums.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
		}
		if last := run.GetEvents()[len(run.GetEvents())-1].GetEventType(); last != want {
			h.t.Errorf("run %d ended with %s", n+1, last)
		}
		h.t.Logf("run %d took %d events", n+1, len(run.GetEvents()))
		if files[n] != "" {
			h.keep(run, fmt.Sprintf("intake-stream/%s-%s.json", release, files[n]))
		}
	}
}

// beginAnew starts the intake again that was stopped, and takes it up again when
// its workflow was ended by mistake.
func (h *house) beginAnew(ctx context.Context) {
	h.t.Helper()
	const again = rapporteur.CycleID("s-res-2388-2017/op9/window-2019-H1-2")
	h.open(ctx, "op9")
	h.conducts(ctx, again)
	h.ok(h.client.TerminateWorkflow(ctx, rapporteur.CycleWorkflowID(again), "", "by mistake"))
	d := h.deliver(ctx, silent, h.flows("Couriers on trains.", "yes"))
	if d.Cycle != again {
		h.t.Errorf("the delivery came to %s", d.Cycle)
	}
	h.open(ctx, "op9") // what runs stays as it is, and is told to the engine again
	h.conducts(ctx, again)
	h.verified(ctx, d, "content")
	if got := h.timed(ctx, again); len(got) != 5 || !strings.HasSuffix(got[4], string(rapporteur.ActionRouted)) {
		h.t.Errorf("the intake that began anew did %v", got)
	}
}
