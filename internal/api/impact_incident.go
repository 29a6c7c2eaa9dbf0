package api

import (
	"net/http"

	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/record"
)

// assessment is what follows for an incident from the item it is about.
type assessment struct {
	proposal
	Priority int         `json:"priority" doc:"api.doc.assessment_priority"`
	Children []aboutItem `json:"children" doc:"api.doc.assessment_children"`
}

// assessed accepts a proposal or departs from it.
type assessed struct {
	Impact  int    `json:"impact"`
	Urgency int    `json:"urgency"`
	Reason  string `json:"reason,omitempty" doc:"api.doc.assessed_reason"`
}

// Triage serves what configuration items say about incidents.
func (a *API) Triage(t handoff.Triage) {
	a.inquiries(t)
	a.add(operation{
		Method: "GET", Path: Prefix + "/incidents/{number}/assessment", Policy: "incident.read", Name: "assessment-of-incident", Tag: "incidents",
		Gives: []gives{{Status: http.StatusOK, Schema: of[assessment]()}}, Run: func(c *call) error {
			n, err := c.number(record.Incident)
			if err != nil {
				return err
			}
			got, err := t.Assess(c.r.Context(), c.by, n)
			if err != nil {
				return err
			}
			out := assessment{proposal: c.proposalOf(got.Proposal), Priority: got.Priority, Children: []aboutItem{}}
			for _, r := range got.Children {
				out.Children = append(out.Children, aboutItem{int64(r.Item), r.Ref(), r.Title, string(r.State), r.Row.Priority})
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(operation{
		Method: "POST", Path: Prefix + "/incidents/{number}/assess", Policy: "incident.edit", Name: "assess-incident", Tag: "incidents", Once: true,
		Body: &body{Schema: of[assessed]()}, Gives: []gives{{Status: http.StatusOK, Schema: of[assessed]()}}, Run: func(c *call) error {
			n, err := c.number(record.Incident)
			if err != nil {
				return err
			}
			var in assessed
			if err := c.into(&in); err != nil {
				return err
			}
			i, err := t.Accept(c.r.Context(), c.by, n, incident.Level(in.Impact), incident.Level(in.Urgency), in.Reason)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, assessed{int(i.Impact), int(i.Urgency), in.Reason})
		},
	})
}
