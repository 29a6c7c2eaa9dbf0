package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// Ledger reads the records of all practices.
func (db *DB) Ledger() record.Ledger { return ledger{db} }

type ledger struct{ db *DB }

// orders says, for each order of a list, the column with its index, whether it
// descends, and whether only live records have it.
var orders = map[record.Order]order{
	record.Newest:   {col: "opened", desc: true},
	record.Oldest:   {col: "opened"},
	record.Latest:   {col: "moved", desc: true},
	record.SoonDue:  {col: "due"},
	record.Priority: {col: "priority"},
}

var rowSQL = `SELECT r.id, r.kind, r.number, r.version, r.live, r.` + strings.Join(headCols, ", r.") + `, coalesce(q.name, ''), coalesce(o.name, '')
	FROM record AS r LEFT JOIN person AS q ON q.id = r.requester LEFT JOIN person AS o ON o.id = r.owner`

// List reads a page of a list.
func (l ledger) List(ctx context.Context, scope people.Scope, q record.Query) ([]record.Row, error) {
	if q.Order == "" {
		q.Order = record.Newest
	}
	o, ok := orders[q.Order]
	if !ok {
		return nil, fault.At("order", "record.no_such_order")
	}
	o.limit = min(max(q.Limit, 1), 500)
	return l.list(ctx, scope, q, o)
}

func (l ledger) list(ctx context.Context, scope people.Scope, q record.Query, o order) ([]record.Row, error) {
	if rows, done, err := l.seek(ctx, scope, q, o); done || err != nil {
		return rows, err
	}
	return l.read(ctx, scope, q, o)
}

// Count counts what a list would show, up to most.
func (l ledger) Count(ctx context.Context, scope people.Scope, q record.Query, most int) (n int, err error) {
	q.After = record.Cursor{} // how many there are does not depend on where one reads
	if rest, ask := apart(q.Where); l.db.rare > 0 && len(ask) > 0 {
		if n, done, err := l.countWords(ctx, scope, record.Query{Kind: q.Kind, Where: rest, Inner: q.Inner}, counting{sought{ask, q.Inner, scope}, most}); done || err != nil {
			return n, err
		}
	}
	c, ids, _, err := l.pick(ctx, scope, q, order{limit: most})
	if err != nil {
		return 0, err
	}
	return l.counted(ctx, ids, c.args)
}

// mostWalked is how much of a list is read to count it.
const mostWalked = 200

// counting is how far what words find is counted.
type counting struct {
	sought
	most int
}

// countWords counts from the words on: what they find is not all gathered
// before a limit is reached. Words that are common are looked for in the first
// rows of the reader's list before. For whoever sees everything PostgreSQL comes
// sooner to the limit by looking into rows; then done is false.
func (l ledger) countWords(ctx context.Context, scope people.Scope, q record.Query, n counting) (_ int, done bool, err error) {
	few, err := l.few(ctx, n.sought)
	if err != nil || !few && l.db.probes && scope.Everywhere() {
		return 0, false, err
	}
	if !few && !scope.Everywhere() && n.most <= mostWalked {
		head := orders[record.Newest]
		head.limit = n.most
		if rows, whole, err := l.walk(ctx, scope, q, head, n.ask, max(l.db.walks[0], 20*n.most)); err != nil || whole || len(rows) >= n.most {
			return len(rows), err == nil, err
		}
	}
	c := &clause{}
	if err := l.conditions(c, scope, q, order{sorts: true}, looks{few: true}); err != nil {
		return 0, false, err
	}
	text := "SELECT 1 FROM search CROSS JOIN record AS r ON r.id = search.rowid"
	if l.db.probes {
		text = "WITH found AS MATERIALIZED (SELECT search.record FROM search WHERE " + l.db.match(c, n.sought) + ") SELECT 1 FROM found JOIN record AS r ON r.id = found.record"
	} else {
		c.conds = append(c.conds, l.db.match(c, n.sought))
		within := ""
		if !few && !scope.Everywhere() {
			if within, err = l.within(ctx, c, scope, q.Kind); err != nil {
				return 0, false, err
			}
		}
		if within != "" {
			c.conds = append(c.conds, "+search.rowid IN ("+within+")")
		}
	}
	found, err := l.counted(ctx, text+c.where()+" LIMIT "+strconv.Itoa(n.most), c.args)
	return found, err == nil, err
}

// conditions are those of a list, read row by row. Where its rows come in no
// order the index of all records in that order must not come first.
func (l ledger) conditions(c *clause, scope people.Scope, q record.Query, o order, how looks) error {
	switch {
	case q.Kind == "":
	case o.sorts:
		c.and("coalesce(r.kind, '') = ?", string(q.Kind))
	default:
		c.and("r.kind = ?", string(q.Kind))
	}
	how.scope = scope
	if err := c.query(l.db.dialect, q, how); err != nil {
		return err
	}
	c.scope(l.db.dialect, scope)
	return nil
}

// scanRows reads rows of rowSQL, and of what stands behind its columns.
func scanRows(rows *sql.Rows, more ...func(*record.Row) any) (out []record.Row, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	var r record.Row
	refs := append(append([]any{&r.ID, &r.Kind, &r.Number, &r.Version, &r.Live}, headRefs(&r.Head)...), &r.RequesterName, &r.OwnerName)
	for _, ref := range more {
		refs = append(refs, ref(&r))
	}
	for rows.Next() {
		if err := rows.Scan(refs...); err != nil {
			return nil, fmt.Errorf("store: list: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

const timelineSQL = `SELECT t.id, t.record, t.at, t.by_whom, coalesce(p.name, ''), t.deed, t.was, t.became, t.reason, t.text, t.public, t.irregular, t.changes, t.batch
	FROM timeline AS t LEFT JOIN person AS p ON p.id = t.by_whom WHERE t.record = $1`

// Timeline reads the entries of a record, oldest first. The caller has found
// the record under his scope before.
func (l ledger) Timeline(ctx context.Context, id int64, publicOnly bool) ([]record.Entry, error) {
	q := timelineSQL
	if publicOnly {
		q += " AND t.public"
	}
	rows, err := l.db.read.query(ctx, q+" ORDER BY t.at, t.id", id)
	if err != nil {
		return nil, fmt.Errorf("store: timeline: %w", err)
	}
	return scanEntries(rows)
}

func scanEntries(rows *sql.Rows) (out []record.Entry, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e record.Entry
		var changes string
		if err := rows.Scan(&e.ID, &e.Record, at{&e.At}, refTo(&e.By), &e.Name, &e.Deed, &e.From, &e.To, &e.Reason, &e.Text, &e.Public, &e.Irregular, &changes, refTo(&e.Batch)); err != nil {
			return nil, fmt.Errorf("store: timeline: %w", err)
		}
		if changes != "" {
			if err := json.Unmarshal([]byte(changes), &e.Changes); err != nil {
				return nil, fmt.Errorf("store: timeline %d: %w", e.ID, err)
			}
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

func scanIDs(rows *sql.Rows) (ids []int64, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Clocks reads the clocks of some records.
func (l ledger) Clocks(ctx context.Context, records ...int64) (map[int64][]sla.Clock, error) {
	var c clause
	c.conds = append(c.conds, in(&c, "record", records))
	rows, err := l.db.read.query(ctx, clockSQL+c.where()+" ORDER BY record, name", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: clocks: %w", err)
	}
	return scanClocks(rows)
}

// Around reads who follows a record and what it is linked to, as far as the
// scope allows.
func (l ledger) Around(ctx context.Context, scope people.Scope, id int64) (a record.Around, err error) {
	rows, err := l.db.read.query(ctx, `SELECT p.person, n.name FROM party AS p JOIN person AS n ON n.id = p.person WHERE p.record = $1 AND p.role = 'watcher' ORDER BY n.name, p.person`, id)
	if err != nil {
		return a, fmt.Errorf("store: watchers: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var n record.Named
		if err := rows.Scan(&n.ID, &n.Name); err != nil {
			return a, fmt.Errorf("store: watchers: %w", err)
		}
		a.Watchers = append(a.Watchers, n)
	}
	if err := rows.Err(); err != nil {
		return a, fmt.Errorf("store: watchers: %w", err)
	}
	for _, back := range []bool{false, true} {
		if err := l.linked(ctx, scope, id, back, &a); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (l ledger) linked(ctx context.Context, scope people.Scope, id int64, back bool, a *record.Around) (err error) {
	here, there := "source", "target"
	if back {
		here, there = there, here
	}
	var c clause
	c.and("k."+here+" = ?", id)
	c.scope(l.db.dialect, scope)
	q := strings.Replace(rowSQL, "FROM record AS r", ", k.type FROM link AS k JOIN record AS r ON r.id = k."+there, 1)
	rows, err := l.db.read.query(ctx, q+c.where()+" ORDER BY k.type, r.id", c.args...)
	if err != nil {
		return fmt.Errorf("store: links: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		k := record.Linked{Back: back}
		r := &k.Row
		refs := append([]any{&r.ID, &r.Kind, &r.Number, &r.Version, &r.Live}, headRefs(&r.Head)...)
		if err := rows.Scan(append(refs, &r.RequesterName, &r.OwnerName, &k.Type)...); err != nil {
			return fmt.Errorf("store: links: %w", err)
		}
		a.Links = append(a.Links, k)
	}
	return rows.Err()
}
