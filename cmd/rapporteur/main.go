// Command rapporteur is the production program: it serves the API, runs the
// worker, brings the record to its schema, issues keys, and steers cycles over
// the API. It needs a Temporal server and SQLite or PostgreSQL; for one process
// without any set-up see cmd/standalone.
package main

import (
	"fmt"
	"os"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// commands is the command line; every flag can be given by the environment.
type commands struct {
	Serve         serveCommand         `cmd:"" help:"Serve the API and relay the outbox to Temporal."`
	Worker        workerCommand        `cmd:"" help:"Carry out the steps of cycles: mails, collection, compiling."`
	Migrate       migrateCommand       `cmd:"" help:"Bring the record to this program's schema."`
	Doctor        doctorCommand        `cmd:"" help:"Check settings, record, mail server and Temporal, and replay every open history, before this build is let in; changes nothing."`
	Deployment    deploymentCommand    `cmd:"" help:"Show which builds of workers there are and which gets the tasks; promote, ramp and retire them."`
	CodecServer   codecServerCommand   `cmd:"" help:"Open what Temporal was told, for administrators who look at Temporal's own pages."`
	PayloadKey    payloadKeyCommand    `cmd:"" help:"Tell which payload keys the engine's histories still need."`
	Namespace     namespaceCommand     `cmd:"" help:"Register the namespace of the cycles with Temporal, and its search attributes."`
	Reseal        resealCommand        `cmd:"" help:"Seal with the newest key what is sealed with an older one or not at all."`
	OpenAPI       openapiCommand       `cmd:"" name:"openapi" help:"Print the OpenAPI 3.1 document."`
	Key           keyCommand           `cmd:"" help:"Issue, list and revoke API keys, in the record itself."`
	Link          linkCommand          `cmd:"" help:"Print a link that signs somebody in once, in the record itself."`
	Policy        policyCommand        `cmd:"" help:"Print who may do what."`
	Instrument    instrumentCommand    `cmd:"" help:"Draft, check, list and account for instruments; no server is needed."`
	Cycle         cycleCommand         `cmd:"" help:"Preview, start, show, list and steer cycles, over the API."`
	Calendar      calendarCommand      `cmd:"" help:"Start, show and steer the calendars by which sections for host reports are asked for, over the API."`
	Intake        intakeCommand        `cmd:"" help:"Start, stop and show intakes, deliver to them and leave receipts, over the API."`
	Delivery      deliveryCommand      `cmd:"" help:"List and fetch deliveries over the API; check their signed records without it."`
	Contact       contactCommand       `cmd:"" help:"Set and show the contacts of a contributor, over the API."`
	Questionnaire questionnaireCommand `cmd:"" help:"Write what a request asks to a file (a workbook, figures as CSV, the JSON Schema), or have open requests ask another version, over the API."`
	Answer        answerCommand        `cmd:"" help:"Write an answer by section, with others and over time, and submit it, over the API."`
	Attachment    attachmentCommand    `cmd:"" help:"Attach files to an answer, list, fetch and remove them, over the API."`
	Submit        submitCommand        `cmd:"" help:"Submit an answer from a JSON file or a workbook, or only check it, over the API."`
	Request       requestCommand       `cmd:"" help:"Remind a contributor out of turn, let reminders rest, take an answer as it stands, over the API."`
	Return        returnCommand        `cmd:"" help:"Answer in one call, over the API: nil, partial, not-applicable, covered or declined."`
	Receipt       receiptCommand       `cmd:"" help:"Write the signed receipt of a submission to a file, over the API; check one without it."`
	Rule          ruleCommand          `cmd:"" help:"List, suspend and lift the cross-field rules of a cycle, over the API."`
	Submission    submissionCommand    `cmd:"" help:"Compare the versions of an answer, or withdraw it, over the API."`
	Figures       figuresCommand       `cmd:"" help:"Withhold small figures in files of the GLOTIP layout, write them as SDMX-CSV, show code lists; no server is needed."`
	Statistics    statisticsCommand    `cmd:"" help:"Fetch the statistics of a cycle, see what would be published, or publish it, over the API."`
	Archive       archiveCommand       `cmd:"" help:"Write the archive of a cycle that has ended, over the API; verify one without it."`
	Audit         auditCommand         `cmd:"" help:"Export the audit record over the API; verify an export without it."`
	Feed          feedCommand          `cmd:"" help:"Make, list and revoke calendar feeds of one's own, over the API."`
	Webhook       webhookCommand       `cmd:"" help:"Register endpoints that are told of events, see what became of messages, over the API."`
	History       historyCommand       `cmd:"" help:"Print a cycle's history in plain words, over the API."`
	Compliance    complianceCommand    `cmd:"" help:"Write an instrument's compliance matrix as of a date, over the API."`
	Health        healthCommand        `cmd:"" help:"Succeed when the API serves and its record answers."`
	Version       versionCommand       `cmd:"" help:"Print the version."`

	wiring.Logging `embed:""`
}

func main() {
	os.Exit(wiring.Run(&commands{}, "rapporteur",
		"Runs the reporting cycles that a Security Council resolution asks for.", "info"))
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	_, err := fmt.Println(wiring.Version())
	return err
}
