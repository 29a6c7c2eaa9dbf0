package stats

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Precision is what a share is to be known to.
type Precision struct {
	Z      float64 // of the level, 1.96 for 95 %
	Share  float64 // expected; .5 asks for most
	Margin float64 // half width of the interval
}

// SampleShare is how many answers a share needs: n0 = z^2 p(1-p)/e^2, of a
// population of N n0/(1 + (n0-1)/N), rounded up (Cochran, Sampling Techniques,
// 3rd ed. 1977, 4.4); a population of 0 is without end. Errors: Shape.
func SampleShare(p Precision, population int) (int, error) {
	if !(p.Z > 0 && p.Share > 0 && p.Share < 1 && p.Margin > 0) || population < 0 {
		return 0, unfit(Shape)
	}
	return finite(p.Z*p.Z*p.Share*(1-p.Share)/(p.Margin*p.Margin), population), nil
}

// SampleMean is how many answers a mean needs: n0 = (z*s/e)^2, s the standard
// deviation of one answer, e half the width of the interval; of a population as
// SampleShare. Errors: Shape.
func SampleMean(z, sd, margin float64, population int) (int, error) {
	if !(z > 0 && sd > 0 && margin > 0) || population < 0 {
		return 0, unfit(Shape)
	}
	n0 := z * sd / margin
	return finite(n0*n0, population), nil
}

func finite(n0 float64, population int) int {
	if population > 0 {
		n0 /= 1 + (n0-1)/float64(population)
	}
	n := int(math.Ceil(n0 - rounding))
	if population > 0 {
		n = min(n, population)
	}
	return max(n, 1)
}

// Invitations is how many to invite for n answers when a share of them is
// expected to answer: n/rate, rounded up. Errors: Shape (a rate not within 0 to
// 1).
func Invitations(n int, rate float64) (int, error) {
	if n < 0 || !(rate > 0 && rate <= 1) {
		return 0, unfit(Shape)
	}
	return int(math.Ceil(float64(n)/rate - rounding)), nil
}

// What a stratum gets at least, and up to what size all of it is asked.
const (
	stratumLeast = 5
	stratumWhole = 10
)

// Allocate spreads a sample of n over strata in proportion to their sizes,
// rounded by greatest remainder; everybody of a stratum of up to 10 is asked, and
// 5 at least of a greater one (Cochran 1977, 5.5). The sum may therefore exceed n.
// Errors: Shape (a negative size), Empty.
func Allocate(n int, sizes []int) ([]int, error) {
	out, err := Proportion(n, sizes)
	if err != nil {
		return nil, err
	}
	for i, s := range sizes {
		if s <= stratumWhole {
			out[i] = s
		} else {
			out[i] = max(out[i], stratumLeast)
		}
	}
	return out, nil
}

// Proportion spreads n, or all where there are fewer, over strata in proportion to
// their sizes, rounded by greatest remainder (Hamilton's method). The sum is n.
// Errors: Shape (a negative size or n), Empty.
func Proportion(n int, sizes []int) ([]int, error) {
	all := 0
	for i, s := range sizes {
		if s < 0 {
			return nil, unfitAt(Shape, i)
		}
		all += s
	}
	if n < 0 {
		return nil, unfit(Shape)
	}
	if all == 0 {
		return nil, unfit(Empty)
	}
	n = min(n, all)
	out, order, given := make([]int, len(sizes)), make([]int, len(sizes)), 0
	for i, s := range sizes {
		out[i], order[i] = n*s/all, i
		given += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n*sizes[b]%all, n*sizes[a]%all) })
	for _, i := range order[:n-given] {
		out[i]++
	}
	return out, nil
}

// Draw draws n of population without replacement, as numbers from 0 on in rising
// order; the same seed draws the same. Errors: Shape (more than there are).
func Draw(population, n int, seed uint64) ([]int, error) {
	if n < 0 || n > population {
		return nil, unfit(Shape)
	}
	random := rand.New(rand.NewPCG(seed, uint64(population)))
	drawn := random.Perm(population)[:n]
	slices.Sort(drawn)
	return drawn, nil
}

// Stratum is a department, or what else answers are looked at by: how many it
// has, and how many of them answered completely.
type Stratum struct {
	Eligible int
	Complete int
}

// Response is who answered.
type Response struct {
	Rate    float64   // complete of eligible
	Rates   []float64 // by stratum; 0 where nobody is eligible
	Low     bool      // Rate is below 30 %
	LowIn   []int     // strata below 15 %
	Weights []float64 // by stratum; see Responses
	Trimmed []int     // strata whose weight was cut to within .3 to 3
}

// The borders of response and of weights.
const (
	lowRate, lowStratum       = .30, .15
	leastWeight, greatestLift = .3, 3
)

// Responses are rates of response (AAPOR, Standard Definitions, rate 1 without
// partial answers) and weights that bring strata back to their part of the
// population: (N_h/N)/(n_h/n), cut to within .3 and 3 (post-stratification; Holt
// and Smith, J. Royal Statistical Society A 142, 1979). A stratum without answers
// has weight 0. Errors: Empty (nobody eligible, nobody answered), Shape (more
// answers than people).
func Responses(strata []Stratum) (Response, error) {
	var eligible, complete int
	for i, s := range strata {
		if s.Eligible < 0 || s.Complete < 0 || s.Complete > s.Eligible {
			return Response{}, unfitAt(Shape, i)
		}
		eligible, complete = eligible+s.Eligible, complete+s.Complete
	}
	if complete == 0 {
		return Response{}, unfit(Empty)
	}
	r := Response{Rate: float64(complete) / float64(eligible), Rates: make([]float64, len(strata)), Weights: make([]float64, len(strata))}
	r.Low = r.Rate < lowRate
	for i, s := range strata {
		if s.Eligible == 0 {
			continue
		}
		if r.Rates[i] = float64(s.Complete) / float64(s.Eligible); r.Rates[i] < lowStratum {
			r.LowIn = append(r.LowIn, i)
		}
		if s.Complete == 0 {
			continue
		}
		w := float64(s.Eligible) / float64(eligible) / (float64(s.Complete) / float64(complete))
		if r.Weights[i] = min(greatestLift, max(leastWeight, w)); r.Weights[i] != w {
			r.Trimmed = append(r.Trimmed, i)
		}
	}
	return r, nil
}

// EarlyLate compares the first third of answers with the last in the order in
// which they came: who answers late is likest to who does not (Armstrong and
// Overton, J. Marketing Research 14, 1977). Errors: as Welch.
func EarlyLate(inOrder []float64) (Test, error) {
	x := present(inOrder)
	third := len(x) / 3
	return Welch(x[:third], x[len(x)-third:])
}

// Suppress says which groups of a total may not be shown, so that nobody is told
// of fewer than k answers: those below k, and then the smallest of the others
// until those hidden are two groups or more with k answers together, or their
// figures would follow from the total (complementary suppression; Hundepool et
// al., Statistical Disclosure Control, 2012, 4). A group without answers tells
// nothing and hides nothing. Errors: Shape (k below 1, a negative count).
func Suppress(counts []int, k int) ([]bool, error) {
	if k < 1 {
		return nil, unfit(Shape)
	}
	hidden := make([]bool, len(counts))
	groups, answers := 0, 0
	for i, n := range counts {
		if n < 0 {
			return nil, unfitAt(Shape, i)
		}
		if hidden[i] = n < k; hidden[i] && n > 0 {
			groups, answers = groups+1, answers+n
		}
	}
	for groups > 0 && (groups < 2 || answers < k) {
		smallest := -1
		for i, n := range counts {
			if !hidden[i] && (smallest < 0 || n < counts[smallest]) {
				smallest = i
			}
		}
		if smallest < 0 {
			break
		}
		hidden[smallest] = true
		groups, answers = groups+1, answers+counts[smallest]
	}
	return hidden, nil
}
