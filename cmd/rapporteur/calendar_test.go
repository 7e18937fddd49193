package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Beside the dates stands whether anything comes of them, and what a person
// should do.
func TestCalendarShowSaysWhetherItRuns(t *testing.T) {
	for answer, want := range map[string]string{
		`{"running": true, "dues": [{"series": "unmiss", "rule": "regular", "mandated": "2018-09-11", "planned": "2018-09-11", "confidence": "H", "title": "Report"}]}`: `MANDATED PLANNED SERIES RULE CONFIDENCE REPORT
2018-09-11 2018-09-11 unmiss regular H Report
Cycles start by it.`,
		`{"running": false, "attention": "Give entity-cted a focal point.", "awaited": [{"series": "assessment", "label": "end of the visit"}]}`: `MANDATED PLANNED SERIES RULE CONFIDENCE REPORT
awaited - assessment - - end of the visit
No cycles start by it: it was not started, or is paused. Give entity-cted a focal point.`,
	} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
		var out bytes.Buffer
		c := calendarShowCommand{streamOf: streamOf{server: server{Server: api.URL, KeyFile: file(t, "key", "rap_key")}, Instrument: "i", Stream: "s"}}
		if err := c.Run(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		api.Close()
		var lines []string
		for line := range strings.Lines(out.String()) {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
