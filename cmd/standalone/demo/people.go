package demo

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// behaviour is how a contributor of the demonstration deals with its request.
type behaviour string

const (
	onTime          behaviour = "on time"
	afterReminder   behaviour = "after a reminder"
	afterDeadline   behaviour = "after the deadline"
	invalidFirst    behaviour = "invalid, then corrected"
	sentBack        behaviour = "returned, then corrected"
	extended        behaviour = "extended"
	refused         behaviour = "extension refused"
	nothing         behaviour = "nothing to report"
	notApplicable   behaviour = "not applicable"
	covered         behaviour = "covered by another report"
	declines        behaviour = "declined"
	partly          behaviour = "partial"
	silent          behaviour = "silent"
	afterEscalation behaviour = "after an escalation"
)

// share is how many in a hundred behave in a way.
type share struct {
	behaviour behaviour
	percent   int
}

// habits are the shares by kind of contributor. Member States are invited and
// often silent; entities and missions nearly always answer. The proportions
// are made up: how many States replied to the real request is not public.
var habits = map[rapporteur.ContributorKind][]share{
	rapporteur.KindMemberState: {
		{onTime, 22}, {afterReminder, 14}, {afterDeadline, 6}, {invalidFirst, 7}, {sentBack, 4}, {extended, 5},
		{refused, 1}, {nothing, 7}, {notApplicable, 1}, {covered, 1}, {declines, 2}, {partly, 4}, {silent, 26},
	},
	rapporteur.KindEntity: {
		{onTime, 44}, {afterReminder, 18}, {invalidFirst, 8}, {sentBack, 6}, {extended, 8}, {nothing, 6},
		{covered, 3}, {afterEscalation, 5}, {silent, 2},
	},
	rapporteur.KindMission: {
		{onTime, 40}, {afterReminder, 20}, {invalidFirst, 6}, {sentBack, 6}, {extended, 6}, {nothing, 14},
		{afterEscalation, 6}, {silent, 2},
	},
}

// person is one contributor of the demonstration.
type person struct {
	contributor rapporteur.Contributor
	behaviour   behaviour
	client      remote.Client
	random      *rand.Rand
}

// newPerson gives a contributor its habits; the same seed gives the same.
func newPerson(c rapporteur.Contributor, seed uint64) *person {
	random := rand.New(rand.NewPCG(seed, hash(string(c.ID)))) //nolint:gosec // a year that can be played again, no secret
	p := &person{contributor: c, random: random, behaviour: silent}
	draw := random.IntN(100)
	for _, s := range habits[c.Kind] {
		if draw -= s.percent; draw < 0 {
			p.behaviour = s.behaviour
			break
		}
	}
	return p
}

// hash spreads an id over 64 bits.
func hash(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:])
}

// name orders a contributor's acts.
func (p *person) name() string { return string(p.contributor.ID) }

// francophone are some of the States whose missions write in French.
var francophone = []string{
	"BEL", "BEN", "BFA", "BDI", "CMR", "CAF", "TCD", "COM", "COG", "COD", "CIV", "DJI", "FRA", "GAB", "GIN", "HTI",
	"LUX", "MDG", "MLI", "MCO", "NER", "SEN", "CHE", "TGO", "TUN", "MAR", "DZA", "MRT",
}

// language is the one in which the contributor is written to and answers.
func (p *person) language() string {
	if slices.Contains(francophone, p.contributor.Alpha3) {
		return "fr"
	}
	return "en"
}
