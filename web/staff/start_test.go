package staff_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/webtest"
)

const op34 = "/streams/s-res-2388-2017/op34"

// reachable gives some contributors a focal point.
func reachable(h *webtest.House, ids ...rapporteur.ContributorID) {
	for _, id := range ids {
		h.Must(h.Config.Secretariat.PutContacts(h.T.Context(), webtest.People["staff"], id, []rapporteur.Contact{
			{Role: rapporteur.ContactFocalPoint, Name: "A. Person", Address: "focal@example.org", Language: "en"},
		}))
	}
}

func TestPreviewIsADryRun(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	staff.Get(op34+"/start").Want(200, "Start a cycle", "by the rules 14 September 2018", "Single Member States (193)")
	staff.Post(op34+"/preview").Want(200, "Nothing has been started", "Who cannot be reached", `href="/contributors/state-fra/contacts"`, "Mandated date minus 68 days").
		Lacks("Start the cycle")
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		cycles, err := r.Cycles(ctx, "", 0)
		if len(cycles) > 0 {
			t.Errorf("a preview started %v", cycles)
		}
		return err
	})
	h.As("admin").Get(op34 + "/start").Want(403)
	h.As("kenya").Post(op34 + "/start").Want(403)
	staff.Get("/streams/s-res-2388-2017/op99/start").Want(404)
	staff.Get("/streams/s-res-2388-2017/op33/start").Want(303)
}

// From the form over the preview, which leaves out who cannot be reached, to the
// cycle; sent twice it is started once.
func TestStart(t *testing.T) {
	h := webtest.New(t)
	reachable(h, webtest.Asked...)
	staff := h.As("staff")
	preview := staff.Post(op34+"/preview", "without-kind", "entity", "without-kind", "mission", "date-due", "2018-09-21", "authority", "Programme of work").
		Want(200, "Who cannot be reached", "chosen at the start", "Programme of work")
	fields := []string{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(preview.Body.String(), -1) {
		if m[1] != "once" {
			fields = append(fields, m[1], m[2])
		}
	}
	staff.Post(op34+"/preview", fields...).Want(200, "Start the cycle", "≤ 2").Lacks("Who cannot be reached")
	for range 2 {
		answer := staff.Post(op34+"/start", fields...).Want(http.StatusSeeOther)
		if to := answer.Header().Get("Location"); to != "/cycles/s-res-2388-2017/op34/2018" {
			t.Errorf("it leads to %s", to)
		}
	}
	cycle := h.Cycle()
	if !slices.Equal(cycle.Contributors, []rapporteur.ContributorID{webtest.France, webtest.Kenya}) || cycle.Plan.Date(rapporteur.DateDue).String() != "2018-09-21" || cycle.StartedBy != "person-staff" {
		t.Errorf("started: %v, due %s, by %s", cycle.Contributors, cycle.Plan.Date(rapporteur.DateDue), cycle.StartedBy)
	}
	if got := len(h.Audit(rapporteur.ActionCyclePlanned)); got != 1 {
		t.Errorf("it was planned %d times", got)
	}
}

// What cannot be started is said beside the form, with what was typed.
func TestStartSaysWhatIsWrong(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	for name, c := range map[string]struct {
		at     string
		fields []string
		says   []string
	}{
		"a period":           {op34, []string{"period", "a/b", "without", "state-fra"}, []string{"Invalid period", `value="a/b"`, `value="state-fra" checked`, `href="#period"`}},
		"no authority":       {op34, []string{"date-due", "2018-09-21"}, []string{"An authority is needed", `value="2018-09-21"`, `href="#authority"`}},
		"dates out of order": {op34, []string{"date-due", "2018-12-21", "authority", "me"}, []string{"The dates are out of order"}},
		"no date":            {op34, []string{"date-due", "soon"}, []string{"Not a date"}},
		"no event":           {"/streams/s-res-2388-2017/op23a", nil, []string{"An event is needed", `href="#event-date"`}},
		"a long title":       {"/streams/s-res-2388-2017/op23a", []string{"event-date", "2018-05-22", "title", "a\nb"}, []string{"Invalid event"}},
	} {
		t.Run(name, func(t *testing.T) {
			staff.Post(c.at+"/preview", c.fields...).Want(http.StatusUnprocessableEntity, append(c.says, `role="alert"`)...)
			staff.Post(c.at+"/start", c.fields...).Want(http.StatusUnprocessableEntity, c.says...)
		})
	}
}

func TestStartAnOccasion(t *testing.T) {
	h := webtest.New(t)
	reachable(h, webtest.UNODC)
	staff := h.As("staff")
	form := []string{"event-date", "2018-05-22", "title", "Briefing on <trafficking>", "only", string(webtest.UNODC)}
	staff.Post("/streams/s-res-2388-2017/op23a/preview", form...).Want(200, "Briefing on &lt;trafficking&gt;", "Start the cycle")
	staff.Follow("/streams/s-res-2388-2017/op23a/start", form...).Want(200, "The cycle is planned", "Nobody has been asked yet", "Briefing on &lt;trafficking&gt;")
}

func TestStartAnIntake(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	staff.Get("/streams/s-res-2388-2017/op23b/start").Want(200, "Start the intake")
	staff.Post("/streams/s-res-2388-2017/op23b/intake").Want(http.StatusUnprocessableEntity, "Not every destination can be reached")
	reachable(h, webtest.UNODC)
	staff.Follow("/streams/s-res-2388-2017/op23b/intake").Want(200, "The intake is open", "<dt>deliveries</dt><dd>0</dd>").Lacks("At risk", "Contributors one by one")
	staff.Get("/streams").Want(200, "takes deliveries")
}

func TestContacts(t *testing.T) {
	h := webtest.New(t)
	staff := h.As("staff")
	staff.Get("/contributors").Want(200, "without a mailbox", "Afghanistan", "The next ones")
	staff.Get("/contributors?name=keny").Want(200, "1 contributor", "Kenya", "! none")
	const at = "/contributors/state-ken/contacts"
	staff.Get(at).Want(200, "Mailboxes of <bdi>Kenya</bdi>", "Another mailbox")
	staff.Follow(at, "address", "focal@example.org", "name", "\u202eA. <Person>", "role", "focal-point", "language", "en",
		"address", "", "name", "left out", "role", "lead", "language", "fr").
		Want(200, "1 mailbox", `value="focal@example.org"`, "A. &lt;Person&gt;").Lacks("left out")
	staff.Get("/contributors?name=keny").Want(200, "✓ has one")
	staff.Get("/contributors?name=keny&reach=none").Want(200, "Nobody.")
	staff.Post(at, "address", "focal@example.org", "name", "", "role", "focal-point", "language", "en", "address", "not one", "name", "Kept", "role", "lead", "language", "fr").
		Want(http.StatusUnprocessableEntity, "Invalid address", `href="#address-2"`, `value="Kept"`, `aria-invalid="true" aria-describedby="wrong"`)
	staff.Post(at).Want(http.StatusBadRequest)
	h.Read(func(ctx context.Context, r rapporteur.Reader) error {
		contacts, err := r.Contacts(ctx, webtest.Kenya)
		if len(contacts) != 1 {
			t.Errorf("what was refused changed the mailboxes: %d", len(contacts))
		}
		return err
	})
	staff.Get("/contributors/state-atl/contacts").Want(404)
	staff.Get("/contributors/office-ola/contacts").Want(200, "office-ola")
	h.As("kenya").Get(at).Want(403)
	h.As("admin").Get("/contributors").Want(403)
}

func TestStartInABrowser(t *testing.T) {
	h := webtest.New(t)
	tab := h.Browser("staff", webtest.Window{})
	for name, w := range map[string]webtest.Window{"light-1280": {}, "dark-360": {Width: 360, Dark: true}} {
		tab.Look(w)
		tab.Open(op34 + "/start")
		tab.Accessible()
		tab.Fits()
		tab.Picture("start-" + name)
		tab.Press("main form button", "#unreachable")
		tab.Accessible()
		tab.Fits()
		tab.Picture("preview-" + name)
		tab.Open("/contributors/state-ken/contacts")
		tab.Accessible()
		tab.Fits()
		tab.Picture("contacts-" + name)
	}
}
