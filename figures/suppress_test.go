package figures

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// figuresOf makes rows of one State and year from lines such as
// "Total|Total|Female|Total|12".
func figuresOf(lines ...string) []Row {
	var rows []Row
	for _, l := range lines {
		f := strings.Split(l, "|")
		rows = append(rows, Row{
			Area: "ABW", Country: "Aruba", Indicator: "Persons convicted", Year: "2018", Unit: "Counts", Source: "GLOTIP",
			Dimension: f[0], Category: f[1], Sex: f[2], Age: f[3], Value: f[4],
		})
	}
	return rows
}

func sexes(sum, women, men string) []Row {
	return figuresOf("Total|Total|Total|Total|"+sum, "Total|Total|Female|Total|"+women, "Total|Total|Male|Total|"+men)
}

func values(rows []Row) string {
	var v []string
	for _, r := range rows {
		v = append(v, r.Value)
	}
	return strings.Join(v, " ")
}

func TestSuppress(t *testing.T) {
	for name, c := range map[string]struct {
		rows  []Row
		class Class
		want  string
		flags string
	}{
		"nothing small":               {sexes("100", "60", "40"), National, "100 60 40", "F F F"},
		"one is small":                {sexes("100", "97", "3"), National, "100 <5 <5", "F S C"},
		"none looks like few":         {sexes("97", "97", "0"), National, "97 <5 <5", "F S C"},
		"a token is not made exact":   {sexes("100", "97", "<5"), National, "100 <5 <5", "F S C"},
		"both small in a large sum":   {sexes("8", "4", "4"), National, "<5 <5 <5", "S C C"},
		"all small":                   {sexes("4", "4", "0"), National, "<5 <5 <5", "C C C"},
		"by group from eleven on":     {sexes("100", "92", "8"), Group, "100 <11 <11", "F S C"},
		"a wider token stays wide":    {sexes("100", "92", "<11"), National, "100 <5 <11", "F S C"},
		"a narrow token becomes wide": {sexes("<5", "<5", "<5"), Subnational, "<11 <11 <11", "C C C"},
		"alone":                       {figuresOf("Total|Total|Total|Total|3"), National, "<5", "C"},
		"thousands":                   {sexes("2,000", "1,000", "1,000"), National, "2,000 1,000 1,000", "F F F"},
		"a sum without its parts": {
			figuresOf("Total|Total|Total|Total|20", "Total|Total|Female|Total|3"), National, "20 <5", "F C",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Suppress(c.rows, Disclosure{Class: c.class})
			if err != nil {
				t.Fatal(err)
			}
			if got := values(p.Rows); got != c.want {
				t.Errorf("published %s, want %s", got, c.want)
			}
			if got := strings.Join(p.Flags, " "); got != c.flags {
				t.Errorf("flags %s, want %s", got, c.flags)
			}
		})
	}
}

func TestSuppressKeepsEverythingElse(t *testing.T) {
	rows := sexes("100", "97", "3")
	p, err := Suppress(rows, Disclosure{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range rows {
		rows[n].Value, p.Rows[n].Value = "", ""
	}
	if diff := cmp.Diff(rows, p.Rows); diff != "" {
		t.Error(diff)
	}
}

func TestSuppressRefusesUnreadableTokens(t *testing.T) {
	for _, value := range []string{"<", "<x", "<0", "<-3", "", "many"} {
		_, err := Suppress(sexes("100", "97", value), Disclosure{})
		if err == nil || !strings.Contains(err.Error(), "row 3: column txtVALUE") {
			t.Errorf("%q: got %v", value, err)
		}
	}
}

func TestSuppressByDimension(t *testing.T) {
	rows := figuresOf("Total|Total|Total|Total|100", "by citizenship|Aruba|Total|Total|92", "by citizenship|Haiti|Total|Total|8")
	p, err := Suppress(rows, Disclosure{Dimensions: map[string]Class{"by citizenship": Group}})
	if err != nil {
		t.Fatal(err)
	}
	if got := values(p.Rows); got != "100 <11 <11" {
		t.Errorf("published %s", got)
	}
}

// TestSuppressAgainstEarlierPublications tells what one publication may not give
// away of another.
func TestSuppressAgainstEarlierPublications(t *testing.T) {
	for name, c := range map[string]struct {
		before, now []Row
		want        string
		exposed     int
	}{
		"the same again": {sexes("100", "<5", "<5"), sexes("100", "97", "3"), "100 <5 <5", 0},
		// Women were withheld to protect the men. Now the men are many, but who has
		// the old total and the new women would have the old men.
		"what protected has to stay withheld": {sexes("100", "<5", "<5"), sexes("117", "97", "20"), "117 <5 <5", 0},
		// Whoever has the old file has the men. Whoever has only the new one does not.
		"what was told is lost": {sexes("100", "97", "<5"), sexes("100", "97", "3"), "100 <5 <5", 1},
		"another year is another matter": {
			slices.Concat(sexesIn("2017", "100", "97", "20")), sexes("100", "97", "3"), "100 <5 <5", 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Suppress(c.now, Disclosure{Published: [][]Row{c.before}})
			if err != nil {
				t.Fatal(err)
			}
			if got := values(p.Rows); got != c.want {
				t.Errorf("published %s, want %s", got, c.want)
			}
			if (p.Exposed > 0) != (c.exposed > 0) {
				t.Errorf("%d were given away before, want %d", p.Exposed, c.exposed)
			}
		})
	}
}

func sexesIn(year, sum, women, men string) []Row {
	rows := sexes(sum, women, men)
	for n := range rows {
		rows[n].Year = year
	}
	return rows
}

func TestSuppressRefusesHugeBlocks(t *testing.T) {
	var rows []Row
	for n := range mostInBlock + 1 {
		rows = append(rows, figuresOf("by citizenship|"+strings.Repeat("x", n)+"|Total|Total|7")...)
	}
	if _, err := Suppress(rows[1:], Disclosure{}); err != nil {
		t.Error(err)
	}
	if _, err := Suppress(rows, Disclosure{}); err == nil || !strings.Contains(err.Error(), "row 501") {
		t.Errorf("got %v", err)
	}
}
