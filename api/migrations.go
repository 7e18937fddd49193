package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// MigratedRequest is what becomes, or became, of one request and its answer.
type MigratedRequest struct {
	Contributor string        `json:"contributor"`
	From        Questionnaire `json:"from" doc:"What it asks, or asked before."`
	Outcome     string        `json:"outcome" enum:"unchanged,mapped,needs-contributor"`
	Why         string        `json:"why" example:"2 answers moved, 1 answer kept beside."`
	Version     int           `json:"version,omitempty" doc:"The version that carries the answer over; left out where none does."`
	Moved       []AnswerMove  `json:"moved,omitempty"`
	Findings    []Finding     `json:"findings,omitempty" doc:"Why the contributor is needed."`
	CompleteBy  string        `json:"complete_by,omitempty" format:"date" doc:"By when the contributor has to complete its answer."`
}

// AnswerMove is one answer, or part of one, that stands elsewhere.
type AnswerMove struct {
	From   string `json:"from,omitempty" example:"Q2.4/instruments" doc:"Left out where it comes back from beside."`
	To     string `json:"to,omitempty" doc:"Left out where it is kept beside."`
	Reason string `json:"reason,omitempty"`
}

// MigrationReport is a page of what becomes of the requests of a cycle.
type MigrationReport struct {
	DryRun        bool              `json:"dry_run"`
	Questionnaire Questionnaire     `json:"questionnaire" doc:"What is asked then."`
	Items         []MigratedRequest `json:"items" doc:"Requests that ask another version; those that ask it already are not among them."`
	NextCursor    string            `json:"next_cursor,omitempty" doc:"Go on with it, until it is left out."`
}

// Migration is the record that a request came to ask another version.
type Migration struct {
	Number        int        `json:"number"`
	Questionnaire string     `json:"questionnaire"`
	From          string     `json:"from"`
	To            string     `json:"to"`
	Outcome       string     `json:"outcome" enum:"unchanged,mapped,needs-contributor"`
	Source        int        `json:"source" doc:"The version of the answer that stood then, 0 for none."`
	Version       int        `json:"version" doc:"The version that was made of it, 0 for none."`
	Kept          bool       `json:"kept" doc:"Something has no place in the other version, and is kept beside."`
	FollowUp      int        `json:"follow_up,omitempty" doc:"Number of the follow-up in which the contributor completes its answer."`
	At            *time.Time `json:"at,omitempty" doc:"Business time."`
	By            string     `json:"by"`
}

// MigratedAnswer is a version of an answer in the layout that is asked now.
type MigratedAnswer struct {
	Questionnaire Questionnaire   `json:"questionnaire"`
	Outcome       string          `json:"outcome" enum:"unchanged,mapped,needs-contributor"`
	Body          json.RawMessage `json:"body" doc:"Begin from it."`
	Kept          json.RawMessage `json:"kept,omitempty" doc:"What has no place in it."`
	Moved         []AnswerMove    `json:"moved"`
	Findings      []Finding       `json:"findings" doc:"What is to be mended, justified or completed."`
}

type migrateInput struct {
	CyclePath
	Keyed
	DryRun bool   `query:"dry_run" doc:"Tell what becomes of every request, and change nothing."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"200" doc:"How many requests to look at."`
	Cursor string `query:"cursor" maxLength:"400" doc:"The next_cursor of the page before."`
	Body   struct {
		Questionnaire string `json:"questionnaire,omitempty" maxLength:"80" example:"member-state" doc:"May be left out where the cycle asks with one alone."`
		To            string `json:"to,omitempty" maxLength:"40" example:"1.1.0" doc:"The version to ask."`
		Back          bool   `json:"back,omitempty" doc:"In place of to: the version before the newest migration."`
		Reason        string `json:"reason,omitempty" maxLength:"4000" doc:"Why; contributors who have to complete their answer read it. Needed unless it is a dry run."`
	} `nameHint:"MigrationOrder"`
}

type migrateOutput struct{ Body MigrationReport }

type migrationsOutput struct {
	Body struct {
		Items []Migration `json:"items"`
	} `nameHint:"MigrationList"`
}

// MigrationPath names one migration of a request.
type MigrationPath struct {
	RequestPath
	Number int `path:"number" minimum:"1" doc:"Number of the migration."`
}

type migratedOutput struct {
	Vary string `header:"Vary"`
	Body MigratedAnswer
}

func (s *service) registerMigrations() {
	register(s, operation{
		id: "migrate-questionnaire", method: http.MethodPost, path: "/v1/cycles/{instrument}/{stream}/{period}/migrations", tag: tagCycles, action: access.MigrateQuestionnaire,
		summary: "Have open requests ask another version of their questionnaire",
		description: "Answers that fit are carried over as a version of their own, and what has no place there is kept beside. One that does not fit goes back to " +
			"its contributor for completion, and stands as it was accepted until then. What was submitted before stays, so that back is as easy as forth. A " +
			"page at a time; a call that was cut short is made again.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemUnsupported, rapporteur.ProblemMalformed},
	}, s.migrateQuestionnaire)
	register(s, operation{
		id: "list-migrations", method: http.MethodGet, path: requestPath + "/migrations", tag: tagRequests, action: access.ReadSubmission,
		summary: "List how a request came to ask other versions", description: "Each migration of the request, oldest first: which version, what became of the answer, and whether something is kept beside it.",
	}, s.listMigrations)
	register(s, operation{
		id: "get-kept-answers", method: http.MethodGet, path: requestPath + "/migrations/{number}/kept", tag: tagRequests, action: access.ReadBody,
		summary: "Read what a migration kept beside an answer", description: "The answers that have no place in the version that was migrated to, in the layout of the version that asked for them.",
		media: mediaObject(mediaJSON, "What is kept beside."),
	}, s.getKept)
	register(s, operation{
		id: "get-migrated-answer", method: http.MethodGet, path: versionPath + "/migrated", tag: tagRequests, action: access.ReadBody,
		summary: "Read a version in the layout that is asked now", description: "Where a contributor begins who has to complete an answer to an earlier version of the questionnaire.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemUnsupported},
	}, s.getMigrated)
}

func (s *service) migrateQuestionnaire(ctx context.Context, in *migrateInput) (*migrateOutput, error) {
	after, err := Paged{Cursor: in.Cursor}.after()
	if err != nil {
		return nil, err
	}
	report, err := s.Secretariat.Migrate(ctx, callOf(ctx).principal, rapporteur.MigrationOrder{
		Cycle: in.id(), Questionnaire: in.Body.Questionnaire, To: in.Body.To, Back: in.Body.Back, Reason: in.Body.Reason,
		DryRun: in.DryRun, After: rapporteur.ContributorID(after), Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	body := MigrationReport{DryRun: in.DryRun, Questionnaire: questionnaireOf(report.Questionnaire), Items: []MigratedRequest{}}
	if report.Next != "" {
		body.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(report.Next))
	}
	for _, m := range report.Requests {
		body.Items = append(body.Items, MigratedRequest{
			Contributor: string(m.Contributor), From: questionnaireOf(m.From), Outcome: string(m.Outcome), Why: m.Why, Version: m.Version,
			Moved: movesOf(m.Moved), Findings: findingsOf(m.Findings, callOf(ctx).language), CompleteBy: m.CompleteBy.String(),
		})
	}
	return &migrateOutput{Body: body}, nil
}

func questionnaireOf(ref rapporteur.QuestionnaireRef) Questionnaire {
	return Questionnaire{ID: ref.ID, Version: ref.Version}
}

func movesOf(moved []rapporteur.AnswerMove) []AnswerMove {
	moves := []AnswerMove{}
	for _, m := range moved {
		moves = append(moves, AnswerMove{From: m.From, To: m.To, Reason: m.Reason})
	}
	return moves
}

// readMigrations lists the migrations of a request that is there.
func (s *service) readMigrations(ctx context.Context, key rapporteur.RequestKey) ([]rapporteur.Migration, error) {
	var found []rapporteur.Migration
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Request(ctx, key); err != nil {
			return err
		}
		var err error
		found, err = r.Migrations(ctx, key)
		return err
	})
	return found, err
}

func (s *service) listMigrations(ctx context.Context, in *RequestPath) (*migrationsOutput, error) {
	found, err := s.readMigrations(ctx, in.key())
	if err != nil {
		return nil, err
	}
	out := &migrationsOutput{}
	out.Body.Items = []Migration{}
	for _, m := range found {
		out.Body.Items = append(out.Body.Items, Migration{
			Number: m.Number, Questionnaire: m.Questionnaire, From: m.From, To: m.To, Outcome: string(m.Outcome), Source: m.Source,
			Version: m.Version, Kept: m.Kept != "", FollowUp: m.FollowUp, At: instant(m.At), By: m.By,
		})
	}
	return out, nil
}

func (s *service) getKept(ctx context.Context, in *MigrationPath) (*bodyOutput, error) {
	hash, kept, err := s.Correspondence.KeptBeside(ctx, callOf(ctx).principal, in.key(), in.Number)
	if err != nil {
		return nil, err
	}
	return &bodyOutput{ContentType: mediaJSON, ETag: `"` + hash + `"`, Body: kept}, nil
}

func (s *service) getMigrated(ctx context.Context, in *SubmissionPath) (*migratedOutput, error) {
	migrated, err := s.Correspondence.MigratedVersion(ctx, callOf(ctx).principal, in.key(), in.Version)
	if err != nil {
		return nil, err
	}
	return &migratedOutput{Vary: "Accept-Language", Body: MigratedAnswer{
		Questionnaire: questionnaireOf(migrated.Document.Questionnaire), Outcome: string(migrated.Outcome),
		Body: migrated.Body, Kept: migrated.Kept, Moved: movesOf(migrated.Moved), Findings: findingsOf(migrated.Findings, callOf(ctx).language),
	}}, nil
}
