package change

import (
	"net/http"
	"strconv"
	"strings"

	"kilter/internal/practice/change"
	"kilter/internal/practice/record"
	"kilter/internal/web"
)

// printAt is the request for change as it is printed.
const printAt = "/changes/{ref}/print"

// paperPage is a change on paper: what is asked, risked, planned, decided and done.
type paperPage struct {
	*planPage
	Items []string // as far as the reader sees them
	Tasks []*record.Task
}

// stated is a fact of a change with its name.
type stated struct{ Label, Value string }

func (s *sight) print(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	one, err := s.Desk.Find(s.ctx, s.By, n)
	if err != nil {
		return err
	}
	p := &paperPage{planPage: &planPage{sight: s, One: one}}
	p.Title = one.Ref() + " " + one.Title
	for _, read := range []func() error{p.assessed, p.asks, p.known, p.items} {
		if err := read(); err != nil {
			return err
		}
	}
	if p.Tasks, err = s.Desk.Ledger.Tasks(s.ctx, one.ID); err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, paperView(p))
}

// items names what is changed.
func (p *paperPage) items() error {
	if len(p.One.Items) == 0 || !p.By.Can("item.read") {
		return nil
	}
	sight, err := p.Planning.Analyst.Sight(p.ctx, p.By)
	if err != nil {
		return err
	}
	for _, n := range sight.Places(p.One.Items) {
		if one := sight.Behind(n); sight.Sees(n) {
			p.Items = append(p.Items, one.Code+" "+one.Name.In(string(p.Lang())))
		}
	}
	return nil
}

// say is a fact under the name of its field; one without a value is left out.
func (p *paperPage) say(out []stated, field, value string) []stated {
	if value == "" {
		return out
	}
	return append(out, stated{p.T("change.field." + field), value})
}

// head are the facts of the request.
func (p *paperPage) head() (out []stated) {
	c := p.One
	out = p.say(out, "state", p.T("change.state."+string(c.State)))
	if c.Type != "" {
		out = p.say(out, "type", p.T("change.type."+string(c.Type)))
	}
	out = p.say(out, "requester", p.Name(c.Requester))
	out = p.say(out, "owner", p.Name(c.Owner))
	out = p.say(out, "second", p.Name(c.Second))
	out = p.say(out, "team", p.Thing(int64(c.Team)))
	out = p.say(out, "service", p.Thing(int64(c.Service)))
	out = p.say(out, "category", p.Thing(int64(c.Category)))
	out = p.say(out, "zone", p.Thing(int64(c.Zone)))
	out = p.say(out, "items", strings.Join(p.Items, p.T("list.comma")))
	return p.say(out, "opened", p.DateTime(c.Opened))
}

// weighed are the facts of its risk.
func (p *paperPage) weighed() (out []stated) {
	c := p.One
	if c.Score == 0 {
		return nil
	}
	out = p.say(out, "impact", strconv.Itoa(int(c.Impact)))
	out = p.say(out, "likelihood", strconv.Itoa(int(c.Likelihood)))
	out = p.say(out, "score", strconv.Itoa(c.Score))
	out = p.say(out, "class", p.T("change.class."+string(c.Class)))
	return p.say(out, "why_otherwise", c.WhyOtherwise)
}

// raised are what raises its risk.
func (p *paperPage) raised() (out []string) {
	for n, q := range change.Questions {
		if p.One.Answers[n] {
			out = append(out, p.T("change.field."+string(q)))
		}
	}
	if p.One.Shared {
		out = append(out, p.T("change.field.shared"))
	}
	if p.One.Networks {
		out = append(out, p.T("change.field.networks"))
	}
	if p.One.Exchange {
		out = append(out, p.T("change.field.exchange"))
	}
	return out
}

// planned are the facts of the plan and of what it costs.
func (p *paperPage) planned() (out []stated) {
	c := p.One
	if p.windowed() {
		out = append(out, stated{p.T("change.paper.window"), p.Between(c.Starts, c.Ends)})
	}
	if c.BackOutTime > 0 {
		out = p.say(out, "back_out_time", p.Number(c.BackOutTime))
	}
	if c.Cost > 0 {
		out = p.say(out, "cost", p.Number(c.Cost))
	}
	if c.Gain > 0 {
		out = p.say(out, "gain", p.Number(c.Gain))
	}
	return out
}

// came are the facts of what came of it.
func (p *paperPage) came() (out []stated) {
	c := p.One
	out = p.say(out, "authorised", p.DateTime(c.Authorised))
	out = p.say(out, "first_voice", p.Name(c.First))
	out = p.say(out, "other_voice", p.Name(c.Other))
	out = p.say(out, "spoken", p.DateTime(c.Spoken))
	out = p.say(out, "begun", p.DateTime(c.Begun))
	out = p.say(out, "ended", p.DateTime(c.Ended))
	if c.Result != "" {
		out = p.say(out, "result", p.T("change.result."+string(c.Result)))
	}
	return p.say(out, "closed", p.DateTime(c.Closed))
}

// written is what people wrote, each text under its name.
func (p *paperPage) written(fields ...string) (out []stated) {
	c := p.One
	for _, f := range fields {
		text := map[string]string{
			"reason": c.Reason, "benefit": c.Benefit, "description": c.Description, "procedure": c.Procedure, "test": c.Test, "back_out": c.BackOut, "communication": c.Communication, "evidence": c.Evidence,
			"why_rejected": c.WhyRejected, "why_dropped": c.WhyDropped, "why_backed_out": c.WhyBackedOut, "why_failed": c.WhyFailed, "review": c.Review,
		}[f]
		out = p.say(out, f, text)
	}
	return out
}

// task is a step of the plan with its planned and its real times.
func (p *paperPage) task(t *record.Task) string {
	text := t.Title + " · " + p.T("record.task."+string(t.State))
	if !t.Starts.IsZero() || !t.Due.IsZero() {
		text += " · " + p.T("change.outcome.planned") + ": " + p.Between(t.Starts, t.Due)
	}
	if !t.Begun.IsZero() || !t.Ended.IsZero() {
		text += " · " + p.T("change.outcome.really") + ": " + p.Between(t.Begun, t.Ended)
	}
	return text
}
