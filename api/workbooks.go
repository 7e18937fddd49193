package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Figures is what was read from figures as CSV.
type Figures struct {
	Cells    int            `json:"cells" doc:"How many cells have a value."`
	Answers  map[string]any `json:"answers" doc:"By question and part the tables, as they stand under answers in a submission."`
	Findings []Finding      `json:"findings" doc:"What could not be read, by line and column. Such lines are not among the answers."`
}

type workbookInput struct {
	RequestPath
	Language string `query:"language" enum:"ar,zh,en,fr,ru,es" doc:"Of the labels, where the questionnaire has them; that of Accept-Language where left out."`
}

type figuresOutput struct{ Body Figures }

const workbookPath = requestPath + "/workbook"

// fileProblems are the ways in which an answer as a file can be refused.
var fileProblems = append([]rapporteur.ProblemKind{rapporteur.ProblemUnsupported}, submissionProblems...)

func (s *service) registerWorkbooks() {
	binary := map[string]*huma.MediaType{mediaXLSX: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	register(s, operation{
		id: "get-workbook", method: http.MethodGet, path: workbookPath, tag: tagRequests, action: access.ReadBody,
		summary: "Fetch the request as a workbook",
		description: "The questionnaire as a spreadsheet to fill in (Office Open XML), with the newest accepted answer filled in where there is one. What is " +
			"read back from it is the answer's JSON, exactly.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly}, media: binary,
	}, s.getWorkbook)
	register(s, operation{
		id: "validate-workbook", method: http.MethodPost, path: workbookPath + "/validations", tag: tagRequests, action: access.CheckAnswer,
		summary:     "Check a workbook without submitting it",
		description: "Reads the answer from the workbook and checks it. Each finding names its cell. Nothing is stored.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemStale, rapporteur.ProblemReceiptOnly, rapporteur.ProblemUnsupported},
		rawBody:     true, maxBody: maxWorkbook, takes: []string{mediaXLSX},
	}, s.validateWorkbook)
	register(s, operation{
		id: "submit-workbook", method: http.MethodPost, path: workbookPath + "/submissions", tag: tagRequests, action: access.Submit, status: http.StatusCreated,
		summary: "Submit an answer as a workbook",
		description: "Reads the answer from the workbook and accepts it as any other: what is kept is its JSON, whose hash the receipt has. The workbook's SHA-256 " +
			"goes to the audit record. Macros, formulas, links to other files and embedded objects are refused, and nothing of them is kept.",
		problems: fileProblems, rawBody: true, maxBody: maxWorkbook, takes: []string{mediaXLSX},
	}, s.submitWorkbook)
	register(s, operation{
		id: "get-figures", method: http.MethodGet, path: requestPath + "/figures.csv", tag: tagRequests, action: access.ReadBody,
		summary: "Fetch the tables of figures as CSV",
		description: "All tables of figures of the questionnaire in one file, a line for each cell (RFC 4180), filled in from the newest accepted answer where there " +
			"is one.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
		media:    map[string]*huma.MediaType{mediaCSV: textMedia("One line for each cell of a table, with a head line.")},
	}, s.getFigures)
	register(s, operation{
		id: "check-figures", method: http.MethodPost, path: requestPath + "/figures.csv", tag: tagRequests, action: access.CheckAnswer,
		summary:     "Turn figures as CSV into answers",
		description: "Reads the tables of such a file and gives them as they stand in a submission, to be put into one. Nothing is stored.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemReceiptOnly},
		rawBody:     true, maxBody: maxFigures, takes: []string{mediaCSV},
	}, s.checkFigures)
}

// attached is a file about a request, to be saved under a name of its own.
func attached(media, ending string, key rapporteur.RequestKey, body []byte) *document {
	_, stream, period, _ := key.Cycle.Parts() // a stored id has its parts
	return &document{
		ContentType: media, Vary: "Accept-Language, Authorization", Body: body,
		Disposition: fmt.Sprintf(`attachment; filename="%s-%s-%s.%s"`, stream, period, key.Contributor, ending),
	}
}

func (s *service) getWorkbook(ctx context.Context, in *workbookInput) (*document, error) {
	file, err := s.Correspondence.Workbook(ctx, callOf(ctx).principal, in.key(), cmp.Or(in.Language, callOf(ctx).language))
	if err != nil {
		return nil, err
	}
	return attached(mediaXLSX, "xlsx", in.key(), file), nil
}

func (s *service) validateWorkbook(ctx context.Context, in *validateInput) (*validateOutput, error) {
	verdict, err := s.Correspondence.CheckWorkbook(ctx, in.key(), in.RawBody)
	if err != nil {
		return nil, err
	}
	return &validateOutput{Body: Verdict{
		Accepted: verdict.Accepted, Findings: findingsOf(verdict.Findings, callOf(ctx).language),
	}}, nil
}

func (s *service) submitWorkbook(ctx context.Context, in *submitInput) (*submitOutput, error) {
	correspondence := s.Correspondence
	correspondence.Store = s.guardRequest(in.IfMatch, in.key())
	// The framework uses the buffer again; what is read from it may outlive the call.
	submission, err := correspondence.SubmitWorkbook(ctx, callOf(ctx).principal, in.key(), bytes.Clone(in.RawBody))
	if err != nil {
		return nil, err
	}
	return &submitOutput{
		Location: fmt.Sprintf("%s/submissions/%d", requestURL(in.key()), submission.Version),
		Body:     submissionOf(ctx, submission),
	}, nil
}

func (s *service) getFigures(ctx context.Context, in *workbookInput) (*document, error) {
	file, err := s.Correspondence.Figures(ctx, callOf(ctx).principal, in.key(), cmp.Or(in.Language, callOf(ctx).language))
	if err != nil {
		return nil, err
	}
	return attached(mediaCSV+"; charset=utf-8", "csv", in.key(), file), nil
}

func (s *service) checkFigures(ctx context.Context, in *validateInput) (*figuresOutput, error) {
	filled, err := s.Correspondence.CheckFigures(ctx, in.key(), in.RawBody)
	if err != nil {
		return nil, err
	}
	out := &figuresOutput{Body: Figures{Cells: filled.Cells, Findings: findingsOf(filled.Findings, callOf(ctx).language)}}
	if err := json.Unmarshal(filled.Answers, &out.Body.Answers); err != nil {
		return nil, fmt.Errorf("cannot read figures: %w", err)
	}
	return out, nil
}
