package notify

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/rapporteur/rapporteur"
)

var errNoMailbox = errors.New("none of its contacts has an address that can be written to")

// compose makes the mail of a letter. The same letter makes the same bytes.
func (m *Mail) compose(l rapporteur.Letter) (parcel, error) {
	p := parcel{from: (&mail.Address{Address: m.from.Address}).String()}
	to := make([]*mail.Address, 0, len(l.To))
	for _, c := range l.To {
		a, err := mail.ParseAddress(c.Address)
		if err != nil || strings.ContainsAny(c.Address, "\r\n") {
			p.invalid++
			continue
		}
		to = append(to, &mail.Address{Name: clean(c.Name), Address: a.Address})
		p.to = append(p.to, (&mail.Address{Address: a.Address}).String())
	}
	if len(to) == 0 {
		return parcel{}, &rapporteur.Refusal{Cause: errNoMailbox}
	}
	letter, err := m.texts.write(m.view(l))
	if err != nil {
		return parcel{}, fmt.Errorf("cannot compose message %q: %w", l.Notice, err)
	}
	var content bytes.Buffer
	if _, err := m.message(l, to, letter).WriteTo(&content); err != nil {
		return parcel{}, fmt.Errorf("cannot compose message %q: %w", l.Notice, err)
	}
	p.content = content.Bytes()
	return p, nil
}

func (m *Mail) message(l rapporteur.Letter, to []*mail.Address, w written) *gomail.Msg {
	id := m.MessageID(l)
	boundary, _, _ := strings.Cut(id, "@")
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary))
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(to...)
	msg.ReplyToMailAddress(m.replyTo)
	msg.Subject(w.subject)
	msg.SetDateWithValue(l.SentAt.UTC())
	msg.SetMessageIDWithValue(id)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834, section 5
	msg.SetGenHeader("Content-Language", w.language)
	for name, value := range map[gomail.Header]string{
		"X-Rapporteur-Notice": string(l.Notice), "X-Rapporteur-Cycle": string(l.Cycle),
		"X-Rapporteur-Contributor": string(l.Contributor.ID), "X-Rapporteur-Rung": l.Rung,
	} {
		if value = clean(value); value != "" {
			msg.SetGenHeader(name, value)
		}
	}
	msg.SetBodyString(gomail.TypeTextPlain, w.text)
	msg.AddAlternativeString(gomail.TypeTextHTML, w.html)
	return msg
}

// view is a letter as the templates see it: in words, in one language, and
// with nothing in it that could end a line or turn the direction of a text.
type view struct {
	Language string
	Notice   rapporteur.Notice
	Kind     rapporteur.ContributorKind
	Invited  bool   // Member States are invited, everybody else is asked
	Symbol   string // of the instrument
	Why      string // operative paragraph 34 of Security Council resolution 2388 (2017)
	Where    string // the same, after "it is requested"
	Title    string
	Host     string   // the report that a section is meant for
	Text     []string // of the section, a paragraph each
	Outcome  string   // return type that explains why there is none
	Name     string
	Due      string
	Mandated string
	Reason   string
	Step     string
	Draft    int
	Link     string
	Ask      string // whom to ask
	Cycle    string
}

// cleaned is every text made clean.
func cleaned(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, clean(text))
	}
	return all
}

func (m *Mail) view(l rapporteur.Letter) view {
	w := wordingOf(l.To)
	why, where := w.why(clean(l.Instrument), l.Provisions)
	return view{
		Language: w.code, Notice: l.Notice, Kind: l.Contributor.Kind,
		Invited: l.Contributor.Kind == rapporteur.KindMemberState,
		Symbol:  clean(l.Instrument), Why: why, Where: where, Title: clean(l.Subject),
		Name: clean(l.Contributor.Name(w.code)), Due: w.date(l.Due), Mandated: w.date(l.MandatedDue),
		Reason: clean(l.Reason), Step: clean(l.Step), Draft: l.Draft,
		Host: clean(l.Host), Text: cleaned(l.Text), Outcome: string(l.Outcome), Link: m.link(l), Ask: m.replyTo.Address, Cycle: clean(string(l.Cycle)),
	}
}

// link leads to where the request is answered, or for an officer to the draft:
// resources of the API, which asks for a key.
func (m *Mail) link(l rapporteur.Letter) string {
	if l.Notice == rapporteur.NoticeHandedOver && l.Draft == 0 {
		return "" // there is nothing to read
	}
	parts := []string{"v1", "cycles"}
	for part := range strings.SplitSeq(string(l.Cycle), "/") {
		parts = append(parts, url.PathEscape(part))
	}
	if l.Notice == rapporteur.NoticeClearance || l.Notice == rapporteur.NoticeHandedOver {
		parts = append(parts, "drafts", fmt.Sprint(l.Draft))
	} else {
		parts = append(parts, "requests", url.PathEscape(string(l.Contributor.ID)))
	}
	return m.base.JoinPath(parts...).String()
}
