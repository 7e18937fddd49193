package rapporteur

import "strings"

// FieldComment is what should be corrected in the answer to one question.
type FieldComment struct {
	Question string // Q5.2
	Text     string
}

// ReturnComments puts the comments with which an answer is returned into one
// text: the general ones first, and below them those on questions, every line of
// which begins with the question's id, so that each can be shown beside its
// field: "Q5.2: The total is not the sum." Empty comments are left out.
func ReturnComments(general string, fields []FieldComment) string {
	var lines []string
	if general = strings.TrimSpace(general); general != "" {
		lines = append(lines, general)
	}
	for _, f := range fields {
		for line := range strings.Lines(f.Text) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, f.Question+": "+line)
			}
		}
	}
	return strings.Join(lines, "\n")
}
