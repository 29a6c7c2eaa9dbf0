package store

import (
	"context"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/setting"
)

// Settings keeps what a centre arranges for itself.
func (db *DB) Settings() setting.Store { return settings{db} }

type settings struct{ db *DB }

// Load reads all things, in order of kind and code.
func (s settings) Load(ctx context.Context) (all *setting.All, err error) {
	version, err := s.Version(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.read.query(ctx, `SELECT id, kind, code, name_en, name_zh, parent, retired, doc, version, changed FROM setting ORDER BY kind, code`)
	if err != nil {
		return nil, fmt.Errorf("store: settings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var things []setting.Thing
	for rows.Next() {
		var t setting.Thing
		var doc string
		if err := rows.Scan(&t.ID, &t.Kind, &t.Code, &t.Name.En, &t.Name.Zh, refTo(&t.Parent), &t.Retired, &doc, &t.Version, at{&t.Changed}); err != nil {
			return nil, fmt.Errorf("store: settings: %w", err)
		}
		t.Doc = []byte(doc)
		things = append(things, t)
	}
	return setting.NewAll(version, things), rows.Err()
}

// Version is bumped by every change of a setting.
func (s settings) Version(ctx context.Context) (v int64, err error) {
	if err := s.db.read.row(ctx, `SELECT version FROM setting_version WHERE one = 1`).Scan(&v); err != nil {
		return 0, fmt.Errorf("store: settings version: %w", err)
	}
	return v, nil
}

// Save adds or replaces a thing.
func (s settings) Save(ctx context.Context, t *setting.Thing, log ...audit.Row) error {
	err := s.db.in(ctx, func(tx *tx) error {
		if err := tx.setting(t); err != nil {
			return err
		}
		return tx.audit(log...)
	})
	if err != nil && s.db.clash(err) {
		return fault.At("code", "setting.code_taken").With("code", t.Code)
	}
	return err
}

func (t *tx) setting(s *setting.Thing) error {
	doc := string(s.Doc)
	if doc == "" {
		doc = "{}"
	}
	if s.ID <= 0 {
		s.Version = 1
		if err := t.row(`INSERT INTO setting (kind, code, name_en, name_zh, parent, retired, doc, version, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8) RETURNING id`,
			string(s.Kind), s.Code, s.Name.En, s.Name.Zh, orNull(s.Parent), s.Retired, doc, at{&s.Changed}).Scan(&s.ID); err != nil {
			return fmt.Errorf("store: add setting: %w", err)
		}
	} else {
		res, err := t.exec(`UPDATE setting SET code = $2, name_en = $3, name_zh = $4, parent = $5, retired = $6, doc = $7, version = version + 1, changed = $8 WHERE id = $1 AND version = $9`,
			s.ID, s.Code, s.Name.En, s.Name.Zh, orNull(s.Parent), s.Retired, doc, at{&s.Changed}, s.Version)
		if err != nil {
			return fmt.Errorf("store: save setting: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: save setting: %w", err)
		} else if n != 1 {
			return fault.New(fault.Conflict, "setting.changed_meanwhile")
		}
		s.Version++
	}
	if _, err := t.exec(`UPDATE setting_version SET version = version + 1 WHERE one = 1`); err != nil {
		return fmt.Errorf("store: settings version: %w", err)
	}
	return nil
}
