package rapporteur

import (
	"context"
	"time"
)

// Feed is an address under which a calendar program finds the dates that concern
// one principal. Whoever has the address reads them, so it can be revoked, and ends
// with the principal. The address itself is never stored.
type Feed struct {
	ID        string    // feed-4f2a…
	Hash      []byte    // SHA-256 of the token in the address, which has 256 bits of its own
	Principal Principal // its id, role, contributor and office
	Cycle     CycleID   // only the dates of this cycle; empty for all that concern the principal
	Language  string
	CreatedAt time.Time // wall time
	RevokedAt time.Time
	LastUsed  Date // the day on which it was last read; zero for never
}

// FeedReader reads what the record has of feeds.
type FeedReader interface {
	Feed(ctx context.Context, id string) (Feed, error)
	// FeedByHash finds a feed by the hash of its token, revoked ones too.
	FeedByHash(ctx context.Context, hash []byte) (Feed, error)
	// Feeds lists the feeds of a principal, oldest first, revoked ones too.
	Feeds(ctx context.Context, principal string) ([]Feed, error)
}

// FeedTx writes what the record has of feeds.
type FeedTx interface {
	InsertFeed(ctx context.Context, f Feed) error // a ProblemConflict when the id exists
	// RevokeFeed ends a feed; one that was revoked before keeps its first date.
	RevokeFeed(ctx context.Context, id string, at time.Time) error
	// UseFeed notes the day on which a feed was read.
	UseFeed(ctx context.Context, id string, on Date) error
}

// FeedEntryKind is what a date of a feed is.
type FeedEntryKind string

// The kinds of entries.
const (
	FeedDate   FeedEntryKind = "date"   // a date of a cycle's plan; Key is its key
	FeedRung   FeedEntryKind = "rung"   // a rung of its reminder ladder; Key is its id
	FeedStep   FeedEntryKind = "step"   // a step of its clearance; Key is its id
	FeedAnswer FeedEntryKind = "answer" // a contributor's own answer is due
)

// FeedNote says what is special about a date.
type FeedNote string

// The notes of entries.
const (
	FeedExtended FeedNote = "extended" // more time was given
	FeedReturned FeedNote = "returned" // an answer is to be corrected by the date
	FeedExpected FeedNote = "expected" // no decision fixes it yet: it follows from what comes before
	FeedDecided  FeedNote = "decided"  // the step was decided on this day
)

// FeedEntry is one date of a feed: a whole day, what it is and why. It holds no
// name of a person, no text that a person wrote, and no contributor.
type FeedEntry struct {
	UID        string // the same as long as there is the date (RFC 5545, 3.8.4.7)
	Kind       FeedEntryKind
	Key        string
	Label      string // as the instrument's data have it, in English
	Notice     Notice // of a rung
	On         Date
	Stamp      time.Time // business time of the last change on record
	Sequence   int       // grows when the date moves or goes (RFC 5545, 3.8.7.4)
	Cancelled  bool
	Cycle      CycleID
	Shape      Shape
	Instrument string // its symbol
	Stream     string // its title
	Subject    string // host report or event, where there is one
	Provisions []string
	Offices    []string // of a clearance step
	Why        []Step   // how the date came about, without names
	Notes      []FeedNote
	Page       string // path of the page about it
}

// FeedWriter writes entries as a calendar.
type FeedWriter interface {
	// WriteFeed gives an iCalendar object (RFC 5545) in a language. The same
	// entries always give the same bytes.
	WriteFeed(f Feed, entries []FeedEntry) ([]byte, error)
	// Address is where a calendar program finds the feed with a token.
	Address(token string) string
}
