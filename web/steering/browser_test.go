package steering_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func insertKey(id string) func(context.Context, rapporteur.Tx) error {
	return func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertKey(ctx, rapporteur.APIKey{ID: id, Hash: []byte(strings.Repeat(id, 8)[:32]), Role: rapporteur.RoleSecretariat, Label: "Desk"})
	}
}

// typed puts a text into a field.
func typed(selector, text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](`(() => { const f = document.querySelector('` + selector + `'); f.value = ` + "`" + text + "`" + `; f.dispatchEvent(new Event("input", {bubbles: true})); })()`)
}

// The main path: an answer is returned with a comment on a field, answered anew,
// accepted; a draft is compiled, read with its sources, approved by every office,
// transmitted, and taken along.
func TestFromReturnToTransmittal(t *testing.T) {
	h := open(t)
	h.Submit("kenya", webtest.Answer(""))
	tab := h.Browser("staff", webtest.Window{})
	tab.Open(kenyaAt)
	tab.Picture("steering-request")
	tab.Press(`a[href="`+kenyaAt+`/return"]`, "#comments")
	tab.Do(chromedp.Click(chromedp.CSS(`section[aria-labelledby="Q5.2"] summary`)), typed(`[name="on-Q5.2"]`, "The total is not the sum."))
	tab.Picture("steering-return")
	tab.Press(`main form > p > button`, ".notice")
	if r := h.Request(webtest.Kenya); r.State != rapporteur.RequestReturned {
		t.Fatalf("the request is %s", r.State)
	}
	h.Submit("kenya", webtest.Answer(`, "Q5.1": {"status": "no"}`))
	tab.Open(kenyaAt + "/versions/2")
	tab.Accessible()
	tab.Picture("steering-version")
	tab.Open(kenyaAt)
	tab.Press(`form[action$="/settlements"] button`, ".notice")
	h.Compile()
	tab.Open(draftAt)
	tab.Do(chromedp.Click(chromedp.CSS(".para .behind a")), chromedp.WaitVisible(chromedp.CSS("#sources .behind")))
	if text := webtest.See[string](tab, `document.querySelector("#sources").innerText`); !strings.Contains(text, "Paragraph") || tab.At() != draftAt {
		t.Errorf("beside the text stands %q", text)
	}
	tab.Accessible()
	tab.Picture("steering-draft")
	approveAll(t, h, tab)
	tab.Become("staff")
	tab.Open(cycleAt + "/commands/transmit")
	tab.Do(typed("#symbol", "S/2018/1042"), typed("#date", "2018-11-21"), chromedp.Click(chromedp.CSS("#sure")))
	tab.Picture("steering-transmit")
	tab.Press(`main form button`, ".notice")
	h.Must(h.Conduct.Transmit(t.Context(), webtest.Cycle, 1, rapporteur.Transmittal{Symbol: "S/2018/1042", Masthead: rapporteur.Date{Year: 2018, Month: 11, Day: 21}, By: "person-staff"}, h.Moment()))
	if got := h.As("staff").Get(draftAt + "/report/docx").Want(http.StatusOK); !strings.HasPrefix(got.Body.String(), "PK") {
		t.Error("the document is no DOCX")
	}
}

// approveAll has every office of every step approve in the browser.
func approveAll(t *testing.T, h *webtest.House, tab webtest.Tab) {
	t.Helper()
	for n := 0; ; n++ {
		found, err := h.Config.Steering.Clearing(t.Context(), webtest.Cycle, 1)
		h.Must(err)
		if found.Outcome == rapporteur.ClearanceCleared {
			break
		}
		for _, office := range found.Step().Offices {
			tab.Sign(rapporteur.Principal{ID: "person-" + strings.ToLower(office), Role: rapporteur.RoleClearance, Office: office})
			tab.Open("/clearance")
			tab.Press(`.cards a`, "#decide")
			if n == 0 {
				tab.Picture("steering-decide")
			}
			tab.Press(`button[value="approve"]`, ".notice")
			after, err := h.Config.Steering.Clearing(t.Context(), webtest.Cycle, 1)
			h.Must(err)
			if after.Current != found.Current || after.Outcome != rapporteur.ClearancePending {
				break // a quorum was enough
			}
		}
	}
	_, err := h.Conduct.CheckClearance(t.Context(), webtest.Cycle, 1, h.Moment())
	h.Must(err)
}
