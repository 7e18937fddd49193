package paragraphs

import (
	"regexp"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// streamDraft is one stream of a draft.
type streamDraft struct {
	rapporteur.Stream
	asks      string // the provision that asks for it
	deadlines []Deadline
	doubts    map[string]string
	// mandated is how long after adoption the report is due, where the text says
	// so and that leaves time for a cycle as they usually run.
	mandated rapporteur.Period
	basis    string
	audience []rapporteur.ContributorKind
}

// doubts about streams and about provisions that have none.
const (
	doubtTitle     = "the text's first words: name the flow of information"
	doubtShape     = "inclusion, intake or occasion?"
	doubtWhole     = "the report is taken to tell of the whole text"
	doubtNoStream  = "no report on the whole text was recognized: name a stream that carries it, or say why none does"
	doubtReason    = "is this the reason?"
	doubtCarriedBy = "the first report is taken to tell of it"
)

// whole are the words with which a report is asked on all that the text holds.
var whole = regexp.MustCompile(`\b(?:this|the present) resolution\b`)

// longTitle is how many words of a summary make a title.
const longTitle = 14

// leastCalendar is how much time a cycle needs as they usually run, from the
// first request to the mandated date.
var leastCalendar = rapporteur.Period{Months: 5}

// streams gives every provision that asks for a flow of information a stream,
// lets the report on the whole text carry the measures, and says why
// declarations have none.
func streams(all []provisionDraft, adopted rapporteur.Date) []streamDraft {
	var list []streamDraft
	for n := range all {
		p := &all[n]
		if p.asksNobody() || p.Class == rapporteur.ClassMeasure {
			continue
		}
		p.Stream = strings.ToLower(strings.ReplaceAll(p.ID, ".", ""))
		list = append(list, newStream(*p))
	}
	main, sure := mainReport(list, all)
	for n := range all {
		p := &all[n]
		switch {
		case p.asksNobody():
			p.declare()
		case p.Class == rapporteur.ClassMeasure && main < 0:
			p.doubt("reason", doubtNoStream)
		case p.Class == rapporteur.ClassMeasure:
			p.Stream = list[main].ID
			if !sure {
				p.doubt("stream", doubtCarriedBy)
			}
		}
		p.goesTo(list, main)
	}
	if main >= 0 {
		list[main].carry(all, sure, adopted)
	}
	return list
}

func newStream(p provisionDraft) streamDraft {
	s := streamDraft{doubts: map[string]string{"title": doubtTitle}, deadlines: p.deadlines}
	s.ID, s.asks, s.Title, s.Provisions = p.Stream, p.ID, cut(p.Summary, longTitle), []string{p.ID}
	switch p.Class {
	case rapporteur.ClassReport:
		s.Shape = rapporteur.ShapeReport
	case rapporteur.ClassInclude:
		s.Shape = rapporteur.ShapeInclusion
	default:
		s.Shape = rapporteur.ShapeIntake
		if briefs.MatchString(p.clause) {
			s.Shape = rapporteur.ShapeOccasion
		}
		s.doubts["shape"] = doubtShape
	}
	return s
}

// mainReport is the report that tells of the measures: the one on the text as
// a whole, or else the first.
func mainReport(list []streamDraft, all []provisionDraft) (main int, sure bool) {
	main = -1
	for n, s := range list {
		if s.Shape != rapporteur.ShapeReport {
			continue
		}
		if main < 0 {
			main = n
		}
		for _, p := range all {
			if p.ID == s.asks && whole.MatchString(p.clause) {
				return n, true
			}
		}
	}
	return main, false
}

// carry lets a report tell of everything that asks for something, and gives it
// a calendar where the text says when it is due.
func (s *streamDraft) carry(all []provisionDraft, sure bool, adopted rapporteur.Date) {
	var asked []string
	for _, p := range all {
		if p.ID == s.asks {
			s.plan(p, adopted)
		}
		if !p.asksNobody() {
			asked = append(asked, p.ID)
		}
	}
	s.Provisions = asked
	s.audience = audience(all)
	if !sure {
		s.doubts["provisions"] = doubtWhole
	}
}

// plan notes how long after adoption the report is due.
func (s *streamDraft) plan(p provisionDraft, adopted rapporteur.Date) {
	d, ok := p.due()
	if !ok || adopted.IsZero() {
		return
	}
	offset := d.Offset
	if d.Anchor == anchorDate {
		offset = rapporteur.Period{Days: d.Date.DaysSince(adopted)}
	}
	if !adopted.Add(offset).Before(adopted.Add(leastCalendar)) {
		s.mandated, s.basis = offset, d.Label
	}
}

// audience is who would be asked for a report on what provisions ask of them.
func audience(all []provisionDraft) []rapporteur.ContributorKind {
	var states, entities, missions bool
	for _, p := range all {
		name := strings.ToLower(p.Addressee)
		states = states || strings.Contains(name, "states") || strings.Contains(name, "government") || strings.Contains(name, "parties")
		missions = missions || strings.Contains(name, "mission") || strings.Contains(strings.ToLower(p.clause), "peacekeeping")
		entities = entities || !p.asksNobody() && !strings.Contains(name, "states")
	}
	var kinds []rapporteur.ContributorKind
	for _, k := range []struct {
		kind  rapporteur.ContributorKind
		asked bool
	}{{rapporteur.KindMemberState, states}, {rapporteur.KindEntity, entities}, {rapporteur.KindMission, missions}} {
		if k.asked {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

// declare gives a declaration its reason.
func (p *provisionDraft) declare() {
	switch {
	case strings.Contains(p.clause, "seized"):
		p.Reason = "The item stays on the Council's list; nobody is asked for anything."
	case strings.Contains(p.clause, "its intention"):
		p.Reason = "The Council announces its own intention; it asks nobody for anything."
	default:
		p.Reason = "The Council speaks of itself; it asks nobody for anything."
	}
	if p.doubts["class"] != "" || p.doubts["addressee"] != "" {
		p.doubt("reason", doubtReason)
	}
}

// recipients are to whom information is usually given, named with capital
// letters.
var recipients = regexp.MustCompile(`\b(?:provide|report|submit|transmit|share|communicate|brief|inform)(?: back| regularly| periodically| orally)?` +
	`(?:, [^,]{1,40},)? (?:it |them )?(?:to |with )?(?:the )?([A-Z][\w’'-]*(?:(?: \([A-Z0-9]+\))?(?:,? and| of| on| the| for)* [A-Z][\w’'-]*)*)`)

// doubtDestination is for what goes to somebody whom the text does not name
// where names usually stand.
const doubtDestination = "to whom does it go?"

// goesTo says to whom what a provision asks for goes.
func (p *provisionDraft) goesTo(list []streamDraft, main int) {
	switch {
	case p.asksNobody():
	case p.Class == rapporteur.ClassMeasure:
		if main >= 0 {
			p.Destination = council + ", through the report of " + list[main].asks
		}
	default:
		m := recipients.FindStringSubmatch(p.clause)
		switch {
		case m == nil:
			p.Destination = council
			p.doubt("destination", doubtDestination)
		case m[1] == "Council":
			p.Destination = council
		default:
			p.Destination = abbreviation.ReplaceAllString(m[1], "")
		}
	}
}
