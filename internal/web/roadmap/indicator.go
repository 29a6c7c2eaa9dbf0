package roadmap

import (
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/web/part"
)

// indicate computes the indicators of the page's programme.
func (p *overviewPage) indicate() (err error) {
	if p.Against, err = p.room.Against(p.ctx, p.By, p.View); err != nil {
		return err
	}
	p.Indicators, err = p.room.Indicators(p.ctx, p.By, p.View, p.Against)
	p.Stand = p.Indicators.Progress
	return err
}

// indicators are those of the programme at a glance.
func (p *overviewPage) indicators() []part.Figure {
	i := &p.Indicators
	out := []part.Figure{
		{Name: p.T("roadmap.page.verified"), Value: p.of(i.Verified, i.Steps), Note: p.T("roadmap.page.on_time", "n", p.Number(i.OnTime)), Href: href(p.ID, "/board")},
		{Name: p.T("roadmap.page.mean_level"), Value: p.Decimal(i.Level, 2), Note: p.T("roadmap.page.from", "x", p.Decimal(i.LevelBegan, 2)), Href: href(p.ID, "/outcome")},
		{Name: p.T("roadmap.page.mean_ready"), Value: p.Percent(i.Readiness, 0), Note: p.T("roadmap.page.from", "x", p.Percent(i.ReadyBegan, 0))},
		{Name: p.T("roadmap.page.points_done"), Value: p.of(i.PointsVerified, i.Points)},
	}
	if i.Money > 0 {
		out = append(out, part.Figure{Name: p.T("roadmap.page.money"), Value: p.money(i.MoneyVerified), Note: p.T("roadmap.page.of_money", "x", p.money(i.Money))})
	}
	if n := len(i.Waves); n > 0 {
		f := part.Figure{Name: p.T("roadmap.page.gap"), Value: p.Decimal(i.Waves[n-1].Gap, 2), Note: p.T("roadmap.page.gap_base")}
		if n > 1 {
			f.Note = p.T("roadmap.page.from", "x", p.Decimal(i.Waves[0].Gap, 2))
		}
		out = append(out, f)
	}
	if share, ok := i.AutomaticShare(); ok {
		f := part.Figure{Name: p.T("roadmap.indicator.auto"), Value: p.Percent(share, 0), Note: p.of(i.ByMeasures, i.Statements)}
		if p.By.Can(assessment.DeedRead) {
			f.Href = "/evidence"
		}
		out = append(out, f)
	}
	return out
}

func (p *overviewPage) of(n, total int) string {
	return p.T("part.of", "n", p.Number(n), "total", p.Number(total))
}

// reckoned is an indicator with what it is made of.
type reckoned struct{ Name, Value, Says string }

// formulas are the indicators one by one, each with its formula and the numbers in
// it. One that nothing is known for says so.
func (p *overviewPage) formulas() []reckoned {
	i := &p.Indicators
	one := func(name, value string, args ...any) reckoned {
		return reckoned{p.T("roadmap.indicator." + name), value, p.T("roadmap.indicator."+name+"_how", args...)}
	}
	share := func(x float64, ok bool) string {
		if !ok {
			return p.T("roadmap.indicator.none")
		}
		return p.Percent(x, 0)
	}
	out := []reckoned{
		one("verified", share(i.VerifiedShare()), "n", p.Number(i.Verified), "of", p.Number(i.Steps)),
		one("on_time", share(i.OnTimeShare()), "n", p.Number(i.OnTime), "of", p.Number(i.Owed)),
		one("level", p.Decimal(i.Level, 2), "n", p.Number(i.Processes), "began", p.Decimal(i.LevelBegan, 2)),
		one("ready", p.Percent(i.Readiness, 0), "n", p.Number(i.Processes), "began", p.Percent(i.ReadyBegan, 0)),
		one("auto", share(i.AutomaticShare()), "n", p.Number(i.ByMeasures), "of", p.Number(i.Statements)),
	}
	if !i.Measured {
		out[len(out)-1].Says = p.T("roadmap.indicator.auto_none")
	}
	for k, w := range i.Waves {
		r := reckoned{p.T("roadmap.indicator.gap", "name", p.origin(w.Wave, false)), p.Decimal(w.Gap, 2), p.T("roadmap.indicator.gap_how")}
		if k > 0 {
			r.Says = p.T("roadmap.indicator.gap_moved", "x", p.moved(w.Change))
		}
		out = append(out, r)
	}
	return out
}

// moved is a difference with its sign.
func (p *overviewPage) moved(x float64) string {
	if x > 0 {
		return "+" + p.Decimal(x, 2)
	}
	return p.Decimal(x, 2)
}
