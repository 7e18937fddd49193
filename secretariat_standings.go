package rapporteur

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// StandingQuery asks how some contributors of a cycle stand; zero fields do not
// narrow.
type StandingQuery struct {
	Kinds  []ContributorKind
	States []RequestState
	Region string        // of Member States
	Name   string        // part of a name in any language, or of the id
	After  ContributorID // contributors after this one
	Limit  int           // at most so many, 50 where 0
}

// standingPage is how many contributors a list has where nobody says.
const standingPage = 50

// Standings lists how contributors of a cycle stand, by id, and tells whether
// there are more. The cycle and the one before it are those of its board.
func (s Secretariat) Standings(ctx context.Context, b Board, q StandingQuery) (found []NamedStanding, more bool, err error) {
	if q.Limit <= 0 {
		q.Limit = standingPage
	}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		filter := StandingFilter{Cycle: b.Cycle.ID, Previous: b.Previous, Kinds: q.Kinds, States: q.States, After: q.After, Limit: q.Limit + 1}
		standings, err := s.standings(ctx, r, filter, s.candidates(b.Cycle, q))
		for _, c := range standings {
			found = append(found, s.named(b.Cycle, c))
		}
		return err
	})
	if len(found) > q.Limit {
		return found[:q.Limit], true, err
	}
	return found, false, err
}

// candidatesTogether is how many contributors one query names.
const candidatesTogether = 500

// standings reads as many standings as the filter wants, of everybody where there
// are no candidates to choose from, or of the candidates.
func (s Secretariat) standings(ctx context.Context, r Reader, f StandingFilter, candidates []ContributorID) ([]ContributorStanding, error) {
	if candidates == nil {
		return r.Standings(ctx, f)
	}
	var found []ContributorStanding
	wanted := f.Limit
	for some := range slices.Chunk(candidates, candidatesTogether) {
		f.Contributors, f.Limit = some, wanted-len(found)
		more, err := r.Standings(ctx, f)
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= wanted {
			break
		}
	}
	return found, nil
}

// candidates are who a query by region or name can mean, by id; nil where it asks
// for neither.
func (s Secretariat) candidates(c Cycle, q StandingQuery) []ContributorID {
	name := folded(q.Name)
	if q.Region == "" && name == "" {
		return nil
	}
	ids := []ContributorID{}
	for _, contributor := range s.Catalogue.Contributors(c.Plan.Date(DateOpens), q.Kinds...) {
		if (q.Region == "" || contributor.Region == q.Region) && contributor.called(name) && contributor.ID > q.After {
			ids = append(ids, contributor.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// FindContributors lists who existed on a date and whose name or id holds a text,
// by id, as people search: without regard to capitals and accents.
func FindContributors(all []Contributor, text string) []Contributor {
	text = folded(text)
	return slices.DeleteFunc(slices.Clone(all), func(c Contributor) bool { return !c.called(text) })
}

// called reports whether the contributor's id, or its name in some language, has
// a part. The part is folded.
func (c Contributor) called(part string) bool {
	if part == "" || strings.Contains(string(c.ID), part) {
		return true
	}
	for _, name := range c.Names {
		if strings.Contains(folded(name), part) {
			return true
		}
	}
	return false
}

// folded is a text as it is compared: in small letters and without accents.
func folded(text string) string {
	small := strings.ToLower(strings.TrimSpace(text))
	without, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), small)
	if err != nil {
		return small
	}
	return without
}
