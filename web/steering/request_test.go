package steering_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const (
	cycleAt = "/cycles/s-res-2388-2017/op34/2018"
	kenyaAt = cycleAt + "/requests/state-ken"
)

var kenya = rapporteur.RequestKey{Cycle: webtest.Cycle, Contributor: webtest.Kenya}

func open(t *testing.T) *webtest.House {
	t.Helper()
	h := webtest.New(t)
	h.Open()
	return h
}

func TestRequestPage(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	staff.Get(kenyaAt).Want(http.StatusOK, "Kenya", "Asked on 21 May 2018", "due on 14 September 2018, in 116 days", "The ladder&#39;s next message is the", "S/RES/2388",
		"Send a reminder now", "Nothing has been submitted.", "Nothing has been sent.").Lacks("focal@example.org", "Accept version", "Return for correction")
	staff.Get(cycleAt + "/requests/state-ago").Want(http.StatusNotFound)
	h.As("admin").Get(kenyaAt).Want(http.StatusOK, "Kenya").Lacks("What you can do", "Send a reminder now")
	h.As("kenya").Get(kenyaAt).Want(http.StatusForbidden)
	h.Submit("kenya", webtest.Answer(""))
	staff.Get(kenyaAt).Want(http.StatusOK, "Version 1 came on 21 May 2018", "Accept version 1 as it stands", "Return for correction", kenyaAt+"/versions/1").Lacks("Send a reminder now")
	h.As("admin").Get(kenyaAt).Want(http.StatusOK, "Version 1").Lacks(kenyaAt + "/versions/1")
}

func TestRemindAndSnooze(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	staff.Follow(kenyaAt+"/reminders", "reason", "Promised.", "once", "aaaaaaaaaaaaaaaaaaaa").Want(http.StatusOK, "The reminder goes out now", "Kenya to be reminded out of turn", "Promised.")
	staff.Follow(kenyaAt+"/reminders", "reason", "Promised.", "once", "aaaaaaaaaaaaaaaaaaaa") // the form again
	if n := h.Request(webtest.Kenya).Reminders; n != 1 {
		t.Fatalf("%d reminders", n)
	}
	h.Must(h.Conduct.SendReminder(t.Context(), kenya, 1, h.Moment()))
	staff.Get(kenyaAt).Want(http.StatusOK, "reminder out of turn", "manual-1", "taken by the mail server", "focal point")
	staff.Post(kenyaAt+"/reminders", "reason", "Again, and I mean it.").Want(http.StatusConflict, `role="alert"`, "today", "Again, and I mean it.")
	staff.Post(kenyaAt+"/snooze", "until", "2018-07-01").Want(http.StatusUnprocessableEntity, `role="alert"`, "A reason is needed", `value="2018-07-01"`)
	staff.Post(kenyaAt+"/snooze", "reason", "No day.").Want(http.StatusUnprocessableEntity, "A day is needed")
	staff.Post(kenyaAt+"/snooze", "reason", "No day.", "until", "tomorrow").Want(http.StatusUnprocessableEntity, "Not a date")
	staff.Follow(kenyaAt+"/snooze", "until", "2018-07-01", "reason", "Elections.").Want(http.StatusOK, "Reminders rest until 1 July 2018", "Let reminders go again").Lacks("Send now")
	staff.Follow(kenyaAt+"/snooze", "lift", "yes").Want(http.StatusOK, "Reminders go again as planned", "Send now")
}

func TestDecideExtension(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	until := rapporteur.Date{Year: 2018, Month: 9, Day: 20}
	_, err := h.Config.Correspondence.AskExtension(t.Context(), webtest.People["kenya"], kenya, until, "The ministry <moves>.", "a")
	h.Must(err)
	staff.Get(kenyaAt).Want(http.StatusOK, "More time was asked for, until 20 September 2018", "The ministry &lt;moves&gt;.", `value="2018-09-20"`).Lacks("Send now")
	at := kenyaAt + "/extensions/1"
	staff.Post(at).Want(http.StatusUnprocessableEntity, "A decision is needed")
	staff.Post(at, "decision", "refuse").Want(http.StatusUnprocessableEntity, "A reason is needed")
	staff.Post(at, "decision", "grant", "until", "2019-09-20", "reason", "Take it.").Want(http.StatusUnprocessableEntity, "Too long", "Take it.", `value="2019-09-20"`)
	staff.Post(kenyaAt+"/extensions/2", "decision", "grant").Want(http.StatusNotFound)
	staff.Follow(at, "decision", "grant", "until", "2018-09-20").Want(http.StatusOK, "More time is granted", "due on 20 September 2018", "Follow-up 1 (extension)")
	if r := h.Request(webtest.Kenya); r.Due != until {
		t.Errorf("due %s", r.Due)
	}
}

func TestSettle(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	h.Submit("kenya", webtest.Answer(""))
	staff.Post(kenyaAt+"/settlements").Want(http.StatusUnprocessableEntity, "A version is needed")
	staff.Post(kenyaAt+"/settlements", "version", "2").Want(http.StatusConflict, "Another version")
	staff.Follow(kenyaAt+"/settlements", "version", "1").Want(http.StatusOK, "Version 1 is accepted as it stands", "Answered: in full", "Return for correction")
}

// An answer is returned with comments at its questions; what came meanwhile is
// not judged unread.
func TestReturn(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	staff.Get(kenyaAt + "/return").Want(http.StatusConflict)
	h.Submit("kenya", webtest.Answer(""))
	staff.Get(kenyaAt+"/return").Want(http.StatusOK, "Comment on Q5.2", `name="on-Q5.2"`, "when collection closes").Lacks("on-Q9.9")
	staff.Post(kenyaAt+"/return", "version", "1", "comments", " ").Want(http.StatusUnprocessableEntity, "Comments are needed")
	staff.Post(kenyaAt+"/return", "version", "1", "comments", "See below.", "due", "2017-01-01", "on-Q5.2", "Say the source.").Want(http.StatusUnprocessableEntity, "See below.", "Say the source.")
	h.Submit("kenya", webtest.Answer(`, "Q5.1": {"status": "no"}`))
	staff.Post(kenyaAt+"/return", "version", "1", "on-Q5.2", "Say the source.").Want(http.StatusConflict, "came while you were reading", "Say the source.", `name="version" value="2"`)
	staff.Follow(kenyaAt+"/return", "version", "2", "comments", "Thank you.", "on-Q5.2", "Say the source.\nAnd the year.", "on-Q5.1", "Since when?").
		Want(http.StatusOK, "The answer is returned", "Returned for correction on 21 May 2018", "Q5.1: Since when?\nQ5.2: Say the source.\nQ5.2: And the year.")
	records := h.Audit(rapporteur.ActionReturned)
	if len(records) != 1 || records[0].Reason != "Thank you.\nQ5.1: Since when?\nQ5.2: Say the source.\nQ5.2: And the year." {
		t.Errorf("the record says %+v", records)
	}
}

// A version is read masked, on the record, beside what it has replaced.
func TestVersionPage(t *testing.T) {
	small := strings.NewReplacer(`"value": 13`, `"value": 3`, `"value": 40`, `"value": 30`)
	h := webtest.New(t)
	h.Plan()
	h.Write(func(ctx context.Context, tx rapporteur.Tx) error {
		cycle, err := tx.LockCycle(ctx, webtest.Cycle)
		if err != nil {
			return err
		}
		cycle.LeadDrafter = "person-else"
		return tx.UpdateCycle(ctx, cycle)
	})
	cycle := h.Cycle()
	h.Set(cycle.Plan.Date(rapporteur.DateOpens).At(rapporteur.SendHour))
	_, err := h.Conduct.Open(t.Context(), webtest.Cycle, h.Moment())
	h.Must(err)
	h.Submit("kenya", webtest.Answer(""))
	h.Submit("kenya", small.Replace(webtest.Answer("")))
	staff := h.As("staff")
	staff.Get(kenyaAt+"/versions/1").Want(http.StatusOK, "version 1", "Q5.2", "27", "has replaced it").Lacks("fields differ")
	staff.Get(kenyaAt+"/versions/2").Want(http.StatusOK, "Small numbers of persons are not shown", "fields differ", "No longer there").Lacks(">3<")
	if n := len(h.Audit(rapporteur.ActionAnswerRead)); n != 3 {
		t.Errorf("%d readings on record, want 3", n)
	}
	staff.Get(kenyaAt + "/versions/3").Want(http.StatusNotFound)
	staff.Get(kenyaAt + "/versions/x").Want(http.StatusNotFound)
	h.As("admin").Get(kenyaAt + "/versions/1").Want(http.StatusForbidden)
}

func TestNoteVerbale(t *testing.T) {
	h := open(t)
	staff := h.As("staff")
	staff.Get(kenyaAt).Want(http.StatusOK, kenyaAt+"/note-verbale")
	staff.Get(cycleAt + "/requests/entity-unodc").Want(http.StatusOK).Lacks("note-verbale")
	for _, language := range rapporteur.NoteLanguages {
		got := staff.Get(kenyaAt + "/note-verbale?in=" + language).Want(http.StatusOK)
		if !strings.HasPrefix(got.Body.String(), "%PDF-") || got.Header().Get("Content-Disposition") != `attachment; filename="note-verbale-state-ken-`+language+`.pdf"` {
			t.Errorf("%s %.10s", got.Header(), got.Body)
		}
	}
	staff.Get(kenyaAt + "/note-verbale?in=ru").Want(http.StatusUnprocessableEntity)
	staff.Get(cycleAt+"/requests/entity-unodc/note-verbale").Want(http.StatusConflict, "memorandum")
	h.As("admin").Get(kenyaAt + "/note-verbale").Want(http.StatusForbidden)
}
