package api

import (
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
	body := strings.Replace(nilReturn("member-state", "Nothing more."), `"return_type":"nil"`,
		`"return_type":"partial","answers":{"Q3.4":{"status":"yes","conflict_linked":[{"sex":"total","age":"total","value":2}]}}`, 1)
	h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated)
	for key, masked := range map[string]string{kenyaKey: "false", staffKey: "false", colleague: "true"} {
		answer := h.get(key, kenyaAt+"/submissions/1/body").want(http.StatusOK)
		if answer.header.Get("Rapporteur-Masked") != masked || (string(answer.body) == body) != (masked == "false") {
			t.Errorf("%s reads %s, masked %s", key, answer.body, answer.header.Get("Rapporteur-Masked"))
		}
	}
	if history := string(h.get(staffKey, "/v1/cycles/"+string(testCycle)+"/history").want(http.StatusOK).body); !strings.Contains(history, "version 1 of the answer read, small numbers masked") {
		t.Errorf("the history does not tell of the reading: %s", history)
	}
}
