// Package staff holds the pages of the Secretariat's overview: streams and what
// runs of them, the board and the calendar of a cycle, starting, contacts, the
// chasing ledger, findings and statistics. What acts on single requests and
// drafts is in web/steering.
package staff

import (
	"embed"
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// english are the words that are put together outside templates: these pages are
// in English alone.
var english = words.In(wording.English)

// noticeName names a notice; one that these pages do not know is told by its id.
func noticeName(n rapporteur.Notice) string {
	if name, err := english.Lookup("notice." + string(n)); err == nil {
		return name
	}
	return strings.ReplaceAll(string(n), "-", " ")
}

// pages is the pages at work.
type pages struct{ frame.Config }

// Where the pages are.
const (
	streamsAddress      = "/streams"
	streamAddress       = "/streams/{instrument}/{stream}"
	contributorsAddress = "/contributors"
	contactsAddress     = "/contributors/{contributor}/contacts"
	outlookAddress      = "/calendars/{instrument}/{stream}"
	cycleAddress        = "/cycles/{instrument}/{stream}/{period}"
)

// parse reads a page's template with the parts that pages share.
func parse(name string) *frame.Template {
	return frame.Parse(words, files, "templates/"+name, "templates/parts.html").Styled("staff.css")
}

// Register adds the pages to the house, and their places to the heads of pages.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	f.Lead(frame.Nav{Address: streamsAddress, Key: "nav.streams", Book: words, Order: 10, Roles: []rapporteur.Role{rapporteur.RoleSecretariat}})
	f.Lead(frame.Nav{Address: streamsAddress, Key: "nav.streams", Book: words, Order: 60, Roles: []rapporteur.Role{rapporteur.RoleClearance, rapporteur.RoleAdministrator}})
	f.Lead(frame.Nav{Address: contributorsAddress, Key: "nav.contributors", Book: words, Order: 40, Roles: []rapporteur.Role{rapporteur.RoleSecretariat}})
	get := func(id, pattern string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: "staff-" + id, Method: http.MethodGet, Pattern: pattern, Action: action, About: frame.AboutCycle, Serve: serve})
	}
	post := func(id, pattern string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: "staff-" + id, Method: http.MethodPost, Pattern: pattern, Action: action, About: frame.AboutCycle, Serve: serve})
	}
	get("streams", streamsAddress, access.ReadCalendar, p.showStreams)
	get("start-form", streamAddress+"/start", access.PreviewCycle, p.showStart)
	post("preview", streamAddress+"/preview", access.PreviewCycle, p.showPreview)
	post("start", streamAddress+"/start", access.StartCycle, p.start)
	post("start-intake", streamAddress+"/intake", access.SteerIntake, p.startIntake)
	get("contributors", contributorsAddress, access.ReadContacts, p.showContributors)
	get("contacts", contactsAddress, access.ReadContacts, p.showContacts)
	post("put-contacts", contactsAddress, access.WriteContacts, p.putContacts)
	get("outlook", outlookAddress, access.ReadCalendar, p.showOutlook)
	post("start-calendar", outlookAddress, access.RunCalendar, p.startCalendar)
	post("pause-calendar", outlookAddress+"/pause", access.RunCalendar, p.pauseCalendar)
	post("date-event", outlookAddress+"/events", access.RunCalendar, p.dateEvent)
	get("board", cycleAddress, access.ReadBoard, p.showBoard)
	get("calendar", cycleAddress+"/calendar", access.ReadCalendar, p.showCalendar)
	get("ledger", cycleAddress+"/ledger", access.ReadLedger, p.showLedger)
	get("findings", cycleAddress+"/findings", access.ReadFindings, p.showFindings)
	get("rules", cycleAddress+"/rules", access.ReadRules, p.showRules)
	post("suspend-rule", cycleAddress+"/rules/suspend", access.SuspendRule, p.suspendRule)
	post("lift-rule", cycleAddress+"/rules/lift", access.SuspendRule, p.liftRule)
	get("statistics", cycleAddress+"/statistics", access.PublishStatistics, p.showStatistics)
	post("publish-statistics", cycleAddress+"/statistics", access.PublishStatistics, p.publishStatistics)
}

// may reports whether the visitor may do something, for showing or not showing
// the way to it.
func may(v *frame.Visit, action access.Action) bool {
	return access.Allow(v.Principal, action, access.Resource{}) == nil
}
