package answer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// A lead lets a colleague work on the answers until a day, and ends that; the
// colleague sees neither the form nor whom else it names, and withdraws nothing.
func TestColleagues(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/colleagues"
	kenya.Get(asks).Want(http.StatusOK, at)
	page := kenya.Get(at).Want(http.StatusOK, "Nobody yet", `value="2018-09-14"`)
	for name, typing := range map[string][2]string{
		"name": {"name", " "}, "address": {"address", "Nobody <a@example.org>"}, "from": {"from", "soon"}, "until": {"until", "2018-05-01"}, "language": {"language", "tlh"},
	} {
		form := typed(t, page, "name", "B. Colleague", "address", "b@example.org", typing[0], typing[1])
		kenya.Post(at, pairs(form)...).Want(http.StatusUnprocessableEntity, `href="#`+name+`"`)
	}
	long := typed(t, page, "name", "B. Colleague", "address", "b@example.org", "until", "2028-05-01")
	kenya.Post(at, pairs(long)...).Want(http.StatusUnprocessableEntity, "at most 366 days", "B. Colleague")
	form := typed(t, page, "name", "B. \u202eColleague", "address", "b@example.org")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "It is delegated", "b@example.org", "may act now")
	second := kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "It is delegated")
	if n := strings.Count(second.Body.String(), `name="end"`); n != 1 {
		t.Errorf("a second press made %d delegations", n)
	}
	end := hiddenIn(t, second, "button", "end")
	colleague := h.As("kenya")
	colleague.Cookie = h.SignIn(rapporteur.Principal{
		ID: "person-" + end, Role: rapporteur.RoleContributor, Contributor: webtest.Kenya, Standing: rapporteur.StandingColleague, Delegation: "d-other",
	})
	h.Submit("kenya", webtest.Answer(""))
	colleague.Get(at).Want(http.StatusOK, "another colleague", "Only who holds the request itself").Lacks("b@example.org", `name="end"`, `name="address"`)
	colleague.Get(asks).Want(http.StatusOK).Lacks("/withdrawal")
	colleague.Post(at, pairs(form)...).Want(http.StatusForbidden)
	kenya.Follow(at, "end", end).Want(http.StatusOK, "It is ended", "over")
}

func hiddenIn(t *testing.T, page webtest.Reply, element, name string) string {
	t.Helper()
	for _, e := range webtest.Elements(t, page.Body.String()) {
		if e.Data == element && webtest.Attribute(e, "name") == name {
			return webtest.Attribute(e, "value")
		}
	}
	t.Fatalf("there is no %s %s", element, name)
	return ""
}
