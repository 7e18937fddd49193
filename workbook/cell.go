package workbook

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rapporteur/rapporteur"
)

// content is what sort of thing is in a cell.
type content int

const (
	contentText content = iota + 1
	contentNumber
	contentBool
	contentFormula
	contentError // #N/A and the like
)

// cell is a cell with something in it.
type cell struct {
	column  int // from 1
	content content
	text    string // a number as it is written, a boolean as 1 or 0
}

func (c cell) blank() bool { return c.content == contentText && strings.TrimSpace(c.text) == "" }

// row is a row of a sheet, as far as something is in it.
type row struct {
	sheet  string
	number int // from 1
	cells  []cell
}

// at is the cell in a column; one with no content where there is none.
func (r row) at(column int) cell {
	for _, c := range r.cells {
		if c.column == column {
			return c
		}
	}
	return cell{column: column}
}

// encode is how a value stands in a cell; false where it cannot, or is not what
// the cell is for. It may stand there changed: what the cell then says is
// compared with the value elsewhere.
func (i input) encode(v any) (cell, bool) {
	switch v := v.(type) {
	case string:
		return i.encodeText(v)
	case json.Number:
		if i.kind != asNumber && i.kind != asCount {
			return cell{}, false
		}
		f, err := v.Float64()
		return cell{content: contentNumber, text: plainNumber(f)}, err == nil && !math.IsInf(f, 0)
	case bool:
		if i.kind != asBool {
			return cell{}, false
		}
		code := "no"
		if v {
			code = "yes"
		}
		label, ok := i.list.label(code)
		return cell{content: contentText, text: label}, ok
	case []any:
		if i.kind != asLines {
			return cell{}, false
		}
		lines := make([]string, 0, len(v))
		for _, item := range v {
			s, ok := item.(string)
			if !ok || strings.TrimSpace(s) == "" {
				return cell{}, false
			}
			lines = append(lines, visible(s))
		}
		return cell{content: contentText, text: strings.Join(lines, "\n")}, len(lines) > 0
	}
	return cell{}, false
}

func (i input) encodeText(s string) (cell, bool) {
	if strings.TrimSpace(s) == "" {
		return cell{}, false
	}
	switch i.kind {
	case asText:
		return cell{content: contentText, text: visible(s)}, true
	case asCount:
		return cell{content: contentText, text: visible(s)}, masks(s)
	case asDate:
		if n, ok := serialOf(s); ok {
			return cell{content: contentNumber, text: strconv.Itoa(n)}, true
		}
		_, err := rapporteur.ParseDate(s)
		return cell{content: contentText, text: s}, err == nil
	case asCode:
		label, ok := i.list.label(s)
		return cell{content: contentText, text: visible(label)}, ok
	case asNumber, asLines, asBool, asMark:
	}
	return cell{}, false
}

// decode is the value that a cell stands for; a rule where it stands for none.
func (i input) decode(c cell, epoch time.Time) (value any, broken string) {
	switch c.content {
	case contentFormula:
		return nil, "workbook/formula"
	case contentError:
		return nil, "workbook/error"
	}
	switch i.kind {
	case asNumber, asCount:
		return i.decodeNumber(c)
	case asDate:
		return decodeDate(c, epoch)
	case asCode, asBool, asMark:
		if c.content == contentBool && i.kind != asCode {
			return truthOf(i.kind, c.text == "1"), ""
		}
		code, ok := i.list.code(c.asText())
		switch {
		case !ok:
			return nil, "workbook/choice"
		case i.kind == asBool:
			return code == "yes", ""
		}
		return code, ""
	case asText, asLines:
	}
	return c.asText(), ""
}

// truthOf is what a cell that holds true or false says: an option is chosen or
// says nothing.
func truthOf(kind valueKind, yes bool) any {
	switch {
	case kind == asBool:
		return yes
	case yes:
		return mark
	}
	return nil
}

// asText is what a cell says where a text is asked for: people write numbers
// there too.
func (c cell) asText() string {
	if c.content == contentNumber {
		if f, err := strconv.ParseFloat(c.text, 64); err == nil {
			return plainNumber(f)
		}
	}
	return c.text
}

func (i input) decodeNumber(c cell) (value any, broken string) {
	text := strings.TrimSpace(c.text)
	if i.kind == asCount && c.content == contentText && masks(text) {
		return strings.Join(strings.Fields(text), ""), ""
	}
	f, ok := asNumberText(text)
	if !ok || c.content == contentBool {
		return nil, "workbook/number"
	}
	return json.Number(plainNumber(f)), ""
}

// asNumberText reads a number as people and spreadsheets write it: in decimal.
func asNumberText(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) && !strings.ContainsAny(text, "xXpP_")
}

// masks reports whether a text stands for a small number of persons: < and
// digits.
func masks(text string) bool {
	digits := strings.TrimSpace(strings.TrimPrefix(text, "<"))
	if len(digits) == len(text) || digits == "" {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// plainNumber is a number as JSON has it: whole where it is whole, without an
// exponent where people would write none. It has the 15 digits that spreadsheets
// keep; some write 0.1 as 0.10000000000000001.
func plainNumber(f float64) string {
	if kept, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err == nil {
		f = kept
	}
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// Spreadsheets count days. Theirs begin with 30 December 1899, once the day is
// over that they wrongly count as 29 February 1900; those from old Macintoshes
// with 1 January 1904.
var (
	epoch1900 = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
)

const (
	firstSerial = 61        // 1 March 1900
	lastSerial  = 2_958_465 // 31 December 9999
)

// serialOf counts the days of a date; false for what is no date, or before any
// that spreadsheets agree on.
func serialOf(date string) (int, bool) {
	d, err := rapporteur.ParseDate(date)
	if err != nil || d.String() != date {
		return 0, false
	}
	n := int(d.Start().Sub(epoch1900) / (24 * time.Hour))
	return n, n >= firstSerial && n <= lastSerial
}

func decodeDate(c cell, epoch time.Time) (value any, broken string) {
	text := strings.TrimSpace(c.text)
	if c.content == contentText {
		if _, err := rapporteur.ParseDate(text); err == nil {
			return text, ""
		}
		return nil, "workbook/date"
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || c.content != contentNumber || !(f >= 0 && f <= lastSerial) || epoch.Equal(epoch1900) && f < firstSerial {
		return nil, "workbook/date"
	}
	return epoch.AddDate(0, 0, int(f)).Format(time.DateOnly), ""
}

// visible is a text as a cell can hold it: XML has no control characters, lines
// end one way, and _x0041_ would be read as an A.
func visible(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
	if escapeForm.MatchString(s) {
		s = strings.ReplaceAll(s, "_x", "_\u200bx")
	}
	return s
}

// pieces cuts a text into what goes into one cell each.
func pieces(s string) []string {
	var out []string
	for units, at := 0, 0; ; {
		if at == len(s) {
			return append(out, s)
		}
		r, size := utf8.DecodeRuneInString(s[at:])
		n := max(utf16.RuneLen(r), 1)
		if units+n > cellText {
			out = append(out, s[:at])
			s, at, units = s[at:], 0, 0
			continue
		}
		at, units = at+size, units+n
	}
}
