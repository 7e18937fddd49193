package rapporteur

import "testing"

func TestUntellableTotals(t *testing.T) {
	sum := func(low, high, behind int) aggregate { return aggregate{value: interval{low, high}, behind: behind} }
	three := make([]contribution, 3)
	for name, tc := range map[string]struct {
		figures personFigures
		want    string
	}{
		"two contributors":     {personFigures{given: three[:2], total: sum(90, 90, 2)}, "; a total is given only where at least 3 stand behind it"},
		"one that counts":      {personFigures{given: three, total: sum(90, 90, 1)}, "; a total is given only where at least 3 stand behind it"},
		"small":                {personFigures{given: three, total: sum(4, 4, 3)}, ": <5 persons in total"},
		"none at all":          {personFigures{given: three, total: sum(0, 0, 0)}, ": <5 persons in total"},
		"small or not":         {personFigures{given: three, total: sum(2, 14, 3)}, ": fewer than 15 persons in total"},
		"small or not, rounds": {personFigures{given: three, total: sum(3, 15, 3)}, ": fewer than 20 persons in total"},
		"close to another":     {personFigures{given: three, total: sum(90, 90, 3), near: true}, "; their total lies so close to the figure before that it is not given"},
	} {
		if tc.figures.tellable() {
			t.Errorf("%s: the total may be told", name)
		}
		if got := untellable(tc.figures); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestGroupLabels(t *testing.T) {
	part := QuestionPart{Options: []Option{{"SERVITUDE", compileLabel("Domestic servitude")}}}
	for _, tc := range []struct {
		axis       axis
		code, want string
	}{
		{bySex, "F", "Female"}, {bySex, "m", "Male"}, {byAge, "0-17", "Children (0–17 years)"}, {byAge, "9-17", "Aged 9–17"},
		{byForm, "FORCED_LABOUR", "Forced labour"}, {byForm, "SERVITUDE", "Domestic servitude"},
	} {
		if got := groupLabel(tc.axis, part, tc.code); got != tc.want {
			t.Errorf("%s %q is %q, want %q", axisNames[tc.axis], tc.code, got, tc.want)
		}
	}
	for want, b := range map[string]publishedBreakdown{
		"Other sex or not specified": {breakdown: breakdown{axis: bySex}}, "Age not specified": {breakdown: breakdown{axis: byAge}},
		"Form not specified": {breakdown: breakdown{axis: byForm}}, "Other forms or not specified": {breakdown{axis: byForm}, true},
	} {
		if got := residueLabel(b); got != want {
			t.Errorf("the rest is %q, want %q", got, want)
		}
	}
}

func TestNumbersOfPersonsAreProtected(t *testing.T) {
	few, many := 3.0, 40.0
	for name, tc := range map[string]struct {
		value Value
		want  interval
		ok    bool
	}{
		"number":   {Value{Number: &many}, interval{40, 40}, true},
		"few":      {Value{Number: &few}, interval{3, 3}, true},
		"masked":   {Value{Text: " <5 "}, interval{0, 4}, true},
		"interval": {Value{Number: &many, Figures: []Figure{{Low: 0, High: 4}}}, interval{0, 4}, true},
		"nothing":  {Value{Text: "some"}, interval{}, false},
	} {
		if got, ok := statedTotal(statements(tc.value)); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %v %v, want %v %v", name, got, ok, tc.want, tc.ok)
		}
	}
}
