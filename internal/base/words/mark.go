package words

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Part is a piece of an excerpt; Hit says that it was asked for.
type Part struct {
	Text string
	Hit  bool
}

// Excerpt cuts about width characters out of a text around what was asked for
// and marks it. Without a hit it is the beginning of the text; an empty text
// gives nothing.
func Excerpt(text string, ask []Term, width int) []Part {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, " ")), " ")
	if text == "" {
		return nil
	}
	hits := find(text, ask)
	from, to := window(text, hits, width)
	var out []Part
	put := func(s string, hit bool) {
		if s != "" {
			out = append(out, Part{s, hit})
		}
	}
	at := from
	if from > 0 {
		put("…", false)
	}
	for _, h := range hits {
		lo, hi := max(h[0], at), min(h[1], to)
		if lo >= hi {
			continue
		}
		put(text[at:lo], false)
		put(text[lo:hi], true)
		at = hi
	}
	put(text[at:to], false)
	if to < len(text) {
		put("…", false)
	}
	return out
}

// HasHit reports whether any part was asked for.
func HasHit(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Hit })
}

// find lists where the terms stand in the text as it was written: ranges of
// bytes, in order, joined where they touch.
func find(text string, ask []Term) [][2]int {
	folded, back := foldMap(text)
	var hits [][2]int
	all := runs(folded)
	hit := func(lo, hi int) { hits = append(hits, [2]int{back[lo], back[hi]}) }
	for _, r := range all {
		part := folded[r.pos:r.end]
		for _, t := range ask {
			switch {
			case r.pairs:
				for at := 0; ; {
					i := strings.Index(part[at:], t.Token)
					if i < 0 {
						break
					}
					at += i + len(t.Token)
					hit(r.pos+at-len(t.Token), r.pos+at)
				}
			case part == t.Token:
				hit(r.pos, r.end)
			case t.Prefix && strings.HasPrefix(part, t.Token):
				hit(r.pos, r.pos+len(t.Token))
			}
		}
	}
	for _, n := range names(folded, all) {
		if slices.ContainsFunc(ask, func(t Term) bool { return t.Token == n.text || t.Prefix && strings.HasPrefix(n.text, t.Token) }) {
			hit(n.pos, n.end)
		}
	}
	slices.SortFunc(hits, func(a, b [2]int) int { return a[0] - b[0] })
	var out [][2]int
	for _, h := range hits {
		if n := len(out); n > 0 && h[0] <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], h[1])
		} else {
			out = append(out, h)
		}
	}
	return out
}

// foldMap folds a text and says, for each byte of the folded one, where in the
// original it came from.
func foldMap(text string) (string, []int) {
	var b strings.Builder
	back := make([]int, 0, len(text)+1)
	for i := 0; i < len(text); {
		n := max(norm.NFKC.NextBoundaryInString(text[i:], true), 1)
		part := Fold(text[i : i+n])
		b.WriteString(part)
		for range len(part) {
			back = append(back, i)
		}
		i += n
	}
	return b.String(), append(back, len(text))
}

// window chooses the bytes to show: a third of the width before the first hit.
func window(text string, hits [][2]int, width int) (from, to int) {
	if len(hits) > 0 {
		from = hits[0][0]
		for n := 0; n < width/3 && from > 0; n++ {
			_, size := utf8.DecodeLastRuneInString(text[:from])
			from -= size
		}
		if from < 30 {
			from = 0
		}
	}
	to = from
	for n := 0; n < width && to < len(text); n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	return from, to
}
