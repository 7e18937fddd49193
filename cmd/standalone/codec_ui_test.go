package main

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// TestTemporalsPagesShowWhatIsSealed looks at Temporal's own pages in Chromium: they
// show nobody what is sealed, and administrators, who are signed in at the product's
// pages, everything. Each reading is on record.
func TestTemporalsPagesShowWhatIsSealed(t *testing.T) {
	needs.Chromium(t)
	dir := t.TempDir()
	key := filepath.Join(dir, "payload.key")
	if err := wiring.MakePayloadKey(key); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := settings{
		Dir: dir, Listen: "127.0.0.1:0", MailDir: filepath.Join(dir, "mail"), Moving: true, Logger: zerolog.Nop(),
		Mail:     wiring.Mail{MailFrom: "Secretariat <secretariat@rapporteur.example>", SMTPTimeout: 30 * time.Second},
		Payloads: wiring.Payloads{PayloadKey: []string{key}}, Codec: "http://" + listener.Addr().String() + "/codec",
	}
	p, err := startProcess(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	ui := "http://" + p.temporal.UIAddress()
	handler, err := p.house.Decode(wiring.Decoder{CodecOrigin: []string{ui}}, s.Payloads, p.temporal.Namespace())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	run, err := p.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "looked-at", TaskQueue: "nobody"}, "nobody's", "figure 4711")
	if err != nil {
		t.Fatal(err)
	}
	at := ui + "/namespaces/" + p.temporal.Namespace() + "/workflows/looked-at/" + run.GetRunID() + "/history"
	tab := webtest.Visit(t, p.URL(), webtest.Window{Foreign: true})
	shows := func(text string) func() bool {
		return func() bool { return strings.Contains(webtest.See[string](tab, "document.body.innerText"), text) }
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tab.Do(chromedp.Navigate(at))
	eventually(ctx, t, "the history with what is sealed", shows(sealedInput(t, p.client, "looked-at")))
	if shows("figure 4711")() {
		t.Error("nobody is signed in, and is shown what is sealed")
	}
	link, err := p.house.LocalLink(ctx, p.URL(), rapporteur.RoleAdministrator, "", "", day)
	if err != nil {
		t.Fatal(err)
	}
	tab.Open(strings.TrimPrefix(link, p.URL()))
	tab.Press(`form[action="/sign-in/link"] button`, ".house .who")
	tab.Do(chromedp.Navigate(at))
	eventually(ctx, t, "the history with what was sealed", shows("figure 4711"))

	var read []rapporteur.AuditRecord
	err = p.house.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		read, err = r.AuditTrail(ctx, rapporteur.AuditFilter{Actions: []rapporteur.Action{rapporteur.ActionPayloadsDecoded}})
		return err
	})
	if err != nil || len(read) == 0 || !strings.HasPrefix(read[0].Actor, "person-local-") || read[0].Details["workflows"] != "looked-at" {
		t.Errorf("%v: %+v", err, read)
	}
}

// sealedInput is what a workflow was started with as Temporal keeps it, as its
// pages show bytes.
func sealedInput(t *testing.T, c client.Client, id string) string {
	t.Helper()
	events := c.GetWorkflowHistory(t.Context(), id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	first, err := events.Next()
	if err != nil {
		t.Fatal(err)
	}
	payloads := first.GetWorkflowExecutionStartedEventAttributes().GetInput().GetPayloads()
	if len(payloads) != 1 {
		t.Fatalf("it was started with %d values", len(payloads))
	}
	return base64.StdEncoding.EncodeToString(payloads[0].GetData())
}
