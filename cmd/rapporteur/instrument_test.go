package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/api"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/schemas/paragraphs"
)

var lighthouses = wiring.Instruments{Instruments: filepath.Join("..", "internal", "wiring", "testdata", "lighthouses")}

const (
	madeUp   = "../../schemas/paragraphs/testdata/made-up.json"
	shipped  = "../../schemas/instruments/s-res-2388-2017.yaml"
	lampFile = "../internal/wiring/testdata/lighthouses/s-res-9001-2031.yaml"
)

func TestCoverageOfTheRelease(t *testing.T) {
	var out bytes.Buffer
	err := instrumentCoverageCommand{Instrument: "s-res-2388-2017"}.Run(&out)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 50 || !strings.HasSuffix(lines[49], " of 48 provisions accounted for") {
		t.Fatalf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
	// The command fails exactly where a provision is left.
	left := strings.Count(out.String(), "NOT ACCOUNTED FOR")
	if (err == nil) != (left == 0) || lines[49] != strconv.Itoa(48-left)+" of 48 provisions accounted for" {
		t.Errorf("%d are left, the last line is %q, the error %v", left, lines[49], err)
	}
}

func TestCoverageOfAFolder(t *testing.T) {
	var out bytes.Buffer
	if err := (instrumentCoverageCommand{Instruments: lighthouses, Instrument: "s-res-9001-2031"}).Run(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"covered in the report of op2", "carried by its stream", "declaratory", "\n3 of 3 provisions accounted for\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table does not say %q:\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := (instrumentCoverageCommand{Instruments: lighthouses, Instrument: "s-res-9001-2031", JSON: true}).Run(&out); err != nil {
		t.Fatal(err)
	}
	var document api.Coverage
	if err := json.Unmarshal(out.Bytes(), &document); err != nil || !document.Complete || len(document.Items) != 3 {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := (instrumentCoverageCommand{Instrument: "none"}).Run(&out); err == nil {
		t.Error("an instrument that is not there has an account")
	}
}

func TestListOfInstruments(t *testing.T) {
	var out bytes.Buffer
	if err := (instrumentListCommand{Instruments: lighthouses}).Run(&out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "s-res-2388-2017  S/RES/2388 (2017)") || !strings.HasPrefix(lines[2], "s-res-9001-2031") {
		t.Errorf("got\n%s", out.String())
	}
}

func TestCheckOfGoodFiles(t *testing.T) {
	for file, c := range map[string]struct {
		with wiring.Instruments
		says string
	}{
		shipped:  {wiring.Instruments{}, "ok: s-res-2388-2017 S/RES/2388 (2017), 35 operative paragraphs, 48 provisions, "},
		lampFile: {lighthouses, "ok: s-res-9001-2031 S/RES/9001 (2031), 3 operative paragraphs, 3 provisions, 1 stream of which 1 run, 3 of 3 "},
	} {
		var out bytes.Buffer
		if err := (instrumentCheckCommand{Instruments: c.with, File: file}).Run(&out); err != nil || !strings.HasPrefix(out.String(), c.says) {
			t.Errorf("%s: %v\n%s", file, err, out.String())
		}
	}
}

// Every fault is told with file, line, field and reason.
func TestCheckOfBadFiles(t *testing.T) {
	good, err := os.ReadFile(lampFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, replacement, says string }{
		"an unknown key":                    {"title: Lighthouses", "titel: Lighthouses", ":4: titel: unknown field"},
		"two provisions of one id":          {"  - id: OP2\n", "  - id: OP1\n", ": provisions[1].id: OP1 is there twice"},
		"a questionnaire that is not there": {"questionnaire: lamp-entity", "questionnaire: lamp", `.questionnaire: there is no questionnaire "lamp"`},
		"neither stream nor reason":         {"    reason: The item stays on the Council's list; nobody is asked for anything.\n", "", ": provisions[2].stream: name the stream"},
		"a stream of unknown provisions":    {"provisions: [OP1, OP2]", "provisions: [OP1, OP2, OP7]", ": streams[0].provisions[2]: there is no provision OP7"},
		"a stream that does not name it":    {"provisions: [OP1, OP2]", "provisions: [OP2]", ": provisions[0].stream: stream op2 does not name OP1"},
		"a stream that is not there":        {"    stream: op2\n", "    stream: op9\n", `: provisions[0].stream: there is no stream "op9"`},
		"a mark that nobody has looked at":  {"strength: 3", "strength: 3 # CHECK: so much?", ": provisions[0].strength: is still marked for a person: so much?"},
		"another instrument's id":           {"id: s-res-9001-2031", "id: s-res-2388-2017", ":1: id: s-res-2388-2017 is already in instruments/s-res-2388-2017.yaml"},
		"no YAML":                           {"operatives:\n", "operatives: [\n", ": provisions: ',' or ']' must be specified"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(good), c.old) {
				t.Fatalf("the file does not contain %q", c.old)
			}
			file := filepath.Join(t.TempDir(), "a.yaml")
			if err := os.WriteFile(file, []byte(strings.Replace(string(good), c.old, c.replacement, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := instrumentCheckCommand{Instruments: lighthouses, File: file}.Run(&out)
			if err == nil || !strings.HasPrefix(err.Error(), file+" has ") {
				t.Errorf("the error is %v", err)
			}
			found := false
			for line := range strings.Lines(out.String()) {
				found = found || strings.HasPrefix(line, file+":") && strings.Contains(line, c.says)
			}
			if !found {
				t.Errorf("no line %s…%s in\n%s", file, c.says, out.String())
			}
		})
	}
}

// What is left for a person is counted by field, and the counts add up.
func TestWhatADraftLeaves(t *testing.T) {
	body, err := os.ReadFile(madeUp)
	if err != nil {
		t.Fatal(err)
	}
	list, err := paragraphs.Read(body)
	if err != nil {
		t.Fatal(err)
	}
	d := paragraphs.New(list, "made-up")
	told := remaining(d)
	if !strings.HasPrefix(told, "8 operative paragraphs, 14 provisions. "+strconv.Itoa(len(d.Marks()))+" of ") {
		t.Errorf("got %q", told)
	}
	_, counts, _ := strings.Cut(told, ": ")
	counts, _, _ = strings.Cut(counts, ".\n")
	sum := 0
	for part := range strings.SplitSeq(counts, ", ") {
		_, number, _ := strings.Cut(part, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if sum != len(d.Marks()) || sum == 0 {
		t.Errorf("%d marks are counted, there are %d", sum, len(d.Marks()))
	}
}

func TestDraftWritesNoFileTwice(t *testing.T) {
	file := filepath.Join(t.TempDir(), "draft.yaml")
	c := instrumentDraftCommand{File: madeUp, Output: file}
	var out bytes.Buffer
	if err := c.Run(&out); err != nil || out.Len() != 0 {
		t.Fatalf("%v, on standard output %q", err, out.String())
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("somebody's work"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(&out); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("the second time: %v", err)
	}
	if kept, _ := os.ReadFile(file); string(kept) != "somebody's work" {
		t.Error("somebody's work is gone")
	}
	c.Output = ""
	if err := c.Run(&out); err != nil || !bytes.Equal(out.Bytes(), written) {
		t.Errorf("%v: standard output differs from the file", err)
	}
	c.File = shipped
	if err := c.Run(&out); err == nil || !strings.Contains(err.Error(), shipped+": cannot read paragraphs") {
		t.Errorf("of a file that holds no paragraphs: %v", err)
	}
}
