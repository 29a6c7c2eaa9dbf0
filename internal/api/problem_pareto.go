package api

import (
	"net/http"
	"strconv"
	"time"

	problems "kilter/internal/practice/problem"
)

// ranking is which things incidents were about.
type ranking struct {
	By    string   `json:"by"`
	From  string   `json:"from" doc:"api.doc.ranking_from"`
	To    string   `json:"to" doc:"api.doc.ranking_to"`
	Total int      `json:"total"`
	Rest  int      `json:"rest" doc:"api.doc.ranking_rest"`
	Items []ranked `json:"items"`
}

// ranked is one of them.
type ranked struct {
	ID    int64   `json:"id"`
	N     int     `json:"n"`
	Share float64 `json:"share"`
	Sum   float64 `json:"cumulative" doc:"api.doc.ranking_sum"`
	rise
}

// Rankings serves what incidents were about, and what becomes more.
func (a *API) Rankings(d *problems.Desk) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/problems/pareto", Policy: "problem.read", Name: "rank-incidents", Tag: "problems",
		Query: []param{{Name: "by", Type: "string", Enum: []string{"cause", "item", "service", "category"}}, {Name: "weeks", Type: "integer"}, {Name: "level", Type: "string", Enum: []string{"each", "main"}}},
		Gives: []gives{{Status: http.StatusOK, Schema: of[ranking]()}}, Run: func(c *call) error {
			by, weeks := problems.ByCause, 26
			if v := c.get("by"); v != "" {
				by = problems.Dimension(v)
			}
			if v := c.get("weeks"); v != "" {
				weeks, _ = strconv.Atoi(v) // what is no number is no span
			}
			r, err := d.Rank(c.r.Context(), c.by, by, weeks, c.get("level") == "main")
			if err != nil {
				return err
			}
			out := ranking{By: string(by), From: r.From.Monday().Format(time.DateOnly), To: (r.To + 1).Monday().AddDate(0, 0, -1).Format(time.DateOnly), Total: r.Total, Rest: r.Rest, Items: []ranked{}}
			for _, k := range r.Ranks {
				out.Items = append(out.Items, ranked{k.ID, k.N, k.Share, k.Sum, rise{k.First.Format(time.DateOnly), k.Weeks, k.Slope, k.P, k.Q, k.Tests}})
			}
			return c.JSON(http.StatusOK, out)
		},
	})
}
