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
	days   [][]fault // by day of the story
	pace   *pace
	kills  atomic.Int64
	hits   atomic.Int64   // of all faults, those that came in the middle of their event
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

// String is the fault as the plan has it.
func (f fault) String() string {
	text := fmt.Sprintf("%s %s at %q×%d", f.what, f.whom, f.when, f.nth)
	if f.by != 0 {
		text += " by " + f.by.String()
	}
	return text
}

// moments are the events in whose middle things go wrong on any day: an acknowledgement, a mail, the beginning or end of
// a step, a jump of time, anything.
var moments = []string{
	"", "", "", "acknowledged", "mail ", "recipient", "jump", "begin ", "begin ", "end ", "end ", "begin submissions.", "begin follow-ups.",
	"begin intakes.", "rude",
}

// busyMoments are those of days on which requests or reminders go out, collection closes or a report is compiled.
var busyMoments = []string{
	"mail ", "mail ", "mail reminder", "recipient", "begin requests.open", "begin requests.send-rung", "end requests.", "begin requests.",
	"begin submissions.", "end submissions.", "begin reports.compile", "end reports.", "begin ", "end ",
}

// draw makes the plan of a story: so many kills, spread over its days, half of them over the busy ones, and other
// faults between them.
func draw(dice *rand.Rand, cluster bool, with string, kills, days int, busy []int) [][]fault {
	plan := make([][]fault, days)
	whom := []string{"standalone"}
	others := []string{"mail", "mail", "mail", "clock", "slow", "disk", "disk"}
	if cluster {
		whom = []string{"api", "api", "worker-1", "worker-2", "engine", "workers"}
		others = []string{"mail", "mail", "mail", "clock", "slow", "database", "database", "database"}
	}
	if with != "" {
		others = []string{with}
	}
	add := func(f fault) {
		f.lasts = time.Duration(dice.IntN(1000)) * time.Millisecond
		n := dice.IntN(days)
		f.when, f.nth = moments[dice.IntN(len(moments))], 1+dice.IntN(3)
		if len(busy) > 0 && dice.IntN(2) == 0 {
			n = busy[dice.IntN(len(busy))]
			f.when, f.nth = busyMoments[dice.IntN(len(busyMoments))], 1+dice.IntN(4)
		}
		for tries := 0; len(plan[n]) > 0 && tries < days; tries++ { // one a day, as long as there are days
			n = (n + 1) % days
		}
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

// start runs the plan beside a story; the channel is closed when it is through.
func (c *chaos) start(ctx context.Context) <-chan struct{} {
	through := make(chan struct{})
	go func() {
		defer close(through)
		c.run(ctx)
	}()
	return through
}

// run lets the faults happen, one after the other, each on its day or soon after, until all have.
func (c *chaos) run(ctx context.Context) {
	for n, faults := range c.days {
		c.pace.reach(ctx, n)
		for _, f := range faults {
			if ctx.Err() != nil {
				return
			}
			c.do(ctx, f)
			c.count(f)
		}
		c.pace.finish(n)
	}
	c.pace.free()
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

// wait arms the fault. Where its event does not come within some days, it happens with whatever comes next.
func (c *chaos) wait(ctx context.Context, f fault, act func()) {
	m := c.world.pulse.arm(f.when, f.nth, act)
	timer := time.NewTimer(longestWait)
	defer timer.Stop()
	for over := false; !over; {
		_, _, waiting, changed := c.pace.now()
		if waiting {
			c.world.pulse.loosen(m)
			c.pace.grant()
			continue
		}
		select {
		case <-m.come:
			over = true
		case <-changed:
		case <-timer.C:
			over = true
		case <-ctx.Done():
			over = true
		}
	}
	c.world.pulse.release(m)
	if m.hit {
		c.hits.Add(1)
	}
}

// longestWait is how long, in real time, an event is waited for that may never come.
const longestWait = 5 * time.Second

// until waits for a moment as long as it may take, and then has it come.
func (c *chaos) until(ctx context.Context, m *moment, longest time.Duration) {
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-m.come:
	case <-timer.C:
	case <-ctx.Done():
	}
	c.world.pulse.release(m)
}

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
	c.until(ctx, c.world.pulse.arm("recipient", 1+2*f.nth, func() {}), 2*f.lasts)
	c.world.setMail(smtpsink.Accept)
}

// disk lets no file of the process grow, as a full disk does, until some calls could not be done.
func (c *chaos) disk(ctx context.Context, f fault) {
	process := c.world.children[0]
	c.wait(ctx, f, func() { limitFiles(process.pid(), diskFull) })
	c.until(ctx, c.world.pulse.arm("unanswered", 2+f.nth, func() {}), 2*time.Second)
	limitFiles(process.pid(), diskFree)
}

// clock puts a process's clock off, for a moment or until the story has been told.
func (c *chaos) clock(ctx context.Context, f fault) {
	c.wait(ctx, f, func() {
		if err := c.world.clock.skewed(f.whom, f.by); err != nil {
			c.world.journal.trouble(err.Error())
		}
	})
	pause(ctx, f.lasts)
	if f.mode%2 == 0 {
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
