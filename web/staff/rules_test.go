package staff_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestRules(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	staff := h.As("staff")
	page := staff.Get(board+"/rules").Want(200, "Every rule", "Suspend it in this cycle").Body.String()
	rule := regexp.MustCompile(`name="rule" value="([^"]+)"><input type="hidden" name="questionnaire" value="([^"]+)"`).FindStringSubmatch(page)
	staff.Post(board+"/rules/suspend", "rule", rule[1], "questionnaire", rule[2], "reason", "").Want(http.StatusUnprocessableEntity, "A reason is needed", `role="alert"`)
	staff.Post(board+"/rules/suspend", "rule", "privacy/name", "reason", "x").Want(http.StatusUnprocessableEntity, "cannot be suspended")
	once := []string{"rule", rule[1], "questionnaire", rule[2], "reason", "It blocks <truthful> answers.", "once", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
	for range 2 {
		staff.Follow(board+"/rules/suspend", once...).Want(200, "Everything accepted was checked again", "It blocks &lt;truthful&gt; answers.", "Let it hold again")
	}
	if n := len(h.Audit(rapporteur.ActionRuleSuspended)); n != 1 {
		t.Errorf("it was suspended %d times", n)
	}
	staff.Post(board+"/rules/lift", "number", "one", "reason", "x").Want(http.StatusUnprocessableEntity, "Not a suspension")
	staff.Follow(board+"/rules/lift", "number", "1", "reason", "The rule was mended.").Want(200, "lifted", "The rule was mended.").Lacks("Let it hold again")
	h.As("admin").Get(board + "/rules").Want(200).Lacks("Suspend it in this cycle")
	h.As("admin").Post(board+"/rules/suspend", once...).Want(403)
	staff.Get("/cycles/s-res-2388-2017/op34/1999/rules").Want(404)
}

func TestStatistics(t *testing.T) {
	h := webtest.New(t)
	h.Open()
	h.Submit("kenya", webtest.Answer(""))
	staff := h.As("staff")
	staff.Get(board+"/statistics").Want(200, "Nothing yet", "once collection is closed").Lacks("Publish these figures")
	h.Compile()
	staff.Get(board+"/statistics").Want(200, "KEN", "Publish these figures", `<td class="n">40</td>`)
	staff.Follow(board+"/statistics").Want(200, "Release 1 is published", "Release 1, ")
	h.As("kenya").Get(board + "/statistics").Want(403)
	h.As("admin").Get(board + "/statistics").Want(403)
}
