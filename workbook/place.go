package workbook

import (
	"regexp"
	"strconv"
	"strings"
)

// place is a cell as people name it: Section 3!D14. A sheet whose name is not
// this house's goes in quotes, as spreadsheets write it.
func place(sheet string, column, row int) string {
	if !plainSheet.MatchString(sheet) {
		sheet = "'" + strings.ReplaceAll(sheet, "'", "''") + "'"
	}
	return sheet + "!" + columnName(column) + strconv.Itoa(row)
}

var plainSheet = regexp.MustCompile(`^[\pL\d -]{1,40}$`)

// columnName is A for 1 and AA for 27.
func columnName(column int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// columnOf is the column and row that a cell's name says; zero for what is no
// such name.
func columnOf(name string) (column, row int) {
	n := 0
	for ; n < len(name) && n < 3 && name[n] >= 'A' && name[n] <= 'Z'; n++ {
		column = column*26 + int(name[n]-'A') + 1
	}
	row, err := strconv.Atoi(name[n:])
	if err != nil || row < 1 || n == 0 || column > columnSpare {
		return 0, 0
	}
	return column, row
}

// nearest is where a pointer leads, or what holds it.
func nearest(cells map[string]string, pointer string) string {
	for {
		if cell, ok := cells[pointer]; ok {
			return cell
		}
		slash := strings.LastIndexByte(pointer, '/')
		if slash <= 0 {
			return ""
		}
		pointer = pointer[:slash]
	}
}
