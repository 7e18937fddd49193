package access_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

var update = flag.Bool("update", false, "write the golden table anew")

// agreed is the policy as it was agreed, in letters: for each action what the
// secretariat, clearance officers, contributors and administrators may. A any,
// o own, p own but not by delegation, n own with narrowing, f own office, d own office or by delegation, t
// once transmitted, u unless confidential, l as the lead drafter, - nothing. It repeats the policy on
// purpose: a change must be made twice.
var agreed = map[access.Action]string{
	access.ReadCatalogue: "AAAA", access.PreviewCycle: "A---", access.StartCycle: "A---",
	access.ListCycles: "AAnA", access.ReadCycle: "AAnA", access.CommandCycle: "A---",
	access.ListRequests: "A-nA", access.ReadRequest: "A-oA", access.CheckAnswer: "--o-", access.Submit: "--o-",
	access.ReadWorkingAnswer: "--o-", access.WriteWorkingAnswer: "--o-",
	access.ReadSubmission: "A-oA", access.ReadBody: "A-o-", access.AskExtension: "--o-",
	access.WithdrawSubmission: "--p-", access.MigrateQuestionnaire: "A---",
	access.DecideExtension: "A---", access.ReturnSubmission: "A---",
	access.RemindRequest: "A---", access.SnoozeRequest: "A---", access.SettleRequest: "A---", access.DrawUpNote: "A---",
	access.ReadDraft: "AA-A", access.ReadReport: "AAtA", access.WriteObservations: "A---",
	access.ReadClearance: "AA-A", access.Decide: "-d--", access.Delegate: "-f--",
	access.ReadHistory: "A--A", access.ReadLedger: "A--A", access.ReadCompliance: "AAnA",
	access.ReadContacts: "A---", access.WriteContacts: "A---", access.ManageKeys: "---A",
	access.ReadCalendar: "AA-A", access.RunCalendar: "A---", access.ReadBoard: "A--A",
	access.SteerIntake: "A---", access.ReadIntake: "AAnA", access.Deliver: "--n-", access.ReadDelivery: "A-nA", access.ReadDeliveryBody: "u-n-",
	access.AppointDrafter: "l--A",
	access.ReadRules:      "A--A", access.SuspendRule: "A---", access.ReadFindings: "A---",
	access.ExportAudit: "---A", access.ExportCycle: "A--A", access.ExportAnswers: "l---",
	access.Attach: "--o-", access.ReadAttachment: "A-o-",
	access.KeepFeeds: "AAnA", access.ManageWebhooks: "---A",
	access.ReadColleagues: "--o-", access.ManageColleagues: "--p-", access.ManagePersons: "---A",
	access.Inspect: "---A", access.Repair: "---A", access.DecodePayloads: "---A",
	access.ReadStatistics: "AAtA", access.PublishStatistics: "A---",
}

// actors are one principal of each role, in the order of the letters.
var actors = []rapporteur.Principal{
	{ID: "key-1", Role: rapporteur.RoleSecretariat},
	{ID: "key-2", Role: rapporteur.RoleClearance, Office: "OLA"},
	{ID: "key-3", Role: rapporteur.RoleContributor, Contributor: "state-ken"},
	{ID: "key-4", Role: rapporteur.RoleAdministrator},
}

// relations are how a thing can stand to a principal, with the letters that
// allow it and whether a contributor must be told that it is not there.
var relations = []struct {
	name    string
	thing   access.Resource
	allowed string
	hidden  bool
}{
	{"everything", access.Resource{}, "An", false},
	{"a cycle", access.Resource{Cycle: "s/op34/2018"}, "An", false},
	{"its own", access.Resource{Cycle: "s/op34/2018", Contributor: "state-ken"}, "Aopn", false},
	{"another's", access.Resource{Cycle: "s/op34/2018", Contributor: "state-fra"}, "A", true},
	{"one that is almost its own", access.Resource{Contributor: "state-ke"}, "A", true},
	{"its own office's", access.Resource{Office: "OLA"}, "Anfd", false},
	{"another office's", access.Resource{Office: "DPPA"}, "An", false},
	{"another office's, by delegation", access.Resource{Office: "DPPA", ByDelegation: true}, "And", false},
	{"no office's, by delegation", access.Resource{ByDelegation: true}, "An", false},
	{"a transmitted report", access.Resource{Cycle: "s/op34/2018", Transmitted: true}, "Ant", false},
	{"another's, transmitted", access.Resource{Contributor: "state-fra", Transmitted: true}, "At", true},
	{"an unclassified delivery", access.Resource{Cycle: "s/op9/window-2018-H1", Unclassified: true}, "Anu", false},
	{"a cycle that it leads", access.Resource{Cycle: "s/op34/2018", Leading: true}, "Anl", false},
	{"another's, unclassified", access.Resource{Contributor: "state-fra", Unclassified: true}, "Au", true},
}

func TestEveryActionOfEveryRoleOnEveryThing(t *testing.T) {
	if len(access.Policy) != len(agreed) {
		t.Errorf("the policy has %d actions, %d were agreed", len(access.Policy), len(agreed))
	}
	for _, rule := range access.Policy {
		letters, known := agreed[rule.Action]
		if !known {
			t.Errorf("%s was not agreed", rule.Action)
			continue
		}
		for n, who := range actors {
			for _, relation := range relations {
				checkOne(t, rule.Action, who, letters[n], relation.name, relation.thing, relation.allowed, relation.hidden)
			}
		}
	}
}

func checkOne(t *testing.T, action access.Action, who rapporteur.Principal, letter byte, name string, thing access.Resource, allowed string, hidden bool) {
	t.Helper()
	want := letter != '-' && contains(allowed, letter)
	err := access.Allow(who, action, thing)
	if want != (err == nil) {
		t.Errorf("%s, %s, %s: allowed is %v (%v), want %v", action, who.Role, name, err == nil, err, want)
		return
	}
	if err == nil {
		return
	}
	kind := rapporteur.ProblemForbidden
	if hidden && (letter == 'o' || letter == 'n' || letter == 'p') {
		kind = rapporteur.ProblemNotFound
	}
	if !rapporteur.IsProblem(err, kind) {
		t.Errorf("%s, %s, %s: the problem is %v, want %s", action, who.Role, name, err, kind)
	}
}

func contains(letters string, letter byte) bool {
	for n := range len(letters) {
		if letters[n] == letter {
			return true
		}
	}
	return false
}

// Whoever is bound to nothing, or is nobody, owns nothing: not even the things
// that belong to nobody.
func TestNobodyMayDoAnything(t *testing.T) {
	for name, c := range map[string]struct {
		who  rapporteur.Principal
		kind rapporteur.ProblemKind
	}{
		"nobody":                     {rapporteur.Principal{}, rapporteur.ProblemUnidentified},
		"no role":                    {rapporteur.Principal{ID: "key-1"}, rapporteur.ProblemUnidentified},
		"a role that is none":        {rapporteur.Principal{ID: "key-1", Role: "root"}, rapporteur.ProblemUnidentified},
		"no id":                      {rapporteur.Principal{Role: rapporteur.RoleAdministrator}, rapporteur.ProblemUnidentified},
		"contributor without one":    {rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleContributor}, rapporteur.ProblemForbidden},
		"officer without an office":  {rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleClearance}, rapporteur.ProblemForbidden},
		"secretariat, no such thing": {rapporteur.Principal{ID: "key-1", Role: rapporteur.RoleSecretariat}, rapporteur.ProblemForbidden},
	} {
		for _, rule := range access.Policy {
			scope := rule.Roles[c.who.Role]
			action := rule.Action
			if c.who.Role == rapporteur.RoleSecretariat {
				action = "no-such-action"
			} else if scope == access.Any {
				continue // any needs no binding
			}
			for _, thing := range []access.Resource{{}, {Contributor: "state-ken"}, {Office: "OLA"}, {Office: "OLA", ByDelegation: true}} {
				if err := access.Allow(c.who, action, thing); !rapporteur.IsProblem(err, c.kind) {
					t.Errorf("%s, %s on %+v: %v, want %s", name, action, thing, err, c.kind)
				}
			}
		}
	}
}

// Denial of another's thing must not depend on whether there is one, and must
// read like what the store says of a thing that is not there.
func TestAnothersThingReadsLikeNone(t *testing.T) {
	there := access.Allow(actors[2], access.ReadRequest, access.Resource{Contributor: "state-fra"})
	if want := rapporteur.NotFound("contributor", "state-fra").Error(); there.Error() != want {
		t.Errorf("the denial is %q, want %q", there, want)
	}
}

// The table that people read is the policy itself.
func TestThePolicyInTheDocuments(t *testing.T) {
	const begin, end = "<!-- policy:begin -->\n", "<!-- policy:end -->"
	file := filepath.Join("..", "docs", "security.md")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(content), begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the policy", file)
	}
	want := before + begin + access.Table() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if string(content) != want {
		t.Errorf("%s does not have the policy as it is: run the test with -update and read the difference\n%s", file, access.Table())
	}
}
