package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testsOfTheTree are the names of all tests and fuzz targets in the module.
func testsOfTheTree(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "tools" || strings.HasPrefix(entry.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Each threat in SECURITY.md is of a kind of STRIDE, has something that stands
// against it, and names tests that exist; each kind is there.
func TestThreatsAreTested(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, begun := strings.Cut(string(content), "<!-- threats:begin -->")
	table, _, ended := strings.Cut(table, "<!-- threats:end -->")
	if !begun || !ended {
		t.Fatal("the table of threats is not marked")
	}
	tests, kinds := testsOfTheTree(t), map[string]int{}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 5 || strings.HasPrefix(strings.TrimSpace(cells[0]), "-") || strings.TrimSpace(cells[0]) == "element or flow" {
			if strings.TrimSpace(line) != "" && len(cells) != 5 {
				t.Errorf("no row of five cells: %s", line)
			}
			continue
		}
		for n, cell := range cells {
			if cells[n] = strings.TrimSpace(cell); cells[n] == "" {
				t.Errorf("an empty cell: %s", line)
			}
		}
		kinds[cells[1]]++
		found := named.FindAllStringSubmatch(cells[4], -1)
		if len(found) == 0 {
			t.Errorf("%s names no test", cells[2])
		}
		for _, test := range found {
			if !tests[test[1]] {
				t.Errorf("%s is tested by %s, which is not there", cells[2], test[1])
			}
		}
	}
	for kind := range strings.SplitSeq("STRIDE", "") {
		if kinds[kind] == 0 {
			t.Errorf("no threat of kind %s", kind)
		}
		delete(kinds, kind)
	}
	if len(kinds) > 0 {
		t.Errorf("kinds that are none: %v", kinds)
	}
}
