package api

import (
	"bytes"
	"net/http"
	"testing"
)

// Reminders are sent out of turn, rest and go again; an answer is taken as it
// stands. The contributor learns nothing of what the Secretariat arranges.
func TestRemindersAndSettling(t *testing.T) {
	h := openHouse(t)
	snooze := func(body string) reply {
		return h.call(exchange{key: staffKey, method: http.MethodPut, path: kenyaAt + "/snooze", body: body})
	}
	reminded := read[Request](h.post(staffKey, kenyaAt+"/reminders", `{"reason": "Promised by telephone."}`).want(http.StatusOK))
	if reminded.Reminders != 1 {
		t.Errorf("request %+v", reminded)
	}
	h.post(staffKey, kenyaAt+"/reminders", "").problem(http.StatusConflict, "conflict")
	until := h.clock().AddDate(0, 0, 20).Format("2006-01-02")
	snooze(`{"until": "`+until+`"}`).problem(http.StatusUnprocessableEntity, "invalid")
	if rests := read[Request](snooze(`{"until": "` + until + `", "reason": "Elections."}`).want(http.StatusOK)); rests.SnoozedUntil != until {
		t.Errorf("request %+v", rests)
	}
	if own := read[Request](h.get(kenyaKey, kenyaAt).want(http.StatusOK)); own.SnoozedUntil != "" || own.Reminders != 0 {
		t.Errorf("the contributor reads %+v", own)
	}
	h.post(staffKey, kenyaAt+"/reminders", "").problem(http.StatusConflict, "conflict")
	if again := read[Request](snooze(`{}`).want(http.StatusOK)); again.SnoozedUntil != "" {
		t.Errorf("request %+v", again)
	}
	settlements := kenyaAt + "/settlements"
	h.post(staffKey, settlements, `{"version": 1}`).problem(http.StatusConflict, "conflict")
	h.post(kenyaKey, kenyaAt+"/submissions", nilReturn("member-state", "Nothing.")).want(http.StatusCreated)
	h.post(staffKey, settlements, `{"version": 2}`).problem(http.StatusConflict, "stale")
	if settled := read[Request](h.post(staffKey, settlements, `{"version": 1}`).want(http.StatusOK)); settled.State != "settled" {
		t.Errorf("request %+v", settled)
	}
	for _, key := range []string{kenyaKey, olaKey, adminKey} {
		h.post(key, settlements, `{"version": 1}`).problem(http.StatusForbidden, "forbidden")
	}
}

func TestNoteVerbale(t *testing.T) {
	h := openHouse(t)
	note := h.get(staffKey, kenyaAt+"/note-verbale?language=fr").want(http.StatusOK)
	if note.header.Get("Content-Type") != mediaPDF || !bytes.HasPrefix(note.body, []byte("%PDF-")) || note.header.Get("Content-Disposition") != `attachment; filename="note-verbale-state-ken-fr.pdf"` {
		t.Errorf("%v %.10s", note.header, note.body)
	}
	h.get(staffKey, kenyaAt+"/note-verbale?language=ru").problem(http.StatusUnprocessableEntity, "invalid")
	h.get(staffKey, cycleAt+"/requests/mission-unmiss/note-verbale").problem(http.StatusConflict, "conflict")
	h.get(kenyaKey, kenyaAt+"/note-verbale").problem(http.StatusForbidden, "forbidden")
}
