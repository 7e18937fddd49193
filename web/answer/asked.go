package answer

import (
	"context"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/web/frame"
)

// asked is a request beside what it belongs to, as every page on it needs it.
type asked struct {
	rapporteur.Request
	Run        rapporteur.Cycle
	Instrument rapporteur.Instrument
	Stream     rapporteur.Stream
	Who        rapporteur.Contributor
	FollowUp   rapporteur.FollowUp // the newest; number 0 for none
	Returned   string              // with which comments the answer came back, where it is back
	Versions   []rapporteur.Submission
	Working    rapporteur.WorkingAnswer
	Now        time.Time       // business time of the cycle
	Today      rapporteur.Date // its day
	May        bool            // whoever looks may answer
	Lead       bool            // and may take an answer back, which nobody does by delegation
	Language   string
}

// asked reads the request that the address names.
func (p pages) asked(v *frame.Visit) (asked, error) {
	key := frame.RequestOf(v.Request)
	about := access.Resource{Cycle: key.Cycle, Contributor: key.Contributor}
	a := asked{
		Language: v.Language, May: access.Allow(v.Principal, access.Submit, about) == nil,
		Lead: access.Allow(v.Principal, access.WithdrawSubmission, about) == nil,
	}
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error { return a.read(ctx, r, key) })
	if err != nil {
		return a, err
	}
	a.Now = a.Run.Now(v.Now())
	a.Today = rapporteur.DateOf(a.Now)
	err = p.named(&a)
	return a, err
}

func (a *asked) read(ctx context.Context, r rapporteur.Reader, key rapporteur.RequestKey) error {
	var err error
	if a.Request, err = r.Request(ctx, key); err != nil {
		return err
	}
	if a.Run, err = r.Cycle(ctx, key.Cycle); err != nil {
		return err
	}
	if a.Versions, err = r.Submissions(ctx, key); err != nil {
		return err
	}
	if a.Request.FollowUp > 0 {
		if a.FollowUp, err = r.FollowUp(ctx, key, a.Request.FollowUp); err != nil && !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
			return err
		}
	}
	if err := a.readComments(ctx, r); err != nil || !a.May {
		return err // what is written and not submitted is nobody else's to know of
	}
	if a.Working, err = r.WorkingAnswer(ctx, key); rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		return nil
	}
	return err
}

// readComments finds what the Secretariat said when it sent the answer back. The
// record has it; a follow-up may since have got another reason.
func (a *asked) readComments(ctx context.Context, r rapporteur.Reader) error {
	if a.State != rapporteur.RequestReturned {
		return nil
	}
	trail, err := r.AuditTrail(ctx, rapporteur.AuditFilter{
		Cycle: a.Cycle, Contributor: a.Contributor, Actions: []rapporteur.Action{rapporteur.ActionReturned},
	})
	for _, record := range trail {
		if record.Contributor == a.Contributor {
			a.Returned = record.Reason
		}
	}
	return err
}

// named finds the instrument, the stream and the contributor in the catalogue.
func (p pages) named(a *asked) error {
	instrument, stream, _, err := a.Cycle.Parts()
	if err != nil {
		return err
	}
	if a.Instrument, err = p.Catalogue.Instrument(instrument); err != nil {
		return err
	}
	a.Stream, _ = a.Instrument.Stream(stream)
	on := rapporteur.DateOf(a.OpenedAt)
	if a.OpenedAt.IsZero() {
		on = a.Today
	}
	a.Who, err = p.Catalogue.Contributor(a.Contributor, on)
	return err
}

// Base is the address of the request's page.
func (a asked) Base() string {
	return "/requests/" + string(a.Cycle) + "/" + string(a.Contributor)
}

// Name is the contributor's in the page's language.
func (a asked) Name() string { return a.Who.Name(a.Language) }

// Title is the stream's, in the page's language where it is translated.
func (a asked) Title() string { return a.Stream.TitleIn(a.Language) }

// TitleLanguage is the language that Title is in.
func (a asked) TitleLanguage() string {
	if a.Stream.Titles[a.Language] == "" {
		return "en"
	}
	return a.Language
}

// Host is the report that an inclusion's section is for.
func (a asked) Host() string {
	if a.Run.Shape == rapporteur.ShapeInclusion {
		return a.Run.Title
	}
	return ""
}

// Open reports whether an answer can be given now.
func (a asked) Open() bool {
	return a.May && a.Run.Phase == rapporteur.PhaseCollecting && a.Accepting() && !a.Run.Event.ReceiptOnly
}

// ReceiptOnly reports whether what is asked goes by another channel, and only its
// receipt is left here.
func (a asked) ReceiptOnly() bool { return a.Run.Event.ReceiptOnly }

// Waits reports whether something is awaited of whoever looks.
func (a asked) Waits() bool {
	return a.May && a.Run.Phase == rapporteur.PhaseCollecting && a.Chaseable()
}

// Counter is the address at which a receipt is left.
func (a asked) Counter() string { return counter{Instrument: a.Instrument, Stream: a.Stream}.At() }

// Extendable reports whether more time can be asked for now.
func (a asked) Extendable() bool {
	return a.Open() && a.Chaseable() && a.Extension != rapporteur.ExtensionAsked && !a.Longest().Before(a.Earliest())
}

// Earliest and Longest are the bounds of a wish for more time.
func (a asked) Earliest() rapporteur.Date {
	from := a.Due
	if a.Today.After(from) {
		from = a.Today
	}
	return from.AddDays(1)
}

// Longest is the last day until which time can be given.
func (a asked) Longest() rapporteur.Date { return a.Run.LongestExtension() }

// Closes is the day on which collection closes.
func (a asked) Closes() rapporteur.Date { return a.Run.Plan.Date(rapporteur.DateCloses) }

// DaysLeft is how many days there are until the deadline, today not counted.
func (a asked) DaysLeft() int { return a.Due.DaysSince(a.Today) }

// Overdue reports whether an answer is owed whose deadline is over.
func (a asked) Overdue() bool { return a.Chaseable() && a.Now.After(a.Due.End()) }

// Newest is the version that stands; false where none does.
func (a asked) Newest() (rapporteur.Submission, bool) {
	for _, s := range a.Versions {
		if s.Version == a.Standing() && !s.Withdrawn() {
			return s, true
		}
	}
	return rapporteur.Submission{}, false
}

// Submitted reports whether what stands is the working answer as it is: there is
// nothing that was not submitted.
func (a asked) Submitted() bool {
	return a.State != rapporteur.RequestReturned && a.Standing() > 0 && a.Working.Submitted.Version == a.Standing() && !a.Working.Changed()
}
