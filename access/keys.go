package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapporteur/rapporteur"
)

// A secret is rap_<id>_<256 bits>: the prefix lets scanners of leaked secrets
// recognize it, the id finds its record.
const prefix = "rap_"

var (
	secretForm = regexp.MustCompile(`^rap_([0-9a-f]{16})_[a-z2-7]{52}$`)
	encoding   = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
)

// maxLabel is how many characters say what a key is for.
const maxLabel = 120

// LooksLikeSecret reports whether a text seems to be a key's secret, so that it
// is not stored or shown where somebody put it by mistake.
func LooksLikeSecret(text string) bool { return strings.Contains(text, prefix) }

// Issue makes a key that is in force until expires (zero for ever). The secret
// is given to its holder now and can never be read again; the record is what is
// stored. A key of a contributor or a clearance officer is bound to the
// contributor or office. A scope, of actions and groups (ScopeNames), narrows
// the key to them; without one it holds all that the role may.
func Issue(role rapporteur.Role, contributor rapporteur.ContributorID, office, label string, expires, now time.Time, scope ...string) (secret string, key rapporteur.APIKey, err error) {
	if err := checkBinding(role, contributor, office); err != nil {
		return "", rapporteur.APIKey{}, err
	}
	switch {
	case strings.TrimSpace(label) == "" || utf8.RuneCountInString(label) > maxLabel || strings.ContainsFunc(label, unicode.IsControl):
		return "", rapporteur.APIKey{}, invalidKey("Say on one line, in at most %d characters, what the key is for.", maxLabel)
	case LooksLikeSecret(label):
		return "", rapporteur.APIKey{}, invalidKey("The label looks like a secret.")
	case !expires.IsZero() && !expires.After(now):
		return "", rapporteur.APIKey{}, invalidKey("The key would have expired before it is used.")
	}
	narrowed, err := joinScope(role, scope)
	if err != nil {
		return "", rapporteur.APIKey{}, err
	}
	random := make([]byte, 8+32)
	_, _ = rand.Read(random) // never fails: see crypto/rand
	id := hex.EncodeToString(random[:8])
	secret = prefix + id + "_" + encoding.EncodeToString(random[8:])
	return secret, rapporteur.APIKey{
		ID: id, Hash: digest(secret), Role: role, Contributor: contributor, Office: office,
		Scope: narrowed, Label: label, CreatedAt: now.UTC(), ExpiresAt: utc(expires),
	}, nil
}

func checkBinding(role rapporteur.Role, contributor rapporteur.ContributorID, office string) error {
	switch {
	case !slices.Contains(Roles, role):
		return invalidKey("There is no role %q.", role)
	case (role == rapporteur.RoleContributor) != (contributor != ""):
		return invalidKey("A key of the role contributor, and only such a key, names its contributor.")
	case (role == rapporteur.RoleClearance) != (office != ""):
		return invalidKey("A key of the role clearance, and only such a key, names its office.")
	}
	return nil
}

func invalidKey(detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemInvalid, "Not a valid key", detail, args...)
}

func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// Keys identifies principals by API key. It asks the store each time, so that a
// key that is revoked is revoked at once.
type Keys struct {
	Store rapporteur.Store
}

// Authenticate is who holds the secret, at a wall time. Whatever is wrong with
// it, form, value, expiry or revocation, the answer is the same
// ProblemUnidentified; any other error means that the store did not answer.
func (k Keys) Authenticate(ctx context.Context, secret string, now time.Time) (rapporteur.Principal, error) {
	m := secretForm.FindStringSubmatch(secret)
	if m == nil {
		return rapporteur.Principal{}, unidentified()
	}
	var key rapporteur.APIKey
	err := rapporteur.Glance(ctx, k.Store, func(ctx context.Context, r rapporteur.Reader) error {
		var err error
		key, err = r.Key(ctx, m[1])
		return err
	})
	switch {
	case rapporteur.IsProblem(err, rapporteur.ProblemNotFound):
		return rapporteur.Principal{}, unidentified()
	case err != nil:
		return rapporteur.Principal{}, fmt.Errorf("cannot look up key: %w", err)
	case !inForce(key, secret, now):
		return rapporteur.Principal{}, unidentified()
	}
	return key.Principal(), nil
}

// inForce compares in constant time: how long it takes must not tell how much
// of a guess was right.
func inForce(key rapporteur.APIKey, secret string, now time.Time) bool {
	same := subtle.ConstantTimeCompare(key.Hash, digest(secret)) == 1
	expired := !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt)
	return same && !expired && key.RevokedAt.IsZero() && checkBinding(key.Role, key.Contributor, key.Office) == nil
}

func unidentified() error {
	return rapporteur.Problemf(rapporteur.ProblemUnidentified, "Not identified",
		"The key is not known or no longer in force; ask the administrator for another.")
}
