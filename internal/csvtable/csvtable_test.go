package csvtable_test

import (
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur/internal/csvtable"
)

func TestWrite(t *testing.T) {
	rows := [][]string{{"a", "b"}, {"=1+1", `says "so", twice`}, {"-", ""}, {"plain", "@me"}}
	got, err := csvtable.Write(slices.Values(rows))
	if err != nil {
		t.Fatal(err)
	}
	want := "a,b\r\n'=1+1,\"says \"\"so\"\", twice\"\r\n'-,\r\nplain,'@me\r\n"
	if string(got) != want {
		t.Errorf("%q, want %q", got, want)
	}
}
