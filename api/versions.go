package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Difference is what changed from one version of an answer to another.
type Difference struct {
	From    int             `json:"from" doc:"Number of the earlier version, or of the one that is compared with."`
	To      int             `json:"to"`
	Patch   json.RawMessage `json:"patch" doc:"JSON Patch (RFC 6902) that makes the body of the one of that of the other."`
	Changes []Change        `json:"changes" doc:"The same in words, in the order of the questionnaire."`
	More    int             `json:"more,omitempty" doc:"Changes that are left out, where there are very many."`
}

// Change is one thing that changed, in words.
type Change struct {
	Kind     string `json:"kind" enum:"added,removed,changed,reordered"`
	Pointer  string `json:"pointer" doc:"JSON Pointer (RFC 6901) into the later body; into the earlier one of what was removed."`
	Question string `json:"question,omitempty" example:"Q3.4" doc:"Left out where it is not part of an answer to a question."`
	Place    string `json:"place" doc:"In the language of Accept-Language. Cells of a table are named by what they count."`
	Before   string `json:"before,omitempty" doc:"The value as a person reads it, cut where it is long."`
	After    string `json:"after,omitempty"`
	Text     string `json:"text" doc:"All of it in one sentence."`
}

// Quotation is where a draft of a report rests on a version of an answer.
type Quotation struct {
	Cycle      string   `json:"cycle" doc:"Whose draft it is: the answer's own, or that of a report that tells of its occasion."`
	Draft      int      `json:"draft"`
	Newest     bool     `json:"newest" doc:"No later draft has taken its place."`
	Outcome    string   `json:"outcome,omitempty" enum:"pending,cleared,returned,not-needed" doc:"Of its clearance; contributors are not told."`
	Version    int      `json:"version" doc:"Which version it rests on."`
	Paragraphs []int    `json:"paragraphs" doc:"Their numbers."`
	Tables     []int    `json:"tables" doc:"Their numbers."`
	Annexes    []string `json:"annexes" doc:"Their numbers."`
}

// Withdrawal is an answer that its contributor has withdrawn.
type Withdrawal struct {
	Cycle       string      `json:"cycle"`
	Contributor string      `json:"contributor"`
	Version     int         `json:"version" doc:"The newest of the versions that were withdrawn."`
	WithdrawnAt *time.Time  `json:"withdrawn_at,omitempty" doc:"Business time."`
	WithdrawnBy string      `json:"withdrawn_by"`
	Reason      string      `json:"reason"`
	State       string      `json:"state" enum:"open,received,returned,settled,no-reply,withdrawn" doc:"How the request stands now."`
	Due         string      `json:"due" format:"date" doc:"By when to answer, where it is open again."`
	Quoted      []Quotation `json:"quoted" doc:"Drafts that rest on what was withdrawn."`
}

type diffInput struct {
	SubmissionPath
	From   int    `query:"from" minimum:"1" doc:"The version to compare with; the one before where left out."`
	Format string `query:"format" enum:"json,patch" doc:"In place of the header Accept: patch is the JSON Patch alone."`
}

type withdrawInput struct {
	SubmissionPath
	Keyed
	IfMatch
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"4000" doc:"Why; the Secretariat reads it."`
	} `nameHint:"WithdrawalReason"`
}

type withdrawOutput struct{ Body Withdrawal }

type quotationsOutput struct {
	Body struct {
		Items []Quotation `json:"items"`
	} `nameHint:"QuotationList"`
}

const (
	versionPath = requestPath + "/submissions/{version}"
	mediaPatch  = "application/json-patch+json"
)

func (s *service) registerVersions() {
	register(s, operation{
		id: "diff-submission", method: http.MethodGet, path: versionPath + "/diff", tag: tagRequests, action: access.ReadBody,
		summary: "Compare two versions of an answer",
		description: "What changed from one version to another: as a JSON Patch (RFC 6902), and in words with the labels of the questionnaire. Cells of a " +
			"table are compared by what they count, not by where they stand.",
		media: map[string]*huma.MediaType{
			mediaJSON: {Schema: schemaOf[Difference](s)}, mediaPatch: {Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "object"}, Description: "A JSON Patch (RFC 6902)."}},
		},
	}, s.diffSubmission)
	register(s, operation{
		id: "withdraw-submission", method: http.MethodPost, path: versionPath + "/withdrawal", tag: tagRequests, action: access.WithdrawSubmission, status: http.StatusCreated,
		summary: "Withdraw an answer",
		description: "Takes the newest version back, and with it those before it, which it had replaced. All stay on record and count no more. While collection " +
			"is open the request is open again; after that it counts as no reply, and the Secretariat is told of drafts that rest on the answer. Once the " +
			"report has left, write to the Secretariat. Withdrawn before, nothing changes.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemConflict, rapporteur.ProblemPrecondition},
	}, s.withdrawSubmission)
	register(s, operation{
		id: "list-quotations", method: http.MethodGet, path: versionPath + "/quotations", tag: tagRequests, action: access.ReadSubmission,
		summary: "List what rests on a version", description: "The drafts of reports that rest on the version, with the numbers of paragraphs, tables and annexes: what a correction or withdrawal of it touches.",
	}, s.listQuotations)
}

func (s *service) diffSubmission(ctx context.Context, in *diffInput) (*document, error) {
	media, err := chosenMedia(in.Format, callOf(ctx).accept, map[string]string{"json": mediaJSON, "patch": mediaPatch}, mediaJSON, mediaPatch)
	if err != nil {
		return nil, err
	}
	from := in.From
	if from == 0 {
		if from = in.Version - 1; from == 0 {
			return nil, rapporteur.Problemf(rapporteur.ProblemInvalid, "Nothing to compare with", "Version 1 is the first. Name another version as from.")
		}
	}
	before, err := s.answered(ctx, in.key(), from)
	if err != nil {
		return nil, err
	}
	after, err := s.answered(ctx, in.key(), in.Version)
	if err != nil {
		return nil, err
	}
	found, err := s.Catalogue.Compare(ctx, before, after, callOf(ctx).language)
	if err != nil {
		return nil, err
	}
	out := &document{ContentType: media, Vary: "Accept, Accept-Language", Body: found.Patch}
	if media == mediaPatch {
		return out, nil
	}
	body := Difference{From: from, To: in.Version, Patch: found.Patch, Changes: []Change{}, More: found.More}
	for _, c := range found.Changes {
		body.Changes = append(body.Changes, Change{
			Kind: string(c.Kind), Pointer: c.Pointer, Question: c.Question, Place: c.Place, Before: c.Before, After: c.After, Text: c.Text,
		})
	}
	out.Body, err = json.Marshal(body)
	return out, err
}

// answered is a version as the caller may read it, with the questionnaire that it
// answers. The reading is on record.
func (s *service) answered(ctx context.Context, key rapporteur.RequestKey, version int) (rapporteur.Answered, error) {
	reading, err := s.Correspondence.Read(ctx, callOf(ctx).principal, key, version)
	return rapporteur.Answered{Questionnaire: reading.Questionnaire, Body: reading.Body}, err
}

func (s *service) withdrawSubmission(ctx context.Context, in *withdrawInput) (*withdrawOutput, error) {
	correspondence := s.Correspondence
	correspondence.Store = s.guardRequest(in.IfMatch, in.key())
	done, err := correspondence.Withdraw(ctx, callOf(ctx).principal, in.key(), in.Version, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	w := done.Submission.Withdrawal
	return &withdrawOutput{Body: Withdrawal{
		Cycle: string(in.id()), Contributor: in.Contributor, Version: in.Version, WithdrawnAt: instant(w.At), WithdrawnBy: w.By, Reason: w.Reason,
		State: string(done.Request.State), Due: done.Request.Due.String(), Quoted: quotationsOf(ctx, done.Quoted),
	}}, nil
}

func quotationsOf(ctx context.Context, quoted []rapporteur.Quotation) []Quotation {
	items := []Quotation{}
	for _, q := range quoted {
		item := Quotation{
			Cycle: string(q.Cycle), Draft: q.Draft, Newest: q.Newest, Version: q.Version,
			Paragraphs: append([]int{}, q.Paragraphs...), Tables: append([]int{}, q.Tables...), Annexes: append([]string{}, q.Annexes...),
		}
		if staff(callOf(ctx).principal) {
			item.Outcome = string(q.Outcome)
		}
		items = append(items, item)
	}
	return items
}

func (s *service) listQuotations(ctx context.Context, in *SubmissionPath) (*quotationsOutput, error) {
	out := &quotationsOutput{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Submission(ctx, in.key(), in.Version); err != nil {
			return err
		}
		quoted, err := rapporteur.Quotations(ctx, r, in.key(), func(version int) bool { return version == in.Version })
		out.Body.Items = quotationsOf(ctx, quoted)
		return err
	})
	return out, err
}
