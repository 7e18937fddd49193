package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestEachReturnTypeInOneCall(t *testing.T) {
	h := openHouse(t)
	at := kenyaAt + "/short-returns"
	for n, body := range []string{
		`{"return_type": "nil"}`,
		`{"return_type": "not-applicable", "reason": "No armed conflict here.", "language": "en"}`,
		`{"return_type": "covered", "report": "A/HRC/38/45", "language": "es", "period": {"from": "2018-01-01", "to": "2018-05-01"}}`,
		`{"return_type": "declined", "reason": "Not this year.", "authority": "Ministry of Justice", "may_be_quoted": true, "classification": "unclassified"}`,
		`{"return_type": "partial", "answers": {"Q2.1": {"status": "yes", "deposited": "2004-06-16"}}}`,
	} {
		answer := h.post(kenyaKey, at, body).want(http.StatusCreated)
		got := read[Submission](answer)
		if got.Version != n+1 || !strings.Contains(body, got.ReturnType) || answer.header.Get("Location")+"/receipt" != got.Receipt {
			t.Errorf("%s is answered with %+v", body, got)
		}
		h.get(kenyaKey, got.Receipt).want(http.StatusOK)
		if again := read[Submission](h.post(kenyaKey, at, body).want(http.StatusCreated)); again.Version != got.Version {
			t.Errorf("%s again is version %d", body, again.Version)
		}
	}
	partial := h.get(kenyaKey, kenyaAt+"/submissions/5/body").want(http.StatusOK)
	if !strings.Contains(string(partial.body), `"deposited": "2004-06-16"`) {
		t.Errorf("the body is %s", partial.body)
	}
}

func TestAShortReturnThatIsRefusedLeavesNothing(t *testing.T) {
	h := openHouse(t)
	at := kenyaAt + "/short-returns"
	before := h.weight()
	for name, c := range map[string]struct {
		key, body string
		headers   map[string]string
		status    int
		kind      rapporteur.ProblemKind
	}{
		"a full answer":       {kenyaKey, `{"return_type": "answered"}`, nil, 422, rapporteur.ProblemInvalid},
		"no type":             {kenyaKey, `{}`, nil, 422, rapporteur.ProblemInvalid},
		"a field too many":    {kenyaKey, `{"return_type": "nil", "surprise": 1}`, nil, 422, rapporteur.ProblemInvalid},
		"no reason":           {kenyaKey, `{"return_type": "declined"}`, nil, 422, rapporteur.ProblemInvalid},
		"no report":           {kenyaKey, `{"return_type": "covered", "reason": "It is."}`, nil, 422, rapporteur.ProblemInvalid},
		"not a date":          {kenyaKey, `{"return_type": "nil", "period": {"from": "2018-02-30", "to": "2018-03-01"}}`, nil, 422, rapporteur.ProblemInvalid},
		"a list of answers":   {kenyaKey, `{"return_type": "partial", "answers": [1]}`, nil, 400, rapporteur.ProblemMalformed},
		"a name and a number": {kenyaKey, `{"return_type": "declined", "reason": "Her passport 12345678"}`, nil, 422, rapporteur.ProblemRejected},
		"very deep":           {kenyaKey, `{"return_type": "partial", "answers": {"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}`, nil, 413, rapporteur.ProblemTooLarge},
		"not JSON":            {kenyaKey, `{"return_type": `, nil, 400, rapporteur.ProblemMalformed},
		"another's":           {franceKey, `{"return_type": "nil"}`, nil, 404, rapporteur.ProblemNotFound},
		"the Secretariat":     {staffKey, `{"return_type": "nil"}`, nil, 403, rapporteur.ProblemForbidden},
		"changed meanwhile":   {kenyaKey, `{"return_type": "nil"}`, map[string]string{"If-Match": `"99-abc"`}, 412, rapporteur.ProblemPrecondition},
	} {
		answer := h.call(exchange{key: c.key, method: http.MethodPost, path: at, body: c.body, headers: c.headers})
		answer.what += " with " + name
		answer.problem(c.status, string(c.kind))
		if after := h.weight(); after != before {
			t.Errorf("%s changed the record:\n%s\n%s", name, before, after)
		}
	}
}
