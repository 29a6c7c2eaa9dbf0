package api

import (
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap/programme"
)

// roadmapExtra is a step to be added.
type roadmapExtra struct {
	Version int64  `json:"version" doc:"api.doc.roadmap_version"`
	Process string `json:"process"`
	Phase   int    `json:"phase,omitempty" doc:"api.doc.roadmap_extra_phase"`
	Why     string `json:"why"`
}

type roadmapDrop struct {
	Version int64  `json:"version" doc:"api.doc.roadmap_version"`
	Why     string `json:"why"`
}

// roadmapAlters adds steps to a programme, and leaves some out.
func (a *API) roadmapAlters(room *programme.Room) {
	add := func(path, name string, in *schema, do func(*call, int64) (*programme.Programme, error)) {
		op := roadmapOp("POST", "/{id}/"+path, programme.DeedEdit, name, of[roadmapHead](), func(c *call) error {
			return c.programme(func(id int64) (*programme.Programme, error) { return do(c, id) })
		})
		op.Body = &body{Schema: in}
		a.add(op)
	}
	add("steps", "add-roadmap-step", of[roadmapExtra](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapExtra
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Add(c.r.Context(), c.by, id, programme.Extra{Version: in.Version, Process: maturity.Process(in.Process), Phase: in.Phase, Why: in.Why})
	})
	add("steps/{step}/drop", "drop-roadmap-step", of[roadmapDrop](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapDrop
		if err := c.given(&in); err != nil {
			return nil, err
		}
		step, err := c.id("step")
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Drop(c.r.Context(), c.by, id, step, in.Version, in.Why)
	})
}
