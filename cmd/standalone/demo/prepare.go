package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// invite gives everybody a key and a mailbox, as a Secretariat would before
// its first cycle.
func (s *show) invite(ctx context.Context) error {
	var err error
	if s.staff, err = s.client(ctx, rapporteur.RoleSecretariat, "", ""); err != nil {
		return err
	}
	if s.admin, err = s.client(ctx, rapporteur.RoleAdministrator, "", ""); err != nil {
		return err
	}
	on := rapporteur.DateOf(s.business()).AddMonths(6)
	for _, c := range s.Catalogue.Contributors(on) {
		s.people = append(s.people, newPerson(c, s.options.Seed))
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, p := range s.people {
		group.Go(func() error {
			client, err := s.client(ctx, rapporteur.RoleContributor, p.contributor.ID, "")
			p.client = client
			if err != nil {
				return err
			}
			return s.contacts(ctx, p.contributor.ID, p.language())
		})
	}
	return group.Wait()
}

func (s *show) client(ctx context.Context, role rapporteur.Role, c rapporteur.ContributorID, office string) (remote.Client, error) {
	key, err := s.IssueKey(ctx, role, c, office)
	return s.API.WithKey(key), err
}

// contacts gives a contributor or office a focal point and a lead, under a
// domain that no mail ever reaches (RFC 2606).
func (s *show) contacts(ctx context.Context, id rapporteur.ContributorID, language string) error {
	contact := func(role, name string) map[string]string {
		return map[string]string{
			"role": role, "name": name, "language": language, "address": role + "@" + string(id) + ".example",
		}
	}
	body := map[string]any{"contacts": []map[string]string{contact("focal-point", "Focal point"), contact("lead", "Head")}}
	return s.staff.JSON(ctx, remote.Call{Method: http.MethodPut, Path: "/v1/contributors/" + url.PathEscape(string(id)) + "/contacts", Body: body}, nil)
}

// calendar is the dates of the cycle by key, as the API told them.
type calendar map[string]rapporteur.Date

func (c calendar) at(key string) rapporteur.Date { return c[key] }

// cycleAnswer is what the demonstration reads of a cycle.
type cycleAnswer struct {
	ID        string `json:"id"`
	Shape     string `json:"shape"`
	Phase     string `json:"phase"`
	Due       string `json:"due"`
	Attention string `json:"attention"`
	Draft     int    `json:"draft"`
	Dates     []struct {
		Key  string          `json:"key"`
		Date rapporteur.Date `json:"date"`
	} `json:"calendar"`
}

// date is a date of the cycle's calendar; none where the API left it out.
func (c cycleAnswer) date(key string) rapporteur.Date {
	for _, d := range c.Dates {
		if d.Key == key {
			return d.Date
		}
	}
	return rapporteur.Date{}
}

// plan starts the cycle and lets every contributor plan what it will do.
func (s *show) plan(ctx context.Context) error {
	start := map[string]any{"instrument": instrument, "stream": stream}
	var answer cycleAnswer
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: start}, &answer); err != nil {
		return err
	}
	s.cycle, s.calendar = rapporteur.CycleID(answer.ID), calendar{}
	for _, d := range answer.Dates {
		s.calendar[d.Key] = d.Date
	}
	for _, key := range []string{"opens", "due", "closes", "transmits"} {
		if s.calendar.at(key).IsZero() {
			return fmt.Errorf("the cycle has no date %q", key)
		}
	}
	s.progress.start(s.options.Messages, s.business(), s.calendar.at("transmits").At(actHour))
	if err := s.offices(ctx); err != nil {
		return err
	}
	for _, p := range s.people {
		s.intend(p)
	}
	return nil
}

// offices gives every clearance office a key and a mailbox.
func (s *show) offices(ctx context.Context) error {
	i, err := s.Catalogue.Instrument(instrument)
	if err != nil {
		return err
	}
	op34, _ := i.Stream(stream)
	for _, step := range op34.Policy.Clearance {
		for _, office := range step.Offices {
			client, err := s.client(ctx, rapporteur.RoleClearance, "", office)
			if err != nil {
				return err
			}
			s.officers[office] = client
			if err := s.contacts(ctx, rapporteur.OfficeContributor(office), "en"); err != nil {
				return err
			}
		}
	}
	return nil
}

// phase waits, in real time, until the cycle is in a phase: the engine has
// been told, and works on it now.
func (s *show) phase(ctx context.Context, wanted rapporteur.Phase) (cycleAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var answer cycleAnswer
	for {
		if err := s.Settle(ctx); err != nil {
			return answer, err
		}
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + string(s.cycle)}, &answer); err != nil {
			return answer, err
		}
		if answer.Phase == string(wanted) {
			// The record has it a moment before the workflow, which takes the next
			// command, hears that the step is done.
			return answer, s.Advance(ctx, s.Now())
		}
		select {
		case <-ctx.Done():
			return answer, fmt.Errorf("the cycle is %s, not %s: %w", answer.Phase, wanted, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
