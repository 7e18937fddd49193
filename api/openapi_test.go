package api

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur/access"
)

var update = flag.Bool("update", false, "write the golden files anew")

type openDocument struct {
	OpenAPI    string
	Paths      map[string]map[string]openOperation
	Components struct{ Schemas map[string]json.RawMessage }
}

type openOperation struct {
	OperationID string `json:"operationId"`
	Summary     string
	Description string
	Security    []map[string][]string
	Responses   map[string]struct {
		Description string
		Content     map[string]json.RawMessage
	}
}

func readOpenAPI(t *testing.T, h *house) openDocument {
	t.Helper()
	return read[openDocument](h.get("", "/openapi.json").want(http.StatusOK))
}

func TestOpenAPIGolden(t *testing.T) {
	h := newHouse(t)
	got := h.get("", "/openapi.json").want(http.StatusOK).body
	golden := filepath.Join("testdata", "openapi.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the document has changed; read the difference, then write it with -update (-want +got):\n%s", diff)
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	h := newHouse(t)
	document := readOpenAPI(t, h)
	if document.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", document.OpenAPI)
	}
	for name := range document.Components.Schemas {
		if strings.HasPrefix(name, "Error") {
			t.Errorf("the document has the framework's schema %s", name)
		}
	}
	seen := map[string]bool{}
	for path, operations := range document.Paths {
		for method, o := range operations {
			what := strings.ToUpper(method) + " " + path
			if o.Summary == "" || len(o.Description) < 20 || o.OperationID == "" || seen[o.OperationID] {
				t.Errorf("%s: summary %q, description %q, id %q", what, o.Summary, o.Description, o.OperationID)
			}
			seen[o.OperationID] = true
			openToAll := path == healthPath || path == signingKeysPath
			if o.Security == nil != openToAll {
				t.Errorf("%s: security %v", what, o.Security)
			}
			want := []string{"500", "503"}
			if !openToAll {
				want = append(want, "401", "403", "422")
			}
			if strings.Contains(path, "{") {
				want = append(want, "404")
			}
			if method == "post" || method == "put" {
				want = append(want, "400", "413", "415")
			}
			for _, status := range want {
				if _, ok := o.Responses[status].Content[problemMedia]; !ok {
					t.Errorf("%s: no problem document for %s", what, status)
				}
			}
			for status, response := range o.Responses {
				if response.Description == "" {
					t.Errorf("%s: %s is not described", what, status)
				}
			}
		}
	}
}

// routes lists every route of the router as method and pattern.
func routes(t *testing.T, h *house) []string {
	t.Helper()
	var found []string
	err := chi.Walk(h.service.router, func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		found = append(found, method+" "+pattern)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// filled is a route's pattern with values that exist in the test's record.
func filled(pattern string) string {
	if strings.HasPrefix(pattern, "/v1/intakes/") {
		pattern = strings.NewReplacer("{stream}", "op9", "{period}", "window-2018-H1").Replace(pattern)
	}
	return strings.NewReplacer("{instrument}", "s-res-2388-2017", "{stream}", "op34", "{period}", "2018", "{contributor}", "state-ken",
		"{kind}", "open", "{number}", "1", "{version}", "1", "{id}", "0123456789abcdef", "{destination}", "entity-cted", "{section}", "op3", "{message}", "msg_1").Replace(pattern)
}

func TestRoutesAreTheDocumentedOnes(t *testing.T) {
	h := newHouse(t)
	documented := []string{"GET /openapi.json", "GET /problems/{kind}", "GET " + feedPattern}
	for path, operations := range readOpenAPI(t, h).Paths {
		for method := range operations {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(documented, routes(t, h)); diff != "" {
		t.Errorf("(-documented +served):\n%s", diff)
	}
}

func TestNothingIsOpenButTheList(t *testing.T) {
	h := openHouse(t)
	open := map[string]bool{"GET /healthz": true, "GET /openapi.json": true, "GET /problems/{kind}": true, "GET /v1/signing-keys": true, "GET " + feedPattern: true}
	for _, route := range routes(t, h) {
		method, pattern, _ := strings.Cut(route, " ")
		if open[route] {
			continue
		}
		for name, authorization := range map[string]string{
			"no key": "", "no scheme": h.secrets[staffKey], "basic": "Basic " + h.secrets[staffKey], "nonsense": "Bearer nonsense",
			"unknown key": "Bearer rap_0123456789abcdef_" + strings.Repeat("a", 52), "half a key": "Bearer " + h.secrets[staffKey][:30],
		} {
			answer := h.call(exchange{method: method, path: filled(pattern), body: "{}", headers: map[string]string{"Authorization": authorization}})
			answer.what += " with " + name
			answer.problem(http.StatusUnauthorized, "unidentified")
			if answer.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: no WWW-Authenticate", route)
			}
		}
	}
}

// permissions says which roles may do each operation to things that are not
// somebody else's: s the Secretariat, k clearance, c contributors, a
// administrators. It is written out again on purpose: a change of the policy
// must be made twice.
var permissions = map[string]string{
	"list-instruments": "skca", "get-instrument": "skca", "list-provisions": "skca", "list-streams": "skca", "get-coverage": "skca", "list-contributors": "skca",
	"get-contacts": "s", "put-contacts": "s", "start-cycle": "s", "list-cycles": "skca", "get-cycle": "skca", "command-cycle": "s",
	"list-requests": "sca", "get-request": "sca", "get-questionnaire": "sca", "list-follow-ups": "sca", "validate": "c", "submit": "c", "submit-short": "c",
	"list-submissions": "sca", "get-submission": "sca", "get-submission-body": "sc", "get-submission-receipt": "sca", "ask-extension": "c", "decide-extension": "s",
	"get-workbook": "sc", "validate-workbook": "c", "submit-workbook": "c", "get-figures": "sc", "check-figures": "c",
	"diff-submission": "sc", "withdraw-submission": "c", "list-quotations": "sca", "migrate-questionnaire": "s", "list-migrations": "sca",
	"get-kept-answers": "sc", "get-migrated-answer": "sc",
	"remind": "s", "snooze": "s", "settle": "s", "draw-up-note": "s",
	"return-submission": "s", "get-ledger": "sa", "list-drafts": "ska", "get-draft": "ska", "get-report": "skca", "get-clearance": "ska",
	"decide": "k", "delegate": "k", "get-observations": "ska", "put-observations": "s", "get-history": "sa",
	"list-calendars": "ska", "get-calendar": "ska", "start-calendar": "s", "pause-calendar": "s", "date-event": "s", "move-due-date": "s",
	"get-compliance": "skca", "list-stuck": "a", "repair": "a", "issue-key": "a", "list-keys": "a", "revoke-key": "a",
	"list-intakes": "skca", "get-intake": "skca", "start-intake": "s", "stop-intake": "s", "get-intake-questionnaire": "c",
	"validate-delivery": "c", "deliver": "c", "leave-receipt": "c", "list-deliveries": "sca", "get-delivery": "sca", "get-delivery-body": "sc",
	"list-delivery-records": "sca", "get-delivery-record": "sca", "appoint-drafter": "sa",
	"list-rules": "sa", "suspend-rule": "s", "lift-rule": "s", "list-findings": "s", "list-draft-notes": "s",
	"get-statistics": "skca", "publish-statistics": "s",
	"get-working-answer": "c", "list-working-saves": "c", "check-working-answer": "c", "get-working-section": "c", "put-working-section": "c",
	"delete-working-section": "c", "prefill-working-answer": "c", "confirm-working-section": "c", "submit-working-answer": "c",
	"export-audit": "a", "export-cycle": "sa",
	"make-feed": "skca", "list-feeds": "skca", "revoke-feed": "skca",
	"add-webhook": "a", "list-webhooks": "a", "get-webhook": "a", "change-webhook": "a", "delete-webhook": "a", "rotate-webhook-secret": "a",
	"list-webhook-deliveries": "a", "redeliver-webhook-message": "a", "test-webhook": "a",
	"list-colleagues": "c", "delegate-to-colleague": "c", "end-delegation": "c",
	"list-persons": "a", "block-person": "a", "unblock-person": "a",
	"attach": "c", "list-attachments": "sc", "get-attachment": "sc", "remove-attachment": "c",
}

func TestEveryOperationAndRole(t *testing.T) {
	h := openHouse(t)
	keys := map[string]string{"s": staffKey, "k": olaKey, "c": kenyaKey, "a": adminKey}
	tried := 0
	for path, operations := range readOpenAPI(t, h).Paths {
		for method, o := range operations {
			if path == healthPath || path == signingKeysPath {
				continue
			}
			may, known := permissions[o.OperationID]
			if !known {
				t.Errorf("nothing says who may do %s", o.OperationID)
			}
			tried++
			for letter, key := range keys {
				answer := h.call(exchange{key: key, method: strings.ToUpper(method), path: filled(path), body: "not JSON"})
				if !strings.Contains(may, letter) {
					answer.what += " by " + key
					answer.problem(http.StatusForbidden, "forbidden")
				} else if answer.status == http.StatusUnauthorized || answer.status == http.StatusForbidden {
					t.Errorf("%s by %s: %d %s", o.OperationID, key, answer.status, answer.body)
				}
			}
		}
	}
	if tried != len(permissions) {
		t.Errorf("%d operations were tried, %d are in the table", tried, len(permissions))
	}
}

func TestEveryActionOfThePolicyIsUsed(t *testing.T) {
	used := map[access.Action]bool{}
	source, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../web/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	process, err := filepath.Glob("../cmd/internal/wiring/*.go") // the codec server is a process of its own
	if err != nil {
		t.Fatal(err)
	}
	source = append(append(source, pages...), process...)
	var all strings.Builder
	for _, file := range source {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	for _, rule := range access.Policy {
		var name strings.Builder
		for word := range strings.SplitSeq(string(rule.Action), "-") {
			name.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
		used[rule.Action] = strings.Contains(all.String(), "access."+name.String())
		if !used[rule.Action] {
			t.Errorf("no operation and no page asks whether %s is allowed", rule.Action)
		}
	}
}

// TestOthersThingsAreNotThere holds that a contributor cannot tell another's
// request from one that does not exist.
func TestOthersThingsAreNotThere(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	for path, operations := range readOpenAPI(t, h).Paths {
		if !strings.HasPrefix(path, requestPath) {
			continue
		}
		for method, o := range operations {
			if !strings.Contains(permissions[o.OperationID], "c") {
				continue
			}
			ask := func(contributor string) Problem {
				at := strings.Replace(filled(path), "state-ken", contributor, 1)
				return h.call(exchange{key: franceKey, method: strings.ToUpper(method), path: at, body: "{}"}).problem(http.StatusNotFound, "not-found")
			}
			there, nowhere := ask("state-ken"), ask("state-xyz")
			there.Instance, nowhere.Instance = "", ""
			there.Detail = strings.Replace(there.Detail, "state-ken", "state-xyz", 1)
			if diff := cmp.Diff(nowhere, there); diff != "" {
				t.Errorf("%s: (-not there +another's):\n%s", o.OperationID, diff)
			}
		}
	}
	list := read[struct{ Items []Request }](h.get(franceKey, cycleAt+"/requests").want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].Contributor != "state-fra" {
		t.Errorf("France sees %+v", list.Items)
	}
}
