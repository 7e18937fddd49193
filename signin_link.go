package rapporteur

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// LinkPurpose is why a link to sign in by was made.
type LinkPurpose string

// The purposes of links.
const (
	LinkInMail  LinkPurpose = "mail"       // came with a request, reminder or other letter
	LinkAsked   LinkPurpose = "asked"      // somebody asked for a fresh one
	LinkOfHouse LinkPurpose = "local"      // made on the machine itself
	LinkGiven   LinkPurpose = "delegation" // tells a colleague of a delegation
)

// SignInLink is what a link to sign in by stands for: one person in one role,
// once, until an instant. Business time counts for those of a letter, wall time
// for all others.
type SignInLink struct {
	Purpose     LinkPurpose   `json:"purpose"`
	Person      string        `json:"person"`
	Role        Role          `json:"role"`
	Cycle       CycleID       `json:"cycle,omitempty"` // whose request it leads to
	Contributor ContributorID `json:"contributor,omitempty"`
	Office      string        `json:"office,omitempty"`
	Standing    Standing      `json:"standing,omitempty"`
	Delegation  string        `json:"delegation,omitempty"`
	Occasion    string        `json:"occasion"` // notice, rung and due of its letter, or a random text: makes it single
	Until       time.Time     `json:"until"`    // in whole seconds
}

// SealedSignIn is such a link as a letter carries it.
type SealedSignIn struct {
	Token string
	Until time.Time
}

// signInFormat is in what is authenticated, so that a token stands for nothing
// else.
const signInFormat = "rapporteur-sign-in-link/1\n"

// maxToken is longer than any token of this house.
const maxToken = 2000

// SealSignIn makes the token of a link: what the link stands for, in base64url,
// and the HMAC (RFC 2104, SHA-256) of it. The same link has the same token, so
// that a letter that is sent twice carries one link.
func (s LinkSecret) SealSignIn(l SignInLink) SealedSignIn {
	l.Until = l.Until.UTC().Truncate(time.Second)
	content := canonical(map[string]any{
		"purpose": string(l.Purpose), "person": l.Person, "role": string(l.Role), "cycle": string(l.Cycle),
		"contributor": string(l.Contributor), "office": l.Office, "standing": string(l.Standing),
		"delegation": l.Delegation, "occasion": l.Occasion, "until": l.Until.Format(time.RFC3339),
	})
	token := base64.RawURLEncoding.EncodeToString(content) + "." + base64.RawURLEncoding.EncodeToString(s.signInCode(content))
	return SealedSignIn{Token: token, Until: l.Until}
}

// OpenSignIn is what a token stands for; false where this house did not make it.
func (s LinkSecret) OpenSignIn(token string) (SignInLink, bool) {
	content, code, whole := strings.Cut(token, ".")
	if len(s) == 0 || !whole || len(token) > maxToken {
		return SignInLink{}, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(content)
	mac, err2 := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || err2 != nil || !hmac.Equal(mac, s.signInCode(raw)) {
		return SignInLink{}, false
	}
	var l SignInLink
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return l, decoder.Decode(&l) == nil
}

func (s LinkSecret) signInCode(content []byte) []byte {
	mac := hmac.New(sha256.New, s)
	_, _ = mac.Write(append([]byte(signInFormat), content...)) // a hash never fails
	return mac.Sum(nil)
}

// linkUseID is how the use of a token is noted: whoever reads it cannot use the
// token.
func linkUseID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Request is the request that the link leads to; its cycle is empty where the
// link leads to none.
func (l SignInLink) Request() RequestKey {
	return RequestKey{Cycle: l.Cycle, Contributor: l.Contributor}
}

// signInDays is how many days a link in a letter can be used where nothing else
// is set.
const signInDays = 14

// silentNotices are letters that ask nothing of anybody any more.
var silentNotices = []Notice{NoticeWithdrawn, NoticeAcknowledged, NoticeRouted, NoticeHandedOver, NoticeClearance}

// signIn is the link of a letter, for whoever reads it; none where nobody is
// asked for anything that has a page. It depends on the letter alone.
func (c Conduct) signIn(l Letter) SealedSignIn {
	if len(c.Links) == 0 || len(l.To) == 0 || l.Event.ReceiptOnly || slices.Contains(silentNotices, l.Notice) {
		return SealedSignIn{}
	}
	mailbox := roleMailbox(letterRole(l.Notice))
	if len(l.To) == 1 {
		mailbox = l.To[0].Address
	}
	lasts := c.SignInFor
	if lasts <= 0 {
		lasts = signInDays * 24 * time.Hour
	}
	return c.Links.SealSignIn(SignInLink{
		Purpose: LinkInMail, Person: c.Links.Person(l.Contributor.ID, mailbox), Role: RoleContributor, Standing: StandingLead,
		Cycle: l.Cycle, Contributor: l.Contributor.ID, Occasion: fmt.Sprintf("%s/%s/%s", l.Notice, l.Rung, l.Due), Until: l.SentAt.Add(lasts),
	})
}

// letterRole is which contacts a letter is for.
func letterRole(notice Notice) ContactRole {
	if notice == NoticeEscalation {
		return ContactLead
	}
	return ContactFocalPoint
}
