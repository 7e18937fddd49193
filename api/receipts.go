package api

import (
	"context"
	"net/http"

	"github.com/rapporteur/rapporteur/access"
)

func (s *service) registerReceipts() {
	register(s, operation{
		id: "get-submission-receipt", method: http.MethodGet, path: requestPath + "/submissions/{version}/receipt", tag: tagRequests, action: access.ReadSubmission,
		summary: "Read the signed receipt of a version",
		description: "Canonical JSON with an Ed25519 signature: who answered what, when it was accepted, and the SHA-256 of the body. It is signed when the version is accepted " +
			"and never changes; `rapporteur receipt verify` checks it offline against /v1/signing-keys. A version from before there were receipts is given one when it is first asked for.",
		media: mediaObject("application/json", "The signed receipt."),
	}, s.getReceipt)
}

func (s *service) getReceipt(ctx context.Context, in *SubmissionPath) (*bodyOutput, error) {
	receipt, err := s.Correspondence.Receipt(ctx, in.key(), in.Version)
	if err != nil {
		return nil, err
	}
	document, err := receipt.Document()
	if err != nil {
		return nil, err
	}
	return &bodyOutput{ContentType: "application/json", Body: document}, nil
}
