package answer

import (
	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// takeOver puts a whole answer into the form, section by section, in place of
// what is there: a version that was submitted another way, or what a workbook
// holds. A section that somebody changes meanwhile stays as it is, and so do the
// ones after it; the problem says so.
func (p pages) takeOver(v *frame.Visit, w work, body []byte) error {
	whole := decode(body)
	answers, _ := whole["answers"].(object)
	for _, name := range []string{"questionnaire", "version", "answers"} {
		delete(whole, name)
	}
	parts := map[string]object{rapporteur.HeaderSection: whole}
	for _, s := range w.Questionnaire.Sections {
		parts[s.ID] = object{}
		for _, q := range s.Questions {
			if answer, there := answers[q.ID]; there {
				parts[s.ID][q.ID] = answer
			}
		}
	}
	for _, place := range w.Places {
		section, there := w.Working.Section(place.ID)
		if !there && len(parts[place.ID]) == 0 {
			continue
		}
		save := rapporteur.SectionSave{Section: place.ID, Content: encode(parts[place.ID]), Confirmed: true}
		if there {
			save.Seen = rapporteur.Seen{Revisions: []int{section.Revision}}
		}
		if _, err := p.Correspondence.SaveSection(v.Context(), v.Principal, w.RequestKey, save); err != nil {
			return err
		}
	}
	return nil
}

// takeVersion puts the version that stands into the form, where it came another
// way.
func (p pages) takeVersion(v *frame.Visit, w work) error {
	reading, err := p.Correspondence.Read(v.Context(), v.Principal, w.RequestKey, w.Standing())
	if err == nil {
		err = p.takeOver(v, w, reading.Body)
	}
	if err != nil {
		return err
	}
	v.Note(words.In(v.Language).Say("take.done", "Version", w.Standing()))
	return v.Redirect(w.Base() + "/form")
}
