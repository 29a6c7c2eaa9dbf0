package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
)

// roadmapPlan is what somebody says of a programme that he makes or changes.
type roadmapPlan struct {
	NameEn    string   `json:"name_en"`
	NameZh    string   `json:"name_zh,omitempty"`
	Charter   string   `json:"charter,omitempty" doc:"api.doc.roadmap_charter"`
	Wanted    *float64 `json:"wanted,omitempty" doc:"api.doc.roadmap_wanted"`
	Start     string   `json:"start" format:"date"`
	Horizon   string   `json:"horizon" format:"date"`
	Capacity  int      `json:"capacity" doc:"api.doc.roadmap_capacity"`
	PointCost float64  `json:"point_cost,omitempty"`
	Version   int64    `json:"version,omitempty"`
}

// roadmapHead is a programme.
type roadmapHead struct {
	ID int64 `json:"id"`
	roadmapPlan
	State     string                   `json:"state" enum:"draft,approved,closed,cancelled"`
	Weights   int64                    `json:"weights" doc:"api.doc.roadmap_weights"`
	Targets   map[string]roadmapTarget `json:"targets,omitempty"`
	Baseline  *roadmapBaseline         `json:"baseline,omitempty"`
	Approved  string                   `json:"approved,omitempty" format:"date-time"`
	Altered   string                   `json:"altered,omitempty" format:"date-time" doc:"api.doc.roadmap_altered"`
	Decisions []roadmapDecision        `json:"decisions"`
}

type roadmapTarget struct {
	Level  float64 `json:"level"`
	Reason string  `json:"reason,omitempty"`
}

type roadmapDecision struct {
	At   string `json:"at" format:"date-time"`
	By   int64  `json:"by,omitempty"`
	What string `json:"what"`
	Why  string `json:"why,omitempty"`
}

type roadmapOrigin struct {
	ID   int64       `json:"id" doc:"api.doc.roadmap_origin"`
	Name people.Text `json:"name"`
	Day  string      `json:"day" format:"date"`
	Hash string      `json:"hash,omitempty"`
}

type roadmapPeople struct {
	Roles    float64 `json:"roles"`
	Skills   float64 `json:"skills"`
	Training float64 `json:"training"`
	Workload float64 `json:"workload"`
	Culture  float64 `json:"culture"`
	Assumed  bool    `json:"culture_assumed,omitempty"`
}

// roadmapFigures are what a roadmap is made of.
type roadmapFigures struct {
	Points  int                      `json:"scale_points"`
	Gap     map[string]float64       `json:"gap"`
	Share   map[string]float64       `json:"lmg_share"`
	ItemGap map[string]float64       `json:"item_gap,omitempty"`
	Level   map[string]float64       `json:"level"`
	People  map[string]roadmapPeople `json:"people"`
}

type roadmapBaseline struct {
	Frozen     string        `json:"frozen" format:"date-time"`
	Wave       roadmapOrigin `json:"wave"`
	Assessment roadmapOrigin `json:"assessment"`
	Readiness  roadmapOrigin `json:"readiness"`
	Hash       string        `json:"hash"`
	roadmapFigures
}

// roadmapTake is what a baseline is made of.
type roadmapTake struct {
	Version    int64 `json:"version"`
	Wave       int64 `json:"wave,omitempty" doc:"api.doc.roadmap_take"`
	Assessment int64 `json:"assessment,omitempty" doc:"api.doc.roadmap_take"`
	Records    bool  `json:"records,omitempty" doc:"api.doc.roadmap_records"`
	roadmapFigures
}

func dayIn(field, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fault.At(field, "maturity.file.day").With("value", text)
	}
	return t, nil
}

func (in roadmapPlan) read(id int64) (p *programme.Programme, err error) {
	p = &programme.Programme{ID: id, Name: people.Text{En: in.NameEn, Zh: in.NameZh}, Version: in.Version, Doc: programme.Doc{Charter: in.Charter, Wanted: in.Wanted, Capacity: in.Capacity, PointCost: in.PointCost}}
	if p.Start, err = dayIn("start", in.Start); err != nil {
		return nil, err
	}
	p.Horizon, err = dayIn("horizon", in.Horizon)
	return p, err
}

func levelsIn(field string, of map[string]float64) (map[maturity.Process]maturity.Level, error) {
	out := map[maturity.Process]maturity.Level{}
	for code, x := range of {
		l, ok := maturity.LevelOf(x)
		if !ok {
			return nil, fault.At(field+"."+code, "maturity.no_level").With("value", x)
		}
		out[maturity.Process(code)] = l
	}
	return out, nil
}

func (in *roadmapTake) read() (out programme.Take, err error) {
	out = programme.Take{
		Version: in.Version, Wave: in.Wave, Assessment: in.Assessment, Records: in.Records,
		Satisfaction: programme.Satisfaction{Points: in.Points, Gap: in.Gap, Share: in.Share, ItemGap: in.ItemGap}, People: map[maturity.Process]roadmap.People{},
	}
	for code, p := range in.People {
		out.People[maturity.Process(code)] = roadmap.People{Roles: p.Roles, Skills: p.Skills, Training: p.Training, Workload: p.Workload, Culture: p.Culture, CultureAssumed: p.Assumed}
	}
	out.Level, err = levelsIn("level", in.Level)
	return out, err
}

func targetsIn(of map[string]roadmapTarget) (map[maturity.Process]roadmap.Target, error) {
	out := map[maturity.Process]roadmap.Target{}
	for code, t := range of {
		l, ok := maturity.LevelOf(t.Level)
		if !ok {
			return nil, fault.At("targets."+code+".level", "maturity.no_level").With("value", t.Level)
		}
		out[maturity.Process(code)] = roadmap.Target{Level: l, Reason: t.Reason}
	}
	return out, nil
}

func ofOrigin(o programme.Origin) roadmapOrigin {
	return roadmapOrigin{o.ID, o.Name, dateOf(o.Day), o.Hash}
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func ofDecisions(all []programme.Decision) []roadmapDecision {
	out := []roadmapDecision{}
	for _, d := range all {
		out = append(out, roadmapDecision{stamp(d.At), int64(d.By), d.What, d.Why})
	}
	return out
}

func ofPeople(p roadmap.People) roadmapPeople {
	return roadmapPeople{p.Roles, p.Skills, p.Training, p.Workload, p.Culture, p.CultureAssumed}
}

func ofProgramme(p *programme.Programme) roadmapHead {
	out := roadmapHead{
		ID: p.ID, State: string(p.State), Weights: p.Weights, Approved: stamp(p.Approved), Altered: stamp(p.Altered), Decisions: ofDecisions(p.Decisions), Targets: map[string]roadmapTarget{},
		roadmapPlan: roadmapPlan{p.Name.En, p.Name.Zh, p.Charter, p.Wanted, dateOf(p.Start), dateOf(p.Horizon), p.Capacity, p.PointCost, p.Version},
	}
	for code, t := range p.Targets {
		out.Targets[string(code)] = roadmapTarget{t.Level.Number(), t.Reason}
	}
	if b := p.Baseline; b != nil {
		one := &roadmapBaseline{Frozen: stamp(b.Frozen), Wave: ofOrigin(b.Wave), Assessment: ofOrigin(b.Assessment), Readiness: ofOrigin(b.Readiness), Hash: b.Digest()}
		one.roadmapFigures = roadmapFigures{Points: b.Satisfaction.Points, Gap: b.Satisfaction.Gap, Share: b.Satisfaction.Share, ItemGap: b.Satisfaction.ItemGap, Level: map[string]float64{}, People: map[string]roadmapPeople{}}
		for code, l := range b.Levels.Level {
			one.Level[string(code)] = l.Number()
		}
		for code, p := range b.People {
			one.People[string(code)] = ofPeople(p)
		}
		out.Baseline = one
	}
	return out
}

func roadmapOp(method, path, policy, name string, out *schema, do func(*call) error) operation {
	status := http.StatusOK
	if method == "POST" && (path == "" || path == "/weights") {
		status = http.StatusCreated
	}
	return operation{
		Method: method, Path: Prefix + "/roadmaps" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "roadmap",
		Gives: []gives{{Status: status, Schema: out}}, Run: do, Once: method == "POST",
	}
}

// Roadmaps serves improvement programmes.
func (a *API) Roadmaps(room *programme.Room) {
	a.roadmaps(room)
	a.roadmapDeeds(room)
	a.roadmapFigures(room)
	a.roadmapSteps(room)
	a.roadmapCarries(room)
	a.roadmapWeights(room)
}

func (a *API) roadmaps(room *programme.Room) {
	a.add(roadmapOp("GET", "", programme.DeedRead, "list-roadmaps", pageOf(of[roadmapHead]()), func(c *call) error {
		all, err := room.List(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[roadmapHead]{Items: []roadmapHead{}}
		for i := range all {
			out.Items = append(out.Items, ofProgramme(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(roadmapOp("GET", "/{id}", programme.DeedRead, "get-roadmap", of[roadmapHead](), func(c *call) error {
		return c.programme(func(id int64) (*programme.Programme, error) { return room.Find(c.r.Context(), c.by, id) })
	}))
	keep := func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapPlan
		if err := c.given(&in); err != nil {
			return nil, err
		}
		p, err := in.read(id)
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		if p == nil {
			p = &programme.Programme{ID: id}
		}
		return p, room.Plan(c.r.Context(), c.by, p)
	}
	add := roadmapOp("POST", "", programme.DeedEdit, "add-roadmap", of[roadmapHead](), func(c *call) error {
		p, err := keep(c, 0)
		if err != nil {
			return err
		}
		return c.done(http.StatusCreated, ofProgramme(p))
	})
	change := roadmapOp("PUT", "/{id}", programme.DeedEdit, "change-roadmap", of[roadmapHead](), func(c *call) error {
		return c.programme(func(id int64) (*programme.Programme, error) { return keep(c, id) })
	})
	add.Body, change.Body = &body{Schema: of[roadmapPlan]()}, &body{Schema: of[roadmapPlan]()}
	a.add(add)
	a.add(change)
}

// given reads the body of somebody who may do what he asks for; whoever may not
// is told so, whatever he sent.
func (c *call) given(in any) error {
	if err := c.into(in); err != nil && c.by.Can(c.op.Policy) {
		return err
	}
	return nil
}

// programme answers with the one that the address names, after something was
// done.
func (c *call) programme(do func(int64) (*programme.Programme, error)) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	p, err := do(id)
	if err != nil {
		return err
	}
	if c.r.Method == http.MethodGet {
		return c.JSON(http.StatusOK, ofProgramme(p))
	}
	return c.done(http.StatusOK, ofProgramme(p))
}

type roadmapSeen struct {
	Version int64 `json:"version"`
}

type roadmapEnd struct {
	Why string `json:"why"`
}

type roadmapAim struct {
	Version int64                    `json:"version"`
	Targets map[string]roadmapTarget `json:"targets" doc:"api.doc.roadmap_targets"`
}

type roadmapWave struct {
	Wave int64 `json:"wave"`
}

type roadmapMeasure struct {
	Process string  `json:"process"`
	Level   float64 `json:"level"`
	Ready   float64 `json:"ready,omitempty" doc:"api.doc.roadmap_ready"`
	Day     string  `json:"day" format:"date"`
	Note    string  `json:"note" doc:"api.doc.assessment_evidence"`
}

// roadmapDeeds is what is done to a programme.
func (a *API) roadmapDeeds(room *programme.Room) {
	add := func(method, path, policy, name string, in *schema, do func(*call, int64) (*programme.Programme, error)) {
		op := roadmapOp(method, "/{id}/"+path, policy, name, of[roadmapHead](), func(c *call) error {
			return c.programme(func(id int64) (*programme.Programme, error) { return do(c, id) })
		})
		op.Body = &body{Schema: in}
		a.add(op)
	}
	add("PUT", "baseline", programme.DeedEdit, "freeze-roadmap", of[roadmapTake](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapTake
		if err := c.given(&in); err != nil {
			return nil, err
		}
		take, err := in.read()
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Freeze(c.r.Context(), c.by, id, take)
	})
	add("PUT", "targets", programme.DeedEdit, "aim-roadmap", of[roadmapAim](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapAim
		if err := c.given(&in); err != nil {
			return nil, err
		}
		targets, err := targetsIn(in.Targets)
		if err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Aim(c.r.Context(), c.by, id, in.Version, targets)
	})
	seen := func(do func(*call, int64, int64) (*programme.Programme, error)) func(*call, int64) (*programme.Programme, error) {
		return func(c *call, id int64) (*programme.Programme, error) {
			var in roadmapSeen
			if err := c.given(&in); err != nil {
				return nil, err
			}
			return do(c, id, in.Version)
		}
	}
	add("POST", "phases", programme.DeedEdit, "lay-roadmap", of[roadmapSeen](), seen(func(c *call, id, v int64) (*programme.Programme, error) {
		return room.Lay(c.r.Context(), c.by, id, v)
	}))
	a.roadmapAlters(room)
	add("POST", "reweigh", programme.DeedEdit, "reweigh-roadmap", of[roadmapSeen](), seen(func(c *call, id, v int64) (*programme.Programme, error) {
		return room.Reweigh(c.r.Context(), c.by, id, v)
	}))
	add("POST", "approve", programme.DeedApprove, "approve-roadmap", of[roadmapSeen](), seen(func(c *call, id, v int64) (*programme.Programme, error) {
		return room.Approve(c.r.Context(), c.by, id, v)
	}))
	add("POST", "end", programme.DeedEdit, "end-roadmap", of[roadmapEnd](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapEnd
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.End(c.r.Context(), c.by, id, in.Why)
	})
	add("POST", "measures", programme.DeedEdit, "measure-roadmap", of[roadmapMeasure](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapMeasure
		if err := c.given(&in); err != nil {
			return nil, err
		}
		k := programme.Measure{Process: maturity.Process(in.Process), Ready: in.Ready, Note: in.Note}
		l, ok := maturity.LevelOf(in.Level)
		if k.Level = l; !ok {
			k.Level = maturity.Top + 1 // told as no level
		}
		var err error
		if k.Day, err = dayIn("day", in.Day); err != nil && c.by.Can(c.op.Policy) {
			return nil, err
		}
		return room.Judge(c.r.Context(), c.by, id, k)
	})
	add("POST", "outcome", programme.DeedEdit, "check-roadmap", of[roadmapWave](), func(c *call, id int64) (*programme.Programme, error) {
		var in roadmapWave
		if err := c.given(&in); err != nil {
			return nil, err
		}
		return room.Check(c.r.Context(), c.by, id, in.Wave)
	})
}
