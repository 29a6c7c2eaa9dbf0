package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func (r *itemRoom) relations() {
	r.on("GET", "/items/{id}/relations", cmdb.DeedRead, "item_relations", "relations", func(c *call) error {
		id, err := c.itemID()
		if err != nil {
			return err
		}
		list, groups, err := r.Desk.Related(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		ties, held := []row{}, []row{}
		for n := range list {
			one := relationRow(list[n].Relation)
			one.put("back", list[n].Back)
			one.put("other", itemRow(&list[n].Other))
			ties = append(ties, one)
		}
		for _, g := range groups {
			held = append(held, groupRow(g))
		}
		return c.JSON(http.StatusOK, row{{"relations", ties}, {"redundancies", held}})
	})
	r.on("GET", "/relations/{id}", cmdb.DeedRead, "get_relation", "relations", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		t, err := r.Desk.Relation(c.r.Context(), c.by, cmdb.RelationID(id))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, relationRow(t))
	})
	r.on("POST", "/relations", cmdb.DeedRelate, "add_relation", "relations", func(c *call) error {
		t, err := readRelation(c.raw)
		if err != nil {
			return err
		}
		made, err := r.Desk.Relate(c.r.Context(), c.by, t)
		if err != nil {
			return err
		}
		c.w.Header().Set("Location", Prefix+"/relations/"+strconv.FormatInt(int64(made.ID), 10))
		return c.done(http.StatusCreated, relationRow(*made))
	})
	r.on("POST", "/relations/{id}/end", cmdb.DeedRelate, "end_relation", "relations", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		if err := r.Desk.Part(c.r.Context(), c.by, cmdb.RelationID(id)); err != nil {
			return err
		}
		t, err := r.Desk.Relation(c.r.Context(), c.by, cmdb.RelationID(id))
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, relationRow(t))
	})
	r.on("POST", "/redundancies", cmdb.DeedRelate, "add_redundancy", "relations", func(c *call) error { return r.redundancy(c, 0, http.StatusCreated) })
	r.on("POST", "/redundancies/{id}", cmdb.DeedRelate, "change_redundancy", "relations", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return r.redundancy(c, cmdb.GroupID(id), http.StatusOK)
	})
}

// relationForm is a relation as it is sent.
type relationForm struct {
	Source     int64     `json:"source"`
	Target     int64     `json:"target"`
	Type       string    `json:"type"`
	Redundancy int64     `json:"redundancy"`
	Share      int       `json:"share"`
	Gate       cmdb.Gate `json:"gate"`
	Note       string    `json:"note"`
}

func readRelation(raw []byte) (cmdb.Relation, error) {
	var f relationForm
	if err := strictly(raw, &f); err != nil {
		return cmdb.Relation{}, err
	}
	return cmdb.Relation{
		Source: record.ItemID(f.Source), Target: record.ItemID(f.Target), Type: f.Type, Group: cmdb.GroupID(f.Redundancy), Share: f.Share, Gate: f.Gate, Note: f.Note,
	}, nil
}

func (r *itemRoom) redundancy(c *call, id cmdb.GroupID, status int) error {
	var f struct {
		Item   int64  `json:"item"`
		NameEn string `json:"name_en"`
		NameZh string `json:"name_zh"`
		Need   int    `json:"need"`
		Least  int    `json:"least"`
		Ended  bool   `json:"ended"`
	}
	if err := c.into(&f); err != nil {
		return err
	}
	g := cmdb.Group{ID: id, Item: record.ItemID(f.Item), Name: people.Text{En: f.NameEn, Zh: f.NameZh}, Need: f.Need, Least: f.Least}
	if f.Ended {
		g.Until = c.Now()
	}
	made, err := r.Desk.Group(c.r.Context(), c.by, g)
	if err != nil {
		return err
	}
	return c.done(status, groupRow(*made))
}

func (r *itemRoom) baselines() {
	r.on("GET", "/baselines", cmdb.DeedRead, "list_baselines", "baselines", func(c *call) error {
		limit, err := c.limit()
		if err != nil {
			return err
		}
		list, err := r.Records.List(c.r.Context(), c.by, limit)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, b := range list {
			p.Items = append(p.Items, baselineRow(b))
		}
		return give(c, p)
	}, pageParams[0])
	r.on("POST", "/baselines", cmdb.DeedBaseline, "add_baseline", "baselines", func(c *call) error {
		var f struct {
			Name  string          `json:"name"`
			About string          `json:"about"`
			Roots []record.ItemID `json:"roots"`
			Where string          `json:"where"`
			Depth int             `json:"depth"`
		}
		if err := c.into(&f); err != nil {
			return err
		}
		b, err := r.Records.Take(c.r.Context(), c.by, cmdb.Baseline{Name: f.Name, About: f.About, Reach: cmdb.Reach{Roots: f.Roots, Where: f.Where, Depth: f.Depth}})
		if err != nil {
			return err
		}
		c.w.Header().Set("Location", Prefix+"/baselines/"+strconv.FormatInt(b.ID, 10))
		return c.done(http.StatusCreated, baselineRow(b))
	})
	r.on("GET", "/baselines/{id}", cmdb.DeedRead, "get_baseline", "baselines", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		b, s, err := r.Records.Read(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out := baselineRow(b)
		out.put("graph", subgraphRow(s))
		return c.JSON(http.StatusOK, out)
	})
	r.on("GET", "/baselines/{id}/compare", cmdb.DeedRead, "compare_baseline", "baselines", func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var other int64
		if text := c.get("with"); text != "" {
			if other, err = strconv.ParseInt(text, 10, 64); err != nil {
				return fault.At("with", "record.not_a_number")
			}
		}
		found, err := r.Records.Compare(c.r.Context(), c.by, id, other)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, comparisonRow(found))
	}, param{Name: "with", Type: "integer"})
	r.on("POST", "/baselines/{id}/discrepancies", cmdb.DeedAudit, "accuse_by_baseline", "baselines", r.accuse)
}

// accuse makes discrepancies of what is not as in a baseline.
func (r *itemRoom) accuse(c *call) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	var f struct {
		Items []record.ItemID `json:"items"`
	}
	if err := c.into(&f); err != nil {
		return err
	}
	list, err := r.Records.Accuse(c.r.Context(), c.by, id, f.Items)
	if err != nil {
		return err
	}
	p := page[row]{}
	for _, d := range list {
		p.Items = append(p.Items, discrepancyRow(*d))
	}
	return c.done(http.StatusOK, p)
}

func baselineRow(b cmdb.Baseline) row {
	return row{
		{"id", b.ID},
		{"name", b.Name},
		{"about", b.About},
		{"at", moment(b.At)},
		{"by", orNull(b.By)},
		{"by_name", b.ByName},
		{"items", b.Items},
		{"relations", b.Relations},
		{"roots", b.Reach.Roots},
		{"where", b.Reach.Where},
		{"depth", b.Reach.Depth},
	}
}

func comparisonRow(f *cmdb.Comparison) row {
	list := func(items []cmdb.Item) []row {
		out := []row{}
		for n := range items {
			out = append(out, itemRow(&items[n]))
		}
		return out
	}
	ties := func(found []cmdb.Relation) []row {
		out := []row{}
		for _, t := range found {
			out = append(out, relationRow(t))
		}
		return out
	}
	changed, groups := []row{}, []row{}
	for _, a := range f.Changed {
		fields := []row{}
		for _, c := range a.Changes {
			fields = append(fields, row{{"field", c.Field}, {"was", c.Was}, {"now", c.Became}})
		}
		changed = append(changed, row{{"id", int64(a.Item.ID)}, {"code", a.Item.Code}, {"changes", fields}})
	}
	for _, g := range f.Groups {
		groups = append(groups, groupRow(g))
	}
	return row{
		{"from", moment(f.From)},
		{"to", moment(f.To)},
		{"same", f.Same()},
		{"added", list(f.Added)},
		{"gone", list(f.Gone)},
		{"changed", changed},
		{"related", ties(f.Tied)},
		{"parted", ties(f.Parted)},
		{"redundancies", groups},
	}
}

func (r *itemRoom) discrepancies() {
	r.on("GET", "/discrepancies", cmdb.DeedRead, "list_discrepancies", "discrepancies", func(c *call) error {
		limit, err := c.limit()
		if err != nil {
			return err
		}
		if err := c.by.May(cmdb.DeedRead); err != nil {
			return err
		}
		q := cmdb.DiscrepancyQuery{Open: c.get("settled") != "true", Limit: limit}
		for name, to := range map[string]*int64{"item": (*int64)(&q.Item), "cursor": &q.After} {
			if text := c.get(name); text != "" {
				if *to, err = strconv.ParseInt(text, 10, 64); err != nil {
					return fault.At(name, "record.not_a_number")
				}
			}
		}
		list, err := r.Checks.Discrepancies.Discrepancies(c.r.Context(), c.by.Scope, q)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, d := range list {
			p.Items = append(p.Items, discrepancyRow(d))
		}
		if len(list) == limit {
			p.Next = c.nextPage(strconv.FormatInt(list[limit-1].ID, 10))
		}
		return give(c, p)
	}, append([]param{{Name: "item", Type: "integer"}, {Name: "settled", Type: "boolean"}}, pageParams...)...)
	for _, move := range cmdb.Settling.Names() {
		r.on("POST", "/discrepancies/{id}/"+move, cmdb.DeedAudit, "settle_"+move, "discrepancies", func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			o, err := c.object()
			if err != nil {
				return err
			}
			in, err := c.itemFields(o)
			if err != nil {
				return err
			}
			d, err := r.Checks.Settle(c.r.Context(), c.by, id, move, in.Fields)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, discrepancyRow(*d))
		})
	}
}

func discrepancyRow(d cmdb.Discrepancy) row {
	return row{
		{"id", d.ID},
		{"item", int64(d.Item)},
		{"kind", d.Kind},
		{"field", d.Field},
		{"held", d.Held},
		{"found", d.Found},
		{"origin", d.Origin},
		{"state", d.State},
		{"owner", orNull(d.Owner)},
		{"reason", d.Reason},
		{"at", moment(d.At)},
		{"moved", moment(d.Moved)},
		{"version", d.Version},
	}
}
