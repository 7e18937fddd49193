package rapporteur_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func (d *door) delegations() rapporteur.Delegations { return rapporteur.Delegations{SignIn: d.SignIn} }

// grace is a delegation that can be given in March 2018.
func grace() rapporteur.Colleague {
	return rapporteur.Colleague{
		Contributor: kenya, Name: "Grace", Address: "grace@foreign.example", Language: "fr", From: day(time.March, 1), Until: day(time.March, 20),
	}
}

// lead signs in as the focal point of Kenya.
func (d *door) lead() rapporteur.Principal {
	d.t.Helper()
	p, _, err := d.Use(d.t.Context(), d.fresh())
	must(d.t, err)
	return p
}

func TestAColleagueActsOnBehalfOfTheLead(t *testing.T) {
	d := newDoor(t)
	lead := d.lead()
	given, err := d.delegations().Give(t.Context(), lead, grace(), "")
	must(t, err)
	letters := d.asked()
	if len(letters) != 1 || letters[0].To[0].Address != "grace@foreign.example" || !letters[0].Delegated {
		t.Fatalf("the letters are %+v", letters)
	}
	p, _, err := d.Use(t.Context(), letters[0].SignIn.Token)
	must(t, err)
	if p.Standing != rapporteur.StandingColleague || p.For != lead.ID || p.Delegation != given.ID || !d.in(p) {
		t.Errorf("it is %+v, in force: %v", p, d.in(p))
	}
	cycle := d.collecting(kenya)
	d.set(day(time.March, 2).At(9))
	_, err = d.correspondence.Submit(rapporteur.OnBehalf(t.Context(), p), p, key(cycle, kenya), d.nilReturn(kenya, "Nothing."))
	must(t, err)
	records := d.audited(cycle, rapporteur.ActionSubmitted)
	if len(records) != 1 || records[0].Actor != p.ID || records[0].Details["for"] != lead.ID {
		t.Errorf("the records are %+v", records)
	}
	lines := rapporteur.Narrate(d.cycle(cycle.ID), func(id rapporteur.ContributorID) string { return string(id) }, records, nil)
	if len(lines) != 1 || lines[0].Actor != p.ID+" on behalf of "+lead.ID {
		t.Errorf("the history tells of %+v", lines)
	}
}

func TestAColleagueIsOutWhenTheDelegationIsOver(t *testing.T) {
	for name, end := range map[string]func(d *door, lead rapporteur.Principal, given rapporteur.Colleague){
		"by its last day": func(d *door, _ rapporteur.Principal, given rapporteur.Colleague) {
			d.set(given.Until.AddDays(2).At(9))
		},
		"by the lead": func(d *door, lead rapporteur.Principal, given rapporteur.Colleague) {
			must(d.t, d.delegations().End(d.t.Context(), lead, kenya, given.ID))
		},
		"with who gave it": func(d *door, lead rapporteur.Principal, _ rapporteur.Colleague) {
			persons := rapporteur.Persons{Store: d.store, Clock: d.clock}
			must(d.t, persons.Block(d.t.Context(), rapporteur.Principal{ID: "key-admin"}, lead.ID, "Left."))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t)
			lead := d.lead()
			given, err := d.delegations().Give(t.Context(), lead, grace(), "")
			must(t, err)
			token := d.asked()[0].SignIn.Token
			p, _, err := d.Use(t.Context(), token)
			must(t, err)
			end(d, lead, given)
			if d.in(p) {
				t.Error("the colleague is in force")
			}
			must(t, d.Ask(t.Context(), "grace@foreign.example", rapporteur.RequestKey{}))
			if len(d.asked()) > 0 {
				t.Error("a fresh link was sent")
			}
			must(t, d.AskAgain(t.Context(), token))
			if len(d.asked()) > 0 {
				t.Error("a fresh link was sent for a used one")
			}
		})
	}
}

func TestBeforeItsFirstDayADelegationLetsNobodyIn(t *testing.T) {
	d := newDoor(t)
	later := grace()
	later.From = day(time.March, 10)
	_, err := d.delegations().Give(t.Context(), d.lead(), later, "")
	must(t, err)
	token := d.asked()[0].SignIn.Token
	if state := d.offered(token); state != rapporteur.LinkEnded {
		t.Errorf("the link is %s", state)
	}
	d.set(day(time.March, 10).At(9))
	if state := d.offered(token); state != rapporteur.LinkOpen {
		t.Errorf("on the first day the link is %s", state)
	}
}

func TestWhoMayDelegate(t *testing.T) {
	d := newDoor(t)
	lead := d.lead()
	given, err := d.delegations().Give(t.Context(), lead, grace(), "")
	must(t, err)
	colleague, _, err := d.Use(t.Context(), d.asked()[0].SignIn.Token)
	must(t, err)
	for name, c := range map[string]struct {
		who  rapporteur.Principal
		kind rapporteur.ProblemKind
	}{
		"a colleague":         {colleague, rapporteur.ProblemForbidden},
		"another contributor": {rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleContributor, Contributor: france}, rapporteur.ProblemNotFound},
		"the Secretariat":     {staff, rapporteur.ProblemNotFound},
		"nobody":              {rapporteur.Principal{}, rapporteur.ProblemNotFound},
	} {
		if _, err := d.delegations().Give(t.Context(), c.who, grace(), ""); !rapporteur.IsProblem(err, c.kind) {
			t.Errorf("%s gives: %v", name, err)
		}
		if err := d.delegations().End(t.Context(), c.who, kenya, given.ID); !rapporteur.IsProblem(err, c.kind) {
			t.Errorf("%s ends: %v", name, err)
		}
	}
	other := rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleContributor, Contributor: france}
	if err := d.delegations().End(t.Context(), other, france, given.ID); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("a lead ends another contributor's: %v", err)
	}
	listed, err := d.delegations().List(t.Context(), lead, kenya)
	must(t, err)
	if len(listed) != 1 || listed[0] != given {
		t.Errorf("the list is %+v", listed)
	}
	if _, err := d.delegations().List(t.Context(), other, kenya); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("another contributor lists: %v", err)
	}
	d.set(d.clock().Add(time.Minute))
	second := grace()
	second.Address = "joan@foreign.example"
	_, err = d.delegations().Give(t.Context(), lead, second, "")
	must(t, err)
	seen, err := d.delegations().List(t.Context(), colleague, kenya)
	must(t, err)
	if len(seen) != 2 || seen[0].Name != "Grace" || seen[1].Name != "" || seen[1].Address != "" {
		t.Errorf("the colleague sees %+v", seen)
	}
}

// A name that would turn the direction of what stands beside it does not.
func TestNamesThatTurnAreTurnedBack(t *testing.T) {
	d := newDoor(t)
	turned := grace()
	turned.Name = "\u202eecarG\u202c"
	if given, err := d.delegations().Give(t.Context(), d.lead(), turned, ""); err != nil || given.Name != "ecarG" {
		t.Errorf("the name is %q, %v", given.Name, err)
	}
}

func TestDelegationsThatCannotBeGiven(t *testing.T) {
	d := newDoor(t)
	lead := d.lead()
	for name, change := range map[string]func(*rapporteur.Colleague){
		"no address":      func(c *rapporteur.Colleague) { c.Address = "" },
		"a named address": func(c *rapporteur.Colleague) { c.Address = "Grace <grace@foreign.example>" },
		"no name":         func(c *rapporteur.Colleague) { c.Name = " " },
		"a long name":     func(c *rapporteur.Colleague) { c.Name = strings.Repeat("é", 201) },
		"two lines":       func(c *rapporteur.Colleague) { c.Name = "Grace\nBcc: x" },
		"no language":     func(c *rapporteur.Colleague) { c.Language = "de" },
		"no first day":    func(c *rapporteur.Colleague) { c.From = rapporteur.Date{} },
		"backwards":       func(c *rapporteur.Colleague) { c.Until = c.From.AddDays(-1) },
		"over":            func(c *rapporteur.Colleague) { c.From, c.Until = day(time.January, 1), day(time.February, 27) },
		"for ever":        func(c *rapporteur.Colleague) { c.Until = c.From.AddDays(366) },
	} {
		c := grace()
		change(&c)
		if _, err := d.delegations().Give(t.Context(), lead, c, ""); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	first, err := d.delegations().Give(t.Context(), lead, grace(), "once")
	must(t, err)
	again, err := d.delegations().Give(t.Context(), lead, grace(), "once")
	must(t, err)
	if first.ID != again.ID || len(d.asked()) != 1 || len(d.audited(rapporteur.Cycle{}, rapporteur.ActionDelegationGiven)) != 1 {
		t.Errorf("the same key again gives %+v after %+v", again, first)
	}
	for n := range 19 {
		c := grace()
		c.Address = fmt.Sprintf("colleague%d@foreign.example", n)
		_, err := d.delegations().Give(t.Context(), lead, c, "")
		must(t, err)
	}
	if _, err := d.delegations().Give(t.Context(), lead, grace(), ""); !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
		t.Errorf("the 21st: %v", err)
	}
}
