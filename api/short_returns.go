package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// ShortReturn is an answer that is given in one call, without the document of
// the questionnaire.
type ShortReturn struct {
	ReturnType     string            `json:"return_type" enum:"nil,partial,not-applicable,covered,declined" doc:"Nothing to report; some questions only; the request does not apply; another report covers it; no answer will be given."`
	Reason         string            `json:"reason,omitempty" maxLength:"4000" doc:"Needed for not-applicable and declined; a nil return says by itself that there is nothing to report."`
	Report         string            `json:"report,omitempty" maxLength:"500" example:"A/HRC/38/45" doc:"covered: symbol or title of the report that covers the request."`
	Language       string            `json:"language,omitempty" enum:"ar,zh,en,fr,ru,es" default:"en" doc:"Of what is written here."`
	Authority      string            `json:"authority,omitempty" maxLength:"300" doc:"Who answers; the contributor's name where left out."`
	Period         *ReturnPeriod     `json:"period,omitempty" doc:"What the answer is about; from the adoption of the instrument to the day of the request where left out."`
	MayBeQuoted    bool              `json:"may_be_quoted,omitempty" doc:"The answer may be attributed by name."`
	Classification string            `json:"classification,omitempty" enum:"unclassified,confidential" default:"unclassified"`
	Answers        json.RawMessage   `json:"answers,omitempty" doc:"partial: an object of answers by question, as in the questionnaire."`
	Justifications map[string]string `json:"justifications,omitempty" doc:"Of warnings, by their rule."`
}

// ReturnPeriod is what an answer is about.
type ReturnPeriod struct {
	From string `json:"from" format:"date"`
	To   string `json:"to" format:"date"`
}

type shortReturnInput struct {
	RequestPath
	Keyed
	IfMatch
	Body ShortReturn
}

func (s *service) registerShortReturns() {
	register(s, operation{
		id: "submit-short", method: http.MethodPost, path: requestPath + "/short-returns", tag: tagRequests, action: access.Submit, status: http.StatusCreated,
		summary: "Answer in one call",
		description: "Nothing to report, not applicable, covered by another report, declined, or a few answers: the body is written by the request's questionnaire and submitted as " +
			"any other, with a version, a signed receipt and an audit record. The same return again is the same version.",
		problems: submissionProblems, maxBody: maxSubmission,
	}, s.submitShort)
}

func (s *service) submitShort(ctx context.Context, in *shortReturnInput) (*submitOutput, error) {
	short, err := in.Body.read()
	if err != nil {
		return nil, err
	}
	correspondence := s.Correspondence
	correspondence.Store = s.guardRequest(in.IfMatch, in.key())
	submission, err := correspondence.SubmitShort(ctx, callOf(ctx).principal, in.key(), short)
	if err != nil {
		return nil, err
	}
	return &submitOutput{Location: submissionURL(in.key(), submission.Version), Body: submissionOf(ctx, submission)}, nil
}

func (r ShortReturn) read() (rapporteur.ShortReturn, error) {
	short := rapporteur.ShortReturn{
		Type: rapporteur.ReturnType(r.ReturnType), Reason: r.Reason, Report: r.Report, Language: r.Language, Authority: r.Authority,
		MayBeQuoted: r.MayBeQuoted, Classification: rapporteur.Classification(r.Classification), Justifications: r.Justifications, Answers: r.Answers,
	}
	if r.Period == nil {
		return short, nil
	}
	var err error
	if short.From, err = dateOf(r.Period.From); err != nil {
		return short, err
	}
	short.To, err = dateOf(r.Period.To)
	return short, err
}
