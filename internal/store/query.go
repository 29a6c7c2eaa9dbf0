package store

import (
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// fields of the head that conditions can name, with their columns.
var queryCols = map[string]string{
	"state": "r.state", "priority": "r.priority", "team": "r.team", "owner": "r.owner", "requester": "r.requester",
	"service": "r.service", "department": "r.department", "zone": "r.zone", "number": "r.number",
	"opened": "r.opened", "moved": "r.moved", "due": "r.due",
}

// query adds the condition of a list.
func (c *clause) query(q record.Query) error {
	if q.Where.Empty() {
		return nil
	}
	text, err := c.node(q.Where)
	if err != nil {
		return err
	}
	c.conds = append(c.conds, text)
	return nil
}

func (c *clause) node(n query.Node) (string, error) {
	switch n.Op {
	case query.And, query.Or, query.Not:
		parts := make([]string, len(n.Kids))
		for i, k := range n.Kids {
			var err error
			if parts[i], err = c.node(k); err != nil {
				return "", err
			}
		}
		if n.Op == query.Not {
			return "NOT (" + parts[0] + ")", nil
		}
		return "(" + strings.Join(parts, " "+strings.ToUpper(string(n.Op))+" ") + ")", nil
	}
	if n.Field == "open" {
		return "r.live", nil
	}
	col, ok := queryCols[n.Field]
	if !ok {
		return "", fault.At(n.Field, "query.no_such_field").With("pos", n.Pos)
	}
	if n.Op != query.Eq && n.Op != query.Ne {
		return c.text(col+" "+string(n.Op)+" ?", n.Values[0]), nil
	}
	args := make([]any, len(n.Values))
	for i, v := range n.Values {
		args[i] = v
	}
	text := c.text(col+" IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(args)), ", ")+")", args...)
	if n.Op == query.Ne {
		text = "NOT (" + text + ")"
	}
	return text, nil
}
