package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
	"go.temporal.io/sdk/converter"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/engine/payload"
	"github.com/rapporteur/rapporteur/store"
)

// told gives log lines to a test.
type told chan string

func (l told) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

// The codec server answers Temporal's command line until it is told to stop, with
// nothing but a record and payload keys.
func TestTheCodecServerAnswers(t *testing.T) {
	dir := t.TempDir()
	at, key := "sqlite:"+filepath.Join(dir, "record.db"), filepath.Join(dir, "payload.key")
	if err := store.Migrate(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := command(t, "key", "payload", key); err != nil {
		t.Fatal(err)
	}
	house, err := wiring.Open(t.Context(), at, wiring.Instruments{}, store.Options{}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := house.IssueKey(t.Context(), wiring.NewKey{Role: rapporteur.RoleAdministrator, Label: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Close(); err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse([]string{"codec-server", "--database", at, "--payload-key", key, "--listen", "127.0.0.1:0", "--codec-origin", "https://temporal.example"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	lines := make(told, 100)
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.BindTo(io.Discard, (*io.Writer)(nil))
	parsed.Bind(zerolog.New(lines))
	ended := make(chan error, 1)
	go func() { ended <- parsed.Run() }()
	var address string
	for address == "" {
		select {
		case line := <-lines:
			if m := regexp.MustCompile(`"address":"([^"]+)"`).FindStringSubmatch(line); m != nil {
				address = m[1]
			}
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(time.Minute):
			t.Fatal("it does not say where it answers")
		}
	}
	keys, err := payload.LoadKeys(key)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := payload.NewCodec(keys).DataConverter().ToPayload("a figure")
	if err != nil {
		t.Fatal(err)
	}
	remote := converter.NewRemoteDataConverter(converter.GetDefaultDataConverter(), converter.RemoteDataConverterOptions{
		Endpoint: "http://" + address, ModifyRequest: func(r *http.Request) error {
			r.Header.Set("X-Namespace", "rapporteur")
			r.Header.Set("Authorization", "Bearer "+secret)
			return nil
		},
	})
	var got string
	if err := remote.FromPayload(sealed, &got); err != nil || got != "a figure" {
		t.Errorf("%q, %v", got, err)
	}
	if err := command(t, "health", "--server=http://"+address); err != nil {
		t.Errorf("it is not well: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it did not end in order: %v", err)
	}
	close(lines)
	for line := range lines {
		if strings.Contains(line, "figure") || strings.Contains(line, secret) {
			t.Errorf("logged %s", line)
		}
	}
}

// Other users of a machine see command lines: no flag takes a secret, but for the
// two addresses that may hold a password and have a file beside them.
func TestNoFlagTakesASecret(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	mayHoldOne := map[string]string{"database": "database-file", "smtp-url": "smtp-url-file"}
	secretive := regexp.MustCompile(`key|secret|token|password|credential|cert`)
	seen := map[string]bool{}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		names := map[string]bool{}
		for _, f := range n.Flags {
			names[f.Name] = true
		}
		for _, f := range n.Flags {
			if file, known := mayHoldOne[f.Name]; known {
				seen[f.Name] = true
				if !names[file] {
					t.Errorf("%s: --%s can hold a password and has no --%s beside it", n.FullPath(), f.Name, file)
				}
				continue
			}
			if secretive.MatchString(f.Name) && f.PlaceHolder != "FILE" && !f.IsBool() && !listed[f.Name] {
				t.Errorf("%s: --%s may take a secret: take a file", n.FullPath(), f.Name)
			}
			if strings.Contains(f.Name, "key-file") || strings.HasSuffix(f.Name, "-key") {
				seen[f.Name] = true
			}
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
	for _, name := range []string{"database", "smtp-url", "payload-key", "sealing-key", "signing-key", "temporal-tls-key", "temporal-api-key-file"} {
		if !seen[name] {
			t.Errorf("there is no --%s: the test looks at the wrong flags", name)
		}
	}
}

// listed are flags whose name sounds like a secret and that take none.
var listed = map[string]bool{"idempotency-key": true}
