package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur"
)

// announcing tells of everything that has a cycle, i/s/… being a restricted one.
func announcing(a rapporteur.AuditRecord) (rapporteur.HookEvent, bool) {
	instrument, stream, _, err := a.Cycle.Parts()
	return rapporteur.HookEvent{
		Type: a.Action, Instrument: instrument, Stream: stream, Restricted: stream == "secret", Payload: []byte(fmt.Sprintf(`{"cycle":%q}`, a.Cycle)),
	}, err == nil
}

func hooked(t *testing.T, s *Store, hooks ...rapporteur.Webhook) {
	t.Helper()
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		for _, w := range hooks {
			if err := tx.InsertWebhook(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// told lists what waits for each endpoint, as "endpoint type payload".
func told(t *testing.T, s *Store, hooks ...string) []string {
	t.Helper()
	lines := []string{}
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		for _, id := range hooks {
			messages, err := r.HookMessages(ctx, id, "", 0)
			if err != nil {
				return err
			}
			for _, m := range messages {
				lines = append(lines, fmt.Sprintf("%s %s %s", m.Webhook, m.Type, m.Payload))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func record(key string, cycle rapporteur.CycleID, action rapporteur.Action) rapporteur.AuditRecord {
	return rapporteur.AuditRecord{Key: key, Cycle: cycle, Action: action}
}

func TestEndpointsAreToldInTheTransactionOfTheRecord(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			s := open(t, url, Options{Announcer: announcing})
			wants := []rapporteur.Action{"a", "b"}
			hooked(t, s,
				rapporteur.Webhook{ID: "all", State: rapporteur.WebhookFailing, Events: wants},
				rapporteur.Webhook{ID: "just-a", State: rapporteur.WebhookActive, Events: []rapporteur.Action{"a"}, Instrument: "i"},
				rapporteur.Webhook{ID: "stream", State: rapporteur.WebhookActive, Events: wants, Instrument: "i", Stream: "secret", Restricted: true},
				rapporteur.Webhook{ID: "off", State: rapporteur.WebhookDisabled, Events: wants})
			append2 := func(fail error, records ...rapporteur.AuditRecord) {
				t.Helper()
				err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
					for _, r := range records {
						if _, err := tx.AppendAudit(ctx, r); err != nil {
							return err
						}
					}
					return fail
				})
				if !errors.Is(err, fail) {
					t.Fatal(err)
				}
			}
			append2(nil, record("1", "i/s/1", "a"), record("2", "i/secret/2", "b"), record("3", "j/s/3", "a"), record("4", "i/s/4", "c"), record("5", "", "a"))
			append2(nil, record("1", "i/s/1", "a"))                      // the same record again is none
			append2(errors.New("taken back"), record("6", "i/s/6", "a")) // nothing of it stays
			want := []string{
				`all a {"cycle":"i/s/1"}`, `all a {"cycle":"j/s/3"}`, `just-a a {"cycle":"i/s/1"}`, `stream b {"cycle":"i/secret/2"}`,
			}
			if diff := cmp.Diff(want, told(t, s, "all", "just-a", "stream", "off")); diff != "" {
				t.Errorf("(-want +told):\n%s", diff)
			}
		})
	}
}

func TestAStoreWithoutAnAnnouncerTellsNobody(t *testing.T) {
	s := open(t, newFile(t), Options{})
	hooked(t, s, rapporteur.Webhook{ID: "all", Events: []rapporteur.Action{"a"}})
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		_, err := tx.AppendAudit(ctx, record("1", "i/s/1", "a"))
		return err
	})
	if got := told(t, s, "all"); err != nil || len(got) > 0 {
		t.Errorf("told %v, %v", got, err)
	}
}

func TestAddressesAndSecretsOfEndpointsAreSealedAndResealed(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			w := rapporteur.Webhook{ID: "a", Address: "https://example.org/?token=1", Secrets: []rapporteur.HookSecret{{Value: "whsec_x"}}}
			first := open(t, url, Options{Vault: turned{'1'}})
			hooked(t, first, w)
			stored := func(s *Store) []byte {
				t.Helper()
				var sealed []byte
				err := s.on.read(t.Context(), func(ctx context.Context, r *reader) (err error) {
					sealed, err = one(ctx, r, nil, scanValue[[]byte], "SELECT sealed FROM webhooks")
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return sealed
			}
			if s := stored(first); bytes.Contains(s, []byte("example")) || bytes.Contains(s, []byte("whsec")) || !bytes.HasPrefix(s, []byte(rapporteur.SealMark+"1")) {
				t.Errorf("stored as %q", s)
			}
			second := open(t, url, Options{Vault: turned{'2'}})
			if n, err := second.Reseal(t.Context()); n != 1 || err != nil {
				t.Errorf("resealed %d, %v", n, err)
			}
			if s := stored(second); !bytes.HasPrefix(s, []byte(rapporteur.SealMark+"2")) {
				t.Errorf("resealed as %q", s)
			}
			err := second.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				got, err := r.Webhook(ctx, "a")
				if err == nil && (got.Address != w.Address || got.Secrets[0] != w.Secrets[0]) {
					t.Errorf("opened as %+v", got)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			blind := open(t, url, Options{})
			err = blind.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error { _, err := r.Webhook(ctx, "a"); return err })
			if err == nil {
				t.Error("without a key an endpoint is read")
			}
		})
	}
}
