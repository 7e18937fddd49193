package wiring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const kenyasFigures = `Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source
KEN,Kenya,Africa,Eastern Africa,Persons convicted,Total,Total,Total,Total,2017,Counts,7,GLOTIP
`

func TestPublishedFiguresComeFromAFile(t *testing.T) {
	house := newHouse(t)
	if err := house.Publish(Published{}); err != nil || house.Published != nil {
		t.Errorf("without a file: %v, %v", house.Published, err)
	}
	name := filepath.Join(t.TempDir(), "glotip.csv")
	for text, says := range map[string]string{"a,b\n1,2\n": "glotip.csv: cannot read figures", kenyasFigures: ""} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := house.Publish(Published{GLOTIP: name})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want it to say %q", err, says)
		}
	}
	tables := house.Published.Tables("KEN", "member-state", 2018)
	if len(tables) != 1 || tables[0].Question != "Q5.2" || tables[0].Part != "convicted" || tables[0].Year != 2017 {
		t.Errorf("the tables are %+v", tables)
	}
	if err := house.Publish(Published{GLOTIP: name + ".gz"}); err == nil || !strings.Contains(err.Error(), "cannot open figures") {
		t.Errorf("a file that is not there: %v", err)
	}
}
