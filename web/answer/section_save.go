package answer

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// What the buttons of a section's form do beside saving, in their field do; some
// name what they are about after a colon.
const (
	doNext   = "next"
	doBefore = "before"
	doList   = "list"
	doAdd    = "add:"    // rows to a table
	doRemove = "remove:" // a row of a table
	doAttach = "attach:" // the file that was chosen
)

// saveTries is how often a save is tried again that another came before.
const saveTries = 3

// saveSection saves what was typed in a section, complete or not. What somebody
// else has saved meanwhile in other questions stays; in the same ones, whoever
// comes second sees both and chooses. Nothing typed is lost: what cannot be saved
// is shown again with why.
func (p pages) saveSection(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id, do := v.Param("section"), form.Get("do")
	var problem *rapporteur.Problem
	for range saveTries {
		w, err := p.work(v)
		if err != nil {
			return err
		}
		s, err := p.sheet(w, id)
		if err != nil {
			return err
		}
		if !w.Open() {
			return p.unsaved(v, w, s, form, rapporteur.Problemf(rapporteur.ProblemClosed, "", ""))
		}
		if at, ok := strings.CutPrefix(do, doRemove); ok {
			form = withoutRow(form, at)
		}
		merged, conflicts := s.merge(form, mineSince(v, form, id, s.present()))
		if len(conflicts) > 0 {
			return p.choose(v, w, s, form, merged, conflicts)
		}
		saved, err := p.save(v, w, s, merged, form)
		switch {
		case rapporteur.IsProblem(err, rapporteur.ProblemPrecondition):
			continue // somebody was faster
		case errors.As(err, &problem):
			return p.unsaved(v, w, s, form, problem)
		case err != nil:
			return err
		}
		if at, ok := strings.CutPrefix(do, doAttach); ok {
			if refused, err := p.attach(v, w, saved, at); refused != nil || err != nil {
				return p.unattached(v, refused, err)
			}
		}
		return p.goOn(v, w, saved, do)
	}
	return rapporteur.Problemf(rapporteur.ProblemUnavailable, "Too many at once", "Others save this section at the same moment; press the button again.")
}

// save saves the content of a section as it now is, if there is anything to
// save.
func (p pages) save(v *frame.Visit, w work, s sheet, content object, form url.Values) (rapporteur.WorkingAnswer, error) {
	if len(content) == 0 && s.present() == 0 {
		return w.Working, nil
	}
	save := rapporteur.SectionSave{Section: v.Param("section"), Content: encode(content), Confirmed: form.Get("confirmed") == "1"}
	if s.present() > 0 {
		save.Seen = rapporteur.Seen{Revisions: []int{s.present()}}
	}
	for _, m := range s.section.Marks {
		if slices.Contains(form["confirm"], m.Pointer) {
			save.Confirm = append(save.Confirm, m.Pointer)
		}
	}
	saved, err := p.Correspondence.SaveSection(v.Context(), v.Principal, w.RequestKey, save)
	if err == nil {
		section, _ := saved.Section(save.Section)
		v.Keep(lastSave, lastOf(form.Get("page"), save.Section, section.Revision))
	}
	return saved, err
}

// lastSave is the session's key of which showing of a form was saved last, and as
// which revision: a page that saves by itself and is then sent by its button must
// not take its own save for somebody else's.
const lastSave = "last-save"

func lastOf(page, section string, revision int) string {
	return fmt.Sprintf("%s %s %d", page, section, revision)
}

// mineSince reports whether the section is as the form saw it, or as this same
// form has saved it since.
func mineSince(v *frame.Visit, form url.Values, section string, present int) bool {
	seen, err := strconv.Atoi(form.Get("seen"))
	return err == nil && seen == present || form.Get("page") != "" && v.Session(lastSave) == lastOf(form.Get("page"), section, present)
}

// goOn leads to where a button says, or tells a page that saves by itself that it
// is saved.
func (p pages) goOn(v *frame.Visit, w work, saved rapporteur.WorkingAnswer, do string) error {
	id := v.Param("section")
	section, there := saved.Section(id)
	if v.Live() {
		w.Working = saved
		s, err := p.sheet(w, id)
		if err != nil {
			return err
		}
		return v.Fragment(http.StatusOK, sectionPage, "saved", savedView{At: section.Saved.Until.Format("15:04"), Revision: section.Revision, Bases: s.bases(), Seen: s.present()})
	}
	if there && section.Revision != w.Working.Revision {
		v.Note(words.In(v.Language).Say("saved", "Time", section.Saved.Until.Format("15:04"), "Version", section.Revision))
	}
	return v.Redirect(w.after(id, do))
}

// savedView is what is told to a page that saves by itself.
type savedView struct {
	At       string
	Revision int
	Bases    []base
	Seen     int
	Refused  string
	Findings []findingView
}

// after is where a button of a section's form leads.
func (w work) after(section, do string) string {
	here := w.Base() + "/form/" + section
	name, at, _ := strings.Cut(do, ":")
	switch name + ":" {
	case doAdd:
		return here + "?add=" + url.QueryEscape(at) + "#" + at
	case doAttach, doRemove:
		if n := strings.LastIndex(at, "/"); name+":" == doRemove && n > 0 {
			at = at[:n]
		}
		return here + "#" + at
	}
	switch do {
	case doNext:
		return w.Next(section)
	case doBefore:
		return w.Before(section)
	case doList:
		return w.Base() + "/form"
	}
	return here
}

// withoutRow takes a row out of what was typed; those below move up.
func withoutRow(form url.Values, at string) url.Values {
	n := strings.LastIndex(at, "/")
	if n < 0 {
		return form
	}
	table := at[:n]
	gone, err := strconv.Atoi(at[n+1:])
	if err != nil {
		return form
	}
	out := url.Values{}
	for name, values := range form {
		rest, inside := strings.CutPrefix(name, table+"/")
		number, column, _ := strings.Cut(rest, "/")
		row, err := strconv.Atoi(number)
		switch {
		case !inside || err != nil || row < gone:
			out[name] = values
		case row > gone:
			out[table+"/"+itoa(row-1)+"/"+column] = values
		}
	}
	return out
}

// unsaved shows the form again with what was typed and why it was not saved.
func (p pages) unsaved(v *frame.Visit, w work, s sheet, form url.Values, problem *rapporteur.Problem) error {
	say := words.In(v.Language)
	refused := say.Say("unsaved.rejected")
	status := frame.StatusOf(problem)
	switch problem.Kind {
	case rapporteur.ProblemRejected:
	case rapporteur.ProblemTooLarge:
		refused = say.Say("unsaved.long")
	case rapporteur.ProblemClosed:
		refused = say.Say("unsaved.closed")
	default:
		return problem
	}
	view, err := p.sectionView(v, w, s, form, problem.Findings)
	if err != nil {
		return err
	}
	if v.Live() { // htmx swaps only what was well
		told := savedView{Refused: refused}
		for _, f := range problem.Findings {
			told.Findings = append(told.Findings, findingView{Severity: f.Severity, Text: f.Text(v.Language), Where: f.Where(v.Language)})
		}
		return v.Fragment(http.StatusOK, sectionPage, "unsaved", told)
	}
	view.Refused = refused
	view.keep(form)
	for _, f := range problem.Findings {
		view.Mend = append(view.Mend, complaint{At: f.Pointer, Text: f.Where(v.Language) + ": " + f.Text(v.Language)})
	}
	return v.Render(status, sectionPage, view)
}

// keep has the form go on from what it had seen.
func (view *sectionView) keep(form url.Values) {
	view.Seen, _ = strconv.Atoi(form.Get("seen"))
	view.Page = form.Get("page")
	for n, b := range view.Bases {
		if form.Has("was:" + b.Key) {
			view.Bases[n].Hash = form.Get("was:" + b.Key)
		}
	}
}
