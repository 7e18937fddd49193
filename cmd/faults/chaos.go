package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapporteur/rapporteur/internal/pgserver"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// chaos lets faults happen to a world, by a plan drawn from its seed.
type chaos struct {
	world  *world
	rounds [][]fault // by round of the story
	kills  atomic.Int64
	done   map[string]int // by what happened
	mutex  sync.Mutex
	report func(text string)
}

// fault is one thing that goes wrong, and the event in whose middle it does.
type fault struct {
	what  string // kill, database, mail, disk, clock, slow
	whom  string // process
	when  string // event
	nth   int
	mode  int           // of its kind
	lasts time.Duration // real time until it is made good, at most
	by    time.Duration // clocks: how far off
}

// String is the fault as the plan lists it.
func (f fault) String() string {
	text := fmt.Sprintf("%s %s at %q×%d", f.what, f.whom, f.when, f.nth)
	if f.by != 0 {
		text += " by " + f.by.String()
	}
	return text
}

// moments are the events in whose middle things go wrong: an acknowledgement, a mail, the beginning or end of a step,
// a jump of time.
var moments = []string{
	"acknowledged", "mail reminder", "mail request", "mail ", "jump", "begin ", "end ", "begin OpenRequests", "begin SendRung",
	"begin Collect", "begin CloseCollection", "begin Compile", "end SendRung", "end Collect", "rude", "unanswered",
}

// draw makes the plan of a story: so many kills, spread over its rounds, and other faults between them.
func draw(dice *rand.Rand, cluster bool, kills, rounds int) [][]fault {
	plan := make([][]fault, rounds)
	whom := []string{"standalone"}
	others := []string{"mail", "mail", "mail", "clock", "slow", "disk", "disk"}
	if cluster {
		whom = []string{"api", "api", "worker-1", "worker-2", "engine", "workers"}
		others = []string{"mail", "mail", "mail", "clock", "slow", "database", "database", "database"}
	}
	add := func(f fault) {
		f.when, f.nth = moments[dice.IntN(len(moments))], 1+dice.IntN(4)
		f.lasts = time.Duration(dice.IntN(1000)) * time.Millisecond
		n := dice.IntN(rounds)
		plan[n] = append(plan[n], f)
	}
	for range kills {
		add(fault{what: "kill", whom: whom[dice.IntN(len(whom))]})
	}
	for range max(4, kills/2) {
		f := fault{what: others[dice.IntN(len(others))], mode: dice.IntN(6)}
		if f.what == "clock" {
			f.whom = []string{"api", "worker-1", "standalone"}[dice.IntN(3)]
			f.by = time.Duration(dice.IntN(72)-36) * time.Hour
		}
		add(f)
	}
	return plan
}

// round lets the faults of a round happen, one after the other, each at its moment or at the end of the round.
func (c *chaos) round(ctx context.Context, n int) {
	if n >= len(c.rounds) {
		return
	}
	for _, f := range c.rounds[n] {
		if ctx.Err() != nil {
			return
		}
		c.do(ctx, f)
		c.count(f)
	}
}

func (c *chaos) count(f fault) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.done[f.what]++
	c.report(f.String())
}

// do waits for the moment of a fault, has it happen and makes it good.
func (c *chaos) do(ctx context.Context, f fault) {
	switch f.what {
	case "kill":
		c.kill(ctx, f)
	case "database":
		c.database(ctx, f)
	case "mail":
		c.mail(ctx, f)
	case "disk":
		c.disk(ctx, f)
	case "clock":
		c.clock(ctx, f)
	case "slow":
		c.wait(ctx, f, func() { c.world.slow.start(ctx, 60) })
		c.world.served(ctx)
	}
}

// wait arms the fault, and lets it happen without its event where that does not come in time.
func (c *chaos) wait(ctx context.Context, f fault, act func()) {
	come := c.world.pulse.arm(f.when, f.nth, act)
	timer := time.NewTimer(longestWait)
	defer timer.Stop()
	select {
	case <-come:
		return
	case <-timer.C:
	case <-ctx.Done():
	}
	c.world.pulse.flush()
	c.world.pulse.reopen()
	<-come
}

// longestWait is how long an event is waited for that may never come.
const longestWait = 3 * time.Second

// kill ends processes with SIGKILL in the middle of an event and starts them again some time later.
func (c *chaos) kill(ctx context.Context, f fault) {
	var hit []*child
	for _, p := range c.world.children {
		if p.role.Name == f.whom || f.whom == "workers" && p.role.Worker {
			hit = append(hit, p)
		}
	}
	c.wait(ctx, f, func() {
		for _, p := range hit {
			p.strike()
		}
	})
	c.kills.Add(1)
	pause(ctx, f.lasts)
	c.revive(ctx, hit)
}

// revive starts processes that were ended, as a supervisor does.
func (c *chaos) revive(ctx context.Context, hit []*child) {
	for _, p := range hit {
		p.gone()
		for tries := 0; ctx.Err() == nil; tries++ {
			err := p.start(ctx)
			if err == nil {
				break
			}
			if tries == 5 {
				c.world.journal.trouble(err.Error())
				break
			}
			pause(ctx, 300*time.Millisecond)
		}
	}
}

// database halts PostgreSQL, fast or at once, now and then with a process that dies meanwhile, and resumes it.
func (c *chaos) database(ctx context.Context, f fault) {
	how := pgserver.Fast
	if f.mode%2 == 0 {
		how = pgserver.Immediate
	}
	var failed error
	c.wait(ctx, f, func() { failed = c.world.postgres.Halt(ctx, how) })
	pause(ctx, f.lasts)
	var hit []*child
	if f.mode >= 4 {
		hit = append(hit, c.world.children[f.mode-3]) // the API or a worker
		hit[0].strike()
		c.kills.Add(1)
	}
	if err := c.world.postgres.Resume(ctx); err != nil || failed != nil {
		c.world.journal.trouble(fmt.Sprintf("PostgreSQL is not back: %v, %v", failed, err))
	}
	c.revive(ctx, hit)
}

// mail has the mail server behave badly towards some mails, at most for some time.
func (c *chaos) mail(ctx context.Context, f fault) {
	mode := []smtpsink.Mode{smtpsink.Defer, smtpsink.Hang, smtpsink.Forget, smtpsink.Defer, smtpsink.Forget, smtpsink.Refuse}[f.mode]
	c.wait(ctx, f, func() { c.world.setMail(mode) })
	enough := c.world.pulse.arm("mail ", 1+f.nth, func() {}) // those that forget have come
	select {
	case <-enough:
	case <-ctx.Done():
	case <-time.After(f.lasts):
	}
	c.world.setMail(smtpsink.Accept)
	c.world.pulse.flush()
	c.world.pulse.reopen()
	<-enough
}

// disk lets no file of the process grow, as a full disk does, until some calls could not be done.
func (c *chaos) disk(ctx context.Context, f fault) {
	process := c.world.children[0]
	c.wait(ctx, f, func() { limitFiles(process.pid(), diskFull) })
	noticed := c.world.pulse.arm("unanswered", 2+f.nth, func() {})
	select {
	case <-noticed:
	case <-ctx.Done():
	case <-time.After(2 * time.Second):
	}
	limitFiles(process.pid(), diskFree)
	c.world.pulse.flush()
	c.world.pulse.reopen()
	<-noticed
}

// clock puts a process's clock off for the rest of the round after next.
func (c *chaos) clock(ctx context.Context, f fault) {
	c.wait(ctx, f, func() {
		if err := c.world.clock.skewed(f.whom, f.by); err != nil {
			c.world.journal.trouble(err.Error())
		}
	})
	pause(ctx, f.lasts)
	if f.mode%2 == 0 { // the others stay off until the story has been told
		if err := c.world.clock.skewed(f.whom, 0); err != nil {
			c.world.journal.trouble(err.Error())
		}
	}
}

// settle makes everything good, so that what is left to do can be done.
func (c *chaos) settle(context.Context) {
	for _, p := range c.world.children {
		_ = c.world.clock.skewed(p.role.Name, 0) // a clock that stays off changes no promise
	}
	c.world.setMail(smtpsink.Accept)
	c.world.slow.stop()
}
