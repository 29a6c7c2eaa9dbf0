package satisfaction

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/base/stats"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/report/desk"
)

// Beside is what the desk did for each department in the months before a wave,
// beside what its people say. That two things go together does not say that one
// makes the other.
type Beside struct {
	From, To time.Time
	At       time.Time   // when it was computed
	Rows     []BesideRow // the widest gap first
	Figures  []Measure
	Majors   int // major incidents of the time
}

// BesideRow is a department that may be told of, with its figures.
type BesideRow struct {
	Code  string
	N     int // answers
	Score float64
	Cases int
	// Values are those of Measures, NaN where there is none.
	Values [measures]float64
}

// Measure is a figure of the desk and how it goes along with the score of
// departments: Spearman's rank correlation.
type Measure struct {
	Name string // a word under satisfaction.measure
	*stats.Association
	Sure bool // the interval does not hold nothing
}

// Measures are the figures in the order of BesideRow.Values: minutes until
// somebody took the case on and hours until it was resolved (medians), shares of
// cases that were reopened and that were handed on twice or more, minutes of
// urgent faults until they were resolved, and minutes in which a major incident
// lasted that people of the department called about.
var Measures = [measures]string{"first", "resolve", "reopened", "bounced", "urgent", "outage"}

const measures = 6

// The bounds of what is joined.
const (
	monthsBefore = 6 // that people remember
	leastCases   = 5 // of a department: fewer give no median
	leastJoined  = 5 // departments: fewer give no correlation
	urgent       = 2 // the lowest priority of an urgent fault
)

// Joins reports whether a wave has departments that may be told of.
func Joins(r *Report) bool {
	for _, s := range r.Segments {
		if s.Name == byDepartment && len(s.Rows) >= 2 {
			return true
		}
	}
	return false
}

const byDepartment = "department"

// Beside joins the wave with the desk's cases of the six months before it ended,
// computed in the last quarter of an hour. Faults: Denied without the right to the desk's figures; Missing where the wave
// has no departments.
func (m *Maker) Beside(ctx context.Context, by people.Actor, r *Report) (*Beside, error) {
	if err := by.May(desk.Grant); err != nil {
		return nil, err
	}
	if m.Cases == nil || !Joins(r) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	now := m.Now()
	return m.recent.of(ctx, seen(r, by.Scope), now, func() (*Beside, error) { return m.beside(ctx, by.Scope, r, now) })
}

func (m *Maker) beside(ctx context.Context, scope people.Scope, r *Report, now time.Time) (*Beside, error) {
	out := &Beside{From: r.To.AddDate(0, -monthsBefore, 0), To: r.To, At: now}
	t := gathered{flow: &incident.Flow, of: map[string]*gatheredOf{}}
	if err := m.Cases(ctx, scope, out.From, out.To, func(c *desk.Case) error {
		t.take(m.Code(c.Department), c, out.From, out.To)
		return nil
	}); err != nil {
		return nil, err
	}
	t.hit(out.To)
	for _, s := range r.Segments {
		if s.Name != byDepartment {
			continue
		}
		for _, row := range s.Rows {
			out.Rows = append(out.Rows, t.row(row))
		}
	}
	out.Majors = len(t.majors)
	out.correlate()
	return out, nil
}

// gathered are the cases of departments.
type gathered struct {
	flow *flow.Flow[*incident.Incident]
	of   map[string]*gatheredOf
	outages
}

type gatheredOf struct {
	cases, reopened, bounced int
	first                    []float64 // minutes
	resolve                  []float64 // hours
	urgent                   float64   // minutes
	outage                   float64   // minutes
}

const hour, minute = float64(time.Hour / time.Millisecond), float64(time.Minute / time.Millisecond)

// take counts a case that was opened within the period, as it stood at its end.
func (t *gathered) take(code string, c *desk.Case, from, to time.Time) {
	if code == "" || c.Opened < from.UnixMilli() || c.Opened >= to.UnixMilli() {
		return
	}
	g := t.of[code]
	if g == nil {
		g = &gatheredOf{}
		t.of[code] = g
	}
	g.cases++
	first, resolved, reopened := int64(0), int64(0), false
	team, handed := "", 0
	for _, s := range c.Steps {
		if s.At >= to.UnixMilli() {
			break
		}
		if s.Team != "" && s.Team != team {
			handed += number(team != "")
			team = s.Team
		}
		switch {
		case s.State == "":
		case t.rests(s.State):
			if resolved == 0 {
				resolved = s.At
			}
		default:
			if first == 0 && s.State != incident.New && s.State != incident.Classified {
				first = s.At
			}
			reopened = reopened || resolved != 0
		}
	}
	t.note(code, c, resolved)
	if first == 0 {
		first = resolved
	}
	if first != 0 {
		g.first = append(g.first, float64(first-c.Opened)/minute)
	}
	if resolved != 0 {
		g.resolve = append(g.resolve, float64(resolved-c.Opened)/hour)
		if c.Priority > 0 && c.Priority <= urgent {
			g.urgent += float64(resolved-c.Opened) / minute
		}
	}
	g.reopened += number(reopened)
	g.bounced += number(handed >= 2)
}

// rests reports whether a case in a state needs nobody.
func (t *gathered) rests(s flow.State) bool {
	for _, p := range t.flow.Places {
		if p.State == s {
			return p.Pace == flow.Stop
		}
	}
	return false
}

func (t *gathered) row(s SegmentRow) BesideRow {
	out := BesideRow{Code: s.Code, N: s.One.N, Score: s.Mean}
	for i := range out.Values {
		out.Values[i] = math.NaN()
	}
	g := t.of[s.Code]
	if g == nil {
		return out
	}
	if out.Cases = g.cases; g.cases < leastCases {
		return out
	}
	median := func(x []float64) float64 {
		m, err := stats.Quantile(x, .5)
		if err != nil {
			return math.NaN()
		}
		return m
	}
	n := float64(g.cases)
	out.Values = [measures]float64{median(g.first), median(g.resolve), float64(g.reopened) / n, float64(g.bounced) / n, g.urgent, g.outage}
	return out
}

func (b *Beside) correlate() {
	slices.SortStableFunc(b.Rows, func(x, y BesideRow) int { return cmp.Compare(x.Score, y.Score) })
	for i, name := range Measures {
		m := Measure{Name: name}
		var x, y []float64
		for _, row := range b.Rows {
			if !math.IsNaN(row.Values[i]) {
				x, y = append(x, row.Values[i]), append(y, row.Score)
			}
		}
		if len(x) >= leastJoined {
			if a, err := stats.Spearman(x, y); err == nil {
				m.Association, m.Sure = &a, a.Low > 0 || a.High < 0
			}
		}
		b.Figures = append(b.Figures, m)
	}
}
