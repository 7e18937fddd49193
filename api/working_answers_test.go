package api

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

const (
	workAt = kenyaAt + "/working-answer"
	// colleagueKey is another key of the same contributor.
	colleagueKey = "colleague"
)

const workHeader = `{"return_type": "answered", "language": "en", "header": {"authority": "Ministry of Justice",
	"period": {"from": "2017-11-21", "to": "2018-06-30"}, "may_be_quoted": true, "classification": "unclassified"}}`

// workHouse is a house whose cycle is collecting, with two keys of Kenya's.
func workHouse(t *testing.T) *house {
	t.Helper()
	h := openHouse(t)
	h.issue(colleagueKey, rapporteur.RoleContributor, kenya, "")
	return h
}

// put saves a section; conditions are the headers that say what was seen.
func (h *house) put(key, section, body string, conditions ...string) reply {
	h.t.Helper()
	headers := map[string]string{}
	for n := 0; n+1 < len(conditions); n += 2 {
		headers[conditions[n]] = conditions[n+1]
	}
	return h.call(exchange{key: key, method: http.MethodPut, path: workAt + "/sections/" + section, body: body, headers: headers})
}

func content(text string) string { return `{"content": ` + text + `}` }

func TestAWorkingAnswerFromTheFirstSectionToItsSubmission(t *testing.T) {
	h := workHouse(t)
	whole := h.get(kenyaKey, workAt).want(http.StatusOK)
	empty := read[WorkingAnswer](whole)
	if empty.ETag != `"0-0"` || whole.header.Get("ETag") != empty.ETag || len(empty.Sections) != 0 || empty.Submitted != nil {
		t.Errorf("before anybody begins it is %+v", empty)
	}
	h.get(kenyaKey, workAt+"/sections/op2").problem(http.StatusNotFound, "not-found")
	first := h.put(kenyaKey, "op2", content(`{"Q2.1": {"status": "yes", "deposited": "2004-06-16"}}`)).want(http.StatusOK)
	saved := read[WorkingSection](first)
	if saved.ETag != `"1"` || first.header.Get("ETag") != saved.ETag || saved.SavedBy != h.principal(kenyaKey) || len(saved.Marks) != 0 {
		t.Errorf("it was saved as %+v", saved)
	}
	if string(saved.Content) != `{"Q2.1":{"deposited":"2004-06-16","status":"yes"}}` {
		t.Errorf("the content is %s", saved.Content)
	}
	h.put(colleagueKey, "header", content(workHeader), "If-None-Match", "*").want(http.StatusOK)
	fresh := h.call(exchange{key: colleagueKey, method: http.MethodGet, path: workAt + "/sections/op2", headers: map[string]string{"If-None-Match": saved.ETag}})
	fresh.want(http.StatusNotModified)
	verdict := read[Verdict](h.get(kenyaKey, workAt+"/validation").want(http.StatusOK))
	if !verdict.Accepted {
		t.Errorf("the verdict is %+v", verdict)
	}
	now := read[WorkingAnswer](h.get(colleagueKey, workAt).want(http.StatusOK))
	if len(now.Sections) != 2 || now.Sections[0].Section != "header" || now.Sections[1].Section != "op2" {
		t.Errorf("the sections are %+v", now.Sections)
	}
	submit := func(etag string) reply {
		return h.call(exchange{key: colleagueKey, method: http.MethodPost, path: workAt + "/submission", headers: map[string]string{"If-Match": etag}})
	}
	for _, wrong := range []string{"", `"1-0"`, `"2-1"`, `"2"`, "*", "nonsense", `""`} {
		submit(wrong).problem(http.StatusPreconditionFailed, "precondition")
	}
	answer := submit(`"x", ` + now.ETag).want(http.StatusCreated)
	receipt := read[Submission](answer)
	if receipt.Version != 1 || receipt.SubmittedBy != h.principal(colleagueKey) || answer.header.Get("Location") != kenyaAt+"/submissions/1" {
		t.Errorf("the receipt is %+v at %s", receipt, answer.header.Get("Location"))
	}
	after := read[WorkingAnswer](h.get(kenyaKey, workAt).want(http.StatusOK))
	if after.Submitted == nil || *after.Submitted != (WorkingSubmitted{Version: 1}) || after.AcceptedVersion != 1 || len(after.Sections) != 2 || after.ETag == now.ETag {
		t.Errorf("afterwards it is %+v", after)
	}
	saves := read[struct{ Items []WorkingSave }](h.get(kenyaKey, workAt+"/saves").want(http.StatusOK)).Items
	if len(saves) != 2 || saves[0].By != h.principal(kenyaKey) || saves[1].By != h.principal(colleagueKey) || saves[0].Act != "saved" || saves[0].Times != 1 {
		t.Errorf("the history is %+v", saves)
	}
}

func TestSeveralHandsDoNotOverwriteEachOther(t *testing.T) {
	h := workHouse(t)
	h.put(kenyaKey, "op2", content(`{"Q2.1": {"status": "no"}}`)).want(http.StatusOK)
	for name, conditions := range map[string][]string{
		"nothing": nil, "the first": {"If-None-Match", "*"}, "another revision": {"If-Match", `"7"`}, "another sort of tag": {"If-Match", `"1-abc"`}, "no tag": {"If-Match", "nonsense"},
	} {
		before := read[WorkingSection](h.get(kenyaKey, workAt+"/sections/op2"))
		p := h.put(colleagueKey, "op2", content(`{"Q2.1": {"status": "yes"}}`), conditions...).problem(http.StatusPreconditionFailed, "precondition")
		if !strings.Contains(p.Detail, h.principal(kenyaKey)) || !strings.Contains(p.Detail, "keep your text") || !strings.Contains(p.Detail, before.SavedAt.Format("2006-01-02T15:04:05Z")) {
			t.Errorf("%s: the detail is %q", name, p.Detail)
		}
		if after := read[WorkingSection](h.get(kenyaKey, workAt+"/sections/op2")); string(after.Content) != string(before.Content) || after.ETag != before.ETag {
			t.Errorf("%s: the section is now %+v", name, after)
		}
	}
	h.put(colleagueKey, "op2", content(`{}`), "If-None-Match", `"1"`).problem(http.StatusBadRequest, "malformed")
	h.put(colleagueKey, "op2", content(`{}`), "If-Match", `"1"`, "If-None-Match", "*").problem(http.StatusBadRequest, "malformed")
	h.put(colleagueKey, "op2", content(`{"Q2.1": {"status": "yes"}}`), "If-Match", `"5", W/"1"`).want(http.StatusOK)
	p := h.put(kenyaKey, "op2", content(`{}`), "If-Match", `"1"`).problem(http.StatusPreconditionFailed, "precondition")
	if !strings.Contains(p.Detail, h.principal(colleagueKey)) {
		t.Errorf("the detail is %q", p.Detail)
	}
	h.put(kenyaKey, "op2", content(`{"Q2.2": {"status": "no"}}`), "If-Match", "*").want(http.StatusOK)

	remove := func(conditions map[string]string) reply {
		return h.call(exchange{key: kenyaKey, method: http.MethodDelete, path: workAt + "/sections/op2", headers: conditions})
	}
	remove(nil).problem(http.StatusPreconditionFailed, "precondition")
	remove(map[string]string{"If-Match": `"1"`}).problem(http.StatusPreconditionFailed, "precondition")
	remove(map[string]string{"If-Match": `"3"`}).want(http.StatusNoContent)
	h.get(kenyaKey, workAt+"/sections/op2").problem(http.StatusNotFound, "not-found")
	p = h.put(colleagueKey, "op2", content(`{}`), "If-Match", `"3"`).problem(http.StatusPreconditionFailed, "precondition")
	if !strings.Contains(p.Detail, "removed by "+h.principal(kenyaKey)) {
		t.Errorf("the detail is %q", p.Detail)
	}
	remove(map[string]string{"If-Match": "*"}).problem(http.StatusNotFound, "not-found")
}

// TestNobodyElseReadsAWorkingAnswer holds that what is not submitted is its
// contributor's alone, whatever somebody else may read.
func TestNobodyElseReadsAWorkingAnswer(t *testing.T) {
	h := workHouse(t)
	const secret = "The task force meets in secret"
	h.put(kenyaKey, "op3", content(`{"Q3.1": {"status": "yes", "text": "`+secret+`."}}`)).want(http.StatusOK)
	paths := []string{workAt, workAt + "/saves", workAt + "/validation", workAt + "/sections/op3"}
	for _, path := range paths {
		for _, key := range []string{staffKey, adminKey, olaKey, dppaKey} {
			answer := h.get(key, path)
			answer.what += " by " + key
			answer.problem(http.StatusForbidden, "forbidden")
		}
		h.get(franceKey, path).problem(http.StatusNotFound, "not-found")
		h.get("", path).problem(http.StatusUnauthorized, "unidentified")
	}
	for _, path := range []string{cycleAt, kenyaAt, kenyaAt + "/submissions", cycleAt + "/requests", cycleAt + "/history", cycleAt + "/ledger", cycleAt + "/drafts"} {
		answer := h.get(staffKey, path).want(http.StatusOK)
		if text := string(answer.body); strings.Contains(text, secret) || strings.Contains(text, "working") {
			t.Errorf("%s tells of it: %s", path, text)
		}
	}
	if strings.Contains(h.log.String(), secret) {
		t.Error("the log holds it")
	}
}

func TestWhatIsNotSavedInASection(t *testing.T) {
	h := workHouse(t)
	h.put(kenyaKey, "op2", content(`{}`)).want(http.StatusOK)
	before := string(h.get(kenyaKey, workAt).want(http.StatusOK).body)
	cases := []struct {
		name, section, body string
		status              int
		kind                string
	}{
		{"personal data", "op3", content(`{"Q3.1": {"text": "Call +254 700 123 456"}}`), 422, "rejected"},
		{"a case column", "op3", content(`{"Q3.1": {"victim_name": "x"}}`), 422, "rejected"},
		{"an unknown question", "op3", content(`{"Q3.99": {}}`), 422, "rejected"},
		{"another section's", "op3", content(`{"Q2.1": {}}`), 422, "invalid"},
		{"no object", "op3", content(`7`), 422, "invalid"},
		{"no content", "op3", `{}`, 422, "invalid"},
		{"null", "op3", content(`null`), 422, "invalid"},
		{"a field that is none", "op3", `{"content": {}, "force": true}`, 422, "invalid"},
		{"a key twice", "op3", content(`{"Q3.1": {"a": 1}, "Q3.1": {}}`), 400, "malformed"},
		{"no JSON", "op3", `{"content": `, 400, "malformed"},
		{"too deep", "op3", content(`{"Q3.1": ` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`), 413, "too-large"},
		{"too large", "op3", content(`{"Q3.1": {"text": "` + strings.Repeat("x", rapporteur.MaxWorkingSection) + `"}}`), 413, "too-large"},
		{"far too large", "op3", content(`{"Q3.1": {"text": "` + strings.Repeat("x", 4*rapporteur.MaxWorkingSection) + `"}}`), 413, "too-large"},
		{"no such section", "op99", content(`{}`), 404, "not-found"},
		{"a pointer out of the section", "op3", `{"content": {}, "confirm": ["/answers"]}`, 422, "invalid"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := h.put(kenyaKey, c.section, c.body).problem(c.status, c.kind)
			if c.kind == "rejected" && len(p.Findings) == 0 || strings.Contains(p.Detail, "254") {
				t.Errorf("the problem is %+v", p)
			}
			if after := string(h.get(kenyaKey, workAt).body); after != before {
				t.Errorf("it is now %s", after)
			}
		})
	}
	if strings.Contains(h.log.String(), "254 700") {
		t.Error("the log holds what was refused")
	}
}

func TestNothingIsSavedOnceCollectionIsClosed(t *testing.T) {
	h := workHouse(t)
	h.put(kenyaKey, "op2", content(`{"Q2.1": {"status": "yes"}}`)).want(http.StatusOK)
	if _, err := h.conduct().CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	match := map[string]string{"If-Match": `"1"`}
	for _, e := range []exchange{
		{method: http.MethodPut, path: workAt + "/sections/op2", body: content(`{}`), headers: match},
		{method: http.MethodDelete, path: workAt + "/sections/op2", headers: match},
		{method: http.MethodPost, path: workAt + "/sections/op2/confirmations", headers: match},
		{method: http.MethodPost, path: workAt + "/prefill"},
		{method: http.MethodPost, path: workAt + "/submission", headers: map[string]string{"If-Match": `"1-0"`}},
	} {
		e.key = kenyaKey
		h.call(e).problem(http.StatusConflict, "closed")
	}
	if kept := read[WorkingAnswer](h.get(kenyaKey, workAt).want(http.StatusOK)); len(kept.Sections) != 1 {
		t.Errorf("what was written cannot be read any more: %+v", kept)
	}
}

// figuresOfKenya stands for published figures.
type figuresOfKenya struct{}

func (figuresOfKenya) Tables(area, questionnaire string, _ int) []rapporteur.PublishedTable {
	if area != "KEN" || questionnaire != "member-state" {
		return nil
	}
	return []rapporteur.PublishedTable{{
		Crosswalk: "glotip", Source: "GLOTIP", Question: "Q3.4", Part: "identified", Year: 2017,
		Cells: []rapporteur.Figure{{Sex: "total", Age: "total", Form: "total", Low: 31, High: 31}},
	}}
}

func TestPrefilledValuesAreConfirmedBeforeTheyAreSubmitted(t *testing.T) {
	h := workHouse(t)
	h.service.Correspondence.Published = figuresOfKenya{}
	h.put(kenyaKey, "header", content(workHeader)).want(http.StatusOK)
	prefill := exchange{key: kenyaKey, method: http.MethodPost, path: workAt + "/prefill", headers: map[string]string{"Idempotency-Key": "once"}}
	filled := read[struct{ Sections []SectionMarks }](h.call(prefill).want(http.StatusOK))
	if len(filled.Sections) != 2 || filled.Sections[1].Section != "op3" || len(filled.Sections[1].Marks) != 3 {
		t.Fatalf("filled in was %+v", filled)
	}
	want := Mark{Pointer: "/answers/Q3.4/status", Source: "published", Published: "glotip", Year: 2017, Suggestion: true}
	if got := filled.Sections[1].Marks[0]; got != want {
		t.Errorf("the mark is %+v", got)
	}
	h.call(prefill).want(http.StatusOK)
	h.post(kenyaKey, workAt+"/prefill", `{"sources": ["published"]}`).want(http.StatusOK)
	h.post(kenyaKey, workAt+"/prefill", `{"sources": ["rumour"]}`).problem(http.StatusUnprocessableEntity, "invalid")

	submit := func() reply {
		whole := read[WorkingAnswer](h.get(kenyaKey, workAt).want(http.StatusOK))
		return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: workAt + "/submission", headers: map[string]string{"If-Match": whole.ETag, "Accept-Language": "fr"}})
	}
	p := submit().problem(http.StatusUnprocessableEntity, "rejected")
	if len(p.Findings) < 3 || p.Findings[0].Rule != "prefill/other-period" || p.Findings[0].Severity != "error" || !strings.Contains(p.Findings[0].Message, "autre période") {
		t.Errorf("the findings are %+v", p.Findings)
	}
	confirm := func(key, etag, body string) reply {
		headers := map[string]string{"If-Match": etag}
		if etag == "" {
			headers = nil
		}
		return h.call(exchange{key: key, method: http.MethodPost, path: workAt + "/sections/op3/confirmations", body: body, headers: headers})
	}
	confirm(kenyaKey, "", "").problem(http.StatusPreconditionFailed, "precondition")
	confirm(kenyaKey, `"1"`, "").problem(http.StatusPreconditionFailed, "precondition")
	confirm(kenyaKey, `"2"`, `{"pointers": ["/header/authority"]}`).problem(http.StatusUnprocessableEntity, "invalid")
	some := read[SectionMarks](confirm(colleagueKey, `"2"`, `{"pointers": ["/answers/Q3.4/status"]}`).want(http.StatusOK))
	if len(some.Marks) != 2 || some.ETag != `"3"` {
		t.Errorf("left are %+v", some)
	}
	section := read[WorkingSection](h.get(kenyaKey, workAt+"/sections/op3").want(http.StatusOK))
	unchanged := read[WorkingSection](h.put(kenyaKey, "op3", `{"content": `+string(section.Content)+`, "confirm": ["/answers/Q3.4/source"]}`, "If-Match", section.ETag).want(http.StatusOK))
	if len(unchanged.Marks) != 1 {
		t.Errorf("left are %+v", unchanged.Marks)
	}
	changed := strings.Replace(string(section.Content), "31", "29", 1)
	if done := read[WorkingSection](h.put(kenyaKey, "op3", content(changed), "If-Match", unchanged.ETag).want(http.StatusOK)); len(done.Marks) != 0 {
		t.Errorf("left are %+v", done.Marks)
	}
	receipt := read[Submission](submit().want(http.StatusCreated))
	body := string(h.get(staffKey, kenyaAt+"/submissions/1/body").want(http.StatusOK).body)
	if receipt.Version != 1 || !strings.Contains(body, `"value":29`) {
		t.Errorf("accepted was %s", body)
	}
}

// What is answered to an idempotency key is remembered outside the sealed
// tables: it must not hold content.
func TestAnswersThatAreRememberedHoldNoContent(t *testing.T) {
	h := workHouse(t)
	h.service.Correspondence.Published = figuresOfKenya{}
	h.put(kenyaKey, "op3", content(`{"Q3.1": {"status": "yes", "text": "Written in confidence."}}`)).want(http.StatusOK)
	keyed := func(path, etag string) {
		h.call(exchange{key: kenyaKey, method: http.MethodPost, path: path, headers: map[string]string{"Idempotency-Key": path[len(path)-7:], "If-Match": etag}}).want(http.StatusOK)
	}
	keyed(workAt+"/prefill", `"1"`)
	keyed(workAt+"/sections/op3/confirmations", `"2"`)
	err := h.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		for _, key := range []string{"prefill", "mations"} {
			a, err := r.Idempotent(ctx, h.principal(kenyaKey), key)
			if err != nil {
				return err
			}
			if strings.Contains(string(a.Body), "confidence") || strings.Contains(string(a.Body), "31") {
				t.Errorf("%s remembers %s", key, a.Body)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
