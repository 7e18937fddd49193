package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAttachmentCommands(t *testing.T) {
	note := file(t, "note.pdf", "%PDF-1.7")
	for line, want := range map[string]string{
		"attachment add s/op34/2018 state-ken " + note:              "POST /v1/cycles/s/op34/2018/requests/state-ken/attachments  %PDF-1.7",
		"attachment add s/op34/2018 state-ken --name=n.pdf " + note: "POST /v1/cycles/s/op34/2018/requests/state-ken/attachments  %PDF-1.7",
		"attachment list s/op34/2018 state-ken":                     "GET /v1/cycles/s/op34/2018/requests/state-ken/attachments",
		"attachment remove s/op34/2018 state-ken aabb":              "DELETE /v1/cycles/s/op34/2018/requests/state-ken/attachments/aabb",
	} {
		if asked, err := run(t, `{}`, strings.Fields(line)...); err != nil || asked != want {
			t.Errorf("%s\nasked %s (%v)\nwant  %s", line, asked, err, want)
		}
	}
	if asked, err := run(t, `{}`, "attachment", "add", "c", "state-ken", "none.pdf"); err == nil || asked != "" {
		t.Errorf("a file that is not there: asked %q, %v", asked, err)
	}
}

func TestAFileIsSentUnderItsName(t *testing.T) {
	var media, disposition string
	listening := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		media, disposition = r.Header.Get("Content-Type"), r.Header.Get("Content-Disposition")
	}))
	defer listening.Close()
	to := server{Server: listening.URL, KeyFile: file(t, "key", "rap_key")}
	add := attachmentAddCommand{server: to, asked: asked{"s/op34/2018", "state-ken"}, File: file(t, "loi n° 5.pdf", "%PDF-1.7")}
	for name, want := range map[string]string{"": "attachment; filename*=utf-8''loi%20n%C2%B0%205.pdf", "a.pdf": "attachment; filename=a.pdf"} {
		add.Name = name
		if err := add.Run(t.Context()); err != nil || media != "application/octet-stream" || disposition != want {
			t.Errorf("sent as %s, %s (%v)", media, disposition, err)
		}
	}
}

func TestAnAttachmentIsWrittenAndReplacesNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "note.pdf")
	line := []string{"attachment", "get", "s/op34/2018", "state-ken", "aabb", out}
	asked, err := run(t, "%PDF-1.7", line...)
	if err != nil || asked != "GET /v1/cycles/s/op34/2018/requests/state-ken/attachments/aabb" {
		t.Errorf("asked %s (%v)", asked, err)
	}
	got, err := os.ReadFile(out)
	if err != nil || string(got) != "%PDF-1.7" {
		t.Errorf("wrote %q (%v)", got, err)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if _, err := run(t, "other", line...); err == nil {
		t.Error("a file was replaced")
	}
}
