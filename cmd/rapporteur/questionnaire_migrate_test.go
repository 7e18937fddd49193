package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// recorded is an API that gives prepared answers and notes what it was asked.
func recorded(t *testing.T, answers ...string) (server, *[]string) {
	t.Helper()
	asked := &[]string{}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, strings.TrimSpace(r.Method+" "+r.URL.String()+" "+string(body)))
		_, _ = io.WriteString(w, answers[min(len(*asked), len(answers))-1])
	}))
	t.Cleanup(api.Close)
	return server{Server: api.URL, KeyFile: file(t, "key", "rap_key")}, asked
}

const (
	firstPage = `{"questionnaire": {"id": "mission", "version": "1.1.0"}, "next_cursor": "bWlzc2lvbg", "items": [
		{"contributor": "mission-unmiss", "from": {"id": "mission", "version": "1.0.0"}, "outcome": "mapped", "why": "2 answers moved."}]}`
	lastPage = `{"questionnaire": {"id": "mission", "version": "1.1.0"}, "items": [
		{"contributor": "mission-unsos", "from": {"id": "mission", "version": "1.0.0"}, "outcome": "needs-contributor", "why": "To be completed: M33.3.", "complete_by": "2018-06-15"}]}`
)

// A migration goes on until there is no next page, and ends with what it came
// to.
func TestQuestionnaireMigrateReadsEveryPage(t *testing.T) {
	at, asked := recorded(t, firstPage, lastPage)
	var out bytes.Buffer
	c := questionnaireMigrateCommand{server: at, Cycle: "i/s/2018", To: "1.1.0", Questionnaire: "mission", Reason: "x", DryRun: true}
	if err := c.Run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	want := []string{
		"CONTRIBUTOR ASKED OUTCOME COMPLETE BY WHY", "mission-unmiss 1.0.0 mapped - 2 answers moved.",
		"mission-unsos 1.0.0 needs-contributor 2018-06-15 To be completed: M33.3.",
		"0 unchanged, 1 mapped, 1 need their contributor, where they ask mission@1.1.0. Nothing was changed.",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
	const body = `{"questionnaire":"mission","reason":"x","to":"1.1.0"}`
	if want := []string{
		"POST /v1/cycles/i/s/2018/migrations?dry_run=true " + body, "POST /v1/cycles/i/s/2018/migrations?cursor=bWlzc2lvbg&dry_run=true " + body,
	}; !slices.Equal(*asked, want) {
		t.Errorf("the API was asked %q", *asked)
	}
	out.Reset()
	c = questionnaireMigrateCommand{server: at, Cycle: "i/s/2018", Back: true, Reason: "x", JSON: true}
	if err := c.Run(t.Context(), &out); err != nil || !strings.HasPrefix(out.String(), `{"contributor": "mission-unsos"`) {
		t.Errorf("got %s (%v)", out.String(), err)
	}
	if got := (*asked)[2]; got != `POST /v1/cycles/i/s/2018/migrations? {"back":true,"reason":"x"}` {
		t.Errorf("the API was asked %s", got)
	}
}

func TestQuestionnaireMigrateGoesToAVersionOrBack(t *testing.T) {
	key := file(t, "key", "rap_key")
	for args, ok := range map[string]bool{"--to 1.1.0": true, "--back": true, "": false, "--to 1.1.0 --back": false} {
		var c commands
		parser, err := kong.New(&c, kong.Vars{"log_level": "info"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = parser.Parse(append([]string{"questionnaire", "migrate", "i/s/2018", "--key-file", key}, strings.Fields(args)...))
		if ok != (err == nil) {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestSubmissionDiffPrintsSentences(t *testing.T) {
	at, asked := recorded(t, `{"changes": [{"text": "Q1: changed from 6 to 5"}], "more": 2}`)
	var out bytes.Buffer
	of := versionOf{server: at, Cycle: "i/s/2018", Contributor: "state-ken", Version: 3}
	if err := (submissionDiffCommand{versionOf: of, From: 1}).Run(t.Context(), &out); err != nil || out.String() != "Q1: changed from 6 to 5\nand 2 more changes\n" {
		t.Errorf("got %q (%v)", out.String(), err)
	}
	if err := (submissionWithdrawCommand{versionOf: of, Reason: "It was wrong."}).Run(t.Context()); err != nil {
		t.Error(err)
	}
	want := []string{
		"GET /v1/cycles/i/s/2018/requests/state-ken/submissions/3/diff?from=1",
		`POST /v1/cycles/i/s/2018/requests/state-ken/submissions/3/withdrawal {"reason":"It was wrong."}`,
	}
	if !slices.Equal(*asked, want) {
		t.Errorf("the API was asked %q", *asked)
	}
	at, _ = recorded(t, `[]`)
	out.Reset()
	of.server = at
	if err := (submissionDiffCommand{versionOf: of, Patch: true}).Run(t.Context(), &out); err != nil || out.String() != "[]\n" {
		t.Errorf("got %q (%v)", out.String(), err)
	}
}
