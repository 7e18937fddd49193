package embedded_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/rapporteur/rapporteur/embedded"
)

// The child is told its store by these.
const (
	childFolder   = "EMBEDDED_TEST_CHILD_FOLDER"
	childDatabase = "EMBEDDED_TEST_CHILD_DATABASE"
)

func TestMain(m *testing.M) {
	o := embedded.Options{Dir: os.Getenv(childFolder), Database: os.Getenv(childDatabase), UIPort: embedded.NoUI, TimeSkipping: true}
	if o.Dir != "" || o.Database != "" {
		if err := child(context.Background(), o); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child serves a store, brings one execution to its fifth day, says so, and waits to be killed.
func child(ctx context.Context, o embedded.Options) error {
	s, err := embedded.Start(ctx, o)
	if err != nil {
		return err
	}
	c, err := s.Dial(ctx, client.Options{})
	if err != nil {
		return err
	}
	w := worker.New(c, queue, worker.Options{})
	register(w)
	if err := w.Start(); err != nil {
		return err
	}
	if _, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "a", TaskQueue: queue}, ladder, []int{3, 30}); err != nil {
		return err
	}
	if err := s.Clock(c).Advance(ctx, 5*day); err != nil {
		return err
	}
	fmt.Println("ready")
	select {}
}

func TestWorkflowsSurviveTheDeathOfTheProcess(t *testing.T) { onEachStore(t, survivesDeath) }

func survivesDeath(t *testing.T, o embedded.Options) {
	t.Helper()
	ctx := testContext(t)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+o.Dir, childDatabase+"="+o.Database)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "ready" {
		t.Fatalf("the child said %q (%v)", line, err)
	}
	o.UIPort, o.TimeSkipping = embedded.NoUI, true
	if s, err := embedded.Start(ctx, o); err == nil {
		s.Stop()
		t.Fatal("two processes serve one store")
	} else if !strings.Contains(err.Error(), "another process") {
		t.Fatalf("the second process is refused with %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	s := start(ctx, t, o)
	c := dial(ctx, t, s)
	work(t, c, register)
	wantDiary(t, diaryOf(ctx, t, c, "a"), entry{"timer", 3}, entry{"activity", 3})
	if e := note(ctx, t, c, "a"); e.Day != 5 {
		t.Fatalf("day %d after the restart, want 5", e.Day)
	}
	advance(ctx, t, s.Clock(c), 25*day)
	if err := c.SignalWorkflow(ctx, "a", "", "finish", nil); err != nil {
		t.Fatal(err)
	}
	var got []entry
	if err := c.GetWorkflow(ctx, "a", "").Get(ctx, &got); err != nil {
		t.Fatal(err)
	}
	wantDiary(t, got, entry{"timer", 3}, entry{"activity", 3}, entry{"note", 5}, entry{"timer", 30}, entry{"activity", 30}, entry{"signal", 30})
}
