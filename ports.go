package rapporteur

import (
	"context"
	"time"
)

// Store is the record. Everything that counts is written through Write in one
// transaction, with its audit records and outbox messages.
type Store interface {
	// Write runs fn in a read-write transaction and commits when it returns
	// nil. fn may run more than once and waiting writes may be committed
	// together, so it must act only through tx. A *Problem from fn comes back
	// unchanged.
	Write(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Read runs fn on one consistent view of the record.
	Read(ctx context.Context, fn func(ctx context.Context, r Reader) error) error
}

// Reader reads the record. A thing that is not there is a ProblemNotFound.
// Lists are in a stable order and never nil-pointer surprises: empty when
// nothing matches.
type Reader interface {
	FileReader
	ChainReader
	FeedReader
	HookReader
	AccessReader
	Cycle(ctx context.Context, id CycleID) (Cycle, error)
	// Cycles lists cycles by id, after a cursor, at most limit.
	Cycles(ctx context.Context, after CycleID, limit int) ([]Cycle, error)
	Request(ctx context.Context, key RequestKey) (Request, error)
	// Asked is a request with what of its cycle decides about an answer.
	Asked(ctx context.Context, key RequestKey) (Request, Collection, error)
	// Requests lists requests by contributor id.
	Requests(ctx context.Context, filter RequestFilter) ([]Request, error)
	// Questionnaires lists the questionnaires that the requests of a cycle are
	// pinned to which were opened by an instant.
	Questionnaires(ctx context.Context, id CycleID, until time.Time) ([]QuestionnaireRef, error)
	Counts(ctx context.Context, id CycleID) (Counts, error)
	// StandingCounts counts the requests of a cycle that stand alike; previous is
	// the cycle before it, empty for none. Of those from whom nothing is awaited,
	// deadline, extension and follow-up are left out. The order is not told.
	StandingCounts(ctx context.Context, id, previous CycleID) ([]StandingCount, error)
	// Standings lists how requests stand, by contributor.
	Standings(ctx context.Context, filter StandingFilter) ([]ContributorStanding, error)
	// StreamCalendar is the calendar of an inclusion stream.
	StreamCalendar(ctx context.Context, key StreamKey) (StreamCalendar, error)
	// StreamCalendars lists all by instrument and stream.
	StreamCalendars(ctx context.Context) ([]StreamCalendar, error)
	// OthersOpen reports whether any contributor but this one still has
	// nothing accepted in the cycle.
	OthersOpen(ctx context.Context, key RequestKey) (bool, error)
	// Uncollected lists collecting cycles, but for occasions, in which nothing is
	// open any more but accepted submissions wait to be collected.
	Uncollected(ctx context.Context) ([]CycleID, error)
	Submission(ctx context.Context, key RequestKey, version int) (Submission, error)
	// Submissions lists the versions of one request, oldest first, or with an
	// empty contributor those of the cycle by contributor and version.
	Submissions(ctx context.Context, key RequestKey) ([]Submission, error)
	// SubmissionsOf lists the versions of some contributors in a cycle, by
	// contributor and version; whoever has none is left out.
	SubmissionsOf(ctx context.Context, id CycleID, contributors []ContributorID) ([]Submission, error)
	// Receipt is the signed receipt of a submission.
	Receipt(ctx context.Context, key RequestKey, version int) (SubmissionReceipt, error)
	// WithdrawnSubmissions lists the versions of a cycle that their contributors
	// have withdrawn, by contributor and version.
	WithdrawnSubmissions(ctx context.Context, id CycleID) ([]Submission, error)
	// Migrations lists the questionnaire migrations of a request, oldest first.
	Migrations(ctx context.Context, key RequestKey) ([]Migration, error)
	// Body is the stored body with this SHA-256.
	Body(ctx context.Context, hash string) ([]byte, error)
	// Bodies are those of many hashes at once, by hash; a hash without a body
	// is left out.
	Bodies(ctx context.Context, hashes []string) (map[string][]byte, error)
	FollowUp(ctx context.Context, key RequestKey, number int) (FollowUp, error)
	FollowUps(ctx context.Context, key RequestKey) ([]FollowUp, error)
	// OverdueFollowUps lists follow-ups of all cycles that were due before a date
	// and have not ended, by due date, at most limit (0 for all).
	OverdueFollowUps(ctx context.Context, before Date, limit int) ([]FollowUp, error)
	LedgerEntry(ctx context.Context, key LedgerKey) (LedgerEntry, error)
	// Ledger lists the chasing ledger of a cycle by time and contributor;
	// with a contributor only theirs.
	Ledger(ctx context.Context, key RequestKey) ([]LedgerEntry, error)
	// RungCounts counts the messages of a rung in a cycle by what came of them;
	// the zero due means every deadline.
	RungCounts(ctx context.Context, id CycleID, rung string, due Date) (map[LedgerState]int, error)
	// Unsent lists messages of a cycle, or of all for an empty one, that are
	// neither sent nor superseded, by cycle and contributor, at most limit (0 for
	// all).
	Unsent(ctx context.Context, id CycleID, limit int) ([]LedgerEntry, error)
	Draft(ctx context.Context, id CycleID, number int) (Draft, error)
	// Drafts lists drafts without their reports.
	Drafts(ctx context.Context, id CycleID) ([]Draft, error)
	Observations(ctx context.Context, id CycleID) ([]Observation, error)
	// Decisions lists the clearance decisions of a draft in order.
	Decisions(ctx context.Context, id CycleID, draft int) ([]Decision, error)
	Delegations(ctx context.Context, id CycleID, draft int) ([]Delegation, error)
	// Clearance is the present state of a draft's clearance.
	Clearance(ctx context.Context, id CycleID, draft int) (ClearanceState, error)
	// Audit lists audit records of a cycle by sequence, after a cursor, at
	// most limit (0 for all); an empty cycle lists those of no cycle.
	Audit(ctx context.Context, id CycleID, after int64, limit int) ([]AuditRecord, error)
	// AuditTrail lists those audit records of a cycle by sequence that a filter
	// lets through, or in the order that the filter asks for.
	AuditTrail(ctx context.Context, filter AuditFilter) ([]AuditRecord, error)
	// AuditKeyed lists the audit records with some keys by sequence; keys without
	// a record are left out.
	AuditKeyed(ctx context.Context, keys []string) ([]AuditRecord, error)
	// AuditCount is how many records a filter lets through; cursor, order and
	// limit do not matter.
	AuditCount(ctx context.Context, filter AuditFilter) (int, error)
	// AuditActors lists who has a record in a cycle, by id.
	AuditActors(ctx context.Context, id CycleID) ([]string, error)
	Contacts(ctx context.Context, id ContributorID) ([]Contact, error)
	// Unreachable lists which of the contributors have no focal point.
	Unreachable(ctx context.Context, ids []ContributorID) ([]ContributorID, error)
	Key(ctx context.Context, id string) (APIKey, error)
	Keys(ctx context.Context) ([]APIKey, error)
	// Outbox lists undelivered messages, oldest first.
	Outbox(ctx context.Context, limit int) ([]Message, error)
	// Vitals are how much there is of everything.
	Vitals(ctx context.Context) (Vitals, error)
	// Gauges are how much waits, at little cost.
	Gauges(ctx context.Context) (Gauges, error)
	// Idempotent gives what was answered to a principal's idempotency key.
	Idempotent(ctx context.Context, principal, key string) (IdempotentAnswer, error)
	// Windows lists the windows of an intake, oldest first.
	Windows(ctx context.Context, instrument, stream string) ([]Cycle, error)
	Delivery(ctx context.Context, key DeliveryKey) (Delivery, error)
	// Deliveries lists deliveries by cycle and number.
	Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error)
	// DeliveryCount is how many deliveries a cycle has, which is the number of
	// its newest.
	DeliveryCount(ctx context.Context, id CycleID) (int, error)
	// Unrouted lists deliveries that still have to be routed or acknowledged, by
	// cycle and number.
	Unrouted(ctx context.Context, filter DeliveryFilter) ([]DeliveryKey, error)
	// WorkingAnswer is what a contributor has written towards an answer, with its
	// content; a ProblemNotFound where nobody has begun.
	WorkingAnswer(ctx context.Context, key RequestKey) (WorkingAnswer, error)
	// WorkingSaves lists the history of a working answer, oldest first.
	WorkingSaves(ctx context.Context, key RequestKey) ([]WorkingSave, error)
	// DeliveryRecords lists the signed records of a delivery by destination.
	DeliveryRecords(ctx context.Context, key DeliveryKey) ([]SignedRecord, error)
	// RuleSuspensions lists those of a cycle by number, also what was lifted.
	RuleSuspensions(ctx context.Context, id CycleID) ([]RuleSuspension, error)
	// Revalidations lists those of a cycle, or with a contributor only theirs,
	// in the order of their making.
	Revalidations(ctx context.Context, key RequestKey) ([]Revalidation, error)
	// Releases lists the published statistics of a stream in the order in which
	// they were made.
	Releases(ctx context.Context, instrument, stream string) ([]Release, error)
	// LatestRelease is the newest release of a cycle.
	LatestRelease(ctx context.Context, id CycleID) (Release, error)
}

// Tx reads and writes in one transaction.
type Tx interface {
	Reader
	FileTx
	ChainTx
	FeedTx
	HookTx
	AccessTx
	InsertCycle(ctx context.Context, c Cycle) error // a ProblemConflict when the id exists
	// LockCycle reads a cycle and keeps others from changing it until the
	// transaction ends.
	LockCycle(ctx context.Context, id CycleID) (Cycle, error)
	UpdateCycle(ctx context.Context, c Cycle) error // raises Revision
	// InsertStreamCalendar adds a calendar: a ProblemConflict when the stream
	// has one.
	InsertStreamCalendar(ctx context.Context, c StreamCalendar) error
	LockStreamCalendar(ctx context.Context, key StreamKey) (StreamCalendar, error)
	UpdateStreamCalendar(ctx context.Context, c StreamCalendar) error // raises Revision
	InsertRequests(ctx context.Context, requests []Request) error
	LockRequest(ctx context.Context, key RequestKey) (Request, error)
	UpdateRequest(ctx context.Context, r Request) error // raises Revision
	// LockRequests locks the requests of some contributors in a cycle, and lists
	// them by contributor; whoever is not asked is left out.
	LockRequests(ctx context.Context, id CycleID, contributors []ContributorID) ([]Request, error)
	// UpdateRequests stores requests that the transaction has locked, each one
	// revision on; one that was changed since is a ProblemConflict.
	UpdateRequests(ctx context.Context, requests []Request) error
	// InsertSubmission stores a version and its body; the same body twice is
	// stored once.
	InsertSubmission(ctx context.Context, s Submission, body []byte) error
	// InsertReceipt adds the signed receipt of a submission unless it has one,
	// and returns the receipt as stored.
	InsertReceipt(ctx context.Context, r SubmissionReceipt) (SubmissionReceipt, error)
	// InsertWithdrawal notes that a version was withdrawn: a ProblemConflict when
	// it is noted already.
	InsertWithdrawal(ctx context.Context, key RequestKey, version int, w Withdrawal) error
	// InsertMigration adds a migration of a request, with what of its answer has
	// no place in the other version; that is nil where everything has.
	InsertMigration(ctx context.Context, m Migration, kept []byte) error
	InsertFollowUp(ctx context.Context, f FollowUp) error
	UpdateFollowUp(ctx context.Context, f FollowUp) error
	// ClaimMessage inserts a ledger entry unless its key is there; it returns
	// the entry as stored and whether it is new.
	ClaimMessage(ctx context.Context, e LedgerEntry) (LedgerEntry, bool, error)
	UpdateLedgerEntry(ctx context.Context, e LedgerEntry) error
	// Supersede notes of every message of a cycle that is claimed, or to be sent
	// again, that nobody wants it any more; some notices stay wanted.
	Supersede(ctx context.Context, id CycleID, but ...Notice) error
	InsertDraft(ctx context.Context, d Draft) error
	UpdateDraft(ctx context.Context, d Draft) error // outcome, comments and report
	PutObservations(ctx context.Context, id CycleID, o []Observation) error
	// PutClearance stores the present state of a draft's clearance.
	PutClearance(ctx context.Context, s ClearanceState) error
	InsertDecision(ctx context.Context, d Decision) error
	InsertDelegation(ctx context.Context, g Delegation) error
	// AppendAudit adds a record, with the request id of the context and on whose
	// behalf it is among its details, unless its key is there (an empty key is
	// always new); it reports whether it was added.
	AppendAudit(ctx context.Context, a AuditRecord) (bool, error)
	PutContacts(ctx context.Context, id ContributorID, contacts []Contact) error
	InsertKey(ctx context.Context, k APIKey) error
	RevokeKey(ctx context.Context, id string, at time.Time) error
	Enqueue(ctx context.Context, m Message) error
	Delivered(ctx context.Context, ids []int64) error
	// Tried notes that messages could not be delivered this time.
	Tried(ctx context.Context, ids []int64) error
	PutIdempotent(ctx context.Context, a IdempotentAnswer) error
	// ForgetIdempotent deletes at most so many answers given before an instant, and
	// tells how many it were.
	ForgetIdempotent(ctx context.Context, before time.Time, most int) (int, error)
	// InsertDelivery stores a delivery and its body; of a receipt the body is
	// nil and nothing but the receipt is stored.
	InsertDelivery(ctx context.Context, d Delivery, body []byte) error
	// QueueRouting puts a delivery on the list of those to be routed,
	// RoutingWaits notes that it was tried and has to wait, Routed takes it off;
	// none of them minds being repeated.
	QueueRouting(ctx context.Context, key DeliveryKey) error
	RoutingWaits(ctx context.Context, key DeliveryKey) error
	Routed(ctx context.Context, key DeliveryKey) error
	// PutWorkingAnswer stores a working answer that is one revision on from what
	// is stored, with those of its sections that have changed with it, and their
	// lines of the history. A ProblemConflict where another change came first.
	PutWorkingAnswer(ctx context.Context, w WorkingAnswer) error
	// DeleteWorkingAnswers takes away every working answer of a cycle with its
	// history, and tells how many there were.
	DeleteWorkingAnswers(ctx context.Context, id CycleID) (int, error)
	// InsertDeliveryRecord adds a signed record unless its destination has one,
	// and returns the record as stored.
	InsertDeliveryRecord(ctx context.Context, r SignedRecord) (SignedRecord, error)
	InsertRuleSuspension(ctx context.Context, s RuleSuspension) error // a ProblemConflict when the number is taken
	UpdateRuleSuspension(ctx context.Context, s RuleSuspension) error // lifted, revalidated
	InsertRevalidation(ctx context.Context, r Revalidation) error
	// InsertRelease adds a release: a ProblemConflict where its number or its
	// place in the stream is taken.
	InsertRelease(ctx context.Context, r Release) error
}

// RequestFilter narrows a list of requests; zero fields do not narrow.
type RequestFilter struct {
	Cycle       CycleID
	Contributor ContributorID
	States      []RequestState
	Kinds       []ContributorKind
	OnPath      bool // only those on the common path
	After       ContributorID
	Limit       int
}

// IdempotentAnswer remembers what was answered to an idempotency key, so that
// a repeated request gets the same answer.
type IdempotentAnswer struct {
	Principal string
	Key       string
	Request   string // SHA-256 of method, path and body
	Status    int
	Body      []byte
	At        time.Time
}

// Catalogue is the knowledge that outlives a deploy: instruments, registry and
// questionnaires.
type Catalogue interface {
	Instruments() []Instrument
	Instrument(id string) (Instrument, error)
	// Contributors lists who existed on a date, by id; kinds narrows.
	Contributors(on Date, kinds ...ContributorKind) []Contributor
	Contributor(id ContributorID, on Date) (Contributor, error)
	// Calendar tells when reports about a contributor fall due: the
	// Secretary-General's on a mission. A contributor that no report is about is
	// a ProblemNotFound; one with no regular report has a calendar with the
	// reason and no rule.
	Calendar(id ContributorID) (Calendar, error)
	// Profile is a processing profile: the dates on the way to a due date.
	Profile(id string) (Profile, error)
	// WorkingDays is the calendar of United Nations Headquarters, New York.
	WorkingDays() WorkingDays
	// Latest is the newest version of a questionnaire.
	Latest(id string) (Questionnaire, error)
	Questionnaire(ref QuestionnaireRef) (Questionnaire, error)
	// Check reads a body by limits, schema and rules. Findings carry no
	// submitted value. A body that is not JSON, too deep or too long is a
	// Problem.
	Check(ctx context.Context, ref QuestionnaireRef, body []byte) (AnswerDocument, []Finding, error)
	// Read reads a body that was accepted under this version, for collecting and
	// compiling: by the limits, without schema and rules, which it has passed.
	// Its problems are those of Check.
	Read(ref QuestionnaireRef, body []byte) (AnswerDocument, error)
	// ShortBody writes the body of an answer in one call by a questionnaire: of
	// the same return always the same bytes. Answers that are no JSON object are
	// a ProblemMalformed.
	ShortBody(ref QuestionnaireRef, s ShortReturn) ([]byte, error)
	// CheckPart finds what of an unfinished answer must not be kept even for a
	// while: personal data, and what the questionnaire has no place for. Whatever
	// may be missing. Limits and problems are those of Check.
	CheckPart(ctx context.Context, ref QuestionnaireRef, body []byte) ([]Finding, error)
	// Placed gives findings on a body that others have made their place in words;
	// those that have one keep it.
	Placed(ref QuestionnaireRef, body []byte, findings []Finding) []Finding
	// Compare tells what changed from one version of an answer to another, in a
	// language. Each names what it answers: the versions of the questionnaire may
	// be two.
	Compare(ctx context.Context, before, after Answered, language string) (Difference, error)
	// Migrate gives an answer, also one that is not finished, the layout of
	// another version of its questionnaire. kept is what earlier migrations of it
	// kept beside, nil for nothing. It is pure: the same comes of the same. Where
	// no mapping leads from one version to the other that is a
	// ProblemUnsupported.
	Migrate(ctx context.Context, from, to QuestionnaireRef, body, kept []byte) (MigratedAnswer, error)
}

// Mailbox sends messages to contributors and officers.
type Mailbox interface {
	// Send composes and sends one message. It is at-least-once: the same
	// Letter always has the same Message-ID. A refusal for good is a Refusal.
	Send(ctx context.Context, l Letter) error
	// MessageID is the Message-ID a letter has.
	MessageID(l Letter) string
}

// Letter is what a mail is composed from.
type Letter struct {
	Notice      Notice
	Cycle       CycleID
	Instrument  string     // S/RES/2388 (2017)
	Subject     string     // title of the stream, or of an occasion's event
	Host        string     // inclusions: title of the host report
	Titles      Titles     // Subject and Host by language
	Text        []string   // of a section that is handed over, a paragraph each
	Outcome     ReturnType // why there is no section to hand over
	Contributor Contributor
	To          []Contact
	Due         Date
	MandatedDue Date
	Rung        string
	Reason      string // of a return, refusal, move, withdrawal
	Provisions  []string
	Step        string // clearance step
	Draft       int
	SentAt      time.Time    // business time, the mail's Date
	Event       Event        // occasions
	Reports     bool         // occasions: answers are due after the event and report on it
	Delivery    int          // number of the delivery that is acknowledged or routed
	Hash        string       // of that delivery
	Receipt     bool         // of which only the receipt is kept
	Links       []SealedLink // by which the request can be answered
	SignIn      SealedSignIn // by which its reader signs in; zero for none
	Delegated   bool         // the link tells of a delegation
	Attachments []Attachment
}

// Titles are the titles that a letter names, by language; a language that has
// none is written in the English of the letter.
type Titles struct{ Subject, Host map[string]string }

// Attachment is a file that goes with a letter.
type Attachment struct {
	Name    string
	Media   string // application/json
	Content []byte
}

// Refusal is an error of a mail server that trying again will not mend.
type Refusal struct{ Cause error }

// Error says that the message was refused.
func (r *Refusal) Error() string { return "cannot deliver message: refused for good" }

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.Cause }

// Engine conducts workflows.
type Engine interface {
	// Command sends a command to a cycle and waits until it is committed.
	// Refusals come back as a *Problem; the same command id acts once.
	Command(ctx context.Context, cycle CycleID, c Command) error
	// DecideExtension sends the decision to a follow-up.
	DecideExtension(ctx context.Context, key RequestKey, number int, d ExtensionDecision) error
	// Decide sends a decision to a clearance.
	Decide(ctx context.Context, d Decision) error
	// Delegate sends a delegation to a clearance.
	Delegate(ctx context.Context, g Delegation) error
	// Events reads the history of a workflow, without payloads.
	Events(ctx context.Context, workflowID string) ([]EngineEvent, error)
}

// Inspector looks into the engine for administrators and mends what it can. A
// workflow that the engine does not know, or no longer, is a ProblemNotFound; an
// engine that does not answer is a ProblemUnavailable.
type Inspector interface {
	// RawHistory is the history of a workflow with all its runs as the engine
	// itself writes it, as one JSON object. Payloads stay sealed where the engine
	// has them sealed.
	RawHistory(ctx context.Context, workflowID string) ([]byte, error)
	// Retrying lists the steps of a workflow that have failed and will be tried
	// again, by id. One that does not run is a ProblemNotFound.
	Retrying(ctx context.Context, workflowID string) ([]RetryingStep, error)
	// RetryNow has a step that waits for its next attempt tried at once. One that
	// is no longer waiting is left alone.
	RetryNow(ctx context.Context, step RetryingStep) error
}

// RetryingStep is a step of a workflow that has failed and will be tried again.
type RetryingStep struct {
	Workflow string
	Run      string
	ID       string // of the activity
	Name     string // open-requests
	Attempt  int    // the one that comes
	Next     time.Time
	Failure  string // the last, in the program's words
}

// ExtensionDecision is what the Secretariat decides on a wish for more time.
type ExtensionDecision struct {
	ID      string
	Actor   string
	Granted bool
	Until   Date
	Reason  string
}

// Renderer turns a report or a compliance matrix into a document.
type Renderer interface {
	// Render gives the report in a format: docx, html or json.
	Render(ctx context.Context, r Report, format string) ([]byte, error)
	// Workbook gives a compliance matrix as a spreadsheet (Office Open XML,
	// ISO/IEC 29500).
	Workbook(ctx context.Context, m Matrix) ([]byte, error)
	// NoteVerbale gives a note to a Permanent Mission as PDF.
	NoteVerbale(ctx context.Context, n NoteVerbale) ([]byte, error)
}

// Signer signs receipts and delivery records with the newest of its keys.
type Signer interface {
	// KeyID is the id of the key that signs.
	KeyID() string
	// Sign gives a signature and the id of the key it was made with. The same
	// message and key always give the same signature.
	Sign(message []byte) (keyID string, signature []byte)
	// Keys are the public keys by which signatures of this house are verified,
	// the newest first.
	Keys() []SigningKey
}

// Clock tells wall time; the process has one.
type Clock func() time.Time
