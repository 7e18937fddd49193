package rapporteur

import (
	"fmt"
	"strings"
	"testing"
)

func TestInclusionRecord(t *testing.T) {
	stream := Stream{ID: "op33", Provisions: []string{"OP33"}}
	day := Date{Year: 2018, Month: 9, Day: 11}
	out := func(n int, paragraphs string) Cycle {
		return Cycle{ID: CycleID(fmt.Sprintf("i/op33/unmiss-%d", n)), Symbol: fmt.Sprintf("S/2018/%d", n), Masthead: day, Paragraphs: paragraphs}
	}
	var many []Cycle
	for n := range 15 {
		many = append(many, out(n+1, "45–47"))
	}
	for name, c := range map[string]struct {
		cycles []Cycle
		want   string
	}{
		"nothing issued": {[]Cycle{{ID: "i/op33/unmiss-1", Phase: PhaseAwaiting}}, ""},
		"none at all":    {nil, ""},
		"before":         {[]Cycle{{ID: "i/op33/unmiss-1", Symbol: "S/2017/1", Masthead: day.AddDays(-400), Paragraphs: "3"}}, ""},
		"one": {[]Cycle{out(831, "45")},
			"A section on trafficking in persons was asked for ahead of 1 host report that issued in the period; it issued with the section: S/2018/831 (para. 45)."},
		"one of two": {[]Cycle{out(831, "45–47"), out(832, "")},
			"A section on trafficking in persons was asked for ahead of 2 host reports that issued in the period; 1 issued with the section: S/2018/831 (paras. 45–47)."},
		"none of two": {[]Cycle{out(831, ""), out(832, "")},
			"A section on trafficking in persons was asked for ahead of 2 host reports that issued in the period; none issued with the section."},
	} {
		record, ok := inclusionRecord(stream, c.cycles, day.AddDays(-365))
		if record.Text != c.want || ok != (c.want != "") {
			t.Errorf("%s: %t, %q", name, ok, record.Text)
		}
	}
	record, _ := inclusionRecord(stream, many, day.AddDays(-1))
	if !strings.Contains(record.Text, "all 15 issued") || !strings.HasSuffix(record.Text, " and 3 others.") || len(record.Sources) != 15 ||
		record.Sources[0].Cycle != "i/op33/unmiss-1" || record.Cycle != "i/op33/unmiss-1" {
		t.Errorf("many: %q, %d sources", record.Text, len(record.Sources))
	}
}
