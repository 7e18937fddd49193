package rapporteur

// Vault seals what people write in confidence, so that a copy of the database
// or of a bucket tells nothing: bodies, working answers, attachments. What it
// seals opens only for the same place, so that one content cannot be put in
// another's stead.
type Vault interface {
	// Seal gives the content sealed for a place, with the newest key.
	Seal(content []byte, about string) ([]byte, error)
	// Open gives back what was sealed for the place. It fails where the content
	// was changed, was sealed for another place, or with a key that is not known.
	// What was never sealed is given as it is.
	Open(sealed []byte, about string) ([]byte, error)
	// Stale reports whether content was not sealed, or not with the newest key.
	Stale(sealed []byte) bool
}

// SealMark is how everything sealed begins. No JSON document does.
const SealMark = "RPV1"
