package rapporteur

import (
	"fmt"
	"strings"
)

// inclusionRecord is what the cycles of an inclusion stream have for a report:
// in how many host reports the section stands, in which, and how many issued
// without. It counts host reports that issued after a date, and has nothing to
// tell where none did.
func inclusionRecord(stream Stream, cycles []Cycle, after Date) (StreamRecord, bool) {
	record := StreamRecord{Provisions: stream.Provisions}
	var with []string
	without := 0
	for _, c := range cycles {
		if c.Symbol == "" || !c.Masthead.After(after) {
			continue
		}
		if record.Cycle == "" {
			record.Cycle = c.ID
		}
		record.Sources = append(record.Sources, Source{Cycle: c.ID, Record: "cycle/" + string(c.ID)})
		if c.Paragraphs == "" {
			without++
			continue
		}
		with = append(with, fmt.Sprintf("%s (%s %s)", c.Symbol, paragraphWord(c.Paragraphs), c.Paragraphs))
	}
	issued := len(with) + without
	if issued == 0 {
		return record, false
	}
	record.Text = fmt.Sprintf("A section on trafficking in persons was asked for ahead of %s that issued in the period; %s with the section",
		count(issued, "host report"), ofThem(len(with), issued))
	if len(with) > 0 {
		record.Text += ": " + joinNamed(with)
	}
	record.Text += "."
	return record, true
}

func paragraphWord(paragraphs string) string {
	if strings.ContainsAny(paragraphs, "-–,") {
		return "paras."
	}
	return "para."
}

// ofThem says how many of several did something: all 12 issued, 9 issued.
func ofThem(n, of int) string {
	switch {
	case n == of && n > 1:
		return fmt.Sprintf("all %s issued", digits(n))
	case n == of:
		return "it issued"
	case n == 0:
		return "none issued"
	}
	return digits(n) + " issued"
}
