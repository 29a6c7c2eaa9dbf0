// Package stats is the statistics of service management: what may be read out
// of counts and of answers to questionnaires, and what not.
//
// Data are columns, one slice a variable with one value a case; a missing answer
// is NaN. What comes back never is: a figure that cannot be computed is the error
// Unfit, which says why.
package stats

import (
	"cmp"
	"math"
	"slices"
)

// Trend is what a series of equally spaced values says about its direction.
type Trend struct {
	S     int     // pairs of values that rise, less those that fall
	Tau   float64 // S in relation to the number of pairs, -1 to 1
	Slope float64 // Sen's slope: the median change from one value to the next
	P     float64 // how likely so great an S is without a trend: one-sided, towards a rise
}

// MannKendall tests whether a series rises, by the Mann-Kendall test (Mann,
// Econometrica 13, 1945; Kendall, Rank Correlation Methods, 1975) with the
// variance corrected for ties and the correction for continuity, so that zeros
// and equal weeks are no trouble; the slope is Sen's (JASA 63, 1968). It asks
// for no distribution of the counts, only that values do not hang together
// without a trend. Its normal approximation is good from ten values on
// (Kendall); below that, and when all values are equal, P is 1.
func MannKendall(values []float64) Trend {
	n := len(values)
	var t Trend
	t.P = 1
	if n < 2 {
		return t
	}
	slopes := make([]float64, 0, n*(n-1)/2)
	for i, a := range values {
		for j, b := range values[i+1:] {
			switch {
			case b > a:
				t.S++
			case b < a:
				t.S--
			}
			slopes = append(slopes, (b-a)/float64(j+1))
		}
	}
	t.Tau, t.Slope = float64(t.S)/float64(len(slopes)), median(slopes)
	v := kendallVariance(values)
	if n < leastTested || v == 0 {
		return t
	}
	t.P = math.Erfc(float64(t.S-1)/math.Sqrt(2*v)) / 2 // S counts in steps: half of one more than the normal curve
	return t
}

// leastTested is from how many values on the normal approximation holds.
const leastTested = 10

// kendallVariance is the variance of S over all orders of the values.
func kendallVariance(values []float64) float64 {
	part := func(n int) int { return n * (n - 1) * (2*n + 5) }
	sum := part(len(values))
	sorted := slices.Sorted(slices.Values(values))
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		sum -= part(j - i)
		i = j
	}
	return float64(sum) / 18
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// FalseDiscovery adjusts the P of many tests so that, of all that are called
// significant at a level, no greater share than the level is expected to be
// wrong (Benjamini and Hochberg, JRSS B 57, 1995). The answers stand in the
// order of what was given.
func FalseDiscovery(p []float64) []float64 {
	order := rising(p)
	out, least := make([]float64, len(p)), 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(len(p))/float64(rank))
		out[i] = least
	}
	return out
}

// rising are the places of values in rising order.
func rising(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	return order
}
