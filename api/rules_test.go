package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	rulesAt       = cycleAt + "/rules"
	suspensionsAt = cycleAt + "/rule-suspensions"
	findingsAt    = cycleAt + "/findings"
	franceAt      = cycleAt + "/requests/state-fra"
)

// short is an answer of a Member State whose figures by sex fall short of their
// total, in a language, with what is said to that.
func short(language, justification string) string {
	more := ""
	if justification != "" {
		more = `"justifications": {"figures/sex-adds-up": "` + justification + `"},`
	}
	return `{"questionnaire": "member-state", "version": "1.0.0", "return_type": "answered", "language": "` + language + `", ` + more + `
  "answers": {"Q3.4": {"status": "yes", "text": "Words.", "conflict_linked": [
    {"sex": "F", "age": "18+", "value": 6}, {"sex": "M", "age": "18+", "value": 7}, {"sex": "total", "age": "18+", "value": 20}]}},
  "header": {"authority": "Ministry of Justice", "period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}}`
}

const linkedPlace = "Question Q3.4, Victims identified in the period: Of them linked to areas affected by armed conflict"

func TestFindingsSayWhereInWords(t *testing.T) {
	h := openHouse(t)
	p := h.post(kenyaKey, kenyaAt+"/submissions", short("en", "")).problem(http.StatusUnprocessableEntity, "rejected")
	if len(p.Findings) != 1 || p.Findings[0].Place != linkedPlace || p.Findings[0].Pointer != "/answers/Q3.4/conflict_linked" {
		t.Errorf("findings %+v", p.Findings)
	}
	verdict := read[Verdict](h.post(kenyaKey, kenyaAt+"/validations", short("en", "")).want(http.StatusOK))
	if diff := cmp.Diff(p.Findings, verdict.Findings); diff != "" {
		t.Errorf("checking finds otherwise (-submitted +checked):\n%s", diff)
	}
	other := h.post(staffKey, "/v1/cycles", `{"instrument": 7}`).problem(http.StatusUnprocessableEntity, "invalid")
	if other.Findings[0].Place != "" {
		t.Errorf("a field of a request is at %q", other.Findings[0].Place)
	}
}

// Without a language of the client's own, an answer's findings are told in the
// answer's language where there are words in it.
func TestFindingsAreInTheAnswersLanguage(t *testing.T) {
	h := openHouse(t)
	for _, c := range []struct{ document, asked, begins string }{
		{"en", "", "The figures by sex"}, {"fr", "", "Les chiffres par sexe"}, {"fr", "en", "The figures by sex"},
		{"en", "fr", "Les chiffres par sexe"}, {"fr", "de", "The figures by sex"}, {"ar", "", "لا يتطابق حاصل جمع الأرقام"}, {"zh", "en", "The figures by sex"}, {"en", "ru", "Сумма данных в разбивке по полу"}, {"es", "", "La suma de las cifras por sexo"},
	} {
		headers := map[string]string{}
		if c.asked != "" {
			headers["Accept-Language"] = c.asked
		}
		ask := func(what string) reply {
			return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: kenyaAt + what, body: short(c.document, ""), headers: headers})
		}
		rejected := ask("/submissions").problem(http.StatusUnprocessableEntity, "rejected")
		verdict := read[Verdict](ask("/validations").want(http.StatusOK))
		french := strings.HasPrefix(c.begins, "Les")
		for _, f := range []Finding{rejected.Findings[0], verdict.Findings[0]} {
			if !strings.HasPrefix(f.Message, c.begins) || strings.Contains(f.Place, " : ") != french {
				t.Errorf("an answer in %q, asked for in %q: %q at %q", c.document, c.asked, f.Message, f.Place)
			}
		}
	}
	receipt := read[Submission](h.post(kenyaKey, kenyaAt+"/submissions", short("fr", "Deux services.")).want(http.StatusCreated))
	if !strings.HasPrefix(receipt.Findings[0].Message, "Les chiffres") || receipt.Findings[0].Justification != "Deux services." {
		t.Errorf("the receipt has %+v", receipt.Findings)
	}
}

func TestARuleIsSuspendedAndHoldsAgain(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", short("en", "Two services count in two ways.")).want(http.StatusCreated)
	h.post(franceKey, franceAt+"/submissions", short("en", "")).problem(http.StatusUnprocessableEntity, "rejected")
	suspend := exchange{
		key: staffKey, method: http.MethodPost, path: suspensionsAt, headers: map[string]string{"Idempotency-Key": "one"},
		body: `{"rule": "figures/sex-adds-up", "reason": "Sources differ in many States."}`,
	}
	change := read[RuleChange](h.call(suspend).want(http.StatusCreated))
	if s := change.Suspension; s.Number != 1 || !s.InForce || !s.Revalidated || s.SuspendedBy != h.principal(staffKey) || s.Reason != "Sources differ in many States." {
		t.Errorf("suspension %+v", s)
	}
	if a := change.Affected; len(a) != 1 || a[0].Contributor != "state-ken" || len(a[0].Gone) != 1 || len(a[0].New) != 0 || a[0].Blocking || a[0].Gone[0].Place != linkedPlace {
		t.Errorf("affected %+v", a)
	}
	before := h.weight()
	again := read[RuleChange](h.call(suspend).want(http.StatusCreated))
	if diff := cmp.Diff(change, again); diff != "" || h.weight() != before {
		t.Errorf("the same call again differs:\n%s", diff)
	}
	receipt := read[Submission](h.post(franceKey, franceAt+"/submissions", short("en", "")).want(http.StatusCreated))
	if f := receipt.Findings[0]; !f.Suspended || f.Severity != "advice" || !strings.HasPrefix(f.Message, "This rule is suspended") {
		t.Errorf("finding %+v", f)
	}
	rules := read[struct {
		Rules       []Rule
		Suspensions []RuleSuspension
	}](h.get(adminKey, rulesAt).want(http.StatusOK))
	suspended := map[string]bool{}
	for _, r := range rules.Rules {
		if r.Message == "" || r.Severity == "" || r.Questionnaire == "" {
			t.Errorf("rule %+v", r)
		}
		suspended[r.Questionnaire+" "+r.ID] = r.Suspended
	}
	if len(rules.Suspensions) != 1 || !suspended["member-state figures/sex-adds-up"] || !suspended["entity figures/sex-adds-up"] || suspended["member-state figures/age-adds-up"] {
		t.Errorf("suspensions %+v of %d rules", rules.Suspensions, len(rules.Rules))
	}
	change = read[RuleChange](h.post(staffKey, suspensionsAt+"/1/lift", `{"reason": "The words were mended."}`).want(http.StatusOK))
	if a := change.Affected; len(a) != 2 || a[0].Contributor != "state-fra" || !a[0].Blocking || a[1].Blocking || change.Suspension.InForce || change.Suspension.LiftReason != "The words were mended." {
		t.Errorf("affected %+v by %+v", a, change.Suspension)
	}
	history := string(h.call(exchange{key: adminKey, method: "GET", path: cycleAt + "/history", headers: map[string]string{"Accept": "application/x-ndjson"}}).want(http.StatusOK).body)
	for _, want := range []string{"Rule figures/sex-adds-up suspended", "Sources differ in many States.", "1 contributor affected, 1 finding gone", "holds again", "2 contributors affected, 2 findings new; 1 answer to be corrected or explained"} {
		if !strings.Contains(history, want) {
			t.Errorf("the history does not say %q:\n%s", want, history)
		}
	}
}

func TestRefusedSuspensionsChangeNothing(t *testing.T) {
	h := openHouse(t)
	h.post(staffKey, suspensionsAt, `{"rule": "answer/reason-needed", "reason": "For a test."}`).want(http.StatusCreated)
	before := h.weight()
	for name, c := range map[string]struct {
		key, path, body string
		status          int
		kind, says      string
	}{
		"privacy":                {staffKey, suspensionsAt, `{"rule": "privacy/telephone", "reason": "x"}`, 422, "invalid", "protects persons"},
		"the schema":             {staffKey, suspensionsAt, `{"rule": "schema/required", "reason": "x"}`, 422, "invalid", "only cross-field rules"},
		"an unknown rule":        {staffKey, suspensionsAt, `{"rule": "figures/none", "reason": "x"}`, 422, "invalid", "Unknown rule"},
		"no reason":              {staffKey, suspensionsAt, `{"rule": "figures/sex-adds-up", "reason": " "}`, 422, "invalid", "reason"},
		"twice":                  {staffKey, suspensionsAt, `{"rule": "answer/reason-needed", "reason": "x"}`, 409, "conflict", "suspended already"},
		"no such suspension":     {staffKey, suspensionsAt + "/2/lift", `{"reason": "x"}`, 404, "not-found", ""},
		"no reason to lift":      {staffKey, suspensionsAt + "/1/lift", `{"reason": ""}`, 422, "invalid", "reason"},
		"no such cycle":          {staffKey, strings.Replace(suspensionsAt, "2018", "2030", 1), `{"rule": "figures/sex-adds-up", "reason": "x"}`, 404, "not-found", ""},
		"by a contributor":       {kenyaKey, suspensionsAt, `{"rule": "figures/sex-adds-up", "reason": "x"}`, 403, "forbidden", ""},
		"by an administrator":    {adminKey, suspensionsAt, `{"rule": "figures/sex-adds-up", "reason": "x"}`, 403, "forbidden", ""},
		"by clearance":           {olaKey, suspensionsAt, `{"rule": "figures/sex-adds-up", "reason": "x"}`, 403, "forbidden", ""},
		"lifted by one of those": {kenyaKey, suspensionsAt + "/1/lift", `{"reason": "x"}`, 403, "forbidden", ""},
		"an unknown field":       {staffKey, suspensionsAt, `{"rule": "figures/sex-adds-up", "reason": "x", "for_ever": true}`, 422, "invalid", ""},
	} {
		p := h.post(c.key, c.path, c.body).problem(c.status, c.kind)
		if !strings.Contains(p.Title+" "+p.Detail, c.says) {
			t.Errorf("%s: %q %q does not say %q", name, p.Title, p.Detail, c.says)
		}
		if h.weight() != before {
			t.Errorf("%s has changed the record", name)
		}
	}
	for _, path := range []string{findingsAt, cycleAt + "/drafts/1/notes"} {
		for _, key := range []string{kenyaKey, olaKey, adminKey} {
			h.get(key, path).problem(http.StatusForbidden, "forbidden")
		}
	}
	h.get(kenyaKey, rulesAt).problem(http.StatusForbidden, "forbidden")
}

func TestFindingsAreListedByContributor(t *testing.T) {
	h := openHouse(t)
	h.post(kenyaKey, kenyaAt+"/submissions", short("en", "Two services.")).want(http.StatusCreated)
	h.post(franceKey, franceAt+"/submissions", short("en", "Other dates.")).want(http.StatusCreated)
	h.post(unmissKey, unmissAt+"/submissions", nilReturn("mission", "Nothing.")).want(http.StatusCreated)
	list := func(query string) (names []string, next string) {
		got := read[struct {
			Items      []AnswerFindings
			NextCursor string `json:"next_cursor"`
		}](h.get(staffKey, findingsAt+query).want(http.StatusOK))
		for _, item := range got.Items {
			names = append(names, item.Contributor+" "+item.Findings[0].Justification)
		}
		return names, got.NextCursor
	}
	first, next := list("?limit=1")
	second, last := list("?limit=1&cursor=" + next)
	if diff := cmp.Diff([]string{"state-fra Other dates.", "state-ken Two services."}, append(first, second...)); diff != "" || last != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	for query, want := range map[string]int{
		"?rule=figures/sex-adds-up": 2, "?rule=figures/age-adds-up": 0, "?severity=warning": 2, "?severity=error": 0, "?blocking=true": 0,
	} {
		if names, _ := list(query); len(names) != want {
			t.Errorf("%s: %v", query, names)
		}
	}
	h.get(staffKey, findingsAt+"?cursor=!").problem(http.StatusBadRequest, "malformed")
	h.get(staffKey, findingsAt+"?severity=grave").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, strings.Replace(findingsAt, "2018", "2030", 1)).problem(http.StatusNotFound, "not-found")
}

// What a contributor says to a warning reaches whoever drafts, beside the
// paragraph that rests on it, and nobody who reads the report.
func TestJustificationsReachTheDrafterAndNotTheReport(t *testing.T) {
	h := openHouse(t)
	const said = "Zwei Dienste zählen verschieden."
	h.post(kenyaKey, kenyaAt+"/submissions", short("en", said)).want(http.StatusCreated)
	conduct, m := h.conduct(), h.moment()
	if _, err := conduct.CloseCollection(t.Context(), testCycle, m); err != nil {
		t.Fatal(err)
	}
	number, err := conduct.Compile(t.Context(), testCycle, m)
	if err != nil || number != 1 {
		t.Fatal(number, err)
	}
	notes := read[struct{ Items []QualityNote }](h.get(staffKey, cycleAt+"/drafts/1/notes").want(http.StatusOK)).Items
	if len(notes) != 1 || notes[0].Contributor != "state-ken" || notes[0].Version != 1 || notes[0].Finding.Justification != said || notes[0].Finding.Place != linkedPlace {
		t.Fatalf("notes %+v", notes)
	}
	if len(notes[0].Paragraphs)+len(notes[0].Tables) == 0 {
		t.Errorf("nothing of the draft rests on it: %+v", notes[0])
	}
	for _, format := range []string{"json", "html"} {
		if document := h.get(staffKey, cycleAt+"/drafts/1/report?format="+format).want(http.StatusOK); strings.Contains(string(document.body), said) {
			t.Errorf("the report as %s repeats it", format)
		}
	}
	h.get(staffKey, cycleAt+"/drafts/2/notes").problem(http.StatusNotFound, "not-found")
}
