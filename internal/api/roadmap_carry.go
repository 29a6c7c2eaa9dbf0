package api

import (
	"net/http"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
)

// roadmapCarry is a process change that a step carries. What fields hold is told
// to those who may read the settings.
type roadmapCarry struct {
	State   string       `json:"state" enum:"asked,refused,agreed,applied,failed,undone"`
	Day     string       `json:"day" format:"date"`
	Why     string       `json:"why"`
	By      int64        `json:"by,omitempty"`
	Applied string       `json:"applied,omitempty" format:"date-time"`
	Undone  string       `json:"undone,omitempty" format:"date-time"`
	Trouble string       `json:"trouble,omitempty"`
	Waiting []int64      `json:"waiting" doc:"api.doc.handbook_waiting"`
	Fields  []carryField `json:"fields" doc:"api.doc.roadmap_carry_fields"`
	Version int64        `json:"version"`
}

type carryField struct {
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	Field  string `json:"field"`
	Was    string `json:"was"`
	To     string `json:"to"`
	Hidden bool   `json:"hidden,omitempty" doc:"api.doc.roadmap_carry_hidden"`
}

type carryPlan struct {
	Version int64       `json:"version"`
	Day     string      `json:"day" format:"date"`
	Why     string      `json:"why"`
	Fields  []carryWish `json:"fields"`
}

type carryWish struct {
	Kind  string `json:"kind"`
	Code  string `json:"code"`
	Field string `json:"field"`
	To    string `json:"to"`
}

type carryRecall struct {
	Version int64  `json:"version"`
	Why     string `json:"why"`
}

func ofCarry(s *programme.Step) *roadmapCarry {
	c := s.Carry
	if c == nil {
		return nil
	}
	out := &roadmapCarry{
		State: string(c.State), Day: dateOf(c.Day), Why: c.Why, By: int64(c.By), Applied: stamp(c.Applied), Undone: stamp(c.Undone), Trouble: c.Trouble,
		Waiting: []int64{}, Fields: []carryField{}, Version: s.Version,
	}
	if c.State == programme.CarryAsked {
		out.Waiting = personIDs(c.Round.Waiting())
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, carryField{string(f.Kind), f.Code, f.Field, f.Was, f.To, f.Hidden})
	}
	return out
}

// roadmapCarries serves the process changes of steps.
func (a *API) roadmapCarries(room *programme.Room) {
	const path = "/{id}/steps/{step}/change"
	add := func(method, more, policy, name string, in *schema, do func(*call, int64, int64) (*programme.Step, error)) {
		op := roadmapOp(method, path+more, policy, name, of[roadmapCarry](), func(c *call) error {
			id, err := c.id("id")
			if err != nil {
				return err
			}
			step, err := c.id("step")
			if err != nil && c.by.Can(policy) {
				return err
			}
			s, err := do(c, id, step)
			if err != nil {
				return err
			}
			return c.done(http.StatusOK, ofCarry(s))
		})
		op.Body = &body{Schema: in}
		a.add(op)
	}
	add("PUT", "", programme.DeedEdit, "plan-process-change", of[carryPlan](), func(c *call, id, step int64) (*programme.Step, error) {
		var in carryPlan
		if err := c.given(&in); err != nil {
			return nil, err
		}
		out := programme.Carry{Why: in.Why}
		var err error
		if out.Day, err = dayIn("day", in.Day); err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		for _, f := range in.Fields {
			out.Fields = append(out.Fields, programme.CarryField{Kind: setting.Kind(f.Kind), Code: f.Code, Field: f.Field, To: f.To})
		}
		return room.Propose(c.r.Context(), c.by, id, step, in.Version, out)
	})
	add("POST", "/answer", programme.DeedRead, "decide-process-change", of[editionVote](), func(c *call, id, step int64) (*programme.Step, error) {
		var in editionVote
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Answer(c.r.Context(), c.by, id, step, in.Version, approval.Answer(in.Answer), in.Reason)
	})
	add("POST", "/recall", programme.DeedRead, "recall-process-change", of[carryRecall](), func(c *call, id, step int64) (*programme.Step, error) {
		var in carryRecall
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Recall(c.r.Context(), c.by, id, step, in.Version, in.Why)
	})
}
