package rapporteur

import (
	"bytes"
	"slices"
	"time"
)

// WorkingEvent is what happens to a working answer. Exactly one field is set.
type WorkingEvent struct {
	Save      *SaveEvent
	Remove    *RemoveEvent
	Confirm   *ConfirmEvent
	Prefill   []Prefilled
	Submitted int // the version that it was accepted as
}

// SaveEvent puts content in place of a section's.
type SaveEvent struct {
	Section   string
	Content   []byte // a JSON object, as SectionContent gives it
	Seen      Seen
	Confirmed bool     // every marked value of the section as it is now saved
	Confirm   []string // the marked values at these pointers
}

// RemoveEvent takes a section away.
type RemoveEvent struct {
	Section string
	Seen    Seen
}

// ConfirmEvent takes marks off a section: those at the pointers, or all where
// there are none.
type ConfirmEvent struct {
	Section  string
	Pointers []string
	Seen     Seen
}

// Seen is what somebody knows of a section that they are about to change: that
// it is at one of some revisions, that there is one, or that there is none,
// which is the zero value.
type Seen struct {
	Revisions []int
	Any       bool
}

// holds compares with the present revision, 0 where the section is not there.
func (s Seen) holds(present int) bool {
	switch {
	case s.Any:
		return present > 0
	case len(s.Revisions) == 0:
		return present == 0
	}
	return present > 0 && slices.Contains(s.Revisions, present)
}

// Next is the working answer after an event at a business time: one revision on,
// and every section that has changed with that revision; or as it is, where the
// event changes nothing; or a problem that says why it cannot happen. Whoever
// changes a section must have seen its present revision: nothing that was saved
// is lost unseen.
func (w WorkingAnswer) Next(e WorkingEvent, by string, now time.Time) (WorkingAnswer, error) {
	switch {
	case e.Save != nil:
		return w.save(*e.Save, by, now)
	case e.Remove != nil:
		return w.remove(*e.Remove, by, now)
	case e.Confirm != nil:
		return w.confirm(*e.Confirm, by, now)
	case e.Submitted > 0:
		return w.submitted(e.Submitted), nil
	}
	return w.prefill(e.Prefill, by, now), nil
}

func (w WorkingAnswer) save(e SaveEvent, by string, now time.Time) (WorkingAnswer, error) {
	old, _ := w.find(e.Section)
	marks := stillMarked(old, e)
	if old.there() && bytes.Equal(old.Content, e.Content) && slices.Equal(old.Marks, marks) {
		return w, nil // saved before: a repeated request
	}
	if !e.Seen.holds(old.present()) {
		return w, old.overtaken(e.Seen, keepText)
	}
	next := old
	next.Content, next.Marks = e.Content, marks
	next = next.done(WorkingSaved, by, now)
	if size := w.sizeWith(next); size > MaxWorkingAnswer {
		return w, Problemf(ProblemTooLarge, "The working answer is too large", "With this section it has %d bytes; at most %d are kept. Nothing was stored.", size, MaxWorkingAnswer)
	}
	return w.with(next), nil
}

// sizeWith is how many bytes the content has with a section in place of what it
// was.
func (w WorkingAnswer) sizeWith(changed WorkingSection) int {
	size := len(changed.Content)
	for _, s := range w.Sections {
		if s.ID != changed.ID {
			size += len(s.Content)
		}
	}
	return size
}

// stillMarked is the marks that a save leaves: of values that are as they were
// and that nobody confirms with it.
func stillMarked(old WorkingSection, e SaveEvent) []Mark {
	var marks []Mark
	if e.Confirmed || len(old.Marks) == 0 {
		return marks
	}
	before, after := fieldsOf(old.Content), fieldsOf(e.Content)
	for _, m := range old.Marks {
		was, is := before.at(old.ID, m.Pointer), after.at(old.ID, m.Pointer)
		if was != nil && sameValue(was, is) && !slices.Contains(e.Confirm, m.Pointer) {
			marks = append(marks, m)
		}
	}
	return marks
}

func (w WorkingAnswer) remove(e RemoveEvent, by string, now time.Time) (WorkingAnswer, error) {
	s, _ := w.find(e.Section)
	if err := s.touchable(e.Seen); err != nil {
		return w, err
	}
	s.Content, s.Marks = nil, nil
	return w.with(s.done(WorkingRemoved, by, now)), nil
}

func (w WorkingAnswer) confirm(e ConfirmEvent, by string, now time.Time) (WorkingAnswer, error) {
	s, _ := w.find(e.Section)
	if err := s.touchable(e.Seen); err != nil {
		return w, err
	}
	marks := slices.DeleteFunc(slices.Clone(s.Marks), func(m Mark) bool {
		return len(e.Pointers) == 0 || slices.Contains(e.Pointers, m.Pointer)
	})
	if len(marks) == len(s.Marks) {
		return w, nil
	}
	s.Marks = marks
	return w.with(s.done(WorkingConfirmed, by, now)), nil
}

// submitted remembers as what it was accepted, so that one can tell later
// whether anything was written since.
func (w WorkingAnswer) submitted(version int) WorkingAnswer {
	if w.Submitted == (WorkingSubmitted{Version: version, Revision: w.Revision}) {
		return w
	}
	w.Revision++
	w.Submitted = WorkingSubmitted{Version: version, Revision: w.Revision}
	return w
}

// with is the working answer one revision on, with these sections changed.
func (w WorkingAnswer) with(changed ...WorkingSection) WorkingAnswer {
	w.Revision++
	w.Sections = slices.Clone(w.Sections)
	for _, s := range changed {
		s.Revision, s.Saved.Last = w.Revision, w.Revision
		if s.Saved.Times == 1 {
			s.Saved.First = w.Revision
		}
		if _, n := w.find(s.ID); n < len(w.Sections) && w.Sections[n].ID == s.ID {
			w.Sections[n] = s
		} else {
			w.Sections = slices.Insert(w.Sections, n, s)
		}
	}
	return w
}

// done puts down who did what to the section: in the line of what the same
// person did a short while ago, or in one of its own.
func (s WorkingSection) done(act WorkingAct, by string, now time.Time) WorkingSection {
	last := s.Saved
	if last.Times == 0 || last.By != by || last.Act != act || now.Sub(last.Until) > SaveRun || now.Before(last.Until) {
		s.Saved = WorkingSave{Section: s.ID, Act: act, By: by, From: now}
	}
	s.Saved.Times++
	s.Saved.Until, s.Saved.Size = now, len(s.Content)
	return s
}

// present is the revision that somebody can have seen, 0 where it is not there.
func (s WorkingSection) present() int {
	if !s.there() {
		return 0
	}
	return s.Revision
}

// What to do about a change that was refused. A text that was not stored is
// still with whoever wrote it.
const (
	keepText = "Nothing was stored, so keep your text: read the section, put the two together and save that with the section's ETag in If-Match."
	askAgain = "Nothing was done: read the section, decide again and send its ETag in If-Match."
)

// touchable refuses to remove or confirm what is not there, or what somebody has
// not seen as it is.
func (s WorkingSection) touchable(seen Seen) error {
	switch {
	case !s.there() && len(seen.Revisions) == 0:
		return NotFound("section", s.ID)
	case !seen.holds(s.present()):
		return s.overtaken(seen, askAgain)
	}
	return nil
}

// overtaken says what became of a section since it was read, and what to do.
func (s WorkingSection) overtaken(seen Seen, advice string) error {
	at := s.Saved.Until.UTC().Format(time.RFC3339)
	switch {
	case !s.there() && s.Saved.Act == WorkingRemoved:
		return Problemf(ProblemPrecondition, "It was removed", "Section %s was removed by %s at %s since you read it. Nothing was stored, so keep your text; without If-Match it is saved anew.", s.ID, s.Saved.By, at)
	case !s.there():
		return Problemf(ProblemPrecondition, "It is not there", "Nobody has saved section %s yet. Nothing was stored, so keep your text; without If-Match it is saved as the first.", s.ID)
	case !seen.Any && len(seen.Revisions) == 0:
		return Problemf(ProblemPrecondition, "It is there already", "Section %s was %s by %s at %s. %s", s.ID, s.Saved.Act, s.Saved.By, at, advice)
	}
	return Problemf(ProblemPrecondition, "It has changed", "Section %s was %s by %s at %s, after you read it. %s", s.ID, s.Saved.Act, s.Saved.By, at, advice)
}
