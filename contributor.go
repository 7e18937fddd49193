package rapporteur

// ContributorID is the stable key of whoever is asked: state-ken,
// entity-unodc, mission-unmiss.
type ContributorID string

// ContributorKind tells in which capacity somebody contributes; tone, ladder
// and questionnaire follow it.
type ContributorKind string

// The kinds of contributors.
const (
	KindMemberState ContributorKind = "member-state"
	KindEntity      ContributorKind = "entity"
	KindMission     ContributorKind = "mission"
	KindPanel       ContributorKind = "panel" // monitoring groups, teams and panels of sanctions committees
)

// Languages are the six official languages, in the order of their English
// names; keys of every multilingual text.
var Languages = []string{"ar", "zh", "en", "fr", "ru", "es"}

// Contributor is a Member State, United Nations entity or mission as it stood
// on a date (names and membership change).
type Contributor struct {
	ID     ContributorID
	Kind   ContributorKind
	Names  map[string]string // short name by language; English always present
	Alpha2 string            // ISO 3166-1, Member States only
	Alpha3 string
	M49    string // three digits
	Region string
	Host   string // missions: host country or area
	// Succeeds is who did before what this contributor does, if anybody.
	Succeeds ContributorID
}

// Name is the contributor's name in a language, or in English where that
// language has none.
func (c Contributor) Name(language string) string {
	if name := c.Names[language]; name != "" {
		return name
	}
	return c.Names["en"]
}

// ContactRole tells what a contact is written to for.
type ContactRole string

// A focal point receives requests and reminders; a lead receives what is
// escalated.
const (
	ContactFocalPoint ContactRole = "focal-point"
	ContactLead       ContactRole = "lead"
)

// Contact is a mailbox of a contributor. It is personal data: it stays in the
// store and in mails, never in logs or workflow histories.
type Contact struct {
	Contributor ContributorID
	Role        ContactRole
	Name        string
	Address     string // RFC 5322 address
	Language    string // one of Languages
}
