package admin

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var hookFormPage = parse("webhook-form.html")

// hookGroups are the types of events by what they are about: the parts of their
// names before the full stop.
var hookGroups = []struct {
	title    string
	prefixes []string
}{
	{"Cycles and their dates", []string{"cycle", "rung", "deadline", "collection"}},
	{"Requests and answers", []string{"submission", "submissions", "request", "extension", "follow-up", "contributor"}},
	{"Drafts, clearance and reports", []string{"draft", "clearance", "report", "section", "host-report"}},
	{"Events and calendars", []string{"event", "calendar"}},
	{"Intakes and deliveries", []string{"intake", "window", "delivery", "receipt"}},
	{"Rules and statistics", []string{"rule", "statistics"}},
}

// hookGroup is some types of events under a title.
type hookGroup struct {
	Title string
	Types []hookChoice
}

// hookChoice is a type of events that can be chosen.
type hookChoice struct {
	rapporteur.HookType
	Chosen bool
}

// groupedTypes are all types, by group; one of no group would be among the others.
func groupedTypes(chosen []string) []hookGroup {
	groups := make([]hookGroup, len(hookGroups)+1)
	for n, g := range hookGroups {
		groups[n].Title = g.title
	}
	groups[len(hookGroups)].Title = "Others"
	for _, t := range rapporteur.HookTypes {
		prefix, _, _ := strings.Cut(string(t.Type), ".")
		at := len(hookGroups)
		for n, g := range hookGroups {
			if slices.Contains(g.prefixes, prefix) {
				at = n
			}
		}
		groups[at].Types = append(groups[at].Types, hookChoice{HookType: t, Chosen: slices.Contains(chosen, string(t.Type))})
	}
	return slices.DeleteFunc(groups, func(g hookGroup) bool { return len(g.Types) == 0 })
}

// hookForm is what somebody typed of an endpoint.
type hookForm struct {
	Label, Address string
	Events         []string
	Scope          string // instrument, or instrument/stream; empty for all
	Restricted     bool
	Revision       int // that was on the page
}

func hookFormOf(w rapporteur.Webhook) hookForm {
	f := hookForm{Label: w.Label, Address: w.Address, Scope: scopeValue(w.Instrument, w.Stream), Restricted: w.Restricted, Revision: w.Revision}
	for _, e := range w.Events {
		f.Events = append(f.Events, string(e))
	}
	return f
}

func scopeValue(instrument, stream string) string {
	if stream == "" {
		return instrument
	}
	return instrument + "/" + stream
}

func hookFormIn(form url.Values) hookForm {
	revision, _ := strconv.Atoi(form.Get("revision")) // what is none matches none
	return hookForm{
		Label: form.Get("label"), Address: form.Get("address"), Events: form["events"], Scope: form.Get("scope"),
		Restricted: form.Get("restricted") != "", Revision: revision,
	}
}

func (f hookForm) wanted() rapporteur.WebhookWanted {
	w := rapporteur.WebhookWanted{Label: f.Label, Address: f.Address, Restricted: f.Restricted}
	w.Instrument, w.Stream, _ = strings.Cut(f.Scope, "/")
	for _, e := range f.Events {
		w.Events = append(w.Events, rapporteur.Action(e))
	}
	return w
}

// hookFormView is the form for an endpoint, new or not.
type hookFormView struct {
	Places    []place
	Title     string
	To, Back  string
	New       bool
	Form      hookForm
	Groups    []hookGroup
	Scopes    []scopeGroup
	Complaint string
	Wrong     string // id of the field that the complaint is about; empty where that is not known
}

// wrongField is what of a form a complaint is about, in the order in which the
// use-case looks.
func (p pages) wrongField(f hookForm) string {
	switch {
	case f.Label == "":
		return "label"
	case f.Restricted && !strings.Contains(f.Scope, "/"):
		return "restricted"
	case len(f.Events) == 0:
		return "events"
	case p.Webhooks.Sender.CheckAddress(f.Address) != nil:
		return "address"
	}
	return ""
}

// scopeGroup is an instrument with its streams, to choose from.
type scopeGroup struct {
	Symbol  string
	Choices []scopeChoice
}

type scopeChoice struct{ Value, Name string }

// scopes are all instruments and streams, and what was chosen though it is none of
// them.
func (p pages) scopes(chosen string) []scopeGroup {
	var all []scopeGroup
	known := chosen == ""
	for _, i := range p.Catalogue.Instruments() {
		g := scopeGroup{Symbol: i.Symbol, Choices: []scopeChoice{{i.ID, "All of " + i.Symbol}}}
		for _, s := range i.Streams {
			g.Choices = append(g.Choices, scopeChoice{scopeValue(i.ID, s.ID), s.ID + ": " + s.TitleIn("en")})
		}
		known = known || slices.ContainsFunc(g.Choices, func(c scopeChoice) bool { return c.Value == chosen })
		all = append(all, g)
	}
	if !known {
		all = append(all, scopeGroup{Symbol: "Not in the catalogue", Choices: []scopeChoice{{chosen, chosen}}})
	}
	return all
}

func (p pages) hookForm(v *frame.Visit, status int, view hookFormView) error {
	view.Places, view.Groups, view.Scopes = placesOf(v, hooksAddress), groupedTypes(view.Form.Events), p.scopes(view.Form.Scope)
	if status == http.StatusUnprocessableEntity {
		view.Wrong = p.wrongField(view.Form)
	}
	return v.Render(status, hookFormPage, view)
}

func newHookView(form hookForm, complaint string) hookFormView {
	return hookFormView{Title: "Add an endpoint", To: hooksAddress + "/new", Back: hooksAddress, New: true, Form: form, Complaint: complaint}
}

func (p pages) askWebhook(v *frame.Visit) error {
	return p.hookForm(v, http.StatusOK, newHookView(hookForm{}, ""))
}

// addWebhook registers an endpoint and shows its secret, which is on no other page.
func (p pages) addWebhook(v *frame.Visit) error {
	values, err := v.Form()
	if err != nil {
		return err
	}
	form := hookFormIn(values)
	wanted := form.wanted()
	wanted.Once = v.CommandID()
	hook, err := p.Webhooks.Add(v.Context(), v.Principal, wanted)
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && problem.Kind == rapporteur.ProblemInvalid {
		return p.hookForm(v, http.StatusUnprocessableEntity, newHookView(form, problem.Title+": "+problem.Detail))
	}
	if err != nil {
		return err
	}
	return p.hookSecret(v, hook, hook.Secrets[0].Value, false)
}

func changeHookView(hook rapporteur.Webhook, form hookForm, complaint string) hookFormView {
	at := hookAt(hook.ID)
	return hookFormView{Title: "Change " + hook.Label, To: at + "/change", Back: at, Form: form, Complaint: complaint}
}

func (p pages) askWebhookChange(v *frame.Visit) error {
	hook, err := p.Webhooks.Get(v.Context(), v.Param("webhook"))
	if err != nil {
		return err
	}
	return p.hookForm(v, http.StatusOK, changeHookView(hook, hookFormOf(hook), ""))
}

// changeWebhook replaces what is said of an endpoint, unless somebody else has
// changed it since the page was read. Whether it is disabled stays as it is.
func (p pages) changeWebhook(v *frame.Visit) error {
	values, err := v.Form()
	if err != nil {
		return err
	}
	hook, err := p.Webhooks.Get(v.Context(), v.Param("webhook"))
	if err != nil {
		return err
	}
	form := hookFormIn(values)
	wanted := form.wanted()
	wanted.Disabled = hook.State == rapporteur.WebhookDisabled
	_, err = p.Webhooks.Change(v.Context(), v.Principal, hook.ID, wanted, revisionIs(form.Revision))
	problem, ok := errors.AsType[*rapporteur.Problem](err)
	switch {
	case ok && problem.Kind == rapporteur.ProblemInvalid:
		return p.hookForm(v, http.StatusUnprocessableEntity, changeHookView(hook, form, problem.Title+": "+problem.Detail))
	case ok && problem.Kind == rapporteur.ProblemPrecondition:
		form.Revision = hook.Revision
		return p.hookForm(v, http.StatusConflict, changeHookView(hook, form, problem.Detail))
	case err != nil:
		return err
	}
	v.Note("Changed. From now on messages follow what you see here.")
	return v.Redirect(hookAt(hook.ID))
}

// revisionIs refuses to change what is no longer as somebody read it.
func revisionIs(read int) func(int) error {
	return func(present int) error {
		if present == read {
			return nil
		}
		return rapporteur.Problemf(rapporteur.ProblemPrecondition, "Changed meanwhile",
			"Somebody else changed the endpoint meanwhile. What you typed is below; save again to put it in place of what is there now.")
	}
}
