package wiring

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/attachments"
)

// Attachments says where the files are kept that come with answers.
type Attachments struct {
	Attachments string `env:"RAPPORTEUR_ATTACHMENTS" help:"Where files that come with answers are kept: file:PATH for a folder, or s3://BUCKET?region=REGION for S3 and what is compatible with it (&endpoint=https://…&use_path_style=true), with credentials from the environment as the AWS SDK takes them. Default: the folder attachments beside an SQLite record; beside PostgreSQL no files are taken." placeholder:"URL"`
}

// at is where the files are kept beside a record; empty for nowhere.
func (a Attachments) at(databaseURL string) string {
	if a.Attachments != "" {
		return a.Attachments
	}
	path, ok := strings.CutPrefix(databaseURL, "sqlite:")
	switch path = strings.TrimPrefix(path, "//"); {
	case !ok:
		return ""
	case path == ":memory:":
		return "mem:"
	}
	return "file:" + filepath.Join(filepath.Dir(path), "attachments")
}

// Attach gives the house the place of its files, beside its record.
func (h *House) Attach(ctx context.Context, a Attachments, databaseURL string) error {
	at := a.at(databaseURL)
	if at == "" {
		h.Logger.Warn().Msg("no files are taken with answers: RAPPORTEUR_ATTACHMENTS is not set")
		return nil
	}
	bucket, err := attachments.Open(ctx, at, h.vault)
	if err != nil {
		return err
	}
	h.bucket = bucket
	return nil
}

// Attachments keeps the files that come with answers, where there is a place for
// them.
func (h *House) Attachments() rapporteur.Attachments {
	a := rapporteur.Attachments{
		Store: h.Store, Inspector: attachments.Inspector{}, Clock: h.Clock,
		Screen: func(name string) bool { return len(h.Catalogue.Personal(name)) > 0 },
	}
	if h.bucket != nil {
		a.Blobs = h.bucket
	}
	return a
}

// sweepEvery is how often what failed writes have left is deleted.
const sweepEvery = time.Hour

// Sweep deletes what failed writes of files have left, files that nobody needs any
// more, and answers to idempotency keys of long ago: now, and then every hour until
// the context ends. A bucket or a record that does not answer is tried again.
func (h *House) Sweep(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		switch n, err := h.Attachments().Sweep(ctx); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			h.Logger.Warn().Err(err).Msg("cannot sweep attachments; trying again later")
		case n > 0:
			h.Logger.Info().Int("swept", n).Msg("attachments swept")
		}
		switch n, err := (rapporteur.Idempotency{Store: h.Store, Clock: time.Now}).Sweep(ctx); {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			h.Logger.Warn().Err(err).Msg("cannot forget answers to idempotency keys; trying again later")
		case n > 0:
			h.Logger.Info().Int("forgotten", n).Msg("answers to idempotency keys forgotten")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
