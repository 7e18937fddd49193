package rapporteur

import (
	"errors"
	"fmt"
)

// ProblemKind classifies what went wrong for whoever asked.
type ProblemKind string

// Kinds of problems; an API maps each to one status code.
const (
	ProblemInvalid      ProblemKind = "invalid"      // the input breaks a rule
	ProblemMalformed    ProblemKind = "malformed"    // the input cannot be read
	ProblemTooLarge     ProblemKind = "too-large"    // over a limit
	ProblemNotFound     ProblemKind = "not-found"    // there is no such thing, or it is not yours to see
	ProblemForbidden    ProblemKind = "forbidden"    // you may not do this
	ProblemUnidentified ProblemKind = "unidentified" // who asks is not known
	ProblemConflict     ProblemKind = "conflict"     // the state of things does not allow it now
	ProblemClosed       ProblemKind = "closed"       // the time for it is over
	ProblemStale        ProblemKind = "stale"        // it was made for an older version
	ProblemUnreachable  ProblemKind = "unreachable"  // contributors have no mailbox
	ProblemUnavailable  ProblemKind = "unavailable"  // a part of the system does not answer; try again
	ProblemRejected     ProblemKind = "rejected"     // a submission has findings that block it
	ProblemReused       ProblemKind = "key-reused"   // an idempotency key came with a different request
	ProblemLimited      ProblemKind = "limited"      // too many at once
	ProblemUnsupported  ProblemKind = "unsupported"  // a media type or stream this release does not handle
	ProblemPrecondition ProblemKind = "precondition" // the ETag does not match
	ProblemReceiptOnly  ProblemKind = "receipt-only" // content came where only a receipt is kept
)

// Problem is an error that is safe and useful to show: what, where and what to
// do. It carries no name, address or submitted value.
type Problem struct {
	Kind     ProblemKind
	Title    string // the same for every problem of this sort: The request is closed
	Detail   string // this time: what, where, what to do
	Findings []Finding
	Language string // of the document that the findings are about; for who asks for no language
	Cause    error  // for the log only
}

// Error is the title and detail.
func (p *Problem) Error() string {
	if p.Detail == "" {
		return p.Title
	}
	return p.Title + ": " + p.Detail
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// Problemf makes a problem with a formatted detail.
func Problemf(kind ProblemKind, title, detail string, args ...any) *Problem {
	return &Problem{Kind: kind, Title: title, Detail: fmt.Sprintf(detail, args...)}
}

// IsProblem reports whether an error is, or wraps, a problem of the kind.
func IsProblem(err error, kind ProblemKind) bool {
	var p *Problem
	return errors.As(err, &p) && p.Kind == kind
}

// ReceiptOnly refuses content where only a receipt is kept (OP27.b, OP30), before
// anything is done with it.
func ReceiptOnly() *Problem {
	return &Problem{
		Kind: ProblemReceiptOnly, Title: "Only a receipt is kept here",
		Detail: "Nothing was read or stored. Hand the content to its destination by the channel agreed with it, and leave a receipt here: the day, to whom, SHA-256 and classification.",
	}
}

// NotFound is the problem that something does not exist, or is not the
// asker's to see.
func NotFound(what, id string) *Problem {
	return Problemf(ProblemNotFound, "Not found", "There is no %s %q here, or it is not yours to see.", what, id)
}
