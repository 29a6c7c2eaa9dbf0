package store

import (
	"context"
	"fmt"
	"strings"
)

// Purge takes every row out of every table and counts what is left, which must
// be nothing. It is for a database that holds the demo city; whoever calls it
// has made sure of that.
func (db *DB) Purge(ctx context.Context) (left []Sum, err error) {
	var tables []string
	err = db.alone(ctx, func(t *tx) error {
		if tables, err = db.allTables(ctx, t); err != nil {
			return err
		}
		if db.name == "postgres" {
			_, err := t.ExecContext(ctx, "TRUNCATE "+strings.Join(tables, ", "))
			return err
		}
		if _, err := t.ExecContext(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		order, err := childrenFirst(ctx, t, tables)
		if err != nil {
			return err
		}
		for _, name := range order {
			if _, err := t.ExecContext(ctx, "DELETE FROM "+name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: purge: %w", err)
	}
	for _, name := range tables {
		s := Sum{Table: name}
		if err := db.read.QueryRowContext(ctx, "SELECT count(*) FROM "+name).Scan(&s.Rows); err != nil {
			return nil, fmt.Errorf("store: purge: %w", err)
		}
		left = append(left, s)
	}
	return left, db.in(ctx, func(t *tx) error { // what a fresh schema begins with
		if _, err := t.exec(`INSERT INTO setting_version (one, version) VALUES (1, $1)`, 2); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO graph_version (one, version) VALUES (1, $1)`, 2)
		return err
	})
}

// childrenFirst orders tables for SQLite so that one is emptied after those that
// refer to it: for every row that goes SQLite looks who refers to it, and finds
// out at once in an empty table.
func childrenFirst(ctx context.Context, t *tx, tables []string) ([]string, error) {
	rows, err := t.QueryContext(ctx, `SELECT DISTINCT f."table" || ' ' || m.name FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	pairs, err := scanTexts(rows)
	if err != nil {
		return nil, err
	}
	children := map[string][]string{}
	for _, p := range pairs {
		of, child, _ := strings.Cut(p, " ")
		children[of] = append(children[of], child)
	}
	var out []string
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for _, child := range children[name] {
			visit(child)
		}
		out = append(out, name)
	}
	for _, name := range tables {
		visit(name)
	}
	return out, nil
}

// allTables lists every table that holds rows of ours, and not the ones the
// engine keeps beside a full-text index.
func (db *DB) allTables(ctx context.Context, t *tx) ([]string, error) {
	q := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'
		AND NOT EXISTS (SELECT 1 FROM sqlite_master AS v WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%' AND sqlite_master.name LIKE v.name || '\_%' ESCAPE '\') ORDER BY name`
	if db.name == "postgres" {
		q = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'goose_db_version' ORDER BY table_name`
	}
	rows, err := t.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	return scanTexts(rows)
}
