package api

import (
	"cmp"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/rs/zerolog"

	"github.com/rapporteur/rapporteur"
)

// Limits are those of a server over all who ask together. The zero value has the
// usual ones.
type Limits struct {
	// Requests is how many are under way at once; 512 where zero.
	Requests int64
	// Bodies is how many bytes the bodies of those have together, as their headers
	// announce them; 256 MiB where zero. A body of unknown length counts as 10 MiB.
	Bodies int64
	// Refused is told of each request that is turned away, by the limit's name; nil
	// for nobody. It must be quick.
	Refused func(limit string)
}

const (
	maxRequests = 512
	maxBodies   = 256 << 20
	unknownBody = rapporteur.MaxAttachedFile
)

// Names of the limits of a server.
const (
	limitRequests = "requests"
	limitBodies   = "bodies"
)

// shed turns requests away while there are too many, before anything is read or
// kept for them. Health checks are always answered: whoever is busy is alive.
func (l Limits) shed(next http.Handler) http.Handler {
	requests, bodies := cmp.Or(l.Requests, maxRequests), cmp.Or(l.Bodies, maxBodies)
	var under, bytes atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == healthPath {
			next.ServeHTTP(w, r)
			return
		}
		size := r.ContentLength
		if size < 0 {
			size = unknownBody
		}
		defer func() {
			under.Add(-1)
			bytes.Add(-size)
		}()
		over, limit := under.Add(1) > requests, limitRequests
		// One that is larger than all may be is refused by its own limit.
		if total := bytes.Add(size); !over && size > 0 && total > bodies && total > size {
			over, limit = true, limitBodies
		}
		if !over {
			next.ServeHTTP(w, r)
			return
		}
		if l.Refused != nil {
			l.Refused(limit)
		}
		turnAway(w, r)
	})
}

// turnAway answers that the house is full, to programs and to people.
func turnAway(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "2")
	w.Header().Set("Cache-Control", "no-store")
	if !Serves(r.URL.Path) && strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Error(w, "Too many people ask at this moment. Nothing was done: wait a few seconds and load the page again.", http.StatusServiceUnavailable)
		return
	}
	busy := rapporteur.Problemf(rapporteur.ProblemUnavailable, "Too much at once", "Nothing was read and nothing was done; try again after Retry-After.")
	withCall(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, r, zerolog.Nop(), busy)
	})).ServeHTTP(w, r)
}
