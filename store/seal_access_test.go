package store

import (
	"bytes"
	"context"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// rawBytes reads a column as somebody with a copy of the database would.
func rawBytes(t *testing.T, s *Store, query string) []byte {
	t.Helper()
	var found []byte
	err := s.on.read(t.Context(), func(ctx context.Context, r *reader) (err error) {
		found, err = one(ctx, r, nil, scanValue[[]byte], query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNamesAreSealedAndResealed(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			old := open(t, url, Options{Vault: turned{'a'}})
			err := old.Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
				if err := w.PutPerson(ctx, rapporteur.Person{ID: "p", Label: "Ada"}); err != nil {
					return err
				}
				if err := w.PutSession(ctx, rapporteur.Session{Token: "t", Data: []byte("Ada")}); err != nil {
					return err
				}
				return w.InsertColleague(ctx, rapporteur.Colleague{ID: "d", Name: "Ada", Address: "ada@example.org"}, "f")
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, query := range []string{"SELECT label FROM persons", "SELECT data FROM sessions", "SELECT details FROM colleagues"} {
				if got := rawBytes(t, old, query); bytes.Contains(got, []byte("Ada")) || bytes.Contains(got, []byte("ada@")) {
					t.Errorf("%s shows %q", query, got)
				}
			}
			later := open(t, url, Options{Vault: turned{'b'}})
			n, err := later.Reseal(t.Context())
			if err != nil || n != 2 {
				t.Fatalf("sealed %d anew (%v), want 2", n, err)
			}
			err = later.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				person, err := r.Person(ctx, "p")
				if err != nil {
					return err
				}
				colleague, err := r.Colleague(ctx, "d")
				if person.Label != "Ada" || colleague.Name != "Ada" || colleague.Address != "ada@example.org" {
					t.Errorf("they read %+v and %+v", person, colleague)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := rawBytes(t, later, "SELECT label FROM persons"); !bytes.HasPrefix(got, []byte(rapporteur.SealMark+"b")) {
				t.Errorf("the label is sealed as %q", got)
			}
		})
	}
}
