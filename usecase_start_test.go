package rapporteur_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func TestPreviewExplainsEveryDateAndStartsNothing(t *testing.T) {
	h := newHouse(t)
	var preview rapporteur.Preview
	h.unchanged("a preview", func() {
		var err error
		preview, err = h.secretariat.Preview(t.Context(), rapporteur.Start{Instrument: instrument, Stream: stream})
		must(t, err)
	})
	plan := preview.Cycle.Plan
	for name, want := range map[string]rapporteur.Date{
		rapporteur.DateAdoption: {Year: 2017, Month: time.November, Day: 21}, rapporteur.DateMandated: mandated,
		rapporteur.DateOpens: opens, rapporteur.DateDue: due, rapporteur.DateCloses: closes,
		rapporteur.DateDraft: day(time.October, 12), rapporteur.DateTransmits: mandated,
	} {
		if got := plan.Date(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, d := range plan.Dates {
		last := d.Derivation[len(d.Derivation)-1]
		if last.Result != d.Date || last.Basis == "" || d.Derivation[0].Basis != "S/RES/2388 (2017)" {
			t.Errorf("%s is not derived from the resolution: %+v", d.Key, d.Derivation)
		}
	}
	same(t, "cycle id", preview.Cycle.ID, rapporteur.CycleID("s-res-2388-2017/op34/2018"))
	asked := preview.Cycle.Contributors
	if len(asked) < 193 || !slices.IsSorted(asked) {
		t.Errorf("%d contributors are asked, sorted: %t", len(asked), slices.IsSorted(asked))
	}
	if got, want := len(preview.Unreachable), len(asked)-len(everybody); got != want {
		t.Errorf("%d contributors are unreachable, want %d: all but those with contacts", got, want)
	}
}

func TestStartRecordsTheCycleOnce(t *testing.T) {
	h := newHouse(t)
	start := rapporteur.Start{Instrument: instrument, Stream: stream, Only: everybody}
	cycle, err := h.secretariat.Start(t.Context(), staff, start)
	must(t, err)
	stored := h.cycle(cycle.ID)
	if stored.Phase != rapporteur.PhasePlanned || stored.StartedBy != staff.ID || !stored.StartedAt.Equal(h.clock()) {
		t.Errorf("the cycle is %+v", stored)
	}
	same(t, "contributors", stored.Contributors, everybody)
	same(t, "outbox", h.relayed(), []string{"start-cycle cycle/s-res-2388-2017/op34/2018"})
	records := h.audited(cycle, rapporteur.ActionCyclePlanned)
	if len(records) != 1 || records[0].Actor != staff.ID || records[0].Details["due"] != due.String() {
		t.Errorf("the audit says %+v", records)
	}
	h.unchanged("a second start", func() {
		_, err := h.secretariat.Start(t.Context(), staff, start)
		refused(t, err, rapporteur.ProblemConflict)
	})
}

func TestStartNamesWhoCannotBeReached(t *testing.T) {
	h := newHouse(t)
	must(t, h.secretariat.PutContacts(t.Context(), staff, unodc, nil))
	must(t, h.secretariat.PutContacts(t.Context(), staff, kenya, []rapporteur.Contact{
		{Role: rapporteur.ContactLead, Address: "lead@missions.example", Language: "en"}, // a lead is no focal point
	}))
	h.unchanged("a refused start", func() {
		_, err := h.secretariat.Start(t.Context(), staff, rapporteur.Start{Instrument: instrument, Stream: stream, Only: everybody})
		refused(t, err, rapporteur.ProblemUnreachable, string(unodc), string(kenya), "2 contributors")
	})
	_, err := h.secretariat.Start(t.Context(), staff, rapporteur.Start{
		Instrument: instrument, Stream: stream, Only: everybody, Without: []rapporteur.ContributorID{unodc, kenya},
	})
	must(t, err)
}

func TestChosenDates(t *testing.T) {
	cases := []struct {
		name      string
		dates     map[string]rapporteur.Date
		authority string
		kind      rapporteur.ProblemKind // empty where it may start
		words     string
	}{
		{"with authority", map[string]rapporteur.Date{"due": day(time.September, 20)}, "S/2018/1", "", ""},
		{"several", map[string]rapporteur.Date{"opens": day(time.April, 2), "due": day(time.June, 1), "closes": day(time.June, 5)}, "S/2018/1", "", ""},
		{"without authority", map[string]rapporteur.Date{"due": day(time.September, 20)}, " ", rapporteur.ProblemInvalid, "authority"},
		{"due before opens", map[string]rapporteur.Date{"due": day(time.May, 1)}, "S/2018/1", rapporteur.ProblemInvalid, "out of order"},
		{"due after closes", map[string]rapporteur.Date{"due": day(time.October, 6)}, "S/2018/1", rapporteur.ProblemInvalid, "out of order"},
		{"the mandated date", map[string]rapporteur.Date{"mandated": day(time.December, 1)}, "S/2018/1", rapporteur.ProblemInvalid, "mandated"},
		{"an unknown date", map[string]rapporteur.Date{"lunch": day(time.June, 1)}, "S/2018/1", rapporteur.ProblemInvalid, "lunch"},
		{"no date", map[string]rapporteur.Date{"due": {}}, "S/2018/1", rapporteur.ProblemInvalid, "due"},
		{"over", map[string]rapporteur.Date{"opens": day(time.January, 1), "due": day(time.February, 27)}, "S/2018/1", rapporteur.ProblemInvalid, "2018-02-27"},
		{"today", map[string]rapporteur.Date{"opens": day(time.January, 1), "due": day(time.March, 1)}, "S/2018/1", "", ""},
		{"yesterday, which is not over everywhere", map[string]rapporteur.Date{"opens": day(time.January, 1), "due": day(time.February, 28)}, "S/2018/1", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			cycle, err := h.secretariat.Start(t.Context(), staff, rapporteur.Start{
				Instrument: instrument, Stream: stream, Only: everybody, Dates: c.dates, Authority: c.authority,
			})
			if c.kind != "" {
				refused(t, err, c.kind, c.words)
				return
			}
			must(t, err)
			for name, want := range c.dates {
				checkChosen(t, h.cycle(cycle.ID).Plan, name, want, c.authority)
			}
		})
	}
}

// checkChosen checks that a chosen date applies, keeps how it was derived
// before, and moves the ladder with the deadline.
func checkChosen(t *testing.T, plan rapporteur.Plan, name string, want rapporteur.Date, authority string) {
	t.Helper()
	for _, d := range plan.Dates {
		if d.Key != name {
			continue
		}
		last := d.Derivation[len(d.Derivation)-1]
		if d.Date != want || last.Authority != authority || len(d.Derivation) < 3 {
			t.Errorf("%s is %s by %+v, want %s on the authority of %s", name, d.Date, d.Derivation, want, authority)
		}
	}
	for _, r := range plan.Rungs {
		if r.Due != plan.Date(rapporteur.DateDue) {
			t.Errorf("rung %s is for %s, not for the deadline %s", r.Rung.ID, r.Due, plan.Date(rapporteur.DateDue))
		}
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	one := []rapporteur.ContributorID{kenya}
	cases := []struct {
		name  string
		start rapporteur.Start
		kind  rapporteur.ProblemKind
	}{
		{"unknown instrument", rapporteur.Start{Instrument: "s-res-1-1946", Stream: stream}, rapporteur.ProblemNotFound},
		{"unknown stream", rapporteur.Start{Instrument: instrument, Stream: "op99"}, rapporteur.ProblemNotFound},
		{"a stream of another shape", rapporteur.Start{Instrument: instrument, Stream: "op33"}, rapporteur.ProblemUnsupported},
		{"an intake", rapporteur.Start{Instrument: instrument, Stream: "op9"}, rapporteur.ProblemUnsupported},
		{"a period that breaks ids", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "2018/1", Only: one}, rapporteur.ProblemInvalid},
		{"a period that breaks links", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "..", Only: one}, rapporteur.ProblemInvalid},
		{"a period with a line break", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "2018\r\n", Only: one}, rapporteur.ProblemInvalid},
		{"a window's period", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "window-2018-H1", Only: one}, rapporteur.ProblemInvalid},
		{"an occasion's period", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "occasion-1", Only: one}, rapporteur.ProblemInvalid},
		{"the calendar's period", rapporteur.Start{Instrument: instrument, Stream: stream, Period: "calendar", Only: one}, rapporteur.ProblemInvalid},
		{"an unknown contributor", rapporteur.Start{Instrument: instrument, Stream: stream, Only: []rapporteur.ContributorID{kenya, "state-xyz"}}, rapporteur.ProblemNotFound},
		{"an unknown exception", rapporteur.Start{Instrument: instrument, Stream: stream, Without: []rapporteur.ContributorID{"state-xyz"}}, rapporteur.ProblemNotFound},
		{"nobody", rapporteur.Start{Instrument: instrument, Stream: stream, Only: one, Without: one}, rapporteur.ProblemInvalid},
	}
	h := newHouse(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.unchanged("a refused start", func() {
				_, err := h.secretariat.Start(t.Context(), staff, c.start)
				refused(t, err, c.kind)
			})
		})
	}
}

func TestPreflightHoldsACycleUntilEverybodyCanBeReached(t *testing.T) {
	h := newHouse(t)
	cycle := h.planned("2018")
	must(t, h.secretariat.PutContacts(t.Context(), staff, iom, nil))
	m := h.moment()
	missing, err := h.conduct.Preflight(t.Context(), cycle.ID, m)
	must(t, err)
	same(t, "missing", missing, []rapporteur.ContributorID{iom})
	if text := h.cycle(cycle.ID).Attention; text == "" {
		t.Error("nobody is told")
	}
	_, err = h.conduct.Preflight(t.Context(), cycle.ID, m) // the same activity again
	must(t, err)
	if n := len(h.audited(cycle, rapporteur.ActionPreflightFailed)); n != 1 {
		t.Errorf("%d audit records, want 1", n)
	}
	h.reachable(iom)
	missing, err = h.conduct.Preflight(t.Context(), cycle.ID, h.moment())
	must(t, err)
	if text := h.cycle(cycle.ID).Attention; len(missing) > 0 || text != "" {
		t.Errorf("missing are still %v, and the cycle says %q", missing, text)
	}
}

func TestOpenMakesEveryRequestOnce(t *testing.T) {
	h := newHouse(t)
	cycle := h.planned("2018")
	h.set(opens.At(rapporteur.SendHour))
	m := h.moment()
	counts, err := h.conduct.Open(t.Context(), cycle.ID, m)
	must(t, err)
	if counts.Asked != len(everybody) || counts.Open != len(everybody) {
		t.Errorf("counts are %+v", counts)
	}
	h.unchanged("opening again", func() {
		again, err := h.conduct.Open(t.Context(), cycle.ID, m)
		must(t, err)
		same(t, "counts", again, counts)
	})
	r := h.request(cycle, unodc)
	if r.Questionnaire.ID != "entity" || r.Kind != rapporteur.KindEntity || r.Due != due || r.State != rapporteur.RequestOpen {
		t.Errorf("the request is %+v", r)
	}
	if h.cycle(cycle.ID).Phase != rapporteur.PhaseCollecting || len(h.audited(cycle, rapporteur.ActionCycleOpened)) != 1 {
		t.Error("the cycle was not opened once")
	}
	state, err := h.conduct.LoadCycle(t.Context(), cycle.ID)
	must(t, err)
	if state.Phase != rapporteur.PhaseCollecting || len(state.Ladder) != len(cycle.Policy.Ladder) {
		t.Errorf("the workflow would start from %+v", state)
	}
}

// A mission can end between the plan and a late opening.
func TestAContributorThatCeasedToExistIsKnownAsItWas(t *testing.T) {
	h := newHouse(t)
	catalogue := vanishing{Catalogue: h.catalogue, id: unami, last: opens}
	h.conduct.Catalogue = catalogue
	cycle := h.planned("2018")
	h.set(opens.AddDays(30).At(13))
	_, err := h.conduct.Open(t.Context(), cycle.ID, h.moment())
	must(t, err)
	_, err = h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored)
	must(t, err)
	if got := len(h.mails()); got != len(everybody) {
		t.Errorf("%d mails, want %d", got, len(everybody))
	}
}

// vanishing is a catalogue in which a contributor ceases to exist.
type vanishing struct {
	rapporteur.Catalogue
	id   rapporteur.ContributorID
	last rapporteur.Date
}

func (v vanishing) Contributor(id rapporteur.ContributorID, on rapporteur.Date) (rapporteur.Contributor, error) {
	if id == v.id && on.After(v.last) {
		return rapporteur.Contributor{}, rapporteur.NotFound("contributor", string(id))
	}
	return v.Catalogue.Contributor(id, on)
}

func TestContactsAreChecked(t *testing.T) {
	good := rapporteur.Contact{Role: rapporteur.ContactFocalPoint, Name: "Office", Address: "office@missions.example", Language: "fr"}
	h := newHouse(t)
	for name, spoil := range map[string]func(*rapporteur.Contact){
		"no address":      func(c *rapporteur.Contact) { c.Address = "office" },
		"a named address": func(c *rapporteur.Contact) { c.Address = "Office <office@missions.example>" },
		"a second header": func(c *rapporteur.Contact) { c.Address = "office@missions.example\r\nBcc: spy@evil.example" },
		"language":        func(c *rapporteur.Contact) { c.Language = "tlh" },
		"role":            func(c *rapporteur.Contact) { c.Role = "friend" },
		"name":            func(c *rapporteur.Contact) { c.Name = "Office\r\nBcc: spy@evil.example" },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			spoil(&bad)
			h.unchanged("a refused contact", func() {
				refused(t, h.secretariat.PutContacts(t.Context(), staff, kenya, []rapporteur.Contact{good, bad}), rapporteur.ProblemInvalid, "contact 2")
			})
		})
	}
	bracketed := good
	bracketed.Address = "<office@missions.example>"
	given := []rapporteur.Contact{bracketed}
	must(t, h.secretariat.PutContacts(t.Context(), staff, kenya, given))
	same(t, "what was given", given, []rapporteur.Contact{bracketed})
	stored := read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Contact, error) {
		return r.Contacts(ctx, kenya)
	})
	good.Contributor = kenya
	same(t, "contacts", stored, []rapporteur.Contact{good})
}
