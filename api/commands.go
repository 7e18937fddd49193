package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Command is what the Secretariat tells a running cycle. Which fields it needs
// follows its kind.
type Command struct {
	Date        string `json:"date,omitempty" format:"date" doc:"move-deadline: the new deadline; transmit, record-issue: the masthead date; reschedule: the new date of the event; record-outcome: the day on which it was held."`
	Closes      string `json:"closes,omitempty" format:"date" doc:"move-deadline: the new end of collection."`
	Authority   string `json:"authority,omitempty" maxLength:"500" doc:"move-deadline, reschedule: the document or person that allows it."`
	Reason      string `json:"reason,omitempty" maxLength:"4000" doc:"Why; contributors read it where they are written to."`
	Contributor string `json:"contributor,omitempty" maxLength:"80" doc:"add-contributor, withdraw-contributor: whom."`
	Symbol      string `json:"symbol,omitempty" maxLength:"60" doc:"transmit, record-issue: document symbol of the report; record-outcome: symbol or other reference of the event's record." example:"S/2018/1042"`
	Paragraphs  string `json:"paragraphs,omitempty" maxLength:"100" doc:"record-issue: where the section stands in the host report; left out where it has none." example:"45–47"`

	Outcome      string   `json:"outcome,omitempty" enum:"held,postponed,not-held" doc:"record-outcome: what came of the event; postponed is without a new date."`
	Summary      string   `json:"summary,omitempty" maxLength:"4000" doc:"record-outcome: at most 150 words, without names of persons."`
	Participants []string `json:"participants,omitempty" maxItems:"500" doc:"record-outcome: contributors that took part."`
	Present      int      `json:"present,omitempty" minimum:"0" maximum:"100000" doc:"record-outcome: how many took part, where of the event only a receipt is kept."`
}

type commandInput struct {
	CyclePath
	Keyed
	IfMatch
	Kind string   `path:"kind" enum:"open,move-deadline,add-contributor,withdraw-contributor,close-collection,redraft,transmit,record-issue,reschedule,record-outcome,cancel" doc:"What to tell the cycle."`
	Body *Command `required:"false"`
}

func (s *service) registerCommands() {
	register(s, operation{
		id: "command-cycle", method: http.MethodPost, path: "/v1/cycles/{instrument}/{stream}/{period}/commands/{kind}",
		tag: tagCycles, action: access.CommandCycle, mayBeEmpty: true,
		summary: "Tell a running cycle",
		description: "Opens it now, moves its deadline, adds or withdraws a contributor, closes collection, asks for the next draft, transmits the report, " +
			"records that the host report of an inclusion has issued, gives the event of an occasion another date or records its outcome, or cancels the cycle. Answered, with the cycle as it then is, when the engine has committed the command.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemUnreachable, rapporteur.ProblemPrecondition},
	}, s.commandCycle)
}

func (s *service) commandCycle(ctx context.Context, in *commandInput) (*cycleOutput, error) {
	body := Command{}
	if in.Body != nil {
		body = *in.Body
	}
	command, err := body.command(ctx, rapporteur.CommandKind(in.Kind))
	if err != nil {
		return nil, err
	}
	if err := s.Steering.Command(ctx, in.id(), command, func(c rapporteur.Cycle) error { return in.holds(c.Revision) }); err != nil {
		return nil, err
	}
	return s.readCycle(ctx, in.id())
}

func (c Command) command(ctx context.Context, kind rapporteur.CommandKind) (rapporteur.Command, error) {
	date, err := dateOf(c.Date)
	if err != nil {
		return rapporteur.Command{}, err
	}
	closes, err := dateOf(c.Closes)
	if err != nil {
		return rapporteur.Command{}, err
	}
	return rapporteur.Command{
		ID: commandID(ctx), Kind: kind, Actor: callOf(ctx).principal.ID, Reason: c.Reason, Date: date, Closes: closes,
		Authority: c.Authority, Contributor: rapporteur.ContributorID(c.Contributor), Symbol: c.Symbol, Paragraphs: c.Paragraphs,
		Outcome: rapporteur.OutcomeKind(c.Outcome), Summary: c.Summary, Participants: contributorIDs(c.Participants), Present: c.Present,
	}, nil
}
