package rapporteur_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// announced is what endpoints are told of a record.
func announced(t rapid.TB, h *house, r rapporteur.AuditRecord) (rapporteur.HookEvent, map[string]any) {
	t.Helper()
	event, ok := rapporteur.NewAnnouncer(h.catalogue)(r)
	if !ok {
		return event, nil
	}
	var payload struct {
		Type string
		Data map[string]any
	}
	if err := json.Unmarshal(event.Payload, &payload); err != nil || payload.Type != string(r.Action) {
		t.Fatalf("%s: %v", event.Payload, err)
	}
	return event, payload.Data
}

// Whatever a record holds, endpoints are told the listed details of its type and
// no other: no reason, no authority, no actor, no principal.
func TestEndpointsAreToldWhatIsListedAndNothingElse(t *testing.T) {
	h := &house{catalogue: must2(theCatalogue())(t)}
	names := []string{"authority", "reason", "for", "actor", "name", "address", "text", "summary", "drafter", "before", "key", "to", "from", "request-id"}
	for _, kind := range rapporteur.HookTypes {
		names = append(names, kind.Numbers...)
		names = append(names, kind.Texts...)
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(rapporteur.HookTypes).Draw(t, "type")
		details := map[string]string{}
		for _, name := range names {
			details[name] = rapid.SampledFrom([]string{"1", "Ms. Doe", "S/2018/1042", ""}).Draw(t, name)
		}
		_, data := announced(t, h, rapporteur.AuditRecord{
			Cycle: "s-res-2388-2017/op34/2018", Action: kind.Type, Contributor: kenya, Actor: "key-1", Reason: "Because.", Details: details,
		})
		allowed := append(kind.Data(), "cycle", "contributor")
		for name, value := range data {
			if !slices.Contains(allowed, name) {
				t.Fatalf("%s tells %s", kind.Type, name)
			}
			number := slices.ContainsFunc(kind.Numbers, func(n string) bool { return strings.ReplaceAll(n, "-", "_") == name })
			if _, isNumber := value.(float64); isNumber != number {
				t.Fatalf("%s tells %s as %T", kind.Type, name, value)
			}
			if name == "symbol" && value != "S/2018/1042" {
				t.Fatalf("%s tells the symbol %q", kind.Type, value)
			}
		}
	})
}

func must2[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func TestWhatIsRestricted(t *testing.T) {
	h := &house{catalogue: must2(theCatalogue())(t)}
	for name, c := range map[string]struct {
		cycle      rapporteur.CycleID
		action     rapporteur.Action
		details    map[string]string
		restricted bool
	}{
		"an answer":                  {"s-res-2388-2017/op34/2018", rapporteur.ActionSubmitted, nil, false},
		"receipts only":              {"s-res-2388-2017/op30/window-2018-H1", rapporteur.ActionWindowOpened, nil, true},
		"receipts only, an event":    {"s-res-2388-2017/op27b/occasion-1", rapporteur.ActionCyclePlanned, nil, true},
		"unclassified":               {"s-res-2388-2017/op9/window-2018-H1", rapporteur.ActionDelivered, map[string]string{"classification": "unclassified"}, false},
		"confidential":               {"s-res-2388-2017/op9/window-2018-H1", rapporteur.ActionDelivered, map[string]string{"classification": "confidential"}, true},
		"routed, of whatever class":  {"s-res-2388-2017/op9/window-2018-H1", rapporteur.ActionRouted, nil, true},
		"a stream that nobody knows": {"s-res-2388-2017/op99/2018", rapporteur.ActionSubmitted, nil, true},
		"an instrument nobody has":   {"s-res-1/op34/2018", rapporteur.ActionSubmitted, nil, true},
	} {
		record := rapporteur.AuditRecord{Cycle: c.cycle, Action: c.action, Contributor: kenya, Details: map[string]string{"hash": "abc", "version": "1"}}
		maps.Copy(record.Details, c.details)
		event, data := announced(t, h, record)
		if event.Restricted != c.restricted {
			t.Errorf("%s: restricted is %t", name, event.Restricted)
		}
		_, who := data["contributor"]
		_, hash := data["hash"]
		if who == c.restricted || c.restricted && hash {
			t.Errorf("%s: it tells %v", name, data)
		}
	}
	for _, action := range []rapporteur.Action{rapporteur.ActionAnswerRead, rapporteur.ActionKeyIssued, rapporteur.ActionContactsChanged, rapporteur.ActionWebhookAdded, "unheard.of"} {
		if _, ok := rapporteur.NewAnnouncer(h.catalogue)(rapporteur.AuditRecord{Cycle: "s-res-2388-2017/op34/2018", Action: action}); ok {
			t.Errorf("endpoints are told of %s", action)
		}
	}
	if _, ok := rapporteur.NewAnnouncer(h.catalogue)(rapporteur.AuditRecord{Action: rapporteur.ActionSubmitted}); ok {
		t.Error("endpoints are told of what belongs to no cycle")
	}
}

// A delivery that is marked reaches only an endpoint that is to be told of such,
// and does not say whose it is.
func TestARestrictedDeliveryIsToldToFewAndOfNobody(t *testing.T) {
	h, r, few := newHouse(t), newReceiver(t), newReceiver(t)
	h.running(op9)
	events := []rapporteur.Action{rapporteur.ActionDelivered}
	h.hook(r, func(w *rapporteur.WebhookWanted) { w.Events = events })
	h.hook(few, func(w *rapporteur.WebhookWanted) {
		w.Events, w.Instrument, w.Stream, w.Restricted = events, instrument, op9, true
	})
	h.deliver(kenya, flows("open"))
	h.deliver(france, flows("closed", `"classification":"unclassified"`, `"classification":"confidential"`, `"may_be_quoted":true`, `"may_be_quoted":false`))
	same(t, "messages", h.deliverHooks(), 3)
	if got := r.take(); len(got) != 1 || !strings.Contains(string(got[0].body), "state-ken") {
		t.Errorf("everybody is told %s", got)
	}
	for _, m := range few.take() {
		if strings.Contains(string(m.body), "state-fra") || strings.Contains(string(m.body), "confidential") && strings.Contains(string(m.body), "hash") {
			t.Errorf("told %s", m.body)
		}
	}
}

const hookTypesMark = "<!-- event types -->"

// The document lists the types that there are.
func TestTheDocumentListsEveryEventType(t *testing.T) {
	var table strings.Builder
	table.WriteString(hookTypesMark + "\n| type | what happened | data, beside `cycle` and `contributor` |\n|---|---|---|\n")
	for _, kind := range rapporteur.HookTypes {
		data := "–"
		if names := kind.Data(); len(names) > 0 {
			data = "`" + strings.Join(names, "`, `") + "`"
		}
		means := kind.Means
		if kind.Restricted {
			means += " (restricted)"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", kind.Type, means, data)
	}
	const file = "docs/hooks.md"
	document, err := os.ReadFile(file)
	must(t, err)
	parts := strings.Split(string(document), hookTypesMark)
	if len(parts) != 3 {
		t.Fatalf("%s has no place for the types", file)
	}
	want := parts[0] + table.String() + hookTypesMark + parts[2]
	if flag.Lookup("update").Value.String() == "true" { // compile_test.go defines it
		must(t, os.WriteFile(file, []byte(want), 0o600))
		return
	}
	if diff := cmp.Diff(want, string(document)); diff != "" {
		t.Errorf("%s; run the test with -update (-want +got):\n%s", file, diff)
	}
}
