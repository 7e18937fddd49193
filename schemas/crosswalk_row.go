package schemas

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/rapporteur/rapporteur"
)

// The rows mirror a file of crosswalks/ key by key.

type crosswalkRow struct {
	ID            string `yaml:"id" validate:"required,key"`
	Title         string `yaml:"title" validate:"required"`
	Source        string `yaml:"source" validate:"required"`
	Questionnaire string `yaml:"questionnaire" validate:"required,key"`
	Codes         struct {
		Sex  map[string]string `yaml:"sex" validate:"required,min=1"`
		Age  map[string]string `yaml:"age" validate:"required,min=1"`
		Form map[string]string `yaml:"form" validate:"required,min=1"`
	} `yaml:"codes"`
	Places []crosswalkPlaceRow `yaml:"places" validate:"required,min=1,dive"`
}

type crosswalkPlaceRow struct {
	Indicator  string   `yaml:"indicator" validate:"required"`
	Dimensions []string `yaml:"dimensions" validate:"required,min=1,unique,dive,required"`
	Question   string   `yaml:"question" validate:"required"`
	Part       string   `yaml:"part" validate:"required"`
}

func (c *Catalogue) readCrosswalks(fsys []fs.FS) error {
	c.crosswalks = map[string]rapporteur.Crosswalk{}
	return everyFile(fsys, "crosswalks", ".yaml", func(f fs.FS, name string) error {
		var row crosswalkRow
		d, err := readDocument(f, name, &row)
		if err != nil {
			return err
		}
		var all faults
		mark := func(field, format string, args ...any) { all.add(d.fault(field, format, args...)) }
		if _, twice := c.crosswalks[row.ID]; twice {
			mark("id", "%s is there twice", row.ID)
		}
		q := c.latest[row.Questionnaire]
		if q == nil {
			mark("questionnaire", "there is no questionnaire %s", row.Questionnaire)
			return all.err()
		}
		walk := row.convert()
		seen := map[string]bool{}
		for n, place := range row.Places {
			at := fmt.Sprintf("places[%d].", n)
			if to := place.Question + " " + place.Part; seen[to] {
				mark(at+"part", "another place has the part %s of %s", place.Part, place.Question)
			} else {
				seen[to] = true
			}
			if part, ok := place.part(q, at, mark); ok {
				walk.Places[n].ByAge, walk.Places[n].ByForm = part.ByAge, part.ByForm
				row.codesFit(q, walk.Places[n], mark)
			}
		}
		c.crosswalks[row.ID] = walk
		return all.err()
	})
}

func (r crosswalkRow) convert() rapporteur.Crosswalk {
	return rapporteur.Crosswalk{
		ID: r.ID, Title: r.Title, Source: r.Source, Questionnaire: r.Questionnaire,
		Sexes: r.Codes.Sex, Ages: r.Codes.Age, Forms: r.Codes.Form,
		Places: each(r.Places, func(p crosswalkPlaceRow) rapporteur.CrosswalkPlace {
			return rapporteur.CrosswalkPlace{Indicator: p.Indicator, Dimensions: p.Dimensions, Question: p.Question, Part: p.Part}
		}),
	}
}

// part is the table of the questionnaire that a place leads to.
func (r crosswalkPlaceRow) part(q *questionnaire, at string, mark marker) (rapporteur.QuestionPart, bool) {
	if q.parts[r.Question] == nil {
		mark(at+"question", "%s has no question %s", q.QuestionnaireRef, r.Question)
		return rapporteur.QuestionPart{}, false
	}
	part, ok := q.parts[r.Question][r.Part]
	if !ok || part.Kind != rapporteur.PartFigures {
		mark(at+"part", "%s of %s has no table of figures %s", r.Question, q.QuestionnaireRef, r.Part)
		return part, false
	}
	return part, true
}

// codesFit tries each code in a cell of the table: the schema must let it
// through.
func (r crosswalkRow) codesFit(q *questionnaire, place rapporteur.CrosswalkPlace, mark marker) {
	codes := []struct {
		dimension string
		of        map[string]string
		used      bool
	}{{"sex", r.Codes.Sex, true}, {"age", r.Codes.Age, place.ByAge}, {"form", r.Codes.Form, place.ByForm}}
	for _, tried := range codes {
		if !tried.used {
			continue
		}
		for _, from := range slices.Sorted(maps.Keys(tried.of)) {
			cell := map[string]any{"sex": total, "value": int64(0)}
			if place.ByAge {
				cell["age"] = total
			}
			if place.ByForm {
				cell["form"] = total
			}
			cell[tried.dimension] = tried.of[from]
			if !q.takesCell(place, cell) {
				mark("codes."+tried.dimension, "%s stands for %q, which %s of %s does not have", from, tried.of[from], place.Part, place.Question)
			}
		}
	}
}

// takesCell reports whether a table may have a cell.
func (q *questionnaire) takesCell(place rapporteur.CrosswalkPlace, cell map[string]any) bool {
	answer := map[string]any{"status": string(rapporteur.StatusYes), place.Part: []any{cell}}
	at := "/answers/" + escape(place.Question) + "/" + escape(place.Part)
	return !slices.ContainsFunc(q.schemaFindings(map[string]any{"answers": map[string]any{place.Question: answer}}), func(f rapporteur.Finding) bool {
		return strings.HasPrefix(f.Pointer, at)
	})
}

// Crosswalk says where published figures of a layout belong in answers; a
// not-found Problem where there is none of the id.
func (c *Catalogue) Crosswalk(id string) (rapporteur.Crosswalk, error) {
	walk, ok := c.crosswalks[id]
	if !ok {
		return rapporteur.Crosswalk{}, rapporteur.NotFound("crosswalk", id)
	}
	return walk, nil
}
