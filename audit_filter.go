package rapporteur

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// AuditFilter narrows a list of audit records; zero fields but Cycle do not
// narrow.
type AuditFilter struct {
	Cycle       CycleID
	Contributor ContributorID   // those about it, and those about nobody
	About       []ContributorID // those about one of them, and about nobody else
	Actors      []string        // those of one of them
	Actions     []Action
	Subjects    []string  // those whose action is about one of them: cycle, draft
	From        time.Time // business time, included
	Until       time.Time // business time, included
	Text        AuditText
	Order       AuditOrder
	After       AuditMark // only what follows it in the order; zero for all
	Limit       int       // at most so many, 0 for all
}

// AuditText narrows to records that a text is found in: in the action, the reason
// or the details as JSON, whatever the case of its letters from A to Z. Who
// searches by what people read adds the contributors whose names have the text; a
// record about one of them is found as well. Without Words nothing is narrowed.
type AuditText struct {
	Words string
	About []ContributorID
}

// AuditOrder is the order of a list of audit records.
type AuditOrder string

// The orders: as they were written, or by business time and, within an instant,
// as they were written.
const (
	AsWritten   AuditOrder = ""
	OldestFirst AuditOrder = "oldest"
	NewestFirst AuditOrder = "newest"
)

// AuditMark is a place in a list of audit records: after which the next page
// begins.
type AuditMark struct {
	At  time.Time // not used where the order is AsWritten
	Seq int64
}

// Mark is the record's place.
func (a AuditRecord) Mark() AuditMark { return AuditMark{At: a.At, Seq: a.Seq} }

// Lets reports whether the filter lets a record of its cycle through, cursor and
// limit aside. A store finds the same by its indices.
func (f AuditFilter) Lets(r AuditRecord) bool {
	switch {
	case r.Cycle != f.Cycle,
		f.Contributor != "" && r.Contributor != "" && r.Contributor != f.Contributor,
		len(f.About) > 0 && !slices.Contains(f.About, r.Contributor),
		len(f.Actors) > 0 && !slices.Contains(f.Actors, r.Actor),
		len(f.Actions) > 0 && !slices.Contains(f.Actions, r.Action),
		len(f.Subjects) > 0 && !slices.Contains(f.Subjects, r.Action.Subject()),
		!f.From.IsZero() && r.At.Before(f.From),
		!f.Until.IsZero() && r.At.After(f.Until):
		return false
	}
	return f.Text.in(r)
}

func (t AuditText) in(r AuditRecord) bool {
	if t.Words == "" || slices.Contains(t.About, r.Contributor) {
		return true
	}
	details, err := json.Marshal(r.Details)
	return strings.Contains(LowerASCII(string(r.Action)), LowerASCII(t.Words)) || strings.Contains(LowerASCII(r.Reason), LowerASCII(t.Words)) ||
		err == nil && strings.Contains(LowerASCII(string(details)), LowerASCII(t.InJSON()))
}

// InJSON is the words as they stand in details.
func (t AuditText) InJSON() string {
	text, err := json.Marshal(t.Words)
	if err != nil {
		return t.Words
	}
	return string(text[1 : len(text)-1])
}

// LowerASCII makes the letters from A to Z small and leaves all others, as both
// databases do by themselves.
func LowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}
