package rapporteur

import "fmt"

// aboutAccess says who came in and who may act for whom. Persons are told by
// their ids, which say nothing of names or addresses.
var aboutAccess = map[Action]func(narrator, AuditRecord) string{
	ActionPersonSignedIn: func(n narrator, r AuditRecord) string {
		return "Signed in " + n.capacity(r)
	},
	ActionLinkAsked: func(n narrator, r AuditRecord) string {
		return "Link asked for to sign in " + n.capacity(r)
	},
	ActionLinkUsed: func(n narrator, r AuditRecord) string {
		return "Link used to sign in " + n.capacity(r)
	},
	ActionPersonBlocked: func(_ narrator, r AuditRecord) string {
		return "Kept out from now on: " + r.Details["person"]
	},
	ActionPersonUnblocked: func(_ narrator, r AuditRecord) string {
		return "Let in again: " + r.Details["person"]
	},
	ActionDelegationGiven: func(n narrator, r AuditRecord) string {
		return fmt.Sprintf("%s: work on answers delegated to %s from %s until %s",
			n.name(r.Contributor), r.Details["to"], dateWords(r, "from-date"), dateWords(r, "until"))
	},
	ActionDelegationEnded: func(n narrator, r AuditRecord) string {
		return fmt.Sprintf("%s: delegation to %s ended", n.name(r.Contributor), r.Details["to"])
	},
}

// capacity tells in which role somebody signs in, for whom, and who delegated to
// them.
func (n narrator) capacity(r AuditRecord) string {
	text := "as " + r.Details["role"]
	switch {
	case r.Contributor != "" && r.Details["standing"] != "":
		text = fmt.Sprintf("as %s of %s", r.Details["standing"], n.name(r.Contributor))
	case r.Contributor != "":
		text = "for " + n.name(r.Contributor)
	case r.Details["office"] != "":
		text += " of " + r.Details["office"]
	}
	if who := r.Details[DetailFor]; who != "" {
		text += ", delegated by " + who
	}
	return text
}
