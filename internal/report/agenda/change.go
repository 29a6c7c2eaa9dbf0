package agenda

import (
	"cmp"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/base/lang"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
)

// about is the change that the review is about, nil where it is about none.
func (t *teller) about() (*change.Change, error) {
	if t.r.Change == 0 {
		return nil, nil
	}
	return t.Changes.Find(t.ctx, t.by, t.r.Change)
}

// impact tells what suffers while the change is carried out: its items and all that
// depend on them, by the configuration as the reader may know of it.
func (t *teller) impact() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	if len(c.Items) == 0 {
		return t.nothing("impact_none"), nil
	}
	got, err := t.Topology.Impact(t.ctx, t.by, cmdb.Question{Items: c.Items, From: c.Starts, Until: c.Ends})
	if fault.Is(err, fault.Missing) || len(fault.All(err)) > 0 {
		return t.nothing("impact_hidden"), nil
	}
	if err != nil {
		return review.Told{}, err
	}
	at := record.Changes.Path() + "/" + c.Ref()
	down := 0
	for i := range got.Items {
		if got.Items[i].Condition == graph.Down {
			down++
		}
	}
	out := review.Told{Link: at + "/plan", Says: t.say("impact", func(p *lang.Printer) []any {
		return []any{"items", p.Number(len(c.Items)), "down", p.Number(down), "weak", p.Number(len(got.Items) - down), "services", p.Number(len(got.Services)), "departments", p.Number(len(got.Departments)), "users", p.Number(got.Users), "agreements", p.Number(len(got.Agreements))}
	})}
	for i := range got.Services {
		s := &got.Services[i]
		if i == mostLines {
			break
		}
		word := "degraded"
		if s.Condition == graph.Down {
			word = "down"
		}
		out.Lines = append(out.Lines, review.Line{Text: t.say("impact_one", func(p *lang.Printer) []any {
			return []any{"name", t.name(p, int64(s.Service)), "state", p.T("impact.condition." + word), "items", p.Number(s.Items), "users", p.Number(s.Users)}
		})})
	}
	return out, nil
}

// weighed tells how risky the change was found, how it is taken back, and the risks
// of the register that are tied to it.
func (t *teller) weighed() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	out := review.Told{Link: record.Changes.Path() + "/" + c.Ref()}
	out.Says = t.say("risk_none", nil)
	if c.Score > 0 {
		out.Says = t.say("risk", func(p *lang.Printer) []any {
			return []any{"class", p.T("change.class." + string(c.Class)), "score", p.Number(c.Score), "likelihood", int(c.Likelihood), "impact", int(c.Impact)}
		})
	}
	back := "risk_no_back_out"
	if c.BackOut != "" {
		back = "risk_back_out"
	}
	out.Lines = append(out.Lines, review.Line{Text: t.say(back, func(p *lang.Printer) []any { return []any{"minutes", p.Number(c.BackOutTime)} })})
	tied, err := t.risksOf(c)
	if err != nil {
		return review.Told{}, err
	}
	for _, r := range tied {
		out.Lines = append(out.Lines, review.Line{Link: record.Risk.Path() + "/" + r.Ref(), Text: t.say("risk_one", func(p *lang.Printer) []any {
			mitigation := cmp.Or(r.Mitigation, p.T("review.told.no_mitigation"))
			return []any{"ref", r.Ref(), "title", r.Title, "exposure", p.Number(r.Exposure), "mitigation", mitigation}
		})})
	}
	if len(tied) == 0 {
		out.Lines = append(out.Lines, review.Line{Text: t.say("risk_not_entered", nil)})
	}
	return out, nil
}

// risksOf are the risks of the register that are tied to a change.
func (t *teller) risksOf(c *change.Change) (out []*risk.Risk, err error) {
	if !t.by.Can("risk.read") {
		return nil, nil
	}
	around, err := t.Records.Around(t.ctx, t.by.Scope, c.ID)
	for i := range around.Links {
		row := &around.Links[i].Row
		if row.Kind != record.Risk || len(out) == mostLines {
			continue
		}
		r, err := t.Risks.Find(t.ctx, t.by, row.Number)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, err
}

// worth tells what the change costs beside what it brings.
func (t *teller) worth() (review.Told, error) {
	c, err := t.about()
	if err != nil || c == nil {
		return review.Told{}, err
	}
	out := review.Told{Link: record.Changes.Path() + "/" + c.Ref(), Says: t.say("cost", func(p *lang.Printer) []any { return sides(p, c) })}
	benefit := review.Line{Text: t.say("benefit_none", nil)}
	if c.Benefit != "" {
		benefit.Text = t.say("benefit", func(*lang.Printer) []any { return []any{"benefit", c.Benefit} })
	}
	out.Lines = append(out.Lines, benefit)
	if c.Reason != "" {
		out.Lines = append(out.Lines, review.Line{Text: t.say("wanted", func(*lang.Printer) []any { return []any{"reason", c.Reason} })})
	}
	return out, nil
}

// Worth says in the words of p what a change costs beside what it brings.
func Worth(p *lang.Printer, c *change.Change) string {
	return p.T("review.told.cost", sides(p, c)...)
}

func sides(p *lang.Printer, c *change.Change) []any {
	return []any{"cost", costs(p, c), "benefit", brings(p, c)}
}

// costs is what a change costs.
func costs(p *lang.Printer, c *change.Change) string {
	if c.Cost == 0 {
		return p.T("review.told.not_recorded")
	}
	return p.T("review.told.yuan", "sum", p.Number(c.Cost))
}

// brings is what a change brings, in money as far as that is said: its simple
// payback is the cost by what it brings a year.
func brings(p *lang.Printer, c *change.Change) string {
	switch {
	case c.Gain > 0 && c.Cost > 0:
		return p.T("review.told.gain", "gain", p.Number(c.Gain), "years", p.Decimal(float64(c.Cost)/float64(c.Gain), 1))
	case c.Gain > 0:
		return p.T("review.told.gain_free", "gain", p.Number(c.Gain))
	case c.Benefit != "":
		return p.T("review.told.in_words")
	}
	return p.T("review.told.not_recorded")
}
