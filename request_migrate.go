package rapporteur

import "time"

// MigrateEvent is that a request asks another version of its questionnaire. An
// answer that fits is carried over as a version of its own; one that does not
// goes back to its contributor, and stands as it was accepted until then.
type MigrateEvent struct {
	Questionnaire QuestionnaireRef
	Carried       bool // the answer was carried over as the next version
	CompleteBy    Date // the contributor has to complete the answer by this date; zero where it need not
	CalledBack    bool // what an earlier migration asked the contributor to complete is not asked any more
}

// migrate pins the request to the other version. Neither a version that was
// carried over nor a return that a questionnaire is the reason of is the
// contributor's doing: when it answered, and how often it was returned for
// correction, stays as it is.
func (r Request) migrate(e MigrateEvent, now time.Time) (Request, []RequestEffect, error) {
	stands := (r.State == RequestReceived || r.State == RequestSettled) && r.Standing() > 0
	switch {
	case !r.Accepting():
		return r, nil, r.closedProblem()
	case e.Questionnaire.ID != r.Questionnaire.ID:
		return r, nil, Problemf(ProblemInvalid, "Another questionnaire", "The request asks %s, not %s.", r.Questionnaire, e.Questionnaire)
	case e.Questionnaire == r.Questionnaire:
		return r, nil, invalidStep("The request asks %s already.", r.Questionnaire)
	case (e.Carried || !e.CompleteBy.IsZero()) && !stands:
		return r, nil, invalidStep("There is no answer to carry over: the request is %s.", r.State)
	case !e.CompleteBy.IsZero() && !e.CompleteBy.End().After(now):
		return r, nil, Problemf(ProblemInvalid, "The date is over", "Give a date after %s by which to complete the answer.", DateOf(now))
	case e.CalledBack && r.State != RequestReturned:
		return r, nil, invalidStep("Nothing is asked back: the request is %s.", r.State)
	}
	r.Questionnaire = e.Questionnaire
	var effects []RequestEffect
	switch {
	case e.Carried:
		r.Version++
	case !e.CompleteBy.IsZero():
		r.State, r.Due, r.SettledAt = RequestReturned, e.CompleteBy, time.Time{}
		r.OffPath = true
		r.FollowUp++
		effects = []RequestEffect{EffectStartFollowUp}
	}
	if e.CalledBack {
		r.State = RequestReceived
		r = r.withoutWish()
		effects = r.wake()
	}
	return r, effects, nil
}
