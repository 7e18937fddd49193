package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type deliveryCommand struct {
	List    deliveryListCommand    `cmd:"" help:"List the deliveries of an intake, without content."`
	Content deliveryContentCommand `cmd:"" help:"Write the content of a delivery to a file, for its destinations."`
	Record  deliveryRecordCommand  `cmd:"" help:"Write the signed record of a delivery to a file."`
	Verify  deliveryVerifyCommand  `cmd:"" help:"Check a signed record without a server, and print what it says."`
}

type deliveryListCommand struct {
	server    `embed:""`
	intake    `embed:""`
	Period    string `help:"Only of this window or occasion, such as window-2018-H1."`
	Direction string `enum:",sent,received" default:"" help:"Only what you delivered (sent), or what is for you (received)."`
	Cursor    string `help:"The next_cursor of the page before."`
}

// Run lists deliveries.
func (c deliveryListCommand) Run(ctx context.Context) error {
	query := url.Values{}
	for name, value := range map[string]string{"period": c.Period, "direction": c.Direction, "cursor": c.Cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: strings.TrimSuffix(c.path("/deliveries?"+query.Encode()), "?")})
}

// delivery names a delivery on the command line, as receipts and mails do.
type delivery struct {
	Delivery string `arg:"" help:"{instrument}/{stream}/{period}/{number}, such as s-res-2388-2017/op9/window-2018-H1/7."`
}

func (d delivery) path(more string) (string, error) {
	parts := strings.Split(d.Delivery, "/")
	if len(parts) != 4 {
		return "", fmt.Errorf("cannot read delivery %q: want {instrument}/{stream}/{period}/{number}", d.Delivery)
	}
	for n := range parts {
		parts[n] = url.PathEscape(parts[n])
	}
	return "/v1/intakes/" + parts[0] + "/" + parts[1] + "/deliveries/" + parts[2] + "/" + parts[3] + more, nil
}

// write writes what is at a delivery's address to a file that only its owner
// may read.
func (d delivery) write(ctx context.Context, s server, more, file string) error {
	path, err := d.path(more)
	if err != nil {
		return err
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	content, err := client.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}

type deliveryContentCommand struct {
	server   `embed:""`
	delivery `embed:""`
	Output   string `arg:"" help:"File to write."`
}

// Run writes the content as it came.
func (c deliveryContentCommand) Run(ctx context.Context) error {
	return c.write(ctx, c.server, "/body", c.Output)
}

type deliveryRecordCommand struct {
	server      `embed:""`
	delivery    `embed:""`
	Destination string `arg:"" help:"For whom the record is, such as entity-cted."`
	Output      string `arg:"" help:"File to write."`
}

// Run writes the signed record.
func (c deliveryRecordCommand) Run(ctx context.Context) error {
	return c.write(ctx, c.server, "/records/"+url.PathEscape(c.Destination), c.Output)
}

type deliveryVerifyCommand struct {
	Record string `arg:"" type:"existingfile" help:"The signed record, as mailed or fetched."`
	Keys   string `required:"" type:"existingfile" help:"The house's public keys: what GET /v1/signing-keys answers, fetched where you trust it." placeholder:"FILE"`
}

// Run checks the record and prints its members; it fails where the signature
// does not hold.
func (c deliveryVerifyCommand) Run(out io.Writer) error {
	record, keys, err := readBoth(c.Record, c.Keys)
	if err != nil {
		return err
	}
	return verify(out, record, keys, rapporteur.VerifyRecord)
}

// verify checks a signed document by a set of keys and prints its members.
func verify(out io.Writer, document, keySet []byte, check func([]byte, []rapporteur.SigningKey) (map[string]any, error)) error {
	keys, err := access.ReadKeySet(keySet)
	if err != nil {
		return err
	}
	record, err := check(document, keys)
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteString("The signature holds.\n")
	for _, name := range slices.Sorted(maps.Keys(record)) {
		fmt.Fprintf(&text, "  %s: %v\n", name, record[name])
	}
	_, err = io.WriteString(out, text.String())
	return err
}
