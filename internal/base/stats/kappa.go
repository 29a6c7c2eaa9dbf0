package stats

// Kappa is how far raters agree beyond chance on cases that each of them put
// into one of so many categories, counted from 0; a row is one case with the
// category of each rater. For two raters it is Cohen's (Educational and
// Psychological Measurement 20, 1960), where each rater has his own shares of
// categories; for more it is Fleiss' (Psychological Bulletin 76, 1971), where
// they have them in common. 1 is full agreement, 0 what chance would give.
//
// When all raters put every case into one and the same category, chance agrees
// as well and there is no kappa: Constant.
func Kappa(cases [][]int, categories int) (float64, error) {
	if len(cases) == 0 {
		return 0, &Unfit{Why: Empty, Column: -1, Need: 1}
	}
	raters := len(cases[0])
	if raters < 2 {
		return 0, &Unfit{Why: TooFew, Column: -1, N: raters, Need: 2}
	}
	counts := make([][]float64, raters) // by rater and category
	for r := range counts {
		counts[r] = make([]float64, categories)
	}
	var seen float64 // share of pairs of raters that agree, summed over cases
	for _, row := range cases {
		if len(row) != raters {
			return 0, unfit(Shape)
		}
		pairs := 0
		for i, c := range row {
			if c < 0 || c >= categories {
				return 0, unfitAt(Shape, i)
			}
			counts[i][c]++
			for _, other := range row[:i] {
				if other == c {
					pairs++
				}
			}
		}
		seen += 2 * float64(pairs) / float64(raters*(raters-1))
	}
	n := float64(len(cases))
	seen /= n
	chance := agreedByChance(counts, n)
	if chance >= 1 {
		return 0, unfit(Constant)
	}
	return (seen - chance) / (1 - chance), nil
}

// agreedByChance is the agreement that raters with these counts of categories
// would have if they knew nothing of the cases.
func agreedByChance(counts [][]float64, n float64) float64 {
	var chance float64
	raters := float64(len(counts))
	for c := range counts[0] {
		if len(counts) == 2 {
			chance += counts[0][c] / n * counts[1][c] / n
			continue
		}
		var all float64
		for _, of := range counts {
			all += of[c]
		}
		chance += (all / (n * raters)) * (all / (n * raters))
	}
	return chance
}

// KappaBand is how Landis and Koch (Biometrics 33, 1977) call a kappa: poor,
// slight, fair, moderate, substantial or almost_perfect.
func KappaBand(kappa float64) string {
	switch {
	case kappa < 0:
		return "poor"
	case kappa <= 0.20:
		return "slight"
	case kappa <= 0.40:
		return "fair"
	case kappa <= 0.60:
		return "moderate"
	case kappa <= 0.80:
		return "substantial"
	}
	return "almost_perfect"
}
