package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// FlowLog keeps what the event log says of the flows of the handbook.
func (db *DB) FlowLog() handbook.Log { return flowLog{db} }

type flowLog struct{ db *DB }

// mostBreaches is how many breaches of a flow are kept; cases are counted all.
const mostBreaches = 50_000

// tried is what is found while a log is read.
type tried struct {
	cases, regular map[int64]int // by zone
	breaches       []foundBreach
}

type foundBreach struct {
	record int64
	handbook.Breach
}

// take judges one case.
func (f *tried) take(p *handbook.Paths, id, zone int64, steps []handbook.Step) {
	if len(steps) == 0 {
		return
	}
	f.cases[zone]++
	found := p.Judge(steps)
	if len(found) == 0 {
		f.regular[zone]++
	}
	for _, b := range found {
		if len(f.breaches) < mostBreaches {
			f.breaches = append(f.breaches, foundBreach{id, b})
		}
	}
}

// The logs: of the records of a kind that ended in a time, and of the items that
// moved in one. An item ends after years; what was done to it meanwhile counts.
const (
	caseLogSQL = `SELECT t.record, coalesce(r.zone, 0), t.was, t.became, t.irregular FROM record AS r JOIN timeline AS t ON t.record = r.id
		WHERE r.kind = $1 AND r.moved >= $2 AND r.moved < $3 AND NOT r.live AND t.became <> '' ORDER BY t.record, t.id`
	itemLogSQL = `SELECT h.item, coalesce(r.zone, 0), h.was, h.became, 1 = 0 FROM item_history AS h JOIN item AS r ON r.id = h.item
		WHERE h.field = 'state' AND h.became <> '' AND h.at >= $1 AND h.at < $2 ORDER BY h.item, h.id`
)

// Hold reads the log case by case, in one pass.
func (s flowLog) Hold(ctx context.Context, flow string, kind record.Kind, p *handbook.Paths, since, now time.Time) error {
	found := &tried{cases: map[int64]int{}, regular: map[int64]int{}}
	q, args := caseLogSQL, []any{string(kind), at{&since}, at{&now}}
	if kind == handbook.Items {
		q, args = itemLogSQL, args[1:]
	}
	rows, err := s.db.read.query(ctx, q, args...)
	if err == nil {
		var id, zone int64
		var steps []handbook.Step
		err = scanAll(rows, func() error {
			var next, in int64
			var one handbook.Step
			if err := rows.Scan(&next, &in, &one.Was, &one.Became, &one.Irregular); err != nil {
				return err
			}
			if next != id {
				found.take(p, id, zone, steps)
				id, zone, steps = next, in, steps[:0]
			}
			steps = append(steps, one)
			return nil
		})
		found.take(p, id, zone, steps)
	}
	if err != nil {
		return handbookFault(err)
	}
	return handbookFault(s.db.in(ctx, func(t *tx) error { return t.held(flow, found, since, now) }))
}

// held puts what was found in the place of what was kept. A flow without a case
// is kept too: it was looked at.
func (t *tx) held(flow string, found *tried, since, now time.Time) error {
	for _, table := range []string{"handbook_held", "handbook_breach"} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE flow = $1`, flow); err != nil {
			return err
		}
	}
	if found.cases[0] == 0 {
		found.cases[0] = 0
	}
	for zone, n := range found.cases {
		_, err := t.exec(`INSERT INTO handbook_held (flow, zone, since, at, cases, regular) VALUES ($1, $2, $3, $4, $5, $6)`, flow, zone, at{&since}, at{&now}, n, found.regular[zone])
		if err != nil {
			return err
		}
	}
	cols := []string{"flow", "record", "kind", "was", "became"}
	for lot := range slices.Chunk(found.breaches, 100) {
		var args []any
		for _, b := range lot {
			args = append(args, flow, b.record, string(b.Kind), b.Was, b.Became)
		}
		if _, err := t.exec(insertSQL("handbook_breach", cols, len(lot)), args...); err != nil {
			return err
		}
	}
	return nil
}

// caseTable is where the cases of a flow are.
func caseTable(flow string) string {
	if flow == string(handbook.Items) {
		return "item"
	}
	return "record"
}

// Last is when a flow was last held to its log.
func (s flowLog) Last(ctx context.Context, flow string) (time.Time, error) {
	var ms sql.NullInt64
	err := s.db.read.row(ctx, `SELECT max(at) FROM handbook_held WHERE flow = $1`, flow).Scan(&ms)
	if err != nil || !ms.Valid {
		return time.Time{}, handbookFault(err)
	}
	return time.UnixMilli(ms.Int64).UTC(), nil
}

// Held tells what was found. Whose zones are not cleared learns nothing of their
// cases, neither how many there are.
func (s flowLog) Held(ctx context.Context, scope people.Scope, flows []string) (out []handbook.Held, err error) {
	zones := people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared}
	for _, flow := range flows {
		h := handbook.Held{Flow: flow}
		rows, err := s.db.read.query(ctx, `SELECT zone, since, at, cases, regular FROM handbook_held WHERE flow = $1`, flow)
		if err == nil {
			err = scanAll(rows, func() error {
				var zone int64
				var cases, regular int
				if err := rows.Scan(&zone, at{&h.Since}, at{&h.At}, &cases, &regular); err != nil {
					return err
				}
				if zones.Clears(people.ZoneID(zone)) {
					h.Cases, h.Regular = h.Cases+cases, h.Regular+regular
				}
				return nil
			})
		}
		if err != nil {
			return nil, handbookFault(err)
		}
		if h.At.IsZero() {
			continue
		}
		if h.Kinds, err = s.tallies(ctx, zones, flow); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

func (s flowLog) tallies(ctx context.Context, zones people.Scope, flow string) (out []handbook.Tally, err error) {
	var c clause
	c.and("b.flow = ?", flow)
	c.scope(s.db.dialect, zones)
	rows, err := s.db.read.query(ctx, `SELECT b.kind, b.was, b.became, count(*) AS n FROM handbook_breach AS b JOIN `+caseTable(flow)+` AS r ON r.id = b.record`+c.where()+
		` GROUP BY b.kind, b.was, b.became ORDER BY n DESC, b.kind, b.was, b.became`, c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			var one handbook.Tally
			if err := rows.Scan(&one.Kind, &one.Was, &one.Became, &one.Cases); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	}
	return out, handbookFault(err)
}

// Cases lists the cases of a breach within a scope, in the order of their ids.
func (s flowLog) Cases(ctx context.Context, scope people.Scope, flow string, b handbook.Breach, after int64, limit int) (out []handbook.Case, err error) {
	var c clause
	c.and("b.flow = ?", flow)
	c.and("b.kind = ?", string(b.Kind))
	c.and("b.was = ?", b.Was)
	c.and("b.became = ?", b.Became)
	c.and("r.id > ?", after)
	cols := "r.number, '', r.title, '', r.moved"
	if caseTable(flow) == "item" {
		scope = people.Scope{All: true, AllZones: scope.AllZones, Cleared: scope.Cleared}
		cols = "0, r.code, r.name_en, r.name_zh, (SELECT max(h.at) FROM item_history AS h WHERE h.item = r.id AND h.field = 'state' AND h.was = b.was AND h.became = b.became)"
	}
	c.scope(s.db.dialect, scope)
	rows, err := s.db.read.query(ctx, `SELECT r.id, `+cols+` FROM handbook_breach AS b JOIN `+caseTable(flow)+` AS r ON r.id = b.record`+c.where()+
		c.text(` ORDER BY r.id LIMIT ?`, limit), c.args...)
	if err == nil {
		err = scanAll(rows, func() error {
			one := handbook.Case{Breach: b}
			if err := rows.Scan(&one.ID, &one.Number, &one.Code, &one.Title.En, &one.Title.Zh, at{&one.At}); err != nil {
				return err
			}
			out = append(out, one)
			return nil
		})
	}
	return out, handbookFault(err)
}
