package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/rapporteur/rapporteur"
)

const selectDelivery = `SELECT cycle, number, contributor, kind, questionnaire, questionnaire_version, return_type, language,
	hash, body IS NULL, size, classification, in_report, by_name, handed_over, destinations, received_at, received_from, findings FROM deliveries`

func scanDelivery(r row) (rapporteur.Delivery, error) {
	var d rapporteur.Delivery
	err := r.Scan(&d.Cycle, &d.Number, &d.Contributor, &d.Kind, &d.Questionnaire.ID, &d.Questionnaire.Version, &d.ReturnType, &d.Language,
		&d.Hash, &d.Receipt, &d.Size, &d.Classification, &d.Consent.InReport, &d.Consent.ByName, dateColumn{&d.HandedOver},
		documentColumn{&d.Destinations}, timeColumn{&d.ReceivedAt}, &d.ReceivedFrom, documentColumn{&d.Findings})
	return d, err
}

func noDelivery(k rapporteur.DeliveryKey) *rapporteur.Problem {
	return rapporteur.NotFound("delivery", k.String())
}

// Windows lists the windows of an intake. Their labels sort as time does.
func (r *reader) Windows(ctx context.Context, instrument, stream string) ([]rapporteur.Cycle, error) {
	first := string(rapporteur.NewCycleID(instrument, stream, rapporteur.WindowPrefix))
	found, err := list(ctx, r, scanCycle, selectCycle+" WHERE id >= ? AND id < ? ORDER BY id", first, beyond(first))
	return found, failure("list windows", err)
}

// beyond is the least text that comes after all that begin with a prefix, which
// ends with an ASCII character.
func beyond(prefix string) string {
	last := len(prefix) - 1
	return prefix[:last] + string(rune(prefix[last]+1))
}

// Delivery reads a delivery.
func (r *reader) Delivery(ctx context.Context, k rapporteur.DeliveryKey) (rapporteur.Delivery, error) {
	d, err := one(ctx, r, noDelivery(k), scanDelivery, selectDelivery+" WHERE cycle = ? AND number = ?", k.Cycle, k.Number)
	return d, failure("read delivery", err)
}

// filtered is the conditions of a list of deliveries.
func filtered(f rapporteur.DeliveryFilter) *conditions {
	var c conditions
	if f.Cycle != "" {
		c.add("cycle = ?", f.Cycle)
	}
	if f.Instrument != "" || f.Stream != "" {
		stream := string(rapporteur.NewCycleID(f.Instrument, f.Stream, ""))
		c.add("cycle >= ? AND cycle < ?", stream, beyond(stream))
	}
	if f.Contributor != "" {
		c.add("contributor = ?", f.Contributor)
	}
	if f.Hash != "" {
		c.add("hash = ?", f.Hash)
	}
	if f.After != (rapporteur.DeliveryKey{}) {
		c.add("(cycle, number) > (?, ?)", f.After.Cycle, f.After.Number)
	}
	return &c
}

// Deliveries lists deliveries by cycle and number.
func (r *reader) Deliveries(ctx context.Context, f rapporteur.DeliveryFilter) ([]rapporteur.Delivery, error) {
	c := filtered(f)
	query, args := atMost(selectDelivery+c.where()+" ORDER BY cycle, number", c.args, f.Limit)
	found, err := list(ctx, r, scanDelivery, query, args...)
	return found, failure("list deliveries", err)
}

// DeliveryCount counts the deliveries of a cycle: they are numbered without a
// gap and none ever goes.
func (r *reader) DeliveryCount(ctx context.Context, id rapporteur.CycleID) (int, error) {
	n, err := one(ctx, r, nil, scanValue[int], "SELECT COALESCE(MAX(number), 0) FROM deliveries WHERE cycle = ?", id)
	return n, failure("count deliveries", err)
}

// Unrouted lists deliveries that wait to be routed. Only cycle, stream,
// Untried, After and Limit narrow.
func (r *reader) Unrouted(ctx context.Context, f rapporteur.DeliveryFilter) ([]rapporteur.DeliveryKey, error) {
	scan := func(r row) (rapporteur.DeliveryKey, error) {
		var k rapporteur.DeliveryKey
		err := r.Scan(&k.Cycle, &k.Number)
		return k, err
	}
	c := filtered(rapporteur.DeliveryFilter{Cycle: f.Cycle, Instrument: f.Instrument, Stream: f.Stream, After: f.After})
	if f.Untried {
		c.add("NOT waits")
	}
	query, args := atMost("SELECT cycle, number FROM routing_queue"+c.where()+" ORDER BY cycle, number", c.args, f.Limit)
	found, err := list(ctx, r, scan, query, args...)
	return found, failure("list unrouted deliveries", err)
}

var errReceiptBody = errors.New("a receipt has no body")

// InsertDelivery adds a delivery and its body. One that exists is a
// ProblemConflict, a cycle that does not a ProblemNotFound; a hash or size that
// is not the body's is refused, and so is a body that comes with a receipt.
func (t *tx) InsertDelivery(ctx context.Context, d rapporteur.Delivery, body []byte) error {
	var kept any // nothing of what a receipt is about
	if d.Receipt {
		if body != nil || d.Size != 0 {
			return failure("insert delivery", errReceiptBody)
		}
	} else {
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != d.Hash || len(body) != d.Size {
			return failure("insert delivery", errWrongHash)
		}
		if err := t.putBody(ctx, d.Hash, body); err != nil {
			return err
		}
		kept = d.Hash
	}
	return t.insert(ctx, "delivery", d.String(), noCycle(d.Cycle),
		`INSERT INTO deliveries (cycle, number, contributor, kind, questionnaire, questionnaire_version, return_type, language,
		hash, body, size, classification, in_report, by_name, handed_over, destinations, received_at, received_from, findings)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.Cycle, d.Number, d.Contributor, d.Kind, d.Questionnaire.ID, d.Questionnaire.Version, d.ReturnType, d.Language,
		d.Hash, kept, d.Size, d.Classification, d.Consent.InReport, d.Consent.ByName, d.HandedOver, document{d.Destinations},
		d.ReceivedAt, d.ReceivedFrom, document{d.Findings})
}

// QueueRouting puts a delivery on the list of those to be routed.
func (t *tx) QueueRouting(ctx context.Context, k rapporteur.DeliveryKey) error {
	_, err := t.exec(ctx, "INSERT INTO routing_queue (cycle, number, waits) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", k.Cycle, k.Number, false)
	if err != nil && t.dialect.orphan(err) {
		return noDelivery(k)
	}
	return failure("queue routing", err)
}

// RoutingWaits notes that a delivery was tried and has to wait.
func (t *tx) RoutingWaits(ctx context.Context, k rapporteur.DeliveryKey) error {
	_, err := t.exec(ctx, "UPDATE routing_queue SET waits = ? WHERE cycle = ? AND number = ?", true, k.Cycle, k.Number)
	return failure("note that routing waits", err)
}

// Routed takes a delivery off the list.
func (t *tx) Routed(ctx context.Context, k rapporteur.DeliveryKey) error {
	_, err := t.exec(ctx, "DELETE FROM routing_queue WHERE cycle = ? AND number = ?", k.Cycle, k.Number)
	return failure("end routing", err)
}
