package keyring_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rapporteur/rapporteur/internal/keyring"
)

var (
	once    = keyring.Kind{Name: "sample key", Hint: ", as the sample makes them"}
	repeats = keyring.Kind{Name: "sample key", Repeats: true}
)

// keyFile is a file with a content.
func keyFile(t testing.TB, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "some.key")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// key is a file with a key of 32 bytes that are all the same.
func key(t testing.TB, of byte) string {
	t.Helper()
	return keyFile(t, encoded(of, 32))
}

func encoded(of byte, times int) string {
	return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{of}, times)) + "\n"
}

func load(t testing.TB, kind keyring.Kind, files ...string) *keyring.Ring {
	t.Helper()
	ring, err := kind.Load(files...)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// What was sealed years ago names its key by these ids: they are never others.
func TestIDsNeverChange(t *testing.T) {
	for _, c := range []struct {
		name string
		of   byte
		want string
	}{
		{"sealing key", 'a', "1d5debcbf2a6850e"}, {"sealing key", 'b', "90003c2a3309c6cd"},
		{"payload key", 'a', "6a48f9b5d0f6eb1f"}, {"payload key", 'b', "a78a675cdecef927"},
	} {
		if got := load(t, keyring.Kind{Name: c.name}, key(t, c.of)).Newest().String(); got != c.want {
			t.Errorf("%s of %c has the id %s, want %s", c.name, c.of, got, c.want)
		}
	}
}

func TestTheFirstIsTheNewest(t *testing.T) {
	a, b, c := key(t, 'a'), key(t, 'b'), key(t, 'c')
	ids := load(t, once, b, a, c).IDs()
	ring := load(t, once, a, b, c)
	if want := []keyring.ID{ids[1], ids[0], ids[2]}; !slices.Equal(ring.IDs(), want) || ring.Newest() != want[0] {
		t.Errorf("got %v, the newest %v; want %v", ring.IDs(), ring.Newest(), want)
	}
	ring.IDs()[0] = keyring.ID{}
	if ring.Newest() != ids[1] {
		t.Error("a caller has changed the ring")
	}
}

// Each key of a ring opens what it sealed for the place that it was sealed for, in
// another ring with the key too, and no other key does.
func TestKeysSealAndOpen(t *testing.T) {
	a, b := key(t, 'a'), key(t, 'b')
	ring, again := load(t, once, a, b), load(t, once, b, a)
	rapid.Check(t, func(t *rapid.T) {
		content, about := rapid.SliceOf(rapid.Byte()).Draw(t, "content"), rapid.SliceOf(rapid.Byte()).Draw(t, "about")
		at := rapid.IntRange(0, 1).Draw(t, "key")
		id, other := ring.IDs()[at], ring.IDs()[1-at]
		sealed := ring.Cipher(id).Seal(nil, nil, content, about)
		if opened, err := again.Cipher(id).Open(nil, nil, sealed, about); err != nil || !bytes.Equal(opened, content) {
			t.Fatalf("got %q and %v", opened, err)
		}
		if _, err := again.Cipher(other).Open(nil, nil, sealed, about); err == nil {
			t.Fatal("another key opens it")
		}
		if _, err := again.Cipher(id).Open(nil, nil, sealed, append(about, 'x')); err == nil {
			t.Fatal("it opens for another place")
		}
		if bytes.Equal(sealed, ring.Cipher(id).Seal(nil, nil, content, about)) {
			t.Fatal("it looks the same twice")
		}
	})
	for _, absent := range []keyring.ID{{}, load(t, once, key(t, 'c')).Newest(), load(t, keyring.Kind{Name: "other key"}, a).Newest()} {
		if ring.Cipher(absent) != nil {
			t.Errorf("the ring has a key %v, which was not given", absent)
		}
	}
}

func TestAKeyGivenTwice(t *testing.T) {
	a, b := key(t, 'a'), key(t, 'b')
	same := keyFile(t, "  "+strings.TrimSpace(encoded('a', 32))) // another file, written otherwise
	if _, err := once.Load(a, b, same); err == nil || err.Error() != "cannot use sample key "+same+": it is given twice" {
		t.Errorf("got %v", err)
	}
	if got, want := load(t, repeats, a, b, same, b).IDs(), load(t, repeats, a, b).IDs(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFilesThatHoldNoKey(t *testing.T) {
	good := key(t, 'a')
	for what, content := range map[string]string{
		"nothing":           "",
		"a key too short":   encoded('s', 31),
		"a key too long":    encoded('s', 33),
		"two keys":          encoded('s', 32) + encoded('s', 32),
		"no base64":         strings.Repeat("s!", 22),
		"base64 of URLs":    strings.Repeat("_-", 21) + "_=", // 32 bytes in that alphabet
		"a key unpadded":    strings.TrimRight(encoded('s', 32), "=\n"),
		"bits to spare":     strings.Repeat("s", 42) + "t=", // 32 bytes and a bit: two ways to write one key
		"the bytes as such": strings.Repeat("s", 32),
	} {
		file := keyFile(t, content)
		_, err := once.Load(good, file)
		if want := "cannot read sample key " + file + ": want 32 bytes in base64, as the sample makes them"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", what, err, want)
		}
	}
}

// Nothing of a key is in an error, whatever is wrong with it.
func TestErrorsQuoteNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		random := rapid.SliceOfN(rapid.Byte(), 8, 64).Draw(r, "random")
		text := base64.StdEncoding.EncodeToString(random)
		broken := text + rapid.SampledFrom([]string{"!", "=", "\x00", text, " " + text}).Draw(r, "broken by")
		_, err := once.Load(keyFile(t, broken))
		if err == nil {
			r.Fatalf("%q is a key", broken)
		}
		for at := range len(text) - 7 {
			if strings.Contains(err.Error(), text[at:at+8]) {
				r.Fatalf("%q is in %v", text[at:at+8], err)
			}
		}
	})
}

func TestFilesThatAreNotThere(t *testing.T) {
	absent := filepath.Join(t.TempDir(), "absent.key")
	_, err := once.Load(key(t, 'a'), absent)
	var path *fs.PathError
	if !errors.As(err, &path) || path.Path != absent || !strings.HasPrefix(err.Error(), "cannot read sample key: ") {
		t.Errorf("got %v", err)
	}
	if _, err := once.Load(); err == nil || err.Error() != "cannot load sample keys: none is given" {
		t.Errorf("got %v", err)
	}
}

func TestNewKeysAreAtRandom(t *testing.T) {
	seen := map[keyring.ID]bool{}
	for range 100 {
		content, err := once.New()
		if err != nil {
			t.Fatal(err)
		}
		if len(content) != 45 || content[44] != '\n' {
			t.Fatalf("a file of %d bytes", len(content))
		}
		seen[load(t, once, keyFile(t, string(content))).Newest()] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d keys of 100 are different", len(seen))
	}
}
