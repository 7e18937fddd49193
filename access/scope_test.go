package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Whatever a scope does not name is denied, to every role and of everything.
func TestAScopeOnlyEverNarrows(t *testing.T) {
	for _, who := range actors {
		for _, rule := range access.Policy {
			for _, scope := range append(access.ScopeNames(), "", "read-only submissions") {
				narrowed := who
				narrowed.Scope = scope
				for _, relation := range relations {
					wide, narrow := access.Allow(who, rule.Action, relation.thing), access.Allow(narrowed, rule.Action, relation.thing)
					named := scope == "" || scope == string(rule.Action)
					switch {
					case wide != nil && narrow == nil:
						t.Fatalf("%s with scope %q may %s on %s, and without may not", who.Role, scope, rule.Action, relation.name)
					case named && (wide == nil) != (narrow == nil):
						t.Errorf("%s with scope %q may not %s on %s: %v", who.Role, scope, rule.Action, relation.name, narrow)
					case !named && !strings.Contains(scope, "only") && !strings.Contains(scope, "submissions") && narrow == nil:
						t.Errorf("%s with scope %q may %s", who.Role, scope, rule.Action)
					}
				}
			}
		}
	}
}

// readOnly are the actions that change nothing, written out again on purpose.
var readOnly = []access.Action{
	access.ReadCatalogue, access.PreviewCycle, access.ListCycles, access.ReadCycle, access.ListRequests, access.ReadRequest, access.CheckAnswer,
	access.ReadWorkingAnswer, access.ReadSubmission, access.ReadBody, access.ReadDraft, access.ReadReport, access.ReadClearance, access.ReadHistory,
	access.ReadLedger, access.ReadCompliance, access.ReadContacts, access.ReadCalendar, access.ReadBoard, access.ReadIntake, access.ReadDelivery, access.ReadDeliveryBody,
	access.ReadRules, access.ReadFindings, access.ReadAttachment, access.ReadStatistics, access.ReadColleagues,
}

func TestWhatReadOnlyIs(t *testing.T) {
	for _, rule := range access.Policy {
		for _, who := range actors {
			who.Scope = access.ScopeReadOnly
			thing := access.Resource{Contributor: who.Contributor, Office: who.Office, Transmitted: true, Unclassified: true, Leading: true}
			wide := who
			wide.Scope = ""
			want := slices.Contains(readOnly, rule.Action) && access.Allow(wide, rule.Action, thing) == nil
			if got := access.Allow(who, rule.Action, thing) == nil; got != want {
				t.Errorf("%s by %s: %v, want %v", rule.Action, who.Role, got, want)
			}
		}
	}
}

func TestScopesOfKeys(t *testing.T) {
	for name, c := range map[string]struct {
		scope []string
		want  string
		ok    bool
	}{
		"none":          {nil, "", true},
		"a group":       {[]string{"submissions"}, "submissions", true},
		"sorted, once":  {[]string{"submit", "read-only", "submit"}, "read-only submit", true},
		"in one text":   {[]string{"submit read-only"}, "read-only submit", true},
		"blank":         {[]string{" "}, "", false},
		"unknown":       {[]string{"all"}, "", false},
		"of others":     {[]string{"manage-keys"}, "", false},
		"partly others": {[]string{"submit", "start-cycle"}, "", false},
	} {
		_, key, err := access.Issue(rapporteur.RoleContributor, "state-ken", "", "tests", time.Time{}, issued, c.scope...)
		if (err == nil) != c.ok || key.Scope != c.want || key.Principal().Scope != c.want {
			t.Errorf("%s: scope %q, %v", name, key.Scope, err)
		}
	}
}

func TestWhatCannotBeDelegated(t *testing.T) {
	colleague := actors[2]
	colleague.Standing = rapporteur.StandingColleague
	own, another := access.Resource{Contributor: "state-ken"}, access.Resource{Contributor: "state-fra"}
	for _, rule := range access.Policy {
		lead := rule.Roles[rapporteur.RoleContributor] == access.OwnLead
		if got, wide := access.Allow(colleague, rule.Action, own), access.Allow(actors[2], rule.Action, own); lead != (wide == nil && got != nil) {
			t.Errorf("%s: by a colleague %v, by the lead %v", rule.Action, got, wide)
		}
		if err := access.Allow(colleague, rule.Action, another); lead && !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			t.Errorf("%s on another's: %v", rule.Action, err)
		}
	}
}
