package rapporteur

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// ReturnLink is what a link in a mail stands for: one contributor's answer of
// one type to one request, until a day.
type ReturnLink struct {
	RequestKey
	Type  ReturnType
	Until Date // the last day on which it can be used, anywhere on Earth
}

// SealedLink is a link with the token by which it is known again.
type SealedLink struct {
	ReturnLink
	Token string
}

// ReturnLinkTypes are the answers that a mail has links for, in this order.
var ReturnLinkTypes = []ReturnType{ReturnNil, ReturnNotApplicable, ReturnCovered, ReturnDeclined}

// LinkSecret is the secret by which links in mails are made and known again.
// Nothing is stored of a link: its token is the HMAC (RFC 2104, SHA-256) of what
// it stands for, so the same mail has the same links whenever it is composed. A
// new secret ends every link that is out. Without a secret there are no links.
type LinkSecret []byte

// linkFormat is in what is authenticated, so that a token stands for nothing
// else.
const linkFormat = "rapporteur-return-link/1"

// Seal gives a link its token.
func (s LinkSecret) Seal(l ReturnLink) SealedLink {
	return SealedLink{ReturnLink: l, Token: base64.RawURLEncoding.EncodeToString(s.code(l))}
}

// Knows reports whether a link is one that was made with the secret.
func (s LinkSecret) Knows(l SealedLink) bool {
	code, err := base64.RawURLEncoding.Strict().DecodeString(l.Token)
	return err == nil && len(s) > 0 && hmac.Equal(code, s.code(l.ReturnLink))
}

func (s LinkSecret) code(l ReturnLink) []byte {
	mac := hmac.New(sha256.New, s)
	_, _ = mac.Write(canonical(map[string]any{ // a hash never fails
		"format": linkFormat, "cycle": string(l.Cycle), "contributor": string(l.Contributor),
		"return_type": string(l.Type), "until": l.Until.String(),
	}))
	return mac.Sum(nil)
}

// linkDays is how many days after its mail's deadline a link can still be used.
const linkDays = 30

// linkNotices are the messages that ask for an answer of whatever kind. What
// follows an answer, or a wish for time to write one, has no links.
var linkNotices = map[Notice]bool{
	NoticeRequest: true, NoticeReminder: true, NoticeOverdue: true, NoticeFinal: true, NoticeEscalation: true,
}

// linkable reports whether a letter may carry links by which its request is
// answered: one that asks for a report or a section. Who is invited to an event
// says whether it comes, for which there is no link.
func (c Cycle) linkable(l Letter) bool {
	return linkNotices[l.Notice] && !l.Due.IsZero() && (c.Shape == ShapeReport || c.Shape == ShapeInclusion)
}

// links are those of a letter to a contributor from whom nothing has been
// accepted. They depend on the letter alone.
func (s LinkSecret) links(l Letter) []SealedLink {
	var links []SealedLink
	for _, kind := range ReturnLinkTypes {
		links = append(links, s.Seal(ReturnLink{
			RequestKey: RequestKey{Cycle: l.Cycle, Contributor: l.Contributor.ID}, Type: kind, Until: l.Due.AddDays(linkDays),
		}))
	}
	return links
}
