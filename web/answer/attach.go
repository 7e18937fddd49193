package answer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/web/frame"
)

// attached lists the files that came with the answer.
func (p pages) attached(v *frame.Visit, key rapporteur.RequestKey) ([]rapporteur.AttachedFile, error) {
	var all []rapporteur.AttachedFile
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		all, err = r.AttachedFiles(ctx, key)
		return err
	})
	return all, err
}

// upload is the file of a field of a form; no name where none was chosen.
func upload(r *http.Request, name string, most int64) (rapporteur.IncomingFile, error) {
	file, head, err := r.FormFile(name)
	if err != nil {
		return rapporteur.IncomingFile{}, nil // no file was chosen: there is nothing to take
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return rapporteur.IncomingFile{}, rapporteur.Problemf(rapporteur.ProblemMalformed, "Not readable", "The file did not come whole; send it again.")
	}
	return rapporteur.IncomingFile{Name: head.Filename, Declared: head.Header.Get("Content-Type"), Content: content}, nil
}

// attach keeps the file that was chosen for a field and has the field refer to
// it. Whatever is wrong with the file, the section is saved already.
func (p pages) attach(v *frame.Visit, w work, saved rapporteur.WorkingAnswer, at string) (*rapporteur.Problem, error) {
	file, err := upload(v.Request, "file:"+at, rapporteur.MaxAttachedFile)
	if err == nil && file.Name == "" {
		err = rapporteur.Problemf(rapporteur.ProblemInvalid, "No file", "Choose a file first.")
	}
	var kept rapporteur.AttachedFile
	if err == nil {
		kept, err = p.Attachments.Add(v.Context(), v.Principal, w.RequestKey, file)
	}
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok {
		return problem, nil
	}
	if err != nil {
		return nil, err
	}
	w.Working = saved
	return nil, p.referTo(v, w, at, kept)
}

// referTo writes the reference to a file into a field.
func (p pages) referTo(v *frame.Visit, w work, at string, file rapporteur.AttachedFile) error {
	s, err := p.sheet(w, v.Param("section"))
	if err != nil {
		return err
	}
	content := decode(s.section.Content)
	for _, g := range s.groups {
		for _, f := range g.Parts {
			if f.At != at || f.Sort != sortDocument {
				continue
			}
			text, _ := scalar(f.get(content))
			if strings.Contains(text, file.Reference()) {
				return nil
			}
			f.put(content, strings.TrimSpace(text+" "+file.Reference()))
			save := rapporteur.SectionSave{Section: v.Param("section"), Content: encode(content)}
			if s.present() > 0 {
				save.Seen = rapporteur.Seen{Revisions: []int{s.present()}}
			}
			_, err := p.Correspondence.SaveSection(v.Context(), v.Principal, w.RequestKey, save)
			return err
		}
	}
	return rapporteur.NotFound("field", at)
}

// unattached says on the section's page why a file was not taken; what was typed
// is saved.
func (p pages) unattached(v *frame.Visit, problem *rapporteur.Problem, err error) error {
	if err != nil {
		return err
	}
	w, err := p.checked(v)
	if err != nil {
		return err
	}
	s, err := p.sheet(w, v.Param("section"))
	if err != nil {
		return err
	}
	view, err := p.sectionView(v, w, s, s.values, w.Verdict.Findings)
	if err != nil {
		return err
	}
	view.Refused = words.In(v.Language).Say("attach.refused")
	if v.Language == "en" {
		view.Refused += " " + problem.Error()
	}
	return v.Render(frame.StatusOf(problem), sectionPage, view)
}

// sendAttachment gives a file of the answer back.
func (p pages) sendAttachment(v *frame.Visit) error {
	file, content, err := p.Attachments.Read(v.Context(), v.Principal, frame.RequestOf(v.Request), v.Param("attachment"))
	if err != nil {
		return err
	}
	return v.Send(file.Media, file.Name, content)
}
