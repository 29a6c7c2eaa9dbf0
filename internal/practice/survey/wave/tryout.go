package wave

import (
	"context"
	"math"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
)

// Unclear is the question that a pilot asks beside its questionnaire.
const Unclear = "unclear"

// unclear asks the people of a pilot for what is wrong with the questionnaire.
var unclear = Remark{Code: Unclear, Text: say("Which statements or words of this questionnaire were unclear to you?", "本问卷中哪些题目或用语您觉得不清楚？")}

// Asks is a questionnaire as this wave puts it: a pilot asks in the end what was
// unclear.
func (w *Wave) Asks(s *Sheet) *Sheet {
	if !w.Pilot {
		return s
	}
	out := *s
	out.Comments = append(slices.Clip(slices.Clone(s.Comments)), unclear)
	return &out
}

// Tryout is how a questionnaire held up: it says nothing of what users think, but
// whether they could answer. It is what a pilot is for.
type Tryout struct {
	N       int // answers of users
	Begun   int // questionnaires that were begun and never handed in
	Minutes int // the median spent with the statements; 0 when nobody's is known
	Slow    bool
	Items   []Tried // in the order of the questionnaire
}

// Tried is how one statement was answered, put in one way.
type Tried struct {
	Item   Item
	Way    survey.Form
	Rated  int // with a point of the scale
	Cannot int // with "cannot judge"
	Blank  int
	Mean   float64 // of the ratings
	SD     float64 // 0 of fewer than two
	Often  float64 // the share of ratings that the point chosen most has
	Notes  []Hint
}

// Hint is what is to be mended about a statement.
type Hint string

// The hints.
const (
	ManyCannot Hint = "cannot" // a fifth or more cannot judge it
	ManyBlank  Hint = "blank"  // a tenth or more leave it out
	AllAlike   Hint = "alike"  // nine of ten choose the same point: it tells nobody apart
)

// The borders of hints. Expectations are high and alike of their nature
// (section 3 of the specification), so only perceptions are held to AllAlike.
const (
	shareCannot = .20
	shareBlank  = .10
	shareAlike  = .90
	leastMinute = 60
	slowMinutes = 10
)

// Tryout computes how a questionnaire held up in a wave that is closed, for those
// who run waves. A Conflict where so few have answered that it would tell of them,
// or the answers were deleted.
func (m *Room) Tryout(ctx context.Context, by people.Actor, id int64) (*Tryout, error) {
	w, err := m.in(ctx, by, DeedRun, id, Closed, Analysed, Published)
	if err != nil {
		return nil, err
	}
	if w.Source != Asked || !w.Purged.IsZero() {
		return nil, fault.New(fault.Conflict, "wave.no_data")
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return nil, err
	}
	all, err := m.Box.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a Answer) bool { return a.Side != Users })
	if len(all) < w.Plan.Least {
		return nil, fault.New(fault.Conflict, "wave.tryout_few").With("n", w.Plan.Least)
	}
	return s.tried(all, w.Begun), nil
}

func (p *Paper) tried(all []Answer, begun int) *Tryout {
	out := &Tryout{N: len(all), Begun: begun}
	var spent []int
	for _, a := range all {
		if a.Seconds > 0 {
			spent = append(spent, a.Seconds)
		}
	}
	if slices.Sort(spent); len(spent) > 0 {
		mid := (spent[(len(spent)-1)/2] + spent[len(spent)/2]) / 2
		out.Minutes = max(1, (mid+leastMinute/2)/leastMinute)
		out.Slow = out.Minutes > slowMinutes
	}
	for _, way := range p.Ways(Users) {
		for _, d := range p.Asked() {
			for _, i := range d.Items {
				out.Items = append(out.Items, tried(i, way, p.Points, all))
			}
		}
	}
	return out
}

func tried(i Item, way survey.Form, points int, all []Answer) Tried {
	out, column, count := Tried{Item: i, Way: way}, Column(way, i.Code), make([]int, points)
	sum, squares := 0.0, 0.0
	for _, a := range all {
		switch n, there := a.Values[column]; {
		case !there:
			out.Blank++
		case n == CannotJudge:
			out.Cannot++
		case n <= points:
			count[n-1]++
			out.Rated++
			sum += float64(n)
		}
	}
	if out.Rated > 0 {
		n := float64(out.Rated)
		out.Mean, out.Often = sum/n, float64(slices.Max(count))/n
		for point, k := range count {
			squares += float64(k) * (float64(point+1) - out.Mean) * (float64(point+1) - out.Mean)
		}
		if out.Rated > 1 {
			out.SD = math.Sqrt(squares / (n - 1))
		}
	}
	whole := float64(len(all))
	if float64(out.Cannot)/whole >= shareCannot {
		out.Notes = append(out.Notes, ManyCannot)
	}
	if float64(out.Blank)/whole >= shareBlank {
		out.Notes = append(out.Notes, ManyBlank)
	}
	if way == survey.Perceived && out.Rated > 1 && out.Often >= shareAlike {
		out.Notes = append(out.Notes, AllAlike)
	}
	return out
}
