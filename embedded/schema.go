package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"

	"go.temporal.io/api/enums/v1"
	persistencespb "go.temporal.io/server/api/persistence/v1"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/common/persistence/serialization"
	persistencesql "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
	"go.temporal.io/server/common/searchattribute/sadefs"
	"go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// versionName is what the version of a SQLite file's schema is recorded under.
const versionName = "sqlite"

// prepareFile makes the folder and the file's tables; a database in memory has none before it is opened.
func prepareFile(o Options, store *config.SQL) error {
	if o.inMemory() {
		return nil
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot create folder of Temporal database: %w", err)
	}
	return prepareTables(store)
}

// prepareTables creates the tables in an empty file, all or none, so that a process killed meanwhile leaves a file that
// the next start can use. Temporal has no migrations for SQLite: a file of another schema version is refused.
func prepareTables(store *config.SQL) (err error) {
	db, err := persistencesql.NewSQLAdminDB(sqlplugin.DbKindMain, store, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("cannot open Temporal database (is another process using it?): %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := db.ListTables("")
	if err != nil {
		return fmt.Errorf("cannot read Temporal database: %w", err)
	}
	if len(tables) > 0 {
		return checkVersion(db)
	}
	if err := createTables(db); err != nil {
		return fmt.Errorf("cannot create Temporal tables: %w", errors.Join(err, db.Exec("ROLLBACK")))
	}
	return nil
}

// createTables relies on the store's single connection: the transaction spans the separate statements.
func createTables(db sqlplugin.AdminDB) error {
	if err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := sqlite.SetupSchemaOnDB(db); err != nil {
		return err
	}
	if err := db.CreateSchemaVersionTables(); err != nil {
		return err
	}
	if err := db.UpdateSchemaVersion(versionName, schemaVersion(), schemaVersion()); err != nil {
		return err
	}
	return db.Exec("COMMIT")
}

func checkVersion(db sqlplugin.AdminDB) error {
	got, err := db.ReadSchemaVersion(versionName)
	if err != nil {
		return fmt.Errorf("cannot read version of Temporal database: %w", err)
	}
	if got != schemaVersion() {
		return fmt.Errorf("cannot use Temporal database: it has schema version %s, this program needs %s", got, schemaVersion())
	}
	return nil
}

func schemaVersion() string { return sqlite.Version + "/" + sqlite.VisibilityVersion }

func prepareNamespace(ctx context.Context, o Options, store *config.SQL) (err error) {
	fresh, err := sqlite.NewNamespaceConfig(clusterName, o.Namespace, false, o.SearchAttributes)
	if err != nil {
		return fmt.Errorf("cannot register search attributes: %w", err)
	}
	fresh.Detail.Config.Retention = durationpb.New(o.Retention)
	db, err := persistencesql.NewSQLDB(sqlplugin.DbKindMain, store, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("cannot open Temporal database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.SelectFromNamespace(ctx, sqlplugin.NamespaceFilter{Name: &o.Namespace})
	if errors.Is(err, sql.ErrNoRows) || err == nil && len(rows) == 0 {
		err = sqlite.CreateNamespaces(store, fresh)
	} else if err == nil {
		err = updateNamespace(ctx, db, rows[0], o)
	}
	if err != nil {
		return fmt.Errorf("cannot prepare namespace %s: %w", o.Namespace, err)
	}
	return nil
}

// updateNamespace gives a namespace of an earlier start today's retention and search attributes.
func updateNamespace(ctx context.Context, db sqlplugin.DB, row sqlplugin.NamespaceRow, o Options) error {
	serializer := serialization.NewSerializer()
	detail, err := serializer.NamespaceDetailFromBlob(persistence.NewDataBlob(row.Data, row.DataEncoding))
	if err != nil {
		return err
	}
	detail.Config.Retention = durationpb.New(o.Retention)
	if err := addSearchAttributes(detail.Config, o.SearchAttributes); err != nil {
		return err
	}
	blob, err := serializer.NamespaceDetailToBlob(detail)
	if err != nil {
		return err
	}
	row.Data, row.DataEncoding = blob.GetData(), blob.GetEncodingType().String()
	_, err = db.UpdateNamespace(ctx, &row)
	return err
}

// addSearchAttributes gives each new attribute a free column of its type. Columns in use are never given away: rows of
// old executions are read through the same aliases.
func addSearchAttributes(ns *persistencespb.NamespaceConfig, wanted map[string]enums.IndexedValueType) error {
	columns := sadefs.GetDBIndexSearchAttributes(nil).CustomSearchAttributes
	if ns.CustomSearchAttributeAliases == nil {
		ns.CustomSearchAttributeAliases = map[string]string{}
	}
	known := map[string]string{}
	for column, name := range ns.CustomSearchAttributeAliases {
		known[name] = column
	}
	for name, kind := range wanted {
		if column, ok := known[name]; ok {
			if columns[column] != kind {
				return fmt.Errorf("search attribute %s is already of type %s, not %s", name, columns[column], kind)
			}
			continue
		}
		column, ok := freeColumn(columns, ns.CustomSearchAttributeAliases, kind)
		if !ok {
			return fmt.Errorf("no room for search attribute %s: all columns of type %s are taken", name, kind)
		}
		ns.CustomSearchAttributeAliases[column] = name
	}
	return nil
}

func freeColumn(columns map[string]enums.IndexedValueType, taken map[string]string, kind enums.IndexedValueType) (string, bool) {
	var free []string
	for column, k := range columns {
		if _, used := taken[column]; k == kind && !used {
			free = append(free, column)
		}
	}
	if len(free) == 0 {
		return "", false
	}
	return slices.Min(free), true
}
