package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kilter/internal/practice/record"
)

var taskCols = []string{"record", "title", "team", "owner", "due", "state", "checks", "moved", "step", "plan", "answers", "starts", "begun", "ended"}

// Tasks reads the tasks of a record within its sitting.
func (p *page[R]) Tasks(id int64) ([]*record.Task, error) {
	rows, err := p.t.query(tasksSQL, id)
	if err != nil {
		return nil, fmt.Errorf("store: tasks: %w", err)
	}
	return scanTasks(rows)
}

const (
	tasksFrom = `SELECT id, record, title, team, owner, due, state, checks, moved, step, plan, answers, starts, begun, ended FROM task`
	tasksSQL  = tasksFrom + ` WHERE record = $1 ORDER BY id`
)

// Tasks reads the tasks of a record, in the order they were planned. The
// caller has found the record under his scope before.
func (l ledger) Tasks(ctx context.Context, id int64) ([]*record.Task, error) {
	rows, err := l.db.read.query(ctx, tasksSQL, id)
	if err != nil {
		return nil, fmt.Errorf("store: tasks: %w", err)
	}
	return scanTasks(rows)
}

// TasksOf reads the tasks of some records, in the order they were planned. The
// caller has found the records under his scope before.
func (l ledger) TasksOf(ctx context.Context, ids []int64) (map[int64][]*record.Task, error) {
	out := make(map[int64][]*record.Task, len(ids))
	for chunk := range slices.Chunk(ids, 500) {
		var c clause
		c.conds = append(c.conds, in(&c, "record", chunk))
		rows, err := l.db.read.query(ctx, tasksFrom+c.where()+" ORDER BY id", c.args...)
		if err != nil {
			return nil, fmt.Errorf("store: tasks: %w", err)
		}
		some, err := scanTasks(rows)
		if err != nil {
			return nil, err
		}
		for _, t := range some {
			out[t.Record] = append(out[t.Record], t)
		}
	}
	return out, nil
}

func scanTasks(rows *sql.Rows) (out []*record.Task, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		t := new(record.Task)
		var checks, answers string
		if err := rows.Scan(&t.ID, &t.Record, &t.Title, refTo(&t.Team), refTo(&t.Owner), at{&t.Due}, &t.State, &checks, at{&t.Moved}, &t.Step, &t.Plan, &answers, at{&t.Starts}, at{&t.Begun}, at{&t.Ended}); err != nil {
			return nil, fmt.Errorf("store: tasks: %w", err)
		}
		if checks != "" {
			if err := json.Unmarshal([]byte(checks), &t.Checks); err != nil {
				return nil, fmt.Errorf("store: task %d: %w", t.ID, err)
			}
		}
		if answers != "" {
			if err := json.Unmarshal([]byte(answers), &t.Answers); err != nil {
				return nil, fmt.Errorf("store: task %d: %w", t.ID, err)
			}
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

func (t *tx) tasks(id int64, tasks []*record.Task) error {
	for _, task := range tasks {
		task.Record = id
		checks, answers := "", ""
		if len(task.Checks) > 0 {
			b, err := json.Marshal(task.Checks)
			if err != nil {
				return fmt.Errorf("store: task: %w", err)
			}
			checks = string(b)
		}
		if len(task.Answers) > 0 {
			b, err := json.Marshal(task.Answers)
			if err != nil {
				return fmt.Errorf("store: task: %w", err)
			}
			answers = string(b)
		}
		args := []any{id, task.Title, refTo(&task.Team), refTo(&task.Owner), at{&task.Due}, string(task.State), checks, at{&task.Moved}, task.Step, task.Plan, answers, at{&task.Starts}, at{&task.Begun}, at{&task.Ended}}
		var err error
		if task.ID == 0 {
			err = t.row(insertSQL("task", taskCols, 1)+" RETURNING id", args...).Scan(&task.ID)
		} else {
			_, err = t.exec(updateSQL("task", taskCols), append([]any{task.ID}, args...)...)
		}
		if err != nil {
			return fmt.Errorf("store: task: %w", err)
		}
	}
	return nil
}
