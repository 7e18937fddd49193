package store

import (
	"context"
	"maps"
	"strings"

	"github.com/rapporteur/rapporteur"
)

func scanAudit(r row) (rapporteur.AuditRecord, error) {
	var a rapporteur.AuditRecord
	err := r.Scan(&a.Seq, &a.Key, &a.Cycle, timeColumn{&a.At}, timeColumn{&a.Recorded}, &a.Actor, &a.Action, &a.Contributor,
		&a.Reason, documentColumn{&a.Details}, &a.Workflow, &a.Run, &a.Event)
	return a, err
}

const selectAudit = `SELECT seq, COALESCE(key, ''), cycle, at, recorded, actor, action, contributor, reason, details,
	workflow, run, event FROM audit`

// Audit lists audit records by sequence. Sequences grow in the order in which
// records were written; on PostgreSQL, where several transactions write at
// once, one that commits late may add a record below one already read.
func (r *reader) Audit(ctx context.Context, id rapporteur.CycleID, after int64, limit int) ([]rapporteur.AuditRecord, error) {
	query, args := atMost(selectAudit+" WHERE cycle = ? AND seq > ? ORDER BY seq", []any{id, after}, limit)
	found, err := list(ctx, r, scanAudit, query, args...)
	return found, failure("list audit records", err)
}

// AuditTrail lists some audit records of a cycle. Instants are stored so that
// they compare as text.
func (r *reader) AuditTrail(ctx context.Context, f rapporteur.AuditFilter) ([]rapporteur.AuditRecord, error) {
	query, args := auditTrail(f)
	found, err := list(ctx, r, scanAudit, query, args...)
	return found, failure("list audit trail", err)
}

// AuditKeyed lists the audit records with some keys.
func (r *reader) AuditKeyed(ctx context.Context, keys []string) ([]rapporteur.AuditRecord, error) {
	if len(keys) == 0 {
		return []rapporteur.AuditRecord{}, nil
	}
	var c conditions
	oneOf(&c, "key", keys)
	found, err := list(ctx, r, scanAudit, selectAudit+c.where()+" ORDER BY seq", c.args...)
	return found, failure("list audit records by key", err)
}

func auditTrail(f rapporteur.AuditFilter) (query string, args []any) {
	c := auditConditions(f)
	order := " ORDER BY seq"
	switch f.Order {
	case rapporteur.AsWritten:
		if f.After.Seq != 0 {
			c.add("seq > ?", f.After.Seq)
		}
	case rapporteur.OldestFirst:
		order = " ORDER BY at, seq"
		if f.After != (rapporteur.AuditMark{}) {
			c.add("(at, seq) > (?, ?)", f.After.At, f.After.Seq)
		}
	case rapporteur.NewestFirst:
		order = " ORDER BY at DESC, seq DESC"
		if f.After != (rapporteur.AuditMark{}) {
			c.add("(at, seq) < (?, ?)", f.After.At, f.After.Seq)
		}
	}
	return atMost(selectAudit+c.where()+order, c.args, f.Limit)
}

// auditConditions are what a filter asks of records, its cursor aside.
func auditConditions(f rapporteur.AuditFilter) *conditions {
	var c conditions
	c.add("cycle = ?", f.Cycle)
	if f.Contributor != "" {
		c.add("contributor IN (?, '')", f.Contributor)
	}
	at := "at"
	if f.Order == rapporteur.AsWritten {
		at = "at || ''" // the order of writing has an index of its own
	}
	if !f.From.IsZero() {
		c.add(at+" >= ?", f.From)
	}
	if !f.Until.IsZero() {
		c.add(at+" <= ?", f.Until)
	}
	oneOf(&c, "contributor", f.About)
	oneOf(&c, "action", f.Actions)
	oneOf(&c, "actor", f.Actors)
	if len(f.Subjects) > 0 {
		var about conditions
		for _, subject := range f.Subjects {
			about.add("action LIKE ? ESCAPE '!'", strings.TrimPrefix(pattern(subject+"."), "%"))
		}
		c.add("("+strings.Join(about.texts, " OR ")+")", about.args...)
	}
	if f.Text.Words != "" {
		found := conditions{}
		found.add("lower(action) LIKE ? ESCAPE '!'", pattern(f.Text.Words))
		found.add("lower(reason) LIKE ? ESCAPE '!'", pattern(f.Text.Words))
		found.add("lower(details) LIKE ? ESCAPE '!'", pattern(f.Text.InJSON()))
		oneOf(&found, "contributor", f.Text.About)
		c.add("("+strings.Join(found.texts, " OR ")+")", found.args...)
	}
	return &c
}

// pattern is what LIKE finds a text with, wherever it stands. The columns are of
// a collation in which lower changes the letters from A to Z alone.
func pattern(text string) string {
	text = strings.ReplaceAll(rapporteur.LowerASCII(text), "\x00", "") // which no text of the record has
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}

// AuditCount counts what a filter lets through, by the index alone where it
// looks into no text.
func (r *reader) AuditCount(ctx context.Context, f rapporteur.AuditFilter) (int, error) {
	query, args := auditCount(f)
	n, err := one(ctx, r, nil, scanValue[int], query, args...)
	return n, failure("count audit records", err)
}

func auditCount(f rapporteur.AuditFilter) (query string, args []any) {
	c := auditConditions(f)
	return "SELECT COUNT(*) FROM audit" + c.where(), c.args
}

const auditActors = "SELECT DISTINCT actor FROM audit WHERE cycle = ? ORDER BY actor"

// AuditActors lists who has done something in a cycle, by the index alone.
func (r *reader) AuditActors(ctx context.Context, id rapporteur.CycleID) ([]string, error) {
	found, err := list(ctx, r, scanValue[string], auditActors, id)
	return found, failure("list actors", err)
}

// AppendAudit adds a record unless its key is there. Seq and Recorded are
// given here, whatever the record says, and the id of the request that is
// being served and on whose behalf it is are added to its details.
func (t *tx) AppendAudit(ctx context.Context, a rapporteur.AuditRecord) (bool, error) {
	var key any // several records without a key do not collide
	if a.Key != "" {
		key = a.Key
	}
	seq, err := t.insertAudit(ctx, key, a.Cycle, a.At, t.now(), a.Actor, a.Action,
		a.Contributor, a.Reason, document{withContext(ctx, a.Details)}, a.Workflow, a.Run, a.Event)
	if err != nil || seq == 0 {
		return false, failure("append audit record", err)
	}
	t.audited[a.Cycle] = seq
	if t.announcer != nil {
		t.recorded = append(t.recorded, recorded{seq: seq, record: a})
	}
	return true, nil
}

const insertAudit = `INSERT INTO audit (key, cycle, at, recorded, actor, action, contributor, reason, details, workflow, run, event)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// insertAudit gives the sequence of the record that was inserted; 0 for none.
// SQLite knows it of itself; to have the statement return it takes a third longer.
func (t *tx) insertAudit(ctx context.Context, values ...any) (int64, error) {
	if t.dialect.lastID {
		return t.execForID(ctx, insertAudit, values...)
	}
	added, err := list(ctx, t.reader, scanValue[int64], insertAudit+" RETURNING seq", values...)
	if err != nil || len(added) == 0 {
		return 0, err
	}
	return added[0], nil
}

// withContext adds to a record's details what the context knows: the id of the
// client's request, and on whose behalf its actor acts. What a record says
// itself stays.
func withContext(ctx context.Context, details map[string]string) map[string]string {
	id, on := rapporteur.RequestID(ctx), rapporteur.ActsFor(ctx)
	if id == "" && on == "" {
		return details
	}
	all := map[string]string{}
	if id != "" {
		all[rapporteur.DetailRequestID] = id
	}
	if on != "" {
		all[rapporteur.DetailFor] = on
	}
	maps.Copy(all, details)
	return all
}

// newestAudit is the sequence of a cycle's newest audit record, 0 without any.
func (t *tx) newestAudit(ctx context.Context, id rapporteur.CycleID) (int64, error) {
	if seq := t.audited[id]; seq > 0 {
		return seq, nil
	}
	return one(ctx, t.reader, nil, scanValue[int64], "SELECT COALESCE(MAX(seq), 0) FROM audit WHERE cycle = ?", id)
}
