package api

import (
	"net/http"
	"slices"

	"kilter/internal/practice/people"
	"kilter/internal/practice/signin"
)

// me is who is asking, and what he may do.
type me struct {
	ID      int64    `json:"id"`
	Name    string   `json:"name"`
	Lang    string   `json:"lang,omitempty"`
	Choices choices  `json:"choices" doc:"api.doc.me_choices"`
	Staff   bool     `json:"staff" doc:"api.doc.me_staff"`
	Token   int64    `json:"token,omitempty" doc:"api.doc.me_token"`
	Teams   []int64  `json:"teams"`
	Grants  []string `json:"grants"`
	Scope   scope    `json:"scope"`
}

// scope is how far somebody sees.
type scope struct {
	All         bool    `json:"all"`
	Teams       []int64 `json:"teams,omitempty"`
	Departments []int64 `json:"departments,omitempty"`
	Zones       []int64 `json:"zones,omitempty"`
	AllZones    bool    `json:"all_zones" doc:"api.doc.scope_all_zones"`
	Cleared     []int64 `json:"cleared,omitempty" doc:"api.doc.scope_cleared"`
}

func (a *API) self() {
	a.add(operation{
		Method: "GET", Path: Prefix + "/me", Policy: Known, Name: "me", Tag: "me", Gives: []gives{{Status: http.StatusOK, Schema: of[me]()}}, Run: func(c *call) error {
			by := c.by
			out := me{ID: int64(by.ID), Name: by.Name, Lang: by.Lang, Choices: choicesOf(by.Choices), Staff: by.Staff, Token: by.Token, Teams: plain(by.Teams), Grants: []string{}}
			for g := range by.Grants {
				out.Grants = append(out.Grants, g)
			}
			slices.Sort(out.Grants)
			s := by.Scope
			out.Scope = scope{All: s.All, Teams: plain(s.Teams), Departments: plain(s.Departments), Zones: plain(s.Zones), AllZones: s.AllZones, Cleared: plain(s.Cleared)}
			return c.JSON(http.StatusOK, out)
		},
	})
}

// choices are how somebody wants to see Kilter.
type choices struct {
	Lang    string `json:"lang"`
	Theme   string `json:"theme"`
	Density string `json:"density"`
	Zone    string `json:"time_zone" doc:"api.doc.choices_time_zone"`
	Start   string `json:"start" doc:"api.doc.choices_start"`
	Keys    string `json:"keys" doc:"api.doc.choices_keys"`
}

func choicesOf(c people.Choices) choices {
	return choices{Lang: c.Lang, Theme: c.Theme, Density: c.Density, Zone: c.Zone, Start: c.Start, Keys: c.Keys}
}

// choose changes one's own choices: the members that are sent.
func (a *API) choose(door *signin.Door) {
	a.add(operation{
		Method: "PATCH", Path: Prefix + "/me", Policy: Known, Name: "choose", Tag: "me",
		Body: &body{Types: []string{mergeType, jsonType}, Schema: of[choices]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[choices]()}}, Run: func(c *call) error {
			ctx := c.r.Context()
			held, err := door.Choices(ctx, c.by)
			if err != nil {
				return err
			}
			out := choicesOf(held)
			if err := c.into(&out); err != nil {
				return err
			}
			want := people.Choices{Lang: out.Lang, Theme: out.Theme, Density: out.Density, Zone: out.Zone, Start: out.Start, Keys: out.Keys}
			if err := door.Choose(ctx, c.by, func(c *people.Choices) { *c = want }); err != nil {
				return err
			}
			return c.JSON(http.StatusOK, out)
		},
	})
}

func plain[N ~int64](ns []N) []int64 {
	out := make([]int64, len(ns))
	for i, n := range ns {
		out[i] = int64(n)
	}
	return out
}
