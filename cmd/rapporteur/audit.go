package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type auditCommand struct {
	Export auditExportCommand `cmd:"" help:"Write the whole audit record to a file, over the API. It is never narrowed: a chain is whole."`
	Verify auditVerifyCommand `cmd:"" help:"Check an export without a server: exit code 0 where it holds, 1 where anything was changed, removed, added or moved."`
}

type auditExportCommand struct {
	server `embed:""`
	Out    string `required:"" help:"File to write." placeholder:"FILE" type:"path"`
}

// Run writes the export.
func (c auditExportCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	return save(ctx, client, remote.Call{Method: http.MethodGet, Path: "/v1/audit"}, c.Out)
}

// save writes what is answered to a file that only its owner may read. The file
// has its name when it is whole, and not before.
func save(ctx context.Context, client remote.Client, call remote.Call, file string) error {
	part := file + ".part"
	to, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("cannot write file: %w", err)
	}
	err = errors.Join(client.Save(ctx, call, to), to.Close())
	if err == nil {
		err = os.Rename(part, file)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}

// publicKeys are what signatures are checked with.
type publicKeys struct {
	Keys string   `type:"existingfile" help:"The house's public keys: what GET /v1/signing-keys answers, fetched where you trust it." placeholder:"FILE"`
	Key  []string `type:"existingfile" help:"A public key as PEM; repeat it for several." placeholder:"FILE"`
}

func (k publicKeys) read() ([]rapporteur.SigningKey, error) {
	var keys []rapporteur.SigningKey
	if k.Keys != "" {
		set, err := os.ReadFile(k.Keys)
		if err != nil {
			return nil, fmt.Errorf("cannot read keys: %w", err)
		}
		if keys, err = access.ReadKeySet(set); err != nil {
			return nil, err
		}
	}
	loaded, err := access.LoadSigningKeys(k.Key...)
	if err != nil {
		return nil, err
	}
	if keys = append(keys, loaded.Keys()...); len(keys) == 0 {
		return nil, errors.New("give the house's public keys: --keys FILE, or --key FILE")
	}
	return keys, nil
}

type auditVerifyCommand struct {
	publicKeys `embed:""`
	Export     string `arg:"" type:"existingfile" help:"The export."`
	Earlier    string `type:"existingfile" help:"An export that was taken before: the record must still begin with it." placeholder:"FILE"`
}

var errAudit = errors.New("the audit record does not hold")

// Run checks the export and says what it found.
func (c auditVerifyCommand) Run(out io.Writer) error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	var earlier []rapporteur.ChainLink
	if c.Earlier != "" {
		verdict, err := verifyAudit(c.Earlier, keys)
		if err != nil {
			return err
		}
		if !verdict.Holds() {
			_, err := io.WriteString(out, "Of the earlier export:\n"+verdict.Summary())
			return errors.Join(errAudit, err)
		}
		earlier = append(earlier, verdict.Head)
	}
	verdict, err := verifyAudit(c.Export, keys, earlier...)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, verdict.Summary()); err != nil {
		return err
	}
	if !verdict.Holds() {
		return errAudit
	}
	return nil
}

func verifyAudit(file string, keys []rapporteur.SigningKey, earlier ...rapporteur.ChainLink) (rapporteur.AuditVerdict, error) {
	export, err := os.Open(file)
	if err != nil {
		return rapporteur.AuditVerdict{}, fmt.Errorf("cannot read export: %w", err)
	}
	defer func() { _ = export.Close() }()
	return rapporteur.VerifyAudit(export, keys, earlier...)
}
