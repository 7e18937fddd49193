package api

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestLeadDrafterIsAppointedByTheOneBeforeOrAnAdministrator(t *testing.T) {
	h := openHouse(t)
	const colleague = "colleague"
	h.issue(colleague, rapporteur.RoleSecretariat, "", "")
	path := "/v1/cycles/" + string(testCycle)
	appoint := func(by, drafter string) reply {
		body := toJSON(t, map[string]string{"drafter": drafter, "reason": "Leave until September."})
		return h.call(exchange{key: by, method: http.MethodPut, path: path + "/lead-drafter", body: body})
	}
	if c := read[Cycle](h.get(staffKey, path).want(http.StatusOK)); c.LeadDrafter != h.principal(staffKey) {
		t.Errorf("who started the cycle leads it, not %q", c.LeadDrafter)
	}
	if c := read[Cycle](h.get(kenyaKey, path).want(http.StatusOK)); c.LeadDrafter != "" {
		t.Errorf("a contributor is told who drafts: %q", c.LeadDrafter)
	}
	appoint(colleague, h.principal(colleague)).problem(http.StatusForbidden, "forbidden")
	appoint(staffKey, "key-unknown").problem(http.StatusUnprocessableEntity, "invalid")
	if c := read[Cycle](appoint(staffKey, h.principal(colleague)).want(http.StatusOK)); c.LeadDrafter != h.principal(colleague) {
		t.Errorf("appointed is %q", c.LeadDrafter)
	}
	appoint(staffKey, h.principal(staffKey)).problem(http.StatusForbidden, "forbidden")
	appoint(adminKey, h.principal(staffKey)).want(http.StatusOK)
}

func TestColleaguesReadAnswersMasked(t *testing.T) {
	h := openHouse(t)
	const colleague = "colleague"
	h.issue(colleague, rapporteur.RoleSecretariat, "", "")
	body := strings.Replace(nilReturn("member-state", "Nothing more."), `"return_type": "nil", "reason": "Nothing more."`,
		`"return_type":"partial","answers":{"Q3.4":{"status":"yes","conflict_linked":[{"sex":"total","age":"total","value":2}]}}`, 1)
	h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated)
	for key, masked := range map[string]string{kenyaKey: "false", staffKey: "false", colleague: "true"} {
		answer := h.get(key, kenyaAt+"/submissions/1/body").want(http.StatusOK)
		if answer.header.Get("Rapporteur-Masked") != masked || (string(answer.body) == body) != (masked == "false") {
			t.Errorf("%s reads %s, masked %s", key, answer.body, answer.header.Get("Rapporteur-Masked"))
		}
	}
	second := strings.Replace(body, `"value":2`, `"value":3`, 1)
	h.post(kenyaKey, kenyaAt+"/submissions", second).want(http.StatusCreated)
	marks := map[string]int{} // how often a workbook says <5, its instructions included
	for key, whole := range map[string]bool{kenyaKey: true, staffKey: true, colleague: false} {
		figures := string(h.get(key, kenyaAt+"/figures.csv").want(http.StatusOK).body)
		if strings.Contains(figures, ",total,total,,3") != whole || strings.Contains(figures, ",total,total,,<5") == whole {
			t.Errorf("%s reads figures %s", key, figures)
		}
		marks[key] = strings.Count(workbookText(t, h.get(key, kenyaAt+"/workbook").want(http.StatusOK).body), "&lt;5")
		diff := string(h.get(key, kenyaAt+"/submissions/2/diff").want(http.StatusOK).body)
		if strings.Contains(diff, "from 2 to 3") != whole {
			t.Errorf("%s reads the difference %s", key, diff)
		}
	}
	if marks[kenyaKey] != marks[staffKey] || marks[colleague] != marks[kenyaKey]+1 {
		t.Errorf("workbooks say <5 so often: %v", marks)
	}
	if history := string(h.get(staffKey, "/v1/cycles/"+string(testCycle)+"/history").want(http.StatusOK).body); !strings.Contains(history, "version 1 of the answer read, small numbers masked") {
		t.Errorf("the history does not tell of the reading: %s", history)
	}
}

// workbookText is the parts of a workbook one after the other.
func workbookText(t *testing.T, file []byte) string {
	t.Helper()
	read, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range read.File {
		content, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&text, io.LimitReader(content, 16<<20)); err != nil {
			t.Fatal(err)
		}
	}
	return text.String()
}
