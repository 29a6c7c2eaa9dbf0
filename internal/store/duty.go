package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/duty"
	"kilter/internal/practice/people"
)

// Duty keeps the duty log.
func (db *DB) Duty() duty.Store { return dutyLog{db} }

type dutyLog struct{ db *DB }

// The columns that scopes ask for have the names of counters: team, zone,
// department. A log is of a team and of no zone.
var (
	shiftCols    = []string{"team", "zone", "department", "begins", "ends", "who", "by_hand", "opened", "opened_by", "state", "closed", "version"}
	entryCols    = []string{"shift", "at", "written", "by_whom", "kind", "text", "refs", "run", "matter", "corrects"}
	matterCols   = []string{"team", "shift", "text", "opened", "opened_by", "carried", "closed", "closed_by", "closed_in", "result"}
	handoverCols = []string{"shift", "next", "summary", "lines", "state", "given", "given_by", "answered", "answered_by", "answer"}
)

func shiftArgs(s *duty.Shift) ([]any, error) {
	who, err := json.Marshal(s.Who)
	if err != nil {
		return nil, err
	}
	return []any{int64(s.Team), int64(0), int64(0), at{&s.From}, at{&s.To}, string(who), s.ByHand, at{&s.Opened}, refTo(&s.OpenedBy), string(s.State), at{&s.Ended}, s.Version}, nil
}

func scanShift(r row) (*duty.Shift, error) {
	s := new(duty.Shift)
	var who string
	var zone, department int64
	if err := r.Scan(&s.ID, &s.Team, &zone, &department, at{&s.From}, at{&s.To}, &who, &s.ByHand, at{&s.Opened}, refTo(&s.OpenedBy), &s.State, at{&s.Ended}, &s.Version); err != nil {
		return nil, err
	}
	return s, json.Unmarshal([]byte(who), &s.Who)
}

// Plan adds shifts that are not there yet: whichever node comes first.
func (d dutyLog) Plan(ctx context.Context, all []duty.Shift) (added int, err error) {
	for i := range all {
		all[i].Version = 1
	}
	if added, err = addFresh(ctx, d.db, planned{"duty_shift", "team, begins", shiftCols}, all, shiftArgs); err != nil {
		return 0, fmt.Errorf("store: duty: %w", err)
	}
	return added, nil
}

// Open adds a shift that somebody opens.
func (d dutyLog) Open(ctx context.Context, s *duty.Shift, log audit.Row) error {
	s.Version = 1
	args, err := shiftArgs(s)
	if err != nil {
		return fmt.Errorf("store: duty: %w", err)
	}
	return d.db.in(ctx, func(t *tx) error {
		err := t.row(insertSQL("duty_shift", shiftCols, 1)+" ON CONFLICT (team, begins) DO NOTHING RETURNING id", args...).Scan(&s.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Conflict, "watch.there_already")
		}
		if err != nil {
			return fmt.Errorf("store: duty: %w", err)
		}
		log.Object = fmt.Sprintf("duty:%d", s.ID)
		return t.audit(log)
	})
}

var shiftSQL = "SELECT c.id, c." + strings.Join(shiftCols, ", c.") + " FROM duty_shift AS c"

// Shift reads one within a scope.
func (d dutyLog) Shift(ctx context.Context, scope people.Scope, id int64) (*duty.Shift, error) {
	var c clause
	c.and("c.id = ?", id)
	c.conds = append(c.conds, c.counted(scope))
	s, err := scanShift(d.db.read.row(ctx, shiftSQL+c.where(), c.args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.Missing, "watch.no_such_shift")
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty %d: %w", id, err)
	}
	return s, nil
}

// Shifts lists those within a scope.
func (d dutyLog) Shifts(ctx context.Context, scope people.Scope, q duty.Query) (out []duty.Shift, err error) {
	var c clause
	order := " ORDER BY c.begins DESC, c.id DESC"
	if q.Team != 0 {
		c.and("c.team = ?", int64(q.Team))
	}
	if q.Open {
		c.and("c.state <> 'closed'")
	}
	if !q.From.IsZero() {
		c.and("c.ends >= ?", at{&q.From})
	}
	if !q.To.IsZero() {
		c.and("c.begins <= ?", at{&q.To})
	}
	if !q.After.IsZero() {
		c.and("c.begins > ?", at{&q.After})
		order = " ORDER BY c.begins, c.id"
	}
	c.behind("c.begins", "c.id", q.Behind)
	c.conds = append(c.conds, c.counted(scope))
	rows, err := d.db.read.query(ctx, shiftSQL+c.where()+c.text(order+" LIMIT ?", q.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			s, err := scanShift(rows)
			if err == nil {
				out = append(out, *s)
			}
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty: %w", err)
	}
	return out, nil
}

// behind asks for what stands behind a place in a list of the newest first.
func (c *clause) behind(moment, id string, p duty.Place) {
	if p.ID != 0 {
		c.and("("+moment+", "+id+") < (?, ?)", at{&p.At}, p.ID)
	}
}

// Entries lists those of a shift with all their texts, or those that a search
// finds as they stand now.
func (d dutyLog) Entries(ctx context.Context, scope people.Scope, q duty.Search) (out []duty.Entry, err error) {
	var c clause
	if q.Shift != 0 {
		c.and("e.shift = ?", q.Shift)
	} else {
		c.and("NOT EXISTS (SELECT 1 FROM duty_entry AS k WHERE k.corrects = e.id)")
	}
	if q.Team != 0 {
		c.and("c.team = ?", int64(q.Team))
	}
	if !q.From.IsZero() {
		c.and("e.at >= ?", at{&q.From})
	}
	if !q.To.IsZero() {
		c.and("e.at < ?", at{&q.To})
	}
	for _, w := range q.Words {
		c.and("lower(e.text) LIKE ? ESCAPE '!'", "%"+like(w)+"%")
	}
	c.behind("e.at", "e.id", q.Behind)
	c.conds = append(c.conds, c.counted(scope))
	order := " ORDER BY e.at, e.id LIMIT ?"
	if q.Newest {
		order = " ORDER BY e.at DESC, e.id DESC LIMIT ?"
	}
	rows, err := d.db.read.query(ctx, "SELECT e.id, e."+strings.Join(entryCols, ", e.")+" FROM duty_entry AS e JOIN duty_shift AS c ON c.id = e.shift"+c.where()+c.text(order, q.Limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var e duty.Entry
			var refs string
			err := rows.Scan(&e.ID, &e.Shift, at{&e.At}, at{&e.Written}, refTo(&e.By), &e.Kind, &e.Text, &refs, refTo(&e.Run), refTo(&e.Matter), refTo(&e.Corrects))
			e.Refs = strings.Fields(refs)
			out = append(out, e)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty: %w", err)
	}
	return out, nil
}

// Matters lists what is open of a shift's team, and what was opened or closed
// in the shift.
func (d dutyLog) Matters(ctx context.Context, scope people.Scope, s *duty.Shift) (out []duty.Matter, err error) {
	var c clause
	c.and("(m.team = ? AND m.closed IS NULL OR m.shift = ? OR m.closed_in = ?)", int64(s.Team), s.ID, s.ID)
	c.conds = append(c.conds, c.counted(scope))
	rows, err := d.db.read.query(ctx, "SELECT m.id, m."+strings.Join(matterCols, ", m.")+" FROM duty_matter AS m JOIN duty_shift AS c ON c.id = m.shift"+c.where()+" ORDER BY m.id", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var m duty.Matter
			err := rows.Scan(&m.ID, &m.Team, &m.Shift, &m.Text, at{&m.Opened}, refTo(&m.OpenedBy), &m.Carried, at{&m.Closed}, refTo(&m.ClosedBy), refTo(&m.ClosedIn), &m.Result)
			out = append(out, m)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty %d: %w", s.ID, err)
	}
	return out, nil
}

// Count counts what is open by team.
func (d dutyLog) Count(ctx context.Context, scope people.Scope) (map[people.TeamID]int, error) {
	var c clause
	c.and("m.closed IS NULL")
	c.conds = append(c.conds, c.counted(scope))
	out := map[people.TeamID]int{}
	rows, err := d.db.read.query(ctx, "SELECT m.team, count(*) FROM duty_matter AS m JOIN duty_shift AS c ON c.id = m.shift"+c.where()+" GROUP BY m.team", c.args...) //nolint:sqlclosecheck // scanAll closes them
	if err == nil {
		err = scanAll(rows, func() error {
			var team people.TeamID
			var n int
			err := rows.Scan(&team, &n)
			out[team] = n
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty: %w", err)
	}
	return out, nil
}

// Handovers lists those of a shift in their order.
func (d dutyLog) Handovers(ctx context.Context, scope people.Scope, shift int64) (out []duty.Handover, err error) {
	var c clause
	c.and("h.shift = ?", shift)
	c.conds = append(c.conds, c.counted(scope))
	rows, err := d.db.read.query(ctx, "SELECT h.id, h."+strings.Join(handoverCols, ", h.")+" FROM duty_handover AS h JOIN duty_shift AS c ON c.id = h.shift"+c.where()+" ORDER BY h.id", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var h duty.Handover
			var lines string
			if err := rows.Scan(&h.ID, &h.Shift, refTo(&h.Next), &h.Summary, &lines, &h.Verdict, at{&h.Given}, refTo(&h.GivenBy), at{&h.Answered}, refTo(&h.AnsweredBy), &h.Answer); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(lines), &h.Lines)
			out = append(out, h)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: duty %d: %w", shift, err)
	}
	return out, nil
}
