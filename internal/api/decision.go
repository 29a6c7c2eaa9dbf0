package api

import (
	"net/http"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/approval"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// round is a decision that was asked for.
type round struct {
	Verdict string  `json:"verdict" enum:"open,approved,refused,lapsed,withdrawn"`
	Opened  string  `json:"opened" format:"date-time"`
	Closed  string  `json:"closed,omitempty" format:"date-time"`
	Stages  []stage `json:"stages"`
}

type stage struct {
	Name    string `json:"name,omitempty"`
	Rule    string `json:"rule" enum:"any,all,quorum"`
	Quorum  int    `json:"quorum,omitempty"`
	Apart   bool   `json:"apart,omitempty" doc:"api.doc.stage_apart"`
	Verdict string `json:"verdict"`
	Due     string `json:"due,omitempty" format:"date-time"`
	Seats   []seat `json:"seats"`
}

type seat struct {
	Person int64  `json:"person"`
	As     string `json:"as,omitempty"`
	Answer string `json:"answer,omitempty"`
	By     int64  `json:"by,omitempty" doc:"api.doc.seat_by"`
	At     string `json:"at,omitempty" format:"date-time"`
	Reason string `json:"reason,omitempty"`
}

func verdictOf(v approval.Verdict) string {
	if v == approval.Open {
		return "open"
	}
	return string(v)
}

func (c *call) rounds(all []*approval.Round) []round {
	out := []round{}
	for _, r := range all {
		one := round{Verdict: verdictOf(r.Verdict), Opened: stamp(r.Opened), Closed: stamp(r.Closed)}
		for _, s := range r.Stages {
			st := stage{Name: s.Name.In(c.words.Lang().HTML()), Rule: string(s.Rule), Quorum: s.Quorum, Apart: s.Apart, Verdict: verdictOf(s.Verdict), Due: stamp(s.Due)}
			for _, p := range s.Seats {
				st.Seats = append(st.Seats, seat{int64(p.Person), p.As, string(p.Answer), int64(p.By), stamp(p.At), p.Reason})
			}
			one.Stages = append(one.Stages, st)
		}
		out = append(out, one)
	}
	return out
}

// vote is an answer to what is asked.
type vote struct {
	Reason string `json:"reason,omitempty" doc:"api.doc.vote_reason"`
	For    int64  `json:"for,omitempty" doc:"api.doc.vote_for"`
}

// decisions are the operations on what is asked about a record.
func (p *practice[R]) decisions(kept record.Approvals) {
	p.add(operation{
		Method: "GET", Path: p.at("/{number}/approvals"), Policy: p.deed("read"), Name: "approvals-of-" + string(p.desk.Kind), Tag: p.room, Gives: []gives{{Status: http.StatusOK, Schema: of[[]round]()}}, Run: func(c *call) error {
			one, err := p.find(c)
			if err != nil {
				return err
			}
			all, err := kept.Rounds(c.r.Context(), one.Common().ID)
			if err != nil {
				return err
			}
			return c.JSON(http.StatusOK, c.rounds(all))
		},
	})
	for _, answer := range []approval.Answer{approval.Yes, approval.No} {
		deed := record.Consents
		if answer == approval.No {
			deed = record.Declines
		}
		p.add(operation{
			Method: "POST", Path: p.at("/{number}/" + deed), Policy: p.deed(deed), Name: deed + "-" + string(p.desk.Kind), Tag: p.room, Once: true, Match: true,
			Body: &body{Schema: of[vote]()}, Gives: []gives{{Status: http.StatusOK, Schema: p.shape()}}, Run: func(c *call) error {
				n, err := p.named(c)
				if err != nil {
					return err
				}
				var v vote
				if err := c.into(&v); err != nil {
					return p.unseen(c, n, err)
				}
				version, err := matched(c.r)
				if err != nil {
					return err
				}
				one, err := p.desk.Decide(c.r.Context(), c.by, n, approval.Vote{For: people.ID(v.For), Answer: answer, Reason: v.Reason}, record.Input{Version: version})
				if err != nil {
					return err
				}
				return p.changed(c, http.StatusOK, one)
			},
			Recall: p.recall(http.StatusOK),
		})
	}
}

// deputy is who decides in somebody's place while he is away.
type deputy struct {
	Person int64  `json:"person,omitempty"`
	Deputy int64  `json:"deputy"`
	From   string `json:"from" format:"date-time"`
	Until  string `json:"until" format:"date-time"`
}

// deputyDeed is what the audit log calls it.
const deputyDeed = "approval.deputy"

// mine are the operations on what waits for the caller, and on who stands in
// for him.
func (a *API) mine(r Requests) {
	a.add(operation{
		Method: "GET", Path: Prefix + "/approvals", Policy: Known, Name: "waiting-for-me", Tag: "requests", Gives: []gives{{Status: http.StatusOK, Schema: pageOf(rowShape())}}, Run: func(c *call) error {
			kinds := record.MayDecide(c.by) // who may decide on nothing is waited for by nobody
			all, err := r.Approvals.Deputies(c.r.Context(), c.by.ID, c.Now())
			if err != nil {
				return err
			}
			who := []people.ID{c.by.ID}
			for _, d := range all {
				if d.Deputy == c.by.ID && !c.Now().Before(d.From) {
					who = append(who, d.Person)
				}
			}
			const most = 200
			rows, err := r.Approvals.Waiting(c.r.Context(), c.by.Scope, who, most)
			if err != nil {
				return err
			}
			out := page[row]{Items: []row{}}
			for _, one := range rows {
				if slices.Contains(kinds, one.Kind) {
					out.Items = append(out.Items, c.line(one))
				}
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(operation{
		Method: "GET", Path: Prefix + "/me/deputies", Policy: Known, Name: "my-deputies", Tag: "me", Gives: []gives{{Status: http.StatusOK, Schema: of[[]deputy]()}}, Run: func(c *call) error {
			all, err := r.Approvals.Deputies(c.r.Context(), c.by.ID, c.Now())
			if err != nil {
				return err
			}
			out := []deputy{}
			for _, d := range all {
				out = append(out, deputy{int64(d.Person), int64(d.Deputy), stamp(d.From), stamp(d.Until)})
			}
			return c.JSON(http.StatusOK, out)
		},
	})
	a.add(operation{
		Method: "PUT", Path: Prefix + "/me/deputy", Policy: Known, Name: "name-deputy", Tag: "me", Body: &body{Schema: of[deputy]()}, Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			var in deputy
			if err := c.into(&in); err != nil {
				return err
			}
			one, err := c.deputy(in)
			if err != nil {
				return err
			}
			if err := r.Colleague(c.by.ID, one.Deputy); err != nil {
				return err
			}
			row := audit.By(c.by, c.Now(), deputyDeed, "person:"+c.by.ID.String())
			if err := r.Approvals.Stand(c.r.Context(), one, row); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
	a.add(operation{
		Method: "DELETE", Path: Prefix + "/me/deputy", Policy: Known, Name: "end-deputy", Tag: "me", Gives: []gives{{Status: http.StatusNoContent}}, Run: func(c *call) error {
			row := audit.By(c.by, c.Now(), deputyDeed, "person:"+c.by.ID.String())
			if err := r.Approvals.Unstand(c.r.Context(), c.by.ID, row); err != nil {
				return err
			}
			c.w.WriteHeader(http.StatusNoContent)
			return nil
		},
	})
}

func (c *call) deputy(in deputy) (approval.Deputy, error) {
	out := approval.Deputy{Person: c.by.ID, Deputy: people.ID(in.Deputy)}
	var many fault.Many
	for field, at := range map[string]struct {
		text string
		into *time.Time
	}{"from": {in.From, &out.From}, "until": {in.Until, &out.Until}} {
		t, err := time.Parse(time.RFC3339, at.text)
		if err != nil {
			many = append(many, fault.At(field, "record.not_a_moment"))
		}
		*at.into = t.UTC()
	}
	if err := many.Err(); err != nil {
		return out, err
	}
	return out, out.Check(c.Now())
}
