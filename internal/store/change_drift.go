package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// ChangeDrifts reads the differences of the configuration without a change.
func (db *DB) ChangeDrifts() change.DriftStore { return changeDrifts{db} }

type changeDrifts struct{ db *DB }

// importedSQL are the values that an import gave to items which it did not bring
// into being, and the relations that it gave them or ended, each with the item at its
// other end. One that it ended and began anew between the same two is told once.
const importedSQL = `SELECT h.import AS target, h.item AS item, h.at AS at, h.origin AS origin, h.field AS field, h.was AS was, h.became AS became, 0 AS other FROM item_history AS h
	WHERE h.import IS NOT NULL AND h.field <> '' AND h.at >= $1 AND h.at < $2 AND NOT EXISTS (SELECT 1 FROM item_history AS n WHERE n.item = h.item AND n.import = h.import AND n.field = '')
	UNION ALL
	SELECT l.import, l.source, l.since, l.origin, l.type, '', o.code, o.id FROM relation AS l JOIN item AS o ON o.id = l.target
	WHERE l.import IS NOT NULL AND l.since >= $1 AND l.since < $2 AND NOT EXISTS (SELECT 1 FROM item_history AS n WHERE n.item IN (l.source, l.target) AND n.import = l.import AND n.field = '')
	UNION ALL
	SELECT l.ended_import, l.source, l.until, coalesce((SELECT i.source FROM item_import AS i WHERE i.id = l.ended_import), l.origin), l.type, o.code, '', o.id FROM relation AS l JOIN item AS o ON o.id = l.target
	WHERE l.ended_import IS NOT NULL AND l.until >= $1 AND l.until < $2 AND NOT EXISTS (SELECT 1 FROM relation AS n WHERE n.source = l.source AND n.target = l.target AND n.type = l.type AND n.import = l.ended_import AND n.since = l.until)`

const auditedSQL = `SELECT d.id AS target, d.item AS item, d.at AS at, d.origin AS origin, CASE WHEN d.field = '' THEN d.kind ELSE d.field END AS field, d.held AS was, d.found AS became, 0 AS other FROM discrepancy AS d
	WHERE d.at >= $1 AND d.at < $2`

// mostDriftLines bounds how many single differences are read.
const mostDriftLines = 20_000

// Drifts lists them, the latest first.
func (s changeDrifts) Drifts(ctx context.Context, scope people.Scope, within change.Span) ([]change.Drift, error) {
	work, err := s.work(ctx, within)
	if err != nil {
		return nil, err
	}
	var out []change.Drift
	for kind, from := range map[change.DriftKind]string{change.Imported: importedSQL, change.Audited: auditedSQL} {
		some, err := s.lines(ctx, scope, within, kind, from)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	out = slices.DeleteFunc(out, func(d change.Drift) bool { return change.Covers(work, d.Item, d.At) })
	slices.SortFunc(out, func(a, b change.Drift) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Target, a.Target), cmp.Compare(a.Item, b.Item))
	})
	return out[:min(len(out), change.MostDrifts)], nil
}

// lines reads the single differences of a kind and puts together what belongs to
// one item. A relation to an item for which the scope is not cleared is none.
func (s changeDrifts) lines(ctx context.Context, scope people.Scope, within change.Span, kind change.DriftKind, from string) (out []change.Drift, err error) {
	c := clause{args: []any{at{&within.From}, at{&within.Until}}}
	c.and("r.kind = ? AND r.number = e.change", string(record.Changes))
	c.scope(s.db.dialect, scope)
	seen := "coalesce((SELECT r.number FROM record AS r" + c.where() + "), 0)"
	c.conds = nil
	told := c.text("LEFT JOIN drift AS e ON e.kind = ? AND e.target = d.target AND e.item = d.item", string(kind))
	c.cleared(scope)
	c.clears(scope, "o")
	rows, err := s.db.read.query(ctx, `SELECT d.target, d.item, d.at, d.origin, d.field, d.was, d.became, o.zone, r.code, r.name_en, r.name_zh, r.zone, coalesce(e.why, ''), `+seen+`, e.by_whom, e.at
		FROM (`+from+`) AS d JOIN item AS r ON r.id = d.item LEFT JOIN item AS o ON o.id = d.other `+told+c.where()+` ORDER BY d.at DESC, d.target DESC, d.item`+c.text(" LIMIT ?", mostDriftLines), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: differences: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	place := map[change.DriftKey]int{}
	for rows.Next() {
		one := change.Drift{DriftKey: change.DriftKey{Kind: kind}}
		var f change.DriftField
		if err := rows.Scan(&one.Target, &one.Item, at{&one.At}, &one.Origin, &f.Name, &f.Was, &f.Became, refTo(&f.Zone), &one.Code, &one.Name.En, &one.Name.Zh, refTo(&one.Zone), &one.Why, &one.Change, refTo(&one.By), at{&one.Told}); err != nil {
			return nil, fmt.Errorf("store: differences: %w", err)
		}
		i, known := place[one.DriftKey]
		if !known {
			i = len(out)
			out, place[one.DriftKey] = append(out, one), i
		}
		out[i].Fields = append(out[i].Fields, f)
	}
	return out, rows.Err()
}

// work is what was done to items by changes, and until when it covers what is
// found there.
func (s changeDrifts) work(ctx context.Context, within change.Span) (out map[record.ItemID][]change.Span, err error) {
	since := within.From.Add(-change.CoveredFor)
	rows, err := s.db.read.query(ctx, `SELECT b.items, b.begun, b.ended FROM change AS b WHERE b.begun IS NOT NULL AND b.begun < $1 AND (b.ended IS NULL OR b.ended >= $2)`, at{&within.Until}, at{&since})
	if err != nil {
		return nil, fmt.Errorf("store: differences: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[record.ItemID][]change.Span{}
	for rows.Next() {
		var items []record.ItemID
		var span change.Span
		if err := rows.Scan(listOf(&items), at{&span.From}, at{&span.Until}); err != nil {
			return nil, fmt.Errorf("store: differences: %w", err)
		}
		if span.Until.IsZero() {
			span.Until = within.Until
		}
		span.Until = span.Until.Add(change.CoveredFor)
		for _, id := range items {
			out[id] = append(out[id], span)
		}
	}
	return out, rows.Err()
}

// ExplainDrift keeps what somebody said of one, in the place of what he has read.
func (s changeDrifts) ExplainDrift(ctx context.Context, d *change.Drift, was time.Time, log audit.Row) error {
	return s.db.in(ctx, func(t *tx) error {
		put := insertSQL("drift", []string{"kind", "target", "item", "change", "why", "by_whom", "at"}, 1) + " ON CONFLICT (kind, target, item) DO "
		args := []any{string(d.Kind), d.Target, int64(d.Item), orNull(d.Change), d.Why, orNull(d.By), at{&d.Told}}
		if was.IsZero() {
			put += "NOTHING"
		} else {
			put += "UPDATE SET change = excluded.change, why = excluded.why, by_whom = excluded.by_whom, at = excluded.at WHERE drift.at = $8"
			args = append(args, at{&was})
		}
		done, err := t.exec(put, args...)
		if err != nil {
			return fmt.Errorf("store: explain a difference: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, error(fault.New(fault.Conflict, "change.drift.explained_already")))
		}
		return t.audit(log)
	})
}
