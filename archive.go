package rapporteur

import (
	"context"
	"strconv"
	"strings"
)

// Archive makes one file set of a cycle that has ended: what was asked, answered,
// chased, decided and reported, with the proof that the audit record of it is
// whole, to be read and verified years on with no server, no database and no
// program of ours. It holds no mailbox and shows nobody more than who makes it
// may read.
type Archive struct {
	Store     Store
	Catalogue Catalogue
	Renderer  Renderer
	Signer    Signer
	Clock     Clock // wall time
	// Events reads the engine's histories of workflows, as far as it still keeps
	// them; nil for none.
	Events func(ctx context.Context, workflows []string) []EngineEvent
}

// ArchiveFile is one file of an archive.
type ArchiveFile struct {
	Name    string // with its folder, slashes between
	Content []byte
}

// ArchivedAnswers is how the content of answers is in an archive.
type ArchivedAnswers string

// Answers are left out for administrators, whose work does not need them,
// without small numbers of persons for the Secretariat, and whole for the
// cycle's lead drafter who asks for them so.
const (
	AnswersLeftOut ArchivedAnswers = "left out"
	AnswersMasked  ArchivedAnswers = "masked"
	AnswersWhole   ArchivedAnswers = "whole"
)

const (
	archiveFormat    = "rapporteur-archive/1"
	archiveManifest  = "manifest.json"
	archiveSignature = "manifest.sig"
	archiveSums      = "SHA256SUMS"
	archiveAudit     = "audit.jsonl"
	archiveProof     = "audit-proof.jsonl"
	archiveAnswers   = "submissions.jsonl"
)

var errNotEnded = Problemf(ProblemConflict, "The cycle has not ended", "An archive is made of a cycle that is closed or cancelled.")

// answersFor is how somebody finds the answers of a cycle in its archive.
func answersFor(actor Principal, c Cycle, whole bool) (ArchivedAnswers, error) {
	switch {
	case whole && c.seesTrueValues(actor, ""):
		return AnswersWhole, nil
	case whole:
		return "", Problemf(ProblemForbidden, "For the lead drafter", "Answers hold small numbers of persons: whole, they are archived by the cycle's lead drafter.")
	case actor.Role == RoleSecretariat:
		return AnswersMasked, nil
	}
	return AnswersLeftOut, nil
}

// Make makes the archive of a cycle, its files by name. That it was made, by
// whom and with which answers is recorded, outside of the cycle, so that the
// archive of a cycle to which nothing happens stays the same to the byte. That
// the actor may make one at all is for the caller to ask.
func (a Archive) Make(ctx context.Context, actor Principal, id CycleID, whole bool) ([]ArchiveFile, error) {
	if a.Signer == nil || a.Signer.KeyID() == "" {
		return nil, errNoSealKey
	}
	answers, err := a.note(ctx, actor, id, whole)
	if err != nil {
		return nil, err
	}
	head, err := Sealer{Store: a.Store, Signer: a.Signer, Clock: a.Clock}.Seal(ctx)
	if err != nil {
		return nil, err
	}
	files := archiveWriter{archive: a, answers: answers, head: head, files: map[string][]byte{}}
	if err := a.Store.Read(ctx, func(ctx context.Context, r Reader) error { return files.gather(ctx, r, id) }); err != nil {
		return nil, err
	}
	if err := files.tell(ctx); err != nil {
		return nil, err
	}
	return files.sealed()
}

// note records that the archive is made, and sees to it that every version has
// its receipt.
func (a Archive) note(ctx context.Context, actor Principal, id CycleID, whole bool) (ArchivedAnswers, error) {
	var answers ArchivedAnswers
	err := a.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		cycle, err := tx.Cycle(ctx, id)
		if err != nil {
			return err
		}
		if !cycle.Phase.Final() {
			return errNotEnded
		}
		if answers, err = answersFor(actor, cycle, whole); err != nil {
			return err
		}
		submissions, err := tx.Submissions(ctx, RequestKey{Cycle: id})
		if err != nil {
			return err
		}
		for _, s := range submissions {
			_, err := tx.Receipt(ctx, s.RequestKey, s.Version)
			if IsProblem(err, ProblemNotFound) {
				_, err = Correspondence{Signer: a.Signer}.giveReceipt(ctx, tx, s)
			}
			if err != nil {
				return err
			}
		}
		_, err = tx.AppendAudit(ctx, AuditRecord{
			At: cycle.Now(a.Clock()), Actor: actor.ID, Action: ActionCycleExported,
			Details: map[string]string{"cycle": string(id), "answers": string(answers), "versions": strconv.Itoa(len(submissions))},
		})
		return err
	})
	return answers, err
}

// versionName is the name of what an archive holds of a version of an answer.
func versionName(folder string, k RequestKey, version int) string {
	return folder + "/" + fileName(string(k.Contributor)) + "-v" + strconv.Itoa(version) + ".json"
}

// fileName is a text as part of a file's name, on any system.
func fileName(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, text)
}
