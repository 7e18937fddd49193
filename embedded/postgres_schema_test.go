package embedded

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/schema"
	postgresschema "go.temporal.io/server/schema/postgresql/v12"

	"github.com/rapporteur/rapporteur/internal/needs"
)

// released are versions of Temporal's schema that databases in the world may have: every third, from the oldest to the one
// before the present. RAPPORTEUR_THOROUGH=1 takes them all.
func released(t *testing.T, files string) []string {
	t.Helper()
	entries, err := fs.ReadDir(schema.Assets(), files+"/versioned")
	if err != nil {
		t.Fatal(err)
	}
	var versions []string
	for _, e := range entries {
		versions = append(versions, strings.TrimPrefix(e.Name(), "v"))
	}
	slices.SortFunc(versions, func(a, b string) int {
		order, err := compare(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return order
	})
	if len(versions) < 10 || os.Getenv("RAPPORTEUR_THOROUGH") != "" {
		return versions
	}
	sample := []string{versions[len(versions)-2]}
	for i := 0; i < len(versions)-2; i += 3 {
		sample = append(sample, versions[i])
	}
	return sample
}

// shape is every column and index of a database.
func shape(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
			|| ' ' || is_nullable || coalesce(' ' || column_default, '') || coalesce(' ' || generation_expression, '')
		FROM information_schema.columns WHERE table_schema = 'public'
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestEveryOlderSchemaIsBroughtToThisOne(t *testing.T) {
	p := ready(t, needs.StartPostgreSQL(t))
	admin := openSession(t, p, "postgres")
	for _, c := range []struct{ name, files, want string }{
		{p.main, "postgresql/v12/temporal", postgresschema.Version},
		{p.visibility, "postgresql/v12/visibility", postgresschema.VisibilityVersion},
	} {
		fresh := shape(t, openSession(t, p, c.name))
		for _, version := range released(t, c.files) {
			old := c.name + "_" + version
			execute(t, admin, "CREATE DATABASE "+quote(old))
			if err := p.upgrade(t.Context(), old, c.files, version); err != nil {
				t.Fatal(err)
			}
			conn := openSession(t, p, old)
			const recorded = "SELECT curr_version FROM schema_version"
			if got := ask[string](t, conn, recorded); got != version {
				t.Fatalf("the old database has version %s, want %s", got, version)
			}
			for range 2 { // the second time changes nothing
				if err := p.upgrade(t.Context(), old, c.files, c.want); err != nil {
					t.Fatal(err)
				}
			}
			if got := ask[string](t, conn, recorded); got != c.want {
				t.Errorf("%s from %s has version %s, want %s", c.files, version, got, c.want)
			}
			if diff := cmp.Diff(fresh, shape(t, conn)); diff != "" {
				t.Errorf("%s from %s differs from a new one:\n%s", c.files, version, diff)
			}
			_ = conn.Close(t.Context())
			execute(t, admin, "DROP DATABASE "+quote(old))
		}
	}
}

func TestASchemaOfANewerProgramIsUsedAsFarAsTemporalSaysItCanBe(t *testing.T) {
	p := ready(t, needs.StartPostgreSQL(t))
	conn := openSession(t, p, p.main)
	for _, c := range []struct {
		compatible string
		refused    bool
	}{{"1.0", false}, {postgresschema.Version, false}, {"98.7", true}} {
		execute(t, conn, "UPDATE schema_version SET curr_version = '99.0', min_compatible_version = $1", c.compatible)
		err := p.upgrade(t.Context(), p.main, "postgresql/v12/temporal", postgresschema.Version)
		if (err != nil) != c.refused || err != nil && !strings.Contains(err.Error(), "before version 98.7 cannot use") {
			t.Errorf("compatible with %s: %v", c.compatible, err)
		}
	}
}

func TestADatabaseRestoredUnderAnotherNameIsTheSame(t *testing.T) {
	p := ready(t, needs.StartPostgreSQL(t))
	conn := openSession(t, p, p.main)
	execute(t, conn, "UPDATE schema_version SET db_name = 'elsewhere_temporal'")
	if err := p.upgrade(t.Context(), p.main, "postgresql/v12/temporal", postgresschema.Version); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, conn, "SELECT curr_version FROM schema_version WHERE db_name = $1", p.main); got != postgresschema.Version {
		t.Errorf("under its present name it has version %s", got)
	}
	execute(t, conn, "DELETE FROM schema_version")
	if err := p.upgrade(t.Context(), p.main, "postgresql/v12/temporal", postgresschema.Version); err == nil || !strings.Contains(err.Error(), "say no version") {
		t.Errorf("tables without a version: %v", err)
	}
}
