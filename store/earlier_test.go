package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pressly/goose/v3"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/internal/needs"
	"github.com/rapporteur/rapporteur/internal/pgserver"
	"github.com/rapporteur/rapporteur/store/storetest"
)

// shelves make databases without a schema, as databases does, many for one test.
func shelves(t *testing.T) map[string]func(*testing.T) string {
	t.Helper()
	all := map[string]func(*testing.T) string{"SQLite": databases["SQLite"]}
	t.Run("a PostgreSQL server", func(t *testing.T) { needs.PostgreSQL(t) })
	if pgserver.Find() != "" {
		server := newSchemas(t)
		all["PostgreSQL"] = func(t *testing.T) string { t.Helper(); return server.empty(t) }
	}
	return all
}

// versions are the numbers of all migrations in order.
func versions(t *testing.T, d *dialect) []int64 {
	t.Helper()
	files, err := fs.ReadDir(migrations, "migrations/"+d.name)
	if err != nil {
		t.Fatal(err)
	}
	var all []int64
	for _, f := range files {
		all = append(all, numberOf(t, f.Name()))
	}
	slices.Sort(all)
	return all
}

// shell is a database as somebody with a database shell has it.
type shell struct {
	*sql.DB
	t *testing.T
	d *dialect
}

func openShell(t *testing.T, url string) shell {
	t.Helper()
	at, err := locate(url)
	if err != nil {
		t.Fatal(err)
	}
	var db *sql.DB
	if at.dialect == postgreSQL {
		config, parseErr := sessionConfig(url, Options{})
		if parseErr != nil {
			t.Fatal(parseErr)
		}
		db = openSessions(config, Options{})
	} else {
		if err := createFile(at.target); err != nil {
			t.Fatal(err)
		}
		db, err = openPool(at.target, 1, "synchronous(off)")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return shell{db, t, at.dialect}
}

// migrateTo brings an empty database to an earlier version.
func (s shell) migrateTo(version int64) {
	s.t.Helper()
	kind := goose.DialectSQLite3
	if s.d == postgreSQL {
		kind = goose.DialectPostgres
	}
	provider, err := migrator(s.DB, s.d, kind)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := provider.UpTo(s.t.Context(), version); err != nil {
		s.t.Fatal(err)
	}
}

// table is a table with its columns, in the order in which tables were made.
type table struct {
	name    string
	columns []string
}

func (s shell) tables() []table {
	s.t.Helper()
	query := `SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.rowid, c.cid`
	if s.d == postgreSQL {
		query = `SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
			WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
			ORDER BY t.oid, a.attnum`
	}
	rows, err := s.QueryContext(s.t.Context(), query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []table
	for rows.Next() {
		var name, column string
		if err := rows.Scan(&name, &column); err != nil {
			s.t.Fatal(err)
		}
		if name == versionTable || name == floorTable {
			continue
		}
		if len(all) == 0 || all[len(all)-1].name != name {
			all = append(all, table{name: name})
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, column)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	return all
}

// rows are the rows of some columns of a table, ordered by their content.
func (s shell) rows(of table) [][]any {
	s.t.Helper()
	rows, err := s.QueryContext(s.t.Context(), "SELECT "+strings.Join(of.columns, ", ")+" FROM "+of.name)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all [][]any
	for rows.Next() {
		values := make([]any, len(of.columns))
		into := make([]any, len(values))
		for n := range values {
			into[n] = &values[n]
		}
		if err := rows.Scan(into...); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b []any) int { return strings.Compare(fmt.Sprint(a...), fmt.Sprint(b...)) })
	return all
}

// insert puts rows into a table.
func (s shell) insert(into table, rows [][]any) {
	s.t.Helper()
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(into.columns)), ", ")
	system := ""
	if s.d == postgreSQL {
		system = " OVERRIDING SYSTEM VALUE"
	}
	statement := s.d.query(fmt.Sprintf("INSERT INTO %s (%s)%s VALUES (%s)", into.name, strings.Join(into.columns, ", "), system, marks))
	for _, row := range rows {
		if _, err := s.ExecContext(s.t.Context(), statement, row...); err != nil {
			s.t.Fatalf("%s: %v", into.name, err)
		}
	}
}

// common are the tables and columns that two schemas have in common.
func common(all, earlier []table) []table {
	var both []table
	for _, e := range earlier {
		at := slices.IndexFunc(all, func(a table) bool { return a.name == e.name })
		if at < 0 {
			continue
		}
		both = append(both, table{e.name, slices.DeleteFunc(slices.Clone(e.columns), func(c string) bool {
			return !slices.Contains(all[at].columns, c)
		})})
	}
	return both
}

// TestRecordsOfEverySchemaAreKept takes a record with one of everything as each
// earlier schema knew it, with the tables and columns that it had, through the
// migrations since: every row is as it was, and every reader tells what it would
// had the same been written today.
func TestRecordsOfEverySchemaAreKept(t *testing.T) {
	for name, empty := range shelves(t) {
		t.Run(name, func(t *testing.T) {
			full := empty(t)
			if err := Migrate(t.Context(), full); err != nil {
				t.Fatal(err)
			}
			whole := open(t, full, Options{})
			storetest.Everything(t, whole)
			newest := openShell(t, full)
			all := newest.tables()
			for _, of := range all {
				if len(newest.rows(of)) == 0 {
					t.Errorf("table %s is not tried: storetest.Everything puts nothing into it", of.name)
				}
			}
			for _, version := range versions(t, newest.d) {
				t.Run(fmt.Sprint(version), func(t *testing.T) {
					earlier, fresh := empty(t), empty(t)
					before, today := openShell(t, earlier), openShell(t, fresh)
					before.migrateTo(version)
					if err := Migrate(t.Context(), fresh); err != nil {
						t.Fatal(err)
					}
					known := common(all, before.tables())
					rows := map[string][][]any{}
					for _, of := range known {
						rows[of.name] = newest.rows(of)
						before.insert(of, rows[of.name])
						today.insert(of, rows[of.name])
					}
					if err := Migrate(t.Context(), earlier); err != nil {
						t.Fatal(err)
					}
					for _, of := range known {
						if diff := cmp.Diff(rows[of.name], before.rows(of)); diff != "" {
							t.Errorf("%s of schema %d is not what it was (-before +after):\n%s", of.name, version, diff)
						}
					}
					want := storetest.ReadEverything(t, open(t, fresh, Options{}))
					got := storetest.ReadEverything(t, open(t, earlier, Options{}))
					if diff := storetest.Differences(want, got); diff != "" {
						t.Errorf("a record of schema %d is told otherwise (-today's +migrated):\n%s", version, diff)
					}
					if version == schemaVersion {
						if diff := storetest.Differences(storetest.ReadEverything(t, whole), got); diff != "" {
							t.Errorf("a copy of the record is told otherwise (-record +copy):\n%s", diff)
						}
					}
				})
			}
		})
	}
}

// expanded makes a database one that a later release has expanded: a column more
// in every table, a table more, and the version raised.
func expanded(t *testing.T, url string) {
	t.Helper()
	s := openShell(t, url)
	for _, of := range s.tables() {
		if _, err := s.ExecContext(t.Context(), "ALTER TABLE "+of.name+" ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT 'x'"); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{
		"CREATE TABLE things_of_tomorrow (id TEXT NOT NULL PRIMARY KEY)",
		fmt.Sprintf("INSERT INTO %s (version_id, is_applied) VALUES (%d, TRUE)", versionTable, schemaVersion+1),
	} {
		if _, err := s.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestTheProgramWorksOnASchemaThatOnlyGrew runs the suite as a release that goes
// on while its successor's "rapporteur migrate" has run. The statements are the
// same on both databases: on PostgreSQL one of each is enough.
func TestTheProgramWorksOnASchemaThatOnlyGrew(t *testing.T) {
	grown := newFile(t)
	expanded(t, grown)
	template, err := os.ReadFile(strings.TrimPrefix(grown, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("SQLite", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) rapporteur.Store {
			t.Helper()
			file := filepath.Join(t.TempDir(), "record.db")
			if err := os.WriteFile(file, template, 0o600); err != nil {
				t.Fatal(err)
			}
			return grew(t, "sqlite:"+file)
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		url := newSchemas(t).migrated(t)
		expanded(t, url)
		s := grew(t, url)
		storetest.Everything(t, s)
		if told := storetest.ReadEverything(t, s); told["Cycle"] == "not there" {
			t.Errorf("readers tell %v", told)
		}
	})
}

func grew(t *testing.T, url string) *Store {
	t.Helper()
	s := open(t, url, Options{})
	if s.Version() != schemaVersion+1 {
		t.Fatalf("version %d", s.Version())
	}
	return s
}

// TestTheFloorIsHeeded: a program older than the floor refuses to start, and so
// does its migrate; one at the floor goes on.
func TestTheFloorIsHeeded(t *testing.T) {
	for name, empty := range shelves(t) {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			if err := Migrate(t.Context(), url); err != nil {
				t.Fatal(err)
			}
			expanded(t, url)
			s := openShell(t, url)
			for _, c := range []struct {
				floor int64
				works bool
			}{{schemaVersion, true}, {1, true}, {schemaVersion + 1, false}} {
				if _, err := s.ExecContext(t.Context(), s.d.query("UPDATE schema_floor SET floor = ?"), c.floor); err != nil {
					t.Fatal(err)
				}
				standing, lookErr := LookAtSchema(t.Context(), url)
				if standing.Stored != schemaVersion+1 || standing.Program != schemaVersion || standing.Floor != c.floor || len(standing.Pending) > 0 {
					t.Errorf("it stands at %+v", standing)
				}
				opened, openErr := Open(t.Context(), url, Options{})
				if openErr == nil {
					_ = opened.Close()
				}
				for what, err := range map[string]error{"look": lookErr, "open": openErr, "migrate": Migrate(t.Context(), url)} {
					var refused *SchemaError
					if works := err == nil; works != c.works || (!works && (!errors.As(err, &refused) || !strings.Contains(err.Error(), "newer program"))) {
						t.Errorf("floor %d: %s gives %v", c.floor, what, err)
					}
				}
			}
		})
	}
}

func TestLookingAtASchemaChangesNothing(t *testing.T) {
	for name, empty := range shelves(t) {
		t.Run(name, func(t *testing.T) {
			url := empty(t)
			for range 2 {
				s, err := LookAtSchema(t.Context(), url)
				wantSchemaError(t, err, 0, "rapporteur migrate")
				if s.Stored != 0 || s.Program != schemaVersion || len(s.Pending) < 18 || s.Pending[0] != "00001_record" {
					t.Errorf("it stands at %+v", s)
				}
			}
			before := openShell(t, url)
			before.migrateTo(19)
			s, err := LookAtSchema(t.Context(), url)
			wantSchemaError(t, err, 19, "rapporteur migrate")
			if s.Floor != 0 || !slices.Contains(s.Pending, "00022_schema_floor") || slices.Contains(s.Pending, "00019_repairs") {
				t.Errorf("it stands at %+v", s)
			}
		})
	}
}
