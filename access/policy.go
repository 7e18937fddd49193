package access

import (
	"fmt"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// Action is something that a principal may be allowed to do. Names are stable:
// they are shown in documents and tests.
type Action string

// The actions.
const (
	ReadCatalogue   Action = "read-catalogue"
	PreviewCycle    Action = "preview-cycle"
	StartCycle      Action = "start-cycle"
	ListCycles      Action = "list-cycles"
	ReadCycle       Action = "read-cycle"
	CommandCycle    Action = "command-cycle"
	ListRequests    Action = "list-requests"
	ReadRequest     Action = "read-request"
	CheckAnswer     Action = "check-answer"
	Submit          Action = "submit"
	ReadSubmission  Action = "read-submission"
	ReadBody        Action = "read-body"
	AskExtension    Action = "ask-extension"
	DecideExtension Action = "decide-extension"

	WithdrawSubmission   Action = "withdraw-submission"
	MigrateQuestionnaire Action = "migrate-questionnaire"

	ReturnSubmission  Action = "return-submission"
	RemindRequest     Action = "remind-request"
	SnoozeRequest     Action = "snooze-request"
	SettleRequest     Action = "settle-request"
	DrawUpNote        Action = "draw-up-note"
	ReadDraft         Action = "read-draft"
	ReadReport        Action = "read-report"
	WriteObservations Action = "write-observations"
	ReadClearance     Action = "read-clearance"
	Decide            Action = "decide"
	Delegate          Action = "delegate"
	ReadHistory       Action = "read-history"
	ReadLedger        Action = "read-ledger"
	ReadCompliance    Action = "read-compliance"
	ReadContacts      Action = "read-contacts"
	WriteContacts     Action = "write-contacts"
	ManageKeys        Action = "manage-keys"
	ReadCalendar      Action = "read-calendar"
	ReadBoard         Action = "read-board"
	RunCalendar       Action = "run-calendar"
	SteerIntake       Action = "steer-intake"
	ReadIntake        Action = "read-intake"
	Deliver           Action = "deliver"
	ReadDelivery      Action = "read-delivery"
	ReadDeliveryBody  Action = "read-delivery-body"
	AppointDrafter    Action = "appoint-drafter"
	ReadRules         Action = "read-rules"
	SuspendRule       Action = "suspend-rule"
	ReadFindings      Action = "read-findings"
	ReadStatistics    Action = "read-statistics"
	PublishStatistics Action = "publish-statistics"
	ExportAudit       Action = "export-audit"
	ExportCycle       Action = "export-cycle"
	ExportAnswers     Action = "export-answers"

	ReadWorkingAnswer  Action = "read-working-answer"
	WriteWorkingAnswer Action = "write-working-answer"
	Attach             Action = "attach"
	ReadAttachment     Action = "read-attachment"

	KeepFeeds        Action = "keep-feeds"
	ManageWebhooks   Action = "manage-webhooks"
	ReadColleagues   Action = "read-colleagues"
	ManageColleagues Action = "manage-colleagues"
	ManagePersons    Action = "manage-persons"
	Inspect          Action = "inspect"
	Repair           Action = "repair"
	DecodePayloads   Action = "decode-payloads"
)

// Scope is to which things a role may do an action.
type Scope string

// The scopes. Own is what is asked of the principal's contributor, or is from it
// or for it; OwnLead the same, where whoever asks does not act by a delegation of
// the contributor's lead; Office what the principal's office decides; Deputy the same, or what
// another office has delegated to the principal, which the clearance itself
// checks; Transmitted is what has left the house; Unclassified what nobody has
// marked as confidential; Leading the cycles whose lead drafter the principal is.
const (
	Nothing     Scope = ""
	Own         Scope = "own"
	OwnLead     Scope = "own, but not by delegation"
	Office      Scope = "own office"
	Deputy      Scope = "own office, or by delegation"
	Transmitted Scope = "once transmitted"
	Any         Scope = "any"

	Unclassified Scope = "unless confidential"
	Leading      Scope = "as its lead drafter"
)

// Rule is one line of the policy: an action and the scope that each role has.
type Rule struct {
	Action Action
	Means  string // what it is, in words
	// Narrowed marks actions on things that several contributors share. Scope
	// Own allows them, and whoever serves them has to leave out what is not the
	// principal's, or say that there is no such thing.
	Narrowed bool
	Roles    map[rapporteur.Role]Scope
}

const (
	secretariat   = rapporteur.RoleSecretariat
	clearance     = rapporteur.RoleClearance
	contributor   = rapporteur.RoleContributor
	administrator = rapporteur.RoleAdministrator
)

// Roles lists the roles in the order in which the policy is printed.
var Roles = []rapporteur.Role{secretariat, clearance, contributor, administrator}

type roles = map[rapporteur.Role]Scope

// Policy is who may do what. A role that a rule does not name may not.
var Policy = []Rule{
	{Action: ReadCatalogue, Means: "read instruments, provisions, their coverage, streams, contributors", Roles: roles{secretariat: Any, clearance: Any, contributor: Any, administrator: Any}},
	{Action: PreviewCycle, Means: "reckon a cycle without starting it", Roles: roles{secretariat: Any}},
	{Action: StartCycle, Means: "start a cycle", Roles: roles{secretariat: Any}},
	{Action: ListCycles, Means: "list cycles", Narrowed: true, Roles: roles{secretariat: Any, clearance: Any, contributor: Own, administrator: Any}},
	{Action: ReadCycle, Means: "read a cycle and its calendar", Narrowed: true, Roles: roles{secretariat: Any, clearance: Any, contributor: Own, administrator: Any}},
	{Action: CommandCycle, Means: "open, move, add, withdraw, close, redraft, transmit, record, cancel", Roles: roles{secretariat: Any}},
	{Action: ListRequests, Means: "list the requests of a cycle", Narrowed: true, Roles: roles{secretariat: Any, contributor: Own, administrator: Any}},
	{Action: ReadRequest, Means: "read a request, its questionnaire and follow-ups", Roles: roles{secretariat: Any, contributor: Own, administrator: Any}},
	{Action: CheckAnswer, Means: "check an answer without submitting it", Roles: roles{contributor: Own}},
	{Action: Submit, Means: "submit an answer", Roles: roles{contributor: Own}},
	{Action: ReadWorkingAnswer, Means: "read what is written and not submitted, and who saved it", Roles: roles{contributor: Own}},
	{Action: WriteWorkingAnswer, Means: "save, prefill, confirm or remove what is not submitted", Roles: roles{contributor: Own}},
	{Action: ReadSubmission, Means: "read what was submitted when, without the answer", Roles: roles{secretariat: Any, contributor: Own, administrator: Any}},
	{Action: ReadBody, Means: "read an answer; the Secretariat without small numbers of persons, but for the lead drafter", Roles: roles{secretariat: Any, contributor: Own}},
	{Action: AppointDrafter, Means: "appoint a cycle's lead drafter", Roles: roles{secretariat: Leading, administrator: Any}},
	{Action: WithdrawSubmission, Means: "withdraw an answer", Roles: roles{contributor: OwnLead}},
	{Action: MigrateQuestionnaire, Means: "have open requests ask another version of their questionnaire", Roles: roles{secretariat: Any}},
	{Action: AskExtension, Means: "ask for more time", Roles: roles{contributor: Own}},
	{Action: DecideExtension, Means: "give or refuse more time", Roles: roles{secretariat: Any}},
	{Action: ReturnSubmission, Means: "return an answer for correction", Roles: roles{secretariat: Any}},
	{Action: RemindRequest, Means: "have a reminder sent out of turn", Roles: roles{secretariat: Any}},
	{Action: SnoozeRequest, Means: "let a contributor's reminders rest, or go again", Roles: roles{secretariat: Any}},
	{Action: SettleRequest, Means: "take an answer as it stands before the next collection", Roles: roles{secretariat: Any}},
	{Action: DrawUpNote, Means: "draw up a note verbale to a Permanent Mission that owes an answer", Roles: roles{secretariat: Any}},
	{Action: ReadDraft, Means: "read a draft of a report and its provenance", Roles: roles{secretariat: Any, clearance: Any, administrator: Any}},
	{Action: ReadReport, Means: "read a report", Roles: roles{secretariat: Any, clearance: Any, contributor: Transmitted, administrator: Any}},
	{Action: WriteObservations, Means: "write the Secretariat's own paragraphs", Roles: roles{secretariat: Any}},
	{Action: ReadClearance, Means: "read how the clearance of a draft stands", Roles: roles{secretariat: Any, clearance: Any, administrator: Any}},
	{Action: Decide, Means: "approve or return a draft", Roles: roles{clearance: Deputy}},
	{Action: Delegate, Means: "let somebody decide while away", Roles: roles{clearance: Office}},
	{Action: ReadHistory, Means: "read the history of a cycle", Roles: roles{secretariat: Any, administrator: Any}},
	{Action: ReadLedger, Means: "read the chasing ledger", Roles: roles{secretariat: Any, administrator: Any}},
	{Action: ReadCompliance, Means: "read the compliance matrix and its measures", Narrowed: true, Roles: roles{secretariat: Any, clearance: Any, contributor: Own, administrator: Any}},
	{Action: ReadContacts, Means: "read mailboxes", Roles: roles{secretariat: Any}},
	{Action: WriteContacts, Means: "change mailboxes", Roles: roles{secretariat: Any}},
	{Action: ReadBoard, Means: "read how the requests of a cycle stand, who is at risk and what changed", Roles: roles{secretariat: Any, administrator: Any}},
	{Action: ReadCalendar, Means: "read what runs of each stream, the calendar of a cycle and that of an inclusion stream", Roles: roles{secretariat: Any, clearance: Any, administrator: Any}},
	{Action: RunCalendar, Means: "start and pause calendars, date events, move due dates", Roles: roles{secretariat: Any}},
	{Action: ManageKeys, Means: "issue, list and revoke keys", Roles: roles{administrator: Any}},
	{Action: SteerIntake, Means: "start or stop an intake", Roles: roles{secretariat: Any}},
	{Action: ReadIntake, Means: "list intakes, their terms and windows", Narrowed: true, Roles: roles{secretariat: Any, clearance: Any, contributor: Own, administrator: Any}},
	{Action: Deliver, Means: "check a delivery, deliver, or leave a receipt", Narrowed: true, Roles: roles{contributor: Own}},
	{Action: ReadDelivery, Means: "read what was delivered when, with its signed records, without the content", Narrowed: true, Roles: roles{secretariat: Any, contributor: Own, administrator: Any}},
	{Action: Attach, Means: "attach files to an answer and remove them", Roles: roles{contributor: Own}},
	{Action: ReadAttachment, Means: "list and read the files attached to an answer", Roles: roles{secretariat: Any, contributor: Own}},
	{Action: ReadDeliveryBody, Means: "read the content of a delivery", Narrowed: true, Roles: roles{secretariat: Unclassified, contributor: Own}},
	{Action: ReadRules, Means: "read the rules of a cycle and which are suspended", Roles: roles{secretariat: Any, administrator: Any}},
	{Action: SuspendRule, Means: "suspend a rule in a cycle, or let it hold again", Roles: roles{secretariat: Any}},
	{Action: ReadStatistics, Means: "read the published statistics of a cycle", Roles: roles{secretariat: Any, clearance: Any, contributor: Transmitted, administrator: Any}},
	{Action: PublishStatistics, Means: "publish the statistics of a cycle, or see what would be published", Roles: roles{secretariat: Any}},
	{Action: ExportAudit, Means: "export the audit record", Roles: roles{administrator: Any}},
	{Action: ExportCycle, Means: "make the archive of a cycle that has ended; the Secretariat with answers without small numbers of persons, administrators without answers", Roles: roles{secretariat: Any, administrator: Any}},
	{Action: ExportAnswers, Means: "make that archive with the answers as they were submitted", Roles: roles{secretariat: Leading}},
	{Action: KeepFeeds, Means: "make, list and revoke calendar feeds of one's own", Narrowed: true, Roles: roles{secretariat: Any, clearance: Any, contributor: Own, administrator: Any}},
	{Action: ManageWebhooks, Means: "register, change, test and delete webhooks, read their delivery log", Roles: roles{administrator: Any}},
	{Action: ReadColleagues, Means: "read to whom a contributor's lead has delegated", Roles: roles{contributor: Own}},
	{Action: ManageColleagues, Means: "delegate work on answers to a colleague, and end that", Roles: roles{contributor: OwnLead}},
	{Action: ManagePersons, Means: "list who has signed in, block them and let them in again", Roles: roles{administrator: Any}},
	{Action: Inspect, Means: "see how the house is: health, what waits, records of no cycle, the engine's own histories", Roles: roles{administrator: Any}},
	{Action: Repair, Means: "have stuck work tried again", Roles: roles{administrator: Any}},
	{Action: DecodePayloads, Means: "read what the engine was told, in Temporal's own pages and tools", Roles: roles{administrator: Any}},
	{Action: ReadFindings, Means: "read what was found in accepted answers, with the justifications", Roles: roles{secretariat: Any}},
}

// Table prints the policy as a Markdown table, for the documents.
func Table() string {
	var b strings.Builder
	b.WriteString("| action | what it is |")
	for _, role := range Roles {
		fmt.Fprintf(&b, " %s |", role)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(Roles)) + "\n")
	for _, rule := range Policy {
		fmt.Fprintf(&b, "| `%s` | %s |", rule.Action, rule.Means)
		for _, role := range Roles {
			scope := rule.Roles[role]
			if scope == Nothing {
				scope = "–"
			}
			fmt.Fprintf(&b, " %s |", scope)
		}
		b.WriteString("\n")
	}
	return b.String()
}
