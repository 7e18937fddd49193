package rapporteur

import (
	"fmt"
	"slices"
	"time"
)

// DeliveryKey names one delivery: its place in the window, or in the occasion,
// that it came in.
type DeliveryKey struct {
	Cycle  CycleID
	Number int // 1, 2, … in the cycle
}

// String is the delivery's id as documents cite it:
// s-res-2388-2017/op9/window-2018-H1/7.
func (k DeliveryKey) String() string { return fmt.Sprintf("%s/%d", k.Cycle, k.Number) }

// Consent is what a contributor allows to be done with what it delivered.
// Nothing that was not said is allowed.
type Consent struct {
	InReport bool // its content may be used in a report to the Council
	ByName   bool // what is used may be attributed to it by name
}

// Delivery is one immutable entry of an intake, or the receipt of something
// that went by another channel. The body of a delivery is kept apart under its
// SHA-256; of what a receipt is about nothing is kept.
type Delivery struct {
	DeliveryKey
	Contributor    ContributorID // who delivered
	Kind           ContributorKind
	Receipt        bool             // only this receipt is kept
	Questionnaire  QuestionnaireRef // none for a receipt
	ReturnType     ReturnType       // none for a receipt
	Language       string
	Hash           string // lower-case hexadecimal SHA-256; of a receipt's content as its contributor names it
	Size           int    // bytes, 0 for a receipt
	Classification Classification
	Consent        Consent
	HandedOver     Date            // receipts: the day on which the content was handed over
	Destinations   []ContributorID // to whom it goes; for a receipt, to whom it went
	ReceivedAt     time.Time       // business time
	ReceivedFrom   string          // principal id
	Findings       []Finding       // warnings with justification, and advice
}

// Concerns reports whether a delivery is from or for a contributor.
func (d Delivery) Concerns(id ContributorID) bool {
	return id != "" && (d.Contributor == id || d.IsFor(id))
}

// IsFor reports whether a contributor is one of a delivery's destinations.
func (d Delivery) IsFor(id ContributorID) bool { return slices.Contains(d.Destinations, id) }

// RoutingKey is where the ledger keeps the mail that took a delivery's signed
// record to a destination.
func (k DeliveryKey) RoutingKey(to ContributorID) LedgerKey {
	return LedgerKey{Cycle: k.Cycle, Contributor: to, Rung: fmt.Sprintf("routed-%d", k.Number)}
}

// DeliveryFilter narrows a list of deliveries; zero fields do not narrow.
type DeliveryFilter struct {
	Cycle       CycleID
	Instrument  string // with Stream: every window of an intake
	Stream      string
	Contributor ContributorID
	Hash        string
	Untried     bool        // of those to be routed, those that nobody has tried to
	After       DeliveryKey // those that come after it
	Limit       int
}
