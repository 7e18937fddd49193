package schemas

import "strconv"

// rowsOf reads a list of rows as text, as reports and exports show them.
func rowsOf(v any) []map[string]string {
	list, _ := v.([]any)
	rows := make([]map[string]string, 0, len(list))
	for _, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			continue
		}
		row := map[string]string{}
		for key, value := range fields {
			row[key] = cellText(value)
		}
		rows = append(rows, row)
	}
	return rows
}

func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
