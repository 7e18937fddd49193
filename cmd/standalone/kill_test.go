package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
)

// asProgram makes the test binary be the program, so that a test can kill it. It is
// no setting, and is not called like one.
const asProgram = "BE_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is the program in a process of its own.
type child struct {
	command *exec.Cmd
	url     string
	exited  chan struct{}
}

// startChild starts the program on a folder and waits until it says where it
// serves.
func startChild(t *testing.T, dir, database, smtp, clock string) *child {
	t.Helper()
	command := program(t, "serve", "--dir", dir, "--listen", "127.0.0.1:0", "--ui-port=-1", "--smtp-url", smtp, "--clock", clock)
	command.Env = append(command.Env, "RAPPORTEUR_DATABASE="+database)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	c := &child{command: command, exited: make(chan struct{})}
	t.Cleanup(c.kill)
	lines := bufio.NewScanner(stdout)
	ready := 0
	for ready < 3 && lines.Scan() {
		if fields := strings.Fields(lines.Text()); strings.HasPrefix(lines.Text(), "API") {
			c.url = strings.TrimSuffix(fields[1], "/v1")
			ready++
		}
		if strings.Contains(lines.Text(), "key in") {
			ready++
		}
	}
	go func() {
		for lines.Scan() { // drained, so that the program never waits for a reader
		}
		_ = command.Wait()
		close(c.exited)
	}()
	if ready < 3 {
		t.Fatal("the program ended before it served")
	}
	return c
}

// program is the test binary as the program, not yet started.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), path, args...)
	command.Env = append(os.Environ(), asProgram+"=1")
	return command
}

// kill ends the program as a power cut would.
func (c *child) kill() {
	_ = c.command.Process.Kill()
	<-c.exited
}

func (c *child) client(t *testing.T, dir, role string) remote.Client {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(dir, role+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return remote.New(c.url, strings.TrimSpace(string(key)))
}

// crash is what the test keeps of one story: who was acknowledged, and what
// reached the mail server.
type crash struct {
	t            *testing.T
	ctx          context.Context
	dir          string
	mutex        sync.Mutex
	acknowledged map[string]string // contributor to hash
	reminded     map[string]map[string]int
	reminders    int
	enough       chan struct{} // closed when the kill is due
}

const (
	crashCycle = "/v1/cycles/s-res-2388-2017/op34/2018"
)

// keep is the mail server's side: it counts reminders by contributor and
// Message-ID.
func (c *crash) keep(m smtpsink.Message) error {
	parsed, err := m.Parse()
	if err != nil {
		return err
	}
	if parsed.Header.Get("X-Rapporteur-Notice") != "reminder" {
		return nil
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	who := parsed.Header.Get("X-Rapporteur-Contributor")
	if c.reminded[who] == nil {
		c.reminded[who] = map[string]int{}
	}
	c.reminded[who][parsed.Header.Get("Message-ID")]++
	c.reminders++
	if c.reminders == 60 {
		close(c.enough)
	}
	return nil
}

// TestKilledInTheMiddle kills the program with 193 requests open, while
// answers come in and a rung of reminders goes out, and starts it again.
func TestKilledInTheMiddle(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); killedInTheMiddle(t, "") })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); killedInTheMiddle(t, needs.StartPostgreSQL(t)) })
}

func killedInTheMiddle(t *testing.T, database string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	c := &crash{
		t: t, ctx: ctx, dir: t.TempDir(), acknowledged: map[string]string{},
		reminded: map[string]map[string]int{}, enough: make(chan struct{}),
	}
	sink, err := smtpsink.Start(smtpsink.Config{Keep: c.keep})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Stop() }()

	// The first reminder to Member States is due 60 days before 14 September
	// 2018, at 13:00. The cycle starts shortly before.
	first := startChild(t, c.dir, database, sink.URL(), "2018-07-16T12:59:30Z")
	states := c.openCycle(first)
	if database != "" {
		refuseSecond(t, database)
	}
	submitting, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { c.submitAll(submitting, first, states[:40]) })
	select {
	case <-c.enough:
	case <-ctx.Done():
		t.Fatal("the reminders did not go out")
	}
	first.kill()
	stop()
	group.Wait()

	second := startChild(t, c.dir, database, sink.URL(), "2018-07-16T13:01:00Z")
	c.waitForRung(second)
	c.check(second, states)
}

// refuseSecond starts the program once more on the same databases, from a folder
// of its own, and reads why it does not serve.
func refuseSecond(t *testing.T, database string) {
	t.Helper()
	command := program(t, "serve", "--dir", t.TempDir(), "--listen", "127.0.0.1:0", "--ui-port=-1")
	command.Env = append(command.Env, "RAPPORTEUR_DATABASE="+database)
	said, err := command.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); !ended || !strings.Contains(string(said), "another process runs an engine on it") {
		t.Errorf("a second process on the databases: %v\n%s", err, said)
	}
}

// openCycle gives every Member State a mailbox and starts the cycle with them
// alone; it returns them when all requests are open.
func (c *crash) openCycle(p *child) []string {
	c.t.Helper()
	staff := p.client(c.t, c.dir, "secretariat")
	var states []string
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
			Next string `json:"next_cursor"`
		}
		c.must(staff.JSON(c.ctx, remote.Call{Method: http.MethodGet, Path: "/v1/contributors?kind=member-state&on=2018-05-21&cursor=" + cursor}, &page))
		for _, item := range page.Items {
			states = append(states, item.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(states) != 193 {
		c.t.Fatalf("there are %d Member States, not 193", len(states))
	}
	for _, id := range states {
		contact := map[string]string{"role": "focal-point", "name": "Focal point", "address": "focal-point@" + id + ".example", "language": "en"}
		body := map[string]any{"contacts": []any{contact}}
		c.must(staff.JSON(c.ctx, remote.Call{Method: http.MethodPut, Path: "/v1/contributors/" + id + "/contacts", Body: body}, nil))
	}
	start := map[string]any{"instrument": "s-res-2388-2017", "stream": "op34", "only": states}
	c.must(staff.JSON(c.ctx, remote.Call{Method: http.MethodPost, Path: "/v1/cycles", Body: start}, nil))
	c.eventually("193 open requests", func() bool { return c.counts(staff)["open"] == 193 })
	return states
}

// submitAll sends nil returns until it is told to stop, and remembers those
// that were acknowledged.
func (c *crash) submitAll(ctx context.Context, p *child, states []string) {
	admin := p.client(c.t, c.dir, "administrator")
	for _, id := range states {
		var key struct {
			Secret string `json:"secret"`
		}
		issue := map[string]string{"role": "contributor", "contributor": id, "label": "test"}
		if admin.JSON(ctx, remote.Call{Method: http.MethodPost, Path: "/v1/keys", Body: issue}, &key) != nil {
			return
		}
		body := []byte(`{"questionnaire":"member-state","version":"1.0.0","return_type":"nil","reason":"Nothing to report for ` + id + `.","language":"en",` +
			`"header":{"authority":"Ministry of Justice","period":{"from":"2017-11-21","to":"2018-07-01"},"classification":"unclassified","may_be_quoted":true}}`)
		var answer struct {
			Hash string `json:"hash"`
		}
		err := admin.WithKey(key.Secret).JSON(ctx, remote.Call{Method: http.MethodPost, Path: crashCycle + "/requests/" + id + "/submissions", Body: body}, &answer)
		if err != nil {
			if ctx.Err() == nil && !strings.Contains(err.Error(), "cannot reach") {
				c.t.Errorf("cannot submit for %s: %v", id, err)
			}
			return
		}
		c.mutex.Lock()
		c.acknowledged[id] = answer.Hash
		c.mutex.Unlock()
	}
}

// waitForRung waits until the history says that the rung was climbed.
func (c *crash) waitForRung(p *child) {
	c.t.Helper()
	admin := p.client(c.t, c.dir, "administrator")
	c.eventually("the reminders of the rung", func() bool {
		lines, err := admin.Bytes(c.ctx, remote.Call{Method: http.MethodGet, Path: crashCycle + "/history", Accept: "application/x-ndjson"})
		return err == nil && strings.Contains(string(lines), `"Reminder sent to `)
	})
}

func (c *crash) check(p *child, states []string) {
	c.t.Helper()
	staff := p.client(c.t, c.dir, "secretariat")
	for id, hash := range c.acknowledged {
		var page struct {
			Items []struct {
				Hash string `json:"hash"`
			} `json:"items"`
		}
		c.must(staff.JSON(c.ctx, remote.Call{Method: http.MethodGet, Path: crashCycle + "/requests/" + id + "/submissions"}, &page))
		if len(page.Items) != 1 || page.Items[0].Hash != hash {
			c.t.Errorf("the acknowledged submission of %s is not in the record once", id)
		}
	}
	if len(c.acknowledged) == 0 {
		c.t.Error("nothing was acknowledged before the kill, so nothing was tested")
	}
	counts := c.counts(staff)
	if got := counts["open"] + counts["received"] + counts["settled"]; got != 193 {
		c.t.Errorf("%d requests are accounted for, not 193: %v", got, counts)
	}
	sent := c.ledger(staff)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	twice := 0
	for _, id := range states {
		if sent[id] > 1 || len(c.reminded[id]) > 1 {
			c.t.Errorf("%s has %d reminders in the ledger and got %d different ones", id, sent[id], len(c.reminded[id]))
		}
		if sent[id] == 0 && c.acknowledged[id] == "" && counts["settled"]+counts["received"] == len(c.acknowledged) {
			c.t.Errorf("%s is silent and was not reminded", id)
		}
		for _, deliveries := range c.reminded[id] {
			twice += deliveries - 1
		}
	}
	// A message that the mail server took in the very moment of the kill goes
	// again, as the same message: at most one for each sender at work.
	if twice > 4 {
		c.t.Errorf("%d messages were delivered twice, more than were under way", twice)
	}
}

// ledger counts the reminders sent for the rung by contributor.
func (c *crash) ledger(staff remote.Client) map[string]int {
	c.t.Helper()
	text, err := staff.Bytes(c.ctx, remote.Call{Method: http.MethodGet, Path: crashCycle + "/ledger", Accept: "text/csv"})
	c.must(err)
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	c.must(err)
	sent := map[string]int{}
	for _, row := range rows[1:] {
		if row[3] == "reminder" && row[4] == "sent" {
			sent[row[0]]++
		}
	}
	return sent
}

func (c *crash) counts(staff remote.Client) map[string]int {
	var cycle struct {
		Counts struct {
			Open     int `json:"open"`
			Received int `json:"received"`
			Settled  int `json:"settled"`
		} `json:"counts"`
	}
	c.must(staff.JSON(c.ctx, remote.Call{Method: http.MethodGet, Path: crashCycle}, &cycle))
	return map[string]int{"open": cycle.Counts.Open, "received": cycle.Counts.Received, "settled": cycle.Counts.Settled}
}

func (c *crash) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *crash) eventually(what string, so func() bool) {
	c.t.Helper()
	eventually(c.ctx, c.t, what, so)
}

// eventually looks at a program in another process until something is so;
// there is no event to wait for.
func eventually(ctx context.Context, t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("did not see %s: %v", what, ctx.Err())
		}
	}
}
