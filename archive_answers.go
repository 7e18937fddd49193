package rapporteur

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// submissions writes what was submitted, its receipts and findings, and as much
// of the content as the archive may hold.
func (w *archiveWriter) submissions(ctx context.Context, r Reader, id CycleID) error {
	found, err := r.Submissions(ctx, RequestKey{Cycle: id})
	if err != nil {
		return err
	}
	rows, findings, files := make([]any, 0, len(found)), []any{}, []any{}
	for _, s := range found {
		row, _ := plainly(s, "findings").(map[string]any)
		rows = append(rows, row)
		for _, f := range s.Findings {
			finding, _ := plainly(f, "cell").(map[string]any)
			finding["contributor"], finding["version"] = string(s.Contributor), s.Version
			findings = append(findings, finding)
		}
		receipt, err := r.Receipt(ctx, s.RequestKey, s.Version)
		if err != nil {
			return err
		}
		document, err := receipt.Document()
		if err := w.put(versionName("receipts", s.RequestKey, s.Version), document, err); err != nil {
			return err
		}
		if err := w.answer(ctx, r, s); err != nil {
			return err
		}
	}
	for _, request := range w.requests {
		attached, err := r.AttachedFiles(ctx, request.RequestKey)
		if err != nil {
			return err
		}
		for _, file := range attached {
			files = append(files, plainly(file, "name", "blob"))
		}
	}
	if err := lines(w, "attachments.jsonl", files); err != nil {
		return err
	}
	if err := lines(w, "findings.jsonl", findings); err != nil {
		return err
	}
	return lines(w, archiveAnswers, rows)
}

// answer writes the content of a version, where the archive holds any.
func (w *archiveWriter) answer(ctx context.Context, r Reader, s Submission) error {
	if w.answers == AnswersLeftOut || w.cycle.Event.ReceiptOnly {
		return nil
	}
	read, err := Correspondence{Catalogue: w.archive.Catalogue}.read(ctx, r, s, w.answers == AnswersWhole)
	return w.put(versionName("submissions", s.RequestKey, s.Version), read.Body, err)
}

// chased writes the chasing ledger without the mailboxes: how many there were
// is all that an archive needs to know of them.
func (w *archiveWriter) chased(ctx context.Context, r Reader, id CycleID) error {
	entries, err := r.Ledger(ctx, RequestKey{Cycle: id})
	if err != nil {
		return err
	}
	var table bytes.Buffer
	writer := csv.NewWriter(&table)
	columns := []string{"contributor", "rung", "due", "notice", "state", "message_id", "recipients", "claimed_at", "sent_at", "failure"}
	if err := writer.Write(columns); err != nil {
		return fmt.Errorf("cannot write ledger: %w", err)
	}
	rows := make([]any, 0, len(entries))
	for _, e := range entries {
		row, _ := plainly(e, "to").(map[string]any)
		row["recipients"] = strconv.Itoa(len(e.To))
		rows = append(rows, row)
		cells := make([]string, len(columns))
		for n, column := range columns {
			cells[n] = cellText(fmt.Sprint(row[column]))
		}
		if err := writer.Write(cells); err != nil {
			return fmt.Errorf("cannot write ledger: %w", err)
		}
	}
	writer.Flush()
	if err := w.put("ledger.csv", table.Bytes(), writer.Error()); err != nil {
		return err
	}
	return lines(w, "ledger.jsonl", rows)
}

// cellText keeps a spreadsheet from taking a text for a formula.
func cellText(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
