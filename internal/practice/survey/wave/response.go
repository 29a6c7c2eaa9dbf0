package wave

import (
	"cmp"
	"context"
	"slices"

	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
)

// Rate is who of a department has answered.
type Rate struct {
	Department people.DepartmentID
	Code       string
	Name       people.Text
	Population int
	Invited    int
	Answered   int
	Low        bool // below 15 %
}

// Share is the rate of response; 0 when nobody was asked.
func (r Rate) Share() float64 {
	if r.Invited == 0 {
		return 0
	}
	return float64(r.Answered) / float64(r.Invited)
}

// Warning is what to know before the figures are believed.
type Warning string

// The warnings.
const (
	LowResponse   Warning = "low"         // below 30 %
	LowDepartment Warning = "departments" // some below 15 %
	TooFew        Warning = "few"         // fewer answers than the margin needs
	FewPairs      Warning = "factors"     // fewer than five for each statement: no factor analysis
	NotTold       Warning = "small"       // some departments have too few to be told of
)

// Response is how a wave is answered.
type Response struct {
	Whole    Rate // users
	Staff    *Rate
	Rows     []Rate // departments within the reader's scope, the lowest rate first
	Need     int    // answers for the margin; 0 for a pilot
	Least    int    // answers of a department that is told of
	Warnings []Warning
}

// Response counts who was asked and has answered, from the invitations alone.
// Marks come in groups, so the newest answers are counted some minutes later.
func (m *Room) Response(ctx context.Context, by people.Actor, id int64) (*Response, error) {
	w, err := m.Read(ctx, by, id)
	if err != nil {
		return nil, err
	}
	counts, err := m.counted(ctx, w)
	if err != nil {
		return nil, err
	}
	out := &Response{Least: w.Plan.Least}
	for _, s := range w.Strata {
		r := Rate{Department: s.Department, Code: s.Code, Population: s.Population, Invited: s.Invited, Answered: counts[at{s.Side, s.Department}]}
		r.Low = r.Invited > 0 && r.Share() < lowDepartment && !w.Pilot
		if s.Side == Staff {
			out.Staff = &r
			continue
		}
		out.Whole.Population += r.Population
		out.Whole.Invited += r.Invited
		out.Whole.Answered += r.Answered
		_, r.Name = m.Department(s.Department)
		asked := !w.Pilot || r.Invited > 0 // of most departments a pilot asks nobody
		if asked && (by.Scope.All || slices.Contains(by.Scope.Departments, s.Department)) {
			out.Rows = append(out.Rows, r)
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b Rate) int { return cmp.Compare(a.Share(), b.Share()) })
	if out.Whole.Population > 0 && !w.Pilot {
		if out.Need, err = stats.SampleShare(stats.Precision{Z: z95, Share: half, Margin: w.Plan.Margin}, out.Whole.Population); err != nil {
			return nil, err
		}
	}
	return out, m.warn(ctx, w, out)
}

// The borders of the specification, section 3.
const (
	lowResponse   = .30
	lowDepartment = .15
	pairsOfItem   = 5
)

type at struct {
	side       Side
	department people.DepartmentID
}

// counted are the answers by stratum: as they were when the wave was closed, or
// as they are.
func (m *Room) counted(ctx context.Context, w *Wave) (map[at]int, error) {
	out := map[at]int{}
	if !w.Closed.IsZero() {
		for _, s := range w.Strata {
			out[at{s.Side, s.Department}] = s.Answered
		}
		return out, nil
	}
	counts, err := m.Invites.Counts(ctx, w.ID)
	for _, c := range counts {
		if c.Side == Staff { // of the centre, whatever department they are in
			c.Department = 0
		}
		out[at{c.Side, c.Department}] += c.Answered
	}
	return out, err
}

func (m *Room) warn(ctx context.Context, w *Wave, out *Response) error {
	add := func(is bool, x Warning) {
		if is {
			out.Warnings = append(out.Warnings, x)
		}
	}
	n := out.Whole.Answered
	add(out.Whole.Invited > 0 && out.Whole.Share() < lowResponse, LowResponse)
	if w.Pilot { // it is to say something of the questionnaire, not of users
		return nil
	}
	add(slices.ContainsFunc(out.Rows, func(r Rate) bool { return r.Low }), LowDepartment)
	add(n < out.Need, TooFew)
	add(slices.ContainsFunc(out.Rows, func(r Rate) bool { return r.Answered > 0 && r.Answered < w.Plan.Least }), NotTold)
	if w.Sheet == 0 {
		return nil
	}
	s, err := m.known(ctx, w.Sheet)
	if err != nil {
		return err
	}
	items := 0
	for _, d := range s.Asked() {
		items += len(d.Items)
	}
	add(n < pairsOfItem*items, FewPairs)
	return nil
}
