package api

import (
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

// clashesAsked is the body of a question about outages at the same time.
type clashesAsked struct {
	Items  []int64  `json:"items" doc:"api.doc.clash_items"`
	Others []outage `json:"others" doc:"api.doc.clash_others"`
}

type outage struct {
	Items []int64 `json:"items"`
}

// clash is how one of the others and the outage asked about bear on each other.
type clash struct {
	Other   int       `json:"other" doc:"api.doc.clash_other"`
	Shared  []node    `json:"shared,omitempty" doc:"api.doc.clash_shared"`
	Harms   []wayStep `json:"harms,omitempty" doc:"api.doc.clash_harms"`
	Suffers []wayStep `json:"suffers,omitempty" doc:"api.doc.clash_suffers"`
	Joint   *joint    `json:"joint,omitempty" doc:"api.doc.clash_joint"`
}

// wayStep is a step on the way from an outage to what suffers.
type wayStep struct {
	node
	Condition string `json:"condition" doc:"api.doc.sufferer_condition"`
	Relation  int64  `json:"relation,omitempty"`
	Type      string `json:"type,omitempty" doc:"api.doc.sufferer_type"`
	Group     int64  `json:"group,omitempty" doc:"api.doc.sufferer_group"`
}

// joint is what stands each of two outages, and not both.
type joint struct {
	Of        node      `json:"of"`
	Condition string    `json:"condition" doc:"api.doc.sufferer_condition"`
	Group     int64     `json:"group,omitempty" doc:"api.doc.joint_group"`
	Mine      []wayStep `json:"mine,omitempty" doc:"api.doc.joint_mine"`
	Theirs    []wayStep `json:"theirs,omitempty" doc:"api.doc.joint_theirs"`
	Way       []wayStep `json:"way" doc:"api.doc.joint_way"`
}

func wayOf(list []cmdb.Way) []wayStep {
	out := make([]wayStep, len(list))
	for i, w := range list {
		out[i] = wayStep{nodeOf(w.Node), w.Condition.String(), int64(w.Relation), w.Type, int64(w.Group)}
	}
	return out
}

func (c *call) clashes(a *cmdb.Analyst) error {
	var asked clashesAsked
	if err := c.into(&asked); err != nil {
		return err
	}
	others := make([][]record.ItemID, len(asked.Others))
	for i, o := range asked.Others {
		others[i] = itemIDs(o.Items)
	}
	found, err := a.Clashes(c.r.Context(), c.by, itemIDs(asked.Items), others)
	if err != nil {
		return err
	}
	out := page[clash]{Items: make([]clash, len(found))}
	for i, f := range found {
		one := clash{Other: f.Other, Shared: nodesOf(f.Shared), Harms: wayOf(f.Harms), Suffers: wayOf(f.Suffers)}
		if j := f.Joint; j != nil {
			one.Joint = &joint{nodeOf(j.Node), j.Condition.String(), int64(j.Group), wayOf(j.Mine), wayOf(j.Theirs), wayOf(j.Way)}
		}
		out.Items[i] = one
	}
	return give(c, out)
}
