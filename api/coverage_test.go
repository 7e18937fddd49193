package api

import (
	"net/http"
	"testing"
)

func TestCoverage(t *testing.T) {
	h := newHouse(t)
	catalogue, err := loadCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	instrument, err := catalogue.Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	c := read[Coverage](h.get(kenyaKey, "/v1/instruments/s-res-2388-2017/coverage").want(http.StatusOK))
	want := instrument.Coverage()
	if c.Summary != want.Words() || c.Complete != want.Complete() || c.Counts.Total != 48 || len(c.Items) != 48 {
		t.Errorf("%q, complete %v, %d provisions, %d items", c.Summary, c.Complete, c.Counts.Total, len(c.Items))
	}
	if n := c.Counts.Stream + c.Counts.Report + c.Counts.Declared + c.Counts.Uncovered; n != c.Counts.Total {
		t.Errorf("the counts add up to %d of %d", n, c.Counts.Total)
	}
	items := map[string]CoveredProvision{}
	for _, p := range c.Items {
		items[p.ID] = p
	}
	if p := items["OP34"]; p.Cover != "stream" || p.Stream != "op34" || p.Shape != "report" || p.Title == "" || p.Class != "report" {
		t.Errorf("OP34 is told as %+v", p)
	}
	if p := items["OP2"]; p.Cover != "report" || p.Report != "op34" || p.Summary == "" || p.Verb != "urges" {
		t.Errorf("OP2 is told as %+v", p)
	}
	if p := items["OP35"]; p.Cover != "declared" || p.Reason == "" || p.Stream != "" {
		t.Errorf("OP35 is told as %+v", p)
	}
	h.get(kenyaKey, "/v1/instruments/none/coverage").problem(http.StatusNotFound, "not-found")
}
