package figures

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rapporteur/rapporteur"
)

// WriteZip writes published figures as plain CSV with their code lists, in one
// ZIP archive: data.csv, and a file for each list. The same figures always give
// the same bytes.
func (c Codes) WriteZip(file io.Writer, rows []Row) error {
	archive := zip.NewWriter(file)
	create := func(name string) (io.Writer, error) {
		return archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: firstDay})
	}
	if err := c.tables(rows, create); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("cannot write archive: %w", err)
	}
	return nil
}

// firstDay is the first that an archive can have, and that of every file in one:
// when it was written is not what it holds.
var firstDay = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// WriteFolder writes the same into a folder, which it makes where there is none.
func (c Codes) WriteFolder(folder string, rows []Row) error {
	var files []string
	texts := map[string]*bytes.Buffer{}
	err := c.tables(rows, func(name string) (io.Writer, error) {
		files, texts[name] = append(files, name), &bytes.Buffer{}
		return texts[name], nil
	})
	if err != nil {
		return err
	}
	for _, name := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return fmt.Errorf("cannot make folder: %w", err)
		}
		if err := os.WriteFile(path, texts[name].Bytes(), 0o600); err != nil {
			return fmt.Errorf("cannot write %s: %w", name, err)
		}
	}
	return nil
}

// tables writes the data, then each code list that a column has.
func (c Codes) tables(rows []Row, create func(name string) (io.Writer, error)) error {
	observations, err := c.observations(rows)
	if err != nil {
		return fmt.Errorf("cannot write CSV: %w", err)
	}
	head := make([]string, 0, len(sdmxColumns))
	for _, name := range sdmxColumns[1:] { // one dataflow, which needs no column
		head = append(head, strings.ToLower(name))
	}
	lines := [][]string{head}
	for _, o := range observations {
		lines = append(lines, o.record()[1:])
	}
	write := func(name string, lines [][]string) error {
		file, err := create(name)
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", name, err)
		}
		return writeLines(file, lines)
	}
	if err := write("data.csv", lines); err != nil {
		return err
	}
	for _, id := range slices.Compact(slices.Sorted(maps.Values(columnLists))) {
		list := c.lists.List(id)
		if id == rapporteur.ListArea {
			list.Codes = append(slices.Clone(list.Codes), freeAreas(observations)...)
		}
		if err := write("codelists/"+id+".csv", listLines(list)); err != nil {
			return err
		}
	}
	return nil
}

// freeAreas is a code for each area that only a text names, so that every code
// of the data is in its list. Where texts share a code the first stands for all.
func freeAreas(observations []observation) []rapporteur.Code {
	texts := map[string]string{}
	for _, o := range observations {
		for _, code := range []string{o.citizenship, o.repatriation} {
			if first, there := texts[code]; strings.HasPrefix(code, freeText) && (!there || o.category < first) {
				texts[code] = o.category
			}
		}
	}
	var codes []rapporteur.Code
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		codes = append(codes, rapporteur.Code{ID: id, Names: []rapporteur.CodeName{{Names: map[string]string{"en": texts[id]}}}})
	}
	return codes
}

// WriteCodeList writes a code list as CSV (RFC 4180): one line for each code and
// name that it had, with the time in which it had it.
func WriteCodeList(file io.Writer, list rapporteur.CodeList) error {
	return writeLines(file, listLines(list))
}

// listLanguages are the languages in which lists are written, if they have any
// name in it.
var listLanguages = []string{"en", "fr", "es", "ru", "ar", "zh"}

func listLines(list rapporteur.CodeList) [][]string {
	languages := slices.DeleteFunc(slices.Clone(listLanguages), func(language string) bool {
		return language != "en" && !slices.ContainsFunc(list.Codes, func(c rapporteur.Code) bool { return c.Names[0].Names[language] != "" })
	})
	head := []string{"code", "parent"}
	for _, language := range languages {
		head = append(head, "name_"+language)
	}
	lines := [][]string{append(append(head, "from", "until"), list.Systems...)}
	for _, c := range list.Codes {
		for n, name := range c.Names {
			line := []string{c.ID, c.Parent}
			for _, language := range languages {
				line = append(line, name.Names[language])
			}
			until := c.Until
			if n+1 < len(c.Names) {
				until = c.Names[n+1].From.AddDays(-1)
			}
			line = append(line, name.From.String(), until.String())
			for _, system := range list.Systems {
				line = append(line, c.Same[system])
			}
			lines = append(lines, line)
		}
	}
	return lines
}
