package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Draft is one compiled version of a report on the wire, without its text.
type Draft struct {
	Number     int        `json:"number"`
	CompiledAt *time.Time `json:"compiled_at,omitempty" doc:"Business time."`
	Outcome    string     `json:"outcome" enum:"pending,cleared,returned,not-needed" doc:"Of its clearance; the digest of an intake's window needs none."`
	Comments   string     `json:"comments,omitempty" doc:"What clearance said when it returned the draft."`
}

// DraftDetail is a draft with what its text amounts to.
type DraftDetail struct {
	Draft
	Title      string         `json:"title"`
	Symbol     string         `json:"symbol,omitempty"`
	Masthead   string         `json:"masthead,omitempty" format:"date"`
	Words      int            `json:"words" doc:"Footnotes, headings and tables counted."`
	WordBudget int            `json:"word_budget"`
	Hash       string         `json:"hash" doc:"SHA-256 of the content; what a clearance decision names."`
	Asked      int            `json:"asked"`
	OnTime     int            `json:"on_time"`
	Late       int            `json:"late"`
	Outcomes   map[string]int `json:"outcomes" doc:"How many contributors answered in which way."`
}

type draftsOutput struct {
	Body struct {
		Items []Draft `json:"items"`
	} `nameHint:"DraftList"`
}

type draftOutput struct {
	ETag string `header:"ETag"`
	Body DraftDetail
}

type reportInput struct {
	DraftPath
	IfNoneMatch
	Format string `query:"format" enum:"json,html,docx" doc:"In place of the header Accept."`
}

// resource takes the best case; what is true is asked when the draft is read.
func (i *reportInput) resource(rapporteur.Principal) access.Resource {
	return access.Resource{Cycle: i.id(), Transmitted: true}
}

const (
	draftsPath = "/v1/cycles/{instrument}/{stream}/{period}/drafts"
	mediaHTML  = "text/html"
	mediaDOCX  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

func (s *service) registerDrafts() {
	register(s, operation{
		id: "list-drafts", method: http.MethodGet, path: draftsPath, tag: tagReports, action: access.ReadDraft,
		summary: "List drafts", description: "Every compiled version of the cycle's report and what came of its clearance.",
	}, s.listDrafts)
	register(s, operation{
		id: "get-draft", method: http.MethodGet, path: draftsPath + "/{number}", tag: tagReports, action: access.ReadDraft,
		summary: "Read a draft's particulars", description: "Its words, its hash and whose answers it rests on; the text is under report.",
	}, s.getDraft)
	register(s, operation{
		id: "get-report", method: http.MethodGet, path: draftsPath + "/{number}/report", tag: tagReports, action: access.ReadReport,
		summary: "Read a draft's text", description: "The report as a document: JSON with the provenance of every paragraph and figure, HTML or DOCX. Contributors read what has been transmitted, without its sources.",
		media: map[string]*huma.MediaType{
			mediaJSON: mediaObject(mediaJSON, "The report with its provenance.")[mediaJSON], mediaHTML: textMedia("The report as a page."),
			mediaDOCX: {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		},
	}, s.getReport)
}

func (s *service) listDrafts(ctx context.Context, in *CyclePath) (*draftsOutput, error) {
	out := &draftsOutput{}
	out.Body.Items = []Draft{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Cycle(ctx, in.id()); err != nil {
			return err
		}
		drafts, err := r.Drafts(ctx, in.id())
		for _, d := range drafts {
			out.Body.Items = append(out.Body.Items, draftOf(d))
		}
		return err
	})
	return out, err
}

func draftOf(d rapporteur.Draft) Draft {
	return Draft{Number: d.Number, CompiledAt: instant(d.CompiledAt), Outcome: string(d.Outcome), Comments: d.Comments}
}

func (s *service) readDraft(ctx context.Context, id rapporteur.CycleID, number int) (rapporteur.Draft, error) {
	var draft rapporteur.Draft
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		draft, err = r.Draft(ctx, id, number)
		return err
	})
	return draft, err
}

func (s *service) getDraft(ctx context.Context, in *DraftPath) (*draftOutput, error) {
	d, err := s.readDraft(ctx, in.id(), in.Number)
	if err != nil {
		return nil, err
	}
	body := DraftDetail{
		Draft: draftOf(d), Title: d.Report.Masthead.Title, Symbol: d.Report.Masthead.Symbol, Masthead: d.Report.Masthead.Date.String(),
		Words: d.Report.Words, WordBudget: d.Report.WordBudget, Hash: d.Report.Hash,
		Asked: d.Report.Coverage.Asked, OnTime: d.Report.Coverage.OnTime, Late: d.Report.Coverage.Late, Outcomes: map[string]int{},
	}
	for kind, n := range d.Report.Coverage.Outcomes {
		body.Outcomes[string(kind)] = n
	}
	return &draftOutput{ETag: etagOf(d.Number, body), Body: body}, nil
}

func (s *service) getReport(ctx context.Context, in *reportInput) (*document, error) {
	formats := map[string]string{"json": mediaJSON, "html": mediaHTML, "docx": mediaDOCX}
	media, err := chosenMedia(in.Format, callOf(ctx).accept, formats, mediaJSON, mediaHTML, mediaDOCX)
	if err != nil {
		return nil, err
	}
	draft, err := s.readDraft(ctx, in.id(), in.Number)
	if err != nil {
		return nil, err
	}
	resource := access.Resource{Cycle: in.id(), Transmitted: draft.Report.Masthead.Symbol != ""}
	if access.Allow(callOf(ctx).principal, access.ReadReport, resource) != nil {
		return nil, rapporteur.NotFound("draft", strconv.Itoa(in.Number)) // for whom it is not yet, it is not there
	}
	role := callOf(ctx).principal.Role
	if role == rapporteur.RoleContributor {
		draft.Report = draft.Report.WithoutSources()
	}
	out := &document{
		ContentType: media, Vary: "Accept, Authorization",
		ETag: etagOf(draft.Number, []string{media, string(role), draft.Report.Hash, draft.Report.Masthead.Symbol}),
	}
	if err := in.fresh(out.ETag); err != nil {
		return nil, err
	}
	for format, m := range formats {
		if m != media {
			continue
		}
		if out.Body, err = s.Renderer.Render(ctx, draft.Report, format); err != nil {
			return nil, fmt.Errorf("cannot render report as %s: %w", format, err)
		}
	}
	switch media {
	case mediaHTML:
		out.ContentType, out.Policy = mediaHTML+"; charset=utf-8", ownStyles(out.Body)
	case mediaDOCX:
		out.Disposition = fmt.Sprintf(`attachment; filename="report-draft-%d.docx"`, draft.Number)
	}
	return out, nil
}

var styleElement = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)

// ownStyles is a content security policy under which a page can use the style
// sheets that it carries and nothing else at all.
func ownStyles(page []byte) string {
	styles := []string{"style-src"}
	for _, style := range styleElement.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(style[1])
		styles = append(styles, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	if len(styles) == 1 {
		return contentPolicy
	}
	return contentPolicy + "; " + strings.Join(styles, " ")
}
