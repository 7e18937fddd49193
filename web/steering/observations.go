package steering

import (
	"regexp"
	"strings"

	"github.com/rapporteur/rapporteur/web/frame"
)

// maxObservations is how many bytes the form of observations may have: fifty
// paragraphs of 10,000 characters would be a report of its own.
const maxObservations = 1 << 20

var emptyLines = regexp.MustCompile(`\n[ \t]*(?:\n[ \t]*)+`)

// writeObservations replaces the Secretariat's own paragraphs; an empty line
// divides them.
func (p pages) writeObservations(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	id := frame.CycleOf(v.Request)
	var texts []string
	for _, text := range emptyLines.Split(form.Get("observations"), -1) {
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
	}
	err = p.Secretariat.PutObservations(v.Context(), v.Principal, id, texts)
	if why, mendable := complaint(err); mendable {
		return p.drafts(v, frame.StatusOf(why), alertOf(why), form)
	}
	if err != nil {
		return err
	}
	v.Note("Saved: " + counted(len(texts), "paragraph") + ". They come into the next draft that is compiled.")
	return v.Redirect("/cycles/" + string(id) + "/drafts")
}
