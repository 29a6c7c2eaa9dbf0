package handbook

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// wide is about how much room a label takes.
func wide(label string) int {
	w := 0
	for _, r := range label {
		if utf8.RuneLen(r) > 2 {
			w += 12
		} else {
			w += 7
		}
	}
	return w
}

// rows gives each cell its height and its place from above, columns centred.
func (s *sketch) rows() {
	var tallest int
	high := make([]int, len(s.ranks))
	for r, column := range s.ranks {
		for _, i := range column {
			c := &s.cells[i]
			c.high = laneSize
			if c.box >= 0 {
				c.high = max(boxHeight, (max(len(c.ins), len(c.out))+1)*portGap)
			}
			c.y = high[r]
			high[r] += c.high + rowGap
		}
		tallest = max(tallest, high[r])
	}
	for r, column := range s.ranks {
		for _, i := range column {
			s.cells[i].y += margin + (tallest-high[r])/2
		}
	}
	for i := range s.cells {
		c := &s.cells[i]
		for n, p := range c.ins {
			s.pieces[p].y2 = c.y + c.high*(n+1)/(len(c.ins)+1)
		}
		for n, p := range c.out {
			s.pieces[p].y1 = c.y + c.high*(n+1)/(len(c.out)+1)
		}
	}
	s.Height = tallest - rowGap + 2*margin
}

// lanes gives each upright piece a track in the gap behind its column. Pieces
// that pass each other have tracks of their own, others share one.
func (s *sketch) lanes() {
	s.track, s.tracks = make([]int, len(s.pieces)), make([]int, len(s.ranks))
	// An arrow that falls takes a track the further left the lower it begins,
	// one that rises the further left the higher: so neither crosses its like.
	var falling, rising []int
	for i, p := range s.pieces {
		switch {
		case p.y2 > p.y1:
			falling = append(falling, i)
		case p.y2 < p.y1:
			rising = append(rising, i)
		}
	}
	slices.SortStableFunc(falling, func(a, b int) int { return cmp.Compare(s.pieces[b].y1, s.pieces[a].y1) })
	slices.SortStableFunc(rising, func(a, b int) int { return cmp.Compare(s.pieces[a].y1, s.pieces[b].y1) })
	laid := make([][]int, len(s.ranks))
	for _, i := range append(falling, rising...) {
		r := s.cells[s.pieces[i].from].rank
		t := 1
		for _, j := range laid[r] {
			if s.pieces[i].passes(&s.pieces[j]) {
				t = max(t, s.track[j]+1)
			}
		}
		laid[r] = append(laid[r], i)
		s.track[i], s.tracks[r] = t, max(s.tracks[r], t)
	}
}

// passes reports whether two upright pieces come to lie side by side.
func (p *piece) passes(o *piece) bool {
	const apart = 6
	return min(p.y1, p.y2) < max(o.y1, o.y2)+apart && min(o.y1, o.y2) < max(p.y1, p.y2)+apart
}

// columns gives each column its place, with room behind it for labels and for
// a track for each arrow.
func (s *sketch) columns() {
	n := len(s.ranks)
	s.x, s.label, s.behind = make([]int, n+1), make([]int, n), make([]int, n)
	for _, p := range s.pieces {
		r := s.cells[p.from].rank
		label := wide(s.Lines[p.line].Label) + 12
		if s.cells[p.from].box >= 0 && !p.back {
			s.label[r] = max(s.label[r], label)
		}
		if s.cells[p.to].box >= 0 && p.back {
			s.behind[r] = max(s.behind[r], label)
		}
	}
	s.x[0] = margin + startSize + margin
	for r := range n {
		s.x[r+1] = s.x[r] + boxWidth + s.label[r] + s.behind[r] + (s.tracks[r]+2)*trackGap
	}
	last := s.x[n-1] + boxWidth
	s.Width = last + margin
}

// draw sets boxes, arrows and labels.
func (s *sketch) draw(start int) {
	for i := range s.cells {
		if c := &s.cells[i]; c.box >= 0 {
			b := &s.Boxes[c.box]
			b.X, b.Y, b.Height = s.x[c.rank], c.y, c.high
		}
	}
	for i, p := range s.pieces {
		l := &s.Lines[p.line]
		x1, x2 := s.x[s.cells[p.from].rank]+boxWidth, s.x[s.cells[p.to].rank]
		if s.cells[p.from].box < 0 {
			x1 -= boxWidth
		}
		r := s.cells[p.from].rank
		up := s.x[r] + boxWidth + s.label[r] + s.track[i]*trackGap
		l.Points = append(l.Points, Point{x1, p.y1}, Point{up, p.y1}, Point{up, p.y2}, Point{x2, p.y2})
	}
	for i := range s.Lines {
		finish(&s.Lines[i], s.back[i])
	}
	s.First = start
	first := &s.Boxes[start]
	s.Start = Box{Code: "start", X: first.X - margin - startSize, Y: first.Y + first.Height/2 - startSize/2, Width: startSize, Height: startSize}
}

// finish turns an arrow that goes back, leaves out points on a straight piece
// and puts its label beside where it begins.
func finish(l *Line, back bool) {
	if back {
		slices.Reverse(l.Points)
	}
	var kept []Point
	for _, p := range l.Points {
		n := len(kept)
		if n > 0 && kept[n-1] == p {
			continue
		}
		if n > 1 && (kept[n-1].Y == p.Y && kept[n-2].Y == p.Y || kept[n-1].X == p.X && kept[n-2].X == p.X) {
			kept[n-1] = p
			continue
		}
		kept = append(kept, p)
	}
	l.Points = kept
	l.At = Point{kept[0].X + 6, kept[0].Y - 4}
	if back {
		l.At.X = kept[0].X - 6 - wide(l.Label)
	}
}
