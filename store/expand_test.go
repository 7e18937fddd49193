package store

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// contracts are what would break a program that was made for an earlier schema
// and still runs, each with what it would break.
var contracts = []struct {
	form *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`\bDROP\s+(TABLE|VIEW|COLUMN|DEFAULT)\b`), "takes away what an earlier program may use"},
	{regexp.MustCompile(`\bALTER\s+TABLE\s+\S+\s+DROP\s+[^C]`), "takes away what an earlier program may use"},
	{regexp.MustCompile(`\bRENAME\b`), "takes away a name that an earlier program may use"},
	{regexp.MustCompile(`\bALTER\s+(COLUMN\s+)?\S+\s+(SET\s+DATA\s+)?TYPE\b`), "changes what an earlier program reads and writes"},
	{regexp.MustCompile(`\bSET\s+NOT\s+NULL\b`), "refuses what an earlier program may write"},
	{regexp.MustCompile(`\bADD\s+(CONSTRAINT|CHECK|UNIQUE|FOREIGN|PRIMARY|EXCLUDE)\b`), "refuses what an earlier program may write"},
	{regexp.MustCompile(`^(TRUNCATE|DELETE\s+FROM)\b`), "deletes what an earlier program may read"},
}

var (
	addsColumn  = regexp.MustCompile(`\bADD\s+(COLUMN\s+)?(IF\s+NOT\s+EXISTS\s+)?(\S+)\s`)
	uniqueIndex = regexp.MustCompile(`\bCREATE\s+UNIQUE\s+INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?\S+\s+ON\s+(\w+)`)
	makesTable  = regexp.MustCompile(`\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)`)
	dropTrigger = regexp.MustCompile(`\bDROP\s+TRIGGER\b`)
	note        = regexp.MustCompile(`(?m)^-- contract: (\d+)$`)
	raises      = regexp.MustCompile(`\bUPDATE\s+SCHEMA_FLOOR\s+SET\s+FLOOR\s*=\s*(\d+)`)
	quoted      = regexp.MustCompile(`'(?:[^']|'')*'`)
	comment     = regexp.MustCompile(`--[^\n]*`)
)

// breaks says what of a migration would break a program that was made for an
// earlier schema.
func breaks(text string) []string {
	plain := strings.ToUpper(quoted.ReplaceAllString(comment.ReplaceAllString(text, ""), "''"))
	var own []string
	for _, found := range makesTable.FindAllStringSubmatch(plain, -1) {
		own = append(own, found[1])
	}
	var broken []string
	for statement := range strings.SplitSeq(plain, ";") {
		line := strings.Join(strings.Fields(statement), " ")
		for _, c := range contracts {
			if c.form.MatchString(line) {
				broken = append(broken, fmt.Sprintf("%s: %q", c.why, line))
			}
		}
		if addsColumn.MatchString(line) && strings.HasPrefix(line, "ALTER TABLE") && strings.Contains(line, "NOT NULL") && !strings.Contains(line, "DEFAULT") {
			broken = append(broken, fmt.Sprintf("an earlier program does not fill the column: %q", line))
		}
		if found := uniqueIndex.FindStringSubmatch(line); found != nil && !slices.Contains(own, found[1]) {
			broken = append(broken, fmt.Sprintf("refuses what an earlier program may write: %q", line))
		}
	}
	if dropTrigger.MatchString(plain) && !strings.Contains(plain, "CREATE TRIGGER") {
		broken = append(broken, "takes away a trigger and puts none in its place")
	}
	return broken
}

// faultOf says what is wrong with a migration of a number, nothing where it only
// adds, or says which schema's program was the first that did without.
func faultOf(number int64, text string) string {
	broken := breaks(text)
	allowed, raised := note.FindStringSubmatch(text), raises.FindStringSubmatch(strings.ToUpper(text))
	switch {
	case len(broken) == 0 && allowed == nil && raised == nil:
		return ""
	case len(broken) == 0:
		return "it only adds, and says that it is a contract or raises the floor"
	case allowed == nil:
		return strings.Join(broken, "\n") + "\nsay -- contract: N, where programs made for schema N and later do without, and raise schema_floor to N"
	case raised == nil || raised[1] != allowed[1]:
		return "it does not raise schema_floor to " + allowed[1]
	}
	if n, err := strconv.ParseInt(allowed[1], 10, 64); err != nil || n >= number {
		return "no program made for an earlier schema did without: expand in one release, contract in the next"
	}
	return ""
}

// TestMigrationsOnlyAdd: while "rapporteur migrate" has run, the release before
// goes on working.
func TestMigrationsOnlyAdd(t *testing.T) {
	for _, d := range []*dialect{sqlite, postgreSQL} {
		files, err := fs.ReadDir(migrations, "migrations/"+d.name)
		if err != nil || len(files) < 18 {
			t.Fatalf("%d migrations of %s, %v", len(files), d.name, err)
		}
		for _, f := range files {
			text, err := fs.ReadFile(migrations, path.Join("migrations", d.name, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if fault := faultOf(numberOf(t, f.Name()), string(text)); fault != "" {
				t.Errorf("%s, %s: %s", d.name, f.Name(), fault)
			}
		}
	}
}

func numberOf(t *testing.T, file string) int64 {
	t.Helper()
	text, _, _ := strings.Cut(file, "_")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatAMigrationMayNot(t *testing.T) {
	const lawful = "\n-- contract: 24\n-- +goose Up\nUPDATE schema_floor SET floor = 24;\n"
	for text, allowed := range map[string]bool{
		"CREATE TABLE a (b TEXT NOT NULL); CREATE UNIQUE INDEX c ON a (b);":       true,
		"ALTER TABLE cycles ADD COLUMN a TEXT NOT NULL DEFAULT '';":               true,
		"ALTER TABLE cycles ADD COLUMN a TEXT;":                                   true,
		"CREATE INDEX a ON cycles (phase); DROP INDEX b;":                         true,
		"INSERT INTO a (b) VALUES ('DROP TABLE cycles'); -- DROP TABLE":           true,
		"DROP TRIGGER a; CREATE TRIGGER a BEFORE UPDATE ON b BEGIN SELECT 1; END": true,
		"DROP TRIGGER a ON b;":                                        false,
		"DROP TABLE cycles;":                                          false,
		"alter table cycles drop column phase;":                       false,
		"ALTER TABLE cycles DROP phase;":                              false,
		"ALTER TABLE cycles RENAME TO rounds;":                        false,
		"ALTER TABLE cycles RENAME COLUMN phase TO stage;":            false,
		"ALTER TABLE cycles ADD COLUMN a TEXT NOT NULL;":              false,
		"ALTER TABLE cycles ALTER COLUMN draft TYPE TEXT;":            false,
		"ALTER TABLE cycles ALTER COLUMN draft SET NOT NULL;":         false,
		"ALTER TABLE cycles ALTER COLUMN draft DROP DEFAULT;":         false,
		"ALTER TABLE cycles ADD CONSTRAINT a CHECK (draft > 0);":      false,
		"CREATE UNIQUE INDEX a ON cycles (phase);":                    false,
		"DELETE FROM outbox;":                                         false,
		"DROP TABLE cycles;" + lawful:                                 true,
		"DROP TABLE cycles;\n-- contract: 24\n":                       false,
		"DROP TABLE cycles; UPDATE schema_floor SET floor = 24;":      false,
		"DROP TABLE cycles;" + strings.ReplaceAll(lawful, "24", "30"): false,
		"CREATE TABLE a (b TEXT);" + lawful:                           false,
	} {
		if fault := faultOf(30, text); (fault == "") != allowed {
			t.Errorf("%s\nis said to be %q", text, fault)
		}
	}
}
