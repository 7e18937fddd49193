package staff

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/wording"
	"github.com/rapporteur/rapporteur/web/frame"
)

var (
	contributorsPage = parse("contributors.html")
	contactsPage     = parse("contacts.html")
)

// contributorsView is the list of contributors with who can be reached.
type contributorsView struct {
	Kind, Name, Reach string
	Kinds             []rapporteur.ContributorKind
	Rows              []contributorRow
	Found             int
	Unreachable       int // of all
	Next, First       string
}

type contributorRow struct {
	rapporteur.Contributor
	Reachable bool
}

var everyKind = []rapporteur.ContributorKind{rapporteur.KindMemberState, rapporteur.KindEntity, rapporteur.KindMission, rapporteur.KindPanel}

// showContributors lists who can be asked, by name, and who has no mailbox.
func (p pages) showContributors(v *frame.Visit) error {
	query := v.Request.URL.Query()
	view := contributorsView{Kind: query.Get("kind"), Name: query.Get("name"), Reach: query.Get("reach"), Kinds: everyKind}
	var kinds []rapporteur.ContributorKind
	if slices.Contains(everyKind, rapporteur.ContributorKind(view.Kind)) {
		kinds = append(kinds, rapporteur.ContributorKind(view.Kind))
	}
	all := p.Catalogue.Contributors(rapporteur.DateOf(v.Now()), kinds...)
	missing, err := p.unreachable(v.Context(), all)
	if err != nil {
		return err
	}
	view.Unreachable = len(missing)
	var found []contributorRow
	for _, c := range rapporteur.FindContributors(all, view.Name) {
		if reachable := !missing[c.ID]; view.Reach == "" || !reachable {
			found = append(found, contributorRow{c, reachable})
		}
	}
	wording.Sort(v.Language, found, func(r contributorRow) string { return r.Name("en") })
	view.Found = len(found)
	view.page(query, found)
	return v.Render(http.StatusOK, contributorsPage, view)
}

// unreachable is who of some has no focal point.
func (p pages) unreachable(ctx context.Context, all []rapporteur.Contributor) (map[rapporteur.ContributorID]bool, error) {
	var ids []rapporteur.ContributorID
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	missing := map[rapporteur.ContributorID]bool{}
	err := p.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		found, err := r.Unreachable(ctx, ids)
		for _, id := range found {
			missing[id] = true
		}
		return err
	})
	return missing, err
}

// page cuts the rows that the address asks for.
func (c *contributorsView) page(query url.Values, found []contributorRow) {
	from := 0
	if _, err := fmt.Sscan(query.Get("from"), &from); err != nil || from < 0 || from >= len(found) {
		from = 0
	}
	c.Rows = found[from:min(from+listPage, len(found))]
	at := func(from int) string {
		next := url.Values{"kind": {c.Kind}, "name": {c.Name}, "reach": {c.Reach}}
		if from > 0 {
			next.Set("from", fmt.Sprint(from))
		}
		return contributorsAddress + "?" + next.Encode()
	}
	if from+listPage < len(found) {
		c.Next = at(from + listPage)
	}
	if from > 0 {
		c.First = at(0)
	}
}

// contactsView is the mailboxes of somebody, as they are or as they were typed.
type contactsView struct {
	Name     string
	ID       rapporteur.ContributorID
	Kind     rapporteur.ContributorKind
	Contacts []rapporteur.Contact // with a line for another
	Problem  *rapporteur.Problem
	Wrong    int // which line the problem is about, from 1; 0 for none
	Roles    []rapporteur.ContactRole
	Tongues  []string
}

// showContacts is the mailboxes of a contributor or an office.
func (p pages) showContacts(v *frame.Visit) error {
	id := rapporteur.ContributorID(v.Param("contributor"))
	if err := p.Secretariat.Addressable(id); err != nil {
		return err
	}
	var contacts []rapporteur.Contact
	err := p.Store.Read(v.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		contacts, err = r.Contacts(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	return p.contactsForm(v, http.StatusOK, contacts, nil)
}

func (p pages) contactsForm(v *frame.Visit, status int, contacts []rapporteur.Contact, problem *rapporteur.Problem) error {
	id := rapporteur.ContributorID(v.Param("contributor"))
	view := contactsView{
		ID: id, Name: string(id), Problem: problem, Roles: []rapporteur.ContactRole{rapporteur.ContactFocalPoint, rapporteur.ContactLead},
		Tongues: rapporteur.Languages,
	}
	if c, err := p.Catalogue.Contributor(id, rapporteur.DateOf(v.Now())); err == nil {
		view.Name, view.Kind = c.Name("en"), c.Kind
	}
	if problem != nil {
		_, after, _ := strings.Cut(problem.Detail, "contact ")
		_, _ = fmt.Sscan(after, &view.Wrong) // a problem of no line stays at the top
	}
	view.Contacts = append(slices.Clone(contacts), rapporteur.Contact{Role: rapporteur.ContactFocalPoint, Language: wording.English})
	return v.Render(status, contactsPage, view)
}

// putContacts replaces the mailboxes. A line without an address is left out.
func (p pages) putContacts(v *frame.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	if !form.Has("address") { // nothing is erased by a form that says nothing
		return rapporteur.Problemf(rapporteur.ProblemMalformed, "Not readable", "The form names no address; empty the address of a line to remove it.")
	}
	id := rapporteur.ContributorID(v.Param("contributor"))
	contacts := []rapporteur.Contact{}
	for n, address := range form["address"] {
		if address == "" {
			continue
		}
		at := func(name string) string {
			if values := form[name]; n < len(values) {
				return values[n]
			}
			return ""
		}
		contacts = append(contacts, rapporteur.Contact{
			Contributor: id, Role: rapporteur.ContactRole(at("role")), Name: at("name"), Address: address, Language: at("language"),
		})
	}
	err = p.Secretariat.PutContacts(v.Context(), v.Principal, id, contacts)
	if problem, ok := errors.AsType[*rapporteur.Problem](err); ok && problem.Kind == rapporteur.ProblemInvalid {
		return p.contactsForm(v, http.StatusUnprocessableEntity, contacts, problem)
	}
	if err != nil {
		return err
	}
	v.Note("The mailboxes are kept: " + english.Count("count.contacts", len(contacts)) + ".")
	return v.Redirect(v.Request.URL.Path)
}

// Line is which line of the form a contact is, from 1.
func (contactsView) Line(n int) int { return n + 1 }

// Tongue is what a language calls itself.
func (contactsView) Tongue(code string) string { return wording.Autonym(code) }
