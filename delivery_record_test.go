package rapporteur

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The strings of RFC 8785, appendix and section 3.2.2, with what our subset
// leaves of its example.
func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		object map[string]any
		want   string
	}{
		{map[string]any{}, `{}`},
		{map[string]any{"b": "x", "a": 1, "a_b": map[string]any{"z": "", "y": json.Number("-12")}}, `{"a":1,"a_b":{"y":-12,"z":""},"b":"x"}`},
		{map[string]any{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/"}, `{"string":"€$\u000f\nA'B\"\\\\\"/"}`},
		{map[string]any{"s": "<script>&\u2028\u007f\b\f\r\t"}, "{\"s\":\"<script>&\u2028\u007f\\b\\f\\r\\t\"}"},
		{map[string]any{"s": "broken \xff"}, "{\"s\":\"broken \ufffd\"}"},
	} {
		if got := string(canonical(c.object)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// What is canonical is JSON that says the same, and is canonical again however
// it was indented.
func TestCanonicalIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{}
		for _, key := range rapid.SliceOfN(rapid.StringMatching(`[a-z][a-z0-9_]{0,5}`), 0, 6).Draw(t, "keys") {
			if rapid.Bool().Draw(t, "text") {
				object[key] = rapid.String().Draw(t, "value")
			} else {
				object[key] = rapid.Int32().Draw(t, "number")
			}
		}
		first := canonical(object)
		var indented bytes.Buffer
		if err := json.Indent(&indented, first, "", "\t"); err != nil {
			t.Fatalf("%s is not JSON: %v", first, err)
		}
		again, err := readCanonical(indented.Bytes())
		if err != nil || !bytes.Equal(canonical(again), first) {
			t.Fatalf("%s becomes %s (%v)", first, canonical(again), err)
		}
	})
}

// pair is a key of the tests; a seed makes it.
func pair(seed byte) (SigningKey, ed25519.PrivateKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	public, _ := private.Public().(ed25519.PublicKey)
	return SigningKey{ID: "key-" + string('a'+rune(seed)), Public: public}, private
}

func signedDelivery(t testing.TB, d Delivery) SignedRecord {
	t.Helper()
	key, private := pair(1)
	i := Instrument{Symbol: "S/RES/2388 (2017)"}
	record := recordOf(i, Stream{ID: "op9", Provisions: []string{"OP9"}}, d, "entity-cted")
	return SignedRecord{DeliveryKey: d.DeliveryKey, Destination: "entity-cted", Signed: Signed{Record: record, KeyID: key.ID, Signature: ed25519.Sign(private, record)}}
}

var aDelivery = Delivery{
	DeliveryKey: DeliveryKey{Cycle: "s-res-2388-2017/op9/window-2018-H1", Number: 7}, Contributor: "state-ken",
	Questionnaire: QuestionnaireRef{ID: "financial-flows", Version: "1.0.0"}, Hash: strings.Repeat("ab", 32), Size: 1234,
	Classification: Confidential, Consent: Consent{InReport: true}, ReceivedAt: time.Date(2018, 3, 1, 9, 0, 0, 5, time.UTC),
}

func TestARecordSaysWhatWasDelivered(t *testing.T) {
	want := `{"attribution":"no","classification":"confidential","contributor":"state-ken","delivery":"s-res-2388-2017/op9/window-2018-H1/7",` +
		`"destination":"entity-cted","format":"rapporteur-delivery-record/1","instrument":"S/RES/2388 (2017)","kept":"content","provisions":"OP9",` +
		`"questionnaire":"financial-flows@1.0.0","received_at":"2018-03-01T09:00:00.000000005Z","sha256":"` + aDelivery.Hash +
		`","size":1234,"stream":"op9","use_in_report":"yes"}`
	if got := string(signedDelivery(t, aDelivery).Record); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	receipt := aDelivery
	receipt.Receipt, receipt.Size, receipt.Questionnaire, receipt.HandedOver = true, 0, QuestionnaireRef{}, Date{2018, 2, 28}
	if got := string(signedDelivery(t, receipt).Record); !strings.Contains(got, `"handed_over":"2018-02-28"`) || !strings.Contains(got, `"kept":"receipt"`) || strings.Contains(got, "questionnaire") {
		t.Errorf("a receipt's record is %s", got)
	}
}

func TestVerifyRecord(t *testing.T) {
	signed := signedDelivery(t, aDelivery)
	document, err := signed.Document()
	if err != nil {
		t.Fatal(err)
	}
	mine, _ := pair(1)
	other, _ := pair(2)
	impostor := SigningKey{ID: mine.ID, Public: other.Public}
	var indented bytes.Buffer
	if err := json.Indent(&indented, document, "", "  "); err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string][]byte{"as mailed": document, "indented": indented.Bytes()} {
		record, err := VerifyRecord(good, []SigningKey{other, mine})
		if err != nil || record["delivery"] != aDelivery.String() {
			t.Errorf("%s: %v %v", name, record, err)
		}
	}
	change := func(old, replacement string) []byte {
		if !bytes.Contains(document, []byte(old)) {
			t.Fatalf("%s does not contain %s", document, old)
		}
		return bytes.Replace(document, []byte(old), []byte(replacement), 1)
	}
	for name, c := range map[string]struct {
		document []byte
		keys     []SigningKey
		reason   string
	}{
		"no keys":               {document, nil, "none of the keys"},
		"other keys":            {document, []SigningKey{other}, "none of the keys"},
		"another key of the id": {document, []SigningKey{impostor}, "changed, or signed"},
		"a changed member":      {change("state-ken", "state-fra"), []SigningKey{mine}, "changed, or signed"},
		"a member more":         {change(`"record":{`, `"record":{"aa":"x",`), []SigningKey{mine}, "changed, or signed"},
		"another format":        {change("record/1", "record/2"), []SigningKey{mine}, "not a signed"},
		"a stranger outside":    {change(`"record":{`, `"note":"x","record":{`), []SigningKey{mine}, "not a signed"},
		"a cut signature":       {change(`"}`, `AAAA"}`), []SigningKey{mine}, "not a signed|changed, or signed"},
		"a list":                {[]byte(`[1]`), []SigningKey{mine}, "not a signed"},
		"nothing":               {nil, []SigningKey{mine}, "not a signed"},
		"two documents":         {append(bytes.Clone(document), document...), []SigningKey{mine}, "not a signed"},
		"a number with a point": {change(`"size":1234`, `"size":1234.0`), []SigningKey{mine}, "not a signed"},
		"too long":              {[]byte(`{"record":"` + strings.Repeat("x", maxCanonical) + `"}`), []SigningKey{mine}, "not a signed"},
	} {
		_, err := VerifyRecord(c.document, c.keys)
		if err == nil {
			t.Errorf("%s holds", name)
			continue
		}
		told := false
		for reason := range strings.SplitSeq(c.reason, "|") {
			told = told || strings.Contains(err.Error(), reason)
		}
		if !told {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is given, a record either is what was signed or does not hold.
func FuzzVerifyRecord(f *testing.F) {
	signed := signedDelivery(f, aDelivery)
	document, err := signed.Document()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(document)
	f.Add([]byte(`{"key":"key-b","record":{},"signature":""}`))
	f.Add([]byte(`{"key":1,"record":null,"signature":[]}`))
	f.Add([]byte("{\"record\":{\"a\":\"\xff\"}}"))
	mine, _ := pair(1)
	f.Fuzz(func(t *testing.T, document []byte) {
		record, err := VerifyRecord(document, []SigningKey{mine})
		if err == nil && !bytes.Equal(canonical(record), signed.Record) {
			t.Fatalf("%s holds and was never signed", document)
		}
	})
}
