package notify

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
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
	if len(l.Attachments) > 0 {
		p.content = sameBoundaries(p.content, m.boundary(l))
	}
	return p, nil
}

// boundary separates the parts of a letter's mail.
func (m *Mail) boundary(l rapporteur.Letter) string {
	boundary, _, _ := strings.Cut(m.MessageID(l), "@")
	return boundary
}

var boundaryForm = regexp.MustCompile(`boundary=([0-9a-f]{20,})`)

// sameBoundaries puts the letter's own boundaries in place of the random ones:
// the library knows one boundary only, and parts within parts need two.
func sameBoundaries(content []byte, boundary string) []byte {
	for n, found := range boundaryForm.FindAllSubmatch(content, -1) {
		own := fmt.Sprintf("%s-%d", boundary, n+1)
		content = bytes.ReplaceAll(content, found[1], []byte(own[:min(len(own), 70)]))
	}
	return content
}

func (m *Mail) message(l rapporteur.Letter, to []*mail.Address, w written) *gomail.Msg {
	options := []gomail.MsgOption{gomail.WithNoDefaultUserAgent()}
	if len(l.Attachments) == 0 {
		options = append(options, gomail.WithBoundary(m.boundary(l)))
	}
	msg := gomail.NewMsg(options...)
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(to...)
	msg.ReplyToMailAddress(m.replyTo)
	msg.Subject(w.subject)
	msg.SetDateWithValue(l.SentAt.UTC())
	msg.SetMessageIDWithValue(m.MessageID(l))
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
	for _, a := range l.Attachments {
		msg.AttachReadSeeker(clean(a.Name), bytes.NewReader(a.Content), gomail.WithFileContentType(gomail.ContentType(a.Media)))
	}
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
	Report   string   // the report that a section is meant for
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
	Delivery int
	Hash     string // of the delivery
	Receipt  bool   // only the receipt is kept
	Keys     string // where the public keys for signed records are
	Answers  []answerLink
	Answer   string // return type of the link that is being named
	Until    string // the last day of the links

	SignInUntil string // until when the link signs in; empty where it does not
	Delegated   bool   // the link tells of a delegation

	Asks     string // what an event asks: attend or report; empty where there is no event
	Receipts bool   // of the event only receipts are kept
	On       string // the event's date
	Past     bool   // it is over
	Event    string // its date, time and place
	Body     string // who holds it
}

// each is every text made another.
func each(texts []string, change func(string) string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, change(text))
	}
	return all
}

func (m *Mail) view(l rapporteur.Letter) view {
	w := languageOf(l.To)
	plain := func(text string) string { return w.isolate(clean(text)) }
	why, where := w.why(clean(l.Instrument), l.Provisions)
	v := view{
		Language: w.code, Notice: l.Notice, Kind: l.Contributor.Kind,
		Invited: l.Contributor.Kind == rapporteur.KindMemberState,
		Symbol:  plain(l.Instrument), Why: why, Where: where, Title: plain(cmp.Or(l.Titles.Subject[w.code], l.Subject)),
		Name: plain(l.Contributor.Name(w.code)), Due: w.date(l.Due), Mandated: w.date(l.MandatedDue),
		Reason: plain(l.Reason), Step: plain(l.Step), Draft: l.Draft,
		Report: plain(cmp.Or(l.Titles.Host[w.code], l.Host)), Text: each(l.Text, plain), Outcome: string(l.Outcome), Link: m.link(l), Ask: m.replyTo.Address, Cycle: plain(string(l.Cycle)),
		Delivery: l.Delivery, Hash: clean(l.Hash), Receipt: l.Receipt, Keys: m.base.JoinPath("v1", "signing-keys").String(),
	}
	if l.SignIn.Token != "" {
		v.SignInUntil, v.Delegated = w.date(rapporteur.DateOf(l.SignIn.Until))+w.comma+w.isolate(l.SignIn.Until.UTC().Format("15:04 UTC")), l.Delegated
	}
	if l.Cycle == "" { // so that a reply can be told from others
		v.Cycle = plain(m.boundary(l)[:12])
	}
	v.about(l, w)
	for _, link := range l.Links {
		v.Answers = append(v.Answers, answerLink{string(link.Type), m.answerLink(link, w.code)})
		v.Until = w.date(link.Until)
	}
	return v
}

// answerLink is a link by which a request is answered from its mail.
type answerLink struct{ Type, URL string }

// answerLink leads to the page on which one button answers the request.
func (m *Mail) answerLink(l rapporteur.SealedLink, language string) string {
	parts := []string{"returns"}
	for part := range strings.SplitSeq(string(l.Cycle), "/") {
		parts = append(parts, url.PathEscape(part))
	}
	at := m.base.JoinPath(append(parts, url.PathEscape(string(l.Contributor)), string(l.Type))...)
	at.RawQuery = url.Values{"until": {l.Until.String()}, "token": {l.Token}, "lang": {language}}.Encode()
	return at.String()
}

// about tells of the event of an occasion. Whoever is to answer before it is
// invited to it, whoever is to answer after it reports on it.
func (v *view) about(l rapporteur.Letter, w language) {
	e := l.Event
	if e.Date.IsZero() {
		return
	}
	v.Asks, v.Receipts, v.On, v.Body = "attend", e.ReceiptOnly, w.date(e.Date), w.isolate(clean(e.Body))
	if l.Reports {
		v.Asks = "report"
	}
	v.Past = e.Date.Before(rapporteur.DateOf(l.SentAt))
	v.Event = v.On
	for _, text := range []string{clean(e.Time), clean(e.Place)} {
		if text != "" {
			v.Event += w.comma + w.isolate(text)
		}
	}
}

// signInLink leads to the page on which one button signs its reader in and goes on
// to the request.
func (m *Mail) signInLink(l rapporteur.Letter) string {
	at := m.base.JoinPath("sign-in", "link")
	at.RawQuery = url.Values{"token": {l.SignIn.Token}, "lang": {languageOf(l.To).code}}.Encode()
	return at.String()
}

// link leads to where the request is answered, for an officer to the draft, and
// for a delivery to that: resources of the API, which asks for a key.
func (m *Mail) link(l rapporteur.Letter) string {
	if l.SignIn.Token != "" {
		return m.signInLink(l)
	}
	if l.Notice == rapporteur.NoticeHandedOver && l.Draft == 0 {
		return "" // there is nothing to read
	}
	var cycle []string
	for part := range strings.SplitSeq(string(l.Cycle), "/") {
		cycle = append(cycle, url.PathEscape(part))
	}
	parts := append([]string{"v1", "cycles"}, cycle...)
	switch {
	case l.Delivery > 0 && len(cycle) == 3:
		parts = []string{"v1", "intakes", cycle[0], cycle[1], "deliveries", cycle[2], fmt.Sprint(l.Delivery)}
	case l.Notice == rapporteur.NoticeClearance, l.Notice == rapporteur.NoticeHandedOver:
		parts = append(parts, "drafts", fmt.Sprint(l.Draft))
	case l.Event.ReceiptOnly && len(cycle) == 3:
		parts = []string{"v1", "intakes", cycle[0], cycle[1]} // which takes the receipt
	default:
		parts = append(parts, "requests", url.PathEscape(string(l.Contributor.ID)))
	}
	return m.base.JoinPath(parts...).String()
}
