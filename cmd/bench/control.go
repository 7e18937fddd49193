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
	"runtime/pprof"
	"time"

	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

// roleVariable makes this program one of the servers under measurement.
const roleVariable = "RAPPORTEUR_BENCH_ROLE"

// brief is what a server is told when it starts.
type brief struct {
	Contributors int    // that are asked in a cycle
	Database     string // URL
	Dir          string // of everything else
	SMTP         string // mail relay
	Bare         bool   // that the floor knows no keys and does not validate
}

// started is what a server says when it serves.
type started struct {
	URL   string
	Staff string   // key of the Secretariat
	Asked []string // contributors, by id
	Keys  []string // of each
	// Others are whom the stream would ask beside them.
	Others []string
	Error  string
}

// order is what a server is told while it runs.
type order struct {
	Do    string // one of the orders below
	Cycle string
	File  string
}

// The orders.
const (
	doUsage    = "usage"    // processor time and memory so far
	doOpened   = "opened"   // wait until the cycle collects
	doWritten  = "written"  // wait until everybody was written to
	doClosed   = "closed"   // wait until collection is closed
	doDrafted  = "drafted"  // wait until the draft is with clearance, so that nothing runs any more
	doTotals   = "totals"   // what the record and the engine hold of the cycle
	doProfile  = "profile"  // begin to write a profile
	doProfiled = "profiled" // end it
)

// report is what a server answers.
type report struct {
	CPU          time.Duration // of the process
	Peak         int64         // bytes of memory, the most there were
	Resident     int64         // bytes of memory now
	Size         int64         // bytes of the database
	EngineSize   int64         // bytes of Temporal's
	Submissions  int           // in the record
	Settled      int           // requests that are collected and answered
	Events       int64         // of the cycle's workflow
	HistoryBytes int64
	Error        string
}

// answering carries out orders.
type answering interface {
	start(ctx context.Context, b brief) (started, error)
	carryOut(ctx context.Context, o order) (report, error)
}

// serve is the hidden role: a server that takes orders on its standard input
// until that ends.
func serve(role string) int {
	wiring.BeModest() // product and floor alike
	ctx := context.Background()
	var who answering = &house{}
	if role == floor {
		who = &least{}
	}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	var b brief
	if err := in.Decode(&b); err != nil {
		return 1
	}
	hello, err := who.start(ctx, b)
	if err != nil {
		_ = out.Encode(started{Error: err.Error()})
		return 1
	}
	if err := out.Encode(hello); err != nil {
		return 1
	}
	for {
		var o order
		if err := in.Decode(&o); err != nil {
			return 0 // whoever started the server has ended, or wants nothing more
		}
		answer, err := carryOut(ctx, who, o)
		if err != nil {
			answer.Error = err.Error()
		}
		if err := out.Encode(answer); err != nil {
			return 1
		}
	}
}

// carryOut does what every server can, and has the server do the rest.
func carryOut(ctx context.Context, who answering, o order) (report, error) {
	switch o.Do {
	case doUsage:
		return usage()
	case doProfile:
		file, err := os.Create(o.File)
		if err != nil {
			return report{}, fmt.Errorf("cannot write profile: %w", err)
		}
		return report{}, pprof.StartCPUProfile(file)
	case doProfiled:
		pprof.StopCPUProfile()
		return report{}, writeAllocations(o.File)
	}
	return who.carryOut(ctx, o)
}

// writeAllocations writes what was allocated since the process began.
func writeAllocations(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("cannot write profile: %w", err)
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(out, 0), out.Close())
}

// server is a server of either sort as whoever measures sees it.
type server struct {
	started
	command *exec.Cmd
	orders  *json.Encoder
	input   io.Closer
	answers *json.Decoder
}

var errServer = errors.New("the server under measurement")

// startServer starts this program once more in a role.
func startServer(ctx context.Context, role string, b brief, messages io.Writer) (*server, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("cannot find this program: %w", err)
	}
	command := exec.CommandContext(ctx, program) //nolint:gosec // it is this program
	command.Env = append(os.Environ(), roleVariable+"="+role)
	command.Stderr = messages
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start server: %w", err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start server: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("cannot start server: %w", err)
	}
	s := &server{command: command, orders: json.NewEncoder(in), input: in, answers: json.NewDecoder(bufio.NewReader(out))}
	err = s.orders.Encode(b)
	if err == nil {
		err = s.answers.Decode(&s.started)
	}
	if err == nil && s.Error != "" {
		err = errors.New(s.Error)
	}
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("cannot start %s: %w", role, err)
	}
	return s, nil
}

// ask gives an order and waits for what came of it.
func (s *server) ask(o order) (report, error) {
	var answer report
	if err := s.orders.Encode(o); err != nil {
		return answer, fmt.Errorf("cannot ask for %s: %w", o.Do, err)
	}
	if err := s.answers.Decode(&answer); err != nil {
		return answer, fmt.Errorf("cannot ask for %s: %w", o.Do, err)
	}
	if answer.Error != "" {
		return answer, fmt.Errorf("%w: %s: %s", errServer, o.Do, answer.Error)
	}
	return answer, nil
}

// stop ends the server. Nothing that it holds is needed any more.
func (s *server) stop() {
	_ = s.input.Close()
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
}
