package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// Finder searches the records of all practices.
func (db *DB) Finder() record.Finder { return ledger{db} }

// mostCounted bounds counting for readers who see only a part: what they do
// not see is walked over too.
const mostCounted = 100

// Search finds records by number and by words. A word that is in few records
// is found through the index and ranked; of one that is in many the newest are
// read off the index's end, so that neither ever walks over all of it.
func (l ledger) Search(ctx context.Context, scope people.Scope, s record.Search) (f record.Found, err error) {
	s.Limit = min(max(s.Limit, 1), 100)
	var exact []int64
	if exact, err = l.numbered(ctx, scope, s); err != nil {
		return f, err
	}
	ask := words.Ask(s.Text)
	ids := exact
	f.Total = len(exact)
	if len(ask) > 0 {
		var found []int64
		if found, err = l.matching(ctx, scope, s, ask, &f); err != nil {
			return f, err
		}
		found = slices.DeleteFunc(found, func(id int64) bool { return slices.Contains(exact, id) })
		if ids = found; s.Skip == 0 {
			ids = append(exact, found...)
		}
	}
	f.Hits, err = l.hits(ctx, ids[:min(len(ids), s.Limit)], ask, s)
	for i := range f.Hits {
		f.Hits[i].Exact = slices.Contains(exact, f.Hits[i].ID)
	}
	return f, err
}

// numbered finds the records that the text names: INC-2026-00042, or 42 of
// this year and the years before.
func (l ledger) numbered(ctx context.Context, scope people.Scope, s record.Search) ([]int64, error) {
	text := strings.TrimPrefix(strings.TrimSpace(s.Text), "#")
	kind, number, err := record.ParseRef(text)
	numbers := []int64{int64(number)}
	if err != nil {
		n, bad := strconv.Atoi(text)
		if bad != nil || n < 1 || n >= 10_000_000 {
			return nil, nil
		}
		numbers = numbers[:0]
		for year := s.Now.Year(); year > s.Now.Year()-6; year-- {
			numbers = append(numbers, int64(record.NewNumber(year, n)))
		}
		kind = s.Kind
	}
	c := &clause{}
	c.conds = append(c.conds, in(c, "r.number", numbers))
	if kind != "" && (len(s.Kinds) == 0 || slices.Contains(s.Kinds, kind)) {
		c.and("r.kind = ?", string(kind))
	} else if len(s.Kinds) > 0 {
		c.among("r.kind", s.Kinds)
	} else { // the index has the kind first
		c.conds = append(c.conds, "r.kind IN (SELECT kind FROM numbering)")
	}
	c.scope(l.db.dialect, scope)
	rows, err := l.db.read.query(ctx, "SELECT r.id FROM record AS r"+c.where()+" ORDER BY r.number DESC LIMIT 6", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: search: %w", err)
	}
	// ids of a query are in its order
	return scanIDs(rows)
}

// among keeps the records of some kinds.
func (c *clause) among(col string, kinds []record.Kind) {
	args := make([]any, len(kinds))
	for i, k := range kinds {
		args[i] = string(k)
	}
	c.and(col+" IN (?"+strings.Repeat(", ?", len(kinds)-1)+")", args...)
}

func (l ledger) matching(ctx context.Context, scope people.Scope, s record.Search, ask []words.Term, f *record.Found) ([]int64, error) {
	look := sought{ask, s.Inner, scope}
	n, common, err := l.common(ctx, look)
	if err != nil {
		return nil, err
	}
	if common && !scope.Everywhere() || scope.OnlyOwn() {
		return l.newest(ctx, scope, s, f)
	}
	known, err := l.known(ctx, scope, s, n, common)
	if err != nil {
		return nil, err
	}
	if f.Ranked = !common; common && known {
		f.Total, f.More = f.Total+record.MostRanked, true
	}
	if common && known && l.db.probes { // the planner may take for rare what comes together often
		return l.newest(ctx, scope, s, &record.Found{})
	}
	c := &clause{}
	c.conds = append(c.conds, l.db.match(c, look))
	if known && !common { // no row need be looked at
		return l.ranked(ctx, c, "search", ranking{look, s, f})
	}
	if s.Kind != "" {
		c.and("r.kind = ?", string(s.Kind))
	} else if len(s.Kinds) > 0 {
		c.among("r.kind", s.Kinds)
	}
	if err := c.query(l.db.dialect, record.Query{Kind: s.Kind, Where: s.Where, Inner: s.Inner}, looks{probe: true, scope: scope}); err != nil {
		return nil, err
	}
	c.scope(l.db.dialect, scope)
	from := "search JOIN record AS r ON r.id = search." + l.db.indexed
	if !common {
		return l.ranked(ctx, c, from, ranking{look, s, f})
	}
	where := c.where()
	if !known {
		if err := l.total(ctx, from+where, c.args[:len(c.args):len(c.args)], f); err != nil {
			return nil, err
		}
	}
	rows, err := l.db.read.query(ctx, "SELECT r.id FROM "+from+where+" ORDER BY search."+l.db.indexed+" DESC"+c.text(" LIMIT ? OFFSET ?", s.Limit, s.Skip), c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: search: %w", err)
	}
	return scanIDs(rows)
}

// ranking is what is ranked, and where it is told how much that is.
type ranking struct {
	sought
	search record.Search
	found  *record.Found
}

// ranked reads the best of what conditions leave, and counts it: once.
func (l ledger) ranked(ctx context.Context, c *clause, from string, r ranking) (ids []int64, err error) {
	n := 0
	all := "WITH m AS MATERIALIZED (SELECT search." + l.db.indexed + " AS id, " + l.db.rank(c, r.sought) + " AS rank FROM " + from + c.where() + ") SELECT "
	bare := c.args
	rows, err := l.db.read.query(ctx, all+"m.id, (SELECT count(*) FROM m) FROM m ORDER BY m.rank, m.id DESC"+c.text(" LIMIT ? OFFSET ?", r.search.Limit, r.search.Skip), c.args...) //nolint:sqlclosecheck // scanAll closes them
	if err != nil {
		return nil, fmt.Errorf("store: search: %w", err)
	}
	if err := scanAll(rows, func() error {
		var id int64
		err := rows.Scan(&id, &n)
		ids = append(ids, id)
		return err
	}); err != nil {
		return nil, fmt.Errorf("store: search: %w", err)
	}
	if len(ids) == 0 && r.search.Skip > 0 { // behind the last
		if err := l.db.read.row(ctx, all+"count(*) FROM m", bare...).Scan(&n); err != nil {
			return nil, fmt.Errorf("store: search: %w", err)
		}
	}
	r.found.Total += n
	return ids, nil
}

// newest reads what somebody who sees a part finds by common words: as the
// list that words filter, counted no further than it was read.
func (l ledger) newest(ctx context.Context, scope people.Scope, s record.Search, f *record.Found) ([]int64, error) {
	o := orders[record.Newest]
	o.limit = max(mostCounted, s.Skip+s.Limit) + 1
	rows, err := l.list(ctx, scope, record.Query{Kind: s.Kind, Where: query.All(s.Where, query.Words(s.Text)), Now: s.Now, Inner: s.Inner}, o)
	if err != nil {
		return nil, err
	}
	n := min(len(rows), o.limit-1)
	f.Total, f.More = f.Total+n, len(rows) > n
	var ids []int64
	for _, r := range rows[min(s.Skip, n):n] {
		ids = append(ids, r.ID)
	}
	return ids, nil
}

// known reports whether n, how many records have the words, says already how
// many the reader finds: he sees all, asks for nothing else, and what he does
// not look for cannot make a difference.
func (l ledger) known(ctx context.Context, scope people.Scope, s record.Search, n int, common bool) (bool, error) {
	if !scope.Everywhere() || !s.Where.Empty() || len(s.Kinds) > 0 {
		return false, nil
	}
	others, err := l.others(ctx, s.Kind)
	return others == 0 || common && n-others > record.MostRanked, err
}

// others counts the records that there ever were of other kinds than one.
func (l ledger) others(ctx context.Context, k record.Kind) (n int, err error) {
	if k == "" {
		return 0, nil
	}
	err = l.db.read.row(ctx, `SELECT CAST(count(*) + coalesce(sum((SELECT sum(c.n) FROM tally AS c WHERE c.kind = g.kind AND c.what = '`+opened+`*')), 0) AS BIGINT)
		FROM numbering AS g WHERE g.kind <> $1`, string(k)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("store: search: %w", err)
	}
	return n, nil
}

// total counts what was found of common words, up to a bound.
func (l ledger) total(ctx context.Context, from string, args []any, f *record.Found) error {
	n := 0
	q := fmt.Sprintf("SELECT count(*) FROM (SELECT r.id FROM %s LIMIT %d) AS few", from, mostCounted+1)
	if err := l.db.read.row(ctx, q, args...).Scan(&n); err != nil {
		return fmt.Errorf("store: search: %w", err)
	}
	f.Total, f.More = f.Total+min(n, mostCounted), n > mostCounted
	return nil
}

// common reports whether more records have the words than are ranked, and n:
// how many they are, or when they are common a number that is above it.
func (l ledger) common(ctx context.Context, s sought) (n int, common bool, err error) {
	if l.db.guess != nil {
		n, err = l.db.guess(ctx, l.db, s)
	} else {
		n, err = l.matches(ctx, s, record.MostRanked+1)
	}
	return n, n > record.MostRanked, err
}

// hits reads the records found, in their order, with excerpts made from the
// text as it is stored.
func (l ledger) hits(ctx context.Context, ids []int64, ask []words.Term, s record.Search) ([]record.Hit, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	c := &clause{}
	c.conds = append(c.conds, in(c, "r.id", ids))
	list, err := l.timed(ctx, s.Timed, "", c.where(), c.args...)
	if err != nil {
		return nil, err
	}
	texts, err := l.stored(ctx, ids, s)
	if err != nil {
		return nil, err
	}
	out := make([]record.Hit, 0, len(ids))
	for _, id := range ids {
		i := slices.IndexFunc(list, func(r record.Row) bool { return r.ID == id })
		if i < 0 {
			continue // gone from sight between the two reads
		}
		h := record.Hit{Row: list[i]}
		h.Excerpts = append(h.Excerpts, record.Excerpt{Where: "title", Parts: words.Excerpt(h.Title, ask, 200)})
		for _, t := range texts[id] {
			if parts := words.Excerpt(t.text, ask, 120); words.HasHit(parts) && len(h.Excerpts) < 4 {
				h.Excerpts = append(h.Excerpts, record.Excerpt{Where: t.where, Parts: parts})
			}
		}
		out = append(out, h)
	}
	return out, nil
}

type passage struct{ where, text string }

// stored reads the texts of some records in one statement: their own first,
// then what was said.
func (l ledger) stored(ctx context.Context, ids []int64, s record.Search) (out map[int64][]passage, err error) {
	c := &clause{}
	among := in(c, "", ids)
	var parts []string
	for kind, b := range bodyTables {
		if s.Kind != "" && kind != s.Kind {
			continue
		}
		for n, col := range b.words {
			parts = append(parts, fmt.Sprintf("SELECT b.id, 'text', b.%s, %d FROM %s AS b WHERE b.id%s AND b.%s <> ''", col, n, b.name, among, col))
		}
	}
	slices.Sort(parts) // one text for one question
	public := ""
	if !s.Inner {
		public = " AND t.public"
	}
	parts = append(parts, "SELECT t.record, CASE WHEN t.public THEN 'reply' ELSE 'note' END, t.text, t.id + 100 FROM timeline AS t WHERE t.record"+among+" AND t.text <> ''"+public)
	rows, err := l.db.read.query(ctx, strings.Join(parts, " UNION ALL ")+" ORDER BY 1, 4", c.args...)
	if err != nil {
		return nil, fmt.Errorf("store: search: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[int64][]passage{}
	for rows.Next() {
		var id, at int64
		var p passage
		if err := rows.Scan(&id, &p.where, &p.text, &at); err != nil {
			return nil, fmt.Errorf("store: search: %w", err)
		}
		out[id] = append(out[id], p)
	}
	return out, rows.Err()
}
