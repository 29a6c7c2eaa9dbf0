package director

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/setting"
	"kilter/internal/practice/sla"
	"kilter/internal/practice/survey/wave"
)

// decisions gathers what is to be decided: what the reader himself is asked for,
// then what is over its day, then by the day.
func (m *Maker) decisions(ctx context.Context, by people.Actor, p *Page) error {
	waiting, err := m.Waiting(ctx, by)
	if err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		p.Decisions = append(p.Decisions, Decision{What: Answer, Title: r.Title, Kind: r.Kind, Ref: r.Ref(), Due: r.Due})
	}
	m.ofRoadmap(by, p)
	if err := m.ofMeasurement(ctx, by, p); err != nil {
		return err
	}
	if by.Can("report.read") {
		m.renewals(p)
	}
	if m.More != nil {
		more, err := m.More(ctx, by)
		if err != nil {
			return err
		}
		p.Decisions = append(p.Decisions, more...)
	}
	slices.SortStableFunc(p.Decisions, func(a, b Decision) int { return p.rank(a, b) })
	if n := len(p.Decisions); n > mostDecisions {
		p.More, p.Decisions = n-mostDecisions, p.Decisions[:mostDecisions]
	}
	return nil
}

// rank puts what presses first.
func (p *Page) rank(a, b Decision) int {
	return cmp.Or(cmp.Compare(p.press(a), p.press(b)), byDay(a.Due, b.Due))
}

func (p *Page) press(d Decision) int {
	switch {
	case d.What == Fallen:
		return 0
	case d.What == Answer || d.What == Approve || d.What == Agree || d.What == Publish:
		return 1
	case p.Past(d):
		return 2
	}
	return 3
}

// byDay puts what has no day last.
func byDay(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// ofRoadmap is what the programme asks for.
func (m *Maker) ofRoadmap(by people.Actor, p *Page) {
	for i := range p.Roadmap.Altered {
		one := &p.Roadmap.Altered[i]
		p.Decisions = append(p.Decisions, Decision{What: Agree, Name: one.Name, ID: one.ID})
	}
	one := p.Roadmap.One
	if one == nil {
		return
	}
	if one.State == programme.Draft {
		if len(p.Roadmap.Steps) > 0 && by.Can(programme.DeedApprove) {
			p.Decisions = append(p.Decisions, Decision{What: Approve, Name: one.Name, ID: one.ID, Due: one.Start})
		}
		return
	}
	verify, late := Decision{What: Verify, Name: one.Name, ID: one.ID}, Decision{What: Late, Name: one.Name, ID: one.ID}
	count := func(d *Decision, due time.Time) {
		if d.N++; d.Due.IsZero() || due.Before(d.Due) {
			d.Due = due
		}
	}
	for i := range p.Roadmap.Steps {
		switch s := &p.Roadmap.Steps[i]; {
		case s.State == roadmap.Regressed:
			p.Decisions = append(p.Decisions, Decision{What: Fallen, ID: one.ID, Step: s.ID, Process: s.Process, Level: s.To, Due: s.Due})
		case s.State == roadmap.Claimed:
			count(&verify, s.Due)
		case s.Late(p.Today):
			count(&late, s.Due)
		}
	}
	for _, d := range []Decision{verify, late} {
		if d.N > 0 {
			p.Decisions = append(p.Decisions, d)
		}
	}
}

// ofMeasurement is what waves and assessments wait for.
func (m *Maker) ofMeasurement(ctx context.Context, by people.Actor, p *Page) error {
	if by.Can(wave.DeedPublish) && by.Can(wave.DeedRead) {
		all, err := m.Waves.List(ctx, by)
		if err != nil {
			return err
		}
		for i := range all {
			if w := &all[i]; w.State == wave.Analysed && !w.Pilot {
				p.Decisions = append(p.Decisions, Decision{What: Publish, Name: w.Name, ID: w.ID})
			}
		}
	}
	if !by.Can(assessment.DeedLead) {
		return nil
	}
	all, err := m.Assessments.List(ctx, by)
	for i := range all {
		if a := &all[i]; a.State == assessment.Open {
			p.Decisions = append(p.Decisions, Decision{What: Sign, Name: a.Name, ID: a.ID, Due: a.Day})
		}
	}
	return err
}

// renewals are the agreements that end soon.
func (m *Maker) renewals(p *Page) {
	for _, t := range m.Settings().Of(setting.Agreement) {
		a, err := setting.Read[sla.Agreement](*t)
		if t.Retired || err != nil || a.To.IsZero() || !inForce(a, p.At) || a.To.Sub(p.At) > renewing {
			continue
		}
		p.Decisions = append(p.Decisions, Decision{What: Renew, Name: people.Text{En: a.NameEn, Zh: a.NameZh}, ID: t.ID, Due: a.To})
	}
}
