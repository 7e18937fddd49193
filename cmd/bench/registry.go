package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/schemas"
)

// maxContributors is how many contributors can be made up.
const maxContributors = 100_000

// states is a registry of n Member States: the real ones, and beyond those
// copies of them under other ids. It returns the ids, and what the registry
// needs beside what the release carries; nil for nothing.
func states(n int) ([]rapporteur.ContributorID, fs.FS, error) {
	catalogue, err := schemas.Load(schemas.Embedded())
	if err != nil {
		return nil, nil, fmt.Errorf("cannot load schemas: %w", err)
	}
	real := catalogue.Contributors(rapporteur.Date{Year: 2018, Month: 5, Day: 2}, rapporteur.KindMemberState)
	ids := make([]rapporteur.ContributorID, 0, n)
	for _, c := range real[:min(n, len(real))] {
		ids = append(ids, c.ID)
	}
	if n <= len(real) {
		return ids, nil, nil
	}
	further := fstest.MapFS{}
	for copy := 1; len(ids) < n; copy++ {
		var file strings.Builder
		file.WriteString("kind: member-state\ncontributors:\n")
		for _, c := range real[:min(n-len(ids), len(real))] {
			id := fmt.Sprintf("%s-%d", c.ID, copy)
			ids = append(ids, rapporteur.ContributorID(id))
			fmt.Fprintf(&file, "  - id: %s\n    alpha2: %q\n    alpha3: %s\n    m49: %q\n    region: %q\n    exists: [{from: 1945-10-24}]\n    names:\n      - {", id, c.Alpha2, c.Alpha3, c.M49, c.Region)
			for n, language := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
				if n > 0 {
					file.WriteString(", ")
				}
				fmt.Fprintf(&file, "%s: %q", language, fmt.Sprintf("%s %d", c.Names[language], copy))
			}
			file.WriteString("}\n")
		}
		further[fmt.Sprintf("registry/copy-%03d.yaml", copy)] = &fstest.MapFile{Data: []byte(file.String())}
	}
	return ids, further, nil
}
