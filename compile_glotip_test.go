package rapporteur

import (
	"compress/gzip"
	"encoding/csv"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// glotip reads the detected victims of the public data of the Global Report on
// Trafficking in Persons: figures by group of States and year, then by State.
func glotip(t *testing.T, group func(region, year string) string) map[string]map[string][]Figure {
	t.Helper()
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unzipped).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{
		"Total": "total", "Female": "F", "Male": "M", "0 to 17 years": "0-17", "18 years or over": "18+",
		"Sexual exploitation": "SEXUAL_EXPLOITATION", "Forced labour": "FORCED_LABOUR", "Other forms of exploitation": "OTHER",
	}
	groups := map[string]map[string][]Figure{}
	for _, row := range rows[1:] {
		state, region, indicator, dimension, year, value := row[0], row[3], row[4], row[5], row[9], row[11]
		f := Figure{Sex: codes[row[7]], Age: codes[row[8]], Form: codes[row[6]], High: smallCount - 1}
		if n, err := strconv.Atoi(value); err == nil {
			f.Low, f.High = n, n
		} else if value != tokenSmall {
			continue
		}
		known := f.Sex != "" && f.Age != "" && f.Form != "" && (dimension == "Total" || dimension == "by form of exploitation")
		if indicator != "Detected trafficking victims" || !known {
			continue
		}
		key := group(region, year)
		if groups[key] == nil {
			groups[key] = map[string][]Figure{}
		}
		groups[key][state] = append(groups[key][state], f)
	}
	return groups
}

// In that file, where total, women and men are given, the one suppressed value
// of four in five States and years can be worked out. Compiled by year, and by
// subregion and year, none can.
func TestNothingSmallCanBeRecoveredFromPublicData(t *testing.T) {
	for name, group := range map[string]func(region, year string) string{
		"by year":               func(_, year string) string { return year },
		"by subregion and year": func(region, year string) string { return region + " " + year },
	} {
		t.Run(name, func(t *testing.T) {
			groups, published, withheld := glotip(t, group), 0, 0
			for _, key := range slices.Sorted(maps.Keys(groups)) {
				var lists [][]Figure
				for _, state := range slices.Sorted(maps.Keys(groups[key])) {
					lists = append(lists, groups[key][state])
				}
				p := disclose(given(lists...), testSource)
				for _, b := range p.published {
					assertCellsLarge(t, b.breakdown)
					assertAddsUp(t, p, b.breakdown)
				}
				assertMasksStayOpen(t, p)
				assertNoLinearRecovery(t, p)
				published, withheld = published+len(p.published), withheld+len(p.withheld)
			}
			if published == 0 || withheld == 0 {
				t.Errorf("%d breakdowns published and %d withheld: the test proves little", published, withheld)
			}
			t.Logf("%d breakdowns published, %d withheld", published, withheld)
		})
	}
}
