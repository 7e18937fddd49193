package answer_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur/figures"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/web"
	"github.com/rapporteur/rapporteur/web/webtest"
)

// What was filled in from published figures is marked with where it comes from,
// keeps the answer back until somebody confirms or changes it, and is confirmed
// value by value or all at once.
func TestPrefilledValuesAreConfirmed(t *testing.T) {
	file, err := os.Open(needs.SharedFile(t, "unodc-glotip-2023-05-30.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := figures.ReadGLOTIP(file)
	if err != nil {
		t.Fatal(err)
	}
	h := webtest.New(t, func(c *web.Config) {
		c.Correspondence.Published = figures.NewPublished(rows, c.Statistics.Crosswalk)
	})
	h.Open()
	kenya := h.As("kenya")
	kenya.Get(asks+"/form").Want(http.StatusOK, "Fill in from published figures", "Fill in from our last answer")
	kenya.Follow(asks+"/form", "source", "earlier-answer").Want(http.StatusOK, "0 values were filled in")
	kenya.Follow(asks+"/form", "source", "published").Want(http.StatusOK, "8 values were filled in", "3 prefilled values to confirm", "5 prefilled values to confirm")
	at := asks + "/form/op3"
	page := kenya.Get(at).Want(http.StatusOK, "Taken from published figures of 2018", "another period", "Confirm: it is right as it is")
	kenya.Get(asks+"/check").Want(http.StatusOK, "confirm that it is this, or take it out")
	// One value changed is one confirmed; saving the rest as it is confirms nothing.
	kenya.Follow(at, pairs(typed(t, page, "/answers/Q3.4/source", "Our own count", "do", "list"))...).Want(http.StatusOK, "2 prefilled values to confirm")
	kenya.Follow(at, pairs(typed(t, kenya.Get(at), "confirm", "/answers/Q3.4/status", "do", "list"))...).Want(http.StatusOK, "1 prefilled value to confirm")
	kenya.Follow(at, pairs(typed(t, kenya.Get(at), "confirmed", "1", "do", "list"))...).Want(http.StatusOK, "5 prefilled values to confirm").Lacks("1 prefilled", "3 prefilled")
	if got := saved(h, "op3"); !strings.Contains(got, `"identified"`) {
		t.Errorf("saved is %s", got)
	}
}
