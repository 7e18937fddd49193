package storetest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rapporteur/rapporteur"
)

// turn does something to a working answer as people do: read, changed, put.
func turn(key rapporteur.RequestKey, by string, e rapporteur.WorkingEvent) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		if _, err := tx.LockRequest(ctx, key); err != nil {
			return err
		}
		w, err := tx.WorkingAnswer(ctx, key)
		if rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			w, err = rapporteur.WorkingAnswer{RequestKey: key}, nil
		}
		if err != nil {
			return err
		}
		next, err := w.Next(e, by, instant.Add(time.Duration(w.Revision)*time.Second))
		if err != nil {
			return err
		}
		return tx.PutWorkingAnswer(ctx, next)
	}
}

// saves saves a section over whatever is there.
func saves(section, content string, seen ...int) rapporteur.WorkingEvent {
	return rapporteur.WorkingEvent{Save: &rapporteur.SaveEvent{Section: section, Content: []byte(content), Seen: rapporteur.Seen{Revisions: seen}}}
}

func readWorking(key rapporteur.RequestKey) func(context.Context, rapporteur.Reader) (rapporteur.WorkingAnswer, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.WorkingAnswer, error) {
		return r.WorkingAnswer(ctx, key)
	}
}

// history is the lines of a working answer, in words.
func history(t tb, s rapporteur.Store, key rapporteur.RequestKey) []string {
	t.Helper()
	lines := []string{}
	for _, line := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.WorkingSave, error) {
		return r.WorkingSaves(ctx, key)
	}) {
		lines = append(lines, fmt.Sprintf("%s %s %s %d-%d ×%d, %d bytes", line.Section, line.Act, line.By, line.First, line.Last, line.Times, line.Size))
	}
	return lines
}

var peruHere = rapporteur.RequestKey{Cycle: here, Contributor: peru}

var workingTests = []test{
	{"sections are changed one at a time and read in order", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya), open(peru))
		write(t, s, turn(kenyaHere, "key-1", saves("op3", `{"a":1}`)))
		write(t, s, turn(kenyaHere, "key-2", saves("op2", `{"b":2}`)))
		write(t, s, turn(kenyaHere, "key-1", saves("op3", `{"a":10}`, 1)))
		write(t, s, turn(peruHere, "key-3", saves("op3", `{"c":3}`)))
		w := get(t, s, readWorking(kenyaHere))
		same(t, "revision and order", []any{w.Revision, w.Sections[0].ID, w.Sections[1].ID}, []any{3, "op2", "op3"})
		same(t, "contents", []string{string(w.Sections[0].Content), string(w.Sections[1].Content)}, []string{`{"b":2}`, `{"a":10}`})
		same(t, "revisions", []int{w.Sections[0].Revision, w.Sections[1].Revision}, []int{2, 3})
		same(t, "history", history(t, s, kenyaHere), []string{"op3 saved key-1 1-3 ×2, 8 bytes", "op2 saved key-2 2-2 ×1, 7 bytes"})
		same(t, "another's history", history(t, s, peruHere), []string{"op3 saved key-3 1-1 ×1, 7 bytes"})
	}},
	{"a removed section is known to have been there", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, turn(kenyaHere, "key-1", saves("op3", `{}`)))
		write(t, s, turn(kenyaHere, "key-2", rapporteur.WorkingEvent{Remove: &rapporteur.RemoveEvent{Section: "op3", Seen: rapporteur.Seen{Any: true}}}))
		w := get(t, s, readWorking(kenyaHere))
		if _, there := w.Section("op3"); there || len(w.Sections) != 1 || w.Sections[0].Saved.By != "key-2" || w.Sections[0].Content != nil {
			t.Errorf("the sections are %+v", w.Sections)
		}
		write(t, s, turn(kenyaHere, "key-1", saves("op3", `{"again":1}`)))
		same(t, "history", history(t, s, kenyaHere), []string{"op3 saved key-1 1-1 ×1, 2 bytes", "op3 removed key-2 2-2 ×1, 0 bytes", "op3 saved key-1 3-3 ×1, 11 bytes"})
	}},
	{"what was submitted is noted", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		write(t, s, turn(kenyaHere, "key-1", saves("op3", `{}`)))
		write(t, s, turn(kenyaHere, "", rapporteur.WorkingEvent{Submitted: 4}))
		w := get(t, s, readWorking(kenyaHere))
		same(t, "submitted", w.Submitted, rapporteur.WorkingSubmitted{Version: 4, Revision: 2})
	}},
	{"only what is one revision on is put", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		at := func(revision int) func(context.Context, rapporteur.Tx) error {
			return func(ctx context.Context, tx rapporteur.Tx) error {
				return tx.PutWorkingAnswer(ctx, rapporteur.WorkingAnswer{RequestKey: kenyaHere, Revision: revision})
			}
		}
		refused(t, s, rapporteur.ProblemConflict, at(2))
		write(t, s, at(1))
		refused(t, s, rapporteur.ProblemConflict, at(1))
		write(t, s, at(2))
		refused(t, s, rapporteur.ProblemConflict, at(4))
	}},
	{"there is none without a request", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(peru))
		refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.PutWorkingAnswer(ctx, rapporteur.WorkingAnswer{RequestKey: kenyaHere, Revision: 1})
		})
		missing(t, s, "working answer", readWorking(peruHere))
		if lines := history(t, s, peruHere); len(lines) > 0 {
			t.Errorf("its history is %v", lines)
		}
	}},
	{"those of a cycle go together and leave the others", func(t tb, s rapporteur.Store) {
		elsewhere := rapporteur.RequestKey{Cycle: there, Contributor: kenya}
		put(t, s, here, open(kenya), open(peru))
		put(t, s, there, open(kenya))
		for _, key := range []rapporteur.RequestKey{kenyaHere, peruHere, elsewhere} {
			write(t, s, turn(key, "key-1", saves("op3", `{}`)))
		}
		for _, want := range []int{2, 0} {
			write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
				n, err := tx.DeleteWorkingAnswers(ctx, here)
				same(t, "deleted", n, want)
				return err
			})
		}
		missing(t, s, "working answer", readWorking(kenyaHere))
		if lines := history(t, s, peruHere); len(lines) > 0 {
			t.Errorf("a history is left: %v", lines)
		}
		same(t, "what is elsewhere", get(t, s, readWorking(elsewhere)).Revision, 1)
	}},
	{"of many who save at once without seeing each other one is the first", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		for section := range 5 {
			var accepted atomic.Int32
			id := fmt.Sprintf("op%d", section)
			atOnce(12, func(n int) {
				err := s.Write(t.Context(), turn(kenyaHere, fmt.Sprintf("key-%d", n), saves(id, fmt.Sprintf(`{"n":%d}`, n))))
				if err == nil {
					accepted.Add(1)
				} else {
					wantProblem(t, err, rapporteur.ProblemPrecondition)
				}
			})
			same(t, "saves that were accepted", accepted.Load(), int32(1))
		}
		w := get(t, s, readWorking(kenyaHere))
		same(t, "revision and lines", []int{w.Revision, len(history(t, s, kenyaHere))}, []int{5, 5})
	}},
	{"many who save different sections at once all succeed", func(t tb, s rapporteur.Store) {
		put(t, s, here, open(kenya))
		atOnce(12, func(n int) { write(t, s, turn(kenyaHere, "key-1", saves(fmt.Sprintf("op%d", n), `{}`))) })
		w := get(t, s, readWorking(kenyaHere))
		same(t, "revision and sections", []int{w.Revision, len(w.Sections)}, []int{12, 12})
	}},
}
