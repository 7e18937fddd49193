package wiring

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/notify"
	"github.com/rapporteur/rapporteur/store"
	"github.com/rapporteur/rapporteur/worker"
	"github.com/rapporteur/rapporteur/workflows"
)

// Checkup is what a doctor looks at: the settings of a release before it is let
// in, and all that it will meet.
type Checkup struct {
	Database    `embed:""`
	Temporal    `embed:""`
	Mail        `embed:""`
	Instruments `embed:""`
	Signing     `embed:""`
	Sealing     `embed:""`
	Links       `embed:""`
	Deployment  `embed:""`

	ReachWithin time.Duration `default:"20s" help:"How long to wait for the database, Temporal and the mail server."`
	ReplayWith  int           `default:"4" help:"How many histories are replayed, and in memory, at once."`
	ReplayFor   time.Duration `default:"30m" help:"How long replaying may take, and trying the sealing keys; what is not done by then is not well."`
}

// Finding is one thing that the doctor looked at.
type Finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy,omitempty"` // empty where it is ok
}

// shortestRetention is how long Temporal must keep workflows that have ended:
// their ids are what says that they are not to be started again.
const shortestRetention = 30 * 24 * time.Hour

// Examine looks at everything, also after something has failed, and changes
// nothing. told hears of each finding when it is made.
func (c Checkup) Examine(ctx context.Context, logger zerolog.Logger, told func(Finding)) {
	c.files(told)
	record := c.record(ctx, told)
	if record != nil {
		defer func() { _ = record.Close() }()
	}
	c.post(ctx, logger, told)
	c.conductor(ctx, logger, record, told)
}

func (c Checkup) files(told func(Finding)) {
	catalogue, err := c.Catalogue()
	if err != nil {
		told(failed("instruments", err, "mend the file; rapporteur instrument check says more"))
	} else {
		told(ok("instruments", fmt.Sprintf("%d are read", len(catalogue.Instruments()))))
	}
	keys, err := access.LoadSigningKeys(c.SigningKey...)
	switch {
	case err != nil:
		told(failed("signing keys", err, "give files that this account can read as RAPPORTEUR_SIGNING_KEY"))
	case !keys.CanSign():
		told(failed("signing keys", fmt.Errorf("none of %d is a private key", len(keys.Keys())), "make one with rapporteur key signing FILE and give it as RAPPORTEUR_SIGNING_KEY"))
	default:
		told(ok("signing keys", fmt.Sprintf("%d are read", len(keys.Keys()))))
	}
	if _, err := c.Vault(); err != nil {
		told(failed("sealing keys", err, "give files that this account can read as RAPPORTEUR_SEALING_KEY"))
	} else {
		told(ok("sealing keys", fmt.Sprintf("%d are read", len(c.SealingKey))))
	}
	c.secrets(told)
	if faults := c.Deployment.Faults(); len(faults) > 0 {
		told(failed("build", fmt.Errorf("%s %s", faults[0].Key, faults[0].What), faults[0].Remedy))
		return
	}
	told(ok("build", fmt.Sprintf("%s of deployment %s", c.Build(), c.Deployment.Deployment)))
}

func (c Checkup) secrets(told func(Finding)) {
	const payloads, links = "payload keys", "secret for links"
	codec, err := c.Codec()
	switch {
	case err != nil:
		told(failed(payloads, err, "give files that this account can read as RAPPORTEUR_PAYLOAD_KEY"))
	case codec == nil:
		told(ok(payloads, "none is set: whoever operates Temporal reads what it is told"))
	default:
		told(ok(payloads, fmt.Sprintf("%d are read", len(c.PayloadKey))))
	}
	if c.LinkSecretFile == "" {
		told(ok(links, "none is set: mails carry no links to answer by"))
	} else if _, err := access.LoadLinkSecret(c.LinkSecretFile); err != nil {
		told(failed(links, err, "give a file that this account can read as RAPPORTEUR_LINK_SECRET_FILE"))
	} else {
		told(ok(links, "it is read"))
	}
}

// record is the record where it can be read, nil where it cannot.
func (c Checkup) record(ctx context.Context, told func(Finding)) *store.Store {
	within, cancel := context.WithTimeout(ctx, c.ReachWithin)
	defer cancel()
	url, err := c.URL()
	if err != nil {
		told(failed("database", err, "give RAPPORTEUR_DATABASE or RAPPORTEUR_DATABASE_FILE"))
		return nil
	}
	s, err := store.LookAtSchema(within, url)
	switch {
	case isSchema(err):
		told(ok("database", "it answers"))
		remedy := "run rapporteur migrate"
		if s.Stored > s.Program {
			remedy = "use the newer program"
		}
		told(failed("schema", err, remedy))
	case err != nil:
		told(failed("database", err, "start it, or give another RAPPORTEUR_DATABASE"))
	default:
		told(ok("database", "it answers"))
		told(ok("schema", fmt.Sprintf("version %d; this program is made for %d", s.Stored, s.Program)))
		return c.content(ctx, url, told)
	}
	return nil
}

func (c Checkup) post(ctx context.Context, logger zerolog.Logger, told func(Finding)) {
	ctx, cancel := context.WithTimeout(ctx, c.ReachWithin)
	defer cancel()
	url, err := c.SMTP()
	if err != nil {
		told(failed("mail server", err, "give RAPPORTEUR_SMTP_URL or RAPPORTEUR_SMTP_URL_FILE"))
		return
	}
	mail, err := notify.New(notify.Config{URL: url, From: c.MailFrom, BaseURL: c.BaseURL, Timeout: min(c.SMTPTimeout, c.ReachWithin), Log: logger})
	if err == nil {
		err = mail.Reach(ctx)
	}
	if err != nil {
		told(failed("mail server", err, "start it, or give another RAPPORTEUR_SMTP_URL"))
		return
	}
	told(ok("mail server", "it takes mail; none was sent"))
}

func (c Checkup) conductor(ctx context.Context, logger zerolog.Logger, record *store.Store, told func(Finding)) {
	within, cancel := context.WithTimeout(ctx, c.ReachWithin)
	defer cancel()
	options, err := c.options(logger)
	if err != nil {
		told(failed("Temporal", err, "mend the setting"))
		return
	}
	temporal, err := client.DialContext(within, options)
	if err != nil {
		told(failed("Temporal", err, "start it, or give another RAPPORTEUR_TEMPORAL_ADDRESS"))
		return
	}
	defer temporal.Close()
	told(ok("Temporal", "it answers at "+c.TemporalAddress))
	if !c.namespace(within, temporal, told) {
		return
	}
	c.attributes(within, temporal, told)
	c.builds(within, temporal, told)
	running, whole := c.histories(ctx, temporal, options, told)
	if record != nil && whole {
		c.together(ctx, temporal, record, running, told)
	}
}

// namespace reports whether there is one.
func (c Checkup) namespace(ctx context.Context, temporal client.Client, told func(Finding)) bool {
	what := "namespace " + c.TemporalNamespace
	described, err := temporal.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: c.TemporalNamespace})
	if err != nil {
		told(failed(what, err, "register it: rapporteur namespace"))
		return false
	}
	kept := described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	if kept < shortestRetention {
		told(failed(what, fmt.Errorf("workflows that have ended are kept for %s, which is under %s", days(kept), days(shortestRetention)),
			fmt.Sprintf("temporal operator namespace update --namespace %s --retention 90d", c.TemporalNamespace)))
		return true
	}
	told(ok(what, fmt.Sprintf("workflows that have ended are kept for %s", days(kept))))
	return true
}

func days(d time.Duration) string { return fmt.Sprintf("%d days", int(d/(24*time.Hour))) }

func (c Checkup) attributes(ctx context.Context, temporal client.Client, told func(Finding)) {
	missing, err := c.missing(ctx, temporal)
	switch {
	case err != nil:
		told(failed("search attributes", err, "use a namespace in which nothing else has registered them"))
	case len(missing) > 0:
		told(ok("search attributes", fmt.Sprintf("a worker will register %d of %d", len(missing), len(workflows.SearchAttributes()))))
	default:
		told(ok("search attributes", fmt.Sprintf("%d are registered", len(workflows.SearchAttributes()))))
	}
}

func (c Checkup) builds(ctx context.Context, temporal client.Client, told func(Finding)) {
	if !c.Versioned() {
		return
	}
	s, err := c.In(temporal, c.Temporal).Standing(ctx)
	switch {
	case err != nil:
		told(failed("worker deployment", err, "Temporal 1.28 or newer is needed; or give RAPPORTEUR_DEPLOYMENT=none"))
	case s.Current == "":
		told(ok("worker deployment", fmt.Sprintf("no build is current; %d workers without a version", s.Unversioned)))
	default:
		told(ok("worker deployment", fmt.Sprintf("build %s is current; %d are known", s.Current, len(s.Builds))))
	}
}

// histories are the ids of the workflows that run, and whether these are all.
func (c Checkup) histories(ctx context.Context, temporal client.Client, options client.Options, told func(Finding)) ([]string, bool) {
	const what = "open histories"
	ctx, cancel := context.WithTimeout(ctx, c.ReplayFor)
	defer cancel()
	done, err := worker.Replay{Client: temporal, Namespace: c.TemporalNamespace, Options: options, AtOnce: c.ReplayWith}.OpenHistories(ctx)
	if err != nil {
		told(failed(what, err, "look again when Temporal answers, or give more time by --replay-for"))
		return nil, false
	}
	for _, e := range done.Examples {
		told(failed("history of "+e.WorkflowID, fmt.Errorf("%s cannot go on with this build: %s", e.Type, e.Why), remedyFor(e.Why)))
	}
	if done.Failed > 0 {
		told(failed(what, fmt.Errorf("%d of %d cannot be replayed", done.Failed, done.Open), "mend what is said of each, or keep the build that is current"))
		return done.Workflows, true
	}
	told(ok(what, fmt.Sprintf("%d workflows run; %d histories were replayed", done.Open, done.Replayed)))
	return done.Workflows, true
}

// remedyFor is what to do about a history that does not replay: its key may only
// be missing.
func remedyFor(why string) string {
	if strings.Contains(why, "RAPPORTEUR_PAYLOAD_KEY") {
		return "give that key too: it is needed until the workflow has ended"
	}
	return "do not promote this build; put the change behind workflow.GetVersion (CONTRIBUTING.md)"
}

func isSchema(err error) bool {
	_, is := errors.AsType[*store.SchemaError](err)
	return is
}

func ok(what, detail string) Finding { return Finding{What: what, OK: true, Detail: detail} }

func failed(what string, err error, remedy string) Finding {
	return Finding{What: what, Detail: err.Error(), Remedy: remedy}
}
