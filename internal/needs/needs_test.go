package needs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that notes how it ended.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper() {}

func (r *recorder) Name() string { return "TestRecorded" }

func (r *recorder) Skipf(format string, values ...any) { r.skipped = fmt.Sprintf(format, values...) }

func (r *recorder) Fatalf(format string, values ...any) { r.failed = fmt.Sprintf(format, values...) }

func TestMissingThingSkipsAndSaysHowToInstallIt(t *testing.T) {
	t.Setenv(requireVariable, "")
	notes := filepath.Join(t.TempDir(), "skips")
	t.Setenv(skipsVariable, notes)
	r := &recorder{TB: t}

	if path := program(r, "the tool", "tool-package", "no-such-program-anywhere"); path != "" {
		t.Errorf("found %q", path)
	}

	if r.failed != "" {
		t.Errorf("failed: %s", r.failed)
	}
	for _, want := range []string{"the tool", "apt-get install tool-package"} {
		if !strings.Contains(r.skipped, want) {
			t.Errorf("skip %q does not say %q", r.skipped, want)
		}
	}
	got, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	want := "internal/needs TestRecorded needs the tool (on Debian: apt-get install tool-package)\n"
	if string(got) != want {
		t.Errorf("noted %q, want %q", got, want)
	}
}

func TestMissingThingFailsWhereItIsRequired(t *testing.T) {
	t.Setenv(requireVariable, "1")
	r := &recorder{TB: t}

	program(r, "the tool", "tool-package", "no-such-program-anywhere")

	if r.skipped != "" {
		t.Errorf("skipped: %s", r.skipped)
	}
	if !strings.Contains(r.failed, "the tool") {
		t.Errorf("failure %q does not name the tool", r.failed)
	}
}

func TestProgramTakesTheFirstThatExists(t *testing.T) {
	r := &recorder{TB: t}
	path := program(r, "a program", "none", "no-such-program-anywhere", os.Args[0])
	if path != os.Args[0] {
		t.Errorf("got %q, want this test's own program", path)
	}
}

// A suite that lacks one part is missing for who needs that part, and there for
// everybody else.
func TestAnOfficeWithoutThePartIsMissing(t *testing.T) {
	t.Setenv(requireVariable, "")
	t.Setenv(skipsVariable, "") // what is missing here is made up
	dir := t.TempDir()
	program := filepath.Join(dir, "soffice")
	for _, name := range []string{program, filepath.Join(dir, "libmergedlo.so"), filepath.Join(dir, "libswlo.so")} {
		if err := os.WriteFile(name, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(t.TempDir(), "soffice")
	if err := os.Symlink(program, link); err != nil {
		t.Fatal(err)
	}
	writer, calc := &recorder{TB: t}, &recorder{TB: t}
	if path := office(writer, "the writer", "writer-package", "libswlo.so", link); path != link || writer.skipped != "" {
		t.Errorf("the writer: %q, skipped %q", path, writer.skipped)
	}
	office(calc, "the spreadsheet", "calc-package", "libsclo.so", link)
	if !strings.Contains(calc.skipped, "calc-package") {
		t.Errorf("without the spreadsheet: %q", calc.skipped)
	}
}

func TestSharedFileIsFoundWhereTheVariablePoints(t *testing.T) {
	dir := t.TempDir()
	want := filepath.Join(dir, "facts.txt")
	if err := os.WriteFile(want, []byte("facts"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(sharedVariable, dir)

	if got := SharedFile(t, "facts.txt"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSharedFileThatIsAbsentFailsWhereItIsRequired(t *testing.T) {
	t.Setenv(sharedVariable, t.TempDir())
	t.Setenv(requireVariable, "1")
	r := &recorder{TB: t}

	SharedFile(r, "absent.txt")

	if !strings.Contains(r.failed, "absent.txt") {
		t.Errorf("failure %q does not name the file", r.failed)
	}
}

func TestSharedFileIsFoundBesideTheRepository(t *testing.T) {
	t.Setenv(sharedVariable, "")
	SharedFile(t, "s-res-2388-2017.txt")
}

func TestModuleRootHoldsThisModule(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(content), "module github.com/rapporteur/rapporteur\n") {
		t.Errorf("the module at the root is another one: %.60s", content)
	}
}
