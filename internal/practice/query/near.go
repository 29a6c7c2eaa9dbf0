package query

import (
	"slices"
	"strings"
)

// Nearest is the candidate a misspelt word most likely means; "" when none is
// near. A longer word may have more wrong letters; what begins alike is near.
func Nearest(word string, candidates []string) string {
	asked := []rune(strings.ToLower(word))
	best, least := "", len(asked)/2+1
	for _, c := range candidates {
		have := []rune(strings.ToLower(c))
		d := distance(asked, have)
		if len(asked) > 1 && strings.HasPrefix(string(have), string(asked)) {
			d = min(d, 1)
		}
		if d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to add, drop, change or swap with a neighbour.
func distance(a, b []rune) int {
	before, last, now := []int(nil), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, slices.Repeat([]int{0}, len(b)+1)
	}
	return last[len(b)]
}
