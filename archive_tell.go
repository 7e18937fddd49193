package rapporteur

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// tell writes what is made of the record, and needs no view of it: documents,
// history, the engine's events, and how all is read and verified.
func (w *archiveWriter) tell(ctx context.Context) error {
	if err := w.documents(ctx); err != nil {
		return err
	}
	var events []EngineEvent
	if w.archive.Events != nil {
		events = w.archive.Events(ctx, CycleWorkflows(w.cycle, w.requests))
	}
	if err := lines(w, "engine-events.jsonl", events); err != nil {
		return err
	}
	audit := make([]AuditRecord, len(w.records))
	for n, record := range w.records {
		audit[n] = record.AuditRecord
	}
	slices.SortFunc(audit, func(a, b AuditRecord) int { return int(a.Seq - b.Seq) })
	var history strings.Builder
	for _, line := range Narrate(w.cycle, w.name, NameActors(audit, w.known, w.name), nil) {
		fmt.Fprintf(&history, "%s  %s", line.At.UTC().Format("2006-01-02 15:04"), line)
		if line.Reason != "" {
			fmt.Fprintf(&history, " (%s)", strings.Join(strings.Fields(line.Reason), " "))
		}
		fmt.Fprintf(&history, " [%s]\n", line.Actor)
	}
	w.files["history.txt"] = []byte(history.String())
	if err := w.publicKeys(); err != nil {
		return err
	}
	w.files["README.txt"] = []byte(w.readme())
	return nil
}

// documents writes every draft for machines, and the newest for people.
func (w *archiveWriter) documents(ctx context.Context) error {
	rows := []any{}
	for n, draft := range w.drafts {
		row, _ := plainly(draft, "report").(map[string]any)
		row["hash"] = draft.Report.Hash
		rows = append(rows, row)
		formats := []string{"json"}
		if n == len(w.drafts)-1 {
			formats = []string{"json", "html", "docx"}
		}
		for _, format := range formats {
			content, err := w.archive.Renderer.Render(ctx, draft.Report, format)
			if err := w.put("report/draft-"+strconv.Itoa(draft.Number)+"."+format, content, err); err != nil {
				return err
			}
		}
	}
	return lines(w, "drafts.jsonl", rows)
}

// publicKeys writes the house's public keys as a JSON Web Key Set and as PEM.
func (w *archiveWriter) publicKeys() error {
	set := []any{}
	for _, key := range w.archive.Signer.Keys() {
		set = append(set, map[string]any{
			"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.ID, "x": base64.RawURLEncoding.EncodeToString(key.Public),
		})
		der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(key.Public))
		if err != nil {
			return fmt.Errorf("cannot write public key: %w", err)
		}
		w.files["keys/"+fileName(key.ID)+".pem"] = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	}
	content, err := jsonText(map[string]any{"keys": set})
	return w.put("keys/keys.json", content, err)
}

// sealed adds the sums and the signed manifest, and gives the files by name.
func (w *archiveWriter) sealed() ([]ArchiveFile, error) {
	var sums strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		fmt.Fprintf(&sums, "%s  %s\n", hashed(w.files[name]), name)
	}
	w.files[archiveSums] = []byte(sums.String())
	listed := map[string]any{}
	for name, content := range w.files {
		listed[name] = map[string]any{"bytes": len(content), "sha256": hashed(content)}
	}
	signer := w.archive.Signer
	manifest := canonical(map[string]any{
		"format": archiveFormat, "cycle": string(w.cycle.ID), "phase": string(w.cycle.Phase), "answers": string(w.answers),
		"key": signer.KeyID(), "files": listed,
	})
	_, signature := signer.Sign(manifest)
	w.files[archiveManifest], w.files[archiveSignature] = manifest, signature
	files := make([]ArchiveFile, 0, len(w.files))
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		files = append(files, ArchiveFile{Name: name, Content: w.files[name]})
	}
	return files, nil
}
