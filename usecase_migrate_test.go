package rapporteur_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
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

func (h *house) accepts(cycle rapporteur.Cycle, id rapporteur.ContributorID, body []byte) rapporteur.Submission {
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
	h.accepts(cycle, unmiss, toMap)
	h.accepts(cycle, unisfa, toCorrect)
	_, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress)
	must(t, err)
	h.accepts(cycle, unamid, toComplete)
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
	if _, err := h.conduct.Collect(t.Context(), cycle.ID, h.moment(), noProgress); err != nil {
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
	begin, err := h.correspondence.MigratedVersion(t.Context(), staff, key(cycle, unamid), 1)
	must(t, err)
	if begin.Outcome != rapporteur.MigrationNeedsContributor || begin.Document.Questionnaire != mission11 || !rapporteur.Blocked(begin.Findings) {
		t.Errorf("it begins with %+v", begin)
	}
	_, err = h.correspondence.MigratedVersion(t.Context(), staff, key(cycle, unmiss), 2)
	refused(t, err, rapporteur.ProblemConflict)
	_, err = h.correspondence.Submit(t.Context(), by(unamid), key(cycle, unamid), toComplete)
	refused(t, err, rapporteur.ProblemStale)
	completed := bytes.ReplaceAll(begin.Body, []byte(strings.Repeat("word ", 60)), []byte("Fewer words."))
	if s := h.accepts(cycle, unamid, completed); s.Version != 2 || s.Questionnaire != mission11 {
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
	changed := h.accepts(cycle, unmiss, missionBody("1.1.0", `"M33.7":{"status":"no"}, "M33.8":{"status":"yes","services":"Shelter."}`))
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
