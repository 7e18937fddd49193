package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// setting is a variable of the environment as the document lists it.
type setting struct {
	variable, flag, standard, help string
	secret                         string
	commands                       []string
}

// settingsOf are the program's settings, by variable.
func settingsOf(t *testing.T) []*setting {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"log_level": "info"})
	if err != nil {
		t.Fatal(err)
	}
	var all []*setting
	var walk func(node *kong.Node, path string)
	walk = func(node *kong.Node, path string) {
		for _, f := range node.Flags {
			for _, env := range f.Envs {
				n := slices.IndexFunc(all, func(s *setting) bool { return s.variable == env })
				if n < 0 {
					n = len(all)
					all = append(all, &setting{variable: env, flag: "--" + f.Name, standard: f.Default, help: f.Help, secret: f.Tag.Get("secret")})
				}
				all[n].commands = append(all[n].commands, path)
			}
		}
		for _, child := range node.Children {
			walk(child, strings.TrimSpace(path+" "+child.Name))
		}
	}
	walk(parser.Model.Node, "")
	slices.SortFunc(all, func(a, b *setting) int { return strings.Compare(a.variable, b.variable) })
	return all
}

// takenBy names the commands, of which those over the API are very many.
func (s *setting) takenBy() string {
	switch {
	case slices.Equal(s.commands, []string{""}):
		return "every command"
	case s.variable == "RAPPORTEUR_KEY_FILE":
		return "every command over the API"
	case s.variable == "RAPPORTEUR_SERVER":
		return "every command over the API, `health`"
	}
	return "`" + strings.Join(s.commands, "`, `") + "`"
}

// document is docs/settings.md.
func document(all []*setting) string {
	var b strings.Builder
	b.WriteString(`# Settings

Every setting of ` + "`rapporteur`" + ` is a flag and a variable of the environment; a flag goes before its variable. This list is
written from the program by a test (` + "`go test ./cmd/rapporteur -run TestSettingsDocument -update`" + `).

All settings of a command are checked before it starts anything. What cannot be worked with is told at once, each with its name
and a remedy, and the program ends with code 2. A variable that begins with ` + "`RAPPORTEUR_`" + ` and is no setting is told too: it is
misspelt. Those that Kubernetes sets for a service of that name are left alone.

**Secrets.** *file*: the setting names a file that holds a secret; nobody but the program's account should read it, and a warning
says so where others can. *value*: the setting may hold a password; give it in the environment or, better, in the file that
another setting names. On the command line, which other users of the machine see, a password is refused.

| variable | flag | default | secret | taken by | what it is |
|---|---|---|---|---|---|
`)
	for _, s := range all {
		standard := s.standard
		if standard != "" {
			standard = "`" + standard + "`"
		}
		help := strings.ReplaceAll(strings.ReplaceAll(s.help, "|", `\|`), "<", "&lt;")
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s |\n", s.variable, s.flag, standard, s.secret, s.takenBy(), help)
	}
	return b.String()
}

func TestSettingsDocument(t *testing.T) {
	file := filepath.Join(root, "docs", "settings.md")
	want := document(settingsOf(t))
	if *updateGolden {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/settings.md is not what the program has: run the test with -update and read the difference")
	}
}
