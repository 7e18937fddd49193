package paragraphs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// operative is an operative paragraph as the file has it: its text with its
// subparagraphs, and the first verb that the file names.
type operative struct {
	rapporteur.Operative
	verb  string
	doubt string
}

// What a draft says about paragraphs that it is not sure of.
const (
	doubtNumber  = "the text does not number it"
	doubtMissing = "the file has no paragraph of this number: put its text here"
)

var (
	numbered = regexp.MustCompile(`^(\d{1,3})\.$`)
	opening  = regexp.MustCompile(`^(\d{1,3})\.\s+(\S.*)$`)
	annex    = regexp.MustCompile(`(?i)^\s*(annex|appendix|attachment|enclosure)\b`)
)

// longestGap is how many paragraph numbers in a row may be missing; a larger
// jump is no number of a paragraph.
const longestGap = 3

// operatives are the numbered operative paragraphs of a resolution, without its
// annexes. Where none is numbered, they are what begins with one of the
// Council's verbs. The rest of the file is counted, not returned.
func operatives(list []Paragraph) (found []operative, left int) {
	list = slices.DeleteFunc(slices.Clone(list), func(p Paragraph) bool {
		return p.Language != "" && p.Language != "english"
	})
	if found, left = gather(list, numberOf); len(found) > 0 {
		return found, left
	}
	if found, left = gather(list, numberInText); len(found) > 0 {
		return found, left
	}
	return unnumbered(list), 0
}

// numberOf is the number of a paragraph that the file says is numbered.
func numberOf(p Paragraph) (number int, text string) {
	m := numbered.FindStringSubmatch(p.Prefix)
	if m == nil || p.Type != "paragraph" || p.Level > 1 || p.Kind == "preambular" {
		return 0, ""
	}
	number, _ = strconv.Atoi(m[1])
	return number, p.Text
}

// numberInText is the number with which the text itself begins, in files of
// scanned documents that tell no paragraphs apart.
func numberInText(p Paragraph) (number int, text string) {
	m := opening.FindStringSubmatch(p.Text)
	if m == nil {
		return 0, ""
	}
	if !begins(m[2]) {
		return 0, ""
	}
	number, _ = strconv.Atoi(m[1])
	return number, m[2]
}

// gather takes the paragraphs to which numbering gives numbers in order, each
// with what follows it up to the next. A list inside a paragraph may count from
// one again; what comes after it is a paragraph if it begins with a verb of the
// Council's.
func gather(list []Paragraph, numbering func(Paragraph) (int, string)) (found []operative, left int) {
	inList := false
	for n, p := range list {
		number, text := numbering(p)
		last := len(found)
		if last > 0 && (p.Type == "heading" && annex.MatchString(p.Text) || number <= 1 && ended(found[last-1])) {
			return found, rest(list[n:])
		}
		inList = inList || number > 0 && number <= last
		next := number > last && number <= last+1+longestGap && (!inList || begins(text))
		switch {
		case next:
			for missing := last + 1; missing < number; missing++ {
				found = append(found, operative{Operative: rapporteur.Operative{Number: missing}, doubt: doubtMissing})
			}
			found = append(found, operative{Operative: rapporteur.Operative{Number: number, Text: text}, verb: p.Verb})
			inList = false
		case last > 0:
			found[last-1].Text = joined(found[last-1].Text, p)
		}
	}
	return found, 0
}

// begins reports whether a text begins with one of the Council's verbs.
func begins(text string) bool {
	list := heads(text)
	return len(list) > 0 && list[0].doubt != doubtLate
}

// ended reports whether a paragraph is the Council's usual last.
func ended(o operative) bool { return strings.Contains(o.Text, "seized of") }

// rest counts the paragraphs that are left out.
func rest(list []Paragraph) int {
	n := 0
	for _, p := range list {
		if p.Type == "paragraph" && p.Text != "" {
			n++
		}
	}
	return n
}

// joined is the text of a paragraph with one of its subparagraphs. Headings
// between paragraphs belong to none, unless they number subparagraphs, nor does
// what introduces a further part.
func joined(text string, p Paragraph) string {
	belongs := p.Type == "paragraph" && (p.Level > 1 || p.Kind != "preambular") ||
		p.Type == "heading" && p.Text != "" && wordsOf(p.Text)[0].enumerates()
	if !belongs || p.Text == "" {
		return text
	}
	return strings.TrimSpace(text + " " + strings.TrimSpace(p.Prefix+" "+p.Text))
}

// unnumbered are the paragraphs that begin with one of the Council's verbs,
// numbered here.
func unnumbered(list []Paragraph) []operative {
	var found []operative
	for _, p := range list {
		if p.Type == "heading" && annex.MatchString(p.Text) && len(found) > 0 {
			break
		}
		if p.Type != "heading" && p.Type != "footer" && begins(p.Text) {
			found = append(found, operative{
				Operative: rapporteur.Operative{Number: len(found) + 1, Text: p.Text}, verb: p.Verb, doubt: doubtNumber,
			})
		}
	}
	return found
}
