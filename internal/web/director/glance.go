package director

import (
	"strconv"

	"kilter/internal/practice/roadmap"
	report "kilter/internal/report/director"
	"kilter/internal/report/satisfaction"
)

// glance is a line of what a director looks for first.
type glance struct {
	Text, Note, Href string
	Pressing         bool
}

// What stands at the top at most: the rest is in its part below.
const (
	mostWorse = 4
	mostFirst = 2
)

// worse is what has got worse, by the figures of the page itself.
func (p *page) worse() (out []glance) {
	if p.Roadmap.Lack == report.Given {
		for i := range p.Roadmap.Steps {
			if s := &p.Roadmap.Steps[i]; s.State == roadmap.Regressed {
				out = append(out, glance{Text: p.action(s.Kind, s.Process, s.To), Note: p.T("director.worse.fell"), Href: p.roadmapHref("/steps/" + strconv.FormatInt(s.ID, 10))})
			}
		}
	}
	if p.Satisfaction.Lack == report.Given {
		if c := p.Satisfaction.Report.Overall; c != nil && c.Verdict == satisfaction.Worse {
			out = append(out, glance{Text: p.T("director.worse.users", "x", p.signed(c.Difference)), Note: p.T("director.worse.since", "name", p.name(p.Satisfaction.Report.Before.Name)), Href: p.reportHref()})
		}
	}
	if p.Maturity.Lack == report.Given {
		for _, s := range p.Maturity.Processes {
			if s.Was && s.Level < s.Before {
				out = append(out, glance{Text: p.T("director.worse.level", "process", p.process(s.Process), "now", s.Level.String(), "was", s.Before.String()), Note: p.name(p.Maturity.Name), Href: "/maturity/" + strconv.FormatInt(p.Maturity.Assessment, 10)})
			}
		}
	}
	out = append(out, p.worseService()...)
	return out[:min(len(out), mostWorse)]
}

// worseService is what has got worse in the work of every day.
func (p *page) worseService() (out []glance) {
	s := &p.Service
	if s.Lack != report.Given {
		return nil
	}
	if before, ok := p.before(); ok && s.Kept == report.Given {
		now, known := p.month().Share()
		then, was := before.Share()
		const point = 0.01
		if known && was && then-now >= point {
			out = append(out, glance{Text: p.T("director.worse.kept", "now", p.Percent(now, 0), "then", p.Percent(then, 0)), Note: p.T("director.worse.month", "month", p.Month(before.Month)), Href: "/reports/desk"})
		}
	}
	if in, gone := p.flow(); in > gone {
		out = append(out, glance{Text: p.N("director.worse.more", in-gone), Note: p.N("director.worse.days", s.Days), Href: p.deskHref()})
	}
	return out
}

// first is what is to be decided first.
func (p *page) first() (out []glance) {
	for _, d := range p.Decisions[:min(len(p.Decisions), mostFirst)] {
		text, note, href := p.decision(d)
		out = append(out, glance{Text: text, Note: note, Href: href, Pressing: p.pressing(d)})
	}
	return out
}

// waiting is how many decisions there are.
func (p *page) waiting() int { return len(p.Decisions) + p.More }

// cost is what the improvement costs, of what is planned.
func (p *page) cost() (out []glance) {
	if p.Roadmap.Lack != report.Given {
		return nil
	}
	g := &p.Roadmap.Progress
	if g.Money > 0 {
		out = append(out, glance{Text: p.T("director.cost.money", "done", p.money(g.MoneyVerified), "all", p.money(g.Money)), Note: p.T("director.cost.about", "share", p.Percent(g.MoneyVerified/g.Money, 0)), Href: p.wayHref()})
	}
	if g.Points > 0 {
		out = append(out, glance{Text: p.T("director.cost.work", "done", p.Number(g.PointsVerified), "of", p.Number(g.Points)), Note: p.T("director.cost.days", "day", p.KeptDay(p.Roadmap.One.Horizon)), Href: p.wayHref()})
	}
	return out
}
