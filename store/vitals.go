package store

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

// selectVitals counts everything at one time.
const selectVitals = `SELECT
	(SELECT COUNT(*) FROM cycles),
	(SELECT COUNT(*) FROM cycles WHERE phase NOT IN (?, ?)),
	(SELECT COUNT(*) FROM requests),
	(SELECT COUNT(*) FROM submissions),
	(SELECT COUNT(*) FROM audit),
	(SELECT COUNT(*) FROM ledger),
	(SELECT COUNT(*) FROM ledger WHERE state NOT IN ('sent', 'superseded')),
	(SELECT COUNT(*) FROM outbox),
	(SELECT COALESCE(MIN(NULLIF(queued_at, '')), '') FROM outbox),
	(SELECT COUNT(*) FROM api_keys WHERE revoked_at = ''),
	(SELECT MAX(version_id) FROM ` + versionTable + `)`

// Vitals counts what there is of everything.
func (r *reader) Vitals(ctx context.Context) (rapporteur.Vitals, error) {
	scan := func(r row) (rapporteur.Vitals, error) {
		var v rapporteur.Vitals
		err := r.Scan(&v.Cycles, &v.Running, &v.Requests, &v.Submissions, &v.Audit, &v.Messages, &v.Unsent, &v.Outbox,
			timeColumn{&v.OutboxSince}, &v.Keys, &v.Schema)
		return v, err
	}
	v, err := one(ctx, r, nil, scan, selectVitals, rapporteur.PhaseClosed, rapporteur.PhaseCancelled)
	if err != nil {
		return v, failure("read vitals", err)
	}
	v.Database, err = one(ctx, r, nil, scanValue[string], r.dialect.version)
	v.Database = r.dialect.product + " " + v.Database
	return v, failure("read version of database", err)
}
