package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/base/words"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// query adds the condition of a list: the SQL twin of query.Match. Fields come
// from tables of our own and values go in as arguments only, so there is
// nothing a text could be injected into. The test that compares the two is
// query_test.go.
func (c *clause) query(d dialect, q record.Query, how looks) error {
	text, err := c.filter(d, q, how)
	if err != nil || text == "" {
		return err
	}
	c.conds = append(c.conds, text)
	return nil
}

// filter is the condition of a list; "" for none.
func (c *clause) filter(d dialect, q record.Query, how looks) (string, error) {
	if q.Where.Empty() {
		return "", nil
	}
	return compiler{clause: c, d: d, q: q, looks: how}.node(q.Where)
}

// looks is how a condition looks at rows.
type looks struct {
	probe  bool         // the words are common: look into each row instead of starting from the index
	few    bool         // the rows are few: what many records share is compared in each, no index is found by it
	scope  people.Scope // of whoever looks
	within string       // SQLite: selects the ids of all that he sees, when that is less work than to look at each row
}

// crowded are the columns with which whole years of records have one value.
var crowded = []string{"team", "department", "service", "zone"}

type compiler struct {
	*clause
	looks
	d dialect
	q record.Query
}

func (c compiler) node(n query.Node) (string, error) {
	if n.Joins() {
		parts := make([]string, len(n.Kids))
		for i, k := range n.Kids {
			var err error
			if parts[i], err = c.node(k); err != nil {
				return "", err
			}
		}
		if n.Op == query.Not {
			return "(" + parts[0] + ") IS NOT TRUE", nil
		}
		return "(" + strings.Join(parts, " "+strings.ToUpper(string(n.Op))+" ") + ")", nil
	}
	if n.Empty() {
		return "1 = 1", nil
	}
	if n.Op == query.Has && n.Field == "" {
		ask := words.Ask(strings.Join(n.Values, " "))
		if len(ask) == 0 {
			return "1 = 0", nil
		}
		return c.d.found(c.clause, sought{ask, c.q.Inner, c.looks.scope}, c.looks), nil
	}
	if n.Field == "watcher" {
		return c.watcher(n)
	}
	if col, ok := headColumns[n.Field]; ok {
		if c.few && slices.Contains(crowded, n.Field) {
			col.sql = "+" + col.sql
		}
		text, err := c.compare(col, n)
		if unclosed(n) {
			text += " AND r.state <> 'closed'"
		}
		return text, err
	}
	if name, ok := strings.CutPrefix(n.Field, "x."); ok {
		return c.compare(spot{c.text(c.d.key, name), noKey}, n)
	}
	body := bodyTables[c.q.Kind]
	empty, ok := body.cols[n.Field]
	if !ok {
		key := "query.no_such_field"
		if c.q.Kind == "" {
			key = "query.not_for_this_list"
		}
		return "", fault.At("q", key).With("pos", n.Pos).With("end", n.End).With("word", n.Field).With("near", "")
	}
	if n.Field == "major" && n.Op == query.Eq && slices.Equal(n.Values, []string{"true"}) { // few, and an index has them
		return "r.id IN (SELECT b.id FROM " + body.name + " AS b WHERE b.major)", nil
	}
	text, err := c.compare(spot{"b." + n.Field, empty}, n)
	return "EXISTS (SELECT 1 FROM " + body.name + " AS b WHERE b.id = r.id AND " + text + ")", err
}

func (c compiler) compare(col spot, n query.Node) (string, error) {
	switch n.Op {
	case query.Eq, query.Ne:
		text, err := c.among(col, n)
		if n.Op == query.Ne {
			text = "(" + text + ") IS NOT TRUE"
		}
		return text, err
	case query.Has:
		return c.contains(col, n), nil
	case query.Lt, query.Le, query.Gt, query.Ge:
		return c.order(col, n)
	}
	return "", unresolved(n)
}

func (c compiler) among(col spot, n query.Node) (string, error) {
	if col.none == noFalse {
		return c.flag(col, n)
	}
	args, empty, err := col.args(n)
	if err != nil {
		return "", err
	}
	var parts []string
	if empty {
		parts = append(parts, col.isNone())
	}
	if col.none == noList {
		for _, id := range args {
			parts = append(parts, c.text(col.sql+" LIKE ?", fmt.Sprintf("%%,%d,%%", id)))
		}
	} else if len(args) > 0 {
		parts = append(parts, c.text(col.sql+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")+")", args...))
	}
	if len(parts) == 0 {
		return "1 = 0", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", nil
}

func (c compiler) flag(col spot, n query.Node) (string, error) {
	switch strings.Join(n.Values, ",") {
	case "true":
		return col.sql, nil
	case "false", "":
		return "NOT " + col.sql, nil
	}
	return "", unresolved(n)
}

func (c compiler) contains(col spot, n query.Node) string {
	parts := make([]string, len(n.Values))
	for i, v := range n.Values {
		v = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(v))
		parts[i] = c.text("lower("+col.sql+") LIKE ? ESCAPE '!'", "%"+v+"%")
	}
	return "(" + strings.Join(parts, " AND ") + ")"
}

// order compares. The centre's own fields are text: days and moments compare
// as they are written, numbers by value where the text is one, so that no row
// can break a cast.
func (c compiler) order(col spot, n query.Node) (string, error) {
	if len(n.Values) != 1 {
		return "", unresolved(n)
	}
	with := n.Values[0]
	if col.none == noKey {
		return c.orderOwn(col, n.Op, with, n)
	}
	v, err := strconv.ParseInt(with, 10, 64)
	if err != nil {
		return "", unresolved(n)
	}
	return col.some(c.text(col.sql+" "+string(n.Op)+" ?", v)), nil
}

func (c compiler) orderOwn(col spot, op query.Op, with string, n query.Node) (string, error) {
	if query.Written(with) {
		return c.text("(length("+col.sql+") = ? AND "+col.sql+" "+c.d.words["{binary}"]+" "+string(op)+" ?)", len(with), with), nil
	}
	v, ok := query.ParseDecimal(with)
	if !ok {
		return "", unresolved(n)
	}
	return c.text("("+strings.ReplaceAll(c.d.number, "{text}", col.sql)+" "+string(op)+" ?)", v), nil
}

func (c compiler) watcher(n query.Node) (string, error) {
	args, empty, err := spot{none: noNull}.args(n)
	if err != nil || n.Op != query.Eq && n.Op != query.Ne {
		return "", unresolved(n)
	}
	const from = "EXISTS (SELECT 1 FROM party AS w WHERE w.record = r.id AND w.role = 'watcher'"
	var parts []string
	if empty {
		parts = append(parts, "NOT "+from+")")
	}
	if len(args) > 0 {
		whom := c.text("w.person IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")+")", args...)
		if n.Op == query.Eq { // what they watch is sooner read than every row of the list asked
			parts = append(parts, "r.id "+fmt.Sprintf(c.d.first, "SELECT w.record FROM party AS w WHERE w.role = 'watcher' AND "+whom))
		} else {
			parts = append(parts, from+" AND "+whom+")")
		}
	}
	text := "(" + strings.Join(parts, " OR ") + ")"
	if n.Op == query.Ne {
		text = "NOT " + text
	}
	return text, nil
}
