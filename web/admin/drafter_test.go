package admin_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestSomebodyElseLeadsTheDrafting(t *testing.T) {
	h := lived(t)
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertKey(ctx, rapporteur.APIKey{ID: "7", Role: rapporteur.RoleSecretariat, Label: "desk"})
	})
	who := h.As("admin")
	who.Get(at+"/drafter").Want(http.StatusOK, "person-staff", `value="key-7"`)
	who.Post(at+"/drafter", "drafter", "key-7").Want(http.StatusUnprocessableEntity, "Say why", `role="alert"`, `value="key-7"`)
	who.Post(at+"/drafter", "drafter", "key-none", "reason", "Away.").Want(http.StatusUnprocessableEntity)
	who.Follow(at+"/drafter", "drafter", "key-7", "reason", "Away.").Want(http.StatusOK, "The drafting is led by desk", "Away.")
	if got := h.Cycle().LeadDrafter; got != "key-7" {
		t.Errorf("%s leads", got)
	}
	h.As("staff").Get(at + "/drafter").Want(http.StatusForbidden)
	h.As("staff").Post(at+"/drafter", "drafter", webtest.People["staff"].ID, "reason", "Mine.").Want(http.StatusForbidden)
}

// People are listed and named by how administrators know them; the record keeps
// their ids alone.
func TestAPersonLeadsTheDrafting(t *testing.T) {
	h := lived(t)
	h.Known(
		rapporteur.Person{ID: "person-grace", Role: rapporteur.RoleSecretariat, Label: "Grace Hopper"},
		rapporteur.Person{ID: "person-staff", Role: rapporteur.RoleSecretariat, Label: "Ada Lovelace"},
		rapporteur.Person{ID: "person-nairobi", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, Label: "Wangari"},
	)
	who := h.As("admin")
	who.Get(at+"/drafter").Want(http.StatusOK, "<dd><bdi>Ada Lovelace</bdi></dd>", `<option value="person-grace">Grace Hopper<`).Lacks("Wangari")
	who.Follow(at+"/drafter", "drafter", "person-grace", "reason", "Away.").Want(http.StatusOK, "The drafting is led by Grace Hopper", "Lead drafter appointed: secretariat (person-grace)")
	h.Lacks(t, "Hopper", "Lovelace")
}
