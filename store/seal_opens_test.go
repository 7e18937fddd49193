package store

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// ring is a vault whose first key seals and whose keys, letters, open. A key's id
// is as long as that of a real one.
type ring string

var errRing = errors.New("none of the keys")

func (v ring) Seal(content []byte, _ string) ([]byte, error) {
	return append([]byte(rapporteur.SealMark+strings.Repeat(string(v[0]), 8)), content...), nil
}

func (v ring) Open(sealed []byte, _ string) ([]byte, error) {
	rest, isSealed := bytes.CutPrefix(sealed, []byte(rapporteur.SealMark))
	if isSealed && !strings.Contains(string(v), string(rest[0])) {
		return nil, errRing
	}
	return bytes.TrimLeft(rest, string(v)), nil
}

func (v ring) Stale(sealed []byte) bool {
	return !bytes.HasPrefix(sealed, []byte(rapporteur.SealMark+v[:1]))
}

// One answer among others that an older key has sealed is found, wherever it
// stands, and so is everything else that is sealed.
func TestOpensFindsWhatAKeyIsMissingFor(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			key := submitted("").RequestKey
			version := 0
			submit := func(keys ring, bodies ...string) {
				t.Helper()
				must(t, open(t, url, Options{Vault: keys}).Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
					for _, body := range bodies {
						version++
						s := submitted(body)
						s.Version = version
						if err := w.InsertSubmission(ctx, s, []byte(body)); err != nil {
							return err
						}
					}
					return nil
				}))
			}
			must(t, open(t, url, Options{Vault: ring("a")}).Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
				return errors.Join(w.InsertCycle(ctx, rapporteur.Cycle{ID: key.Cycle}),
					w.InsertRequests(ctx, []rapporteur.Request{{RequestKey: key}}))
			}))
			opens := func(keys ring, want string) {
				t.Helper()
				err := open(t, url, Options{Vault: keys}).Opens(t.Context())
				if want == "" && err != nil || want != "" && (!errors.Is(err, errRing) || !strings.HasPrefix(err.Error(), want+" in the record: ")) {
					t.Errorf("with keys %s: got %v, want %q", keys, err, want)
				}
			}
			opens("b", "")
			for _, old := range []string{`{"persons":1}`, `{"persons":2}`, `{"persons":3}`} {
				submit("ab", old)
				submit("ba", old+" ", old+"  ", old+"   ")
				opens("ab", "")
				opens("b", "answers")
				opens("a", "answers")
				if _, err := open(t, url, Options{Vault: ring("ba")}).Reseal(t.Context()); err != nil {
					t.Fatal(err)
				}
				opens("b", "")
			}
			must(t, open(t, url, Options{Vault: ring("cab")}).Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
				return errors.Join(w.PutWorkingAnswer(ctx, workingAnswer(key)),
					w.PutPerson(ctx, rapporteur.Person{ID: "p", Label: "Ada"}),
					w.InsertColleague(ctx, rapporteur.Colleague{ID: "d", Name: "Ada", Address: "ada@example.org"}, "f"),
					w.InsertWebhook(ctx, rapporteur.Webhook{ID: "w", Address: "https://a.example"}))
			}))
			opens("b", "working answers, webhooks, persons, colleagues")
			opens("bc", "")
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
