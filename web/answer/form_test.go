package answer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const prosecuted = "/answers/Q5.2/prosecuted"

// typed is the whole form of a page as a browser would send it, with changes.
func typed(t *testing.T, page webtest.Reply, changes ...string) url.Values {
	t.Helper()
	form := url.Values{}
	for _, e := range webtest.Elements(t, page.Body.String()) {
		name, kind := webtest.Attribute(e, "name"), webtest.Attribute(e, "type")
		switch {
		case name == "" || kind == "submit" || kind == "file" || e.Data == "button" || e.Data == "meta":
		case kind == "radio" || kind == "checkbox":
			if has(e, "checked") {
				form.Add(name, webtest.Attribute(e, "value"))
			}
		case e.Data == "textarea":
			form.Add(name, strings.TrimPrefix(webtest.Text(e), "\n"))
		case e.Data == "select":
			for o := range e.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					form.Add(name, webtest.Attribute(o, "value"))
				}
			}
		case e.Data == "input":
			form.Add(name, webtest.Attribute(e, "value"))
		}
	}
	for n := 0; n+1 < len(changes); n += 2 {
		form.Set(changes[n], changes[n+1])
	}
	return form
}

func pairs(form url.Values) []string {
	var all []string
	for name, values := range form {
		for _, value := range values {
			all = append(all, name, value)
		}
	}
	return all
}

// saved is a section as it is in the record.
func saved(h *webtest.House, section string) string {
	h.T.Helper()
	view, err := h.Config.Correspondence.WorkingAnswer(h.T.Context(), keyOf(webtest.Kenya))
	h.Must(err)
	s, _ := view.Answer.Section(section)
	return string(s.Content)
}

func TestEverySectionIsAForm(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	list := kenya.Get(asks+"/form").Want(http.StatusOK, "Who answers, and how", "0 of 18 sections", "empty")
	for _, e := range webtest.Elements(t, list.Body.String()) {
		at := webtest.Attribute(e, "href")
		if !strings.HasPrefix(at, asks+"/form/") {
			continue
		}
		for _, language := range wording.Languages {
			page := kenya.Get(at + "?lang=" + language).Want(http.StatusOK)
			ids := map[string]bool{}
			for _, e := range webtest.Elements(t, page.Body.String()) {
				id := webtest.Attribute(e, "id")
				if ids[id] && id != "" {
					t.Errorf("%s in %s: the id %s is there twice", at, language, id)
				}
				ids[id] = true
			}
		}
	}
}

// What is typed is saved as it is, right or not, and shown so again; the buttons
// lead on.
func TestSavingASection(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/form/op5"
	page := kenya.Get(at).Want(http.StatusOK, "Q5.2")
	form := typed(t, page, "/answers/Q5.2/status", "yes", prosecuted+":F:total:", "13", prosecuted+":M:total:", "٢٧", prosecuted+":total:total:", "about 40", "do", "next")
	next := kenya.Post(at, pairs(form)...)
	if next.Code != http.StatusSeeOther || next.Header().Get("Location") != asks+"/form/op6" {
		t.Fatalf("it goes on with %d to %s\n%s", next.Code, next.Header().Get("Location"), next.Body)
	}
	want := `{"Q5.2":{"prosecuted":[{"age":"total","sex":"F","value":13},{"age":"total","sex":"M","value":27},{"age":"total","sex":"total","value":"about 40"}],"status":"yes"}}`
	if got := saved(h, "op5"); got != want {
		t.Errorf("saved is\n%s\nwant\n%s", got, want)
	}
	kenya.Get(asks+"/form/op6").Want(http.StatusOK, "Saved at 13:00 UTC, version 1")
	kenya.Get(at).Want(http.StatusOK, `value="about 40"`, "saved by you", "To mend:", "<output>40</output>")
	kenya.Get(asks+"/form").Want(http.StatusOK, "has something to mend", "1 of 7 questions answered")
	// Nothing typed is nothing saved.
	page = kenya.Get(asks + "/form/op8")
	kenya.Follow(asks+"/form/op8", pairs(typed(t, page, "do", "before"))...).Want(http.StatusOK, "Money-laundering")
	if got := saved(h, "op8"); got != "" {
		t.Errorf("an empty section was saved: %s", got)
	}
}

// Rows are added and removed without a script; States are written by their names
// in any language.
func TestRowsOfATable(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	section, part := tableOf(t, h, rapporteur.PartRows, "country")
	at := asks + "/form/" + section
	column := columnOf(t, h, section, part)
	form := typed(t, kenya.Get(at), part+"/0/"+column, "France", "do", "add:"+part)
	more := kenya.Follow(at, pairs(form)...).Want(http.StatusOK, `value="France" aria-label`)
	form = typed(t, more, part+"/1/"+column, "КЕНИЯ", part+"/3/"+column, "Atlantis", "do", "stay")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, `value="Kenya" aria-label`, `value="Atlantis" aria-label`)
	if got := saved(h, section); !strings.Contains(got, `"FRA"`) || !strings.Contains(got, `"KEN"`) || !strings.Contains(got, `"Atlantis"`) {
		t.Errorf("saved is %s", got)
	}
	form = typed(t, kenya.Get(at), "do", "remove:"+part+"/0")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK).Lacks(`value="France" aria-label`)
	if got := saved(h, section); strings.Contains(got, `"FRA"`) || !strings.Contains(got, `"KEN"`) {
		t.Errorf("after removing it is %s", got)
	}
	// The list to choose from is in the order of the language.
	page := kenya.Get(at + "?lang=fr").Body.String()
	if strings.Index(page, "États-Unis") > strings.Index(page, `value="Fidji"`) || !strings.Contains(page, "États-Unis") {
		t.Error("the States are not in the order of French")
	}
}

// tableOf is a section and the part in it that is of a kind, with a column of a
// format.
func tableOf(t *testing.T, h *webtest.House, kind rapporteur.PartKind, format string) (section, part string) {
	t.Helper()
	q, err := h.Catalogue.Latest("member-state")
	h.Must(err)
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			for _, p := range question.Parts {
				if p.Kind != kind {
					continue
				}
				for _, c := range p.Columns {
					if c.Format == format {
						return s.ID, "/answers/" + question.ID + "/" + p.Name
					}
				}
				if format == "" {
					return s.ID, "/answers/" + question.ID + "/" + p.Name
				}
			}
		}
	}
	t.Fatalf("nothing is %s with %s", kind, format)
	return "", ""
}

func columnOf(t *testing.T, h *webtest.House, section, part string) string {
	t.Helper()
	q, err := h.Catalogue.Latest("member-state")
	h.Must(err)
	names := strings.Split(part, "/")
	question, _ := q.Question(names[2])
	for _, p := range question.Parts {
		if p.Name == names[3] {
			return p.Columns[0].Name
		}
	}
	t.Fatalf("no %s in %s", part, section)
	return ""
}

// What must not be kept is refused with its place; everything that was typed is
// still in the form.
func TestWhatMustNotBeKept(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/form/op5"
	long := strings.Repeat("word ", 2000)
	form := typed(t, kenya.Get(at), "/answers/Q5.1/status", "yes", "/answers/Q5.1/text", "Call +254 20 1234567", "/answers/Q5.2/text", long)
	kenya.Post(at, pairs(form)...).Want(http.StatusUnprocessableEntity, "Not saved", "Call &#43;254 20 1234567", `href="#%2fanswers%2fQ5.1%2ftext"`, "Could harm a person:", strings.TrimSpace(long))
	if got := saved(h, "op5"); got != "" {
		t.Errorf("saved is %s", got)
	}
	// 10,000 letters and a right-to-left override are saved as they are.
	form.Set("/answers/Q5.1/text", "\u202eevil")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "\u202eevil", "Words so far: 2,000")
}

// Two who save at once: what only one has changed stays theirs, unseen by nobody;
// where both have, the second sees both and chooses.
func TestTwoWhoSave(t *testing.T) {
	for pick, want := range map[string]string{
		"theirs": `{"Q5.1":{"text":"By the colleague."},"Q5.2":{"text":"Only me."},"Q5.3":{"text":"Only the colleague."}}`,
		"mine":   `{"Q5.1":{"text":"By me."},"Q5.2":{"text":"Only me."},"Q5.3":{"text":"Only the colleague."}}`,
	} {
		t.Run(pick, func(t *testing.T) { twoSave(t, pick, want) })
	}
}

func twoSave(t *testing.T, pick, want string) {
	t.Helper()
	h := opened(t)
	webtestColleague := h.SignIn(rapporteur.Principal{ID: "person-colleague", Role: rapporteur.RoleContributor, Contributor: webtest.Kenya})
	kenya, colleague := h.As("kenya"), h.As("kenya")
	colleague.Cookie = webtestColleague
	at := asks + "/form/op5"
	mine, theirs := kenya.Get(at), colleague.Get(at)
	colleague.Follow(at, pairs(typed(t, theirs, "/answers/Q5.1/text", "By the colleague.", "/answers/Q5.3/text", "Only the colleague.", "do", "stay"))...).Want(http.StatusOK)
	form := typed(t, mine, "/answers/Q5.1/text", "By me.", "/answers/Q5.2/text", "Only me.", "do", "stay")
	page := kenya.Post(at, pairs(form)...).Want(http.StatusConflict, "Two have written here", "By the colleague.", "By me.", "Keep what I wrote").Lacks("Only the colleague.</bdi>")
	if got := saved(h, "op5"); strings.Contains(got, "By me") {
		t.Errorf("saved is %s", got)
	}
	kenya.Follow(at, pairs(typed(t, page, "pick:Q5.1", pick, "do", "stay"))...).Want(http.StatusOK)
	if got := saved(h, "op5"); got != want {
		t.Errorf("saved is\n%s\nwant\n%s", got, want)
	}
	kenya.Get(at).Want(http.StatusOK, "saved by you")
	colleague.Get(at).Want(http.StatusOK, "saved by a colleague")
}

// A page that saves by itself and is then sent by its button does not take its
// own save for somebody else's.
func TestSavingByItself(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/form/op5"
	page := kenya.Get(at)
	form := typed(t, page, "/answers/Q5.1/text", "First.")
	live := kenya.Do(htmx(t, h, kenya, at, form)).Want(http.StatusOK, "Saved at 13:00 UTC, version 1", `hx-swap-oob`)
	form.Set("/answers/Q5.1/text", "First. Second.")
	form.Set("do", "stay")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "First. Second.") // with what the page knew at first
	_ = live
	form.Set("/answers/Q5.1/text", "Call +254 20 1234567")
	kenya.Do(htmx(t, h, kenya, at, form)).Want(http.StatusOK, "Not saved")
	if got := saved(h, "op5"); got != `{"Q5.1":{"text":"First. Second."}}` {
		t.Errorf("saved is %s", got)
	}
}

// Whoever is away for long and then sends a form loses nothing of it.
func TestAForgottenForm(t *testing.T) {
	h := opened(t)
	at := asks + "/form/op5"
	form := typed(t, h.As("kenya").Get(at), "/answers/Q5.1/text", "Written for long.")
	h.As("").Post(at, pairs(form)...).Want(http.StatusUnauthorized, "Written for long.", "nothing is lost")
}

// When collection has closed the text that was typed is still there to be copied.
func TestASectionAfterCollection(t *testing.T) {
	h := opened(t)
	at := asks + "/form/op5"
	form := typed(t, h.As("kenya").Get(at), "/answers/Q5.1/text", "Too late.")
	h.Submit("france", webtest.Nil("member-state"))
	h.Compile()
	h.As("kenya").Post(at, pairs(form)...).Want(http.StatusConflict, "nothing can be answered here any more", "Too late.")
}
