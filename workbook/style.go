package workbook

import "github.com/xuri/excelize/v2"

// styles are the looks of cells.
type styles struct {
	title, words, question, number, part, heads, label, minor, beside, aside, fact int
	text, plain, date, code                                                        int // cells to fill in
}

// Colours that a printer without colours leaves readable.
const (
	colourQuestion = "D9E2EC"
	colourHeads    = "EEF2F6"
	colourInput    = "FFFBE6"
	colourLine     = "A0AAB4"
	colourMinor    = "52606D"
)

func newStyles(file *excelize.File, rightToLeft bool) (styles, error) {
	var s styles
	family, err := file.GetDefaultFont()
	if err != nil {
		return s, err
	}
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: family, Size: size, Bold: bold, Color: colour}
	}
	order := uint64(1) // left to right
	if rightToLeft {
		order = 2
	}
	top := func(horizontal string) *excelize.Alignment {
		return &excelize.Alignment{WrapText: true, Vertical: "top", Horizontal: horizontal, ReadingOrder: order}
	}
	open, format := &excelize.Protection{Locked: false}, func(code string) *string { return &code }
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	var box []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		box = append(box, excelize.Border{Type: side, Color: colourLine, Style: 1})
	}
	input := func(code, horizontal string) excelize.Style {
		return excelize.Style{
			Font: font(10, false, ""), Fill: fill(colourInput), Border: box, Alignment: top(horizontal), Protection: open, CustomNumFmt: format(code),
		}
	}
	for _, style := range []struct {
		to *int
		is excelize.Style
	}{
		{&s.title, excelize.Style{Font: font(14, true, ""), Alignment: top("")}},
		{&s.words, excelize.Style{Font: font(10, false, ""), Alignment: top("")}},
		{&s.fact, excelize.Style{Font: font(10, true, ""), Alignment: top("")}},
		{&s.question, excelize.Style{Font: font(11, true, ""), Fill: fill(colourQuestion), Alignment: top("")}},
		{&s.number, excelize.Style{Font: font(11, true, ""), Fill: fill(colourQuestion), Alignment: top("left")}},
		{&s.part, excelize.Style{Font: font(10, true, ""), Alignment: top("")}},
		{&s.heads, excelize.Style{Font: font(9, true, ""), Fill: fill(colourHeads), Border: box, Alignment: top("")}},
		{&s.label, excelize.Style{Font: font(10, false, ""), Alignment: top("")}},
		{&s.aside, excelize.Style{Font: font(10, false, ""), Alignment: top("")}},
		{&s.beside, excelize.Style{Font: &excelize.Font{Family: family, Size: 9, Italic: true, Color: colourMinor}, Alignment: top("")}},
		{&s.minor, excelize.Style{Font: font(9, false, colourMinor), Alignment: top("")}},
		{&s.text, input("@", "")},
		{&s.code, input("@", "")},
		{&s.plain, input("General", "right")},
		{&s.date, input("yyyy-mm-dd", "left")},
	} {
		if *style.to, err = file.NewStyle(&style.is); err != nil {
			return s, err
		}
	}
	return s, nil
}

// of is the style of an input.
func (s styles) of(kind valueKind) int {
	switch kind {
	case asDate:
		return s.date
	case asNumber, asCount:
		return s.plain
	case asCode, asBool, asMark:
		return s.code
	case asText, asLines:
	}
	return s.text
}
