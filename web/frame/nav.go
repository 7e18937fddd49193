package frame

import (
	"cmp"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
)

// Nav is a place that the head of every page leads some people to.
type Nav struct {
	Address string
	Key     string        // of its name in the book
	Book    *wording.Book // whose words name it
	Order   int           // from small to large
	Roles   []rapporteur.Role
}

// Lead adds a place to the heads of pages.
func (f *Frame) Lead(n Nav) {
	f.nav = append(f.nav, n)
	slices.SortStableFunc(f.nav, func(a, b Nav) int { return cmp.Compare(a.Order, b.Order) })
}

// links are the places of whoever is signed in.
func (v *Visit) links() []link {
	var all []link
	for _, n := range v.frame.nav {
		if !slices.Contains(n.Roles, v.Principal.Role) {
			continue
		}
		at := v.Request.URL.Path
		all = append(all, link{
			Address: n.Address, Name: n.Book.In(v.Language).Say(n.Key),
			Current: at == n.Address || strings.HasPrefix(at, n.Address+"/"),
		})
	}
	return all
}

// Home is the first of the places of a role: where somebody goes who has signed
// in and wants nothing in particular.
func (f *Frame) Home(role rapporteur.Role) string {
	for _, n := range f.nav {
		if slices.Contains(n.Roles, role) {
			return n.Address
		}
	}
	return "/sign-in"
}

// Home is the frame's, for who is signed in.
func (v *Visit) Home() string { return v.frame.Home(v.Principal.Role) }

// capacity is in which capacity somebody is signed in, in words.
func (v *Visit) capacity() string {
	p := v.Principal
	if p.ID == "" {
		return ""
	}
	w := words.In(v.Language)
	switch {
	case p.Office != "":
		return w.Say("role."+string(p.Role)) + ", " + p.Office
	case p.Contributor != "":
		c, err := v.frame.Catalogue.Contributor(p.Contributor, rapporteur.DateOf(v.Now()))
		if err != nil {
			return string(p.Contributor)
		}
		return c.Name(v.Language)
	}
	return w.Say("role." + string(p.Role))
}
