package rapporteur

import (
	"context"
	"time"
)

// AccessReader reads who has signed in and may.
type AccessReader interface {
	Person(ctx context.Context, id string) (Person, error)
	// Persons lists them by id.
	Persons(ctx context.Context) ([]Person, error)
	// Session is the session of a token's hash, expired ones too.
	Session(ctx context.Context, token string) (Session, error)
	// LinkUsed reports whether a use of the link is noted.
	LinkUsed(ctx context.Context, id string) (bool, error)
	// LinksAsked counts the links that were asked for since an instant: for an
	// address, whoever's it is, for a contributor, or for the zero LinkAsk those
	// for all contributors.
	LinksAsked(ctx context.Context, of LinkAsk, since time.Time) (int, error)
	// Mailboxes lists the contacts that have an address, in any letters, by
	// contributor.
	Mailboxes(ctx context.Context, address string) ([]Contact, error)
	Colleague(ctx context.Context, id string) (Colleague, error)
	// Colleagues lists the delegations of a contributor, oldest first.
	Colleagues(ctx context.Context, id ContributorID) ([]Colleague, error)
	// ColleaguesAt lists the delegations to an address, by its fingerprint,
	// oldest first.
	ColleaguesAt(ctx context.Context, address string) ([]Colleague, error)
}

// AccessTx writes who has signed in and may.
type AccessTx interface {
	// PutPerson adds a person, or notes that they were seen again and in which
	// role. The first day and whether they are blocked stay.
	PutPerson(ctx context.Context, p Person) error
	BlockPerson(ctx context.Context, id, by string, at time.Time) error
	UnblockPerson(ctx context.Context, id string) error
	// PutSession adds a session or replaces it.
	PutSession(ctx context.Context, s Session) error
	// DeleteSession takes a session away; one that is not there is no error.
	DeleteSession(ctx context.Context, token string) error
	// EndSessions takes away all sessions of a person and tells how many.
	EndSessions(ctx context.Context, person string) (int, error)
	// InsertLinkUse notes that a link was used: a ProblemConflict when it is
	// noted already.
	InsertLinkUse(ctx context.Context, u LinkUse) error
	InsertLinkAsk(ctx context.Context, a LinkAsk) error
	// SweepSignIn takes away what is of no use any more.
	SweepSignIn(ctx context.Context, l SignInLeftovers) error
	// InsertColleague adds a delegation with the fingerprint of its address.
	InsertColleague(ctx context.Context, c Colleague, address string) error
	// EndColleague ends a delegation; one that was ended before keeps its date.
	EndColleague(ctx context.Context, id, by string, at time.Time) error
}

// SignInLeftovers says what to sweep away: sessions that expired by an instant,
// asks that were made and uses whose links expired before one.
type SignInLeftovers struct {
	Sessions, Asks, Uses time.Time
}
