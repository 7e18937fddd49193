package attachments

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/report"
)

// What people's programs write is taken: the house's own documents, and what
// LibreOffice makes of them.
func TestFilesOfRealPrograms(t *testing.T) {
	render := func(ctx context.Context) []byte {
		content, err := report.New().Render(ctx, rapporteur.Report{WordBudget: 8500}, "docx")
		must(t, err)
		return content
	}
	note := render(t.Context())
	if _, media, err := inspect("report.docx", "", note); err != nil || media != rapporteur.MediaDOCX {
		t.Errorf("the house's own document: %s, %v", media, err)
	}
	office := needs.LibreOffice(t)
	dir := t.TempDir()
	source := filepath.Join(dir, "source.docx")
	must(t, os.WriteFile(source, note, 0o600))
	for ending, want := range map[string]string{"pdf": rapporteur.MediaPDF, "docx": rapporteur.MediaDOCX} {
		convert := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
			"--headless", "--convert-to", ending, "--outdir", filepath.Join(dir, "out"), source)
		if out, err := convert.CombinedOutput(); err != nil {
			t.Fatalf("cannot convert document: %v\n%s", err, out)
		}
		name := "source." + ending
		content, err := os.ReadFile(filepath.Join(dir, "out", name))
		must(t, err)
		if _, media, err := inspect(name, "", content); err != nil || media != want {
			t.Errorf("%s of LibreOffice: %s, %v", ending, media, err)
		}
	}
}
