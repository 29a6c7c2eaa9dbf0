// Package fishbone draws a fishbone (Ishikawa's diagram of cause and effect): the
// effect at the head on the right, bones of categories above and below the
// spine, causes along the bones.
package fishbone

import (
	"strconv"

	"kilter/internal/practice/problem"
)

// Drawing is a fishbone laid out, in points of its own.
type Drawing struct {
	Width, Height int
	Spine         int // its height
	Tail, Head    int // where it begins and ends
	Effect        string
	Bones         []Bone
}

// Bone is a category: a slanted line from its end to the spine.
type Bone struct {
	X, Y, ToX, ToY int
	Name           string
	NameY          int
	Ribs           []Rib
}

// Rib is a cause: a line to the bone, with its words on it.
type Rib struct {
	X, ToX, Y int
	Text      string
	Minor     bool // a cause of a cause
}

// The measures of the drawing, in its own points.
const (
	boneWide  = 270
	ribHigh   = 22
	boneEdge  = 34 // above the first rib
	boneSlant = 3  // heights for one point to the side
	headWide  = 200
	ribLetter = 34 // letters of a cause that fit
)

// Draw lays the lines of a fishbone out. Categories alternate above and
// below, the first next to the head.
func Draw(lines []problem.Line, effect string) Drawing {
	var bones [][]problem.Line
	for _, l := range lines {
		if l.Depth == 0 {
			bones = append(bones, []problem.Line{l})
		} else if len(bones) > 0 {
			bones[len(bones)-1] = append(bones[len(bones)-1], l)
		}
	}
	most := [2]int{2, 2} // ribs above and below
	for i, b := range bones {
		most[i%2] = max(most[i%2], len(b)-1)
	}
	high := func(side int) int { return boneEdge + ribHigh*(most[side]+1) }
	columns := (len(bones) + 1) / 2
	f := Drawing{Width: 30 + columns*boneWide + 40 + headWide, Height: high(0) + high(1), Spine: high(0), Effect: effect, Tail: 10}
	f.Head = 30 + columns*boneWide + 40
	for i, lines := range bones {
		side, tall := i%2, high(i%2)-boneEdge/2
		foot := f.Head - 20 - (i/2)*boneWide
		sign := -1
		if side == 1 {
			sign = 1
		}
		b := Bone{X: foot - tall/boneSlant, Y: f.Spine + sign*tall, ToX: foot, ToY: f.Spine, Name: cutWide(lines[0].Text, 30)}
		b.NameY = b.Y - 6
		if sign > 0 {
			b.NameY = b.Y + 14
		}
		for n, l := range lines[1:] {
			y := f.Spine + sign*(tall-ribHigh*(n+1))
			at := foot - abs(f.Spine-y)/boneSlant
			b.Ribs = append(b.Ribs, Rib{X: at - 200 + 14*min(l.Depth-1, 3), ToX: at, Y: y, Text: cutWide(l.Text, ribLetter), Minor: l.Depth > 1})
		}
		f.Bones = append(f.Bones, b)
	}
	return f
}

func abs(n int) int { return max(n, -n) }

// cutWide cuts a text to a width in letters; a Chinese sign is as wide as two.
func cutWide(text string, most int) string {
	width := 0
	for i, r := range text {
		w := 1
		if r >= 0x2e80 {
			w = 2
		}
		if width+w > most {
			return text[:i] + "…"
		}
		width += w
	}
	return text
}

func px(n int) string { return strconv.Itoa(n) }
