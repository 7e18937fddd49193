package schemas

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror a file questionnaires/<id>/migrations/<from>-<to>.yaml: where
// the answers to one version stand in the next. A place is a question, Q2.4, or
// a part of one, Q2.4/instruments. Everything that is not named is the same in
// both.

type mappingRow struct {
	Questionnaire string    `yaml:"questionnaire" validate:"required,key"`
	From          string    `yaml:"from" validate:"required,semver"`
	To            string    `yaml:"to" validate:"required,semver"`
	Basis         string    `yaml:"basis" validate:"required"` // why there is another version
	Moves         []moveRow `yaml:"moves" validate:"dive"`
	Kept          []keptRow `yaml:"kept" validate:"dive"`
	New           []string  `yaml:"new" validate:"unique,dive,required"`
}

// moveRow is a question or part that has another id, stands elsewhere, or has
// codes with other names.
type moveRow struct {
	From    string            `yaml:"from" validate:"required"`
	To      string            `yaml:"to"` // where it is; the same place when left out
	Options map[string]string `yaml:"options"`
}

// keptRow is a question or part that is not asked any more. Its answers go
// beside the answer, where they can be read, and come back from there.
type keptRow struct {
	From   string `yaml:"from" validate:"required"`
	Reason string `yaml:"reason" validate:"required"`
}

// readMappings reads how answers go from one version of a questionnaire to
// another.
func (c *Catalogue) readMappings(fsys []fs.FS) error {
	c.mappings = map[versionStep]*mapping{}
	return everyFile(fsys, "questionnaires", ".yaml", func(f fs.FS, name string) error {
		var row mappingRow
		d, err := readDocument(f, name, &row)
		if err != nil {
			return err
		}
		if len(d.marks) > 0 {
			return d.marks.err()
		}
		m, err := c.readMapping(d, row)
		if err != nil {
			return err
		}
		forth := versionStep{id: row.Questionnaire, from: row.From, to: row.To}
		if c.mappings[forth] != nil {
			return d.fault("to", "how %s goes from %s to %s is there twice", row.Questionnaire, row.From, row.To)
		}
		c.mappings[forth], c.mappings[forth.back()] = m, m.inverse()
		return nil
	})
}

// readMapping reads one file and checks it against both versions.
func (c *Catalogue) readMapping(d *document, row mappingRow) (*mapping, error) {
	var all faults
	from := c.questionnaires[rapporteur.QuestionnaireRef{ID: row.Questionnaire, Version: row.From}]
	to := c.questionnaires[rapporteur.QuestionnaireRef{ID: row.Questionnaire, Version: row.To}]
	if want := fmt.Sprintf("questionnaires/%s/migrations/%s-%s.yaml", row.Questionnaire, row.From, row.To); d.name != want {
		all.add(d.fault("questionnaire", "want the file as %s", want))
	}
	if from == nil {
		all.add(d.fault("from", "there is no version %s of %s", row.From, row.Questionnaire))
	}
	if to == nil {
		all.add(d.fault("to", "there is no version %s of %s", row.To, row.Questionnaire))
	}
	if from != nil && to != nil && !semver.MustParse(row.From).LessThan(semver.MustParse(row.To)) {
		all.add(d.fault("to", "want a version after %s: the way back follows from the way there", row.From))
	}
	if err := all.err(); err != nil {
		return nil, err
	}
	r := mappingReader{document: d, from: from, to: to, mapping: newMapping(from, to)}
	r.read(row)
	return r.mapping, r.all.err()
}

// placeOf reads a place as a file writes it.
func placeOf(text string) answerPlace {
	question, part, _ := strings.Cut(text, "/")
	return answerPlace{question: question, part: part}
}

// String is the place as a file writes it.
func (p answerPlace) String() string {
	if p.part == "" {
		return p.question
	}
	return path.Join(p.question, p.part)
}
