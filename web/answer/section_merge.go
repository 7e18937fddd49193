package answer

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

var choosePage = parse("choose.html")

// What somebody chooses where two have written in the same question.
const (
	pickMine   = "mine"
	pickTheirs = "theirs"
)

// merge puts what was typed into what is saved, question by question: what only
// one of the two has changed since the form was shown is taken from them. Where
// both have, and nobody has chosen, it is a conflict. mine says that nobody else
// has saved since. What a form does not show of a section stays.
func (s sheet) merge(form url.Values, mine bool) (merged object, conflicts []string) {
	shown := read(form, s.groups, s.states)
	typed := s.unchanged(shown)
	merged = maps.Clone(decode(s.section.Content))
	put := func(key string, value any) {
		delete(merged, key)
		if value != nil {
			merged[key] = value
		}
	}
	for _, key := range keys(s.groups) {
		was, is, now := form.Get("was:"+key), hashOf(s.content[key]), hashOf(shown[key])
		pick := form.Get("pick:" + key)
		switch {
		case was == is && pick == pickTheirs, is == now:
		case mine || was == is:
			put(key, typed[key])
		case was == now:
		default:
			put(key, typed[key])
			conflicts = append(conflicts, key)
		}
	}
	return merged, conflicts
}

// unchanged is what was typed, with each field that is as it was shown exactly as
// it is saved: a table whose cells the form has in another order was not changed,
// and a prefilled one not confirmed.
func (s sheet) unchanged(shown object) object {
	saved, typed := decode(s.section.Content), decode(encode(shown))
	for _, g := range s.groups {
		for _, f := range g.fields() {
			value := f.get(shown)
			if value != nil && hashOf(value) == hashOf(f.get(s.content)) {
				f.put(typed, f.get(saved))
			}
		}
	}
	return typed
}

// chooseView is what whoever comes second is shown: what the other has written
// beside what they have.
type chooseView struct {
	work
	Section   place
	By        rapporteur.WorkingSave
	Mine      bool
	Seen      int
	Bases     []base
	Conflicts []conflictView
	Typed     []typedField
}

type conflictView struct {
	Key, Label string
	Changes    []rapporteur.Change // from what the other has to what was typed
}

type typedField struct{ Name, Value string }

// choose shows both, and keeps everything that was typed.
func (p pages) choose(v *frame.Visit, w work, s sheet, form url.Values, merged object, conflicts []string) error {
	if v.Live() {
		return v.Fragment(http.StatusOK, sectionPage, "unsaved", savedView{Refused: words.In(v.Language).Say("unsaved.other")})
	}
	id := v.Param("section")
	n := slices.IndexFunc(w.Places, func(p place) bool { return p.ID == id })
	view := chooseView{work: w, Section: w.Places[n], By: s.section.Saved, Mine: s.section.Saved.By == v.Principal.ID, Seen: s.present(), Bases: s.bases()}
	for _, key := range conflicts {
		theirs, mine := p.part(w, id, key, s.content), p.part(w, id, key, merged)
		difference, err := p.Catalogue.Compare(v.Context(), theirs, mine, v.Language)
		if err != nil {
			return err
		}
		view.Conflicts = append(view.Conflicts, conflictView{key, labelOf(s.groups, key), difference.Changes})
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if strings.HasPrefix(name, "was:") || strings.HasPrefix(name, "pick:") || name == "seen" || name == "do" {
			continue
		}
		for _, value := range form[name] {
			view.Typed = append(view.Typed, typedField{name, value})
		}
	}
	// What only the other has changed is theirs: so the form is sent on as if it
	// had seen it.
	return v.Render(http.StatusConflict, choosePage, view.settled(form, s))
}

// settled has the form carry, of the questions that are in no conflict, what was
// decided already: what only the other has changed is not typed any more.
func (view chooseView) settled(form url.Values, s sheet) chooseView {
	for _, key := range keys(s.groups) {
		open := slices.ContainsFunc(view.Conflicts, func(c conflictView) bool { return c.Key == key })
		typed := hashOf(read(form, s.groups, s.states)[key])
		if open || form.Get("was:"+key) != typed {
			continue
		}
		view.Typed = slices.DeleteFunc(view.Typed, func(f typedField) bool {
			return strings.HasPrefix(f.Name, "/") && path(fieldName(f.Name))[0] == key
		})
		view.Typed = append(view.Typed, typedField{"pick:" + key, pickTheirs})
	}
	return view
}

// fieldName is the field of an input: without the cell of a table, or the mark of
// what cannot be shown.
func fieldName(name string) string {
	name, _, _ = strings.Cut(name, ":")
	return strings.TrimSuffix(name, "!")
}

// part is one question of an answer, as if it were all of it.
func (p pages) part(w work, section, key string, content object) rapporteur.Answered {
	body := object{"questionnaire": w.Request.Questionnaire.ID, "version": w.Request.Questionnaire.Version}
	value, there := content[key]
	switch {
	case !there:
	case section == rapporteur.HeaderSection:
		body[key] = value
	default:
		body["answers"] = object{key: value}
	}
	return rapporteur.Answered{Questionnaire: w.Request.Questionnaire, Body: encode(body)}
}

func labelOf(all []group, key string) string {
	for _, g := range all {
		if g.Key == key {
			return g.Label
		}
	}
	return key
}
