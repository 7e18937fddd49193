package rapporteur

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var aSubmission = Submission{
	RequestKey: RequestKey{Cycle: "s-res-2388-2017/op34/2018", Contributor: "state-ken"}, Version: 2,
	Questionnaire: QuestionnaireRef{ID: "member-state", Version: "1.0.0"}, ReturnType: ReturnNil,
	Hash: strings.Repeat("ab", 32), Size: 1234, SubmittedAt: time.Date(2018, 7, 2, 9, 0, 0, 5, time.UTC),
}

func signedReceipt(t testing.TB, s Submission) []byte {
	t.Helper()
	key, private := pair(1)
	record := receiptOf(s, key.ID)
	document, err := Signed{Record: record, KeyID: key.ID, Signature: ed25519.Sign(private, record)}.Document()
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func TestAReceiptSaysWhatWasAccepted(t *testing.T) {
	want := `{"accepted_at":"2018-07-02T09:00:00.000000005Z","contributor":"state-ken","cycle":"s-res-2388-2017/op34/2018",` +
		`"format":"rapporteur-submission-receipt/1","key":"key-b","questionnaire":"member-state@1.0.0","return_type":"nil",` +
		`"sha256":"` + aSubmission.Hash + `","size":1234,"version":2}`
	if got := string(receiptOf(aSubmission, "key-b")); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestVerifyReceipt(t *testing.T) {
	document := signedReceipt(t, aSubmission)
	mine, private := pair(1)
	other, _ := pair(2)
	var indented bytes.Buffer
	if err := json.Indent(&indented, document, "", "  "); err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string][]byte{"as given": document, "indented": indented.Bytes()} {
		receipt, err := VerifyReceipt(good, []SigningKey{other, mine})
		if err != nil || receipt["sha256"] != aSubmission.Hash {
			t.Errorf("%s: %v %v", name, receipt, err)
		}
	}
	delivery := signedDelivery(t, aDelivery)
	record, err := delivery.Document()
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := Signed{Record: []byte(`{"format":"else"}`), KeyID: mine.ID, Signature: ed25519.Sign(private, []byte(`{"format":"else"}`))}.Document()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		document []byte
		keys     []SigningKey
		reason   string
	}{
		"no keys":               {document, nil, "none of the keys"},
		"other keys":            {document, []SigningKey{other}, "none of the keys"},
		"another key of the id": {document, []SigningKey{{ID: mine.ID, Public: other.Public}}, "changed, or signed"},
		"a key that is cut":     {document, []SigningKey{{ID: mine.ID, Public: mine.Public[:31]}}, "none of the keys"},
		"a delivery record":     {record, []SigningKey{mine}, "not a signed receipt"},
		"another signed thing":  {stranger, []SigningKey{mine}, "not a signed receipt"},
		"nothing":               {nil, []SigningKey{mine}, "not a signed receipt"},
	} {
		if _, err := VerifyReceipt(c.document, c.keys); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := VerifyRecord(document, []SigningKey{mine}); err == nil {
		t.Error("a receipt passes for a delivery record")
	}
}

// Whichever member is changed, added, left out or given to another, and
// whichever byte is another, the receipt does not hold.
func TestAChangedReceiptDoesNotHold(t *testing.T) {
	document := signedReceipt(t, aSubmission)
	mine, _ := pair(1)
	holds := func(changed []byte) bool {
		_, err := VerifyReceipt(changed, []SigningKey{mine})
		return err == nil
	}
	if !holds(document) {
		t.Fatal("the receipt itself does not hold")
	}
	rapid.Check(t, func(t *rapid.T) {
		signed, err := readCanonical(document)
		if err != nil {
			t.Fatal(err)
		}
		record, _ := signed["record"].(map[string]any)
		members := slices.Sorted(maps.Keys(record))
		if len(members) != 10 {
			t.Fatalf("the receipt has the members %v", members)
		}
		member := rapid.SampledFrom(members).Draw(t, "member")
		before := record[member]
		switch rapid.SampledFrom([]string{"text", "number", "drop", "rename", "swap"}).Draw(t, "change") {
		case "text":
			record[member] = rapid.StringMatching(`[a-z0-9 /.-]{0,20}`).Draw(t, "value")
		case "number":
			record[member] = rapid.Int32().Draw(t, "value")
		case "drop":
			delete(record, member)
		case "rename":
			delete(record, member)
			record[member+"_"] = before
		case "swap":
			other := rapid.SampledFrom(members).Draw(t, "other")
			record[member], record[other] = record[other], before
		}
		changed := canonical(signed)
		if !bytes.Equal(changed, document) && holds(changed) {
			t.Fatalf("%s holds", changed)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		changed := bytes.Clone(document)
		at := rapid.IntRange(0, len(changed)-1).Draw(t, "at")
		changed[at] = rapid.Byte().Filter(func(b byte) bool { return b != document[at] }).Draw(t, "byte")
		if holds(changed) {
			t.Fatalf("%s holds", changed)
		}
	})
}

// Whatever is given, a receipt either is what was signed or does not hold.
func FuzzVerifyReceipt(f *testing.F) {
	document := signedReceipt(f, aSubmission)
	f.Add(document)
	f.Add([]byte(`{"key":"key-b","record":{"format":"rapporteur-submission-receipt/1"},"signature":""}`))
	f.Add([]byte(`{"key":1,"record":null,"signature":[]}`))
	f.Add([]byte("{\"record\":{\"format\":\"\xff\"}}"))
	mine, _ := pair(1)
	want := receiptOf(aSubmission, mine.ID)
	f.Fuzz(func(t *testing.T, document []byte) {
		receipt, err := VerifyReceipt(document, []SigningKey{mine})
		if err == nil && !bytes.Equal(canonical(receipt), want) {
			t.Fatalf("%s holds and was never signed", document)
		}
	})
}
