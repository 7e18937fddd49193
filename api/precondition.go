package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// IfMatch is embedded in the input of what changes a thing with an ETag.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"The ETag of what you have read. The change is refused where the thing has changed since; without the header it is made in any case."`
}

// IfNoneMatch is embedded in the input of what reads a thing with an ETag.
type IfNoneMatch struct {
	IfNoneMatch string `header:"If-None-Match" doc:"An ETag you have: the answer is 304 where nothing has changed."`
}

// etagOf names a state of a thing: its revision, and a digest of what is shown
// and may change without one.
func etagOf(revision int, shown any) string {
	encoded, err := json.Marshal(shown)
	if err != nil {
		encoded = nil // documents of this package always encode; a weaker name does no harm
	}
	return fmt.Sprintf(`"%d-%s"`, revision, fingerprint("", encoded)[:12])
}

// tags splits the value of a conditional header.
func tags(header string) []string {
	var out []string
	for part := range strings.SplitSeq(header, ",") {
		if tag := strings.TrimPrefix(strings.TrimSpace(part), "W/"); tag != "" {
			out = append(out, tag)
		}
	}
	return out
}

// fresh is the answer 304 where the client has what it asks for.
func (i IfNoneMatch) fresh(etag string) error {
	for _, tag := range tags(i.IfNoneMatch) {
		if tag == etag || tag == "*" {
			return &notModified{etag}
		}
	}
	return nil
}

// notModified is an answer without a body, which the framework takes as an
// error.
type notModified struct{ etag string }

// Error says what the answer says.
func (n *notModified) Error() string { return http.StatusText(http.StatusNotModified) }

// GetStatus is 304.
func (n *notModified) GetStatus() int { return http.StatusNotModified }

// GetHeaders names the state that the client has.
func (n *notModified) GetHeaders() http.Header { return http.Header{"Etag": {n.etag}} }

// holds refuses a change of a thing whose revision is not the one that the
// client has read.
func (i IfMatch) holds(revision int) error {
	if strings.TrimSpace(i.IfMatch) == "" {
		return nil
	}
	for _, tag := range tags(i.IfMatch) {
		read, _, _ := strings.Cut(strings.Trim(tag, `"`), "-")
		if tag == "*" || read == strconv.Itoa(revision) {
			return nil
		}
	}
	return changedMeanwhile()
}

// holdsFor is holds for what has no revision but is shown whole.
func (i IfMatch) holdsFor(etag string) error {
	if strings.TrimSpace(i.IfMatch) == "" {
		return nil
	}
	for _, tag := range tags(i.IfMatch) {
		if tag == "*" || tag == etag {
			return nil
		}
	}
	return changedMeanwhile()
}

func changedMeanwhile() error {
	return rapporteur.Problemf(rapporteur.ProblemPrecondition, "It has changed",
		"What you meant to change is not as you have read it. Read it again and decide again; nothing was done.")
}

// guarded is a store whose writes first check something in the transaction
// that they are made in: what is checked cannot change in between.
type guarded struct {
	rapporteur.Store
	check func(ctx context.Context, tx rapporteur.Tx) error
}

// Write checks, then writes.
func (g guarded) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	return g.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		if err := g.check(ctx, tx); err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// guardRequest checks the revision of a request before it is changed.
func (s *service) guardRequest(i IfMatch, key rapporteur.RequestKey) rapporteur.Store {
	return i.guard(s.Store, key)
}

// guard checks the revision of a request before a store changes it.
func (i IfMatch) guard(store rapporteur.Store, key rapporteur.RequestKey) rapporteur.Store {
	if i.IfMatch == "" {
		return store
	}
	return guarded{store, func(ctx context.Context, tx rapporteur.Tx) error {
		request, err := tx.LockRequest(ctx, key)
		if err != nil {
			return err
		}
		return i.holds(request.Revision)
	}}
}
