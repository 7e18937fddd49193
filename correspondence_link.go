package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// LinkState says whether a link in a mail can be used.
type LinkState string

// The states of a link.
const (
	LinkOpen     LinkState = "open"
	LinkForged   LinkState = "forged"   // this house did not make it
	LinkExpired  LinkState = "expired"  // its last day is over
	LinkAnswered LinkState = "answered" // an answer has been accepted
	LinkOver     LinkState = "over"     // nothing is asked any more
)

// LinkedRequest is what whoever opens a link is shown: what is asked of whom,
// and what using the link would record.
type LinkedRequest struct {
	State       LinkState // nothing below where forged
	Request     Request
	Instrument  Instrument
	Stream      Stream
	Host        string // inclusions: the report that the section is for
	Contributor Contributor
	Return      ShortReturn // without the reason or report that is still to be said
}

// MailLink is who acts by a link in a mail to a contributor: whoever of it has
// the mail.
func MailLink(id ContributorID) Principal {
	return Principal{ID: "mail-link:" + string(id), Role: RoleContributor, Contributor: id}
}

// OpenLink reads what a link stands for, in a language, and changes nothing.
func (c Correspondence) OpenLink(ctx context.Context, l SealedLink, language string) (LinkedRequest, error) {
	if !c.Links.Knows(l) {
		return LinkedRequest{State: LinkForged}, nil
	}
	request, cycle, err := c.request(ctx, l.RequestKey)
	if err != nil {
		return LinkedRequest{}, err
	}
	found := LinkedRequest{State: l.state(request, cycle, cycle.Now(c.Clock())), Request: request}
	id, stream, _, err := cycle.ID.Parts()
	if err != nil {
		return found, err
	}
	if found.Instrument, err = c.Catalogue.Instrument(id); err != nil {
		return found, err
	}
	found.Stream, _ = found.Instrument.Stream(stream)
	if cycle.Shape == ShapeInclusion {
		found.Host = cycle.TitleIn(found.Stream, language)
	}
	if found.Contributor, err = c.Catalogue.Contributor(l.Contributor, DateOf(request.OpenedAt)); err != nil {
		return found, err
	}
	found.Return = ShortReturn{Type: l.Type, Language: language}.complete(request, found.Instrument, found.Contributor)
	return found, nil
}

// state is whether a link that this house made can be used now.
func (l ReturnLink) state(request Request, cycle Cycle, now time.Time) LinkState {
	switch {
	case request.State == RequestWithdrawn || request.State == RequestNoReply || cycle.Event.ReceiptOnly:
		return LinkOver
	case request.State != RequestOpen:
		return LinkAnswered
	case cycle.Phase != PhaseCollecting:
		return LinkOver
	case now.After(l.Until.End()):
		return LinkExpired
	}
	return LinkOpen
}

// The problems of links that cannot be used.
var linkProblems = map[LinkState]*Problem{
	LinkForged:   Problemf(ProblemForbidden, "The link is not known", "Open it from the newest mail, whole and unchanged."),
	LinkExpired:  Problemf(ProblemClosed, "The link has expired", "Open the one in the newest mail, or write to the Secretariat."),
	LinkAnswered: Problemf(ProblemClosed, "An answer has been received", "Nothing more needs to be done; write to the Secretariat to change the answer."),
	LinkOver:     Problemf(ProblemClosed, "Nothing is asked any more", "Write to the Secretariat if an answer should still be seen."),
}

// SubmitByLink answers a request by a link in a mail: as SubmitShort, and only
// the first answer. The same return by the same link again is the same version,
// so that a button pressed twice does no harm.
func (c Correspondence) SubmitByLink(ctx context.Context, l SealedLink, s ShortReturn) (Submission, error) {
	if !c.Links.Knows(l) || s.Type != l.Type {
		return Submission{}, linkProblems[LinkForged]
	}
	request, cycle, err := c.request(ctx, l.RequestKey)
	if err != nil {
		return Submission{}, err
	}
	switch state := l.state(request, cycle, cycle.Now(c.Clock())); state {
	case LinkOpen:
	case LinkAnswered:
		return c.sameByLink(ctx, request, l, s)
	default:
		return Submission{}, linkProblems[state]
	}
	body, err := c.shortBody(ctx, l.RequestKey, s)
	if err != nil {
		return Submission{}, err
	}
	return c.submit(ctx, MailLink(l.Contributor), l.RequestKey, offer{body: body, wanted: func(r Request) error {
		if r.State != RequestOpen {
			return linkProblems[LinkAnswered]
		}
		return nil
	}})
}

// sameByLink is the newest version where the link made it of the same return,
// and the problem that there is an answer where not.
func (c Correspondence) sameByLink(ctx context.Context, request Request, l SealedLink, s ShortReturn) (Submission, error) {
	body, err := c.shortBody(ctx, l.RequestKey, s)
	if err != nil {
		return Submission{}, linkProblems[LinkAnswered]
	}
	var newest Submission
	err = c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		newest, err = r.Submission(ctx, request.RequestKey, request.Version)
		return err
	})
	if err != nil {
		return Submission{}, err
	}
	sum := sha256.Sum256(body)
	if newest.Hash != hex.EncodeToString(sum[:]) || newest.SubmittedBy != MailLink(l.Contributor).ID {
		return Submission{}, linkProblems[LinkAnswered]
	}
	return newest, nil
}
