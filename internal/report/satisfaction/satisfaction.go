// Package satisfaction is the report of a survey as a director reads it: the
// answer first, what has changed since the wave before, what drives it and what
// to concentrate on, and how sure all of that is. It is read from frozen results
// and computes nothing from answers.
package satisfaction

import (
	"cmp"
	"slices"
	"time"

	"kilter/internal/base/stats"
	"kilter/internal/practice/people"
	"kilter/internal/practice/survey"
	"kilter/internal/practice/survey/wave"
)

// Wave is a survey with its frozen result and what its codes are called.
type Wave struct {
	ID         int64
	Name       people.Text
	From, To   time.Time
	Pilot      bool
	File       bool // answers of another tool: who was asked is not known
	Published  bool
	Answers    bool // what was answered is still kept
	Invited    int  // 0 when it is not known
	Answered   int
	Result     *survey.Result
	Dimensions map[string]people.Text
	Items      map[survey.Label]people.Text
	Groupings  map[string]people.Text
	Groups     map[string]map[string]people.Text // by grouping and code
	Paper      *wave.Paper                       // the questionnaire; nil for a file
	Frozen     *wave.Frozen
}

// Gaps reports whether expectations were asked: then scores are gaps, else
// perceptions.
func (w *Wave) Gaps() bool { return w.Result.Unweighted != nil }

// Score is the overall score: the mean of the dimensions' gaps, or of their
// perceptions; not there when no dimension counts.
func (w *Wave) Score() survey.Figure {
	if w.Gaps() {
		return w.Result.Unweighted
	}
	return w.Result.Servperf
}

// Report is what is read of a wave.
type Report struct {
	*Wave
	Before     *Wave // the wave before; nil for none
	Overall    *Change
	Drivers    []Driver // dimensions, what most asks for action first
	ByGap      bool     // drivers are in the order of gaps, as satisfaction was not asked
	Focus      []Focus
	Sure       []Point
	Dimensions []DimensionRow
	Items      []ItemRow
	Segments   []Segment
	Apart      string // why the waves cannot be compared; "" when they can or there is none
}

// Driver is a dimension as it moves satisfaction.
type Driver struct {
	Name string
	Gap  survey.Figure
	*survey.Driver
}

// Focus is an item on which to concentrate: it matters, and is done worse than
// the others.
type Focus struct {
	Item      survey.Label
	Dimension string
	Gap, P    survey.Figure
	*survey.IPAItem
}

// DimensionRow is a dimension with what became of it since the wave before.
type DimensionRow struct {
	Name   string
	Change *Change
	*survey.DimensionResult
}

// ItemRow is an item likewise.
type ItemRow struct {
	Name      survey.Label
	Dimension string
	Change    *Change
	*survey.ItemResult
}

// Segment is one way of grouping those who answered.
type Segment struct {
	Name string
	Rows []SegmentRow
	*survey.GroupResult
}

// SegmentRow is a group that may be told of; the greatest need first.
type SegmentRow struct {
	Code string
	*survey.One
	Response *survey.Stratum
	Rest     *survey.Pair // against all others; nil where every pair was compared
}

// mostFocus is how many items somebody can concentrate on.
const mostFocus = 5

// Read makes the report of a wave; before is the one to compare it with, nil for
// none.
func Read(now, before *Wave) *Report {
	r := &Report{Wave: now, Before: before}
	if before != nil {
		if r.Apart = apart(now, before); r.Apart == "" {
			r.Overall = overall(now, before)
		}
	}
	r.rows()
	r.drivers()
	r.focus()
	r.segments()
	r.Sure = r.sure()
	return r
}

func (r *Report) rows() {
	of := map[survey.Label]string{}
	for _, name := range r.Result.Order {
		d := r.Result.Dimensions[name]
		for _, i := range d.Items {
			of[i] = name
		}
		r.Dimensions = append(r.Dimensions, DimensionRow{Name: name, DimensionResult: d})
	}
	for _, name := range r.Result.Asked {
		r.Items = append(r.Items, ItemRow{Name: name, Dimension: of[name], ItemResult: r.Result.Items[name]})
	}
	slices.SortStableFunc(r.Items, func(a, b ItemRow) int {
		return cmp.Compare(place(r.Result.Order, a.Dimension), place(r.Result.Order, b.Dimension))
	})
	if r.Before != nil && r.Apart == "" {
		r.compareRows()
	}
}

func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

func (r *Report) drivers() {
	for _, d := range r.Dimensions {
		if d.Apart {
			continue
		}
		one := Driver{Name: d.Name, Gap: d.Gap}
		if r.Result.Drivers != nil {
			one.Driver = r.Result.Drivers.Dimensions[d.Name]
		}
		r.Drivers = append(r.Drivers, one)
	}
	known := func(d Driver) bool { return d.Driver != nil }
	if len(r.Drivers) > 0 && !slices.ContainsFunc(r.Drivers, func(d Driver) bool { return !known(d) }) {
		slices.SortStableFunc(r.Drivers, func(a, b Driver) int { return cmp.Compare(b.KD, a.KD) })
		return
	}
	r.ByGap = true
	slices.SortStableFunc(r.Drivers, func(a, b Driver) int { return cmp.Compare(value(a.Gap), value(b.Gap)) })
}

func value(x survey.Figure) float64 {
	if x == nil {
		return 0
	}
	return *x
}

// focus lists what lies in the field "concentrate here": surely first, then what
// asks for most.
func (r *Report) focus() {
	g := r.Result.IPA
	if g == nil {
		return
	}
	for _, row := range r.Items {
		if at := g.Items[row.Name]; at != nil && at.Quadrant == string(stats.Concentrate) {
			r.Focus = append(r.Focus, Focus{row.Name, row.Dimension, row.Gap, row.P, at})
		}
	}
	slices.SortStableFunc(r.Focus, func(a, b Focus) int {
		return cmp.Or(cmp.Compare(number(a.Borderline), number(b.Borderline)), cmp.Compare(b.Priority, a.Priority))
	})
	r.Focus = r.Focus[:min(len(r.Focus), mostFocus)]
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *Report) segments() {
	for name, g := range r.Result.Groups {
		s := Segment{Name: name, GroupResult: g}
		for code, one := range g.Groups {
			row := SegmentRow{Code: code, One: one}
			if known := r.Result.Response[name]; known != nil {
				row.Response = known.Groups[code]
			}
			for _, key := range []string{"two_sample_gap_" + code + "_vs_rest", "two_sample_P_" + code + "_vs_rest"} {
				for _, k := range []string{key + "_by_" + name, key} {
					if p := r.Result.Pairs[k]; p != nil && row.Rest == nil && p.N[0] == one.N {
						row.Rest = p
					}
				}
			}
			s.Rows = append(s.Rows, row)
		}
		slices.SortFunc(s.Rows, func(a, b SegmentRow) int { return cmp.Or(cmp.Compare(a.Mean, b.Mean), cmp.Compare(a.Code, b.Code)) })
		r.Segments = append(r.Segments, s)
	}
	slices.SortFunc(r.Segments, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(r.asked(a.Name), r.asked(b.Name)), cmp.Compare(a.Name, b.Name))
	})
}

// asked is the place of a grouping: departments first, then as the questionnaire
// asks.
func (r *Report) asked(name string) int {
	if name == byDepartment {
		return -1
	}
	if r.Paper == nil {
		return 0
	}
	return slices.IndexFunc(r.Paper.Profile, func(c wave.Choice) bool { return c.Code == name })
}

// Answered reports whether it is known how many of each group were asked.
func (s Segment) Answered() bool {
	return slices.ContainsFunc(s.Rows, func(r SegmentRow) bool { return r.Response != nil })
}

// Tested reports whether groups were compared with all others.
func (s Segment) Tested() bool {
	return slices.ContainsFunc(s.Rows, func(r SegmentRow) bool { return r.Rest != nil })
}

// N is how many answers the groups have that may be told of.
func (s Segment) N() int {
	n := 0
	for _, r := range s.Rows {
		n += r.One.N
	}
	return n
}

// Mean is the mean of all respondents of the groups that may be told of.
func (s Segment) Mean() float64 {
	sum := 0.0
	for _, r := range s.Rows {
		sum += float64(r.One.N) * r.Mean
	}
	return sum / float64(max(1, s.N()))
}

// PairRow is a comparison of two groups.
type PairRow struct {
	A, B string
	*survey.Pair
}

// Pairs are the comparisons of every two groups of a segment that were made, the
// surest first.
func (r *Report) Pairs(s Segment) []PairRow {
	var out []PairRow
	for _, a := range s.Rows {
		for _, b := range s.Rows {
			for _, form := range []string{"gap", "P"} {
				key := "two_sample_" + form + "_" + a.Code + "_vs_" + b.Code
				p := r.Result.Pairs[key+"_by_"+s.Name]
				if p == nil {
					p = r.Result.Pairs[key]
				}
				if p != nil && p.N == [2]int{a.One.N, b.One.N} {
					out = append(out, PairRow{a.Code, b.Code, p})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PairRow) int { return cmp.Compare(a.HolmP, b.HolmP) })
	return out
}
