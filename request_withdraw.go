package rapporteur

import "time"

// WithdrawAnswerEvent is that a contributor withdraws its answer: the newest
// version, and with it all before, which that one had replaced.
type WithdrawAnswerEvent struct {
	Due    Date // the common deadline, where the contributor has none that is later
	Closed bool // collection has closed: nothing can be answered any more
}

// Standing is the version that stands for the contributor's answer: the newest
// accepted one, 0 where there is none or it was withdrawn.
func (r Request) Standing() int {
	if r.Version > r.WithdrawnVersion {
		return r.Version
	}
	return 0
}

// withdrawAnswer takes back what was answered, as if it had not been: the
// request is open again with its deadline, and the next answer's lateness is
// its own. Once collection has closed there is no reply. What runs off the
// common path goes on with a contributor who owes an answer.
func (r Request) withdrawAnswer(e WithdrawAnswerEvent, now time.Time) (Request, []RequestEffect, error) {
	if r.Standing() == 0 || r.State == RequestWithdrawn {
		return r, nil, invalidStep("There is no answer to withdraw: the request is %s.", r.State)
	}
	r.WithdrawnVersion, r.State, r.Outcome = r.Version, RequestOpen, ""
	r.AnsweredAt, r.Late, r.SettledAt = time.Time{}, false, time.Time{}
	r.Due = maxDate(r.Due, e.Due)
	effects := r.wake()
	if e.Closed {
		r = r.withoutWish()
		r.OffPath = false
		r.State, r.Outcome, r.SettledAt = RequestNoReply, ReturnNoReply, now
	}
	return r, effects, nil
}
