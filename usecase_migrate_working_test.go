package rapporteur_test

import (
	"strings"
	"testing"
)

// What was written and not yet submitted stays as it was written when its request
// asks another version: nothing of it is lost, and the check names what the new
// version has no place for.
func TestAMigrationLeavesUnfinishedAnswersToTheirContributor(t *testing.T) {
	h, cycle := midway(t)
	must(t, h.save(cycle, by(unami), "op33", `{"M33.5":{"status":"yes"},"M33.1":{"status":"no"}}`))
	h.migrate(forth(cycle))
	v := h.working(cycle, unami)
	section, ok := v.Answer.Section("op33")
	if !ok || !strings.Contains(string(section.Content), `"M33.5"`) || v.Request.Questionnaire.Version != "1.1.0" {
		t.Fatalf("after the migration there is %+v", v)
	}
	verdict, err := h.correspondence.CheckWorkingAnswer(t.Context(), key(cycle, unami))
	must(t, err)
	named := false
	for _, f := range verdict.Findings {
		named = named || f.Pointer == "/answers/M33.5"
	}
	if verdict.Accepted || !named {
		t.Errorf("the check names %+v", verdict.Findings)
	}
	must(t, h.save(cycle, by(unami), "op33", `{"M33.7":{"status":"yes"},"M33.1":{"status":"no"}}`))
}
