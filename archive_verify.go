package rapporteur

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ArchiveVerdict is what an archive was found to be.
type ArchiveVerdict struct {
	Cycle    string
	Answers  ArchivedAnswers
	Files    int // that the manifest lists
	Versions int // of answers, each with a receipt that holds
	Records  int // of the audit record
	Faults   []ArchiveFault
}

// Holds reports whether nothing speaks against the archive.
func (v ArchiveVerdict) Holds() bool { return len(v.Faults) == 0 }

// ArchiveFault is one thing that speaks against an archive.
type ArchiveFault struct{ File, What string }

// String says where and what.
func (f ArchiveFault) String() string { return f.File + ": " + f.What }

// VerifyArchive checks the files of an archive with nothing but public keys:
// that the manifest is the house's, that the files are those it lists, that each
// version of an answer has a receipt that holds and is about its content, and
// that the audit records are where the chain has them.
func VerifyArchive(files map[string][]byte, keys []SigningKey) ArchiveVerdict {
	v := archiveVerifier{files: files, keys: keys}
	if v.verifyManifest() {
		v.verifyAnswers()
		v.verifyDeliveries()
		v.verifyProof()
	}
	slices.SortStableFunc(v.Faults, func(a, b ArchiveFault) int { return strings.Compare(a.File, b.File) })
	return v.ArchiveVerdict
}

type archiveVerifier struct {
	ArchiveVerdict
	files map[string][]byte
	keys  []SigningKey
}

func (v *archiveVerifier) fault(file, format string, args ...any) {
	v.Faults = append(v.Faults, ArchiveFault{File: file, What: fmt.Sprintf(format, args...)})
}

// verifyManifest reports whether there is a manifest to go on with.
func (v *archiveVerifier) verifyManifest() bool {
	manifest, err := readExact(v.files[archiveManifest])
	listed, isObject := manifest["files"].(map[string]any)
	if err != nil || !isObject || manifest["format"] != archiveFormat {
		v.fault(archiveManifest, "it is not the manifest of an archive")
		return false
	}
	if err := verifyBare(v.files[archiveManifest], v.files[archiveSignature], manifest["key"], v.keys); err != nil {
		v.fault(archiveManifest, "the signature does not hold: %v", err)
	}
	v.Cycle, _ = manifest["cycle"].(string)
	answers, _ := manifest["answers"].(string)
	v.Answers, v.Files = ArchivedAnswers(answers), len(listed)
	for name, about := range listed {
		content, there := v.files[name]
		members, _ := about.(map[string]any)
		size, _ := memberNumber(members, "bytes")
		switch {
		case !there:
			v.fault(name, "it is missing")
		case size != int64(len(content)) || members["sha256"] != hashed(content):
			v.fault(name, "it was changed")
		}
	}
	for name := range v.files {
		if _, is := listed[name]; !is && name != archiveManifest && name != archiveSignature {
			v.fault(name, "it was added")
		}
	}
	return true
}

// verifyBare checks a signature that is kept beside what it is of.
func verifyBare(content, signature []byte, id any, keys []SigningKey) error {
	for _, key := range keys {
		if key.ID != id || len(key.Public) != ed25519.PublicKeySize {
			continue
		}
		if !ed25519.Verify(key.Public, content, signature) {
			return errSignature
		}
		return nil
	}
	return errNoKey
}

// archivedVersion is what a line about a version of an answer must hold.
type archivedVersion struct {
	Cycle       CycleID       `json:"cycle"`
	Contributor ContributorID `json:"contributor"`
	Version     int           `json:"version"`
	Hash        string        `json:"hash"`
}

// verifyAnswers holds every version against its receipt, and both against the
// content where that is here whole.
func (v *archiveVerifier) verifyAnswers() {
	expected := map[string]bool{}
	for line := range bytes.Lines(v.files[archiveAnswers]) {
		var s archivedVersion
		if err := json.Unmarshal(line, &s); err != nil || s.Contributor == "" || string(s.Cycle) != v.Cycle {
			v.fault(archiveAnswers, "a line is not about a version of an answer of the cycle")
			continue
		}
		key := RequestKey{Cycle: s.Cycle, Contributor: s.Contributor}
		file := versionName("receipts", key, s.Version)
		expected[file] = true
		receipt, err := VerifyReceipt(v.files[file], v.keys)
		if err != nil {
			v.fault(file, "the receipt does not hold: %v", err)
			continue
		}
		version, _ := memberNumber(receipt, "version")
		if receipt["cycle"] != v.Cycle || receipt["contributor"] != string(s.Contributor) || version != int64(s.Version) || receipt["sha256"] != s.Hash {
			v.fault(file, "it is the receipt of another version, or of another content")
			continue
		}
		v.Versions++
		v.verifyBody(versionName("submissions", key, s.Version), s.Hash)
	}
	for name := range v.files {
		if strings.HasPrefix(name, "receipts/") && !expected[name] {
			v.fault(name, "%s knows no version with this receipt", archiveAnswers)
		}
	}
}

// verifyDeliveries checks the signed records of deliveries.
func (v *archiveVerifier) verifyDeliveries() {
	for name, content := range v.files {
		if !strings.HasPrefix(name, "delivery-records/") {
			continue
		}
		if _, err := VerifyRecord(content, v.keys); err != nil {
			v.fault(name, "the record does not hold: %v", err)
		}
	}
}

func (v *archiveVerifier) verifyBody(file, hash string) {
	content, there := v.files[file]
	switch {
	case v.Answers == AnswersLeftOut && there:
		v.fault(file, "the archive is to hold no answers")
	case v.Answers == AnswersWhole && !there:
		v.fault(file, "the answer is missing")
	case v.Answers == AnswersWhole && hashed(content) != hash:
		v.fault(file, "it is not what was submitted: its SHA-256 is not that of the receipt")
	}
}

// Summary says what was verified, and what was found.
func (v ArchiveVerdict) Summary() string {
	var b bytes.Buffer
	for _, fault := range v.Faults {
		fmt.Fprintln(&b, fault)
	}
	if v.Holds() {
		fmt.Fprintf(&b, "The archive of %s holds: %s, %s of answers (%s) with their receipts, %s of the audit record.\n", v.Cycle,
			plural(v.Files, "file", "files"), plural(v.Versions, "version", "versions"), v.Answers, plural(v.Records, "record", "records"))
	}
	return b.String()
}
