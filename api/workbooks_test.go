package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
)

// filledIn fills in cells of a workbook by the keys of their rows, as a program
// of a contributor would: in the first column of inputs, or in the column named.
func filledIn(t *testing.T, file []byte, values map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for n, row := range rows {
			if len(row) == 0 || values[row[0]] == nil {
				continue
			}
			column := 4
			if strings.HasPrefix(row[0], "figures ") {
				column = 5
			}
			at, err := excelize.CoordinatesToCellName(column, n+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue(sheet, at, values[row[0]]); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// answered is what makes a blank workbook an answer.
func answered() map[string]any {
	return map[string]any{
		"field /return_type": "Answered", "field /language": "English", "field /header/authority": "Ministry of Justice",
		"field /header/period/from": "2017-11-21", "field /header/period/to": "2018-06-30", "field /header/may_be_quoted": "Yes",
		"field /header/classification": "Unclassified", "field /answers/Q3.4/status": "Yes",
		"figures /answers/Q3.4/identified total total": 41, "field /answers/Q3.4/how_determined": "=by hand",
	}
}

func (h *house) upload(path string, file []byte) reply {
	h.t.Helper()
	return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: path, body: string(file), headers: map[string]string{"Content-Type": mediaXLSX}})
}

func TestAWorkbookIsFetchedFilledInAndAccepted(t *testing.T) {
	h := openHouse(t)
	blank := h.get(kenyaKey, kenyaAt+"/workbook").want(http.StatusOK)
	if blank.header.Get("Content-Type") != mediaXLSX || !strings.Contains(blank.header.Get("Content-Disposition"), "op34-2018-state-ken.xlsx") {
		t.Errorf("it came as %s, %s", blank.header.Get("Content-Type"), blank.header.Get("Content-Disposition"))
	}
	file := filledIn(t, blank.body, answered())
	before := h.weight()
	verdict := read[Verdict](h.upload(kenyaAt+"/workbook/validations", file).want(http.StatusOK))
	if !verdict.Accepted || h.weight() != before {
		t.Fatalf("verdict %+v", verdict)
	}
	receipt := read[Submission](h.upload(kenyaAt+"/workbook/submissions", file).want(http.StatusCreated))
	if receipt.Version != 1 || receipt.ReturnType != "answered" || receipt.Language != "en" {
		t.Errorf("receipt %+v", receipt)
	}
	kept := h.get(kenyaKey, kenyaAt+"/submissions/1/body").want(http.StatusOK)
	sum := sha256.Sum256(kept.body)
	if receipt.Hash != hex.EncodeToString(sum[:]) || !strings.HasPrefix(string(kept.body), `{"answers":{"Q3.4":{"how_determined":"=by hand","identified":[{"age":"total","form":`) {
		t.Errorf("kept is %s", kept.body)
	}
	if again := read[Submission](h.upload(kenyaAt+"/workbook/submissions", file).want(http.StatusCreated)); again.Version != 1 {
		t.Errorf("the same answer is version %d", again.Version)
	}
	if hash := h.auditedWorkbook(); hash != sha256Of(file) {
		t.Errorf("the audit record has the workbook %q, not %s", hash, sha256Of(file))
	}
	// The next workbook has the answer in it, and gives the same bytes.
	next := h.get(kenyaKey, kenyaAt+"/workbook?language=fr").want(http.StatusOK)
	corrected := filledIn(t, next.body, map[string]any{"field /answers/Q3.4/status": "En partie"})
	if second := read[Submission](h.upload(kenyaAt+"/workbook/submissions", corrected).want(http.StatusCreated)); second.Version != 2 {
		t.Errorf("the correction is version %d", second.Version)
	}
	body := h.get(kenyaKey, kenyaAt+"/submissions/2/body").want(http.StatusOK)
	if want := strings.Replace(string(kept.body), `"status":"yes"`, `"status":"in_part"`, 1); string(body.body) != want {
		t.Errorf("corrected is %s, want %s", body.body, want)
	}
	h.get(staffKey, kenyaAt+"/workbook").want(http.StatusOK)
	h.get(franceKey, kenyaAt+"/workbook").problem(http.StatusNotFound, "not-found")
}

func sha256Of(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// auditedWorkbook is the hash of the workbook in the audit record of the first
// submission.
func (h *house) auditedWorkbook() string {
	h.t.Helper()
	var hash string
	err := h.store.Read(h.t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		records, err := r.Audit(ctx, testCycle, 0, 0)
		for _, record := range records {
			if record.Action == rapporteur.ActionSubmitted && hash == "" {
				hash = record.Details[rapporteur.DetailWorkbook]
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return hash
}

// What is wrong is named by its cell, in the language that is asked for, and
// nothing is kept.
func TestFindingsOfAWorkbookNameTheirCells(t *testing.T) {
	h := openHouse(t)
	blank := h.get(kenyaKey, kenyaAt+"/workbook").want(http.StatusOK)
	values := answered()
	values["field /answers/Q3.4/status"] = "Secretly"
	values["figures /answers/Q3.4/identified total total"] = "about forty"
	delete(values, "field /header/authority")
	before := h.weight()
	p := h.upload(kenyaAt+"/workbook/submissions", filledIn(t, blank.body, values)).problem(http.StatusUnprocessableEntity, "rejected")
	cells := map[string]string{}
	for _, f := range p.Findings {
		cells[f.Rule+" "+f.Pointer] = f.Cell
		if strings.Contains(f.Message, "Secretly") || strings.Contains(f.Message, "forty") || f.Message == "" {
			t.Errorf("the finding %+v says what was submitted, or nothing", f)
		}
	}
	for _, want := range []string{"workbook/choice /answers/Q3.4/status", "workbook/number /answers/Q3.4/identified", "schema/required /header/authority"} {
		if cells[want] == "" || !strings.Contains(cells[want], "!") {
			t.Errorf("%s is at %q; all are %v", want, cells[want], cells)
		}
	}
	if _, twice := cells["schema/required /answers/Q3.4/status"]; twice {
		t.Error("a cell that could not be read is told of twice")
	}
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
}

func TestWorkbooksThatAreRefusedLeaveNothing(t *testing.T) {
	h := openHouse(t)
	blank := h.get(kenyaKey, kenyaAt+"/workbook").want(http.StatusOK)
	others := h.get(franceKey, cycleAt+"/requests/state-fra/workbook").want(http.StatusOK)
	missions := h.get(unmissKey, unmissAt+"/workbook").want(http.StatusOK)
	before := h.weight()
	for _, c := range []struct {
		name, media string
		file        []byte
		status      int
		kind        string
	}{
		{"blank", mediaXLSX, blank.body, 422, "rejected"},
		{"of another contributor", mediaXLSX, filledIn(t, others.body, answered()), 409, "stale"},
		{"of another questionnaire", mediaXLSX, missions.body, 409, "stale"},
		{"no workbook", mediaXLSX, []byte("a,b,c"), 400, "malformed"},
		{"an old form", mediaXLSX, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"), 422, "unsupported"},
		{"empty", mediaXLSX, nil, 400, "malformed"},
		{"too large", mediaXLSX, bytes.Repeat([]byte("PK"), maxWorkbook/2+1), 413, "too-large"},
		{"JSON", mediaJSON, []byte(nilReturn("member-state", "Nothing.")), 415, "media-type"},
		{"a form", "multipart/form-data; boundary=x", blank.body, 415, "media-type"},
	} {
		for _, path := range []string{"/workbook/submissions", "/workbook/validations"} {
			if c.kind == "rejected" && path == "/workbook/validations" {
				continue // it is told, not refused
			}
			answer := h.call(exchange{key: kenyaKey, method: http.MethodPost, path: kenyaAt + path, body: string(c.file), headers: map[string]string{"Content-Type": c.media}})
			answer.what += " " + c.name
			answer.problem(c.status, c.kind)
		}
	}
	if after := h.weight(); after != before {
		t.Errorf("the record has changed:\n%s\n%s", before, after)
	}
}

// A workbook is subject to what every submission is.
func TestAWorkbookIsASubmissionAsAnyOther(t *testing.T) {
	h := openHouse(t)
	file := string(filledIn(t, h.get(kenyaKey, kenyaAt+"/workbook").want(http.StatusOK).body, answered()))
	send := func(headers ...string) reply {
		all := map[string]string{"Content-Type": mediaXLSX}
		for n := 0; n < len(headers); n += 2 {
			all[headers[n]] = headers[n+1]
		}
		return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: kenyaAt + "/workbook/submissions", body: file, headers: all})
	}
	send("If-Match", `"99-abc"`).problem(http.StatusPreconditionFailed, "precondition")
	first := send("Idempotency-Key", "k").want(http.StatusCreated)
	if again := send("Idempotency-Key", "k").want(http.StatusCreated); !bytes.Equal(again.body, first.body) {
		t.Errorf("%s is answered again with %s", first.body, again.body)
	}
	if strings.Contains(h.log.String(), "by hand") || strings.Contains(h.log.String(), "Ministry") {
		t.Errorf("the log has the answer:\n%s", h.log)
	}
	if _, err := h.conduct().CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	file = string(filledIn(t, []byte(file), map[string]any{"field /answers/Q3.4/how_determined": "otherwise"}))
	send().problem(http.StatusConflict, "closed")
}

func TestFiguresComeAndGoAsCSV(t *testing.T) {
	h := openHouse(t)
	file := filledIn(t, h.get(kenyaKey, kenyaAt+"/workbook").want(http.StatusOK).body, answered())
	h.upload(kenyaAt+"/workbook/submissions", file).want(http.StatusCreated)
	got := h.get(kenyaKey, kenyaAt+"/figures.csv").want(http.StatusOK)
	if !strings.HasPrefix(string(got.body), "question,part,sex,age,form,value,") || !strings.Contains(string(got.body), "Q3.4,identified,F,total,total,41,") {
		t.Errorf("the figures are %.300s", got.body)
	}
	send := func(csv string) reply {
		return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: kenyaAt + "/figures.csv", body: csv, headers: map[string]string{"Content-Type": "text/csv; charset=utf-8"}})
	}
	before := h.weight()
	figures := read[Figures](send(string(got.body)).want(http.StatusOK))
	if figures.Cells != 1 || len(figures.Findings) != 0 || !strings.Contains(toJSON(t, figures.Answers), `"value":41`) {
		t.Errorf("read back are %+v", figures)
	}
	bad := read[Figures](send("question,part,sex,age,form,value\nQ3.4,identified,F,total,total,many\n").want(http.StatusOK))
	if len(bad.Findings) != 1 || bad.Findings[0].Cell != "line 2, column 6" || !strings.HasPrefix(bad.Findings[0].Place, "Question Q3.4, ") || bad.Cells != 0 {
		t.Errorf("read are %+v", bad)
	}
	send("a,b\n").problem(http.StatusBadRequest, "malformed")
	h.post(kenyaKey, kenyaAt+"/figures.csv", "{}").problem(http.StatusUnsupportedMediaType, "media-type")
	if h.weight() != before {
		t.Error("checking figures has changed the record")
	}
}
