package rapporteur

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// SigningKey is a public key of the house (Ed25519, RFC 8032). Its id is the
// thumbprint of the key (RFC 7638).
type SigningKey struct {
	ID     string
	Public []byte // 32 bytes
}

// SignedRecord is the signed record that a delivery went to one of its
// destinations: what the destination can show, and anybody can check with the
// public keys alone. It depends on nothing but the delivery and the destination,
// so that routing again makes the same.
type SignedRecord struct {
	DeliveryKey
	Destination ContributorID
	Record      []byte // canonical JSON
	KeyID       string
	Signature   []byte // Ed25519, of Record
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

// Document is the record with its signature as it is mailed and published:
// canonical JSON too, the signature in base64url without padding.
func (r SignedRecord) Document() ([]byte, error) {
	record, err := readCanonical(r.Record)
	if err != nil {
		return nil, fmt.Errorf("cannot write delivery record: %w", err)
	}
	return canonical(map[string]any{
		"record": record, "key": r.KeyID, "signature": base64.RawURLEncoding.EncodeToString(r.Signature),
	}), nil
}

// The ways in which a signed record does not hold.
var (
	errNoRecord  = errors.New("it is not a signed delivery record")
	errNoKey     = errors.New("none of the keys is the one it names")
	errSignature = errors.New("its signature is not that key's: it was changed, or signed by somebody else")
)

// VerifyRecord checks a signed record, as Document writes it or indented, with
// nothing but public keys, and gives its members. An error says why it does not
// hold.
func VerifyRecord(document []byte, keys []SigningKey) (map[string]any, error) {
	signed, err := readCanonical(document)
	if err != nil {
		return nil, fmt.Errorf("cannot verify delivery record: %w", errNoRecord)
	}
	record, isRecord := signed["record"].(map[string]any)
	id, isID := signed["key"].(string)
	text, isText := signed["signature"].(string)
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if !isRecord || !isID || !isText || err != nil || len(signed) != 3 || record["format"] != recordFormat {
		return nil, fmt.Errorf("cannot verify delivery record: %w", errNoRecord)
	}
	for _, key := range keys {
		if key.ID != id || len(key.Public) != ed25519.PublicKeySize {
			continue
		}
		if !ed25519.Verify(key.Public, canonical(record), signature) {
			return nil, fmt.Errorf("cannot verify delivery record: %w", errSignature)
		}
		return record, nil
	}
	return nil, fmt.Errorf("cannot verify delivery record: %w", errNoKey)
}
