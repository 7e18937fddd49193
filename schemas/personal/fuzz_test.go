package personal

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Whatever a text is, looking at it ends, and looking again tells the same.
func FuzzIn(f *testing.F) {
	for _, h := range harmful {
		f.Add(h.text)
	}
	for _, text := range honest {
		f.Add(text)
	}
	for _, seed := range []string{"", "@", "_", "1", "+", "(", "<<", "a@", "@a.b", "0000000000", "\xff1234567", "_A", "vic_A", "٣", strings.Repeat("1 ", 40), "1234567\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := In(text)
		if !slices.IsSorted(found) || !slices.Equal(found, In(text)) {
			t.Fatalf("%q: %v", text, found)
		}
		Column(text)
		Record(strings.Split(text, ","))
		if utf8.ValidString(text) && plain(plain(text)) != plain(text) {
			t.Fatalf("%q is not plain: %q", text, plain(text))
		}
	})
}

// Nothing is hidden by what nobody sees, or by the digits of another script.
func TestDisguisesHideNothing(t *testing.T) {
	zeros := []rune{'0', '٠', '۰', '०', '０', '০', '๐', '𝟎'}
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.SampledFrom(harmful).Draw(t, "text")
		if strings.HasPrefix(h.text, "P<") {
			return
		}
		zero := rapid.SampledFrom(zeros).Draw(t, "digits")
		var b strings.Builder
		for _, r := range h.text {
			if rapid.IntRange(0, 3).Draw(t, "hide") == 0 {
				b.WriteRune(rapid.SampledFrom([]rune{'\u200b', '\u200d', '\u2060', '\u00ad', '\ufeff'}).Draw(t, "with"))
			}
			if '0' <= r && r <= '9' {
				r = zero + r - '0'
			}
			b.WriteRune(r)
		}
		if got := In(b.String()); !slices.Contains(got, h.want) {
			t.Fatalf("%q for %q: found %v, want %s", b.String(), h.text, got, h.want)
		}
	})
}
