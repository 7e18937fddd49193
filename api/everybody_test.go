package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// people lets principals in by name, and everybody else as before.
type people struct {
	Authenticator
	named map[string]rapporteur.Principal
}

func (p people) Authenticate(ctx context.Context, secret string, now time.Time) (rapporteur.Principal, error) {
	if who, known := p.named[secret]; known {
		return who, nil
	}
	return p.Authenticator.Authenticate(ctx, secret, now)
}

// persona is one way of standing to the cycle's things, and what has to come of
// an operation: the status of the denial, or 0 where it is no denial.
type persona struct {
	name   string
	who    rapporteur.Principal
	expect func(id, method, path string) int
}

// leads are the operations that a contributor's lead cannot delegate, readers
// those that change nothing though they are no GET. Both are written out again
// on purpose.
var (
	leads   = []string{"withdraw-submission", "delegate-to-colleague", "end-delegation"}
	readers = []string{"validate", "validate-workbook", "check-figures", "check-working-answer"}
)

// forRole is what comes of an operation for a role's letter in permissions.
func forRole(letter string) func(id, method, path string) int {
	return func(id, _, _ string) int {
		if strings.Contains(permissions[id], letter) {
			return 0
		}
		return http.StatusForbidden
	}
}

func personas() []persona {
	contributor := forRole("c")
	return []persona{
		{"nobody", rapporteur.Principal{}, func(string, string, string) int { return http.StatusUnauthorized }},
		{"the Secretariat", rapporteur.Principal{ID: "person-1", Role: rapporteur.RoleSecretariat}, forRole("s")},
		{"an officer", rapporteur.Principal{ID: "person-2", Role: rapporteur.RoleClearance, Office: "OLA"}, forRole("k")},
		{"an administrator", rapporteur.Principal{ID: "person-3", Role: rapporteur.RoleAdministrator}, forRole("a")},
		{"its lead", rapporteur.Principal{ID: "person-4", Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingLead}, contributor},
		{"its colleague", rapporteur.Principal{ID: "person-5", Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingColleague, Delegation: "d-1", For: "person-4"},
			func(id, method, path string) int {
				if slices.Contains(leads, id) {
					return http.StatusForbidden
				}
				return contributor(id, method, path)
			}},
		{"another contributor", rapporteur.Principal{ID: "person-6", Role: rapporteur.RoleContributor, Contributor: "state-fra", Standing: rapporteur.StandingLead},
			func(id, method, path string) int {
				if contributor(id, method, path) == 0 && strings.Contains(path, "{contributor}") {
					return http.StatusNotFound
				}
				return contributor(id, method, path)
			}},
		{"a contributor of nowhere", rapporteur.Principal{ID: "person-7", Role: rapporteur.RoleContributor}, func(id, _, _ string) int {
			if permissions[id] == "skca" && slices.Contains(catalogue, id) {
				return 0
			}
			return http.StatusForbidden
		}},
		{"a key that only reads", rapporteur.Principal{ID: "key-8", Role: rapporteur.RoleContributor, Contributor: kenya, Scope: access.ScopeReadOnly},
			func(id, method, path string) int {
				if method != "get" && !slices.Contains(readers, id) || slices.Contains(steps, id) {
					return http.StatusForbidden
				}
				return contributor(id, method, path)
			}},
		{"a key for one action", rapporteur.Principal{ID: "key-9", Role: rapporteur.RoleSecretariat, Scope: "start-cycle"}, func(id, _, _ string) int {
			if id == "start-cycle" {
				return 0
			}
			return http.StatusForbidden
		}},
		{"a key for what its role may not", rapporteur.Principal{ID: "key-10", Role: rapporteur.RoleClearance, Office: "OLA", Scope: "start-cycle"}, func(string, string, string) int {
			return http.StatusForbidden
		}},
	}
}

// steps only read, and are part of what does not: delivering, keeping feeds.
var steps = []string{"get-intake-questionnaire", "list-feeds"}

// catalogue are the operations that are the same for everybody.
// Transmitted reports and statistics are too; a report that has not left is not
// there.
var catalogue = []string{
	"list-instruments", "get-instrument", "list-provisions", "list-streams", "get-coverage", "list-contributors", "get-report", "get-statistics",
}

// TestEveryOperationForEverybody tries every operation by everybody who can stand
// in another way to the thing that it acts on, and asserts each denial.
func TestEveryOperationForEverybody(t *testing.T) {
	h := openHouse(t)
	everybody := personas()
	named := map[string]rapporteur.Principal{}
	for _, p := range everybody {
		if p.who.ID != "" {
			named[p.name] = p.who
			h.secrets[p.name] = p.name
		}
	}
	h.service.Keys = people{h.service.Keys, named}
	denials := 0
	for path, operations := range readOpenAPI(t, h).Paths {
		for method, o := range operations {
			if path == healthPath || path == signingKeysPath {
				continue
			}
			for _, p := range everybody {
				want := p.expect(o.OperationID, method, path)
				key := p.name
				if p.who.ID == "" {
					key = ""
				}
				answer := h.call(exchange{key: key, method: strings.ToUpper(method), path: filled(path), body: "not JSON"})
				answer.what += " (" + o.OperationID + ") by " + p.name
				switch want {
				case 0:
					if answer.status == http.StatusUnauthorized || answer.status == http.StatusForbidden {
						t.Errorf("%s: %d %s", answer.what, answer.status, answer.body)
					}
					continue
				case http.StatusUnauthorized:
					answer.problem(want, "unidentified")
				case http.StatusForbidden:
					answer.problem(want, "forbidden")
				case http.StatusNotFound:
					answer.problem(want, "not-found")
				}
				denials++
			}
		}
	}
	t.Logf("%d denials", denials)
	if denials < 500 {
		t.Errorf("only %d denials were tried", denials)
	}
}

// Another office does not decide for one, unless that has delegated to it, which
// the clearance asks. A delegation is always of the own office: its request names
// none.
func TestAnotherOffice(t *testing.T) {
	h := openHouse(t)
	body := `{"draft_hash": "` + strings.Repeat("0", 64) + `", "step": "legal", "office": "OLA", "approve": true}`
	at := filled(clearancePath + "/decisions")
	h.post(dppaKey, at, body).problem(http.StatusForbidden, "forbidden")
	h.post(olaKey, at, body).problem(http.StatusNotFound, "not-found") // there is no draft yet
}
