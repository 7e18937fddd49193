package main

import (
	"bytes"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
	"github.com/rapporteur/rapporteur/cmd/internal/wiring"
	"github.com/rapporteur/rapporteur/store"
)

func TestALinkThatThisCommandPrints(t *testing.T) {
	dir := t.TempDir()
	database, file := "sqlite:"+filepath.Join(dir, "record.db"), filepath.Join(dir, "links.secret")
	if err := store.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	if err := wiring.MakeLinkSecret(file); err != nil {
		t.Fatal(err)
	}
	link := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := linkTo(t, &out, append([]string{"--database", database, "--link-secret-file", file, "--base-url", "https://rapporteur.un.example"}, args...)...)
		return strings.TrimSpace(out.String()), err
	}
	printed, err := link("--role", "clearance", "--office", "OLA")
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(printed)
	if err != nil || at.Host != "rapporteur.un.example" || at.Path != "/sign-in/link" {
		t.Fatalf("%q, %v", printed, err)
	}
	secret, err := access.LoadLinkSecret(file)
	if err != nil {
		t.Fatal(err)
	}
	record, err := store.Open(t.Context(), database, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = record.Close() }()
	in := rapporteur.SignIn{Store: record, Clock: time.Now, Links: secret}
	who, _, err := in.Use(t.Context(), at.Query().Get("token"))
	if err != nil || who.Role != rapporteur.RoleClearance || who.Office != "OLA" {
		t.Errorf("%+v, %v", who, err)
	}
	for name, args := range map[string][]string{
		"no office": {"--role", "clearance"}, "no contributor": {"--role", "contributor"}, "an unknown one": {"--role", "contributor", "--contributor", "state-xxx"},
	} {
		if out, err := link(args...); err == nil || out != "" {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
	if err := linkTo(t, &bytes.Buffer{}, "--database", database, "--role", "administrator"); err == nil || !strings.Contains(err.Error(), "RAPPORTEUR_LINK_SECRET_FILE") {
		t.Errorf("without a secret: %v", err)
	}
}

// linkTo runs the command.
func linkTo(t *testing.T, out *bytes.Buffer, args ...string) error {
	t.Helper()
	return commandTo(t, out, append([]string{"link"}, args...)...)
}
