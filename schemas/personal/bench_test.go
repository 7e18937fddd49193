package personal

import (
	"strings"
	"testing"
)

// A text of a report, with laws, dates and figures, and one that is nothing but
// numbers, as only somebody who means harm sends it.
func BenchmarkIn(b *testing.B) {
	for name, text := range map[string]string{
		"report": strings.Join(honest, "\n"), "plain": strings.Repeat("Some words without any number in them. ", 400),
		"accents": strings.Repeat("Où l’État dit quelque chose de général à ce sujet. ", 300), "numbers": strings.Repeat("1234567, ", 2000),
		"names and numbers": strings.Repeat("Maria 1234567, ", 1000),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				In(text)
			}
		})
	}
}
