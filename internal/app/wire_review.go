package app

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/job"
	"kilter/internal/practice/change"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/maturity/assessment"
	"kilter/internal/practice/notice"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/roadmap/programme"
	"kilter/internal/practice/roadmap/readiness"
	"kilter/internal/practice/survey/wave"
	"kilter/internal/report/director"
	"kilter/internal/web"
	pages "kilter/internal/web/review"
)

// reviews is the room of management reviews, with the centre around it.
func (h *house) reviews() *review.Room {
	return &review.Room{
		Store: h.db.Reviews(), Pen: h.db, Now: Now, Works: h.employed, Figures: h.reviewFigures, Reads: readsFigure,
		Policy: func() review.Policy {
			p, err := review.PolicyOf(h.settings.All())
			if err != nil {
				h.env.Log.Error("the templates of management reviews cannot be read; the standard ones hold", "err", err)
				return review.Standard()
			}
			return p
		},
		Change: func(ctx context.Context, by people.Actor, n record.Number) (string, error) {
			c, err := h.changes.Find(ctx, by, n)
			if err != nil {
				return "", err
			}
			return c.Title, nil
		},
		Barred: func(ctx context.Context, n record.Number) ([]people.ID, error) {
			c, err := h.changes.Find(ctx, people.System(people.ViaShell), n)
			if err != nil {
				return nil, err
			}
			return change.Barred(c), nil
		},
	}
}

// readsFigure reports whether somebody may read all that a figure was taken from:
// the report of director reads it under the same grants, and what is counted of
// records is for those who reach every record.
func readsFigure(by people.Actor, f review.Figure) bool {
	switch f {
	case review.Incidents, review.Kept:
		return by.Can("incident.read") && by.Scope.All
	case review.Agreements:
		return by.Can("incident.read")
	case review.Satisfaction:
		return by.Can(wave.DeedRead)
	case review.Maturity:
		return by.Can(assessment.DeedRead)
	case review.Readiness:
		return by.Can(readiness.DeedRead)
	case review.Roadmap, review.Money:
		return by.Can(programme.DeedRead)
	case review.Risks:
		return by.Can("risk.read") && by.Scope.All
	case review.Due:
		return by.Can("change.read") && by.Scope.All
	}
	return false
}

// reviewPages are its pages.
func (h *house) reviewPages() web.Room {
	return (&pages.Pages{Reviews: h.reviews(), Staff: h.staff}).Room()
}

// guardChanges lets a change initiation review keep its change from being
// authorised.
func (h *house) guardChanges() {
	then := h.changes.Rules.Then
	h.changes.Rules.Then = func(s *record.Sitting[*change.Change], c *change.Change, deed string, in record.Input) error {
		if deed == "propose" || deed == "authorise" {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			if err := h.reviews().Blocks(ctx, c.Number); err != nil {
				return err
			}
		}
		return then(s, c, deed, in)
	}
}

// reviewFigures says in both languages what is kept now, of what somebody may see.
func (h *house) reviewFigures(ctx context.Context, by people.Actor) (map[review.Figure]people.Text, error) {
	open, err := h.reviews().List(ctx, by, review.Wanted{Open: true})
	if err != nil {
		return nil, err
	}
	by.Grants = maps.Clone(by.Grants)
	by.Grants[director.Grant] = struct{}{} // the figures are his, the page need not be
	page, err := h.director().Read(ctx, by)
	if err != nil {
		return nil, err
	}
	said := map[review.Figure]people.Text{}
	en, zh := h.figuresIn(page, open, lang.For("en")), h.figuresIn(page, open, lang.For("zh"))
	for f := range en {
		said[f] = people.Text{En: en[f], Zh: zh[f]}
	}
	return said, nil
}

// figuresIn says it in one.
func (h *house) figuresIn(d *director.Page, open []review.Review, p *lang.Printer) map[review.Figure]string {
	p = p.In(h.place())
	out := map[review.Figure]string{}
	say := func(f review.Figure, lack director.Lack, args ...any) {
		if lack == director.Given {
			out[f] = p.T("review.figure."+string(f), args...)
		}
	}
	name := func(t people.Text) string { return t.In(string(p.Lang())) }
	in, gone := 0, 0
	for _, day := range d.Service.Board.Days {
		in, gone = in+day.Opened, gone+day.Out()
	}
	s := &d.Service
	say(review.Incidents, s.Lack, "open", p.Number(s.Board.Open), "late", p.Number(s.Board.Overdue), "major", p.Number(s.Majors), "in", p.Number(in), "out", p.Number(gone), "days", s.Days)
	say(review.Agreements, s.Lack, "n", p.Number(s.Agreements), "covered", p.Number(s.Covered), "of", p.Number(s.Published))
	if n := len(s.Months); n > 1 && s.Kept == director.Given {
		now, then := s.Months[n-1], s.Months[n-2]
		say(review.Kept, s.Kept, "month", p.Month(now.Month), "share", share(p, now), "met", p.Number(now.Met), "of", p.Number(now.Met+now.Missed), "before", p.Month(then.Month), "then", share(p, then))
	}
	if r := d.Satisfaction.Report; r != nil && r.Score() != nil {
		say(review.Satisfaction, d.Satisfaction.Lack, "name", name(r.Name), "score", p.Decimal(*r.Score(), 2), "points", r.Result.Points)
	}
	say(review.Maturity, d.Maturity.Lack, "n", p.Number(d.Maturity.Of-d.Maturity.Below), "of", p.Number(d.Maturity.Of), "name", name(d.Maturity.Name))
	if d.Readiness.Lack == director.Given {
		say(review.Readiness, d.Readiness.Lack, "mean", p.Percent(d.Readiness.Mean, 0), "least", maturity.Current().Part(d.Readiness.Least).Name.In(p.Lang().HTML()))
	}
	g := d.Roadmap.Progress
	say(review.Roadmap, d.Roadmap.Lack, "done", p.Number(g.Verified), "of", p.Number(g.Steps), "fell", p.Number(g.Regressed), "late", p.Number(g.Late))
	if g.Money > 0 {
		say(review.Money, d.Roadmap.Lack, "done", p.Number(int(math.Round(g.MoneyVerified))), "all", p.Number(int(math.Round(g.Money))))
	}
	say(review.Risks, d.Risks.Lack, "high", p.Number(d.Risks.High), "all", p.Number(d.Risks.All))
	undone := review.Undone(open)
	late := len(slices.DeleteFunc(slices.Clone(undone), func(l review.Placed) bool { return !l.Overdue(d.At) }))
	say(review.Due, director.Given, "n", p.Number(len(undone)), "late", p.Number(late))
	return out
}

func share(p *lang.Printer, m director.Month) string {
	x, ok := m.Share()
	if !ok {
		return "–"
	}
	return p.Percent(x, 0)
}

// reviewDecisions is what reviews have for the director's page: those that are
// called soon, and what is over its day.
func (h *house) reviewDecisions(ctx context.Context, by people.Actor) (out []director.Decision, err error) {
	if !by.Can(review.DeedRead) {
		return nil, nil
	}
	all, err := h.reviews().List(ctx, by, review.Wanted{Open: true})
	now := Now()
	const ahead = 30 // days
	for i := range all {
		if r := &all[i]; r.State == review.Called && r.At.Before(now.AddDate(0, 0, ahead)) {
			out = append(out, director.Decision{What: director.Meeting, Name: r.Name, ID: r.ID, Due: r.At})
		}
	}
	for _, l := range review.Undone(all) {
		if l.Overdue(now) {
			what := director.Action
			if l.List == review.Conditions {
				what = director.Condition
			}
			out = append(out, director.Decision{What: what, Name: people.Text{En: l.Text, Zh: l.Text}, ID: l.Review.ID, Due: l.Duty.Due})
		}
	}
	return out, err
}

// reviewDuty reminds those who have something of a review to see to, once its day
// has come.
func (h *house) reviewDuty() job.Duty {
	return job.Duty{Name: "reviews", Every: 10 * time.Minute, Run: func(ctx context.Context, now time.Time) (bool, error) {
		all, err := h.db.Reviews().Reviews(ctx, review.Wanted{Open: true, Limit: review.MostListed})
		if err != nil {
			return false, err
		}
		for _, l := range review.Undone(all) {
			if !l.Overdue(now) {
				continue
			}
			target := l.Review.ID*1_000 + int64(l.N)*2 // a place of its own for each list
			if l.List == review.Actions {
				target++
			}
			n := notice.Nudge{What: notice.ReviewAction, Target: target, Name: people.Text{En: l.Text, Zh: l.Text}, Place: "/reviews/" + people.ID(l.Review.ID).String(), At: now}
			zone, err := h.reviewZone(ctx, l.Review)
			if err != nil {
				return false, err
			}
			if err := h.nudge(ctx, n, 0, zone, []people.ID{l.Owner}); err != nil {
				return false, err
			}
		}
		return false, nil
	}}
}

// reviewZone is the network of the change that a review is about, which whoever
// is reminded has to know of.
func (h *house) reviewZone(ctx context.Context, r *review.Review) (people.ZoneID, error) {
	if r.Change == 0 {
		return 0, nil
	}
	c, err := h.changes.Find(ctx, people.System(people.ViaShell), r.Change)
	if err != nil {
		return 0, err
	}
	return c.Zone, nil
}
