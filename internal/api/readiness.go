package api

import (
	"net/http"
	"strings"
	"time"

	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap/readiness"
)

type readyNeed struct {
	Skill people.Text `json:"skill"`
	Level int         `json:"level" doc:"api.doc.ready_level"`
}

type readyRole struct {
	Code     string      `json:"code"`
	Name     people.Text `json:"name,omitzero"`
	Holders  []int64     `json:"holders"`
	Deputies []int64     `json:"deputies"`
	Needs    []readyNeed `json:"needs"`
}

type readyActivity struct {
	Name people.Text `json:"name"`
	R    []string    `json:"r"`
	A    []string    `json:"a"`
	C    []string    `json:"c"`
	I    []string    `json:"i"`
}

// readyProcess is what is recorded of a process.
type readyProcess struct {
	Process    string          `json:"process"`
	OwnerRole  string          `json:"owner_role"`
	Owner      int64           `json:"owner,omitempty"`
	OwnerNeeds []readyNeed     `json:"owner_needs"`
	Roles      []readyRole     `json:"roles"`
	Activities []readyActivity `json:"activities" doc:"api.doc.ready_activities"`
	Version    int64           `json:"version" doc:"api.doc.ready_version"`
	People     *roadmapPeople  `json:"people,omitempty"`
	Ready      float64         `json:"readiness" doc:"api.doc.ready_readiness"`
}

type readyTraining struct {
	Process string `json:"process"`
	Name    string `json:"name"`
	Until   string `json:"until" format:"date"`
}

// readyPerson is what is recorded of somebody.
type readyPerson struct {
	Person    int64           `json:"person,omitempty"`
	Skills    map[string]int  `json:"skills" doc:"api.doc.ready_skills"`
	Training  []readyTraining `json:"training"`
	Booked    float64         `json:"booked" doc:"api.doc.ready_hours"`
	Available float64         `json:"available" doc:"api.doc.ready_hours"`
	Version   int64           `json:"version" doc:"api.doc.ready_version"`
	Processes []string        `json:"processes,omitempty"`
	Pulse     []string        `json:"pulse_waits,omitempty" doc:"api.doc.ready_waits"`
}

type readyPulse struct {
	ID     int64  `json:"id"`
	From   string `json:"from" format:"date-time"`
	To     string `json:"to" format:"date-time"`
	Closed string `json:"closed,omitempty" format:"date-time"`
}

type readyHold struct {
	Days int `json:"days"`
}

type readyAnswer struct {
	Process string `json:"process"`
	Answers []int  `json:"answers" doc:"api.doc.ready_answers"`
}

func ofNeeds(all []readiness.Need) []readyNeed {
	out := []readyNeed{}
	for _, n := range all {
		out = append(out, readyNeed(n))
	}
	return out
}

func needsIn(all []readyNeed) (out []readiness.Need) {
	for _, n := range all {
		out = append(out, readiness.Need(n))
	}
	return out
}

func ofIDs(all []people.ID) []int64 {
	out := []int64{}
	for _, id := range all {
		out = append(out, int64(id))
	}
	return out
}

func idsIn(all []int64) (out []people.ID) {
	for _, id := range all {
		out = append(out, people.ID(id))
	}
	return out
}

func ofReady(p *readiness.Process) readyProcess {
	out := readyProcess{Process: string(p.Process), OwnerRole: p.OwnerRole, Owner: int64(p.Owner), OwnerNeeds: ofNeeds(p.OwnerNeeds), Roles: []readyRole{}, Activities: []readyActivity{}, Version: p.Version}
	for _, r := range p.Roles {
		out.Roles = append(out.Roles, readyRole{r.Code, readiness.RoleName(r.Code), ofIDs(r.Holders), ofIDs(r.Deputies), ofNeeds(r.Needs)})
	}
	for _, a := range p.Activities {
		out.Activities = append(out.Activities, readyActivity(a))
	}
	return out
}

func ofStanding(s *readiness.Standing) readyProcess {
	out := ofReady(s.Process)
	one := ofPeople(s.People)
	out.People, out.Ready = &one, s.Ready
	return out
}

func ofFile(f *readiness.File) readyPerson {
	out := readyPerson{Person: int64(f.Person.Person), Skills: f.Skills, Training: []readyTraining{}, Booked: f.Booked, Available: f.Available, Version: f.Version}
	for _, t := range f.Training {
		out.Training = append(out.Training, readyTraining{string(t.Process), t.Name, dateOf(t.Until)})
	}
	for _, p := range f.Parts {
		out.Processes = append(out.Processes, string(p.Process.Process))
		if f.Pulse != nil && !p.Given {
			out.Pulse = append(out.Pulse, string(p.Process.Process))
		}
	}
	return out
}

func ofPulse(p *readiness.Pulse) readyPulse {
	return readyPulse{p.ID, stamp(p.From), stamp(p.To), stamp(p.Closed)}
}

func readyOp(method, path, policy, name string, out *schema, do func(*call) error) operation {
	return operation{
		Method: method, Path: Prefix + "/readiness" + path, Policy: policy, Name: name, Key: strings.ReplaceAll(name, "-", "_"), Tag: "readiness",
		Gives: []gives{{Status: http.StatusOK, Schema: out}}, Run: do, Once: method == "POST",
	}
}

// Readiness serves how ready the people of each process are.
func (a *API) Readiness(room *readiness.Room) {
	a.readyProcesses(room)
	a.readyPersons(room)
	a.readyPulse(room)
}

func (a *API) readyProcesses(room *readiness.Room) {
	a.add(readyOp("GET", "", readiness.DeedRead, "list-readiness", pageOf(of[readyProcess]()), func(c *call) error {
		all, err := room.Processes(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := page[readyProcess]{Items: []readyProcess{}}
		for i := range all {
			out.Items = append(out.Items, ofStanding(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	a.add(readyOp("GET", "/processes/{process}", readiness.DeedRead, "get-readiness", of[readyProcess](), func(c *call) error {
		s, err := room.Find(c.r.Context(), c.by, maturity.Process(c.r.PathValue("process")))
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, ofStanding(s))
	}))
	keep := readyOp("PUT", "/processes/{process}", readiness.DeedEdit, "record-readiness", of[readyProcess](), func(c *call) error {
		var in readyProcess
		if err := c.given(&in); err != nil {
			return err
		}
		p := &readiness.Process{Process: maturity.Process(c.r.PathValue("process")), OwnerRole: in.OwnerRole, Owner: people.ID(in.Owner), OwnerNeeds: needsIn(in.OwnerNeeds), Version: in.Version}
		for _, r := range in.Roles {
			p.Roles = append(p.Roles, readiness.Role{Code: r.Code, Holders: idsIn(r.Holders), Deputies: idsIn(r.Deputies), Needs: needsIn(r.Needs)})
		}
		for _, one := range in.Activities {
			p.Activities = append(p.Activities, readiness.Activity(one))
		}
		if err := room.Keep(c.r.Context(), c.by, p); err != nil {
			return err
		}
		return c.done(http.StatusOK, ofReady(p))
	})
	keep.Body = &body{Schema: of[readyProcess]()}
	a.add(keep)
}

func (a *API) readyPersons(room *readiness.Room) {
	show := func(c *call, id people.ID) error {
		f, err := room.Person(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, ofFile(f))
	}
	a.add(readyOp("GET", "/me", Known, "my-readiness", of[readyPerson](), func(c *call) error { return show(c, c.by.ID) }))
	a.add(readyOp("GET", "/people/{person}", readiness.DeedEdit, "get-person-readiness", of[readyPerson](), func(c *call) error {
		id, err := c.id("person")
		if err == nil { // one's own figures are at /me
			err = c.by.May(readiness.DeedEdit)
		}
		if err != nil {
			return err
		}
		return show(c, people.ID(id))
	}))
	keep := readyOp("PUT", "/people/{person}", readiness.DeedEdit, "record-person-readiness", of[readyPerson](), func(c *call) error {
		id, err := c.id("person")
		if err != nil {
			return err
		}
		var in readyPerson
		if err := c.given(&in); err != nil {
			return err
		}
		p := &readiness.Person{Person: people.ID(id), Skills: in.Skills, Booked: in.Booked, Available: in.Available, Version: in.Version}
		for _, t := range in.Training {
			until, _ := time.Parse(time.DateOnly, t.Until) // none is told as missing
			p.Training = append(p.Training, readiness.Training{Process: maturity.Process(t.Process), Name: t.Name, Until: until})
		}
		if err := room.KeepPerson(c.r.Context(), c.by, p); err != nil {
			return err
		}
		return c.done(http.StatusOK, ofFile(&readiness.File{Person: *p}))
	})
	keep.Body = &body{Schema: of[readyPerson]()}
	a.add(keep)
}

func (a *API) readyPulse(room *readiness.Room) {
	a.add(readyOp("GET", "/pulses", readiness.DeedRead, "list-pulses", of[[]readyPulse](), func(c *call) error {
		all, err := room.Pulses(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		out := []readyPulse{}
		for i := range all {
			out = append(out, ofPulse(&all[i]))
		}
		return c.JSON(http.StatusOK, out)
	}))
	hold := readyOp("POST", "/pulses", readiness.DeedEdit, "hold-pulse", of[readyPulse](), func(c *call) error {
		var in readyHold
		if err := c.given(&in); err != nil {
			return err
		}
		p, err := room.Hold(c.r.Context(), c.by, in.Days)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, ofPulse(p))
	})
	hold.Body = &body{Schema: of[readyHold]()}
	a.add(hold)
	a.add(readyOp("POST", "/pulses/{id}/close", readiness.DeedEdit, "close-pulse", of[readyPulse](), func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		p, err := room.Close(c.r.Context(), c.by, id)
		if err != nil {
			return err
		}
		return c.done(http.StatusOK, ofPulse(p))
	}))
	answer := readyOp("POST", "/pulse", Known, "answer-pulse", nil, func(c *call) error {
		var in readyAnswer
		if err := c.into(&in); err != nil {
			return err
		}
		if err := room.Answer(c.r.Context(), c.by, maturity.Process(in.Process), in.Answers); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	answer.Gives = []gives{{Status: http.StatusNoContent}}
	answer.Body = &body{Schema: of[readyAnswer]()}
	answer.Once = false
	a.add(answer)
}
