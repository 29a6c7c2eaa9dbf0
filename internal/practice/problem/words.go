package problem

import (
	"math"
	"slices"

	"kilter/internal/base/words"
)

// Titles are similar when the shorter has this share of what its words weigh in
// common with the other, and so many words (product policy, see
// TestSimilarWords).
const (
	enoughAlike = 0.5
	enoughWords = 2
)

// weights says how much a word tells: one that hardly any incident has tells
// more than one that every second has (inverse document frequency, Spärck
// Jones, Journal of Documentation 28, 1972).
type weights struct {
	of    map[string]float64
	rare  float64 // of a word that no incident has
	known map[string]phrase
}

// phrase is a text by its words, in order, with their weight together.
type phrase struct {
	words  []string
	weight float64
}

func weigh(cases []Case) *weights {
	n := map[string]int{}
	for _, c := range cases {
		for _, t := range words.Tokens(c.Title) {
			n[t]++
		}
	}
	w := &weights{of: make(map[string]float64, len(n)), rare: math.Log(2 + float64(len(cases))), known: map[string]phrase{}}
	for t, k := range n {
		w.of[t] = math.Log(1 + float64(len(cases))/float64(k))
	}
	return w
}

func (w *weights) word(t string) float64 {
	if v, ok := w.of[t]; ok {
		return v
	}
	return w.rare
}

func (w *weights) phrase(text string) phrase {
	if p, ok := w.known[text]; ok {
		return p
	}
	p := phrase{words: words.Tokens(text)}
	slices.Sort(p.words)
	for _, t := range p.words {
		p.weight += w.word(t)
	}
	w.known[text] = p
	return p
}

// alike reports whether two texts are similar: what is common to both, in
// relation to the lesser (the overlap of Szymkiewicz, 1934), words by their
// weight.
func (w *weights) alike(a, b phrase) bool {
	both, n := 0.0, 0
	for i, j := 0, 0; i < len(a.words) && j < len(b.words); {
		switch {
		case a.words[i] < b.words[j]:
			i++
		case a.words[i] > b.words[j]:
			j++
		default:
			both += w.word(a.words[i])
			i, j, n = i+1, j+1, n+1
		}
	}
	return n >= enoughWords && both >= enoughAlike*min(a.weight, b.weight)
}

// clusters gathers the cases that are similar to one of them, the greatest
// gathering first, each case in one; fewer than leastAlike are none.
func (w *weights) clusters(cases []Case) (out [][]Case) {
	near := make([][]int, len(cases))
	for i := range cases {
		near[i] = append(near[i], i)
		for j := range i {
			if w.alike(w.phrase(cases[i].Title), w.phrase(cases[j].Title)) {
				near[i], near[j] = append(near[i], j), append(near[j], i)
			}
		}
	}
	used := make([]bool, len(cases))
	for {
		best := []int(nil)
		for i := range near {
			near[i] = slices.DeleteFunc(near[i], func(j int) bool { return used[j] })
			if !used[i] && len(near[i]) > len(best) {
				best = near[i]
			}
		}
		if len(best) < leastAlike {
			return out
		}
		var cluster []Case
		for _, j := range best {
			cluster = append(cluster, cases[j])
		}
		for _, j := range slices.Clone(best) {
			used[j] = true
		}
		out = append(out, cluster)
	}
}
