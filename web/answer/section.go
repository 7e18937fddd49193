package answer

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var sectionPage = parse("section.html", "field.html")

// maxSection is how many bytes the form of a section may have: the longest
// section with its letters escaped, and a file.
const maxSection = rapporteur.MaxAttachedFile + 1<<20

// base says what one question was when a form was shown, so that it can be told
// who has changed it since.
type base struct{ Key, Hash string }

// sectionView is what the page of a section shows.
type sectionView struct {
	work
	Section  place
	Groups   []groupView
	General  []comment // of the Secretariat, about no question
	Bases    []base
	Seen     int    // revision of the section as shown, 0 for none
	Page     string // stands for this showing of the form
	Mend     []complaint
	Refused  string // why nothing was saved, where that is about no field
	States   []option
	Unread   bool // prefilled values wait to be confirmed
	Attached []rapporteur.AttachedFile
	CanFile  bool
}

// keys are the parts of a section's content that people change apart from each
// other.
func keys(all []group) []string {
	var keys []string
	for _, g := range all {
		for _, f := range g.fields() {
			key := path(f.At)[0]
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// hashOf stands for a value of JSON.
func hashOf(value any) string {
	if value == nil {
		return "-"
	}
	sum := sha256.Sum256(encode(value))
	return hex.EncodeToString(sum[:6])
}

// sheet is a section while it is read or written: its fields, and its content in
// the way in which a form writes it.
type sheet struct {
	section rapporteur.WorkingSection // the zero one where nobody has saved it
	groups  []group
	states  states
	values  url.Values // what a form shows of the content
	content object
}

func (p pages) sheet(w work, id string) (sheet, error) {
	all, err := groups(w.Questionnaire, id, w.Language)
	if err != nil {
		return sheet{}, err
	}
	s := sheet{groups: all, states: statesOf(p.Catalogue, rapporteur.DateOf(w.OpenedAt), w.Language)}
	s.section, _ = w.Working.Section(id)
	s.values = valuesOf(decode(s.section.Content), all, s.states)
	s.content = read(s.values, all, s.states)
	return s, nil
}

// present is the revision that somebody can have seen, 0 where nobody has saved.
func (s sheet) present() int {
	if len(s.section.Content) == 0 {
		return 0
	}
	return s.section.Revision
}

// bases are of the content as it is.
func (s sheet) bases() []base {
	var all []base
	for _, key := range keys(s.groups) {
		all = append(all, base{key, hashOf(s.content[key])})
	}
	return all
}

// showSection is the form of one section, with what the check finds beside each
// field.
func (p pages) showSection(v *frame.Visit) error {
	w, err := p.checked(v)
	if err != nil {
		return err
	}
	if !w.Open() {
		return closed(v, w.asked)
	}
	s, err := p.sheet(w, v.Param("section"))
	if err != nil {
		return err
	}
	values := s.values
	if s.present() == 0 && v.Param("section") == rapporteur.HeaderSection {
		values = proposed(w, v.Request.URL.Query().Get("return_type"))
	}
	var findings []rapporteur.Finding
	if s.present() > 0 {
		findings = w.Verdict.Findings
	}
	view, err := p.sectionView(v, w, s, values, findings)
	if err != nil {
		return err
	}
	return v.Render(http.StatusOK, sectionPage, view)
}

// proposed is what the header's form shows where nobody has written in it: the
// least that can be claimed, for somebody to look at and save.
func proposed(w work, kind string) url.Values {
	from, to := period(w.asked)
	if kind == "" {
		kind = string(rapporteur.ReturnAnswered)
	}
	return url.Values{
		"/return_type": {kind}, "/language": {w.Language}, "/header/authority": {w.Name()},
		"/header/period/from": {from.String()}, "/header/period/to": {to.String()},
		"/header/may_be_quoted": {"false"}, "/header/classification": {string(rapporteur.Unclassified)},
	}
}

// sectionView is the view of a section with values in its fields and findings
// beside them.
func (p pages) sectionView(v *frame.Visit, w work, s sheet, values url.Values, findings []rapporteur.Finding) (sectionView, error) {
	id := v.Param("section")
	comments := w.comments(w.Questionnaire)
	for n := range w.Places {
		w.Places[n].Current = w.Places[n].ID == id
	}
	viewer := viewer{
		values: values, marks: s.section.Marks, comments: comments, states: s.states, language: v.Language, say: words.In(v.Language),
		blanks: v.Request.URL.Query().Get("add"),
	}
	for _, f := range findings {
		if w.sectionAt(f.Pointer) == id {
			viewer.findings = append(viewer.findings, f)
		}
	}
	n := slices.IndexFunc(w.Places, func(p place) bool { return p.ID == id })
	view := sectionView{
		work: w, Section: w.Places[n], Groups: viewer.groups(s.groups), Bases: s.bases(), Seen: s.present(), Page: rand.Text(),
		Unread: len(s.section.Marks) > 0, CanFile: p.Attachments.Blobs != nil,
	}
	view.General = slices.DeleteFunc(slices.Clone(comments), func(c comment) bool { return c.Question != "" })
	if s.asksStates() {
		view.States = s.states.Options
	}
	if !s.asksFiles() {
		view.CanFile = false
	}
	if !view.CanFile {
		return view, nil
	}
	var err error
	view.Attached, err = p.attached(v, w.RequestKey)
	return view, err
}

func (s sheet) asksStates() bool {
	return s.asks(func(f field) bool {
		return slices.ContainsFunc(f.Part.Columns, func(c rapporteur.Column) bool { return c.Format == "country" })
	})
}

func (s sheet) asksFiles() bool { return s.asks(func(f field) bool { return f.Sort == sortDocument }) }

func (s sheet) asks(what func(field) bool) bool {
	return slices.ContainsFunc(s.groups, func(g group) bool { return slices.ContainsFunc(g.Parts, what) })
}
