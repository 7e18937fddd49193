package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type receiptCommand struct {
	Write  receiptWriteCommand  `cmd:"" help:"Write the signed receipt of a version to a file, over the API."`
	Verify receiptVerifyCommand `cmd:"" help:"Check a signed receipt without a server, and print what it says: exit code 0 where it holds, 1 where it does not."`
}

type receiptWriteCommand struct {
	server      `embed:""`
	Cycle       string `arg:"" help:"{instrument}/{stream}/{period}"`
	Contributor string `arg:"" help:"Contributor, such as state-ken."`
	Version     int    `arg:"" help:"Number of the version."`
	Output      string `arg:"" help:"File to write."`
}

// Run writes the receipt.
func (c receiptWriteCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	path := fmt.Sprintf("/v1/cycles/%s/requests/%s/submissions/%d/receipt", c.Cycle, url.PathEscape(c.Contributor), c.Version)
	return writeReceipt(ctx, client, path, c.Output)
}

// writeReceipt writes the receipt at an address to a file that only its owner
// may read.
func writeReceipt(ctx context.Context, client remote.Client, path, file string) error {
	receipt, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, receipt, 0o600); err != nil {
		return fmt.Errorf("cannot write receipt: %w", err)
	}
	return nil
}

type receiptVerifyCommand struct {
	Receipt string `arg:"" type:"existingfile" help:"The signed receipt."`
	Keys    string `required:"" type:"existingfile" help:"The house's public keys: what GET /v1/signing-keys answers, fetched where you trust it." placeholder:"FILE"`
	Body    string `type:"existingfile" help:"The answer itself, to check that the receipt is about it." placeholder:"FILE"`
}

// Run checks the receipt, and the body where there is one, and prints the
// receipt's members; it fails where either does not hold.
func (c receiptVerifyCommand) Run(out io.Writer) error {
	receipt, keys, err := readBoth(c.Receipt, c.Keys)
	if err != nil {
		return err
	}
	if c.Body == "" {
		return verify(out, receipt, keys, rapporteur.VerifyReceipt)
	}
	body, err := os.ReadFile(c.Body)
	if err != nil {
		return fmt.Errorf("cannot read answer: %w", err)
	}
	return verify(out, receipt, keys, func(document []byte, keys []rapporteur.SigningKey) (map[string]any, error) {
		members, err := rapporteur.VerifyReceipt(document, keys)
		if sum := sha256.Sum256(body); err == nil && members["sha256"] != hex.EncodeToString(sum[:]) {
			err = errOtherBody
		}
		return members, err
	})
}

var errOtherBody = errors.New("cannot verify receipt: its signature holds, but it is about another body: the SHA-256 differs")

// readBoth reads a signed document and the keys that it is checked with.
func readBoth(document, keys string) (signed, keySet []byte, err error) {
	if signed, err = os.ReadFile(document); err != nil {
		return nil, nil, fmt.Errorf("cannot read signed record: %w", err)
	}
	if keySet, err = os.ReadFile(keys); err != nil {
		return nil, nil, fmt.Errorf("cannot read keys: %w", err)
	}
	return signed, keySet, nil
}
