package api

import (
	"net/http"
	"strconv"
	"time"

	problems "kilter/internal/practice/problem"
)

// analysis is a piece of the search for a cause.
type analysis struct {
	ID      int64     `json:"id"`
	Method  string    `json:"method" doc:"api.doc.analysis_method"`
	Title   string    `json:"title"`
	Version int       `json:"version" doc:"api.doc.analysis_version"`
	At      time.Time `json:"at"`
	By      int64     `json:"by"`
	problems.AnalysisDoc
}

// analysisAsked is an analysis as it is sent.
type analysisAsked struct {
	Method  string `json:"method,omitempty" doc:"api.doc.analysis_method"`
	Title   string `json:"title"`
	Version int    `json:"version,omitempty" doc:"api.doc.analysis_version"`
	problems.AnalysisDoc
}

func analysisOf(a problems.Analysis) analysis {
	return analysis{a.ID, string(a.Method), a.Title, a.Version, a.At.UTC(), int64(a.By), a.Doc}
}

// Analyses serves the analyses of problems.
func (a *API) Analyses(d *problems.Desk) {
	p := a.problems(d)
	add := func(method, rest, policy, name string, given *schema, run handler) {
		op := operation{Method: method, Path: p.at("/{number}/analyses" + rest), Policy: policy, Name: name, Tag: "problems", Gives: []gives{{Status: http.StatusOK, Schema: given}}, Run: run}
		if method != "GET" {
			op.Body, op.Once = &body{Schema: of[analysisAsked]()}, method == "POST"
		}
		if method == "POST" {
			op.Gives[0].Status = http.StatusCreated
		}
		a.add(op)
	}
	listed := func(all []problems.Analysis) page[analysis] {
		var out page[analysis]
		for _, one := range all {
			out.Items = append(out.Items, analysisOf(one))
		}
		return out
	}
	add("GET", "", "problem.read", "list-analyses", of[page[analysis]](), func(c *call) error {
		n, err := p.named(c)
		if err != nil {
			return err
		}
		all, err := d.AnalysesOf(c.r.Context(), c.by, n)
		if err != nil {
			return err
		}
		return give(c, listed(all))
	})
	versions := func(c *call) ([]problems.Analysis, error) {
		n, err := p.named(c)
		if err != nil {
			return nil, err
		}
		id, err := c.id("id")
		if err != nil {
			return nil, err
		}
		return d.Versions(c.r.Context(), c.by, n, id)
	}
	add("GET", "/{id}", "problem.read", "get-analysis", of[analysis](), func(c *call) error {
		all, err := versions(c)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, analysisOf(all[0]))
	})
	add("GET", "/{id}/versions", "problem.read", "list-analysis-versions", of[page[analysis]](), func(c *call) error {
		all, err := versions(c)
		if err != nil {
			return err
		}
		return give(c, listed(all))
	})
	add("POST", "", "problem.analyse", "add-analysis", of[analysis](), func(c *call) error {
		if err := p.may(c, "analyse", p.room); err != nil {
			return err
		}
		return keepAnalysis(c, p, d, 0)
	})
	add("PUT", "/{id}", "problem.analyse", "keep-analysis", of[analysis](), func(c *call) error {
		if err := p.may(c, "analyse", p.room); err != nil {
			return err
		}
		id, err := c.id("id")
		if err != nil {
			return err
		}
		return keepAnalysis(c, p, d, id)
	})
}

// keepAnalysis adds an analysis, or a version to the one with an id.
func keepAnalysis(c *call, p *practice[*problems.Problem], d *problems.Desk, id int64) error {
	n, err := p.named(c)
	if err != nil {
		return err
	}
	var in analysisAsked
	if err := c.into(&in); err != nil {
		return p.unseen(c, n, err)
	}
	one := problems.Analysis{ID: id, Method: problems.Method(in.Method), Title: in.Title, Version: in.Version, Doc: in.AnalysisDoc}
	made, err := d.Analyse(c.r.Context(), c.by, n, &one)
	if err != nil {
		return err
	}
	if id != 0 {
		return c.done(http.StatusOK, analysisOf(one))
	}
	c.w.Header().Set("Location", p.at("/"+made.Ref()+"/analyses/"+strconv.FormatInt(one.ID, 10)))
	return c.done(http.StatusCreated, analysisOf(one))
}
