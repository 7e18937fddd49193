package frame

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/alexedwards/scs/v2"

	"github.com/rapporteur/rapporteur"
)

// principalKey is the session's key of who is signed in.
const principalKey = "principal"

// SignIn makes the session that of a principal. It gets another token, so that
// nobody who knew the old one comes along.
func (v *Visit) SignIn(p rapporteur.Principal) error {
	if err := v.frame.Sessions.RenewToken(v.Context()); err != nil {
		return fmt.Errorf("cannot renew session: %w", err)
	}
	v.Principal = p
	return PutPrincipal(v.Context(), v.frame.Sessions, p)
}

// PutPrincipal makes the session of a context that of a principal.
func PutPrincipal(ctx context.Context, sessions *scs.SessionManager, p rapporteur.Principal) error {
	document, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("cannot write principal: %w", err)
	}
	sessions.Put(ctx, principalKey, string(document))
	return nil
}

// PersonOf is who is signed in by a session's data, as NewSessions' manager keeps
// them; empty for nobody.
func PersonOf(data []byte) string {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return ""
	}
	document, _ := values[principalKey].(string)
	var p rapporteur.Principal
	if json.Unmarshal([]byte(document), &p) != nil {
		return ""
	}
	return p.ID
}

// SignOut ends the session.
func (v *Visit) SignOut() error {
	if err := v.frame.Sessions.Destroy(v.Context()); err != nil {
		return fmt.Errorf("cannot end session: %w", err)
	}
	v.Principal = rapporteur.Principal{}
	return nil
}

// Session gives a value that the session keeps, "" for none.
func (v *Visit) Session(key string) string { return v.frame.Sessions.GetString(v.Context(), key) }

// Keep has the session keep a value.
func (v *Visit) Keep(key, value string) { v.frame.Sessions.Put(v.Context(), key, value) }

// Take gives a value that the session keeps, and forgets it.
func (v *Visit) Take(key string) string { return v.frame.Sessions.PopString(v.Context(), key) }

// identify finds out who is signed in. Whose standing has ended is signed out.
func (v *Visit) identify() error {
	document := v.Session(principalKey)
	if document == "" {
		return nil
	}
	var p rapporteur.Principal
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return v.SignOut() // written by another release
	}
	if v.frame.InForce != nil {
		var err error
		if p, err = v.frame.InForce(v.Request, p); rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) {
			return v.SignOut()
		} else if err != nil {
			return err
		}
	}
	v.Principal = p
	// What a colleague does is recorded with who delegated.
	v.Request = v.Request.WithContext(rapporteur.OnBehalf(v.Context(), p))
	return nil
}
