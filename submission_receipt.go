package rapporteur

import (
	"context"
	"fmt"
	"time"
)

// SubmissionReceipt is the signed receipt of one accepted version of an answer.
// It is made in the transaction that accepts the version and never again, so it
// stays the same whichever key the house has later.
type SubmissionReceipt struct {
	RequestKey
	Version int
	Signed
}

// receiptFormat is in every receipt, so that its signature stands for nothing
// else.
const receiptFormat = "rapporteur-submission-receipt/1"

// receiptOf is the canonical JSON (RFC 8785) of a version's receipt: what was
// accepted from whom for which request and when, and the key that says so.
func receiptOf(s Submission, keyID string) []byte {
	return canonical(map[string]any{
		"format": receiptFormat, "cycle": string(s.Cycle), "contributor": string(s.Contributor), "version": s.Version,
		"questionnaire": s.Questionnaire.String(), "return_type": string(s.ReturnType), "sha256": s.Hash, "size": s.Size,
		"accepted_at": s.SubmittedAt.UTC().Format(time.RFC3339Nano), "key": keyID,
	})
}

// VerifyReceipt checks the signed receipt of a submission, as Document writes it
// or indented, with nothing but public keys, and gives its members: the body it
// is about has the SHA-256 of the member sha256. An error says why it does not
// hold.
func VerifyReceipt(document []byte, keys []SigningKey) (map[string]any, error) {
	receipt, err := verifySigned(document, keys, receiptFormat, errNoReceipt)
	if err != nil {
		return nil, fmt.Errorf("cannot verify receipt: %w", err)
	}
	return receipt, nil
}

var errNoReceiptSigner = Problemf(ProblemUnavailable, "No signing key",
	"Every submission is answered with a signed receipt, and this process has no key to sign with; tell the administrator.")

// giveReceipt signs the receipt of a version and keeps it, unless there is one:
// what was signed first stays.
func (c Correspondence) giveReceipt(ctx context.Context, tx Tx, s Submission) (SubmissionReceipt, error) {
	if c.Signer == nil {
		return SubmissionReceipt{}, errNoReceiptSigner
	}
	return tx.InsertReceipt(ctx, c.receipt(s))
}

// receipt signs the receipt of a version.
func (c Correspondence) receipt(s Submission) SubmissionReceipt {
	return SubmissionReceipt{RequestKey: s.RequestKey, Version: s.Version, Signed: sign(c.Signer, receiptOf(s, c.Signer.KeyID()))}
}

// Receipt is the signed receipt of a version. A version from before there were
// receipts is given one when it is first asked for, with the time at which the
// record says that it was accepted; from then on that one stays.
func (c Correspondence) Receipt(ctx context.Context, key RequestKey, version int) (SubmissionReceipt, error) {
	var receipt SubmissionReceipt
	err := c.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		var err error
		receipt, err = r.Receipt(ctx, key, version)
		return err
	})
	if !IsProblem(err, ProblemNotFound) {
		return receipt, err
	}
	err = c.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		s, err := tx.Submission(ctx, key, version)
		if err == nil {
			receipt, err = c.giveReceipt(ctx, tx, s)
		}
		return err
	})
	return receipt, err
}
