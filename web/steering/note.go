package steering

import (
	"cmp"
	"strings"

	"github.com/rapporteur/rapporteur/web/frame"
)

// sendNote gives a note verbale to the Permanent Mission of a Member State that
// owes an answer, as PDF. That it was drawn up is on the record; that it was
// handed over is not known here.
func (p pages) sendNote(v *frame.Visit) error {
	key := frame.RequestOf(v.Request)
	note, err := p.Secretariat.NoteVerbale(v.Context(), v.Principal, key, cmp.Or(v.Request.URL.Query().Get("in"), "en"))
	if err != nil {
		return err
	}
	document, err := p.Renderer.NoteVerbale(v.Context(), note)
	if err != nil {
		return err
	}
	return v.Send("application/pdf", "note-verbale-"+string(key.Contributor)+"-"+strings.ToLower(note.Language)+".pdf", document)
}
