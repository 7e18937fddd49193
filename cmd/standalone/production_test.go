package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/embedded"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/notify/smtpsink"
	"github.com/rapporteur/rapporteur/store"
)

// production is the production program, run as an operator runs it: against a
// Temporal server of its own and PostgreSQL.
type production struct {
	t         *testing.T
	ctx       context.Context
	program   string
	env       []string
	dir       string
	collector *collector
	watchedAt map[string]string // where parts serve their metrics
	sent      chan string       // links for a nil return in the requests that reached the mail server
}

// reporting is a namespace that Temporal does not have yet.
const reporting = "reporting"

// TestProductionProgram follows the README's production part: migrate, issue
// keys, serve, work, and run a small cycle by the command line up to the draft.
func TestProductionProgram(t *testing.T) {
	database := needs.StartPostgreSQL(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	p := &production{t: t, ctx: ctx, dir: t.TempDir(), sent: make(chan string, 100), collector: startCollector(t), watchedAt: map[string]string{}}
	temporal, err := embedded.Start(ctx, embedded.Options{UIPort: embedded.NoUI, Logger: zerolog.Nop()})
	p.must(err)
	defer temporal.Stop()
	sink, err := smtpsink.Start(smtpsink.Config{Keep: p.keep})
	p.must(err)
	defer func() { _ = sink.Stop() }()
	address := p.freeAddress()
	guarded, certificates := p.guarded(temporal.Address())
	p.env = append(append(os.Environ(), certificates...),
		"RAPPORTEUR_DATABASE="+database, "RAPPORTEUR_TEMPORAL_ADDRESS="+guarded,
		"RAPPORTEUR_SMTP_URL="+sink.URL(), "RAPPORTEUR_LISTEN="+address, "RAPPORTEUR_SERVER=http://"+address, "RAPPORTEUR_BASE_URL=http://"+address,
		"RAPPORTEUR_LOG_LEVEL=warn", "RAPPORTEUR_TEMPORAL_NAMESPACE="+reporting,
		"RAPPORTEUR_TRACES=http", "OTEL_EXPORTER_OTLP_ENDPOINT="+p.collector.URL, "OTEL_BSP_SCHEDULE_DELAY=200",
	)
	p.build()

	if out, err := p.try("key", "list"); err == nil || !strings.Contains(out, "migrate") {
		t.Errorf("a record without schema should name the command that makes it, got %v: %s", err, out)
	}
	p.env = append(p.env, "RAPPORTEUR_SIGNING_KEY="+filepath.Join(p.dir, "signing.pem"), "RAPPORTEUR_LINK_SECRET_FILE="+filepath.Join(p.dir, "links.secret"))
	p.run("migrate")
	p.run("migrate") // changes nothing
	if out, err := p.try("serve"); err == nil || !strings.Contains(out, "key sealing") {
		t.Errorf("without a sealing key there is no service, and it says how to make one, got %v: %s", err, out)
	}
	sealing := filepath.Join(p.dir, "sealing.key")
	p.run("key", "sealing", sealing)
	p.env = append(p.env, "RAPPORTEUR_SEALING_KEY="+sealing)
	staff := p.key("--role=secretariat")
	if out, err := p.try("serve", "--signing-key="); err == nil || !strings.Contains(out, "rapporteur key signing") {
		t.Errorf("serving without a signing key should name the command that makes it, got %v: %s", err, out)
	}
	p.run("key", "signing", filepath.Join(p.dir, "signing.pem"))
	p.run("key", "links", filepath.Join(p.dir, "links.secret"))
	for _, part := range []string{"serve", "worker"} {
		if out, err := p.try(part); err == nil || !strings.Contains(out, "rapporteur key payload") || !strings.Contains(out, "RAPPORTEUR_PLAIN_PAYLOADS") {
			t.Errorf("%s without a payload key should say how to make one or to do without, got %v: %s", part, err, out)
		}
	}
	payloads := filepath.Join(p.dir, "payload.key")
	p.run("key", "payload", payloads)
	p.env = append(p.env, "RAPPORTEUR_PAYLOAD_KEY="+payloads)
	p.run("namespace")
	p.run("namespace") // changes nothing
	p.start("serve")
	p.start("worker")
	p.eventually("a healthy API", func() bool { _, err := p.try("health"); return err == nil })
	p.cycle(staff, func() {
		p.promotes(temporal.Address())
		p.sealed(temporal.Address(), payloads)
	})
}

// cycle runs a cycle with two Member States by the command line, and looks around
// while it runs.
func (p *production) cycle(staff string, look func()) {
	p.t.Helper()
	p.env = append(p.env, "RAPPORTEUR_KEY_FILE="+staff)
	states := []string{"state-ken", "state-fra"}
	for _, id := range states {
		file := p.write(id+".contacts.json", fmt.Sprintf(
			`{"contacts":[{"role":"focal-point","name":"Focal point","address":"focal-point@%s.example","language":"en"}]}`, id))
		p.run("contact", "set", id, file)
	}
	today := time.Now().UTC()
	date := func(days int) string { return today.AddDate(0, 0, days).Format(time.DateOnly) }
	dates := fmt.Sprintf("--dates=opens=%s;due=%s;closes=%s;draft=%s;cleared=%s;transmits=%s",
		date(-1), date(30), date(40), date(50), date(60), date(61))
	args := []string{"s-res-2388-2017", "op34", "--period=test", dates, "--authority=the test", "--only=" + strings.Join(states, ",")}
	if preview := p.run(append([]string{"cycle", "preview"}, args...)...); !strings.Contains(preview, `"dry_run": true`) {
		p.t.Errorf("the preview does not say that nothing was started: %s", preview)
	}
	p.run(append([]string{"cycle", "start"}, args...)...)
	links := map[string]string{}
	for range states {
		select {
		case link := <-p.sent:
			links[strings.Split(link, "/")[7]] = link
		case <-p.ctx.Done():
			p.t.Fatal("the requests did not reach the mail server")
		}
	}
	const cycle = "s-res-2388-2017/op34/test"
	key := p.key("--role=contributor", "--contributor=state-ken")
	file := p.write("state-ken.json", `{"questionnaire":"member-state","version":"1.0.0","return_type":"nil","reason":"Nothing to report.","language":"en",`+
		`"header":{"authority":"Ministry of Justice","period":{"from":"2017-11-21","to":"2018-07-01"},"classification":"unclassified","may_be_quoted":true}}`)
	receipt := filepath.Join(p.dir, "receipt.json")
	p.run("submit", cycle, "state-ken", file, "--check", "--key-file="+key)
	p.run("submit", cycle, "state-ken", file, "--key-file="+key, "--receipt="+receipt)
	keys := p.write("keys.json", p.fetch(http.MethodGet, strings.Split(links["state-ken"], "/returns/")[0]+"/v1/signing-keys"))
	p.run("receipt", "verify", receipt, "--keys="+keys, "--body="+file)
	if out, err := p.try("receipt", "verify", receipt, "--keys="+keys, "--body="+keys); err == nil {
		p.t.Errorf("the receipt is about another body: %s", out)
	}
	p.fetch(http.MethodGet, links["state-fra"])
	if page := p.fetch(http.MethodPost, links["state-fra"]); !strings.Contains(page, "The answer has been recorded") {
		p.t.Errorf("the link in the mail leads to\n%s", page)
	}
	p.eventually("a draft in clearance", func() bool {
		var c struct {
			Phase string `json:"phase"`
		}
		out, err := p.try("cycle", "show", cycle)
		return err == nil && json.Unmarshal([]byte(out), &c) == nil && c.Phase == "clearing"
	})
	p.run("cycle", "report", cycle, "1", filepath.Join(p.dir, "draft.docx"))
	if history := p.run("history", cycle); !strings.Contains(history, "Draft 1 compiled") {
		p.t.Errorf("the history does not tell of the draft:\n%s", history)
	}
	p.upgrade()
	look()
	p.run("cycle", "tell", cycle, "cancel", "--reason=The test is over.")
	p.traced(database(p.env), cycle)
	p.watched()
	if out, err := p.try("cycle", "tell", cycle, "cancel", "--reason=Again."); err == nil {
		p.t.Errorf("an ended cycle took a command: %s", out)
	}
}

// upgrade asks the doctor and promotes, as before a new build gets the tasks.
func (p *production) upgrade() {
	p.t.Helper()
	p.eventually("the doctor's finding that cycle and clearance can go on", func() bool { // clearance begins a moment after the draft
		said := p.run("doctor")
		return strings.Contains(said, "ok      open histories: 2 workflows run; 2 histories were replayed") &&
			strings.Contains(said, "ok      sealed content: ") && strings.Contains(said, "ok      record and Temporal: the same cycles run in both")
	})
	s := p.standing()
	if s.Current == "" || len(s.Builds) != 1 || s.Builds[0].Phase != "current" || s.Builds[0].Workers == 0 {
		p.t.Errorf("the worker of a first install is not current: %+v", s)
	}
	if table := p.run("deployment", "show"); !strings.Contains(table, "current") {
		p.t.Errorf("the deployment stands at\n%s", table)
	}
	p.run("deployment", "promote") // it is
	if out, err := p.try("deployment", "promote", "--build-id=another"); err == nil || !strings.Contains(out, "start one first") {
		p.t.Errorf("a build without workers is promoted: %v: %s", err, out)
	}
	if out, err := p.try("deployment", "promote", "--smtp-url=smtp://127.0.0.1:1"); err == nil || !strings.Contains(out, "is not promoted") {
		p.t.Errorf("a build is promoted that can send nothing: %v: %s", err, out)
	}
	if out, err := p.try("deployment", "retire", s.Current); err == nil {
		p.t.Errorf("the current build is retired: %s", out)
	}
	if out, err := p.try("deployment", "ramp", "10"); err == nil || !strings.Contains(out, "it is current") {
		p.t.Errorf("the current build ramps: %v: %s", err, out)
	}
}

// traced looks in the record for the id of the API request that cancelled the
// cycle: it went through an Update to the activity that wrote it down.
func (p *production) traced(url, cycle string) {
	p.t.Helper()
	record, err := store.Open(p.ctx, url, store.Options{})
	p.must(err)
	defer func() { _ = record.Close() }()
	p.must(record.Read(p.ctx, func(ctx context.Context, r rapporteur.Reader) error {
		audit, err := r.Audit(ctx, rapporteur.CycleID(cycle), 0, 0)
		for _, a := range audit {
			if a.Action == rapporteur.ActionCancelAsked && a.Workflow != "" && a.Details[rapporteur.DetailRequestID] != "" {
				return err
			}
		}
		p.t.Error("the command's audit record does not lead to the API request it came from")
		return err
	}))
}

func database(env []string) string {
	for _, setting := range env {
		if url, ok := strings.CutPrefix(setting, "RAPPORTEUR_DATABASE="); ok {
			return url
		}
	}
	return ""
}

func (p *production) keep(m smtpsink.Message) error {
	parsed, err := m.Parse()
	if err != nil {
		return err
	}
	if parsed.Header.Get("X-Rapporteur-Notice") != "request" {
		return nil
	}
	whole, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil {
		return err
	}
	p.sent <- string(linkForm.Find(whole))
	return nil
}

// linkForm is a link for a nil return in the plain text of a mail.
var linkForm = regexp.MustCompile(`(?m)^http://\S+/returns/\S+/nil\?\S+`)

// fetch is what is at an address, or comes of the form there.
func (p *production) fetch(method, address string) string {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.ctx, method, address, http.NoBody)
	p.must(err)
	response, err := http.DefaultClient.Do(request)
	p.must(err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	p.must(err)
	if response.StatusCode != http.StatusOK {
		p.t.Fatalf("%s is answered with %s\n%s", method, response.Status, body)
	}
	return string(body)
}

func (p *production) build() {
	p.t.Helper()
	p.program = filepath.Join(p.dir, "rapporteur")
	out, err := exec.CommandContext(p.ctx, "go", "build", "-o", p.program, "github.com/rapporteur/rapporteur/cmd/rapporteur").CombinedOutput()
	if err != nil {
		p.t.Fatalf("cannot build: %v\n%s", err, out)
	}
}

func (p *production) try(args ...string) (string, error) {
	command := exec.CommandContext(p.ctx, p.program, args...)
	command.Env = p.env
	out, err := command.CombinedOutput()
	return string(out), err
}

func (p *production) run(args ...string) string {
	p.t.Helper()
	out, err := p.try(args...)
	if err != nil {
		p.t.Fatalf("rapporteur %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// start runs a part of the program until the test ends, and lets it end in
// order.
func (p *production) start(part string) {
	p.t.Helper()
	command := exec.Command(p.program, part)
	p.watchedAt[part] = p.freeAddress()
	command.Env = append(slices.Clone(p.env), "RAPPORTEUR_METRICS_LISTEN="+p.watchedAt[part])
	var log bytes.Buffer
	command.Stdout, command.Stderr = &log, &log
	p.must(command.Start())
	p.t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		if err := command.Wait(); err != nil {
			p.t.Errorf("%s did not end in order: %v", part, err)
		}
		if p.t.Failed() {
			p.t.Logf("%s said:\n%s", part, log.String())
		}
	})
}

// key issues a key and returns the file that holds it.
func (p *production) key(flags ...string) string {
	p.t.Helper()
	secret := p.run(append([]string{"key", "issue", "--label=test"}, flags...)...)
	return p.write(strings.NewReplacer("--", "", "=", "-").Replace(strings.Join(flags, "-"))+".key", secret)
}

func (p *production) write(name, text string) string {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	p.must(os.WriteFile(file, []byte(text), 0o600))
	return file
}

func (p *production) freeAddress() string {
	p.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	p.must(err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

func (p *production) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *production) eventually(what string, so func() bool) {
	p.t.Helper()
	eventually(p.ctx, p.t, what, so)
}
