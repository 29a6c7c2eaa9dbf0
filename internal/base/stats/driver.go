package stats

import (
	"cmp"
	"math"
	"slices"
)

// Need is how far a gap is from being closed, 0 to 1: max(0, -gap)/(s-1) on a
// scale of s points. Errors: Shape (a scale of under two points, no number).
func Need(gap float64, points int) (float64, error) {
	if points < 2 || !answered(gap) {
		return 0, unfit(Shape)
	}
	return max(0, -gap) / float64(points-1), nil
}

// KeyDrivers is the index KD_j = max(importance_j, 0) * need_j, normalised to
// 100: what matters and is missed at the same time. Where nothing is needed or
// nothing matters, all are 0. Errors: Shape.
func KeyDrivers(importance, need []float64) ([]float64, error) {
	if len(importance) != len(need) {
		return nil, unfit(Shape)
	}
	out, sum := make([]float64, len(need)), 0.0
	for j := range out {
		if !answered(importance[j]) || !answered(need[j]) {
			return nil, unfitAt(Shape, j)
		}
		out[j] = max(0, importance[j]) * max(0, need[j])
		sum += out[j]
	}
	for j := range out {
		if sum > 0 {
			out[j] *= 100 / sum
		}
	}
	return out, nil
}

// Verdict is what may be said of a driver.
type Verdict string

// The verdicts.
const (
	KeyFactor    Verdict = "key factor"    // in the top third, and surely in the top half
	NotSeparable Verdict = "not separable" // in the top third, but chance may have put it there
	NotKey       Verdict = "not key"
)

// surely is the share of bootstrap samples in which a key factor must be in the
// top half.
const surely = 0.90

// Verdicts judges an index: a key factor is in the top third of it (rounded up)
// and in at least 90 % of bootstrap samples in the top half (rounded up); one in
// the top third that is not so sure is not separable from the others. Samples are
// indices of the same length, one a bootstrap sample; the share in the top half
// comes back too. Errors: Empty (no samples), Shape.
func Verdicts(index []float64, samples [][]float64) (verdicts []Verdict, topHalf []float64, err error) {
	m := len(index)
	if m == 0 || len(samples) == 0 {
		return nil, nil, unfit(Empty)
	}
	topHalf = make([]float64, m)
	for _, s := range samples {
		if len(s) != m {
			return nil, nil, unfit(Shape)
		}
		for j, rank := range ranksDown(s) {
			if rank < (m+1)/2 && s[j] > 0 {
				topHalf[j] += 1 / float64(len(samples))
			}
		}
	}
	verdicts = make([]Verdict, m)
	for j, rank := range ranksDown(index) {
		switch {
		case rank >= (m+2)/3 || index[j] <= 0:
			verdicts[j] = NotKey
		case topHalf[j] >= surely-rounding:
			verdicts[j] = KeyFactor
		default:
			verdicts[j] = NotSeparable
		}
	}
	return verdicts, topHalf, nil
}

// rounding is what a sum of shares may be off by.
const rounding = 1e-9

// ranksDown is the place of each value from the greatest, 0, on; equal ones in
// their order.
func ranksDown(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	ranks := make([]int, len(values))
	for rank, i := range order {
		ranks[i] = rank
	}
	return ranks
}

// Quadrant is a field of the importance-performance grid.
type Quadrant string

// The quadrants of Martilla and James.
const (
	Concentrate Quadrant = "concentrate_here"  // matters, is poor
	KeepUp      Quadrant = "keep_up"           // matters, is good
	LowPriority Quadrant = "low_priority"      // matters less, is poor
	Overkill    Quadrant = "possible_overkill" // matters less, is good
)

// Point is a thing in the grid: how well it is done, how much it matters, and
// half the width of the 95 % interval of each (0 where it is not known).
type Point struct {
	Performance, Importance         float64
	PerformanceHalf, ImportanceHalf float64
}

// Placed is where a point lies.
type Placed struct {
	Quadrant   Quadrant
	Borderline bool    // nearer to a cross line than its interval reaches
	Priority   float64 // importance less performance, each less its cross line: the distance from the diagonal of one priority
}

// Cross is where the lines of the grid cross.
type Cross struct{ Performance, Importance float64 }

// GrandMeans is the cross at the means over all points, the usual choice. Errors:
// Empty.
func GrandMeans(points []Point) (Cross, error) { return crossAt(points, meanOf) }

// Medians is the cross at the medians, which a few far points do not move.
// Errors: Empty.
func Medians(points []Point) (Cross, error) { return crossAt(points, median) }

func crossAt(points []Point, middle func([]float64) float64) (Cross, error) {
	if len(points) == 0 {
		return Cross{}, unfit(Empty)
	}
	var x, y []float64
	for _, p := range points {
		x, y = append(x, p.Performance), append(y, p.Importance)
	}
	return Cross{middle(x), middle(y)}, nil
}

// Place puts a point into the grid (Martilla and James, J. Marketing 41, 1977);
// what lies on a line counts as above it.
func (c Cross) Place(p Point) Placed {
	dx, dy := p.Performance-c.Performance, p.Importance-c.Importance
	out := Placed{Priority: dy - dx, Borderline: math.Abs(dx) < p.PerformanceHalf || math.Abs(dy) < p.ImportanceHalf}
	switch {
	case dy >= 0 && dx < 0:
		out.Quadrant = Concentrate
	case dy >= 0:
		out.Quadrant = KeepUp
	case dx < 0:
		out.Quadrant = LowPriority
	default:
		out.Quadrant = Overkill
	}
	return out
}
