package survey

import (
	"maps"
	"math"
	"slices"

	"kilter/internal/base/stats"
)

// response compares who answered with who there is, where the spec says so.
func (w *work) response() {
	for g, group := range w.spec.Groups {
		if len(group.Population) == 0 {
			continue
		}
		if w.out.Response == nil {
			w.out.Response = map[string]*Response{}
		}
		if r := w.responseOf(g, group); r != nil {
			w.out.Response[group.Name] = r
		}
	}
	if w.spec.Population > 0 {
		w.sample()
	}
}

func (w *work) responseOf(g int, group Group) *Response {
	what := "response." + group.Name
	names := slices.Sorted(maps.Keys(group.Population))
	counts := map[string]int{}
	for _, r := range w.kept {
		counts[w.all.Groups[g][r]]++
	}
	strata := make([]stats.Stratum, len(names))
	for i, name := range names {
		strata[i] = stats.Stratum{Eligible: group.Population[name], Complete: counts[name]}
	}
	x, err := stats.Responses(strata)
	if err != nil {
		w.lackAt(what, err, names)
		return nil
	}
	if group.Invited != nil { // weights are of the population, rates of those who were asked
		if x, err = sampled(x, group.Invited, names, strata); err != nil {
			w.lackAt(what, err, names)
			return nil
		}
	}
	out := &Response{Rate: x.Rate, Low: x.Low, Groups: map[string]*Stratum{}}
	weights := map[string]float64{}
	for i, name := range names {
		weights[name] = x.Weights[i]
		out.Groups[name] = &Stratum{
			Eligible: strata[i].Eligible, Complete: strata[i].Complete, Rate: x.Rates[i], Weight: x.Weights[i],
			Low: slices.Contains(x.LowIn, i), Trimmed: slices.Contains(x.Trimmed, i),
		}
	}
	mean, _ := w.meanScore()
	sum, all := 0.0, 0.0
	for k, r := range w.kept {
		if v := weights[w.all.Groups[g][r]]; v > 0 && isNumber(mean[k]) {
			sum, all = sum+v*mean[k], all+v
		}
	}
	if all > 0 {
		out.Corrected = fig(sum / all)
	}
	return out
}

// sampled gives the response of a whole population the rates of those who were
// asked.
func sampled(whole stats.Response, invited map[string]int, names []string, strata []stats.Stratum) (stats.Response, error) {
	for i, name := range names {
		strata[i].Eligible = invited[name]
	}
	asked, err := stats.Responses(strata)
	asked.Weights, asked.Trimmed = whole.Weights, whole.Trimmed
	return asked, err
}

// The precision that a wave is planned for.
const (
	z95       = 1.96
	evenShare = .5
	margin    = .05
	marginOf  = .2 // of a mean, in points
)

func (w *work) sample() {
	n := w.spec.Population
	s := &Sample{Population: n, Answers: w.n}
	if need, err := stats.SampleShare(stats.Precision{Z: z95, Share: evenShare, Margin: margin}, n); err == nil {
		s.ForShare = need
	}
	if d, err := stats.Describe(w.total); err == nil && d.SD > 0 {
		if need, err := stats.SampleMean(z95, d.SD, marginOf, n); err == nil {
			s.ForMean = need
		}
	}
	if n >= w.n && n > 1 {
		s.FPC = fig(math.Sqrt(float64(n-w.n) / float64(n-1)))
	} else {
		w.absent("sample.fpc", "population_small")
	}
	w.out.Sample = s
}
