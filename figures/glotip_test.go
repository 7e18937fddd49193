package figures

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur/internal/needs"
)

const header = "Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE,Source\n"

func TestReadGLOTIPSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "line 1"},
		"other columns":  {strings.Replace(header, "Year", "Jahr", 1), "column 10: want Year"},
		"a column less":  {header + "AFG,Afghanistan\n", "line 2"},
		"no count":       {header + "AFG,A,B,C,D,Total,Total,Total,Total,2013,Counts,many,X\n", "line 2: column txtVALUE"},
		"an odd token":   {header + "AFG,A,B,C,D,Total,Total,Total,Total,2013,Counts,<few,X\n", "line 2: column txtVALUE"},
		"below zero":     {header + "AFG,A,B,C,D,Total,Total,Total,Total,2013,Counts,-3,X\n", "line 2: column txtVALUE"},
		"not quite gzip": {"\x1f\x8bx", "cannot unpack figures"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadGLOTIP(strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

func TestRowNumber(t *testing.T) {
	for value, want := range map[string]int{"0": 0, "103": 103, "1,234": 1234, "<5": -1, "": -1, "-2": -1} {
		n, exact := Row{Value: value}.Number()
		if exact != (want >= 0) || exact && n != want {
			t.Errorf("%q: got %d, %t", value, n, exact)
		}
	}
}

func TestPublicDataIsTheSameAfterReadingAndWriting(t *testing.T) {
	packed, err := os.ReadFile(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadGLOTIP(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 46_529 {
		t.Errorf("%d rows, want 46,529", len(rows))
	}
	var written bytes.Buffer
	if err := WriteGLOTIP(&written, rows); err != nil {
		t.Fatal(err)
	}
	if want := strings.ReplaceAll(string(plain), "\r\n", "\n"); written.String() != want {
		t.Error(cmp.Diff(want[:2000], written.String()[:2000]))
	}
}

func FuzzReadGLOTIP(f *testing.F) {
	f.Add([]byte(header + "AFG,Afghanistan,Asia,Southern Asia,Persons convicted,Total,Total,Total,Total,2013,Counts,<5,GLOTIP\n"))
	f.Add([]byte("\ufeff" + header))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := ReadGLOTIP(bytes.NewReader(text))
		if err != nil {
			return
		}
		var written bytes.Buffer
		if err := WriteGLOTIP(&written, rows); err != nil {
			t.Fatal(err)
		}
		again, err := ReadGLOTIP(&written)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rows, again); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzSuppress(f *testing.F) {
	line := func(sex, value string) string {
		return "AFG,Afghanistan,Asia,Southern Asia,Persons convicted,Total,Total," + sex + ",Total,2013,Counts," + value + ",GLOTIP\n"
	}
	f.Add([]byte(header + line("Total", "100") + line("Female", "97") + line("Male", "<5")))
	f.Add([]byte(header + line("Total", "0") + line("Total", "<5") + line("Total", "<999999999")))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := ReadGLOTIP(bytes.NewReader(text))
		if err != nil || len(rows) > 200 {
			return
		}
		p, err := Suppress(rows, Disclosure{Published: [][]Row{rows}})
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range p.Rows {
			if v, told := r.Number(); told && (v < National.Threshold() || r.Value != rows[n].Value) {
				t.Fatalf("row %d: %q for %q", n+1, r.Value, rows[n].Value)
			}
		}
	})
}
