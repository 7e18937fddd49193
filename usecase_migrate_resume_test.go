package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

func TestAMigrationDoneTwiceIsDoneOnce(t *testing.T) {
	h, cycle := midway(t)
	h.migrate(forth(cycle))
	h.unchanged("the same order", func() { same(t, "requests", len(h.migrate(forth(cycle)).Requests), 0) })
}

// failing is a store of which writes fail after some.
type failing struct {
	rapporteur.Store
	left int
}

var errWrite = errors.New("the database is away")

func (f *failing) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	if f.left == 0 {
		return errWrite
	}
	f.left--
	return f.Store.Write(ctx, fn)
}

// Page by page, and with a database that goes away at any time, it ends as in
// one go.
func TestAMigrationCanBeResumedAnywhere(t *testing.T) {
	whole, wholeCycle := midway(t)
	whole.migrate(forth(wholeCycle))
	for writes := range 5 {
		h, cycle := midway(t)
		interrupted := h.secretariat
		interrupted.Store = &failing{Store: h.store, left: writes}
		var pages int
		o := forth(cycle)
		o.Limit, o.Reason = 2, "Referrals have a question of their own."
		for {
			report, err := interrupted.Migrate(t.Context(), staff, o)
			if errors.Is(err, errWrite) {
				interrupted.Store = h.store
				o.After = "" // the client begins anew
				continue
			}
			must(t, err)
			pages++
			if o.After = report.Next; o.After == "" {
				break
			}
		}
		if pages < 3 {
			t.Errorf("five requests are %d pages of two", pages)
		}
		for _, id := range []rapporteur.ContributorID{unami, unamid, unisfa, unmiss} {
			got, want := h.request(cycle, id), whole.request(wholeCycle, id)
			got.Cycle, want.Cycle = "", ""
			same(t, string(id), got, want)
			same(t, string(id), len(h.migrations(cycle, id)), 1)
		}
		same(t, "orders", len(h.audited(cycle, rapporteur.ActionMigrationOrdered)), 1)
		same(t, "records", len(h.audited(cycle, rapporteur.ActionMigrated)), 4)
	}
}

// meanwhile is a catalogue that lets something happen while an answer is
// migrated.
type meanwhile struct {
	rapporteur.Catalogue
	happens func()
}

func (m meanwhile) Migrate(ctx context.Context, from, to rapporteur.QuestionnaireRef, body, kept []byte) (rapporteur.MigratedAnswer, error) {
	m.happens()
	return m.Catalogue.Migrate(ctx, from, to, body, kept)
}

// What is submitted while the migration is under way is carried over too.
func TestAnAnswerThatComesDuringTheMigrationIsNotLost(t *testing.T) {
	h, cycle := midway(t)
	once := sync.Once{}
	h.secretariat.Catalogue = meanwhile{h.catalogue, func() {
		once.Do(func() { h.accepts(cycle, unami, toMap) })
	}}
	h.migrate(forth(cycle))
	versions := h.versions(cycle, unami)
	if len(versions) != 2 || versions[1].Questionnaire != mission11 || h.request(cycle, unami).Standing() != 2 {
		t.Errorf("UNAMI's versions are %+v", versions)
	}
	h, cycle = midway(t)
	h.secretariat.Catalogue = meanwhile{h.catalogue, func() {
		h.accepts(cycle, unami, missionBody("1.0.0", fmt.Sprintf(`"M25.1":{"status":"no","text":"%d"}`, h.events.Add(1))))
	}}
	_, err := h.secretariat.Migrate(t.Context(), staff, rapporteur.MigrationOrder{Cycle: cycle.ID, Questionnaire: "mission", To: "1.1.0", Reason: "x"})
	refused(t, err, rapporteur.ProblemConflict, "order it again")
}

func TestAWithdrawnAnswerIsNotCarriedOver(t *testing.T) {
	h, cycle := midway(t)
	h.withdraw(cycle, unmiss, 1)
	report := h.migrate(forth(cycle))
	if line := outcomes(report)[3]; line != "mission-unmiss unchanged 0 Nothing is answered yet." {
		t.Errorf("got %q", line)
	}
	s := h.accepts(cycle, unmiss, missionBody("1.1.0", `"M25.1":{"status":"no"}`))
	same(t, "version", s.Version, 2)
	h.migrate(backAgain(cycle))
	if text := string(h.bodyOf(h.versions(cycle, unmiss)[2])); strings.Contains(text, "2018-01-02") {
		t.Errorf("what was withdrawn came back: %s", text)
	}
	done := h.withdraw(cycle, unmiss, 3)
	same(t, "standing", done.Request.Standing(), 0)
}

func TestWhatCannotBeMigrated(t *testing.T) {
	h, cycle := midway(t)
	try := func(o rapporteur.MigrationOrder) error {
		o.Cycle = cycle.ID
		_, err := h.secretariat.Migrate(t.Context(), staff, o)
		return err
	}
	for name, c := range map[string]struct {
		order rapporteur.MigrationOrder
		kind  rapporteur.ProblemKind
		says  string
	}{
		"without a reason":          {rapporteur.MigrationOrder{Questionnaire: "mission", To: "1.1.0"}, rapporteur.ProblemInvalid, "why the questionnaire changes"},
		"which questionnaire":       {rapporteur.MigrationOrder{To: "1.1.0", Reason: "x"}, rapporteur.ProblemInvalid, "member-state, mission"},
		"another questionnaire":     {rapporteur.MigrationOrder{Questionnaire: "entity", To: "1.1.0", Reason: "x"}, rapporteur.ProblemInvalid, "member-state, mission"},
		"a version that is none":    {rapporteur.MigrationOrder{Questionnaire: "mission", To: "9.0.0", Reason: "x"}, rapporteur.ProblemNotFound, "mission@9.0.0"},
		"neither version nor back":  {rapporteur.MigrationOrder{Questionnaire: "mission", Reason: "x"}, rapporteur.ProblemInvalid, "Which version?"},
		"both":                      {rapporteur.MigrationOrder{Questionnaire: "mission", To: "1.1.0", Back: true, Reason: "x"}, rapporteur.ProblemInvalid, "Which version?"},
		"back from where none went": {rapporteur.MigrationOrder{Questionnaire: "mission", Back: true, Reason: "x"}, rapporteur.ProblemConflict, "No request of the cycle"},
	} {
		h.unchanged(name, func() { refused(t, try(c.order), c.kind, c.says) })
	}
	h.secretariat.Catalogue = withoutMappings{h.catalogue}
	h.unchanged("where no mapping leads", func() {
		refused(t, try(rapporteur.MigrationOrder{Questionnaire: "mission", To: "1.1.0", Reason: "x"}), rapporteur.ProblemUnsupported)
	})
	h.secretariat.Catalogue = h.catalogue
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	h.unchanged("after collection", func() {
		refused(t, try(rapporteur.MigrationOrder{Questionnaire: "mission", To: "1.1.0", Reason: "x"}), rapporteur.ProblemConflict, "while it collects")
	})
}

type withoutMappings struct{ rapporteur.Catalogue }

func (withoutMappings) Migrate(context.Context, rapporteur.QuestionnaireRef, rapporteur.QuestionnaireRef, []byte, []byte) (rapporteur.MigratedAnswer, error) {
	return rapporteur.MigratedAnswer{}, rapporteur.Problemf(rapporteur.ProblemUnsupported, "No mapping", "There is none.")
}

// The matrix of a day before the migration reads answers by the questionnaire
// of that day, whenever it is asked for.
func TestTheMatrixOfADayBeforeAMigration(t *testing.T) {
	h, cycle := midway(t)
	matrix := func(asOf rapporteur.Date) string {
		_, _, period, err := cycle.ID.Parts()
		must(t, err)
		c := rapporteur.Compliance{Store: h.store, Catalogue: h.catalogue, Clock: h.clock}
		m, err := c.Matrix(t.Context(), rapporteur.MatrixQuery{Instrument: instrument, Stream: stream, Period: period, AsOf: asOf})
		must(t, err)
		return told(m)
	}
	h.set(day(time.June, 2).At(9))
	at := day(time.May, 31)
	before := matrix(at)
	h.set(day(time.June, 3).At(9))
	h.migrate(forth(cycle))
	between := matrix(rapporteur.Date{})
	if !strings.Contains(between, "mission@1.1.0") {
		t.Errorf("after the migration the matrix is\n%s", between)
	}
	h.set(day(time.June, 9).At(9))
	h.withdraw(cycle, unmiss, 2)
	h.migrate(backAgain(cycle))
	if diff := cmp.Diff(before, matrix(at)); diff != "" {
		t.Errorf("the matrix of the day before (-then +now):\n%s", diff)
	}
	between2 := matrix(day(time.June, 5))
	if !slices.Equal(strings.Split(between, "\n")[1:], strings.Split(between2, "\n")[1:]) {
		t.Errorf("the matrix of the days between was\n%s\nand is\n%s", between, between2)
	}
}

// BenchmarkMigrate migrates a page of requests that are answered; a cycle of ten
// thousand is fifty.
func BenchmarkMigrate(b *testing.B) {
	h := newHouse(b)
	cycle := h.collecting(unmiss)
	var ids []rapporteur.ContributorID
	for n := range rapporteur.MigrationPage - 1 {
		ids = append(ids, rapporteur.ContributorID(fmt.Sprintf("mission-%03d", n)))
	}
	must(b, h.store.Write(b.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		request, err := tx.Request(ctx, key(cycle, unmiss))
		if err != nil {
			return err
		}
		var requests []rapporteur.Request
		for _, id := range ids {
			request.Contributor, request.Revision = id, 0
			requests = append(requests, request)
		}
		return tx.InsertRequests(ctx, requests)
	}))
	for _, id := range append(ids, unmiss) {
		_, err := h.correspondence.Submit(b.Context(), by(id), key(cycle, id), toMap)
		must(b, err)
	}
	h.upgraded()
	to := "1.1.0"
	for b.Loop() {
		report, err := h.secretariat.Migrate(b.Context(), staff, rapporteur.MigrationOrder{Cycle: cycle.ID, To: to, Reason: "x"})
		must(b, err)
		if len(report.Requests) != rapporteur.MigrationPage {
			b.Fatalf("%d requests were migrated", len(report.Requests))
		}
		to = map[string]string{"1.0.0": "1.1.0", "1.1.0": "1.0.0"}[to]
	}
}
