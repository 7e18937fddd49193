package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Key is the record of an API key on the wire; its secret is not kept.
type Key struct {
	ID          string     `json:"id"`
	Principal   string     `json:"principal" doc:"How who acts with it is named in histories."`
	Role        string     `json:"role" enum:"secretariat,clearance,contributor,administrator"`
	Contributor string     `json:"contributor,omitempty"`
	Office      string     `json:"office,omitempty"`
	Scope       []string   `json:"scope,omitempty" doc:"Actions and groups of actions that it is narrowed to; left out where it holds all of the role."`
	Label       string     `json:"label,omitempty" doc:"What it is for."`
	CreatedAt   *time.Time `json:"created_at,omitempty"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty" doc:"Left out where it never does."`
	RevokedAt   *time.Time `json:"revoked_at,omitempty"`
}

// IssuedKey is a key with its secret.
type IssuedKey struct {
	Key
	Secret string `json:"secret,omitempty" doc:"Shown this once and never again, not even to a repeated request: if it is lost, revoke the key and issue another."`
}

type keysOutput struct {
	Body struct {
		Items []Key `json:"items"`
	} `nameHint:"KeyList"`
}

type issueInput struct {
	Keyed
	Body struct {
		Role        string     `json:"role" enum:"secretariat,clearance,contributor,administrator"`
		Contributor string     `json:"contributor,omitempty" maxLength:"80" doc:"For whom a contributor's key answers."`
		Office      string     `json:"office,omitempty" maxLength:"80" doc:"For which office a clearance key decides."`
		Scope       []string   `json:"scope,omitempty" maxItems:"60" doc:"Narrows the key to actions of the policy (read-request, submit) or groups of them: read-only, submissions. Left out, it holds all that the role may."`
		Label       string     `json:"label" minLength:"1" maxLength:"120" doc:"What it is for, not whom it belongs to."`
		ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	} `nameHint:"KeyWanted"`
}

type issueOutput struct {
	Location string `header:"Location"`
	Body     IssuedKey
}

// withoutSecret is what may be remembered of the answer.
func (o *issueOutput) withoutSecret() any {
	kept := *o
	kept.Body.Secret = ""
	return &kept
}

type revokeInput struct {
	ID string `path:"id" maxLength:"80" doc:"Id of the key."`
}

func (s *service) registerKeys() {
	register(s, operation{
		id: "issue-key", method: http.MethodPost, path: "/v1/keys", tag: tagOperations, action: access.ManageKeys, status: http.StatusCreated,
		summary: "Issue an API key", description: "Makes a key for a role. The secret is in this answer only.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemNotFound},
	}, s.issueKey)
	register(s, operation{
		id: "list-keys", method: http.MethodGet, path: "/v1/keys", tag: tagOperations, action: access.ManageKeys,
		summary: "List API keys", description: "All keys, expired and revoked ones too, oldest first, without their secrets.",
	}, s.listKeys)
	register(s, operation{
		id: "revoke-key", method: http.MethodDelete, path: "/v1/keys/{id}", tag: tagOperations, action: access.ManageKeys,
		status: http.StatusNoContent, summary: "Revoke an API key", description: "Ends a key from now on. A key that was revoked before keeps its first date.",
	}, s.revokeKey)
}

func (s *service) issueKey(ctx context.Context, in *issueInput) (*issueOutput, error) {
	body := in.Body
	wanted := access.KeyWanted{
		Role: rapporteur.Role(body.Role), Contributor: rapporteur.ContributorID(body.Contributor), Office: body.Office, Label: body.Label, Scope: body.Scope,
	}
	if body.ExpiresAt != nil {
		wanted.Expires = body.ExpiresAt.UTC()
	}
	// The same request again is answered as the first time, before it comes here.
	secret, key, err := s.keyDesk().Issue(ctx, callOf(ctx).principal, wanted, "")
	if err != nil {
		return nil, err
	}
	return &issueOutput{Location: "/v1/keys/" + key.ID, Body: IssuedKey{Key: keyOf(key), Secret: secret}}, nil
}

func (s *service) keyDesk() access.KeyDesk {
	return access.KeyDesk{Store: s.Store, Catalogue: s.Catalogue, Clock: s.Clock}
}

func keyOf(k rapporteur.APIKey) Key {
	return Key{
		ID: k.ID, Principal: k.Principal().ID, Role: string(k.Role), Contributor: string(k.Contributor), Office: k.Office, Scope: strings.Fields(k.Scope), Label: k.Label,
		CreatedAt: instant(k.CreatedAt), ExpiresAt: instant(k.ExpiresAt), RevokedAt: instant(k.RevokedAt),
	}
}

func (s *service) listKeys(ctx context.Context, _ *struct{}) (*keysOutput, error) {
	out := &keysOutput{}
	out.Body.Items = []Key{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		keys, err := r.Keys(ctx)
		for _, k := range keys {
			out.Body.Items = append(out.Body.Items, keyOf(k))
		}
		return err
	})
	return out, err
}

func (s *service) revokeKey(ctx context.Context, in *revokeInput) (*struct{}, error) {
	return nil, s.keyDesk().Revoke(ctx, callOf(ctx).principal, in.ID)
}
