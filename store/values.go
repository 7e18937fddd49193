package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rapporteur/rapporteur"
)

// instant is how instants are stored: RFC 3339 in UTC with a fixed number of
// decimals, so that text sorts as time does and nothing is lost on the way.
const instant = "2006-01-02T15:04:05.000000000Z"

// document is a value that is stored whole, as JSON.
type document struct{ value any }

// bind turns arguments into what both database drivers take: text, integers,
// booleans and bytes.
func bind(args []any) ([]any, error) {
	bound := make([]any, len(args))
	for n, arg := range args {
		value, err := bindOne(arg)
		if err != nil {
			return nil, err
		}
		bound[n] = value
	}
	return bound, nil
}

func bindOne(arg any) (any, error) {
	switch v := arg.(type) {
	case nil, bool, int, int64:
		return v, nil
	case []byte:
		if v == nil {
			v = []byte{}
		}
		return v, nil
	case time.Time:
		return bindTime(v)
	case time.Duration:
		return int64(v), nil
	case rapporteur.Date:
		return v.String(), nil
	case document:
		text, err := json.Marshal(v.value)
		if err != nil {
			return nil, fmt.Errorf("cannot write document: %w", err)
		}
		return string(text), nil
	}
	v := reflect.ValueOf(arg)
	if v.Kind() != reflect.String {
		return nil, fmt.Errorf("cannot bind %T", arg)
	}
	return checkText(v.String())
}

func bindTime(t time.Time) (string, error) {
	if t.IsZero() {
		return "", nil
	}
	t = t.UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return "", fmt.Errorf("cannot store time: the year %d has no four digits", t.Year())
	}
	return t.Format(instant), nil
}

// checkText refuses text that PostgreSQL cannot hold, on SQLite too: a record
// must be able to move.
func checkText(text string) (string, error) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", rapporteur.Problemf(rapporteur.ProblemInvalid, "Invalid text", "Text must be UTF-8 and hold no NUL character.")
	}
	return text, nil
}

var errNotText = errors.New("want text")

// timeColumn scans a stored instant.
type timeColumn struct{ to *time.Time }

// Scan reads the column; empty text is the zero time.
func (c timeColumn) Scan(src any) error {
	text, ok := src.(string)
	switch {
	case !ok:
		return errNotText
	case text == "":
		*c.to = time.Time{}
		return nil
	}
	t, err := time.Parse(instant, text)
	if err != nil {
		return err
	}
	*c.to = t
	return nil
}

// dateColumn scans a stored date.
type dateColumn struct{ to *rapporteur.Date }

// Scan reads the column; empty text is no date.
func (c dateColumn) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return errNotText
	}
	return c.to.UnmarshalText([]byte(text))
}

// documentColumn scans a value that was stored as JSON. A field that the
// program does not know is an error: what was recorded must not vanish silently.
type documentColumn struct{ to any }

// Scan reads the column.
func (c documentColumn) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return errNotText
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c.to); err != nil {
		return fmt.Errorf("cannot read document: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("cannot read document: there is more than one")
	}
	return nil
}
