package api

import (
	"bytes"
	"net/http"
	"strings"
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
