package telemetry

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Meter counts answers.
func (t *Telemetry) Meter() rapporteur.Meter { return meter{t.Metrics} }

type meter struct{ *Metrics }

// Offered begins to measure an answer.
func (m meter) Offered() func(rapporteur.SubmissionMeasure) {
	began := time.Now()
	return func(s rapporteur.SubmissionMeasure) {
		instrument, stream := m.known.stream(s.Cycle)
		key := offered{rapporteur.StreamKey{Instrument: instrument, Stream: stream}, returnType(s.ReturnType), s.Outcome}
		on := m.offered.of(key, func() counting {
			return counting{m.submissions.WithLabelValues(instrument, stream, key.returnType, string(s.Outcome)), m.submissionTime.WithLabelValues(string(s.Outcome))}
		})
		on.done(began)
		for _, f := range s.Findings {
			m.findings.WithLabelValues(m.known.rule(f.Rule), string(f.Severity)).Inc()
		}
	}
}

// Mailbox counts and traces what a mailbox sends.
func (t *Telemetry) Mailbox(box rapporteur.Mailbox) rapporteur.Mailbox {
	return mailbox{Mailbox: box, telemetry: t}
}

type mailbox struct {
	rapporteur.Mailbox
	telemetry *Telemetry
}

// Send sends a letter and counts what came of it.
func (b mailbox) Send(ctx context.Context, l rapporteur.Letter) error {
	m := b.telemetry.Metrics
	ctx, done := b.telemetry.span(ctx, "mail "+string(l.Notice), calling)
	began := time.Now()
	err := b.Mailbox.Send(ctx, l)
	done(err)
	m.mailTime.Observe(time.Since(began).Seconds())
	result := "sent"
	if _, refused := errors.AsType[*rapporteur.Refusal](err); refused {
		result = "refused"
	} else if err != nil {
		result = "failed"
	}
	m.mails.WithLabelValues(string(l.Notice), result).Inc()
	if err == nil && l.Notice.Chases() {
		instrument, stream := m.known.stream(l.Cycle)
		m.reminders.WithLabelValues(instrument, stream, m.known.rung(l.Rung)).Inc()
	}
	return err
}

// HookSender counts and traces what is sent to endpoints.
func (t *Telemetry) HookSender(s rapporteur.HookSender) rapporteur.HookSender {
	return hookSender{HookSender: s, telemetry: t}
}

type hookSender struct {
	rapporteur.HookSender
	telemetry *Telemetry
}

// Send posts a message and counts what came of it.
func (s hookSender) Send(ctx context.Context, c rapporteur.HookCall) rapporteur.HookAttempt {
	ctx, done := s.telemetry.span(ctx, "webhook", calling)
	attempt := s.HookSender.Send(ctx, c)
	result := "delivered"
	var err error
	if attempt.Failure != "" {
		result, err = string(attempt.Failure), errNotDelivered
	}
	done(err)
	s.telemetry.Metrics.webhooks.WithLabelValues(result).Inc()
	return attempt
}

var errNotDelivered = errors.New("not delivered")

// Engine measures commands.
func (t *Telemetry) Engine(e rapporteur.Engine) rapporteur.Engine {
	return conductor{Engine: e, metrics: t.Metrics}
}

type conductor struct {
	rapporteur.Engine
	metrics *Metrics
}

// Command sends a command to a cycle.
func (c conductor) Command(ctx context.Context, cycle rapporteur.CycleID, cmd rapporteur.Command) error {
	name := string(cmd.Kind)
	if !slices.Contains(rapporteur.Commands, cmd.Kind) && cmd.Kind != rapporteur.CommandStopIntake {
		name = other
	}
	return c.update(name, func() error { return c.Engine.Command(ctx, cycle, cmd) })
}

// DecideExtension sends a decision to a follow-up.
func (c conductor) DecideExtension(ctx context.Context, key rapporteur.RequestKey, number int, d rapporteur.ExtensionDecision) error {
	return c.update("decide-extension", func() error { return c.Engine.DecideExtension(ctx, key, number, d) })
}

// Decide sends a decision to a clearance.
func (c conductor) Decide(ctx context.Context, d rapporteur.Decision) error {
	return c.update("decide", func() error { return c.Engine.Decide(ctx, d) })
}

// Delegate sends a delegation to a clearance.
func (c conductor) Delegate(ctx context.Context, g rapporteur.Delegation) error {
	return c.update("delegate", func() error { return c.Engine.Delegate(ctx, g) })
}

func (c conductor) update(name string, do func() error) error {
	began := time.Now()
	err := do()
	result := "committed"
	if p, ok := errors.AsType[*rapporteur.Problem](err); ok && p.Kind == rapporteur.ProblemUnavailable {
		result = "unavailable"
	} else if ok {
		result = "refused"
	} else if err != nil {
		result = "failed"
	}
	c.metrics.updateTime.WithLabelValues(name, result).Observe(time.Since(began).Seconds())
	return err
}
