package api

import (
	"encoding/base64"

	"github.com/rapporteur/rapporteur"
)

// Paged is embedded in the input of long lists.
type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many items to give at most."`
	Cursor string `query:"cursor" maxLength:"400" doc:"The next_cursor of the page before."`
}

// after is the id that the page begins after.
func (p Paged) after() (string, error) {
	id, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return "", rapporteur.Problemf(rapporteur.ProblemMalformed, "The cursor cannot be read", "Use the next_cursor of the page before as it is.")
	}
	return string(id), nil
}

// page cuts a list, of which one item more than the limit was read, and says
// after which item the next page begins.
func page[T any](items []T, limit int, id func(T) string) (cut []T, next string) {
	if len(items) <= limit {
		return items, ""
	}
	return items[:limit], base64.RawURLEncoding.EncodeToString([]byte(id(items[limit-1])))
}
