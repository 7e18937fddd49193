// Package admin holds the pages of administrators: every cycle's history in plain
// words, what is stuck and how it is repaired, keys, policy, and how the house is.
// The Secretariat sees those among them that the policy lets it see.
package admin

import (
	"embed"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

//go:embed templates words
var files embed.FS

var words = wording.MustLoad(files, "words")

// pages is the pages at work.
type pages struct{ frame.Config }

// cycleAddress is where a cycle's history is.
const cycleAddress = "/admin/cycles/{instrument}/{stream}/{period}"

// Where repairs are confirmed and ordered, keys issued, people blocked, and lead
// drafters appointed.
const (
	repairAddress = "/admin/stuck/repair"
	keysAddress   = "/admin/keys"
	peopleAddress = "/admin/people"
	hooksAddress  = "/admin/webhooks"

	drafterAddress = cycleAddress + "/drafter"
)

// Register adds the pages to the house.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	get := func(id, at string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodGet, Pattern: at, Action: action, Serve: serve})
	}
	post := func(id, at string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodPost, Pattern: at, Action: action, Serve: serve})
	}
	cycle := func(id, at string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodGet, Pattern: cycleAddress + at, Action: action, About: frame.AboutCycle, Serve: serve})
	}
	get("admin-cycles", "/admin", access.ReadHistory, p.showCycles)
	cycle("admin-history", "", access.ReadHistory, p.showHistory)
	cycle("admin-records", "/records.ndjson", access.ReadHistory, p.sendRecords)
	cycle("admin-engine", "/engine.json", access.Inspect, p.sendEngine)
	cycle("admin-event", "/records/{number}/event", access.ReadHistory, p.showEvent)
	cycle("admin-request", "/requests/{contributor}", access.ReadHistory, p.showRequest)
	cycle("admin-compare", "/compare", access.ReadHistory, p.compare)
	f.Register(frame.Page{
		ID: "admin-drafter", Method: http.MethodGet, Pattern: drafterAddress, Action: access.AppointDrafter, About: aboutLeading, Serve: p.askDrafter,
	})
	f.Register(frame.Page{
		ID: "admin-appoint-drafter", Method: http.MethodPost, Pattern: drafterAddress, Action: access.AppointDrafter, About: aboutLeading, Serve: p.appointDrafter,
	})
	get("admin-stuck", "/admin/stuck", access.Inspect, p.showStuck)
	get("admin-repair", repairAddress, access.Repair, p.askRepair)
	post("admin-order-repair", repairAddress, access.Repair, p.orderRepair)
	get("admin-keys", keysAddress, access.ManageKeys, p.showKeys)
	post("admin-issue-key", keysAddress, access.ManageKeys, p.issueKey)
	post("admin-revoke-key", keysAddress+"/revoke", access.ManageKeys, p.revokeKey)
	get("admin-people", peopleAddress, access.ManagePersons, p.showPeople)
	post("admin-change-person", peopleAddress, access.ManagePersons, p.changePerson)
	p.registerWebhooks(get, post)
	get("admin-policy", "/admin/policy", access.ReadHistory, showPolicy)
	get("admin-rules", "/admin/rules", access.ReadRules, p.showRules)
	get("admin-audit", "/admin/audit", access.Inspect, p.showAudit)
	get("admin-health", "/admin/health", access.Inspect, p.showHealth)
	f.Lead(frame.Nav{Address: "/admin", Key: "nav.administration", Book: words, Order: 90, Roles: []rapporteur.Role{rapporteur.RoleAdministrator}})
	f.Lead(frame.Nav{Address: "/admin", Key: "nav.histories", Book: words, Order: 90, Roles: []rapporteur.Role{rapporteur.RoleSecretariat}})
}

// parse reads a page's template with what all pages here share.
func parse(name string) *frame.Template {
	return frame.Parse(words, files, "templates/"+name, "templates/shared.html").Styled("admin.css")
}

// place is one of the pages that every page here leads to.
type place struct {
	Address, Name string
	Current       bool
}

// places are those that somebody may see.
var allPlaces = []struct {
	address, name string
	action        access.Action
}{
	{"/admin", "Cycles", access.ReadHistory},
	{"/admin/stuck", "Stuck work", access.Inspect},
	{"/admin/rules", "Suspended rules", access.ReadRules},
	{keysAddress, "Keys", access.ManageKeys},
	{peopleAddress, "People", access.ManagePersons},
	{hooksAddress, "Webhooks", access.ManageWebhooks},
	{"/admin/policy", "Who may what", access.ReadHistory},
	{"/admin/audit", "Audit record", access.Inspect},
	{"/admin/health", "Health", access.Inspect},
}

// placesOf lists where else somebody can go; at is where they are.
func placesOf(v *frame.Visit, at string) []place {
	var all []place
	for _, one := range allPlaces {
		if access.Allow(v.Principal, one.action, access.Resource{}) == nil {
			all = append(all, place{Address: one.address, Name: one.name, Current: one.address == at})
		}
	}
	return all
}

// mayInspect reports whether somebody may see what the engine itself wrote.
func mayInspect(v *frame.Visit) bool {
	return access.Allow(v.Principal, access.Inspect, access.Resource{}) == nil
}
