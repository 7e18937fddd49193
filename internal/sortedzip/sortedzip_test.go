package sortedzip

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
)

func TestTheOrderOfPartsIsThatOfTheirNames(t *testing.T) {
	archive := func(names ...string) []byte {
		var out bytes.Buffer
		w := New(&out)
		for _, name := range names {
			part, err := w.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(part, "content of "+name); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	one, other := archive("b", "a", "c"), archive("c", "b", "a")
	if !bytes.Equal(one, other) {
		t.Error("the same parts in another order are another archive")
	}
	read, err := zip.NewReader(bytes.NewReader(one), int64(len(one)))
	if err != nil {
		t.Fatal(err)
	}
	for n, name := range []string{"a", "b", "c"} {
		if read.File[n].Name != name {
			t.Errorf("part %d is %s", n, read.File[n].Name)
		}
		content, err := read.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(content); err != nil || string(text) != "content of "+name {
			t.Errorf("%s holds %q (%v)", name, text, err)
		}
	}
}
