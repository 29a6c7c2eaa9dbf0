package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/rule"
)

// Rules keeps what rules did.
func (db *DB) Rules() rule.Store { return ruleBook{db} }

type ruleBook struct{ db *DB }

// Claim notes that a rule fires. Of two nodes the slower one waits here for the
// other to commit, and finds that there is nothing left to do.
func (s ruleBook) Claim(ctx context.Context, r *rule.Run) (claimed bool, err error) {
	err = s.db.in(ctx, func(t *tx) error {
		err := t.row(`INSERT INTO rule_run (rule, version, record, cause, deed, at, outcome, depth, did, why) VALUES ($1, $2, $3, $4, $5, $6, '', $7, '', '')
			ON CONFLICT (record, rule, cause) DO NOTHING RETURNING id`,
			r.Rule, r.Version, r.Record, string(r.Cause), r.Deed, at{&r.At}, r.Depth).Scan(&r.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		claimed = err == nil
		return err
	})
	if err != nil {
		return false, fmt.Errorf("store: rule run: %w", err)
	}
	return claimed, nil
}

// Did notes what came of a claim.
func (s ruleBook) Did(ctx context.Context, r rule.Run) error {
	did, err := changesText(r.Did)
	if err != nil {
		return err
	}
	why, err := rule.WriteFault(r.Why)
	if err != nil {
		return err
	}
	return s.exec(ctx, `UPDATE rule_run SET outcome = $2, did = $3, why = $4 WHERE id = $1`, r.ID, string(r.Outcome), did, why)
}

// Missed notes what did not fire.
func (s ruleBook) Missed(ctx context.Context, m rule.Missed) error {
	misses, err := json.Marshal(m.Misses)
	if err != nil {
		return fmt.Errorf("store: rule misses: %w", err)
	}
	return s.exec(ctx, `INSERT INTO rule_miss (record, cause, deed, at, misses) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (record, cause) DO NOTHING`,
		m.Record, string(m.Cause), m.Deed, at{&m.At}, string(misses))
}

func (s ruleBook) exec(ctx context.Context, q string, args ...any) error {
	err := s.db.in(ctx, func(t *tx) error {
		_, err := t.exec(q, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: rules: %w", err)
	}
	return nil
}

const ruleRunSQL = `SELECT x.id, x.rule, x.version, x.record, x.cause, x.deed, x.at, x.outcome, x.depth, x.did, x.why, r.kind, r.number FROM rule_run AS x JOIN record AS r ON r.id = x.record`

// Trace reads what happened on a record.
func (s ruleBook) Trace(ctx context.Context, record int64, limit int) ([]rule.Run, []rule.Missed, error) {
	runs, err := s.runs(ctx, ruleRunSQL+` WHERE x.record = $1 ORDER BY x.at DESC, x.id DESC LIMIT $2`, record, limit)
	if err != nil {
		return nil, nil, err
	}
	missed, err := s.missed(ctx, record, limit)
	return runs, missed, err
}

// Runs lists those of a rule, as far as a scope sees their records.
func (s ruleBook) Runs(ctx context.Context, scope people.Scope, rule int64, limit int) ([]rule.Run, error) {
	var c clause
	c.and("x.rule = ?", rule)
	c.scope(s.db.dialect, scope)
	return s.runs(ctx, ruleRunSQL+c.where()+fmt.Sprintf(" ORDER BY x.at DESC, x.id DESC LIMIT %d", limit), c.args...)
}

func (s ruleBook) runs(ctx context.Context, q string, args ...any) (out []rule.Run, err error) {
	rows, err := s.db.read.query(ctx, q, args...)
	if err != nil {
		return nil, fmt.Errorf("store: rule runs: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r rule.Run
		var did, why string
		if err := rows.Scan(&r.ID, &r.Rule, &r.Version, &r.Record, &r.Cause, &r.Deed, at{&r.At}, &r.Outcome, &r.Depth, &did, &why, &r.Kind, &r.Number); err != nil {
			return nil, fmt.Errorf("store: rule runs: %w", err)
		}
		if did != "" {
			if err := json.Unmarshal([]byte(did), &r.Did); err != nil {
				return nil, fmt.Errorf("store: rule runs: %w", err)
			}
		}
		if r.Why, err = rule.ReadFault(why); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func (s ruleBook) missed(ctx context.Context, record int64, limit int) (out []rule.Missed, err error) {
	rows, err := s.db.read.query(ctx, `SELECT record, cause, deed, at, misses FROM rule_miss WHERE record = $1 ORDER BY at DESC, cause DESC LIMIT $2`, record, limit)
	if err != nil {
		return nil, fmt.Errorf("store: rule misses: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m rule.Missed
		var misses string
		if err := rows.Scan(&m.Record, &m.Cause, &m.Deed, at{&m.At}, &misses); err != nil {
			return nil, fmt.Errorf("store: rule misses: %w", err)
		}
		if err := json.Unmarshal([]byte(misses), &m.Misses); err != nil {
			return nil, fmt.Errorf("store: rule misses: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// Since counts the runs of a rule on a record.
func (s ruleBook) Since(ctx context.Context, rule, record int64, since time.Time) (n int, err error) {
	if err := s.db.read.row(ctx, `SELECT count(*) FROM rule_run WHERE record = $1 AND rule = $2 AND at >= $3`, record, rule, at{&since}).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: rule runs: %w", err)
	}
	return n, nil
}

// Standings reads how all rules are doing.
func (s ruleBook) Standings(ctx context.Context) (out map[int64]rule.Standing, err error) {
	rows, err := s.db.read.query(ctx, `SELECT rule, version, failures, aside, why, day FROM rule_standing`)
	if err != nil {
		return nil, fmt.Errorf("store: rule standings: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[int64]rule.Standing{}
	for rows.Next() {
		var one rule.Standing
		var why string
		if err := rows.Scan(&one.Rule, &one.Version, &one.Failures, due{&one.Aside}, &why, &one.Day); err != nil {
			return nil, fmt.Errorf("store: rule standings: %w", err)
		}
		if one.Why, err = rule.ReadFault(why); err != nil {
			return nil, err
		}
		out[one.Rule] = one
	}
	return out, rows.Err()
}

// Stand keeps how a rule is doing.
func (s ruleBook) Stand(ctx context.Context, one rule.Standing) error {
	why, err := rule.WriteFault(one.Why)
	if err != nil {
		return err
	}
	return s.exec(ctx, `INSERT INTO rule_standing (rule, version, failures, aside, why, day) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (rule) DO UPDATE SET version = excluded.version, failures = excluded.failures, aside = excluded.aside, why = excluded.why, day = excluded.day`,
		one.Rule, one.Version, one.Failures, due{&one.Aside}, why, one.Day)
}

// Wait notes records to be considered later.
func (s ruleBook) Wait(ctx context.Context, all []rule.Wait) error {
	for _, w := range all {
		if err := s.exec(ctx, `INSERT INTO rule_wait (rule, record, entry, deed, due) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (rule, entry) DO NOTHING`,
			w.Rule, w.Record, w.Entry, w.Deed, at{&w.Due}); err != nil {
			return err
		}
	}
	return nil
}

// Due lists those whose time has come.
func (s ruleBook) Due(ctx context.Context, now time.Time, limit int) (out []rule.Wait, err error) {
	rows, err := s.db.read.query(ctx, `SELECT w.id, w.rule, w.record, w.entry, w.deed, w.due, r.kind, r.number FROM rule_wait AS w JOIN record AS r ON r.id = w.record
		WHERE w.due <= $1 ORDER BY w.due, w.id LIMIT $2`, at{&now}, limit)
	if err != nil {
		return nil, fmt.Errorf("store: rule waits: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w rule.Wait
		var kind record.Kind
		if err := rows.Scan(&w.ID, &w.Rule, &w.Record, &w.Entry, &w.Deed, at{&w.Due}, &kind, &w.Number); err != nil {
			return nil, fmt.Errorf("store: rule waits: %w", err)
		}
		w.Kind = kind
		out = append(out, w)
	}
	return out, rows.Err()
}

// Waited takes one off.
func (s ruleBook) Waited(ctx context.Context, id int64) error {
	return s.exec(ctx, `DELETE FROM rule_wait WHERE id = $1`, id)
}

// Trim forgets what is old.
func (s ruleBook) Trim(ctx context.Context, missed, ran time.Time) error {
	if err := s.exec(ctx, `DELETE FROM rule_miss WHERE at < $1`, at{&missed}); err != nil {
		return err
	}
	return s.exec(ctx, `DELETE FROM rule_run WHERE at < $1`, at{&ran})
}
