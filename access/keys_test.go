package access_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/store"
)

var issued = time.Date(2018, time.March, 15, 13, 0, 0, 0, time.UTC)

func openStore(t *testing.T) rapporteur.Store {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite::memory:", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func issue(t *testing.T, s rapporteur.Store, expires time.Time) (string, rapporteur.APIKey) {
	t.Helper()
	secret, key, err := access.Issue(rapporteur.RoleContributor, "state-ken", "", "web form", expires, issued)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error { return tx.InsertKey(ctx, key) })
	if err != nil {
		t.Fatal(err)
	}
	return secret, key
}

func TestAKeyIdentifiesItsHolder(t *testing.T) {
	s := openStore(t)
	secret, key := issue(t, s, time.Time{})
	who, err := access.Keys{Store: s}.Authenticate(t.Context(), secret, issued)
	if err != nil {
		t.Fatal(err)
	}
	want := rapporteur.Principal{ID: "key-" + key.ID, Role: rapporteur.RoleContributor, Contributor: "state-ken"}
	if who != want {
		t.Errorf("the key is %+v's, want %+v", who, want)
	}
}

func TestWhateverIsWrongTheAnswerIsTheSame(t *testing.T) {
	s := openStore(t)
	secret, key := issue(t, s, time.Time{})
	expiring, _ := issue(t, s, issued.Add(time.Hour))
	revoked, revokedKey := issue(t, s, time.Time{})
	err := s.Write(t.Context(), func(ctx context.Context, tx rapporteur.Tx) error {
		return tx.RevokeKey(ctx, revokedKey.ID, issued.Add(time.Minute))
	})
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := access.Issue(rapporteur.RoleAdministrator, "", "", "never stored", time.Time{}, issued)
	if err != nil {
		t.Fatal(err)
	}
	keys := access.Keys{Store: s}
	flipped := secret[:len(secret)-2] + map[bool]string{true: "ba", false: "aa"}[strings.HasSuffix(secret, "aa")]
	answers := map[string]bool{}
	for name, c := range map[string]struct {
		secret string
		at     time.Time
	}{
		"nothing":               {"", issued},
		"a word":                {"secretariat", issued},
		"only the id":           {key.ID, issued},
		"an unknown key":        {other, issued},
		"a wrong secret":        {flipped, issued},
		"cut":                   {secret[:len(secret)-1], issued},
		"longer":                {secret + "a", issued},
		"in capitals":           {strings.ToUpper(secret), issued},
		"a line break after it": {secret + "\n", issued},
		"another id":            {"rap_0000000000000000_" + secret[21:], issued},
		"expired":               {expiring, issued.Add(time.Hour)},
		"revoked":               {revoked, issued.Add(time.Hour)},
		"SQL":                   {"rap_' or 1=1 --_" + secret[21:], issued},
	} {
		who, err := keys.Authenticate(t.Context(), c.secret, c.at)
		if !rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) || who != (rapporteur.Principal{}) {
			t.Errorf("%s: %+v, %v", name, who, err)
			continue
		}
		answers[err.Error()] = true
	}
	if len(answers) != 1 {
		t.Errorf("the answers tell what was wrong: %v", answers)
	}
	if _, err := keys.Authenticate(t.Context(), expiring, issued.Add(time.Hour-time.Second)); err != nil {
		t.Errorf("a second before it expires the key is refused: %v", err)
	}
}

// A store that does not answer is not a wrong key: whoever asks may try again.
func TestAStoreThatDoesNotAnswer(t *testing.T) {
	s := openStore(t)
	secret, _ := issue(t, s, time.Time{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := access.Keys{Store: s}.Authenticate(ctx, secret, issued)
	if !errors.Is(err, context.Canceled) || rapporteur.IsProblem(err, rapporteur.ProblemUnidentified) {
		t.Errorf("the error is %v", err)
	}
	if strings.Contains(err.Error(), secret) {
		t.Error("the error repeats the secret")
	}
}

func TestSecretsAreStrongAndNotKept(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		secret, key, err := access.Issue(rapporteur.RoleSecretariat, "", "", "tests", time.Time{}, issued)
		if err != nil {
			t.Fatal(err)
		}
		id, random, found := strings.Cut(strings.TrimPrefix(secret, "rap_"), "_")
		if !found || id != key.ID || len(random) != 52 { // 52 × 5 bits hold 256
			t.Fatalf("the secret has the form %q", secret)
		}
		if sum := sha256.Sum256([]byte(secret)); !bytes.Equal(sum[:], key.Hash) {
			t.Fatal("what is kept is not the hash of the secret")
		}
		if seen[id] || seen[random] {
			t.Fatal("two keys are alike")
		}
		seen[id], seen[random] = true, true
		if !access.LooksLikeSecret("see " + secret) {
			t.Fatal("the secret is not recognized as one")
		}
	}
}

func TestKeysThatAreNotIssued(t *testing.T) {
	soon := issued.Add(time.Hour)
	for name, c := range map[string]struct {
		role        rapporteur.Role
		contributor rapporteur.ContributorID
		office      string
		label       string
		expires     time.Time
		ok          bool
	}{
		"secretariat":              {rapporteur.RoleSecretariat, "", "", "desk", soon, true},
		"for ever":                 {rapporteur.RoleAdministrator, "", "", "desk", time.Time{}, true},
		"clearance":                {rapporteur.RoleClearance, "", "OLA", "desk", soon, true},
		"no role":                  {"", "", "", "desk", soon, false},
		"another role":             {"root", "", "", "desk", soon, false},
		"contributor without one":  {rapporteur.RoleContributor, "", "", "desk", soon, false},
		"secretariat bound":        {rapporteur.RoleSecretariat, "state-ken", "", "desk", soon, false},
		"clearance without office": {rapporteur.RoleClearance, "", "", "desk", soon, false},
		"contributor with office":  {rapporteur.RoleContributor, "state-ken", "OLA", "desk", soon, false},
		"no label":                 {rapporteur.RoleSecretariat, "", "", " ", soon, false},
		"long label":               {rapporteur.RoleSecretariat, "", "", strings.Repeat("é", 121), soon, false},
		"label of two lines":       {rapporteur.RoleSecretariat, "", "", "a\nb", soon, false},
		"a secret as label":        {rapporteur.RoleSecretariat, "", "", "rap_0011223344556677_x", soon, false},
		"expired":                  {rapporteur.RoleSecretariat, "", "", "desk", issued, false},
	} {
		secret, key, err := access.Issue(c.role, c.contributor, c.office, c.label, c.expires, issued)
		if c.ok != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (secret != "" || key.Hash != nil || !rapporteur.IsProblem(err, rapporteur.ProblemInvalid)) {
			t.Errorf("%s: the refusal gives %q and is %v", name, secret, err)
		}
	}
}
