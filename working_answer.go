package rapporteur

import (
	"slices"
	"time"
)

// HeaderSection is the section of a working answer that holds what answers no
// question: return type, reason, language, header and justifications. No
// questionnaire has a section of this name.
const HeaderSection = "header"

// What a working answer may have at most, in bytes of JSON: as much as a
// submission as a whole, and an eighth of that in one section.
const (
	MaxWorkingAnswer  = 2 << 20
	MaxWorkingSection = MaxWorkingAnswer / 8
)

// WorkingAnswer is what the people of one contributor have written towards the
// answer to a request: by section, several at a time, and nobody else's to read.
// It is kept through submissions, as what a correction begins with, until its
// cycle ends.
type WorkingAnswer struct {
	RequestKey
	Revision  int              // grows with every change; 0 where nobody has begun
	Submitted WorkingSubmitted // zero where it never was
	Sections  []WorkingSection // by id; those that were removed too
}

// WorkingSubmitted is how a working answer was last submitted.
type WorkingSubmitted struct {
	Version  int // of the submission
	Revision int // of the working answer just after; it has changed since where it is another
}

// WorkingSection is one section of a working answer.
type WorkingSection struct {
	ID       string
	Content  []byte // a JSON object, in one way of writing it; empty where it was removed
	Marks    []Mark // of prefilled values that nobody has confirmed
	Revision int    // of the whole at the last change of this section; none is given twice
	Saved    WorkingSave
}

// WorkingAct is what somebody did to a section.
type WorkingAct string

// The acts on a section.
const (
	WorkingSaved     WorkingAct = "saved"
	WorkingPrefilled WorkingAct = "prefilled"
	WorkingConfirmed WorkingAct = "confirmed"
	WorkingRemoved   WorkingAct = "removed"
)

// WorkingSave is a line of the history of a section: who did what when, without
// content. What one person does again within SaveRun, nobody else between, is
// one line, so that an editor that saves by itself does not fill the history.
type WorkingSave struct {
	Section string
	Act     WorkingAct
	By      string // principal id
	First   int    // revision with which the line began
	Last    int    // and its newest
	Times   int
	From    time.Time // business time of the first and of the last of them
	Until   time.Time
	Size    int // bytes of the content after the last
}

// SaveRun is how long after an act the same person's next one is told in the
// same line.
const SaveRun = 10 * time.Minute

// Mark says of a prefilled value where it comes from, until somebody of the
// contributor has confirmed or changed it.
type Mark struct {
	Pointer string // JSON Pointer (RFC 6901) to the value in the whole answer
	Source  PrefillSource
	// Suggestion is a value that is about another period than the one asked
	// about, and most likely to be changed.
	Suggestion bool
}

// PrefillSource is where prefilled values come from: an earlier answer of the
// same contributor, or published figures.
type PrefillSource struct {
	Cycle     CycleID
	Version   int
	Published string // id of the crosswalk by which they were read: glotip
	Year      int
}

// Section finds a section that is there.
func (w WorkingAnswer) Section(id string) (WorkingSection, bool) {
	s, _ := w.find(id)
	if !s.there() {
		return WorkingSection{}, false
	}
	return s, true
}

// find is a section, there or removed, and where it stands or would.
func (w WorkingAnswer) find(id string) (WorkingSection, int) {
	n, found := slices.BinarySearchFunc(w.Sections, id, func(s WorkingSection, id string) int {
		switch {
		case s.ID < id:
			return -1
		case s.ID > id:
			return 1
		}
		return 0
	})
	if !found {
		return WorkingSection{ID: id}, n
	}
	return w.Sections[n], n
}

func (s WorkingSection) there() bool { return len(s.Content) > 0 }

// Present lists the sections that are there, the header first and the others as
// the questionnaire has them. What the questionnaire does not have any more
// comes last.
func (w WorkingAnswer) Present(q Questionnaire) []WorkingSection {
	order := []string{HeaderSection}
	for _, s := range q.Sections {
		order = append(order, s.ID)
	}
	for _, s := range w.Sections {
		if !slices.Contains(order, s.ID) {
			order = append(order, s.ID)
		}
	}
	present := []WorkingSection{}
	for _, id := range order {
		if s, ok := w.Section(id); ok {
			present = append(present, s)
		}
	}
	return present
}

// Changed reports whether there is anything that was not submitted.
func (w WorkingAnswer) Changed() bool { return w.Revision != w.Submitted.Revision }
