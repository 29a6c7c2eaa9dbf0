package api

import (
	"net/http"
	"strconv"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/incident"
	problems "kilter/internal/practice/problem" // problem alone is the document of RFC 9457 here
	"kilter/internal/practice/record"
)

// Problems serves problem management.
func (a *API) Problems(desk *problems.Desk) {
	p := a.problems(desk)
	p.open = func(c *call, o object) (*problems.Problem, error) {
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		return desk.Raise(c.r.Context(), c.by, in)
	}
	p.serve()
	p.ties()
}

func (a *API) problems(desk *problems.Desk) *practice[*problems.Problem] {
	p := &practice[*problems.Problem]{API: a, desk: desk.Desk, room: "problems", work: desk}
	p.past, p.next = p.plain, desk.Next
	return p
}

// advice is a published work-around.
type advice struct {
	Number     string    `json:"number"`
	Title      string    `json:"title"`
	State      string    `json:"state"`
	Symptom    string    `json:"symptom,omitempty"`
	Workaround string    `json:"workaround"`
	Public     bool      `json:"public" doc:"api.doc.advice_public"`
	Published  time.Time `json:"published"`
	Because    string    `json:"because" doc:"api.doc.advice_because"`
}

// applied names the known error whose work-around is applied.
type applied struct {
	Problem string `json:"problem" doc:"api.doc.number"`
}

func advices(all []problems.Advice) page[advice] {
	out := page[advice]{Items: []advice{}}
	for _, a := range all {
		out.Items = append(out.Items, advice{a.Head.Ref(), a.Head.Title, string(a.Head.State), a.Symptom, a.Workaround, a.Public, a.Published.UTC(), string(a.Because)})
	}
	return out
}

// KnownErrors serves the published work-arounds, for a trouble that is yet to
// be reported and for incidents.
func (a *API) KnownErrors(k handoff.KnownErrors) {
	given := []gives{{Status: http.StatusOK, Schema: of[page[advice]]()}}
	a.add(operation{
		Method: "GET", Path: Prefix + "/problems/known-errors", Policy: "problem.read", Name: "find-known-errors", Tag: "problems",
		Query: []param{{Name: "item", Type: "integer"}, {Name: "service", Type: "integer"}, {Name: "category", Type: "integer"}, {Name: "text", Type: "string"}},
		Gives: given, Run: func(c *call) error {
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			id := func(name string) int64 { n, _ := strconv.ParseInt(c.get(name), 10, 64); return n } // 0 when it is not given
			found, err := k.Problems.Advise(c.r.Context(), c.by, problems.Trouble{Item: record.ItemID(id("item")), Service: record.ServiceID(id("service")), Category: record.CategoryID(id("category")), Text: c.get("text")})
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, advices(found))
		},
	})
	p := &practice[*incident.Incident]{API: a, desk: k.Incidents.Desk, room: "incidents", work: k.Incidents}
	p.next = k.Incidents.Next
	a.add(operation{
		Method: "GET", Path: p.at("/{number}/known-errors"), Policy: "problem.read", Name: "known-errors-of-incident", Tag: "problems",
		Gives: given, Run: func(c *call) error {
			i, err := p.find(c)
			if err != nil {
				return err
			}
			if err := c.by.May(c.op.Policy); err != nil {
				return err
			}
			found, err := k.For(c.r.Context(), c.by, i)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, advices(found))
		},
	})
	a.add(operation{
		Method: "POST", Path: p.at("/{number}/known-errors"), Policy: "incident.relate", Name: "apply-known-error", Tag: "problems", Once: true,
		Body: &body{Schema: of[applied]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
			n, err := p.named(c)
			if err != nil {
				return err
			}
			var in applied
			if err := c.into(&in); err != nil {
				return p.unseen(c, n, err)
			}
			kind, cause, err := record.ParseRef(in.Problem)
			if err != nil || kind != record.Problem {
				return p.unseen(c, n, fault.At("problem", "record.no_such").With("ref", in.Problem))
			}
			i, err := k.Apply(c.r.Context(), c.by, n, cause)
			if err != nil {
				return err
			}
			return p.changed(c, http.StatusOK, i)
		},
		Recall: p.recall(http.StatusOK),
	})
}
