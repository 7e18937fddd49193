package figures

// unlimited is more persons than there are.
const unlimited = int64(1) << 40

// model is what somebody takes the withheld figures for.
type model uint8

const (
	// tokens: they take every token for a small count.
	tokens model = iota
	// marks: they know which figures were withheld only as companions.
	marks
	// flags: they know it, and that these are not below the threshold.
	flags
	modelCount int = iota
)

// bounds is what somebody knows about each figure of a block.
type bounds struct {
	low, high       []int64
	raised, lowered []int // relation that moved the bound last, −1 for none
}

func (k *bounds) size(cells int) {
	if cap(k.low) < cells {
		*k = bounds{make([]int64, cells), make([]int64, cells), make([]int, cells), make([]int, cells)}
	}
	k.low, k.high, k.raised, k.lowered = k.low[:cells], k.high[:cells], k.raised[:cells], k.lowered[:cells]
}

func (k *bounds) copyFrom(o *bounds) {
	k.size(len(o.low))
	copy(k.low, o.low)
	copy(k.high, o.high)
	copy(k.raised, o.raised)
	copy(k.lowered, o.lowered)
}

// start is what is known of a figure before anything is reckoned.
func (c *cell) start(m model, remembers bool) (low, high int64) {
	switch {
	case c.status == open:
		return int64(c.number), int64(c.number)
	case remembers && c.told:
		return int64(c.known), int64(c.known)
	case c.status == primary || m == tokens:
		return 0, int64(c.threshold - 1)
	case m == flags:
		return int64(c.threshold), unlimited
	}
	return 0, unlimited
}

// safe reports whether enough is left of what a withheld figure may be: as many
// values as its threshold, so that a small one may be any small count. Who knows
// that a withheld total is large knows also that its parts are not all zero;
// there it has to be enough that no figure has a single value.
func (c *cell) safe(m model, low, high int64) bool {
	if m == flags {
		return high > low
	}
	return high-low >= int64(c.threshold-1)
}

func (c *cell) withheld() bool { return c.status == primary || c.status == companion }

// fit is what a relation is good for.
type fit uint8

const (
	exact   fit = iota // the parts are the sum
	atLeast            // the parts do not reach the sum: there must be others
	broken             // it cannot hold
)

// fit looks at a relation by itself.
func (k *bounds) fit(r relation) fit {
	low, high := k.span(r.parts)
	least, most := k.span(r.whole)
	switch {
	case most < low:
		return broken
	case r.more || least > high:
		return atLeast
	}
	return exact
}

// span is the least and the most that figures add up to.
func (k *bounds) span(cells []int) (low, high int64) {
	for _, c := range cells {
		low += k.low[c]
		high += k.high[c]
	}
	return low, high
}

// narrow applies a relation to whatever is not told. Bounds may cross where
// relations contradict each other.
func (k *bounds) narrow(secret func(int) bool, r relation, f fit, n int) bool {
	low, high := k.span(r.parts)
	if f == atLeast {
		high = 2 * unlimited * int64(len(r.whole)+1)
	}
	narrowed := k.side(secret, r.whole, low, high, n)
	low, high = k.span(r.whole)
	if f == atLeast {
		low = -unlimited
	}
	return k.side(secret, r.parts, low, high, n) || narrowed
}

// side narrows figures that add up to something between from and to.
func (k *bounds) side(secret func(int) bool, of []int, from, to int64, n int) (narrowed bool) {
	low, high := k.span(of)
	for _, c := range of {
		if !secret(c) {
			continue
		}
		most, least := to-(low-k.low[c]), from-(high-k.high[c])
		if most < k.high[c] {
			high -= k.high[c] - most
			k.high[c], k.lowered[c], narrowed = most, n, true
		}
		if least > k.low[c] {
			low += least - k.low[c]
			k.low[c], k.raised[c], narrowed = least, n, true
		}
	}
	return narrowed
}
