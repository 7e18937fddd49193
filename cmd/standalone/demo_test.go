package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/cmd/standalone/demo"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// play plays a year on a process of its own. Its table adds up.
func play(t *testing.T, command demoCommand) (*process, demo.Summary) {
	t.Helper()
	p, err := command.start(t.Context(), zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	sum, err := demo.Run(t.Context(), p.stage(), command.options(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	if !sum.Balanced() {
		t.Errorf("the table does not add up: %+v %+v", sum.Rows, sum.Streams)
	}
	return p, sum
}

// TestDemo plays the whole year on UNODC's public figures and holds the
// results against each other.
func TestDemo(t *testing.T) {
	figures := needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz")
	command := demoCommand{Out: t.TempDir(), Seed: 2388, Published: wiring.Published{GLOTIP: figures}, Listen: "127.0.0.1:0"}
	_, sum := play(t, command)
	all := sum.Rows[len(sum.Rows)-1]
	if states := sum.Rows[0].Asked; states != 193 || all.Asked < 193+30 {
		t.Errorf("asked %d Member States and %d in all", states, all.Asked)
	}
	for what, n := range map[string]int{
		"answered": all.Answered, "nil": all.Nil, "declined": all.Declined, "silent": all.Silent, "late": all.Late,
		"reminders": sum.Reminders, "rejected": sum.Rejected, "returned": sum.Returned, "extended": sum.Extended,
	} {
		if n == 0 {
			t.Errorf("nobody is counted under %q: the year shows too little", what)
		}
	}
	if sum.Words == 0 || sum.Words > sum.Budget {
		t.Errorf("the report has %d of %d words", sum.Words, sum.Budget)
	}
	checkMails(t, filepath.Join(command.Out, "mail"), sum)
	checkHistory(t, filepath.Join(command.Out, "history.jsonl"))
	checkDOCX(t, filepath.Join(command.Out, "report.docx"))
}

// TestDemoOfAllStreams plays a year of every stream of the resolution, and
// holds its table against the instrument.
func TestDemoOfAllStreams(t *testing.T) {
	command := demoCommand{Out: t.TempDir(), Seed: 2388, AllStreams: true, Listen: "127.0.0.1:0"}
	p, sum := play(t, command)
	resolution, err := p.house.Catalogue.Instrument("s-res-2388-2017")
	if err != nil {
		t.Fatal(err)
	}
	if len(sum.Streams) != len(resolution.Streams) {
		t.Fatalf("the table has %d streams, the resolution %d", len(sum.Streams), len(resolution.Streams))
	}
	late, missing := 0, 0
	for n, row := range sum.Streams {
		if row.Stream != resolution.Streams[n].ID || row.Cycles == 0 || row.Received == 0 {
			t.Errorf("row %d is %+v", n, row)
		}
		late, missing = late+row.Late, missing+row.Missing
	}
	if late == 0 || missing == 0 {
		t.Errorf("%d late and %d missing: the year shows too little", late, missing)
	}
	for stream, least := range map[string]int{"op33": 80, "op28a": 15, "op9": 3, "op23a": 3, "op27b": 2} {
		n := slices.IndexFunc(sum.Streams, func(r demo.StreamRow) bool { return r.Stream == stream })
		if sum.Streams[n].Cycles < least {
			t.Errorf("%s has %d cycles, want %d", stream, sum.Streams[n].Cycles, least)
		}
	}
	if sum.Words == 0 || sum.Words > sum.Budget {
		t.Errorf("the report has %d of %d words", sum.Words, sum.Budget)
	}
	checkRecords(t, filepath.Join(command.Out, "report.json"))
}

// checkRecords holds that the report tells what other streams brought: of a
// window, an occasion and the sections, each with its cycle as the source.
func checkRecords(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"Briefing on trafficking in persons in Libya", `"cycle":"s-res-2388-2017/op23a/occasion-1"`,
		`"cycle":"s-res-2388-2017/op9/window-2018-H1"`, "host reports that issued in the period", "In all, 2 briefings took place.",
	} {
		if !strings.Contains(strings.ReplaceAll(string(text), `": "`, `":"`), words) {
			t.Errorf("the report does not have %q", words)
		}
	}
}

// checkMails holds the mails that arrived against the ledger: as many as it
// says were sent, each once.
func checkMails(t *testing.T, dir string, sum demo.Summary) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != sum.Messages {
		t.Errorf("%d mails arrived, the ledger says %d were sent", len(files), sum.Messages)
	}
	seen := map[string]bool{}
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		message, err := mail.ReadMessage(bufio.NewReader(file))
		_ = file.Close()
		if err != nil {
			t.Fatalf("cannot read %s: %v", filepath.Base(name), err)
		}
		id := message.Header.Get("Message-ID")
		if seen[id] {
			t.Errorf("%s arrived twice", id)
		}
		seen[id] = true
	}
}

// checkHistory reads the history: every line has a day, a person and words.
func checkHistory(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	last, closed := 0, false
	for line := range strings.Lines(string(text)) {
		var entry struct {
			Day   int    `json:"day"`
			Text  string `json:"text"`
			Actor string `json:"actor"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("cannot read history line %q: %v", line, err)
		}
		if entry.Text == "" || entry.Actor == "" || entry.Day < last {
			t.Errorf("day %d after day %d: %q by %q", entry.Day, last, entry.Text, entry.Actor)
		}
		last, closed = entry.Day, entry.Text == "Cycle closed"
	}
	if !closed || last != 365 {
		t.Errorf("the history ends on day %d, closed %v", last, closed)
	}
}

// checkDOCX lets LibreOffice read the report.
func checkDOCX(t *testing.T, name string) {
	t.Helper()
	office := needs.LibreOffice(t)
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", dir, name).CombinedOutput()
	if err != nil {
		t.Fatalf("LibreOffice cannot convert the report: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"S/2018/1042", "21 November 2018", "Security Council", "Observations"} {
		if !strings.Contains(string(text), words) {
			t.Errorf("the document does not have %q", words)
		}
	}
}
