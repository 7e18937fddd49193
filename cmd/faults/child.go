package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// child is one of the product's processes. Whoever ends it says so; that it ends by itself is a trouble.
type child struct {
	role  role
	pulse *pulse
	log   io.Writer
	told  func(trouble string)

	mutex    sync.Mutex
	process  *os.Process
	exited   chan struct{}
	expected bool // somebody has ended it
}

// readyWithin is how long a process may take to begin.
const readyWithin = 90 * time.Second

// errEndedEarly says that a process ended before it was ready.
var errEndedEarly = errors.New("it ended before it was ready")

// start starts the process and returns when it is ready.
func (c *child) start(ctx context.Context) error {
	text, err := json.Marshal(c.role)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	command := exec.Command(program) //nolint:gosec,noctx // this program again; it outlives the context of its start
	command.Env = append(os.Environ(), asRole+"="+string(text))
	said, log := command.StdoutPipe, &command.Stderr
	if c.role.Program != "" {
		command = c.role.command()
		said, log = command.StderrPipe, &command.Stdout
	}
	*log = c.log
	lines, err := said()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("cannot start %s: %w", c.role.Name, err)
	}
	exited, ready := make(chan struct{}), make(chan struct{})
	c.mutex.Lock()
	c.process, c.exited, c.expected = command.Process, exited, false
	c.mutex.Unlock()
	go c.watch(command, lines, ready, exited)
	timer := time.NewTimer(readyWithin)
	defer timer.Stop()
	select {
	case <-ready:
		return nil
	case <-exited:
		return fmt.Errorf("cannot start %s: %w", c.role.Name, errEndedEarly)
	case <-timer.C:
		c.kill()
		return fmt.Errorf("cannot start %s: it is not ready after %s", c.role.Name, readyWithin)
	case <-ctx.Done():
		c.kill()
		return ctx.Err()
	}
}

// watch passes on what the process says until it ends.
func (c *child) watch(command *exec.Cmd, said io.Reader, ready, exited chan struct{}) {
	lines := bufio.NewScanner(said)
	for begun := false; lines.Scan(); {
		line := lines.Text()
		switch {
		case !begun && c.role.readyAt(line):
			begun = true
			close(ready)
		case c.role.Program != "":
			_, _ = fmt.Fprintln(c.log, line)
		default:
			c.pulse.beat(line)
		}
	}
	err := command.Wait()
	c.mutex.Lock()
	expected := c.expected
	c.process = nil
	c.mutex.Unlock()
	select {
	case <-ready:
		if !expected {
			c.told(fmt.Sprintf("%s ended by itself: %v", c.role.Name, err))
		}
	default: // whoever started it is told
	}
	close(exited)
}

// kill ends the process as a power cut would, by its id, and reports whether it ran.
func (c *child) kill() bool {
	c.mutex.Lock()
	process, exited := c.process, c.exited
	c.expected = true
	if process != nil {
		_ = process.Kill()
	}
	c.mutex.Unlock()
	if process == nil {
		return false
	}
	<-exited
	return true
}

// strike ends the process without waiting for the end of it, so that it can be done in the middle of what it is
// saying.
func (c *child) strike() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.expected = true
	if c.process != nil {
		_ = c.process.Kill()
	}
}

// gone returns when the process has ended.
func (c *child) gone() {
	c.mutex.Lock()
	exited := c.exited
	c.mutex.Unlock()
	if exited != nil {
		<-exited
	}
}

// pid is the process's id, 0 where it does not run.
func (c *child) pid() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.process == nil {
		return 0
	}
	return c.process.Pid
}
