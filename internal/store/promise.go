package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
	"kilter/internal/report/director"
)

// Promises keeps how many promises to resolve ended in each month.
func (db *DB) Promises() director.Shelf { return promises{db} }

type promises struct{ db *DB }

// promised is what is counted for one month.
type promised struct {
	month, zone, department, team, service, agreement int64
	met, missed                                       int64
}

var promiseCols = []string{"what", "month", "zone", "department", "team", "service", "met", "missed", "agreement"}

func promiseFault(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("store: promises of a month: %w", err)
}

// Count reads everything first, for it takes a while and nobody shall wait for
// it, and then replaces what was counted before.
func (s promises) Count(ctx context.Context, months []director.Span, now time.Time) error {
	each, err := s.read(ctx, months)
	if err != nil {
		return promiseFault(err)
	}
	sums := map[promised]*promised{}
	var args []any
	add := func(what string, p *promised) {
		args = append(args, what, p.month, p.zone, p.department, p.team, p.service, p.met, p.missed, p.agreement)
	}
	for i := range each {
		one := &each[i]
		add("each", one)
		key := promised{month: one.month, zone: one.zone, service: one.service, agreement: one.agreement}
		if sums[key] == nil {
			sums[key] = &promised{month: one.month, zone: one.zone, service: one.service, agreement: one.agreement}
		}
		sums[key].met, sums[key].missed = sums[key].met+one.met, sums[key].missed+one.missed
	}
	for _, one := range sums {
		add("sum", one)
	}
	return promiseFault(s.db.in(ctx, func(t *tx) error {
		if _, err := t.exec(`DELETE FROM promise_month`); err != nil {
			return err
		}
		const most = 1000
		for n := len(promiseCols); len(args) > 0; {
			some := args[:min(len(args), most*n)]
			args = args[len(some):]
			if _, err := t.exec(insertSQL("promise_month", promiseCols, len(some)/n), some...); err != nil {
				return err
			}
		}
		_, err := t.exec(`INSERT INTO promise_counted (one, at) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at`, at{&now})
		return err
	}))
}

// read counts months in one pass. What another tool said of its own promise
// counts before a clock that Kilter made up afterwards, as in the desk report.
func (s promises) read(ctx context.Context, months []director.Span) (out []promised, err error) {
	if len(months) == 0 {
		return nil, nil
	}
	var month strings.Builder
	for _, m := range months {
		month.WriteString(" WHEN k.stopped < " + strconv.FormatInt(m.Until.UnixMilli(), 10) + " THEN " + strconv.FormatInt(m.Month.UnixMilli(), 10))
	}
	const kept = `CASE WHEN coalesce(h.in_target, k.state = '` + string(sla.Met) + `') THEN 1 ELSE 0 END`
	rows, err := s.db.read.query(ctx, `SELECT x.month, x.zone, x.department, x.team, x.service, x.agreement, sum(x.met), count(*) - sum(x.met)
		FROM (SELECT CASE`+month.String()+` END AS month, coalesce(r.zone, 0) AS zone, coalesce(r.department, 0) AS department, coalesce(r.team, 0) AS team, coalesce(r.service, 0) AS service, `+under+` AS agreement, `+kept+` AS met
			FROM clock AS k JOIN record AS r ON r.id = k.record LEFT JOIN history_case AS h ON h.record = r.id
			WHERE k.name = '`+string(sla.Resolve)+`' AND k.stopped >= $1 AND k.stopped < $2 AND k.state IN ('`+string(sla.Met)+`', '`+string(sla.Missed)+`') AND r.kind = '`+string(record.Incident)+`' AND NOT r.live) AS x
		GROUP BY x.month, x.zone, x.department, x.team, x.service, x.agreement`, at{&months[0].From}, at{&months[len(months)-1].Until})
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func() error {
		var p promised
		err := rows.Scan(&p.month, &p.zone, &p.department, &p.team, &p.service, &p.agreement, &p.met, &p.missed)
		out = append(out, p)
		return err
	})
	return out, err
}

// Counted is when it was counted last.
func (s promises) Counted(ctx context.Context) (t time.Time, err error) {
	err = s.db.read.row(ctx, `SELECT at FROM promise_counted WHERE one = 1`).Scan(at{&t})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return t, promiseFault(err)
}

// Promises reads months. Whoever sees everything of the zones he is cleared for
// reads a row for each zone, service and agreement.
func (s promises) Promises(ctx context.Context, scope people.Scope, since time.Time) (out []director.Promises, err error) {
	var c clause
	what := "each"
	if scope.All {
		what = "sum"
	}
	where := c.text("c.what = ? AND c.month >= ? AND ", what, at{&since}) + c.counted(scope)
	rows, err := s.db.read.query(ctx, "SELECT c.month, c.service, c.agreement, sum(c.met), sum(c.missed) FROM promise_month AS c WHERE "+where+" GROUP BY c.month, c.service, c.agreement ORDER BY c.month, c.service, c.agreement", c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one director.Promises
			err := rows.Scan(at{&one.Month}, &one.Service, &one.Agreement, &one.Met, &one.Missed)
			out = append(out, one)
			return err
		})
	}
	return out, promiseFault(err)
}
