package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"

	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type ruleCommand struct {
	List    ruleListCommand    `cmd:"" help:"List the cross-field rules of a cycle's questionnaires and what is suspended."`
	Suspend ruleSuspendCommand `cmd:"" help:"Suspend a rule in a cycle, for a reason; what was accepted is checked again."`
	Lift    ruleLiftCommand    `cmd:"" help:"Let a suspended rule hold again, for a reason; what was accepted is checked again."`
}

type ruleListCommand struct {
	server `embed:""`
	Cycle  string `arg:"" help:"{instrument}/{stream}/{period}"`
}

// cycleRules is what the API tells of a cycle's rules.
type cycleRules struct {
	Rules []struct {
		ID            string `json:"id"`
		Questionnaire string `json:"questionnaire"`
		Severity      string `json:"severity"`
		Message       string `json:"message"`
		Suspended     bool   `json:"suspended"`
	} `json:"rules"`
	Suspensions []struct {
		Number        int    `json:"number"`
		Rule          string `json:"rule"`
		Questionnaire string `json:"questionnaire"`
		Reason        string `json:"reason"`
		SuspendedAt   string `json:"suspended_at"`
		SuspendedBy   string `json:"suspended_by"`
		LiftReason    string `json:"lift_reason"`
		LiftedAt      string `json:"lifted_at"`
		LiftedBy      string `json:"lifted_by"`
		Revalidated   bool   `json:"revalidated"`
	} `json:"suspensions"`
}

// Run prints a table of the rules, and below it every suspension with who, when
// and why.
func (c ruleListCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	var rules cycleRules
	if err := client.JSON(ctx, remote.Call{Method: http.MethodGet, Path: "/v1/cycles/" + c.Cycle + "/rules"}, &rules); err != nil {
		return err
	}
	return rules.print(os.Stdout)
}

func (r cycleRules) print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "RULE\tQUESTIONNAIRE\tSEVERITY\tHOLDS\tFINDS")
	for _, rule := range r.Rules {
		holds := "yes"
		if rule.Suspended {
			holds = "suspended"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", rule.ID, rule.Questionnaire, rule.Severity, holds, rule.Message)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range r.Suspensions {
		about := s.Rule
		if s.Questionnaire != "" {
			about += " for " + s.Questionnaire
		}
		_, _ = fmt.Fprintf(out, "%d: %s suspended at %s by %s: %s\n", s.Number, about, s.SuspendedAt, s.SuspendedBy, s.Reason)
		if s.LiftedAt != "" {
			_, _ = fmt.Fprintf(out, "   lifted at %s by %s: %s\n", s.LiftedAt, s.LiftedBy, s.LiftReason)
		}
		if !s.Revalidated {
			_, _ = fmt.Fprintln(out, "   not everything was checked again: repeat the command")
		}
	}
	return nil
}

type ruleSuspendCommand struct {
	server         `embed:""`
	Cycle          string `arg:"" help:"{instrument}/{stream}/{period}"`
	Rule           string `arg:"" help:"Rule, such as figures/sex-adds-up."`
	Reason         string `required:"" help:"Why."`
	Questionnaire  string `help:"Only for answers to this questionnaire, such as member-state."`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key."`
}

// Run suspends the rule and prints whose findings are others now.
func (c ruleSuspendCommand) Run(ctx context.Context) error {
	body := map[string]string{"rule": c.Rule, "reason": c.Reason}
	if c.Questionnaire != "" {
		body["questionnaire"] = c.Questionnaire
	}
	return c.call(ctx, remote.Call{
		Method: http.MethodPost, Path: "/v1/cycles/" + c.Cycle + "/rule-suspensions", Body: body, Idempotency: c.IdempotencyKey,
	})
}

type ruleLiftCommand struct {
	server         `embed:""`
	Cycle          string `arg:"" help:"{instrument}/{stream}/{period}"`
	Number         int    `arg:"" help:"Number of the suspension, as listed."`
	Reason         string `required:"" help:"Why the rule holds again."`
	IdempotencyKey string `help:"Repeat the command safely by giving the same key."`
}

// Run lifts the suspension and prints whose findings are others now.
func (c ruleLiftCommand) Run(ctx context.Context) error {
	return c.call(ctx, remote.Call{
		Method: http.MethodPost, Path: "/v1/cycles/" + c.Cycle + "/rule-suspensions/" + strconv.Itoa(c.Number) + "/lift",
		Body: map[string]string{"reason": c.Reason}, Idempotency: c.IdempotencyKey,
	})
}

type cycleFindingsCommand struct {
	server   `embed:""`
	Cycle    string `arg:"" help:"{instrument}/{stream}/{period}"`
	Rule     string `help:"Only of this rule."`
	Severity string `enum:",error,warning,privacy,advice" default:"" help:"Only of this severity."`
	Blocking bool   `help:"Only what would stop the answer if it came now."`
	Draft    int    `help:"Instead, the notes on the answers that this draft rests on, with its paragraphs and tables."`
	Cursor   string `help:"The next_cursor of the page before."`
}

// Run prints what was found in accepted answers, with the justifications.
func (c cycleFindingsCommand) Run(ctx context.Context) error {
	if c.Draft > 0 {
		return c.call(ctx, remote.Call{Method: http.MethodGet, Path: fmt.Sprintf("/v1/cycles/%s/drafts/%d/notes", c.Cycle, c.Draft)})
	}
	query := url.Values{}
	for name, value := range map[string]string{"rule": c.Rule, "severity": c.Severity, "cursor": c.Cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if c.Blocking {
		query.Set("blocking", "true")
	}
	path := "/v1/cycles/" + c.Cycle + "/findings"
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.call(ctx, remote.Call{Method: http.MethodGet, Path: path})
}
