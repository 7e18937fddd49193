package workbook_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// resaved is a workbook opened and saved by LibreOffice.
func resaved(t *testing.T, file []byte) []byte {
	t.Helper()
	soffice := needs.LibreOfficeCalc(t)
	dir := t.TempDir()
	from, out := filepath.Join(dir, "workbook.xlsx"), filepath.Join(dir, "out")
	fail(t, os.WriteFile(from, file, 0o600))
	command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, from)
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("cannot open workbook: %v: %s", err, said)
	}
	saved, err := os.ReadFile(filepath.Join(out, "workbook.xlsx"))
	fail(t, err)
	return saved
}

// A workbook that LibreOffice has opened and saved gives the same answer: every
// part of a full one, and texts that programs treat in ways of their own.
func TestLibreOfficeKeepsTheAnswer(t *testing.T) {
	for _, id := range []string{"member-state", "glotip-extract"} {
		q := questionnaire(t, id)
		body := full(t, q)
		var doc object
		fail(t, json.Unmarshal(body, &doc))
		found, _ := doc["answers"].(object)
		n := 0
		for _, section := range q.Sections {
			for _, question := range section.Questions {
				answer, _ := found[question.ID].(object)
				answer["reason"] = awkward[n%len(awkward)] + " ."
				answer["source"] = []any{"a " + awkward[(n+7)%len(awkward)]}
				n++
			}
		}
		body, err := json.Marshal(doc)
		fail(t, err)
		filled := read(t, q, resaved(t, write(t, q, body)))
		if len(filled.Findings) > 0 {
			t.Errorf("%s: findings %+v", id, filled.Findings)
		}
		if diff := cmp.Diff(tree(t, body), tree(t, filled.Body)); diff != "" {
			t.Errorf("%s (-written +read back):\n%s", id, diff)
		}
	}
}

// A blank one stays blank.
func TestLibreOfficeAddsNothing(t *testing.T) {
	q := questionnaire(t, "entity")
	filled := read(t, q, resaved(t, write(t, q, nil)))
	if want := `{"questionnaire":"entity","version":"1.0.0"}`; string(filled.Body) != want || len(filled.Findings) > 0 {
		t.Errorf("%s with %+v", filled.Body, filled.Findings)
	}
}
