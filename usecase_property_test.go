package rapporteur_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

// course is one cycle that random people and engine steps act on, with what
// the contributors were told: their receipts, and when they had answered.
type course struct {
	*house
	cycle    rapporteur.Cycle
	who      []rapporteur.ContributorID
	receipts map[rapporteur.ContributorID]map[int]rapporteur.Submission
	answered map[rapporteur.ContributorID][]span
	lastSeq  int64
	mails    int
}

// span is from when to when an answer stood, not returned; an open end is zero.
type span struct{ from, to time.Time }

// In whatever order people and the engine act, nothing that was acknowledged is
// lost or counted twice, and nobody is chased after an answer.
func TestAnyCourseOfACycleKeepsItsPromises(t *testing.T) {
	h := newHouse(t)
	rapid.Check(t, func(t *rapid.T) {
		c := &course{
			house: h, who: []rapporteur.ContributorID{unodc, unami, france, kenya},
			receipts: map[rapporteur.ContributorID]map[int]rapporteur.Submission{}, answered: map[rapporteur.ContributorID][]span{},
			mails: h.sink.Count(),
		}
		c.cycle = h.collecting(c.who...)
		t.Repeat(map[string]func(*rapid.T){
			"":         c.check,
			"submit":   c.submit,
			"resubmit": c.submit,
			"ask":      c.ask,
			"decide":   c.decideAny,
			"return":   c.giveBack,
			"withdraw": c.takeBack,
			"collect":  c.collect,
			"rung":     c.climb,
			"crash":    c.crash,
			"follow":   c.followAny,
			"wait":     c.wait,
			"end":      c.endAny,
		})
		c.finish(t)
	})
}

func (c *course) anybody(t *rapid.T) rapporteur.ContributorID {
	return rapid.SampledFrom(c.who).Draw(t, "who")
}

// tick lets a little time pass, so that instants tell what came first.
func (c *course) tick() { c.set(c.clock().Add(time.Second)) }

// harmless fails on every error that is not a refusal for a good reason.
func harmless(t *rapid.T, err error) bool {
	t.Helper()
	if err == nil {
		return true
	}
	for _, kind := range []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemInvalid, rapporteur.ProblemClosed, rapporteur.ProblemNotFound} {
		if rapporteur.IsProblem(err, kind) {
			return false
		}
	}
	t.Fatalf("unexpected: %v", err)
	return false
}

func (c *course) submit(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	body := c.nilReturn(who, rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "text"))
	s, err := c.correspondence.Submit(t.Context(), by(who), key(c.cycle, who), body)
	if !harmless(t, err) {
		return
	}
	if known, ok := c.receipts[who][s.Version]; ok {
		if known.Hash != s.Hash || !known.SubmittedAt.Equal(s.SubmittedAt) {
			t.Fatalf("version %d of %s was acknowledged as %+v and now as %+v", s.Version, who, known, s)
		}
		return
	}
	if c.receipts[who] == nil {
		c.receipts[who] = map[int]rapporteur.Submission{}
	}
	c.receipts[who][s.Version] = s
	if spans := c.answered[who]; len(spans) == 0 || !spans[len(spans)-1].to.IsZero() {
		c.answered[who] = append(spans, span{from: c.clock()})
	}
}

func (c *course) giveBack(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	days := rapid.IntRange(0, 20).Draw(t, "days")
	until := rapporteur.DateOf(c.clock()).AddDays(days)
	if _, err := c.secretariat.Return(t.Context(), staff, key(c.cycle, who), until, "Correct it.", ""); harmless(t, err) {
		spans := c.answered[who]
		spans[len(spans)-1].to = c.clock()
	}
}

// takeBack withdraws the newest version of somebody's answer, or tries to.
func (c *course) takeBack(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	before := c.request(c.cycle, who)
	_, err := c.correspondence.Withdraw(t.Context(), by(who), key(c.cycle, who), max(before.Version, 1), "It was wrong.")
	if !harmless(t, err) || before.Standing() == 0 {
		return
	}
	if spans := c.answered[who]; spans[len(spans)-1].to.IsZero() {
		spans[len(spans)-1].to = c.clock()
	}
}

func (c *course) ask(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	until := due.AddDays(rapid.IntRange(0, 25).Draw(t, "days"))
	_, err := c.correspondence.AskExtension(t.Context(), by(who), key(c.cycle, who), until, "Elections", "")
	harmless(t, err)
}

func (c *course) decideAny(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	request := c.request(c.cycle, who)
	if request.FollowUp == 0 {
		return
	}
	d := rapporteur.ExtensionDecision{
		ID: fmt.Sprint(c.events.Add(1)), Actor: staff.ID, Granted: rapid.Bool().Draw(t, "granted"),
		Until: due.AddDays(rapid.IntRange(0, 25).Draw(t, "days")), Reason: "decided",
	}
	harmless(t, c.conduct.DecideExtension(t.Context(), key(c.cycle, who), request.FollowUp, d, c.moment()))
}

func (c *course) collect(t *rapid.T) {
	c.tick()
	_, err := c.conduct.Collect(t.Context(), c.cycle.ID, c.moment(), noProgress)
	harmless(t, err)
}

func (c *course) anyRung(t *rapid.T) rapporteur.PlannedRung {
	return rapid.SampledFrom(append(c.cycle.Plan.Rungs, requestRung(c.cycle))).Draw(t, "rung")
}

func (c *course) climb(t *rapid.T) {
	c.tick()
	_, err := c.conduct.SendRung(t.Context(), c.cycle.ID, c.anyRung(t), c.moment(), ignored)
	harmless(t, err)
}

func (c *course) crash(t *rapid.T) {
	c.tick()
	_, err := c.died().SendRung(t.Context(), c.cycle.ID, c.anyRung(t), c.moment(), ignored)
	if err != nil && !errors.Is(err, errDied) {
		t.Fatal(err)
	}
}

// followAny wakes the workflow of some follow-up, as if for the first time: a
// message it sent before is in the ledger.
func (c *course) followAny(t *rapid.T) {
	c.tick()
	who := c.anybody(t)
	newest := c.request(c.cycle, who).FollowUp
	if newest == 0 {
		return
	}
	number := rapid.IntRange(1, newest).Draw(t, "number")
	if !c.followUp(c.cycle, who, number).ClosedAt.IsZero() {
		return
	}
	c.follow(c.cycle, who, c.loadFollowUp(c.cycle, who, number))
	// What was not corrected in time stands again.
	spans := c.answered[who]
	if c.request(c.cycle, who).State == rapporteur.RequestSettled && !spans[len(spans)-1].to.IsZero() {
		c.answered[who] = append(spans, span{from: c.clock()})
	}
}

func (c *course) wait(t *rapid.T) {
	c.set(c.clock().Add(time.Duration(rapid.IntRange(1, 30*24).Draw(t, "hours")) * time.Hour))
}

// endAny now and then ends the collection, or withdraws somebody.
func (c *course) endAny(t *rapid.T) {
	c.tick()
	switch n := rapid.IntRange(0, 19).Draw(t, "end"); n {
	case 19:
		_, err := c.conduct.CloseCollection(t.Context(), c.cycle.ID, c.moment())
		harmless(t, err)
	case 18:
		cmd := rapporteur.Command{
			ID: fmt.Sprint(c.events.Add(1)), Kind: rapporteur.CommandWithdrawContributor, Contributor: c.anybody(t), Actor: staff.ID,
		}
		harmless(t, carryOut(t.Context(), c.conduct, c.cycle.ID, cmd, c.moment()))
	}
}

// check holds after every step.
func (c *course) check(t *rapid.T) {
	n := c.counts(c.cycle)
	if n.Asked != n.Open+n.Received+n.Returned+n.Settled+n.NoReply || n.Asked+n.Withdrawn != len(c.who) {
		t.Fatalf("the counts do not add up: %+v", n)
	}
	c.checkReceipts(t)
	c.checkLedger(t)
	c.checkAudit(t)
}

func (c *course) acknowledged() (n int) {
	for _, versions := range c.receipts {
		n += len(versions)
	}
	return n
}

// checkReceipts finds every acknowledged version, and no other.
func (c *course) checkReceipts(t *rapid.T) {
	stored := read(c.house, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Submission, error) {
		return r.Submissions(ctx, rapporteur.RequestKey{Cycle: c.cycle.ID})
	})
	if len(stored) != c.acknowledged() {
		t.Fatalf("%d versions are stored, %d were acknowledged", len(stored), c.acknowledged())
	}
	for _, s := range stored {
		if receipt, ok := c.receipts[s.Contributor][s.Version]; !ok || receipt.Hash != s.Hash {
			t.Fatalf("version %d of %s is %s, acknowledged was %+v", s.Version, s.Contributor, s.Hash, receipt)
		}
	}
}

// checkLedger finds no message that was claimed or sent while an answer stood,
// but those that tell something new.
func (c *course) checkLedger(t *rapid.T) {
	seen := map[rapporteur.LedgerKey]bool{}
	for _, e := range c.ledger(c.cycle) {
		if seen[e.LedgerKey] {
			t.Fatalf("the ledger has %+v twice", e.LedgerKey)
		}
		seen[e.LedgerKey] = true
		if e.Notice == rapporteur.NoticeWithdrawn {
			continue
		}
		for _, s := range c.answered[e.Contributor] {
			for _, at := range []time.Time{e.ClaimedAt, e.SentAt} {
				if at.After(s.from) && (s.to.IsZero() || at.Before(s.to)) {
					t.Fatalf("%s was sent %s at %s, having answered from %s to %s", e.Contributor, e.Rung, at, s.from, s.to)
				}
			}
		}
	}
}

func (c *course) checkAudit(t *rapid.T) {
	records := c.audit(c.cycle)
	submitted := 0
	for _, r := range records {
		if r.Action == rapporteur.ActionSubmitted {
			submitted++
		}
	}
	if submitted != c.acknowledged() {
		t.Fatalf("%d submissions are audited, %d were acknowledged", submitted, c.acknowledged())
	}
	for n := 1; n < len(records); n++ {
		if records[n].Seq <= records[n-1].Seq || records[n].At.Before(records[n-1].At) {
			t.Fatalf("audit record %+v follows %+v", records[n], records[n-1])
		}
	}
	if newest := records[len(records)-1].Seq; newest < c.lastSeq {
		t.Fatalf("the audit shrank from %d to %d", c.lastSeq, newest)
	} else {
		c.lastSeq = newest
	}
}

// finish ends the collection: everybody who was acknowledged counts once, and
// no message went out twice.
func (c *course) finish(t *rapid.T) {
	counts, err := c.conduct.CloseCollection(t.Context(), c.cycle.ID, c.moment())
	harmless(t, err)
	settled := 0
	for _, who := range c.who {
		r := c.request(c.cycle, who)
		switch {
		case r.State == rapporteur.RequestWithdrawn:
		case r.Standing() > 0:
			settled++
			if r.State != rapporteur.RequestSettled || r.Version != len(c.receipts[who]) {
				t.Fatalf("%s was acknowledged %d times and is %s at version %d", who, len(c.receipts[who]), r.State, r.Version)
			}
		case r.State != rapporteur.RequestNoReply || r.Version != len(c.receipts[who]):
			t.Fatalf("%s has answered nothing that stands and is %s at version %d", who, r.State, r.Version)
		}
		if r.OffPath {
			t.Fatalf("%s is off the path of a closed collection", who)
		}
	}
	if counts.Settled != settled || counts.Pending() || counts.Outcomes[rapporteur.ReturnNil] != settled {
		t.Fatalf("%d have answered, the counts are %+v", settled, counts)
	}
	for _, e := range c.ledger(c.cycle) {
		if e.State == rapporteur.LedgerClaimed {
			t.Fatalf("nobody knows what came of %+v", e)
		}
	}
	times := map[string]int{}
	for _, id := range c.messageIDs(c.mails) {
		times[id]++
		if times[id] > 1 {
			t.Fatalf("message %s went out %d times", id, times[id])
		}
	}
	c.check(t)
}
