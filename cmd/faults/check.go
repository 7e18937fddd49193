package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// promise is one of the design's, with the way to see whether it was kept.
type promise struct {
	name  string
	check func(e evidence) []string // what breaks it
}

// promises are those that a run is held against.
var promises = []promise{
	{"acknowledged is stored once", acknowledgedIsStored},
	{"stored was submitted", storedWasSubmitted},
	{"stored is counted once", storedIsCounted},
	{"delivered is stored once", deliveredIsStored},
	{"receipts hold", receiptsHold},
	{"one message for each rung", oneMessageForEachRung},
	{"no reminder after an answer", noReminderAfterAnAnswer},
	{"no reminder is lost", noReminderIsLost},
	{"the audit record has no gap", auditHasNoGap},
	{"every cycle reaches its end", everyCycleEnds},
	{"nothing waits", nothingWaits},
	{"nothing dies by itself", nothingDies},
}

// verify holds evidence against every promise.
func verify(e evidence) []string {
	var broken []string
	for _, p := range promises {
		for _, what := range p.check(e) {
			broken = append(broken, p.name+": "+what)
		}
	}
	return broken
}

// acknowledgedIsStored: each answer that a client was told is accepted is in the record, at its version, once.
func acknowledgedIsStored(e evidence) []string {
	stored := map[string][]rapporteur.Submission{}
	for _, s := range e.Submissions {
		stored[s.Hash] = append(stored[s.Hash], s)
	}
	var broken []string
	for _, a := range e.Acknowledged {
		switch found := stored[a.Hash]; {
		case len(found) == 0:
			broken = append(broken, fmt.Sprintf("version %d of %s (%.12s) was acknowledged and is not there", a.Version, a.RequestKey, a.Hash))
		case len(found) > 1:
			broken = append(broken, fmt.Sprintf("version %d of %s (%.12s) is there %d times", a.Version, a.RequestKey, a.Hash, len(found)))
		case found[0].RequestKey != a.RequestKey || found[0].Version != a.Version:
			broken = append(broken, fmt.Sprintf("version %d of %s (%.12s) is there as version %d of %s", a.Version, a.RequestKey, a.Hash, found[0].Version, found[0].RequestKey))
		}
		if n := e.Accepted[fmt.Sprintf("%s %d", a.RequestKey, a.Version)]; n != 1 {
			broken = append(broken, fmt.Sprintf("version %d of %s has %d audit records of its acceptance", a.Version, a.RequestKey, n))
		}
	}
	return broken
}

// storedWasSubmitted: nothing is in the record that nobody sent, and versions have no gap.
func storedWasSubmitted(e evidence) []string {
	var broken []string
	next := map[rapporteur.RequestKey]int{}
	for _, s := range e.Submissions {
		if key, sent := e.Sent[s.Hash]; !sent || key != s.RequestKey {
			broken = append(broken, fmt.Sprintf("version %d of %s (%.12s) was not sent by anybody for it", s.Version, s.RequestKey, s.Hash))
		}
		next[s.RequestKey]++
		if s.Version != next[s.RequestKey] {
			broken = append(broken, fmt.Sprintf("%s has version %d where %d should be", s.RequestKey, s.Version, next[s.RequestKey]))
		}
	}
	return broken
}

// storedIsCounted: a report counts each contributor once, by the newest version that stands.
func storedIsCounted(e evidence) []string {
	var broken []string
	for id, coverage := range e.Coverage {
		newest := map[rapporteur.RequestKey]rapporteur.ReturnType{}
		for _, s := range e.Submissions {
			if s.Cycle == id {
				newest[s.RequestKey] = s.ReturnType
			}
		}
		for _, s := range e.Submissions { // what was taken back last stands no more
			if s.Cycle == id && e.Withdrawn[s.Hash] && last(e, s) {
				delete(newest, s.RequestKey)
			}
		}
		want := map[rapporteur.ReturnType]int{}
		for _, kind := range newest {
			want[kind]++
		}
		want[rapporteur.ReturnNoReply] = e.Asked[id] - len(newest)
		sum := 0
		for kind := range union(want, coverage.Outcomes) {
			sum += coverage.Outcomes[kind]
			if want[kind] != coverage.Outcomes[kind] {
				broken = append(broken, fmt.Sprintf("the report of %s counts %d × %s, the record has %d", id, coverage.Outcomes[kind], kind, want[kind]))
			}
		}
		if coverage.Asked != e.Asked[id] || sum != e.Asked[id] {
			broken = append(broken, fmt.Sprintf("the report of %s says that %d were asked and counts %d; %d were", id, coverage.Asked, sum, e.Asked[id]))
		}
	}
	slices.Sort(broken)
	return broken
}

// last reports whether no newer version of the request is stored.
func last(e evidence, s rapporteur.Submission) bool {
	return !slices.ContainsFunc(e.Submissions, func(o rapporteur.Submission) bool { return o.RequestKey == s.RequestKey && o.Version > s.Version })
}

func union(a, b map[rapporteur.ReturnType]int) map[rapporteur.ReturnType]bool {
	all := map[rapporteur.ReturnType]bool{}
	for kind := range a {
		all[kind] = true
	}
	for kind := range b {
		all[kind] = true
	}
	return all
}

// deliveredIsStored: each delivery that was acknowledged is in its window once, and none that was not sent.
func deliveredIsStored(e evidence) []string {
	var broken []string
	stored := map[string]int{}
	for _, d := range e.Deliveries {
		stored[d.Hash]++
		if key, sent := e.Sent[d.Hash]; !sent || key.Contributor != d.Contributor {
			broken = append(broken, fmt.Sprintf("delivery %s (%.12s) was not sent by anybody", d.DeliveryKey, d.Hash))
		}
		if stored[d.Hash] > 1 {
			broken = append(broken, fmt.Sprintf("delivery %s (%.12s) is there a second time", d.DeliveryKey, d.Hash))
		}
	}
	for _, a := range e.Delivered {
		if stored[a.Hash] == 0 {
			broken = append(broken, fmt.Sprintf("delivery %d of %s (%.12s) was acknowledged and is not there", a.Version, a.RequestKey, a.Hash))
		}
	}
	return broken
}

// receiptsHold: the signed receipt of each acknowledged answer verifies with the public keys, and is about it.
func receiptsHold(e evidence) []string {
	var broken []string
	for _, a := range e.Acknowledged {
		receipt, err := rapporteur.VerifyReceipt(a.Receipt, e.Keys)
		switch {
		case err != nil:
			broken = append(broken, fmt.Sprintf("that of version %d of %s: %v", a.Version, a.RequestKey, err))
		case receipt["sha256"] != a.Hash || receipt["contributor"] != string(a.Contributor):
			broken = append(broken, fmt.Sprintf("that of version %d of %s is about %v", a.Version, a.RequestKey, receipt["sha256"]))
		}
	}
	return broken
}

// oneMessageForEachRung: what the ledger says was sent has come, under one Message-ID, and nothing has come that the
// ledger does not know. A mail server that forgets, or a kill in the moment of sending, has the same message come
// again; it counts once.
func oneMessageForEachRung(e evidence) []string {
	var broken []string
	came := map[string]int{}
	for _, l := range e.Letters {
		came[l.MessageID]++
	}
	known := map[string]rapporteur.LedgerEntry{}
	rows := map[rapporteur.LedgerKey]int{}
	for _, row := range e.Ledger {
		rows[row.LedgerKey]++
		if rows[row.LedgerKey] > 1 {
			broken = append(broken, fmt.Sprintf("the ledger has %v twice", row.LedgerKey))
		}
		if other, taken := known[row.MessageID]; taken {
			broken = append(broken, fmt.Sprintf("%v and %v have one Message-ID", row.LedgerKey, other.LedgerKey))
		}
		known[row.MessageID] = row
		if row.State == rapporteur.LedgerSent && came[row.MessageID] == 0 {
			broken = append(broken, fmt.Sprintf("the ledger says that %v was sent, and it did not come", row.LedgerKey))
		}
	}
	for _, l := range e.Letters {
		row, is := known[l.MessageID]
		if !is || row.Cycle != l.Cycle || row.Contributor != l.Contributor || row.Rung != l.Rung {
			broken = append(broken, fmt.Sprintf("a %s of rung %s came to %s, of which the ledger knows nothing", l.Notice, l.Rung, l.Contributor))
		}
	}
	return broken
}

// underWay is how long a message that was begun before an answer may take to come: the time a mail server is given,
// and some for a machine that has other things to do.
const underWay = smtpTimeout + 5*time.Second

// noReminderAfterAnAnswer: nobody is reminded who owes nothing. What was claimed just before the answer may still come.
func noReminderAfterAnAnswer(e evidence) []string {
	var broken []string
	for _, l := range e.Letters {
		if !l.Notice.Chases() {
			continue
		}
		for _, c := range e.Calm {
			if c.Cycle == l.Cycle && c.Contributor == l.Contributor && l.At.After(c.From.Add(underWay)) && (c.To.IsZero() || l.At.Before(c.To)) {
				broken = append(broken, fmt.Sprintf("%s got a %s of rung %s in %s, %s after its answer", l.Contributor, l.Notice, l.Rung, l.Cycle, l.At.Sub(c.From).Round(time.Millisecond)))
			}
		}
	}
	return broken
}

// noReminderIsLost: whoever never answered was reminded at each rung, but where the mail server refused for good.
func noReminderIsLost(e evidence) []string {
	var broken []string
	refused := 0
	for _, s := range e.Silent {
		for _, rung := range s.Rungs {
			sent := slices.ContainsFunc(e.Ledger, func(row rapporteur.LedgerEntry) bool {
				if row.Cycle != s.Cycle || row.Contributor != s.Contributor || row.Rung != rung {
					return false
				}
				if row.State == rapporteur.LedgerFailed {
					refused++
				}
				return row.State == rapporteur.LedgerSent || row.State == rapporteur.LedgerFailed
			})
			if !sent {
				broken = append(broken, fmt.Sprintf("%s was not reminded by rung %s of %s", s.Contributor, rung, s.Cycle))
			}
		}
	}
	if refused > e.Refused {
		broken = append(broken, fmt.Sprintf("the ledger has %d messages that were refused, the mail server refused %d", refused, e.Refused))
	}
	return broken
}

// auditHasNoGap: the chain of the whole record verifies, offline.
func auditHasNoGap(e evidence) []string {
	verdict, err := rapporteur.VerifyAudit(bytes.NewReader(e.Audit), e.Keys)
	switch {
	case err != nil:
		return []string{err.Error()}
	case !verdict.Holds():
		return []string{strings.TrimSpace(verdict.Summary())}
	case verdict.Records == 0:
		return []string{"it is empty"}
	}
	return nil
}

// everyCycleEnds: no cycle is left on the way, and there was one.
func everyCycleEnds(e evidence) []string {
	var broken []string
	for _, c := range e.Cycles {
		if c.Phase != rapporteur.PhaseClosed && c.Phase != rapporteur.PhaseCancelled {
			broken = append(broken, strings.TrimSpace(fmt.Sprintf("%s is still %s. %s", c.ID, c.Phase, c.Attention)))
		}
	}
	if len(e.Cycles) == 0 {
		broken = append(broken, "there was none")
	}
	return broken
}

// nothingWaits: no message for the engine, and no letter, is left behind.
func nothingWaits(e evidence) []string {
	var broken []string
	if e.Outbox > 0 {
		broken = append(broken, fmt.Sprintf("%d messages are left in the outbox", e.Outbox))
	}
	for _, row := range e.Ledger {
		if row.State == rapporteur.LedgerClaimed || row.State == rapporteur.LedgerAgain {
			broken = append(broken, fmt.Sprintf("%v is still %s", row.LedgerKey, row.State))
		}
	}
	return broken
}

// nothingDies: no process ended that nobody ended, and no call was refused that should not be.
func nothingDies(e evidence) []string { return e.Troubles }
