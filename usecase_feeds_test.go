package rapporteur_test

import (
	"bytes"
	"context"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/ical"
)

var (
	officer       = rapporteur.Principal{ID: "key-ola", Role: rapporteur.RoleClearance, Office: "OLA"}
	administrator = rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}
)

// feeds are the use-cases on the house's record; those who ask for feeds have keys.
func (h *house) feeds() rapporteur.Feeds {
	h.t.Helper()
	must(h.t, h.store.Write(h.t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for _, p := range []rapporteur.Principal{staff, officer, administrator, by(kenya), by(france), by(unmiss)} {
			key := rapporteur.APIKey{ID: strings.TrimPrefix(p.ID, "key-"), Role: p.Role, Contributor: p.Contributor, Office: p.Office}
			if err := tx.InsertKey(ctx, key); err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemConflict) {
				return err
			}
		}
		return nil
	}))
	base := &url.URL{Scheme: "https", Host: "rapporteur.un.example"}
	return rapporteur.Feeds{Store: h.store, Catalogue: h.catalogue, Clock: h.clock, Writer: ical.Writer{Base: base}}
}

// token is the secret part of a feed's address.
func token(made rapporteur.MadeFeed) string {
	return strings.TrimSuffix(made.Address[strings.LastIndex(made.Address, "/")+1:], ".ics")
}

// feed makes a feed and gives its token.
func (h *house) feed(who rapporteur.Principal, cycle rapporteur.CycleID, language string) string {
	h.t.Helper()
	made, err := h.feeds().Make(h.t.Context(), who, cycle, language)
	must(h.t, err)
	return token(made)
}

func (h *house) readFeed(token string) []byte {
	h.t.Helper()
	calendar, err := h.feeds().Read(h.t.Context(), token)
	must(h.t, err)
	return calendar
}

// dates are a calendar's events by UID, as "day sequence status summary".
func (h *house) dates(token string) map[string]*ics.VEvent {
	h.t.Helper()
	calendar, err := ics.ParseCalendar(bytes.NewReader(h.readFeed(token)))
	must(h.t, err)
	events := map[string]*ics.VEvent{}
	for _, e := range calendar.Events() {
		if events[e.Id()] != nil {
			h.t.Errorf("the UID %s is there twice", e.Id())
		}
		events[e.Id()] = e
	}
	return events
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// toldDates is events in words, sorted: day, sequence, status and what it is.
func toldDates(events map[string]*ics.VEvent) []string {
	lines := []string{}
	for _, e := range events {
		what, _, _ := strings.Cut(property(e, ics.ComponentPropertySummary), ":")
		lines = append(lines, strings.Join([]string{property(e, ics.ComponentPropertyDtStart), property(e, ics.ComponentPropertySequence), property(e, ics.ComponentPropertyStatus), what}, " "))
	}
	slices.Sort(lines)
	return lines
}

func goldenFeed(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", "feeds", name+".ics")
	if flag.Lookup("update").Value.String() == "true" { // compile_test.go defines it
		must(t, os.MkdirAll(filepath.Dir(file), 0o750))
		must(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s; read the difference, then write it with -update (-want +got):\n%s", file, diff)
	}
}

func TestFeedsGolden(t *testing.T) {
	h := newHouse(t)
	_, err := h.secretariat.Start(t.Context(), staff, rapporteur.Start{Instrument: instrument, Stream: stream, Period: "2018", Only: everybody})
	must(t, err)
	h.set(opens.At(rapporteur.SendHour))
	id := rapporteur.NewCycleID(instrument, stream, "2018")
	_, err = h.conduct.Open(t.Context(), id, h.moment())
	must(t, err)
	cycle := h.cycle(id)
	must(t, h.apply(cycle, rapporteur.Command{ID: "1", Kind: rapporteur.CommandMoveDeadline, Date: day(time.September, 20), Authority: "S/2018/400", Reason: "A holiday."}))
	goldenFeed(t, "secretariat", h.readFeed(h.feed(staff, "", "en")))
	goldenFeed(t, "clearance", h.readFeed(h.feed(officer, id, "en")))
	goldenFeed(t, "contributor", h.readFeed(h.feed(by(kenya), "", "fr")))
}

func TestAFeedFollowsItsDates(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	all, own := h.feed(staff, cycle.ID, "en"), h.feed(by(kenya), "", "en")
	before, ownBefore := h.dates(all), h.dates(own)
	same(t, "Kenya's dates", toldDates(ownBefore), []string{"20180914 0 CONFIRMED Answer due"})

	h.set(day(time.June, 1).At(9))
	move := rapporteur.Command{ID: "1", Kind: rapporteur.CommandMoveDeadline, Date: day(time.September, 24), Authority: "Ms. Jane Doe, Director", Reason: "Asked by Ms. Doe."}
	must(t, h.apply(cycle, move))
	after := h.dates(all)
	moved := 0
	for uid, e := range after {
		was := before[uid]
		if was == nil {
			t.Errorf("%s is new", property(e, ics.ComponentPropertySummary))
			continue
		}
		day, dayBefore := property(e, ics.ComponentPropertyDtStart), property(was, ics.ComponentPropertyDtStart)
		sequence, sequenceBefore := property(e, ics.ComponentPropertySequence), property(was, ics.ComponentPropertySequence)
		if day != dayBefore {
			moved++
			if sequence <= sequenceBefore || property(e, ics.ComponentPropertyDtstamp) != "20180601T090000Z" {
				t.Errorf("%s moved from %s to %s: sequence %s then %s, stamp %s", property(e, ics.ComponentPropertySummary), dayBefore, day,
					sequenceBefore, sequence, property(e, ics.ComponentPropertyDtstamp))
			}
		} else if sequence < sequenceBefore {
			t.Errorf("%s: sequence %s after %s", property(e, ics.ComponentPropertySummary), sequence, sequenceBefore)
		}
	}
	if moved < 4 || len(after) != len(before) { // the deadline, and the rungs before and after it
		t.Errorf("%d of %d dates moved, there were %d", moved, len(after), len(before))
	}
	same(t, "Kenya's dates", toldDates(h.dates(own)), []string{"20180924 1 CONFIRMED Answer due"})

	must(t, h.apply(cycle, rapporteur.Command{ID: "2", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya, Reason: "Answered elsewhere."}))
	same(t, "Kenya's dates once withdrawn", toldDates(h.dates(own)), []string{"20180924 2 CANCELLED Answer due"})
	must(t, h.conduct.Cancel(t.Context(), cycle.ID, "Overtaken.", staff.ID, h.moment(), ignored))
	for uid, e := range h.dates(all) {
		if property(e, ics.ComponentPropertyStatus) != "CANCELLED" || property(e, ics.ComponentPropertySequence) <= property(after[uid], ics.ComponentPropertySequence) {
			t.Errorf("after the cancellation: %s %s, sequence %s after %s", property(e, ics.ComponentPropertySummary),
				property(e, ics.ComponentPropertyStatus), property(e, ics.ComponentPropertySequence), property(after[uid], ics.ComponentPropertySequence))
		}
	}
	for _, calendar := range [][]byte{h.readFeed(all), h.readFeed(own)} {
		unfolded := strings.ReplaceAll(string(calendar), "\r\n ", "")
		for _, word := range []string{"Doe", staff.ID, "Answered elsewhere", "Overtaken", "France", "state-fra", "unmiss", "@missions"} {
			if strings.Contains(unfolded, word) {
				t.Errorf("a feed says %q", word)
			}
		}
	}
}

func TestAContributorsOwnDates(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	own, other := h.feed(by(kenya), cycle.ID, "en"), h.feed(by(france), "", "en")
	h.answer(cycle, kenya, "First.")
	h.set(day(time.June, 1).At(9))
	h.returned(cycle, kenya, day(time.June, 20))
	same(t, "Kenya's dates", toldDates(h.dates(own)), []string{"20180620 1 CONFIRMED Answer due"})
	same(t, "France's dates", toldDates(h.dates(other)), []string{"20180914 0 CONFIRMED Answer due"})
	for _, e := range h.dates(own) {
		if description := property(e, ics.ComponentPropertyDescription); !strings.Contains(description, "returned") ||
			!strings.HasSuffix(property(e, ics.ComponentPropertyUrl), "/requests/"+string(cycle.ID)+"/state-ken") {
			t.Errorf("it says %q", description)
		}
	}
	_, err := h.feeds().Make(t.Context(), by(unmiss), rapporteur.NewCycleID(instrument, stream, "1999"), "en")
	refused(t, err, rapporteur.ProblemNotFound)
	only := h.collecting(kenya)
	_, err = h.feeds().Make(t.Context(), by(france), only.ID, "en")
	refused(t, err, rapporteur.ProblemNotFound, string(only.ID))
}

func TestAnOfficersSteps(t *testing.T) {
	h := newHouse(t)
	cycle := h.drafted()
	own := h.feed(officer, "", "en")
	before := toldDates(h.dates(own))
	if len(before) == 0 || len(before) > len(cycle.Policy.Clearance) || !strings.Contains(before[0], "OLA") {
		t.Fatalf("OLA's steps: %q of %d", before, len(cycle.Policy.Clearance))
	}
	h.cleared(cycle)
	after := toldDates(h.dates(own))
	for _, line := range after {
		if !strings.Contains(line, "Cleared by") {
			t.Errorf("after the clearance: %q, before %q", after, before)
		}
	}
	stranger := officer
	stranger.ID, stranger.Office = "key-ola", "OCHA" // the key is OLA's
	_, err := h.feeds().Make(t.Context(), stranger, "", "en")
	refused(t, err, rapporteur.ProblemForbidden)
}

func TestCalendarsAreToldUntilThereAreCycles(t *testing.T) {
	h := calendarHouse(t)
	all := h.feed(staff, "", "en")
	before := h.dates(all)
	if len(before) < 10 {
		t.Fatalf("%d dates of host reports", len(before))
	}
	if h.plan(op33).Started == 0 {
		t.Fatal("no cycle was started")
	}
	after := h.dates(all)
	gone := 0
	for uid, e := range before {
		switch later := after[uid]; {
		case later == nil:
			gone++
		case property(later, ics.ComponentPropertyDtStart) != property(e, ics.ComponentPropertyDtStart),
			property(later, ics.ComponentPropertySequence) < property(e, ics.ComponentPropertySequence):
			t.Errorf("%s was %s (%s) and is %s (%s)", property(e, ics.ComponentPropertySummary), property(e, ics.ComponentPropertyDtStart),
				property(e, ics.ComponentPropertySequence), property(later, ics.ComponentPropertyDtStart), property(later, ics.ComponentPropertySequence))
		}
	}
	if gone > 0 {
		t.Errorf("%d of %d dates are gone once their cycles are planned", gone, len(before))
	}
}

func TestFeedsEndWithTheirPrincipal(t *testing.T) {
	h := newHouse(t)
	h.collecting()
	feeds := h.feeds()
	gone := func(what, token string) {
		t.Helper()
		_, err := feeds.Read(t.Context(), token)
		refused(t, err, rapporteur.ProblemNotFound)
		_, unknown := feeds.Read(t.Context(), "NOSUCHTOKEN")
		if err.Error() != unknown.Error() {
			t.Errorf("%s: %q, of an unknown one %q", what, err, unknown)
		}
	}
	made, err := feeds.Make(t.Context(), staff, "", "en")
	must(t, err)
	h.readFeed(token(made))
	h.unchanged("reading it again on the same day", func() { h.readFeed(token(made)) })
	refused(t, feeds.Revoke(t.Context(), administrator, made.ID), rapporteur.ProblemNotFound)
	must(t, feeds.Revoke(t.Context(), staff, made.ID))
	h.unchanged("revoking twice", func() { must(t, feeds.Revoke(t.Context(), staff, made.ID)) })
	gone("a revoked feed", token(made))
	list, err := feeds.List(t.Context(), staff)
	must(t, err)
	if len(list) != 1 || list[0].LastUsed != rapporteur.DateOf(h.clock()) || list[0].RevokedAt.IsZero() {
		t.Errorf("listed %+v", list)
	}
	others := h.feed(staff, "", "en")
	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.RevokeKey(ctx, "staff", h.clock()) }))
	gone("the feed of a revoked key", others)

	must(t, h.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertKey(ctx, rapporteur.APIKey{ID: "brief", Role: rapporteur.RoleSecretariat, ExpiresAt: h.clock().Add(time.Hour)})
	}))
	brief := h.feed(rapporteur.Principal{ID: "key-brief", Role: rapporteur.RoleSecretariat}, "", "en")
	h.set(h.clock().Add(time.Hour))
	gone("the feed of an expired key", brief)

	person := rapporteur.Principal{ID: "person-1", Role: rapporteur.RoleSecretariat}
	_, err = feeds.Make(t.Context(), person, "", "en")
	refused(t, err, rapporteur.ProblemForbidden)
	in := true
	feeds.InForce = func(context.Context, rapporteur.Reader, rapporteur.Principal) (bool, error) { return in, nil }
	made, err = feeds.Make(t.Context(), person, "", "en")
	must(t, err)
	_, err = feeds.Read(t.Context(), token(made))
	must(t, err)
	in = false
	gone("the feed of a blocked person", token(made))
}

func TestACommandMakesOneFeed(t *testing.T) {
	h := newHouse(t)
	feeds := h.feeds()
	made, err := feeds.MakeOnce(t.Context(), staff, "", "en", "form-1")
	must(t, err)
	h.readFeed(token(made))
	h.unchanged("the same command again", func() {
		again, err := feeds.MakeOnce(t.Context(), staff, "", "fr", "form-1")
		must(t, err)
		if again.ID != "" || again.Address != "" {
			t.Errorf("again it gives %+v", again)
		}
	})
	_, err = feeds.MakeOnce(t.Context(), staff, "i/s/2018", "en", "form-2")
	refused(t, err, rapporteur.ProblemNotFound)
	other, err := feeds.MakeOnce(t.Context(), staff, "", "en", "form-2") // which has made none yet
	must(t, err)
	if other.Address == "" || other.Address == made.Address {
		t.Errorf("another command gives %q after %q", other.Address, made.Address)
	}
}

func TestFeedsRefused(t *testing.T) {
	h := newHouse(t)
	feeds := h.feeds()
	_, err := feeds.Make(t.Context(), staff, "", "de")
	refused(t, err, rapporteur.ProblemInvalid, "ar, zh, en")
	_, err = feeds.Make(t.Context(), staff, "i/s/2018", "en")
	refused(t, err, rapporteur.ProblemNotFound)
	for range 20 {
		h.feed(staff, "", "en")
	}
	_, err = feeds.Make(t.Context(), staff, "", "en")
	refused(t, err, rapporteur.ProblemConflict, "20")
}
