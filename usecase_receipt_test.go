package rapporteur_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// receipt is a version's receipt as it is given.
func (h *house) receipt(s rapporteur.Submission) []byte {
	h.t.Helper()
	receipt, err := h.correspondence.Receipt(h.t.Context(), s.RequestKey, s.Version)
	must(h.t, err)
	document, err := receipt.Document()
	must(h.t, err)
	return document
}

func TestEveryAcceptedAnswerHasASignedReceipt(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	s := h.answer(cycle, kenya, "one")
	stored := read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.SubmissionReceipt, error) {
		return r.Receipt(ctx, s.RequestKey, 1)
	})
	var document []byte
	h.unchanged("asking for a receipt", func() { document = h.receipt(s) })
	members, err := rapporteur.VerifyReceipt(document, h.correspondence.Signer.Keys())
	must(t, err)
	same(t, "receipt", members, map[string]any{
		"format": "rapporteur-submission-receipt/1", "cycle": string(cycle.ID), "contributor": "state-ken", "version": json.Number("1"),
		"questionnaire": s.Questionnaire.String(), "return_type": "nil", "sha256": s.Hash, "size": json.Number(fmt.Sprint(s.Size)),
		"accepted_at": s.SubmittedAt.Format(time.RFC3339Nano), "key": stored.KeyID,
	})
	h.set(h.clock().Add(time.Hour))
	again := h.answer(cycle, kenya, "one")
	if !bytes.Equal(h.receipt(again), document) {
		t.Error("the same body again has another receipt")
	}
	if other := h.receipt(h.answer(cycle, kenya, "two")); bytes.Equal(other, document) {
		t.Error("another version has the same receipt")
	}
	_, err = h.correspondence.Receipt(t.Context(), s.RequestKey, 3)
	refused(t, err, rapporteur.ProblemNotFound)
}

// publicOnly is the keys of a file of which only the public half is kept.
func publicOnly(t *testing.T, keys *access.SigningKeys) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(keys.Keys()[0].Public))
	must(t, err)
	path := filepath.Join(t.TempDir(), "public.pem")
	must(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	return path
}

// What one key signed holds when another has taken its place.
func TestReceiptsOutliveTheirKey(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	before := h.answer(cycle, kenya, "signed with the first key")
	first := h.receipt(before)
	old, ok := h.correspondence.Signer.(*access.SigningKeys)
	if !ok {
		t.Fatal("the house signs with something else")
	}
	fresh, err := access.NewSigningKey()
	must(t, err)
	file := filepath.Join(t.TempDir(), "fresh.pem")
	must(t, os.WriteFile(file, fresh, 0o600))
	rotated, err := access.LoadSigningKeys(publicOnly(t, old), file)
	must(t, err)
	h.correspondence.Signer = rotated
	after := h.receipt(h.answer(cycle, france, "signed with the second key"))
	if !bytes.Equal(h.receipt(before), first) {
		t.Error("another key changed a receipt that was given")
	}
	for name, c := range map[string]struct {
		document []byte
		key      string
	}{"old": {first, old.KeyID()}, "new": {after, rotated.KeyID()}} {
		members, err := rapporteur.VerifyReceipt(c.document, rotated.Keys())
		if err != nil || members["key"] != c.key {
			t.Errorf("the %s receipt names %v (%v), want %s", name, members["key"], err, c.key)
		}
	}
	if old.KeyID() == rotated.KeyID() {
		t.Error("both keys have the same id")
	}
	if _, err := rapporteur.VerifyReceipt(after, old.Keys()); err == nil {
		t.Error("the new receipt holds by the old keys")
	}
}

// A version that was accepted before there were receipts is given one when it is
// first asked for, and keeps it.
func TestAVersionFromBeforeReceiptsIsGivenOne(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	s := h.answer(cycle, kenya, "long ago")
	for _, statement := range []string{"DROP TRIGGER submission_receipts_lose_nothing", "DELETE FROM submission_receipts"} {
		_, err := h.db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	h.set(h.clock().AddDate(1, 0, 0))
	document := h.receipt(s)
	members, err := rapporteur.VerifyReceipt(document, h.correspondence.Signer.Keys())
	must(t, err)
	if members["accepted_at"] != s.SubmittedAt.Format(time.RFC3339Nano) {
		t.Errorf("the receipt says that it was accepted at %s, the record at %s", members["accepted_at"], s.SubmittedAt)
	}
	h.correspondence.Signer = signing(t)
	h.unchanged("asking again", func() {
		if !bytes.Equal(h.receipt(s), document) {
			t.Error("the receipt has changed")
		}
	})
}

// A receipt is promised: who cannot sign one accepts nothing.
func TestNothingIsAcceptedWithoutAReceipt(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.correspondence.Signer = nil
	h.unchanged("an answer without a receipt", func() {
		_, err := h.correspondence.Submit(t.Context(), by(kenya), key(cycle, kenya), h.nilReturn(kenya, "x"))
		refused(t, err, rapporteur.ProblemUnavailable, "key to sign")
	})
}
