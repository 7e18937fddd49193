package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
)

type traceKey struct{}

// watchedStores opens a record on each kind of database.
var watchedStores = map[string]func(*testing.T, Options) *Store{
	"SQLite":     func(t *testing.T, o Options) *Store { t.Helper(); return open(t, newFile(t), o) },
	"PostgreSQL": func(t *testing.T, o Options) *Store { t.Helper(); return open(t, newSchemas(t).migrated(t), o) },
}

// Who watches sees every transaction with its end, and what it puts into the
// context is there when a message is written.
func TestTransactionsAreWatched(t *testing.T) {
	for name, opened := range watchedStores {
		t.Run(name, func(t *testing.T) {
			var seen []string
			s := opened(t, Options{
				Watch: func(ctx context.Context, kind string) (context.Context, func(error)) {
					seen = append(seen, kind)
					return context.WithValue(ctx, traceKey{}, "trace of a "+kind), func(err error) {
						if err != nil {
							kind = "failed " + kind
						}
						seen = append(seen, kind+" ended")
					}
				},
				Trace: func(ctx context.Context) string { trace, _ := ctx.Value(traceKey{}).(string); return trace },
			})
			err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
				return tx.Enqueue(ctx, rapporteur.Message{Kind: rapporteur.MessageHint, Cycle: "c"})
			})
			if err != nil {
				t.Fatal(err)
			}
			wrong := errors.New("wrong")
			if err := s.Write(t.Context(), func(context.Context, rapporteur.Tx) error { return wrong }); !errors.Is(err, wrong) {
				t.Errorf("the error became %v", err)
			}
			var messages []rapporteur.Message
			err = s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) (err error) {
				messages, err = r.Outbox(ctx, 0)
				return err
			})
			if err != nil || len(messages) != 1 || messages[0].Trace != "trace of a write" {
				t.Errorf("the message is %+v, %v", messages, err)
			}
			want := []string{"write", "write ended", "write", "failed write ended", "read", "read ended"}
			if !slices.Equal(seen, want) {
				t.Errorf("seen %q, want %q", seen, want)
			}
		})
	}
}

func TestReady(t *testing.T) {
	for name, opened := range watchedStores {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Options{})
			if err := s.Ready(t.Context()); err != nil {
				t.Error(err)
			}
			if err := raw(t, s, "INSERT INTO schema_version (version_id, is_applied) VALUES (9999, TRUE)"); err != nil {
				t.Fatal(err)
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("a record of a newer program that only added to it: %v", err)
			}
			if err := raw(t, s, "UPDATE schema_floor SET floor = 9999"); err != nil {
				t.Fatal(err)
			}
			if _, newer := errors.AsType[*SchemaError](s.Ready(t.Context())); !newer {
				t.Errorf("a record of a newer program is ready: %v", s.Ready(t.Context()))
			}
			_ = s.Close()
			if s.Ready(t.Context()) == nil {
				t.Error("a closed record is ready")
			}
		})
	}
}

func TestConnectionsAreCounted(t *testing.T) {
	for name, opened := range watchedStores {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Options{Connections: 3})
			used := func() int {
				stats := s.Stats()
				if stats[0].Most != 3 {
					t.Errorf("there may be %d connections", stats[0].Most)
				}
				return stats[0].InUse
			}
			before := used()
			err := s.Read(t.Context(), func(context.Context, rapporteur.Reader) error {
				if got := used(); got != before+1 {
					t.Errorf("%d connections are in use, before it were %d", got, before)
				}
				return nil
			})
			if err != nil || used() != before {
				t.Errorf("afterwards %d are in use: %v", used(), err)
			}
		})
	}
}
