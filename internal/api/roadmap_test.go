package api_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

// measuredCity has a wave, and one after it in which the desk was found better.
type measuredCity struct{}

func (measuredCity) Waves(context.Context, people.Actor) ([]programme.Origin, error) {
	return []programme.Origin{{ID: 2, Day: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, {ID: 1, Day: time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)}}, nil
}

func (c measuredCity) Satisfaction(ctx context.Context, by people.Actor, wave int64, _ *roadmap.Settings) (o programme.Origin, out programme.Satisfaction, err error) {
	all, _ := c.Waves(ctx, by)
	for _, o := range all {
		if o.ID == wave {
			return o, programme.Satisfaction{
				Points: 7, Gap: map[string]float64{"T": -.4, "R": -1.5, "S": -1.2, "A": -.7, "M": -.6}, Share: map[string]float64{"T": .08, "R": .34, "S": .28, "A": .16, "M": .14},
			}, nil
		}
	}
	return o, out, fault.New(fault.Missing, "trouble.missing")
}

func (measuredCity) Outcome(context.Context, people.Actor, int64, int64) ([]roadmap.Observed, error) {
	return []roadmap.Observed{{Item: "A3", Rise: .5, G: .4, HolmP: .01, CI: [2]float64{.2, .8}}, {Item: "S3", Rise: .5, G: .4, HolmP: .2, CI: [2]float64{-.1, 1.1}}}, nil
}

func (measuredCity) Assessments(context.Context, people.Actor) ([]programme.Origin, error) {
	return nil, nil
}

func (measuredCity) Maturity(context.Context, people.Actor, int64) (o programme.Origin, out programme.Levels, err error) {
	return o, out, fault.New(fault.Missing, "trouble.missing")
}

func (measuredCity) Readiness(context.Context) (now map[maturity.Process]roadmap.People, owners map[maturity.Process]people.ID, ok bool, err error) {
	return nil, nil, false, nil
}

func (s *city) roadmaps() {
	s.api.Roadmaps(&programme.Room{Store: s.db.Programmes(), Source: measuredCity{}, Pen: s.db, Now: s.clock, Works: func(id people.ID) bool { return id < 1000 }})
}

// handLevels are the levels and the people of the worked example.
const handLevels = `"level":{"SD":2,"IM":2,"PM":1,"CFG":1,"CHG":1.5,"REL":1,"SLM":1,"AVM":1,"CAP":0,"CON":1,"FIN":1}`

func handPeople() string {
	var out []string
	for _, p := range maturity.Processes() {
		roles := "0.8"
		if p == "SLM" {
			roles = "0.2"
		}
		out = append(out, fmt.Sprintf(`%q:{"roles":%s,"skills":0.8,"training":0.7,"workload":0.8,"culture":0.6}`, p, roles))
	}
	return `"people":{` + strings.Join(out, ",") + `}`
}

// TestARoadmapThroughTheAPI walks a programme from its charter to the outcome: a
// centre that has a survey and judged the rest by hand.
func TestARoadmapThroughTheAPI(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.person("lead", people.Actor{Staff: true, Grants: people.NewGrants("roadmap.read", "roadmap.work", "roadmap.edit"), Scope: people.Everything(), Token: 12})
		s.person("chief", people.Actor{Staff: true, Grants: people.NewGrants("roadmap.read", "roadmap.approve"), Scope: people.Everything(), Token: 13})
		s.person("ann", people.Actor{Staff: true, Grants: people.NewGrants("roadmap.read", "roadmap.work"), Scope: people.Everything(), Token: 14})
		ann := strconv.FormatInt(int64(s.people["ann"].ID), 10)
		all := "/api/v1/roadmaps"
		s.ask("reader", "GET", all, "").want(403)
		s.ask("chief", "POST", all, `{"name_en":"X"}`).want(403)
		s.ask("lead", "POST", all, `{"capacity":-1}`).want(422, "name_en", "start", "horizon", "capacity")
		s.ask("lead", "POST", all, `{"name_en":"Better","start":"2026-01-01","horizon":"2025-01-01","capacity":10}`).want(422, "programme.horizon")
		made := s.ask("lead", "POST", all, `{"name_en":"Better desk","charter":"for the citizens","start":"2026-01-01","horizon":"2027-12-31","capacity":10,"point_cost":1000}`).want(201, `"state":"draft"`)
		at := all + "/" + fmt.Sprint(made.get("id"))
		s.ask("lead", "GET", at+"/plan", "").want(409, "programme.no_baseline")
		s.ask("lead", "POST", at+"/phases", `{"version":1}`).want(409, "programme.no_baseline")
		s.ask("lead", "GET", all+"/choices", "").want(200, `"id":2`)

		s.ask("ann", "PUT", at+"/baseline", `{"version":1,"wave":1,`+handLevels+`,`+handPeople()+`}`).want(403)
		s.ask("lead", "PUT", at+"/baseline", `{"version":1,"wave":9,`+handLevels+`,`+handPeople()+`}`).want(422, "programme.no_wave")
		s.ask("lead", "PUT", at+"/baseline", `{"version":1,"assessment":9}`).want(422, "programme.no_assessment")
		s.ask("lead", "PUT", at+"/baseline", `{"version":1,"records":true}`).want(422, "programme.no_readiness")
		s.ask("lead", "PUT", at+"/baseline", `{"version":1}`).want(422, "gap.T", "level.SD", "scale_points")
		s.ask("lead", "PUT", at+"/baseline", `{"version":1,"wave":1,`+handLevels+`,`+handPeople()+`}`).want(200, `"hash":"`, `"lmg_share":{"A":0.16`)
		s.ask("lead", "GET", at+"/plan", "").want(200, `"terms":[{"process":"SLM","target":4`, `"enables":[{"process":"AVM"`, `"kind":"people","process":"SLM"`)
		s.ask("lead", "GET", at+"/sensitivity", "").want(200, `"weight":"`)
		s.ask("lead", "POST", at+"/scenario", `{"capacity":0}`).want(200, `"stop":"no_capacity"`, `"phases":[]`)
		s.ask("lead", "POST", at+"/scenario", `{"targets":{"SD":{"level":9}}}`).want(422, "targets.SD.level")
		s.ask("lead", "POST", at+"/scenario", `{"pull":2}`).want(422, "pull:")

		s.ask("lead", "PUT", at+"/targets", `{"version":2,"targets":{"SD":{"level":3}}}`).want(422, "targets.SD.reason")
		s.ask("lead", "PUT", at+"/targets", `{"version":2,"targets":{"SD":{"level":3,"reason":"the hall is rebuilt"}}}`).want(200, "the hall is rebuilt", `"what":"target SD 3"`)
		s.ask("chief", "POST", at+"/approve", `{"version":3}`).want(409, "programme.no_steps")
		s.ask("lead", "POST", at+"/steps", `{"version":3,"process":"SD","why":"early"}`).want(409, "programme.no_steps")
		s.ask("lead", "POST", at+"/phases", `{"version":3}`).want(200)
		s.altersSteps(db, at)
		steps, err := db.Programmes().Steps(t.Context(), 1)
		if err != nil || len(steps) == 0 || len(steps[1].Tasks) == 0 {
			t.Fatal(len(steps), err)
		}
		var sd programme.Step
		for _, one := range steps {
			if one.Process == "SD" && one.Phase == 1 {
				sd = one
			}
		}
		step := at + "/steps/" + strconv.FormatInt(sd.ID, 10)
		s.ask("lead", "PUT", step, `{"version":1,"owner":`+ann+`,"money":500,"benefit":"calls are answered","phase":2}`).want(422, "programme.why")
		s.ask("lead", "PUT", step, `{"version":1,"owner":`+ann+`,"phase":3,"why":"holidays"}`).want(422, "programme.flaw.")
		s.ask("lead", "PUT", step, `{"version":1,"owner":4711}`).want(422, "owner")
		s.ask("lead", "PUT", step, `{"version":1,"owner":`+ann+`,"money":500,"benefit":"calls are answered"}`).want(200, "calls are answered")
		s.ask("lead", "PUT", step, `{"version":1}`).want(412)
		s.ask("ann", "POST", step+"/move", `{"version":2,"to":"in_work"}`).want(409, "programme.not_approved")
		s.ask("lead", "POST", at+"/approve", `{"version":7}`).want(403)
		s.ask("chief", "POST", at+"/approve", `{"version":6}`).want(412)
		s.ask("chief", "POST", at+"/approve", `{"version":7}`).want(200, `"state":"approved"`)
		s.ask("lead", "POST", at+"/phases", `{"version":8}`).want(409)
		s.ask("lead", "PUT", at, `{"name_en":"Better desk","start":"2026-01-01","horizon":"2027-12-31","capacity":12}`).want(409, "programme.phases_stand")

		s.ask("ann", "POST", step+"/move", `{"version":2,"to":"verified"}`).want(403)
		s.ask("lead", "POST", step+"/move", `{"version":2,"to":"verified"}`).want(409, "programme.no_move")
		s.ask("ann", "POST", step+"/move", `{"version":2,"to":"in_work"}`).want(200, `"state":"in_work"`)
		s.ask("ann", "PUT", step+"/tasks/1", `{"version":3,"done":true}`).want(422, "programme.evidence")
		s.ask("ann", "PUT", step+"/tasks/1", `{"version":3,"done":true,"evidence":"minutes of May"}`).want(200, "minutes of May")
		s.ask("ann", "PUT", step+"/tasks/99", `{"version":4,"text":"x"}`).want(404)
		s.ask("ann", "POST", step+"/move", `{"version":4,"to":"claimed"}`).want(200)
		other := at + "/steps/" + strconv.FormatInt(steps[0].ID, 10)
		s.ask("ann", "POST", other+"/move", `{"version":1,"to":"in_work"}`).want(403, "programme.not_yours")
		s.ask("lead", "POST", step+"/move", `{"version":5,"to":"verified"}`).want(409, "programme.doubt.not_assessed")
		s.ask("ann", "GET", step, "").want(200, `"doubts":["not_assessed","too_early"]`)
		s.ask("lead", "POST", at+"/measures", `{"process":"SD","level":2.5,"day":"2026-11-23"}`).want(422, "note:")
		s.ask("lead", "POST", at+"/measures", `{"process":"SD","level":2.5,"day":"2026-11-23","note":"walked through with the team"}`).want(200)
		s.ask("lead", "POST", step+"/move", `{"version":5,"to":"verified"}`).want(409, "programme.doubt.too_early")
		s.later(31 * 24 * time.Hour)
		s.ask("lead", "POST", step+"/move", `{"version":5,"to":"verified"}`).want(200, `"state":"verified"`)

		s.ask("lead", "POST", at+"/outcome", `{"wave":1}`).want(422, "programme.earlier_wave")
		s.ask("lead", "POST", at+"/outcome", `{"wave":2}`).want(200)
		s.ask("ann", "GET", at+"/outcome", "").want(200, `"item":"A3","rise":0.5`, `"verdict":"improved"`, `"verdict":"not_yet_visible"`, `{"process":"SD","began":2,`, `"attained":2.5`)
		s.ask("lead", "POST", all+"/weights", `{"why":"tried","gates":[{"process":"IM","level":2,"requires":"SD","at_level":1.5},{"process":"SD","level":1.5,"requires":"IM","at_level":2}],"pull":0.5}`).want(422, "roadmap.gate_circle")
		s.ask("lead", "POST", all+"/weights", `{"why":"","pull":0.5}`).want(422, "programme.why")
		s.ask("lead", "POST", all+"/weights", `{"why":"reviewed in spring","pull":0.4}`).want(201, `"pull":0.4`)
		s.ask("ann", "GET", all+"/weights", "").want(200, "reviewed in spring")
		s.altersApproved(db, at, sd.ID)
		s.ask("lead", "POST", at+"/end", `{"why":""}`).want(422, "programme.why")
		s.ask("lead", "POST", at+"/end", `{"why":"over"}`).want(200, `"state":"closed"`)
	})
}

// altersSteps adds a step, that gates and capacity allow, and leaves it out again; one
// that others rest on stays.
func (s *city) altersSteps(db *store.DB, at string) {
	s.t.Helper()
	before, err := db.Programmes().Steps(s.t.Context(), 1)
	if err != nil {
		s.t.Fatal(err)
	}
	s.ask("ann", "POST", at+"/steps", `{"version":4,"process":"FIN","why":"x"}`).want(403)
	s.ask("lead", "POST", at+"/steps", `{"version":3,"process":"FIN","why":"x"}`).want(412)
	s.ask("lead", "POST", at+"/steps", `{"version":4,"process":"FIN","why":" "}`).want(422, "programme.why")
	s.ask("lead", "POST", at+"/steps", `{"version":4,"process":"XX","why":"x"}`).want(422, "maturity.no_process")
	s.ask("lead", "POST", at+"/steps", `{"version":4,"process":"FIN","phase":99,"why":"x"}`).want(422, "phase")
	s.ask("lead", "POST", at+"/steps", `{"version":4,"process":"FIN","why":"the audit asks for it"}`).want(200, "add FIN", "the audit asks for it")
	all, err := db.Programmes().Steps(s.t.Context(), 1)
	if err != nil || len(all) != len(before)+1 {
		s.t.Fatalf("%d steps of %d: %v", len(all), len(before), err)
	}
	top := programme.Step{}
	for _, one := range all {
		if one.Process == "FIN" && one.To > top.To {
			top = one
		}
	}
	if len(top.Tasks) == 0 || top.Cost == 0 {
		s.t.Errorf("a step without tasks or points: %+v", top)
	}
	step := func(id int64) string { return at + "/steps/" + strconv.FormatInt(id, 10) + "/drop" }
	for _, one := range all {
		if one.Process == "SD" && one.Phase == 1 {
			s.ask("lead", "POST", step(one.ID), `{"version":5,"why":"dear"}`).want(422, "programme.flaw.")
		}
	}
	s.ask("lead", "POST", step(4711), `{"version":5,"why":"dear"}`).want(404)
	s.ask("ann", "POST", step(top.ID), `{"version":5,"why":"dear"}`).want(403)
	s.ask("lead", "POST", step(top.ID), `{"version":5,"why":"the audit was called off"}`).want(200, "drop FIN")
	s.ask("lead", "POST", at+"/phases", `{"version":6}`).want(200)
}

// altersApproved adds a step to a programme that is carried out and leaves it out
// again: not into what is over, nothing that was begun, what goes on goes on, and
// whoever approves agrees to it.
func (s *city) altersApproved(db *store.DB, at string, begun int64) {
	s.t.Helper()
	version := func(more string) string {
		p, err := db.Programmes().Find(s.t.Context(), 1)
		if err != nil {
			s.t.Fatal(err)
		}
		return `{"version":` + strconv.FormatInt(p.Version, 10) + more + `}`
	}
	ids := func() (out []int64) {
		all, err := db.Programmes().Steps(s.t.Context(), 1)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, one := range all {
			out = append(out, one.ID)
		}
		slices.Sort(out)
		return out
	}
	before := ids()
	s.ask("lead", "POST", at+"/steps", version(`,"process":"FIN","phase":1,"why":"x"`)).want(422, "programme.phase_over")
	s.ask("lead", "POST", at+"/steps", version(`,"process":"FIN","why":"the law asks for it"`)).want(200, "add FIN", `"altered":"`)
	after := ids()
	if len(after) != len(before)+1 || !slices.Equal(after[:len(before)], before) {
		s.t.Errorf("steps %v, before %v", after, before)
	}
	step := at + "/steps/" + strconv.FormatInt(begun, 10)
	s.ask("ann", "GET", step, "").want(200, `"state":"verified"`)
	s.ask("lead", "POST", step+"/drop", version(`,"why":"dear"`)).want(409, "programme.begun")
	s.ask("lead", "POST", at+"/approve", version("")).want(403)
	s.ask("chief", "POST", at+"/approve", version("")).want(200, `"what":"agree"`, `!"altered"`)
	s.ask("chief", "POST", at+"/approve", version("")).want(409)
	s.ask("ann", "GET", at+"/indicators", "").want(200, `"on_time":{"n":`, `"automatic":{"n":`, `"gaps":[{"wave":`)
	added := after[len(after)-1]
	s.ask("lead", "POST", at+"/steps/"+strconv.FormatInt(added, 10)+"/drop", version(`,"why":"the law was put off"`)).want(200, "drop FIN", `"altered":"`)
	if got := ids(); !slices.Equal(got, before) {
		s.t.Errorf("steps %v, before %v", got, before)
	}
}
