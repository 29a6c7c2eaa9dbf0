package stats

import (
	"errors"
	"math"
	"testing"
)

// repeat makes so many cases of each row.
func repeat(rows map[[2]int]int) [][]int {
	var out [][]int
	for row, n := range rows {
		for range n {
			out = append(out, []int{row[0], row[1]})
		}
	}
	return out
}

// fleiss1971 turns counts of raters by category into cases.
func fleissCases(counts [][]int) [][]int {
	var out [][]int
	for _, row := range counts {
		var c []int
		for category, n := range row {
			for range n {
				c = append(c, category)
			}
		}
		out = append(out, c)
	}
	return out
}

func TestKappa(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		rows       [][]int
		categories int
		want       float64
	}{
		// 50 proposals, read by two: 20 yes yes, 5 yes no, 10 no yes, 15 no no:
		// seen 0.7, by chance 0.5.
		{"two who agree on 35 of 50", repeat(map[[2]int]int{{0, 0}: 20, {0, 1}: 5, {1, 0}: 10, {1, 1}: 15}), 2, 0.4},
		{"two who always differ", repeat(map[[2]int]int{{0, 1}: 5, {1, 0}: 5}), 2, -1},
		{"two who always agree", repeat(map[[2]int]int{{0, 0}: 3, {1, 1}: 2}), 2, 1},
		// The worked example of 14 raters, 10 cases and 5 categories in general use
		// for Fleiss' kappa: P = 0.378, Pe = 0.213, kappa = 0.210.
		{"fourteen raters", fleissCases([][]int{
			{0, 0, 0, 0, 14},
			{0, 2, 6, 4, 2},
			{0, 0, 3, 5, 6},
			{0, 3, 9, 2, 0},
			{2, 2, 8, 1, 1},
			{7, 7, 0, 0, 0},
			{3, 2, 6, 3, 0},
			{2, 5, 3, 2, 2},
			{6, 5, 2, 1, 0},
			{0, 2, 2, 3, 7},
		}), 5, 0.20993},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := Kappa(c.rows, c.categories)
			if err != nil || math.Abs(got-c.want) > 5e-5 {
				t.Errorf("kappa %v, %v; want %v", got, err, c.want)
			}
		})
	}
}

func TestKappaSaysWhyThereIsNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows [][]int
		why  Reason
	}{
		"no case":                 {nil, Empty},
		"one rater":               {[][]int{{0}, {1}}, TooFew},
		"all say one thing":       {[][]int{{0, 0}, {0, 0}}, Constant},
		"raters come and go":      {[][]int{{0, 0}, {0, 0, 1}}, Shape},
		"a category that is none": {[][]int{{0, 7}}, Shape},
	} {
		_, err := Kappa(c.rows, 2)
		if u, ok := errors.AsType[*Unfit](err); !ok || u.Why != c.why {
			t.Errorf("%s: %v, want %s", name, err, c.why)
		}
	}
}
