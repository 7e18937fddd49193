package steering

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

var requestPage = parse("request.html")

// record is what the record has of a request.
type record struct {
	request     rapporteur.Request
	ledger      []rapporteur.LedgerEntry
	followUps   []rapporteur.FollowUp
	submissions []rapporteur.Submission
	audit       []rapporteur.AuditRecord
	known       rapporteur.KnownActors
	contacts    []rapporteur.Contact
}

// requestView is what the page of a request shows.
type requestView struct {
	Cycle     cycleView
	At        string
	Name      string
	Request   rapporteur.Request
	Asked     string // the questionnaire, in words
	Standing  string // how it stands, in one sentence
	Next      string // what happens next
	Closes    rapporteur.Date
	DueWhy    []rapporteur.Step
	Ledger    []ledgerLine
	FollowUps []rapporteur.FollowUp
	Versions  []rapporteur.Submission
	History   []rapporteur.HistoryLine
	Reachable bool

	MayRead, MayAct          bool
	CanRemind, Snoozed       bool
	CanSnooze, CanSettle     bool
	CanDecide, CanReturn     bool
	CanWithdraw, CanNote     bool
	Longest, Today, Tomorrow rapporteur.Date
	Alert                    *alert
	Act                      string     // the act whose form was not taken
	Typed                    url.Values // what was typed into it
}

// ledgerLine is one message, as the page shows it.
type ledgerLine struct {
	rapporteur.LedgerEntry
	What, Whom, Came string
}

// showRequest is the page of one contributor's request.
func (p pages) showRequest(v *frame.Visit) error {
	view, err := p.requestView(v, frame.RequestOf(v.Request))
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, requestPage, view)
}

// again shows the page of the request with what was wrong with one of its forms.
func (p pages) again(v *frame.Visit, act string, problem error) error {
	why, mendable := complaint(problem)
	if !mendable {
		return problem
	}
	view, err := p.requestView(v, frame.RequestOf(v.Request))
	if err != nil {
		return err
	}
	view.Alert, view.Act = alertOf(why), act
	if view.Typed, err = v.Form(); err != nil {
		return err
	}
	return v.Render(frame.StatusOf(why), requestPage, view)
}

func (p pages) readRequest(ctx context.Context, key rapporteur.RequestKey) (cycleView, record, error) {
	var found record
	cycle, err := p.readCycle(ctx, key.Cycle, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if found.request, err = r.Request(ctx, key); err != nil {
			return err
		}
		if found.ledger, err = r.Ledger(ctx, key); err != nil {
			return err
		}
		if found.followUps, err = r.FollowUps(ctx, key); err != nil {
			return err
		}
		if found.submissions, err = r.Submissions(ctx, key); err != nil {
			return err
		}
		if found.contacts, err = r.Contacts(ctx, key.Contributor); err != nil {
			return err
		}
		if found.known, err = rapporteur.ReadKnownActors(ctx, r); err != nil {
			return err
		}
		found.audit, err = r.AuditTrail(ctx, rapporteur.AuditFilter{Cycle: key.Cycle, About: []rapporteur.ContributorID{key.Contributor}})
		return err
	})
	return cycle, found, err
}

func (p pages) requestView(v *frame.Visit, key rapporteur.RequestKey) (requestView, error) {
	cycle, found, err := p.readRequest(v.Context(), key)
	if err != nil {
		return requestView{}, err
	}
	r, now := found.request, cycle.Now
	about := access.Resource{Cycle: key.Cycle, Contributor: key.Contributor}
	act := may(v, access.CommandCycle, about)
	name := func(rapporteur.ContributorID) string { return p.name(cycle, key.Contributor) }
	collecting := cycle.Phase == rapporteur.PhaseCollecting
	asked := r.Extension == rapporteur.ExtensionAsked
	view := requestView{
		Cycle: cycle, At: requestAt(key), Name: p.name(cycle, key.Contributor), Request: r, Standing: standing(r, found, now), Next: next(r, cycle),
		Closes: cycle.Plan.Date(rapporteur.DateCloses), Ledger: ledgerLines(found), FollowUps: found.followUps,
		History:   rapporteur.Narrate(cycle.Cycle, name, rapporteur.NameActors(found.audit, found.known, name), nil),
		Reachable: len(found.contacts) > 0, MayRead: may(v, access.ReadBody, about), MayAct: act,
		CanRemind: act && r.Chaseable() && !asked && !r.Snoozed(now), Snoozed: r.Snoozed(now), CanSnooze: act && r.Chaseable(),
		CanSettle: act && r.State == rapporteur.RequestReceived, CanDecide: act && asked && r.Chaseable(),
		CanReturn:   act && collecting && r.Standing() > 0 && (r.State == rapporteur.RequestReceived || r.State == rapporteur.RequestSettled),
		CanWithdraw: act && cycle.Takes(rapporteur.CommandWithdrawContributor) && r.State != rapporteur.RequestWithdrawn,
		CanNote:     may(v, access.DrawUpNote, about) && r.Kind == rapporteur.KindMemberState && r.Chaseable(),
		Longest:     cycle.LongestExtension(), Today: rapporteur.DateOf(now), Tomorrow: rapporteur.DateOf(now).AddDays(1),
	}
	for _, d := range cycle.Plan.Dates {
		if d.Key == rapporteur.DateDue {
			view.DueWhy = d.Derivation
		}
	}
	view.Versions = slices.Clone(found.submissions)
	slices.Reverse(view.Versions)
	if q, err := p.Catalogue.Questionnaire(r.Questionnaire); err == nil {
		view.Asked = cmp.Or(q.Title["en"], q.String())
	}
	return view, nil
}

func requestAt(key rapporteur.RequestKey) string {
	return "/cycles/" + string(key.Cycle) + "/requests/" + string(key.Contributor)
}

// standing says how a request stands and since when.
func standing(r rapporteur.Request, found record, now time.Time) string {
	on := func(t time.Time) string { return rapporteur.DateOf(t).Words() }
	due := "due on " + r.Due.Words() + ", " + in(r.Due, now)
	switch r.State {
	case rapporteur.RequestOpen:
		text := "Asked on " + on(r.OpenedAt) + ", nothing accepted yet; " + due + "."
		if r.WithdrawnVersion > 0 {
			text = "The answer was withdrawn; " + due + "."
		}
		return text
	case rapporteur.RequestReceived:
		return "Version " + words.In("en").Number(r.Version) + " came on " + on(newest(found).SubmittedAt) + " and waits to be collected" + late(r) + "."
	case rapporteur.RequestReturned:
		return "Returned for correction on " + on(openedLast(found)) + "; " + due + ". The accepted version stands until then."
	case rapporteur.RequestSettled:
		return "Answered: " + outcomeWords[r.Outcome] + ". Settled on " + on(r.SettledAt) + late(r) + "."
	case rapporteur.RequestNoReply:
		return "No reply had come when collection closed on " + on(r.SettledAt) + "."
	case rapporteur.RequestWithdrawn:
		return "Nothing is asked of this contributor any more."
	}
	return string(r.State)
}

func late(r rapporteur.Request) string {
	if r.Late {
		return "; it was late"
	}
	return ""
}

var outcomeWords = map[rapporteur.ReturnType]string{
	rapporteur.ReturnAnswered: "in full", rapporteur.ReturnPartial: "in part", rapporteur.ReturnNil: "nothing to report", rapporteur.ReturnNotApplicable: "not applicable",
	rapporteur.ReturnCovered: "covered by another report", rapporteur.ReturnDeclined: "declined", rapporteur.ReturnNoReply: "no reply",
}

func newest(found record) rapporteur.Submission {
	if n := len(found.submissions); n > 0 {
		return found.submissions[n-1]
	}
	return rapporteur.Submission{}
}

func openedLast(found record) time.Time {
	if n := len(found.followUps); n > 0 {
		return found.followUps[n-1].OpenedAt
	}
	return time.Time{}
}

// next says what happens if nobody does anything.
func next(r rapporteur.Request, c cycleView) string {
	closes := c.Plan.Date(rapporteur.DateCloses).Words()
	switch {
	case r.Extension == rapporteur.ExtensionAsked && r.Chaseable():
		return "The contributor asks for time until " + r.AskedUntil.Words() + ". No reminder goes until you decide, or until the time for deciding is over."
	case r.Snoozed(c.Now):
		return "Reminders rest until " + r.SnoozedUntil.Words() + "; what is due before that day is not made up for."
	case r.OffPath:
		return "A follow-up of its own runs: its reminders lead to " + r.Due.Words() + ", then the contributor comes back to the common path."
	case r.State == rapporteur.RequestOpen:
		for _, rung := range c.Plan.Rungs {
			if rung.At.After(c.Now) && rung.Rung.For(r.Kind) {
				return "The ladder's next message is the " + noticeWords(rung.Rung.Notice) + " on " + rapporteur.DateOf(rung.At).Words() + ". Collection closes on " + closes + "."
			}
		}
		return "No more messages are planned. Collection closes on " + closes + "."
	case r.State == rapporteur.RequestReceived:
		return "The next collection settles it, by the deadline at the latest. Until then, and until collection closes on " + closes + ", it can be returned."
	}
	return ""
}

func noticeWords(n rapporteur.Notice) string { return strings.ReplaceAll(string(n), "-", " ") }

// ledgerLines are the messages, the newest first: what was sent, to which
// mailbox, and what came of it. Addresses are not shown.
func ledgerLines(found record) []ledgerLine {
	var lines []ledgerLine
	for _, e := range slices.Backward(found.ledger) {
		line := ledgerLine{LedgerEntry: e, What: noticeWords(e.Notice)}
		if strings.HasPrefix(e.Rung, rapporteur.ReminderRung(0)[:len("manual-")]) {
			line.What += " out of turn"
		}
		var roles []string
		for _, address := range e.To {
			role := "a mailbox that has changed since"
			if n := slices.IndexFunc(found.contacts, func(c rapporteur.Contact) bool { return c.Address == address }); n >= 0 {
				role = noticeWords(rapporteur.Notice(found.contacts[n].Role))
			}
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
		line.Whom = cmp.Or(strings.Join(roles, ", "), "nobody: there was no mailbox")
		switch e.State {
		case rapporteur.LedgerSent:
			line.Came = "taken by the mail server"
		case rapporteur.LedgerFailed:
			line.Came = "refused: " + e.Failure
		case rapporteur.LedgerSuperseded:
			line.Came = "no longer needed; whether it went is not known"
		case rapporteur.LedgerClaimed:
			line.Came = "under way"
		}
		lines = append(lines, line)
	}
	return lines
}
