package schemas

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rapporteur/rapporteur"
)

// questionnaire is one version of a questionnaire, ready to check answers.
type questionnaire struct {
	rapporteur.Questionnaire
	schema   *jsonschema.Schema
	acceptor *acceptor // nil where the schema library decides alone
	rules    []rule
	asked    map[string][]*rule                            // rules by what they are asked about
	parts    map[string]map[string]rapporteur.QuestionPart // by question and name
	texts    texts
	shared   map[string]bool // fields of the shared envelope and answer
	words    words           // fields and codes of the schema
	messages map[string]text // words for schema and privacy findings
	places   map[string]text // words for places
}

// definitions is a version of what questionnaires share.
type definitions struct {
	parts    map[string]partOne
	items    map[string]itemsRow  // definitions of cells and rows
	columns  map[string]columnRow // definitions of their fields
	rules    []rule
	fields   map[string]bool // of the envelope and of every answer
	messages map[string]text
	places   map[string]text // words for places
	texts    texts
}

// reading is what is needed while questionnaires are read: all documents, for
// $ref, and all shared definitions.
type reading struct {
	compiler    *jsonschema.Compiler
	definitions map[string]*definitions
	language    *ruleLanguage
}

// base is before every path in the compiler, so that $ref between files works
// as it does for an editor that opens them from disk.
const base = "schemas:///"

func (c *Catalogue) readQuestionnaires(fsys []fs.FS) error {
	language, err := newRuleLanguage()
	if err != nil {
		return err
	}
	r := reading{compiler: newCompiler(), definitions: map[string]*definitions{}, language: language}
	err = everyFile(fsys, "questionnaires/definitions", ".json", r.readDefinitions)
	if err != nil {
		return err
	}
	c.messages = r.newestMessages()
	return everyFile(fsys, "questionnaires", ".json", func(f fs.FS, name string) error {
		if strings.HasPrefix(name, "questionnaires/definitions/") {
			return nil
		}
		q, err := r.readQuestionnaire(f, name)
		if err != nil {
			return err
		}
		return c.addQuestionnaire(name, q)
	})
}

// newestMessages are the words of the definitions with the highest version.
func (r *reading) newestMessages() map[string]text {
	var messages map[string]text
	var newest *semver.Version
	for name, defs := range r.definitions {
		version, err := semver.NewVersion(strings.TrimSuffix(path.Base(name), ".json"))
		if err == nil && (newest == nil || newest.LessThan(version)) {
			newest, messages = version, defs.messages
		}
	}
	return messages
}

func (c *Catalogue) addQuestionnaire(name string, q *questionnaire) error {
	if c.questionnaires[q.QuestionnaireRef] != nil {
		return &Fault{File: name, Field: "/x-version", Reason: q.String() + " is there twice"}
	}
	c.questionnaires[q.QuestionnaireRef] = q
	if newest := c.latest[q.ID]; newest == nil || semver.MustParse(newest.Version).LessThan(semver.MustParse(q.Version)) {
		c.latest[q.ID] = q
	}
	return nil
}

func (r *reading) readDefinitions(fsys fs.FS, name string) error {
	var row definitionsRow
	d, err := readJSON(fsys, name, &row)
	if err != nil {
		return err
	}
	defs := &definitions{
		parts: map[string]partOne{}, items: map[string]itemsRow{}, columns: map[string]columnRow{},
		fields: map[string]bool{}, messages: row.Messages, places: row.Places, texts: texts{},
	}
	var all faults
	d.noCaseColumns("", d.tree, &all)
	for key, raw := range row.Definitions {
		defs.addFields(key, raw)
		defs.addColumns(key, raw)
		part, err := partOf(raw)
		if err != nil {
			all.add(d.fault("/$defs/"+key, "%s", err))
		}
		translateRows(fsys, &part)
		defs.parts[key] = part
		defs.texts.addOptions("/$defs/"+key, d, part, &all)
	}
	for key, message := range row.Messages {
		defs.texts.add("/x-messages/"+escape(key), d, message, &all)
	}
	for key, words := range row.Places {
		defs.texts.add("/x-places/"+escape(key), d, words, &all)
	}
	defs.rules = r.language.compile(d, row.Rules, defs.texts, &all)
	if err := r.compiler.AddResource(base+name, d.tree); err != nil {
		return fmt.Errorf("cannot load %s: %w", name, err)
	}
	r.definitions[name] = defs
	return all.err()
}

// addFields notes the fields that the envelope and answers have by $ref.
func (defs *definitions) addFields(key string, raw json.RawMessage) {
	var object struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	if key != "envelope" && key != "answer" || json.Unmarshal(raw, &object) != nil {
		return
	}
	for name := range object.Properties {
		defs.fields[name] = true
	}
}

func (r *reading) readQuestionnaire(fsys fs.FS, name string) (*questionnaire, error) {
	var row questionnaireRow
	d, err := readJSON(fsys, name, &row)
	if err != nil {
		return nil, err
	}
	shared := r.definitions[path.Join(path.Dir(name), row.Definitions)]
	if shared == nil {
		return nil, d.fault("/x-definitions", "there is no file %q", row.Definitions)
	}
	q := &questionnaire{
		Questionnaire: rapporteur.Questionnaire{
			QuestionnaireRef: rapporteur.QuestionnaireRef{ID: row.ID, Version: row.Version},
			Title:            row.Title, Kind: rapporteur.ContributorKind(row.Kind), Schema: d.body,
		},
		parts: map[string]map[string]rapporteur.QuestionPart{},
		texts: texts{}, shared: shared.fields, messages: shared.messages, places: shared.places,
	}
	for key, text := range shared.texts {
		q.texts["definitions"+key] = text
	}
	var all faults
	d.noCaseColumns("", d.tree, &all)
	q.texts.add("/x-title", d, row.Title, &all)
	constants(d, row, &all)
	q.readSections(d, row, shared, &all)
	q.rules = append(slices.Clone(shared.rules), r.language.compile(d, row.Rules, q.texts, &all)...)
	q.Rules = each(q.rules, rule.describe)
	if err := all.err(); err != nil {
		return nil, err
	}
	if err := r.compiler.AddResource(base+name, d.tree); err != nil {
		return nil, fmt.Errorf("cannot load %s: %w", name, err)
	}
	if q.schema, err = r.compiler.Compile(base + name); err != nil {
		return nil, &Fault{File: name, Reason: "not a JSON Schema 2020-12: " + err.Error()}
	}
	q.acceptor = newAcceptor(q.schema)
	q.asked = map[string][]*rule{}
	for n := range q.rules {
		q.asked[q.rules[n].each] = append(q.asked[q.rules[n].each], &q.rules[n])
	}
	q.words = words{}
	q.words.add(q.schema)
	return q, nil
}

// constants checks that answers must name the questionnaire and version that
// the file says it is.
func constants(d *jsonDocument, row questionnaireRow, all *faults) {
	if row.Properties.Questionnaire.Const != row.ID {
		all.add(d.fault("/properties/questionnaire/const", "want %s, as in x-questionnaire", row.ID))
	}
	if row.Properties.Version.Const != row.Version {
		all.add(d.fault("/properties/version/const", "want %s, as in x-version", row.Version))
	}
}
