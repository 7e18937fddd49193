package rapporteur

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	// routedTogether is how many deliveries are looked up at once.
	routedTogether = 100
	// routeFailures is how many deliveries in a row may fail before the attempt
	// ends: then it is the mail server, not one of them.
	routeFailures = 5
)

var errNoSigner = Problemf(ProblemUnavailable, "No signing key", "Deliveries are routed with a signed record; give this worker a signing key.")

// Route acknowledges every delivery of an intake that has not been routed yet
// to its contributor, and sends its signed record to each of its destinations;
// the content is for them to fetch with their own key and is never mailed. Done
// before, each mail goes once, and its record is the one that was signed first.
// A delivery for a destination without a focal point waits; its record can be
// read all the same. progress is called after each delivery.
func (c Conduct) Route(ctx context.Context, id CycleID, m Moment, progress func(done int)) (RouteResult, error) {
	i, s, err := c.ofWindow(id)
	if err != nil {
		return RouteResult{}, err
	}
	if c.Signer == nil {
		return RouteResult{}, errNoSigner
	}
	run := routing{Conduct: c, instrument: i, stream: s, m: m}
	filter := DeliveryFilter{Instrument: i.ID, Stream: s.ID, Limit: routedTogether}
	for {
		var keys []DeliveryKey
		err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			keys, err = r.Unrouted(ctx, filter)
			return err
		})
		if err != nil {
			return run.result, err
		}
		if len(keys) == 0 {
			break
		}
		for _, key := range keys {
			run.try(ctx, key)
			if len(run.failed) == routeFailures {
				return run.result, run.err()
			}
			progress(run.result.Routed + run.result.Waiting)
		}
		filter.After = keys[len(keys)-1]
	}
	if err := run.err(); err != nil {
		return run.result, err
	}
	return run.result, run.callAttention(ctx)
}

// routing is one run over what is to be routed.
type routing struct {
	Conduct
	instrument Instrument
	stream     Stream
	m          Moment
	result     RouteResult
	without    []ContributorID // destinations that cannot be written to
	failed     []error         // since one went well
	first      error
}

func (r *routing) try(ctx context.Context, key DeliveryKey) {
	waits, err := r.route(ctx, key)
	switch {
	case err != nil:
		r.failed = append(r.failed, err)
		if r.first == nil {
			r.first = err
		}
		return
	case waits:
		r.result.Waiting++
	default:
		r.result.Routed++
	}
	r.failed = nil
}

// err is the first of what failed, and the last where that is another.
func (r *routing) err() error {
	if len(r.failed) > 1 {
		return errors.Join(r.first, r.failed[len(r.failed)-1])
	}
	return r.first
}

// route acknowledges and routes one delivery, and reports whether it has to
// wait for a destination.
func (r *routing) route(ctx context.Context, key DeliveryKey) (waits bool, err error) {
	var d Delivery
	var window Cycle
	err = r.Store.Read(ctx, func(ctx context.Context, reader Reader) error {
		if d, err = reader.Delivery(ctx, key); err != nil {
			return err
		}
		window, err = reader.Cycle(ctx, key.Cycle)
		return err
	})
	if err != nil {
		return false, err
	}
	if d.ReceivedAt.After(r.m.Now) {
		r.m.Now = d.ReceivedAt // it came after the step was asked for
	}
	acknowledgement := Letter{Notice: NoticeAcknowledged, Rung: fmt.Sprintf("acknowledged-%d", d.Number)}
	if _, err := r.send(ctx, window, d, d.Contributor, acknowledgement); err != nil {
		return false, err
	}
	for _, to := range d.Destinations {
		there, err := r.sendRecord(ctx, window, d, to)
		if err != nil {
			return false, err
		}
		waits = waits || !there
	}
	return waits, r.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		// Whoever delivers meanwhile holds this lock too: see take.
		if _, err := tx.LockCycle(ctx, d.Cycle); err != nil {
			return err
		}
		if waits {
			return tx.RoutingWaits(ctx, d.DeliveryKey)
		}
		return tx.Routed(ctx, d.DeliveryKey)
	})
}

// sendRecord signs the record for a destination, unless that was done before,
// and mails it. It reports false where the destination has no focal point.
func (r *routing) sendRecord(ctx context.Context, window Cycle, d Delivery, to ContributorID) (bool, error) {
	record := SignedRecord{DeliveryKey: d.DeliveryKey, Destination: to, Signed: sign(r.Signer, recordOf(r.instrument, r.stream, d, to))}
	unreachable := false
	err := r.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if record, err = tx.InsertDeliveryRecord(ctx, record); err != nil {
			return err
		}
		missing, err := tx.Unreachable(ctx, []ContributorID{to})
		unreachable = len(missing) > 0
		return err
	})
	if err != nil {
		return false, err
	}
	if unreachable {
		if !slices.Contains(r.without, to) {
			r.without = append(r.without, to)
		}
		return false, nil
	}
	document, err := record.Document()
	if err != nil {
		return false, err
	}
	letter := Letter{
		Notice: NoticeRouted, Rung: d.RoutingKey(to).Rung,
		Attachments: []Attachment{{Name: fmt.Sprintf("delivery-record-%d.json", d.Number), Media: "application/json", Content: document}},
	}
	state, err := r.send(ctx, window, d, to, letter)
	if err != nil || state != LedgerSent {
		return true, err
	}
	return true, r.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		audit := r.m.record(d.Cycle, ActionRouted, fmt.Sprintf("routed/%s/%s", d, to))
		audit.Contributor = to
		audit.Details["delivery"], audit.Details["key"] = fmt.Sprint(d.Number), record.KeyID
		_, err := tx.AppendAudit(ctx, audit)
		return err
	})
}

// send mails a letter about a delivery, once.
func (r *routing) send(ctx context.Context, window Cycle, d Delivery, to ContributorID, l Letter) (LedgerState, error) {
	l.Delivery, l.Hash, l.Receipt = d.Number, d.Hash, d.Receipt
	l, err := r.address(ctx, window, posting{key: RequestKey{Cycle: d.Cycle, Contributor: to}, letter: l}, r.m)
	if err != nil {
		return "", err
	}
	return r.post(ctx, l, r.m)
}

// waitingText begins what is put before a person when deliveries wait.
const waitingText = "Deliveries wait to be routed"

// callAttention puts before the Secretariat, on the newest window, which
// destinations have no focal point, and takes back what it had put before.
func (r *routing) callAttention(ctx context.Context) error {
	text := ""
	if len(r.without) > 0 {
		text = fmt.Sprintf("%s: give a focal point to %s. Their records can be read all the same.", waitingText, joinIDs(r.without, 10))
	}
	return r.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		windows, err := lockWindows(ctx, tx, r.instrument.ID, r.stream.ID)
		if err != nil {
			return err
		}
		for n, window := range windows {
			want := ""
			if n == len(windows)-1 {
				want = text
			}
			if window.Attention == want || want == "" && !strings.HasPrefix(window.Attention, waitingText) {
				continue
			}
			if err := r.setAttention(ctx, tx, window.ID, want); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *routing) setAttention(ctx context.Context, tx Tx, id CycleID, text string) error {
	window, err := tx.LockCycle(ctx, id)
	if err != nil {
		return err
	}
	record := r.m.record(id, ActionAttentionOver, "")
	if text != "" {
		record.Action, record.Reason = ActionAttention, text
	}
	if _, err := tx.AppendAudit(ctx, record); err != nil {
		return err
	}
	window.Attention = text
	return tx.UpdateCycle(ctx, window)
}
