package rapporteur

import (
	"context"
	"encoding/hex"
	"io"
	"strings"
	"time"
)

// Limits of the files that come with one contributor's answer.
const (
	MaxAttachedFile  = 10 << 20 // bytes of one file
	MaxAttachedFiles = 20       // files of a request
	MaxAttachedBytes = 50 << 20 // bytes of all files of a request
)

// Media types of the files that are taken.
const (
	MediaPDF  = "application/pdf"
	MediaDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	MediaPNG  = "image/png"
	MediaJPEG = "image/jpeg"
)

// AttachedMedia lists the media types of the files that are taken.
func AttachedMedia() []string { return []string{MediaPDF, MediaDOCX, MediaPNG, MediaJPEG} }

// AttachedFile is a file that came with the answer to a request: a note verbale,
// a law. Its content is kept outside the record, under Blob.
type AttachedFile struct {
	RequestKey
	Hash       string // lower-case hexadecimal SHA-256 of the content
	Name       string // as it is kept: no path, nothing invisible
	Media      string // what the content is, whatever its name or sender said
	Size       int    // bytes
	Blob       string // key among the blobs
	AttachedAt time.Time
	AttachedBy string // principal id
	Versions   []int  // of the answer that refer to it, in order; the record's own
}

// ID is the file's hash in the letters a to p. It has no digits, so that no rule
// that looks for numbers of persons' documents takes it for one; as it is the
// hash, the bytes of an answer that refers to a file say which file that was.
func (f AttachedFile) ID() string { return strings.Map(hexToLetter, f.Hash) }

// Reference is how an answer refers to the file.
func (f AttachedFile) Reference() string { return referencePrefix + f.ID() }

// HashOfFile is the hash that a file's id stands for; false for what is no id.
func HashOfFile(id string) (string, bool) {
	hash := strings.Map(letterToHex, id)
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != 32 {
		return "", false
	}
	return hash, true
}

func hexToLetter(r rune) rune {
	if r >= 'a' {
		return r - 'a' + 'k'
	}
	return r - '0' + 'a'
}

func letterToHex(r rune) rune {
	switch {
	case r >= 'a' && r <= 'j':
		return r - 'a' + '0'
	case r >= 'k' && r <= 'p':
		return r - 'k' + 'a'
	}
	return '!' // not hexadecimal
}

// IncomingFile is a file as somebody sends it.
type IncomingFile struct {
	Name     string // as its sender calls it
	Declared string // media type that the sender says it is; empty or application/octet-stream for none
	Content  []byte
}

// FileInspector looks at a file before anything of it is kept.
type FileInspector interface {
	// Inspect says what a file is by its content, and under which name it can be
	// kept. It is a Problem where the content is nothing that is taken, is not
	// what its name or its sender says, is damaged, or holds what could do harm.
	// Neither name nor content is part of an error.
	Inspect(f IncomingFile) (name, media string, err error)
}

// Blobs keeps content outside the database, sealed before it leaves the process.
type Blobs interface {
	// NewKey gives a key that was never used. It tells nothing of the content.
	NewKey() string
	// Put keeps content under a new key, whole or not at all; when it returns, it
	// is durable.
	Put(ctx context.Context, key string, content io.Reader) error
	// Open reads what is kept under a key, and fails while reading where it was
	// changed or cut. What is not there is a ProblemNotFound.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Delete removes what is kept under a key; nothing there is no error.
	Delete(ctx context.Context, key string) error
	// Stale reports whether content was not sealed, or not with the newest key.
	Stale(ctx context.Context, key string) (bool, error)
}

// FileReader reads what the record has of attached files.
type FileReader interface {
	// AttachedFile is the file of a request with this hash.
	AttachedFile(ctx context.Context, key RequestKey, hash string) (AttachedFile, error)
	// AttachedFiles lists the files of a request by time and hash.
	AttachedFiles(ctx context.Context, key RequestKey) ([]AttachedFile, error)
	// FilesAfter lists files of all requests by the keys of their blobs, after
	// one, at most limit.
	FilesAfter(ctx context.Context, blob string, limit int) ([]AttachedFile, error)
	// StrayFiles lists at most limit files that no answer refers to or can still
	// refer to: collection of their cycle is over.
	StrayFiles(ctx context.Context, limit int) ([]AttachedFile, error)
}

// FileTx writes what the record has of attached files. Every blob is on hold from
// before it is written until a file has it, and again from when the file is gone
// until the blob is: so whatever fails, no blob is forgotten, and none is deleted
// that was not this record's.
type FileTx interface {
	// HoldBlob notes that a blob is about to be written.
	HoldBlob(ctx context.Context, blob string) error
	// InsertFile adds a file and releases its blob: a ProblemConflict when the
	// request has the file, or when the blob was given up meanwhile.
	InsertFile(ctx context.Context, f AttachedFile) error
	// MoveFile gives a file another blob, which is released; the old one is given
	// up.
	MoveFile(ctx context.Context, f AttachedFile, blob string) error
	// DeleteFile takes a file away and gives its blob up: a ProblemConflict while
	// an answer refers to it.
	DeleteFile(ctx context.Context, key RequestKey, hash string) error
	// ReferToFiles notes which files a version of an answer refers to; it may be
	// repeated. A file that the request has not is a ProblemNotFound.
	ReferToFiles(ctx context.Context, key RequestKey, version int, hashes []string) error
	// GiveUpBlobs gives up the blobs that are on hold since longer than a time,
	// by the wall clock, and lists at most limit of those given up.
	GiveUpBlobs(ctx context.Context, heldFor time.Duration, limit int) ([]string, error)
	// GiveUpBlob gives up one, where it is on hold.
	GiveUpBlob(ctx context.Context, blob string) error
	// ForgetBlob takes a blob that was given up, and is deleted, off the list.
	ForgetBlob(ctx context.Context, blob string) error
}
