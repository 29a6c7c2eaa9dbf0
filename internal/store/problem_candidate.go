package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// ProblemFacts reads what the rules that propose problems are applied to.
func (db *DB) ProblemFacts() problem.Facts { return problemFacts{db} }

type problemFacts struct{ db *DB }

const caseSQL = `SELECT r.number, r.title, r.zone, r.service, b.category, b.item, r.opened,
	EXISTS (SELECT 1 FROM link AS l WHERE l.source = r.id AND l.type = 'caused_by') FROM record AS r JOIN incident AS b ON b.id = r.id `

func (s problemFacts) cases(ctx context.Context, text string, args ...any) (out []problem.Case, err error) {
	rows, err := s.db.read.query(ctx, caseSQL+text, args...)
	if err != nil {
		return nil, fmt.Errorf("store: cases: %w", err)
	}
	err = scanAll(rows, func() error {
		var c problem.Case
		err := rows.Scan(&c.Number, &c.Title, refTo(&c.Zone), refTo(&c.Service), refTo(&c.Category), refTo(&c.Item), at{&c.Opened}, &c.Explained)
		out = append(out, c)
		return err
	})
	return out, err
}

// Recent reads the newest incidents.
func (s problemFacts) Recent(ctx context.Context, since time.Time, most int) ([]problem.Case, error) {
	return s.cases(ctx, `WHERE r.kind = $1 AND r.opened >= $2 AND r.state <> 'cancelled' ORDER BY r.opened DESC, r.id DESC LIMIT $3`, string(record.Incident), at{&since}, most)
}

// Graves reads the major incidents: they are it now, or were and are reported on.
func (s problemFacts) Graves(ctx context.Context, since time.Time) ([]problem.Case, error) {
	return s.cases(ctx, `WHERE r.id IN (SELECT id FROM incident WHERE major UNION SELECT id FROM incident WHERE report_due IS NOT NULL)
		AND r.kind = $1 AND r.opened >= $2 AND r.state <> 'cancelled' ORDER BY r.opened DESC, r.id DESC LIMIT 1000`, string(record.Incident), at{&since})
}

// Ended reads the problems that were resolved.
func (s problemFacts) Ended(ctx context.Context, since time.Time) (out []problem.Past, err error) {
	rows, err := s.db.read.query(ctx, `SELECT r.number, CASE WHEN b.symptom = '' THEN r.title ELSE b.symptom END, r.zone, r.service, b.category, b.item, b.resolved
		FROM problem AS b JOIN record AS r ON r.id = b.id WHERE b.resolved >= $1 AND r.state IN ($2, $3) ORDER BY b.resolved DESC, r.id DESC LIMIT 1000`,
		at{&since}, string(problem.Resolved), string(problem.Closed))
	if err != nil {
		return nil, fmt.Errorf("store: ended problems: %w", err)
	}
	err = scanAll(rows, func() error {
		var p problem.Past
		err := rows.Scan(&p.Number, &p.Symptom, refTo(&p.Zone), refTo(&p.Service), refTo(&p.Category), refTo(&p.Item), at{&p.Ended})
		out = append(out, p)
		return err
	})
	return out, err
}

// Proposals keeps the problems that rules propose.
func (db *DB) Proposals() problem.Proposals { return proposals{db} }

type proposals struct{ db *DB }

// Candidates lists them.
func (s proposals) Candidates(ctx context.Context) (out []problem.Candidate, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, key, doc, found FROM candidate ORDER BY place, id LIMIT 2000`)
	if err != nil {
		return nil, fmt.Errorf("store: candidates: %w", err)
	}
	err = scanAll(rows, func() error {
		var c problem.Candidate
		var id int64
		var key, doc string
		var found time.Time
		if err := rows.Scan(&id, &key, &doc, at{&found}); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(doc), &c)
		c.ID, c.Key, c.Found = id, key, found
		out = append(out, c)
		return err
	})
	return out, err
}

// Keep puts these in the place of all there are.
func (s proposals) Keep(ctx context.Context, all []problem.Candidate, now time.Time) error {
	held, err := s.Candidates(ctx)
	if err != nil {
		return err
	}
	err = s.db.in(ctx, func(t *tx) error {
		for _, old := range held {
			if !slices.ContainsFunc(all, func(c problem.Candidate) bool { return c.Key == old.Key }) {
				if _, err := t.exec(`DELETE FROM candidate WHERE id = $1`, old.ID); err != nil {
					return err
				}
			}
		}
		for place, c := range all {
			doc, err := json.Marshal(c)
			if err != nil {
				return err
			}
			if _, err := t.exec(`INSERT INTO candidate (key, zone, doc, found, place) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (key) DO UPDATE SET zone = excluded.zone, doc = excluded.doc, place = excluded.place`, c.Key, int64(c.Zone), string(doc), at{&now}, place); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: keep candidates: %w", err)
	}
	return nil
}

// Judge keeps what became of a candidate.
func (s proposals) Judge(ctx context.Context, v *problem.Verdict, log audit.Row) error {
	doc, err := json.Marshal(v.Candidate)
	if err != nil {
		return fmt.Errorf("store: judge candidate: %w", err)
	}
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`DELETE FROM candidate WHERE id = $1`, v.Candidate.ID)
		if err != nil {
			return fmt.Errorf("store: judge candidate: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Missing, "problem.no_candidate"))
		}
		c := v.Candidate
		if err := t.row(`INSERT INTO candidate_verdict (doc, key, reason, problem, found, at, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
			string(doc), c.Key, v.Reason, int64(v.Problem), at{&c.Found}, at{&v.At}, int64(v.By)).Scan(&v.ID); err != nil {
			return fmt.Errorf("store: judge candidate: %w", err)
		}
		return t.audit(log)
	})
}

// Verdicts lists what became of candidates.
func (s proposals) Verdicts(ctx context.Context, since time.Time) (out []problem.Verdict, err error) {
	rows, err := s.db.read.query(ctx, `SELECT id, doc, key, reason, problem, found, at, by_whom FROM candidate_verdict WHERE at >= $1 ORDER BY at DESC, id DESC LIMIT 2000`, at{&since})
	if err != nil {
		return nil, fmt.Errorf("store: verdicts: %w", err)
	}
	err = scanAll(rows, func() error {
		var v problem.Verdict
		var doc, key string
		var found time.Time
		if err := rows.Scan(&v.ID, &doc, &key, &v.Reason, &v.Problem, at{&found}, at{&v.At}, &v.By); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(doc), &v.Candidate)
		v.Candidate.Key, v.Candidate.Found = key, found
		out = append(out, v)
		return err
	})
	return out, err
}

// Revoke takes a verdict back.
func (s proposals) Revoke(ctx context.Context, id int64, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(`DELETE FROM candidate_verdict WHERE id = $1 AND problem = 0`, id)
		if err != nil {
			return fmt.Errorf("store: revoke verdict: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fault.New(fault.Missing, "problem.no_candidate"))
		}
		return t.audit(log)
	})
}

// Rows finds records by their numbers.
func (s proposals) Rows(ctx context.Context, scope people.Scope, k record.Kind, ns []record.Number) ([]record.Row, error) {
	if len(ns) == 0 {
		return nil, nil
	}
	var c clause
	c.and("r.kind = ?", string(k))
	c.conds = append(c.conds, in(&c, "r.number", ns))
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, rowSQL+c.where(), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: rows of candidates: %w", err)
	}
	found, err := scanRows(rows)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b record.Row) int { return slices.Index(ns, a.Number) - slices.Index(ns, b.Number) })
	return found, nil
}
