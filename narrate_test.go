package rapporteur

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const narratedCycle CycleID = "s-res-2388-2017/op34/2018"

var narratedStart = time.Date(2018, time.March, 1, 9, 0, 0, 0, time.UTC)

func narratedName(id ContributorID) string {
	names := map[ContributorID]string{
		"state-ken": "Kenya", "state-alb": "Albania", "state-aut": "Austria", "state-bel": "Belgium", "state-chl": "Chile",
	}
	if name, ok := names[id]; ok {
		return name
	}
	return string(id)
}

// told is a record on a day of the narrated cycle.
func told(seq int64, day int, action Action, who ContributorID, details ...string) AuditRecord {
	r := AuditRecord{
		Seq: seq, Cycle: narratedCycle, At: narratedStart.AddDate(0, 0, day), Actor: "key-1",
		Action: action, Contributor: who, Details: map[string]string{},
	}
	for i := 0; i+1 < len(details); i += 2 {
		r.Details[details[i]] = details[i+1]
	}
	return r
}

func narrate(records []AuditRecord, events ...EngineEvent) []HistoryLine {
	return Narrate(Cycle{ID: narratedCycle, StartedAt: narratedStart}, narratedName, records, events)
}

func narrated(lines []HistoryLine) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.String())
	}
	return out
}

func TestNarrateSaysEachAction(t *testing.T) {
	cases := []struct {
		name   string
		record AuditRecord
		want   string
	}{
		{"planned", told(1, 0, ActionCyclePlanned, "", "contributors", "193", "mandated", "2018-11-21", "opens", "2018-04-02", "due", "2018-06-01"),
			"Day 0: Cycle planned: 193 contributors, requests on 2 April 2018, answers due on 1 June 2018, report mandated for 21 November 2018"},
		{"preflight", told(1, 3, ActionPreflightFailed, "", "unreachable", "1"), "Day 3: The cycle could not open: 1 contributor cannot be reached"},
		{"opened", told(1, 32, ActionCycleOpened, "", "requests", "193", "due", "2018-06-01"), "Day 32: Cycle opened: 193 requests, answers due on 1 June 2018"},
		{"request sent", told(1, 32, ActionRungSent, "", "rung", "request", "notice", "request", "sent", "192", "failed", "1", "escalated", "0"),
			"Day 32: Request sent to 192 contributors, 1 refused by mail servers"},
		{"overdue", told(1, 40, ActionRungSent, "", "notice", "overdue", "sent", "1", "failed", "0"), "Day 40: Overdue reminder sent to 1 contributor"},
		{"escalating rung", told(1, 90, ActionRungSent, "", "notice", "escalation", "sent", "0", "escalated", "12"), "Day 90: Ladder climbed: 12 silent contributors escalated"},
		{"statistics", told(1, 95, ActionStatisticsReleased, "", "release", "2", "contributors", "3", "figures", "120", "withheld", "45"),
			"Day 95: Statistics published (release 2): 120 figures of 3 contributors, 45 withheld"},
		{"statistics, all told", told(1, 95, ActionStatisticsReleased, "", "release", "1", "contributors", "1", "figures", "1", "withheld", "0"),
			"Day 95: Statistics published (release 1): 1 figure of 1 contributor"},
		{"reminder asked", told(1, 33, ActionReminderAsked, "state-ken", "number", "1", "due", "2018-06-01"), "Day 33: Kenya to be reminded out of turn"},
		{"snoozed", told(1, 33, ActionSnoozed, "state-ken", "until", "2018-06-01"), "Day 33: Kenya not to be reminded before 1 June 2018"},
		{"snooze lifted", told(1, 33, ActionSnoozeLifted, "state-ken", "before", "2018-06-01"), "Day 33: Kenya to be reminded again as planned"},
		{"settled by hand", told(1, 42, ActionSettled, "state-ken", "version", "2"), "Day 42: Kenya: version 2 of the answer taken as it stands"},
		{"note verbale", told(1, 42, ActionNoteDrawnUp, "state-ken", "language", "fr"), "Day 42: Kenya: note verbale drawn up (fr)"},
		{"message failed", told(1, 33, ActionMessageFailed, "state-ken", "notice", "final"), "Day 33: Kenya could not be written to: the final reminder was refused by the mail server"},
		{"answer", told(1, 41, ActionSubmitted, "state-ken", "version", "1", "return-type", "answered", "findings", "0", "late", "false"), "Day 41: Kenya: answer accepted"},
		{"late second nil return", told(1, 99, ActionSubmitted, "state-ken", "version", "2", "return-type", "nil", "findings", "1", "late", "true"),
			"Day 99: Kenya: nil return accepted, version 2, late, 1 finding"},
		{"not applicable", told(1, 41, ActionSubmitted, "state-ken", "version", "1", "return-type", "not-applicable"), "Day 41: Kenya: return of “not applicable” accepted"},
		{"file attached", told(1, 41, ActionFileAttached, "state-ken", "media", "application/pdf", "size", "1200"), "Day 41: Kenya: 1 file attached"},
		{"file read", told(1, 42, ActionFileRead, "state-ken"), "Day 42: Kenya: 1 file read"},
		{"file removed", told(1, 42, ActionFileRemoved, "state-ken"), "Day 42: Kenya: 1 file removed"},
		{"declined", told(1, 41, ActionSubmitted, "state-ken", "version", "1", "return-type", "declined"), "Day 41: Kenya declined to answer"},
		{"covered", told(1, 41, ActionSubmitted, "state-ken", "version", "1", "return-type", "covered"), "Day 41: Kenya: reference to another report accepted"},
		{"answer withdrawn", told(1, 45, ActionAnswerWithdrawn, "state-ken", "version", "2", "drafts", ""), "Day 45: Kenya withdrew what was answered"},
		{"quoted answer withdrawn", told(1, 130, ActionAnswerWithdrawn, "state-ken", "version", "2", "drafts", "1, 2"), "Day 130: Kenya withdrew what was answered, quoted in draft 1, 2"},
		{"migration ordered", told(1, 50, ActionMigrationOrdered, "", "questionnaire", "member-state", "from", "1.0.0", "to", "1.1.0"),
			"Day 50: Version 1.1.0 of the questionnaire member-state asked in place of 1.0.0"},
		{"asked another version", told(1, 50, ActionMigrated, "state-ken", "questionnaire", "member-state", "from", "1.0.0", "to", "1.1.0", "outcome", "unchanged"),
			"Day 50: Kenya asked by version 1.1.0 of member-state"},
		{"carried over", told(1, 50, ActionMigrated, "state-ken", "questionnaire", "member-state", "to", "1.1.0", "outcome", "unchanged", "version", "3"),
			"Day 50: Kenya asked by version 1.1.0 of member-state, answers carried over"},
		{"carried over elsewhere", told(1, 50, ActionMigrated, "state-ken", "questionnaire", "member-state", "to", "1.1.0", "outcome", "mapped", "version", "3"),
			"Day 50: Kenya asked by version 1.1.0 of member-state, answers carried over to their new places"},
		{"to be completed", told(1, 50, ActionMigrated, "state-ken", "questionnaire", "member-state", "to", "1.1.0", "outcome", "needs-contributor", "due", "2018-06-15"),
			"Day 50: Kenya asked by version 1.1.0 of member-state, answers to be completed by 15 June 2018"},
		{"not to be completed", told(1, 50, ActionMigrated, "state-ken", "questionnaire", "member-state", "to", "1.0.0", "outcome", "unchanged", "called-back", "true"),
			"Day 50: Kenya asked by version 1.0.0 of member-state, nothing to be completed any more"},
		{"collected", told(1, 42, ActionCollected, "", "collected", "7", "open", "120"), "Day 42: 7 answers collected, 120 still open"},
		{"extension asked", told(1, 50, ActionExtensionAsked, "state-ken", "until", "2018-06-20"), "Day 50: Kenya asked for time until 20 June 2018"},
		{"extension granted", told(1, 51, ActionExtensionGranted, "state-ken", "until", "2018-06-15"), "Day 51: Kenya given time until 15 June 2018"},
		{"extension refused", told(1, 51, ActionExtensionRefused, "state-ken", "until", ""), "Day 51: Kenya refused more time"},
		{"escalated", told(1, 95, ActionEscalated, "state-ken"), "Day 95: Kenya escalated: silent on the common path"},
		{"follow-up ended", told(1, 97, ActionFollowUpEnded, "state-ken", "outcome", "answered"), "Day 97: Kenya back on the common path: answered"},
		{"added", told(1, 40, ActionContributorAdded, "state-ken"), "Day 40: Kenya added to those asked"},
		{"withdrawn", told(1, 40, ActionContributorWithdrew, "state-ken"), "Day 40: Kenya withdrawn from those asked"},
		{"deadline", told(1, 60, ActionDeadlineMoved, "", "date", "2018-06-30", "authority", "S/2018/400"), "Day 60: Deadline moved to 30 June 2018 on the authority of S/2018/400"},
		{"open asked", told(1, 2, ActionOpenAsked, ""), "Day 2: Opening asked for"},
		{"close asked", told(1, 2, ActionCloseAsked, ""), "Day 2: Close of collection asked for"},
		{"closed", told(1, 120, ActionCollectionClosed, "", "settled", "150", "no-reply", "43"), "Day 120: Collection closed: 150 settled, 43 without a reply"},
		{"compiled", told(1, 121, ActionCompiled, "", "draft", "1", "words", "8123"), "Day 121: Draft 1 compiled, 8123 words"},
		{"clearance", told(1, 121, ActionClearanceStarted, "", "draft", "1"), "Day 121: Draft 1 sent for clearance"},
		{"approved", told(1, 122, ActionDecided, "", "draft", "1", "step", "concurrence", "office", "OLA", "decision", "approved"), "Day 122: OLA approved draft 1 at step concurrence"},
		{"approved for", told(1, 122, ActionDecided, "", "draft", "1", "step", "legal", "office", "OLA", "decision", "approved", "for", "key-9"),
			"Day 122: OLA approved draft 1 at step legal, on behalf of key-9"},
		{"draft returned", told(1, 123, ActionDecided, "", "draft", "1", "step", "legal", "office", "OLA", "decision", "returned to drafting"),
			"Day 123: OLA returned draft 1 to drafting from step legal"},
		{"delegated", told(1, 122, ActionDelegated, "", "draft", "1", "office", "OLA", "to", "key-7", "from-date", "2018-07-01", "until", "2018-07-09"),
			"Day 122: The decision of OLA on draft 1 delegated to key-7 from 1 July 2018 until 9 July 2018"},
		{"redraft", told(1, 124, ActionRedraftAsked, ""), "Day 124: Next draft asked for"},
		{"transmit asked", told(1, 260, ActionTransmitAsked, "", "symbol", "S/2018/1042"), "Day 260: Transmittal as S/2018/1042 asked for"},
		{"transmitted late", told(1, 265, ActionTransmitted, "", "symbol", "S/2018/1042", "masthead", "2018-11-22", "mandated", "2018-11-21"),
			"Day 265: Report transmitted as S/2018/1042, masthead 22 November 2018, 1 day after the mandated date"},
		{"transmitted early", told(1, 260, ActionTransmitted, "", "symbol", "S/2018/1042", "masthead", "2018-11-19", "mandated", "2018-11-21"),
			"Day 260: Report transmitted as S/2018/1042, masthead 19 November 2018, 2 days before the mandated date"},
		{"transmitted on the day", told(1, 265, ActionTransmitted, "", "symbol", "S/2018/1042", "masthead", "2018-11-21", "mandated", "2018-11-21"),
			"Day 265: Report transmitted as S/2018/1042, masthead 21 November 2018, on the mandated date"},
		{"section handed over", told(1, 270, ActionHandedOver, "", "drafter", "DPO", "section", "1", "words", "120"),
			"Day 270: Section handed over to DPO, 120 words"},
		{"no section", told(1, 270, ActionHandedOver, "", "drafter", "DPO"), "Day 270: No section to hand over to DPO"},
		{"issue noted", told(1, 290, ActionIssueNoted, "", "symbol", "S/2018/831"), "Day 290: Host report noted as issued under S/2018/831"},
		{"host issued", told(1, 290, ActionHostIssued, "", "symbol", "S/2018/831", "masthead", "2018-09-11", "mandated", "2018-09-11", "paragraphs", "45–47"),
			"Day 290: Host report issued as S/2018/831 with the section in paragraphs 45–47, masthead 11 September 2018, on the mandated date"},
		{"host issued without", told(1, 290, ActionHostIssued, "", "symbol", "S/2018/831", "masthead", "2018-09-14", "mandated", "2018-09-11"),
			"Day 290: Host report issued as S/2018/831 without the section, masthead 14 September 2018, 3 days after the mandated date"},
		{"occasion planned", told(1, 0, ActionCyclePlanned, "", "contributors", "6", "mandated", "2018-05-22", "opens", "2018-04-24", "due", "2018-05-15", "event", "2018-05-22", "asks", "reply"),
			"Day 0: Occasion planned for 22 May 2018: 6 contributors, invitations on 24 April 2018, replies due on 15 May 2018"},
		{"invitations sent", told(1, 54, ActionRungSent, "", "rung", "request", "notice", "invitation", "sent", "6"), "Day 54: Invitation sent to 6 contributors"},
		{"rescheduled", told(1, 60, ActionRescheduled, "", "date", "2018-06-19", "authority", "S/2018/500"),
			"Day 60: Event moved to 19 June 2018 on the authority of S/2018/500"},
		{"report on an event planned", told(1, 0, ActionCyclePlanned, "", "contributors", "1", "mandated", "2018-02-20", "opens", "2018-03-01", "due", "2018-03-22", "event", "2018-02-20", "asks", "report"),
			"Day 0: Occasion planned for 20 February 2018: 1 contributor, requests to report on 1 March 2018, answers due on 22 March 2018"},
		{"receipts planned", told(1, 0, ActionCyclePlanned, "", "contributors", "2", "mandated", "2018-05-22", "opens", "2018-04-24", "due", "2018-06-05", "event", "2018-05-22", "asks", "receipt"),
			"Day 0: Occasion planned for 22 May 2018: 2 contributors, invitations on 24 April 2018, receipts due on 5 June 2018"},
		{"due date moved", told(1, 3, ActionDueMoved, "", "series", "unmiss", "kind", "extension", "due", "2018-06-13", "to", "2018-06-30", "authority", "S/2018/500"),
			"Day 3: Due date of unmiss moved from 13 June 2018 to 30 June 2018 on the authority of S/2018/500"},
		{"report planned", told(1, 3, ActionDueMoved, "", "series", "unmiss", "kind", "programme", "due", "2018-06-13", "to", "2018-06-08", "authority", "S/2018/500"),
			"Day 3: Report of unmiss due on 13 June 2018 planned for 8 June 2018 on the authority of S/2018/500"},
		{"event held", told(1, 83, ActionOutcomeRecorded, "", "outcome", "held", "date", "2018-05-23", "symbol", "S/PV.8263", "participants", "3"),
			"Day 83: Outcome recorded: the event was held on 23 May 2018 (S/PV.8263), 3 participants"},
		{"event held, no more", told(1, 83, ActionOutcomeRecorded, "", "outcome", "held", "date", "2018-05-23"),
			"Day 83: Outcome recorded: the event was held on 23 May 2018"},
		{"event postponed", told(1, 83, ActionOutcomeRecorded, "", "outcome", "postponed"), "Day 83: Outcome recorded: the event was postponed without a date"},
		{"event not held", told(1, 83, ActionOutcomeRecorded, "", "outcome", "not-held"), "Day 83: Outcome recorded: the event did not take place"},
		{"called off", told(1, 83, ActionCalledOff, "", "told", "2"), "Day 83: Event called off: nothing more asked of 2 contributors"},
		{"cycle closed", told(1, 266, ActionCycleClosed, ""), "Day 266: Cycle closed"},
		{"cycle closed, work removed", told(1, 266, ActionCycleClosed, "", "working-answers", "2"), "Day 266: Cycle closed, 2 working answers removed"},
		{"cancel asked", told(1, 70, ActionCancelAsked, ""), "Day 70: Cancellation asked for"},
		{"cancelled", told(1, 70, ActionCancelled, ""), "Day 70: Cycle cancelled, its requests withdrawn"},
		{"cancelled, work removed", told(1, 70, ActionCancelled, "", "working-answers", "1"), "Day 70: Cycle cancelled, its requests withdrawn, 1 working answer removed"},
		{"audit exported", told(1, 270, ActionAuditExported, "", "sealed", "7"), "Day 270: Audit record exported"},
		{"payloads decoded", told(1, 270, ActionPayloadsDecoded, "", "payloads", "12", "workflows", "cycle/i/s/2018, follow-up/i/s/2018/state-ken/1", "more-workflows", "2"),
			"Day 270: Read what the engine was told: 12 payloads of cycle/i/s/2018, follow-up/i/s/2018/state-ken/1 and 2 other workflows"},
		{"payload decoded", told(1, 270, ActionPayloadsDecoded, "", "payloads", "1"), "Day 270: Read what the engine was told: 1 payload"},
		{"archive made", told(1, 270, ActionCycleExported, "", "cycle", "i/s/2018", "versions", "2", "answers", "masked"),
			"Day 270: Archive of i/s/2018 made, with 2 answers: masked"},
		{"signed in", told(1, 3, ActionPersonSignedIn, "", "role", "secretariat"), "Day 3: Signed in as secretariat"},
		{"an officer", told(1, 3, ActionPersonSignedIn, "", "role", "clearance", "office", "OLA"), "Day 3: Signed in as clearance of OLA"},
		{"a colleague", told(1, 3, ActionPersonSignedIn, "state-ken", "role", "contributor", "standing", "colleague", "for", "person-1"),
			"Day 3: Signed in as colleague of Kenya, delegated by person-1"},
		{"link asked", told(1, 3, ActionLinkAsked, "state-ken", "role", "contributor", "standing", "lead"), "Day 3: Link asked for to sign in as lead of Kenya"},
		{"link used", told(1, 3, ActionLinkUsed, "state-ken", "role", "contributor", "standing", "lead"), "Day 3: Link used to sign in as lead of Kenya"},
		{"blocked", told(1, 3, ActionPersonBlocked, "", "person", "person-9"), "Day 3: Kept out from now on: person-9"},
		{"unblocked", told(1, 3, ActionPersonUnblocked, "", "person", "person-9"), "Day 3: Let in again: person-9"},
		{"delegation given", told(1, 3, ActionDelegationGiven, "state-ken", "to", "person-d-1", "from-date", "2018-05-03", "until", "2018-05-20"),
			"Day 3: Kenya: work on answers delegated to person-d-1 from 3 May 2018 until 20 May 2018"},
		{"delegation ended", told(1, 3, ActionDelegationEnded, "state-ken", "to", "person-d-1"), "Day 3: Kenya: delegation to person-d-1 ended"},
		{"contacts", told(1, 70, ActionContactsChanged, "state-ken", "contacts", "2"), "Day 70: Kenya has other contacts: 2 contacts"},
		{"observations", told(1, 70, ActionObservationsChanged, "", "paragraphs", "3"), "Day 70: Observations of the Secretariat written: 3 paragraphs"},
		{"intake started", told(1, 0, ActionIntakeStarted, "", "first", "2018-03-01", "last", "2018-06-30"),
			"Day 0: Intake started, its first window from 1 March 2018 to 30 June 2018"},
		{"window opened", told(1, 0, ActionWindowOpened, "", "first", "2018-07-01", "last", "2018-12-31"), "Day 0: Window opened, from 1 July 2018 to 31 December 2018"},
		{"delivery", told(1, 5, ActionDelivered, "state-ken", "delivery", "7", "classification", "confidential", "findings", "1"),
			"Day 5: Kenya: delivery 7 taken, confidential, 1 finding"},
		{"receipt", told(1, 5, ActionReceiptLeft, "state-ken", "delivery", "8", "classification", "strictly-confidential", "to", "entity-unitad", "handed-over", "2018-03-04"),
			"Day 5: Kenya: receipt 8 left for what was handed over to entity-unitad on 4 March 2018, strictly-confidential"},
		{"routed", told(1, 5, ActionRouted, "entity-cted", "delivery", "7", "key", "k"), "Day 5: entity-cted given the signed record of delivery 7"},
		{"window closed", told(1, 122, ActionWindowClosed, "", "deliveries", "1"), "Day 122: Window closed with 1 delivery"},
		{"window digested", told(1, 122, ActionWindowDigested, "", "deliveries", "12", "words", "640"), "Day 122: Digest of the window made, 640 words"},
		{"intake stopped", told(1, 90, ActionIntakeStopped, ""), "Day 90: Intake stopped"},
		{"a later release's action", told(1, 70, "request.put-aside", "state-ken"), "Day 70: request put aside: Kenya"},
		{"before the start", told(1, -1, ActionCycleClosed, ""), "Day -1: Cycle closed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			lines := narrate([]AuditRecord{c.record})
			if len(lines) != 1 || lines[0].String() != c.want {
				t.Errorf("got %q\nwant %q", narrated(lines), c.want)
			}
		})
	}
}

func TestNarrateHasWordsForEveryAction(t *testing.T) {
	for _, action := range everyAction(t) {
		n := narrator{name: narratedName, findings: map[string]int{}}
		r := told(1, 0, action, "state-ken")
		if text := n.text([]AuditRecord{r}); text == "" || text == n.unknown(r) {
			t.Errorf("%s: there are no words but %q", action, text)
		}
	}
}

// everyAction is every Action that this package declares.
func everyAction(t *testing.T) []Action {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []Action
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "Action" {
				return false
			}
			for _, value := range spec.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, Action(text))
			}
			return false
		})
	}
	if len(all) < 40 {
		t.Fatalf("found only %d actions", len(all))
	}
	return all
}

func TestNarrateFolds(t *testing.T) {
	reason := func(r AuditRecord, reason string) AuditRecord { r.Reason = reason; return r }
	actor := func(r AuditRecord, actor string) AuditRecord { r.Actor = actor; return r }
	answer := func(seq int64, day int, who ContributorID, kind string) AuditRecord {
		return actor(told(seq, day, ActionSubmitted, who, "version", "1", "return-type", kind, "findings", "2", "late", "false"), "key-"+string(who))
	}
	records := []AuditRecord{
		answer(1, 41, "state-alb", "answered"), answer(2, 41, "state-aut", "answered"), answer(3, 41, "state-bel", "nil"),
		answer(5, 41, "state-chl", "answered"), answer(6, 41, "state-ken", "answered"),
		answer(7, 42, "state-ken", "answered"),
		reason(told(8, 42, ActionReturned, "state-ken", "version", "1", "due", "2018-05-03"), "The totals differ."),
		reason(told(9, 42, ActionReturned, "state-chl", "version", "1", "due", "2018-05-03"), "The totals differ."),
		reason(told(10, 42, ActionReturned, "state-aut", "version", "1", "due", "2018-05-03"), "No source is named."),
		told(11, 42, ActionExtensionAsked, "state-alb", "until", "2018-06-20"),
		told(12, 42, ActionExtensionAsked, "state-bel", "until", "2018-06-21"),
		told(13, 43, ActionCollected, "", "collected", "3", "open", "9"), told(14, 43, ActionCollected, "", "collected", "1", "open", "8"),
	}
	want := []string{
		"Day 41: 4 answers, 1 nil return accepted: Albania, Austria, Belgium and 2 more",
		"Day 42: Kenya: answer accepted, 2 findings",
		"Day 42: Kenya and Chile returned for correction, 4 findings, due 3 May 2018",
		"Day 42: Austria returned for correction, 2 findings, due 3 May 2018",
		"Day 42: Albania asked for time until 20 June 2018",
		"Day 42: Belgium asked for time until 21 June 2018",
		"Day 43: 4 answers collected, 8 still open",
	}
	lines := narrate(records)
	if diff := cmp.Diff(want, narrated(lines)); diff != "" {
		t.Fatalf("lines (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{1, 6}, lines[0].Seqs); diff != "" || lines[0].Count != 5 {
		t.Errorf("the first line stands for %v, %d records", lines[0].Seqs, lines[0].Count)
	}
	if want := "key-state-alb, key-state-aut, key-state-bel and 2 more"; lines[0].Actor != want {
		t.Errorf("actors %q, want %q", lines[0].Actor, want)
	}
	if lines[2].Reason != "The totals differ." || lines[2].Actor != "key-1" {
		t.Errorf("reason %q of %q", lines[2].Reason, lines[2].Actor)
	}
}

// TestNarrateTellsByBusinessTime holds that a workflow whose clock is behind,
// and writes later, is told where it happened; what happened at once stays in
// the order in which it was written.
func TestNarrateTellsByBusinessTime(t *testing.T) {
	records := []AuditRecord{
		told(1, 40, ActionCollected, "", "collected", "1", "open", "9"), told(2, 38, ActionEscalated, "state-ken"),
		told(3, 40, ActionExtensionRefused, "state-alb"), told(4, 38, ActionEscalated, "state-chl"), told(5, 39, ActionCloseAsked, ""),
	}
	want := []string{
		"Day 38: Kenya and Chile escalated: silent on the common path", "Day 39: Close of collection asked for",
		"Day 40: 1 answer collected, 9 still open", "Day 40: Albania refused more time",
	}
	lines := narrate(records)
	if diff := cmp.Diff(want, narrated(lines)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if records[0].Seq != 1 || records[1].Seq != 2 {
		t.Error("the caller's records were put into another order")
	}
}

func TestNarrateNamesTheEvents(t *testing.T) {
	cycle, followUp := CycleWorkflowID(narratedCycle), FollowUpWorkflowID(RequestKey{Cycle: narratedCycle, Contributor: "state-ken"}, 1)
	event := func(workflow string, id int64, kind, ref string, seq int64) EngineEvent {
		return EngineEvent{Workflow: workflow, Run: "r1", ID: id, Type: kind, Ref: ref, AuditSeq: seq, At: narratedStart.Add(time.Duration(id) * time.Hour)}
	}
	events := []EngineEvent{
		event(cycle, 1, "WorkflowExecutionStarted", "", 0), event(cycle, 2, "WorkflowTaskScheduled", "", 0),
		event(cycle, 5, "ActivityTaskScheduled", "9", 0), event(cycle, 7, "ActivityTaskCompleted", "9", 0),
		event(cycle, 11, "WorkflowExecutionSignaled", "", 4), event(cycle, 12, "TimerStarted", "9t", 0),
		event(cycle, 15, "WorkflowExecutionUpdateAccepted", "c-1", 0), event(cycle, 17, "ActivityTaskCompleted", "15", 0),
		event(cycle, 18, "WorkflowExecutionUpdateCompleted", "c-1", 0), event(cycle, 30, "WorkflowExecutionSignaled", "", 99),
		event(followUp, 1, "WorkflowExecutionStarted", "", 6), event(followUp, 4, "ActivityTaskCompleted", "9", 0),
	}
	byEngine := func(r AuditRecord, workflow, activity string) AuditRecord {
		r.Workflow, r.Run, r.Event = workflow, "r1", activity
		return r
	}
	command := byEngine(told(5, 3, ActionDeadlineMoved, ""), cycle, "15")
	command.Key = "command/" + string(narratedCycle) + "/c-1"
	otherRun := byEngine(told(9, 6, ActionCycleClosed, ""), cycle, "9")
	otherRun.Run = "r2"
	records := []AuditRecord{
		told(1, 0, ActionCyclePlanned, ""), byEngine(told(2, 1, ActionCycleOpened, ""), cycle, "9"),
		told(3, 2, ActionSubmitted, "state-alb"), told(4, 2, ActionSubmitted, "state-aut"), command,
		told(6, 4, ActionReturned, "state-ken"), told(7, 4, ActionReturned, "state-alb", "due", "x"),
		byEngine(told(8, 5, ActionFollowUpEnded, "state-ken"), followUp, "9"), otherRun,
		told(100, 7, ActionSubmitted, "state-alb"),
	}
	want := [][]string{
		{cycle + " r1 1"}, {cycle + " r1 7"}, {cycle + " r1 11"}, {cycle + " r1 15", cycle + " r1 17"},
		{followUp + " r1 1"}, {cycle + " r1 30"}, {followUp + " r1 4"}, nil, nil,
	}
	var got [][]string
	for _, l := range narrate(records, events...) {
		got = append(got, l.Events)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestNarrateKeepsEveryRecordInOrder(t *testing.T) {
	actions := []Action{ActionSubmitted, ActionReturned, ActionEscalated, ActionCollected, ActionDecided, ActionRungSent, "unheard.of"}
	rapid.Check(t, func(t *rapid.T) {
		var records []AuditRecord
		day, seq := 0, int64(0)
		for range rapid.IntRange(0, 60).Draw(t, "records") {
			day += rapid.IntRange(0, 1).Draw(t, "later")
			seq += rapid.Int64Range(1, 3).Draw(t, "gap") // other cycles have records in between
			who := ContributorID(fmt.Sprintf("state-%d", rapid.IntRange(0, 9).Draw(t, "who")))
			r := told(seq, day, rapid.SampledFrom(actions).Draw(t, "action"), who, "return-type", "nil", "version", "1")
			r.Reason = rapid.SampledFrom([]string{"", "because"}).Draw(t, "reason")
			records = append(records, r)
		}
		lines := narrate(records)
		next := 0
		for _, line := range lines {
			if line.Count < 1 || next+line.Count > len(records) {
				t.Fatalf("line %q stands for %d records", line.Text, line.Count)
			}
			part := records[next : next+line.Count]
			if line.Seqs[0] != part[0].Seq || line.Seqs[1] != part[len(part)-1].Seq || !line.At.Equal(part[0].At) {
				t.Fatalf("line %q says it stands for %v, it stands for %v", line.Text, line.Seqs, part)
			}
			for _, r := range part {
				if r.Action != part[0].Action || r.Reason != line.Reason || DateOf(r.At) != DateOf(line.At) {
					t.Fatalf("line %q holds %+v", line.Text, r)
				}
			}
			if strings.TrimSpace(line.Text) == "" {
				t.Fatalf("a line says nothing: %+v", line)
			}
			next += line.Count
		}
		if next != len(records) {
			t.Fatalf("%d of %d records are told", next, len(records))
		}
	})
}
