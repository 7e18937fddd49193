package rapporteur

import (
	"fmt"
	"strings"
)

// answersWords say what the archive has of the content of answers.
var answersWords = map[ArchivedAnswers]string{
	AnswersLeftOut: "This archive leaves the content of answers out. What was answered is known by its SHA-256, which the receipts name.",
	AnswersMasked: "submissions/ has the answers with counts of persons below five as <5, and tables that hold one with their total alone.\n" +
		"The receipts name the SHA-256 of the answers as they were submitted, which is another.",
	AnswersWhole: "submissions/ has the answers as they were submitted. They hold small numbers of persons: give them to nobody who need not know.",
}

const readmeText = `ARCHIVE OF %[1]s
%[2]s

Everything here is text, JSON, JSON Lines (one object a line), CSV, HTML or Office Open XML. Nothing needs a program of ours,
a database or a server.


What is here

  manifest.json, manifest.sig  every file with its length and SHA-256, and an Ed25519 signature of manifest.json (64 bytes)
  SHA256SUMS                   the same sums, for sha256sum
  cycle.json                   the cycle: dates with their derivation, policy, outcome
  instrument.json              the resolution as data
  questionnaires/              what was asked (JSON Schema 2020-12)
  requests.jsonl               who was asked, and what came of it
  submissions.jsonl            every version of every answer: when, by whom, SHA-256 of its content
  receipts/                    the signed receipt of each version
  findings.jsonl               what was found in accepted answers, with the justifications
  attachments.jsonl            files that came with answers, by SHA-256; their content is not here
  follow-ups.jsonl, migrations.jsonl, rule-suspensions.jsonl, revalidations.jsonl
  deliveries.jsonl, delivery-records/   intakes: what came and where it went, without content
  ledger.csv, ledger.jsonl     every message that was sent, without mailboxes
  drafts.jsonl, report/        the drafts; the newest also as HTML and DOCX
  statistics.jsonl             the statistics of the cycle as they were published
  observations.jsonl, clearance-decisions.jsonl, clearance-delegations.jsonl
  history.txt                  everything that happened, in plain words
  engine-events.jsonl          the events of the workflow engine, as far as it still had them; empty where it had none
  audit.jsonl                  the audit records of the cycle, each with its position and hash in the chain of the house
  audit-proof.jsonl            the digests between two signed checkpoints of that chain; of other cycles' records no more
  keys/                        the public keys of the house. Trust them only when you have them from elsewhere too.

%[3]s


How to verify it by hand

1. Files:      sha256sum -c SHA256SUMS
2. Signature:  openssl pkeyutl -verify -pubin -inkey keys/%[4]s.pem -rawin -in manifest.json -sigfile manifest.sig
   and compare the line of SHA256SUMS in manifest.json with: sha256sum SHA256SUMS
3. Receipts and checkpoints: an object with record, key and signature (base64url). The signature is of the record in
   canonical JSON (RFC 8785): keys sorted, no space. A receipt's record names the SHA-256 of the answer.
4. Audit record: the digest of a record is the SHA-256 of the member record of its line in audit.jsonl, in canonical JSON, just
   as it stands there. The hash of a position is the SHA-256 of 64 bytes: the hash of the position before and the digest. Begin
   with the hash in the first line of audit-proof.jsonl, go on by its digests, and end at the hash of the last line. The
   digests and hashes of the records in audit.jsonl must be those of their positions.

With the program: rapporteur archive verify FILE.zip --keys KEYS
`

func (w *archiveWriter) readme() string {
	title := w.cycle.Title
	if title == "" {
		title = w.instrument.Symbol + ": " + w.instrument.Title
	}
	return fmt.Sprintf(readmeText, w.cycle.ID, strings.TrimSpace(title), answersWords[w.answers], fileName(w.archive.Signer.KeyID()))
}
