package store

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
)

// question is one way of asking a reader. What its plan may do that others may
// not is said with the reason.
type question struct {
	method string
	how    string
	ask    func(context.Context, rapporteur.Reader) error
	reads  []string // growing tables that it may read from end to end
	sorts  string   // why rows may be put in order
	// indexOnly says that no row is looked up: counts, boards.
	indexOnly bool
}

func (q question) String() string { return q.method + q.how }

// q asks a method and does not care for the answer.
func q[T any](method string, ask func(context.Context, rapporteur.Reader) (T, error)) question {
	return question{method: method, ask: func(ctx context.Context, r rapporteur.Reader) error {
		_, err := ask(ctx, r)
		return err
	}}
}

func (q question) like(how string) question          { q.how = " " + how; return q }
func (q question) byIndex() question                 { q.indexOnly = true; return q }
func (q question) sorting(why string) question       { q.sorts = why; return q }
func (q question) reading(tables ...string) question { q.reads = tables; return q }

const (
	wide      = rapporteur.CycleID("i/s/10001")
	before    = rapporteur.CycleID("i/s/10002")
	window    = rapporteur.CycleID("i/w/window-1")
	somebody  = rapporteur.ContributorID("k-10077")
	fewOfThem = "those of one request, of which there are few"
)

var (
	theirs = rapporteur.RequestKey{Cycle: wide, Contributor: somebody}
	whole  = rapporteur.RequestKey{Cycle: wide}
	then   = time.Date(2018, time.June, 1, 9, 0, 0, 0, time.UTC)
	many   = []rapporteur.ContributorID{"k-10001", "k-10002", "k-10003"}
)

type (
	cx = context.Context
	rd = rapporteur.Reader
)

// questions are all that can be asked.
func questions() []question {
	all := append(questionsOnRequests(), questionsOnCycles()...)
	all = append(all, questionsOnAudit()...)
	all = append(all, questionsOnDeliveries()...)
	return append(all, questionsOnPeople()...)
}

func questionsOnRequests() []question {
	requests := func(how string, f rapporteur.RequestFilter) question {
		return q("Requests", func(c cx, r rd) ([]rapporteur.Request, error) { return r.Requests(c, f) }).like(how)
	}
	states := []rapporteur.RequestState{rapporteur.RequestReceived}
	standings := func(how string, f rapporteur.StandingFilter) question {
		return q("Standings", func(c cx, r rd) ([]rapporteur.ContributorStanding, error) { return r.Standings(c, f) }).like(how)
	}
	return []question{
		q("Asked", func(c cx, r rd) (rapporteur.Request, error) { a, _, err := r.Asked(c, theirs); return a, err }),
		// What waits is all there is in the outbox and in two indexes of the messages.
		q("Gauges", func(c cx, r rd) (rapporteur.Gauges, error) { return r.Gauges(c) }).reading("outbox", "cycles", "webhook_messages").sorting("running cycles, of which there are few"),
		q("Request", func(c cx, r rd) (rapporteur.Request, error) { return r.Request(c, theirs) }),
		requests("of a cycle", rapporteur.RequestFilter{Cycle: wide}),
		requests("page", rapporteur.RequestFilter{Cycle: wide, After: somebody, Limit: 100}),
		requests("of a contributor", rapporteur.RequestFilter{Contributor: somebody}),
		requests("in a state", rapporteur.RequestFilter{Cycle: wide, States: states, After: somebody, Limit: 100}),
		requests("on path", rapporteur.RequestFilter{Cycle: wide, States: []rapporteur.RequestState{rapporteur.RequestOpen}, Kinds: []rapporteur.ContributorKind{rapporteur.KindEntity}, OnPath: true}),
		requests("standing", rapporteur.RequestFilter{Cycle: wide, States: []rapporteur.RequestState{rapporteur.RequestOpen, rapporteur.RequestReceived, rapporteur.RequestSettled}, After: somebody, Limit: 500}).
			sorting("of several states at once, a page"),
		q("Counts", func(c cx, r rd) (rapporteur.Counts, error) { return r.Counts(c, wide) }).byIndex(),
		q("Questionnaires", func(c cx, r rd) ([]rapporteur.QuestionnaireRef, error) { return r.Questionnaires(c, wide, then) }).sorting("the few that differ"),
		q("OthersOpen", func(c cx, r rd) (bool, error) { return r.OthersOpen(c, theirs) }).byIndex(),
		q("StandingCounts", func(c cx, r rd) ([]rapporteur.StandingCount, error) { return r.StandingCounts(c, wide, before) }),
		standings("of a cycle", rapporteur.StandingFilter{Cycle: wide, Previous: before}).sorting("of several states at once"),
		standings("page", rapporteur.StandingFilter{Cycle: wide, Previous: before, States: states, After: somebody, Limit: 50}),
		standings("of some", rapporteur.StandingFilter{Cycle: wide, Contributors: many}).sorting("those that are named"),
		q("Submission", func(c cx, r rd) (rapporteur.Submission, error) { return r.Submission(c, theirs, 1) }),
		q("Submissions", func(c cx, r rd) ([]rapporteur.Submission, error) { return r.Submissions(c, theirs) }),
		q("Submissions", func(c cx, r rd) ([]rapporteur.Submission, error) { return r.Submissions(c, whole) }).like("of a cycle"),
		q("SubmissionsOf", func(c cx, r rd) ([]rapporteur.Submission, error) { return r.SubmissionsOf(c, wide, many) }),
		q("WithdrawnSubmissions", func(c cx, r rd) ([]rapporteur.Submission, error) { return r.WithdrawnSubmissions(c, wide) }),
		q("Receipt", func(c cx, r rd) (rapporteur.SubmissionReceipt, error) { return r.Receipt(c, theirs, 1) }),
		q("Migrations", func(c cx, r rd) ([]rapporteur.Migration, error) { return r.Migrations(c, theirs) }),
		q("Body", func(c cx, r rd) ([]byte, error) { return r.Body(c, "none") }),
		q("Bodies", func(c cx, r rd) (map[string][]byte, error) { return r.Bodies(c, []string{"none", "nor this"}) }),
		q("FollowUp", func(c cx, r rd) (rapporteur.FollowUp, error) { return r.FollowUp(c, theirs, 1) }),
		q("FollowUps", func(c cx, r rd) ([]rapporteur.FollowUp, error) { return r.FollowUps(c, theirs) }),
		q("FollowUps", func(c cx, r rd) ([]rapporteur.FollowUp, error) { return r.FollowUps(c, whole) }).like("of a cycle"),
		q("OverdueFollowUps", func(c cx, r rd) ([]rapporteur.FollowUp, error) {
			return r.OverdueFollowUps(c, rapporteur.DateOf(then), 20)
		}).sorting("those of the same day"),
		q("LedgerEntry", func(c cx, r rd) (rapporteur.LedgerEntry, error) {
			return r.LedgerEntry(c, rapporteur.LedgerKey{Cycle: wide, Contributor: somebody, Rung: "r1"})
		}),
		q("Ledger", func(c cx, r rd) ([]rapporteur.LedgerEntry, error) { return r.Ledger(c, theirs) }).sorting(fewOfThem),
		q("Ledger", func(c cx, r rd) ([]rapporteur.LedgerEntry, error) { return r.Ledger(c, whole) }).like("of a cycle"),
		q("RungCounts", func(c cx, r rd) (map[rapporteur.LedgerState]int, error) {
			return r.RungCounts(c, wide, "r1", rapporteur.DateOf(then))
		}),
		q("Unsent", func(c cx, r rd) ([]rapporteur.LedgerEntry, error) { return r.Unsent(c, wide, 20) }),
		q("Unsent", func(c cx, r rd) ([]rapporteur.LedgerEntry, error) { return r.Unsent(c, "", 20) }).like("of all"),
		q("WorkingAnswer", func(c cx, r rd) (rapporteur.WorkingAnswer, error) { return r.WorkingAnswer(c, theirs) }),
		q("WorkingSaves", func(c cx, r rd) ([]rapporteur.WorkingSave, error) { return r.WorkingSaves(c, theirs) }).sorting(fewOfThem),
		q("AttachedFile", func(c cx, r rd) (rapporteur.AttachedFile, error) { return r.AttachedFile(c, theirs, "none") }).sorting(fewOfThem),
		q("AttachedFiles", func(c cx, r rd) ([]rapporteur.AttachedFile, error) { return r.AttachedFiles(c, theirs) }).sorting(fewOfThem),
		q("FilesAfter", func(c cx, r rd) ([]rapporteur.AttachedFile, error) { return r.FilesAfter(c, "b", 20) }),
		q("StrayFiles", func(c cx, r rd) ([]rapporteur.AttachedFile, error) { return r.StrayFiles(c, 20) }).reading("cycles"), // those that still collect, now and then
		q("RuleSuspensions", func(c cx, r rd) ([]rapporteur.RuleSuspension, error) { return r.RuleSuspensions(c, wide) }),
		q("Revalidations", func(c cx, r rd) ([]rapporteur.Revalidation, error) { return r.Revalidations(c, theirs) }),
		q("Revalidations", func(c cx, r rd) ([]rapporteur.Revalidation, error) { return r.Revalidations(c, whole) }).like("of a cycle").sorting("by their making, of the few rules that were lifted"),
	}
}

func questionsOnCycles() []question {
	return []question{
		q("Cycle", func(c cx, r rd) (rapporteur.Cycle, error) { return r.Cycle(c, wide) }),
		q("Cycles", func(c cx, r rd) ([]rapporteur.Cycle, error) { return r.Cycles(c, "i/s/10100", 20) }),
		q("Uncollected", func(c cx, r rd) ([]rapporteur.CycleID, error) { return r.Uncollected(c) }),
		q("StreamCalendar", func(c cx, r rd) (rapporteur.StreamCalendar, error) {
			return r.StreamCalendar(c, rapporteur.StreamKey{Instrument: "i", Stream: "s"})
		}),
		q("StreamCalendars", func(c cx, r rd) ([]rapporteur.StreamCalendar, error) { return r.StreamCalendars(c) }),
		q("Draft", func(c cx, r rd) (rapporteur.Draft, error) { return r.Draft(c, wide, 1) }),
		q("Drafts", func(c cx, r rd) ([]rapporteur.Draft, error) { return r.Drafts(c, wide) }),
		q("Observations", func(c cx, r rd) ([]rapporteur.Observation, error) { return r.Observations(c, wide) }),
		q("Decisions", func(c cx, r rd) ([]rapporteur.Decision, error) { return r.Decisions(c, wide, 1) }),
		q("Delegations", func(c cx, r rd) ([]rapporteur.Delegation, error) { return r.Delegations(c, wide, 1) }),
		q("Clearance", func(c cx, r rd) (rapporteur.ClearanceState, error) { return r.Clearance(c, wide, 1) }),
		q("Outbox", func(c cx, r rd) ([]rapporteur.Message, error) { return r.Outbox(c, 500) }).reading("outbox"),
		q("Vitals", func(c cx, r rd) (rapporteur.Vitals, error) { return r.Vitals(c) }).
			reading("cycles", "requests", "submissions", "audit", "ledger", "outbox", "api_keys"),
		q("Releases", func(c cx, r rd) ([]rapporteur.Release, error) { return r.Releases(c, "i", "s") }),
		q("LatestRelease", func(c cx, r rd) (rapporteur.Release, error) { return r.LatestRelease(c, wide) }),
		q("HookMessageDue", func(c cx, r rd) (bool, error) { return r.HookMessageDue(c, then) }),
		q("Webhook", func(c cx, r rd) (rapporteur.Webhook, error) { return r.Webhook(c, "none") }),
		q("Webhooks", func(c cx, r rd) ([]rapporteur.Webhook, error) { return r.Webhooks(c) }).sorting("administrators keep a few"),
		q("HookMessage", func(c cx, r rd) (rapporteur.HookMessage, error) { return r.HookMessage(c, "none") }),
		q("HookMessages", func(c cx, r rd) ([]rapporteur.HookMessage, error) { return r.HookMessages(c, "w-1", "m-10500", 20) }),
		q("HookMessages", func(c cx, r rd) ([]rapporteur.HookMessage, error) { return r.HookMessages(c, "w-1", "", 20) }).like("newest"),
		q("HookAttempts", func(c cx, r rd) ([]rapporteur.HookAttempt, error) { return r.HookAttempts(c, "m-10500") }),
	}
}

func questionsOnAudit() []question {
	var all []question
	for order, name := range map[rapporteur.AuditOrder]string{rapporteur.AsWritten: "as written", rapporteur.OldestFirst: "oldest first", rapporteur.NewestFirst: "newest first"} {
		filters := map[string]rapporteur.AuditFilter{
			"": {}, ", about one": {Contributor: somebody}, ", about some": {About: many}, ", by actor and action": {Actors: []string{"a-1"}, Actions: []rapporteur.Action{rapporteur.ActionSubmitted}},
			", in a time": {From: then, Until: then.Add(time.Hour)}, ", on subjects": {Subjects: []string{"cycle"}}, ", with words": {Text: rapporteur.AuditText{Words: "x"}},
			", next page": {After: rapporteur.AuditMark{At: then, Seq: 100}},
		}
		for how, f := range filters {
			f.Cycle, f.Order, f.Limit = wide, order, 100
			all = append(all, q("AuditTrail", func(c cx, r rd) ([]rapporteur.AuditRecord, error) { return r.AuditTrail(c, f) }).like(name+how))
		}
	}
	return append(all,
		q("Audit", func(c cx, r rd) ([]rapporteur.AuditRecord, error) { return r.Audit(c, wide, 100, 100) }),
		q("AuditKeyed", func(c cx, r rd) ([]rapporteur.AuditRecord, error) { return r.AuditKeyed(c, []string{"k/1", "k/2"}) }).sorting("those that are named"),
		q("AuditCount", func(c cx, r rd) (int, error) { return r.AuditCount(c, rapporteur.AuditFilter{Cycle: wide}) }).byIndex(),
		q("AuditCount", func(c cx, r rd) (int, error) {
			return r.AuditCount(c, rapporteur.AuditFilter{Cycle: wide, Contributor: somebody, Actions: []rapporteur.Action{rapporteur.ActionSubmitted}, Order: rapporteur.NewestFirst})
		}).like("of one").byIndex(),
		q("AuditActors", func(c cx, r rd) ([]string, error) { return r.AuditActors(c, wide) }).byIndex().sorting("the few that differ"),
		q("AuditChain", func(c cx, r rd) ([]rapporteur.ChainedRecord, error) { return r.AuditChain(c, 100, 100) }),
		q("CycleChain", func(c cx, r rd) ([]rapporteur.ChainedRecord, error) { return r.CycleChain(c, "i/s/10200") }).sorting("what is written is in another order than what is chained"),
		q("ChainLinks", func(c cx, r rd) ([]rapporteur.ChainLink, error) { return r.ChainLinks(c, 100, 100) }),
		q("ChainHead", func(c cx, r rd) (rapporteur.ChainLink, error) { return r.ChainHead(c) }).reading("audit_chain"),
		q("Unchained", func(c cx, r rd) ([]rapporteur.AuditRecord, error) { return r.Unchained(c, 29_000, 100) }),
		q("Checkpoints", func(c cx, r rd) ([]rapporteur.Checkpoint, error) { return r.Checkpoints(c, 100, 100) }),
		q("LastCheckpoint", func(c cx, r rd) (rapporteur.Checkpoint, error) { return r.LastCheckpoint(c, 1000) }),
	)
}

func questionsOnDeliveries() []question {
	deliveries := func(how string, f rapporteur.DeliveryFilter) question {
		return q("Deliveries", func(c cx, r rd) ([]rapporteur.Delivery, error) { return r.Deliveries(c, f) }).like(how)
	}
	return []question{
		q("Windows", func(c cx, r rd) ([]rapporteur.Cycle, error) { return r.Windows(c, "i", "w") }),
		q("Delivery", func(c cx, r rd) (rapporteur.Delivery, error) {
			return r.Delivery(c, rapporteur.DeliveryKey{Cycle: window, Number: 1})
		}),
		deliveries("of a window", rapporteur.DeliveryFilter{Cycle: window, Limit: 50}),
		deliveries("page", rapporteur.DeliveryFilter{Cycle: window, After: rapporteur.DeliveryKey{Cycle: window, Number: 100}, Limit: 50}),
		deliveries("of a stream", rapporteur.DeliveryFilter{Instrument: "i", Stream: "w", Limit: 50}),
		deliveries("of a contributor", rapporteur.DeliveryFilter{Contributor: somebody, Limit: 50}),
		deliveries("of a contributor in a window", rapporteur.DeliveryFilter{Cycle: window, Contributor: somebody, Limit: 50}),
		q("DeliveryCount", func(c cx, r rd) (int, error) { return r.DeliveryCount(c, window) }).byIndex(),
		q("Unrouted", func(c cx, r rd) ([]rapporteur.DeliveryKey, error) {
			return r.Unrouted(c, rapporteur.DeliveryFilter{Instrument: "i", Stream: "w", Limit: 50})
		}),
		q("DeliveryRecords", func(c cx, r rd) ([]rapporteur.SignedRecord, error) {
			return r.DeliveryRecords(c, rapporteur.DeliveryKey{Cycle: window, Number: 1})
		}),
	}
}

func questionsOnPeople() []question {
	asks := func(how string, of rapporteur.LinkAsk) question {
		return q("LinksAsked", func(c cx, r rd) (int, error) { return r.LinksAsked(c, of, then) }).like(how).byIndex()
	}
	return []question{
		q("Contacts", func(c cx, r rd) ([]rapporteur.Contact, error) { return r.Contacts(c, somebody) }),
		q("Unreachable", func(c cx, r rd) ([]rapporteur.ContributorID, error) { return r.Unreachable(c, many) }).byIndex(),
		// An address is looked for in any letters and in whole lists; how often is
		// limited where people ask for links.
		q("Mailboxes", func(c cx, r rd) ([]rapporteur.Contact, error) { return r.Mailboxes(c, "a@example.org") }).reading("contacts"),
		q("Key", func(c cx, r rd) (rapporteur.APIKey, error) { return r.Key(c, "none") }),
		q("Keys", func(c cx, r rd) ([]rapporteur.APIKey, error) { return r.Keys(c) }).reading("api_keys").sorting("all of them are listed"),
		q("Idempotent", func(c cx, r rd) (rapporteur.IdempotentAnswer, error) { return r.Idempotent(c, "p", "none") }),
		q("Person", func(c cx, r rd) (rapporteur.Person, error) { return r.Person(c, "none") }),
		q("Persons", func(c cx, r rd) ([]rapporteur.Person, error) { return r.Persons(c) }).reading("persons").sorting("all of them are listed"),
		q("Session", func(c cx, r rd) (rapporteur.Session, error) { return r.Session(c, "none") }),
		q("LinkUsed", func(c cx, r rd) (bool, error) { return r.LinkUsed(c, "none") }),
		asks("for an address", rapporteur.LinkAsk{Address: "a-1"}), asks("for a contributor", rapporteur.LinkAsk{Contributor: somebody}), asks("for all", rapporteur.LinkAsk{}),
		q("Colleague", func(c cx, r rd) (rapporteur.Colleague, error) { return r.Colleague(c, "none") }),
		q("Colleagues", func(c cx, r rd) ([]rapporteur.Colleague, error) { return r.Colleagues(c, somebody) }).sorting("a few of each contributor"),
		q("ColleaguesAt", func(c cx, r rd) ([]rapporteur.Colleague, error) { return r.ColleaguesAt(c, "none") }).sorting("a few at each address"),
		q("Feed", func(c cx, r rd) (rapporteur.Feed, error) { return r.Feed(c, "none") }),
		q("FeedByHash", func(c cx, r rd) (rapporteur.Feed, error) { return r.FeedByHash(c, []byte("none")) }),
		q("Feeds", func(c cx, r rd) ([]rapporteur.Feed, error) { return r.Feeds(c, "p-1") }),
	}
}
