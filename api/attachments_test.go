package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

const (
	kenyaFiles = kenyaAt + "/attachments"
	octets     = "application/octet-stream"
)

// seal is a small picture that differs by its width.
func seal(width int) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, 1))); err != nil {
		panic(err)
	}
	return b.String()
}

func (h *house) attach(key, media, disposition, content string) reply {
	h.t.Helper()
	return h.call(exchange{key: key, method: http.MethodPost, path: kenyaFiles, body: content, headers: map[string]string{
		"Content-Type": media, "Content-Disposition": disposition,
	}})
}

// kept is how much is kept: files in the record, blobs in the bucket and blobs on
// hold.
func (h *house) kept() string {
	h.t.Helper()
	blobs := 0
	for list := h.bucket.List(nil); ; blobs++ {
		_, err := list.Next(h.t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	var files, held int
	h.write(func(ctx context.Context, tx rapporteur.Tx) error {
		all, err := tx.FilesAfter(ctx, "", 0)
		if err != nil {
			return err
		}
		onHold, err := tx.GiveUpBlobs(ctx, -1, 0)
		files, held = len(all), len(onHold)
		return err
	})
	return fmt.Sprintf("%d files, %d blobs, %d on hold", files, blobs, held)
}

func TestAFileIsAttachedAndRead(t *testing.T) {
	h := openHouse(t)
	content := seal(3)
	sum := sha256.Sum256([]byte(content))
	answer := h.attach(kenyaKey, "image/png", `attachment; filename*=UTF-8''sceau%20d%27%C3%89tat.png`, content).want(http.StatusCreated)
	got := read[Attachment](answer)
	if got.Name != "sceau d'État.png" || got.MediaType != "image/png" || got.Size != len(content) || got.Hash != hex.EncodeToString(sum[:]) ||
		got.Reference != "attachment:"+got.ID || got.AttachedBy != h.principal(kenyaKey) || got.Versions == nil || got.AttachedAt == nil {
		t.Errorf("attached is %+v", got)
	}
	location := answer.header.Get("Location")
	if location != kenyaFiles+"/"+got.ID {
		t.Errorf("location %q", location)
	}
	for _, key := range []string{kenyaKey, staffKey} {
		file := h.get(key, location).want(http.StatusOK)
		if string(file.body) != content {
			t.Errorf("%s reads %d bytes", key, len(file.body))
		}
		for name, want := range map[string]string{
			"Content-Type": "image/png", "Content-Disposition": "attachment; filename*=utf-8''sceau%20d%27%C3%89tat.png", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store", "ETag": `"` + got.Hash + `"`,
		} {
			if header := file.header.Values(name); len(header) != 1 || header[0] != want {
				t.Errorf("%s is %q, want %q", name, header, want)
			}
		}
	}
	again := read[Attachment](h.attach(kenyaKey, octets, `attachment; filename="another.png"`, content).want(http.StatusCreated))
	if again.ID != got.ID || again.Name != got.Name {
		t.Errorf("the same content again is %+v", again)
	}
	body := strings.Replace(nilReturn("member-state", "x"), `"return_type": "nil", "reason": "x"`,
		fmt.Sprintf(`"return_type": "partial", "answers": {"Q8.5": {"status": "yes", "document": "Evaluation, %s"}}`, got.Reference), 1)
	h.post(kenyaKey, kenyaAt+"/submissions", body).want(http.StatusCreated)
	list := read[struct{ Items []Attachment }](h.get(staffKey, kenyaFiles).want(http.StatusOK))
	if len(list.Items) != 1 || fmt.Sprint(list.Items[0].Versions) != "[1]" {
		t.Errorf("the list is %+v", list)
	}
	h.call(exchange{key: kenyaKey, method: http.MethodDelete, path: location}).problem(http.StatusConflict, "conflict")
	unused := h.attach(kenyaKey, octets, "", seal(4)).want(http.StatusCreated).header.Get("Location")
	h.call(exchange{key: kenyaKey, method: http.MethodDelete, path: unused}).want(http.StatusNoContent)
	h.call(exchange{key: kenyaKey, method: http.MethodDelete, path: unused}).problem(http.StatusNotFound, "not-found")
	h.get(kenyaKey, unused).problem(http.StatusNotFound, "not-found")
	if got := h.kept(); got != "1 files, 1 blobs, 0 on hold" {
		t.Errorf("kept are %s", got)
	}
	history := string(h.get(staffKey, cycleAt+"/history").want(http.StatusOK).body)
	for _, want := range []string{"Kenya: 1 file attached", "Kenya: 2 files read", "Kenya: 1 file removed"} {
		if !strings.Contains(history, want) {
			t.Errorf("the history does not say %q:\n%s", want, history)
		}
	}
	if log := h.log.String(); strings.Contains(log+history, "sceau") {
		t.Errorf("the log or the history has the file's name:\n%s", log)
	}
}

func TestAnAnswerWithAWrongReferenceIsRejected(t *testing.T) {
	h := openHouse(t)
	body := strings.Replace(nilReturn("member-state", "x"), `"return_type": "nil", "reason": "x"`,
		`"return_type": "partial", "answers": {"Q8.5": {"status": "yes", "document": "attachment:abc"}}`, 1)
	p := h.post(kenyaKey, kenyaAt+"/submissions", body).problem(http.StatusUnprocessableEntity, "rejected")
	if len(p.Findings) != 1 || p.Findings[0].Rule != "attachment/unknown" || p.Findings[0].Pointer != "/answers/Q8.5/document" || p.Findings[0].Severity != "error" {
		t.Errorf("findings are %+v", p.Findings)
	}
}

// TestRefusedFilesLeaveNothing tells every way in which a file is refused apart,
// and holds that record and bucket are as they were.
func TestRefusedFilesLeaveNothing(t *testing.T) {
	h := openHouse(t)
	good := seal(1)
	cases := []struct {
		name        string
		key         string
		media       string
		disposition string
		body        string
		status      int
		kind        string
	}{
		{name: "JSON", media: "application/json", body: "{}", status: 415, kind: "media-type"},
		{name: "a form", media: "multipart/form-data; boundary=x", body: good, status: 415, kind: "media-type"},
		{name: "a page", media: "text/html", body: "<html>", status: 415, kind: "media-type"},
		{name: "a page said to be a PDF", media: "application/pdf", body: "<html>", status: 422, kind: "unsupported"},
		{name: "a picture said to be a PDF", media: "application/pdf", body: good, status: 422, kind: "invalid"},
		{name: "a picture called a PDF", disposition: `attachment; filename="law.pdf"`, body: good, status: 422, kind: "invalid"},
		{name: "empty", body: "", status: 400, kind: "malformed"},
		{name: "cut", body: good[:len(good)-5], status: 422, kind: "invalid"},
		{name: "over the limit", body: good + strings.Repeat("x", rapporteur.MaxAttachedFile+1-len(good)), status: 413, kind: "too-large"},
		{name: "at the limit", body: good + strings.Repeat("x", rapporteur.MaxAttachedFile-len(good)), status: 422, kind: "invalid"},
		{name: "a name that cannot be read", disposition: `attachment; filename=`, body: good, status: 400, kind: "malformed"},
		{name: "a name that is no text", disposition: "attachment; filename*=UTF-8''%FF.png", body: good, status: 400, kind: "malformed"},
		{name: "another contributor", key: franceKey, body: good, status: 404, kind: "not-found"},
		{name: "the Secretariat", key: staffKey, body: good, status: 403, kind: "forbidden"},
		{name: "an administrator", key: adminKey, body: good, status: 403, kind: "forbidden"},
		{name: "a clearance officer", key: olaKey, body: good, status: 403, kind: "forbidden"},
		{name: "no key", key: "none", body: good, status: 401, kind: "unidentified"},
	}
	before := h.weight()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.key == "" {
				c.key = kenyaKey
			}
			if c.media == "" {
				c.media = octets
			}
			h.attach(c.key, c.media, c.disposition, c.body).problem(c.status, c.kind)
			if after := h.weight(); after != before {
				t.Errorf("the record was %s and is %s", before, after)
			}
			if got := h.kept(); got != "0 files, 0 blobs, 0 on hold" {
				t.Errorf("kept are %s", got)
			}
		})
	}
}

func TestAClosedRequestTakesNoFiles(t *testing.T) {
	h := openHouse(t)
	location := h.attach(kenyaKey, octets, "", seal(1)).want(http.StatusCreated).header.Get("Location")
	if _, err := h.conduct().CloseCollection(t.Context(), testCycle, h.moment()); err != nil {
		t.Fatal(err)
	}
	h.attach(kenyaKey, octets, "", seal(2)).problem(http.StatusConflict, "closed")
	h.get(kenyaKey, location).want(http.StatusOK)
	h.call(exchange{key: kenyaKey, method: http.MethodDelete, path: location}).want(http.StatusNoContent) // nothing refers to it
	if got := h.kept(); got != "0 files, 0 blobs, 0 on hold" {
		t.Errorf("kept are %s", got)
	}
}

func TestAttachingWithAnIdempotencyKey(t *testing.T) {
	h := openHouse(t)
	attach := func(content string) reply {
		return h.call(exchange{key: kenyaKey, method: http.MethodPost, path: kenyaFiles, body: content, headers: map[string]string{
			"Content-Type": octets, "Idempotency-Key": "k-1",
		}})
	}
	first := attach(seal(1)).want(http.StatusCreated)
	if again := attach(seal(1)).want(http.StatusCreated); !bytes.Equal(again.body, first.body) {
		t.Errorf("again: %s", again.body)
	}
	attach(seal(2)).problem(http.StatusUnprocessableEntity, "key-reused")
}

// TestABodyThatEndsEarly holds that a file that is cut on the line is a request
// that did not come whole, and no error of the server.
func TestABodyThatEndsEarly(t *testing.T) {
	h := openHouse(t)
	server := httptest.NewServer(h.handler)
	defer server.Close()
	for path, media := range map[string]string{kenyaFiles: octets, kenyaAt + "/submissions": "application/json"} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n%s", path, h.secrets[kenyaKey], media, seal(1))
		if err == nil {
			err = conn.(*net.TCPConn).CloseWrite()
		}
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 408")) || !bytes.Contains(answer, []byte("/problems/slow")) {
			t.Errorf("%s: %v, %s", path, err, answer)
		}
		_ = conn.Close()
	}
	if got := h.kept(); got != "0 files, 0 blobs, 0 on hold" {
		t.Errorf("kept are %s", got)
	}
}
