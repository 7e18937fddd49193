package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// The rows mirror the parts of a questionnaire's JSON Schema that this package
// reads itself: what is asked, in which words, and the cross-field rules. The
// schema keywords proper are compiled by the schema library from the same file.

type questionnaireRow struct {
	Dialect     string       `json:"$schema" validate:"required,eq=https://json-schema.org/draft/2020-12/schema"`
	Comment     string       `json:"$comment"`
	ID          string       `json:"x-questionnaire" validate:"required,key"`
	Version     string       `json:"x-version" validate:"required,semver"`
	Kind        string       `json:"x-kind" validate:"required,oneof=member-state entity mission panel"`
	Definitions string       `json:"x-definitions" validate:"required"`
	Title       text         `json:"x-title" validate:"required"`
	Sections    []sectionTop `json:"x-sections" validate:"required,dive"`
	Rules       []ruleRow    `json:"x-rules" validate:"dive"`
	Type        string       `json:"type" validate:"eq=object"`
	Ref         string       `json:"$ref" validate:"required"`
	Properties  struct {
		Questionnaire constant `json:"questionnaire"`
		Version       constant `json:"version"`
		Answers       struct {
			Type       string               `json:"type" validate:"eq=object"`
			Properties ordered[questionRow] `json:"properties"`
			Additional *bool                `json:"additionalProperties" validate:"required,eq=false"`
		} `json:"answers"`
	} `json:"properties"`
	Unevaluated *bool `json:"unevaluatedProperties" validate:"required,eq=false"`
}

type constant struct {
	Const string `json:"const" validate:"required"`
}

// sectionTop is the questions of one operative paragraph, in order.
type sectionTop struct {
	ID        string   `json:"id" validate:"required,key"`
	Title     text     `json:"title" validate:"required"`
	Questions []string `json:"questions" validate:"required,unique,dive,required"`
}

type questionRow struct {
	Provision   string           `json:"x-provision" validate:"required,provision"`
	Consent     bool             `json:"x-consent"` // whether the answer may be used in a report
	Period      bool             `json:"x-period"`  // it asks about the period alone
	Label       text             `json:"x-label" validate:"required"`
	Type        string           `json:"type" validate:"eq=object"`
	Ref         string           `json:"$ref" validate:"required"`
	Properties  ordered[partOne] `json:"properties"`
	Unevaluated *bool            `json:"unevaluatedProperties" validate:"required,eq=false"`
}

// partOne is one field of an answer, or a shared definition of one.
type partOne struct {
	Label   text          `json:"x-label"`
	Kind    string        `json:"x-kind" validate:"omitempty,oneof=status date number percent text choice choices figures rows document"`
	Words   int           `json:"x-words" validate:"min=0"`
	Options ordered[text] `json:"x-options"`
	Persons bool          `json:"x-persons"`
	ByAge   bool          `json:"x-by-age"`
	ByForm  bool          `json:"x-by-form"`
	Ref     string        `json:"$ref"`
	Enum    []string      `json:"enum"`
	Items   itemsRow      `json:"items"`
	Most    int           `json:"maxItems"`
}

// itemsRow is what a list holds: codes, cells of a table of figures, or rows.
type itemsRow struct {
	Enum       []string           `json:"enum"`
	Ref        string             `json:"$ref"`
	Properties ordered[columnRow] `json:"properties"`
}

// columnRow is one field of a cell or row.
type columnRow struct {
	Type   any      `json:"type"` // one word or several
	Format string   `json:"format"`
	Enum   []string `json:"enum"`
	Ref    string   `json:"$ref"`
}

// ruleRow is one cross-field rule; see rule for what its fields mean.
type ruleRow struct {
	ID       string `json:"id" validate:"required"`
	Severity string `json:"severity" validate:"required,oneof=error warning privacy advice"`
	Each     string `json:"each" validate:"omitempty,oneof=answer figures"`
	At       string `json:"at"`
	When     string `json:"when"`
	Assert   string `json:"assert" validate:"required"`
	Message  text   `json:"message" validate:"required"`
}

// definitionsRow is what questionnaires share: the definitions that they refer
// to, rules about every answer, and the words for schema findings and for places.
type definitionsRow struct {
	Definitions map[string]json.RawMessage `json:"$defs" validate:"required"`
	Rules       []ruleRow                  `json:"x-rules" validate:"dive"`
	Messages    map[string]text            `json:"x-messages" validate:"required"`
	Places      map[string]text            `json:"x-places"`
}

// ordered is a JSON object that keeps the order of its keys, because the order
// of options and of parts is the order in which people read them.
type ordered[T any] struct {
	Keys []string     `json:"-"`
	Of   map[string]T `validate:"dive"`
}

// UnmarshalJSON reads an object. A key that is there twice is an error.
func (o *ordered[T]) UnmarshalJSON(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return errors.New("cannot read object: want { … }")
	}
	o.Of = map[string]T{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return fmt.Errorf("cannot read key: %w", err)
		}
		key, _ := token.(string)
		if _, twice := o.Of[key]; twice {
			return fmt.Errorf("cannot read object: %s is there twice", key)
		}
		var value T
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("cannot read %s: %w", key, err)
		}
		o.Keys, o.Of[key] = append(o.Keys, key), value
	}
	return nil
}
