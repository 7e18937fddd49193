package rapporteur

import (
	"testing"
	"time"
)

// However long answers are collected, and however many come on each day, the
// engine is told of them no more often than its history can bear; where there is
// room for it, every day.
func TestCollectionsAreRationed(t *testing.T) {
	opens := Date{Year: 2018, Month: time.January, Day: 1}
	for _, tc := range []struct {
		days  int
		every Period
		want  int
	}{
		{30, Period{}, 30}, {137, Period{Days: 1}, 137}, {150, Period{}, 150}, {151, Period{}, 76}, {365, Period{Days: 1}, 122},
		{365, Period{Days: 7}, 53}, {3650, Period{Days: 1}, 146},
	} {
		plan := Plan{Dates: []PlannedDate{{Key: DateOpens, Date: opens}, {Key: DateCloses, Date: opens.AddDays(tc.days)}}}
		cycle := Cycle{Plan: plan, Policy: Policy{CollectEvery: rationed(tc.every, plan)}}
		hints := 0
		for day := range tc.days {
			for hour := range 12 {
				now := opens.AddDays(day).At(8 + hour)
				if cycle.Collection().hintDue(now) {
					hints++
					cycle.HintedAt = now
				}
			}
		}
		if hints != tc.want || hints > mostCollections {
			t.Errorf("in %d days with a hint every %v there are %d, want %d", tc.days, tc.every, hints, tc.want)
		}
	}
}
