package storetest

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

var missions = rapporteur.StreamKey{Instrument: "s-res-2388-2017", Stream: "op33"}

func readCalendar(key rapporteur.StreamKey) func(context.Context, rapporteur.Reader) (rapporteur.StreamCalendar, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.StreamCalendar, error) {
		return r.StreamCalendar(ctx, key)
	}
}

// calendar is one in which every field is set.
func calendar(key rapporteur.StreamKey) rapporteur.StreamCalendar {
	day, at := rapporteur.Date{Year: 2018, Month: 8, Day: 20}, time.Date(2018, 8, 21, 13, 0, 0, 1, time.UTC)
	return rapporteur.StreamCalendar{
		StreamKey: key, From: day, ClockOffset: -time.Hour, StartedAt: at, StartedBy: "key-1", PausedAt: at.Add(time.Second), Attention: "Look here.",
		Events: []rapporteur.SeriesEvent{{Event: "start", Subject: "ken", Date: day, Authority: "S/2018/773", By: "key-1", At: at}},
		Changes: []rapporteur.SeriesChange{{
			Series:    "unmiss",
			DueChange: rapporteur.DueChange{Kind: rapporteur.ChangeExtension, Rule: "regular", Due: day, To: day.AddDays(9), Authority: "S/2018/800"},
			By:        "key-1", At: at,
		}},
	}
}

var calendarTests = []test{
	{"a stream has one calendar", func(t tb, s rapporteur.Store) {
		missing(t, s, "calendar", readCalendar(missions))
		want := calendar(missions)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertStreamCalendar(ctx, want) })
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertStreamCalendar(ctx, rapporteur.StreamCalendar{StreamKey: missions})
		})
		same(t, "calendar", get(t, s, readCalendar(missions)), want)
	}},
	{"each change raises the revision, and an older one is refused", func(t tb, s rapporteur.Store) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.InsertStreamCalendar(ctx, rapporteur.StreamCalendar{StreamKey: missions})
		})
		want := calendar(missions)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			c, err := tx.LockStreamCalendar(ctx, missions)
			if err != nil || c.Revision != 0 {
				return err
			}
			return tx.UpdateStreamCalendar(ctx, want)
		})
		want.Revision = 1
		same(t, "calendar", get(t, s, readCalendar(missions)), want)
		refused(t, s, rapporteur.ProblemConflict, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.UpdateStreamCalendar(ctx, calendar(missions))
		})
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.UpdateStreamCalendar(ctx, rapporteur.StreamCalendar{StreamKey: rapporteur.StreamKey{Instrument: "x", Stream: "y"}})
		})
	}},
	{"calendars are listed by instrument and stream", func(t tb, s rapporteur.Store) {
		keys := []rapporteur.StreamKey{{Instrument: "a", Stream: "op2"}, {Instrument: "a", Stream: "op33"}, {Instrument: "b", Stream: "op1"}}
		for _, n := range []int{2, 0, 1} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				return tx.InsertStreamCalendar(ctx, calendar(keys[n]))
			})
		}
		var got []rapporteur.StreamKey
		for _, c := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.StreamCalendar, error) {
			return r.StreamCalendars(ctx)
		}) {
			got = append(got, c.StreamKey)
		}
		same(t, "calendars", got, keys)
	}},
}
