package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// root is the folder of the module.
const root = "../.."

// releaseFlags are what the Makefile builds a release with, for a version.
func releaseFlags(t *testing.T, version string) []string {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	ldflags := regexp.MustCompile(`(?m)^RELEASE_LDFLAGS := (.*)$`).FindSubmatch(makefile)
	build := regexp.MustCompile(`(?m)^RELEASE := CGO_ENABLED=0 GOFLAGS= \$\(GO\) build (.*) -ldflags='\$\(RELEASE_LDFLAGS\)'$`).FindSubmatch(makefile)
	if ldflags == nil || build == nil {
		t.Fatal("the Makefile does not say how a release is built")
	}
	return append(strings.Fields(string(build[1])), "-ldflags="+strings.ReplaceAll(string(ldflags[1]), "$(VERSION)", version))
}

// The same sources give the same bytes from two folders. It is the language of the
// product that is built here, with the flags of a release; `make reproducible`
// builds all of the program.
func TestReleaseIsReproducible(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, filepath.Join(root, "go.mod"), filepath.Join(root, "go.sum"))
	var built [][]byte
	for _, folder := range []string{"here", "a/folder/further/away"} {
		dir := filepath.Join(t.TempDir(), folder)
		if err := os.MkdirAll(filepath.Join(dir, "cmd", "tell"), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				place(t, name, filepath.Join(dir, filepath.Base(name)))
			}
		}
		program := "package main\n\nimport \"github.com/rapporteur/rapporteur\"\n\nfunc main() { println(rapporteur.MaxAttachedFile) }\n"
		if err := os.WriteFile(filepath.Join(dir, "cmd", "tell", "main.go"), []byte(program), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, releaseFlags(t, "v0")...), "-o", "program", "./cmd/tell")...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "PWD="+dir)
		if told, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("cannot build: %v\n%s", err, told)
		}
		content, err := os.ReadFile(filepath.Join(dir, "program"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(filepath.Dir(dir))) {
			t.Errorf("the program holds the folder it was built in")
		}
		built = append(built, content)
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("the bytes differ")
	}
}

func place(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The bill of materials is a valid CycloneDX document, names what the program is
// linked from, and is the same each time.
func TestBillOfMaterials(t *testing.T) {
	tool := needs.Tool(t, root, "cyclonedx-gomod")
	var lists [][]byte
	for range 2 {
		file := filepath.Join(t.TempDir(), "bom.json")
		told, err := exec.CommandContext(t.Context(), tool, "bin", "-json", "-std", "-noserial", "-notimestamp", "-output-version", "1.6", "-version", "v0", "-output", file, os.Args[0]).CombinedOutput()
		if err != nil {
			t.Fatalf("cannot write it: %v\n%s", err, told)
		}
		list, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lists = append(lists, list)
	}
	if !bytes.Equal(lists[0], lists[1]) {
		t.Error("two of the same program differ")
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(lists[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := cycloneDX(t).Validate(document); err != nil {
		t.Errorf("it is not valid: %v", err)
	}
	var bom struct {
		Components []struct {
			Purl string `json:"purl"`
		} `json:"components"`
	}
	if err := json.Unmarshal(lists[0], &bom); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, c := range bom.Components {
		all.WriteString(c.Purl + "\n")
	}
	for _, want := range []string{"pkg:golang/std@", "pkg:golang/github.com/jackc/pgx/v5@", "pkg:golang/go.temporal.io/sdk@", "pkg:golang/github.com/alecthomas/kong@"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%s is not in it", want)
		}
	}
}

// cycloneDX is the schema of CycloneDX 1.6, from the library of the tool.
func cycloneDX(t *testing.T) *jsonschema.Schema {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go")
	cmd.Dir = filepath.Join(root, "internal", "tools")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cannot find the schema: %v", err)
	}
	compiler := jsonschema.NewCompiler()
	// The name of the file is the library's, that of the resource what the schemas
	// refer to.
	for name, kept := range map[string]string{"spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json", "bom-1.6.schema.json": "bom-1.6.schema.json"} {
		file, err := os.Open(filepath.Join(strings.TrimSpace(string(out)), "schema", kept))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(file)
		_ = file.Close()
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("http://cyclonedx.org/schema/"+name, document); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
