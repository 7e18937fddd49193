package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

type remindInput struct {
	RequestPath
	Keyed
	IfMatch
	Body *struct {
		Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Why now; for the record, the contributor does not read it."`
	} `nameHint:"ReminderAsked" required:"false"`
}

type snoozeInput struct {
	RequestPath
	Keyed
	IfMatch
	Body struct {
		Until  string `json:"until,omitempty" format:"date" doc:"The day from which reminders may go again; left out, they go again at once."`
		Reason string `json:"reason,omitempty" maxLength:"4000" doc:"Why reminders rest; needed with a day, and for the record: the contributor does not read it."`
	} `nameHint:"Snooze"`
}

type settleInput struct {
	RequestPath
	Keyed
	IfMatch
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that was read; a newer one is not taken."`
	} `nameHint:"Settlement"`
}

func (s *service) registerReminders() {
	conflicts := []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemPrecondition}
	register(s, operation{
		id: "remind", method: http.MethodPost, path: requestPath + "/reminders", tag: tagRequests, action: access.RemindRequest, mayBeEmpty: true,
		summary: "Send a reminder now",
		description: "Has the engine send one reminder out of turn. It is not sent where an answer comes before it, and refused where nothing is owed, an extension waits for a decision, " +
			"reminders rest, or a message went to the contributor on the same day.",
		problems: conflicts,
	}, s.remind)
	register(s, operation{
		id: "snooze", method: http.MethodPut, path: requestPath + "/snooze", tag: tagRequests, action: access.SnoozeRequest,
		summary:     "Let reminders rest",
		description: "No reminder goes to the contributor before a day; what would have been sent meanwhile is not made up for. Whatever else there is to tell is sent all the same.",
		problems:    conflicts,
	}, s.snooze)
	register(s, operation{
		id: "settle", method: http.MethodPost, path: requestPath + "/settlements", tag: tagRequests, action: access.SettleRequest,
		summary:     "Take an answer as it stands",
		description: "Settles a request whose answer waits to be collected, now. The contributor can still answer anew, and the answer can still be returned, until collection closes.",
		problems:    append(conflicts, rapporteur.ProblemStale),
	}, s.settle)
}

func (s *service) remind(ctx context.Context, in *remindInput) (*requestOutput, error) {
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	secretariat := s.Secretariat
	secretariat.Store = in.guard(secretariat.Store, in.key())
	if _, err := secretariat.Remind(ctx, callOf(ctx).principal, in.key(), reason, commandID(ctx)); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}

func (s *service) snooze(ctx context.Context, in *snoozeInput) (*requestOutput, error) {
	until, err := dateOf(in.Body.Until)
	if err != nil {
		return nil, err
	}
	secretariat := s.Secretariat
	secretariat.Store = in.guard(secretariat.Store, in.key())
	if _, err := secretariat.Snooze(ctx, callOf(ctx).principal, in.key(), until, in.Body.Reason, commandID(ctx)); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}

func (s *service) settle(ctx context.Context, in *settleInput) (*requestOutput, error) {
	secretariat := s.Secretariat
	secretariat.Store = in.guard(secretariat.Store, in.key())
	if _, err := secretariat.Settle(ctx, callOf(ctx).principal, in.key(), in.Body.Version, commandID(ctx)); err != nil {
		return nil, err
	}
	return s.requestNow(ctx, in.key())
}
