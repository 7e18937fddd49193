package api

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func unpacked(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, part := range archive.File {
		from, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[part.Name], err = io.ReadAll(from); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// close ends the cycle as closing it does.
func (h *house) close() {
	h.t.Helper()
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		cycle, err := tx.LockCycle(ctx, testCycle)
		if err != nil {
			return err
		}
		cycle.Phase = rapporteur.PhaseClosed
		if err := tx.UpdateCycle(ctx, cycle); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, rapporteur.AuditRecord{Cycle: testCycle, At: h.clock(), Actor: rapporteur.ActorEngine, Action: rapporteur.ActionCycleClosed})
		return err
	})
}

func TestACycleThatHasEndedIsArchived(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.get(adminKey, cycleAt+"/archive").problem(http.StatusConflict, "conflict")
	h.engine.events = []rapporteur.EngineEvent{{Workflow: rapporteur.CycleWorkflowID(testCycle), Run: "run", ID: 1, Type: "WorkflowExecutionStarted"}}
	h.close()
	answer := h.get(adminKey, cycleAt+"/archive").want(http.StatusOK)
	if got := answer.header.Get("Content-Disposition"); got != `attachment; filename="s-res-2388-2017-op34-2018.zip"` || answer.header.Get("Content-Type") != mediaZIP {
		t.Errorf("it is %s, %s", got, answer.header.Get("Content-Type"))
	}
	files := unpacked(t, answer.body)
	if v := rapporteur.VerifyArchive(files, h.signer.Keys()); !v.Holds() || v.Answers != rapporteur.AnswersLeftOut || v.Versions != 1 {
		t.Errorf("%s%+v", v.Summary(), v)
	}
	if !strings.Contains(string(files["engine-events.jsonl"]), "WorkflowExecutionStarted") || !strings.Contains(string(files["history.txt"]), "Cycle closed") {
		t.Errorf("events %s, history %s", files["engine-events.jsonl"], files["history.txt"])
	}
	again := h.get(adminKey, cycleAt+"/archive").want(http.StatusOK)
	if !bytes.Equal(answer.body, again.body) {
		t.Error("the same archive has other bytes")
	}
	whole := unpacked(t, h.get(staffKey, cycleAt+"/archive?whole=true").want(http.StatusOK).body)
	if v := rapporteur.VerifyArchive(whole, h.signer.Keys()); !v.Holds() || v.Answers != rapporteur.AnswersWhole {
		t.Error(v.Summary())
	}
}

// Answers as they were submitted are for the lead drafter, whoever else asks.
func TestWholeAnswersAreArchivedByTheLeadDrafterAlone(t *testing.T) {
	h := openHouse(t)
	h.close()
	h.issue("colleague", rapporteur.RoleSecretariat, "", "")
	for _, key := range []string{"colleague", adminKey, olaKey, kenyaKey} {
		h.get(key, cycleAt+"/archive?whole=true").problem(http.StatusForbidden, "forbidden")
	}
	var made []rapporteur.AuditRecord
	err := h.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		made, err = r.Audit(ctx, "", 0, 0)
		return err
	})
	if err != nil || slices.ContainsFunc(made, func(r rapporteur.AuditRecord) bool { return r.Action == rapporteur.ActionCycleExported }) {
		t.Errorf("recorded is %+v (%v)", made, err)
	}
	h.get("colleague", cycleAt+"/archive").want(http.StatusOK)
}
