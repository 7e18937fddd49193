package schemas

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// keptDocument is what has no place in the version that an answer has been
// migrated to, in the layouts that it comes from.
type keptDocument struct {
	Kept []keptEntry `json:"kept"`
}

// keptEntry is what one migration kept: what of an answer in the layout of a
// version had no place without it.
type keptEntry struct {
	Version        string         `json:"version"`
	Without        string         `json:"without"`
	Answers        map[string]any `json:"answers,omitempty"`
	Justifications map[string]any `json:"justifications,omitempty"`
}

func (e keptEntry) empty() bool { return len(e.Answers)+len(e.Justifications) == 0 }

// Migrate gives an answer the layout of another version of its questionnaire, by
// way of any versions in between. It fails with a Problem: not-found for an
// unknown version, unsupported where no mapping leads there, malformed or
// too-large for a body that cannot be read.
func (c *Catalogue) Migrate(ctx context.Context, from, to rapporteur.QuestionnaireRef, body, kept []byte) (rapporteur.MigratedAnswer, error) {
	var migrated rapporteur.MigratedAnswer
	steps, err := c.stepsBetween(from, to)
	if err != nil {
		return migrated, err
	}
	document, err := readExactly(body)
	if err != nil {
		return migrated, err
	}
	beside, err := readKept(kept)
	if err != nil {
		return migrated, err
	}
	m := migrating{document: document, beside: beside}
	for _, step := range steps {
		m.step(step)
	}
	if migrated.Body, err = write(m.document); err != nil {
		return migrated, err
	}
	if len(m.beside) > 0 {
		if migrated.Kept, err = write(keptDocument{m.beside}); err != nil {
			return migrated, err
		}
	}
	if migrated.Document, migrated.Findings, err = c.Check(ctx, to, migrated.Body); err != nil {
		return migrated, err
	}
	migrated.Moved = m.moves
	switch {
	case rapporteur.Blocked(migrated.Findings) || m.unfit:
		migrated.Outcome = rapporteur.MigrationNeedsContributor
	case len(m.moves) > 0:
		migrated.Outcome = rapporteur.MigrationMapped
	default:
		migrated.Outcome = rapporteur.MigrationUnchanged
	}
	return migrated, nil
}

// stepsBetween finds the mappings that lead from one version to another.
func (c *Catalogue) stepsBetween(from, to rapporteur.QuestionnaireRef) ([]*mapping, error) {
	for _, ref := range []rapporteur.QuestionnaireRef{from, to} {
		if c.questionnaires[ref] == nil {
			return nil, rapporteur.NotFound("questionnaire", ref.String())
		}
	}
	if from.ID != to.ID || from == to {
		return nil, rapporteur.Problemf(rapporteur.ProblemInvalid, "Not another version", "Name another version of %s than %s.", from.ID, from.Version)
	}
	steps := c.way(from.ID, from.Version, to.Version)
	if steps == nil {
		return nil, rapporteur.Problemf(rapporteur.ProblemUnsupported, "No mapping",
			"Nothing says where answers to %s stand in version %s: questionnaires/%s/migrations/%s-%s.yaml is missing.", from, to.Version, from.ID, from.Version, to.Version)
	}
	return steps, nil
}

func readKept(kept []byte) ([]keptEntry, error) {
	if kept == nil {
		return nil, nil
	}
	var document keptDocument
	decoder := json.NewDecoder(bytes.NewReader(kept))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("cannot read what is kept beside an answer: %w", err)
	}
	for _, entry := range document.Kept {
		nullsIn(entry.Answers)
		nullsIn(entry.Justifications)
	}
	return document.Kept, nil
}

// write writes JSON with its keys in order: the same value is the same bytes.
func write(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("cannot write answer: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// migrating is an answer on its way through some versions.
type migrating struct {
	document map[string]any
	beside   []keptEntry
	moves    []rapporteur.AnswerMove
	unfit    bool // something that is still asked was answered by a code that is not known there
}

// step takes the answer to the next version.
func (m *migrating) step(by *mapping) {
	s := migrationStep{
		mapping: by, answers: map[string]any{},
		keeps: keptEntry{Version: by.from.Version, Without: by.to.Version, Answers: map[string]any{}, Justifications: map[string]any{}},
	}
	if _, named := m.document["version"]; named {
		m.document["version"] = by.to.Version
	}
	if answers, ok := m.document["answers"].(map[string]any); ok {
		for _, id := range keysOf(by.from.order(), answers, nil) {
			s.question(id, answers[id])
		}
		m.document["answers"] = s.answers
	}
	if justifications, ok := m.document["justifications"].(map[string]any); ok {
		m.document["justifications"] = s.justify(justifications)
	}
	m.restore(&s)
	if !s.keeps.empty() {
		m.beside = append(m.beside, s.keeps)
	}
	slices.SortStableFunc(s.moves, func(a, b rapporteur.AnswerMove) int { return cmp.Compare(a.From, b.From) })
	m.moves = append(m.moves, s.moves...)
	m.unfit = m.unfit || s.unfit
}

// restore puts what was kept on the way in the other direction back into its
// place. Where something else stands there by now it stays beside.
func (m *migrating) restore(s *migrationStep) {
	// A nil return has no answers, and is given none.
	_, answered := m.document["answers"].(map[string]any)
	var left []keptEntry
	for _, entry := range m.beside {
		if entry.Version != s.to.Version || entry.Without != s.from.Version || !answered {
			left = append(left, entry)
			continue
		}
		if rest := m.restoreEntry(s, entry); !rest.empty() {
			left = append(left, rest)
		}
	}
	m.beside = left
}

func (m *migrating) restoreEntry(s *migrationStep, entry keptEntry) keptEntry {
	rest := keptEntry{Version: entry.Version, Without: entry.Without, Answers: map[string]any{}, Justifications: map[string]any{}}
	for _, id := range keysOf(s.to.order(), entry.Answers, nil) {
		if left := s.putBack(id, entry.Answers[id]); left != nil {
			rest.Answers[id] = left
		}
	}
	justifications, _ := m.document["justifications"].(map[string]any)
	for key, text := range entry.Justifications {
		if _, taken := justifications[key]; taken {
			rest.Justifications[key] = text
			continue
		}
		if justifications == nil {
			justifications = map[string]any{}
			m.document["justifications"] = justifications
		}
		justifications[key] = text
	}
	return rest
}
