package access

import (
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The groups of actions that the scope of a key can name in place of actions.
const (
	ScopeReadOnly    = "read-only"   // whatever only reads
	ScopeSubmissions = "submissions" // writing, checking and submitting answers and deliveries, and what has to be read for it
)

// groups are the actions of each group.
var groups = map[string]func(Action) bool{
	ScopeReadOnly: readsOnly,
	ScopeSubmissions: func(a Action) bool {
		return slices.Contains([]Action{
			ReadCatalogue, ListCycles, ReadCycle, ListRequests, ReadRequest, CheckAnswer, Submit, ReadWorkingAnswer, WriteWorkingAnswer,
			ReadSubmission, Attach, ReadAttachment, ReadIntake, Deliver, ReadDelivery,
		}, a)
	},
}

// readsOnly reports whether an action changes nothing. The names of those that
// do not say so.
func readsOnly(a Action) bool {
	return strings.HasPrefix(string(a), "read-") || strings.HasPrefix(string(a), "list-") || a == CheckAnswer || a == PreviewCycle
}

// ScopeNames lists what a scope can be made of: the groups, then the actions in
// the order of the policy.
func ScopeNames() []string {
	names := []string{ScopeReadOnly, ScopeSubmissions}
	for _, rule := range Policy {
		names = append(names, string(rule.Action))
	}
	return names
}

// covers reports whether a scope lets an action through; an empty one lets all.
func covers(scope string, action Action) bool {
	if scope == "" {
		return true
	}
	return slices.ContainsFunc(strings.Fields(scope), func(name string) bool {
		if in, isGroup := groups[name]; isGroup {
			return in(action)
		}
		return name == string(action)
	})
}

// joinScope writes a scope for a role. A name that there is none of, and a name
// that gives the role nothing, are refused: a key must not turn out to hold less
// than whoever issued it believes.
func joinScope(role rapporteur.Role, names []string) (string, error) {
	var all []string
	for _, name := range names {
		for part := range strings.FieldsSeq(name) {
			useful := slices.ContainsFunc(Policy, func(rule Rule) bool { return covers(part, rule.Action) && rule.Roles[role] != Nothing })
			switch {
			case !slices.Contains(ScopeNames(), part):
				return "", invalidKey("There is no action or group %q; a scope is made of %s.", part, strings.Join(ScopeNames(), ", "))
			case !useful:
				return "", invalidKey("The role %s may not do %s.", role, part)
			}
			all = append(all, part)
		}
	}
	if len(names) > 0 && len(all) == 0 {
		return "", invalidKey("The scope names nothing; leave it out for all that the role may do.")
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " "), nil
}
