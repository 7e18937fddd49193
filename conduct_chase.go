package rapporteur

import (
	"context"
	"slices"
)

// SendReminder sends the n-th reminder that a person asked for, unless an answer
// has come or reminders rest by now. Every attempt sends the same message: what
// was claimed says as what, and for which deadline.
func (c Conduct) SendReminder(ctx context.Context, key RequestKey, n int, m Moment) error {
	var cycle Cycle
	var request Request
	var ledger []LedgerEntry
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if cycle, err = r.Cycle(ctx, key.Cycle); err != nil {
			return err
		}
		if request, err = r.Request(ctx, key); err != nil {
			return err
		}
		ledger, err = r.Ledger(ctx, key)
		return err
	})
	if err != nil {
		return err
	}
	letter := Letter{Notice: NoticeReminder, Rung: ReminderRung(n), Due: request.Due}
	if m.Now.After(request.Due.End()) {
		letter.Notice = NoticeOverdue
	}
	if i := slices.IndexFunc(ledger, func(e LedgerEntry) bool { return e.Rung == letter.Rung }); i >= 0 {
		letter.Notice, letter.Due = ledger[i].Notice, ledger[i].Due
	}
	owes := func(r Request) bool { return r.Chaseable() && !r.Snoozed(m.Now) }
	_, err = c.send(ctx, cycle, posting{key: key, letter: letter}, m, owes)
	return err
}
