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
// the page is full. PostgreSQL keeps statistics of words and chooses itself,
// for whoever sees everything: it would walk a team that has nothing to do with
// printers to its end for one. SQLite knows nothing about them and would always walk the list: through all
// of it for a rare word, and past a table of all matches for a common one. So
// the choice is made here.

// seek reads a list whose condition has words in the way that suits them;
// done is false when there is none better than the plain one.
func (l ledger) seek(ctx context.Context, scope people.Scope, q record.Query, o order) (out []record.Row, done bool, err error) {
	all := q.Where
	rest, ask := apart(all)
	if len(ask) == 0 || l.db.rare == 0 || l.db.probes && scope.Everywhere() {
		return nil, false, nil
	}
	few, err := l.few(ctx, sought{ask, q.Inner, scope})
	if err != nil {
		return nil, false, err
	}
	if few {
		out, err = l.lookedUp(ctx, scope, q, o, true)
		return out, err == nil, err
	}
	q.Where = rest
	for far := max(l.db.walks[0], 20*o.limit); ; {
		var whole bool
		if out, whole, err = l.walk(ctx, scope, q, o, ask, far); err != nil || whole || len(out) >= o.limit {
			return out, err == nil, err
		}
		if far >= l.db.walks[1] {
			break
		}
		// as far as the page should be full at the rate of what was found, and half as far again
		if far = max(2*far, far*3*o.limit/(2*max(len(out), 1))); far > l.db.walks[1] {
			if small, err := l.seesFew(ctx, scope, q.Kind, mostWithin); small || err != nil { // then all matches are sooner passed
				if err != nil {
					return nil, false, err
				}
				break
			}
			far = l.db.walks[1]
		}
	}
	if scope.Everywhere() {
		return nil, false, nil
	}
	q.Where = all
	out, err = l.lookedUp(ctx, scope, q, o, false)
	return out, err == nil, err
}

// few reports whether few records have words, of those that somebody sees
// where the index knows whose a record is.
func (l ledger) few(ctx context.Context, s sought) (bool, error) {
	if l.db.probes {
		n, _, err := l.common(ctx, s)
		return n <= l.db.rare, err
	}
	n, err := l.matches(ctx, s, l.db.rare+1)
	return n <= l.db.rare, err
}

// mostWithin is how much somebody may see for all of it to be gathered before
// matches of words are compared with it.
const mostWithin = 60_000

// within selects the ids of all that somebody sees; "" where it is of no use:
// PostgreSQL's index of words knows whose a record is.
func (l ledger) within(ctx context.Context, c *clause, scope people.Scope, kind record.Kind) (string, error) {
	if l.db.probes {
		return "", nil
	}
	if small, err := l.seesFew(ctx, scope, kind, mostWithin); !small || err != nil {
		return "", err
	}
	all, _ := reaches(scope, query.Node{})
	m := merge{c: c, d: l.db.dialect, scope: scope, q: record.Query{Kind: kind}}
	return m.whole(all), nil
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

// lookedUp takes the matches of the words first and sorts them. Where they are
// not few, SQLite keeps of them what the reader sees before it looks at rows.
func (l ledger) lookedUp(ctx context.Context, scope people.Scope, q record.Query, o order, few bool) ([]record.Row, error) {
	o.sorts = true
	c, how := &clause{}, looks{few: true}
	if !few {
		var err error
		if how.within, err = l.within(ctx, c, scope, q.Kind); err != nil {
			return nil, err
		}
	}
	if err := l.conditions(c, scope, q, o, how); err != nil {
		return nil, err
	}
	return l.rows(ctx, c, q, o)
}

// walk looks for the words in the first rows of a list; whole is true when
// these are all it has. The full-text index is read once, over the range of the
// rows' ids: records that stand together in a list have mostly come together.
func (l ledger) walk(ctx context.Context, scope people.Scope, q record.Query, o order, ask []words.Term, far int) (out []record.Row, whole bool, err error) {
	first := o
	first.limit = far
	c, ids, _, err := l.pick(ctx, scope, q, first)
	if err != nil {
		return nil, false, err
	}
	o.with = "WITH head AS MATERIALIZED (" + ids + ") "
	had := &clause{args: c.args}
	look := sought{ask, q.Inner, scope}
	if l.db.probes {
		had.and("r.id IN (SELECT id FROM head)")
		had.conds = append(had.conds, l.db.found(had, look, looks{probe: true}))
	} else {
		had.and("r.id IN (SELECT search.rowid FROM search WHERE " + l.db.match(had, look) +
			" AND search.rowid BETWEEN (SELECT min(id) FROM head) AND (SELECT max(id) FROM head) AND +search.rowid IN (SELECT id FROM head))")
	}
	o.sorts, q.After = true, record.Cursor{}
	if out, err = l.rows(ctx, had, q, o); err != nil || len(out) >= o.limit || scope.Everywhere() {
		return out, false, err
	}
	n, err := l.counted(ctx, ids, c.args)
	return out, n < far, err
}

// order is how a list is sorted and how many rows it has.
type order struct {
	col   string
	desc  bool
	sorts bool   // the rows are few and come in no order: their index is no help
	ended bool   // only what is no longer live: its index steps over no live one
	with  string // what the conditions refer to
	limit int
}

// by is the order as a clause. An index is not used for what has a plus.
func (o order) by() string {
	dir, plus := "", ""
	if o.col == "" {
		return ""
	}
	if o.desc {
		dir = " DESC"
	}
	if o.sorts {
		plus = "+"
	}
	return " ORDER BY " + plus + o.key() + dir + ", " + plus + "r.id" + dir
}

// key is what a list is sorted by. Neither engine knows that the live records
// stand at the head of the index of all, so what has ended is sorted by an
// expression that only its own index has (record_done_opened).
func (o order) key() string {
	if o.ended && !o.sorts {
		return "(r." + o.col + " + 0)"
	}
	return "r." + o.col
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
	if o.ended { // SQLite finds no place in an index of expressions by a pair
		c.and(o.key()+" "+cmp+"= ?", from.Value)
	}
	c.and("("+o.key()+", r.id) "+cmp+" (?, ?)", from.Value, from.ID)
}

// pick selects the ids of a list's rows, in the way that suits who reads. It
// says too how what was picked is to be put in order.
func (l ledger) pick(ctx context.Context, scope people.Scope, q record.Query, o order) (c *clause, ids string, _ order, err error) {
	w, err := l.ways(ctx, scope, q, o)
	if err != nil {
		return nil, "", o, err
	}
	c = &clause{}
	if !w.merge {
		if err := l.conditions(c, scope, q, o, looks{probe: w.probe, few: slim(q.Where)}); err != nil {
			return nil, "", o, err
		}
		o.after(c, q.After)
		return c, "SELECT r.id FROM record AS r" + c.where() + o.by() + " LIMIT " + strconv.Itoa(o.limit), o, nil
	}
	m := merge{c: c, d: l.db.dialect, scope: scope, q: q, probe: w.probe}
	if w.few { // all of them, to be sorted
		ids, err = m.ids(w.reaches, order{limit: l.db.little})
		c.conds = append(c.conds, "r.id IN ("+ids+")")
		o.after(c, q.After)
		o.sorts = true
		return c, "SELECT r.id FROM record AS r" + c.where() + o.by() + " LIMIT " + strconv.Itoa(o.limit), o, err
	}
	ids, err = m.ids(w.reaches, o)
	return c, ids, o, err
}

// ways is how a list is read.
type ways struct {
	merge   bool    // reaches; else walk the list
	reaches []reach // of the reader
	few     bool    // all that they have is sorted
	probe   bool    // words are looked for in each row
}

// ways chooses. Whoever sees everything walks; so does everybody through the
// records that are live or not yet closed, which are few and whose indexes have
// all that a scope asks.
// Else reaches are merged where they have an index for the order, and where
// they have none and little is seen, that is sorted.
func (l ledger) ways(ctx context.Context, scope people.Scope, q record.Query, o order) (w ways, err error) {
	loose := q.Where.Find(func(n query.Node) bool { return n.Op == query.Has && n.Field == "" })
	if !l.db.probes {
		loose = nil
	}
	var ok, little bool
	w.reaches, ok = reaches(scope, q.Where)
	if ok && (len(loose) > 0 || o.col != "" && o.col != "opened" && !slim(q.Where) || scope.OnlyOwn()) {
		if little, err = l.seesFew(ctx, scope, q.Kind, l.db.little); err != nil {
			return w, err
		}
	}
	common := false
	if !little {
		if common, err = l.anyCommon(ctx, scope, loose, q.Inner); err != nil {
			return w, err
		}
	}
	w.probe = len(loose) > 0 && (little || common)
	switch {
	case !ok:
	case little:
		w.merge, w.few = true, o.col != ""
	case !slim(q.Where) && (o.col == "" || o.col == "opened"):
		w.merge = true
	}
	return w, nil
}

// anyCommon reports whether some words in a list's condition are better looked
// for in each row of the list than through the index.
func (l ledger) anyCommon(ctx context.Context, scope people.Scope, loose []query.Node, inner bool) (bool, error) {
	for _, n := range loose {
		ask := words.Ask(strings.Join(n.Values, " "))
		if len(ask) == 0 {
			continue
		}
		if _, common, err := l.common(ctx, sought{ask, inner, scope}); common || err != nil {
			return common, err
		}
	}
	return false, nil
}

// read reads a list. Whoever sees everything reads the rows as he walks; for
// others ids are picked first.
func (l ledger) read(ctx context.Context, scope people.Scope, q record.Query, o order) ([]record.Row, error) {
	if scope.Everywhere() {
		w, err := l.ways(ctx, scope, q, o)
		if err != nil {
			return nil, err
		}
		c := &clause{}
		o.ended = o.col == "opened" && onlyEnded(q.Where)
		if err := l.conditions(c, scope, q, o, looks{probe: w.probe, few: slim(q.Where)}); err != nil {
			return nil, err
		}
		return l.rows(ctx, c, q, o)
	}
	c, ids, o, err := l.pick(ctx, scope, q, o)
	if err != nil {
		return nil, err
	}
	o.sorts = true
	return l.timed(ctx, q.Timed, "", " WHERE r.id IN ("+ids+")"+o.by(), c.args...)
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
func (l ledger) matches(ctx context.Context, s sought, most int) (n int, err error) {
	var c clause
	c.conds = append(c.conds, l.db.match(&c, s))
	if err := l.db.read.row(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT %s FROM search%s LIMIT %d) AS few", l.db.indexed, c.where(), most), c.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: search: %w", err)
	}
	return n, nil
}
