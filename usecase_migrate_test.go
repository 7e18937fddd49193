package rapporteur_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// What a next release may bring: version 1.1.0 of the mission questionnaire, and
// how answers to 1.0.0 go there.
var theNextCatalogue = sync.OnceValues(func() (*schemas.Catalogue, error) {
	return schemas.Load(schemas.Embedded(), os.DirFS("testdata/next"))
})

const (
	unisfa = rapporteur.ContributorID("mission-unisfa")
	unamid = rapporteur.ContributorID("mission-unamid")
)

var mission10, mission11 = rapporteur.QuestionnaireRef{ID: "mission", Version: "1.0.0"}, rapporteur.QuestionnaireRef{ID: "mission", Version: "1.1.0"}

// upgraded is the same record under the next release.
func (h *house) upgraded() {
	h.t.Helper()
	next, err := theNextCatalogue()
	must(h.t, err)
	h.catalogue, h.secretariat.Catalogue, h.correspondence.Catalogue, h.conduct.Catalogue = next, next, next, next
}

func missionBody(version, answers string) []byte {
	return fmt.Appendf(nil, `{"questionnaire":"mission","version":%q,"language":"en","return_type":"answered",%s, "answers":{%s}}`, version, header, answers)
}

// The answers of the missions in the tests: one that goes to other places, one
// that has too many words there, one that was returned.
var (
	toMap      = missionBody("1.0.0", `"M33.5":{"status":"yes"}, "M33.2":{"status":"yes","areas":["sensitization"]}, "M26.1":{"status":"yes","assessed":"2018-01-02"}`)
	toComplete = missionBody("1.0.0", `"M33.3":{"status":"yes","efforts":"`+strings.Repeat("word ", 60)+`"}`)
	toCorrect  = missionBody("1.0.0", `"M25.1":{"status":"no"}`)
)

func (h *house) submit(cycle rapporteur.Cycle, id rapporteur.ContributorID, body []byte) rapporteur.Submission {
	h.t.Helper()
	s, err := h.correspondence.Submit(h.t.Context(), by(id), key(cycle, id), body)
	must(h.t, err)
	return s
}

// midway is a cycle that asks four missions by the questionnaire of this
// release, under the next release: UNAMI has not answered, UNMISS's answer is
// settled, UNAMID's received and UNISFA's returned for correction.
func midway(t *testing.T) (*house, rapporteur.Cycle) {
	t.Helper()
	h := newHouse(t)
	h.reachable(unisfa)
	h.reachable(unamid)
	cycle := h.collecting(kenya, unami, unamid, unisfa, unmiss)
	h.submit(cycle, unmiss, toMap)
	h.submit(cycle, unisfa, toCorrect)
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment())
	must(t, err)
	h.submit(cycle, unamid, toComplete)
	h.returned(cycle, unisfa, day(time.June, 20))
	h.relay()
	h.upgraded()
	h.set(day(time.June, 1).At(9))
	return h, cycle
}

func (h *house) migrate(o rapporteur.MigrationOrder) rapporteur.MigrationReport {
	h.t.Helper()
	if o.Reason == "" {
		o.Reason = "Referrals have a question of their own."
	}
	report, err := h.secretariat.Migrate(h.t.Context(), staff, o)
	must(h.t, err)
	return report
}

func forth(cycle rapporteur.Cycle) rapporteur.MigrationOrder {
	return rapporteur.MigrationOrder{Cycle: cycle.ID, Questionnaire: "mission", To: "1.1.0"}
}

func backAgain(cycle rapporteur.Cycle) rapporteur.MigrationOrder {
	return rapporteur.MigrationOrder{Cycle: cycle.ID, Questionnaire: "mission", Back: true}
}

// outcomes is a report in words.
func outcomes(r rapporteur.MigrationReport) (lines []string) {
	for _, m := range r.Requests {
		lines = append(lines, fmt.Sprintf("%s %s %d %s", m.Contributor, m.Outcome, m.Version, m.Why))
	}
	return lines
}

var forthOutcomes = []string{
	"mission-unami unchanged 0 Nothing is answered yet.",
	"mission-unamid needs-contributor 0 To be completed: M33.3.",
	"mission-unisfa needs-contributor 0 The answer is back with its contributor for correction, who will correct it as this version asks.",
	"mission-unmiss mapped 2 2 answers moved, 1 answer kept beside.",
}

func TestADryRunTellsWhatTheMigrationDoes(t *testing.T) {
	h, cycle := midway(t)
	var told rapporteur.MigrationReport
	h.unchanged("a dry run", func() {
		o := forth(cycle)
		o.DryRun = true
		told = h.migrate(o)
	})
	if diff := cmp.Diff(forthOutcomes, outcomes(told)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if told.Questionnaire != mission11 || told.Next != "" || told.Requests[1].CompleteBy.IsZero() || len(told.Requests[1].Findings) != 1 {
		t.Errorf("it tells %+v", told)
	}
	same(t, "done", h.migrate(forth(cycle)), told)
}

func TestAMigrationCarriesAnswersOver(t *testing.T) {
	h, cycle := midway(t)
	before := h.request(cycle, unmiss)
	h.migrate(forth(cycle))
	for _, id := range []rapporteur.ContributorID{unami, unamid, unisfa, unmiss} {
		same(t, string(id), h.request(cycle, id).Questionnaire, mission11)
	}
	same(t, "others", h.request(cycle, kenya).Questionnaire.ID, "member-state")

	after := h.request(cycle, unmiss)
	if after.State != rapporteur.RequestSettled || after.Standing() != 2 || !after.AnsweredAt.Equal(before.AnsweredAt) || after.OffPath {
		t.Errorf("UNMISS is %+v", after)
	}
	versions := h.versions(cycle, unmiss)
	made := versions[1]
	if len(versions) != 2 || made.Questionnaire != mission11 || made.SubmittedBy != staff.ID || !made.SubmittedAt.Equal(h.clock()) || made.ReturnType != rapporteur.ReturnAnswered {
		t.Errorf("the versions are %+v", versions)
	}
	first := h.bodyOf(versions[0])
	if !bytes.Equal(first, toMap) {
		t.Errorf("the first version is %s", first)
	}
	if text := string(h.bodyOf(made)); !strings.Contains(text, `"answers":{"M33.2":{"areas":["awareness"],"status":"yes"},"M33.7":{"status":"yes"}}`) {
		t.Errorf("the next is %s", text)
	}
	migrations := h.migrations(cycle, unmiss)
	want := rapporteur.Migration{
		RequestKey: key(cycle, unmiss), Number: 1, Questionnaire: "mission", From: "1.0.0", To: "1.1.0", Outcome: rapporteur.MigrationMapped,
		Source: 1, Version: 2, Kept: migrations[0].Kept, At: h.clock(), By: staff.ID,
	}
	same(t, "migrations", migrations, []rapporteur.Migration{want})
	if kept := h.kept(want.Kept); string(kept) != `{"kept":[{"version":"1.0.0","without":"1.1.0","answers":{"M26.1":{"assessed":"2018-01-02","status":"yes"}}}]}` {
		t.Errorf("kept is %s", kept)
	}
	text := h.history(cycle)
	for _, line := range []string{
		"Version 1.1.0 of the questionnaire mission asked in place of 1.0.0", "mission-unami asked by version 1.1.0 of mission\n",
		"mission-unamid asked by version 1.1.0 of mission, answers to be completed by ", "mission-unisfa asked by version 1.1.0 of mission\n",
		"mission-unmiss asked by version 1.1.0 of mission, answers carried over to their new places",
	} {
		if !strings.Contains(text+"\n", line) {
			t.Errorf("the history does not say %q:\n%s", line, text)
		}
	}
	for _, r := range append(h.audited(cycle, rapporteur.ActionMigrated), h.audited(cycle, rapporteur.ActionMigrationOrdered)...) {
		if strings.Contains(fmt.Sprint(r.Details), "2018-01-02") || r.Actor != staff.ID || r.Reason != "Referrals have a question of their own." {
			t.Errorf("the audit says %+v", r)
		}
	}
	if _, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment()); err != nil {
		t.Errorf("what was carried over cannot be collected: %v", err)
	}
	draft := h.reported(cycle)
	if quoted := h.quoted(cycle, unmiss); len(quoted) == 0 || quoted[0].Version != 2 || draft.Report.Coverage.Outcomes[rapporteur.ReturnAnswered] != 3 {
		t.Errorf("the report quotes %+v and covers %+v", quoted, draft.Report.Coverage)
	}
}

func (h *house) bodyOf(s rapporteur.Submission) []byte {
	h.t.Helper()
	return h.kept(s.Hash)
}

// kept is what the record keeps under a hash.
func (h *house) kept(hash string) []byte {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]byte, error) { return r.Body(ctx, hash) })
}

func (h *house) migrations(cycle rapporteur.Cycle, id rapporteur.ContributorID) []rapporteur.Migration {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Migration, error) {
		return r.Migrations(ctx, key(cycle, id))
	})
}

// What does not fit goes back to its contributor, who is told why and begins
// from what was carried over; until then, and for good where it is not
// completed, the answer stands as it was accepted.
func TestWhatDoesNotFitIsCompletedByItsContributor(t *testing.T) {
	h, cycle := midway(t)
	h.migrate(forth(cycle))
	r := h.request(cycle, unamid)
	if r.State != rapporteur.RequestReturned || r.Standing() != 1 || r.FollowUp != 1 || r.Rounds != 0 || r.Due.IsZero() {
		t.Errorf("UNAMID is %+v", r)
	}
	f := h.followUp(cycle, unamid, 1)
	if f.Kind != rapporteur.FollowUpCorrection || f.Due != r.Due || f.OpenedBy != staff.ID ||
		f.Reason != "The questionnaire has changed to version 1.1.0: Referrals have a question of their own. Please complete: M33.3. Until then your answer stands as it was accepted." {
		t.Errorf("its follow-up is %+v", f)
	}
	same(t, "outbox", h.relayed(), []string{"start-follow-up follow-up/" + string(cycle.ID) + "/mission-unamid/1"})
	mails := len(h.mails())
	h.follow(cycle, unamid, h.loadFollowUp(cycle, unamid, 1))
	if got := h.mails(); len(got) != mails+1 {
		t.Errorf("the mails are %v", got)
	}
	begin, err := h.correspondence.MigratedVersion(t.Context(), key(cycle, unamid), 1)
	must(t, err)
	if begin.Outcome != rapporteur.MigrationNeedsContributor || begin.Document.Questionnaire != mission11 || !rapporteur.Blocked(begin.Findings) {
		t.Errorf("it begins with %+v", begin)
	}
	_, err = h.correspondence.MigratedVersion(t.Context(), key(cycle, unmiss), 2)
	refused(t, err, rapporteur.ProblemConflict)
	_, err = h.correspondence.Submit(t.Context(), by(unamid), key(cycle, unamid), toComplete)
	refused(t, err, rapporteur.ProblemStale)
	completed := bytes.ReplaceAll(begin.Body, []byte(strings.Repeat("word ", 60)), []byte("Fewer words."))
	if s := h.submit(cycle, unamid, completed); s.Version != 2 || s.Questionnaire != mission11 {
		t.Errorf("the completed version is %+v", s)
	}

	h, cycle = midway(t) // and where it is not completed
	h.migrate(forth(cycle))
	h.reported(cycle)
	if r := h.request(cycle, unamid); r.State != rapporteur.RequestSettled || r.Standing() != 1 || r.Outcome != rapporteur.ReturnAnswered {
		t.Errorf("what was not completed is %+v", r)
	}
	if quoted := h.quoted(cycle, unamid); len(quoted) == 0 {
		t.Error("what was accepted is not in the report")
	}
}

// The way back gives the very bytes that were submitted, and asks nothing any
// more of who had to complete an answer.
func TestTheWayBackIsAsItWas(t *testing.T) {
	h, cycle := midway(t)
	h.migrate(forth(cycle))
	h.relay()
	report := h.migrate(backAgain(cycle))
	want := []string{
		"mission-unami unchanged 0 Nothing is answered yet.", "mission-unamid unchanged 0 The answer is to this version.",
		"mission-unisfa needs-contributor 0 The answer is back with its contributor for correction, who will correct it as this version asks.",
		"mission-unmiss mapped 3 The answer is again as version 1 has it.",
	}
	if diff := cmp.Diff(want, outcomes(report)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	versions := h.versions(cycle, unmiss)
	if again := versions[2]; again.Hash != versions[0].Hash || again.Questionnaire != mission10 || !bytes.Equal(h.bodyOf(again), toMap) {
		t.Errorf("the versions are %+v", versions)
	}
	if m := h.migrations(cycle, unmiss)[1]; m.Kept != "" || m.Source != 2 || m.Version != 3 {
		t.Errorf("the way back is %+v", m)
	}
	if r := h.request(cycle, unamid); r.State != rapporteur.RequestReceived || r.Questionnaire != mission10 || r.Standing() != 1 {
		t.Errorf("UNAMID is %+v", r)
	}
	same(t, "outbox", h.relayed(), []string{"hint follow-up/" + string(cycle.ID) + "/mission-unamid/1"})
	state := h.loadFollowUp(cycle, unamid, 1)
	h.follow(cycle, unamid, state)
	if r := h.request(cycle, unamid); r.OffPath {
		t.Errorf("its follow-up goes on: %+v", r)
	}
	if r := h.request(cycle, unisfa); r.State != rapporteur.RequestReturned || r.FollowUp != 1 {
		t.Errorf("who corrects for the Secretariat is %+v", r)
	}
	h.unchanged("the way back again", func() { same(t, "again", len(h.migrate(backAgain(cycle)).Requests), 0) })
	there := h.migrate(forth(cycle))
	same(t, "there again", there.Requests[3].Version, 4)
	same(t, "as before", h.versions(cycle, unmiss)[3].Hash, versions[1].Hash)
}

// An answer that its contributor has changed in between keeps the change on the
// way back, and what was kept beside the one before comes back.
func TestTheWayBackOfAChangedAnswer(t *testing.T) {
	h, cycle := midway(t)
	h.migrate(forth(cycle))
	changed := h.submit(cycle, unmiss, missionBody("1.1.0", `"M33.7":{"status":"no"}, "M33.8":{"status":"yes","services":"Shelter."}`))
	h.migrate(backAgain(cycle))
	made := h.versions(cycle, unmiss)[3]
	if text := string(h.bodyOf(made)); !strings.Contains(text, `"answers":{"M26.1":{"assessed":"2018-01-02","status":"yes"},"M33.5":{"status":"no"}}`) {
		t.Errorf("the answer is %s", text)
	}
	kept := h.migrations(cycle, unmiss)[1].Kept
	if text := string(h.kept(kept)); !strings.Contains(text, "Shelter.") {
		t.Errorf("kept is %s", text)
	}
	h.migrate(forth(cycle))
	same(t, "there again", h.versions(cycle, unmiss)[4].Hash, changed.Hash)
}

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
		once.Do(func() { h.submit(cycle, unami, toMap) })
	}}
	h.migrate(forth(cycle))
	versions := h.versions(cycle, unami)
	if len(versions) != 2 || versions[1].Questionnaire != mission11 || h.request(cycle, unami).Standing() != 2 {
		t.Errorf("UNAMI's versions are %+v", versions)
	}
	h, cycle = midway(t)
	h.secretariat.Catalogue = meanwhile{h.catalogue, func() {
		h.submit(cycle, unami, missionBody("1.0.0", fmt.Sprintf(`"M25.1":{"status":"no","text":"%d"}`, h.events.Add(1))))
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
	s := h.submit(cycle, unmiss, missionBody("1.1.0", `"M25.1":{"status":"no"}`))
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
