package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
)

const day = 24 * time.Hour

type serveCommand struct {
	Dir           string      `default:"data" env:"RAPPORTEUR_DIR" help:"Folder of the record, Temporal's database, the keys and the mails." type:"path"`
	Database      string      `env:"RAPPORTEUR_DATABASE" secret:"value" help:"Where the record is, if not in a file of the folder: postgres://… or sqlite:PATH. With PostgreSQL, Temporal has two databases of its own beside it." placeholder:"URL"`
	DatabaseFile  string      `env:"RAPPORTEUR_DATABASE_FILE" help:"File that holds the database URL, for secrets." placeholder:"FILE"`
	Listen        string      `default:"127.0.0.1:8080" env:"RAPPORTEUR_LISTEN" help:"Address to serve the API on." placeholder:"HOST:PORT"`
	UIPort        int         `name:"ui-port" default:"8233" help:"Port of Temporal's web UI on the loopback; --ui-port=-1 for none."`
	Clock         string      `help:"Business time at which cycles begin, to try one of the past: 2018-05-01 or 2018-05-01T12:00:00Z. Time then passes at its usual pace." placeholder:"TIME"`
	PayloadKey    []string    `env:"RAPPORTEUR_PAYLOAD_KEY" secret:"file" help:"File with the key by which is sealed what Temporal is told, the newest first; without one it is told in plain, for nobody operates Temporal here but who runs this." placeholder:"FILE" type:"path"`
	CodecEndpoint string      `env:"RAPPORTEUR_CODEC_ENDPOINT" help:"Codec server (rapporteur codec-server) that Temporal's web UI asks for what is sealed." placeholder:"URL"`
	Mail          wiring.Mail `embed:""`

	wiring.SignIn      `embed:""`
	wiring.Instruments `embed:""`
	wiring.Published   `embed:""`
	wiring.Attachments `embed:""`
	wiring.Telemetry   `embed:""`
}

// Faults are those of the one process; its mails may stay in its folder, and its
// record in a file there.
func (s serveCommand) Faults() []wiring.Fault {
	faults := wiring.Address("RAPPORTEUR_LISTEN", s.Listen)
	if s.Database != "" || s.DatabaseFile != "" {
		faults = append(faults, wiring.Database{Database: s.Database, DatabaseFile: s.DatabaseFile}.Faults()...)
	}
	if len(s.PayloadKey) > 0 {
		faults = append(faults, wiring.Payloads{PayloadKey: s.PayloadKey}.Faults()...)
	}
	if s.CodecEndpoint != "" {
		faults = append(faults, wiring.WebAddress("RAPPORTEUR_CODEC_ENDPOINT", s.CodecEndpoint)...)
	}
	if s.Dir == "" {
		faults = append(faults, wiring.Fault{Key: "RAPPORTEUR_DIR", What: "is not set", Remedy: "give a folder; it is made where it is missing"})
	}
	return faults
}

// Run serves until it is told to stop. At the first start it makes a
// Secretariat and an administrator key and writes them into the folder.
func (s serveCommand) Run(ctx context.Context, logger zerolog.Logger) error {
	database, err := databaseURL(s.Database, s.DatabaseFile)
	if err != nil {
		return err
	}
	settings := settings{
		Dir: s.Dir, Database: database, Listen: s.Listen, UIPort: s.UIPort, Mail: s.Mail, SignIn: s.SignIn, Instruments: s.Instruments,
		Published: s.Published, Attachments: s.Attachments, Telemetry: s.Telemetry, Codec: s.CodecEndpoint,
		Payloads: wiring.Payloads{PayloadKey: s.PayloadKey},
		MailDir:  filepath.Join(s.Dir, "mail"), Logger: logger,
	}
	if settings.Start, err = businessTime(s.Clock); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make folder: %w", err)
	}
	p, err := startProcess(ctx, settings)
	if err != nil {
		return err
	}
	defer p.stop()
	if err := p.introduce(ctx, s.Dir); err != nil {
		return err
	}
	return p.wait(ctx)
}

// databaseURL is the database's address, empty for a file in the folder.
func databaseURL(value, file string) (string, error) {
	if value == "" && file == "" {
		return "", nil
	}
	return wiring.Database{Database: value, DatabaseFile: file}.URL()
}

// businessTime reads a date, which begins at the present time of day, or an
// instant; nothing is the wall clock.
func businessTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	date, err := rapporteur.ParseDate(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("cannot read clock %q: want 2018-05-01 or 2018-05-01T12:00:00Z", text)
	}
	now := time.Now().UTC()
	return date.Start().Add(now.Sub(now.Truncate(day))), nil
}

// introduce makes the first keys and says where everything is.
func (p *process) introduce(ctx context.Context, dir string) error {
	fmt.Printf("API          %s/v1 (OpenAPI: %s/openapi.json)\n", p.URL(), p.URL())
	for _, i := range p.house.Catalogue.Instruments() {
		fmt.Printf("Coverage     %s/instruments/%s/coverage\n", p.URL(), i.ID)
	}
	if ui := p.temporal.UIAddress(); ui != "" {
		fmt.Printf("Temporal     http://%s\n", ui)
	}
	if p.sink != nil {
		fmt.Printf("Mails        %s\n", p.mails)
	}
	for _, role := range []rapporteur.Role{rapporteur.RoleSecretariat, rapporteur.RoleAdministrator} {
		file := filepath.Join(dir, string(role)+".key")
		if err := p.firstKey(ctx, role, file); err != nil {
			return err
		}
		fmt.Printf("%-12s key in %s\n", role, file)
	}
	return p.links(ctx)
}

// tried is somebody as whom whoever tries the product can come in.
type tried struct {
	name        string
	role        rapporteur.Role
	contributor rapporteur.ContributorID
	office      string
}

// people are one of each role, and an officer for every office that a report has
// to pass, in the order in which they decide.
func (p *process) people() []tried {
	all := []tried{
		{"Secretariat", rapporteur.RoleSecretariat, "", ""},
		{"Contributor, Kenya", rapporteur.RoleContributor, "state-ken", ""},
		{"Administrator", rapporteur.RoleAdministrator, "", ""},
	}
	offices := map[string]bool{}
	for _, i := range p.house.Catalogue.Instruments() {
		for _, stream := range i.Streams {
			for _, step := range stream.Policy.Clearance {
				for _, office := range step.Offices {
					if !offices[office] {
						all = append(all, tried{step.Name + ", " + office, rapporteur.RoleClearance, "", office})
					}
					offices[office] = true
				}
			}
		}
	}
	return all
}

// links prints a link for each of them.
func (p *process) links(ctx context.Context) error {
	fmt.Println("\nEach of these signs in once, until tomorrow; start again for others:")
	officers := false
	for _, who := range p.people() {
		link, err := p.house.LocalLink(ctx, p.URL(), who.role, who.contributor, who.office, day)
		if err != nil {
			return err
		}
		if who.role == rapporteur.RoleClearance && !officers {
			officers = true
			fmt.Println("\nClearance officers, in the order in which they decide:")
		}
		fmt.Printf("\n%s:\n%s\n", who.name, link)
	}
	return nil
}

// firstKey makes a key unless the file holds one.
func (p *process) firstKey(ctx context.Context, role rapporteur.Role, file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	secret, err := p.house.IssueKey(ctx, wiring.NewKey{Role: role, Label: "first key of the folder"})
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("cannot write key: %w", err)
	}
	return nil
}
