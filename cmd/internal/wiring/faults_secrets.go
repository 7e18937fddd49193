package wiring

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// twoPlaces finds a secret that is given as a value and in a file, or in a file
// that cannot be used, and gives the value otherwise.
func twoPlaces(key, value, fileKey, file string) (string, []Fault) {
	switch {
	case file == "":
		return value, nil
	case value != "":
		return "", []Fault{{fileKey, "is set, and " + key + " too", "keep one of the two"}}
	}
	text, err := secret(key, "", file)
	switch {
	case err != nil:
		return "", []Fault{{fileKey, unread(err), "give a file that this account can read"}}
	case text == "":
		return "", []Fault{{fileKey, "names a file with nothing in it", "write the value into it"}}
	}
	return text, nil
}

// SecretFile are the faults of a file that has to hold a secret.
func SecretFile(key, file, remedy string) []Fault {
	if file == "" {
		return []Fault{{key, "is not set", remedy}}
	}
	_, faults := twoPlaces("", "", key, file)
	return faults
}

// unread says why a file cannot be read, with its path and nothing of its content.
func unread(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Sprintf("cannot be read: %s: %v", path.Path, path.Err)
	}
	return "cannot be read"
}

// eachFile asks a check about every file of a ring, and finds those named twice.
func eachFile(key, remedy string, files []string, check func(file string) error) []Fault {
	var faults []Fault
	for n, file := range files {
		if slices.Contains(files[:n], file) {
			faults = append(faults, Fault{key, "names " + file + " twice", "name each file once, the newest first"})
			continue
		}
		if err := check(file); err != nil {
			what := "has a file that holds no such key: " + file
			if _, ok := errors.AsType[*fs.PathError](err); ok {
				what = unread(err)
			}
			faults = append(faults, Fault{key, what, remedy})
		}
	}
	return faults
}

// sharedKeys finds a secret that serves twice. Whoever gets hold of one then has
// the other, and neither can be changed alone.
func sharedKeys(settings []any) []Fault {
	type place struct{ key, file string }
	var faults []Fault
	first := map[[sha256.Size]byte]place{}
	for _, s := range settings {
		ring, ok := s.(KeyRing)
		if !ok {
			continue
		}
		key, files := ring.Ring()
		for _, file := range files {
			content, err := os.ReadFile(file) //nolint:gosec // the operator names the files of its keys
			if err != nil || len(bytes.TrimSpace(content)) == 0 {
				continue // told by the ring itself
			}
			sum := sha256.Sum256(bytes.TrimSpace(content))
			at := place{key, file}
			before, seen := first[sum]
			switch {
			case !seen:
				first[sum] = at
			case before != at:
				faults = append(faults, Fault{
					key, fmt.Sprintf("has the same key in %s as %s in %s", file, before.key, before.file), "make a key for each purpose, and name it once",
				})
			}
		}
	}
	return faults
}

// openSecrets are the files of secrets that others on the machine can read, where
// the folder does not keep them out.
func openSecrets(parsed *kong.Context) []string {
	var found []string
	for _, flag := range parsed.Flags() {
		if !holdsSecret(flag) {
			continue
		}
		var files []string
		switch value := flag.Target.Interface().(type) {
		case string:
			files = []string{value}
		case []string:
			files = value
		}
		for _, file := range files {
			if file != "" && openToOthers(file) && !slices.Contains(found, file) {
				found = append(found, file)
			}
		}
	}
	return found
}

// holdsSecret reports whether a flag names files with secrets.
func holdsSecret(flag *kong.Flag) bool { return flag.Tag.Get("secret") == "file" }

const (
	othersRead  = 0o044
	othersEnter = 0o011
)

// openToOthers reports whether accounts other than the owner's can read a file.
// Docker mounts secrets as 0644; the folder before them is what keeps others out.
func openToOthers(file string) bool {
	info, err := os.Stat(file) //nolint:gosec // the operator names the files of its keys
	if err != nil || info.Mode().Perm()&othersRead == 0 {
		return false
	}
	folder, err := os.Stat(filepath.Dir(file)) //nolint:gosec // the operator names the files of its keys
	return err != nil || folder.Mode().Perm()&othersEnter != 0
}

// onCommandLine finds passwords among the flags that were given. Every account of
// the machine sees the command lines of all.
func onCommandLine(parsed *kong.Context) []Fault {
	var faults []Fault
	for _, at := range parsed.Path {
		if at.Flag == nil {
			continue
		}
		text, ok := reflect.TypeAssert[string](at.Flag.Target)
		if !ok || !hasPassword(text) {
			continue
		}
		key, remedy := "--"+at.Flag.Name, "leave it out of the command line"
		if len(at.Flag.Envs) > 0 {
			key = at.Flag.Envs[0]
			remedy = "give it as " + key + " in the environment, or in a file where there is a setting for one"
		}
		faults = append(faults, Fault{key, "holds a password and is on the command line, which other users of the machine see", remedy})
	}
	return faults
}

// hasPassword reports whether a text looks like a URL, or a connection string,
// with a password in it.
func hasPassword(text string) bool {
	if at, err := url.Parse(text); err == nil {
		_, has := at.User.Password()
		return has || at.Query().Has("password") || at.Scheme == "" && strings.Contains(text, "password=")
	}
	_, authority, found := strings.Cut(text, "://")
	return found && strings.Contains(authority, "@")
}
