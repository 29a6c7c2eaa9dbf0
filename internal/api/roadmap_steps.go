package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
)

type roadmapTask struct {
	Question string `json:"question,omitempty"`
	Text     string `json:"text,omitempty"`
	Needed   bool   `json:"needed,omitempty" doc:"api.doc.roadmap_needed"`
	Owner    int64  `json:"owner,omitempty"`
	Due      string `json:"due,omitempty" format:"date"`
	Done     bool   `json:"done"`
	Evidence string `json:"evidence,omitempty" doc:"api.doc.assessment_evidence"`
}

// roadmapStep is a step of a programme.
type roadmapStep struct {
	ID        int64             `json:"id"`
	Phase     int               `json:"phase"`
	Kind      string            `json:"kind" enum:"step,people"`
	Process   string            `json:"process"`
	To        float64           `json:"to"`
	State     string            `json:"state" enum:"planned,in_work,claimed,verified,rejected,regressed"`
	Theme     string            `json:"theme,omitempty"`
	Owner     int64             `json:"owner,omitempty"`
	Due       string            `json:"due" format:"date"`
	Cost      int               `json:"cost"`
	Gate      float64           `json:"people_gate"`
	Readiness float64           `json:"readiness"`
	Own       float64           `json:"own" doc:"api.doc.roadmap_own"`
	Opens     float64           `json:"opens" doc:"api.doc.roadmap_opens"`
	Money     float64           `json:"money,omitempty"`
	Benefit   string            `json:"benefit,omitempty"`
	Change    string            `json:"change,omitempty" doc:"api.doc.roadmap_change"`
	Claimed   string            `json:"claimed,omitempty" format:"date-time"`
	Verified  string            `json:"verified,omitempty" format:"date-time"`
	Fallen    []string          `json:"fallen,omitempty" doc:"api.doc.roadmap_fallen"`
	Tasks     []roadmapTask     `json:"tasks"`
	Log       []roadmapDecision `json:"log"`
	Doubts    []string          `json:"doubts,omitempty" doc:"api.doc.roadmap_doubts"`
	Denied    []string          `json:"denied,omitempty" doc:"api.doc.roadmap_denied"`
	Version   int64             `json:"version"`
}

func ofStep(s *programme.Step) roadmapStep {
	out := roadmapStep{
		ID: s.ID, Phase: s.Phase, Kind: string(s.Kind), Process: string(s.Process), To: s.To.Number(), State: string(s.State), Theme: string(s.Theme), Owner: int64(s.Owner), Due: dateOf(s.Due), Cost: s.Cost, Gate: s.Gate, Readiness: s.Readiness,
		Own: s.Own, Opens: s.Opens, Money: s.Money, Benefit: s.Benefit, Change: s.Change, Claimed: stamp(s.Claimed), Verified: stamp(s.Verified), Fallen: s.Fallen, Tasks: []roadmapTask{}, Log: ofDecisions(s.Log), Version: s.Version,
	}
	for _, t := range s.Tasks {
		out.Tasks = append(out.Tasks, roadmapTask{t.Question, t.Text, t.Needed, int64(t.Owner), dateOf(t.Due), t.Done, t.Evidence})
	}
	return out
}

type roadmapArrange struct {
	Version int64   `json:"version"`
	Owner   int64   `json:"owner,omitempty"`
	Phase   int     `json:"phase,omitempty" doc:"api.doc.roadmap_phase"`
	Due     string  `json:"due,omitempty" format:"date"`
	Money   float64 `json:"money,omitempty"`
	Benefit string  `json:"benefit,omitempty"`
	Change  string  `json:"change,omitempty" doc:"api.doc.roadmap_change"`
	Why     string  `json:"why,omitempty"`
}

type roadmapMove struct {
	Version int64  `json:"version"`
	To      string `json:"to" enum:"in_work,claimed,verified,rejected,regressed"`
	Why     string `json:"why,omitempty"`
}

type roadmapTick struct {
	Version int64 `json:"version"`
	roadmapTask
}

// roadmapSteps serves the steps of programmes.
func (a *API) roadmapSteps(room *programme.Room) {
	const path = "/{id}/steps"
	a.add(roadmapOp("GET", path, programme.DeedRead, "list-roadmap-steps", pageOf(of[roadmapStep]()), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			out := page[roadmapStep]{Items: []roadmapStep{}}
			for i := range v.Steps {
				out.Items = append(out.Items, ofStep(&v.Steps[i]))
			}
			return c.JSON(http.StatusOK, out)
		})
	}))
	a.add(roadmapOp("GET", path+"/{step}", programme.DeedRead, "get-roadmap-step", of[roadmapStep](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			step, err := c.id("step")
			if err != nil {
				return err
			}
			for i := range v.Steps {
				if s := &v.Steps[i]; s.ID == step {
					d, err := room.Doubts(c.r.Context(), c.by, v.Programme, s)
					if err != nil {
						return err
					}
					out := ofStep(s)
					for _, one := range d.Why {
						out.Doubts = append(out.Doubts, string(one))
					}
					out.Denied = d.Denied
					return c.JSON(http.StatusOK, out)
				}
			}
			return fault.New(fault.Missing, "programme.no_step")
		})
	}))
	a.roadmapWork(room, path)
}

// roadmapWork is what is done to steps.
func (a *API) roadmapWork(room *programme.Room, path string) {
	add := func(method, more, policy, name string, in *schema, do func(*call, int64, int64) (*programme.Step, error)) {
		op := roadmapOp(method, path+"/{step}"+more, policy, name, of[roadmapStep](), func(c *call) error {
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
			return c.done(http.StatusOK, ofStep(s))
		})
		op.Body = &body{Schema: in}
		a.add(op)
	}
	add("PUT", "", programme.DeedEdit, "arrange-roadmap-step", of[roadmapArrange](), func(c *call, id, step int64) (*programme.Step, error) {
		var in roadmapArrange
		if err := c.given(&in); err != nil {
			return nil, err
		}
		due, err := dayIn("due", in.Due)
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Arrange(c.r.Context(), c.by, id, step, programme.Arrange{Version: in.Version, Owner: people.ID(in.Owner), Phase: in.Phase, Due: due, Money: in.Money, Benefit: in.Benefit, Change: in.Change, Why: in.Why})
	})
	add("POST", "/move", programme.DeedWork, "move-roadmap-step", of[roadmapMove](), func(c *call, id, step int64) (*programme.Step, error) {
		var in roadmapMove
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Move(c.r.Context(), c.by, id, step, in.Version, roadmap.State(in.To), in.Why)
	})
	add("PUT", "/tasks/{task}", programme.DeedWork, "work-roadmap-task", of[roadmapTick](), func(c *call, id, step int64) (*programme.Step, error) {
		var in roadmapTick
		if err := c.given(&in); err != nil {
			return nil, err
		}
		n, err := c.id("task")
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		due, err := dayIn("due", in.Due)
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Tick(c.r.Context(), c.by, id, step, in.Version, int(n)-1, programme.Task{Text: in.Text, Owner: people.ID(in.Owner), Due: due, Done: in.Done, Evidence: in.Evidence})
	})
}

// look reads the programme that the address names.
func (c *call) look(room *programme.Room, then func(*programme.View) error) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	v, err := room.Look(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return then(v)
}

type roadmapScenario struct {
	Capacity *int                     `json:"capacity,omitempty"`
	Pull     *float64                 `json:"pull,omitempty" doc:"api.doc.roadmap_pull"`
	Targets  map[string]roadmapTarget `json:"targets,omitempty"`
	Share    map[string]float64       `json:"lmg_share,omitempty"`
}

func (in *roadmapScenario) read(of map[string]float64) (out programme.Try, err error) {
	out = programme.Try{Capacity: in.Capacity, Pull: in.Pull}
	if in.Share != nil {
		out.Share = map[string]float64{}
		for d, x := range of {
			out.Share[d] = x
		}
		for d, x := range in.Share {
			out.Share[d] = x
		}
	}
	if in.Targets != nil {
		out.Targets, err = targetsIn(in.Targets)
	}
	return out, err
}

type roadmapTerm struct {
	Process  string           `json:"process"`
	Target   float64          `json:"target"`
	Demand   float64          `json:"demand" doc:"api.doc.roadmap_demand"`
	Ready    float64          `json:"readiness"`
	Value    float64          `json:"value" doc:"api.doc.roadmap_value"`
	Pull     float64          `json:"pull"`
	Priority float64          `json:"priority"`
	Enables  []roadmapEnables `json:"enables"`
}

type roadmapEnables struct {
	Process string   `json:"process"`
	Adds    float64  `json:"adds"`
	Gates   []string `json:"gates"`
}

type roadmapPhase struct {
	Phase   int             `json:"phase"`
	Spent   int             `json:"spent"`
	Actions []roadmapAction `json:"actions"`
}

type roadmapAction struct {
	Kind    string  `json:"kind" enum:"step,people"`
	Process string  `json:"process"`
	To      float64 `json:"to"`
	Theme   string  `json:"theme,omitempty"`
	Cost    int     `json:"cost"`
}

// roadmapComputed is what follows from the baseline.
type roadmapComputed struct {
	Drivers map[string]float64 `json:"drivers" doc:"api.doc.roadmap_drivers"`
	Terms   []roadmapTerm      `json:"terms" doc:"api.doc.roadmap_terms"`
	Phases  []roadmapPhase     `json:"phases"`
	Stop    string             `json:"stop" enum:"done,no_capacity,too_dear"`
	Left    []string           `json:"left"`
	Points  int                `json:"points"`
}

func ofPlan(p *roadmap.Plan) roadmapComputed {
	out := roadmapComputed{Drivers: map[string]float64{}, Terms: []roadmapTerm{}, Phases: []roadmapPhase{}, Stop: string(p.Stop), Left: []string{}, Points: p.Points()}
	for _, d := range p.Drivers {
		out.Drivers[d.Dimension] = d.KD
	}
	for _, code := range p.First(len(maturity.Processes())) {
		t := p.Terms[code]
		one := roadmapTerm{string(code), p.Target[code].Number(), p.DemandNorm[code], p.Readiness[code], t.Value, t.Pull, t.Priority, []roadmapEnables{}}
		for _, e := range t.Enables {
			more := roadmapEnables{Process: string(e.Process), Adds: e.Adds}
			for _, g := range e.Gates {
				more.Gates = append(more.Gates, g.String())
			}
			one.Enables = append(one.Enables, more)
		}
		out.Terms = append(out.Terms, one)
	}
	for _, ph := range p.Phases {
		one := roadmapPhase{Phase: ph.Number, Spent: ph.Spent, Actions: []roadmapAction{}}
		for _, a := range ph.Actions {
			one.Actions = append(one.Actions, roadmapAction{string(a.Kind), string(a.Process), a.To.Number(), string(a.Theme), a.Cost})
		}
		out.Phases = append(out.Phases, one)
	}
	for _, code := range p.Left {
		out.Left = append(out.Left, string(code))
	}
	return out
}
