package rapporteur_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

func TestRisks(t *testing.T) {
	due := dated("2018-09-14")
	open := func(change func(*rapporteur.RequestStanding)) rapporteur.RequestStanding {
		s := rapporteur.RequestStanding{Kind: rapporteur.KindMemberState, State: rapporteur.RequestOpen, Due: due}
		if change != nil {
			change(&s)
		}
		return s
	}
	for name, c := range map[string]struct {
		standing rapporteur.RequestStanding
		on       string
		want     []rapporteur.Risk
	}{
		"nobody is at risk long before":    {open(nil), "2018-09-06", nil},
		"a week before":                    {open(nil), "2018-09-07", []rapporteur.Risk{rapporteur.RiskDueSoon}},
		"on the day":                       {open(nil), "2018-09-14", []rapporteur.Risk{rapporteur.RiskDueSoon}},
		"the day is over in its last zone": {open(nil), "2018-09-16", []rapporteur.Risk{rapporteur.RiskOverdue}},
		"no mailbox":                       {open(func(s *rapporteur.RequestStanding) { s.Unreachable = true }), "2018-06-01", []rapporteur.Risk{rapporteur.RiskUnreachable}},
		"late last time":                   {open(func(s *rapporteur.RequestStanding) { s.LateBefore = true }), "2018-06-01", []rapporteur.Risk{rapporteur.RiskLateBefore}},
		"time is asked for": {open(func(s *rapporteur.RequestStanding) {
			s.Extension, s.FollowUp = rapporteur.ExtensionAsked, rapporteur.FollowUpExtension
		}), "2018-06-01", []rapporteur.Risk{rapporteur.RiskUndecided}},
		"time was given": {open(func(s *rapporteur.RequestStanding) { s.Extension = rapporteur.ExtensionGranted }), "2018-06-01", nil},
		"returned":       {open(func(s *rapporteur.RequestStanding) { s.State = rapporteur.RequestReturned }), "2018-09-10", []rapporteur.Risk{rapporteur.RiskReturned}},
		"returned, and not corrected": {open(func(s *rapporteur.RequestStanding) { s.State = rapporteur.RequestReturned }), "2018-09-20",
			[]rapporteur.Risk{rapporteur.RiskOverdue, rapporteur.RiskReturned}},
		"everything at once": {open(func(s *rapporteur.RequestStanding) {
			s.FollowUp, s.Unreachable, s.LateBefore = rapporteur.FollowUpEscalation, true, true
		}), "2018-09-20", []rapporteur.Risk{rapporteur.RiskOverdue, rapporteur.RiskEscalated, rapporteur.RiskUnreachable, rapporteur.RiskLateBefore}},
		"the answer is in": {open(func(s *rapporteur.RequestStanding) { s.State, s.Late = rapporteur.RequestReceived, true }), "2018-09-20", nil},
		"settled":          {open(func(s *rapporteur.RequestStanding) { s.State = rapporteur.RequestSettled }), "2018-09-20", nil},
		"withdrawn":        {open(func(s *rapporteur.RequestStanding) { s.State = rapporteur.RequestWithdrawn }), "2018-09-20", nil},
		"closed":           {open(func(s *rapporteur.RequestStanding) { s.State = rapporteur.RequestNoReply }), "2018-12-20", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.standing.Risks(dated(c.on).At(13), rapporteur.DueSoonDays)
			if !slices.Equal(got, c.want) {
				t.Errorf("on %s: %v, want %v", c.on, got, c.want)
			}
		})
	}
}

// The nearer the deadline, the more is at risk: who is at risk and does nothing
// stays so.
func TestRisksDoNotGoAwayByThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapporteur.RequestStanding{
			State:       rapid.SampledFrom([]rapporteur.RequestState{rapporteur.RequestOpen, rapporteur.RequestReturned}).Draw(t, "state"),
			Due:         dated("2018-09-14"),
			Extension:   rapid.SampledFrom([]rapporteur.ExtensionState{"", rapporteur.ExtensionAsked, rapporteur.ExtensionGranted}).Draw(t, "extension"),
			Unreachable: rapid.Bool().Draw(t, "unreachable"), LateBefore: rapid.Bool().Draw(t, "late before"),
		}
		day := rapid.IntRange(-200, 60).Draw(t, "day")
		before, after := s.Risks(s.Due.AddDays(day).At(13), 7), s.Risks(s.Due.AddDays(day+1).At(13), 7)
		if len(after) < len(before) {
			t.Errorf("%v became %v", before, after)
		}
	})
}

func TestProgress(t *testing.T) {
	now := time.Date(2018, time.September, 20, 0, 0, 0, 0, time.UTC)
	var p rapporteur.Progress
	add := func(n int, state rapporteur.RequestState, due string, late bool) {
		p.Add(rapporteur.RequestStanding{State: state, Due: dated(due), Late: late}, n, now)
	}
	add(3, rapporteur.RequestSettled, "2018-09-14", false)
	add(2, rapporteur.RequestReceived, "2018-09-14", true)
	add(1, rapporteur.RequestReturned, "2018-09-28", false)
	add(4, rapporteur.RequestOpen, "2018-09-14", false)
	add(1, rapporteur.RequestOpen, "2018-10-01", false)
	add(5, rapporteur.RequestNoReply, "2018-09-14", false)
	add(7, rapporteur.RequestWithdrawn, "2018-09-14", false)
	want := rapporteur.Progress{Asked: 16, Answered: 5, Returned: 1, Open: 1, Overdue: 4, NoReply: 5, Withdrawn: 7, Late: 2}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	if p.Percent() != 31 || (rapporteur.Progress{}).Percent() != 0 || (rapporteur.Progress{Asked: 193, Answered: 192}).Percent() != 99 {
		t.Errorf("%d of a hundred", p.Percent())
	}
}
