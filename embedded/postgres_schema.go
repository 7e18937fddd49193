package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/blang/semver/v4"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/tools/common/schema"
)

// upgrade brings one database to the server's schema, from nothing or from the schema of an earlier server, with
// Temporal's own files. All of it is one transaction: a process that is killed meanwhile leaves what was there. (Those
// files drop columns and indices, and cannot be run a second time over a half.)
func (p *postgres) upgrade(ctx context.Context, name, files, want string) error {
	conn, err := p.reach(ctx, name)
	if err != nil {
		return fmt.Errorf("cannot open Temporal database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		return p.upgradeIn(&schemaTx{ctx: ctx, tx: tx, name: name}, files, want)
	})
	if err != nil {
		return fmt.Errorf("cannot bring Temporal database %s to schema version %s: %w", name, want, p.remedy(name, err))
	}
	return nil
}

func (p *postgres) upgradeIn(db *schemaTx, files, want string) error {
	var known bool
	if err := db.tx.QueryRow(db.ctx, "SELECT to_regclass('schema_version') IS NOT NULL").Scan(&known); err != nil {
		return err
	}
	if !known {
		if err := schema.NewSetupSchemaTask(db, &schema.SetupConfig{InitialVersion: "0.0"}, log.NewNoopLogger()).Run(); err != nil {
			return err
		}
	}
	got, compatible, err := db.versions()
	if err != nil {
		return err
	}
	switch order, err := compare(got, want); {
	case err != nil:
		return err
	case order > 0:
		return refuseNewer(got, compatible, want)
	case order == 0:
		return nil
	}
	if err := schema.NewUpdateSchemaTask(db, &schema.UpdateConfig{SchemaName: files, TargetVersion: want}, log.NewNoopLogger()).Run(); err != nil {
		return err
	}
	p.log.Info().Str("database", db.name).Str("from", got).Str("to", want).Msg("brought Temporal's schema to this program's version")
	return nil
}

// refuseNewer lets a program go back to a database that a newer one has used, as far as Temporal says that it can.
func refuseNewer(got, compatible, want string) error {
	order, err := compare(compatible, want)
	if err != nil {
		return err
	}
	if order > 0 {
		return fmt.Errorf("the database has version %s, of a newer program, which programs before version %s cannot use", got, compatible)
	}
	return nil
}

func compare(a, b string) (int, error) {
	va, err := semver.ParseTolerant(a)
	if err != nil {
		return 0, fmt.Errorf("cannot read schema version %q: %w", a, err)
	}
	vb, err := semver.ParseTolerant(b)
	if err != nil {
		return 0, fmt.Errorf("cannot read schema version %q: %w", b, err)
	}
	return va.Compare(vb), nil
}

// schemaTx is one transaction on a database, as Temporal's schema tool sees a database. The tables of versions are that
// tool's, so that an operator may go on with it.
type schemaTx struct {
	ctx  context.Context // of one call: the tool's interface has none
	tx   pgx.Tx
	name string
}

var _ schema.DB = (*schemaTx)(nil)

// Exec undoes a statement that fails, for the tool passes over what is there already. An index need not be built beside
// others' work: nobody works on a database whose lock is ours.
func (s *schemaTx) Exec(statement string, args ...any) error {
	return pgx.BeginFunc(s.ctx, s.tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(s.ctx, strings.Replace(statement, "CREATE INDEX CONCURRENTLY", "CREATE INDEX", 1), args...)
		return err
	})
}

func (s *schemaTx) CreateSchemaVersionTables() error {
	return s.Exec(`CREATE TABLE IF NOT EXISTS schema_version (
		version_partition INT NOT NULL, db_name VARCHAR(255) NOT NULL, creation_time TIMESTAMP,
		curr_version VARCHAR(64), min_compatible_version VARCHAR(64), PRIMARY KEY (version_partition, db_name));
	CREATE TABLE IF NOT EXISTS schema_update_history (
		version_partition INT NOT NULL, year INT NOT NULL, month INT NOT NULL, update_time TIMESTAMP NOT NULL,
		description VARCHAR(255), manifest_md5 VARCHAR(64), new_version VARCHAR(64), old_version VARCHAR(64),
		PRIMARY KEY (version_partition, year, month, update_time))`)
}

// versions are the database's own and the oldest that may use it. The tool writes them under the database's name: in one
// that was restored under another name, those of the former name are taken over.
func (s *schemaTx) versions() (got, compatible string, err error) {
	var name string
	err = s.tx.QueryRow(s.ctx, `SELECT db_name, curr_version, min_compatible_version FROM schema_version
		WHERE version_partition = 0 ORDER BY db_name = $1 DESC, creation_time DESC LIMIT 1`, s.name).Scan(&name, &got, &compatible)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", errors.New("its tables say no version: Temporal's schema tool did not finish on it")
	}
	if err == nil && name != s.name {
		err = s.UpdateSchemaVersion(got, compatible)
	}
	return got, compatible, err
}

func (s *schemaTx) ReadSchemaVersion() (string, error) {
	var version string
	err := s.tx.QueryRow(s.ctx, "SELECT coalesce(max(curr_version), '0.0') FROM schema_version WHERE version_partition = 0 AND db_name = $1", s.name).Scan(&version)
	return version, err
}

func (s *schemaTx) UpdateSchemaVersion(version, compatible string) error {
	return s.Exec(`INSERT INTO schema_version (version_partition, db_name, creation_time, curr_version, min_compatible_version)
		VALUES (0, $1, $2, $3, $4) ON CONFLICT (version_partition, db_name) DO UPDATE SET creation_time = excluded.creation_time,
		curr_version = excluded.curr_version, min_compatible_version = excluded.min_compatible_version`,
		s.name, time.Now().UTC(), version, compatible)
}

func (s *schemaTx) WriteSchemaUpdateLog(from, to, checksum, description string) error {
	now := time.Now().UTC()
	return s.Exec(`INSERT INTO schema_update_history (version_partition, year, month, update_time, old_version, new_version, manifest_md5, description)
		VALUES (0, $1, $2, $3, $4, $5, $6, $7)`, now.Year(), int(now.Month()), now, from, to, checksum, description)
}

// DropAllTables is for the tool's option to begin again, which nobody here takes.
func (s *schemaTx) DropAllTables() error { return errors.ErrUnsupported }

func (s *schemaTx) Close() {}

// Type is the tool's word for all databases of this kind.
func (s *schemaTx) Type() string { return "sql" }
