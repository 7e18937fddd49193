package engine

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// What one hint stands for is said within all of their traces; what belongs to
// none is said without asking.
func TestRelayingKnowsTheTraces(t *testing.T) {
	type said struct {
		kind   string
		traces []string
		err    error
	}
	var all []said
	type inside struct{}
	r := &Relay{Relaying: func(ctx context.Context, kind string, traces []string) (context.Context, func(error)) {
		return context.WithValue(ctx, inside{}, true), func(err error) { all = append(all, said{kind, traces, err}) }
	}}
	whole := hint{}
	for _, m := range []rapporteur.Message{{AuditSeq: 3, Trace: "a"}, {AuditSeq: 9}, {AuditSeq: 5, Trace: "b"}} {
		whole = whole.with(m)
	}
	if whole.auditSeq != 9 || !slices.Equal(whole.traces, []string{"a", "b"}) {
		t.Errorf("the hint is %+v", whole)
	}
	away := errors.New("away")
	err := r.relaying(t.Context(), rapporteur.MessageHint, whole.traces, func(ctx context.Context) error {
		if ctx.Value(inside{}) == nil {
			t.Error("it is not said within the traces")
		}
		return away
	})
	if !errors.Is(err, away) || len(all) != 1 || all[0].kind != "hint" || !errors.Is(all[0].err, away) || len(all[0].traces) != 2 {
		t.Errorf("got %v, %+v", err, all)
	}
	if err := r.relaying(t.Context(), rapporteur.MessageHint, nil, func(context.Context) error { return nil }); err != nil || len(all) != 1 {
		t.Errorf("a message of no trace is said within one: %+v", all)
	}
}
