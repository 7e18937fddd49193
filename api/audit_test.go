package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestTheAuditRecordIsExportedWhole(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	answer := h.get(adminKey, "/v1/audit").want(http.StatusOK)
	if got := answer.header.Get("Content-Type"); got != mediaNDJSON {
		t.Errorf("it is %s", got)
	}
	first, err := rapporteur.VerifyAudit(bytes.NewReader(answer.body), h.signer.Keys())
	if err != nil || !first.Holds() || first.Unsealed > 0 || first.Records < 5 {
		t.Fatalf("%+v (%v)", first, err)
	}
	lines := strings.Split(strings.TrimSpace(string(answer.body)), "\n")
	if last := lines[len(lines)-3]; !strings.Contains(last, `"action":"audit.exported"`) || !strings.Contains(last, `"actor":"`+h.principal(adminKey)+`"`) {
		t.Errorf("the last record is %s", last)
	}
	if bytes.Contains(answer.body, []byte("focal@example.org")) {
		t.Error("the export holds an address")
	}
	again := h.get(adminKey, "/v1/audit").want(http.StatusOK)
	second, err := rapporteur.VerifyAudit(bytes.NewReader(again.body), h.signer.Keys(), first.Head)
	if err != nil || !second.Holds() || second.Records != first.Records+1 {
		t.Errorf("%+v (%v)", second, err)
	}
	h.get(adminKey, "/v1/audit?cycle=s-res-2388-2017/op34/2018").want(http.StatusUnprocessableEntity)
}

func TestWithoutAKeyTheAuditRecordIsNotExported(t *testing.T) {
	h := openHouse(t)
	h.service.Signer = nil
	h.get(adminKey, "/v1/audit").problem(http.StatusServiceUnavailable, "unavailable")
}

// failing is a store that answers some readings and then no more.
type failing struct {
	rapporteur.Store
	left atomic.Int32
}

// Read reads, as long as the store answers.
func (f *failing) Read(ctx context.Context, fn func(context.Context, rapporteur.Reader) error) error {
	if f.left.Add(-1) < 0 {
		return errors.New("the database is gone")
	}
	return f.Store.Read(ctx, fn)
}

// TestAnExportThatBreaksOffIsNotTakenForWhole: what was sent cannot be taken
// back, so the connection is cut, and what came lacks its head.
func TestAnExportThatBreaksOffIsNotTakenForWhole(t *testing.T) {
	h := openHouse(t)
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		for range 1200 {
			if _, err := tx.AppendAudit(ctx, rapporteur.AuditRecord{Action: rapporteur.ActionKeyIssued}); err != nil {
				return err
			}
		}
		return nil
	})
	h.get(adminKey, "/v1/audit").want(http.StatusOK) // and everything is sealed
	store := &failing{Store: h.store}
	store.left.Store(4) // 2 to seal what the next one records, then 2 of 3 pages
	h.service.Store = store
	server := httptest.NewServer(h.handler)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/audit", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+h.secrets[adminKey])
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	part, err := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK || err == nil || bytes.Count(part, []byte("\n")) < 500 {
		t.Fatalf("status %d, %d bytes (%v)", answer.StatusCode, len(part), err)
	}
	v, err := rapporteur.VerifyAudit(bytes.NewReader(part), h.signer.Keys())
	if err != nil || v.Holds() || !strings.Contains(v.Summary(), "it ends without its head") {
		t.Errorf("%s (%v)", v.Summary(), err)
	}
	if strings.Contains(h.log.String(), "focal@example.org") || !strings.Contains(h.log.String(), "cannot export audit record") {
		t.Errorf("the log says %s", h.log)
	}
}
