package handbook

import (
	"slices"
	"strconv"
	"strings"
)

// Strip is a part of a drawing that fits on paper: so much of it from so far on.
type Strip struct{ X, Width int }

// Strips cuts a drawing between its columns into parts that are no wider than
// most, as far as that goes. Nothing that is written lies on a cut, and an arrow
// that crosses one goes on at the same height.
func (d *Drawing) Strips(most int) []Strip {
	var cuts []int
	for _, b := range d.Boxes {
		if b.X > d.Boxes[d.First].X && !slices.Contains(cuts, b.X) {
			cuts = append(cuts, b.X)
		}
	}
	slices.Sort(cuts)
	const before = 14 // room for the point of an arrow
	for i, x := range cuts {
		cuts[i] = x - before
		for _, l := range d.Lines { // of an arrow that goes back from here, the label stands before the box
			if l.At.X < x && l.At.X+wide(l.Label) > x-before && l.At.X > x-boxWidth-wide(l.Label) {
				cuts[i] = min(cuts[i], l.At.X-before)
			}
		}
	}
	// As few parts as go, and of those the widest as narrow as it can be.
	cuts = append(cuts, d.Width)
	out := cutAt(cuts, most)
	for narrow := most; narrow > 0; narrow -= boxWidth / 2 {
		if next := cutAt(cuts, narrow); len(next) > len(out) {
			break
		} else if len(next) == len(out) {
			out = next
		}
	}
	return out
}

// cutAt cuts at the last place before each part gets too wide.
func cutAt(cuts []int, most int) []Strip {
	var out []Strip
	from := 0
	for i, x := range cuts {
		if i+1 == len(cuts) || cuts[i+1]-from > most {
			out = append(out, Strip{from, x - from})
			from = x
		}
	}
	return out
}

// Numbered lays the life cycle out for paper: arrows bear the numbers of their
// moves, as the table below the drawing has them.
func (w Words) Numbered() Drawing {
	return Draw(w.Cycle, func(s State) string { return w.State(s.Code) }, func(way Way) string {
		var all []string
		for _, m := range way.Moves {
			all = append(all, strconv.Itoa(w.Number(m)))
		}
		return strings.Join(all, " ")
	})
}

// Number is the place of a move in its table, from 1.
func (w Words) Number(m *Move) int {
	for i := range w.Moves {
		if &w.Moves[i] == m {
			return i + 1
		}
	}
	return 0
}
