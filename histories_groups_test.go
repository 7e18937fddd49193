package rapporteur

import (
	"slices"
	"testing"
)

// An action in no group could not be looked for, one in two would be counted
// twice.
func TestEveryActionIsInOneGroup(t *testing.T) {
	ids := map[string]bool{}
	var subjects []string
	for _, g := range ActionGroups {
		if ids[g.ID] || g.Name == "" || !slices.Equal(GroupSubjects(g.ID), g.Subjects) {
			t.Errorf("group %q", g.ID)
		}
		ids[g.ID] = true
		subjects = append(subjects, g.Subjects...)
	}
	for _, action := range everyAction(t) {
		n := 0
		for _, subject := range subjects {
			if subject == action.Subject() {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is in %d groups", action, n)
		}
	}
	if GroupSubjects("nonsense") != nil {
		t.Error("what is no group has subjects")
	}
}
