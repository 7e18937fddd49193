package figures

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

func publicRows(t testing.TB) []Row {
	t.Helper()
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := ReadGLOTIP(file)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestSuppressPublicDataKeepsMost holds how much is left to be told. It is a
// choice, not a law: who changes the rules looks at this number.
func TestSuppressPublicDataKeepsMost(t *testing.T) {
	rows := publicRows(t)
	p, err := Suppress(rows, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	free, small := p.Count(rapporteur.FlagFree), len(rows)-p.Count(rapporteur.FlagFree)-p.Companions
	t.Logf("of %d figures %d are told, %d are small, %d are companions", len(rows), free, small, p.Companions)
	if small != 23_051 {
		t.Errorf("%d are small, want 23,051", small)
	}
	if free < 14_500 {
		t.Errorf("%d of 23,478 numbers are told, want at least 14,500", free)
	}
	again, err := Suppress(p.Rows, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Rows, again.Rows); diff != "" {
		t.Errorf("suppressing again changes figures: %s", diff)
	}
}

func BenchmarkSuppressPublicData(b *testing.B) {
	rows := publicRows(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Suppress(rows, Disclosure{}); err != nil {
			b.Fatal(err)
		}
	}
}
