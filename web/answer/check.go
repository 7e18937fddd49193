package answer

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var checkPage = parse("check.html")

// why begins the names of the fields in which somebody says why a warning is
// right; the rule and the place follow.
const why = "why:"

// checkView is what the page before submitting shows: all that was found, and
// what will be recorded.
type checkView struct {
	work
	Sections []foundIn
	Stopping int // findings that keep the answer back
	Kind     rapporteur.ReturnType
	Quoted   string // yes or no, empty where it is not said
	Class    string
	By       string
	From, To rapporteur.Date
	Revision int
	Refused  string
}

// foundIn is what was found in one section.
type foundIn struct {
	place
	Found []found
}

// found is one finding, and where it is.
type found struct {
	rapporteur.Finding
	Href  string
	Where string
	Text  string
	Field string // in which it is justified; empty where it cannot be
	Why   string
}

// showCheck is that page; where everything was submitted already it says so.
func (p pages) showCheck(v *frame.Visit) error {
	w, err := p.checked(v)
	if err != nil {
		return err
	}
	switch {
	case !w.Open():
		return closed(v, w.asked)
	case w.Working.Revision == 0:
		v.Note(words.In(v.Language).Say("check.nothing"))
		return v.Redirect(w.Base() + "/form")
	}
	return v.Render(http.StatusOK, checkPage, checkOf(w, w.Verdict.Findings, nil, w.Working.Revision))
}

// checkOf is the view of what was found, with the justifications that were typed
// and are not saved.
func checkOf(w work, findings []rapporteur.Finding, typed url.Values, revision int) checkView {
	view := checkView{work: w, Revision: revision}
	view.about()
	for _, place := range w.Places {
		in := foundIn{place: place}
		for _, f := range findings {
			if w.sectionAt(f.Pointer) == place.ID {
				in.Found = append(in.Found, foundAt(w, place.ID, f, typed))
			}
			if f.Blocks() && w.sectionAt(f.Pointer) == place.ID {
				view.Stopping++
			}
		}
		if len(in.Found) > 0 {
			view.Sections = append(view.Sections, in)
		}
	}
	return view
}

func foundAt(w work, section string, f rapporteur.Finding, typed url.Values) found {
	one := found{
		Finding: f, Where: f.Where(w.Language), Text: f.Text(w.Language), Href: w.Base() + "/form/" + section + "#" + w.anchor(section, f.Pointer),
	}
	if f.Severity != rapporteur.SeverityWarning {
		return one
	}
	one.Field, one.Why = why+f.Rule+" "+f.Pointer, f.Justification
	if typed.Has(one.Field) {
		one.Why = typed.Get(one.Field)
	}
	return one
}

// anchor is the id of the field at which a finding is, or of what holds it.
func (w work) anchor(section, pointer string) string {
	all, err := groups(w.Questionnaire, section, w.Language)
	if err != nil {
		return "content"
	}
	for _, g := range all {
		for _, f := range g.fields() {
			if within(pointer, f.At) {
				return f.At
			}
		}
	}
	for _, g := range all {
		if within(pointer, g.At) {
			return g.Anchor()
		}
	}
	return "content"
}

// about reads from the header what will be recorded.
func (view *checkView) about() {
	s, _ := view.Working.Section(rapporteur.HeaderSection)
	content := decode(s.Content)
	kind, _ := content["return_type"].(string)
	view.Kind = rapporteur.ReturnType(kind)
	header, _ := content["header"].(object)
	view.By, _ = header["authority"].(string)
	view.Class, _ = header["classification"].(string)
	if quoted, said := header["may_be_quoted"].(bool); said {
		view.Quoted = strconv.FormatBool(quoted)
	}
	period, _ := header["period"].(object)
	from, _ := period["from"].(string)
	to, _ := period["to"].(string)
	view.From, _ = rapporteur.ParseDate(from)
	view.To, _ = rapporteur.ParseDate(to)
}

// KnownKind and KnownClass report whether there are words for them.
func (view checkView) KnownKind() bool {
	return slices.Contains(append([]rapporteur.ReturnType{rapporteur.ReturnAnswered}, rapporteur.ShortReturnTypes...), view.Kind)
}

// KnownClass reports whether the classification is one.
func (view checkView) KnownClass() bool { return rapporteur.Classification(view.Class).Known() }

// submit keeps the justifications that were typed and, where the button says so,
// submits the answer as it was seen. Pressed twice it submits once.
func (p pages) submit(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	w, err := p.work(v)
	if err != nil {
		return err
	}
	seen, _ := strconv.Atoi(form.Get("revision"))
	version, _ := strconv.Atoi(form.Get("version"))
	switch {
	case w.Submitted():
		return p.submittedBefore(v, w)
	case !w.Open():
		return closed(v, w.asked)
	case seen != w.Working.Revision || version != w.Version:
		return p.uncertain(v, form, "check.moved", nil)
	}
	if w.Working, err = p.justify(v, w, form); err != nil {
		return p.uncertain(v, form, "unsaved.rejected", err)
	}
	if form.Get("do") != "submit" {
		v.Note(words.In(v.Language).Say("check.justified"))
		return v.Redirect(w.Base() + "/check")
	}
	submission, err := p.Correspondence.SubmitWorkingAnswer(v.Context(), v.Principal, w.RequestKey, []rapporteur.WorkingSeen{{Revision: w.Working.Revision, Version: version}})
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemPrecondition):
		if w, err = p.work(v); err == nil && w.Submitted() { // by the same form, a moment ago
			return p.submittedBefore(v, w)
		}
		return p.uncertain(v, form, "check.moved", err)
	case rapporteur.IsProblem(err, rapporteur.ProblemRejected):
		return p.uncertain(v, form, "check.refused", err)
	case rapporteur.IsProblem(err, rapporteur.ProblemClosed):
		return closed(v, w.asked)
	case err != nil:
		return err
	}
	return v.Redirect(w.Base() + "/versions/" + itoa(submission.Version) + "/receipt")
}

func (p pages) submittedBefore(v *frame.Visit, w work) error {
	v.Note(words.In(v.Language).Say("check.before"))
	return v.Redirect(w.Base() + "/versions/" + itoa(w.Standing()) + "/receipt")
}

// uncertain shows the page again, as things now are and with what was typed, and
// says why nothing was submitted.
func (p pages) uncertain(v *frame.Visit, form url.Values, key string, cause error) error {
	problem, ok := errors.AsType[*rapporteur.Problem](cause)
	if cause != nil && !ok {
		return cause
	}
	w, err := p.checked(v)
	if err != nil {
		return err
	}
	status, findings := http.StatusConflict, w.Verdict.Findings
	if ok {
		status = frame.StatusOf(problem)
		if key == "unsaved.rejected" {
			findings = append(slices.Clone(problem.Findings), findings...)
		}
	}
	view := checkOf(w, findings, form, w.Working.Revision)
	view.Refused = words.In(v.Language).Say(key)
	return v.Render(status, checkPage, view)
}

// justify saves what was said to the warnings.
func (p pages) justify(v *frame.Visit, w work, form url.Values) (rapporteur.WorkingAnswer, error) {
	section, there := w.Working.Section(rapporteur.HeaderSection)
	content := decode(section.Content)
	before, _ := content["justifications"].(object)
	said := maps.Clone(before)
	if said == nil {
		said = object{}
	}
	for name, values := range form {
		key, ok := strings.CutPrefix(name, why)
		switch {
		case !ok:
		case values[0] == "":
			delete(said, key)
		default:
			said[key] = values[0]
		}
	}
	if maps.Equal(said, before) {
		return w.Working, nil
	}
	delete(content, "justifications")
	if len(said) > 0 {
		content["justifications"] = said
	}
	save := rapporteur.SectionSave{Section: rapporteur.HeaderSection, Content: encode(content)}
	if there {
		save.Seen = rapporteur.Seen{Revisions: []int{section.Revision}}
	}
	return p.Correspondence.SaveSection(v.Context(), v.Principal, w.RequestKey, save)
}
