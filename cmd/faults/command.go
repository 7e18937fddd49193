package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
	"github.com/rapporteur/rapporteur/embedded"
)

// build makes the real command.
func build(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "rapporteur")
	command := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/rapporteur/rapporteur/cmd/rapporteur") //nolint:gosec // a folder of our own
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("cannot build the command: %w\n%s", err, output)
	}
	return program, nil
}

// command is the real command with the role's settings, as an operator gives them.
func (r role) command() *exec.Cmd {
	what := "serve"
	if r.Worker {
		what = "worker"
	}
	command := exec.Command(r.Program, what) //nolint:gosec,noctx // it was built by us, and outlives the context of its start
	command.Env = append(os.Environ(),
		"RAPPORTEUR_DATABASE="+r.Database,
		fmt.Sprintf("RAPPORTEUR_TEMPORAL_ADDRESS=127.0.0.1:%d", r.Temporal),
		"RAPPORTEUR_TEMPORAL_NAMESPACE="+embedded.DefaultNamespace,
		"RAPPORTEUR_SIGNING_KEY="+r.file(signingFile),
		"RAPPORTEUR_SEALING_KEY="+r.file(sealingFile),
		"RAPPORTEUR_LINK_SECRET_FILE="+r.file(linksFile),
		"RAPPORTEUR_PAYLOAD_KEY="+r.file(payloadFile),
		"RAPPORTEUR_SMTP_URL="+r.SMTP,
		"RAPPORTEUR_SMTP_TIMEOUT="+smtpTimeout.String(),
		"RAPPORTEUR_MAIL_FROM="+r.mail().MailFrom,
		"RAPPORTEUR_BASE_URL="+r.mail().BaseURL,
		"RAPPORTEUR_LISTEN="+r.Listen,
		"RAPPORTEUR_LOG_LEVEL=info",
	)
	return command
}

// readyAt reports whether a line says that the process does its work.
func (r role) readyAt(line string) bool {
	if r.Program == "" {
		return strings.HasPrefix(line, "ready ")
	}
	return strings.Contains(line, `"message":"working"`) || strings.Contains(line, `"message":"serving the API and the pages"`)
}

// errands is how many rounds an errand has.
const errands = weeks

// errand is a story for the real command, whose clock cannot be moved: an intake takes deliveries, routes them and is
// stopped, while faults happen.
func (s *story) errand(ctx context.Context) error {
	if err := s.prepare(ctx); err != nil {
		return fmt.Errorf("cannot prepare: %w", err)
	}
	faults := s.chaos.start(ctx)
	for n := range errands {
		s.chaos.pace.begin(ctx, n, patience)
		var delivering errgroup.Group
		for _, p := range s.senders {
			delivering.Go(func() error { return s.refusedOrLost(p.deliver(ctx, intakeAt)) })
		}
		if err := delivering.Wait(); err != nil {
			return err
		}
	}
	s.chaos.pace.begin(ctx, errands, 0)
	<-faults
	s.chaos.settle(ctx)
	stop := remote.Call{Method: http.MethodPost, Path: intakeAt + "/stop", Body: map[string]string{"reason": "The errand ends."}, Idempotency: "stop"}
	if err := s.insist(ctx, s.staff, stop, nil); err != nil {
		return err
	}
	for n := 0; ; n++ {
		cycles, err := s.cycles(ctx)
		if err != nil {
			return err
		}
		if over(cycles) {
			return nil
		}
		if n >= longestFinish*10 || !pause(ctx, longestWait/10) {
			return errNoEnd
		}
	}
}
