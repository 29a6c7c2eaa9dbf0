package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/operation"
	"kilter/internal/practice/people"
)

// Operations keeps the runs of recurring operations.
func (db *DB) Operations() operation.Store { return operations{db} }

type operations struct{ db *DB }

// The columns that scopes ask for have the names of counters: team, zone,
// department.
var runCols = []string{"plan", "planned", "name_en", "name_zh", "kind", "at", "due", "team", "zone", "department", "owner", "state", "why", "results", "note", "ended", "ended_by", "incident", "version"}

// Add adds runs that are not there yet: whichever node comes first.
func (s operations) Add(ctx context.Context, runs []operation.Run) (added int, err error) {
	for i := range runs {
		runs[i].Version = 1
	}
	if added, err = addFresh(ctx, s.db, planned{"operation_run", "plan, planned", runCols}, runs, runArgs); err != nil {
		return 0, fmt.Errorf("store: operations: %w", err)
	}
	return added, nil
}

func runArgs(r *operation.Run) ([]any, error) {
	results, err := json.Marshal(r.Results)
	if err != nil {
		return nil, err
	}
	return []any{
		r.Plan,
		at{&r.Planned},
		r.Name.En, r.Name.Zh, string(r.Kind),
		at{&r.At},
		at{&r.By},
		int64(r.Team), int64(r.Network), int64(0), refTo(&r.Owner), string(r.State), r.Why,
		string(results), r.Note,
		at{&r.Ended},
		refTo(&r.EndedBy), r.Incident, r.Version,
	}, nil
}

var runSQL = "SELECT c.id, c." + strings.Join(runCols, ", c.") + " FROM operation_run AS c"

func scanRun(r row) (*operation.Run, error) {
	o := new(operation.Run)
	var results string
	var department int64
	err := r.Scan(&o.ID, &o.Plan, at{&o.Planned}, &o.Name.En, &o.Name.Zh, &o.Kind, at{&o.At}, at{&o.By}, &o.Team, &o.Network, &department, refTo(&o.Owner), &o.State, &o.Why,
		&results, &o.Note, at{&o.Ended}, refTo(&o.EndedBy), &o.Incident, &o.Version)
	if err != nil {
		return nil, err
	}
	return o, json.Unmarshal([]byte(results), &o.Results)
}

// Find reads a run within a scope.
func (s operations) Find(ctx context.Context, scope people.Scope, id int64) (*operation.Run, error) {
	var c clause
	c.and("c.id = ?", id)
	c.conds = append(c.conds, c.counted(scope))
	r, err := scanRun(s.db.read.row(ctx, runSQL+c.where(), c.args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "operation.no_such_run")
	}
	if err != nil {
		return nil, fmt.Errorf("store: operation %d: %w", id, err)
	}
	return r, nil
}

// List lists runs within a scope.
func (s operations) List(ctx context.Context, scope people.Scope, q operation.Query) (out []operation.Run, err error) {
	var c clause
	order := " ORDER BY c.at DESC, c.id DESC"
	if q.Open {
		c.and("c.state IN ('due', 'missed') AND (c.state = 'due' OR c.at >= ?)", at{&q.Since})
		order = " ORDER BY c.at, c.id"
	}
	if q.Plan != 0 {
		c.and("c.plan = ?", q.Plan)
	}
	if !q.To.IsZero() {
		c.and("c.at < ?", at{&q.To})
	}
	if q.Teams != nil {
		c.conds = append(c.conds, in(&c, "c.team", q.Teams))
	}
	c.conds = append(c.conds, c.counted(scope))
	rows, err := s.db.read.query(ctx, runSQL+c.where()+c.text(order+" LIMIT ?", q.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			r, err := scanRun(rows)
			if err == nil {
				out = append(out, *r)
			}
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: operations: %w", err)
	}
	return out, nil
}

// Save replaces the version that the run carries.
func (s operations) Save(ctx context.Context, r *operation.Run, log audit.Row) error {
	was := r.Version
	r.Version++
	args, err := runArgs(r)
	if err != nil {
		return fmt.Errorf("store: operation %d: %w", r.ID, err)
	}
	return s.db.in(ctx, func(t *tx) error {
		res, err := t.exec(updateSQL("operation_run", runCols)+fmt.Sprintf(" AND version = $%d", len(runCols)+2), append(append([]any{r.ID}, args...), was)...)
		if err != nil {
			return fmt.Errorf("store: operation %d: %w", r.ID, err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("store: operation %d: %w", r.ID, err)
		} else if n != 1 {
			return fault.New(fault.Conflict, "record.changed_meanwhile")
		}
		return t.audit(log)
	})
}

// Miss marks the runs that were not done in their time.
func (s operations) Miss(ctx context.Context, now time.Time) error {
	if _, err := s.db.write.ExecContext(ctx, `UPDATE operation_run SET state = 'missed', version = version + 1 WHERE state = 'due' AND due < $1`, at{&now}); err != nil {
		return fmt.Errorf("store: operations: %w", err)
	}
	return nil
}
