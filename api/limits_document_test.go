package api

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// limitsTable are the limits as docs/security.md lists them, from the constants.
func limitsTable() string {
	size := func(bytes int64) string {
		if bytes >= 1<<20 {
			return fmt.Sprintf("%d MiB", bytes>>20)
		}
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	var b strings.Builder
	b.WriteString("| what | limit | over it |\n|---|---|---|\n")
	for _, row := range [][3]string{
		{"head of a request, with its address", size(maxHeaderBytes), "431"},
		{"time until the head is there", readHeaderTimeout.String(), "hung up"},
		{"time a body may rest at its beginning", readTimeout.String(), "408 or hung up"},
		{"rate at which a body comes at least, after that", size(minRate) + " a second", "408 or hung up"},
		{"time for the answer, from the end of the body", writeTimeout.String(), "hung up"},
		{"time between requests of a connection", idleTimeout.String(), "hung up"},
		{"body of a submission or a delivery", size(maxSubmission), "413"},
		{"body of a workbook", size(maxWorkbook), "413"},
		{"body of figures", size(maxFigures), "413"},
		{"a file with an answer", size(rapporteur.MaxAttachedFile), "413"},
		{"any other body", size(maxBody), "413"},
		{"content coding of a body", "none", "415"},
		{"requests under way at once", fmt.Sprintf("%d (`RAPPORTEUR_MAX_REQUESTS`)", maxRequests), "503, Retry-After"},
		{"bodies under way, together", size(maxBodies), "503, Retry-After"},
	} {
		b.WriteString("| " + strings.Join(row[:], " | ") + " |\n")
	}
	return b.String()
}

func TestLimitsInTheDocuments(t *testing.T) {
	const file, begin, end = "../docs/security.md", "<!-- limits:begin -->\n", "<!-- limits:end -->"
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(content), begin)
	table, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		t.Fatal("the limits are not marked in the document")
	}
	want := limitsTable()
	if *update && table != want {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want {
		t.Errorf("docs/security.md says\n%s\nand the program has\n%s", table, want)
	}
}
