package rapporteur

import (
	"fmt"
	"strconv"
	"strings"
)

// aboutContributors says what happened to the contributors that a line names
// first.
var aboutContributors = map[Action]func(AuditRecord) string{
	ActionAnswerWithdrawn:  answerWithdrawn,
	ActionMigrated:         migratedWords,
	ActionExtensionAsked:   func(r AuditRecord) string { return " asked for time until " + dateWords(r, "until") },
	ActionExtensionGranted: func(r AuditRecord) string { return " given time until " + dateWords(r, "until") },
	ActionExtensionRefused: func(AuditRecord) string { return " refused more time" },
	ActionEscalated:        func(AuditRecord) string { return " escalated: silent on the common path" },
	ActionFollowUpEnded:    func(r AuditRecord) string { return " back on the common path: " + r.Details["outcome"] },
	ActionContributorAdded: func(AuditRecord) string { return " added to those asked" },
	ActionContributorWithdrew: func(AuditRecord) string {
		return " withdrawn from those asked"
	},
	ActionMessageFailed: func(r AuditRecord) string {
		return fmt.Sprintf(" could not be written to: the %s was refused by the mail server", noticeWords(r.Details["notice"]))
	},
	ActionContactsChanged: func(r AuditRecord) string {
		return " has other contacts: " + counted(r, "contacts", "contact")
	},
	ActionAnswerRead: func(r AuditRecord) string {
		if r.Details["masked"] == yesNo(true) {
			return ": version " + r.Details["version"] + " of the answer read, small numbers masked"
		}
		return ": version " + r.Details["version"] + " of the answer read"
	},
	ActionReminderAsked: func(AuditRecord) string { return " to be reminded out of turn" },
	ActionSnoozed: func(r AuditRecord) string {
		return " not to be reminded before " + dateWords(r, "until")
	},
	ActionSnoozeLifted: func(AuditRecord) string { return " to be reminded again as planned" },
	ActionNoteDrawnUp:  func(r AuditRecord) string { return ": note verbale drawn up (" + r.Details["language"] + ")" },
	ActionSettled: func(r AuditRecord) string {
		return ": version " + r.Details["version"] + " of the answer taken as it stands"
	},
	ActionDeliveryRead: func(r AuditRecord) string { return ": delivery " + r.Details["delivery"] + " read" },
	ActionRouted: func(r AuditRecord) string {
		return " given the signed record of delivery " + r.Details["delivery"]
	},
}

// aboutCycle says what happened to the cycle as a whole.
var aboutCycle = map[Action]func(AuditRecord) string{
	ActionCyclePlanned: func(r AuditRecord) string {
		if r.Details["event"] != "" {
			sent, due := "invitations", "replies"
			switch r.Details["asks"] {
			case asksReport:
				sent, due = "requests to report", "answers"
			case asksReceipt:
				due = "receipts"
			}
			return fmt.Sprintf("Occasion planned for %s: %s, %s on %s, %s due on %s",
				dateWords(r, "event"), counted(r, "contributors", "contributor"), sent, dateWords(r, "opens"), due, dateWords(r, "due"))
		}
		return fmt.Sprintf("Cycle planned: %s, requests on %s, answers due on %s, report mandated for %s",
			counted(r, "contributors", "contributor"), dateWords(r, "opens"), dateWords(r, "due"), dateWords(r, "mandated"))
	},
	ActionPreflightFailed: func(r AuditRecord) string {
		return fmt.Sprintf("The cycle could not open: %s cannot be reached", counted(r, "unreachable", "contributor"))
	},
	ActionCycleOpened: func(r AuditRecord) string {
		return fmt.Sprintf("Cycle opened: %s, answers due on %s", counted(r, "requests", "request"), dateWords(r, "due"))
	},
	ActionMigrationOrdered: func(r AuditRecord) string {
		return fmt.Sprintf("Version %s of the questionnaire %s asked in place of %s", r.Details["to"], r.Details["questionnaire"], r.Details["from"])
	},
	ActionRungSent:  rungSent,
	ActionOpenAsked: func(AuditRecord) string { return "Opening asked for" },
	ActionDeadlineMoved: func(r AuditRecord) string {
		return fmt.Sprintf("Deadline moved to %s on the authority of %s", dateWords(r, "date"), r.Details["authority"])
	},
	ActionCloseAsked: func(AuditRecord) string { return "Close of collection asked for" },
	ActionCollectionClosed: func(r AuditRecord) string {
		return fmt.Sprintf("Collection closed: %d settled, %d without a reply", detailNumber(r, "settled"), detailNumber(r, "no-reply"))
	},
	ActionDrafterAppointed: func(r AuditRecord) string {
		return "Lead drafter appointed: " + r.Details["drafter"]
	},
	ActionCycleClosed:        func(r AuditRecord) string { return "Cycle closed" + workRemoved(r) },
	ActionStatisticsReleased: released,
	ActionAttention:          func(AuditRecord) string { return "Put before the Secretariat" },
	ActionAttentionOver:      func(AuditRecord) string { return "Done after all, and no longer before the Secretariat" },
	ActionCancelAsked:        func(AuditRecord) string { return "Cancellation asked for" },
	ActionCancelled:          func(r AuditRecord) string { return "Cycle cancelled, its requests withdrawn" + workRemoved(r) },
	ActionCalendarStarted: func(r AuditRecord) string {
		return "Calendar started: cycles begin by due dates from " + dateWords(r, "from")
	},
	ActionCalendarPaused: func(AuditRecord) string { return "Calendar paused: no more cycles begin" },
	ActionEventDated: func(r AuditRecord) string {
		return fmt.Sprintf("Event %s dated %s on the authority of %s", strings.TrimSuffix(r.Details["event"]+" "+r.Details["subject"], " "), dateWords(r, "date"), r.Details["authority"])
	},
	ActionDueMoved: func(r AuditRecord) string {
		if DueChangeKind(r.Details["kind"]) == ChangeProgramme {
			return fmt.Sprintf("Report of %s due on %s planned for %s on the authority of %s", r.Details["series"], dateWords(r, "due"), dateWords(r, "to"), r.Details["authority"])
		}
		return fmt.Sprintf("Due date of %s moved from %s to %s on the authority of %s", r.Details["series"], dateWords(r, "due"), dateWords(r, "to"), r.Details["authority"])
	},
	ActionDueMissed: func(r AuditRecord) string {
		return fmt.Sprintf("Too late to ask for a section for the report of %s due on %s", r.Details["series"], dateWords(r, "due"))
	},
	ActionKeyIssued:     func(AuditRecord) string { return "API key issued" },
	ActionKeyRevoked:    func(AuditRecord) string { return "API key revoked" },
	ActionAuditExported: func(AuditRecord) string { return "Audit record exported" },
	ActionPayloadsDecoded: func(r AuditRecord) string {
		what := "Read what the engine was told: " + counted(r, "payloads", "payload")
		if r.Details["workflows"] != "" {
			what += " of " + r.Details["workflows"]
		}
		if more := detailNumber(r, "more-workflows"); more > 0 {
			what += " and " + plural(more, "other workflow", "other workflows")
		}
		return what
	},
	ActionCycleExported: func(r AuditRecord) string {
		return fmt.Sprintf("Archive of %s made, with %s: %s", r.Details["cycle"], counted(r, "versions", "answer"), r.Details["answers"])
	},
	ActionIntakeStarted: func(r AuditRecord) string {
		return fmt.Sprintf("Intake started, its first window from %s to %s", dateWords(r, "first"), dateWords(r, "last"))
	},
	ActionIntakeStopped: func(AuditRecord) string { return "Intake stopped" },
	ActionWindowOpened: func(r AuditRecord) string {
		return fmt.Sprintf("Window opened, from %s to %s", dateWords(r, "first"), dateWords(r, "last"))
	},
	ActionWindowClosed: func(r AuditRecord) string {
		return "Window closed with " + plural(detailNumber(r, "deliveries"), "delivery", "deliveries")
	},
	ActionWindowDigested: func(r AuditRecord) string {
		return fmt.Sprintf("Digest of the window made, %s", counted(r, "words", "word"))
	},
}

// aboutReport says what happened to the report and its drafts.
var aboutReport = map[Action]func(AuditRecord) string{
	ActionCompiled: func(r AuditRecord) string {
		return fmt.Sprintf("Draft %s compiled, %s", r.Details["draft"], counted(r, "words", "word"))
	},
	ActionClearanceStarted: func(r AuditRecord) string { return fmt.Sprintf("Draft %s sent for clearance", r.Details["draft"]) },
	ActionDecided:          decided,
	ActionDelegated: func(r AuditRecord) string {
		return fmt.Sprintf("The decision of %s on draft %s delegated to %s from %s until %s", r.Details["office"],
			r.Details["draft"], r.Details["to"], dateWords(r, "from-date"), dateWords(r, "until"))
	},
	ActionRedraftAsked: func(AuditRecord) string { return "Next draft asked for" },
	ActionTransmitAsked: func(r AuditRecord) string {
		return fmt.Sprintf("Transmittal as %s asked for", r.Details["symbol"])
	},
	ActionTransmitted: transmitted,
	ActionHandedOver: func(r AuditRecord) string {
		if r.Details["section"] == "" {
			return "No section to hand over to " + r.Details["drafter"]
		}
		return fmt.Sprintf("Section handed over to %s, %s", r.Details["drafter"], counted(r, "words", "word"))
	},
	ActionRescheduled: func(r AuditRecord) string {
		return fmt.Sprintf("Event moved to %s on the authority of %s", dateWords(r, "date"), r.Details["authority"])
	},
	ActionOutcomeRecorded: outcomeRecorded,
	ActionCalledOff: func(r AuditRecord) string {
		return "Event called off: nothing more asked of " + counted(r, "told", "contributor")
	},
	ActionIssueNoted: func(r AuditRecord) string { return "Host report noted as issued under " + r.Details["symbol"] },
	ActionHostIssued: hostIssued,
}

// workRemoved tells what went with a cycle that ended.
func workRemoved(r AuditRecord) string {
	if detailNumber(r, detailWorkingAnswers) == 0 {
		return ""
	}
	return ", " + counted(r, detailWorkingAnswers, "working answer") + " removed"
}

// rungSent tells a rung of the common ladder.
func rungSent(r AuditRecord) string {
	what := noticeWords(r.Details["notice"])
	if n := detailNumber(r, "escalated"); n > 0 {
		return "Ladder climbed: " + count(n, "silent contributor") + " escalated"
	}
	text := fmt.Sprintf("%s sent to %s", strings.ToUpper(what[:1])+what[1:], count(detailNumber(r, "sent"), "contributor"))
	if n := detailNumber(r, "failed"); n > 0 {
		text += fmt.Sprintf(", %d refused by mail servers", n)
	}
	return text
}

// noticeWords names a message as a person would.
func noticeWords(notice string) string {
	words := map[Notice]string{
		NoticeOverdue: "overdue reminder", NoticeFinal: "final reminder", NoticeReturned: "return for correction",
		NoticeExtension: "grant of more time", NoticeRefusal: "refusal of more time", NoticeWithdrawn: "withdrawal",
		NoticeMoved: "notice of the new deadline", NoticeClearance: "call for clearance",
		NoticeHandedOver: "handing over of the section", NoticeEventMoved: "notice of the event's new date",
	}
	if w := words[Notice(notice)]; w != "" {
		return w
	}
	if notice == "" {
		return "message"
	}
	return strings.ReplaceAll(notice, "-", " ")
}

// decided tells a clearance decision.
func decided(r AuditRecord) string {
	text := fmt.Sprintf("%s %s draft %s at step %s", r.Details["office"], r.Details["decision"], r.Details["draft"], r.Details["step"])
	if to, returned := strings.CutPrefix(r.Details["decision"], "returned "); returned {
		text = fmt.Sprintf("%s returned draft %s %s from step %s", r.Details["office"], r.Details["draft"], to, r.Details["step"])
	}
	if who := r.Details["for"]; who != "" {
		text += ", on behalf of " + who
	}
	return text
}

// transmitted tells the transmittal and how it stands to the mandated date.
func transmitted(r AuditRecord) string {
	return punctual(r, fmt.Sprintf("Report transmitted as %s, masthead %s", r.Details["symbol"], dateWords(r, "masthead")))
}

// hostIssued tells that a host report has issued, with the section or without.
func hostIssued(r AuditRecord) string {
	section := "without the section"
	if paragraphs := r.Details["paragraphs"]; paragraphs != "" {
		section = "with the section in paragraphs " + paragraphs
	}
	return punctual(r, fmt.Sprintf("Host report issued as %s %s, masthead %s", r.Details["symbol"], section, dateWords(r, "masthead")))
}

// outcomeRecorded tells what came of an event.
func outcomeRecorded(r AuditRecord) string {
	switch OutcomeKind(r.Details["outcome"]) {
	case OutcomePostponed:
		return "Outcome recorded: the event was postponed without a date"
	case OutcomeNotHeld:
		return "Outcome recorded: the event did not take place"
	}
	text := "Outcome recorded: the event was held on " + dateWords(r, "date")
	if record := r.Details["symbol"]; record != "" {
		text += fmt.Sprintf(" (%s)", record)
	}
	if r.Details["participants"] != "" {
		text += ", " + counted(r, "participants", "participant")
	}
	return text
}

// punctual adds how a masthead date stands to the mandated one.
func punctual(r AuditRecord, text string) string {
	masthead, err := ParseDate(r.Details["masthead"])
	mandated, err2 := ParseDate(r.Details["mandated"])
	if err != nil || err2 != nil {
		return text
	}
	switch days := masthead.DaysSince(mandated); {
	case days > 0:
		return text + fmt.Sprintf(", %s after the mandated date", count(days, "day"))
	case days < 0:
		return text + fmt.Sprintf(", %s before the mandated date", count(-days, "day"))
	}
	return text + ", on the mandated date"
}

// dateWords is a date of a record's details in words, or as it is written.
func dateWords(r AuditRecord, detail string) string {
	date, err := ParseDate(r.Details[detail])
	if err != nil {
		return strings.TrimSpace("a date " + r.Details[detail])
	}
	return date.Words()
}

// detailNumber is a number of a record's details, 0 where it has none.
func detailNumber(r AuditRecord, detail string) int {
	n, err := strconv.Atoi(r.Details[detail])
	if err != nil {
		return 0
	}
	return n
}

// counted is a number of a record's details with its noun.
func counted(r AuditRecord, detail, noun string) string { return count(detailNumber(r, detail), noun) }

// sum adds a number over several records.
func sum(records []AuditRecord, detail string) int {
	total := 0
	for _, r := range records {
		total += detailNumber(r, detail)
	}
	return total
}
