package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
)

// requestColumnsSet are the columns of a request that updateRequest sets, in its
// order.
var requestColumnsSet = []string{
	"kind", "questionnaire", "questionnaire_version", "state", "outcome", "due", "follow_up", "off_path", "extension", "asked_until",
	"version", "late", "rounds", "reopened", "opened_at", "answered_at", "settled_at", "withdrawn_version", "reminders", "snoozed_until",
}

// acceptColumn is a column of what acceptAll is given.
type acceptColumn struct{ name, of string }

// acceptColumns are the columns in the order of acceptRow.
var acceptColumns = slices.Concat(
	[]acceptColumn{
		{"kind", "text"}, {"questionnaire", "text"}, {"questionnaire_version", "text"}, {"state", "text"}, {"outcome", "text"}, {"due", "text"},
		{"follow_up", "bigint"}, {"off_path", "boolean"}, {"extension", "text"}, {"asked_until", "text"}, {"version", "bigint"}, {"late", "boolean"},
		{"rounds", "bigint"}, {"reopened", "bigint"}, {"opened_at", "text"}, {"answered_at", "text"}, {"settled_at", "text"},
		{"withdrawn_version", "bigint"}, {"reminders", "bigint"}, {"snoozed_until", "text"}, {"cycle", "text"}, {"contributor", "text"}, {"revision", "bigint"},
	},
	[]acceptColumn{
		{"hash", "text"}, {"content", "bytea"}, {"s_version", "bigint"}, {"s_questionnaire", "text"}, {"s_questionnaire_version", "text"},
		{"return_type", "text"}, {"language", "text"}, {"size", "bigint"}, {"submitted_at", "text"}, {"submitted_by", "text"},
		{"s_late", "boolean"}, {"findings", "text"}, {"record", "bytea"}, {"key_id", "text"}, {"signature", "bytea"},
	},
	[]acceptColumn{
		{"a_key", "text"}, {"a_at", "text"}, {"a_recorded", "text"}, {"a_actor", "text"}, {"a_action", "text"}, {"a_reason", "text"},
		{"a_details", "text"}, {"a_workflow", "text"}, {"a_run", "text"}, {"a_event", "text"},
	},
)

// acceptRow are the values of one acceptance, in the order of acceptColumns.
func acceptRow(a *acceptance, now time.Time) []any {
	s, r, l := a.Submission, a.Receipt, a.Audit
	return append(requestChange(a.Request),
		s.Hash, a.sealed, s.Version, s.Questionnaire.ID, s.Questionnaire.Version,
		s.ReturnType, s.Language, s.Size, s.SubmittedAt, s.SubmittedBy,
		s.Late, document{s.Findings}, r.Record, r.KeyID, r.Signature,
		l.Key, l.At, now, l.Actor, l.Action, l.Reason, document{l.Details}, l.Workflow, l.Run, l.Event)
}

// acceptArrays are the values of many, an array for each column.
func acceptArrays(all []*accepting, now time.Time) ([]any, error) {
	arrays := make([]any, len(acceptColumns))
	for n, c := range acceptColumns {
		switch c.of {
		case "bigint":
			arrays[n] = make([]int64, 0, len(all))
		case "boolean":
			arrays[n] = make([]bool, 0, len(all))
		case "bytea":
			arrays[n] = make([][]byte, 0, len(all))
		default:
			arrays[n] = make([]string, 0, len(all))
		}
	}
	for _, a := range all {
		row, err := bind(acceptRow(a.acceptance, now))
		if err != nil {
			return nil, err
		}
		for n, value := range row {
			if arrays[n], err = appendTo(arrays[n], value); err != nil {
				return nil, err
			}
		}
	}
	return arrays, nil
}

func appendTo(array, value any) (any, error) {
	switch to := array.(type) {
	case []int64:
		switch v := value.(type) {
		case int:
			return append(to, int64(v)), nil
		case int64:
			return append(to, v), nil
		}
	case []bool:
		if v, ok := value.(bool); ok {
			return append(to, v), nil
		}
	case [][]byte:
		if v, ok := value.([]byte); ok {
			return append(to, v), nil
		}
	case []string:
		if v, ok := value.(string); ok {
			return append(to, v), nil
		}
	}
	return nil, fmt.Errorf("cannot bind %T into %T", value, array)
}

// acceptBatch are acceptances that are written together.
type acceptBatch struct {
	all   []*accepting
	now   time.Time
	told  map[rapporteur.CycleID]bool // cycles that this batch has told that answers come
	hooks []sealedWebhook
	seqs  map[int]int64 // of the audit records of those that were kept, by their place
}

// write begins the transaction and writes everything that was decided, in one
// round trip. Cycles come first: everybody who locks both locks them so.
func (b *acceptBatch) write(ctx context.Context, conn *pgx.Conn) error {
	arrays, err := acceptArrays(b.all, b.now)
	if err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	hinted := map[rapporteur.CycleID]bool{}
	tell := false
	for _, w := range b.all {
		tell = tell || w.announcer != nil
		if w.HintedAt.IsZero() || hinted[w.Request.Cycle] {
			continue
		}
		hinted[w.Request.Cycle] = true
		query, err := numbered(batch, markHint, w.HintedAt, w.Request.Cycle, w.HintRead)
		if err != nil {
			return err
		}
		query.Exec(func(tag pgxTag) error {
			b.told[w.Request.Cycle] = tag.RowsAffected() > 0
			return nil
		})
	}
	batch.Queue(acceptAll, append([]any{string(rapporteur.PhaseCollecting)}, arrays...)...).Query(b.readKept)
	if tell {
		query, err := numbered(batch, selectWebhook+" WHERE state <> ? ORDER BY id", rapporteur.WebhookDisabled)
		if err != nil {
			return err
		}
		query.Query(b.readHooks)
	}
	return conn.SendBatch(ctx, batch).Close()
}

func (b *acceptBatch) readKept(rows pgx.Rows) error {
	var n, seq int64
	_, err := pgx.ForEachRow(rows, []any{&n, &seq}, func() error {
		b.all[n-1].result.Kept = true
		b.seqs[int(n-1)] = seq
		return nil
	})
	return err
}

func (b *acceptBatch) readHooks(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		hook, err := scanWebhook(rows)
		if err != nil {
			return err
		}
		b.hooks = append(b.hooks, hook)
	}
	return rows.Err()
}
