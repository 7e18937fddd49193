package rapporteur_test

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/notify/ical"
)

// door is how people come into a house under test, with the letters that it
// would send.
type door struct {
	*house
	rapporteur.SignIn
	letters []rapporteur.Letter
	mutex   sync.Mutex
}

func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{house: newHouse(t)}
	d.SignIn = rapporteur.SignIn{Store: d.store, Catalogue: d.catalogue, Clock: d.clock, Links: linkSecret, Post: d.take}
	return d
}

func (d *door) take(l rapporteur.Letter) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.letters = append(d.letters, l)
}

// asked are the letters since the last look.
func (d *door) asked() []rapporteur.Letter {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	letters := d.letters
	d.letters = nil
	return letters
}

// fresh is the token of a link that Kenya's focal point asked for.
func (d *door) fresh() string {
	d.t.Helper()
	must(d.t, d.Ask(d.t.Context(), address(kenya, rapporteur.ContactFocalPoint), rapporteur.RequestKey{}))
	letters := d.asked()
	if len(letters) != 1 {
		d.t.Fatalf("%d letters, want 1", len(letters))
	}
	return letters[0].SignIn.Token
}

func (d *door) offered(token string) rapporteur.LinkState {
	d.t.Helper()
	offer, err := d.Offer(d.t.Context(), token)
	must(d.t, err)
	return offer.State
}

func (d *door) in(p rapporteur.Principal) bool {
	d.t.Helper()
	in, err := d.InForce(d.t.Context(), p)
	must(d.t, err)
	return in
}

func TestALinkSignsInOnce(t *testing.T) {
	d := newDoor(t)
	token := d.fresh()
	for range 3 { // whoever looks through mails follows links
		if state := d.offered(token); state != rapporteur.LinkOpen {
			t.Fatalf("the link is %s", state)
		}
	}
	const users = 6
	var group sync.WaitGroup
	outcomes := make(chan error, users)
	for range users {
		group.Go(func() {
			_, _, err := d.Use(t.Context(), token)
			outcomes <- err
		})
	}
	group.Wait()
	close(outcomes)
	let := 0
	for err := range outcomes {
		if err == nil {
			let++
		} else if !rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
			t.Error(err)
		}
	}
	if let != 1 || d.offered(token) != rapporteur.LinkUsed {
		t.Errorf("%d got in, and the link is %s", let, d.offered(token))
	}
}

func TestWhoSignsInByALink(t *testing.T) {
	d := newDoor(t)
	p, link, err := d.Use(t.Context(), d.fresh())
	must(t, err)
	if p.Role != rapporteur.RoleContributor || p.Contributor != kenya || p.Standing != rapporteur.StandingLead || link.Purpose != rapporteur.LinkAsked {
		t.Errorf("it is %+v by %+v", p, link)
	}
	if !strings.HasPrefix(p.ID, "person-") || strings.Contains(p.ID, "missions") {
		t.Errorf("the id is %q", p.ID)
	}
	if !d.in(p) {
		t.Error("it is not in force")
	}
	for name, change := range map[string]func(*rapporteur.Principal){
		"another role":        func(p *rapporteur.Principal) { p.Role = rapporteur.RoleAdministrator },
		"another contributor": func(p *rapporteur.Principal) { p.Contributor = france },
		"somebody unknown":    func(p *rapporteur.Principal) { p.ID += "x" },
	} {
		other := p
		change(&other)
		if d.in(other) {
			t.Errorf("%s is in force", name)
		}
	}
	again, _, err := d.Use(t.Context(), d.fresh())
	must(t, err)
	if again != p {
		t.Errorf("the same mailbox is %+v and then %+v", p, again)
	}
	must(t, d.secretariat.PutContacts(t.Context(), staff, kenya, nil))
	if d.in(p) {
		t.Error("it is in force though its mailbox is gone")
	}
}

func TestLinksThatDoNotSignIn(t *testing.T) {
	d := newDoor(t)
	token := d.fresh()
	content, code, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(content)
	must(t, err)
	forged := base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(string(raw), string(kenya), string(france)))) + "." + code
	foreign := rapporteur.LinkSecret(strings.Repeat("x", 32)).SealSignIn(rapporteur.SignInLink{
		Purpose: rapporteur.LinkAsked, Role: rapporteur.RoleAdministrator, Person: "person-1", Until: d.clock().Add(time.Hour),
	}).Token
	for name, token := range map[string]string{
		"nothing": "", "no token": "abc", "no code": content + ".", "changed": forged, "another house's": foreign,
		"cut": token[:len(token)-1], "long": strings.Repeat("a", 5000) + "." + code,
	} {
		if state := d.offered(token); state != rapporteur.LinkForged {
			t.Errorf("%s: the link is %s", name, state)
		}
		if _, _, err := d.Use(t.Context(), token); !rapporteur.IsProblem(err, rapporteur.ProblemForbidden) {
			t.Errorf("%s: %v", name, err)
		}
		must(t, d.AskAgain(t.Context(), token))
		if len(d.asked()) > 0 {
			t.Errorf("%s: a fresh one is sent", name)
		}
	}
	d.set(d.clock().Add(rapporteur.AskedLinkLasts))
	if state := d.offered(token); state != rapporteur.LinkExpired {
		t.Errorf("when its time is over the link is %s", state)
	}
	if _, _, err := d.Use(t.Context(), token); !rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
		t.Errorf("when its time is over: %v", err)
	}
	must(t, d.AskAgain(t.Context(), token))
	letters := d.asked()
	if len(letters) != 1 || letters[0].To[0].Address != address(kenya, rapporteur.ContactFocalPoint) || d.offered(letters[0].SignIn.Token) != rapporteur.LinkOpen {
		t.Errorf("the fresh one: %+v", letters)
	}
}

// A letter that is sent again carries the same link, and each letter another.
func TestLinksOfLetters(t *testing.T) {
	d := newDoor(t)
	cycle := d.collecting(kenya)
	letters := d.noted()
	c := d.clock
	moment := d.moment()
	rung := rapporteur.PlannedRung{Rung: rapporteur.Rung{ID: "reminder-1", Notice: rapporteur.NoticeReminder}, Due: due}
	_, err := d.conduct.SendRung(t.Context(), cycle.ID, rung, moment, func(int) {})
	must(t, err)
	rung.Rung.ID = "reminder-2"
	_, err = d.conduct.SendRung(t.Context(), cycle.ID, rung, moment, func(int) {})
	must(t, err)
	if len(*letters) != 2 || (*letters)[0].SignIn.Token == (*letters)[1].SignIn.Token || (*letters)[0].SignIn.Token == "" {
		t.Fatalf("the letters are %+v", *letters)
	}
	first := (*letters)[0].SignIn
	if !first.Until.Equal(moment.Now.AddDate(0, 0, 14).Truncate(time.Second)) {
		t.Errorf("it lasts until %s", first.Until)
	}
	p, link, err := d.Use(t.Context(), first.Token)
	must(t, err)
	if p.Contributor != kenya || link.Request() != key(cycle, kenya) {
		t.Errorf("%+v signs in for %+v", p, link)
	}
	if d.offered((*letters)[1].SignIn.Token) != rapporteur.LinkOpen {
		t.Error("the link of one letter used up another's")
	}
	d.set(c().AddDate(0, 0, 15))
	if state := d.offered((*letters)[1].SignIn.Token); state != rapporteur.LinkExpired {
		t.Errorf("after 15 days it is %s", state)
	}
	again := (*letters)[0]
	if d.mailbox.MessageID(again) != d.mailbox.MessageID((*letters)[0]) {
		t.Error("the same letter has two ids")
	}
}

func TestWhoAsksIsToldTheSame(t *testing.T) {
	d := newDoor(t)
	for name, text := range map[string]string{
		"known": address(kenya, rapporteur.ContactFocalPoint), "in capitals": strings.ToUpper(address(kenya, rapporteur.ContactFocalPoint)),
		"unknown": "nobody@example.org",
	} {
		if err := d.Ask(t.Context(), text, rapporteur.RequestKey{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if letters := d.asked(); len(letters) != 2 {
		t.Errorf("%d letters, want 2", len(letters))
	}
	for _, text := range []string{"", "nobody", "A <a@example.org>", "a@example.org\r\nBcc: b@example.org", strings.Repeat("a", 250) + "@example.org"} {
		if err := d.Ask(t.Context(), text, rapporteur.RequestKey{}); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	d.Post = nil
	if err := d.Ask(t.Context(), "nobody@example.org", rapporteur.RequestKey{}); !rapporteur.IsProblem(err, rapporteur.ProblemUnavailable) {
		t.Errorf("without mail: %v", err)
	}
}

func TestLinksAreLimited(t *testing.T) {
	d := newDoor(t)
	many := func(id rapporteur.ContributorID, n int) int {
		sent := 0
		for range n {
			must(t, d.Ask(t.Context(), address(id, rapporteur.ContactFocalPoint), rapporteur.RequestKey{}))
			sent += len(d.asked())
		}
		return sent
	}
	if sent := many(kenya, 8); sent != 3 {
		t.Errorf("%d of 8 links were sent to one address in an hour, want 3", sent)
	}
	if sent := many(france, 1); sent != 1 {
		t.Error("another address has to wait for it")
	}
	d.set(d.clock().Add(time.Hour + time.Second))
	if sent := many(kenya, 1); sent != 1 {
		t.Error("after an hour there is none either")
	}
}

// A calendar feed ends with the person who made it.
func TestAFeedEndsWithItsPerson(t *testing.T) {
	d := newDoor(t)
	p, _, err := d.Use(t.Context(), d.fresh())
	must(t, err)
	feeds := rapporteur.Feeds{Store: d.store, Catalogue: d.catalogue, Clock: d.clock, Writer: ical.Writer{Base: &url.URL{Path: "/"}}, InForce: d.Stands}
	made, err := feeds.Make(t.Context(), p, "", "en")
	must(t, err)
	if _, err := feeds.Read(t.Context(), token(made)); err != nil {
		t.Fatalf("it cannot be read: %v", err)
	}
	other := p
	other.Contributor = france
	if _, err := feeds.Make(t.Context(), other, "", "en"); !rapporteur.IsProblem(err, rapporteur.ProblemForbidden) {
		t.Errorf("in another capacity: %v", err)
	}
	persons := rapporteur.Persons{Store: d.store, Clock: d.clock}
	must(t, persons.Block(t.Context(), rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}, p.ID, "The mailbox was taken over."))
	if _, err := feeds.Read(t.Context(), token(made)); !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("after its person was blocked: %v", err)
	}
}

func TestBlockedPersonsAreOutAtOnce(t *testing.T) {
	d := newDoor(t)
	p, _, err := d.Use(t.Context(), d.fresh())
	must(t, err)
	later := d.fresh()
	must(t, d.store.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.PutSession(ctx, rapporteur.Session{Token: "t", Person: p.ID, Expires: d.clock().Add(time.Hour)})
	}))
	persons := rapporteur.Persons{Store: d.store, Clock: d.clock}
	admin := rapporteur.Principal{ID: "key-admin", Role: rapporteur.RoleAdministrator}
	if err := persons.Block(t.Context(), admin, p.ID, " "); !rapporteur.IsProblem(err, rapporteur.ProblemInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	must(t, persons.Block(t.Context(), admin, p.ID, "The mailbox was taken over."))
	must(t, persons.Block(t.Context(), admin, p.ID, "Again."))
	if d.in(p) || d.offered(later) != rapporteur.LinkEnded {
		t.Errorf("it is in force: %v; its link is %s", d.in(p), d.offered(later))
	}
	if _, _, err := d.Use(t.Context(), later); !rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
		t.Errorf("by a link: %v", err)
	}
	must(t, d.Ask(t.Context(), address(kenya, rapporteur.ContactFocalPoint), rapporteur.RequestKey{}))
	if len(d.asked()) != 0 {
		t.Error("a fresh link was sent")
	}
	err = d.store.Read(t.Context(), func(ctx context.Context, r rapporteur.Reader) error {
		_, err := r.Session(ctx, "t")
		return err
	})
	if !rapporteur.IsProblem(err, rapporteur.ProblemNotFound) {
		t.Errorf("the session: %v", err)
	}
	if records := d.audited(rapporteur.Cycle{}, rapporteur.ActionPersonBlocked); len(records) != 1 || records[0].Reason != "The mailbox was taken over." {
		t.Errorf("the records are %+v", records)
	}
	must(t, persons.Unblock(t.Context(), admin, p.ID, "It is theirs again."))
	if !d.in(p) || d.offered(later) != rapporteur.LinkOpen {
		t.Error("it is still out")
	}
}

func TestWhomAProviderKnows(t *testing.T) {
	d := newDoor(t)
	id, identity := rapporteur.Identify("https://idp.example", "ada")
	if other, _ := rapporteur.Identify("https://idp.example/ada", ""); other == id || strings.Contains(id, "ada") {
		t.Errorf("the ids are %s and %s", id, other)
	}
	who := rapporteur.Person{ID: id, Identity: identity, Role: rapporteur.RoleClearance, Office: "OLA", Label: "Ada"}
	p, err := d.Enter(t.Context(), who)
	must(t, err)
	if p.Office != "OLA" || !d.in(p) {
		t.Errorf("%+v is in force: %v", p, d.in(p))
	}
	who.Role, who.Office = rapporteur.RoleSecretariat, ""
	now, err := d.Enter(t.Context(), who)
	must(t, err)
	if d.in(p) || !d.in(now) {
		t.Error("whoever signs in with another role keeps the one before")
	}
	persons := rapporteur.Persons{Store: d.store, Clock: d.clock}
	must(t, persons.Block(t.Context(), rapporteur.Principal{ID: "key-admin"}, id, "Left."))
	if _, err := d.Enter(t.Context(), who); !rapporteur.IsProblem(err, rapporteur.ProblemClosed) {
		t.Errorf("blocked: %v", err)
	}
}

func TestLinksMadeOnTheMachine(t *testing.T) {
	d := newDoor(t)
	local := rapporteur.Principal{ID: "local"}
	for name, c := range map[string]struct {
		role        rapporteur.Role
		contributor rapporteur.ContributorID
		office      string
		ok          bool
	}{
		"secretariat":                {rapporteur.RoleSecretariat, "", "", true},
		"administrator":              {rapporteur.RoleAdministrator, "", "", true},
		"officer":                    {rapporteur.RoleClearance, "", "OLA", true},
		"contributor":                {rapporteur.RoleContributor, kenya, "", true},
		"officer of no office":       {rapporteur.RoleClearance, "", "", false},
		"contributor of nowhere":     {rapporteur.RoleContributor, "", "", false},
		"unknown contributor":        {rapporteur.RoleContributor, "state-xxx", "", false},
		"secretariat of a State":     {rapporteur.RoleSecretariat, kenya, "", false},
		"administrator of an office": {rapporteur.RoleAdministrator, "", "OLA", false},
		"no role":                    {"root", "", "", false},
	} {
		link, err := d.LocalLink(t.Context(), local, c.role, c.contributor, c.office, rapporteur.AskedLinkLasts)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			continue
		}
		p, _, err := d.Use(t.Context(), link.Token)
		if err != nil || p.Role != c.role || p.Contributor != c.contributor || p.Office != c.office || !d.in(p) {
			t.Errorf("%s: %+v, %v, in force: %v", name, p, err, d.in(p))
		}
		if d.offered(link.Token) != rapporteur.LinkUsed {
			t.Errorf("%s: the link works again", name)
		}
	}
}

// Whatever a link stands for comes back of its token, and no other token does.
func TestTokensKeepWhatTheyStandFor(t *testing.T) {
	text := rapid.StringN(0, 40, 80)
	rapid.Check(t, func(t *rapid.T) {
		link := rapporteur.SignInLink{
			Purpose: rapporteur.LinkPurpose(text.Draw(t, "purpose")), Person: text.Draw(t, "person"), Role: rapporteur.Role(text.Draw(t, "role")),
			Cycle: rapporteur.CycleID(text.Draw(t, "cycle")), Contributor: rapporteur.ContributorID(text.Draw(t, "contributor")),
			Office: text.Draw(t, "office"), Standing: rapporteur.Standing(text.Draw(t, "standing")), Delegation: text.Draw(t, "delegation"),
			Occasion: text.Draw(t, "occasion"), Until: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "until"), 0).UTC(),
		}
		sealed := linkSecret.SealSignIn(link)
		got, known := linkSecret.OpenSignIn(sealed.Token)
		if len(sealed.Token) <= 2000 && (!known || got != link) {
			t.Fatalf("%+v comes back as %+v, known: %v", link, got, known)
		}
		at := rapid.IntRange(0, len(sealed.Token)-1).Draw(t, "at")
		changed := []byte(sealed.Token)
		changed[at] = 'A' + (changed[at]-'A'+1)%26
		if _, known := linkSecret.OpenSignIn(string(changed)); known && string(changed) != sealed.Token {
			t.Fatalf("a changed token is known: %s", changed)
		}
	})
}
