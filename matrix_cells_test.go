package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

// cellsOf is somebody's cells in words.
func cellsOf(m rapporteur.Matrix, id rapporteur.ContributorID) string {
	var cells []string
	for _, r := range m.Rows {
		if r.Contributor != id {
			continue
		}
		for _, c := range r.Cells {
			cells = append(cells, strings.TrimSpace(c.Provision+" "+string(c.State)))
		}
	}
	return strings.Join(cells, ", ")
}

func TestWhatARequestIsAbout(t *testing.T) {
	record := matrixRecord(day(time.March, 20).End())
	for _, c := range []struct {
		what        string
		change      func(*rapporteur.CycleRecord)
		state, body string
	}{
		{"a question about a paragraph asks about each of its provisions; what nobody is asked about is everybody's",
			func(*rapporteur.CycleRecord) {}, "OP2 awaited, OP28.a awaited, OP28.b awaited, OP34 awaited", "OP31 awaited, OP34 awaited"},
		{"what only others are asked about is theirs, also where their requests are not looked at",
			func(c *rapporteur.CycleRecord) { c.Requests = c.Requests[1:] }, "OP2 awaited, OP28.a awaited, OP28.b awaited, OP34 awaited", ""},
		{"without the entities' questionnaire nobody is asked about procurement",
			func(c *rapporteur.CycleRecord) { c.Asks = c.Asks[1:] }, "OP2 awaited, OP28.a awaited, OP28.b awaited, OP31 awaited, OP34 awaited", ""},
		{"a stream of one provision is about it, whoever asks",
			func(c *rapporteur.CycleRecord) {
				c.Cycle.ID = "i/one/2018"
			}, "OP31 awaited", "OP31 awaited"},
	} {
		changed := record
		changed.Cycles = []rapporteur.CycleRecord{record.Cycles[0]}
		c.change(&changed.Cycles[0])
		m := rapporteur.NewMatrix(changed)
		if got := cellsOf(m, someState); got != c.state {
			t.Errorf("%s: the State has %q, want %q", c.what, got, c.state)
		}
		if got := cellsOf(m, someEntity); c.body != "" && got != c.body {
			t.Errorf("%s: the entity has %q, want %q", c.what, got, c.body)
		}
	}
}

// The return type alone says the state of every cell, unless there are answers
// to read; then only of those about which no question asks.
func TestCellsByReturnType(t *testing.T) {
	for returnType, want := range map[rapporteur.ReturnType]string{
		rapporteur.ReturnNil: "nil", rapporteur.ReturnNotApplicable: "not-applicable",
		rapporteur.ReturnCovered: "considered", rapporteur.ReturnDeclined: "considered",
		rapporteur.ReturnAnswered: "", rapporteur.ReturnPartial: "",
	} {
		m := rapporteur.NewMatrix(matrixRecord(day(time.April, 3).End(), accepted(day(time.April, 3), 1, returnType)))
		row := m.Rows[1]
		if want != "" {
			all := fmt.Sprintf("OP2 %[1]s, OP28.a %[1]s, OP28.b %[1]s, OP34 %[1]s", want)
			if got := cellsOf(m, someState); got != all || row.ToRead() {
				t.Errorf("%s: cells %q, to be read %v", returnType, got, row.ToRead())
			}
			continue
		}
		if got := cellsOf(m, someState); got != "OP2, OP28.a, OP28.b, OP34 answered" || !row.ToRead() || row.Body() != "h1" {
			t.Errorf("%s: cells %q, to be read %v: %q", returnType, got, row.ToRead(), row.Body())
		}
	}
	m := rapporteur.NewMatrix(matrixRecord(day(time.April, 3).End()))
	if m.Rows[0].ToRead() || m.Rows[1].ToRead() {
		t.Error("where nothing is accepted there is nothing to read")
	}
}

// Cells by what is answered to the two questions about OP2: y yes, i in part,
// n no, d details only, a not applicable with reason, u without, o no
// information, - left out, e empty.
func TestCellsByAnswers(t *testing.T) {
	answers := map[rune]rapporteur.Answer{
		'y': {Status: rapporteur.StatusYes}, 'i': {Status: rapporteur.StatusInPart}, 'n': {Status: rapporteur.StatusNo},
		'd': {Values: rapporteur.Values{{Name: "deposited", Value: rapporteur.Value{Text: "2001"}}}}, 'e': {Reason: "none"},
		'a': {Status: rapporteur.StatusNotApplicable, Reason: "no coast"}, 'u': {Status: rapporteur.StatusNotApplicable},
		'o': {Status: rapporteur.StatusNoInformation},
	}
	m := rapporteur.NewMatrix(matrixRecord(day(time.April, 3).End(), accepted(day(time.April, 3), 1, rapporteur.ReturnAnswered)))
	for given, want := range map[string]rapporteur.CellState{
		"yy": rapporteur.CellAnswered, "y-": rapporteur.CellAnswered, "-i": rapporteur.CellAnswered, "n-": rapporteur.CellAnswered,
		"d-": rapporteur.CellAnswered, "oa": rapporteur.CellConsidered, "ay": rapporteur.CellAnswered, "on": rapporteur.CellAnswered,
		"aa": rapporteur.CellNotApplicable, "a-": rapporteur.CellNotApplicable, "ae": rapporteur.CellNotApplicable,
		"u-": rapporteur.CellConsidered, "au": rapporteur.CellConsidered, "oo": rapporteur.CellNil, "-o": rapporteur.CellNil, "eo": rapporteur.CellNil,
		"--": rapporteur.CellConsidered, "e-": rapporteur.CellConsidered, "uo": rapporteur.CellConsidered,
	} {
		document := rapporteur.AnswerDocument{Answers: map[string]rapporteur.Answer{"Q4": {Status: rapporteur.StatusYes}}}
		for n, letter := range given {
			if a, ok := answers[letter]; ok {
				document.Answers[fmt.Sprintf("Q%d", n+1)] = a
			}
		}
		row := m.Rows[1].Read(document)
		if got := row.Cells[0].State; got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
		if got := row.Cells[1].State; got != rapporteur.CellConsidered {
			t.Errorf("%s: what was not answered at all is %s", given, got)
		}
		if got := row.Cells[3].State; got != rapporteur.CellAnswered {
			t.Errorf("%s: what no question asks about is %s", given, got)
		}
		if row.ToRead() || m.Rows[1].Cells[0].State != "" {
			t.Error("reading left something to read, or changed the row that was read")
		}
	}
	if silent := m.Rows[0].Read(rapporteur.AnswerDocument{}); silent.Cells[0].State != rapporteur.CellAwaited {
		t.Errorf("a row without an answer was read: %+v", silent)
	}
}

func TestPages(t *testing.T) {
	record := matrixRecord(day(time.March, 20).End())
	other := record.Cycles[0]
	other.Cycle.ID = "i/report/2019"
	other.Requests = []rapporteur.Request{record.Cycles[0].Requests[1]}
	other.Requests[0].Cycle = other.Cycle.ID
	record.Cycles = append([]rapporteur.CycleRecord{other}, record.Cycles...)
	m := rapporteur.NewMatrix(record)
	words := func(m rapporteur.Matrix) string {
		var rows []string
		for _, r := range m.Rows {
			rows = append(rows, string(r.Contributor)+" "+string(r.Cycle))
		}
		return strings.Join(rows, ", ") + "; next " + string(m.Next)
	}
	const entity, state = "entity-iom i/report/2018", "state-ken i/report/2018, state-ken i/report/2019"
	for _, c := range []struct {
		after rapporteur.ContributorID
		limit int
		want  string
	}{
		{"", 0, entity + ", " + state + "; next "}, {"", 2, entity + ", " + state + "; next "}, {"", 1, entity + "; next entity-iom"},
		{"entity-iom", 1, state + "; next "}, {"entity-iom", 0, state + "; next "}, {"state-fra", 5, state + "; next "}, {"state-ken", 1, "; next "},
	} {
		page := m.Page(c.after, c.limit)
		if got := words(page); got != c.want {
			t.Errorf("after %q, %d: %q, want %q", c.after, c.limit, got, c.want)
		}
		same(t, "measures of a page", page.Measures, m.Measures)
	}
}
