package answer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// intakes is a house in which some intakes are open.
func intakes(t *testing.T, streams ...string) *webtest.House {
	t.Helper()
	h := opened(t)
	start(t, h, streams...)
	return h
}

func start(t *testing.T, h *webtest.House, streams ...string) {
	t.Helper()
	for _, id := range []rapporteur.ContributorID{"entity-cted", "entity-monitoring-team-1267", "entity-unitad"} {
		h.Must(h.Config.Secretariat.PutContacts(t.Context(), webtest.People["staff"], id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "desk@example.org", Language: "en"},
		}))
	}
	for _, stream := range streams {
		_, err := h.Config.Secretariat.StartIntake(t.Context(), webtest.People["staff"], "s-res-2388-2017", stream)
		h.Must(err)
	}
}

// intakesOf opens two intakes of a house and leaves a receipt in one. It gives
// where that is.
func intakesOf(t *testing.T, h *webtest.House) string {
	t.Helper()
	start(t, h, "op9", "op30")
	return h.As("kenya").Post(counterAt+"op30", "day", "2018-05-02", "to", "entity-unitad", "hash", strings.Repeat("ab", 32)).Want(http.StatusSeeOther).Header().Get("Location")
}

const counterAt = "/deliveries/s-res-2388-2017/"

// What is delivered is written, checked and delivered on one page; what is found
// is shown with everything that was typed.
func TestDelivering(t *testing.T) {
	h := intakes(t, "op9")
	kenya := h.As("kenya")
	kenya.Get("/deliveries").Want(http.StatusOK, counterAt+"op9").Lacks(counterAt + "op30")
	at := counterAt + "op9"
	page := kenya.Get(at).Want(http.StatusOK, "nothing is kept before you deliver it")
	form := typed(t, page, "/header/authority", "Ministry of Finance", "do", "deliver")
	kenya.Post(at, pairs(form)...).Want(http.StatusUnprocessableEntity, "Nothing was delivered yet", "Ministry of Finance")
	form.Set("/return_type", "nil")
	form.Set("/reason", "Nothing to report.")
	done := kenya.Post(at, pairs(form)...)
	if done.Code != http.StatusSeeOther {
		t.Fatalf("delivering ends with %d\n%s", done.Code, done.Body)
	}
	receipt := done.Header().Get("Location")
	kenya.Get(receipt).Want(http.StatusOK, "It has been received", "each acknowledges it")
	if again := kenya.Post(at, pairs(form)...); again.Header().Get("Location") != receipt {
		t.Errorf("a second press leads to %s", again.Header().Get("Location"))
	}
	kenya.Get("/deliveries").Want(http.StatusOK, "What was delivered", receipt)
	h.As("france").Get(receipt).Want(http.StatusNotFound)
	h.As("unmiss").Get(at).Want(http.StatusNotFound)
	if got := h.As("staff").Get("/deliveries"); got.Code != http.StatusSeeOther {
		t.Errorf("staff deliver nothing, and are shown %d", got.Code)
	}
}

// Rows are added and removed without losing what is typed, and without keeping
// it.
func TestRowsOfADelivery(t *testing.T) {
	h := intakes(t, "op9")
	kenya := h.As("kenya")
	q, err := h.Catalogue.Latest("financial-flows")
	h.Must(err)
	part, column := "", ""
	for _, s := range q.Sections {
		for _, question := range s.Questions {
			for _, p := range question.Parts {
				if p.Kind == rapporteur.PartRows {
					part, column = "/answers/"+question.ID+"/"+p.Name, p.Columns[0].Name
				}
			}
		}
	}
	at := counterAt + "op9"
	form := typed(t, kenya.Get(at), part+"/0/"+column, "first", "do", "add:"+part)
	page := kenya.Post(at, pairs(form)...).Want(http.StatusOK, `value="first"`, part+"/3/"+column)
	form = typed(t, page, part+"/1/"+column, "second", "do", "remove:"+part+"/0")
	kenya.Post(at, pairs(form)...).Want(http.StatusOK, `value="second"`).Lacks(`value="first"`)
}

// Where only a receipt is kept nothing of the content can be written.
func TestLeavingAReceipt(t *testing.T) {
	h := intakes(t, "op30")
	kenya := h.As("kenya")
	at := counterAt + "op30"
	page := kenya.Get(at).Want(http.StatusOK, "never entered here", "Strictly confidential").Lacks("<textarea")
	kenya.Post(at, pairs(typed(t, page))...).Want(http.StatusUnprocessableEntity, `href="#day"`, `href="#hash"`, `href="#to"`)
	hash := strings.Repeat("ab", 32)
	form := typed(t, page, "day", "2018-05-02", "to", "entity-unitad", "hash", strings.ToUpper(hash))
	late := typed(t, page, "day", "2031-01-01", "to", "entity-unitad", "hash", hash)
	kenya.Post(at, pairs(late)...).Want(http.StatusUnprocessableEntity, "the day must lie between 21 November 2017 and today", "2031-01-01")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "The receipt is kept", hash, "2 May 2018", "Strictly confidential")
}

// Whoever is asked where only a receipt is kept is led to leave one, and never to
// a form for the content.
func TestARequestOfWhichOnlyAReceiptIsKept(t *testing.T) {
	h := webtest.New(t)
	staff := webtest.People["staff"]
	h.Must(h.Config.Secretariat.PutContacts(t.Context(), staff, webtest.UNMISS, []rapporteur.Contact{
		{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "desk@example.org", Language: "en"},
	}))
	cycle, err := h.Config.Secretariat.Start(t.Context(), staff, rapporteur.Start{
		Instrument: "s-res-2388-2017", Stream: "op27b", Only: []rapporteur.ContributorID{webtest.UNMISS},
		Event: rapporteur.Event{Date: rapporteur.Date{Year: 2018, Month: 5, Day: 22}, Body: "The Committee"},
	})
	h.Must(err)
	h.Set(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	moment := h.Moment()
	moment.Workflow = rapporteur.CycleWorkflowID(cycle.ID)
	_, err = h.Conduct.Open(t.Context(), cycle.ID, moment)
	h.Must(err)
	unmiss, at := h.As("unmiss"), "/requests/"+string(cycle.ID)+"/mission-unmiss"
	unmiss.Get("/requests").Want(http.StatusOK, "1 request waits", at)
	unmiss.Get(at).Want(http.StatusOK, "never entered here", `href="`+counterAt+`op27b"`).Lacks(at+"/form", "/returns/nil", "/upload")
	page := unmiss.Get(counterAt+"op27b").Want(http.StatusOK, "Which occasion", `value="occasion-1"`)
	form := typed(t, page, "occasion", "occasion-1", "day", rapporteur.DateOf(h.Clock()).String(), "to", "committee-1518", "hash", strings.Repeat("cd", 32))
	unmiss.Follow(counterAt+"op27b", pairs(form)...).Want(http.StatusOK, "The receipt is kept")
	unmiss.Get("/requests").Want(http.StatusOK, "Nothing waits for your answer")
}
