package rapporteur_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/rapporteur/rapporteur"
)

var admin = rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}

// append adds audit records of no cycle.
func (h *house) append(n int) {
	h.t.Helper()
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for range n {
			if _, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Action: rapporteur.ActionKeyIssued, At: h.clock()}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (h *house) export() (rapporteur.AuditExport, rapporteur.ChainLink) {
	h.t.Helper()
	e := rapporteur.AuditExport{Store: h.store, Signer: h.correspondence.Signer, Clock: h.clock}
	head, err := e.Begin(h.t.Context(), admin)
	must(h.t, err)
	return e, head
}

// The record goes on while it is exported; the export is what it was when it
// began, over any number of pages.
func TestAnExportIsOfOneMoment(t *testing.T) {
	h := newHouse(t)
	sealer := rapporteur.Sealer{Store: h.store, Signer: h.correspondence.Signer, Clock: h.clock, Every: 100}
	for range 6 {
		h.append(201)
		_, err := sealer.Tend(t.Context(), false)
		must(t, err)
	}
	e, head := h.export()
	h.append(40)
	_, err := sealer.Seal(t.Context())
	must(t, err)
	var b bytes.Buffer
	must(t, e.Write(t.Context(), head, &b))
	v, err := rapporteur.VerifyAudit(&b, e.Signer.Keys())
	must(t, err)
	if !v.Holds() || int64(v.Records) != head.Position || v.Head.Hash != head.Hash || v.Checkpoints != 7 || v.Unsealed != 0 || v.Records < 1207 {
		t.Errorf("%s%+v", v.Summary(), v)
	}
}

type fullDisk struct{ left int }

var errFull = errors.New("the disk is full")

// Write writes until the disk is full.
func (d *fullDisk) Write(p []byte) (int, error) {
	if d.left -= len(p); d.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAnExportThatCannotBeWrittenFails(t *testing.T) {
	h := newHouse(t)
	e, head := h.export()
	var whole bytes.Buffer
	must(t, e.Write(t.Context(), head, &whole))
	for _, left := range []int{0, whole.Len() / 2, whole.Len() - 1} {
		if err := e.Write(t.Context(), head, &fullDisk{left}); !errors.Is(err, errFull) {
			t.Errorf("with %d bytes left: %v", left, err)
		}
	}
	must(t, e.Write(t.Context(), head, &fullDisk{whole.Len()}))
}

// TestWhatTheDatabaseLostIsMissed: somebody with the database takes a record
// away, triggers and all.
func TestWhatTheDatabaseLostIsMissed(t *testing.T) {
	for name, statement := range map[string]string{
		"changed": "UPDATE audit SET reason = 'x' WHERE seq = 3",
		"swapped": "UPDATE audit_chain SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 ELSE seq END; UPDATE audit_chain SET seq = -seq WHERE seq < 0",
		"removed": "DELETE FROM audit_chain WHERE seq = 3; DELETE FROM audit WHERE seq = 3",
		"put in":  "INSERT INTO audit SELECT 999, 'new', cycle, at, recorded, actor, action, contributor, reason, details, workflow, run, event FROM audit WHERE seq = 3; UPDATE audit_chain SET seq = 999 WHERE seq = 3",
	} {
		h := newHouse(t)
		h.export()
		for _, trigger := range []string{"audit_keeps_rows", "audit_loses_nothing", "audit_chain_keeps_rows", "audit_chain_loses_nothing"} {
			_, err := h.db.ExecContext(t.Context(), "DROP TRIGGER "+trigger)
			must(t, err)
		}
		_, err := h.db.ExecContext(t.Context(), statement)
		must(t, err)
		e, head := h.export()
		var b bytes.Buffer
		must(t, e.Write(t.Context(), head, &b))
		if v, err := rapporteur.VerifyAudit(&b, e.Signer.Keys()); err != nil || v.Holds() {
			t.Errorf("%s: nothing is said (%v)", name, err)
		} else {
			t.Logf("%s: %s", name, v.Faults[0])
		}
	}
}
