// Package storetest says what every store must do, as one suite of tests that
// is run on each database: that what is stored comes back, that lists are in
// order, that what is unique stays so however many claim it at once, that a
// transaction happens whole or not at all, and that nobody's change is lost.
package storetest

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// test is one test on a store of its own.
type test struct {
	name string
	run  func(tb, rapporteur.Store)
}

// Run runs the suite. open gives an empty store that lasts as long as the test
// it is given.
func Run(t *testing.T, open func(t *testing.T) rapporteur.Store) {
	t.Helper()
	groups := []struct {
		name  string
		tests []test
	}{
		{"RoundTrips", roundTripTests}, {"Cycles", cycleTests}, {"Requests", requestTests},
		{"Submissions", submissionTests}, {"FollowUps", followUpTests}, {"Ledger", ledgerTests},
		{"Drafts", draftTests}, {"Clearance", clearanceTests}, {"Audit", auditTests},
		{"Calendars", calendarTests}, {"Contacts", contactTests}, {"Keys", keyTests}, {"Outbox", outboxTests},
		{"Idempotency", idempotencyTests}, {"Transactions", transactionTests}, {"Concurrency", concurrencyTests}, {"Acceptances", acceptTests},
		{"Deliveries", deliveryTests}, {"Rules", ruleTests}, {"WorkingAnswers", workingTests}, {"AttachedFiles", attachedFileTests}, {"Versions", versionTests},
		{"Statistics", statisticsTests}, {"AuditChain", chainTests},
		{"Feeds", feedTests}, {"Webhooks", webhookTests},
		{"Statistics", statisticsTests}, {"Access", accessTests},
		{"Standings", standingTests}, {"Gauges", gaugeTests}, {"Many", manyTests},
	}
	for _, group := range groups {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
			}
		})
	}
}

// tb is what the tests need: a test, or one run of a property.
type tb interface {
	rapid.TB
	Context() context.Context
}

// write runs a transaction that must succeed.
func write(t tb, s rapporteur.Store, fn func(context.Context, rapporteur.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatalf("cannot write: %v", err)
	}
}

// refused runs a transaction that must fail with a problem of the kind.
func refused(t tb, s rapporteur.Store, kind rapporteur.ProblemKind, fn func(context.Context, rapporteur.Tx) error) {
	t.Helper()
	wantProblem(t, s.Write(t.Context(), fn), kind)
}

// wantProblem checks what sort of refusal an error is.
func wantProblem(t tb, err error, kind rapporteur.ProblemKind) {
	t.Helper()
	if !rapporteur.IsProblem(err, kind) {
		t.Errorf("got %v, want a problem of kind %s", err, kind)
	}
}

// get reads something that must be there.
func get[T any](t tb, s rapporteur.Store, fn func(context.Context, rapporteur.Reader) (T, error)) T {
	t.Helper()
	var found T
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
		found, err = fn(ctx, r)
		return err
	})
	if err != nil {
		t.Fatalf("cannot read: %v", err)
	}
	return found
}

// missing reads something that must not be there.
func missing[T any](t tb, s rapporteur.Store, what string, fn func(context.Context, rapporteur.Reader) (T, error)) {
	t.Helper()
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		_, err := fn(ctx, r)
		return err
	})
	if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("%s: got %v, want a problem of kind not-found", what, err)
	}
}
