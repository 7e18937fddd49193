package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rapporteur/rapporteur"
)

// Everything puts at least one of everything that a record holds into an empty
// store, with no field left out.
func Everything(t *testing.T, s rapporteur.Store) {
	t.Helper()
	e := everything()
	write(t, s, e.store)
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		kept := []byte("kept")
		for _, step := range []func() error{
			func() error {
				return tx.InsertStreamCalendar(ctx, calendar(rapporteur.StreamKey{Instrument: "i", Stream: "s"}))
			},
			func() error {
				return tx.InsertWithdrawal(ctx, kenyaHere, e.submission.Version, Filled[rapporteur.Withdrawal]())
			},
			func() error { return tx.InsertMigration(ctx, migration(1, kept), kept) },
			func() error { return tx.QueueRouting(ctx, e.delivery.DeliveryKey) },
			func() error { return tx.HoldBlob(ctx, "no file has it") },
			func() error { return tx.InsertFeed(ctx, feed("f", time.Hour)) },
			func() error { return tx.InsertWebhook(ctx, hook("w", time.Hour)) },
			func() error { return tx.InsertHookMessage(ctx, message("m", "w", time.Hour)) },
			func() error { return tx.InsertHookAttempt(ctx, attempt("m")) },
			func() error { return tx.InsertLinkUse(ctx, Filled[rapporteur.LinkUse]()) },
			func() error { return tx.InsertLinkAsk(ctx, Filled[rapporteur.LinkAsk]()) },
			func() error { return tx.Enqueue(ctx, Filled[rapporteur.Message]()) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	sealAll(t, s)
}

func attempt(message string) rapporteur.HookAttempt {
	a := Filled[rapporteur.HookAttempt]()
	a.Message, a.Number = message, 1
	return a
}

// asked are the arguments of the readers that do not take those of their types.
func asked() map[string][]any {
	e := everything()
	return map[string][]any{
		"Cycles": {rapporteur.CycleID(""), 0}, "Submission": {kenyaHere, e.submission.Version}, "Receipt": {kenyaHere, e.submission.Version},
		"Body": {e.submission.Hash}, "Bodies": {[]string{e.submission.Hash}}, "FollowUp": {kenyaHere, e.followUp.Number},
		"LedgerEntry": {e.entry.LedgerKey}, "Draft": {here, e.draft.Number}, "Decisions": {here, e.draft.Number},
		"Delegations": {here, e.draft.Number}, "Clearance": {here, e.draft.Number}, "Key": {e.key.ID},
		"Idempotent": {e.answer.Principal, e.answer.Key}, "Delivery": {e.delivery.DeliveryKey}, "DeliveryRecords": {e.delivery.DeliveryKey},
		"AuditKeyed": {[]string{e.audit.Key}}, "AuditTrail": {rapporteur.AuditFilter{Cycle: here}}, "AuditCount": {rapporteur.AuditFilter{Cycle: here}},
		"Requests": {rapporteur.RequestFilter{Cycle: here}}, "Standings": {rapporteur.StandingFilter{Cycle: here}}, "StandingCounts": {here, rapporteur.CycleID("")},
		"StreamCalendar": {rapporteur.StreamKey{Instrument: "i", Stream: "s"}}, "AttachedFile": {kenyaHere, e.file.Hash},
		"Feed": {"f"}, "FeedByHash": {feed("f", 0).Hash}, "Feeds": {"key-1"}, "Webhook": {"w"}, "HookMessage": {"m"}, "HookMessages": {"w", "", 10}, "HookAttempts": {"m"},
		"Person": {e.person.ID}, "Session": {e.session.Token}, "Colleague": {e.colleague.ID}, "Colleagues": {e.colleague.Contributor}, "ColleaguesAt": {"fingerprint"},
		"FilesAfter": {"", 10}, "StrayFiles": {10}, "AuditChain": {int64(0), 10}, "ChainLinks": {int64(0), 10}, "Unchained": {int64(0), 10},
		"Checkpoints": {int64(0), 10}, "LastCheckpoint": {int64(10)}, "Unreachable": {[]rapporteur.ContributorID{kenya, peru}},
	}
}

// ReadEverything is what every reader there is tells of such a record, by the
// reader's name; of what is not there, that it is not.
func ReadEverything(t *testing.T, s rapporteur.Store) map[string]any {
	t.Helper()
	told := map[string]any{}
	special := asked()
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		reader := reflect.ValueOf(&r).Elem() // as the interface says, no more
		for n := range reader.NumMethod() {
			name := reader.Type().Method(n).Name
			answers := reader.Method(n).Call(arguments(ctx, reader.Method(n).Type(), special[name]))
			err, _ := reflect.TypeAssert[error](answers[len(answers)-1])
			switch {
			case rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
				told[name] = "not there"
			case err != nil:
				t.Errorf("%s: %v", name, err)
			default:
				told[name] = answers[0].Interface()
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func arguments(ctx context.Context, method reflect.Type, special []any) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for n := 1; n < method.NumIn(); n++ {
		switch {
		case special != nil:
			in = append(in, reflect.ValueOf(special[n-1]))
		case method.In(n) == reflect.TypeFor[rapporteur.CycleID]():
			in = append(in, reflect.ValueOf(here))
		case method.In(n) == reflect.TypeFor[rapporteur.ContributorID]():
			in = append(in, reflect.ValueOf(kenya))
		case method.In(n) == reflect.TypeFor[rapporteur.RequestKey]():
			in = append(in, reflect.ValueOf(kenyaHere))
		default:
			in = append(in, reflect.Zero(method.In(n)))
		}
	}
	return in
}

// Differences compares what two stores told.
func Differences(want, got map[string]any) string {
	return cmp.Diff(want, got, cmpopts.EquateEmpty())
}
