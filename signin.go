package rapporteur

import (
	"context"
	"time"
)

// SignIn is how people come in: by links, or known by a provider. A principal
// that it lets in is in force until InForce says otherwise.
type SignIn struct {
	Store     Store
	Catalogue Catalogue
	Clock     Clock
	Links     LinkSecret // none where there are no links
	// Post takes a letter to be sent, without waiting for the mail server, so
	// that nobody learns from the time it takes whether an address is known. Nil
	// where no mail is set up.
	Post func(Letter)
}

// The states of a link to sign in by that links to answer by do not have.
const (
	LinkUsed  LinkState = "used"  // it has signed somebody in
	LinkEnded LinkState = "ended" // its person may not sign in any more
)

// SignInOffer is what a link to sign in by would do.
type SignInOffer struct {
	SignInLink
	State       LinkState
	Contributor Contributor // contributors' only
	Title       string      // of the stream or cycle that is asked about, in English; empty for none
}

// signInProblems say what whoever has a link that does not work is to do.
var signInProblems = map[LinkState]*Problem{
	LinkForged:  Problemf(ProblemForbidden, "The link is not known", "Open it from the newest mail, whole and unchanged, or ask for a fresh one."),
	LinkExpired: Problemf(ProblemClosed, "The link has expired", "Ask for a fresh one."),
	LinkUsed:    Problemf(ProblemClosed, "The link has been used", "Each link signs in once. Ask for a fresh one."),
	LinkEnded:   Problemf(ProblemClosed, "The link is no longer in force", "Who it was made for may not sign in any more; write to the Secretariat."),
}

// Offer reads what a link stands for and changes nothing: programs that look
// through mails follow every link in them. Of a forged link nothing is told.
func (s SignIn) Offer(ctx context.Context, token string) (SignInOffer, error) {
	var offer SignInOffer
	link, known := s.Links.OpenSignIn(token)
	if !known {
		return SignInOffer{State: LinkForged}, nil
	}
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		offer, err = s.offer(ctx, r, link, token)
		return err
	})
	return offer, err
}

func (s SignIn) offer(ctx context.Context, r Reader, link SignInLink, token string) (SignInOffer, error) {
	offer := SignInOffer{SignInLink: link}
	now := s.Clock().UTC()
	if link.Cycle != "" {
		cycle, err := r.Cycle(ctx, link.Cycle)
		if err != nil {
			return offer, err
		}
		offer.Title = s.title(cycle)
		if link.Purpose == LinkInMail {
			now = cycle.Now(s.Clock())
		}
	}
	if link.Contributor != "" {
		found, err := s.contributor(link.Contributor, DateOf(now))
		if err != nil {
			return offer, err
		}
		offer.Contributor = found
	}
	state, err := s.linkState(ctx, r, link, token, now)
	offer.State = state
	return offer, err
}

// title is what a cycle is about, as letters say it.
func (s SignIn) title(cycle Cycle) string {
	l, err := Conduct{Catalogue: s.Catalogue}.aboutCycle(cycle, Letter{}, Moment{})
	if err != nil {
		return cycle.Title
	}
	return l.Subject
}

// contributor is a contributor as it stands, or by its id alone where it has
// ceased to exist: whoever was asked may still read what was.
func (s SignIn) contributor(id ContributorID, on Date) (Contributor, error) {
	found, err := s.Catalogue.Contributor(id, on)
	if IsProblem(err, ProblemNotFound) {
		return Contributor{ID: id, Names: map[string]string{"en": string(id)}}, nil
	}
	return found, err
}

func (s SignIn) linkState(ctx context.Context, r Reader, link SignInLink, token string, now time.Time) (LinkState, error) {
	used, err := r.LinkUsed(ctx, linkUseID(token))
	switch {
	case err != nil:
		return "", err
	case used:
		return LinkUsed, nil
	case !now.Before(link.Until):
		return LinkExpired, nil
	}
	in, err := s.inForce(ctx, r, link.person())
	if err == nil && !in {
		return LinkEnded, nil
	}
	return LinkOpen, err
}

// person is who a link signs in.
func (l SignInLink) person() Person {
	return Person{
		ID: l.Person, Role: l.Role, Contributor: l.Contributor, Office: l.Office, Standing: l.Standing, Delegation: l.Delegation,
	}
}

// Use signs in by a link, once: of two that use it at the same time one does.
// The link says where whoever signs in goes on to.
func (s SignIn) Use(ctx context.Context, token string) (Principal, SignInLink, error) {
	link, known := s.Links.OpenSignIn(token)
	if !known {
		return Principal{}, link, signInProblems[LinkForged]
	}
	var who Person
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		offer, err := s.offer(ctx, tx, link, token)
		if err != nil {
			return err
		}
		if offer.State != LinkOpen {
			return signInProblems[offer.State]
		}
		err = tx.InsertLinkUse(ctx, LinkUse{ID: linkUseID(token), Person: link.Person, UsedAt: s.Clock().UTC(), Until: link.Until})
		if IsProblem(err, ProblemConflict) {
			return signInProblems[LinkUsed]
		}
		if err != nil {
			return err
		}
		if who, err = s.known(ctx, tx, link); err != nil {
			return err
		}
		record := s.record(who, ActionLinkUsed)
		record.Details["purpose"] = string(link.Purpose)
		if _, err := tx.AppendAudit(ctx, record); err != nil {
			return err
		}
		return s.enter(ctx, tx, who)
	})
	return who.Principal(), link, err
}

// known is the person of a link with what the record knows of them.
func (s SignIn) known(ctx context.Context, tx Tx, link SignInLink) (Person, error) {
	who := link.person()
	switch {
	case link.Delegation != "":
		colleague, err := tx.Colleague(ctx, link.Delegation)
		who.Label, who.For = colleague.Name, colleague.GivenBy
		return who, err
	case link.Contributor != "":
		contacts, err := tx.Contacts(ctx, link.Contributor)
		if to := s.Links.mailboxesOf(link.Contributor, contacts)[link.Person]; len(to) == 1 {
			who.Label = to[0].Name
		}
		return who, err
	}
	return who, nil
}

// Enter signs in whom a provider knows: the role is the one that they chose of
// those the provider gives them. Whoever is blocked stays out.
func (s SignIn) Enter(ctx context.Context, who Person) (Principal, error) {
	err := s.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		before, err := tx.Person(ctx, who.ID)
		switch {
		case err == nil && !before.BlockedAt.IsZero():
			return signInProblems[LinkEnded]
		case err != nil && !IsProblem(err, ProblemNotFound):
			return err
		}
		return s.enter(ctx, tx, who)
	})
	return who.Principal(), err
}

// enter notes that somebody signed in.
func (s SignIn) enter(ctx context.Context, tx Tx, who Person) error {
	today := DateOf(s.Clock())
	who.FirstSeen, who.LastSeen = today, today
	if err := tx.PutPerson(ctx, who); err != nil {
		return err
	}
	_, err := tx.AppendAudit(ctx, s.record(who, ActionPersonSignedIn))
	return err
}

func (s SignIn) record(who Person, action Action) AuditRecord {
	details := map[string]string{"role": string(who.Role)}
	for key, value := range map[string]string{
		"standing": string(who.Standing), "office": who.Office, "delegation": who.Delegation, DetailFor: who.For,
	} {
		if value != "" {
			details[key] = value
		}
	}
	return AuditRecord{At: s.Clock().UTC(), Actor: who.ID, Action: action, Contributor: who.Contributor, Details: details}
}

// InForce reports whether a principal that has signed in may still act: it is
// not blocked, acts in the role that it has, and what it signed in for, a
// mailbox or a delegation, is still there.
func (s SignIn) InForce(ctx context.Context, p Principal) (bool, error) {
	in := false
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		who, err := r.Person(ctx, p.ID)
		if IsProblem(err, ProblemNotFound) {
			return nil
		}
		if err != nil || who.Principal() != p {
			return err
		}
		in, err = s.inForce(ctx, r, who)
		return err
	})
	return in, err
}

// Stands is InForce for what somebody has left behind, such as a calendar feed:
// whether the person still has the role that it was made in and may act in it.
func (s SignIn) Stands(ctx context.Context, r Reader, p Principal) (bool, error) {
	who, err := r.Person(ctx, p.ID)
	switch {
	case IsProblem(err, ProblemNotFound):
		return false, nil
	case err != nil:
		return false, err
	case who.Role != p.Role || who.Contributor != p.Contributor || who.Office != p.Office:
		return false, nil
	}
	return s.inForce(ctx, r, who)
}

func (s SignIn) inForce(ctx context.Context, r Reader, who Person) (bool, error) {
	known, err := r.Person(ctx, who.ID)
	switch {
	case err == nil && !known.BlockedAt.IsZero():
		return false, nil
	case err != nil && !IsProblem(err, ProblemNotFound):
		return false, err
	case who.Role != RoleContributor || localPerson(who.ID):
		return true, nil
	case who.Delegation != "":
		c, err := r.Colleague(ctx, who.Delegation)
		if IsProblem(err, ProblemNotFound) {
			return false, nil
		}
		return err == nil && c.Contributor == who.Contributor && c.InForce(DateOf(s.Clock())), err
	}
	contacts, err := r.Contacts(ctx, who.Contributor)
	_, still := s.Links.mailboxesOf(who.Contributor, contacts)[who.ID]
	return still, err
}
