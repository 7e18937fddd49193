package schemas

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// Tables say what they are made of, whether they are defined where they are
// used or for all.
func TestTablesAreDescribed(t *testing.T) {
	q := latest(t, "member-state")
	part := func(question, name string) rapporteur.QuestionPart {
		found, _ := q.Question(question)
		for _, p := range found.Parts {
			if p.Name == name {
				return p
			}
		}
		t.Fatalf("there is no %s %s", question, name)
		return rapporteur.QuestionPart{}
	}
	number := func(name string, persons bool) rapporteur.Column {
		return rapporteur.Column{Name: name, Kind: rapporteur.PartNumber, Persons: persons}
	}
	text := func(name, format string) rapporteur.Column {
		return rapporteur.Column{Name: name, Kind: rapporteur.PartText, Format: format}
	}
	for _, c := range []struct {
		question, part string
		rows           int
		columns        []rapporteur.Column
	}{
		{"Q5.1", "offences", 20, []rapporteur.Column{number("year", false), number("count", false)}},
		{"Q3.6", "partners", 300, []rapporteur.Column{text("state", "country"), number("count", true)}},
		{"Q6.2", "proceeds", 50, []rapporteur.Column{
			{Name: "stage", Kind: rapporteur.PartChoice, Options: []string{"identified", "frozen", "confiscated"}},
			number("amount", false), text("currency", "currency"),
			{Name: "from", Kind: rapporteur.PartDate}, {Name: "to", Kind: rapporteur.PartDate},
		}},
	} {
		got := part(c.question, c.part)
		if diff := cmp.Diff(c.columns, got.Columns); diff != "" || got.MaxRows != c.rows {
			t.Errorf("%s %s has at most %d rows, want %d, and the columns (-want +got):\n%s", c.question, c.part, got.MaxRows, c.rows, diff)
		}
	}
	victims := part("Q3.4", "identified")
	if len(victims.Sexes) != 5 || len(victims.Ages) != 4 || len(victims.Forms) != 15 || victims.Ages[0] != "0-17" {
		t.Errorf("the table of victims is %v × %v × %v", victims.Sexes, victims.Ages, victims.Forms)
	}
	linked := part("Q3.4", "conflict_linked")
	if len(linked.Sexes) != 5 || len(linked.Ages) != 4 || linked.Forms != nil {
		t.Errorf("the table of those linked is %v × %v × %v", linked.Sexes, linked.Ages, linked.Forms)
	}
}
