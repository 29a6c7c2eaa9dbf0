package api

import (
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
)

// Sandboxes serves changes of the items that somebody thinks about.
func (a *API) Sandboxes(d *cmdb.Sandboxes) {
	serve := func(method, rest, name string, in, out *schema, run handler, query ...param) {
		op := operation{
			Method: method, Path: Prefix + "/sandboxes" + rest, Policy: cmdb.DeedImpact, Name: name, Tag: "items", Query: query, Once: method == "POST",
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
		switch method {
		case "POST":
			op.Gives[0].Status = http.StatusCreated
		case "DELETE":
			op.Gives = []gives{{Status: http.StatusNoContent}}
		}
		a.add(op)
	}
	serve("GET", "", "list-sandboxes", nil, of[page[sandbox]](), func(c *call) error {
		list, err := d.Of(c.r.Context(), c.by, c.r.URL.Query().Get("record"))
		if err != nil {
			return err
		}
		out := page[sandbox]{Items: make([]sandbox, len(list))}
		for i, s := range list {
			if out.Items[i], err = c.sandbox(d, s); err != nil {
				return err
			}
		}
		return give(c, out)
	}, param{Name: "record", Type: "string"})
	serve("POST", "", "add-sandbox", of[sandboxKept](), of[sandbox](), func(c *call) error { return c.keepSandbox(d, 0) })
	one := func(run func(c *call, id int64) error) handler {
		return func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			return run(c, id)
		}
	}
	serve("GET", "/{id}", "get-sandbox", nil, of[sandbox](), one(func(c *call, id int64) error {
		s, err := d.Read(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		out, err := c.sandbox(d, s)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, out)
	}))
	serve("PUT", "/{id}", "keep-sandbox", of[sandboxKept](), of[sandbox](), one(func(c *call, id int64) error { return c.keepSandbox(d, id) }))
	serve("DELETE", "/{id}", "drop-sandbox", nil, nil, one(func(c *call, id int64) error {
		if err := d.Drop(c.r.Context(), c.by, id); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}))
	serve("GET", "/{id}/outlook", "look-into-sandbox", nil, of[outlook](), one(func(c *call, id int64) error {
		_, got, err := d.Look(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, c.outlookOut(got))
	}))
	serve("GET", "/{id}/map", "map-of-sandbox", nil, of[chart](), one(func(c *call, id int64) error { return c.sandboxChart(d, id) }), chartParams...)
}

// sandboxChart draws a sandbox over today.
func (c *call) sandboxChart(d *cmdb.Sandboxes, id int64) error {
	q, err := c.chartQuestion()
	if err != nil {
		return err
	}
	found, err := d.Chart(c.r.Context(), c.by, id, q)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, chartOf(found))
}

// sandboxKept is what is tried out.
type sandboxKept struct {
	Record  string  `json:"record,omitempty" doc:"api.doc.sandbox_record"`
	Name    string  `json:"name"`
	About   string  `json:"about,omitempty"`
	Shared  bool    `json:"shared,omitempty" doc:"api.doc.sandbox_shared"`
	Edits   []edit  `json:"edits,omitempty" doc:"api.doc.whatif_edits"`
	Fail    []int64 `json:"fail,omitempty" doc:"api.doc.whatif_fail"`
	Version int64   `json:"version,omitempty" doc:"api.doc.sandbox_version"`
}

// sandbox is one that somebody has.
type sandbox struct {
	ID  int64 `json:"id"`
	Own bool  `json:"own" doc:"api.doc.sandbox_own"`
	sandboxKept
}

func (c *call) sandbox(d *cmdb.Sandboxes, s cmdb.Sandbox) (sandbox, error) {
	row, seen, err := d.Record(c.r.Context(), c.by, &s)
	if err != nil {
		return sandbox{}, err
	}
	ref := ""
	if seen {
		ref = row.Ref()
	}
	out := sandbox{ID: s.ID, Own: s.Owner == c.by.ID, sandboxKept: sandboxKept{Record: ref, Name: s.Name, About: s.Doc.About, Shared: s.Shared, Fail: plain(s.Doc.Fail), Version: s.Version}}
	for _, e := range s.Doc.Edits {
		out.Edits = append(out.Edits, edit{
			Do: string(e.Do), Item: int64(e.Item), As: int64(e.As), Name: e.Name, Class: string(e.Class), Zone: int64(e.Zone),
			Relation: int64(e.Relation), Source: int64(e.Source), Target: int64(e.Target), Type: e.Type,
		})
	}
	return out, nil
}

func (c *call) keepSandbox(d *cmdb.Sandboxes, id int64) error {
	var in sandboxKept
	if err := c.into(&in); err != nil {
		return err
	}
	s := cmdb.Sandbox{ID: id, Name: in.Name, Shared: in.Shared, Version: in.Version, Doc: cmdb.SandboxDoc{About: in.About, Record: in.Record, Fail: itemIDs(in.Fail)}}
	for _, e := range in.Edits {
		s.Doc.Edits = append(s.Doc.Edits, editOf(e))
	}
	kept, err := d.Keep(c.r.Context(), c.by, s)
	if err != nil {
		return err
	}
	out, err := c.sandbox(d, kept)
	if err != nil {
		return err
	}
	if id != 0 {
		return c.JSON(http.StatusOK, out)
	}
	c.w.Header().Set("Location", Prefix+"/sandboxes/"+strconv.FormatInt(kept.ID, 10))
	return c.done(http.StatusCreated, out)
}

// outlook is a sandbox beside today.
type outlook struct {
	contrast
	Falls    *impact        `json:"falls,omitempty" doc:"api.doc.outlook_falls"`
	Today    *impact        `json:"today,omitempty" doc:"api.doc.outlook_today"`
	Then     *impact        `json:"then,omitempty" doc:"api.doc.outlook_then"`
	Gained   []single       `json:"gained" doc:"api.doc.outlook_gained"`
	Lost     []single       `json:"lost" doc:"api.doc.outlook_lost"`
	Services []serviceShift `json:"services" doc:"api.doc.outlook_services"`
	Refused  []editRefused  `json:"refused" doc:"api.doc.outlook_refused"`
}

type serviceShift struct {
	Service int64   `json:"service"`
	Now     footing `json:"now"`
	Then    footing `json:"then"`
}

// footing is how much a service stands on.
type footing struct {
	Needs   int `json:"needs"`
	Singles int `json:"singles"`
}

type editRefused struct {
	Edit   int    `json:"edit" doc:"api.doc.outlook_edit"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (c *call) outlookOut(o *cmdb.Outlook) outlook {
	out := outlook{
		contrast: contrast{Broken: []sufferer{}, Better: shifts(o.Better), Worse: shifts(o.Worse), Same: o.Same, Watched: []watched{}},
		Gained:   pointsOf(o.Gained), Lost: pointsOf(o.Lost), Services: []serviceShift{}, Refused: []editRefused{},
	}
	for i := range o.Broken {
		out.Broken = append(out.Broken, suffererOf(&o.Broken[i]))
	}
	for _, side := range []struct {
		from *cmdb.Impact
		to   **impact
	}{{o.Falls, &out.Falls}, {o.Today, &out.Today}, {o.Then, &out.Then}} {
		if side.from != nil {
			one := c.impactOut(side.from)
			*side.to = &one
		}
	}
	for _, s := range o.Services {
		out.Services = append(out.Services, serviceShift{int64(s.Now.Service), footing{s.Now.Needs, s.Now.Singles}, footing{s.Then.Needs, s.Then.Singles}})
	}
	for _, r := range o.Refused {
		for _, f := range fault.All(r.Why) {
			out.Refused = append(out.Refused, editRefused{r.Place, f.Key, c.words.Fault(f)})
		}
	}
	return out
}

func pointsOf(list []cmdb.CityPoint) []single {
	out := make([]single, len(list))
	for i, p := range list {
		out[i] = single{node: nodeOf(p.Node), Services: plain(p.Services), Gravest: string(p.Gravest)}
	}
	return out
}
