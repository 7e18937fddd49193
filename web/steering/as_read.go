package steering

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"unicode"

	"github.com/rapporteur/rapporteur"
)

// asRead is a store that changes a request only while its newest version is the
// one that was read: what came meanwhile is not judged unread.
type asRead struct {
	rapporteur.Store
	key     rapporteur.RequestKey
	version string
}

// Write looks at the request first, in the same transaction.
func (s asRead) Write(ctx context.Context, fn func(context.Context, rapporteur.Tx) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx rapporteur.Tx) error {
		request, err := tx.LockRequest(ctx, s.key)
		if err != nil {
			return err
		}
		if s.version != strconv.Itoa(request.Version) {
			return rapporteur.Problemf(rapporteur.ProblemStale, "Another version",
				"Version %d came while you were reading. It is shown below; nothing was returned.", request.Version)
		}
		return fn(ctx, tx)
	})
}

// byNumber orders ids of questions as people count: Q3.4 before Q3.10.
func byNumber(a, b string) int {
	left, right := strings.FieldsFunc(a, notDigit), strings.FieldsFunc(b, notDigit)
	for n := range min(len(left), len(right)) {
		x, _ := strconv.Atoi(left[n]) // digits alone
		y, _ := strconv.Atoi(right[n])
		if x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Or(cmp.Compare(len(left), len(right)), cmp.Compare(a, b))
}

func notDigit(r rune) bool { return !unicode.IsDigit(r) }
