package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Feed is a calendar feed on the wire; its address is not kept.
type Feed struct {
	ID        string     `json:"id"`
	Cycle     string     `json:"cycle,omitempty" doc:"Left out where the feed holds everything that concerns its principal."`
	Language  string     `json:"language"`
	CreatedAt *time.Time `json:"created_at,omitempty"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
	LastUsed  string     `json:"last_used,omitempty" format:"date" doc:"The last day on which it was read."`
}

// MadeFeed is a feed with its address.
type MadeFeed struct {
	Feed
	Address string `json:"address,omitempty" doc:"What a calendar program subscribes to. Whoever has it reads the feed. Shown this once and never again, not even to a repeated request: if it is lost, revoke the feed and make another."`
}

type makeFeedInput struct {
	Keyed
	Body struct {
		Cycle    string `json:"cycle,omitempty" maxLength:"200" doc:"Only the dates of this cycle: {instrument}/{stream}/{period}."`
		Language string `json:"language,omitempty" enum:"ar,zh,en,fr,ru,es" doc:"English where left out."`
	} `nameHint:"FeedWanted"`
}

type makeFeedOutput struct {
	Location string `header:"Location"`
	Body     MadeFeed
}

// withoutSecret is what may be remembered of the answer.
func (o *makeFeedOutput) withoutSecret() any {
	kept := *o
	kept.Body.Address = ""
	return &kept
}

type feedsOutput struct {
	Body struct {
		Items []Feed `json:"items"`
	} `nameHint:"FeedList"`
}

type revokeFeedInput struct {
	ID string `path:"id" maxLength:"80" doc:"Id of the feed."`
}

func (s *service) registerFeeds() {
	register(s, operation{
		id: "make-feed", method: http.MethodPost, path: "/v1/feeds", tag: tagHooks, action: access.KeepFeeds, status: http.StatusCreated,
		summary: "Make a calendar feed",
		description: "Gives an address that calendar programs subscribe to (iCalendar, RFC 5545): every date that concerns the caller, or those of one cycle. " +
			"The address needs no key, and is in this answer only. The feed ends when it is revoked, and with the key that made it.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemNotFound},
	}, s.makeFeed)
	register(s, operation{
		id: "list-feeds", method: http.MethodGet, path: "/v1/feeds", tag: tagHooks, action: access.KeepFeeds,
		summary: "List one's own calendar feeds", description: "The caller's feeds, revoked ones too, oldest first, without their addresses.",
	}, s.listFeeds)
	register(s, operation{
		id: "revoke-feed", method: http.MethodDelete, path: "/v1/feeds/{id}", tag: tagHooks, action: access.KeepFeeds, status: http.StatusNoContent,
		summary: "Revoke a calendar feed", description: "Ends a feed of the caller's own from now on. One that was revoked before keeps its first date.",
	}, s.revokeFeed)
}

func feedOf(f rapporteur.Feed) Feed {
	return Feed{
		ID: f.ID, Cycle: string(f.Cycle), Language: f.Language, CreatedAt: instant(f.CreatedAt), RevokedAt: instant(f.RevokedAt), LastUsed: f.LastUsed.String(),
	}
}

func (s *service) makeFeed(ctx context.Context, in *makeFeedInput) (*makeFeedOutput, error) {
	language := in.Body.Language
	if language == "" {
		language = "en"
	}
	made, err := s.Feeds.Make(ctx, callOf(ctx).principal, rapporteur.CycleID(in.Body.Cycle), language)
	if err != nil {
		return nil, err
	}
	return &makeFeedOutput{Location: "/v1/feeds/" + made.ID, Body: MadeFeed{Feed: feedOf(made.Feed), Address: made.Address}}, nil
}

func (s *service) listFeeds(ctx context.Context, _ *struct{}) (*feedsOutput, error) {
	mine, err := s.Feeds.List(ctx, callOf(ctx).principal)
	out := &feedsOutput{}
	out.Body.Items = slices.Grow([]Feed{}, len(mine))
	for _, f := range mine {
		out.Body.Items = append(out.Body.Items, feedOf(f))
	}
	return out, err
}

func (s *service) revokeFeed(ctx context.Context, in *revokeFeedInput) (*struct{}, error) {
	return nil, s.Feeds.Revoke(ctx, callOf(ctx).principal, in.ID)
}
