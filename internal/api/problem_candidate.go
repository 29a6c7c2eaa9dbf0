package api

import (
	"maps"
	"net/http"
	"time"

	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	problems "kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// candidate is a problem that a rule proposes.
type candidate struct {
	ID        int64     `json:"id"`
	Rule      string    `json:"rule" doc:"api.doc.candidate_rule"`
	Zone      int64     `json:"zone,omitempty"`
	Service   int64     `json:"service,omitempty"`
	Category  int64     `json:"category,omitempty"`
	Item      int64     `json:"item,omitempty"`
	Count     int       `json:"count" doc:"api.doc.candidate_count"`
	Incidents []string  `json:"incidents" doc:"api.doc.candidate_incidents"`
	Again     string    `json:"again,omitempty" doc:"api.doc.candidate_again"`
	Rise      *rise     `json:"rise,omitempty" doc:"api.doc.candidate_rise"`
	Found     time.Time `json:"found"`
}

// rise is what weekly counts say.
type rise struct {
	First string  `json:"first" doc:"api.doc.rise_first"`
	Weeks []int   `json:"weeks" doc:"api.doc.rise_weeks"`
	Slope float64 `json:"slope" doc:"api.doc.rise_slope"`
	P     float64 `json:"p" doc:"api.doc.rise_p"`
	Q     float64 `json:"q" doc:"api.doc.rise_q"`
	Tests int     `json:"tests" doc:"api.doc.rise_tests"`
}

// asideOf is a candidate that was set aside, and why.
type asideOf struct {
	ID        int64     `json:"id"`
	Candidate candidate `json:"candidate"`
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
	By        int64     `json:"by"`
}

// asideAsked is why a candidate is no problem.
type asideAsked struct {
	Reason string `json:"reason"`
}

func candidateOf(c problems.Candidate, again *record.Row) candidate {
	out := candidate{
		ID: c.ID, Rule: string(c.Rule), Zone: int64(c.Zone), Service: int64(c.Service), Category: int64(c.Category), Item: int64(c.Item),
		Count: c.Count, Incidents: []string{}, Found: c.Found.UTC(),
	}
	if again != nil {
		out.Again = again.Ref()
	}
	if r := c.Rise; r != nil {
		out.Rise = &rise{r.First.Format(time.DateOnly), r.Weeks, r.Slope, r.P, r.Q, r.Tests}
	}
	return out
}

func proposalOf(p *problems.Proposal) candidate {
	out := candidateOf(p.Candidate, p.Again)
	for _, row := range p.Rows {
		out.Incidents = append(out.Incidents, row.Ref())
	}
	return out
}

// Candidates serves the problems that rules propose.
func (a *API) Candidates(k handoff.KnownErrors) {
	d := k.Problems
	p := a.problems(d)
	serve := func(op operation, run handler) {
		op.Path, op.Tag, op.Run = Prefix+"/candidates"+op.Path, "problems", func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			return run(c)
		}
		a.add(op)
	}
	serve(operation{Method: "GET", Policy: "problem.read", Name: "list-candidates", Gives: []gives{{Status: http.StatusOK, Schema: of[page[candidate]]()}}}, func(c *call) error {
		all, err := d.Candidates(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		var out page[candidate]
		for i := range all {
			out.Items = append(out.Items, proposalOf(&all[i]))
		}
		return give(c, out)
	})
	serve(operation{
		Method: "POST", Path: "/{id}/open", Policy: "problem.open", Name: "open-candidate", Once: true,
		Body: &body{Schema: p.form(d.Flow.Asks, true)}, Gives: []gives{{Status: http.StatusCreated, Schema: p.shape()}}, Recall: p.recall(http.StatusCreated),
	}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		o, err := c.object()
		if err != nil {
			return err
		}
		in, err := p.inputOf(c, o, d.Flow.Asks)
		if err != nil {
			return err
		}
		made, err := k.Open(c.r.Context(), c.by, id, in)
		if err != nil {
			return err
		}
		c.w.Header().Set("Location", p.at("/"+made.Ref()))
		return p.changed(c, http.StatusCreated, made)
	})
	serve(operation{
		Method: "POST", Path: "/{id}/set-aside", Policy: problems.DeedSetAside, Name: "set-candidate-aside", Once: true,
		Body: &body{Schema: of[asideAsked]()}, Gives: []gives{{Status: http.StatusNoContent}},
	}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		var in asideAsked
		if err := c.into(&in); err != nil {
			return err
		}
		if err := d.SetAside(c.r.Context(), c.by, id, in.Reason); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
	a.aside(d, serve)
	a.raising(k, p)
}

// raising serves the way from an incident to the problem behind it.
func (a *API) raising(k handoff.KnownErrors, p *practice[*problems.Problem]) {
	of := &practice[*incident.Incident]{API: a, desk: k.Incidents.Desk, room: "incidents", work: k.Incidents}
	a.add(operation{
		Method: "POST", Path: of.at("/{number}/problem"), Policy: "problem.open", Name: "raise-problem-of-incident", Tag: "problems", Once: true,
		Body: &body{Schema: p.form(k.Problems.Flow.Asks, false)}, Gives: []gives{{Status: http.StatusCreated, Schema: p.shape()}}, Recall: p.recall(http.StatusCreated),
		Run: func(c *call) error {
			if err := p.may(c, "open", p.room); err != nil {
				return err
			}
			i, err := of.find(c)
			if err != nil {
				return err
			}
			o, err := c.object()
			if err != nil {
				return err
			}
			in, err := p.inputOf(c, o, k.Problems.Flow.Asks)
			if err != nil {
				return err
			}
			fields := handoff.Draft(i)
			maps.Copy(fields, in.Fields)
			in.Fields = fields
			made, err := k.Raise(c.r.Context(), c.by, i.Number, in)
			if err != nil {
				return err
			}
			c.w.Header().Set("Location", p.at("/"+made.Ref()))
			return p.changed(c, http.StatusCreated, made)
		},
	})
}

// aside serves what was set aside.
func (a *API) aside(d *problems.Desk, serve func(operation, handler)) {
	serve(operation{Method: "GET", Path: "/set-aside", Policy: "problem.read", Name: "list-candidates-set-aside", Gives: []gives{{Status: http.StatusOK, Schema: of[page[asideOf]]()}}}, func(c *call) error {
		all, err := d.Aside(c.r.Context(), c.by)
		if err != nil {
			return err
		}
		var out page[asideOf]
		for _, v := range all {
			out.Items = append(out.Items, asideOf{v.ID, candidateOf(v.Candidate, nil), v.Reason, v.At.UTC(), int64(v.By)})
		}
		return give(c, out)
	})
	serve(operation{Method: "DELETE", Path: "/set-aside/{id}", Policy: problems.DeedSetAside, Name: "take-candidate-back", Gives: []gives{{Status: http.StatusNoContent}}}, func(c *call) error {
		id, err := c.id("id")
		if err != nil {
			return err
		}
		if err := d.TakeBack(c.r.Context(), c.by, id); err != nil {
			return err
		}
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	})
}
