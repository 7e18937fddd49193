package rapporteur

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

// The actions on feeds that leave an audit record.
const (
	ActionFeedMade    Action = "feed.made"
	ActionFeedRevoked Action = "feed.revoked"
)

// maxFeeds is how many feeds a principal may have at once.
const maxFeeds = 20

// Feeds is what principals do with calendar feeds of their own, and the reading of
// a feed by whoever has its address.
type Feeds struct {
	Store     Store
	Catalogue Catalogue
	Writer    FeedWriter
	Clock     Clock // wall time
	// InForce reports whether a principal that is no API key may still act; such a
	// principal has no feeds where it is nil.
	InForce func(ctx context.Context, r Reader, p Principal) (bool, error)
}

// MadeFeed is a feed with its address, which is told this once.
type MadeFeed struct {
	Feed
	Address string
}

// Make makes a feed of the dates that concern the actor, or of one cycle that it may
// see. Who may see no such cycle is told that there is none.
func (f Feeds) Make(ctx context.Context, actor Principal, cycle CycleID, language string) (MadeFeed, error) {
	return f.MakeOnce(ctx, actor, cycle, language, "")
}

// MakeOnce is Make for what may be sent again. A command that has made a feed before
// makes no other: the answer is then the zero MadeFeed, for no address is told twice.
func (f Feeds) MakeOnce(ctx context.Context, actor Principal, cycle CycleID, language, command string) (MadeFeed, error) {
	if !slices.Contains(Languages, language) {
		return MadeFeed{}, Problemf(ProblemInvalid, "Not a language of feeds", "Choose one of %s.", strings.Join(Languages, ", "))
	}
	token, now := rand.Text()+rand.Text(), f.Clock().UTC()
	feed := Feed{
		ID: randomID("feed-"), Hash: feedHash(token), Principal: capacity(actor), Cycle: cycle, Language: language, CreatedAt: now,
	}
	record := feedRecord(ActionFeedMade, actor, feed.ID, now)
	if command != "" {
		record.Key = string(ActionFeedMade) + "/" + command
	}
	var made MadeFeed
	err := f.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		made = MadeFeed{} // where the transaction is tried anew
		switch added, err := tx.AppendAudit(ctx, record); {
		case err != nil:
			return err
		case !added:
			return nil
		}
		if err := f.mayMake(ctx, tx, actor, cycle); err != nil {
			return err
		}
		made = MadeFeed{Feed: feed, Address: f.Writer.Address(token)}
		return tx.InsertFeed(ctx, feed)
	})
	if err != nil {
		return MadeFeed{}, err
	}
	return made, nil
}

// capacity is what a feed keeps of a principal: who, and in which capacity. Scope
// and standing are asked of who it is then.
func capacity(p Principal) Principal {
	return Principal{ID: p.ID, Role: p.Role, Contributor: p.Contributor, Office: p.Office}
}

func (f Feeds) mayMake(ctx context.Context, r Reader, actor Principal, cycle CycleID) error {
	switch ok, err := f.inForce(ctx, r, actor); {
	case err != nil:
		return err
	case !ok:
		return Problemf(ProblemForbidden, "No feed can be made", "Feeds belong to API keys and to persons who sign in.")
	}
	if cycle != "" {
		if err := sees(ctx, r, actor, cycle); err != nil {
			return err
		}
	}
	mine, err := r.Feeds(ctx, actor.ID)
	if err != nil {
		return err
	}
	if n := len(slices.DeleteFunc(mine, func(f Feed) bool { return !f.RevokedAt.IsZero() })); n >= maxFeeds {
		return Problemf(ProblemConflict, "Too many feeds", "You have %d feeds; revoke one that is no longer used.", n)
	}
	return nil
}

// sees is a problem that there is no such cycle where the principal may not know
// of it: contributors only know those in which they are asked.
func sees(ctx context.Context, r Reader, p Principal, id CycleID) error {
	if p.Role != RoleContributor {
		_, err := r.Cycle(ctx, id)
		return err
	}
	_, err := r.Request(ctx, RequestKey{Cycle: id, Contributor: p.Contributor})
	if IsProblem(err, ProblemNotFound) {
		return NotFound("cycle", string(id))
	}
	return err
}

// feedHash is by what a token is known again.
func feedHash(token string) []byte {
	sum := sha256.Sum256([]byte("rapporteur feed\n" + token))
	return sum[:]
}

func feedRecord(action Action, actor Principal, id string, at time.Time) AuditRecord {
	return AuditRecord{At: at, Actor: actor.ID, Action: action, Details: map[string]string{"feed": id}}
}

// List lists the actor's own feeds, oldest first, revoked ones too.
func (f Feeds) List(ctx context.Context, actor Principal) ([]Feed, error) {
	var mine []Feed
	err := f.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		mine, err = r.Feeds(ctx, actor.ID)
		return err
	})
	return mine, err
}

// Revoke ends a feed of the actor's own. Revoked before, it keeps its first date.
func (f Feeds) Revoke(ctx context.Context, actor Principal, id string) error {
	return f.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		feed, err := tx.Feed(ctx, id)
		switch {
		case err != nil:
			return err
		case feed.Principal.ID != actor.ID:
			return NotFound("feed", id)
		case !feed.RevokedAt.IsZero():
			return nil
		}
		now := f.Clock().UTC()
		if err := tx.RevokeFeed(ctx, id, now); err != nil {
			return err
		}
		_, err = tx.AppendAudit(ctx, feedRecord(ActionFeedRevoked, actor, id, now))
		return err
	})
}

// Read gives the calendar of the feed with a token. Whatever is wrong, a token that
// was never given, a feed that is revoked or a principal that may no longer act, the
// answer is the same ProblemNotFound.
func (f Feeds) Read(ctx context.Context, token string) ([]byte, error) {
	var feed Feed
	var entries []FeedEntry
	err := f.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		if feed, err = f.find(ctx, r, token); err != nil {
			return err
		}
		entries, err = f.entries(ctx, r, feed)
		return err
	})
	if err != nil {
		return nil, err
	}
	if today := DateOf(f.Clock()); feed.LastUsed != today {
		err = f.Store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.UseFeed(ctx, feed.ID, today) })
		if err != nil {
			return nil, err
		}
	}
	return f.Writer.WriteFeed(feed, entries)
}

func (f Feeds) find(ctx context.Context, r Reader, token string) (Feed, error) {
	feed, err := r.FeedByHash(ctx, feedHash(token))
	switch {
	case IsProblem(err, ProblemNotFound) || err == nil && !feed.RevokedAt.IsZero():
		return feed, noSuchFeed()
	case err != nil:
		return feed, err
	}
	ok, err := f.inForce(ctx, r, feed.Principal)
	if err == nil && !ok {
		err = noSuchFeed()
	}
	return feed, err
}

func noSuchFeed() error {
	return Problemf(ProblemNotFound, "Not found", "There is no calendar here. If there was, it has been revoked: make another feed.")
}

// keyPrincipals is how the ids of principals begin that are API keys.
const keyPrincipals = "key-"

// inForce reports whether a principal may still act in the capacity in which it
// made a feed.
func (f Feeds) inForce(ctx context.Context, r Reader, p Principal) (bool, error) {
	id, isKey := strings.CutPrefix(p.ID, keyPrincipals)
	if !isKey {
		if f.InForce == nil {
			return false, nil
		}
		return f.InForce(ctx, r, p)
	}
	key, err := r.Key(ctx, id)
	if IsProblem(err, ProblemNotFound) {
		return false, nil
	}
	now := f.Clock()
	expired := !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt)
	bound := key.Role == p.Role && key.Contributor == p.Contributor && key.Office == p.Office
	return err == nil && key.RevokedAt.IsZero() && !expired && bound, err
}
