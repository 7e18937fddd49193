package storetest

import (
	"context"

	"github.com/rapporteur/rapporteur"
)

func putContacts(t tb, s rapporteur.Store, id rapporteur.ContributorID, contacts ...rapporteur.Contact) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutContacts(ctx, id, contacts) })
}

var (
	focalPoint = rapporteur.Contact{Role: rapporteur.ContactFocalPoint, Name: "Focal Point", Address: "focal@example.org", Language: "en"}
	lead       = rapporteur.Contact{Role: rapporteur.ContactLead, Name: "Lead", Address: "lead@example.org", Language: "fr"}
)

var contactTests = []test{
	{"contacts are replaced whole, keep their order and can be erased", func(t tb, s rapporteur.Store) {
		read := func() []rapporteur.Contact {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Contact, error) {
				return r.Contacts(ctx, kenya)
			})
		}
		if got := read(); got == nil || len(got) > 0 {
			t.Errorf("contacts before the first are %v, want an empty list", got)
		}
		mine := func(c rapporteur.Contact) rapporteur.Contact { c.Contributor = kenya; return c }
		putContacts(t, s, kenya, focalPoint)
		putContacts(t, s, peru, focalPoint)
		putContacts(t, s, kenya, lead, focalPoint, lead)
		same(t, "contacts", read(), []rapporteur.Contact{mine(lead), mine(focalPoint), mine(lead)})
		putContacts(t, s, kenya)
		if got := read(); got == nil || len(got) > 0 {
			t.Errorf("contacts after the last are %v, want an empty list", got)
		}
	}},
	{"only a focal point with an address can be reached", func(t tb, s rapporteur.Store) {
		noAddress := focalPoint
		noAddress.Address = ""
		putContacts(t, s, "reachable", lead, focalPoint)
		putContacts(t, s, "lead-only", lead)
		putContacts(t, s, "no-address", noAddress)
		putContacts(t, s, "erased", focalPoint)
		putContacts(t, s, "erased")
		putContacts(t, s, "gained", lead)
		putContacts(t, s, "gained", focalPoint)
		putContacts(t, s, "lost", focalPoint)
		putContacts(t, s, "lost", lead)
		unreachable := func(ids ...rapporteur.ContributorID) []rapporteur.ContributorID {
			return get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.ContributorID, error) {
				return r.Unreachable(ctx, ids)
			})
		}
		same(t, "unreachable", unreachable("unknown", "reachable", "no-address", "lead-only", "erased", "gained", "lost"),
			[]rapporteur.ContributorID{"unknown", "no-address", "lead-only", "erased", "lost"})
		if got := unreachable("reachable"); got == nil || len(got) > 0 {
			t.Errorf("unreachable are %v, want an empty list", got)
		}
	}},
}
