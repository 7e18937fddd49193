package schemas

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror a file of codelists/ key by key.

type codeListRow struct {
	ID     string `yaml:"id" validate:"required"`
	Title  text   `yaml:"title" validate:"required"`
	Source string `yaml:"source" validate:"required"`
	// Registry is a kind of contributors whose codes and names the list has
	// too, as the registry holds them.
	Registry string    `yaml:"registry" validate:"omitempty,oneof=member-state"`
	Systems  []string  `yaml:"systems" validate:"unique,dive,required"`
	Codes    []codeRow `yaml:"codes" validate:"required,min=1,dive"`
}

type codeRow struct {
	Code   string            `yaml:"code" validate:"required"`
	Parent string            `yaml:"parent"`
	Names  []namesRow        `yaml:"names" validate:"required,min=1,dive"`
	Same   map[string]string `yaml:"same" validate:"dive,required"`
	Until  string            `yaml:"until" validate:"omitempty,date"`
}

var (
	listID = regexp.MustCompile(`^CL_[A-Z][A-Z0-9_]*$`)
	// codeID is what SDMX takes for the id of a code.
	codeID = regexp.MustCompile(`^[A-Za-z0-9_@$-]+$`)
)

// readCodeLists reads the lists; the registry must have been read.
func (c *Catalogue) readCodeLists(fsys []fs.FS) error {
	c.codeLists = map[string]rapporteur.CodeList{}
	return everyFile(fsys, "codelists", ".yaml", func(f fs.FS, name string) error {
		var row codeListRow
		d, err := readDocument(f, name, &row)
		if err != nil {
			return err
		}
		var all faults
		mark := func(field, format string, args ...any) { all.add(d.fault(field, format, args...)) }
		if _, twice := c.codeLists[row.ID]; twice {
			mark("id", "%s is there twice", row.ID)
		}
		list := row.convert()
		if row.Registry != "" {
			list.Codes = append(list.Codes, c.registry.codes(list)...)
		}
		row.check(list, mark)
		c.codeLists[row.ID] = list
		return all.err()
	})
}

func (r codeListRow) convert() rapporteur.CodeList {
	return rapporteur.CodeList{ID: r.ID, Title: r.Title, Source: r.Source, Systems: r.Systems, Codes: each(r.Codes, codeRow.convert)}
}

func (r codeRow) convert() rapporteur.Code {
	c := rapporteur.Code{ID: r.Code, Parent: r.Parent, Same: r.Same, Until: date(r.Until)}
	for _, n := range r.Names {
		names := n.convert()
		c.Names = append(c.Names, rapporteur.CodeName{From: names.from, Names: names.value})
	}
	return c
}

// check holds ids to their form and once, and whatever a code refers to in the
// list.
func (r codeListRow) check(list rapporteur.CodeList, mark marker) {
	if !listID.MatchString(r.ID) {
		mark("id", "want CL_ and capitals, as SDMX names code lists")
	}
	for _, language := range r.Title.lacks() {
		mark("title", "is missing in %s", language)
	}
	seen := map[string]bool{}
	for n, c := range list.Codes {
		at := fmt.Sprintf("codes[%d].", n)
		if n >= len(r.Codes) {
			at = "codes" // one of the registry's, which the file repeats
		}
		if seen[c.ID] {
			mark(at+"code", "%s is there twice", c.ID)
		}
		seen[c.ID] = true
	}
	for n, c := range r.Codes {
		at := fmt.Sprintf("codes[%d].", n)
		if !codeID.MatchString(c.Code) {
			mark(at+"code", "%q has signs that SDMX takes in no code", c.Code)
		}
		r.checkParent(list, c, at, mark)
		inOrder(at+"names", each(c.Names, func(r namesRow) string { return r.From }), mark)
		for _, system := range slices.Sorted(maps.Keys(c.Same)) {
			if !slices.Contains(r.Systems, system) {
				mark(at+"same", "%s is not among the systems of the list", system)
			}
		}
	}
}

// checkParent goes up from a code: every code above must be there, and none
// twice.
func (r codeListRow) checkParent(list rapporteur.CodeList, c codeRow, at string, mark marker) {
	for above, steps := c.Parent, 0; above != ""; steps++ {
		parent, ok := list.Code(above)
		switch {
		case !ok:
			mark(at+"parent", "there is no code %s", above)
			return
		case above == c.Code || steps > len(list.Codes):
			mark(at+"parent", "%s is above itself", above)
			return
		}
		above = parent.Parent
	}
}

// codes is the Member States as codes of a list of areas: by M49, below the
// subregion that has their name.
func (r *registry) codes(list rapporteur.CodeList) []rapporteur.Code {
	regions := map[string]string{}
	for _, c := range list.Codes {
		if len(c.Same) == 0 {
			regions[c.Name("en", rapporteur.Date{})] = c.ID
		}
	}
	var all []rapporteur.Code
	for _, m := range r.members {
		if m.base.Kind != rapporteur.KindMemberState {
			continue
		}
		c := rapporteur.Code{
			ID: m.base.M49, Parent: cmp.Or(regions[m.subregion], regions[m.base.Region]),
			Same: map[string]string{"alpha2": m.base.Alpha2, "alpha3": m.base.Alpha3, "glotip": m.base.Alpha3},
		}
		for _, names := range m.names {
			c.Names = append(c.Names, rapporteur.CodeName{From: names.from, Names: names.value})
		}
		if n := len(m.exists); n > 0 {
			c.Until = m.exists[n-1].until
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b rapporteur.Code) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// CodeLists are all code lists by id.
func (c *Catalogue) CodeLists() rapporteur.CodeLists {
	var all rapporteur.CodeLists
	for _, id := range slices.Sorted(maps.Keys(c.codeLists)) {
		all = append(all, c.codeLists[id])
	}
	return all
}

// CodeList is the code list with this id, or a not-found Problem.
func (c *Catalogue) CodeList(id string) (rapporteur.CodeList, error) {
	list, ok := c.codeLists[id]
	if !ok {
		return rapporteur.CodeList{}, rapporteur.NotFound("code list", id)
	}
	return list, nil
}
