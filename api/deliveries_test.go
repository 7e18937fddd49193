package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestADeliveryIsAnsweredWithItsReceipt(t *testing.T) {
	h, db := intakeHouse(t)
	body := financialFlows("Cash couriers.")
	sum := sha256.Sum256([]byte(body))
	before := everything(t, db)
	verdict := read[Verdict](h.post(kenyaKey, op9At+"/validations", body).want(http.StatusOK))
	if !verdict.Accepted {
		t.Fatalf("verdict %+v", verdict)
	}
	unchanged(t, before, everything(t, db))

	answer := h.post(kenyaKey, op9At+"/deliveries", body).want(http.StatusCreated)
	got, at := read[Delivery](answer), h.clock()
	want := Delivery{
		ID: "s-res-2388-2017/op9/window-2018-H1/1", Instrument: "s-res-2388-2017", Stream: "op9", Period: "window-2018-H1", Number: 1,
		Contributor: "state-ken", Kind: "member-state", Questionnaire: &Questionnaire{ID: "financial-flows", Version: "1.0.0"},
		ReturnType: "answered", Language: "en", Hash: hex.EncodeToString(sum[:]), Size: len(body), Classification: "unclassified",
		UseInReport: true, Attribution: true, Destinations: []string{"entity-cted", "entity-monitoring-team-1267"}, ReceivedAt: &at, Findings: []Finding{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	location := answer.header.Get("Location")
	if location != op9At+"/deliveries/window-2018-H1/1" {
		t.Fatalf("location %q", location)
	}
	if diff := cmp.Diff(got, read[Delivery](h.get(kenyaKey, location).want(http.StatusOK))); diff != "" {
		t.Errorf("receipt read again (-first +again):\n%s", diff)
	}
	kept := h.get(kenyaKey, location+"/body").want(http.StatusOK)
	if string(kept.body) != body || kept.header.Get("ETag") != `"`+got.Hash+`"` {
		t.Errorf("body %q, ETag %s", kept.body, kept.header.Get("ETag"))
	}

	before = everything(t, db)
	h.setClock(at.Add(time.Hour))
	if again := h.post(kenyaKey, op9At+"/deliveries", body).want(http.StatusCreated); !bytes.Equal(again.body, answer.body) {
		t.Errorf("the same bytes again: %s", again.body)
	}
	unchanged(t, before, everything(t, db))
	if second := read[Delivery](h.post(franceKey, op9At+"/deliveries", body).want(http.StatusCreated)); second.Number != 2 {
		t.Errorf("another's: %+v", second)
	}
}

func TestADeliveryWithAnIdempotencyKeyIsTakenOnce(t *testing.T) {
	h, db := intakeHouse(t)
	deliver := exchange{
		key: kenyaKey, method: http.MethodPost, path: op9At + "/deliveries", body: financialFlows("Once."),
		headers: map[string]string{"Idempotency-Key": "flows-1"},
	}
	first := h.call(deliver).want(http.StatusCreated)
	before := everything(t, db)
	again := h.call(deliver).want(http.StatusCreated)
	if !bytes.Equal(first.body, again.body) || first.header.Get("Location") != again.header.Get("Location") {
		t.Errorf("answered %s, again %s", first.body, again.body)
	}
	deliver.body = financialFlows("Twice.")
	h.call(deliver).problem(http.StatusUnprocessableEntity, "key-reused")
	unchanged(t, before, everything(t, db))
}

func TestRefusedDeliveriesLeaveNothing(t *testing.T) {
	good := financialFlows("Nothing new.")
	cases := []struct {
		name, key, path, body string
		status                int
		kind                  string
	}{
		{name: "over the limit", body: good[:len(good)-1] + strings.Repeat(" ", maxSubmission) + "}", status: 413, kind: "too-large"},
		{name: "malformed", body: `{"questionnaire": `, status: 400, kind: "malformed"},
		{name: "unknown field", body: good[:len(good)-1] + `, "surprise": 1}`, status: 422, kind: "rejected"},
		{name: "a telephone number", body: financialFlows("Call +254 20 555 0100."), status: 422, kind: "rejected"},
		{name: "an older version", body: strings.Replace(good, "1.0.0", "0.9.0", 1), status: 409, kind: "stale"},
		{name: "not a sender", key: ctedKey, body: good, status: 403, kind: "forbidden"},
		{name: "an intake that is not there for the caller", key: unmissKey, body: good, status: 403, kind: "forbidden"},
		{name: "no intake", path: "/v1/intakes/s-res-2388-2017/op34/deliveries", body: good, status: 404, kind: "not-found"},
		{name: "not started", path: "/v1/intakes/s-res-2388-2017/op23b/deliveries", body: glotip, status: 409, kind: "closed"},
		{name: "a receipt where content is taken", path: op9At + "/receipts", body: strings.Replace(receiptNote(""), "unitad", "cted", 1), status: 422, kind: "invalid"},
	}
	h, db := intakeHouse(t)
	before := everything(t, db)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			key, path := c.key, c.path
			if key == "" {
				key = kenyaKey
			}
			if path == "" {
				path = op9At + "/deliveries"
			}
			h.call(exchange{key: key, method: http.MethodPost, path: path, body: c.body}).problem(c.status, c.kind)
			unchanged(t, before, everything(t, db))
		})
	}
}

// glotip is a nil return to OP23.b.
const glotip = `{"questionnaire":"glotip-extract","version":"1.0.0","return_type":"nil","reason":"None.","language":"en",
	"header":{"authority":"Ministry of Justice","period":{"from":"2017-11-21","to":"2018-01-10"},"may_be_quoted":true,"classification":"unclassified"}}`

// secret is what must never be found again where only receipts are kept.
const secret = "Witness-Mirembe-Kitgum"

// TestContentIsRefusedBeforeItIsStored holds that content that comes where only
// a receipt is kept leaves no trace: not in the record, not in the log, not in
// what a repeated request is answered.
func TestContentIsRefusedBeforeItIsStored(t *testing.T) {
	h, db := intakeHouse(t)
	h.issue("osrsg", rapporteur.RoleContributor, "entity-osrsg-caac", "")
	op27b := "/v1/intakes/s-res-2388-2017/op27b"
	cases := []struct{ name, key, path, body, kind string }{
		{"a delivery", kenyaKey, op30At + "/deliveries", financialFlows(secret), "receipt-only"},
		{"no JSON at all", kenyaKey, op30At + "/deliveries", secret, "receipt-only"},
		{"a check", kenyaKey, op30At + "/validations", financialFlows(secret), "receipt-only"},
		{"a delivery for an occasion", "osrsg", op27b + "/deliveries", financialFlows(secret), "receipt-only"},
		{"a receipt with answers", kenyaKey, op30At + "/receipts", receiptNote(`,"answers":{"Q30":"` + secret + `"}`), "invalid"},
		{"a receipt with a body", kenyaKey, op30At + "/receipts", receiptNote(`,"body":"` + secret + `"`), "invalid"},
		{"a receipt with an attachment", kenyaKey, op30At + "/receipts", receiptNote(`,"attachment":{"name":"` + secret + `"}`), "invalid"},
		{"content as the hash", kenyaKey, op30At + "/receipts", strings.Replace(receiptNote(""), strings.Repeat("a1", 32), secret, 1), "invalid"},
		{"content as the recipient", kenyaKey, op30At + "/receipts", strings.Replace(receiptNote(""), "entity-unitad", secret, 1), "invalid"},
		{"content as the classification", kenyaKey, op30At + "/receipts", receiptNote(`,"classification":"` + secret + `"`), "invalid"},
		{"content as the day", kenyaKey, op30At + "/receipts", strings.Replace(receiptNote(""), "2018-01-12", secret, 1), "invalid"},
		{"content as the period", kenyaKey, op30At + "/receipts", receiptNote(`,"period":"` + secret + `"`), "invalid"},
		{"content in an occasion's place", "osrsg", op27b + "/receipts", strings.Replace(receiptNote(`,"period":"occasion-1"`), "entity-unitad", secret, 1), "invalid"},
		{"another recipient", kenyaKey, op30At + "/receipts", strings.Replace(receiptNote(""), "unitad", "cted", 1), "invalid"},
		{"the day after", kenyaKey, op30At + "/receipts", strings.Replace(receiptNote(""), "2018-01-12", "2018-01-16", 1), "invalid"},
	}
	before, logged := everything(t, db), h.log.Len()
	for n, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			refused := h.call(exchange{
				key: c.key, method: http.MethodPost, path: c.path, body: c.body, headers: map[string]string{"Idempotency-Key": fmt.Sprint("receipt-", n)},
			})
			refused.problem(http.StatusUnprocessableEntity, c.kind)
			if strings.Contains(string(refused.body), secret) {
				t.Errorf("the problem repeats what came: %s", refused.body)
			}
			unchanged(t, before, everything(t, db))
		})
	}
	log := h.log.String()
	if strings.Contains(log, secret) || len(log) == logged {
		t.Errorf("the log:\n%s", log[logged:])
	}
}

func TestAReceiptSaysWhoWhenToWhomAndWhat(t *testing.T) {
	h, db := intakeHouse(t)
	answer := h.post(kenyaKey, op30At+"/receipts", receiptNote("")).want(http.StatusCreated)
	got, at := read[Delivery](answer), h.clock()
	want := Delivery{
		ID: "s-res-2388-2017/op30/window-2018-H1/1", Instrument: "s-res-2388-2017", Stream: "op30", Period: "window-2018-H1", Number: 1,
		Contributor: "state-ken", Kind: "member-state", Receipt: true, Hash: strings.Repeat("a1", 32), Classification: "strictly-confidential",
		HandedOver: "2018-01-12", Destinations: []string{"entity-unitad"}, ReceivedAt: &at, Findings: []Finding{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	before := everything(t, db)
	lower := h.post(kenyaKey, op30At+"/receipts", receiptNote(`,"classification":"unclassified"`)).want(http.StatusCreated)
	if !bytes.Equal(lower.body, answer.body) {
		t.Errorf("a lower classification: %s", lower.body)
	}
	unchanged(t, before, everything(t, db))
	for _, key := range []string{kenyaKey, unitadKey} {
		h.get(key, answer.header.Get("Location")+"/body").problem(http.StatusNotFound, "not-found")
	}
}

// TestAReceiptDoesNotOpenWhatHasItsHash holds that a receipt for a hash whose
// content lies elsewhere in the record gives nobody that content.
func TestAReceiptDoesNotOpenWhatHasItsHash(t *testing.T) {
	h, _ := intakeHouse(t)
	d := read[Delivery](h.post(franceKey, op9At+"/deliveries", financialFlows("France's own.")).want(http.StatusCreated))
	note := strings.Replace(receiptNote(""), strings.Repeat("a1", 32), d.Hash, 1)
	location := h.post(kenyaKey, op30At+"/receipts", note).want(http.StatusCreated).header.Get("Location")
	for _, key := range []string{kenyaKey, unitadKey} {
		h.get(key, location+"/body").problem(http.StatusNotFound, "not-found")
	}
	h.get(staffKey, location+"/body").problem(http.StatusForbidden, "forbidden")
}
