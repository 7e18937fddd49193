package storetest

import (
	"context"
	"sync"
	"time"

	"github.com/rapporteur/rapporteur"
)

func readPerson(ctx context.Context, r rapporteur.Reader) (rapporteur.Person, error) {
	return r.Person(ctx, "p")
}

func readSession(token string) func(context.Context, rapporteur.Reader) (rapporteur.Session, error) {
	return func(ctx context.Context, r rapporteur.Reader) (rapporteur.Session, error) {
		return r.Session(ctx, token)
	}
}

func someone(id string) rapporteur.Person {
	return rapporteur.Person{
		ID: id, Role: rapporteur.RoleContributor, Contributor: kenya, Standing: rapporteur.StandingLead, Label: "Ada",
		FirstSeen: rapporteur.DateOf(instant), LastSeen: rapporteur.DateOf(instant),
	}
}

var accessTests = []test{
	{"a person who comes again keeps the first day, and stays blocked", comesAgain},
	{"a person is blocked with the first date, and let in again", isBlocked},
	{"a session is replaced, ended by its person, and swept", hasSessions},
	{"a link is used once, however many try", isUsedOnce},
	{"links that were asked for are counted by whom and when", countsAsked},
	{"mailboxes are found by address in any letters", findsMailboxes},
	{"a delegation is there once, and ends once", endsOnce},
}

func comesAgain(t tb, s rapporteur.Store) {
	missing(t, s, "person", readPerson)
	first := someone("p")
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutPerson(ctx, first) })
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.BlockPerson(ctx, "p", "key-1", instant) })
	again := first
	again.Role, again.Contributor, again.Standing, again.Office = rapporteur.RoleClearance, "", "", "OLA"
	again.FirstSeen, again.LastSeen = first.FirstSeen.AddDays(3), first.LastSeen.AddDays(3)
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutPerson(ctx, again) })
	want := again
	want.FirstSeen, want.BlockedAt, want.BlockedBy = first.FirstSeen, instant, "key-1"
	same(t, "person", get(t, s, readPerson), want)
}

func isBlocked(t tb, s rapporteur.Store) {
	block := func(id string, at time.Time) func(context.Context, rapporteur.Tx) error {
		return func(ctx context.Context, tx rapporteur.Tx) error { return tx.BlockPerson(ctx, id, "key-1", at) }
	}
	unblock := func(ctx context.Context, tx rapporteur.Tx) error { return tx.UnblockPerson(ctx, "p") }
	refused(t, s, rapporteur.ProblemNotFound, block("p", instant))
	refused(t, s, rapporteur.ProblemNotFound, unblock)
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutPerson(ctx, someone("p")) })
	write(t, s, block("p", instant))
	write(t, s, block("p", instant.Add(time.Hour)))
	if got := get(t, s, readPerson).BlockedAt; !got.Equal(instant) {
		t.Errorf("blocked at %s, want %s", got, instant)
	}
	write(t, s, unblock)
	same(t, "person", get(t, s, readPerson), someone("p"))
}

func hasSessions(t tb, s rapporteur.Store) {
	put := func(token, person string, expires time.Time) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.PutSession(ctx, rapporteur.Session{Token: token, Person: person, Data: []byte(token), Expires: expires})
		})
	}
	put("a", "", instant)
	put("a", "p", instant.Add(time.Hour))
	put("b", "p", instant.Add(time.Hour))
	put("c", "q", instant.Add(time.Hour))
	put("d", "q", instant)
	same(t, "session", get(t, s, readSession("a")), rapporteur.Session{Token: "a", Person: "p", Data: []byte("a"), Expires: instant.Add(time.Hour)})
	ended := 0
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) (err error) {
		ended, err = tx.EndSessions(ctx, "p")
		return err
	})
	same(t, "sessions ended", ended, 2)
	missing(t, s, "session", readSession("a"))
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.SweepSignIn(ctx, rapporteur.SignInLeftovers{Sessions: instant})
	})
	missing(t, s, "expired session", readSession("d"))
	get(t, s, readSession("c"))
	for range 2 {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.DeleteSession(ctx, "c") })
	}
	missing(t, s, "session", readSession("c"))
}

func isUsedOnce(t tb, s rapporteur.Store) {
	use := rapporteur.LinkUse{ID: "l", Person: "p", UsedAt: instant, Until: instant.Add(time.Hour)}
	used := func(ctx context.Context, r rapporteur.Reader) (bool, error) { return r.LinkUsed(ctx, "l") }
	same(t, "used", get(t, s, used), false)
	const users = 8
	outcomes := make(chan error, users)
	var group sync.WaitGroup
	for range users {
		group.Go(func() {
			outcomes <- s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertLinkUse(ctx, use) })
		})
	}
	group.Wait()
	close(outcomes)
	let := 0
	for err := range outcomes {
		if err == nil {
			let++
			continue
		}
		wantProblem(t, err, rapporteur.ProblemConflict)
	}
	same(t, "uses", let, 1)
	same(t, "used", get(t, s, used), true)
	sweep := func(before time.Time) {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.SweepSignIn(ctx, rapporteur.SignInLeftovers{Uses: before})
		})
	}
	sweep(instant.Add(59 * time.Minute))
	same(t, "used while it could be used", get(t, s, used), true)
	sweep(instant.Add(time.Hour))
	same(t, "used when swept", get(t, s, used), false)
}

func countsAsked(t tb, s rapporteur.Store) {
	for _, a := range []rapporteur.LinkAsk{
		{ID: "1", Address: "x", Contributor: kenya, At: instant},
		{ID: "2", Address: "x", Contributor: kenya, At: instant.Add(time.Minute)},
		{ID: "3", Address: "y", Contributor: kenya, At: instant.Add(time.Minute)},
		{ID: "4", Address: "y", At: instant.Add(time.Minute)},
	} {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertLinkAsk(ctx, a) })
	}
	count := func(of rapporteur.LinkAsk, since time.Time) int {
		return get(t, s, func(ctx context.Context, r rapporteur.Reader) (int, error) { return r.LinksAsked(ctx, of, since) })
	}
	long := instant.Add(-time.Hour)
	same(t, "of an address", count(rapporteur.LinkAsk{Address: "x"}, long), 2)
	same(t, "of an address, lately", count(rapporteur.LinkAsk{Address: "x"}, instant), 1)
	same(t, "of a contributor", count(rapporteur.LinkAsk{Contributor: kenya}, long), 3)
	same(t, "of all", count(rapporteur.LinkAsk{}, long), 3)
	write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.SweepSignIn(ctx, rapporteur.SignInLeftovers{Asks: instant})
	})
	same(t, "after sweeping", count(rapporteur.LinkAsk{Address: "x"}, long), 1)
}

func findsMailboxes(t tb, s rapporteur.Store) {
	put := func(id rapporteur.ContributorID, addresses ...string) {
		var contacts []rapporteur.Contact
		for _, a := range addresses {
			contacts = append(contacts, rapporteur.Contact{Contributor: id, Role: rapporteur.ContactFocalPoint, Address: a, Language: "en"})
		}
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error { return tx.PutContacts(ctx, id, contacts) })
	}
	put(kenya, "Ada_L@example.org", "x&y@example.org")
	put(peru, "AdaxL@example.org", "ada_l@example.org")
	find := func(address string) []string {
		found := []string{}
		for _, c := range get(t, s, func(ctx context.Context, r rapporteur.Reader) ([]rapporteur.Contact, error) {
			return r.Mailboxes(ctx, address)
		}) {
			found = append(found, string(c.Contributor)+" "+c.Address)
		}
		return found
	}
	same(t, "an address", find("ada_l@EXAMPLE.org"), []string{string(kenya) + " Ada_L@example.org", string(peru) + " ada_l@example.org"})
	same(t, "an address with a sign", find("x&y@example.org"), []string{string(kenya) + " x&y@example.org"})
	same(t, "part of an address", find("da_l@example.org"), []string{})
	same(t, "a pattern", find("%@example.org"), []string{})
}

func endsOnce(t tb, s rapporteur.Store) {
	given := rapporteur.Colleague{
		ID: "d-1", Contributor: kenya, Name: "Grace", Address: "grace@example.org", Language: "fr",
		From: rapporteur.DateOf(instant), Until: rapporteur.DateOf(instant).AddDays(9), GivenBy: "p", GivenAt: instant,
	}
	read := func(ctx context.Context, r rapporteur.Reader) (rapporteur.Colleague, error) {
		return r.Colleague(ctx, "d-1")
	}
	missing(t, s, "delegation", read)
	insert := func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.InsertColleague(ctx, given, "fingerprint")
	}
	write(t, s, insert)
	refused(t, s, rapporteur.ProblemConflict, insert)
	for n := range 2 {
		write(t, s, func(ctx context.Context, tx rapporteur.Tx) error {
			return tx.EndColleague(ctx, "d-1", "q", instant.Add(time.Duration(n)*time.Hour))
		})
	}
	want := given
	want.EndedBy, want.EndedAt = "q", instant
	same(t, "delegation", get(t, s, read), want)
	refused(t, s, rapporteur.ProblemNotFound, func(ctx context.Context, tx rapporteur.Tx) error { return tx.EndColleague(ctx, "d-2", "q", instant) })
}
