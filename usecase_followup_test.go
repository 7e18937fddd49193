package rapporteur_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
)

func (h *house) followUp(cycle rapporteur.Cycle, who rapporteur.ContributorID, number int) rapporteur.FollowUp {
	h.t.Helper()
	return read(h, func(ctx context.Context, r rapporteur.Reader) (rapporteur.FollowUp, error) {
		return r.FollowUp(ctx, key(cycle, who), number)
	})
}

// follow does what the workflow of a follow-up does at an instant: look, send
// what is due, end when it is over. It tells whether it has ended.
func (h *house) follow(cycle rapporteur.Cycle, who rapporteur.ContributorID, state *rapporteur.FollowUpState) bool {
	h.t.Helper()
	k := key(cycle, who)
	state.Look = true
	for range 20 {
		switch step, r := state.Step(h.clock()); step {
		case rapporteur.FollowUpSend:
			must(h.t, h.conduct.SendFollowUp(h.t.Context(), k, state.Number, r, h.moment()))
			*state = state.Sent(r)
		case rapporteur.FollowUpLook:
			request, err := h.conduct.LookFollowUp(h.t.Context(), k)
			must(h.t, err)
			*state = state.Looked(request)
		case rapporteur.FollowUpEnd:
			must(h.t, h.conduct.EndFollowUp(h.t.Context(), k, state.Number, state.Outcome, h.moment()))
			state.Finished = true
			return true
		case rapporteur.FollowUpNone:
			return state.Finished
		}
	}
	h.t.Fatal("the follow-up does not come to rest")
	return false
}

func (h *house) loadFollowUp(cycle rapporteur.Cycle, who rapporteur.ContributorID, number int) *rapporteur.FollowUpState {
	h.t.Helper()
	state, _, err := h.conduct.LoadFollowUp(h.t.Context(), key(cycle, who), number)
	must(h.t, err)
	return &state
}

func (h *house) returned(cycle rapporteur.Cycle, who rapporteur.ContributorID, until rapporteur.Date) rapporteur.Request {
	h.t.Helper()
	r, err := h.secretariat.Return(h.t.Context(), staff, key(cycle, who), until, "Q3.4 does not add up.", "")
	must(h.t, err)
	return r
}

func TestAReturnedAnswerIsCorrected(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "wrong")
	h.relay()
	until := day(time.June, 15)
	h.set(day(time.June, 1).At(9))
	r, err := h.secretariat.Return(t.Context(), staff, key(cycle, kenya), until, "Q3.4 does not add up.", "once")
	must(t, err)
	if r.State != rapporteur.RequestReturned || r.Due != until || r.Rounds != 1 || !r.OffPath {
		t.Errorf("the request is %+v", r)
	}
	h.unchanged("returning again", func() {
		again, err := h.secretariat.Return(t.Context(), staff, key(cycle, kenya), until, "Q3.4 does not add up.", "once")
		must(t, err)
		if again.State != rapporteur.RequestReturned || again.Rounds != 1 {
			t.Errorf("the request is %+v", again)
		}
	})
	same(t, "outbox", h.relayed(), []string{"start-follow-up follow-up/" + string(cycle.ID) + "/state-ken/1"})
	records := h.audited(cycle, rapporteur.ActionReturned)
	if len(records) != 1 || records[0].Reason != "Q3.4 does not add up." || records[0].Actor != staff.ID {
		t.Errorf("the audit says %+v", records)
	}
	state := h.loadFollowUp(cycle, kenya, 1)
	if h.follow(cycle, kenya, state) {
		t.Error("the follow-up ended before the correction")
	}
	h.set(until.AddDays(-3).At(14))
	h.follow(cycle, kenya, state)
	same(t, "mails", h.mails(), []string{"reminder state-ken", "returned state-ken"})
	s := h.answer(cycle, kenya, "right")
	if s.Version != 2 || s.Late {
		t.Errorf("the correction is %+v", s)
	}
	if !h.follow(cycle, kenya, state) || h.followUp(cycle, kenya, 1).Outcome != "answered" {
		t.Errorf("the follow-up is %+v", h.followUp(cycle, kenya, 1))
	}
	if r := h.request(cycle, kenya); r.OffPath || r.State != rapporteur.RequestReceived {
		t.Errorf("the request is %+v", r)
	}
}

// The same words, submitted once more after a return, are an answer to it.
func TestTheSameBodyAfterAReturnIsANewVersion(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "we stand by it")
	h.returned(cycle, kenya, day(time.June, 15))
	if s := h.answer(cycle, kenya, "we stand by it"); s.Version != 2 {
		t.Errorf("the answer is version %d", s.Version)
	}
	h.unchanged("its repetition", func() { h.answer(cycle, kenya, "we stand by it") })
}

func TestWhatIsNotCorrectedInTimeStands(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "wrong")
	h.returned(cycle, kenya, day(time.June, 15))
	state := h.loadFollowUp(cycle, kenya, 1)
	h.set(day(time.June, 15).End().Add(rapporteur.FollowUpGrace))
	if !h.follow(cycle, kenya, state) {
		t.Fatal("the follow-up has no end")
	}
	r := h.request(cycle, kenya)
	if r.State != rapporteur.RequestSettled || r.OffPath || h.followUp(cycle, kenya, 1).Outcome != "unanswered" {
		t.Errorf("the request is %+v, the follow-up %+v", r, h.followUp(cycle, kenya, 1))
	}
	h.unchanged("ending again", func() {
		must(t, h.conduct.EndFollowUp(t.Context(), key(cycle, kenya), 1, "", h.moment()))
	})
}

// A contributor who answers while a follow-up runs, and is returned before
// that follow-up has looked, is still told.
func TestAReturnDuringAnotherFollowUpIsTold(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	first := h.loadFollowUp(cycle, kenya, 1)
	h.answer(cycle, kenya, "sooner than thought")
	h.relay()
	h.returned(cycle, kenya, day(time.July, 1))
	same(t, "outbox", h.relayed(), []string{"start-follow-up follow-up/" + string(cycle.ID) + "/state-ken/2"})
	second := h.loadFollowUp(cycle, kenya, 2)
	if !h.follow(cycle, kenya, first) {
		t.Error("the first follow-up goes on")
	}
	h.follow(cycle, kenya, second)
	same(t, "mails", h.mails(), []string{"returned state-ken"})
	r := h.request(cycle, kenya)
	if r.FollowUp != 2 || !r.OffPath || r.State != rapporteur.RequestReturned || r.Extension != rapporteur.ExtensionNone {
		t.Errorf("the request is %+v", r)
	}
}

func TestWhatCannotBeReturned(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "x")
	cases := []struct {
		name     string
		who      rapporteur.ContributorID
		until    rapporteur.Date
		comments string
		kind     rapporteur.ProblemKind
	}{
		{"nothing was submitted", france, day(time.July, 1), "why", rapporteur.ProblemConflict},
		{"without comments", kenya, day(time.July, 1), " ", rapporteur.ProblemInvalid},
		{"by a date that is over", kenya, opens.AddDays(-2), "why", rapporteur.ProblemInvalid},
		{"after the end of collection", kenya, closes.AddDays(1), "why", rapporteur.ProblemInvalid},
		{"nobody asked", "state-deu", day(time.July, 1), "why", rapporteur.ProblemNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h.unchanged("a refused return", func() {
				_, err := h.secretariat.Return(t.Context(), staff, key(cycle, c.who), c.until, c.comments, "k")
				refused(t, err, c.kind)
			})
		})
	}
	_, err := h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	_, err = h.secretariat.Return(t.Context(), staff, key(cycle, kenya), day(time.July, 1), "why", "k")
	refused(t, err, rapporteur.ProblemConflict, "compiling")
}

func TestTheDateOfAReturnByPolicy(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "x")
	h.answer(cycle, unodc, "x")
	h.set(day(time.June, 1).At(9))
	if r := h.returned(cycle, kenya, rapporteur.Date{}); r.Due != day(time.June, 15) {
		t.Errorf("the correction is due on %s", r.Due)
	}
	h.set(closes.AddDays(-4).At(9))
	if r := h.returned(cycle, unodc, rapporteur.Date{}); r.Due != closes {
		t.Errorf("the correction is due on %s, want the end of collection", r.Due)
	}
}

func TestAnExtensionIsAskedOnce(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	ask := func() (rapporteur.Request, error) {
		return h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "once")
	}
	r, err := ask()
	must(t, err)
	if r.Extension != rapporteur.ExtensionAsked || r.AskedUntil != closes || !r.OffPath || r.Due != due {
		t.Errorf("the request is %+v", r)
	}
	h.unchanged("asking again", func() {
		again, err := ask()
		must(t, err)
		if again.Extension != rapporteur.ExtensionAsked {
			t.Errorf("the request is %+v", again)
		}
	})
	same(t, "outbox", h.relayed(), []string{"start-follow-up follow-up/" + string(cycle.ID) + "/state-ken/1"})
	if f := h.followUp(cycle, kenya, 1); f.Kind != rapporteur.FollowUpExtension || f.Due != due {
		t.Errorf("the follow-up is %+v", f)
	}
	_, err = h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "twice")
	refused(t, err, rapporteur.ProblemConflict)
}

func TestWhatCannotBeAsked(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, unodc, "done")
	for _, c := range []struct {
		name   string
		who    rapporteur.ContributorID
		until  rapporteur.Date
		reason string
		kind   rapporteur.ProblemKind
		words  string
	}{
		{"after an answer", unodc, closes, "why", rapporteur.ProblemConflict, "received"},
		{"without a reason", kenya, closes, "", rapporteur.ProblemInvalid, "reason"},
		{"not later than the deadline", kenya, due, "why", rapporteur.ProblemInvalid, due.String()},
		{"past the end of collection", kenya, closes.AddDays(1), "why", rapporteur.ProblemInvalid, closes.String()},
		{"by nobody", "state-deu", closes, "why", rapporteur.ProblemNotFound, "state-deu"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.unchanged("a refused wish", func() {
				_, err := h.correspondence.AskExtension(t.Context(), by(c.who), key(cycle, c.who), c.until, c.reason, "k")
				refused(t, err, c.kind, c.words)
			})
		})
	}
}

// decided asks for an extension and decides it, as the engine does.
func (h *house) decided(cycle rapporteur.Cycle, who rapporteur.ContributorID, d rapporteur.ExtensionDecision) error {
	h.t.Helper()
	d.Actor = staff.ID
	return h.conduct.DecideExtension(h.t.Context(), key(cycle, who), h.request(cycle, who).FollowUp, d, h.moment())
}

func TestAGrantedExtension(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya, france)
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	state := h.loadFollowUp(cycle, kenya, 1)
	until := due.AddDays(10)
	grant := rapporteur.ExtensionDecision{ID: "d", Granted: true, Until: until, Reason: "Granted in part"}
	must(t, h.decided(cycle, kenya, grant))
	h.unchanged("granting again", func() { must(t, h.decided(cycle, kenya, grant)) })
	r := h.request(cycle, kenya)
	if r.Due != until || r.Extension != rapporteur.ExtensionGranted || r.State != rapporteur.RequestOpen {
		t.Errorf("the request is %+v", r)
	}
	records := h.audited(cycle, rapporteur.ActionExtensionGranted)
	if len(records) != 1 || records[0].Actor != staff.ID || records[0].Details["until"] != until.String() {
		t.Errorf("the audit says %+v", records)
	}
	*state, err = state.Decide(true, until, cycle.Policy.FollowUp.Ladder)
	must(t, err)
	h.follow(cycle, kenya, state)
	h.set(due.AddDays(-5).At(13))
	h.send(cycle, rung(t, cycle, "states-third")) // the common ladder leaves Kenya alone
	h.set(until.AddDays(-3).At(13))
	h.follow(cycle, kenya, state)
	h.set(until.AddDays(1).At(11)) // past the common deadline, in time for this one
	if s := h.answer(cycle, kenya, "at last"); s.Late {
		t.Error("an answer within the extension is late")
	}
	same(t, "mails", h.mails(), []string{"extension-granted state-ken", "reminder state-fra", "reminder state-ken"})
	if !h.follow(cycle, kenya, state) || h.request(cycle, kenya).OffPath {
		t.Error("the contributor does not come back to the common path")
	}
}

func TestARefusedExtension(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting(kenya)
	h.set(due.AddDays(-1).At(9)) // there is more time to decide than to answer
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	state := h.loadFollowUp(cycle, kenya, 1)
	must(t, h.decided(cycle, kenya, rapporteur.ExtensionDecision{ID: "d", Reason: "The report is due"}))
	r := h.request(cycle, kenya)
	if r.Due != due || r.Extension != rapporteur.ExtensionRefused {
		t.Errorf("the request is %+v", r)
	}
	*state, err = state.Decide(false, rapporteur.Date{}, nil)
	must(t, err)
	if !h.follow(cycle, kenya, state) {
		t.Error("the follow-up of a refused extension goes on")
	}
	same(t, "ledger", h.chased(cycle), []string{"state-ken follow-up-1-extension-refused 2018-09-14 sent"})
	if r := h.request(cycle, kenya); r.OffPath || r.State != rapporteur.RequestOpen {
		t.Errorf("the request is %+v", r)
	}
	_, err = h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Still elections", "")
	must(t, err)
}

func TestWhatCannotBeDecided(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	refuse := func(name string, kind rapporteur.ProblemKind, d rapporteur.ExtensionDecision) {
		t.Helper()
		h.unchanged(name, func() { refused(t, h.decided(cycle, kenya, d), kind) })
	}
	refuse("nothing was asked", rapporteur.ProblemConflict, rapporteur.ExtensionDecision{ID: "1", Granted: true, Until: closes})
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	refuse("too long", rapporteur.ProblemInvalid, rapporteur.ExtensionDecision{ID: "2", Granted: true, Until: closes.AddDays(1)})
	refuse("no longer than before", rapporteur.ProblemInvalid, rapporteur.ExtensionDecision{ID: "3", Granted: true, Until: due})
	refuse("no date", rapporteur.ProblemInvalid, rapporteur.ExtensionDecision{ID: "4", Granted: true})
	h.answer(cycle, kenya, "not needed any more")
	refuse("after the answer", rapporteur.ProblemConflict, rapporteur.ExtensionDecision{ID: "5", Granted: true, Until: closes})
}

// The same id about two contributors is two decisions.
func TestDecisionsOfTwoContributorsAreApart(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	for _, who := range []rapporteur.ContributorID{kenya, france} {
		_, err := h.correspondence.AskExtension(t.Context(), by(who), key(cycle, who), closes, "Elections", "same")
		must(t, err)
		must(t, h.decided(cycle, who, rapporteur.ExtensionDecision{ID: "same", Granted: true, Until: closes}))
		if r := h.request(cycle, who); r.Due != closes {
			t.Errorf("%s has until %s", who, r.Due)
		}
	}
}

// A wish that nobody decides lapses with its follow-up.
func TestAnUndecidedWishLapses(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	_, err := h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), due.AddDays(5), "Elections", "")
	must(t, err)
	state := h.loadFollowUp(cycle, kenya, 1)
	h.set(due.End().Add(rapporteur.FollowUpGrace))
	if !h.follow(cycle, kenya, state) {
		t.Fatal("the follow-up has no end")
	}
	if r := h.request(cycle, kenya); r.Extension != rapporteur.ExtensionNone || r.OffPath {
		t.Errorf("the request is %+v", r)
	}
	_, err = h.correspondence.AskExtension(t.Context(), by(kenya), key(cycle, kenya), closes, "Elections", "")
	must(t, err)
	if r := h.request(cycle, kenya); r.FollowUp != 2 {
		t.Errorf("the second wish has follow-up %d", r.FollowUp)
	}
}

func TestClosingEndsEveryFollowUp(t *testing.T) {
	h := newHouse(t)
	cycle := h.collecting()
	h.answer(cycle, kenya, "wrong")
	h.returned(cycle, kenya, day(time.July, 1))
	_, err := h.correspondence.AskExtension(t.Context(), by(france), key(cycle, france), closes, "Elections", "")
	must(t, err)
	returned, asked := h.loadFollowUp(cycle, kenya, 1), h.loadFollowUp(cycle, france, 1)
	h.relay()
	_, err = h.conduct.CloseCollection(t.Context(), cycle.ID, h.moment())
	must(t, err)
	words := h.relayed()
	slices.Sort(words)
	same(t, "outbox", words, []string{
		"hint follow-up/" + string(cycle.ID) + "/state-fra/1", "hint follow-up/" + string(cycle.ID) + "/state-ken/1",
	})
	refused(t, h.decided(cycle, france, rapporteur.ExtensionDecision{ID: "late", Granted: true, Until: closes}), rapporteur.ProblemConflict)
	returned.Announce = nil
	if !h.follow(cycle, kenya, returned) || !h.follow(cycle, france, asked) {
		t.Error("a follow-up outlives the collection")
	}
	if r := h.request(cycle, kenya); r.State != rapporteur.RequestSettled || r.Version != 1 {
		t.Errorf("what was returned and not corrected is %+v", r)
	}
	if r := h.request(cycle, france); r.State != rapporteur.RequestNoReply {
		t.Errorf("what was never answered is %+v", r)
	}
	if n := h.sink.Count(); n > 0 {
		t.Errorf("%d mails went out", n)
	}
}

func TestLongestExtension(t *testing.T) {
	plan := func(deadline, end rapporteur.Date) rapporteur.Plan {
		return rapporteur.Plan{Dates: []rapporteur.PlannedDate{
			{Key: rapporteur.DateDue, Date: deadline}, {Key: rapporteur.DateCloses, Date: end},
		}}
	}
	for _, c := range []struct {
		longest rapporteur.Period
		end     rapporteur.Date
		want    rapporteur.Date
	}{
		{rapporteur.Period{Days: 21}, day(time.October, 30), day(time.October, 5)},
		{rapporteur.Period{Days: 21}, day(time.October, 5), day(time.October, 5)},
		{rapporteur.Period{Days: 21}, day(time.October, 1), day(time.October, 1)},
		{rapporteur.Period{Months: 1}, day(time.December, 1), day(time.October, 14)},
		{rapporteur.Period{}, day(time.October, 1), due},
	} {
		cycle := rapporteur.Cycle{Plan: plan(due, c.end), Policy: rapporteur.Policy{FollowUp: rapporteur.FollowUpPolicy{LongestExtended: c.longest}}}
		if got := cycle.LongestExtension(); got != c.want {
			t.Errorf("%s before %s is %s, want %s", c.longest, c.end, got, c.want)
		}
	}
}
