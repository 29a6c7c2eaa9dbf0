package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/report/desk"
)

// DeskCases reads the incidents of a period with their steps. Heads and
// timelines are two streams in the order of ids, so that no more than one
// record is held at a time.
func (db *DB) DeskCases(ctx context.Context, scope people.Scope, from, to time.Time, each func(*desk.Case) error) error {
	of := func(c *clause) {
		c.and("r.opened < ?", at{&to})
		c.and("(r.live OR r.moved >= ?)", at{&from})
	}
	return db.cases(ctx, scope, of, func(_ int64, _ time.Time, c *desk.Case) error { return each(c) })
}

// cases reads incidents, with when they were resolved, zero while they are not.
func (db *DB) cases(ctx context.Context, scope people.Scope, of func(*clause), each func(record int64, resolved time.Time, c *desk.Case) error) (err error) {
	heads, err := db.deskRows(ctx, scope, of, `SELECT r.id, b.resolved, r.opened, r.priority, coalesce(r.team, 0), coalesce(r.service, 0), coalesce(r.department, 0), coalesce(b.category, 0), coalesce(k.state, ''), `+under+`, h.in_target, b.major OR b.lead IS NOT NULL
		FROM record AS r JOIN incident AS b ON b.id = r.id LEFT JOIN clock AS k ON k.record = r.id AND k.name = 'resolve' LEFT JOIN history_case AS h ON h.record = r.id`, " ORDER BY r.id")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, heads.Close()) }()
	lines, err := db.deskRows(ctx, scope, of, `SELECT r.id, t.id, t.at, t.became, t.reason, t.changes FROM record AS r JOIN incident AS b ON b.id = r.id JOIN timeline AS t ON t.record = r.id`, //nolint:rowserrcheck // deskSteps.of asks for it when these rows end
		` AND (t.became <> '' OR t.changes LIKE '%"team"%') ORDER BY r.id`)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lines.Close()) }()
	steps := &deskSteps{rows: lines}
	for heads.Next() {
		var c desk.Case
		var resolved time.Time
		var id, team, service, department, category, agreement int64
		var clock string
		var told sql.NullBool
		if err := heads.Scan(&id, at{&resolved}, &c.Opened, &c.Priority, &team, &service, &department, &category, &clock, &agreement, &told, &c.Major); err != nil {
			return fmt.Errorf("store: desk report: %w", err)
		}
		c.Service, c.Category, c.Department, c.Agreement, c.Target = idText(service), idText(category), idText(department), idText(agreement), outcome(clock, told)
		if c.Steps, err = steps.of(id, idText(team)); err != nil {
			return fmt.Errorf("store: desk report: record %d: %w", id, err)
		}
		if err := each(id, resolved, &c); err != nil {
			return err
		}
	}
	if err := heads.Err(); err != nil {
		return fmt.Errorf("store: desk report: %w", err)
	}
	return nil
}

func (db *DB) deskRows(ctx context.Context, scope people.Scope, of func(*clause), text, more string) (*sql.Rows, error) {
	var c clause
	c.and("r.kind = ?", string(record.Incident))
	of(&c)
	c.scope(db.dialect, scope)
	rows, err := db.read.query(ctx, text+c.where()+more, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: desk report: %w", err)
	}
	return rows, nil
}

// outcome is whether the promise to resolve was kept. What another tool said of
// its own promise counts before a clock that Kilter made up afterwards.
func outcome(clock string, told sql.NullBool) desk.Target {
	switch {
	case told.Valid && told.Bool, !told.Valid && clock == string(sla.Met):
		return desk.Met
	case told.Valid, clock == string(sla.Missed):
		return desk.Missed
	}
	return desk.NoTarget
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// deskSteps reads the timelines beside the heads.
type deskSteps struct {
	rows  *sql.Rows
	id    int64 // of the line read ahead
	next  entryStep
	ahead bool
}

// entryStep is a step with the entry it comes from, which tells what came first
// of steps at the same moment.
type entryStep struct {
	desk.Step
	entry int64
	was   string // the team before it changed
}

// of gathers the steps of one record. The team that it began with is the one
// before its first change of team, else the one it has now.
func (s *deskSteps) of(id int64, team string) ([]desk.Step, error) {
	var found []entryStep
	for {
		if !s.ahead {
			more, err := s.read()
			if err != nil {
				return nil, err
			}
			if !more {
				break
			}
		}
		if s.id > id {
			break
		}
		s.ahead = false
		if s.id == id { // a smaller one moved into the period between the two readings
			found = append(found, s.next)
		}
	}
	slices.SortFunc(found, func(a, b entryStep) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.entry, b.entry)) })
	if i := slices.IndexFunc(found, func(e entryStep) bool { return e.Team != "" }); i >= 0 {
		team = found[i].was
	}
	out := make([]desk.Step, 0, len(found)+1)
	if team != "" {
		out = append(out, desk.Step{Team: team})
	}
	for _, e := range found {
		out = append(out, e.Step)
	}
	return out, nil
}

func (s *deskSteps) read() (bool, error) {
	if !s.rows.Next() {
		return false, s.rows.Err()
	}
	var state, changes string
	s.next = entryStep{}
	if err := s.rows.Scan(&s.id, &s.next.entry, &s.next.At, &state, &s.next.Reason, &changes); err != nil {
		return false, err
	}
	s.next.State, s.ahead = flow.State(state), true
	if strings.Contains(changes, `"team"`) {
		var list []record.Change
		if err := json.Unmarshal([]byte(changes), &list); err != nil {
			return false, err
		}
		for _, c := range list {
			if c.Field == "team" && c.Now != "" {
				s.next.Team, s.next.was = c.Now, c.Was
			}
		}
	}
	return true, nil
}
