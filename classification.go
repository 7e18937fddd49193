package rapporteur

import "slices"

// Classification is how information is to be handled (ST/SGB/2007/6).
type Classification string

// The levels of the Secretariat, from open to the most protected: disclosure
// could damage the work of the United Nations, or do so exceptionally gravely.
const (
	Unclassified         Classification = "unclassified"
	Confidential         Classification = "confidential"
	StrictlyConfidential Classification = "strictly-confidential"
)

// Classifications lists the levels, the most open first.
var Classifications = []Classification{Unclassified, Confidential, StrictlyConfidential}

// Known reports whether it is one of the levels.
func (c Classification) Known() bool { return slices.Contains(Classifications, c) }

// AtLeast is the more protected of two levels. One that is not known counts
// for less than any other.
func (c Classification) AtLeast(least Classification) Classification {
	if slices.Index(Classifications, c) < slices.Index(Classifications, least) {
		return least
	}
	return c
}
