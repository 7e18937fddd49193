package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Contributor is a Member State, entity or mission on the wire.
type Contributor struct {
	ID     string            `json:"id" example:"state-ken"`
	Kind   string            `json:"kind" enum:"member-state,entity,mission,panel"`
	Name   string            `json:"name" doc:"In the official language of Accept-Language, English where that names none."`
	Names  map[string]string `json:"names" doc:"Short names by language."`
	Alpha2 string            `json:"alpha_2,omitempty" doc:"ISO 3166-1, Member States only."`
	Alpha3 string            `json:"alpha_3,omitempty"`
	M49    string            `json:"m49,omitempty"`
	Region string            `json:"region,omitempty"`
	Host   string            `json:"host,omitempty" doc:"Missions: host country or area."`
}

// Contact is a mailbox of a contributor on the wire. It is personal data.
type Contact struct {
	Role     string `json:"role" enum:"focal-point,lead" doc:"A focal point receives requests and reminders, a lead what is escalated."`
	Name     string `json:"name" maxLength:"200"`
	Address  string `json:"address" maxLength:"254" doc:"A plain mail address (RFC 5322)."`
	Language string `json:"language" enum:"ar,zh,en,fr,ru,es"`
}

type contributorsInput struct {
	Paged
	Kind []string `query:"kind" enum:"member-state,entity,mission,panel" doc:"Only these kinds."`
	On   string   `query:"on" format:"date" doc:"As of this date; today where left out."`
}

type contributorsOutput struct {
	Vary string `header:"Vary"`
	Body struct {
		Items      []Contributor `json:"items"`
		NextCursor string        `json:"next_cursor,omitempty" doc:"Left out on the last page."`
	} `nameHint:"ContributorPage"`
}

// ContributorPath names a contributor or a clearance office.
type ContributorPath struct {
	Contributor string `path:"contributor" maxLength:"80" example:"state-ken" doc:"Id of the contributor, or office-… for a clearance office."`
}

func (p *ContributorPath) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Contributor: rapporteur.ContributorID(p.Contributor)}
}

type contactsInput struct {
	ContributorPath
	IfNoneMatch
}

type putContactsInput struct {
	ContributorPath
	IfMatch
	Body Contacts
}

// Contacts are all mailboxes of a contributor.
type Contacts struct {
	Contacts []Contact `json:"contacts" maxItems:"20"`
}

type contactsOutput struct {
	ETag string `header:"ETag"`
	Body Contacts
}

func (s *service) registerContributors() {
	register(s, operation{
		id: "list-contributors", method: http.MethodGet, path: "/v1/contributors", tag: tagCatalogue, action: access.ReadCatalogue,
		summary: "List contributors", description: "Who exists on a date and can be asked: Member States, United Nations entities and missions, by id.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemMalformed},
	}, s.listContributors)
	register(s, operation{
		id: "get-contacts", method: http.MethodGet, path: "/v1/contributors/{contributor}/contacts", tag: tagCatalogue, action: access.ReadContacts,
		summary: "Read contacts", description: "The mailboxes to which a contributor's or a clearance office's messages go. Personal data.",
	}, s.getContacts)
	register(s, operation{
		id: "put-contacts", method: http.MethodPut, path: "/v1/contributors/{contributor}/contacts", tag: tagCatalogue, action: access.WriteContacts,
		summary: "Replace contacts", description: "Puts these mailboxes in place of those there were. A cycle opens only when everybody it asks has a focal point.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemPrecondition},
	}, s.putContacts)
}

func (s *service) listContributors(ctx context.Context, in *contributorsInput) (*contributorsOutput, error) {
	on, err := dateOf(in.On)
	if err != nil {
		return nil, err
	}
	if on.IsZero() {
		on = rapporteur.DateOf(s.Clock())
	}
	after, err := in.after()
	if err != nil {
		return nil, err
	}
	var kinds []rapporteur.ContributorKind
	for _, kind := range in.Kind {
		kinds = append(kinds, rapporteur.ContributorKind(kind))
	}
	found := s.Catalogue.Contributors(on, kinds...)
	start, _ := slices.BinarySearchFunc(found, after, func(c rapporteur.Contributor, id string) int {
		if string(c.ID) <= id {
			return -1
		}
		return 1
	})
	out := &contributorsOutput{Vary: "Accept-Language"}
	out.Body.Items = []Contributor{}
	cut, next := page(found[start:], in.Limit, func(c rapporteur.Contributor) string { return string(c.ID) })
	out.Body.NextCursor = next
	for _, c := range cut {
		out.Body.Items = append(out.Body.Items, Contributor{
			ID: string(c.ID), Kind: string(c.Kind), Name: c.Name(callOf(ctx).language), Names: c.Names,
			Alpha2: c.Alpha2, Alpha3: c.Alpha3, M49: c.M49, Region: c.Region, Host: c.Host,
		})
	}
	return out, nil
}

func (s *service) getContacts(ctx context.Context, in *contactsInput) (*contactsOutput, error) {
	id := rapporteur.ContributorID(in.Contributor)
	if err := s.Secretariat.Addressable(id); err != nil {
		return nil, err
	}
	var out *contactsOutput
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		contacts, err := r.Contacts(ctx, id)
		out = contactsOf(contacts)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	return out, nil
}

func contactsOf(contacts []rapporteur.Contact) *contactsOutput {
	out := &contactsOutput{}
	out.Body.Contacts = []Contact{}
	for _, c := range contacts {
		out.Body.Contacts = append(out.Body.Contacts, Contact{Role: string(c.Role), Name: c.Name, Address: c.Address, Language: c.Language})
	}
	out.ETag = etagOf(0, out.Body)
	return out
}

func (s *service) putContacts(ctx context.Context, in *putContactsInput) (*contactsOutput, error) {
	id := rapporteur.ContributorID(in.Contributor)
	if err := s.Secretariat.Addressable(id); err != nil {
		return nil, err
	}
	contacts := make([]rapporteur.Contact, 0, len(in.Body.Contacts))
	for _, c := range in.Body.Contacts {
		contacts = append(contacts, rapporteur.Contact{
			Contributor: id, Role: rapporteur.ContactRole(c.Role), Name: c.Name, Address: c.Address, Language: c.Language,
		})
	}
	secretariat := s.Secretariat
	secretariat.Store = guarded{s.Store, func(ctx context.Context, tx rapporteur.Tx) error {
		present, err := tx.Contacts(ctx, id)
		if err != nil {
			return err
		}
		return in.holdsFor(contactsOf(present).ETag)
	}}
	if err := secretariat.PutContacts(ctx, callOf(ctx).principal, id, contacts); err != nil {
		return nil, err
	}
	return contactsOf(contacts), nil
}
