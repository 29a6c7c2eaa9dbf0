package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/form"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/request"
	"kilter/internal/practice/setting"
)

// offeringVersion is a definition of an item, and what was ordered under it.
type offeringVersion struct {
	Pin     string `json:"pin" doc:"api.doc.offering_pin"`
	Current bool   `json:"current"`
	Running int    `json:"running" doc:"api.doc.offering_running"`
	All     int    `json:"all" doc:"api.doc.offering_all"`
	Since   string `json:"since" format:"date-time"`
	Last    string `json:"last" format:"date-time"`
}

// rehearsal is the order to try.
type rehearsal struct {
	Requester int64                      `json:"requester"`
	ForWhom   int64                      `json:"for_whom,omitempty"`
	Author    int64                      `json:"author,omitempty"`
	Answers   map[string]json.RawMessage `json:"answers,omitempty"`
}

// rehearsed is what such an order would bring about.
type rehearsed struct {
	Refused string          `json:"refused,omitempty" doc:"api.doc.rehearsed_refused"`
	Stages  []rehearsedPart `json:"stages"`
	Tasks   []rehearsedTask `json:"tasks"`
	Due     string          `json:"due,omitempty" format:"date-time" doc:"api.doc.rehearsed_due"`
	Apart   []int64         `json:"apart,omitempty" doc:"api.doc.rehearsed_apart"`
}

type rehearsedPart struct {
	stage
	Out []unseated `json:"out,omitempty" doc:"api.doc.rehearsed_out"`
}

type unseated struct {
	Person int64  `json:"person,omitempty"`
	As     string `json:"as"`
	Why    string `json:"why" enum:"nobody,gone,uncleared,ungranted,interested"`
}

type rehearsedTask struct {
	Title  string   `json:"title"`
	Step   int      `json:"step,omitempty"`
	Team   int64    `json:"team,omitempty"`
	Due    string   `json:"due,omitempty" format:"date-time"`
	Checks []string `json:"checks,omitempty"`
}

// designs are the operations for whoever builds the catalogue.
func (a *API) designs(r Requests) {
	deed := setting.Deed(setting.Offering)
	a.add(operation{
		Method: "GET", Path: Prefix + "/offerings/{id}/versions", Policy: deed, Name: "offering-versions", Tag: "requests",
		Gives: []gives{{Status: http.StatusOK, Schema: of[page[offeringVersion]]()}}, Run: func(c *call) error {
			t, o, err := a.designed(c, r)
			if err != nil {
				return err
			}
			pin, _, err := request.PinOf(o)
			if err != nil {
				return err
			}
			uses, err := r.Desk.Shelf.Uses(c.r.Context(), c.by.Scope, t.ID)
			if err != nil {
				return err
			}
			out := page[offeringVersion]{Items: []offeringVersion{}}
			for _, u := range uses {
				out.Items = append(out.Items, offeringVersion{u.Pin, u.Pin == pin, u.Running, u.All, stamp(u.Since), stamp(u.Last)})
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/offerings/{id}/rehearsal", Policy: deed, Name: "rehearse-offering", Tag: "requests",
		Body: &body{Schema: of[rehearsal]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[rehearsed]()}}, Run: func(c *call) error {
			t, o, err := a.designed(c, r)
			if err != nil {
				return err
			}
			var in rehearsal
			if err := c.into(&in); err != nil {
				return err
			}
			answers, err := o.Questions.Read(in.Answers, "answers.", func(n int64) (form.Stored, error) { return form.Stored{ID: n, Name: "file"}, nil })
			if err != nil {
				return err
			}
			request.Stand(o.Questions, answers)
			said := record.Input{Fields: map[string]string{"for_whom": strconv.FormatInt(in.ForWhom, 10)}}
			got, err := r.Desk.Rehearse(c.by, request.Offer{Offering: o, ID: t.ID, Name: t.Name}, request.Order{Offering: t.ID, Answers: answers, Requester: people.ID(in.Requester), Author: people.ID(in.Author), Input: said})
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, c.rehearsed(got))
		},
	})
}

// designed is an item as it is kept, published or not.
func (a *API) designed(c *call, r Requests) (*setting.Thing, catalogue.Offering, error) {
	var none catalogue.Offering
	if err := c.by.May(c.op.Policy); err != nil {
		return nil, none, err
	}
	id, err := c.id("id")
	if err != nil {
		return nil, none, err
	}
	t, o, ok := r.Kept(id)
	if !ok {
		return nil, none, fault.New(fault.Missing, "setting.no_such").With("kind", string(setting.Offering)).With("id", id)
	}
	return t, o, nil
}

func (c *call) rehearsed(h *request.Rehearsal) rehearsed {
	out := rehearsed{Stages: []rehearsedPart{}, Tasks: []rehearsedTask{}, Due: stamp(h.Due)}
	if all := fault.All(h.Stuck); len(all) > 0 {
		out.Refused = c.words.Fault(all[0])
	}
	for _, s := range h.Stages {
		one := rehearsedPart{stage: stage{Name: s.Name.In(c.words.Lang().HTML()), Rule: string(s.Rule), Quorum: s.Quorum, Apart: s.Apart, Verdict: verdictOf(s.Verdict), Due: stamp(s.Due), Seats: []seat{}}}
		for _, p := range s.Seats {
			one.Seats = append(one.Seats, seat{Person: int64(p.Person), As: p.As})
		}
		for _, u := range s.Out {
			one.Out = append(one.Out, unseated{int64(u.Person), string(u.As), string(u.Why)})
		}
		out.Stages = append(out.Stages, one)
	}
	for _, t := range h.Tasks {
		one := rehearsedTask{Title: t.Title, Step: t.Step, Team: int64(t.Team), Due: stamp(t.Due)}
		for _, check := range t.Checks {
			one.Checks = append(one.Checks, check.Text)
		}
		out.Tasks = append(out.Tasks, one)
	}
	for _, id := range h.Apart {
		out.Apart = append(out.Apart, int64(id))
	}
	return out
}
