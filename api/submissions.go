package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Submission is one immutable version of an answer on the wire, without its
// body.
type Submission struct {
	Cycle         string        `json:"cycle"`
	Contributor   string        `json:"contributor"`
	Version       int           `json:"version"`
	Questionnaire Questionnaire `json:"questionnaire"`
	ReturnType    string        `json:"return_type" enum:"answered,partial,nil,not-applicable,covered,declined"`
	Language      string        `json:"language"`
	Hash          string        `json:"hash" doc:"SHA-256 of the body's bytes as they were sent, hexadecimal."`
	Size          int           `json:"size" doc:"Bytes of the body."`
	SubmittedAt   *time.Time    `json:"submitted_at,omitempty" doc:"Business time."`
	SubmittedBy   string        `json:"submitted_by"`
	Late          bool          `json:"late"`
	Findings      []Finding     `json:"findings" doc:"Justified warnings and advice."`
	Receipt       string        `json:"receipt" example:"/v1/cycles/s-res-2388-2017/op34/2018/requests/state-ken/submissions/1/receipt" doc:"Address of the signed receipt."`

	WithdrawnAt      *time.Time `json:"withdrawn_at,omitempty" doc:"Business time at which its contributor withdrew it; left out where it did not."`
	WithdrawnBy      string     `json:"withdrawn_by,omitempty"`
	WithdrawalReason string     `json:"withdrawal_reason,omitempty"`
}

// Verdict is what checking an answer found.
type Verdict struct {
	Accepted bool      `json:"accepted" doc:"It would be accepted as it is."`
	Findings []Finding `json:"findings"`
}

type validateInput struct {
	RequestPath
	Keyed
}

type validateOutput struct{ Body Verdict }

type submitInput struct {
	RequestPath
	Keyed
	IfMatch
}

type submitOutput struct {
	Location string `header:"Location"`
	Body     Submission
}

type submissionsOutput struct {
	Body struct {
		Items []Submission `json:"items"`
	} `nameHint:"SubmissionList"`
}

// SubmissionPath names one version of an answer.
type SubmissionPath struct {
	RequestPath
	Version int `path:"version" minimum:"1" doc:"Number of the version."`
}

type submissionOutput struct{ Body Submission }

type bodyOutput struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Body        []byte
}

// maskableOutput is a body that may be without its small numbers.
type maskableOutput struct {
	ContentType string `header:"Content-Type"`
	ETag        string `header:"ETag"`
	Body        []byte
	Masked      bool `header:"Rapporteur-Masked" doc:"That small numbers of persons are masked: true or false."`
}

const requestPath = requestsPath + "/{contributor}"

// submissionProblems are the ways in which an answer can be refused.
var submissionProblems = []rapporteur.ProblemKind{
	rapporteur.ProblemRejected, rapporteur.ProblemReceiptOnly, rapporteur.ProblemClosed, rapporteur.ProblemStale, rapporteur.ProblemPrecondition, rapporteur.ProblemConflict,
}

func (s *service) registerSubmissions() {
	register(s, operation{
		id: "validate", method: http.MethodPost, path: requestPath + "/validations", tag: tagRequests, action: access.CheckAnswer,
		summary:     "Check an answer without submitting it",
		description: "Runs the same checks as a submission and says what they find. Nothing is stored.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly}, rawBody: true, maxBody: maxSubmission,
	}, s.validate)
	register(s, operation{
		id: "submit", method: http.MethodPost, path: requestPath + "/submissions", tag: tagRequests, action: access.Submit, status: http.StatusCreated,
		summary: "Submit an answer",
		description: "Accepts the answer, keeps its bytes and signs a receipt, or says why not and keeps nothing. An answer can be given again while collection is open; each " +
			"is a version of its own. Needs no running engine.",
		problems: submissionProblems, rawBody: true, maxBody: maxSubmission,
	}, s.submit)
	register(s, operation{
		id: "list-submissions", method: http.MethodGet, path: requestPath + "/submissions", tag: tagRequests, action: access.ReadSubmission,
		summary: "List the versions of an answer", description: "Every accepted version, oldest first, without the bodies.",
	}, s.listSubmissions)
	register(s, operation{
		id: "get-submission", method: http.MethodGet, path: requestPath + "/submissions/{version}", tag: tagRequests, action: access.ReadSubmission,
		summary: "Read what is known of a version", description: "When and by whom it was submitted, its hash, and the findings it was accepted with.",
	}, s.getSubmission)
	register(s, operation{
		id: "get-submission-body", method: http.MethodGet, path: requestPath + "/submissions/{version}/body", tag: tagRequests, action: access.ReadBody,
		summary: "Read the body of a version", description: "To its contributor and the cycle's lead drafter the bytes as they were submitted; their SHA-256 is the version's hash and the ETag. To the rest of " +
			"the Secretariat with counts of persons below five as <5, and tables that hold one with their total alone. Every reading is on record.",
		media: mediaObject("application/json", "The answer as it was submitted."),
	}, s.getBody)
	s.registerReceipts()
	s.registerShortReturns()
}

func (s *service) validate(ctx context.Context, in *validateInput) (*validateOutput, error) {
	verdict, err := s.Correspondence.Check(ctx, in.key(), in.RawBody)
	if err != nil {
		return nil, err
	}
	return &validateOutput{Body: Verdict{
		Accepted: verdict.Accepted, Findings: findingsOf(verdict.Findings, callOf(ctx).languageOf(verdict.Document.Language)),
	}}, nil
}

func (s *service) submit(ctx context.Context, in *submitInput) (*submitOutput, error) {
	correspondence := s.Correspondence
	correspondence.Store = s.guardRequest(in.IfMatch, in.key())
	// The framework uses the buffer again; a write may outlive its caller.
	body := bytes.Clone(in.RawBody)
	submission, err := correspondence.Submit(ctx, callOf(ctx).principal, in.key(), body)
	if err != nil {
		return nil, err
	}
	return &submitOutput{
		Location: submissionURL(in.key(), submission.Version),
		Body:     submissionOf(ctx, submission),
	}, nil
}

// submissionURL is the address of a version.
func submissionURL(k rapporteur.RequestKey, version int) string {
	return fmt.Sprintf("%s/submissions/%d", requestURL(k), version)
}

func submissionOf(ctx context.Context, s rapporteur.Submission) Submission {
	return Submission{
		Cycle: string(s.Cycle), Contributor: string(s.Contributor), Version: s.Version,
		Questionnaire: Questionnaire{ID: s.Questionnaire.ID, Version: s.Questionnaire.Version},
		ReturnType:    string(s.ReturnType), Language: s.Language, Hash: s.Hash, Size: s.Size, SubmittedAt: instant(s.SubmittedAt),
		SubmittedBy: s.SubmittedBy, Late: s.Late, Findings: findingsOf(s.Findings, callOf(ctx).languageOf(s.Language)),
		Receipt:     submissionURL(s.RequestKey, s.Version) + "/receipt",
		WithdrawnAt: instant(s.Withdrawal.At), WithdrawnBy: s.Withdrawal.By, WithdrawalReason: s.Withdrawal.Reason,
	}
}

func (s *service) listSubmissions(ctx context.Context, in *RequestPath) (*submissionsOutput, error) {
	out := &submissionsOutput{}
	out.Body.Items = []Submission{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Request(ctx, in.key()); err != nil {
			return err
		}
		found, err := r.Submissions(ctx, in.key())
		for _, submission := range found {
			out.Body.Items = append(out.Body.Items, submissionOf(ctx, submission))
		}
		return err
	})
	return out, err
}

func (s *service) getSubmission(ctx context.Context, in *SubmissionPath) (*submissionOutput, error) {
	var submission rapporteur.Submission
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		submission, err = r.Submission(ctx, in.key(), in.Version)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &submissionOutput{Body: submissionOf(ctx, submission)}, nil
}

func (s *service) getBody(ctx context.Context, in *SubmissionPath) (*maskableOutput, error) {
	reading, err := s.Correspondence.Read(ctx, callOf(ctx).principal, in.key(), in.Version)
	if err != nil {
		return nil, err
	}
	return &maskableOutput{ContentType: "application/json", ETag: `"` + reading.Hash + `"`, Body: reading.Body, Masked: reading.Masked}, nil
}
