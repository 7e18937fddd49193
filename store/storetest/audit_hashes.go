package storetest

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/rapporteur/rapporteur"
)

// following is the hash after one, reckoned here once more as the documentation
// says it.
func following(before, digest string) string {
	content, _ := hex.DecodeString(before + digest)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// linkAfter is the link of a record that follows another.
func linkAfter(before rapporteur.ChainLink, r rapporteur.AuditRecord) rapporteur.ChainLink {
	digest := r.Digest()
	return rapporteur.ChainLink{Position: before.Position + 1, Seq: r.Seq, Digest: digest, Hash: following(before.Hash, digest)}
}
