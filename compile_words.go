package rapporteur

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CountWords counts a report as documents management does: title, headings,
// paragraphs, tables with their notes, and annexes. Numbers of paragraphs and
// headings are not words.
func CountWords(r Report) int {
	words := countWords(r.Masthead.Title)
	var walk func(sections []ReportSection)
	walk = func(sections []ReportSection) {
		for _, s := range sections {
			words += countWords(s.Heading)
			for _, b := range s.Blocks {
				if b.Paragraph != nil {
					words += countWords(b.Paragraph.Text)
				}
				if b.Table != nil {
					words += tableWords(*b.Table)
				}
			}
			walk(s.Sections)
		}
	}
	walk(r.Sections)
	for _, a := range r.Annexes {
		words += countWords(a.Heading)
		for _, item := range a.Items {
			words += countWords(item.Text)
		}
	}
	return words
}

func tableWords(t Table) int {
	words := countWords(t.Title)
	for _, text := range append(append([]string{}, t.Columns...), t.Notes...) {
		words += countWords(text)
	}
	for _, row := range t.Rows {
		words += countWords(row.Label)
		for _, cell := range row.Cells {
			words += countWords(cell.Text)
		}
	}
	return words
}

func countWords(text string) int { return len(strings.Fields(text)) }

// joinWords lists words as a sentence does: a, b and c.
func joinWords(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// namedTogether is how many a sentence of a report names; of more, the rest are
// counted.
const namedTogether = 12

// joinNamed is joinWords for what can be too many to name: a, b and 3 others.
func joinNamed(words []string) string {
	if more := len(words) - namedTogether; more > 0 {
		words = append(slices.Clip(words[:namedTogether]), count(more, "other"))
	}
	return joinWords(words)
}

// digits writes a whole number with commas between thousands.
func digits(n int) string {
	if n < 0 {
		return "−" + digits(-n)
	}
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// decimal writes a number with at most one place after the point.
func decimal(f float64) string {
	text := strconv.FormatFloat(f, 'f', 1, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || whole == "-0" {
		return text
	}
	if fraction == "0" {
		return digits(n)
	}
	return digits(n) + "." + fraction
}

// kindNoun names contributors of a kind: Member State, Member States.
func kindNoun(kind ContributorKind, n int) string {
	nouns := map[ContributorKind][2]string{
		KindMemberState: {"Member State", "Member States"},
		KindEntity:      {"United Nations entity", "United Nations entities"},
		KindMission:     {"mission", "missions"},
		KindPanel:       {"panel", "panels"},
	}
	pair, ok := nouns[kind]
	if !ok {
		pair = [2]string{"contributor", "contributors"}
	}
	if n == 1 {
		return pair[0]
	}
	return pair[1]
}

// kindCount is a number with its noun: 12 Member States.
func kindCount(kind ContributorKind, n int) string { return digits(n) + " " + kindNoun(kind, n) }

// labelText is a label in English as it stands in quotation marks.
func labelText(label map[string]string, fallback string) string {
	text := strings.TrimRight(strings.TrimSpace(label["en"]), " :.")
	if text == "" {
		return fallback
	}
	return text
}

// inSentence makes the first letter small, unless the text has other capitals
// or digits and may begin with an acronym or a name.
func inSentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	capital := func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }
	if !unicode.IsUpper(first) || strings.ContainsFunc(text[size:], capital) {
		return text
	}
	return lowerFirst(text)
}

func lowerFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}

// codeLabel turns a code into words where its questionnaire has none:
// FORCED_LABOUR becomes forced labour.
func codeLabel(options []Option, code string) string {
	for _, o := range options {
		if o.Code == code {
			return labelText(o.Label, codeLabel(nil, code))
		}
	}
	return strings.ToLower(strings.NewReplacer("_", " ", "-", " ").Replace(code))
}
