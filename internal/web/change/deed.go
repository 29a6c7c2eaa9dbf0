package change

import (
	"fmt"
	"net/http"
	"time"

	"kilter/internal/practice/approval"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/handoff"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/web"
	"kilter/internal/web/part"
)

func (s *sight) approve(w http.ResponseWriter, r *http.Request) error {
	return s.vote(w, r, approval.Yes)
}

func (s *sight) refuse(w http.ResponseWriter, r *http.Request) error {
	return s.vote(w, r, approval.No)
}

// vote takes the answer of somebody who is asked, for the stage that he saw.
func (s *sight) vote(w http.ResponseWriter, r *http.Request, a approval.Answer) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	_, err = s.Desk.Decide(s.ctx, s.By, n, web.VoteOf(f, a), record.Input{})
	return s.did(w, r, f, "vote", err)
}

func (s *sight) schedule(w http.ResponseWriter, r *http.Request) error {
	return s.take(w, r, "schedule")
}

func (s *sight) reschedule(w http.ResponseWriter, r *http.Request) error {
	return s.take(w, r, "reschedule")
}

// take gives the change the time of the button that was pressed.
func (s *sight) take(w http.ResponseWriter, r *http.Request, move string) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	f, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	in := record.Input{Version: f.ID("version"), Fields: map[string]string{}}
	var starts, ends int64
	if n, err := fmt.Sscanf(f.Get("slot"), "%d-%d", &starts, &ends); err == nil && n == 2 {
		in.Fields["starts"], in.Fields["ends"] = time.Unix(starts, 0).UTC().Format(time.RFC3339), time.Unix(ends, 0).UTC().Format(time.RFC3339)
	}
	if owner := f.Get("owner"); owner != "" {
		in.Fields["owner"] = owner
	}
	_, err = s.Desk.Move(s.ctx, s.By, n, move, in)
	return s.did(w, r, f, "take", err)
}

func (p *planPage) voteFields() []part.Field {
	return p.form("vote").Fields(part.Field{Name: "reason", Label: p.T("portal.decide_reason"), Help: p.T("portal.decide_reason_help"), Kind: part.Long, Max: 2000})
}

// ownerFields ask for the implementer where none is named: without one no time
// can be taken.
func (p *planPage) ownerFields() []part.Field {
	if p.One.Owner != 0 {
		return nil
	}
	return p.form("take").Fields(part.Field{Name: "owner", Label: p.T("change.field.owner"), Kind: part.Choose, Load: "/people", Required: true})
}

// asked names the stage that a reader answers.
func (p *planPage) asked() string { return web.StageAsked(p.Rounds) }

// unasked tells how it was decided where no round is kept.
func (p *planPage) unasked() string {
	c := p.One
	switch {
	case c.Authorised.IsZero():
		return p.T("change.plan.nobody_asked")
	case c.First != 0:
		return p.T("change.plan.authorised_by_phone", "who", p.Names([]people.ID{c.First, c.Other}), "at", p.DateTime(c.Authorised))
	case c.Type == change.Standard:
		return p.T("change.plan.authorised_by_model", "at", p.DateTime(c.Authorised))
	}
	return p.T("change.plan.authorised_at", "at", p.DateTime(c.Authorised))
}

// stage is what a stage of a decision is called.
func (p *planPage) stage(n int, st approval.Stage) string {
	if name := st.Name.In(string(p.Lang())); name != "" {
		return name
	}
	return p.T("change.plan.stage", "n", n+1)
}

// answer tells what somebody who is asked has said.
func (p *planPage) answer(seat approval.Seat) string {
	if seat.Answer == approval.None {
		return p.T("change.plan.waits")
	}
	text := p.T("approval.answer."+string(seat.Answer), "at", p.DateTime(seat.At))
	if seat.By != seat.Person && seat.By != 0 {
		text += " · " + p.T("change.plan.stood_in", "who", p.Somebody(seat.By))
	}
	if seat.Reason != "" {
		text += " · " + seat.Reason
	}
	return text
}

// other is the work that is met, as the reader may know it.
func (p *planPage) other(m handoff.Meeting) string {
	switch {
	case m.Hidden:
		return p.T("change.plan.hidden")
	case m.With == nil:
		return m.Rule.In(string(p.Lang()))
	case m.With.Head.Number != 0:
		return m.With.Head.Ref() + " " + m.With.Head.Title
	}
	return m.With.Head.Title
}

// paths are the ways that explain a meeting: of redundancy one from each side,
// both ending at what they bring down together.
func paths(m handoff.Meeting) [][]cmdb.Way {
	if m.Of == nil {
		if len(m.Path) == 0 {
			return nil
		}
		return [][]cmdb.Way{m.Path}
	}
	var out [][]cmdb.Way
	for _, side := range [][]cmdb.Way{m.Mine, m.Their} {
		if len(side) > 0 {
			out = append(out, append(side[:len(side):len(side)], cmdb.Way{Node: *m.Of}))
		}
	}
	if len(out) == 0 {
		out = append(out, []cmdb.Way{{Node: *m.Of}})
	}
	return out
}
