package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/api"
)

// complianceServer answers with two pages, a table and a workbook, and notes
// what it was asked.
func complianceServer(t *testing.T) (address, keyFile string, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	half := 0.5
	row := func(id string, states ...string) string {
		r := api.ComplianceRow{Contributor: id, Stream: "op34", Period: "2018", State: states[0], Due: "2018-09-14", DaysLate: 3, Rounds: 1}
		for n, s := range states {
			r.Cells = append(r.Cells, api.ComplianceCell{Provision: fmt.Sprintf("OP%d", n), State: s})
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	measures, err := json.Marshal([]api.ComplianceMeasures{{By: "all", Expected: 2, Received: 1, Rate: &half, DaysLate: 3}})
	if err != nil {
		t.Fatal(err)
	}
	page := func(item, next string) string {
		return fmt.Sprintf(`{"instrument":"i","as_of":"2018-10-01","measures":%s,"provisions":["OP0"],"items":[%s],"next_cursor":%q}`, measures, item, next)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.RequestURI())
		body := page(row("state-fra", "answered", "answered", "considered"), "more")
		switch query := r.URL.Query(); {
		case query.Get("format") != "":
			body = "in " + query.Get("format")
		case query.Get("cursor") == "more":
			body = page(row("state-ken", "overdue"), "")
		}
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	keyFile = filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(keyFile, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, keyFile, asked
}

// runCompliance runs the command line and gives what it wrote to a file.
func runCompliance(t *testing.T, args ...string) (written string, asked []string, err error) {
	t.Helper()
	address, key, calls := complianceServer(t)
	output := filepath.Join(t.TempDir(), "out")
	err = command(t, append([]string{"compliance", "s-res-2388-2017", "--server", address, "--key-file", key, "--output", output}, args...)...)
	content, _ := os.ReadFile(output) // nothing where the command failed
	return string(content), *calls, err
}

func TestComplianceTable(t *testing.T) {
	text, asked, err := runCompliance(t, "--as-of", "2018-10-01", "--stream", "op34", "--period", "2018", "--contributor", "state-ken")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"/v1/instruments/s-res-2388-2017/compliance?as_of=2018-10-01&contributor=state-ken&period=2018&stream=op34",
		"/v1/instruments/s-res-2388-2017/compliance?as_of=2018-10-01&contributor=state-ken&cursor=more&period=2018&stream=op34",
	}
	if strings.Join(asked, "\n") != strings.Join(want, "\n") {
		t.Errorf("asked %q", asked)
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	if got := strings.Join(lines, "\n"); got != `i as of 2018-10-01

BY GROUP EXPECTED RECEIVED RATE ON TIME ON-TIME RATE DAYS LATE ROUNDS NIL NIL RATE
all 2 1 50.0% 0 - 3 0 0 -

CONTRIBUTOR STREAM PERIOD STATE DUE ANSWERED DAYS LATE ROUNDS PROVISIONS
state-fra op34 2018 answered 2018-09-14 - 3 1 2 answered, 1 considered
state-ken op34 2018 overdue 2018-09-14 - 3 1 1 overdue` {
		t.Errorf("table:\n%s", text)
	}
}

func TestComplianceFormats(t *testing.T) {
	text, _, err := runCompliance(t, "--format", "json")
	var all api.Compliance
	if err != nil || json.Unmarshal([]byte(text), &all) != nil || len(all.Items) != 2 || all.NextCursor != "" || all.AsOf != "2018-10-01" {
		t.Errorf("%v: %s", err, text)
	}
	for _, format := range []string{"csv", "xlsx"} {
		text, asked, err := runCompliance(t, "--format", format)
		if err != nil || text != "in "+format || len(asked) != 1 {
			t.Errorf("%s: %v: %q, asked %q", format, err, text, asked)
		}
	}
	if _, _, err := runCompliance(t, "--format", "pdf"); err == nil {
		t.Error("there is no such format")
	}
}

func TestAWorkbookGoesToAFile(t *testing.T) {
	if err := (complianceCommand{Format: "xlsx"}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "--output") {
		t.Errorf("error %v", err)
	}
}
