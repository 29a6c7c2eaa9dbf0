package api

import (
	"net/http"
	"slices"
)

// me is who is asking, and what he may do.
type me struct {
	ID     int64    `json:"id"`
	Name   string   `json:"name"`
	Lang   string   `json:"lang,omitempty"`
	Staff  bool     `json:"staff" doc:"api.doc.me_staff"`
	Token  int64    `json:"token,omitempty" doc:"api.doc.me_token"`
	Teams  []int64  `json:"teams"`
	Grants []string `json:"grants"`
	Scope  scope    `json:"scope"`
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
			out := me{ID: int64(by.ID), Name: by.Name, Lang: by.Lang, Staff: by.Staff, Token: by.Token, Teams: plain(by.Teams), Grants: []string{}}
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

func plain[N ~int64](ns []N) []int64 {
	out := make([]int64, len(ns))
	for i, n := range ns {
		out[i] = int64(n)
	}
	return out
}
