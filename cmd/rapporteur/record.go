package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type migrateCommand struct {
	wiring.Database `embed:""`
	wiring.Waiting  `embed:""`
}

// Run brings the record to this program's schema; done before, it does nothing.
func (m migrateCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	url, err := m.URL()
	if err != nil {
		return err
	}
	if err := m.Migrate(ctx, url, logger); err != nil {
		return err
	}
	logger.Info().Msg("the record has this program's schema")
	return nil
}

type resealCommand struct {
	wiring.Database    `embed:""`
	wiring.Sealing     `embed:""`
	wiring.Attachments `embed:""`
}

// Run seals with the newest key what is not; then the keys before it can go.
func (r resealCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	house, err := openSealed(ctx, r.Database, r.Sealing, wiring.Instruments{}, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	url, err := r.URL()
	if err != nil {
		return err
	}
	if err := house.Attach(ctx, r.Attachments, url); err != nil {
		return err
	}
	n, err := house.Reseal(ctx)
	if err != nil {
		return err
	}
	logger.Info().Int("sealed", n).Msg("everything is sealed with the newest key")
	return nil
}

type openapiCommand struct{}

// Run prints the document to standard output.
func (openapiCommand) Run(ctx context.Context) error {
	document, err := wiring.OpenAPI(ctx)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(document)
	return err
}

type keyCommand struct {
	Issue   keyIssueCommand   `cmd:"" help:"Issue a key; its secret is printed once."`
	List    keyListCommand    `cmd:"" help:"List keys, without secrets."`
	Revoke  keyRevokeCommand  `cmd:"" help:"Revoke a key."`
	Links   keyLinksCommand   `cmd:"" help:"Make the secret by which links in mails answer a request, unless the file is there."`
	Signing keySigningCommand `cmd:"" help:"Make the key by which receipts and delivery records are signed, unless the file is there."`
	Sealing keySealingCommand `cmd:"" help:"Make the key by which answers are sealed at rest, unless the file is there."`
}

type keySealingCommand struct {
	File string `arg:"" type:"path" help:"Key file for serve and worker, as --sealing-key. Keep a copy apart from the database."`
}

// Run makes a sealing key.
func (k keySealingCommand) Run() error { return wiring.MakeSealingKey(k.File) }

type keySigningCommand struct {
	File string `arg:"" type:"path" help:"PEM file for serve and worker, as --signing-key."`
}

// Run makes a signing key.
func (k keySigningCommand) Run() error { return wiring.MakeSigningKey(k.File) }

type keyLinksCommand struct {
	File string `arg:"" type:"path" help:"File for serve and worker, as --link-secret-file."`
}

// Run makes a secret for links.
func (k keyLinksCommand) Run() error { return wiring.MakeLinkSecret(k.File) }

type keyIssueCommand struct {
	wiring.Database `embed:""`
	Role            string        `required:"" enum:"secretariat,clearance,contributor,administrator" help:"What the key may do: ${enum}."`
	Contributor     string        `help:"For contributors: whom it answers for, such as state-ken." placeholder:"ID"`
	Office          string        `help:"For clearance: the office it decides for, such as OLA."`
	Scope           []string      `help:"Narrow the key to actions of the policy (see rapporteur policy) or to the groups read-only and submissions." placeholder:"ACTION"`
	Label           string        `help:"What the key is for; no personal name."`
	For             time.Duration `default:"8760h" help:"How long it is good; 0 for ever."`
}

// Run issues a key and leaves an audit record.
func (k keyIssueCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	house, err := open(ctx, k.Database, wiring.Instruments{}, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	secret, err := house.IssueKey(ctx, wiring.NewKey{
		Role: rapporteur.Role(k.Role), Contributor: rapporteur.ContributorID(k.Contributor),
		Office: k.Office, Label: k.Label, For: k.For, Scope: k.Scope,
	})
	if err != nil {
		return err
	}
	fmt.Println(secret)
	return nil
}

type keyListCommand struct {
	wiring.Database `embed:""`
}

// Run lists the keys as a table.
func (k keyListCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	house, err := open(ctx, k.Database, wiring.Instruments{}, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	return house.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		keys, err := r.Keys(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "ID\tROLE\tFOR\tSCOPE\tLABEL\tEXPIRES\tREVOKED")
		for _, key := range keys {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s%s\t%s\t%s\t%s\t%s\n", key.ID, key.Role, key.Contributor, key.Office,
				cmp.Or(key.Scope, "all"), key.Label, day(key.ExpiresAt), day(key.RevokedAt))
		}
		return table.Flush()
	})
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return rapporteur.DateOf(t).String()
}

type keyRevokeCommand struct {
	wiring.Database `embed:""`
	ID              string `arg:"" help:"Id of the key, as listed."`
}

// Run revokes a key from now on and leaves an audit record.
func (k keyRevokeCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	if strings.HasPrefix(k.ID, "rap_") {
		return errors.New("that is a key's secret, not its id: see `rapporteur key list`")
	}
	house, err := open(ctx, k.Database, wiring.Instruments{}, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	return house.RevokeKey(ctx, k.ID)
}
