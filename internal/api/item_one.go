package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
)

func (r *itemRoom) items() {
	r.on("POST", "/items", cmdb.DeedOpen, "add_item", "items", func(c *call) error {
		o, err := c.object()
		if err != nil {
			return err
		}
		in, err := c.itemFields(o)
		if err != nil {
			return err
		}
		i, err := r.Desk.Save(c.r.Context(), c.by, in)
		if err != nil {
			return err
		}
		c.w.Header().Set("Location", Prefix+"/items/"+strconv.FormatInt(int64(i.ID), 10))
		return r.changed(c, http.StatusCreated, i)
	})
	r.on("GET", "/items/{id}", cmdb.DeedRead, "get_item", "items", r.one, param{Name: "at", Type: "string"}, param{Name: "fields", Type: "string"})
	r.on("PATCH", "/items/{id}", cmdb.DeedEdit, "change_item", "items", func(c *call) error {
		return r.change(c, func(in cmdb.Input) (*cmdb.Item, error) { return r.Desk.Save(c.r.Context(), c.by, in) })
	})
	for _, move := range cmdb.Life.Names() {
		r.on("POST", "/items/{id}/"+move, "item."+move, "move_item_"+move, "items", func(c *call) error {
			return r.change(c, func(in cmdb.Input) (*cmdb.Item, error) { return r.Desk.Move(c.r.Context(), c.by, move, in) })
		})
	}
}

func (c *call) itemID() (record.ItemID, error) {
	id, err := c.id("id")
	return record.ItemID(id), err
}

// when reads the moment of parameter at; zero when there is none.
func (c *call) when() (time.Time, error) {
	text := c.get("at")
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.At("at", "query.not_a_moment").With("word", text)
	}
	return t, nil
}

func (r *itemRoom) one(c *call) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	when, err := c.when()
	if err != nil {
		return err
	}
	var i *cmdb.Item
	if when.IsZero() {
		i, err = r.Desk.Find(c.r.Context(), c.by, id)
	} else {
		i, err = r.Desk.At(c.r.Context(), c.by, id, when)
	}
	if err != nil {
		return err
	}
	out := itemRow(i)
	if when.IsZero() {
		c.w.Header().Set("ETag", etag(i.Version))
		moves := []string{}
		for _, m := range r.Desk.Moves(c.by, i) {
			moves = append(moves, m.Name)
		}
		out.put("moves", moves)
		out.put("lacks", append([]string{}, r.Desk.Model().Lacks(i)...))
	}
	return c.JSON(http.StatusOK, c.only(out))
}

// change reads what somebody brings about an item, and does it.
func (r *itemRoom) change(c *call, do func(cmdb.Input) (*cmdb.Item, error)) error {
	id, err := c.itemID()
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
	if in.ID = id; c.op.Match {
		if in.Version, err = matched(c.r); err != nil {
			return err
		}
	}
	i, err := do(in)
	if f := fault.All(err); in.Version != 0 && len(f) == 1 && f[0].Key == "cmdb.changed_meanwhile" {
		f[0].Kind = fault.Stale
	}
	if err != nil {
		return err
	}
	return r.changed(c, http.StatusOK, i)
}

func (r *itemRoom) changed(c *call, status int, i *cmdb.Item) error {
	c.w.Header().Set("ETag", etag(i.Version))
	return c.done(status, itemRow(i))
}

// beside serves what stands beside an item.
func (r *itemRoom) beside() {
	r.on("GET", "/items/{id}/history", cmdb.DeedRead, "item_history", "items", func(c *call) error {
		id, err := c.itemID()
		if err != nil {
			return err
		}
		list, err := r.Desk.History(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, h := range list {
			p.Items = append(p.Items, row{
				{"at", moment(h.At)},
				{"by", orNull(h.By)},
				{"name", h.Name},
				{"origin", h.Origin},
				{"field", h.Field},
				{"was", h.Was},
				{"now", h.Became},
				{"because", h.Because},
				{"import", orNull(h.Import)},
			})
		}
		return give(c, p)
	})
	r.on("GET", "/items/{id}/graph", cmdb.DeedRead, "item_graph", "items", func(c *call) error {
		id, err := c.itemID()
		if err != nil {
			return err
		}
		reach := cmdb.Reach{Roots: []record.ItemID{id}, Depth: 2}
		if text := c.get("depth"); text != "" {
			if reach.Depth, err = strconv.Atoi(text); err != nil {
				return fault.At("depth", "record.not_a_number")
			}
		}
		if reach.At, err = c.when(); err != nil {
			return err
		}
		s, err := r.Desk.Subgraph(c.r.Context(), c.by, reach)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, subgraphRow(s))
	}, param{Name: "depth", Type: "integer"}, param{Name: "at", Type: "string"})
	r.on("POST", "/items/{id}/audit", cmdb.DeedAudit, "audit_item", "items", r.audit)
	r.files()
}

// files serves the files of an item.
func (r *itemRoom) files() {
	r.on("GET", "/items/{id}/files", cmdb.DeedRead, "list_item_files", "items", func(c *call) error {
		id, err := c.itemID()
		if err != nil {
			return err
		}
		list, err := r.Desk.Attached(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		p := page[row]{}
		for _, a := range list {
			p.Items = append(p.Items, fileRow(a))
		}
		return give(c, p)
	})
	r.on("POST", "/items/{id}/files", cmdb.DeedEdit, "add_item_file", "items", func(c *call) error {
		id, err := c.itemID()
		if err != nil {
			return err
		}
		var in struct {
			File int64  `json:"file"`
			Name string `json:"name"`
		}
		if err := c.into(&in); err != nil {
			return err
		}
		a, err := r.Desk.Attach(c.r.Context(), c.by, id, record.Attach{File: in.File, Name: in.Name})
		if err != nil {
			return err
		}
		return c.done(http.StatusCreated, fileRow(a))
	})
}

// raws serve what is no JSON: a file of an item, the picture of its label.
func (r *itemRoom) raws() {
	r.add(operation{
		Method: "GET", Path: Prefix + "/items/{id}/files/{file}", Policy: cmdb.DeedRead, Name: "get-item-file", Key: "get_item_file", Tag: "items",
		Gives: []gives{{Status: http.StatusOK, Type: anyType}}, Run: func(c *call) error {
			id, err := c.itemID()
			if err != nil {
				return err
			}
			file, err := c.id("file")
			if err != nil {
				return err
			}
			list, err := r.Desk.Attached(c.r.Context(), c.by, id)
			if err != nil {
				return err
			}
			n := slices.IndexFunc(list, func(a cmdb.Attached) bool { return a.ID == file })
			if n < 0 {
				return fault.New(fault.Missing, "record.no_such_file")
			}
			return c.sendFile(r.Configuration.Files, record.Attachment{File: list[n].File, Name: list[n].Name, Content: list[n].Content})
		},
	})
	r.add(operation{
		Method: "GET", Path: Prefix + "/items/{id}/label", Policy: cmdb.DeedRead, Name: "get-item-label", Key: "get_item_label", Tag: "items",
		Gives: []gives{{Status: http.StatusOK, Type: "image/svg+xml"}}, Run: func(c *call) error {
			id, err := c.itemID()
			if err != nil {
				return err
			}
			site := r.Site
			if site == "" {
				site = "https://" + c.r.Host
				if c.r.TLS == nil {
					site = "http://" + c.r.Host
				}
			}
			labels, err := r.Desk.Labels(c.r.Context(), c.by, site, id)
			if err != nil {
				return err
			}
			if len(labels) == 0 {
				return fault.New(fault.Missing, "setting.no_such").With("kind", "item").With("id", int64(id))
			}
			return c.send("image/svg+xml", []byte(labels[0].SVG()))
		},
	})
}

func fileRow(a cmdb.Attached) row {
	return row{{"id", a.ID}, {"name", a.Name}, {"size", a.Content.Size}, {"type", a.Content.Type}, {"sha256", a.Content.SHA256}, {"by", orNull(a.By)}, {"at", moment(a.At)}}
}

func (r *itemRoom) audit(c *call) error {
	id, err := c.itemID()
	if err != nil {
		return err
	}
	o, err := c.object()
	if err != nil {
		return err
	}
	a := cmdb.Audited{Item: id}
	if err := member(o, "absent", &a.Absent); err != nil {
		return err
	}
	delete(o, "absent")
	in, err := c.itemFields(o)
	if err != nil {
		return err
	}
	a.Fields = in.Fields
	i, list, err := r.Checks.Audit(c.r.Context(), c.by, a)
	if err != nil {
		return err
	}
	out := itemRow(i)
	found := []row{}
	for _, d := range list {
		found = append(found, discrepancyRow(*d))
	}
	out.put("discrepancies", found)
	return c.done(http.StatusOK, out)
}

func subgraphRow(s *cmdb.Subgraph) row {
	items, ties, groups := []row{}, []row{}, []row{}
	for n := range s.Items {
		items = append(items, itemRow(&s.Items[n]))
	}
	for _, t := range s.Relations {
		ties = append(ties, relationRow(t))
	}
	for _, g := range s.Groups {
		groups = append(groups, groupRow(g))
	}
	return row{{"at", moment(s.At)}, {"items", items}, {"relations", ties}, {"redundancies", groups}, {"cut", s.Cut}}
}

func relationRow(t cmdb.Relation) row {
	return row{
		{"id", int64(t.ID)},
		{"source", int64(t.Source)},
		{"target", int64(t.Target)},
		{"type", t.Type},
		{"redundancy", orNull(t.Group)},
		{"share", t.Share},
		{"gate", t.Gate},
		{"note", t.Note},
		{"origin", t.Origin},
		{"origins", sources(t.Origins)},
		{"since", moment(t.Since)},
		{"until", moment(t.Until)},
	}
}

func groupRow(g cmdb.Group) row {
	return row{{"id", int64(g.ID)}, {"item", int64(g.Item)}, {"name_en", g.Name.En}, {"name_zh", g.Name.Zh}, {"need", g.Need}, {"least", g.Least}, {"origin", g.Origin}, {"origins", sources(g.Origins)}, {"since", moment(g.Since)}, {"version", g.Version}}
}

// sources are never null.
func sources(origins map[string]string) map[string]string {
	if origins == nil {
		return map[string]string{}
	}
	return origins
}
