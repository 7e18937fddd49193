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

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type intakeCommand struct {
	Start   intakeStartCommand   `cmd:"" help:"Start an intake; it stays open until it is stopped."`
	Stop    intakeStopCommand    `cmd:"" help:"Stop an intake, for a reason."`
	List    intakeListCommand    `cmd:"" help:"List intakes."`
	Show    intakeShowCommand    `cmd:"" help:"Show an intake with its windows."`
	Deliver intakeDeliverCommand `cmd:"" help:"Deliver a JSON file to an intake, or only check it."`
	Receipt intakeReceiptCommand `cmd:"" help:"Leave a receipt of what was handed over by another channel."`
}

// intake names an intake on the command line.
type intake struct {
	Instrument string `arg:"" help:"Instrument, such as s-res-2388-2017."`
	Stream     string `arg:"" help:"Stream, such as op9."`
}

func (i intake) path(more string) string {
	return "/v1/intakes/" + url.PathEscape(i.Instrument) + "/" + url.PathEscape(i.Stream) + more
}

type intakeStartCommand struct {
	server `embed:""`
	intake `embed:""`
}

// Run starts an intake; one that runs stays as it is.
func (c intakeStartCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("")})
}

type intakeStopCommand struct {
	server         `embed:""`
	intake         `embed:""`
	Reason         string `required:"" help:"Why."`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key."`
}

// Run stops the intake and waits until that is committed.
func (c intakeStopCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{
		Method: http.MethodPost, Path: c.path("/stop"), Body: map[string]string{"reason": c.Reason}, Idempotency: c.IdempotencyKey,
	})
}

type intakeListCommand struct {
	server `embed:""`
}

// Run lists the intakes that the key's holder has to do with.
func (c intakeListCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/intakes"})
}

type intakeShowCommand struct {
	server `embed:""`
	intake `embed:""`
}

// Run shows an intake.
func (c intakeShowCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: c.path("")})
}

type intakeDeliverCommand struct {
	server `embed:""`
	intake `embed:""`
	File   string `arg:"" type:"existingfile" help:"JSON document of the intake's questionnaire."`
	Check  bool   `help:"Only check; nothing is delivered."`
}

// Run delivers the file's bytes as they are and prints the receipt.
func (c intakeDeliverCommand) Run(ctx context.Context) error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("cannot read delivery: %w", err)
	}
	what := "/deliveries"
	if c.Check {
		what = "/validations"
	}
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path(what), Body: body})
}

// receiptNote is the body of a receipt.
type receiptNote struct {
	HandedOver     string `required:"" help:"The day on which it was handed over, such as 2018-03-01." json:"handed_over"`
	To             string `required:"" help:"To whom, such as entity-unitad." json:"to"`
	Hash           string `help:"SHA-256 of what was handed over." json:"hash"`
	Classification string `help:"unclassified, confidential or strictly-confidential; the intake's least if left out." json:"classification,omitempty"`
	Period         string `help:"The occasion, where the stream has occasions, such as occasion-1." json:"period,omitempty"`
}

type intakeReceiptCommand struct {
	server      `embed:""`
	intake      `embed:""`
	receiptNote `embed:""`
	Of          string `type:"existingfile" help:"File that was handed over: its SHA-256 is reckoned here, and nothing else of it leaves this machine."`
}

var errWhichHash = errors.New("give either --of, the file that was handed over, or its --hash")

// Run leaves a receipt and prints it.
func (c intakeReceiptCommand) Run(ctx context.Context) error {
	if (c.Of == "") == (c.Hash == "") {
		return errWhichHash
	}
	if c.Of != "" {
		var err error
		if c.Hash, err = hashOf(c.Of); err != nil {
			return err
		}
	}
	return c.call(ctx, remote.Call{Method: http.MethodPost, Path: c.path("/receipts"), Body: c.receiptNote})
}

func hashOf(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("cannot read what was handed over: %w", err)
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fmt.Errorf("cannot read what was handed over: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
