package api

import (
	"net/http"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
)

type roadmapSwing struct {
	Weight string   `json:"weight"`
	Value  float64  `json:"value"`
	Change float64  `json:"change" doc:"api.doc.roadmap_swing"`
	First  []string `json:"first"`
}

type roadmapChoices struct {
	Waves       []roadmapOrigin          `json:"waves"`
	Assessments []roadmapOrigin          `json:"assessments"`
	Readiness   map[string]roadmapPeople `json:"readiness,omitempty"`
}

type roadmapAttained struct {
	Process   string  `json:"process"`
	Began     float64 `json:"began"`
	Predicted float64 `json:"predicted" doc:"api.doc.roadmap_predicted"`
	Attained  float64 `json:"attained"`
	Target    float64 `json:"target"`
}

type roadmapObserved struct {
	Item    string     `json:"item"`
	Rise    float64    `json:"rise"`
	CI      [2]float64 `json:"ci95"`
	G       float64    `json:"g"`
	HolmP   float64    `json:"p_holm"`
	Verdict string     `json:"verdict" enum:"improved,worse,not_yet_visible"`
}

type roadmapOutcome struct {
	Wave      *roadmapOrigin    `json:"wave,omitempty"`
	Items     []roadmapObserved `json:"items"`
	Processes []roadmapAttained `json:"processes"`
}

// roadmapFigures serves what follows from the baseline.
func (a *API) roadmapFigures(room *programme.Room) {
	computed := func(v *programme.View) (*roadmap.Plan, error) {
		if v.Plan == nil {
			return nil, fault.New(fault.Conflict, "programme.no_baseline")
		}
		return v.Plan, nil
	}
	a.add(roadmapOp("GET", "/{id}/plan", programme.DeedRead, "plan-of-roadmap", of[roadmapComputed](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			p, err := computed(v)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ofPlan(p))
		})
	}))
	a.add(roadmapOp("GET", "/{id}/sensitivity", programme.DeedRead, "sensitivity-of-roadmap", of[[]roadmapSwing](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			if _, err := computed(v); err != nil {
				return err
			}
			out := []roadmapSwing{}
			for _, s := range roadmap.Sensitivity(v.Settings, v.Inputs()) {
				one := roadmapSwing{Weight: s.Weight, Value: s.Value, Change: s.Change}
				for _, code := range s.First {
					one.First = append(one.First, string(code))
				}
				out = append(out, one)
			}
			return c.JSON(http.StatusOK, out)
		})
	}))
	try := roadmapOp("POST", "/{id}/scenario", programme.DeedRead, "try-roadmap", of[roadmapComputed](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			var in roadmapScenario
			if err := c.into(&in); err != nil {
				return err
			}
			p, err := computed(v)
			if err != nil {
				return err
			}
			what, err := in.read(p.Inputs.Share)
			if err != nil {
				return err
			}
			if p, err = room.Try(v, what); err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ofPlan(p))
		})
	})
	try.Body, try.Once = &body{Schema: of[roadmapScenario]()}, false
	a.add(try)
	a.roadmapOutcome(room)
}

// roadmapOutcome serves what a baseline can be taken from, and what came of it.
func (a *API) roadmapOutcome(room *programme.Room) {
	a.add(roadmapOp("GET", "/choices", programme.DeedEdit, "choices-for-roadmap", of[roadmapChoices](), func(c *call) error {
		all, err := room.Choices(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := roadmapChoices{Waves: []roadmapOrigin{}, Assessments: []roadmapOrigin{}, Readiness: map[string]roadmapPeople{}}
		for _, o := range all.Waves {
			out.Waves = append(out.Waves, ofOrigin(o))
		}
		for _, o := range all.Assessments {
			out.Assessments = append(out.Assessments, ofOrigin(o))
		}
		for code, p := range all.Readiness {
			out.Readiness[string(code)] = ofPeople(p)
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(roadmapOp("GET", "/{id}/indicators", programme.DeedRead, "indicators-of-roadmap", of[roadmapIndicators](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			found, err := room.Against(c.r.Context(), c.by, v)
			if err != nil {
				return err
			}
			i, err := room.Indicators(c.r.Context(), c.by, v, found)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, ofIndicators(i))
		})
	}))
	a.add(roadmapOp("GET", "/{id}/outcome", programme.DeedRead, "outcome-of-roadmap", of[roadmapOutcome](), func(c *call) error {
		return c.look(room, func(v *programme.View) error {
			out := roadmapOutcome{Items: []roadmapObserved{}, Processes: []roadmapAttained{}}
			found, err := room.Against(c.r.Context(), c.by, v)
			if err != nil {
				return err
			}
			for _, f := range found {
				out.Processes = append(out.Processes, roadmapAttained{string(f.Process), f.Began.Number(), f.Predicted.Number(), f.Attained.Number(), f.Target.Number()})
			}
			if o := v.Outcome; o != nil {
				one := ofOrigin(o.Wave)
				out.Wave = &one
				for _, i := range o.Items {
					out.Items = append(out.Items, roadmapObserved{i.Item, i.Rise, i.CI, i.G, i.HolmP, string(i.Verdict())})
				}
			}
			return c.JSON(http.StatusOK, out)
		})
	}))
}

type roadmapGate struct {
	Process  string  `json:"process"`
	Level    float64 `json:"level"`
	Requires string  `json:"requires"`
	At       float64 `json:"at_level"`
}

type roadmapWeighing struct {
	ID         int64                         `json:"id"`
	Why        string                        `json:"why" doc:"api.doc.roadmap_why"`
	Made       string                        `json:"made,omitempty" format:"date-time"`
	Items      map[string]map[string]float64 `json:"items" doc:"api.doc.roadmap_items"`
	Gates      []roadmapGate                 `json:"gates" doc:"api.doc.roadmap_gates"`
	Cost       map[string]int                `json:"cost"`
	PeopleCost int                           `json:"people_cost"`
	Pull       float64                       `json:"pull" doc:"api.doc.roadmap_pull"`
	PhaseDays  int                           `json:"phase_days"`
}

func ofWeights(w *programme.Weights) roadmapWeighing {
	s := w.Settings
	out := roadmapWeighing{ID: w.ID, Why: w.Why, Made: stamp(w.Made), Items: map[string]map[string]float64{}, Gates: []roadmapGate{}, Cost: map[string]int{}, PeopleCost: s.PeopleCost, Pull: s.Pull, PhaseDays: s.PhaseDays}
	for _, i := range s.Items {
		row := map[string]float64{}
		for code, x := range i.Weights {
			row[string(code)] = x
		}
		out.Items[i.Name] = row
	}
	for _, g := range s.Gates {
		out.Gates = append(out.Gates, roadmapGate{string(g.Process), g.Level.Number(), string(g.Requires), g.At.Number()})
	}
	for code, n := range s.Cost {
		out.Cost[string(code)] = n
	}
	return out
}

// over puts what was given over the weights that stand.
func (in *roadmapWeighing) over(s *roadmap.Settings) error {
	for name, row := range in.Items {
		known := false
		for i := range s.Items {
			if s.Items[i].Name != name {
				continue
			}
			known = true
			s.Items[i].Weights = map[maturity.Process]float64{}
			for code, x := range row {
				if !maturity.Process(code).Known() {
					return fault.At("items."+name, "maturity.no_process").With("value", code)
				}
				s.Items[i].Weights[maturity.Process(code)] = x
			}
		}
		if !known {
			return fault.At("items."+name, "programme.no_item")
		}
	}
	if in.Gates != nil {
		s.Gates = nil
		for _, g := range in.Gates {
			level, _ := maturity.LevelOf(g.Level)
			at, _ := maturity.LevelOf(g.At)
			s.Gates = append(s.Gates, roadmap.Gate{Process: maturity.Process(g.Process), Level: level, Requires: maturity.Process(g.Requires), At: at})
		}
	}
	for code, n := range in.Cost {
		if !maturity.Process(code).Known() {
			return fault.At("cost", "maturity.no_process").With("value", code)
		}
		s.Cost[maturity.Process(code)] = n
	}
	if in.PeopleCost != 0 {
		s.PeopleCost = in.PeopleCost
	}
	if in.PhaseDays != 0 {
		s.PhaseDays = in.PhaseDays
	}
	s.Pull = in.Pull
	return nil
}

// roadmapWeights serves the versions of weights and gates.
func (a *API) roadmapWeights(room *programme.Room) {
	a.add(roadmapOp("GET", "/weights", programme.DeedRead, "list-roadmap-weights", of[[]roadmapWeighing](), func(c *call) error {
		all, err := room.Weighing(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := []roadmapWeighing{}
		for i := range all {
			out = append(out, ofWeights(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	add := roadmapOp("POST", "/weights", programme.DeedEdit, "add-roadmap-weights", of[roadmapWeighing](), func(c *call) error {
		var in roadmapWeighing
		if err := c.given(&in); err != nil {
			return err
		}
		all, err := room.Weighing(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		s := all[0].Settings
		if err := in.over(s); err != nil && c.by.Can(c.op.Policy) {
			return err
		}
		w, err := room.Weigh(c.r.Context(), c.by, s, in.Why)
		if err != nil {
			return err
		}
		return c.done(http.StatusCreated, ofWeights(w))
	})
	add.Body = &body{Schema: of[roadmapWeighing]()}
	a.add(add)
}
