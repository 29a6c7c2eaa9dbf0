package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Drafts keeps what people have typed and not yet sent.
func (db *DB) Drafts() record.Drafts { return drafts{db} }

type drafts struct{ db *DB }

// Save keeps a draft unless a newer one is there.
func (s drafts) Save(ctx context.Context, d *record.Draft) error {
	if len(d.Doc) > record.MostDraft {
		return fault.New(fault.TooMuch, "record.draft_too_long").With("max", record.MostDraft>>10)
	}
	var version int64
	err := s.db.write.row(ctx, `INSERT INTO draft (person, place, doc, at, version) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (person, place) DO UPDATE SET doc = excluded.doc, at = excluded.at, version = draft.version + 1
			WHERE draft.version = $5
		RETURNING version`, int64(d.Person), d.Place, string(d.Doc), at{&d.At}, d.Version).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		theirs, err := s.Find(ctx, d.Person, d.Place)
		if err != nil {
			return err
		}
		return fault.New(fault.Conflict, "record.draft_elsewhere").With("theirs", string(theirs.Doc)).With("version", theirs.Version)
	}
	if err != nil {
		return fmt.Errorf("store: draft: %w", err)
	}
	d.Version = version
	return nil
}

// Find reads one draft.
func (s drafts) Find(ctx context.Context, person people.ID, place string) (record.Draft, error) {
	d := record.Draft{Person: person, Place: place}
	var doc string
	err := s.db.read.row(ctx, `SELECT doc, at, version FROM draft WHERE person = $1 AND place = $2`, int64(person), place).Scan(&doc, at{&d.At}, &d.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.New(fault.Missing, "record.no_draft")
	}
	if err != nil {
		return d, fmt.Errorf("store: draft: %w", err)
	}
	d.Doc = []byte(doc)
	return d, nil
}

// List gives all drafts of a person, newest first.
func (s drafts) List(ctx context.Context, person people.ID) (out []record.Draft, err error) {
	rows, err := s.db.read.query(ctx, `SELECT place, doc, at, version FROM draft WHERE person = $1 ORDER BY at DESC, place`, int64(person))
	if err != nil {
		return nil, fmt.Errorf("store: drafts: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		d := record.Draft{Person: person}
		var doc string
		if err := rows.Scan(&d.Place, &doc, at{&d.At}, &d.Version); err != nil {
			return nil, fmt.Errorf("store: drafts: %w", err)
		}
		d.Doc = []byte(doc)
		out = append(out, d)
	}
	return out, rows.Err()
}

// Drop removes a draft.
func (s drafts) Drop(ctx context.Context, person people.ID, place string) error {
	if _, err := s.db.write.ExecContext(ctx, `DELETE FROM draft WHERE person = $1 AND place = $2`, int64(person), place); err != nil {
		return fmt.Errorf("store: drop draft: %w", err)
	}
	return nil
}
