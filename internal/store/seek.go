package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// A list that is filtered by words can be read from either end. Where few
// records have the words, these are looked up and sorted; where many have
// them, the list is walked in its own order and the words' rows are few before
// the page is full. PostgreSQL keeps statistics of words and chooses itself.
// SQLite knows nothing about them and would always walk the list: through all
// of it for a rare word, and past a table of all matches for a common one. So
// for SQLite the choice is made here.

// seek reads a list whose condition has words in the way that suits them;
// done is false when there is none better than the plain one.
func (l ledger) seek(ctx context.Context, scope people.Scope, q record.Query, o order) (out []record.Row, done bool, err error) {
	rest, ask := apart(q.Where)
	if l.db.rare == 0 || len(ask) == 0 {
		return nil, false, nil
	}
	n, err := l.matches(ctx, ask, q.Inner, l.db.rare+1)
	if err != nil {
		return nil, false, err
	}
	if n <= l.db.rare {
		out, err = l.lookedUp(ctx, scope, q, o)
		return out, err == nil, err
	}
	q.Where = rest
	for far := l.db.walks[0]; ; {
		if out, err = l.walk(ctx, scope, q, o, ask, far); err != nil || len(out) >= o.limit {
			return out, err == nil, err
		}
		if far >= l.db.walks[1] {
			return nil, false, nil
		}
		// as far as the page should be full at the rate of what was found, and half as far again
		far = min(max(2*far, far*3*o.limit/(2*max(len(out), 1))), l.db.walks[1])
	}
}

// apart takes the words that all rows must have out of a condition.
func apart(n query.Node) (rest query.Node, ask []words.Term) {
	if n.Op == query.Has && n.Field == "" {
		return query.Node{}, words.Ask(strings.Join(n.Values, " "))
	}
	if n.Op != query.And {
		return n, nil
	}
	var kids []query.Node
	for _, k := range n.Kids {
		left, some := apart(k)
		if len(some) == 0 {
			left = k // words of which nothing is left to look for match nothing
		}
		kids, ask = append(kids, left), append(ask, some...)
	}
	return query.All(kids...), ask
}

// lookedUp takes the matches of the words first and sorts them.
func (l ledger) lookedUp(ctx context.Context, scope people.Scope, q record.Query, o order) ([]record.Row, error) {
	o.sorts = true
	c, err := l.conditions(ctx, scope, q, true)
	if err != nil {
		return nil, err
	}
	return l.rows(ctx, c, q, o)
}

// walk looks for the words in the first rows of a list. The full-text index is
// read once, over the range of the rows' ids: records that stand together in a
// list have mostly come together.
func (l ledger) walk(ctx context.Context, scope people.Scope, q record.Query, o order, ask []words.Term, far int) ([]record.Row, error) {
	c, err := l.conditions(ctx, scope, q, false)
	if err != nil {
		return nil, err
	}
	o.after(c, q.After)
	o.with = "WITH some AS MATERIALIZED (SELECT r.id FROM record AS r" + c.where() + o.by() + " LIMIT " + strconv.Itoa(far) + ") "
	had := &clause{args: c.args}
	had.and("r.id IN (SELECT search.rowid FROM search WHERE " + l.db.match(had, ask, q.Inner) +
		" AND search.rowid BETWEEN (SELECT min(id) FROM some) AND (SELECT max(id) FROM some) AND +search.rowid IN (SELECT id FROM some))")
	o.sorts, q.After = true, record.Cursor{}
	return l.rows(ctx, had, q, o)
}

// order is how a list is sorted and how many rows it has.
type order struct {
	col   string
	desc  bool
	sorts bool   // the rows are few and come in no order: their index is no help
	with  string // what the conditions refer to
	limit int
}

// by is the order as a clause. An index is not used for what has a plus.
func (o order) by() string {
	dir, plus := "", ""
	if o.desc {
		dir = " DESC"
	}
	if o.sorts {
		plus = "+"
	}
	return " ORDER BY " + plus + "r." + o.col + dir + ", " + plus + "r.id" + dir
}

// after begins behind a row.
func (o order) after(c *clause, from record.Cursor) {
	if from == (record.Cursor{}) {
		return
	}
	cmp := ">"
	if o.desc {
		cmp = "<"
	}
	c.and("(r."+o.col+", r.id) "+cmp+" (?, ?)", from.Value, from.ID)
}

// rows reads the rows that conditions leave. The limit stands in the text:
// PostgreSQL then keeps the plan instead of making it anew each time. What is
// sorted is only the ids; the rest is read of those that are shown.
func (l ledger) rows(ctx context.Context, c *clause, q record.Query, o order) ([]record.Row, error) {
	o.after(c, q.After)
	cut := c.where() + o.by() + " LIMIT " + strconv.Itoa(o.limit)
	if o.sorts {
		cut = " WHERE r.id IN (SELECT r.id FROM record AS r" + cut + ")" + o.by()
	}
	return l.timed(ctx, q.Timed, o.with, cut, c.args...)
}

// timed reads rows, with their clocks when they are asked for.
func (l ledger) timed(ctx context.Context, clocks bool, with, cut string, args ...any) ([]record.Row, error) {
	from, more := rowSQL, []func(*record.Row) any(nil)
	if clocks {
		from, more = timedSQL, []func(*record.Row) any{func(r *record.Row) any { return clockList{&r.Clocks} }}
	}
	rows, err := l.db.read.query(ctx, with+from+cut, args...)
	if err != nil {
		return nil, fmt.Errorf("store: list: %w", err)
	}
	return scanRows(rows, more...)
}

// matches counts the records that have words, up to most.
func (l ledger) matches(ctx context.Context, ask []words.Term, inner bool, most int) (n int, err error) {
	var c clause
	c.conds = append(c.conds, l.db.match(&c, ask, inner))
	if err := l.db.read.row(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT %s FROM search%s LIMIT %d) AS few", l.db.indexed, c.where(), most), c.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: search: %w", err)
	}
	return n, nil
}
