package paragraphs

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// Draft is an instrument for a person to complete.
type Draft struct {
	id, symbol, title, body string
	adopted                 rapporteur.Date
	doubts                  map[string]string // about the fields above
	left                    int               // paragraphs of annexes
	operatives              []operative
	provisions              []provisionDraft
	streams                 []streamDraft
}

// doubts about an instrument as a whole.
const (
	doubtWhat    = "say what it is about"
	doubtSymbol  = "the file names no symbol"
	doubtAdopted = "the file names no day of adoption"
	doubtBody    = "who adopted it?"
	doubtNothing = "no operative paragraph in English was recognized"
)

var (
	symbolForm  = regexp.MustCompile(`(?i)\bresolution (\d{1,4}) ?\((\d{4})\)|^(\d{1,4}) ?\((\d{4})\)\. Resolution\b|S[/_-]RES[/_-](\d{1,4})[ _-]?\(?(\d{4})\)?`)
	adoptedForm = regexp.MustCompile(`\b(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})\b`)
)

// New drafts an instrument from the paragraphs of a resolution. name is what
// the file is called, which tells the symbol where the text does not.
func New(list []Paragraph, name string) Draft {
	d := Draft{doubts: map[string]string{"title": doubtWhat}, body: council}
	d.identify(list, name)
	d.operatives, d.left = operatives(list)
	if len(d.operatives) == 0 {
		d.doubts["operatives"] = doubtNothing
	}
	for _, o := range d.operatives {
		d.provisions = append(d.provisions, provisions(o, d.adopted)...)
	}
	d.streams = streams(d.provisions, d.adopted)
	return d
}

// identify reads symbol and adoption from title, file name and what comes before
// the preamble, in this order: in scanned volumes other resolutions stand there.
func (d *Draft) identify(list []Paragraph, name string) {
	texts := append(textsOf(list, "title"), name)
	texts = append(texts, textsOf(list, "frontmatter")...)
	for _, text := range texts {
		if m := symbolForm.FindStringSubmatch(text); m != nil && d.symbol == "" {
			number, year := cmp.Or(m[1], m[3], m[5]), cmp.Or(m[2], m[4], m[6])
			d.symbol = fmt.Sprintf("S/RES/%s (%s)", number, year)
			d.title = fmt.Sprintf("Resolution %s (%s)", number, year)
			d.id = fmt.Sprintf("s-res-%s-%s", number, year)
		}
	}
	if d.symbol == "" {
		d.id, d.title, d.symbol = "draft", "Draft", "S/RES"
		d.doubts["symbol"], d.doubts["id"] = doubtSymbol, doubtSymbol
	}
	if !slices.ContainsFunc(list, func(p Paragraph) bool { return strings.Contains(p.Text, council) }) {
		d.doubts["body"] = doubtBody
	}
	for _, heading := range textsOf(list, "heading") { // where the line was broken before the date
		if len(wordsOf(heading)) <= len(wordsOf("on 21 November 2017")) {
			texts = append(texts, heading)
		}
	}
	for _, text := range texts {
		if m := adoptedForm.FindStringSubmatch(text); m != nil && strings.HasSuffix(d.symbol, "("+m[3]+")") && d.adopted.IsZero() {
			at, err := time.Parse("2 January 2006", m[0])
			if err == nil {
				d.adopted = rapporteur.DateOf(at)
			}
		}
	}
	if d.adopted.IsZero() {
		d.doubts["adopted"] = doubtAdopted
	}
}

func textsOf(list []Paragraph, kind string) []string {
	var texts []string
	for _, p := range list {
		if p.Type == kind {
			texts = append(texts, p.Text)
		}
	}
	return texts
}

// Operatives are the operative paragraphs of the draft.
func (d Draft) Operatives() []rapporteur.Operative {
	list := make([]rapporteur.Operative, 0, len(d.operatives))
	for _, o := range d.operatives {
		list = append(list, o.Operative)
	}
	return list
}

// Provisions are the provisions of the draft, in the order of the text.
func (d Draft) Provisions() []rapporteur.Provision {
	list := make([]rapporteur.Provision, 0, len(d.provisions))
	for _, p := range d.provisions {
		list = append(list, p.Provision)
	}
	return list
}
