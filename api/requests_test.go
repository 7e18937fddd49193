package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestRequest(t *testing.T) {
	h := openHouse(t)
	got := read[Request](h.get(kenyaKey, kenyaAt).want(http.StatusOK))
	want := Questionnaire{ID: "member-state", Version: "1.0.0"}
	if got.Name != "Kenya" || got.State != "open" || got.Questionnaire == nil || *got.Questionnaire != want || got.Due == "" || got.OpenedAt == nil || got.AnsweredAt != nil {
		t.Errorf("request %+v", got)
	}
	french := h.call(exchange{key: franceKey, method: "GET", path: cycleAt + "/requests", headers: map[string]string{"Accept-Language": "fr"}})
	if list := read[struct{ Items []Request }](french); list.Items[0].Name == "" || french.header.Get("Vary") != "Accept-Language" {
		t.Errorf("%+v, Vary %q", list.Items, french.header.Get("Vary"))
	}
}

func TestExtensions(t *testing.T) {
	h := openHouse(t)
	at := kenyaAt + "/extensions"
	before := h.weight()
	h.post(kenyaKey, at, `{"until": "2018-09-20", "reason": ""}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(kenyaKey, at, `{"until": "2018-01-20", "reason": "Late."}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(kenyaKey, at, `{"until": "2028-09-20", "reason": "Late."}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(kenyaKey, at, `{"until": "2018-09-20", "reason": "Late.", "copy": true}`).problem(http.StatusUnprocessableEntity, "invalid")
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
	wish := read[Request](h.post(kenyaKey, at, `{"until": "2018-09-20", "reason": "Late."}`).want(http.StatusCreated))
	if wish.Extension != "asked" || wish.AskedUntil != "2018-09-20" || wish.FollowUp != 1 || !wish.OffPath {
		t.Errorf("request %+v", wish)
	}
	h.post(staffKey, at+"/1/decision", `{"granted": true}`).want(http.StatusOK)
	h.post(staffKey, at+"/1/decision", `{"granted": false, "reason": "No time is left."}`).want(http.StatusOK)
	h.post(staffKey, at+"/2/decision", `{"granted": true}`).problem(http.StatusNotFound, "not-found")
	h.post(staffKey, at+"/1/decision", `{}`).problem(http.StatusUnprocessableEntity, "invalid")
	told := h.engine.extensions
	if len(told) != 2 || !told[0].Granted || told[0].Until != (rapporteur.Date{Year: 2018, Month: 9, Day: 20}) || told[0].Actor != h.principal(staffKey) {
		t.Fatalf("decisions %+v", told)
	}
	if told[1].Granted || told[1].Reason != "No time is left." || told[1].ID == told[0].ID {
		t.Errorf("decision %+v", told[1])
	}
}

func TestReturns(t *testing.T) {
	h := openHouse(t)
	at := kenyaAt + "/returns"
	h.post(staffKey, at, `{"comments": "Mend it."}`).problem(http.StatusConflict, "conflict")
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(staffKey, at, `{"comments": ""}`).problem(http.StatusUnprocessableEntity, "invalid")
	h.post(staffKey, at, `{"comments": "Mend it.", "due": "2017-01-01"}`).problem(http.StatusUnprocessableEntity, "invalid")
	answer := h.keyed(staffKey, "r1", at, `{"comments": "Mend it."}`).want(http.StatusOK)
	got := read[Request](answer)
	if got.State != "returned" || got.Rounds != 1 || answer.header.Get("ETag") == "" {
		t.Errorf("request %+v", got)
	}
	again := read[Request](h.keyed(staffKey, "r1", at, `{"comments": "Mend it."}`).want(http.StatusOK))
	if again.Revision != got.Revision {
		t.Errorf("the repetition made revision %d of %d", again.Revision, got.Revision)
	}
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Mended.")).want(http.StatusCreated)
	followUps := read[struct{ Items []FollowUp }](h.get(staffKey, kenyaAt+"/follow-ups"))
	if len(followUps.Items) != 1 || followUps.Items[0].Kind != "correction" || followUps.Items[0].Reason != "Mend it." {
		t.Errorf("follow-ups %+v", followUps.Items)
	}
}

func TestContacts(t *testing.T) {
	h := newHouse(t)
	put := func(id, body string) reply {
		return h.call(exchange{key: staffKey, method: "PUT", path: "/v1/contributors/" + id + "/contacts", body: body})
	}
	good := `{"contacts": [{"role": "lead", "name": "B. Person", "address": "lead@example.org", "language": "fr"}]}`
	put("state-ken", good).want(http.StatusOK)
	put("office-ola", good).want(http.StatusOK)
	got := read[Contacts](h.get(staffKey, "/v1/contributors/state-ken/contacts").want(http.StatusOK))
	if len(got.Contacts) != 1 || got.Contacts[0] != (Contact{Role: "lead", Name: "B. Person", Address: "lead@example.org", Language: "fr"}) {
		t.Errorf("contacts %+v", got)
	}
	put("state-xyz", good).problem(http.StatusNotFound, "not-found")
	put("office-nobody", good).problem(http.StatusNotFound, "not-found")
	for _, wrong := range []string{
		strings.Replace(good, "lead@example.org", "B <lead@example.org>", 1), strings.Replace(good, `"lead"`, `"boss"`, 1),
		strings.Replace(good, `"fr"`, `"tlh"`, 1), strings.Replace(good, `"name"`, `"nom"`, 1), `{"contacts": null}`, `[]`,
	} {
		p := put("state-ken", wrong).problem(http.StatusUnprocessableEntity, "invalid")
		if strings.Contains(toJSON(t, p), "example.org") {
			t.Errorf("the problem holds an address: %+v", p)
		}
	}
	if same := read[Contacts](h.get(staffKey, "/v1/contributors/state-ken/contacts")); len(same.Contacts) != 1 {
		t.Errorf("contacts %+v", same)
	}
	put("state-ken", `{"contacts": []}`).want(http.StatusOK)
	if none := read[Contacts](h.get(staffKey, "/v1/contributors/state-ken/contacts")); len(none.Contacts) != 0 {
		t.Errorf("contacts %+v", none)
	}
}

func TestCatalogue(t *testing.T) {
	h := newHouse(t)
	list := read[struct{ Items []Instrument }](h.get(kenyaKey, "/v1/instruments").want(http.StatusOK))
	if len(list.Items) == 0 || len(list.Items[0].Operatives) != 0 {
		t.Errorf("instruments %+v", list.Items)
	}
	one := read[Instrument](h.get(kenyaKey, "/v1/instruments/s-res-2388-2017").want(http.StatusOK))
	if len(one.Operatives) != 35 || one.Provisions != 48 {
		t.Errorf("%d operatives, %d provisions", len(one.Operatives), one.Provisions)
	}
	provisions := read[struct{ Items []Provision }](h.get(kenyaKey, "/v1/instruments/s-res-2388-2017/provisions").want(http.StatusOK))
	if len(provisions.Items) != 48 {
		t.Errorf("%d provisions", len(provisions.Items))
	}
	streams := read[struct{ Items []Stream }](h.get(kenyaKey, "/v1/instruments/s-res-2388-2017/streams").want(http.StatusOK))
	if len(streams.Items) != 18 {
		t.Errorf("%d streams", len(streams.Items))
	}
	for _, s := range streams.Items {
		if !s.Runs {
			t.Errorf("%s does not run", s.ID)
		}
	}
	h.get(kenyaKey, "/v1/instruments/none").problem(http.StatusNotFound, "not-found")
	missions := read[struct{ Items []Contributor }](h.get(kenyaKey, "/v1/contributors?kind=mission&on=2018-03-01").want(http.StatusOK))
	for _, c := range missions.Items {
		if c.Kind != "mission" || c.Name == "" {
			t.Errorf("mission %+v", c)
		}
	}
	h.get(kenyaKey, "/v1/contributors?on=yesterday").problem(http.StatusUnprocessableEntity, "invalid")
}
