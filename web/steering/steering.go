// Package steering holds the pages on which the Secretariat acts on requests,
// drafts and cycles, and on which clearance officers decide. They are written in
// English.
package steering

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

// The addresses under which the pages are.
const (
	cyclePattern   = "/cycles/{instrument}/{stream}/{period}"
	requestPattern = cyclePattern + "/requests/{contributor}"
	versionPattern = requestPattern + "/versions/{version}"
	draftPattern   = cyclePattern + "/drafts/{number}"
	commandPattern = cyclePattern + "/commands/{kind}"
)

// parse reads a page's templates with the parts that pages share.
func parse(names ...string) *frame.Template {
	for n := range names {
		names[n] = "templates/" + names[n]
	}
	return frame.Parse(words, files, append(names, "templates/parts.html")...).Styled("steering.css")
}

// Register adds the pages to the house.
func Register(f *frame.Frame) {
	p := pages{f.Config}
	f.Lead(frame.Nav{Address: "/clearance", Key: "nav.clearance", Book: words, Order: 40, Roles: []rapporteur.Role{rapporteur.RoleClearance, rapporteur.RoleSecretariat}})
	p.registerRequests(f)
	p.registerDrafts(f)
	p.registerClearance(f)
	p.registerCommands(f)
}

func (p pages) registerRequests(f *frame.Frame) {
	get := func(id, pattern string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodGet, Pattern: pattern, Action: action, About: frame.AboutRequest, Serve: serve})
	}
	post := func(id, pattern string, action access.Action, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodPost, Pattern: pattern, Action: action, About: frame.AboutRequest, Serve: serve})
	}
	get("steering-request", requestPattern, access.ReadLedger, p.showRequest)
	post("remind", requestPattern+"/reminders", access.RemindRequest, p.remind)
	post("snooze", requestPattern+"/snooze", access.SnoozeRequest, p.snooze)
	post("settle", requestPattern+"/settlements", access.SettleRequest, p.settle)
	post("decide-extension", requestPattern+"/extensions/{number}", access.DecideExtension, p.decideExtension)
	get("return", requestPattern+"/return", access.ReturnSubmission, p.askReturn)
	post("take-return", requestPattern+"/return", access.ReturnSubmission, p.takeReturn)
	get("note-verbale", requestPattern+"/note-verbale", access.DrawUpNote, p.sendNote)
	get("steering-version", versionPattern, access.ReadBody, p.showVersion)
}

func (p pages) registerDrafts(f *frame.Frame) {
	get := func(id, pattern string, serve func(*frame.Visit) error) {
		f.Register(frame.Page{ID: id, Method: http.MethodGet, Pattern: pattern, Action: access.ReadDraft, About: frame.AboutCycle, Serve: serve})
	}
	get("drafts", cyclePattern+"/drafts", p.showDrafts)
	get("draft", draftPattern, p.showDraft)
	get("draft-sources", draftPattern+"/sources", p.showSources)
	get("draft-document", draftPattern+"/report/{format}", p.sendReport)
	f.Register(frame.Page{
		ID: "write-observations", Method: http.MethodPost, Pattern: cyclePattern + "/observations", Action: access.WriteObservations, About: frame.AboutCycle,
		MaxForm: maxObservations, Serve: p.writeObservations,
	})
}

func (p pages) registerClearance(f *frame.Frame) {
	f.Register(frame.Page{ID: "clearance", Method: http.MethodGet, Pattern: "/clearance", Action: access.ReadClearance, Serve: p.showClearances})
	f.Register(frame.Page{ID: "decide-clearance", Method: http.MethodPost, Pattern: draftPattern + "/decision", Action: access.Decide, About: aboutDecision, Serve: p.decide})
	f.Register(frame.Page{ID: "delegate-clearance", Method: http.MethodPost, Pattern: draftPattern + "/delegation", Action: access.Delegate, About: aboutOffice, Serve: p.delegate})
}

func (p pages) registerCommands(f *frame.Frame) {
	f.Register(frame.Page{ID: "commands", Method: http.MethodGet, Pattern: cyclePattern + "/commands", Action: access.CommandCycle, About: frame.AboutCycle, Serve: p.showCommands})
	f.Register(frame.Page{ID: "command", Method: http.MethodGet, Pattern: commandPattern, Action: access.CommandCycle, About: frame.AboutCycle, Serve: p.askCommand})
	f.Register(frame.Page{ID: "take-command", Method: http.MethodPost, Pattern: commandPattern, Action: access.CommandCycle, About: frame.AboutCycle, Serve: p.takeCommand})
	for method, serve := range map[string]func(*frame.Visit) error{http.MethodGet: p.askDrafter, http.MethodPost: p.appointDrafter} {
		f.Register(frame.Page{ID: "lead-drafter-" + method, Method: method, Pattern: cyclePattern + "/lead-drafter", Action: access.AppointDrafter, About: aboutDrafter, Serve: serve})
	}
}
