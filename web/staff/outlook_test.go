package staff_test

import (
	"net/http"
	"testing"

	"github.com/rapporteur/rapporteur/web/webtest"
)

const op33 = "/calendars/s-res-2388-2017/op33"

func TestOutlook(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	staff.Get(op33).Want(200, "The calendar was not started", "Report of the Secretary-General: ", "Why this date", "drafted by DPO", "Five years", "Start the calendar")
	staff.Get(op33+"?years=5").Want(200, "within five years", "2022")
	h.As("ola").Get(op33).Want(200, "What falls due").Lacks("Start the calendar", "/contacts")
	h.As("ola").Post(op33).Want(403)
	h.As("unmiss").Get(op33).Want(403)
	staff.Get("/calendars/s-res-2388-2017/op34").Want(http.StatusUnprocessableEntity, "The stream has no calendar")
	staff.Get("/calendars/s-res-2388-2017/op99").Want(404)
}

func TestSteerACalendar(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	staff.Post(op33+"/pause", "reason", "budget").Want(http.StatusUnprocessableEntity, "The calendar was not started", `role="alert"`)
	staff.Post(op33, "from", "soon").Want(http.StatusUnprocessableEntity, "Not a date", `value="soon"`, `href="#start"`)
	staff.Follow(op33, "from", "2018-02-01").Want(200, "from <time datetime=\"2018-02-01\">", "Pause the calendar")
	staff.Get("/streams").Want(200, "calendar running from")
	staff.Post(op33+"/pause", "reason", " ").Want(http.StatusUnprocessableEntity, "A reason is needed")
	staff.Follow(op33+"/pause", "reason", "The <budget> ran out.").Want(200, "The calendar is paused", "Go on after the pause")
	staff.Follow(op33).Want(200, "Pause the calendar")
}

func TestTellTheDateOfAnEvent(t *testing.T) {
	h := webtest.New(t)
	const op12 = "/calendars/s-res-2388-2017/op12"
	staff := h.As("staff")
	staff.Follow(op12).Want(200, "What dates wait for", "Tell the date of an event")
	staff.Post(op12+"/events", "event", "visit", "subject", "Kenya!", "date", "2018-03-01", "authority", "me").
		Want(http.StatusUnprocessableEntity, "A subject is needed", `value="Kenya!"`, `href="#event"`)
	staff.Follow(op12+"/events", "event", "visit", "subject", "ken", "date", "2018-03-01", "authority", "CTED <note>").
		Want(200, "The date is on record", "CTED &lt;note&gt;", "ken")
}

func TestOutlookInABrowser(t *testing.T) {
	h := webtest.New(t)
	h.As("staff").Follow("/calendars/s-res-2388-2017/op12").Want(200)
	tab := h.Browser("staff", webtest.Window{})
	for name, w := range map[string]webtest.Window{"light-1280": {}, "dark-360": {Width: 360, Dark: true}} {
		tab.Look(w)
		for _, stream := range []string{"op33", "op12"} {
			tab.Open("/calendars/s-res-2388-2017/" + stream)
			tab.Accessible()
			tab.Fits()
			tab.Picture("outlook-" + stream + "-" + name)
		}
	}
}
