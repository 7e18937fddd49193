package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

const selectRecord = "SELECT cycle, number, destination, record, key_id, signature FROM delivery_records WHERE cycle = ? AND number = ?"

func scanRecord(r row) (rapporteur.SignedRecord, error) {
	var s rapporteur.SignedRecord
	err := r.Scan(&s.Cycle, &s.Number, &s.Destination, &s.Record, &s.KeyID, &s.Signature)
	return s, err
}

// DeliveryRecords lists the signed records of a delivery by destination.
func (r *reader) DeliveryRecords(ctx context.Context, k rapporteur.DeliveryKey) ([]rapporteur.SignedRecord, error) {
	found, err := list(ctx, r, scanRecord, selectRecord+" ORDER BY destination", k.Cycle, k.Number)
	return found, failure("list delivery records", err)
}

// InsertDeliveryRecord adds a record unless there is one for the destination:
// what was signed first stays, also when the house has another key since.
func (t *tx) InsertDeliveryRecord(ctx context.Context, s rapporteur.SignedRecord) (rapporteur.SignedRecord, error) {
	_, err := t.exec(ctx, `INSERT INTO delivery_records (cycle, number, destination, record, key_id, signature)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, s.Cycle, s.Number, s.Destination, s.Record, s.KeyID, s.Signature)
	switch {
	case err != nil && t.dialect.orphan(err):
		return s, noDelivery(s.DeliveryKey)
	case err != nil:
		return s, failure("insert delivery record", err)
	}
	stored, err := one(ctx, t.reader, nil, scanRecord, selectRecord+" AND destination = ?", s.Cycle, s.Number, s.Destination)
	return stored, failure("read delivery record", err)
}
