package satisfaction

import (
	"math"
	"strings"
	"time"

	"kilter/internal/practice/survey"
	report "kilter/internal/report/satisfaction"
	"kilter/internal/web/part"
)

// digits of scores.
const digits = 2

// num is a figure, "–" where there is none.
func (p *page) num(x survey.Figure) string { return p.dec(x, digits) }

func (p *page) dec(x survey.Figure, digits int) string {
	if x == nil {
		return "–"
	}
	return p.plain(*x, digits)
}

func (p *page) plain(x float64, digits int) string {
	out := p.Decimal(x, digits)
	if strings.Trim(out, "−0.,") == "" {
		return strings.TrimPrefix(out, "−")
	}
	return out
}

// signed is a difference: with a plus where it is above nothing.
func (p *page) signed(x float64) string {
	out := p.plain(x, digits)
	if x > 0 && strings.Trim(out, "0.,") != "" {
		return "+" + out
	}
	return out
}

// between is an interval.
func (p *page) between(i survey.Interval) string {
	if i == nil {
		return "–"
	}
	return p.T("satisfaction.between", "low", p.plain(i[0], digits), "high", p.plain(i[1], digits))
}

func (p *page) betweenShares(i survey.Interval) string {
	if i == nil {
		return "–"
	}
	return p.T("satisfaction.between", "low", p.Percent(i[0], 0), "high", p.Percent(i[1], 0))
}

func (p *page) share(x survey.Figure) string {
	if x == nil {
		return "–"
	}
	return p.Percent(*x, 0)
}

// chance is a p, which is never nothing.
func (p *page) chance(x survey.Figure) string {
	switch {
	case x == nil:
		return "–"
	case *x < .001:
		return "< 0.001"
	}
	return p.Decimal(*x, 3)
}

// word is a word of the analysis in the reader's language.
func (p *page) word(w string) string {
	if w == "" {
		return "–"
	}
	return p.T("survey.word." + strings.ReplaceAll(w, " ", "_"))
}

// first is the first interval that is there.
func first(all ...survey.Interval) survey.Interval {
	for _, i := range all {
		if i != nil {
			return i
		}
	}
	return nil
}

// point is a reason for or against relying on the figures, in words.
func (p *page) point(x report.Point) string {
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		switch a := a.(type) {
		case report.Share:
			args[i] = p.Percent(float64(a), 0)
		case report.Decimal:
			args[i] = p.plain(float64(a), digits)
		case int:
			args[i] = p.Number(a)
		default:
			args[i] = a
		}
	}
	return p.T(x.Key, args...)
}

// looks of the levels: each has a shape, too.
func levelLook(l report.Level) (tone part.Tone, icon string) {
	switch l {
	case report.Care:
		return part.Amber, "alert-circle"
	case report.Weak:
		return part.Vermilion, "alert-triangle"
	case report.Firm:
	}
	return part.Jade, "circle-check"
}

func verdictLook(v report.Verdict) (tone part.Tone, icon string) {
	switch v {
	case report.Better:
		return part.Jade, "trending-up"
	case report.Worse:
		return part.Vermilion, "trending-down"
	case report.Same, report.Uncertain:
	}
	return part.Slate, "minus"
}

func driverLook(verdict string) (tone part.Tone, icon string) {
	switch verdict {
	case "key factor":
		return part.Vermilion, "flag"
	case "not separable":
		return part.Amber, "arrows-split-2"
	}
	return part.Slate, "minus"
}

// score is the main figure in words.
func (p *page) score() string { return p.num(p.Score()) }

// interval is that of the score.
func (p *page) interval() survey.Interval { return first(p.Result.UnweightedBCa, p.Result.UnweightedT) }

// answer is what the wave says, in one or two sentences.
func (p *page) answer() string {
	s := p.Score()
	if s == nil {
		return p.T("satisfaction.says_nothing", "n", p.Number(p.Result.N))
	}
	args := []any{"x", p.plain(math.Abs(*s), digits), "interval", p.between(p.interval()), "index", p.dec(p.Result.ServperfIndex, 0), "points", p.Result.Points, "score", p.num(s)}
	key := "satisfaction.says_below"
	switch {
	case !p.Gaps():
		key = "satisfaction.says_perceived"
	case *s >= 0:
		key = "satisfaction.says_above"
	}
	out := p.T(key, args...)
	if c := p.Overall; c != nil {
		out = p.T("satisfaction.both", "a", out, "b", p.changed(c))
	}
	return out
}

// changed is what may be said of a change, in words.
func (p *page) changed(c *report.Change) string {
	return p.T("satisfaction.changed_"+string(c.Verdict), "x", p.signed(c.Difference), "interval", p.between(&[2]float64{c.Low, c.High}), "before", p.Before.Name.In(string(p.Lang())))
}

// figures are the numbers that a director reads first.
func (p *page) figures() []part.Figure {
	name := "satisfaction.gap"
	if !p.Gaps() {
		name = "satisfaction.perceived"
	}
	out := []part.Figure{{Name: p.T(name), Value: p.score(), Note: p.between(p.interval())}}
	if o := p.Result.OutcomeMean; o != nil {
		out = append(out, part.Figure{Name: p.T("satisfaction.outcome"), Value: p.plain(o.Mean, 1), Unit: p.outcomeUnit(o)})
	}
	if p.Result.ServperfIndex != nil {
		out = append(out, part.Figure{Name: p.T("satisfaction.index"), Value: p.dec(p.Result.ServperfIndex, 0), Unit: "/ 100"})
	}
	if c := p.Overall; c != nil {
		f := part.Figure{Name: p.T("satisfaction.change"), Value: p.signed(c.Difference), Note: p.T("satisfaction.verdict." + string(c.Verdict))}
		switch c.Verdict {
		case report.Better:
			f.Tone = part.Jade
		case report.Worse:
			f.Tone = part.Vermilion
		case report.Same, report.Uncertain:
		}
		out = append(out, f)
	}
	if w := p.Result.Weights; w != nil && w.Respondent != nil {
		out = append(out, part.Figure{Name: p.T("satisfaction.weighted"), Value: p.num(w.Respondent), Note: p.T("satisfaction.weighted_note")})
	}
	if p.Invited > 0 {
		out = append(out, part.Figure{
			Name: p.T("satisfaction.response"), Value: p.Percent(float64(p.Answered)/float64(p.Invited), 0),
			Note: p.T("satisfaction.response_of", "n", p.Number(p.Answered), "asked", p.Number(p.Invited)),
		})
	} else {
		out = append(out, part.Figure{Name: p.T("satisfaction.answers"), Value: p.Number(p.Result.N)})
	}
	return out
}

// period is when the wave was answered.
func (p *page) period() string {
	if p.From.IsZero() || p.To.IsZero() {
		return ""
	}
	return p.T("satisfaction.period", "from", p.Date(p.From), "to", p.Date(p.To.Add(-time.Second)))
}
