// Package wiring puts the concrete parts together for the commands: store,
// catalogue, mail, access, engine, worker and API. Nothing else of the module
// sees them meet.
package wiring

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
)

// Database says where the record is.
type Database struct {
	Database     string `env:"RAPPORTEUR_DATABASE" secret:"value" help:"Where the record is: sqlite:PATH or postgres://…" placeholder:"URL"`
	DatabaseFile string `env:"RAPPORTEUR_DATABASE_FILE" secret:"file" help:"File that holds the database URL, for secrets." placeholder:"FILE"`
}

// URL is the database's address, from the file where one is given.
func (d Database) URL() (string, error) {
	text, err := secret("database", d.Database, d.DatabaseFile)
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", errors.New("no database is set: give RAPPORTEUR_DATABASE (sqlite:PATH or postgres://…) or RAPPORTEUR_DATABASE_FILE")
	}
	return text, nil
}

// Temporal says where the conductor is, how to reach it and what it may read.
type Temporal struct {
	TemporalSecurity `embed:""`
	Payloads         `embed:""`

	TemporalAddress   string `env:"RAPPORTEUR_TEMPORAL_ADDRESS" default:"127.0.0.1:7233" help:"Temporal's frontend, host:port." placeholder:"ADDRESS"`
	TemporalNamespace string `env:"RAPPORTEUR_TEMPORAL_NAMESPACE" default:"rapporteur" help:"Temporal namespace of the cycles." placeholder:"NAME"`
	TemporalUI        string `name:"temporal-ui" env:"RAPPORTEUR_TEMPORAL_UI" help:"Address of Temporal's own web pages, for links from histories; none where empty." placeholder:"URL"`
}

// Mail says how messages leave.
type Mail struct {
	SMTPURL     string        `name:"smtp-url" env:"RAPPORTEUR_SMTP_URL" secret:"value" help:"Mail relay: smtp://user:password@host:port or smtps://…" placeholder:"URL"`
	SMTPURLFile string        `name:"smtp-url-file" env:"RAPPORTEUR_SMTP_URL_FILE" secret:"file" help:"File that holds the mail relay's URL, for secrets." placeholder:"FILE"`
	MailFrom    string        `env:"RAPPORTEUR_MAIL_FROM" default:"Rapporteur <rapporteur@localhost.localdomain>" help:"Sender of every message." placeholder:"ADDRESS"`
	SMTPTimeout time.Duration `name:"smtp-timeout" env:"RAPPORTEUR_SMTP_TIMEOUT" default:"30s" help:"How long one message may take."`
	BaseURL     string        `name:"base-url" env:"RAPPORTEUR_BASE_URL" default:"http://127.0.0.1:8080" help:"Address at which contributors reach the service; links in mails lead there." placeholder:"URL"`
}

// SMTP is the mail relay's URL, from the file where one is given.
func (m Mail) SMTP() (string, error) {
	text, err := secret("smtp-url", m.SMTPURL, m.SMTPURLFile)
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", errors.New("no mail relay is set: give RAPPORTEUR_SMTP_URL (smtp://host:port) or RAPPORTEUR_SMTP_URL_FILE")
	}
	if _, err := url.Parse(text); err != nil {
		return "", errors.New("the mail relay's URL cannot be read: want smtp://user:password@host:port")
	}
	return text, nil
}

// secret is a setting that may come from a file; giving both is an error.
func secret(name, value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("%s is set both as a value and as a file: keep one", name)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %w", name, err)
	}
	return strings.TrimSpace(string(content)), nil
}
