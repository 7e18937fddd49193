package staff_test

import (
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

func TestCalendar(t *testing.T) {
	h := everywhere(t)
	staff := h.As("staff")
	staff.Get(board+"/calendar").Want(200,
		"The critical path", "Contributors answer", "Ended <time datetime=\"2018-09-14\">14 September 2018</time>",
		"must end by <time datetime=\"2018-10-07\">7 October 2018</time>", "2 days in hand (0 working days)", "No time in hand",
		"Takes 33 days: 6 steps of clearance, one after the other.", "Contributors&#39; deadline minus 60 days", "reminder ladder, rung states-first",
		"120 messages sent, 2 refused").Lacks("What to do")
	h.As("ola").Get(board+"/calendar").Want(200, "The critical path").Lacks("Chasing ledger")
	h.As("france").Get(board + "/calendar").Want(403)
	staff.Get("/cycles/s-res-2388-2017/op34/1999/calendar").Want(404)
}

// A date that was moved tells what it was first, what it is now, and who allowed
// that; and where the time is lost, what to do.
func TestCalendarTellsWhatWasMoved(t *testing.T) {
	h := everywhere(t)
	h.Must(h.Engine.Command(t.Context(), webtest.Cycle, rapporteur.Command{
		ID: "move", Kind: rapporteur.CommandMoveDeadline, Actor: "person-staff", Date: rapporteur.Date{Year: 2018, Month: 9, Day: 24},
		Closes: rapporteur.Date{Year: 2018, Month: 10, Day: 12}, Authority: "S/2018/<700>", Reason: "More time was asked for.",
	}))
	h.As("staff").Get(board+"/calendar").Want(200,
		`<td><time datetime="2018-09-14">14 September 2018</time><span class="class">to 24 September 2018:`, "<bdi>S/2018/&lt;700&gt;</bdi>",
		"5 days too late", "What to do:</strong> Contributors&#39; deadline is 5 days too late: move it to 19 September 2018")
}

func TestCalendarInABrowser(t *testing.T) {
	h := everywhere(t)
	tab := h.Browser("staff", webtest.Window{})
	for name, w := range map[string]webtest.Window{"light-1280": {}, "dark-360": {Width: 360, Dark: true}} {
		tab.Look(w)
		tab.Open(board + "/calendar")
		tab.Accessible()
		tab.Fits()
		tab.Picture("calendar-" + name)
	}
}
