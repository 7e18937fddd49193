package demo

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

// write puts the results into the folder: the report in three formats, the
// history in plain words, the chasing ledger and the compliance matrix of the
// instrument, all as the API gives them.
func (s *show) write(ctx context.Context) error {
	answer, err := s.phase(ctx, rapporteur.PhaseClosed)
	if err != nil {
		return err
	}
	report := s.path(fmt.Sprintf("/drafts/%d/report?format=", answer.Draft))
	files := []struct{ name, path, accept string }{
		{"report.docx", report + "docx", ""},
		{"report.html", report + "html", ""},
		{"report.json", report + "json", ""},
		{"history.jsonl", s.path("/history"), "application/x-ndjson"},
		{"chasing-ledger.csv", s.path("/ledger"), "text/csv"},
		{"compliance.xlsx", "/v1/instruments/" + instrument + "/compliance?format=xlsx", ""},
	}
	for _, f := range files {
		content, err := s.admin.Bytes(ctx, remote.Call{Method: http.MethodGet, Path: f.path, Accept: f.accept})
		if err != nil {
			return fmt.Errorf("cannot get %s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(s.options.Out, f.name), content, 0o600); err != nil {
			return fmt.Errorf("cannot write %s: %w", f.name, err)
		}
	}
	return nil
}
