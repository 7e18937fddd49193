package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// The streams of a story: a report, sections in somebody else's reports, an intake.
const (
	instrument = "s-res-2388-2017"
	calendarAt = "/v1/calendars/s-res-2388-2017/op11"
	intakeAt   = "/v1/intakes/s-res-2388-2017/op9"
	reportID   = rapporteur.CycleID(instrument + "/op34/2018")
)

// story is one run through a reporting year in a world.
type story struct {
	*world
	size    int // contributors of the twelve-month report
	chaos   *chaos
	people  map[rapporteur.CycleID][]*person
	clients sync.Map // of contributors
	senders []*person
	acting  errgroup.Group // what people are doing while time goes on
}

// weeks is how long answers are collected, from some days before the opening to some days behind the end.
const weeks = 22

// play goes through the year, day by day; faults happen meanwhile. It returns when every cycle has reached its end, or
// with what keeps it from that.
func (s *story) play(ctx context.Context) error {
	s.acting.SetLimit(16)
	s.people = map[rapporteur.CycleID][]*person{}
	if err := s.prepare(ctx); err != nil {
		return fmt.Errorf("cannot prepare: %w", err)
	}
	faults := s.chaos.start(ctx)
	for n := range 7 * weeks {
		if err := s.day(ctx, begins.AddDate(0, 0, n+1), n); err != nil {
			return fmt.Errorf("day %d: %w", n, err)
		}
	}
	for n := 0; ; n++ {
		if n == clearing {
			s.chaos.pace.begin(ctx, len(s.chaos.days), 0)
			<-faults
			s.chaos.settle(ctx)
			if err := s.acting.Wait(); err != nil {
				return err
			}
		}
		over, err := s.finish(ctx, n)
		if err != nil || over {
			return err
		}
		if err := s.day(ctx, s.clock.business().Add(2*day), 7*weeks+n); err != nil {
			return err
		}
	}
}

// clearing is how many days of clearance have faults: a draft passes no fewer steps.
const clearing = 6

// busy are the days of a story on which much happens: requests and reminders go out, collection closes, a report is
// compiled and goes to clearance.
func busy() []int {
	due := rapporteur.Date{Year: 2018, Month: time.September, Day: 14}
	days := []int{7 * weeks, 7*weeks + 1, 7*weeks + 3}
	for _, after := range []int{-116, -60, -30, -21, -7, -5, 0, 3, 7, 12, 15, 21, 28, -56, -49} {
		days = append(days, due.AddDays(after).DaysSince(rapporteur.DateOf(begins))-1)
	}
	return days
}

// day lets time pass to a moment while people act.
func (s *story) day(ctx context.Context, to time.Time, n int) error {
	s.chaos.pace.begin(ctx, n, patience)
	s.act(ctx, n)
	if err := s.advance(ctx, to); err != nil || n%7 != 0 {
		return err
	}
	return s.look(ctx)
}

// prepare gives everybody keys and mailboxes and starts the streams.
func (s *story) prepare(ctx context.Context) error {
	var err error
	if s.staff, err = s.as(ctx, rapporteur.RoleSecretariat, "", ""); err != nil {
		return err
	}
	resolution, err := s.house.Catalogue.Instrument(instrument)
	if err != nil {
		return err
	}
	report, _ := resolution.Stream("op34")
	offices := []string{"MONITORING-TEAM"}
	for _, step := range report.Policy.Clearance {
		offices = append(offices, step.Offices...)
	}
	for _, office := range offices {
		if s.officers[office], err = s.as(ctx, rapporteur.RoleClearance, "", office); err != nil {
			return err
		}
		if err := s.contact(ctx, rapporteur.OfficeContributor(office)); err != nil {
			return err
		}
	}
	only := s.chosen()
	for _, id := range append([]rapporteur.ContributorID{"entity-monitoring-team-1267", "entity-cted"}, only...) {
		if err := s.contact(ctx, id); err != nil {
			return err
		}
	}
	start := map[string]any{"instrument": instrument, "stream": "op34", "only": only}
	calls := []remote.Call{
		{Method: http.MethodPost, Path: intakeAt, Idempotency: "intake"},
		{Method: http.MethodPost, Path: "/v1/cycles", Body: start, Idempotency: "start"},
		{Method: http.MethodPost, Path: calendarAt, Body: map[string]string{}, Idempotency: "calendar"},
	}
	if s.program != "" {
		calls = calls[:1] // the others want a clock that moves
	}
	for _, call := range calls {
		if err := s.insist(ctx, s.staff, call, nil); err != nil {
			return err
		}
	}
	return s.intend(ctx, only)
}

// chosen are those whom the report asks: Member States for the most part, and some entities and missions.
func (s *story) chosen() []rapporteur.ContributorID {
	on := rapporteur.DateOf(begins)
	var chosen []rapporteur.ContributorID
	dice := s.chance("chosen")
	for _, share := range []struct {
		kind rapporteur.ContributorKind
		n    int
	}{
		{rapporteur.KindMemberState, s.size - s.size/4}, {rapporteur.KindEntity, s.size / 8}, {rapporteur.KindMission, s.size/4 - s.size/8},
	} {
		all := s.house.Catalogue.Contributors(on, share.kind)
		for _, place := range dice.Perm(len(all))[:min(share.n, len(all))] {
			chosen = append(chosen, all[place].ID)
		}
	}
	return chosen
}

// intend gives those who deliver to the intake their habits.
func (s *story) intend(ctx context.Context, from []rapporteur.ContributorID) error {
	q, err := s.house.Catalogue.Latest("financial-flows")
	if err != nil {
		return err
	}
	for _, id := range from {
		if !strings.HasPrefix(string(id), "state-") || len(s.senders) >= 8 {
			continue
		}
		p, err := s.person(ctx, instrument+"/op9", id, q)
		if err != nil {
			return err
		}
		s.senders = append(s.senders, p)
	}
	return nil
}

// person is a contributor in a matter, with a key of its own.
func (s *story) person(ctx context.Context, cycle rapporteur.CycleID, id rapporteur.ContributorID, q rapporteur.Questionnaire) (*person, error) {
	p := &person{
		world: s.world, key: rapporteur.RequestKey{Cycle: cycle, Contributor: id}, asks: q, dice: s.chance(string(cycle) + string(id)),
	}
	if p.habit = habit(p.dice.IntN(int(habits))); cycle != reportID && p.habit > answers {
		p.habit = corrects // there is no time for more before a section is handed over
	}
	known, ok := s.clients.Load(id)
	if !ok {
		client, err := s.as(ctx, rapporteur.RoleContributor, id, "")
		if err != nil {
			return nil, err
		}
		s.clients.Store(id, client)
		known = client
	}
	p.client, _ = known.(remote.Client)
	return p, nil
}

// as is a client with a key of its own, made on the machine itself. The record may be away just now.
func (s *story) as(ctx context.Context, r rapporteur.Role, id rapporteur.ContributorID, office string) (remote.Client, error) {
	for {
		key, err := s.house.IssueKey(ctx, wiring.NewKey{Role: r, Contributor: id, Office: office, Label: "faults"})
		if err == nil || !pause(ctx, 100*time.Millisecond) {
			return remote.New("http://"+s.base.Listen, key), err
		}
	}
}

// contact gives a contributor or an office its mailboxes.
func (s *story) contact(ctx context.Context, id rapporteur.ContributorID) error {
	one := func(role string) map[string]string {
		return map[string]string{"role": role, "name": "Somebody", "language": "en", "address": role + "@" + strings.ToLower(string(id)) + ".example"}
	}
	body := map[string]any{"contacts": []map[string]string{one("focal-point"), one("lead")}}
	return s.insist(ctx, s.staff, remote.Call{Method: http.MethodPut, Path: "/v1/contributors/" + string(id) + "/contacts", Body: body}, nil)
}

// act has everybody do what they have for a day, while time goes on.
func (s *story) act(ctx context.Context, today int) {
	week := today / 7
	do := func(what func(context.Context) error) {
		s.acting.Go(func() error { return s.refusedOrLost(what(ctx)) })
	}
	for cycle, people := range s.people {
		for _, p := range people {
			if p.offset()%7 != today%7 || week >= weeks {
				continue
			}
			if stage, acts := p.stage(cycle, week); acts {
				do(func(ctx context.Context) error { return p.act(ctx, stage) })
			}
		}
	}
	for _, p := range s.senders {
		if week < weeks && p.offset()%7 == today%7 && s.chance(fmt.Sprint("delivers", week, p.key.Contributor)).IntN(6) == 0 {
			do(func(ctx context.Context) error { return p.deliver(ctx, intakeAt) })
		}
	}
	if today == 6*7 && s.chance("move").IntN(2) == 0 {
		do(s.moveDeadline)
	}
	if today == 18*7 {
		do(func(ctx context.Context) error {
			return s.insist(ctx, s.staff, remote.Call{
				Method: http.MethodPost, Path: calendarAt + "/pause", Body: map[string]string{"reason": "The story ends."}, Idempotency: "pause",
			}, nil)
		})
	}
}

// stage is what of its habit somebody does in a week. Sections are asked for and due within five weeks.
func (p *person) stage(cycle rapporteur.CycleID, week int) (int, bool) {
	if cycle != reportID {
		p.weeks++
		return p.weeks - 1, p.weeks <= 3
	}
	first := 3 + p.offset()%6
	switch week {
	case first:
		return 0, true
	case first + 4:
		return 1, true
	case first + 8:
		return 2, true
	}
	return 0, false
}

// offset spreads contributors over days and weeks.
func (p *person) offset() int {
	sum := sha256.Sum256([]byte(p.key.Contributor))
	return int(sum[0])
}

// moveDeadline gives everybody three more days.
func (s *story) moveDeadline(ctx context.Context) error {
	var cycle cycleAnswer
	if err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + string(reportID)}, &cycle); err != nil {
		return err
	}
	body := map[string]any{"date": cycle.Due.AddDays(3), "authority": "S/2018/777", "reason": "A holiday."}
	return s.command(ctx, reportID, "move-deadline", body)
}

func (s *story) command(ctx context.Context, id rapporteur.CycleID, kind string, body any) error {
	return s.insist(ctx, s.staff, remote.Call{
		Method: http.MethodPost, Path: fmt.Sprintf("/v1/cycles/%s/commands/%s", id, kind), Body: body, Idempotency: fmt.Sprintf("%s-%s", kind, id),
	}, nil)
}

// cycleAnswer is what a story reads of a cycle.
type cycleAnswer struct {
	ID    rapporteur.CycleID `json:"id"`
	Shape string             `json:"shape"`
	Phase rapporteur.Phase   `json:"phase"`
	Due   rapporteur.Date    `json:"due"`
	Draft int                `json:"draft"`
	Dates []struct {
		Key  string          `json:"key"`
		Date rapporteur.Date `json:"date"`
	} `json:"calendar"`
}

func (c cycleAnswer) date(key string) rapporteur.Date {
	for _, d := range c.Dates {
		if d.Key == key {
			return d.Date
		}
	}
	return rapporteur.Date{}
}

// look finds the requests of cycles that have opened meanwhile, and lets their contributors have habits.
func (s *story) look(ctx context.Context) error {
	cycles, err := s.cycles(ctx)
	if err != nil {
		return err
	}
	for _, c := range cycles {
		if c.Phase != rapporteur.PhaseCollecting || s.people[c.ID] != nil || c.Shape == string(rapporteur.ShapeIntake) {
			continue
		}
		var page struct {
			Items []struct {
				Contributor   rapporteur.ContributorID `json:"contributor"`
				Questionnaire struct {
					ID string `json:"id"`
				} `json:"questionnaire"`
			} `json:"items"`
		}
		if err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + string(c.ID) + "/requests?limit=500"}, &page); err != nil {
			return err
		}
		for _, r := range page.Items {
			q, err := s.house.Catalogue.Latest(r.Questionnaire.ID)
			if err != nil {
				return err
			}
			p, err := s.person(ctx, c.ID, r.Contributor, q)
			if err != nil {
				return err
			}
			s.people[c.ID] = append(s.people[c.ID], p)
		}
	}
	return nil
}

func (s *story) cycles(ctx context.Context) ([]cycleAnswer, error) {
	var page struct {
		Items []cycleAnswer `json:"items"`
	}
	err := s.insist(ctx, s.staff, remote.Call{Method: http.MethodGet, Path: "/v1/cycles"}, &page)
	return page.Items, err
}

// longestFinish is how many times two days a story has for clearing and transmitting; the real report had 40 days.
const longestFinish = 60

var errNoEnd = errors.New("the cycles do not reach their end")
