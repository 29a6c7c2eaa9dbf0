package api

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kilter/internal/practice/handoff"
	"kilter/internal/practice/risk"
)

// riskRanking is the register as a management review looks at it.
type riskRanking struct {
	Top    []rankedRisk `json:"top"`
	Matrix []risk.Cell  `json:"matrix"`
}

type rankedRisk struct {
	Number      string    `json:"number"`
	Title       string    `json:"title"`
	State       string    `json:"state"`
	Process     string    `json:"process"`
	Probability int       `json:"probability"`
	Impact      int       `json:"impact"`
	Exposure    int       `json:"exposure"`
	Chance      int       `json:"chance,omitempty" doc:"api.doc.risk_percent"`
	Loss        int       `json:"loss,omitempty" doc:"api.doc.risk_money"`
	Expected    int       `json:"expected,omitempty" doc:"api.doc.risk_expected"`
	Within      string    `json:"within"`
	Response    string    `json:"response,omitempty"`
	Owner       int64     `json:"owner,omitempty"`
	Service     int64     `json:"service,omitempty"`
	ReviewOn    time.Time `json:"review_on,omitzero"`
	Times       int       `json:"times"`
}

// Risks serves the risk register. A risk may be entered from a change, and is
// linked with it then.
func (a *API) Risks(entries handoff.RiskEntries) {
	desk := entries.Risks
	p := &practice[*risk.Risk]{API: a, desk: desk.Desk, room: "risks", work: desk}
	p.past, p.next = p.plain, desk.Next
	p.more = map[string]*huma.Schema{"from": said(as("string"), "api.doc.risk_from")}
	p.open = func(c *call, o object) (*risk.Risk, error) {
		var from string
		if err := member(o, "from", &from); err != nil {
			return nil, err
		}
		delete(o, "from")
		in, err := p.inputOf(c, o, desk.Flow.Asks)
		if err != nil {
			return nil, err
		}
		if from == "" {
			return desk.Identify(c.r.Context(), c.by, in)
		}
		return entries.Identify(c.r.Context(), c.by, from, in)
	}
	p.serve()
	p.ties()
	p.add(operation{
		Method: "GET", Path: p.at("/top"), Policy: "risk.read", Name: "rank-risks", Tag: p.room,
		Gives: []gives{{Status: http.StatusOK, Schema: of[riskRanking]()}}, Run: func(c *call) error {
			found, err := desk.Rank(c.r.Context(), c.by)
			if err != nil {
				return err
			}
			out := riskRanking{Top: []rankedRisk{}, Matrix: listed0(found.Matrix)}
			for _, r := range found.Top {
				out.Top = append(out.Top, rankedRisk{
					Number: r.Ref(), Title: r.Title, State: string(r.State), Process: string(r.Process), Probability: r.Probability, Impact: r.Impact, Exposure: r.Exposure, Chance: r.Chance, Loss: r.Loss, Expected: r.Expected,
					Within: string(r.Within), Response: string(r.Response), Owner: int64(r.Owner), Service: int64(r.Service), ReviewOn: r.ReviewOn, Times: r.Times,
				})
			}
			return c.done(http.StatusOK, out)
		},
	})
}
