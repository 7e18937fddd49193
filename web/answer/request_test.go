package answer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/answer"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// Every text is there in all six languages.
func TestNoTextIsMissing(t *testing.T) {
	if missing := answer.Words().Missing(); len(missing) > 0 {
		t.Errorf("missing: %q", missing)
	}
}

func TestTheListOfRequests(t *testing.T) {
	h := opened(t)
	h.As("kenya").Get("/requests").Want(http.StatusOK, "1 request waits for your answer", asks, "Answer by 14 September 2018", "days left").Lacks("state-fra")
	h.Submit("kenya", webtest.Answer(""))
	h.As("kenya").Get("/requests").Want(http.StatusOK, "Nothing waits for your answer", "Answered or over", asks)
	if got := h.As("staff").Get("/requests"); got.Code != http.StatusSeeOther {
		t.Errorf("staff have no requests, and are shown %d", got.Code)
	}
	if got := h.As("unmiss").Get("/requests"); strings.Contains(got.Body.String(), "state-ken") {
		t.Error("somebody sees what is another's")
	}
}

// The page says what is asked, by whom, by when and why, how it stands, what
// happens next, and every way to answer.
func TestThePageOfARequest(t *testing.T) {
	h := opened(t)
	page := h.As("kenya").Get(asks).Want(http.StatusOK,
		"Waits for your answer", "S/RES/2388 (2017)", "OP34", "Paragraph 34 in full", "14 September 2018", "Why these dates", "What happens next",
		asks+"/form", asks+"/returns/nil", asks+"/returns/not-applicable", asks+"/returns/covered", asks+"/returns/declined", asks+"/extension", "Kenya")
	if strings.Contains(page.Body.String(), "[") {
		t.Errorf("a text is not known:\n%s", page.Body)
	}
	for _, language := range wording.Languages {
		h.As("kenya").Get(asks+"?lang="+language).Want(http.StatusOK, `<html lang="`+language+`"`)
	}
	// Staff see what is asked and how it stands; nothing offers them to answer.
	h.As("staff").Get(asks).Want(http.StatusOK, "Waits for your answer").Lacks("/returns/nil", asks+"/form", "/extension")
	h.As("france").Get(asks).Want(http.StatusNotFound)
}

// From a mail to an accepted nil return in at most three steps: open the request,
// choose, press. By the mail's own link it is two.
func TestThreeStepsToANilReturn(t *testing.T) {
	h := opened(t)
	steps := 0
	kenya := h.As("kenya")
	page := kenya.Get(asks).Want(http.StatusOK)
	steps++
	kenya.Get(linkTo(t, page, "Nothing to report")).Want(http.StatusOK, "What will be recorded", "21 November 2017")
	steps++
	kenya.Follow(asks+"/returns/nil", "reason", "").Want(http.StatusOK, "The answer has been recorded", "Signed receipt", "What happens next", "collection closes on")
	steps++
	if all := versions(h); steps > 3 || len(all) != 1 || all[0].ReturnType != rapporteur.ReturnNil || all[0].SubmittedBy != "person-kenya" {
		t.Errorf("after %d steps there is %+v", steps, all)
	}
	// A second click is the same version, and the page says how it stands.
	kenya.Follow(asks+"/returns/nil", "reason", "").Want(http.StatusOK, "The answer has been recorded")
	if all := versions(h); len(all) != 1 {
		t.Errorf("a second click made %d versions", len(all))
	}
	kenya.Get(asks).Want(http.StatusOK, "Answered", "Show the receipt", "Send a new version")
}

// linkTo is where a link leads that says a text.
func linkTo(t *testing.T, page webtest.Reply, says string) string {
	t.Helper()
	for _, e := range webtest.Elements(t, page.Body.String()) {
		if e.Data == "a" && strings.TrimSpace(webtest.Text(e)) == says {
			return webtest.Attribute(e, "href")
		}
	}
	t.Fatalf("no link says %q\n%s", says, page.Body)
	return ""
}

// What is to be mended is shown with the field, and nothing that was typed is
// lost, whatever was typed.
func TestShortReturnsToMend(t *testing.T) {
	rlo := "\u202eevil" // a right-to-left override
	for name, c := range map[string]struct {
		kind, field, typed string
		says               []string
	}{
		"no reason":       {"declined", "reason", "", []string{"Say why no answer will be given.", `href="#reason"`, `aria-invalid="true"`}},
		"no report":       {"covered", "report", "", []string{"Name the report", `href="#report"`}},
		"a telephone":     {"nil", "reason", "Call +254 20 1234567", []string{"Call &#43;254 20 1234567"}},
		"10,000 letters":  {"declined", "reason", strings.Repeat("no such thing ", 715), []string{"no such thing no such thing"}},
		"turned right":    {"covered", "report", "", []string{"Name the report"}},
		"an unknown sort": {"answered", "reason", "x", nil},
		"turned and long": {"declined", "reason", rlo + strings.Repeat(" word", 300), []string{rlo + " word"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := opened(t)
			status := http.StatusUnprocessableEntity
			if c.says == nil {
				status = http.StatusNotFound
			}
			h.As("kenya").Post(asks+"/returns/"+c.kind, c.field, c.typed).Want(status, c.says...)
			if all := versions(h); len(all) > 0 {
				t.Errorf("it was recorded: %+v", all)
			}
		})
	}
}

func TestAskingForTime(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/extension"
	page := kenya.Get(at).Want(http.StatusOK, `min="2018-09-15"`, "no reminders are sent")
	for _, typed := range [][2]string{{"", "The ministry is away."}, {"2018-09-14", "x"}, {"2031-01-01", "x"}, {"next week", "x"}, {"2018-09-20", " "}} {
		kenya.Post(at, "until", typed[0], "reason", typed[1]).Want(http.StatusUnprocessableEntity, "Nothing has been recorded yet")
	}
	once := hidden(t, page, "once")
	kenya.Follow(at, "until", "2018-09-20", "reason", "The ministry is away.", "once", once).Want(http.StatusOK, "You have asked for time until 20 September 2018", "You can answer meanwhile")
	kenya.Follow(at, "until", "2018-09-20", "reason", "The ministry is away.", "once", once).Want(http.StatusOK, "You have asked for time")
	if asked := h.Audit(rapporteur.ActionExtensionAsked); len(asked) != 1 {
		t.Errorf("it was asked %d times", len(asked))
	}
	kenya.Get(at).Want(http.StatusOK, "You have asked for time until").Lacks(`name="until"`)
}

// hidden is the value of a hidden field.
func hidden(t *testing.T, page webtest.Reply, name string) string {
	t.Helper()
	for _, e := range webtest.Elements(t, page.Body.String()) {
		if e.Data == "input" && webtest.Attribute(e, "name") == name {
			return webtest.Attribute(e, "value")
		}
	}
	t.Fatalf("there is no field %s\n%s", name, page.Body)
	return ""
}

// An answer that came back shows the comments first; lines that begin with a
// question lead to it.
func TestCommentsOnAnAnswerThatCameBack(t *testing.T) {
	h := returned(t, "Q5.2: the total differs.\nThank you.\nQ99.9: no such question.")
	h.As("kenya").Get(asks).Want(http.StatusOK, "Back with you for correction", `href="`+asks+`/form/op5#/answers/Q5.2">Q5.2</a>`,
		"the total differs.", "<bdi>Thank you.</bdi>", "<bdi>Q99.9: no such question.</bdi>")
}

func TestReceiptsCanBeKept(t *testing.T) {
	h := opened(t)
	h.Submit("kenya", webtest.Answer(""))
	at := asks + "/versions/1/receipt"
	page := h.As("kenya").Get(at).Want(http.StatusOK, at+".json", "Signed receipt")
	document := h.As("kenya").Get(at + ".json").Want(http.StatusOK).Body.Bytes()
	if _, err := rapporteur.VerifyReceipt(document, h.Signer.Keys()); err != nil {
		t.Errorf("the receipt does not hold: %v\n%s", err, page.Body)
	}
	h.As("kenya").Get(asks + "/versions/2/receipt").Want(http.StatusNotFound)
	h.As("kenya").Get(asks + "/versions/x/receipt").Want(http.StatusNotFound)
	h.As("france").Get(at).Want(http.StatusNotFound)
}

// What comes after collection has closed is told, on the request's page.
func TestAfterCollection(t *testing.T) {
	h := opened(t)
	h.Submit("france", webtest.Nil("member-state"))
	h.Compile()
	h.As("kenya").Follow(asks+"/returns/nil", "reason", "").Want(http.StatusOK, "Closed without an answer", "Nothing can be changed here any more")
	if got := h.As("kenya").Get(asks + "/returns/nil"); got.Code != http.StatusSeeOther {
		t.Errorf("the form is still shown: %d", got.Code)
	}
}
