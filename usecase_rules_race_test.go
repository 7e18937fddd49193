package rapporteur_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
)

// lingering is a store whose transactions do not commit before something has
// happened.
type lingering struct {
	rapporteur.Store
	until func(context.Context)
}

func (s lingering) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		err := fn(ctx, tx)
		if err == nil {
			s.until(ctx)
		}
		return err
	})
}

// A submission that has read the suspensions and is not yet committed when one
// is lifted is waited for: the check that follows finds it.
func TestASubmissionUnderWayIsWaitedFor(t *testing.T) {
	url := needs.StartPostgreSQL(t)
	h := houseOn(t, url)
	cycle := h.collecting(kenya, france, unodc)
	h.answer(cycle, france, "first") // so that the next needs no hint, and with it the cycle
	_, err := h.suspend(cycle, sexAdds, "", "")
	must(t, err)
	db, err := pgx.Connect(t.Context(), url)
	must(t, err)
	defer func() { must(t, db.Close(context.WithoutCancel(t.Context()))) }()

	type lifted struct {
		change rapporteur.RuleChange
		err    error
	}
	done := make(chan lifted, 1)
	h.correspondence.Store = lingering{h.store, func(ctx context.Context) {
		go func() {
			change, err := h.lift(cycle, 1, "")
			done <- lifted{change, err}
		}()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		for waits := false; !waits && len(done) == 0; {
			const waiting = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
			if err := db.QueryRow(ctx, waiting).Scan(&waits); err != nil {
				t.Error(err)
				return
			}
		}
	}}
	_, err = h.submit(cycle, kenya, h.sexes(kenya, "x", false))
	must(t, err)
	l := <-done
	must(t, l.err)
	same(t, "affected", affected(l.change), []string{"state-ken 1: 0 gone, 1 new, blocked true"})
}
