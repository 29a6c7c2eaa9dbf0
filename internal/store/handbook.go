package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
)

// Handbook keeps the editions of the process handbook.
func (db *DB) Handbook() handbook.Store { return editions{db} }

type editions struct{ db *DB }

var editionCols = []string{"chapter", "n", "state", "doc", "shot", "version"}

const editionSQL = `SELECT e.id, e.chapter, e.n, e.state, e.doc, e.version FROM handbook_edition AS e`

func handbookFault(err error) error {
	if err == nil || len(fault.All(err)) > 0 {
		return err
	}
	return fmt.Errorf("store: handbook: %w", err)
}

func (s editions) list(ctx context.Context, more string, args ...any) (out []handbook.Edition, err error) {
	rows, err := s.db.read.query(ctx, editionSQL+more, args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var e handbook.Edition
			var doc string
			if err := rows.Scan(&e.ID, &e.Chapter, &e.N, &e.State, &doc, &e.Version); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(doc), &e.EditionDoc); err != nil {
				return err
			}
			out = append(out, e)
			return nil
		})
	}
	return out, handbookFault(err)
}

// Now are, of all chapters, the edition in force and the one worked on.
func (s editions) Now(ctx context.Context) ([]handbook.Edition, error) {
	return s.list(ctx, ` WHERE e.state IN ('draft', 'asked')
		OR e.state = 'approved' AND e.n = (SELECT max(o.n) FROM handbook_edition AS o WHERE o.chapter = e.chapter AND o.state = 'approved') ORDER BY e.chapter, e.n`)
}

// Editions lists those of a chapter, the newest first.
func (s editions) Editions(ctx context.Context, chapter maturity.Process) ([]handbook.Edition, error) {
	return s.list(ctx, ` WHERE e.chapter = $1 ORDER BY e.n DESC`, string(chapter))
}

// Shot reads what ran when an edition was approved.
func (s editions) Shot(ctx context.Context, id int64) (*handbook.Snapshot, error) {
	var text string
	err := s.db.read.row(ctx, `SELECT shot FROM handbook_edition WHERE id = $1`, id).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) || err == nil && text == "" {
		return nil, nil // nothing was kept
	}
	out := &handbook.Snapshot{}
	if err == nil {
		err = json.Unmarshal([]byte(text), out)
	}
	return out, handbookFault(err)
}

func shotText(s *handbook.Snapshot) (string, error) {
	if s == nil {
		return "", nil
	}
	text, err := json.Marshal(s)
	return string(text), err
}

// Keep adds one, or replaces the version that it carries.
func (s editions) Keep(ctx context.Context, e *handbook.Edition, log audit.Row) error {
	doc, err := json.Marshal(e.EditionDoc)
	if err != nil {
		return handbookFault(err)
	}
	shot, err := shotText(e.Shot)
	if err != nil {
		return handbookFault(err)
	}
	was := e.Version
	err = s.db.in(ctx, func(t *tx) error {
		args := []any{string(e.Chapter), e.N, string(e.State), string(doc), shot, was + 1}
		if e.ID == 0 {
			if err := t.row(insertSQL("handbook_edition", editionCols, 1)+" RETURNING id", args...).Scan(&e.ID); err != nil {
				return err
			}
			return t.audit(log)
		}
		q := updateSQL("handbook_edition", editionCols) + fmt.Sprintf(" AND version = $%d", len(editionCols)+2)
		if err := t.one(q, append(append([]any{e.ID}, args...), was)...); err != nil {
			return err
		}
		return t.audit(log)
	})
	if err != nil && s.db.clash(err) { // somebody began one at the same moment
		return fault.New(fault.Stale, "handbook.changed_meanwhile")
	}
	if err == nil {
		e.Version = was + 1
	}
	return handbookFault(err)
}
