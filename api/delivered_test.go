package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// deliveredHouse has three deliveries to OP9, of which the second is
// confidential, and a receipt for OP30.
func deliveredHouse(t *testing.T) *house {
	t.Helper()
	h, _ := intakeHouse(t)
	h.post(kenyaKey, op9At+"/deliveries", financialFlows("Cash couriers.")).want(http.StatusCreated)
	h.post(kenyaKey, op9At+"/deliveries", financialFlows("Kept from others.", asConfidential...)).want(http.StatusCreated)
	h.post(franceKey, op9At+"/deliveries", financialFlows("Prepaid cards.")).want(http.StatusCreated)
	h.post(kenyaKey, op30At+"/receipts", receiptNote("")).want(http.StatusCreated)
	return h
}

// TestWhoMayReadADelivery goes through every role, another contributor and
// another destination, and everything of a delivery that can be read.
func TestWhoMayReadADelivery(t *testing.T) {
	h := deliveredHouse(t)
	h.route(op9Now)
	const open, confidential = op9At + "/deliveries/window-2018-H1/1", op9At + "/deliveries/window-2018-H1/2"
	receipt := op30At + "/deliveries/window-2018-H1/1"
	cases := map[string]map[string]int{
		open:                          {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		open + "/body":                {staffKey: 200, adminKey: 403, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		confidential:                  {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		confidential + "/body":        {staffKey: 403, adminKey: 403, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		open + "/records":             {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		open + "/records/entity-cted": {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 200, unitadKey: 404, unmissKey: 404},
		// The record for the other destination is not CTED's to see.
		open + "/records/entity-monitoring-team-1267": {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 404, unitadKey: 404},
		open + "/records/entity-unodc":                {staffKey: 404, kenyaKey: 404, ctedKey: 404},
		receipt:                                       {staffKey: 200, adminKey: 200, olaKey: 403, kenyaKey: 200, franceKey: 404, ctedKey: 404, unitadKey: 200},
		receipt + "/body":                             {staffKey: 403, adminKey: 403, olaKey: 403, kenyaKey: 404, franceKey: 404, ctedKey: 404, unitadKey: 404},
		op9At + "/deliveries/window-2018-H1/9":        {staffKey: 404, kenyaKey: 404},
		op9At + "/deliveries/window-2018-H1/9/body":   {staffKey: 404, kenyaKey: 404},
	}
	kinds := map[int]string{http.StatusForbidden: "forbidden", http.StatusNotFound: "not-found"}
	for path, wants := range cases {
		for key, status := range wants {
			answer := h.get(key, path)
			answer.what += " by " + key
			if status == http.StatusOK {
				answer.want(status)
			} else {
				answer.problem(status, kinds[status])
			}
		}
	}
}

// TestAnothersDeliveryIsNotThere holds that nobody can tell another's delivery
// from one that does not exist.
func TestAnothersDeliveryIsNotThere(t *testing.T) {
	h := deliveredHouse(t)
	h.route(op9Now)
	for path, operations := range readOpenAPI(t, h).Paths {
		if !strings.HasPrefix(path, deliveryPath) {
			continue
		}
		for range operations {
			ask := func(number string) Problem {
				at := strings.Replace(filled(path), "/1", "/"+number, 1)
				return h.get(franceKey, at).problem(http.StatusNotFound, "not-found")
			}
			there, nowhere := ask("1"), ask("9")
			there.Instance, nowhere.Instance = "", ""
			there.Detail = strings.ReplaceAll(there.Detail, "/1", "/9")
			if diff := cmp.Diff(nowhere, there); diff != "" {
				t.Errorf("%s (-not there +another's):\n%s", path, diff)
			}
		}
	}
}

type deliveryPage struct {
	Items      []Delivery
	NextCursor string `json:"next_cursor"`
}

func numbers(page deliveryPage) []int {
	var n []int
	for _, d := range page.Items {
		n = append(n, d.Number)
	}
	return n
}

func TestListsOfDeliveriesAreOnesOwn(t *testing.T) {
	h := deliveredHouse(t)
	cases := []struct {
		key, query string
		want       []int
	}{
		{staffKey, "", []int{1, 2, 3}}, {adminKey, "", []int{1, 2, 3}}, {kenyaKey, "", []int{1, 2}}, {franceKey, "", []int{3}},
		{ctedKey, "", []int{1, 2, 3}}, {ctedKey, "?direction=received", []int{1, 2, 3}}, {ctedKey, "?direction=sent", nil},
		{kenyaKey, "?direction=sent", []int{1, 2}}, {kenyaKey, "?direction=received", nil},
		{staffKey, "?period=window-2018-H1", []int{1, 2, 3}}, {staffKey, "?period=window-2018-H2", nil},
	}
	for _, c := range cases {
		if got := numbers(read[deliveryPage](h.get(c.key, op9At+"/deliveries"+c.query).want(http.StatusOK))); !slices.Equal(got, c.want) {
			t.Errorf("%s %q sees %v, want %v", c.key, c.query, got, c.want)
		}
	}
	h.get(olaKey, op9At+"/deliveries").problem(http.StatusForbidden, "forbidden")
	h.get(unitadKey, op9At+"/deliveries").problem(http.StatusNotFound, "not-found")
	h.get(staffKey, op9At+"/deliveries?cursor=nonsense").problem(http.StatusBadRequest, "malformed")
}

func TestPagesOfDeliveries(t *testing.T) {
	h := deliveredHouse(t)
	for n := range 5 {
		h.post([]string{franceKey, kenyaKey}[n%2], op9At+"/deliveries", financialFlows(fmt.Sprint("More ", n))).want(http.StatusCreated)
	}
	for key, want := range map[string][]int{staffKey: {1, 2, 3, 4, 5, 6, 7, 8}, kenyaKey: {1, 2, 5, 7}, franceKey: {3, 4, 6, 8}} {
		var got []int
		for cursor, pages := "", 0; ; pages++ {
			page := read[deliveryPage](h.get(key, op9At+"/deliveries?limit=2&cursor="+cursor).want(http.StatusOK))
			if got = append(got, numbers(page)...); page.NextCursor == "" || pages == 10 {
				break
			}
			cursor = page.NextCursor
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s pages through %v, want %v", key, got, want)
		}
	}
}

// TestARecordCanBeCheckedOffline holds that the published keys verify what a
// destination is given, and nothing else.
func TestARecordCanBeCheckedOffline(t *testing.T) {
	h := deliveredHouse(t)
	records := op9At + "/deliveries/window-2018-H1/1/records"
	if before := read[struct{ Items []Routing }](h.get(kenyaKey, records).want(http.StatusOK)).Items; len(before) != 0 {
		t.Errorf("before routing: %+v", before)
	}
	if sent := h.route(op9Now); sent != 8 {
		t.Errorf("%d mails went, want two records for each of three deliveries, and an acknowledgement for each but of France, which has no focal point", sent)
	}
	routings := read[struct{ Items []Routing }](h.get(kenyaKey, records).want(http.StatusOK)).Items
	if len(routings) != 2 || routings[0].Destination != "entity-cted" || routings[0].State != "sent" || routings[0].SentAt == nil {
		t.Fatalf("routings %+v", routings)
	}
	if own := read[struct{ Items []Routing }](h.get(ctedKey, records).want(http.StatusOK)).Items; len(own) != 1 || own[0].Destination != "entity-cted" {
		t.Errorf("CTED sees %+v", own)
	}
	published := h.get("", "/v1/signing-keys").want(http.StatusOK)
	keys, err := access.ReadKeySet(published.body)
	if err != nil || len(keys) != 1 || keys[0].ID != routings[0].Key {
		t.Fatalf("keys %s: %v", published.body, err)
	}
	document := h.get(ctedKey, records+"/entity-cted").want(http.StatusOK).body
	record, err := rapporteur.VerifyRecord(document, keys)
	if err != nil {
		t.Fatal(err)
	}
	d := read[Delivery](h.get(kenyaKey, strings.TrimSuffix(records, "/records")).want(http.StatusOK))
	if record["sha256"] != d.Hash || record["destination"] != "entity-cted" || record["delivery"] != d.ID {
		t.Errorf("record %v of %+v", record, d)
	}
	if _, err := rapporteur.VerifyRecord([]byte(strings.Replace(string(document), "unclassified", "confidential", 1)), keys); err == nil {
		t.Error("a changed record is verified")
	}
}

func TestSigningKeysWithoutASigner(t *testing.T) {
	h := newHouse(t)
	h.service.Signer = nil
	if got := strings.TrimSpace(string(h.get("", "/v1/signing-keys").want(http.StatusOK).body)); got != `{"keys":[]}` {
		t.Errorf("keys %s", got)
	}
}
