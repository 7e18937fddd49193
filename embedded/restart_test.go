package embedded_test

import (
	"testing"

	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
)

// TestAnEngineOutlivesItsDatabaseServer crashes PostgreSQL under a running engine and starts it again: what was begun
// goes on, and new executions start, without a restart of the engine.
func TestAnEngineOutlivesItsDatabaseServer(t *testing.T) {
	ctx := testContext(t)
	server := needs.OwnPostgreSQL(t, pgserver.Options{})
	database, err := server.CreateDatabase(ctx, "restarted")
	if err != nil {
		t.Fatal(err)
	}
	s := start(ctx, t, embedded.Options{Database: database, UIPort: embedded.NoUI, TimeSkipping: true})
	c := dial(ctx, t, s)
	work(t, c, register)
	run(ctx, t, c, "before", ladder, []int{3, 30})
	advance(ctx, t, s.Clock(c), 5*day, "before")

	if err := server.Halt(ctx, pgserver.Immediate); err != nil {
		t.Fatal(err)
	}
	if err := server.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	// The client tries again by itself while the engine finds its database, but not for ever.
	for {
		_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "after", TaskQueue: queue}, ladder, []int{1})
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	advance(ctx, t, s.Clock(c), 27*day)
	wantDiary(t, diaryOf(ctx, t, c, "before"), entry{"timer", 3}, entry{"activity", 3}, entry{"timer", 30}, entry{"activity", 30})
	wantDiary(t, diaryOf(ctx, t, c, "after"), entry{"timer", 1}, entry{"activity", 1})
}
