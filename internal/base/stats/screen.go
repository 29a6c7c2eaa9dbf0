package stats

import "slices"

// LongestRun is how often in a row a respondent gave the same answer, in the
// order in which he was asked; what he left out does not end a run (Johnson, J.
// Research in Personality 39, 2005: the long string).
func LongestRun(answers []float64) int {
	longest, run := 0, 0
	var last float64
	for _, x := range present(answers) {
		if run > 0 && x == last {
			run++
		} else {
			run, last = 1, x
		}
		longest = max(longest, run)
	}
	return longest
}

// Flat says whether a respondent gave one and the same answer to everything, at
// least `least` answers. Of expectations this is normal: they are high and even.
func Flat(answers []float64, least int) bool {
	x := present(answers)
	return len(x) > 0 && len(x) >= least && LongestRun(x) == len(x)
}

// Missing is the share of answers that are missing, 0 to 1; of nothing asked 1.
func Missing(answers []float64) float64 {
	if len(answers) == 0 {
		return 1
	}
	return 1 - float64(len(present(answers)))/float64(len(answers))
}

// Quantile is the value below which the share p of what was answered lies, by
// linear interpolation between order statistics h = (n-1)p (type 7 of Hyndman and
// Fan, American Statistician 50, 1996; R's default). Errors: Empty, Shape (p not
// within 0 to 1).
func Quantile(values []float64, p float64) (float64, error) {
	x := present(values)
	if err := enough(len(x), 1); err != nil {
		return 0, err
	}
	if !(p >= 0 && p <= 1) {
		return 0, unfit(Shape)
	}
	slices.Sort(x)
	return quantile(x, p), nil
}

// quantile of values that are sorted and not none.
func quantile(sorted []float64, p float64) float64 {
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (h-float64(i))*(sorted[i+1]-sorted[i])
}
