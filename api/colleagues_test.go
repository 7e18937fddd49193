package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

const kenyaColleagues = "/v1/contributors/state-ken/colleagues"

const graceBody = `{"name": "Grace", "address": "grace@foreign.example", "language": "fr", "from": "2018-01-15", "until": "2018-02-15"}`

func TestDelegationsOverTheAPI(t *testing.T) {
	h := newHouse(t)
	answer := h.keyed(kenyaKey, "d1", kenyaColleagues, graceBody).want(http.StatusCreated)
	given := read[Delegated](answer)
	if !given.InForce || given.Name != "Grace" || given.GivenBy != h.principal(kenyaKey) || given.Principal != "person-"+given.ID {
		t.Errorf("given %+v", given)
	}
	if answer.header.Get("Location") != kenyaColleagues+"/"+given.ID {
		t.Errorf("it is at %s", answer.header.Get("Location"))
	}
	// What is remembered of the answer names nobody.
	again := read[Delegated](h.keyed(kenyaKey, "d1", kenyaColleagues, graceBody).want(http.StatusCreated))
	if again.ID != given.ID || again.Name != "" || again.Address != "" {
		t.Errorf("repetition %+v", again)
	}
	list := read[struct{ Items []Delegated }](h.get(kenyaKey, kenyaColleagues).want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].Address != "grace@foreign.example" {
		t.Errorf("list %+v", list)
	}
	end := exchange{key: kenyaKey, method: "DELETE", path: kenyaColleagues + "/" + given.ID}
	h.call(end).want(http.StatusNoContent)
	h.call(end).want(http.StatusNoContent)
	list = read[struct{ Items []Delegated }](h.get(kenyaKey, kenyaColleagues).want(http.StatusOK))
	if list.Items[0].InForce || list.Items[0].EndedBy != h.principal(kenyaKey) {
		t.Errorf("ended %+v", list.Items[0])
	}
	h.call(exchange{key: kenyaKey, method: "DELETE", path: kenyaColleagues + "/d-0"}).problem(http.StatusNotFound, "not-found")
	if log := h.log.String(); strings.Contains(log, "Grace") || strings.Contains(log, "grace@") {
		t.Errorf("the log tells names: %s", log)
	}
}

func TestPersonsOverTheAPI(t *testing.T) {
	h := newHouse(t)
	id, identity := rapporteur.Identify("https://idp.example", "ada")
	in := rapporteur.SignIn{Store: h.store, Clock: h.clock, Links: linkSecret}
	p, err := in.Enter(t.Context(), rapporteur.Person{ID: id, Identity: identity, Role: rapporteur.RoleSecretariat, Label: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	listed := func() Person {
		t.Helper()
		list := read[struct{ Items []Person }](h.get(adminKey, "/v1/persons").want(http.StatusOK))
		if len(list.Items) != 1 {
			t.Fatalf("list %+v", list)
		}
		return list.Items[0]
	}
	if got := listed(); got.ID != id || got.Label != "Ada" || got.FirstSeen != "2018-01-15" || got.BlockedAt != nil {
		t.Errorf("listed %+v", got)
	}
	at := "/v1/persons/" + id
	h.post(adminKey, at+"/block", `{"reason": " "}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(adminKey, at+"/block", `{"reason": "Left the service."}`).want(http.StatusNoContent)
	if got := listed(); got.BlockedAt == nil || got.BlockedBy != h.principal(adminKey) {
		t.Errorf("blocked %+v", got)
	}
	if still, err := in.InForce(t.Context(), p); err != nil || still {
		t.Errorf("in force: %v, %v", still, err)
	}
	h.post(adminKey, at+"/unblock", `{"reason": "Came back."}`).want(http.StatusNoContent)
	if got := listed(); got.BlockedAt != nil {
		t.Errorf("let in %+v", got)
	}
	h.post(adminKey, "/v1/persons/person-0/block", `{"reason": "x"}`).problem(http.StatusNotFound, "not-found")
}

func TestScopedKeys(t *testing.T) {
	h := newHouse(t)
	issued := read[IssuedKey](h.post(adminKey, "/v1/keys",
		`{"role": "contributor", "contributor": "state-ken", "label": "x", "scope": ["submissions", "read-compliance"]}`).want(http.StatusCreated))
	if strings.Join(issued.Scope, " ") != "read-compliance submissions" {
		t.Errorf("scope %v", issued.Scope)
	}
	h.secrets["scoped"] = issued.Secret
	h.get("scoped", "/v1/cycles").want(http.StatusOK)
	h.post("scoped", kenyaColleagues, graceBody).problem(http.StatusForbidden, "forbidden")
	for name, scope := range map[string]string{"unknown": `["everything"]`, "not the role's": `["start-cycle"]`, "half": `["submissions", "read"]`} {
		answer := h.post(adminKey, "/v1/keys", `{"role": "contributor", "contributor": "state-ken", "label": "x", "scope": `+scope+`}`)
		answer.what += " " + name
		answer.problem(http.StatusUnprocessableEntity, "invalid")
	}
}
