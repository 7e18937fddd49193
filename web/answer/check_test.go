package answer_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// explained is the field in which the warning of convention is justified.
const explained = "why:member-state/convention-deposit-without-party /answers/Q2.1/deposited"

// fillIn writes an answer with one warning by the form, as a browser without
// scripts does.
func fillIn(t *testing.T, kenya webtest.Person) {
	t.Helper()
	head := asks + "/form/header"
	kenya.Follow(head, pairs(typed(t, kenya.Get(head), "/header/authority", "Ministry of Justice", "do", "next"))...).Want(http.StatusOK, "Ratification and implementation")
	op2 := asks + "/form/op2"
	kenya.Follow(op2, pairs(typed(t, kenya.Get(op2), "/answers/Q2.1/status", "no", "/answers/Q2.1/reason", "The parliament is considering it.", "/answers/Q2.1/deposited", "2018-01-02", "do", "list"))...).Want(http.StatusOK)
}

// The main path without a script: header, section, check, justification, submit,
// receipt; and what the back button then finds.
func TestFromTheFormToTheReceipt(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/check"
	kenya.Get(asks + "/form").Want(http.StatusOK)
	if got := kenya.Get(at); got.Code != http.StatusSeeOther {
		t.Errorf("nothing was written, and the check is %d", got.Code)
	}
	fillIn(t, kenya)
	page := kenya.Get(at).Want(http.StatusOK, "1 thing to mend or explain", "To mend or explain:", "A date of deposit is given", asks+"/form/op2#/answers/Q2.1/deposited", "Ministry of Justice", "Unclassified")
	kenya.Post(at, pairs(typed(t, page, "do", "submit"))...).Want(http.StatusUnprocessableEntity, "Nothing was submitted yet", "1 thing to mend or explain")
	// A telephone number in an explanation is not kept, and not lost.
	kenya.Post(at, pairs(typed(t, page, explained, "Call +254 20 1234567", "do", "submit"))...).Want(http.StatusUnprocessableEntity, "Not saved", "Call &#43;254 20 1234567")
	kenya.Follow(at, pairs(typed(t, page, explained, "It was deposited early.", "do", "justify"))...).Want(http.StatusOK, "can be submitted as it is", "It was deposited early.")
	page = kenya.Get(at)
	form := typed(t, page, "do", "submit")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "The answer has been recorded", "Signed receipt")
	if all := versions(h); len(all) != 1 || all[0].ReturnType != rapporteur.ReturnAnswered || all[0].Findings[0].Justification != "It was deposited early." {
		t.Fatalf("accepted is %+v", all)
	}
	// The back button, and a second press.
	kenya.Get(at).Want(http.StatusOK, "submitted as version 1", "Show the receipt").Lacks("Submit the answer")
	kenya.Follow(at, pairs(form)...).Want(http.StatusOK, "This was submitted already", "Signed receipt")
	kenya.Get(asks+"/form").Want(http.StatusOK, "submitted as version 1")
	if all := versions(h); len(all) != 1 {
		t.Errorf("there are %d versions", len(all))
	}
	// A correction is a new version.
	op3 := asks + "/form/op3"
	kenya.Follow(op3, pairs(typed(t, kenya.Get(op3), "/answers/Q3.1/status", "yes", "do", "stay"))...).Want(http.StatusOK)
	kenya.Follow(at, pairs(typed(t, kenya.Get(at), "do", "submit"))...).Want(http.StatusOK, "The answer has been recorded")
	if all := versions(h); len(all) != 2 {
		t.Errorf("there are %d versions", len(all))
	}
}

// What a colleague changes after the page was loaded is not submitted unseen.
func TestSubmittingWhatWasSeen(t *testing.T) {
	h := opened(t)
	kenya, colleague := h.As("kenya"), h.As("kenya")
	fillIn(t, kenya)
	at := asks + "/check"
	form := typed(t, kenya.Get(at), explained, "It was deposited early.", "do", "submit")
	op3 := asks + "/form/op3"
	colleague.Follow(op3, pairs(typed(t, colleague.Get(op3), "/answers/Q3.1/status", "no", "/answers/Q3.1/reason", "Not yet.", "do", "stay"))...).Want(http.StatusOK)
	page := kenya.Post(at, pairs(form)...).Want(http.StatusConflict, "Nothing was submitted: a colleague has changed the answer", "It was deposited early.")
	if all := versions(h); len(all) > 0 {
		t.Fatal("it was submitted unseen")
	}
	kenya.Follow(at, pairs(typed(t, page, "do", "submit"))...).Want(http.StatusOK, "The answer has been recorded")
}

// A correction of what came another way begins with it, and what was said about
// a question stands beside it.
func TestCorrectingAnAnswerThatCameBack(t *testing.T) {
	h := returned(t, "Q5.2: the total differs.\nPlease look again.")
	kenya := h.As("kenya")
	kenya.Get(asks+"/form").Want(http.StatusOK, "Begin with version 1", "the total differs.")
	kenya.Follow(asks+"/form", "source", "version").Want(http.StatusOK, "Version 1 is in the form")
	at := asks + "/form/op5"
	page := kenya.Get(at).Want(http.StatusOK, "The Secretariat:", "the total differs.", "Please look again.", `value="13"`, `value="27"`)
	kenya.Follow(at, pairs(typed(t, page, prosecuted+":F:total:", "14", prosecuted+":total:total:", "41", "do", "stay"))...).Want(http.StatusOK)
	kenya.Follow(asks+"/check", pairs(typed(t, kenya.Get(asks+"/check"), "do", "submit"))...).Want(http.StatusOK, "The answer has been recorded")
	kenya.Get(asks).Want(http.StatusOK, "Answered").Lacks("the total differs.")
	if all := versions(h); len(all) != 2 {
		t.Errorf("there are %d versions", len(all))
	}
}

// After collection nothing is submitted, and the page says how things stand.
func TestSubmittingTooLate(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	fillIn(t, kenya)
	form := typed(t, kenya.Get(asks+"/check"), explained, "Early.", "do", "submit")
	h.Submit("france", webtest.Nil("member-state"))
	h.Compile()
	kenya.Follow(asks+"/check", pairs(form)...).Want(http.StatusOK, "Closed without an answer")
}

// Many who press at once make one version.
func TestPressingAtOnce(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	fillIn(t, kenya)
	kenya.Follow(asks+"/check", pairs(typed(t, kenya.Get(asks+"/check"), explained, "Early.", "do", "justify"))...)
	form := typed(t, kenya.Get(asks+"/check"), "do", "submit")
	done := make(chan int)
	for range 4 {
		go func(form url.Values) { done <- h.As("kenya").Post(asks+"/check", pairs(form)...).Code }(form)
	}
	for range 4 {
		if code := <-done; code != http.StatusSeeOther {
			t.Errorf("one press is answered with %d", code)
		}
	}
	if all := versions(h); len(all) != 1 {
		t.Errorf("there are %d versions", len(all))
	}
	if got := strings.Count(kenya.Get(asks+"/check").Body.String(), "Submit the answer"); got > 0 {
		t.Error("it can be submitted again")
	}
}
