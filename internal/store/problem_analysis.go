package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"kilter/internal/base/fault"
	"kilter/internal/practice/problem"
)

// Analyses keeps the analyses of problems.
func (db *DB) Analyses() problem.Analyses { return analyses{db} }

type analyses struct{ db *DB }

const analysisSQL = `SELECT a.id, a.record, a.method, v.version, v.title, v.doc, v.at, v.by_whom FROM analysis AS a JOIN analysis_version AS v ON v.analysis = a.id `

func (s analyses) list(ctx context.Context, text string, id int64) (out []problem.Analysis, err error) {
	ask := s.db.read.query
	if t := s.db.joined(ctx); t != nil { // with what is written in the same transaction
		ask = func(_ context.Context, q string, args ...any) (*sql.Rows, error) { return t.query(q, args...) }
	}
	rows, err := ask(ctx, analysisSQL+text, id)
	if err != nil {
		return nil, fmt.Errorf("store: analyses: %w", err)
	}
	err = scanAll(rows, func() error {
		var a problem.Analysis
		var doc string
		if err := rows.Scan(&a.ID, &a.Record, &a.Method, &a.Version, &a.Title, &doc, at{&a.At}, refTo(&a.By)); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(doc), &a.Doc)
		out = append(out, a)
		return err
	})
	return out, err
}

// Analyses lists those of a problem.
func (s analyses) Analyses(ctx context.Context, rec int64) ([]problem.Analysis, error) {
	return s.list(ctx, `WHERE a.record = $1 AND v.version = a.version ORDER BY a.id`, rec)
}

// AnalysisVersions lists all versions of one.
func (s analyses) AnalysisVersions(ctx context.Context, id int64) ([]problem.Analysis, error) {
	return s.list(ctx, `WHERE a.id = $1 ORDER BY v.version DESC`, id)
}

// KeepAnalysis adds one, or a version.
func (s analyses) KeepAnalysis(ctx context.Context, a *problem.Analysis) error {
	doc, err := json.Marshal(a.Doc)
	if err != nil {
		return fmt.Errorf("store: keep analysis: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		if a.ID == 0 {
			if err := t.row(`INSERT INTO analysis (record, method, version) VALUES ($1, $2, 1) RETURNING id`, a.Record, string(a.Method)).Scan(&a.ID); err != nil {
				return fmt.Errorf("store: keep analysis: %w", err)
			}
			a.Version = 0
		} else {
			res, err := t.exec(`UPDATE analysis SET version = version + 1 WHERE id = $1 AND version = $2`, a.ID, a.Version)
			if err != nil {
				return fmt.Errorf("store: keep analysis: %w", err)
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				return errors.Join(err, fault.New(fault.Conflict, "problem.analysis_changed"))
			}
		}
		a.Version++
		if _, err := t.exec(`INSERT INTO analysis_version (analysis, version, title, doc, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6)`,
			a.ID, a.Version, a.Title, string(doc), at{&a.At}, orNull(a.By)); err != nil {
			return fmt.Errorf("store: keep analysis: %w", err)
		}
		return nil
	})
}
