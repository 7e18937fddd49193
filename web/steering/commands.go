package steering

import (
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var commandsPage = parse("commands.html")

// commandName is a command in words, and what it does.
type commandName struct{ Name, Does, Done string }

var commandNames = map[rapporteur.CommandKind]commandName{
	rapporteur.CommandOpen:                {"Open it now", "Sends the requests now, in place of on the planned day.", "The cycle opens."},
	rapporteur.CommandMoveDeadline:        {"Move the deadline", "Gives everybody who has not answered another deadline, on somebody's authority. The ladder is reckoned anew. Who was given more time keeps it.", "The deadline is moved."},
	rapporteur.CommandAddContributor:      {"Ask somebody else too", "Adds a contributor to those asked.", "The contributor is added."},
	rapporteur.CommandWithdrawContributor: {"Ask nothing of somebody any more", "Takes a contributor out of those asked. What it has answered is not used.", "Nothing is asked of the contributor any more."},
	rapporteur.CommandCloseCollection:     {"Close collection", "Ends collection with whatever has come. Nothing can be submitted afterwards; the first draft is compiled.", "Collection closes."},
	rapporteur.CommandRedraft:             {"Compile the next draft", "Compiles a new draft with the observations as they are now, and hands it to the first step of clearance. The draft that was returned stays on record.", "The next draft is being compiled."},
	rapporteur.CommandTransmit:            {"Transmit the report", "Puts symbol and masthead date on the cleared draft, and seals the record. It cannot be undone.", "The report is transmitted."},
	rapporteur.CommandRecordIssue:         {"Record that the host report has issued", "Keeps the symbol of the host report, and where in it the section stands.", "The host report is on record."},
	rapporteur.CommandReschedule:          {"Give the event another date", "Moves the event, and with it every date that follows from it.", "The event has another date."},
	rapporteur.CommandRecordOutcome:       {"Record what came of the event", "Keeps that the event was held, postponed or did not take place.", "The outcome is on record."},
	rapporteur.CommandCancel:              {"Cancel the cycle", "Ends the cycle without a report. Everything stays on record. It cannot be undone.", "The cycle is cancelled."},
}

// choice is a command as the list shows it.
type choice struct {
	commandName
	Kind rapporteur.CommandKind
	When string // in which phases it is possible, where it is not now
}

// showCommands lists what can be told the cycle, now and at other times.
func (p pages) showCommands(v *frame.Visit) error {
	cycle, err := p.readCycle(v.Context(), frame.CycleOf(v.Request), nil)
	if err != nil {
		return err
	}
	var now, later []choice
	for _, kind := range cycle.Concerns() {
		if cycle.Takes(kind) {
			now = append(now, choice{commandNames[kind], kind, ""})
		} else {
			later = append(later, choice{commandNames[kind], kind, phaseWords(kind)})
		}
	}
	return v.Render(http.StatusOK, commandsPage, struct {
		Cycle      cycleView
		Now, Later []choice
	}{cycle, now, later})
}

// phaseNames are the phases as a sentence has them: the cycle is …
var phaseNames = map[rapporteur.Phase]string{
	rapporteur.PhasePlanned: "planned", rapporteur.PhaseCollecting: "collecting answers", rapporteur.PhaseCompiling: "compiling a draft",
	rapporteur.PhaseClearing: "with clearance", rapporteur.PhaseCleared: "cleared, and waits for symbol and masthead date",
	rapporteur.PhaseHandingOver: "handing its section over", rapporteur.PhaseAwaiting: "waiting for the host report to issue",
	rapporteur.PhaseRecording: "waiting for the outcome of the event", rapporteur.PhaseTransmitted: "transmitted", rapporteur.PhaseClosed: "closed",
	rapporteur.PhaseCancelled: "cancelled",
}

// PhaseWords is the phase in a sentence.
func (c cycleView) PhaseWords() string { return phaseNames[c.Phase] }

// phaseWords names the phases in which a command is possible.
func phaseWords(kind rapporteur.CommandKind) string {
	var names []string
	for _, phase := range kind.Wanted() {
		names = append(names, phaseNames[phase])
	}
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
