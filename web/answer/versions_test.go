package answer_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestVersionsAndTheirDifferences(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	kenya.Get(asks+"/versions").Want(http.StatusOK, "Nothing has been submitted yet")
	h.Submit("kenya", webtest.Answer(""))
	h.Submit("kenya", strings.ReplaceAll(strings.ReplaceAll(webtest.Answer(""), "27", "28"), "40", "41"))
	kenya.Get(asks+"/versions").Want(http.StatusOK, "Version 1", "Version 2", "this one counts")
	kenya.Get(asks+"/versions/2").Want(http.StatusOK, "What changed since version 1", "from 40 to 41", "Ministry of Justice")
	kenya.Get(asks+"/versions/1").Want(http.StatusOK, "27").Lacks("What changed")
	kenya.Get(asks + "/versions/3").Want(http.StatusNotFound)
	officer := h.As("staff") // who is not the lead drafter
	officer.Cookie = h.SignIn(rapporteur.Principal{ID: "person-officer", Role: rapporteur.RoleSecretariat})
	officer.Get(asks+"/versions/1").Want(http.StatusOK, "Small numbers of persons are not shown to you")
	h.As("france").Get(asks + "/versions/1").Want(http.StatusNotFound)
	if read := h.Audit(rapporteur.ActionAnswerRead); len(read) != 4 {
		t.Errorf("%d readings are on record", len(read))
	}
}

func TestWithdrawingAnAnswer(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/withdrawal"
	if got := kenya.Get(at); got.Code != http.StatusSeeOther {
		t.Errorf("there is nothing to withdraw, and the page is %d", got.Code)
	}
	h.Submit("kenya", webtest.Answer(""))
	page := kenya.Get(at).Want(http.StatusOK, "take back version 1", "the request is open again")
	kenya.Post(at, pairs(typed(t, page, "reason", " "))...).Want(http.StatusUnprocessableEntity, "Say why the answer is withdrawn")
	h.Submit("kenya", strings.ReplaceAll(strings.ReplaceAll(webtest.Answer(""), "27", "28"), "40", "41"))
	kenya.Follow(at, pairs(typed(t, page, "reason", "A mistake."))...).Want(http.StatusOK, "Nothing was withdrawn", "Answered")
	kenya.Follow(at, pairs(typed(t, kenya.Get(at), "reason", "A mistake."))...).Want(http.StatusOK, "Version 2 is withdrawn", "Waits for your answer")
	kenya.Get(asks+"/versions").Want(http.StatusOK, "counts no more", "A mistake.")
	kenya.Get(asks+"/versions/2/receipt").Want(http.StatusOK, "This version was withdrawn")
}

// sent is a form with a file as a browser sends it.
func sent(t *testing.T, who webtest.Person, at, field, name, media string, file []byte, values ...string) webtest.Reply {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for n := 0; n+1 < len(values); n += 2 {
		_ = w.WriteField(values[n], values[n+1])
	}
	if name != "" {
		head := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + field + `"; filename="` + name + `"`}, "Content-Type": {media}}
		part, err := w.CreatePart(head)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(file)
	}
	_ = w.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, at, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(who.Cookie)
	return who.Do(r)
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbook is Kenya's, with some cells written into it where a label stands beside
// them.
func workbook(t *testing.T, kenya webtest.Person, sheet string, cells map[string]string) []byte {
	t.Helper()
	got := kenya.Get(asks + "/workbook").Want(http.StatusOK)
	if media := got.Header().Get("Content-Type"); media != xlsx {
		t.Fatalf("the workbook is %s", media)
	}
	f, err := excelize.OpenReader(bytes.NewReader(got.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range cells {
		found := false
		for n, row := range rows {
			if len(row) > 0 && row[0] == key {
				at, _ := excelize.CoordinatesToCellName(4, n+1)
				found = f.SetCellValue(sheet, at, value) == nil
			}
		}
		if !found {
			t.Fatalf("no row is %s", key)
		}
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// head is the header of a workbook that can be accepted.
var head = map[string]string{
	"field /return_type": "Nothing to report", "field /reason": "Nothing to report.", "field /language": "English", "field /header/authority": "Ministry of Justice",
	"field /header/period/from": "2017-11-21", "field /header/period/to": "2018-05-01", "field /header/may_be_quoted": "No", "field /header/classification": "Unclassified",
}

func TestAnswerByWorkbook(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/upload"
	kenya.Get(at).Want(http.StatusOK, "Download the workbook", asks+"/workbook")
	// An empty one has findings, by cell.
	empty := kenya.Get(asks + "/workbook").Body.Bytes()
	sent(t, kenya, at, "workbook", "a.xlsx", xlsx, empty, "do", "submit").Want(http.StatusUnprocessableEntity, "was not accepted yet", "Header!", "To mend:")
	good := workbook(t, kenya, "Header", head)
	reply := sent(t, kenya, at, "workbook", "a.xlsx", xlsx, good, "do", "form")
	if reply.Code != http.StatusSeeOther || reply.Header().Get("Location") != asks+"/form" {
		t.Fatalf("into the form ends with %d\n%s", reply.Code, reply.Body)
	}
	kenya.Get(asks+"/form").Want(http.StatusOK, "What the workbook holds is in the form")
	if got := saved(h, "header"); !strings.Contains(got, "Ministry of Justice") || len(versions(h)) > 0 {
		t.Errorf("the form holds %s", got)
	}
	reply = sent(t, kenya, at, "workbook", "a.xlsx", xlsx, good, "do", "submit")
	if reply.Code != http.StatusSeeOther || reply.Header().Get("Location") != asks+"/versions/1/receipt" {
		t.Fatalf("submitting ends with %d\n%s", reply.Code, reply.Body)
	}
}

// What is no workbook of the request ends in a page that says what to do.
func TestWrongUploads(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	at := asks + "/upload"
	foreign := h.As("unmiss").Get("/requests/s-res-2388-2017/op34/2018/mission-unmiss/workbook").Want(http.StatusOK).Body.Bytes()
	for name, c := range map[string]struct {
		file   string
		body   []byte
		status int
		says   string
	}{
		"a picture":    {"a.png", []byte("\x89PNG\r\n\x1a\n"), 0, "not a workbook of this request"},
		"nothing":      {"", nil, http.StatusUnprocessableEntity, "not a workbook of this request"},
		"empty":        {"a.xlsx", nil, 0, "not a workbook of this request"},
		"another's":    {"a.xlsx", foreign, 0, "nothing was recorded"},
		"much too big": {"a.xlsx", bytes.Repeat([]byte("PK"), 4<<20), http.StatusRequestEntityTooLarge, "too large"},
		"too big":      {"a.xlsx", bytes.Repeat([]byte("PK"), 5<<19+100), 0, "nothing was recorded"},
	} {
		for _, do := range []string{"submit", "form"} {
			reply := sent(t, kenya, at, "workbook", c.file, xlsx, c.body, "do", do)
			if reply.Code < 400 || reply.Code > 499 || c.status > 0 && reply.Code != c.status || !strings.Contains(reply.Body.String(), c.says) {
				t.Errorf("%s, %s: %d\n%s", name, do, reply.Code, reply.Body)
			}
		}
	}
	if all := versions(h); len(all) > 0 || saved(h, "header") != "" {
		t.Error("something was recorded")
	}
}

// A file that goes with an answer is attached by the section's form, which saves
// what is typed with it; one that is not taken costs nothing of that.
func TestAttachingAFile(t *testing.T) {
	h := opened(t)
	kenya := h.As("kenya")
	section, part := tableOf(t, h, rapporteur.PartRef, "")
	at := asks + "/form/" + section
	var b bytes.Buffer
	h.Must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))))
	picture := b.Bytes()
	form := typed(t, kenya.Get(at), part[:strings.LastIndex(part, "/")]+"/text", "See the law.", "do", "attach:"+part)
	sent(t, kenya, at, "file:"+part, "evil.exe", "application/octet-stream", []byte("MZ\x90"), pairs(form)...).Want(http.StatusUnprocessableEntity, "The file was not taken; what you wrote is saved", "See the law.")
	if got := saved(h, section); !strings.Contains(got, "See the law.") {
		t.Errorf("saved is %s", got)
	}
	form = typed(t, kenya.Get(at), "do", "attach:"+part)
	reply := sent(t, kenya, at, "file:"+part, "law.png", "image/png", picture, pairs(form)...)
	if reply.Code != http.StatusSeeOther {
		t.Fatalf("attaching ends with %d\n%s", reply.Code, reply.Body)
	}
	page := kenya.Get(at).Want(http.StatusOK, "law.png", "attachment:")
	link := linkTo(t, page, "law.png")
	if got := kenya.Get(link).Want(http.StatusOK); !bytes.Equal(got.Body.Bytes(), picture) || !strings.Contains(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the file comes back otherwise: %v", got.Header())
	}
	h.As("france").Get(link).Want(http.StatusNotFound)
}
