package app

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/review"
	"kilter/internal/practice/risk"
	"kilter/internal/report/agenda"
	"kilter/internal/report/board"
	"kilter/internal/report/director"
)

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
	return h.figuresSaid(page, open), nil
}

func (h *house) figuresSaid(page *director.Page, open []review.Review) map[review.Figure]people.Text {
	said := map[review.Figure]people.Text{}
	en, zh := h.figuresIn(page, open, lang.For("en")), h.figuresIn(page, open, lang.For("zh"))
	for f := range en {
		said[f] = people.Text{En: en[f], Zh: zh[f]}
	}
	return said
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
	if text := out[review.Risks]; text != "" {
		for i, r := range d.Risks.Ten { // each review looks at the top ten
			text += "\n" + p.T("review.figure.risk", "n", i+1, "ref", r.Ref, "title", r.Title, "exposure", p.Number(r.Exposure))
		}
		out[review.Risks] = text
	}
	undone := review.Undone(open)
	late := len(slices.DeleteFunc(slices.Clone(undone), func(l review.Placed) bool { return !l.Overdue(d.Today) }))
	say(review.Due, director.Given, "n", p.Number(len(undone)), "late", p.Number(late))
	return out
}

// figuresOn says of a day that is over what is kept with its date: agreements, what
// users had said, how far processes had come, what was kept in time up to the last
// month that had ended, incidents by what came and went since, and what reviews had
// left to be seen to. What was late then is kept nowhere, and is not told.
func (h *house) figuresOn(ctx context.Context, by people.Actor, day time.Time) (map[review.Figure]people.Text, error) {
	all, err := h.reviews().List(ctx, by, review.Wanted{})
	if err != nil {
		return nil, err
	}
	maker := h.director()
	maker.Now = func() time.Time { return day }
	page, err := maker.Read(ctx, by)
	if err != nil {
		return nil, err
	}
	if err := h.risksBy(ctx, by, page, day); err != nil {
		return nil, err
	}
	said := h.figuresSaid(page, review.AsOf(all, day))
	for _, f := range []review.Figure{review.Incidents, review.Kept, review.Readiness, review.Roadmap, review.Money} {
		delete(said, f)
	}
	if months := page.Service.Months; len(months) > 2 && page.Service.Kept == director.Given {
		now, then := months[len(months)-2], months[len(months)-3]
		in := func(p *lang.Printer) string {
			p = p.In(h.place())
			return p.T("review.figure.kept_ended", "month", p.Month(now.Month), "share", share(p, now), "met", p.Number(now.Met), "of", p.Number(now.Met+now.Missed), "before", p.Month(then.Month), "then", share(p, then))
		}
		said[review.Kept] = people.Text{En: in(lang.For("en")), Zh: in(lang.For("zh"))}
	}
	const looked = 28 // days, as the page of now looks back
	since := int(Now().Sub(day)/(24*time.Hour)) + 1
	b, err := maker.Boards.Board(ctx, by.Scope, board.Ask{Kind: record.Incident, Live: maker.Live, Now: Now(), Days: since + looked, Place: h.place()})
	if err != nil {
		return nil, err
	}
	open, in, gone, cut := b.Open, 0, 0, min(looked, len(b.Days))
	for _, d := range b.Days[:cut] {
		in, gone = in+d.Opened, gone+d.Out()
	}
	for _, d := range b.Days[cut:] {
		open += d.Out() - d.Opened
	}
	count := func(p *lang.Printer) string {
		return p.T("review.figure.incidents_then", "open", p.Number(open), "in", p.Number(in), "out", p.Number(gone), "days", looked)
	}
	said[review.Incidents] = people.Text{En: count(lang.For("en")), Zh: count(lang.For("zh"))}
	return said, nil
}

// risksBy leaves the risks of a page that were in the register by a day.
func (h *house) risksBy(ctx context.Context, by people.Actor, page *director.Page, day time.Time) error {
	ranked, err := h.risks.Rank(ctx, by)
	if err != nil {
		return err
	}
	s := &page.Risks
	for _, r := range ranked.Top {
		if r.Opened.Before(day) {
			continue
		}
		s.All--
		if r.Probability*r.Impact >= risk.High {
			s.High--
		}
		s.Ten = slices.DeleteFunc(s.Ten, func(one director.Risk) bool { return one.Ref == r.Ref() })
	}
	return nil
}

func share(p *lang.Printer, m director.Month) string {
	x, ok := m.Share()
	if !ok {
		return "–"
	}
	return p.Percent(x, 0)
}

// reviewAsked says in both languages what is asked for with a change that a review
// is about, as far as it was assessed.
func (h *house) reviewAsked(ctx context.Context, by people.Actor, n record.Number) (map[review.Figure]people.Text, error) {
	c, err := h.changes.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	asked := func(p *lang.Printer) string {
		p = p.In(h.place())
		text := c.Title
		if c.Score > 0 {
			text = p.T("review.figure.change", "title", c.Title, "class", p.T("change.class."+string(c.Class)), "score", c.Score)
		}
		if !c.Starts.IsZero() {
			text += "\n" + p.T("review.figure.change_when", "from", p.DateTime(c.Starts), "until", p.DateTime(c.Ends))
		}
		return text
	}
	return map[review.Figure]people.Text{
		review.Asked: {En: asked(lang.For("en")), Zh: asked(lang.For("zh"))},
		review.Cost:  {En: agenda.Worth(lang.For("en"), c), Zh: agenda.Worth(lang.For("zh"), c)},
	}, nil
}
