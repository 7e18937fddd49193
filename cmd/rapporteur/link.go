package main

import (
	"context"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

type linkCommand struct {
	wiring.Database    `embed:""`
	wiring.Instruments `embed:""`
	wiring.Links       `embed:""`
	BaseURL            string `name:"base-url" env:"RAPPORTEUR_BASE_URL" default:"http://127.0.0.1:8080" help:"Address at which people reach the service." placeholder:"URL"`
	Role               string `required:"" enum:"secretariat,clearance,contributor,administrator" help:"As what the link signs in: ${enum}."`
	Contributor        string `help:"For contributors: for whom, such as state-ken." placeholder:"ID"`
	Office             string `help:"For clearance: for which office, such as OLA."`
}

// Faults are those of where people reach the service.
func (l linkCommand) Faults() []wiring.Fault {
	return wiring.WebAddress("RAPPORTEUR_BASE_URL", l.BaseURL)
}

// Run prints a link that signs somebody in once within half an hour, and leaves an
// audit record.
func (l linkCommand) Run(ctx context.Context, logger zerolog.Logger, out io.Writer) error {
	house, err := open(ctx, l.Database, l.Instruments, logger)
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }()
	if err := house.Link(l.Links); err != nil {
		return err
	}
	link, err := house.LocalLink(ctx, l.BaseURL, rapporteur.Role(l.Role), rapporteur.ContributorID(l.Contributor), l.Office, rapporteur.AskedLinkLasts)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, link)
	return err
}
