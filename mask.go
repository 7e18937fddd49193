package rapporteur

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
)

// Mask gives an answer without the small numbers of persons in it, for those who
// need to read it and not to know them. A count below five, zero too, becomes
// "<5". A table of figures in which any is that small keeps its total alone: what
// remained of a breakdown could give the rest away. Texts stay as they are.
func (q Questionnaire) Mask(body []byte) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // a number is given as it was written
	var document map[string]any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("cannot mask answer: %w", err)
	}
	answers, _ := document["answers"].(map[string]any)
	for id, value := range answers {
		answer, _ := value.(map[string]any)
		question, _ := q.Question(id)
		for _, part := range question.Parts {
			given, there := answer[part.Name]
			if !part.Persons || !there {
				continue
			}
			if rows, isTable := given.([]any); isTable {
				answer[part.Name] = maskTable(rows)
			} else if smallValue(given) {
				answer[part.Name] = tokenSmall
			}
		}
	}
	var masked bytes.Buffer
	encoder := json.NewEncoder(&masked)
	encoder.SetEscapeHTML(false) // "<5" stays legible
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("cannot mask answer: %w", err)
	}
	return bytes.TrimSpace(masked.Bytes()), nil
}

// smallValue reports whether a count is below five, or may be. What is no count
// is small too: nothing is shown because it was not understood.
func smallValue(v any) bool {
	n, isNumber := v.(json.Number)
	if !isNumber {
		return true
	}
	f, err := n.Float64()
	return err != nil || f < smallCount
}

func maskTable(rows []any) []any {
	small := false
	totals := []any{}
	for _, row := range rows {
		cell, _ := row.(map[string]any)
		small = small || smallValue(cell["value"])
		if !wholeRow(cell) {
			continue
		}
		total := maps.Clone(cell)
		if smallValue(cell["value"]) {
			total["value"] = tokenSmall
		}
		totals = append(totals, total)
	}
	if !small {
		return rows
	}
	return totals
}

// wholeRow reports whether a row is the total of its table.
func wholeRow(cell map[string]any) bool {
	for _, dimension := range []string{"sex", "age", "form"} {
		code, _ := cell[dimension].(string)
		if code != "" && code != codeTotal {
			return false
		}
	}
	return cell != nil
}
