package grade

import (
	"cmp"
	"math"
	"slices"
	"time"

	"kilter/internal/base/stats"
)

// Dimension is what figures are told by.
type Dimension string

// The dimensions.
const (
	ByService    Dimension = "service"
	ByTeam       Dimension = "team"
	ByDepartment Dimension = "department"
	ByMonth      Dimension = "month"
)

// Dimensions lists them in the order of a page.
var Dimensions = []Dimension{ByService, ByTeam, ByDepartment, ByMonth}

// Count is how often each grade was given for one thing, and how many records
// ended there.
type Count struct {
	ID    int64 // of the service, team or department; of a month year*12 + month-1
	N     [5]int
	Ended int
}

// Figure is what is told of one thing.
type Figure struct {
	Count
	Total    int
	Mean     float64 // 1 to 5; 0 without grades
	Content  float64 // the share of the two good grades
	Low, Top float64 // its 95 % interval, after Wilson
	Response float64 // grades by records ended; -1 when none ended
	Few      bool    // too few to tell a share
	Hidden   bool    // too few to be shown: who gave them could be guessed
}

// MonthOf numbers the months.
func MonthOf(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) - 1 }

// Month is the first day of a month by its number.
func Month(n int64) time.Time {
	return time.Date(int(n/12), time.Month(n%12+1), 1, 0, 0, 0, 0, time.UTC)
}

// Share is that of one grade.
func (f *Figure) Share(v Value) float64 {
	if f.Total == 0 {
		return 0
	}
	return float64(f.N[v-1]) / float64(f.Total)
}

// Figures are all things of a dimension, and the whole.
type Figures struct {
	Whole Figure
	Of    []Figure
}

// Tell makes figures of counts. Of departments, those with fewer grades than
// the policy shows are hidden, and with them as many of the next as it takes
// that nobody finds a hidden one as what the others lack in the whole.
func Tell(by Dimension, counts []Count, p Policy) Figures {
	var out Figures
	var whole Count
	for _, c := range counts {
		for i, n := range c.N {
			whole.N[i] += n
		}
		whole.Ended += c.Ended
		out.Of = append(out.Of, figure(c, p))
	}
	out.Whole = figure(whole, p)
	slices.SortStableFunc(out.Of, func(a, b Figure) int {
		if by == ByMonth {
			return cmp.Compare(a.ID, b.ID)
		}
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.ID, b.ID))
	})
	if by == ByDepartment {
		hide(out.Of, p.Anonymous)
		if out.Whole.Total < p.Anonymous && out.Whole.Total > 0 {
			out.Whole = hidden(out.Whole)
		}
	}
	return out
}

func figure(c Count, p Policy) Figure {
	f := Figure{Count: c, Response: -1}
	sum := 0
	for i, n := range c.N {
		f.Total += n
		sum += n * (i + 1)
	}
	if f.Total > 0 {
		f.Mean = float64(sum) / float64(f.Total)
		good := c.N[Satisfied-1] + c.N[VerySatisfied-1]
		f.Content = float64(good) / float64(f.Total)
		f.Low, f.Top = stats.Wilson(good, f.Total)
	}
	if c.Ended > 0 {
		f.Response = math.Min(1, float64(f.Total)/float64(c.Ended))
	}
	f.Few = f.Total < p.Enough
	return f
}

// hide takes away what would tell who gave a grade. Figures come with the most
// grades first.
func hide(all []Figure, least int) {
	n, sum := 0, 0
	for i := len(all) - 1; i >= 0; i-- {
		f := &all[i]
		switch {
		case f.Total == 0:
			continue
		case f.Total < least:
		case n == 0 || n > 1 && sum >= least:
			return
		}
		n, sum = n+1, sum+f.Total
		*f = hidden(*f)
	}
}

func hidden(f Figure) Figure {
	return Figure{Count: Count{ID: f.ID}, Response: -1, Few: true, Hidden: true}
}
