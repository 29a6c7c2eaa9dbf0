package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migration/*.sql
var migrations embed.FS

// Migrate brings the schema up to date and reports the steps it took. Steps
// only go forward; each runs in a transaction of its own. A step is written
// once, with words in braces for the few types that differ; where the engines
// truly differ there is a pair NNNN_what.sqlite.sql and NNNN_what.postgres.sql.
func (db *DB) Migrate(ctx context.Context) ([]string, error) {
	p, err := db.provider()
	if err != nil {
		return nil, err
	}
	was, err := p.GetDBVersion(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migrate: %w", err)
	}
	results, err := p.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migrate: %w", err)
	}
	var done []string
	for _, r := range results {
		done = append(done, strconv.FormatInt(r.Source.Version, 10))
	}
	if err := db.indexItems(ctx); err != nil { // which SQL cannot do; what broke off goes on here at the next start
		return done, err
	}
	if was > 0 && len(done) > 0 { // of an index that is new the planner knows nothing
		return done, db.Analyze(ctx)
	}
	return done, nil
}

// Schema is the version the schema is at, and the newest this program knows.
func (db *DB) Schema(ctx context.Context) (at, newest int64, err error) {
	p, err := db.provider()
	if err != nil {
		return 0, 0, err
	}
	return p.GetVersions(ctx)
}

func (db *DB) provider() (*goose.Provider, error) {
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []*goose.Migration
	for _, name := range names {
		other := map[string]string{"sqlite": ".postgres.sql", "postgres": ".sqlite.sql"}[db.name]
		if strings.HasSuffix(name, other) {
			continue
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: migration %s has no number", name)
		}
		up := &goose.GoFunc{RunTx: func(ctx context.Context, t *sql.Tx) error { return db.step(ctx, t, name, string(text)) }}
		steps = append(steps, goose.NewGoMigration(version, up, nil))
	}
	// Rooms number their steps in ranges of their own, so a later release may
	// bring a lower number than the database is at.
	d := goose.DialectSQLite3
	if db.name == "postgres" {
		d = goose.DialectPostgres
	}
	p, err := goose.NewProvider(d, db.write.DB, nil, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	return p, nil
}

func (db *DB) step(ctx context.Context, t *sql.Tx, name, text string) error {
	for word, means := range db.words {
		text = strings.ReplaceAll(text, word, means)
	}
	for s := range strings.SplitSeq(text, ";\n") {
		if s = strings.TrimSuffix(strings.TrimSpace(s), ";"); s == "" {
			continue
		}
		if _, err := t.ExecContext(ctx, s); err != nil {
			return errors.Join(fmt.Errorf("store: %s: %w", name, err))
		}
	}
	return nil
}

// MigrationText is the text of all migrations: what a schema is made of.
func MigrationText() (string, error) {
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return "", err
		}
		b.WriteString(name + "\n")
		b.Write(text)
	}
	return b.String(), nil
}
