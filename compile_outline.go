package rapporteur

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// otherMatters is the heading for questions whose provision the outline does
// not name: an outline that forgets a provision must not lose its answers.
const otherMatters = "Other information received"

// arrange puts every question under the heading of its provision.
func (c *compiler) arrange(questions []*askedQuestion) {
	placed := map[*askedQuestion]bool{}
	for _, s := range c.outline.Sections {
		section := outlineSection{heading: s.Heading}
		for _, p := range s.Parts {
			part := outlinePart{heading: p.Heading, provisions: p.Provisions}
			for _, provision := range p.Provisions {
				for _, q := range questions {
					if !placed[q] && provisionsMatch(q.Provision, provision) {
						placed[q] = true
						part.questions = append(part.questions, q)
					}
				}
			}
			section.parts = append(section.parts, part)
		}
		c.parts = append(c.parts, section)
	}
	var rest []*askedQuestion
	for _, q := range questions {
		if !placed[q] {
			rest = append(rest, q)
		}
	}
	records := c.placeRecords()
	if len(rest)+len(records) > 0 {
		c.parts = append(c.parts, outlineSection{heading: otherMatters, parts: []outlinePart{{questions: rest, records: records}}})
	}
}

// provisionsMatch reports whether two provision ids mean the same duty. A
// whole paragraph (OP3) stands for each of its provisions (OP3.a).
func provisionsMatch(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+".")
}

// provisionRank orders provisions as the instrument has them.
func (c *compiler) provisionRank(id string) int {
	for n, p := range c.in.Instrument.Provisions {
		if provisionsMatch(p.ID, id) {
			return n
		}
	}
	return len(c.in.Instrument.Provisions)
}

// number gives headings their roman numerals and letters, and paragraphs and
// tables their consecutive numbers.
func number(sections []ReportSection) {
	paragraphs, tables := 0, 0
	var walk func(level int, sections []ReportSection)
	walk = func(level int, sections []ReportSection) {
		for n := range sections {
			s := &sections[n]
			s.Level, s.Number = level, headingNumber(level, n+1)
			for _, b := range s.Blocks {
				switch {
				case b.Paragraph != nil:
					paragraphs++
					b.Paragraph.Number = paragraphs
				case b.Table != nil:
					tables++
					b.Table.Number = tables
				}
			}
			walk(level+1, s.Sections)
		}
	}
	walk(1, sections)
}

// headingNumber is how a heading of a level is numbered: roman numerals, then
// capital letters, then arabic numbers.
func headingNumber(level, n int) string {
	switch level {
	case 1:
		return roman(n)
	case 2:
		return letters(n)
	}
	return strconv.Itoa(n)
}

func roman(n int) string {
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var b strings.Builder
	for i, v := range values {
		for n >= v {
			b.WriteString(signs[i])
			n -= v
		}
	}
	return b.String()
}

// letters counts A to Z, then AA, AB, and so on.
func letters(n int) string {
	out := ""
	for ; n > 0; n = (n - 1) / 26 {
		out = string(rune('A'+(n-1)%26)) + out
	}
	return out
}

// resolutionName cites an instrument as a sentence does: Security Council
// resolution 2388 (2017).
func resolutionName(i Instrument) string {
	if number, ok := strings.CutPrefix(i.Symbol, "S/RES/"); ok {
		return "Security Council resolution " + number
	}
	return i.Symbol
}

// operatives cites the operative paragraphs of provisions: paragraph 34, or
// paragraphs 23 and 34.
func (c *compiler) operatives(provisions []string) string {
	var numbers []int
	for _, id := range provisions {
		if p, ok := c.in.Instrument.Provision(id); ok && !slices.Contains(numbers, p.Operative) {
			numbers = append(numbers, p.Operative)
		}
	}
	slices.Sort(numbers)
	if len(numbers) == 0 {
		return strings.Join(provisions, ", ")
	}
	words := make([]string, len(numbers))
	for n, number := range numbers {
		words[n] = strconv.Itoa(number)
	}
	if len(words) == 1 {
		return "paragraph " + words[0]
	}
	return fmt.Sprintf("paragraphs %s", joinWords(words))
}
