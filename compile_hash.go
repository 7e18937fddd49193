package rapporteur

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// ContentHash is the lower-case hexadecimal SHA-256 of a report's content,
// which clearance decides on. Symbol, masthead date, time of compiling and the
// hash itself are left out, so that transmitting the report does not change
// what was cleared. The content is written as JSON with fields in the order of
// their declaration and keys of maps sorted.
func ContentHash(r Report) (string, error) {
	r.Hash, r.CompiledAt = "", time.Time{}
	r.Masthead.Symbol, r.Masthead.Date = "", Date{}
	content, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("cannot hash report: %w", err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}
