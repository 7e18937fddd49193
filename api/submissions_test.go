package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

func TestSubmitKeepsTheBytes(t *testing.T) {
	h := openHouse(t)
	body := nilReturn("member-state", "Nothing to report.")
	sum := sha256.Sum256([]byte(body))
	answer := h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated)
	got := read[Submission](answer)
	if got.Version != 1 || got.Hash != hex.EncodeToString(sum[:]) || got.Size != len(body) || got.ReturnType != "nil" || got.Late {
		t.Errorf("receipt %+v", got)
	}
	if got.SubmittedBy != h.principal(kenyaKey) {
		t.Errorf("submitted by %s", got.SubmittedBy)
	}
	location := answer.header.Get("Location")
	if location != kenyaAt+"/submissions/1" {
		t.Errorf("location %q", location)
	}
	if receipt := read[Submission](h.get(staffKey, location).want(http.StatusOK)); receipt.Hash != got.Hash {
		t.Errorf("receipt %+v", receipt)
	}
	kept := h.get(staffKey, location+"/body").want(http.StatusOK)
	if string(kept.body) != body || kept.header.Get("ETag") != `"`+got.Hash+`"` {
		t.Errorf("body %q, ETag %s", kept.body, kept.header.Get("ETag"))
	}
	versions := read[struct{ Items []Submission }](h.get(kenyaKey, kenyaAt+"/submissions").want(http.StatusOK))
	if len(versions.Items) != 1 {
		t.Errorf("versions %+v", versions)
	}
	second := h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Still nothing.")).want(http.StatusCreated)
	if got := read[Submission](second); got.Version != 2 {
		t.Errorf("second version %+v", got)
	}
	h.get(kenyaKey, kenyaAt+"/submissions/3").problem(http.StatusNotFound, "not-found")
	h.get(kenyaKey, kenyaAt+"/submissions/0").problem(http.StatusUnprocessableEntity, "invalid")
}

// TestRefusedSubmissionsLeaveNothing tells every way in which an answer is
// refused apart, and holds that the record is as it was.
func TestRefusedSubmissionsLeaveNothing(t *testing.T) {
	good := nilReturn("member-state", "Nothing to report.")
	padded := func(size int) string { return good[:len(good)-1] + strings.Repeat(" ", size-len(good)) + "}" }
	cases := []struct {
		name    string
		key     string
		path    string
		body    string
		headers map[string]string
		status  int
		kind    string
	}{
		{name: "over the limit", body: padded(maxSubmission + 1), status: 413, kind: "too-large"},
		{name: "far over the limit", body: strings.Repeat("x", 8<<20), status: 413, kind: "too-large"},
		{name: "too deep", body: strings.Repeat("[", 200) + strings.Repeat("]", 200), status: 413, kind: "too-large"},
		{name: "malformed", body: `{"questionnaire": `, status: 400, kind: "malformed"},
		{name: "not UTF-8", body: "{\"reason\": \"\xff\"}", status: 400, kind: "malformed"},
		{name: "a key twice", body: `{"version": "1.0.0", "version": "1.0.0"}`, status: 400, kind: "malformed"},
		{name: "empty", body: "", status: 400, kind: "malformed"},
		{name: "unknown field", body: good[:len(good)-1] + `, "surprise": 1}`, status: 422, kind: "rejected"},
		{name: "missing field", body: `{"questionnaire": "member-state", "version": "1.0.0"}`, status: 422, kind: "rejected"},
		{name: "another contributor", key: franceKey, body: good, status: 404, kind: "not-found"},
		{name: "a contributor that is not asked", path: cycleAt + "/requests/state-usa", body: good, status: 404, kind: "not-found"},
		{name: "the Secretariat", key: staffKey, body: good, status: 403, kind: "forbidden"},
		{name: "no key", key: "none", body: good, status: 401, kind: "unidentified"},
		{name: "an older version", body: strings.Replace(good, "1.0.0", "0.9.0", 1), status: 409, kind: "stale"},
		{name: "another questionnaire", body: nilReturn("mission", "Nothing."), status: 409, kind: "stale"},
		{name: "another media type", body: good, headers: map[string]string{"Content-Type": "text/xml"}, status: 415, kind: "media-type"},
		{name: "a form", body: good, headers: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, status: 415, kind: "media-type"},
		{name: "changed meanwhile", body: good, headers: map[string]string{"If-Match": `"99-abc"`}, status: 412, kind: "precondition"},
		{name: "an idempotency key without sense", body: good, headers: map[string]string{"Idempotency-Key": "a b"}, status: 400, kind: "malformed"},
		{name: "unknown query", path: kenyaAt + "/submissions?force=true", body: good, status: 422, kind: "invalid"},
	}
	h := openHouse(t)
	before := h.weight()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := c.path
			switch {
			case path == "":
				path = kenyaAt + "/submissions"
			case !strings.Contains(path, "/submissions"):
				path += "/submissions"
			}
			key := c.key
			if key == "" {
				key = kenyaKey
			}
			p := h.call(exchange{key: key, method: http.MethodPost, path: path, body: c.body, headers: c.headers}).problem(c.status, c.kind)
			if c.kind == "rejected" && len(p.Findings) == 0 {
				t.Errorf("no findings in %+v", p)
			}
			if strings.Contains(p.Detail+fmt.Sprint(p.Findings), "Ministry of Justice") {
				t.Errorf("the problem says what was submitted: %+v", p)
			}
			if after := h.weight(); after != before {
				t.Errorf("the record has changed:\n%s\n%s", before, after)
			}
		})
	}
	h.post(kenyaKey, kenyaAt+"/submissions", padded(maxSubmission)).want(http.StatusCreated)
}

func TestClosedAndWithdrawnRequestsAcceptNothing(t *testing.T) {
	h := openHouse(t)
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		request, err := tx.LockRequest(ctx, rapporteur.RequestKey{Cycle: testCycle, Contributor: "mission-unmiss"})
		if err != nil {
			return err
		}
		next, _, err := request.Next(rapporteur.RequestEvent{Withdraw: true}, h.clock())
		if err != nil {
			return err
		}
		return tx.UpdateRequest(ctx, next)
	})
	withdrawn := h.post(unmissKey, unmissAt+"/submissions", nilReturn("mission", "Nothing.")).problem(http.StatusConflict, "closed")
	if _, err := h.conduct().CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	before := h.weight()
	closed := h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).problem(http.StatusConflict, "closed")
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
	if closed.Title == withdrawn.Title {
		t.Errorf("closed and withdrawn are told with the same words: %q", closed.Title)
	}
}

func TestValidateStoresNothing(t *testing.T) {
	h := openHouse(t)
	before := h.weight()
	good := read[Verdict](h.post(kenyaKey, kenyaAt+"/validations", nilReturn("member-state", "Nothing.")).want(http.StatusOK))
	if !good.Accepted || len(good.Findings) != 0 {
		t.Errorf("verdict %+v", good)
	}
	bad := strings.Replace(nilReturn("member-state", "Nothing."), `"en"`, `"tlh"`, 1)
	verdict := read[Verdict](h.post(kenyaKey, kenyaAt+"/validations", bad).want(http.StatusOK))
	if verdict.Accepted || len(verdict.Findings) == 0 || verdict.Findings[0].Pointer != "/language" {
		t.Errorf("verdict %+v", verdict)
	}
	french := h.call(exchange{
		key: kenyaKey, method: http.MethodPost, path: kenyaAt + "/validations", body: bad, headers: map[string]string{"Accept-Language": "fr-CH, fr;q=0.9, en;q=0.1"},
	})
	if other := read[Verdict](french.want(http.StatusOK)); other.Findings[0].Message == verdict.Findings[0].Message {
		t.Errorf("the French message is the English one: %q", verdict.Findings[0].Message)
	}
	h.post(franceKey, kenyaAt+"/validations", bad).problem(http.StatusNotFound, "not-found")
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
}

func TestQuestionnaireIsTheSchema(t *testing.T) {
	h := openHouse(t)
	answer := h.get(kenyaKey, kenyaAt+"/questionnaire").want(http.StatusOK)
	schema := read[map[string]any](answer)
	if schema["x-questionnaire"] != "member-state" || answer.header.Get("Content-Type") != "application/schema+json" {
		t.Errorf("%s: %v", answer.header.Get("Content-Type"), schema["x-questionnaire"])
	}
	again := h.call(exchange{
		key: kenyaKey, method: http.MethodGet, path: kenyaAt + "/questionnaire", headers: map[string]string{"If-None-Match": answer.header.Get("ETag")},
	}).want(http.StatusNotModified)
	if len(again.body) != 0 || again.header.Get("ETag") != answer.header.Get("ETag") {
		t.Errorf("304 with %d bytes, ETag %s", len(again.body), again.header.Get("ETag"))
	}
}
