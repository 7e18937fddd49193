package paragraphs

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Paragraph is one entry of a file of paragraphs: a title, a heading, a
// paragraph or one of its subparagraphs.
type Paragraph struct {
	Text   string // on one line, without characters that cannot be printed
	Type   string // title, frontmatter, heading, paragraph, footer
	Kind   string // of a paragraph: preambular, operative, or nothing
	Level  int    // 1 for a numbered paragraph, more for what is below it
	Prefix string // 34. or (a), as the document has it
	Verb   string // the first verb, where the file names one
	// Language is the code of the language, where the file says: scanned
	// documents have two beside each other.
	Language string
}

// paragraphRow mirrors an entry of the file; null is nothing.
type paragraphRow struct {
	Text   string  `json:"text"`
	Type   string  `json:"type"`
	Kind   string  `json:"paragraph_type"`
	Level  float64 `json:"paragraph_level"`
	Prefix string  `json:"prefix"`
	Verb   string  `json:"action_verb"`
	Lang   string  `json:"language"`
}

// Read reads a file of paragraphs. Keys that it does not know are passed over:
// the format has grown and will grow. It fails with the place of what is not
// such a list.
func Read(file []byte) ([]Paragraph, error) {
	var rows []paragraphRow
	if err := json.Unmarshal(file, &rows); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			where := "the list"
			if wrong.Field != "" {
				where = wrong.Field
			}
			err = fmt.Errorf("the %s at byte %d does not fit %s; want a list of objects, as EOSG Analytics publishes paragraphs", wrong.Value, wrong.Offset, where)
		}
		return nil, fmt.Errorf("cannot read paragraphs: %w", err)
	}
	list := make([]Paragraph, 0, len(rows))
	for _, r := range rows {
		list = append(list, Paragraph{
			Text: oneLine(r.Text), Type: r.Type, Kind: r.Kind, Level: int(max(0, min(r.Level, 9))),
			Prefix: oneLine(r.Prefix), Language: r.Lang, Verb: strings.ToLower(strings.Trim(oneLine(r.Verb), ",.;:")),
		})
	}
	return list, nil
}

// oneLine is a text with single spaces and nothing that cannot be printed.
func oneLine(text string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar || unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, text)
	return strings.Join(strings.Fields(visible), " ")
}
