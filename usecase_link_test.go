package rapporteur_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur"
)

var linkSecret = rapporteur.LinkSecret(strings.Repeat("s", 32))

// noting is a mailbox that notes the letters it is given.
type noting struct {
	rapporteur.Mailbox
	mutex   *sync.Mutex
	letters *[]rapporteur.Letter
}

func (n noting) Send(ctx context.Context, l rapporteur.Letter) error {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	*n.letters = append(*n.letters, l)
	return n.Mailbox.Send(ctx, l)
}

// noted are the letters that the house sends from now on.
func (h *house) noted() *[]rapporteur.Letter {
	letters := &[]rapporteur.Letter{}
	h.conduct.Mailbox = noting{h.mailbox, &sync.Mutex{}, letters}
	return letters
}

// linksOf are the links of the only letter.
func linksOf(t *testing.T, letters *[]rapporteur.Letter) []rapporteur.SealedLink {
	t.Helper()
	if len(*letters) != 1 {
		t.Fatalf("%d letters were sent", len(*letters))
	}
	links := (*letters)[0].Links
	*letters = nil
	return links
}

// link is a link for Kenya's answer of a type, until 30 days after the deadline.
func link(cycle rapporteur.Cycle, kind rapporteur.ReturnType) rapporteur.SealedLink {
	return linkSecret.Seal(rapporteur.ReturnLink{RequestKey: key(cycle, kenya), Type: kind, Until: due.AddDays(30)})
}

// press uses a link as the page's button does.
func (h *house) press(l rapporteur.SealedLink, change ...func(*rapporteur.ShortReturn)) (rapporteur.Submission, error) {
	s := short(l.Type, "en")
	for _, f := range change {
		f(&s)
	}
	return h.correspondence.SubmitByLink(h.t.Context(), l, s)
}

func TestWhichMailsCarryLinks(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	letters := h.noted()
	told := map[rapporteur.Notice]bool{}
	for _, r := range append([]rapporteur.PlannedRung{requestRung(cycle)}, cycle.Plan.Rungs...) {
		if r.Rung.Escalates || !r.Rung.For(rapporteur.KindMemberState) {
			continue
		}
		told[r.Rung.Notice] = true
		h.send(cycle, r)
		links := linksOf(t, letters)
		want := []rapporteur.SealedLink{
			link(cycle, rapporteur.ReturnNil), link(cycle, rapporteur.ReturnNotApplicable),
			link(cycle, rapporteur.ReturnCovered), link(cycle, rapporteur.ReturnDeclined),
		}
		same(t, "links of "+r.Rung.ID, links, want)
	}
	if !told[rapporteur.NoticeRequest] || !told[rapporteur.NoticeReminder] || !told[rapporteur.NoticeFinal] {
		t.Errorf("the ladder has the notices %v", told)
	}
	t.Run("not of an answer that is returned", func(t *testing.T) {
		h.answer(cycle, kenya, "wrong")
		h.returned(cycle, kenya, day(time.June, 15))
		state := h.loadFollowUp(cycle, kenya, 1)
		h.follow(cycle, kenya, state)
		h.set(day(time.June, 14).At(13))
		h.follow(cycle, kenya, state)
		if len(*letters) < 2 {
			t.Fatalf("%d letters were sent", len(*letters))
		}
		for _, l := range *letters {
			if len(l.Links) > 0 {
				t.Errorf("the %s has links", l.Notice)
			}
		}
		*letters = nil
	})
	t.Run("of a section", func(t *testing.T) {
		h := calendarHouse(t)
		letters := h.noted()
		h.theSection()
		if links := linksOf(t, letters); len(links) != 4 || !linkSecret.Knows(links[0]) {
			t.Errorf("links are %+v", links)
		}
	})
	t.Run("not of an occasion", func(t *testing.T) {
		h := newHouse(t)
		letters := h.noted()
		cycle := h.inviting(briefing)
		for _, r := range cycle.Plan.Rungs {
			h.set(r.At)
			h.send(cycle, r)
		}
		if len(*letters) < 4 || !slices.ContainsFunc(*letters, func(l rapporteur.Letter) bool { return l.Notice == rapporteur.NoticeReminder }) {
			t.Fatalf("only %d letters were sent, or none reminds", len(*letters))
		}
		for _, l := range *letters {
			if len(l.Links) > 0 {
				t.Errorf("the %s has links", l.Notice)
			}
		}
	})
	t.Run("not where there is no secret", func(t *testing.T) {
		h := newHouse(t)
		cycle := h.collecting(kenya)
		letters := h.noted()
		h.conduct.Links = nil
		h.send(cycle, requestRung(cycle))
		if links := linksOf(t, letters); len(links) > 0 {
			t.Errorf("links are %+v", links)
		}
	})
}

// A letter that a crash left unsent is composed anew, with the same links.
func TestARetriedMailHasTheSameLinks(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	letters := h.noted()
	h.conduct.Mailbox = noting{dying{h.mailbox}, &sync.Mutex{}, letters}
	if _, err := h.conduct.SendRung(t.Context(), cycle.ID, requestRung(cycle), h.moment(), ignored); err == nil {
		t.Fatal("the process did not die")
	}
	first := linksOf(t, letters)
	h.set(h.clock().Add(72 * time.Hour))
	again := h.noted()
	h.send(cycle, requestRung(cycle))
	same(t, "links", linksOf(t, again), first)
}

func TestAnAnswerByLink(t *testing.T) {
	for _, kind := range rapporteur.ReturnLinkTypes {
		t.Run(string(kind), func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting(kenya, france)
			l := link(cycle, kind)
			var opened rapporteur.LinkedRequest
			h.unchanged("opening a link", func() {
				var err error
				opened, err = h.correspondence.OpenLink(t.Context(), l, "fr")
				must(t, err)
			})
			if opened.State != rapporteur.LinkOpen || opened.Contributor.ID != kenya || opened.Stream.ID != stream || opened.Instrument.ID != instrument ||
				opened.Request.Due != due || opened.Return.Type != kind || opened.Return.Authority != "Kenya" || opened.Return.To != opens {
				t.Errorf("the link opens %+v", opened)
			}
			s, err := h.press(l)
			must(t, err)
			if s.Version != 1 || s.ReturnType != kind || s.SubmittedBy != "mail-link:state-ken" {
				t.Errorf("the submission is %+v", s)
			}
			if _, err := rapporteur.VerifyReceipt(h.receipt(s), h.correspondence.Signer.Keys()); err != nil {
				t.Error(err)
			}
			if records := h.audited(cycle, rapporteur.ActionSubmitted); len(records) != 1 || records[0].Actor != "mail-link:state-ken" || records[0].Contributor != kenya {
				t.Errorf("the audit says %+v", records)
			}
			h.set(h.clock().Add(time.Hour))
			h.unchanged("pressing again", func() {
				again, err := h.press(l)
				must(t, err)
				same(t, "submission", again, s)
			})
			if opened, err := h.correspondence.OpenLink(t.Context(), l, "en"); err != nil || opened.State != rapporteur.LinkAnswered {
				t.Errorf("afterwards the link is %s (%v)", opened.State, err)
			}
			_, err = h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
			must(t, err)
			h.unchanged("pressing again after the end", func() {
				again, err := h.press(l)
				must(t, err)
				same(t, "submission", again, s)
			})
		})
	}
}

func TestALinkThatCannotBeUsed(t *testing.T) {
	withdraw := rapporteur.Command{ID: "w", Kind: rapporteur.CommandWithdrawContributor, Contributor: kenya}
	for name, c := range map[string]struct {
		before func(*house, rapporteur.Cycle)
		link   func(rapporteur.SealedLink) rapporteur.SealedLink
		state  rapporteur.LinkState
		kind   rapporteur.ProblemKind
	}{
		"answered by key": {before: func(h *house, c rapporteur.Cycle) { h.answer(c, kenya, "x") }, state: rapporteur.LinkAnswered, kind: rapporteur.ProblemClosed},
		"answered by key with the same": {before: func(h *house, c rapporteur.Cycle) {
			_, err := h.correspondence.SubmitShort(h.t.Context(), by(kenya), key(c, kenya), short(rapporteur.ReturnDeclined, "en"))
			must(h.t, err)
		}, state: rapporteur.LinkAnswered, kind: rapporteur.ProblemClosed},
		"answered by another link": {before: func(h *house, c rapporteur.Cycle) {
			_, err := h.press(link(c, rapporteur.ReturnNil))
			must(h.t, err)
		}, state: rapporteur.LinkAnswered, kind: rapporteur.ProblemClosed},
		"answered, and returned": {before: func(h *house, c rapporteur.Cycle) {
			h.answer(c, kenya, "x")
			h.returned(c, kenya, day(time.June, 15))
		}, state: rapporteur.LinkAnswered, kind: rapporteur.ProblemClosed},
		"withdrawn": {before: func(h *house, c rapporteur.Cycle) { must(h.t, h.apply(c, withdraw)) }, state: rapporteur.LinkOver, kind: rapporteur.ProblemClosed},
		"closed": {before: func(h *house, c rapporteur.Cycle) {
			_, err := h.conduct.CloseCollection(h.t.Context(), c.ID, h.moment())
			must(h.t, err)
		}, state: rapporteur.LinkOver, kind: rapporteur.ProblemClosed},
		"expired": {link: func(l rapporteur.SealedLink) rapporteur.SealedLink {
			l.Until = opens.AddDays(-2)
			return linkSecret.Seal(l.ReturnLink)
		}, state: rapporteur.LinkExpired, kind: rapporteur.ProblemClosed},
		"another secret": {link: func(l rapporteur.SealedLink) rapporteur.SealedLink {
			return rapporteur.LinkSecret(strings.Repeat("t", 32)).Seal(l.ReturnLink)
		}, state: rapporteur.LinkForged, kind: rapporteur.ProblemForbidden},
		"no token":    {link: func(l rapporteur.SealedLink) rapporteur.SealedLink { l.Token = ""; return l }, state: rapporteur.LinkForged, kind: rapporteur.ProblemForbidden},
		"no secret":   {before: func(h *house, _ rapporteur.Cycle) { h.correspondence.Links = nil }, state: rapporteur.LinkForged, kind: rapporteur.ProblemForbidden},
		"longer":      {link: func(l rapporteur.SealedLink) rapporteur.SealedLink { l.Until = l.Until.AddDays(1); return l }, state: rapporteur.LinkForged, kind: rapporteur.ProblemForbidden},
		"for another": {link: func(l rapporteur.SealedLink) rapporteur.SealedLink { l.Contributor = france; return l }, state: rapporteur.LinkForged, kind: rapporteur.ProblemForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			cycle := h.collecting(kenya, france)
			l := link(cycle, rapporteur.ReturnDeclined)
			if c.before != nil {
				c.before(h, cycle)
			}
			if c.link != nil {
				l = c.link(l)
			}
			h.unchanged("a link that cannot be used", func() {
				if opened, err := h.correspondence.OpenLink(t.Context(), l, "en"); err != nil || opened.State != c.state {
					t.Errorf("the link is %s (%v), want %s", opened.State, err, c.state)
				}
				_, err := h.press(l)
				refused(t, err, c.kind)
			})
		})
	}
}

// A link expires when its last day has ended everywhere on Earth.
func TestWhenALinkExpires(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	l := linkSecret.Seal(rapporteur.ReturnLink{RequestKey: key(cycle, kenya), Type: rapporteur.ReturnNil, Until: day(time.June, 20)})
	edge := time.Date(2018, time.June, 21, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time]rapporteur.LinkState{edge: rapporteur.LinkOpen, edge.Add(time.Nanosecond): rapporteur.LinkExpired} {
		h.set(at)
		if opened, err := h.correspondence.OpenLink(t.Context(), l, "en"); err != nil || opened.State != want {
			t.Errorf("at %s the link is %s (%v), want %s", at, opened.State, err, want)
		}
	}
}

// What is written by a link is checked as any other answer, and must be of the
// link's type.
func TestWhatALinkTakes(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	l := link(cycle, rapporteur.ReturnDeclined)
	for name, c := range map[string]struct {
		change func(*rapporteur.ShortReturn)
		kind   rapporteur.ProblemKind
	}{
		"another type":   {func(s *rapporteur.ShortReturn) { *s = short(rapporteur.ReturnNil, "en") }, rapporteur.ProblemForbidden},
		"no reason":      {func(s *rapporteur.ShortReturn) { s.Reason = "" }, rapporteur.ProblemInvalid},
		"a personal one": {func(s *rapporteur.ShortReturn) { s.Reason = "Write to ann@example.org" }, rapporteur.ProblemRejected},
	} {
		h.unchanged(name, func() {
			_, err := h.press(l, c.change)
			refused(t, err, c.kind)
		})
	}
}

// Whatever of a link is changed, it is not known.
func TestAChangedLinkIsNotKnown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z0-9/-]{1,30}`)
		draw := func(label string) rapporteur.ReturnLink {
			return rapporteur.ReturnLink{
				RequestKey: rapporteur.RequestKey{Cycle: rapporteur.CycleID(text.Draw(t, label+" cycle")), Contributor: rapporteur.ContributorID(text.Draw(t, label+" contributor"))},
				Type:       rapid.SampledFrom(rapporteur.ReturnLinkTypes).Draw(t, label+" type"), Until: due.AddDays(rapid.IntRange(-500, 500).Draw(t, label+" until")),
			}
		}
		one, other := draw("one"), draw("other")
		mixed := one // differs in one fact, or in none
		switch rapid.IntRange(0, 3).Draw(t, "fact") {
		case 0:
			mixed.Cycle = other.Cycle
		case 1:
			mixed.Contributor = other.Contributor
		case 2:
			mixed.Type = other.Type
		case 3:
			mixed.Until = other.Until
		}
		sealed := linkSecret.Seal(one)
		if !linkSecret.Knows(sealed) {
			t.Fatal("a link is not known by its own secret")
		}
		if one != mixed && linkSecret.Knows(rapporteur.SealedLink{ReturnLink: mixed, Token: sealed.Token}) {
			t.Fatalf("the token of %v is good for %v", one, mixed)
		}
		if none := (rapporteur.LinkSecret{}); none.Knows(none.Seal(one)) {
			t.Fatal("without a secret a link is known")
		}
		changed := []byte(sealed.Token)
		at := rapid.IntRange(0, len(changed)-1).Draw(t, "at")
		changed[at] = rapid.Byte().Filter(func(b byte) bool { return b != changed[at] }).Draw(t, "byte")
		if linkSecret.Knows(rapporteur.SealedLink{ReturnLink: one, Token: string(changed)}) {
			t.Fatalf("%s is as good as %s", changed, sealed.Token)
		}
	})
}

// Of many who press different buttons at once one is the first, and the others
// are told.
func TestOneLinkIsTheFirst(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	var group sync.WaitGroup
	errs := make([]error, 4*len(rapporteur.ReturnLinkTypes))
	for n := range errs {
		group.Go(func() { _, errs[n] = h.press(link(cycle, rapporteur.ReturnLinkTypes[n%4])) })
	}
	group.Wait()
	accepted := 0
	for _, err := range errs {
		if err == nil {
			accepted++
			continue
		}
		refused(t, err, rapporteur.ProblemClosed)
	}
	// Whoever pressed the same button as the first is given what that one made.
	if r := h.request(cycle, kenya); r.Version != 1 || accepted != 4 {
		t.Errorf("%d were accepted, the newest version is %d", accepted, r.Version)
	}
}
