package api

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// What the API answers to a submission leads to its receipt, which holds by the
// keys that the API publishes.
func TestASubmissionIsAnsweredWithASignedReceipt(t *testing.T) {
	h := openHouse(t)
	body := nilReturn("member-state", "Nothing to report.")
	answered := read[Submission](h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated))
	if answered.Receipt != kenyaAt+"/submissions/1/receipt" {
		t.Fatalf("the receipt is at %q", answered.Receipt)
	}
	receipt := h.get(kenyaKey, answered.Receipt).want(http.StatusOK)
	keys, err := access.ReadKeySet(h.get("", "/v1/signing-keys").want(http.StatusOK).body)
	if err != nil {
		t.Fatal(err)
	}
	members, err := rapporteur.VerifyReceipt(receipt.body, keys)
	if err != nil || members["sha256"] != answered.Hash || members["contributor"] != "state-ken" {
		t.Errorf("members %v (%v)", members, err)
	}
	again := read[Submission](h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated))
	if again.Receipt != answered.Receipt || !bytes.Equal(h.get(staffKey, again.Receipt).want(http.StatusOK).body, receipt.body) {
		t.Error("the same body again has another receipt")
	}
	h.get(franceKey, answered.Receipt).problem(http.StatusNotFound, "not-found")
	h.get(olaKey, answered.Receipt).problem(http.StatusForbidden, "forbidden")
	h.get(kenyaKey, kenyaAt+"/submissions/2/receipt").problem(http.StatusNotFound, "not-found")
}
