package api

import (
	"bytes"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// What a next release may bring.
var loadNext = sync.OnceValues(func() (*schemas.Catalogue, error) {
	return schemas.Load(schemas.Embedded(), os.DirFS("../testdata/next"))
})

// upgraded is the same record under the next release.
func (h *house) upgraded() {
	h.t.Helper()
	next, err := loadNext()
	if err != nil {
		h.t.Fatal(err)
	}
	h.service.Catalogue, h.service.Secretariat.Catalogue, h.service.Correspondence.Catalogue = next, next, next
}

const (
	migrationsAt = cycleAt + "/migrations"
	forth        = `{"questionnaire": "mission", "to": "1.1.0", "reason": "Referrals have a question of their own."}`
)

func TestMigrationOverTheAPI(t *testing.T) {
	h := openHouse(t)
	h.post(unmissKey, unmissAt+"/submissions", missionAnswer("1.0.0", `"M33.5": {"status": "yes"}, "M26.1": {"status": "yes", "assessed": "2018-01-02"}`)).want(http.StatusCreated)
	h.upgraded()
	before := h.weight()
	told := read[MigrationReport](h.post(staffKey, migrationsAt+"?dry_run=true", strings.Replace(forth, `, "reason": "Referrals have a question of their own."`, "", 1)).want(http.StatusOK))
	if len(told.Items) != 1 || !told.DryRun || told.Questionnaire != (Questionnaire{ID: "mission", Version: "1.1.0"}) || told.NextCursor != "" {
		t.Fatalf("the dry run tells %+v", told)
	}
	item := told.Items[0]
	if item.Contributor != "mission-unmiss" || item.Outcome != "mapped" || item.Why != "1 answer moved, 1 answer kept beside." || item.Version != 2 ||
		item.From.Version != "1.0.0" || len(item.Moved) != 2 || item.Moved[0] != (AnswerMove{From: "M26.1", Reason: "Not asked any more."}) {
		t.Errorf("UNMISS is told %+v", item)
	}
	if h.weight() != before {
		t.Error("a dry run changes the record")
	}
	h.post(staffKey, migrationsAt, `{"questionnaire": "mission", "to": "1.1.0"}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, migrationsAt, `{"to": "1.1.0", "reason": "x"}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, migrationsAt, `{"questionnaire": "mission", "to": "9.0.0", "reason": "x"}`).problem(http.StatusNotFound, "not-found")
	h.post(staffKey, migrationsAt, `{"questionnaire": "mission", "back": true, "reason": "x"}`).problem(http.StatusConflict, "conflict")
	h.post(staffKey, migrationsAt+"?cursor=***", forth).problem(http.StatusBadRequest, "malformed")
	h.post(unmissKey, migrationsAt, forth).problem(http.StatusForbidden, "forbidden")
	h.post(adminKey, migrationsAt, forth).problem(http.StatusForbidden, "forbidden")
	if h.weight() != before {
		t.Error("a refused migration changes the record")
	}
	done := read[MigrationReport](h.post(staffKey, migrationsAt, forth).want(http.StatusOK))
	if done.DryRun || len(done.Items) != 1 || done.Items[0].Version != 2 {
		t.Errorf("the migration says %+v", done)
	}
	h.afterMigration()
	back := read[MigrationReport](h.post(staffKey, migrationsAt, `{"questionnaire": "mission", "back": true, "reason": "It was too early."}`).want(http.StatusOK))
	if len(back.Items) != 1 || back.Items[0].Version != 3 || back.Questionnaire.Version != "1.0.0" {
		t.Errorf("the way back says %+v", back)
	}
	first, again := h.get(staffKey, unmissAt+"/submissions/1/body"), h.get(staffKey, unmissAt+"/submissions/3/body").want(http.StatusOK)
	if !bytes.Equal(first.body, again.body) {
		t.Errorf("it came back as %s", again.body)
	}
}

// afterMigration checks what a contributor and the Secretariat read of a
// migration.
func (h *house) afterMigration() {
	h.t.Helper()
	request := read[Request](h.get(unmissKey, unmissAt).want(http.StatusOK))
	if request.Questionnaire.Version != "1.1.0" || request.Version != 2 || request.State != "received" {
		h.t.Errorf("the request is %+v", request)
	}
	if asked := h.get(unmissKey, unmissAt+"/questionnaire").want(http.StatusOK); !strings.Contains(string(asked.body), `"x-version": "1.1.0"`) {
		h.t.Error("another questionnaire is handed out than is asked")
	}
	list := read[struct{ Items []Migration }](h.get(unmissKey, unmissAt+"/migrations").want(http.StatusOK))
	if len(list.Items) != 1 || !list.Items[0].Kept || list.Items[0].Source != 1 || list.Items[0].Version != 2 || list.Items[0].By != h.principal(staffKey) {
		h.t.Errorf("the migrations are %+v", list.Items)
	}
	kept := h.get(unmissKey, unmissAt+"/migrations/1/kept").want(http.StatusOK)
	if !strings.Contains(string(kept.body), `"M26.1":{"assessed":"2018-01-02","status":"yes"}`) || kept.header.Get("ETag") == "" {
		h.t.Errorf("kept is %s", kept.body)
	}
	h.get(unmissKey, unmissAt+"/migrations/2/kept").problem(http.StatusNotFound, "not-found")
	h.get(adminKey, unmissAt+"/migrations/1/kept").problem(http.StatusForbidden, "forbidden")
	h.issue("colleague", rapporteur.RoleSecretariat, "", "")
	h.get("colleague", unmissAt+"/migrations/1/kept").problem(http.StatusForbidden, "forbidden")
	h.get(staffKey, unmissAt+"/migrations/1/kept").want(http.StatusOK)
	h.get(franceKey, unmissAt+"/migrations/1/kept").problem(http.StatusNotFound, "not-found")
	migrated := read[MigratedAnswer](h.get(unmissKey, unmissAt+"/submissions/1/migrated").want(http.StatusOK))
	if migrated.Outcome != "mapped" || !strings.Contains(string(migrated.Body), `"M33.7":{"status":"yes"}`) || !strings.Contains(string(migrated.Kept), "M26.1") {
		h.t.Errorf("the first version is now %+v", migrated)
	}
	h.get(unmissKey, unmissAt+"/submissions/2/migrated").problem(http.StatusConflict, "conflict")
	diff := read[Difference](h.get(staffKey, unmissAt+"/submissions/2/diff").want(http.StatusOK))
	if len(diff.Changes) == 0 || diff.Changes[0].Text != "Version of the questionnaire: changed from 1.0.0 to 1.1.0" {
		h.t.Errorf("the difference is %+v", diff.Changes)
	}
	history := string(h.get(staffKey, cycleAt+"/history?engine=false").want(http.StatusOK).body)
	if !strings.Contains(history, "asked by version 1.1.0 of mission, answers carried over to their new places") || strings.Contains(history, "2018-01-02") {
		h.t.Errorf("the history is %s", history)
	}
}

// A page at a time: each call says where the next begins.
func TestMigrationPages(t *testing.T) {
	h := openHouse(t)
	h.upgraded()
	seen, cursor := 0, ""
	for pages := 1; ; pages++ {
		page := read[MigrationReport](h.post(staffKey, migrationsAt+"?limit=1&cursor="+cursor, forth).want(http.StatusOK))
		seen += len(page.Items)
		if cursor = page.NextCursor; cursor == "" {
			if pages != len(asked) {
				t.Errorf("%d requests are %d pages", len(asked), pages)
			}
			break
		}
	}
	if request := read[Request](h.get(unmissKey, unmissAt)); seen != 1 || request.Questionnaire.Version != "1.1.0" {
		t.Errorf("%d requests were migrated, UNMISS's is %+v", seen, request)
	}
}
