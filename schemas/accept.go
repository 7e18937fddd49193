package schemas

import (
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// acceptor says yes to what a schema accepts, without saying why not: it is
// some ten times quicker than the schema library, whose words are only needed
// for what is wrong. It is made from the schema that the library compiled, and
// knows the keywords that questionnaires use. docs/adr/0015 tells why it is
// there; tests hold it against the library.
type acceptor struct {
	types    typeSet
	enum     map[string]bool
	constant *string
	format   *jsonschema.Format
	text     textLimits
	number   numberLimits
	array    *arrayLimits
	object   *objectLimits
	all      []*acceptor // $ref: whatever it refers to must accept the value too
	branches *branches
}

// branches are if, then and else; one that is nil accepts everything.
type branches struct{ when, then, otherwise *acceptor }

// accepts reports whether the schema accepts a value as readBody makes them.
func (a *acceptor) accepts(v any) bool {
	if a == nil {
		return true
	}
	if !a.types.has(v) || a.format != nil && a.format.Validate(v) != nil {
		return false
	}
	if a.enum != nil || a.constant != nil {
		code, isText := v.(string)
		if !isText || a.enum != nil && !a.enum[code] || a.constant != nil && *a.constant != code {
			return false
		}
	}
	switch v := v.(type) {
	case string:
		if !a.text.accepts(v) {
			return false
		}
	case int64, float64:
		if !a.number.accepts(v) {
			return false
		}
	case []any:
		if a.array != nil && !a.array.accepts(v) {
			return false
		}
	case map[string]any:
		if a.object != nil && !a.object.accepts(v) {
			return false
		}
	}
	for _, other := range a.all {
		if !other.accepts(v) {
			return false
		}
	}
	return a.branches == nil || a.branches.accepts(v)
}

func (b branches) accepts(v any) bool {
	if b.when.accepts(v) {
		return b.then.accepts(v)
	}
	return b.otherwise.accepts(v)
}

// notBlank is the pattern \S, which is of ASCII's blanks only.
func notBlank(s string) bool { return strings.Trim(s, "\t\n\f\r ") != "" }
