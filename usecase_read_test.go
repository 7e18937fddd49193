package rapporteur_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// withFigures is a Member State's answer with a small number in it.
func withFigures(t testing.TB, victims int) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{
		"questionnaire": "member-state", "version": "1.0.0", "return_type": "partial", "language": "en",
		"header": map[string]any{
			"authority": "Ministry of Justice", "period": map[string]any{"from": "2017-11-21", "to": "2018-07-01"},
			"classification": "unclassified", "may_be_quoted": true,
		},
		"answers": map[string]any{"Q3.4": map[string]any{"status": "yes", "identified": []any{
			map[string]any{"sex": "F", "age": "18+", "form": "FORCED_LABOUR", "value": victims},
			map[string]any{"sex": "total", "age": "total", "form": "total", "value": 30 + victims},
		}}},
		"justifications": map[string]any{"figures/sex-adds-up": "Men are not counted.", "figures/age-adds-up": "Children are not counted.", "figures/form-adds-up": "Other forms are not counted."},
	})
	must(t, err)
	return body
}

func TestTrueValuesAreForTheSubmitterAndTheLeadDrafter(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	body := withFigures(t, 3)
	s, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), body)
	must(t, err)
	colleague := rapporteur.Principal{ID: "key-colleague", Role: rapporteur.RoleSecretariat}
	for who, whole := range map[rapporteur.Principal]bool{by(kenya): true, staff: true, colleague: false} {
		reading, err := h.correspondence.Read(t.Context(), who, key(cycle, kenya), s.Version)
		must(t, err)
		if reading.Masked == whole || bytes.Equal(reading.Body, body) != whole || (reading.Hash == s.Hash) != whole {
			t.Errorf("%s reads %s, masked %t", who.ID, reading.Body, reading.Masked)
		}
		if !whole && !strings.Contains(string(reading.Body), `"value":33`) {
			t.Errorf("%s does not read the total: %s", who.ID, reading.Body)
		}
	}
	records := h.audited(cycle, rapporteur.ActionAnswerRead)
	masked := map[string]string{}
	for _, r := range records {
		masked[r.Actor] = r.Details["masked"]
	}
	if len(records) != 3 || masked[colleague.ID] != "yes" || masked[staff.ID] != "no" || masked["key-state-ken"] != "no" {
		t.Errorf("the audit says %+v", records)
	}
	h.unchanged("reading what is not there", func() {
		if _, err := h.correspondence.Read(t.Context(), staff, key(cycle, kenya), 2); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAppointingALeadDrafter(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.issued("4f2a", rapporteur.RoleSecretariat, time.Time{})
	h.issued("5b3c", rapporteur.RoleContributor, time.Time{})
	h.issued("6d4e", rapporteur.RoleSecretariat, h.clock())
	allowed := func(rapporteur.Cycle) error { return nil }
	for name, c := range map[string]struct{ drafter, reason string }{
		"no key": {"key-0000", "Leave."}, "no id": {"4f2a", "Leave."}, "not of the Secretariat": {"key-5b3c", "Leave."},
		"revoked": {"key-6d4e", "Leave."}, "no reason": {"key-4f2a", " "},
	} {
		h.unchanged(name, func() {
			if err := h.secretariat.Appoint(t.Context(), staff, cycle.ID, c.drafter, c.reason, allowed); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
				t.Errorf("%s: got %v", name, err)
			}
		})
	}
	must(t, h.secretariat.Appoint(t.Context(), staff, cycle.ID, "key-4f2a", "Leave.", allowed))
	h.unchanged("the same again", func() {
		must(t, h.secretariat.Appoint(t.Context(), staff, cycle.ID, "key-4f2a", "", allowed))
	})
	_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), withFigures(t, 2))
	must(t, err)
	for who, masked := range map[string]bool{"key-4f2a": false, staff.ID: true} {
		reading, err := h.correspondence.Read(t.Context(), rapporteur.Principal{ID: who, Role: rapporteur.RoleSecretariat}, key(cycle, kenya), 1)
		must(t, err)
		if reading.Masked != masked {
			t.Errorf("%s reads masked: %t", who, reading.Masked)
		}
	}
	records := h.audited(cycle, rapporteur.ActionDrafterAppointed)
	if len(records) != 1 || records[0].Details["before"] != staff.ID || records[0].Reason != "Leave." {
		t.Errorf("the audit says %+v", records)
	}
}

// issued puts a key on record.
func (h *house) issued(id string, role rapporteur.Role, revoked time.Time) {
	h.t.Helper()
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertKey(ctx, rapporteur.APIKey{ID: id, Hash: []byte(id), Role: role, CreatedAt: h.clock()}); err != nil || revoked.IsZero() {
			return err
		}
		return tx.RevokeKey(ctx, id, revoked)
	}))
}
