package storetest

import (
	"context"
	"fmt"

	"github.com/rapporteur/rapporteur"
)

var roundTripTests = []test{
	{"every field of everything comes back", func(t tb, s rapporteur.Store) {
		e := everything()
		write(t, s, e.store)
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return e.check(ctx, t, tx) })
		get(t, s, func(ctx context.Context, r rapporteur.Reader) (bool, error) { return true, e.check(ctx, t, r) })
	}},
	{"a transaction reads what it wrote", func(t tb, s rapporteur.Store) {
		e := everything()
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			if err := e.store(ctx, tx); err != nil {
				return err
			}
			return e.check(ctx, t, tx)
		})
	}},
	{"zero values come back", func(t tb, s rapporteur.Store) {
		e := belongings{body: []byte{}}
		e.join()
		write(t, s, e.store)
		get(t, s, func(ctx context.Context, r rapporteur.Reader) (bool, error) { return true, e.check(ctx, t, r) })
	}},
	{"updates store every field", storesUpdates},
	{"text is stored as it is", storesText},
	{"text that one database cannot hold is refused by both", func(t tb, s rapporteur.Store) {
		for _, text := range []string{"nul \x00", "not UTF-8 \xff"} {
			refused(t, s, rapporteur.ProblemInvalid, func(ctx context.Context, tx rapporteur.Tx) error {
				return tx.InsertCycle(ctx, rapporteur.Cycle{ID: here, Attention: text})
			})
		}
		missing(t, s, "cycle", func(ctx context.Context, r rapporteur.Reader) (rapporteur.Cycle, error) { return r.Cycle(ctx, here) })
	}},
}

// belongings is one of everything that a record holds.
type belongings struct {
	cycle       rapporteur.Cycle
	request     rapporteur.Request
	submission  rapporteur.Submission
	body        []byte
	followUp    rapporteur.FollowUp
	entry       rapporteur.LedgerEntry
	draft       rapporteur.Draft
	observation rapporteur.Observation
	clearance   rapporteur.ClearanceState
	decision    rapporteur.Decision
	delegation  rapporteur.Delegation
	audit       rapporteur.AuditRecord
	contact     rapporteur.Contact
	key         rapporteur.APIKey
	answer      rapporteur.IdempotentAnswer
	delivery    rapporteur.Delivery
	receipt     rapporteur.Delivery
	record      rapporteur.SignedRecord
	suspension  rapporteur.RuleSuspension
	rechecked   rapporteur.Revalidation
	proof       rapporteur.SubmissionReceipt
	release     rapporteur.Release
	working     rapporteur.WorkingAnswer
	file        rapporteur.AttachedFile
	person      rapporteur.Person
	session     rapporteur.Session
	colleague   rapporteur.Colleague
}

func everything() *belongings {
	e := &belongings{
		cycle: Filled[rapporteur.Cycle](), request: Filled[rapporteur.Request](), submission: Filled[rapporteur.Submission](),
		body: []byte(`{"answers": {}}`), followUp: Filled[rapporteur.FollowUp](), entry: Filled[rapporteur.LedgerEntry](),
		draft: Filled[rapporteur.Draft](), observation: Filled[rapporteur.Observation](), clearance: Filled[rapporteur.ClearanceState](),
		decision: Filled[rapporteur.Decision](), delegation: Filled[rapporteur.Delegation](), audit: Filled[rapporteur.AuditRecord](),
		contact: Filled[rapporteur.Contact](), key: Filled[rapporteur.APIKey](), answer: Filled[rapporteur.IdempotentAnswer](),
		delivery: Filled[rapporteur.Delivery](), receipt: Filled[rapporteur.Delivery](), record: Filled[rapporteur.SignedRecord](),
		suspension: Filled[rapporteur.RuleSuspension](), rechecked: Filled[rapporteur.Revalidation](), release: Filled[rapporteur.Release](),
		proof:   Filled[rapporteur.SubmissionReceipt](),
		working: Filled[rapporteur.WorkingAnswer](),
		file:    Filled[rapporteur.AttachedFile](),
		person:  Filled[rapporteur.Person](), session: Filled[rapporteur.Session](), colleague: Filled[rapporteur.Colleague](),
	}
	e.join()
	return e
}

// join makes the parts belong to the same cycle and contributor.
func (e *belongings) join() {
	e.cycle.ID, e.request.RequestKey = here, kenyaHere
	described, _ := submission(kenyaHere, 7, string(e.body))
	e.submission.RequestKey, e.submission.Version = kenyaHere, described.Version
	e.submission.Hash, e.submission.Size = described.Hash, described.Size
	e.submission.Withdrawal = rapporteur.Withdrawal{} // is noted later: see versionTests
	e.followUp.RequestKey, e.followUp.Number = kenyaHere, 3
	e.entry.Cycle, e.entry.Contributor = here, kenya
	e.draft.Cycle, e.draft.Number = here, 2
	e.clearance.Cycle, e.clearance.Draft = here, 2
	e.decision.Cycle, e.decision.Draft = here, 2
	e.delegation.Cycle, e.delegation.Draft = here, 2
	e.audit.Cycle, e.contact.Contributor = here, kenya
	e.audit.Seq = 1 << 40 // not the store's
	e.delivery.DeliveryKey = rapporteur.DeliveryKey{Cycle: here, Number: 1}
	e.delivery.Hash, e.delivery.Size, e.delivery.Receipt = described.Hash, described.Size, false
	e.receipt.DeliveryKey = rapporteur.DeliveryKey{Cycle: here, Number: 2}
	e.receipt.Contributor, e.receipt.Hash, e.receipt.Size, e.receipt.Receipt = peru, described.Hash, 0, true
	e.record.DeliveryKey = e.delivery.DeliveryKey
	e.suspension.Cycle, e.suspension.Number = here, 1
	e.release.Cycle, e.release.Number, e.release.Sequence = here, 1, 1
	e.rechecked.RequestKey, e.rechecked.Version, e.rechecked.Suspension = kenyaHere, e.submission.Version, 1
	e.proof.RequestKey, e.proof.Version = kenyaHere, described.Version
	e.working.RequestKey, e.working.Revision = kenyaHere, 1
	for n := range e.working.Sections {
		s := &e.working.Sections[n]
		s.ID = fmt.Sprintf("section %d", n)
		s.Revision, s.Saved.Section = 1, s.ID
	}
	e.file.RequestKey, e.file.Hash, e.file.Versions = kenyaHere, described.Hash, []int{e.submission.Version}
}

func (e *belongings) store(ctx context.Context, tx rapporteur.Tx) error {
	steps := []func() error{
		func() error { return tx.InsertCycle(ctx, e.cycle) },
		func() error { return tx.InsertRequests(ctx, []rapporteur.Request{e.request}) },
		func() error { return tx.InsertSubmission(ctx, e.submission, e.body) },
		func() error { _, err := tx.InsertReceipt(ctx, e.proof); return err },
		func() error { return tx.InsertFollowUp(ctx, e.followUp) },
		func() error { _, _, err := tx.ClaimMessage(ctx, e.entry); return err },
		func() error { return tx.InsertDraft(ctx, e.draft) },
		func() error { return tx.PutObservations(ctx, here, []rapporteur.Observation{e.observation}) },
		func() error { return tx.PutClearance(ctx, e.clearance) },
		func() error { return tx.InsertDecision(ctx, e.decision) },
		func() error { return tx.InsertDelegation(ctx, e.delegation) },
		func() error { _, err := tx.AppendAudit(ctx, e.audit); return err },
		func() error { return tx.PutContacts(ctx, kenya, []rapporteur.Contact{e.contact}) },
		func() error { return tx.InsertKey(ctx, e.key) },
		func() error { return tx.PutIdempotent(ctx, e.answer) },
		func() error { return tx.InsertDelivery(ctx, e.delivery, e.body) },
		func() error { return tx.InsertDelivery(ctx, e.receipt, nil) },
		func() error { _, err := tx.InsertDeliveryRecord(ctx, e.record); return err },
		func() error { return tx.InsertRuleSuspension(ctx, e.suspension) },
		func() error { return tx.InsertRevalidation(ctx, e.rechecked) },
		func() error { return tx.InsertRelease(ctx, e.release) },
		func() error { return tx.PutPerson(ctx, e.person) },
		func() error { return tx.PutSession(ctx, e.session) },
		func() error { return tx.InsertColleague(ctx, e.colleague, "fingerprint") },
		func() error { return tx.PutWorkingAnswer(ctx, e.working) },
		func() error { return tx.HoldBlob(ctx, e.file.Blob) },
		func() error { return tx.InsertFile(ctx, e.file) },
		func() error { return tx.ReferToFiles(ctx, kenyaHere, e.submission.Version, []string{e.file.Hash}) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// check compares what is stored with what was.
func (e *belongings) check(ctx context.Context, t tb, r rapporteur.Reader) error {
	t.Helper()
	c := checker{t: t}
	is(&c, "cycle", e.cycle)(r.Cycle(ctx, here))
	is(&c, "request", e.request)(r.Request(ctx, kenyaHere))
	is(&c, "submission", e.submission)(r.Submission(ctx, kenyaHere, e.submission.Version))
	is(&c, "receipt of the submission", e.proof)(r.Receipt(ctx, kenyaHere, e.proof.Version))
	is(&c, "body", e.body)(r.Body(ctx, e.submission.Hash))
	is(&c, "follow-up", e.followUp)(r.FollowUp(ctx, kenyaHere, e.followUp.Number))
	is(&c, "ledger entry", e.entry)(r.LedgerEntry(ctx, e.entry.LedgerKey))
	is(&c, "draft", e.draft)(r.Draft(ctx, here, e.draft.Number))
	is(&c, "observations", []rapporteur.Observation{e.observation})(r.Observations(ctx, here))
	is(&c, "clearance", e.clearance)(r.Clearance(ctx, here, e.draft.Number))
	is(&c, "decisions", []rapporteur.Decision{e.decision})(r.Decisions(ctx, here, e.draft.Number))
	is(&c, "delegations", []rapporteur.Delegation{e.delegation})(r.Delegations(ctx, here, e.draft.Number))
	is(&c, "contacts", []rapporteur.Contact{e.contact})(r.Contacts(ctx, kenya))
	is(&c, "key", e.key)(r.Key(ctx, e.key.ID))
	is(&c, "idempotent answer", e.answer)(r.Idempotent(ctx, e.answer.Principal, e.answer.Key))
	is(&c, "delivery", e.delivery)(r.Delivery(ctx, e.delivery.DeliveryKey))
	is(&c, "receipt", e.receipt)(r.Delivery(ctx, e.receipt.DeliveryKey))
	is(&c, "delivery records", []rapporteur.SignedRecord{e.record})(r.DeliveryRecords(ctx, e.record.DeliveryKey))
	is(&c, "suspensions", []rapporteur.RuleSuspension{e.suspension})(r.RuleSuspensions(ctx, here))
	is(&c, "release", e.release)(r.LatestRelease(ctx, here))
	is(&c, "revalidations", []rapporteur.Revalidation{e.rechecked})(r.Revalidations(ctx, kenyaHere))
	is(&c, "person", e.person)(r.Person(ctx, e.person.ID))
	is(&c, "persons", []rapporteur.Person{e.person})(r.Persons(ctx))
	is(&c, "session", e.session)(r.Session(ctx, e.session.Token))
	is(&c, "delegation to a colleague", e.colleague)(r.Colleague(ctx, e.colleague.ID))
	is(&c, "delegations to colleagues", []rapporteur.Colleague{e.colleague})(r.Colleagues(ctx, e.colleague.Contributor))
	is(&c, "delegations to an address", []rapporteur.Colleague{e.colleague})(r.ColleaguesAt(ctx, "fingerprint"))
	is(&c, "working answer", e.working)(r.WorkingAnswer(ctx, kenyaHere))
	saves := []rapporteur.WorkingSave{}
	for _, section := range e.working.Sections {
		saves = append(saves, section.Saved)
	}
	is(&c, "saves", saves)(r.WorkingSaves(ctx, kenyaHere))
	is(&c, "attached file", e.file)(r.AttachedFile(ctx, kenyaHere, e.file.Hash))
	is(&c, "attached files", []rapporteur.AttachedFile{e.file})(r.AttachedFiles(ctx, kenyaHere))
	e.checkAudit(ctx, &c, r)
	return c.err
}

// checkAudit compares all but what the store gives the record.
func (e *belongings) checkAudit(ctx context.Context, c *checker, r rapporteur.Reader) {
	c.t.Helper()
	records, err := r.Audit(ctx, here, 0, 0)
	want := e.audit
	if len(records) == 1 {
		want.Seq, want.Recorded = records[0].Seq, records[0].Recorded
		if want.Seq == e.audit.Seq || want.Recorded.Equal(e.audit.Recorded) || want.Recorded.IsZero() {
			c.t.Errorf("sequence %d and recording time %s are not the store's own", want.Seq, want.Recorded)
		}
	}
	is(c, "audit", []rapporteur.AuditRecord{want})(records, err)
}

// checker remembers the first error of several reads.
type checker struct {
	t   tb
	err error
}

func is[T any](c *checker, what string, want T) func(T, error) {
	c.t.Helper()
	return func(got T, err error) {
		c.t.Helper()
		if err != nil {
			if c.err == nil {
				c.err = err
			}
			return
		}
		same(c.t, what, got, want)
	}
}

func storesUpdates(t tb, s rapporteur.Store) {
	blank := belongings{body: []byte("a body")}
	blank.join()
	write(t, s, blank.store)
	e := everything()
	e.cycle.Revision, e.request.Revision = 0, 0 // as they were read
	e.entry.LedgerKey = blank.entry.LedgerKey
	e.draft.CompiledAt = blank.draft.CompiledAt // a draft is compiled once
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		steps := []func() error{
			func() error { return tx.UpdateCycle(ctx, e.cycle) },
			func() error { return tx.UpdateRequest(ctx, e.request) },
			func() error { return tx.UpdateFollowUp(ctx, e.followUp) },
			func() error { return tx.UpdateLedgerEntry(ctx, e.entry) },
			func() error { return tx.UpdateDraft(ctx, e.draft) },
			func() error { return tx.PutObservations(ctx, here, []rapporteur.Observation{e.observation}) },
			func() error { return tx.PutClearance(ctx, e.clearance) },
			func() error { return tx.PutContacts(ctx, kenya, []rapporteur.Contact{e.contact}) },
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	e.cycle.Revision, e.request.Revision = 1, 1
	get(t, s, func(ctx context.Context, r rapporteur.Reader) (bool, error) {
		c := checker{t: t}
		is(&c, "cycle", e.cycle)(r.Cycle(ctx, here))
		is(&c, "request", e.request)(r.Request(ctx, kenyaHere))
		is(&c, "follow-up", e.followUp)(r.FollowUp(ctx, kenyaHere, e.followUp.Number))
		is(&c, "ledger entry", e.entry)(r.LedgerEntry(ctx, e.entry.LedgerKey))
		is(&c, "draft", e.draft)(r.Draft(ctx, here, e.draft.Number))
		is(&c, "observations", []rapporteur.Observation{e.observation})(r.Observations(ctx, here))
		is(&c, "clearance", e.clearance)(r.Clearance(ctx, here, e.draft.Number))
		is(&c, "contacts", []rapporteur.Contact{e.contact})(r.Contacts(ctx, kenya))
		return true, c.err
	})
}

func storesText(t tb, s rapporteur.Store) {
	texts := []string{
		"'; DROP TABLE cycles; --", `"quoted" \ back`, "what? $1 ?1 :name @name", "line\r\nline\ttab",
		"Côte d’Ivoire", "العربية", "中文", "🕊️ \u2028 \ufeff", " spaces ", "NULL", "0", "{}",
	}
	for n, text := range texts {
		cycle := rapporteur.Cycle{ID: rapporteur.CycleID(text), Attention: text, Contributors: []rapporteur.ContributorID{rapporteur.ContributorID(text)}}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertCycle(ctx, cycle) })
		same(t, texts[n], get(t, s, func(ctx context.Context, r rapporteur.Reader) (rapporteur.Cycle, error) {
			return r.Cycle(ctx, cycle.ID)
		}), cycle)
	}
}
