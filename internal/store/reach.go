package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// Whoever sees everything reads a list by walking its order. Whoever sees a
// part would walk over what he does not see; how far, depends on how much that
// is. So his list is put together from his reaches: the records of each of his
// teams, his departments, his zones, and what he asked for, has or watches.
// Each has an index in the order of a list, each gives its first rows, and
// these are merged.

// reach is one of the ways in which a reader comes to see records: a field of
// the head has a value that is his. That he watches them is no field; its value
// is who he is.
type reach struct {
	field string
	value int64
}

const watcher = "watcher"

// mostReaches is how many are merged. Whoever has more sees so much that he
// rather walks the list.
const mostReaches = 48

// reaches are those of a scope that can have records of which the filter
// holds; ok is false when they are no help.
func reaches(s people.Scope, filter query.Node) (out []reach, ok bool) {
	add := func(field string, ids ...int64) {
		for _, id := range ids {
			out = append(out, reach{field, id})
		}
	}
	switch {
	case s.Everywhere():
		return nil, false
	case s.All: // then what he is cleared for is what he sees
		add("zone", append([]int64{0}, numbersOf(s.Cleared)...)...)
	default:
		add("team", numbersOf(s.Teams)...)
		add("department", numbersOf(s.Departments)...)
		add("zone", numbersOf(s.Zones)...)
	}
	if s.Own != 0 {
		add("requester", int64(s.Own))
		if !s.All {
			add("owner", int64(s.Own))
			add(watcher, int64(s.Own))
		}
	}
	out = narrowed(out, s, filter)
	return out, len(out) <= mostReaches
}

// reached is the condition that record r is of a reach, in a form that the
// reach's index is found by. What a person asked for himself he sees whatever
// its zone.
func (c *clause) reached(d dialect, r reach, s people.Scope) string {
	switch r.field {
	case "requester":
		return c.text("r.requester = ?", r.value)
	case watcher:
		return "r.id " + fmt.Sprintf(d.first, c.watches(people.ID(r.value))) + and(c.zoned(s))
	case "zone":
		return c.text("coalesce(r.zone, 0) = ?", r.value) + and(c.zoned(s))
	}
	return c.text("r."+r.field+" = ?", r.value) + and(c.zoned(s))
}

// fresh is the condition that record r is of none of the reaches before one.
// What a person asked for may be in a zone that they are not cleared for.
func (c *clause) fresh(before []reach, r reach, s people.Scope) string {
	var had []string
	for len(before) > 0 && before[0].field != r.field {
		var values []int64
		first := before[0].field
		for ; len(before) > 0 && before[0].field == first; before = before[1:] {
			values = append(values, before[0].value)
		}
		had = append(had, in(c, "coalesce(r."+first+", 0)", values))
	}
	switch {
	case len(had) == 0:
		return ""
	case r.field == "requester":
		return " AND NOT ((" + strings.Join(had, " OR ") + ")" + and(c.zoned(s)) + ")"
	}
	return " AND NOT (" + strings.Join(had, " OR ") + ")"
}

// narrowed leaves out reaches that have nothing a filter asks for, and, where a
// filter asks for no more than some of them have, all others.
func narrowed(all []reach, s people.Scope, filter query.Node) []reach {
	for _, field := range []string{"requester", "team", "department", "zone", "owner"} {
		values, ok := fixed(filter, field)
		if !ok {
			continue
		}
		all = slices.DeleteFunc(all, func(r reach) bool { return r.field == field && !slices.Contains(values, r.value) })
		whole := !slices.ContainsFunc(values, func(v int64) bool {
			return !slices.ContainsFunc(all, func(r reach) bool { return r.field == field && r.value == v })
		})
		if whole { // and what he asked for in a zone that he is not cleared for
			all = slices.DeleteFunc(all, func(r reach) bool { return r.field != field && (r.field != "requester" || s.AllZones) })
		}
	}
	return all
}

// fixed are the values of which a field must have one, as a filter says; ok is
// false when it says nothing of the kind.
func fixed(n query.Node, field string) (values []int64, ok bool) {
	if n.Op == query.And {
		for _, k := range n.Kids {
			if values, ok = fixed(k, field); ok {
				return values, true
			}
		}
		return nil, false
	}
	if n.Op != query.Eq || n.Field != field {
		return nil, false
	}
	for _, v := range n.Values {
		id, _ := strconv.ParseInt(cmp.Or(v, "0"), 10, 64) // what is no number is refused where it is compared
		values = append(values, id)
	}
	return values, true
}

// onlyLive reports whether a filter asks for nothing but live records.
func onlyLive(n query.Node) bool {
	if n.Op == query.And {
		return slices.ContainsFunc(n.Kids, onlyLive)
	}
	return n.Op == query.Eq && n.Field == "open" && slices.Equal(n.Values, []string{"true"})
}

// onlyEnded reports whether a filter asks for nothing but records that are live no
// more.
func onlyEnded(n query.Node) bool {
	if n.Op == query.And {
		return slices.ContainsFunc(n.Kids, onlyEnded)
	}
	return n.Op == query.Eq && n.Field == "open" && slices.Equal(n.Values, []string{"false"})
}

// slim reports whether a filter asks for nothing but records that are live, or
// not yet closed.
func slim(n query.Node) bool {
	if n.Op == query.And {
		return slices.ContainsFunc(n.Kids, slim)
	}
	return onlyLive(n) || unclosed(n)
}

// unclosed reports whether a condition asks for states other than the one in
// which nearly all records are, of all practices: there is an index without it.
func unclosed(n query.Node) bool {
	return n.Op == query.Eq && n.Field == "state" && len(n.Values) > 0 && !slices.Contains(n.Values, "closed")
}

// merge puts a list together from reaches.
type merge struct {
	c     *clause
	d     dialect
	scope people.Scope
	q     record.Query
	probe bool
	rest  map[bool]string // what a list asks besides, of few records and of many
}

// ids selects the first records of each reach in an order, and each record
// once. Without an order it is any of them, as they come.
func (m merge) ids(all []reach, o order) (string, error) {
	m.rest = map[bool]string{}
	limit := " LIMIT " + strconv.Itoa(o.limit)
	var parts []string
	for i, r := range all {
		rest, err := m.asked(r, o)
		if err != nil {
			return "", err
		}
		for _, of := range m.c.kinds(m.q.Kind, r) {
			cond := m.c.reached(m.d, r, m.scope) + of + rest
			if o.col == "" {
				parts = append(parts, "SELECT r.id FROM record AS r WHERE "+cond+m.c.fresh(all[:i], r, m.scope))
			} else {
				parts = append(parts, fmt.Sprintf("SELECT p%[1]d.* FROM (SELECT r.id, r.%[2]s FROM record AS r WHERE %[3]s) AS p%[1]d", len(parts), o.col, cond+o.by()+limit))
			}
		}
	}
	switch {
	case len(parts) == 0:
		return "SELECT r.id FROM record AS r WHERE 1 = 0", nil
	case o.col == "":
		return "SELECT r.id FROM (" + strings.Join(parts, " UNION ALL ") + ") AS r" + limit, nil
	}
	return "SELECT r.id FROM (" + strings.Join(parts, " UNION ") + ") AS r" + o.by() + limit, nil
}

// whole selects all that reaches have, some of it more than once.
func (m merge) whole(all []reach) string {
	var parts []string
	for _, r := range all {
		for _, of := range m.c.kinds(m.q.Kind, r) {
			parts = append(parts, "SELECT r.id FROM record AS r WHERE "+m.c.reached(m.d, r, m.scope)+of)
		}
	}
	return strings.Join(parts, " UNION ALL ")
}

// asked is what a list asks besides of the records of a reach.
func (m merge) asked(r reach, o order) (string, error) {
	own := r.own()
	if text, ok := m.rest[own]; ok {
		return text, nil
	}
	var c clause
	c.args = m.c.args
	if err := c.query(m.d, m.q, looks{probe: m.probe, few: own, scope: m.scope}); err != nil {
		return "", err
	}
	if o.col != "" {
		o.after(&c, m.q.After)
	}
	m.c.args = c.args
	text := ""
	for _, cond := range c.conds {
		text += and(cond)
	}
	m.rest[own] = text
	return text, nil
}

// own reports whether a reach has few records: those that one person asked for
// or watches.
func (r reach) own() bool { return r.field == "requester" || r.field == watcher }

// kinds are the conditions on the kind with which a reach is read. Where a
// reach has many records its index begins with the kind, so that there is one
// for each; where it has few no index of the kind shall be taken instead.
func (c *clause) kinds(kind record.Kind, r reach) (out []string) {
	switch {
	case r.own():
		if kind == "" {
			return []string{""}
		}
		return []string{c.text(" AND coalesce(r.kind, '') = ?", string(kind))}
	case kind != "":
		return []string{c.text(" AND r.kind = ?", string(kind))}
	}
	for _, k := range slices.Sorted(maps.Keys(bodyTables)) {
		out = append(out, c.text(" AND r.kind = ?", string(k)))
	}
	return out
}

// seesFew reports whether somebody sees no more than so many of a kind. What he
// sees in two ways is counted twice.
func (l ledger) seesFew(ctx context.Context, scope people.Scope, kind record.Kind, most int) (bool, error) {
	all, ok := reaches(scope, query.Node{})
	if !ok || len(all) == 0 {
		return ok, nil
	}
	m := merge{c: &clause{}, d: l.db.dialect, scope: scope, q: record.Query{Kind: kind}}
	n, err := l.counted(ctx, m.whole(all)+" LIMIT "+strconv.Itoa(most+1), m.c.args)
	return n <= most, err
}

func (l ledger) counted(ctx context.Context, ids string, args []any) (n int, err error) {
	if err := l.db.read.row(ctx, "SELECT count(*) FROM ("+ids+") AS few", args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("store: count: %w", err)
	}
	return n, nil
}

func and(cond string) string {
	if cond == "" {
		return ""
	}
	return " AND " + cond
}

func numbersOf[N ~int64](ids []N) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}
