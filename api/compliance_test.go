package api

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
)

const complianceAt = "/v1/instruments/s-res-2388-2017/compliance"

// answeredHouse has a cycle in which Kenya answered that it has nothing to
// report; it is the day after the deadline's end.
func answeredHouse(t *testing.T) *house {
	t.Helper()
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.setClock(time.Date(2018, time.September, 16, 12, 0, 1, 0, time.UTC))
	return h
}

func itemsOf(c Compliance) []string {
	var items []string
	for _, i := range c.Items {
		items = append(items, i.Contributor+" "+i.State)
	}
	return items
}

func TestCompliance(t *testing.T) {
	h := answeredHouse(t)
	got := read[Compliance](h.get(staffKey, complianceAt).want(http.StatusOK))
	want := []string{"entity-unodc overdue", "mission-unmiss overdue", "state-fra overdue", "state-ken nil"}
	if got.Instrument != "s-res-2388-2017" || got.AsOf != "2018-09-16" || !slices.Equal(itemsOf(got), want) || got.NextCursor != "" {
		t.Errorf("%s as of %s: %q, next %q", got.Instrument, got.AsOf, itemsOf(got), got.NextCursor)
	}
	row := got.Items[3]
	if row.Cycle != string(testCycle) || row.Stream != "op34" || row.Period != "2018" || row.Name != "Kenya" || row.Region != "Africa" ||
		row.Kind != "member-state" || row.ReturnType != "nil" || row.Version != 1 || row.Due != "2018-09-14" || row.AnsweredAt == nil || row.DaysLate != 0 {
		t.Errorf("row %+v", row)
	}
	if got.Items[0].DaysLate != 2 || got.Items[0].AnsweredAt != nil {
		t.Errorf("row %+v", got.Items[0])
	}
	for _, row := range got.Items {
		if len(row.Cells) == 0 || row.Cells[len(row.Cells)-1] != (ComplianceCell{Provision: "OP34", State: row.State}) {
			t.Errorf("%s has the cells %+v", row.Contributor, row.Cells)
		}
	}
	all := got.Measures[0]
	if all.By != "all" || all.Expected != 4 || all.Received != 1 || *all.Rate != 0.25 || all.OnTime != 1 || *all.OnTimeRate != 0.25 || *all.NilRate != 1 || all.MeanDaysLate != nil {
		t.Errorf("measures %+v", all)
	}
	past := read[Compliance](h.get(olaKey, complianceAt+"?as_of=2018-09-14&stream=op34&period=2018").want(http.StatusOK))
	if past.AsOf != "2018-09-14" || past.Items[0].State != "awaited" || past.Items[3].State != "nil" {
		t.Errorf("as of the deadline: %q", itemsOf(past))
	}
	before := read[Compliance](h.get(adminKey, complianceAt+"?as_of=2018-05-01").want(http.StatusOK))
	if len(before.Items) != 0 || before.Items == nil || before.Provisions == nil || before.Measures[0].Expected != 0 || before.Measures[0].Rate != nil {
		t.Errorf("before anybody was asked: %+v", before)
	}
	h.get(staffKey, complianceAt+"?as_of=2018-09-17").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, complianceAt+"?as_of=yesterday").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, complianceAt+"?mandated_from=2018-02-30").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, complianceAt+"?stream=none").problem(http.StatusNotFound, "not-found")
	h.get(staffKey, "/v1/instruments/none/compliance").problem(http.StatusNotFound, "not-found")
	h.get(staffKey, complianceAt+"?cursor=!").problem(http.StatusBadRequest, "malformed")
	h.get(staffKey, complianceAt+"?colour=red").problem(http.StatusUnprocessableEntity, "invalid")
}

func TestComplianceFilters(t *testing.T) {
	h := answeredHouse(t)
	for query, want := range map[string]int{
		"": 4, "?stream=op33": 0, "?period=2019": 0, "?period=2018": 4, "?contributor=state-ken": 1, "?contributor=state-nor": 0,
		"?mandated_from=2018-11-21": 4, "?mandated_from=2018-11-22": 0, "?mandated_to=2018-11-21": 4, "?mandated_to=2018-11-20": 0, "?measures_only=true": 0,
	} {
		got := read[Compliance](h.get(staffKey, complianceAt+query).want(http.StatusOK))
		if len(got.Items) != want {
			t.Errorf("%s: %q", query, itemsOf(got))
		}
		expected := want
		if query == "?measures_only=true" {
			expected = 4
		}
		if got.Measures[0].Expected != expected {
			t.Errorf("%s: measures %+v", query, got.Measures[0])
		}
	}
}

func TestCompliancePages(t *testing.T) {
	h := answeredHouse(t)
	whole := read[Compliance](h.get(staffKey, complianceAt))
	var items []string
	for cursor, pages := "", 0; ; pages++ {
		page := read[Compliance](h.get(staffKey, complianceAt+"?limit=3&cursor="+cursor).want(http.StatusOK))
		items = append(items, itemsOf(page)...)
		if toJSON(t, page.Measures) != toJSON(t, whole.Measures) {
			t.Errorf("page %d has other measures: %+v", pages, page.Measures)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if !slices.Equal(items, itemsOf(whole)) {
		t.Errorf("page by page %q, at once %q", items, itemsOf(whole))
	}
}

// A contributor sees its own row and what is measured of it, and nothing of
// anybody else, whatever it asks.
func TestContributorsSeeTheirOwnComplianceAlone(t *testing.T) {
	h := answeredHouse(t)
	for _, query := range []string{"", "?contributor=state-fra", "?limit=1", "?cursor=ZW50aXR5LXVub2Rj", "?measures_only=false"} {
		answer := h.get(franceKey, complianceAt+query).want(http.StatusOK)
		got := read[Compliance](answer)
		if !slices.Equal(itemsOf(got), []string{"state-fra overdue"}) || got.NextCursor != "" {
			t.Errorf("%s: France sees %q, next %q", query, itemsOf(got), got.NextCursor)
		}
		for _, m := range got.Measures {
			if m.Expected != 1 || m.Received != 0 || m.Group == "entity" {
				t.Errorf("%s: France sees the measures %+v", query, m)
			}
		}
		if strings.Contains(string(answer.body), "state-ken") || strings.Contains(string(answer.body), "unodc") {
			t.Errorf("%s: France sees %s", query, answer.body)
		}
	}
	there := h.get(franceKey, complianceAt+"?contributor=state-ken").problem(http.StatusNotFound, "not-found")
	nowhere := h.get(franceKey, complianceAt+"?contributor=state-xyz").problem(http.StatusNotFound, "not-found")
	if strings.Replace(there.Detail, "state-ken", "state-xyz", 1) != nowhere.Detail {
		t.Errorf("another's is told from none: %q, %q", there.Detail, nowhere.Detail)
	}
	for _, format := range []string{"csv", "xlsx"} {
		h.get(franceKey, complianceAt+"?contributor=state-ken&format="+format).problem(http.StatusNotFound, "not-found")
	}
	rows := complianceRows(t, h.get(franceKey, complianceAt+"?format=csv").want(http.StatusOK))
	for _, row := range rows[1:] {
		if row[4] != "state-fra" {
			t.Errorf("France sees %q", row)
		}
	}
}

func complianceRows(t *testing.T, answer reply) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(answer.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestComplianceCSV(t *testing.T) {
	h := answeredHouse(t)
	answer := h.call(exchange{key: staffKey, method: "GET", path: complianceAt + "?limit=1", headers: map[string]string{"Accept": "text/csv"}}).want(http.StatusOK)
	if answer.header.Get("Content-Type") != "text/csv" || answer.header.Get("Content-Disposition") != `attachment; filename="compliance-s-res-2388-2017-2018-09-16.csv"` {
		t.Errorf("headers %v", answer.header)
	}
	rows := complianceRows(t, answer)
	cells := 0
	for _, item := range read[Compliance](h.get(staffKey, complianceAt)).Items {
		cells += len(item.Cells)
	}
	if len(rows) != 1+cells || strings.Join(rows[0], " ") != "cycle stream period provision contributor name kind region state return_type due answered_at days_late rounds" {
		t.Errorf("%d lines for %d cells: %q", len(rows), cells, rows[0])
	}
	last := strings.Join(rows[len(rows)-1], "|")
	if last != "s-res-2388-2017/op34/2018|op34|2018|OP34|state-ken|Kenya|member-state|Africa|nil|nil|2018-09-14|2018-05-21T13:00:00Z|0|0" {
		t.Errorf("the last line is %q", last)
	}
	if bytes.Count(answer.body, []byte("\r\n")) != len(rows) {
		t.Error("lines do not end as RFC 4180 says")
	}
}

// A name that a spreadsheet would take for a formula is written as text.
func TestComplianceCSVHoldsNoFormula(t *testing.T) {
	for _, name := range []string{"=cmd()", "+1", "-1", "@sum", "\tx", "\rx"} {
		m := rapporteur.Matrix{Rows: []rapporteur.MatrixRow{{
			RequestKey: rapporteur.RequestKey{Cycle: testCycle, Contributor: kenya}, Name: name, Cells: []rapporteur.MatrixCell{{Provision: "OP34"}},
		}}}
		content, err := complianceCSV(m)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil || !strings.HasPrefix(rows[1][5], "'") {
			t.Errorf("%q is written as %q (%v)", name, rows[1][5], err)
		}
	}
}

func TestComplianceWorkbook(t *testing.T) {
	h := answeredHouse(t)
	for _, answer := range []reply{
		h.get(staffKey, complianceAt+"?format=xlsx&limit=1"),
		h.call(exchange{key: staffKey, method: "GET", path: complianceAt, headers: map[string]string{"Accept": mediaXLSX}}),
	} {
		answer.want(http.StatusOK)
		if answer.header.Get("Content-Type") != mediaXLSX || answer.header.Get("Content-Disposition") != `attachment; filename="compliance-s-res-2388-2017-2018-09-16.xlsx"` {
			t.Errorf("headers %v", answer.header)
		}
		file, err := excelize.OpenReader(bytes.NewReader(answer.body))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := file.GetRows("Matrix")
		if err != nil || len(rows) != 4+4 || rows[7][0] != string(kenya) {
			t.Errorf("%v: %q", err, rows)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	h.call(exchange{key: staffKey, method: "GET", path: complianceAt, headers: map[string]string{"Accept": "image/png"}}).problem(http.StatusNotAcceptable, "not-acceptable")
	h.get(staffKey, complianceAt+"?format=pdf").problem(http.StatusUnprocessableEntity, "invalid")
}
