package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// writeURL names the record that a copy of the test program writes to until it
// is killed.
const writeURL = "RAPPORTEUR_TEST_WRITE_URL"

// TestMain lets the test program be its own victim.
func TestMain(m *testing.M) {
	if url := os.Getenv(writeURL); url != "" {
		if err := writeForever(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever writes with several writers at once and prints the id of each
// write after it was acknowledged. It returns when none of them can go on.
func writeForever(url string) error {
	ctx := context.Background()
	s, err := Open(ctx, url, Options{})
	if err != nil {
		return err
	}
	var output sync.Mutex
	var all sync.WaitGroup
	write := func(id string) error {
		if err := s.Write(ctx, insertCycle(id)); err != nil {
			return err
		}
		output.Lock()
		defer output.Unlock()
		_, err := os.Stdout.WriteString(id + "\n")
		return err
	}
	for writer := range 8 {
		all.Go(func() {
			for n := 0; ; n++ {
				if err := write(fmt.Sprintf("w/%d/%d", writer, n)); err != nil {
					fmt.Fprintln(os.Stderr, err)
					return
				}
			}
		})
	}
	all.Wait()
	return errors.New("no writer can go on")
}

// TestAcknowledgedWritesSurviveAKill kills a writing program three times and
// looks each time for everything that it was told is stored.
func TestAcknowledgedWritesSurviveAKill(t *testing.T) {
	for round := range 3 {
		url := newFile(t)
		acknowledged := writeUntilKilled(t, url, 200*(round+1))
		s := open(t, url, Options{})
		there := map[string]bool{}
		for _, id := range ids(t, s) {
			there[id] = true
		}
		for _, id := range acknowledged {
			if !there[id] {
				t.Errorf("write %s was acknowledged and is lost", id)
			}
		}
		if err := raw(t, s, "PRAGMA integrity_check"); err != nil {
			t.Error(err)
		}
	}
}

// writeUntilKilled starts the victim, kills it after some acknowledgements and
// gives all that it made, also between the decision and the blow.
func writeUntilKilled(t *testing.T, url string, after int) []string {
	t.Helper()
	victim := exec.CommandContext(t.Context(), os.Args[0])
	victim.Env = append(os.Environ(), writeURL+"="+url)
	var complaints strings.Builder
	victim.Stderr = &complaints
	output, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := []string{}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		acknowledged = append(acknowledged, lines.Text())
		if len(acknowledged) == after {
			if err := victim.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := victim.Wait(); err == nil || complaints.Len() > 0 || len(acknowledged) < after {
		t.Fatalf("the victim ended by itself after %d writes: %v\n%s", len(acknowledged), err, complaints.String())
	}
	return acknowledged
}

// TestEachCommitIsSynced reads back what the promise rests on: a kill cannot
// prove what a power cut would do.
func TestEachCommitIsSynced(t *testing.T) {
	for want, opts := range map[int]Options{2: {}, 0: {Relaxed: true}} {
		s := open(t, newFile(t), opts)
		err := s.Write(t.Context(), func(ctx context.Context, write rapporteur.Tx) error {
			on, ok := write.(*tx)
			if !ok {
				t.Fatal("not this store's transaction")
			}
			got, err := one(ctx, on.reader, nil, scanValue[int], "PRAGMA synchronous")
			if err == nil && got != want {
				t.Errorf("synchronous is %d, want %d", got, want)
			}
			mode, err := one(ctx, on.reader, nil, scanValue[string], "PRAGMA journal_mode")
			if err == nil && mode != "wal" {
				t.Errorf("journal mode is %s, want wal", mode)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
