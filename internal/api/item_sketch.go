package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
)

// Sketches serves how people arranged drawings of the topology.
func (a *API) Sketches(d *cmdb.Sketches) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/sketches", Policy: cmdb.DeedImpact, Name: "list-sketches", Tag: "items", Query: []param{{Name: "around", Type: "string"}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[sketch]]()}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			if c.get("around") == "" {
				return fault.At("around", "record.required")
			}
			list, err := d.Of(c.r.Context(), c.by, c.get("around"))
			if err != nil {
				return err
			}
			out := page[sketch]{Items: make([]sketch, len(list))}
			for i, s := range list {
				out.Items[i] = c.sketch(s)
			}
			return give(c, out)
		},
	})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/sketches", Policy: cmdb.DeedImpact, Name: "keep-sketch", Tag: "items",
		Body: &body{Schema: of[sketchKept]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[sketch]()}}, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			var in sketchKept
			if err := c.into(&in); err != nil {
				return err
			}
			doc := cmdb.SketchDoc{Way: cmdb.End(in.Way), Hops: in.Hops, Open: in.Open, Apart: in.Apart, All: in.All, Loose: in.Loose, Spots: map[string]cmdb.Spot{}}
			for name, at := range in.Spots {
				doc.Spots[name] = cmdb.Spot(at)
			}
			kept, err := d.Keep(c.r.Context(), c.by, cmdb.Sketch{Place: in.Place, Name: in.Name, Shared: in.Shared, Doc: doc})
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, c.sketch(kept))
		},
	})
	a.add(operation{
		Method: "DELETE", Path: Prefix + "/sketches/{id}", Policy: cmdb.DeedImpact, Name: "drop-sketch", Tag: "items",
		Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			if err := d.Drop(c.r.Context(), c.by, id); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
}

// sketchKept is how a drawing is arranged.
type sketchKept struct {
	Place  string          `json:"around" doc:"api.doc.sketch_place"`
	Name   string          `json:"name,omitempty" doc:"api.doc.sketch_name"`
	Shared bool            `json:"shared,omitempty" doc:"api.doc.sketch_shared"`
	Way    string          `json:"way" enum:"both,source,target"`
	Hops   int             `json:"hops"`
	Open   []int64         `json:"open,omitempty" doc:"api.doc.sketch_open"`
	Apart  []string        `json:"apart,omitempty" doc:"api.doc.sketch_apart"`
	All    bool            `json:"all,omitempty" doc:"api.doc.sketch_all"`
	Loose  bool            `json:"loose,omitempty" doc:"api.doc.sketch_loose"`
	Spots  map[string]spot `json:"spots,omitempty" doc:"api.doc.sketch_spots"`
}

type spot struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// sketch is one that somebody has.
type sketch struct {
	ID  int64 `json:"id"`
	Own bool  `json:"own" doc:"api.doc.sketch_own"`
	sketchKept
}

func (c *call) sketch(s cmdb.Sketch) sketch {
	out := sketch{ID: s.ID, Own: s.Owner == c.by.ID, sketchKept: sketchKept{
		Place: s.Place, Name: s.Name, Shared: s.Shared, Way: string(s.Doc.Way), Hops: s.Doc.Hops, Open: s.Doc.Open, Apart: s.Doc.Apart, All: s.Doc.All, Loose: s.Doc.Loose,
		Spots: map[string]spot{},
	}}
	for name, at := range s.Doc.Spots {
		out.Spots[name] = spot(at)
	}
	return out
}
