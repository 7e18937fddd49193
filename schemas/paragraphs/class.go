package paragraphs

import (
	"regexp"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// doubts about classes.
const (
	doubtInclude = "taken for a section in another's report, for its words"
	doubtReport  = "taken for a report of its own, for its words"
	doubtFlow    = "taken for a flow of information, for its words"
	doubtSpeech  = "does the Council ask for something here?"
	doubtDecided = "does the decision ask somebody to report?"
	doubtHost    = "is it reported on elsewhere?"
)

var (
	reports = regexp.MustCompile(`\b(?:to|and|also|shall|should|further|,) (?:\w+ly )?report(?: back| regularly| orally| in writing|,)* ` +
		`(?:to|on|on a|every|within|by|no|periodically|annually|quarterly|as|at|its|any|immediately|the)\b` +
		`|\b(?:submit|provide|present|prepare|issue|deliver|furnish|produce|give|transmit|circulate)\b[^;]{0,80}?\b(?:reports?|briefings?|updates?|reporting)\b` +
		`|\b(?:keep|inform|brief|update|advise|notify) (?:\w+ ){0,2}?(?:Security )?Council\b|\breport(?:ing)? (?:back )?to the (?:Security )?Council\b`)
	toCouncil = regexp.MustCompile(`\b(?:Security )?Council\b`)
	toOthers  = regexp.MustCompile(`\breport (?:back )?(?:\w+ly )?to the ([A-Z][\w’'-]*(?: [A-Z][\w’'-]*| and| of| on)*(?: established pursuant to resolutions? [\d ()and,]+)?)`)
	includes  = regexp.MustCompile(`\b(?:(?:include|including|includes)|incorporat(?:e|ing)|reflect|address|integrat(?:e|ing))\b.{0,160}\b(?:reports?|reporting|assessments?|briefings?|updates?)\b` +
		`|\b(?:assessments?|reports|reporting)\b.{0,120}\b(?:include|includes)\b|\b(?:as part|in the context) of (?:his|its|their|the) (?:\w+ ){0,3}report(?:s|ing)?\b` +
		`|\bin (?:his|its|their|all|relevant|the) (?:\w+ ){0,3}reports\b`)
	flows = regexp.MustCompile(`\b(?:provid(?:e|ing)|shar(?:e|ing)|transmit|suppl(?:y|ying)|furnish|submit|communicate|disclose|exchange|give|forward|convey|contribute|make available)\b` +
		`.{0,120}\b(?:information|data|evidence|intelligence|names|details|documents|requests?|notifications?|lists?)\b|\b(?:notify|inform) (?:the|it)\b`)
	briefs = regexp.MustCompile(`\b(?:brief|briefings?|invit(?:e|ing)|meetings?|visits?|conferences?)\b`)
)

// wishes are the words with which the Council speaks of what others should do.
var wishes = regexp.MustCompile(`\b(?:importance of|need (?:to|for)|needs to|role of|responsibility)\b`)

// class guesses what kind of duty a provision makes, from its verb and words.
func class(v verb, name, clause string, dated bool) (guess rapporteur.ProvisionClass, doubt string) {
	ofSecretaryGeneral := strings.HasPrefix(name, "Secretary-General")
	asksReport, asksSection := reports.MatchString(clause), includes.MatchString(clause)
	other := toOthers.FindStringSubmatch(clause)
	switch {
	case !v.asks && (asksReport || briefs.MatchString(clause) || obliges.MatchString(clause) || wishes.MatchString(clause)):
		return rapporteur.ClassDeclare, doubtSpeech
	case !v.asks:
		return rapporteur.ClassDeclare, ""
	case name == council && strings.Contains(clause, "seized"):
		return rapporteur.ClassDeclare, ""
	case name == council && asksReport:
		return rapporteur.ClassDeclare, doubtDecided
	case name == council:
		return rapporteur.ClassDeclare, doubtSpeech
	case other != nil && (!toCouncil.MatchString(other[1]) || strings.Contains(other[1], "Committee")) || asksSection:
		return rapporteur.ClassInclude, doubtInclude
	case asksReport && ofSecretaryGeneral && (dated || toCouncil.MatchString(clause)):
		return rapporteur.ClassReport, ""
	case asksReport:
		return rapporteur.ClassReport, doubtReport
	case flows.MatchString(clause) && v.strength < 5:
		return rapporteur.ClassStream, doubtFlow
	case ofSecretaryGeneral:
		return rapporteur.ClassMeasure, doubtHost
	}
	return rapporteur.ClassMeasure, ""
}
