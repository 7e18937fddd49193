package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// turned is a vault whose keys are letters; what it seals is turned about.
type turned struct{ key byte }

var errTurned = errors.New("not sealed for this")

func (v turned) Seal(content []byte, about string) ([]byte, error) {
	sealed := append([]byte(rapporteur.SealMark), v.key)
	sealed = append(sealed, about+"\n"...)
	for _, b := range content {
		sealed = append(sealed, ^b)
	}
	return sealed, nil
}

func (v turned) Open(sealed []byte, about string) ([]byte, error) {
	rest, isSealed := bytes.CutPrefix(sealed, []byte(rapporteur.SealMark))
	if !isSealed {
		return sealed, nil
	}
	rest, ok := bytes.CutPrefix(rest[1:], []byte(about+"\n"))
	if !ok {
		return nil, errTurned
	}
	content := []byte{}
	for _, b := range rest {
		content = append(content, ^b)
	}
	return content, nil
}

func (v turned) Stale(sealed []byte) bool {
	return !bytes.HasPrefix(sealed, append([]byte(rapporteur.SealMark), v.key))
}

func submitted(body string) rapporteur.Submission {
	sum := sha256.Sum256([]byte(body))
	return rapporteur.Submission{
		RequestKey: rapporteur.RequestKey{Cycle: "i/s/2018", Contributor: "state-ken"}, Version: 1,
		Hash: hex.EncodeToString(sum[:]), Size: len(body),
	}
}

func TestBodiesAreSealedAndResealed(t *testing.T) {
	for name, empty := range databases {
		t.Run(name, func(t *testing.T) {
			url, body := empty(t), `{"persons":3}`
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			plain := open(t, url, Options{})
			s := submitted(body)
			err := plain.Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
				if err := w.InsertCycle(ctx, rapporteur.Cycle{ID: s.Cycle}); err != nil {
					return err
				}
				if err := w.InsertRequests(ctx, []rapporteur.Request{{RequestKey: s.RequestKey}}); err != nil {
					return err
				}
				if err := w.PutWorkingAnswer(ctx, workingAnswer(s.RequestKey)); err != nil {
					return err
				}
				return w.InsertSubmission(ctx, s, []byte(body))
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range []byte{'a', 'b'} {
				sealing := open(t, url, Options{Vault: turned{key}})
				for _, want := range []int{2, 0} {
					if n, err := sealing.Reseal(t.Context()); err != nil || n != want {
						t.Errorf("key %c: got %d and %v, want %d sealed", key, n, err, want)
					}
				}
				if got := readBody(t, sealing, s.Hash); got != body {
					t.Errorf("key %c: got %q", key, got)
				}
				if got := readSections(t, sealing, s.RequestKey); got != workingText {
					t.Errorf("key %c: got %q", key, got)
				}
			}
			if err := plain.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
				_, err := r.Body(ctx, s.Hash)
				return err
			}); err == nil || !strings.Contains(err.Error(), "no sealing key") {
				t.Errorf("without a key: got %v", err)
			}
			fresh := submitted(`{"persons":4}`)
			fresh.Version = 2
			sealing := open(t, url, Options{Vault: turned{'b'}})
			err = sealing.Write(t.Context(), func(ctx context.Context, w rapporteur.Tx) error {
				return w.InsertSubmission(ctx, fresh, []byte(`{"persons":4}`))
			})
			if stored := storedContent(t, sealing, "SELECT content FROM bodies WHERE hash = '"+fresh.Hash+"'"); err != nil || bytes.Contains(stored, []byte("persons")) {
				t.Errorf("a new body is kept as %q (%v)", stored, err)
			}
			for _, query := range []string{"SELECT content FROM bodies", "SELECT content FROM working_sections WHERE content IS NOT NULL"} {
				if stored := storedContent(t, plain, query); bytes.Contains(stored, []byte("persons")) {
					t.Errorf("the database holds %q", stored)
				}
			}
		})
	}
}

// workingText is what the one section that is there of a working answer holds.
const workingText = `{"Q5.2":{"text":"persons"}}`

// workingAnswer has a section, and one that was removed.
func workingAnswer(key rapporteur.RequestKey) rapporteur.WorkingAnswer {
	return rapporteur.WorkingAnswer{RequestKey: key, Revision: 1, Sections: []rapporteur.WorkingSection{
		{ID: "op4", Revision: 1, Saved: rapporteur.WorkingSave{Section: "op4", First: 1}},
		{ID: "op5", Revision: 1, Content: []byte(workingText), Saved: rapporteur.WorkingSave{Section: "op5", First: 1}},
	}}
}

func readSections(t *testing.T, s *Store, key rapporteur.RequestKey) string {
	t.Helper()
	var text string
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		w, err := r.WorkingAnswer(ctx, key)
		for _, section := range w.Sections {
			text += string(section.Content)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return text
}

// A section that was saved later is not opened in the place of an earlier one.
func TestAnOlderSectionIsNotPutBack(t *testing.T) {
	s := open(t, newFile(t), Options{Vault: turned{'a'}})
	key := submitted("").RequestKey
	w := workingAnswer(key)
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		if err := tx.InsertCycle(ctx, rapporteur.Cycle{ID: key.Cycle}); err != nil {
			return err
		}
		if err := tx.InsertRequests(ctx, []rapporteur.Request{{RequestKey: key}}); err != nil {
			return err
		}
		return tx.PutWorkingAnswer(ctx, w)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := raw(t, s, "UPDATE working_sections SET revision = 2"); err != nil {
		t.Fatal(err)
	}
	err = s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		_, err := r.WorkingAnswer(ctx, key)
		return err
	})
	if !errors.Is(err, errTurned) {
		t.Errorf("it is opened: %v", err)
	}
}

func readBody(t *testing.T, s *Store, hash string) string {
	t.Helper()
	var one []byte
	var many map[string][]byte
	err := s.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		if one, err = r.Body(ctx, hash); err != nil {
			return err
		}
		many, err = r.Bodies(ctx, []string{hash})
		return err
	})
	if err != nil || !bytes.Equal(one, many[hash]) {
		t.Errorf("got %q, %q and %v", one, many[hash], err)
	}
	return string(one)
}

func storedContent(t *testing.T, s *Store, query string) []byte {
	t.Helper()
	var stored []byte
	err := s.on.read(t.Context(), func(ctx context.Context, r *reader) error {
		var err error
		stored, err = one(ctx, r, nil, scanValue[[]byte], query)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return stored
}
