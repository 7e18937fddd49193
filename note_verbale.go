package rapporteur

import (
	"context"
	"slices"
	"strings"
)

// NoteVerbale is what a note to a Permanent Mission says: in the third person,
// unsigned, about what was asked and has not been answered. It is handed over
// where mail does not reach.
type NoteVerbale struct {
	RequestKey
	Language   string // en or fr
	State      string // the Member State's short name in that language
	Instrument string // S/RES/2388 (2017)
	Subject    string // title of the stream, English
	Provisions []string
	AskedOn    Date
	Due        Date
	Over       bool // the deadline is over
	Returned   bool // the answer that came was returned for correction
	Closes     Date // until when a reply can be taken into account
	On         Date // of the note, business time
}

// NoteLanguages are those in which notes verbales are written: the working
// languages of the Secretariat.
var NoteLanguages = []string{"en", "fr"}

// NoteVerbale draws up a note to the Permanent Mission of a Member State that
// owes an answer. Every note leaves an audit record. For whoever is no Member
// State, and where nothing is owed, it is a ProblemConflict.
func (s Secretariat) NoteVerbale(ctx context.Context, actor Principal, key RequestKey, language string) (NoteVerbale, error) {
	if !slices.Contains(NoteLanguages, language) {
		return NoteVerbale{}, Problemf(ProblemInvalid, "Another language", "Notes verbales are written in %s.", strings.Join(NoteLanguages, " or "))
	}
	var note NoteVerbale
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		request, cycle, err := lock(ctx, tx, key, false)
		if err != nil {
			return err
		}
		now := cycle.Now(s.Clock())
		switch {
		case request.Kind != KindMemberState:
			return invalidStep("A note verbale goes to the Permanent Mission of a Member State; write to others by memorandum.")
		case !request.Chaseable():
			return invalidStep("Nothing is owed: the request is %s.", request.State)
		}
		note = NoteVerbale{
			RequestKey: key, Language: language, AskedOn: DateOf(request.OpenedAt), Due: request.Due, Over: now.After(request.Due.End()),
			Returned: request.State == RequestReturned, Closes: cycle.Plan.Date(DateCloses), On: DateOf(now),
		}
		if err := s.addressNote(&note, cycle); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, AuditRecord{
			Cycle: key.Cycle, At: now, Actor: actor.ID, Action: ActionNoteDrawnUp, Contributor: key.Contributor,
			Details: map[string]string{"language": language, "due": request.Due.String()},
		})
		return err
	})
	return note, err
}

// addressNote adds what the catalogue knows.
func (s Secretariat) addressNote(n *NoteVerbale, cycle Cycle) error {
	instrumentID, streamID, _, err := cycle.ID.Parts()
	if err != nil {
		return err
	}
	instrument, err := s.Catalogue.Instrument(instrumentID)
	if err != nil {
		return err
	}
	stream, _ := instrument.Stream(streamID)
	state, err := s.Catalogue.Contributor(n.Contributor, n.On)
	if err != nil {
		return err
	}
	n.Instrument, n.Subject, n.Provisions, n.State = instrument.Symbol, stream.Title, instrument.Mandate(stream), state.Name(n.Language)
	return nil
}
