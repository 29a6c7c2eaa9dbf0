package api

import (
	"net/http"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Impact serves what depends on what: what fails with something, what it
// needs, single points of failure, cut sets, common causes, outages at the same
// time, what-if.
func (a *API) Impact(analyst *cmdb.Analyst) {
	serve := func(method, rest, name string, in, out *schema, query []param, run handler) {
		op := operation{
			Method: method, Path: Prefix + "/items" + rest, Policy: cmdb.DeedImpact, Name: name, Tag: "items", Query: query,
			Gives: []gives{{Status: http.StatusOK, Schema: out}}, Run: func(c *call) error {
				if err := c.by.May(c.op.Policy); err != nil {
					return err
				}
				return run(c)
			},
		}
		if in != nil {
			op.Body = &body{Schema: in}
		}
		a.add(op)
	}
	window := []param{{Name: "from", Type: "string"}, {Name: "until", Type: "string"}}
	serve("GET", "/{id}/impact", "impact-of-item", nil, of[impact](), window, func(c *call) error { return c.impactOf(analyst) })
	serve("POST", "/impact", "impact-of-items", of[impactAsked](), of[impact](), nil, func(c *call) error { return c.impactTogether(analyst) })
	serve("GET", "/{id}/needs", "needs-of-item", nil, of[page[need]](), nil, func(c *call) error { return c.needs(analyst) })
	serve("GET", "/{id}/singles", "singles-of-item", nil, of[page[single]](), nil, func(c *call) error { return c.singles(analyst) })
	serve("GET", "/{id}/cuts", "cuts-of-item", nil, of[page[cutSet]](), nil, func(c *call) error { return c.cuts(analyst) })
	serve("GET", "/crossings", "crossings", nil, of[crossings](), nil, func(c *call) error { return c.crossings(analyst) })
	serve("POST", "/suspects", "suspects", of[suspectsAsked](), of[page[suspect]](), nil, func(c *call) error { return c.suspects(analyst) })
	serve("POST", "/clashes", "clashes-of-outages", of[clashesAsked](), of[page[clash]](), nil, func(c *call) error { return c.clashes(analyst) })
	serve("POST", "/what-if", "what-if", of[sandboxAsked](), of[contrast](), nil, func(c *call) error { return c.whatIf(analyst) })
}

// node is an item as an answer about the graph names it.
type node struct {
	ID         int64  `json:"id"`
	Code       string `json:"code,omitempty"`
	NameEn     string `json:"name_en,omitempty"`
	NameZh     string `json:"name_zh,omitempty"`
	Class      string `json:"class"`
	State      string `json:"state"`
	Zone       int64  `json:"zone,omitempty"`
	Service    int64  `json:"service,omitempty"`
	Department int64  `json:"department,omitempty"`
}

func nodeOf(n cmdb.Node) node {
	return node{int64(n.ID), n.Code, n.Name.En, n.Name.Zh, string(n.Class), string(n.State), int64(n.Zone), int64(n.Service), int64(n.Department)}
}

func nodesOf(list []cmdb.Node) []node {
	out := make([]node, len(list))
	for i, n := range list {
		out[i] = nodeOf(n)
	}
	return out
}

// impactAsked is the body of a question about several items.
type impactAsked struct {
	Items []int64   `json:"items" doc:"api.doc.impact_items"`
	From  time.Time `json:"from,omitzero" doc:"api.doc.impact_from"`
	Until time.Time `json:"until,omitzero"`
}

func itemIDs(list []int64) []record.ItemID {
	out := make([]record.ItemID, len(list))
	for i, id := range list {
		out[i] = record.ItemID(id)
	}
	return out
}

// missing turns a fault about the item in the address into a missing page.
func missing(err error) error {
	for _, f := range fault.All(err) {
		if f.Key == "cmdb.no_such_item" {
			return fault.New(fault.Missing, f.Key)
		}
	}
	return err
}

func (c *call) impactOf(a *cmdb.Analyst) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	q := cmdb.Question{Items: []record.ItemID{id}}
	for name, into := range map[string]*time.Time{"from": &q.From, "until": &q.Until} {
		if text := c.get(name); text != "" {
			if *into, err = time.Parse(time.RFC3339, text); err != nil {
				return fault.At(name, "impact.not_a_moment")
			}
		}
	}
	out, err := a.Impact(c.r.Context(), c.by, q)
	if err != nil {
		return missing(err)
	}
	return c.JSON(http.StatusOK, c.impactOut(out))
}

func (c *call) impactTogether(a *cmdb.Analyst) error {
	var asked impactAsked
	if err := c.into(&asked); err != nil {
		return err
	}
	out, err := a.Impact(c.r.Context(), c.by, cmdb.Question{Items: itemIDs(asked.Items), From: asked.From, Until: asked.Until})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, c.impactOut(out))
}

// need is an item that another needs.
type need struct {
	node
	Depth    int    `json:"depth"`
	By       int64  `json:"by" doc:"api.doc.need_by"`
	Relation int64  `json:"relation,omitempty"`
	Type     string `json:"type,omitempty" doc:"api.doc.sufferer_type"`
	Group    int64  `json:"group,omitempty"`
	Hard     bool   `json:"hard" doc:"api.doc.need_hard"`
}

func (c *call) needs(a *cmdb.Analyst) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	found, err := a.Needs(c.r.Context(), c.by, id)
	if err != nil {
		return missing(err)
	}
	out := page[need]{Items: make([]need, len(found))}
	for i, n := range found {
		out.Items[i] = need{nodeOf(n.Node), n.Depth, int64(n.By), int64(n.Relation), n.Type, int64(n.Group), n.Hard}
	}
	return give(c, out)
}

// single is an item whose failure alone is enough.
type single struct {
	node
	Depth    int     `json:"depth,omitempty"`
	Services []int64 `json:"services,omitempty" doc:"api.doc.single_services"`
	Gravest  string  `json:"gravest,omitempty" doc:"api.doc.single_gravest"`
}

func (c *call) singles(a *cmdb.Analyst) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	found, err := a.Singles(c.r.Context(), c.by, id)
	if err != nil {
		return missing(err)
	}
	out := page[single]{Items: make([]single, len(found))}
	for i, s := range found {
		out.Items[i] = single{node: nodeOf(s.Node), Depth: s.Depth}
	}
	return give(c, out)
}

// cutSet is a smallest set of items whose joint failure is enough.
type cutSet struct {
	Any [][]node `json:"any" doc:"api.doc.cut_any"`
}

func (c *call) cuts(a *cmdb.Analyst) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	found, err := a.Cuts(c.r.Context(), c.by, id)
	if err != nil {
		return missing(err)
	}
	out := page[cutSet]{Items: make([]cutSet, len(found))}
	for i, s := range found {
		for _, choice := range s.Any {
			out.Items[i].Any = append(out.Items[i].Any, nodesOf(choice))
		}
	}
	return give(c, out)
}

// crossings is how zones hang together.
type crossings struct {
	Points  []crossing `json:"points" doc:"api.doc.crossing_points"`
	Bridges []crossing `json:"bridges" doc:"api.doc.crossing_bridges"`
}

type crossing struct {
	Item     *node   `json:"item,omitempty"`
	Relation int64   `json:"relation,omitempty"`
	Type     string  `json:"type,omitempty"`
	Gate     string  `json:"gate,omitempty"`
	Zones    []int64 `json:"zones"`
}

func crossingOf(c cmdb.Crossing) crossing {
	out := crossing{Relation: int64(c.Relation), Type: c.Type, Gate: string(c.Gate), Zones: plain[people.ZoneID](c.Zones)}
	if c.Item != nil {
		n := nodeOf(*c.Item)
		out.Item = &n
	}
	return out
}

func (c *call) crossings(a *cmdb.Analyst) error {
	found, err := a.Crossings(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	out := crossings{Points: []crossing{}, Bridges: []crossing{}}
	for _, p := range found.Points {
		out.Points = append(out.Points, crossingOf(p))
	}
	for _, b := range found.Bridges {
		out.Bridges = append(out.Bridges, crossingOf(b))
	}
	return c.JSON(http.StatusOK, out)
}

// suspectsAsked names items that are reported to fail.
type suspectsAsked struct {
	Items []int64 `json:"items"`
}

// suspect is an item that would explain them.
type suspect struct {
	node
	Explains []int64 `json:"explains" doc:"api.doc.suspect_explains"`
	Down     int     `json:"down,omitempty" doc:"api.doc.suspect_down"`
}

func (c *call) suspects(a *cmdb.Analyst) error {
	var asked suspectsAsked
	if err := c.into(&asked); err != nil {
		return err
	}
	found, err := a.Suspects(c.r.Context(), c.by, itemIDs(asked.Items))
	if err != nil {
		return err
	}
	out := page[suspect]{Items: make([]suspect, len(found))}
	for i, s := range found {
		out.Items[i] = suspect{nodeOf(s.Node), plain(s.Explains), s.Down}
	}
	return give(c, out)
}
