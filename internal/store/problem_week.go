package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// Incidents are counted by the week in which they were opened, beside the
// records: what was found out later, a cause above all, comes into the counts
// when its week is counted anew.
const (
	freshWeeks = 6   // are counted at every turn: most that changes is young
	otherWeeks = 4   // of the older ones at every turn, the longest uncounted first
	firstWeeks = 10  // at a turn, as long as some were never counted
	mostWeeks  = 260 // back: five years
)

// Week is the week of a moment where the centre is.
func (s problemFacts) Week(t time.Time) problem.Week {
	return problem.Week((s.db.day(t)+3+7*1000)/7 - 1000)
}

// begin is the first moment of a week where the centre is.
func (s problemFacts) begin(w problem.Week) time.Time {
	place := time.UTC
	if p := s.db.place.Load(); p != nil {
		place = p
	}
	day := w.Monday()
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, place)
}

// CountWeeks counts some weeks anew.
func (s problemFacts) CountWeeks(ctx context.Context, now time.Time) (more bool, err error) {
	counted, err := s.counted(ctx)
	if err != nil {
		return false, err
	}
	var first time.Time
	if err := s.db.read.row(ctx, `SELECT min(opened) FROM record WHERE kind = $1`, string(record.Incident)).Scan(at{&first}); err != nil {
		return false, fmt.Errorf("store: first incident: %w", err)
	}
	if first.IsZero() {
		return false, s.forget(ctx)
	}
	weeks, more := dueWeeks(counted, max(s.Week(first), s.Week(now)-mostWeeks), s.Week(now))
	for _, w := range weeks {
		sums, err := s.count(ctx, w)
		if err != nil {
			return false, err
		}
		if err := s.keep(ctx, w, sums, now); err != nil {
			return false, err
		}
	}
	return more, nil
}

// dueWeeks chooses the weeks to count: those never counted, the youngest first;
// when there are none, the fresh ones and of the others the longest uncounted.
func dueWeeks(counted map[problem.Week]time.Time, from, to problem.Week) (due []problem.Week, more bool) {
	var old []problem.Week
	for w := to; w >= from; w-- {
		switch _, held := counted[w]; {
		case !held:
			due = append(due, w)
		case w > to-freshWeeks:
		default:
			old = append(old, w)
		}
	}
	if len(due) > firstWeeks {
		return due[:firstWeeks], true
	}
	for w := to; w >= from && w > to-freshWeeks; w-- {
		if _, held := counted[w]; held {
			due = append(due, w)
		}
	}
	slices.SortStableFunc(old, func(a, b problem.Week) int { return counted[a].Compare(counted[b]) })
	return append(due, old[:min(len(old), otherWeeks)]...), false
}

func (s problemFacts) counted(ctx context.Context) (map[problem.Week]time.Time, error) {
	rows, err := s.db.read.query(ctx, `SELECT week, at FROM incident_counted`)
	if err != nil {
		return nil, fmt.Errorf("store: counted weeks: %w", err)
	}
	out := map[problem.Week]time.Time{}
	err = scanAll(rows, func() error {
		var w problem.Week
		var when time.Time
		err := rows.Scan(&w, at{&when})
		out[w] = when
		return err
	})
	return out, err
}

// weekKey is what the incidents of a week are counted by.
type weekKey struct {
	what     problem.Dimension
	id, zone int64
}

func (s problemFacts) count(ctx context.Context, w problem.Week) (map[weekKey]int, error) {
	from, to := s.begin(w), s.begin(w+1)
	rows, err := s.db.read.query(ctx, `SELECT coalesce(r.service, 0), coalesce(b.category, 0), coalesce(b.item, 0), coalesce(b.cause, 0), coalesce(r.zone, 0)
		FROM record AS r JOIN incident AS b ON b.id = r.id WHERE r.kind = $1 AND r.opened >= $2 AND r.opened < $3 AND r.state <> 'cancelled'`,
		string(record.Incident), at{&from}, at{&to})
	if err != nil {
		return nil, fmt.Errorf("store: count week: %w", err)
	}
	sums := map[weekKey]int{}
	err = scanAll(rows, func() error {
		var service, category, item, cause, zone int64
		if err := rows.Scan(&service, &category, &item, &cause, &zone); err != nil {
			return err
		}
		sums[weekKey{problem.Whole, 0, zone}]++
		for dim, id := range map[problem.Dimension]int64{problem.ByService: service, problem.ByCategory: category, problem.ByItem: item, problem.ByCause: cause} {
			if id != 0 {
				sums[weekKey{dim, id, zone}]++
			}
		}
		return nil
	})
	return sums, err
}

// keep puts the counts of a week in the place of those it had.
func (s problemFacts) keep(ctx context.Context, w problem.Week, sums map[weekKey]int, now time.Time) error {
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b weekKey) int {
		return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.id, b.id), cmp.Compare(a.zone, b.zone))
	})
	err := s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM incident_week WHERE week = $1`, int(w)); err != nil {
			return err
		}
		cols := []string{"week", "what", "id", "zone", "n"}
		for part := range slices.Chunk(keys, max(1, s.db.args/len(cols))) {
			var args []any
			for _, k := range part {
				args = append(args, int(w), string(k.what), k.id, k.zone, sums[k])
			}
			if _, err := t.exec(insertSQL("incident_week", cols, len(part)), args...); err != nil {
				return err
			}
		}
		_, err := t.exec(`INSERT INTO incident_counted (week, at) VALUES ($1, $2) ON CONFLICT (week) DO UPDATE SET at = excluded.at`, int(w), at{&now})
		return err
	})
	if err != nil {
		return fmt.Errorf("store: keep week: %w", err)
	}
	return nil
}

// forget takes away what was counted of incidents that are no more.
func (s problemFacts) forget(ctx context.Context) error {
	err := s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM incident_week`); err != nil {
			return err
		}
		_, err := t.exec(`DELETE FROM incident_counted`)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: forget weeks: %w", err)
	}
	return nil
}

// Weekly reads the counts of some weeks; of items only those that had a dozen
// incidents in them, for there are many.
func (s problemFacts) Weekly(ctx context.Context, of problem.Dimension, from, to problem.Week) (out []problem.Series, err error) {
	least := 1
	if of == problem.ByItem {
		least = problem.LeastCounted
	}
	rows, err := s.db.read.query(ctx, `SELECT w.id, w.zone, w.week, w.n FROM incident_week AS w
		JOIN (SELECT id, zone FROM incident_week WHERE week >= $1 AND week <= $2 AND what = $3 GROUP BY id, zone HAVING sum(n) >= $4) AS k ON k.id = w.id AND k.zone = w.zone
		WHERE w.week >= $1 AND w.week <= $2 AND w.what = $3 ORDER BY w.zone, w.id, w.week`, int(from), int(to), string(of), least)
	if err != nil {
		return nil, fmt.Errorf("store: weekly counts: %w", err)
	}
	err = scanAll(rows, func() error {
		var id, zone int64
		var week problem.Week
		var n int
		if err := rows.Scan(&id, &zone, &week, &n); err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || out[last].ID != id || int64(out[last].Zone) != zone {
			out = append(out, problem.Series{ID: id, Zone: people.ZoneID(zone), Counts: map[problem.Week]int{}})
		}
		out[len(out)-1].Counts[week] = n
		return nil
	})
	return out, err
}

// IncidentCounts reads the weekly counts for rankings.
func (db *DB) IncidentCounts() problem.Counts { return problemFacts{db} }

// Top reads the weekly counts of the things with the most incidents.
func (s problemFacts) Top(ctx context.Context, scope people.Scope, of problem.Dimension, from, to problem.Week, most int) (out []problem.Series, err error) {
	var c clause
	within := func(table string) string {
		cond := c.text(table+".week >= ? AND "+table+".week <= ? AND "+table+".what = ?", int(from), int(to), string(of))
		if !scope.AllZones {
			cond += " AND " + in(&c, table+".zone", append([]people.ZoneID{0}, scope.Cleared...))
		}
		return cond
	}
	top := "SELECT x.id, sum(x.n) AS n FROM incident_week AS x WHERE " + within("x") + c.text(" GROUP BY x.id ORDER BY 2 DESC, x.id LIMIT ?", most)
	rows, err := s.db.read.query(ctx, `SELECT w.id, w.week, sum(w.n) FROM incident_week AS w JOIN (`+top+`) AS k ON k.id = w.id WHERE `+within("w")+`
		GROUP BY w.id, w.week, k.n ORDER BY k.n DESC, w.id, w.week`, c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: ranking: %w", err)
	}
	err = scanAll(rows, func() error {
		var id int64
		var week problem.Week
		var n int
		if err := rows.Scan(&id, &week, &n); err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || out[last].ID != id {
			out = append(out, problem.Series{ID: id, Counts: map[problem.Week]int{}})
		}
		out[len(out)-1].Counts[week] = n
		return nil
	})
	return out, err
}
