package schemas

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/rapporteur/rapporteur"
)

// Catalogue answers questions about instruments, contributors and
// questionnaires from memory; it implements rapporteur.Catalogue and is safe
// for concurrent use.
type Catalogue struct {
	instruments    []rapporteur.Instrument
	questionnaires map[rapporteur.QuestionnaireRef]*questionnaire
	latest         map[string]*questionnaire
	mappings       map[versionStep]*mapping // there and back
	messages       map[string]text          // words for findings, of the newest definitions
	registry       registry
	work           rapporteur.WorkingDays
	profiles       map[string]rapporteur.Profile
	crosswalks     map[string]rapporteur.Crosswalk
	codeLists      map[string]rapporteur.CodeList
	sources        []fs.FS         // what was read, with the translations of each
	translations   []*translations // of each
}

var _ rapporteur.Catalogue = (*Catalogue)(nil)

// Load reads every file of the given file systems into one catalogue. It fails
// with all Faults of the first group of files that has any: questionnaires and
// holidays before instruments, which lean on them.
func Load(fsys ...fs.FS) (*Catalogue, error) {
	c, err := ground(fsys)
	if err != nil {
		return nil, err
	}
	if err := c.readInstruments(c.sources); err != nil {
		return nil, err
	}
	return c, nil
}

// ground is a catalogue of everything but instruments, which lean on it.
func ground(fsys []fs.FS) (*Catalogue, error) {
	c := &Catalogue{
		questionnaires: map[rapporteur.QuestionnaireRef]*questionnaire{},
		latest:         map[string]*questionnaire{},
	}
	if err := c.readTranslations(fsys); err != nil {
		return nil, err
	}
	fsys = c.sources
	if err := c.readQuestionnaires(fsys); err != nil {
		return nil, err
	}
	if err := c.readMappings(fsys); err != nil {
		return nil, err
	}
	var err error
	if c.work, err = readHolidays(fsys); err != nil {
		return nil, err
	}
	if err := c.readProfiles(fsys); err != nil {
		return nil, err
	}
	if err := c.readCrosswalks(fsys); err != nil {
		return nil, err
	}
	if err := c.registry.read(fsys); err != nil {
		return nil, err
	}
	if err := c.readCodeLists(fsys); err != nil {
		return nil, err
	}
	return c, nil
}

// asked is the kind of contributors that a questionnaire is for; false where
// there is no such questionnaire.
func (c *Catalogue) asked(questionnaire string) (rapporteur.ContributorKind, bool) {
	if q := c.latest[questionnaire]; q != nil {
		return q.Kind, true
	}
	return "", false
}

func (c *Catalogue) readInstruments(fsys []fs.FS) error {
	seen := map[string]string{}
	err := everyInstrument(fsys, func(f fs.FS, name string) error {
		i, err := readInstrument(f, name, c)
		if err != nil {
			return err
		}
		if other := seen[i.ID]; other != "" {
			return &Fault{File: name, Field: "id", Line: 1, Reason: fmt.Sprintf("%s is already in %s", i.ID, other)}
		}
		seen[i.ID] = name
		c.instruments = append(c.instruments, i)
		return nil
	})
	slices.SortFunc(c.instruments, func(a, b rapporteur.Instrument) int { return cmp.Compare(a.ID, b.ID) })
	return err
}

// InstrumentFiles lists the instrument files of a file system: those of the
// folder instruments/ and those beside it, for an instrument that needs nothing
// else is dropped into a directory as it is.
func InstrumentFiles(fsys fs.FS) ([]string, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, fmt.Errorf("cannot list instruments: %w", err)
	}
	err = everyFile([]fs.FS{fsys}, "instruments", ".yaml", func(_ fs.FS, name string) error {
		names = append(names, name)
		return nil
	})
	return names, err
}

// everyInstrument calls read for the instrument files of every file system and
// joins the errors.
func everyInstrument(fsys []fs.FS, read func(fs.FS, string) error) error {
	var all []error
	for _, f := range fsys {
		names, err := InstrumentFiles(f)
		all = append(all, err)
		for _, name := range names {
			all = append(all, read(f, name))
		}
	}
	return errors.Join(all...)
}

// everyFile calls read for the files of a folder, in every file system, by
// name, and joins the errors. A folder that is not there holds no files.
func everyFile(fsys []fs.FS, folder, extension string, read func(fs.FS, string) error) error {
	var all []error
	for _, f := range fsys {
		err := fs.WalkDir(f, folder, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == folder:
				return fs.SkipAll
			case err != nil:
				return fmt.Errorf("cannot list %s: %w", name, err)
			case !entry.IsDir() && path.Ext(name) == extension:
				all = append(all, read(f, name))
			}
			return nil
		})
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Instruments lists the instruments by id.
func (c *Catalogue) Instruments() []rapporteur.Instrument { return slices.Clone(c.instruments) }

// Instrument is the instrument with this id, or a not-found Problem.
func (c *Catalogue) Instrument(id string) (rapporteur.Instrument, error) {
	for _, i := range c.instruments {
		if i.ID == id {
			return i, nil
		}
	}
	return rapporteur.Instrument{}, rapporteur.NotFound("instrument", id)
}

// Latest is the newest version of a questionnaire by semantic versioning, or a
// not-found Problem.
func (c *Catalogue) Latest(id string) (rapporteur.Questionnaire, error) {
	if q := c.latest[id]; q != nil {
		return q.Questionnaire, nil
	}
	return rapporteur.Questionnaire{}, rapporteur.NotFound("questionnaire", id)
}

// Questionnaire is one version of a questionnaire, or a not-found Problem.
func (c *Catalogue) Questionnaire(ref rapporteur.QuestionnaireRef) (rapporteur.Questionnaire, error) {
	if q := c.questionnaires[ref]; q != nil {
		return q.Questionnaire, nil
	}
	return rapporteur.Questionnaire{}, rapporteur.NotFound("questionnaire", ref.String())
}
