package rapporteur

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

// LinkUse notes that a link has been used. It is kept as long as the link would
// have lasted.
type LinkUse struct {
	ID     string // SHA-256 of the token
	Person string
	UsedAt time.Time
	Until  time.Time
}

// LinkAsk notes that somebody asked for a link, so that all processes count
// together. Of an address there is a fingerprint only.
type LinkAsk struct {
	ID          string
	Address     string        // fingerprint
	Contributor ContributorID // whose mailbox it is; empty where nobody's
	At          time.Time
}

// How long a link lasts that is not in a letter, and how many are sent.
const (
	AskedLinkLasts = 30 * time.Minute

	asksWithin        = time.Hour
	asksOfAddress     = 3
	asksOfContributor = 12
	asksOfAll         = 600
	asksKept          = 24 * time.Hour
	// mailboxesOfAddress is for how many contributors one address gets links.
	mailboxesOfAddress = 10
)

// pendingLink is a link with whom it is sent to.
type pendingLink struct {
	link SignInLink
	to   []Contact
}

// Ask sends a fresh link to an address, for each contributor whose mailbox or
// colleague it is. Whoever asks is told the same whether or not it is known, and
// whether or not too many were asked for: the answer is nil but for an address
// that is none and a record that does not answer. request is the request that
// the link leads to, where it is that contributor's.
func (s SignIn) Ask(ctx context.Context, address string, request RequestKey) error {
	plain, ok := plainAddress(strings.TrimSpace(address))
	if !ok {
		return Problemf(ProblemInvalid, "Invalid address", "Give a plain mail address: name@example.org.")
	}
	return s.ask(ctx, plain, func(ctx context.Context, r Reader) ([]pendingLink, error) {
		return s.linksOf(ctx, r, plain, request)
	})
}

// AskAgain sends a fresh link to whom an expired or used one was for. Of a
// forged link, or one whose person may not sign in, nobody is sent anything.
func (s SignIn) AskAgain(ctx context.Context, token string) error {
	old, known := s.Links.OpenSignIn(token)
	if !known || old.Role != RoleContributor || localPerson(old.Person) {
		return nil
	}
	return s.ask(ctx, old.Person, func(ctx context.Context, r Reader) ([]pendingLink, error) {
		if in, err := s.inForce(ctx, r, old.person()); err != nil || !in {
			return nil, err
		}
		fresh := s.fresh(old)
		if old.Delegation != "" {
			c, err := r.Colleague(ctx, old.Delegation)
			return []pendingLink{{link: fresh, to: []Contact{c.contact()}}}, err
		}
		contacts, err := r.Contacts(ctx, old.Contributor)
		var links []pendingLink
		for _, contact := range s.Links.mailboxesOf(old.Contributor, contacts)[old.Person] {
			fresh := s.fresh(old)
			fresh.Person = s.Links.Person(old.Contributor, contact.Address)
			links = append(links, pendingLink{link: fresh, to: []Contact{contact}})
		}
		return links, err
	})
}

// ask counts who asks, and sends links where not too many were.
func (s SignIn) ask(ctx context.Context, subject string, find func(ctx context.Context, r Reader) ([]pendingLink, error)) error {
	if len(s.Links) == 0 || s.Post == nil {
		return Problemf(ProblemUnavailable, "No mail is set up", "Links come with the mails of the Secretariat; open the newest one, or write to the Secretariat.")
	}
	now := s.Clock().UTC()
	var wanted []pendingLink
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		wanted = nil
		found, err := find(ctx, tx)
		if err != nil {
			return err
		}
		asked := LinkAsk{Address: s.Links.Address(subject), At: now}
		few, err := s.few(ctx, tx, asked, asksOfAddress)
		if err != nil {
			return err
		}
		if len(found) == 0 || !few {
			return s.note(ctx, tx, asked) // the same work as for whoever is known
		}
		for _, l := range found {
			asked.Contributor = l.link.Contributor
			if few, err := s.few(ctx, tx, LinkAsk{Contributor: asked.Contributor, At: now}, asksOfContributor); err != nil || !few {
				return err
			}
			if err := s.note(ctx, tx, asked); err != nil {
				return err
			}
			if _, err := tx.AppendAudit(ctx, s.record(l.link.person(), ActionLinkAsked)); err != nil {
				return err
			}
			wanted = append(wanted, l)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range wanted {
		s.post(ctx, l)
	}
	return nil
}

// few reports whether a further link may be sent: to an address or contributor,
// and in all.
func (s SignIn) few(ctx context.Context, r Reader, of LinkAsk, most int) (bool, error) {
	since := of.At.Add(-asksWithin)
	n, err := r.LinksAsked(ctx, of, since)
	if err != nil || n >= most {
		return false, err
	}
	n, err = r.LinksAsked(ctx, LinkAsk{}, since)
	return n < asksOfAll, err
}

func (s SignIn) note(ctx context.Context, tx Tx, asked LinkAsk) error {
	asked.ID = rand.Text()
	return tx.InsertLinkAsk(ctx, asked)
}

// linksOf are the links that an address gets.
func (s SignIn) linksOf(ctx context.Context, r Reader, address string, request RequestKey) ([]pendingLink, error) {
	contacts, err := r.Mailboxes(ctx, address)
	if err != nil {
		return nil, err
	}
	colleagues, err := r.ColleaguesAt(ctx, s.Links.Address(address))
	if err != nil {
		return nil, err
	}
	var links []pendingLink
	seen := map[string]bool{}
	for _, contact := range contacts {
		l := s.fresh(SignInLink{
			Person: s.Links.Person(contact.Contributor, contact.Address), Role: RoleContributor,
			Contributor: contact.Contributor, Standing: StandingLead,
		})
		if seen[l.Person] || !s.asksContributors(contact.Contributor) {
			continue
		}
		seen[l.Person] = true
		links = append(links, pendingLink{link: l, to: []Contact{contact}})
	}
	for _, c := range colleagues {
		if c.InForce(DateOf(s.Clock())) {
			links = append(links, pendingLink{link: s.fresh(c.link()), to: []Contact{c.contact()}})
		}
	}
	links = slices.DeleteFunc(links, func(l pendingLink) bool {
		in, failed := s.inForce(ctx, r, l.link.person())
		if failed != nil {
			err = failed
		}
		return !in
	})
	for n := range links {
		if links[n].link.Contributor == request.Contributor {
			links[n].link.Cycle = request.Cycle
		}
	}
	return links[:min(len(links), mailboxesOfAddress)], err
}

// asksContributors reports whether contacts belong to a contributor: clearance
// offices have contacts too, and sign in otherwise.
func (s SignIn) asksContributors(id ContributorID) bool {
	_, err := s.Catalogue.Contributor(id, DateOf(s.Clock()))
	return err == nil
}

// fresh is a link for the same person that lasts from now.
func (s SignIn) fresh(l SignInLink) SignInLink {
	l.Purpose, l.Occasion, l.Until = LinkAsked, rand.Text(), s.Clock().UTC().Add(AskedLinkLasts)
	return l
}

func (c Colleague) link() SignInLink {
	return SignInLink{
		Person: c.Principal(), Role: RoleContributor, Contributor: c.Contributor, Standing: StandingColleague, Delegation: c.ID,
	}
}

func (c Colleague) contact() Contact {
	return Contact{Contributor: c.Contributor, Role: ContactFocalPoint, Name: c.Name, Address: c.Address, Language: c.Language}
}

// linkForColleague is what tells a colleague of a delegation.
func (s SignIn) linkForColleague(c Colleague, now time.Time) pendingLink {
	l := c.link()
	l.Purpose, l.Occasion, l.Until = LinkGiven, rand.Text(), now.Add(signInDays*24*time.Hour)
	if end := c.Until.End(); end.Before(l.Until) {
		l.Until = end
	}
	return pendingLink{link: l, to: []Contact{c.contact()}}
}

// post hands over the letter with a link, where mail is on.
func (s SignIn) post(_ context.Context, p pendingLink) {
	if s.Post == nil || len(s.Links) == 0 {
		return
	}
	now := s.Clock().UTC()
	who, err := s.contributor(p.link.Contributor, DateOf(now))
	if err != nil {
		return
	}
	sealed := s.Links.SealSignIn(p.link)
	s.Post(Letter{
		Notice: NoticeSignIn, Contributor: who, To: p.to, Rung: fmt.Sprintf("%s/%s", p.link.Purpose, linkUseID(sealed.Token)[:16]),
		SentAt: now, SignIn: sealed, Delegated: p.link.Purpose == LinkGiven,
	})
}
