package rapporteur

import (
	"fmt"
	"strings"
	"time"
)

// SignedRecord is the signed record that a delivery went to one of its
// destinations: what the destination can show, and anybody can check with the
// public keys alone. It depends on nothing but the delivery and the destination,
// so that routing again makes the same.
type SignedRecord struct {
	DeliveryKey
	Destination ContributorID
	Signed
}

// recordFormat is in every record, so that its signature stands for nothing
// else.
const recordFormat = "rapporteur-delivery-record/1"

// recordOf is the canonical JSON (RFC 8785) of the record that a delivery went
// to a destination: strings and whole numbers only, keys sorted, no space.
func recordOf(i Instrument, s Stream, d Delivery, to ContributorID) []byte {
	kept := "content"
	if d.Receipt {
		kept = "receipt"
	}
	record := map[string]any{
		"format": recordFormat, "delivery": d.String(), "instrument": i.Symbol, "stream": s.ID,
		"provisions": strings.Join(s.Provisions, ", "), "contributor": string(d.Contributor), "destination": string(to),
		"kept": kept, "sha256": d.Hash, "size": d.Size, "classification": string(d.Classification),
		"use_in_report": yesNo(d.Consent.InReport), "attribution": yesNo(d.Consent.ByName),
		"received_at": d.ReceivedAt.UTC().Format(time.RFC3339Nano),
	}
	if d.Receipt {
		record["handed_over"] = d.HandedOver.String()
	} else {
		record["questionnaire"] = d.Questionnaire.String()
	}
	return canonical(record)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// VerifyRecord checks a signed record, as Document writes it or indented, with
// nothing but public keys, and gives its members. An error says why it does not
// hold.
func VerifyRecord(document []byte, keys []SigningKey) (map[string]any, error) {
	record, err := verifySigned(document, keys, recordFormat, errNoRecord)
	if err != nil {
		return nil, fmt.Errorf("cannot verify delivery record: %w", err)
	}
	return record, nil
}
