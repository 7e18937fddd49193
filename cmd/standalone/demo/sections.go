package demo

import (
	"context"
	"fmt"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// told are the dates of events that calendars wait for: visits of the
// Counter-Terrorism Committee Executive Directorate, and an assessment that the
// Council asks for. They are made up.
var told = map[string][]map[string]string{
	"op12": {
		{"event": "visit", "subject": "tun", "date": "2018-01-19", "authority": "Communication of the Executive Directorate"},
		{"event": "visit", "subject": "ken", "date": "2018-03-02", "authority": "Communication of the Executive Directorate"},
		{"event": "visit", "subject": "phl", "date": "2018-04-27", "authority": "Communication of the Executive Directorate"},
	},
	"op25": {{"event": "assessment-due", "subject": "hti", "date": "2018-06-15", "authority": "S/PRST/2018/100"}},
}

// follow starts the calendar of an inclusion stream and gives the offices that
// draft its host reports a mailbox.
func (s *show) follow(ctx context.Context, stream string) error {
	i, err := s.Catalogue.Instrument(instrument)
	if err != nil {
		return err
	}
	found, _ := i.Stream(stream)
	for _, series := range found.Inclusion.Series {
		if s.once("office " + series.Drafter) {
			if err := s.contacts(ctx, rapporteur.OfficeContributor(series.Drafter), "en"); err != nil {
				return err
			}
		}
	}
	path := fmt.Sprintf("/v1/calendars/%s/%s", instrument, stream)
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: path, Body: map[string]string{}}, nil); err != nil {
		return err
	}
	for _, event := range told[stream] {
		if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodPost, Path: path + "/events", Body: event}, nil); err != nil {
			return err
		}
	}
	return nil
}

// section lets a contributor plan what it does about a section, once it is
// asked, and the Secretariat record the host report, once it is out.
func (s *show) section(ctx context.Context, c cycleAnswer) error {
	switch rapporteur.Phase(c.Phase) {
	case rapporteur.PhaseCollecting:
		if s.once("asked " + c.ID) {
			return s.intendSection(ctx, c)
		}
	case rapporteur.PhaseAwaiting:
		return s.recordIssue(ctx, c)
	}
	return nil
}

// intendSection plans what a contributor does about a section: most write it,
// some have nothing to report, some are late or silent.
func (s *show) intendSection(ctx context.Context, c cycleAnswer) error {
	return s.everybody(ctx, c, func(p *person, t task) {
		due := mustDate(c.Due)
		on := rapporteur.DateOf(s.business()).AddDays(1)
		if left := due.DaysSince(on); left > 1 {
			on = on.AddDays(p.random.IntN(left))
		}
		draw := p.random.IntN(100)
		if draw >= 90 {
			return // silent
		}
		if draw >= 80 {
			on = due.AddDays(2) // late, if it comes before collection closes
		}
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.agenda.add(on.At(actHour), p.name()+"/"+c.ID, func(ctx context.Context) error { return s.writeAnswer(ctx, p, t, draw < 12) })
	})
}

// everybody lets each contributor that a cycle asks plan what it does about it.
func (s *show) everybody(ctx context.Context, c cycleAnswer, intend func(*person, task)) error {
	requests, err := s.requests(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, r := range requests {
		p := s.person(rapporteur.ContributorID(r.Contributor))
		if p == nil {
			return fmt.Errorf("nobody plays %s", r.Contributor)
		}
		intend(s.apart(p, c.ID), s.asked(c, r))
	}
	return nil
}

// writeAnswer answers the request for a section, or for what became of an
// event. That collection has closed meanwhile is what being late means.
func (s *show) writeAnswer(ctx context.Context, p *person, t task, nothing bool) error {
	d, err := s.compose(p, t)
	if nothing || len(d.Answers) == 0 {
		d, err = s.returned(p, t, "nil")
	}
	if err != nil {
		return err
	}
	if err := s.submit(ctx, p, t, d); err != nil && !remote.Is(err, http.StatusGone) && !remote.Is(err, http.StatusConflict) {
		return err
	}
	return nil
}

// recordIssue records the host report when its date has come. Now and then one
// issues without the section that was handed over.
func (s *show) recordIssue(ctx context.Context, c cycleAnswer) error {
	var whole cycleAnswer
	if err := s.staff.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + c.ID}, &whole); err != nil {
		return err
	}
	date := whole.date("transmits")
	if date.After(rapporteur.DateOf(s.business())) {
		return nil
	}
	dice := s.chance("issue " + c.ID)
	body := map[string]any{"symbol": fmt.Sprintf("S/%d/%d", date.Year, 100+dice.IntN(900)), "date": date}
	if c.Draft > 0 && dice.IntN(100) < 88 {
		first := 20 + dice.IntN(40)
		body["paragraphs"] = fmt.Sprintf("%d–%d", first, first+1+dice.IntN(3))
	}
	return s.command(ctx, c, "record-issue", body)
}

// person finds who plays a contributor.
func (s *show) person(id rapporteur.ContributorID) *person {
	for _, p := range s.people {
		if p.contributor.ID == id {
			return p
		}
	}
	return nil
}

// apart is somebody with dice for one matter, so that its other answers stay as
// they are.
func (s *show) apart(p *person, matter string) *person {
	return &person{contributor: p.contributor, client: p.client, random: s.chance(matter + string(p.contributor.ID))}
}

// asked is what a contributor is asked in a cycle that began on the way.
func (s *show) asked(c cycleAnswer, r requestAnswer) task {
	return task{
		post: fmt.Sprintf("/v1/cycles/%s/requests/%s/submissions", c.ID, r.Contributor), questionnaire: r.Questionnaire.ID,
		from: s.calendar.at("adoption"), to: rapporteur.DateOf(s.business()),
	}
}

// mustDate reads a date that the API has written.
func mustDate(text string) rapporteur.Date {
	d, _ := rapporteur.ParseDate(text)
	return d
}
