package rapporteur

import "fmt"

// released tells what was published of a cycle's figures.
func released(r AuditRecord) string {
	text := fmt.Sprintf("Statistics published (release %d): %s of %s", detailNumber(r, "release"), counted(r, "figures", "figure"), counted(r, "contributors", "contributor"))
	if n := detailNumber(r, "withheld"); n > 0 {
		text += fmt.Sprintf(", %d withheld", n)
	}
	return text
}
