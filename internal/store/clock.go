package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

const clockSQL = "SELECT record, name, target, spent, state, started, since, due, broke, stopped, warned, misses, coalesce(agreement, 0) FROM clock"

func scanClocks(rows *sql.Rows) (out map[int64][]sla.Clock, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[int64][]sla.Clock{}
	var id, target, spent int64
	var k sla.Clock
	refs := []any{&id, &k.Name, &target, &spent, &k.State, at{&k.Started}, at{&k.Since}, at{&k.Due}, at{&k.Broke}, at{&k.Stopped}, &k.Warned, &k.Misses, &k.Agreement}
	for rows.Next() {
		if err := rows.Scan(refs...); err != nil {
			return nil, fmt.Errorf("store: clocks: %w", err)
		}
		k.Target, k.Spent = time.Duration(target)*time.Millisecond, time.Duration(spent)*time.Millisecond
		out[id] = append(out[id], k)
	}
	return out, rows.Err()
}

// timedSQL is rowSQL with the clocks of each row beside it, in one text: a
// query of their own would be one more round trip, and a row for each.
var timedSQL = strings.Replace(rowSQL, "\n\tFROM record AS r", `, (SELECT string_agg(k.name || ' ' || k.state || ' ' || k.target || ' ' || k.spent || ' ' || coalesce(k.since, 0) || ' ' || coalesce(k.due, 0), ';')
	FROM clock AS k WHERE k.record = r.id)
	FROM record AS r`, 1)

// clockList reads the clocks of a row as timedSQL writes them.
type clockList struct{ clocks *[]sla.Clock }

func (l clockList) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case nil:
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return fmt.Errorf("store: clocks from %T", v)
	}
	*l.clocks = nil
	for text != "" {
		var one, name, state string
		one, text, _ = strings.Cut(text, ";")
		name, one, _ = strings.Cut(one, " ")
		state, one, _ = strings.Cut(one, " ")
		var n [4]int64
		for i := range n {
			var word string
			word, one, _ = strings.Cut(one, " ")
			var err error
			if n[i], err = strconv.ParseInt(word, 10, 64); err != nil {
				return fmt.Errorf("store: clock %s: %w", name, err)
			}
		}
		k := sla.Clock{Name: sla.Name(name), State: sla.State(state), Target: time.Duration(n[0]) * time.Millisecond, Spent: time.Duration(n[1]) * time.Millisecond}
		k.Since, k.Due = moment(n[2]), moment(n[3])
		*l.clocks = append(*l.clocks, k)
	}
	slices.SortFunc(*l.clocks, func(a, b sla.Clock) int { return strings.Compare(string(a.Name), string(b.Name)) })
	return nil
}

// moment is the time of milliseconds, none when 0.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

var clockCols = []string{"record", "name", "target", "spent", "state", "started", "since", "due", "broke", "stopped", "warned", "misses", "next_warn", "agreement"}

// clockRow is a clock in the order of clockCols.
func clockRow(id int64, c *record.Timed) []any {
	return []any{id, string(c.Name), c.Target.Milliseconds(), c.Spent.Milliseconds(), string(c.State), at{&c.Started}, at{&c.Since}, at{&c.Due}, at{&c.Broke}, at{&c.Stopped}, c.Warned, c.Misses, at{&c.NextAt}, c.Agreement}
}

// clocks replaces the clocks of a record; nil leaves them as they are. One that is
// written back without its agreement keeps what is known of it.
func (t *tx) clocks(id int64, clocks []record.Timed) error {
	if len(clocks) == 0 {
		return nil
	}
	var args []any
	for i := range clocks {
		args = append(args, clockRow(id, &clocks[i])...)
	}
	return t.later("clock", insertSQL("clock", clockCols, len(clocks))+`
		ON CONFLICT (record, name) DO UPDATE SET target = excluded.target, spent = excluded.spent, state = excluded.state,
			started = excluded.started, since = excluded.since, due = excluded.due, broke = excluded.broke, stopped = excluded.stopped,
			warned = excluded.warned, misses = excluded.misses, next_warn = excluded.next_warn,
			agreement = CASE WHEN excluded.agreement = 0 AND excluded.target = clock.target THEN clock.agreement ELSE excluded.agreement END`, args...)
}

// Alarms lists records of which a clock is due to warn, the earliest first,
// at most n.
func (db *DB) Alarms(ctx context.Context, now time.Time, n int) (out []record.Alarm, err error) {
	rows, err := db.read.query(ctx, `SELECT r.kind, r.number, c.next_warn FROM clock AS c JOIN record AS r ON r.id = c.record WHERE c.next_warn <= $1 ORDER BY c.next_warn LIMIT $2`, at{&now}, n)
	if err != nil {
		return nil, fmt.Errorf("store: alarms: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w record.Alarm
		if err := rows.Scan(&w.Kind, &w.Number, at{&w.At}); err != nil {
			return nil, fmt.Errorf("store: alarms: %w", err)
		}
		out = append(out, w)
	}
	return out, rows.Err()
}
