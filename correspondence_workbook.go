package rapporteur

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// asked is a request with what is asked in it, for whoever answers by file.
type asked struct {
	Request
	cycle         Cycle
	questionnaire Questionnaire
}

func (c Correspondence) askedByFile(ctx context.Context, key RequestKey) (asked, error) {
	request, cycle, err := c.request(ctx, key)
	if err == nil {
		err = cycle.Collection().takesBodies()
	}
	if err != nil {
		return asked{}, err
	}
	questionnaire, err := c.Catalogue.Questionnaire(request.Questionnaire)
	return asked{Request: request, cycle: cycle, questionnaire: questionnaire}, err
}

// Workbook gives a request as a workbook in a language, filled in with the newest
// accepted answer where there is one to the questionnaire that is asked.
func (c Correspondence) Workbook(ctx context.Context, actor Principal, key RequestKey, language string) ([]byte, error) {
	a, err := c.askedByFile(ctx, key)
	if err != nil {
		return nil, err
	}
	body, err := c.newestBody(ctx, actor, a.Request)
	if err != nil {
		return nil, err
	}
	facts, err := c.workbookFacts(a, language)
	if err != nil {
		return nil, err
	}
	return c.Workbooks.Write(a.questionnaire, body, facts)
}

// Figures gives the tables of figures of a request as CSV, filled in likewise.
func (c Correspondence) Figures(ctx context.Context, actor Principal, key RequestKey, language string) ([]byte, error) {
	a, err := c.askedByFile(ctx, key)
	if err != nil {
		return nil, err
	}
	body, err := c.newestBody(ctx, actor, a.Request)
	if err != nil {
		return nil, err
	}
	return c.Workbooks.WriteFigures(a.questionnaire, body, language)
}

// CheckFigures reads figures as CSV into the answers that hold them. Nothing is
// stored.
func (c Correspondence) CheckFigures(ctx context.Context, key RequestKey, file []byte) (FilledFigures, error) {
	a, err := c.askedByFile(ctx, key)
	if err != nil {
		return FilledFigures{}, err
	}
	filled, err := c.Workbooks.ReadFigures(file, a.questionnaire)
	filled.Findings = c.Catalogue.Placed(a.Questionnaire, nil, filled.Findings)
	return filled, err
}

// newestBody is the newest accepted answer to a request as the actor may read
// it; none where there is none, or where it answers another version of the
// questionnaire. The reading is on record.
func (c Correspondence) newestBody(ctx context.Context, actor Principal, request Request) ([]byte, error) {
	if request.Standing() == 0 {
		return nil, nil
	}
	reading, err := c.Read(ctx, actor, request.RequestKey, request.Standing())
	if err != nil || reading.Questionnaire != request.Questionnaire {
		return nil, err
	}
	return reading.Body, nil
}

func (c Correspondence) workbookFacts(a asked, language string) (WorkbookFacts, error) {
	on := DateOf(a.OpenedAt)
	contributor, err := c.Catalogue.Contributor(a.Contributor, on)
	if err != nil {
		return WorkbookFacts{}, err
	}
	name, streamID, _, err := a.Cycle.Parts()
	if err != nil {
		return WorkbookFacts{}, err
	}
	instrument, err := c.Catalogue.Instrument(name)
	if err != nil {
		return WorkbookFacts{}, err
	}
	stream, _ := instrument.Stream(streamID)
	facts := WorkbookFacts{
		RequestKey: a.RequestKey, Name: contributor.Name(language), Instrument: instrument.Symbol, Title: a.cycle.TitleIn(stream, language), Due: a.Due, Language: language,
	}
	for _, state := range c.Catalogue.Contributors(on, KindMemberState) {
		facts.States = append(facts.States, Option{Code: state.Alpha3, Label: state.Names})
	}
	return facts, nil
}

// CheckWorkbook validates a workbook for a request without submitting it. Each
// finding names its cell.
func (c Correspondence) CheckWorkbook(ctx context.Context, key RequestKey, file []byte) (Verdict, error) {
	a, err := c.askedByFile(ctx, key)
	if err != nil {
		return Verdict{}, err
	}
	_, verdict, err := c.inspectWorkbook(ctx, a, file)
	return verdict, err
}

// inspectWorkbook reads a workbook and checks the answer in it. What could not
// be read from a cell is told once.
func (c Correspondence) inspectWorkbook(ctx context.Context, a asked, file []byte) (FilledWorkbook, Verdict, error) {
	filled, err := c.Workbooks.Read(file, a.questionnaire)
	if err != nil {
		return filled, Verdict{}, err
	}
	if filled.RequestKey != a.RequestKey {
		return filled, Verdict{}, Problemf(ProblemStale, "Another request",
			"The workbook was made for another request. Fetch the workbook of this one and fill in that; nothing of it was kept.")
	}
	verdict, err := c.check(ctx, a.Request, filled.Body)
	if err != nil {
		return filled, verdict, err
	}
	told := map[string]bool{}
	for _, f := range filled.Findings {
		told[f.Pointer] = true
	}
	verdict.Findings = slices.DeleteFunc(verdict.Findings, func(f Finding) bool {
		return told[f.Pointer] && strings.HasPrefix(f.Rule, "schema/")
	})
	unread := c.Catalogue.Placed(a.Questionnaire, filled.Body, slices.Clone(filled.Findings))
	verdict.Findings = filled.withCells(append(unread, verdict.Findings...))
	verdict.Accepted = !Blocked(verdict.Findings)
	return filled, verdict, nil
}

// SubmitWorkbook submits the answer in a workbook as Submit does: its JSON is
// what is kept, and the SHA-256 of the workbook goes to the audit record. The
// same answer in another workbook is the same version.
func (c Correspondence) SubmitWorkbook(ctx context.Context, actor Principal, key RequestKey, file []byte) (Submission, error) {
	a, err := c.askedByFile(ctx, key)
	if err != nil {
		return Submission{}, err
	}
	if !a.Accepting() {
		return Submission{}, a.closedProblem()
	}
	filled, verdict, err := c.inspectWorkbook(ctx, a, file)
	if err != nil {
		return Submission{}, err
	}
	sum := sha256.Sum256(file)
	o := offer{body: filled.Body, details: map[string]string{DetailWorkbook: hex.EncodeToString(sum[:])}}
	submission, err := c.measured(key, o, func(o offer) (Submission, error) {
		if Blocked(filled.Findings) {
			o.measure.ReturnType = verdict.Document.ReturnType
			return Submission{}, rejected(verdict.Document.Language, verdict.Findings)
		}
		return c.keep(ctx, actor, a.Request, a.cycle.Collection(), verdict, o)
	})
	if err != nil {
		return submission, err
	}
	submission.Findings = filled.withCells(slices.Clone(submission.Findings))
	return submission, err
}

// DetailWorkbook is the detail of an audit record that holds the SHA-256 of the
// workbook that an answer was read from.
const DetailWorkbook = "workbook"
