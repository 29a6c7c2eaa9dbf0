package handbook

import (
	"cmp"
	"slices"
)

// Point is a place on the drawing.
type Point struct{ X, Y int }

// Box is a state on the drawing.
type Box struct {
	Code, Label         string
	Final               bool
	X, Y, Width, Height int
}

// Line is an arrow on the drawing: straight pieces from one box to another.
type Line struct {
	From, To, Label string
	Points          []Point
	At              Point // where its label begins, on its base line
}

// Drawing is a life cycle laid out from left to right.
type Drawing struct {
	Width, Height int
	Start         Box // the small circle where it begins
	First         int // the box that it leads to
	Boxes         []Box
	Lines         []Line
}

// The measures of a drawing.
const (
	boxWidth  = 140
	boxHeight = 56
	portGap   = 18 // between two arrows at one side of a box
	rowGap    = 26
	trackGap  = 10 // between two upright pieces
	margin    = 30
	startSize = 36
	laneSize  = 18 // how much room an arrow takes that passes a column
)

// cell is a box in its column, or an arrow on its way through it.
type cell struct {
	box      int // index of the box, -1 for an arrow passing
	y, high  int
	ins, out []int // pieces that come in and go out, from top to bottom
	rank     int
}

// piece is the part of an arrow between two neighbouring columns.
type piece struct {
	line     int
	from, to int // cells, from left to right
	back     bool
	y1, y2   int // where it leaves the left cell and enters the right one
}

type sketch struct {
	Drawing

	cells  []cell
	ranks  [][]int // cells by column, from top to bottom
	pieces []piece
	x      []int  // of the columns
	track  []int  // of each piece, the place of its upright part; 0 for a level one
	tracks []int  // how many upright pieces lie side by side in the gap behind a column
	label  []int  // width of the labels in the gap behind a column, at its left
	behind []int  // the same for arrows that go back, at its right
	back   []bool // lines that go back
}

// Draw lays a life cycle out: columns by the distance from the start, boxes
// ordered so that few arrows cross, each upright piece on a track of its own.
// The same cycle with the same words gives the same drawing.
func Draw(c *Cycle, state func(State) string, way func(Way) string) Drawing {
	s := &sketch{}
	at := map[string]int{}
	for i, st := range c.States {
		at[st.Code] = i
		s.Boxes = append(s.Boxes, Box{Code: st.Code, Label: state(st), Final: st.Final, Width: boxWidth})
	}
	ranks := rank(c, at)
	s.ranks = make([][]int, slices.Max(ranks)+1)
	for i := range c.States {
		s.add(i, ranks[i])
	}
	for _, w := range c.Ways() {
		s.line(w, at, ranks, way(w))
	}
	for range 12 {
		s.order(true)
		s.order(false)
	}
	s.ports()
	s.rows()
	s.lanes()
	s.columns()
	s.draw(at[c.Start])
	return s.Drawing
}

// rank is the column of each state: the longest way to it from the start along
// arrows that close no circle.
func rank(c *Cycle, at map[string]int) []int {
	next := make([][]int, len(c.States))
	for _, w := range c.Ways() {
		next[at[w.From]] = append(next[at[w.From]], at[w.To])
	}
	out, mark := make([]int, len(c.States)), make([]int, len(c.States))
	var order []int
	forward := make([][]int, len(c.States))
	var visit func(int)
	visit = func(i int) {
		mark[i] = 1
		for _, j := range next[i] {
			if mark[j] == 0 {
				visit(j)
			}
			if mark[j] == 2 {
				forward[i] = append(forward[i], j)
			}
		}
		mark[i] = 2
		order = append(order, i)
	}
	visit(at[c.Start])
	slices.Reverse(order)
	for _, i := range order {
		for _, j := range forward[i] {
			out[j] = max(out[j], out[i]+1)
		}
	}
	return out
}

func (s *sketch) add(box, rank int) int {
	s.cells = append(s.cells, cell{box: box, rank: rank})
	s.ranks[rank] = append(s.ranks[rank], len(s.cells)-1)
	return len(s.cells) - 1
}

// line takes an arrow apart into pieces; one that goes back is laid from its
// end to its beginning.
func (s *sketch) line(w Way, at map[string]int, ranks []int, label string) {
	l := len(s.Lines)
	s.Lines = append(s.Lines, Line{From: w.From, To: w.To, Label: label})
	a, b := at[w.From], at[w.To]
	back := ranks[a] > ranks[b]
	s.back = append(s.back, back)
	if back {
		a, b = b, a
	}
	here := a
	for r := ranks[a] + 1; r < ranks[b]; r++ {
		there := s.add(-1, r)
		s.join(piece{line: l, from: here, to: there, back: back})
		here = there
	}
	s.join(piece{line: l, from: here, to: b, back: back})
}

func (s *sketch) join(p piece) {
	s.pieces = append(s.pieces, p)
	i := len(s.pieces) - 1
	s.cells[p.from].out = append(s.cells[p.from].out, i)
	s.cells[p.to].ins = append(s.cells[p.to].ins, i)
}

// place is where a cell stands in its column.
func (s *sketch) place(c int) int { return slices.Index(s.ranks[s.cells[c].rank], c) }

// order sorts each column by the middle of what its cells are joined to in the
// column before, or behind.
func (s *sketch) order(down bool) {
	for k := range s.ranks {
		r := k
		if !down {
			r = len(s.ranks) - 1 - k
		}
		weight := map[int]float64{}
		for i, c := range s.ranks[r] {
			joined := s.cells[c].ins
			if !down {
				joined = s.cells[c].out
			}
			weight[c] = float64(i)
			sum := 0
			for _, p := range joined {
				other := s.pieces[p].from
				if !down {
					other = s.pieces[p].to
				}
				sum += s.place(other)
			}
			if len(joined) > 0 {
				weight[c] = float64(sum) / float64(len(joined))
			}
		}
		slices.SortStableFunc(s.ranks[r], func(a, b int) int { return cmp.Compare(weight[a], weight[b]) })
	}
}

// ports sorts what comes in and goes out at each side by where it leads.
func (s *sketch) ports() {
	for i := range s.cells {
		c := &s.cells[i]
		slices.SortStableFunc(c.ins, func(a, b int) int { return cmp.Compare(s.place(s.pieces[a].from), s.place(s.pieces[b].from)) })
		slices.SortStableFunc(c.out, func(a, b int) int { return cmp.Compare(s.place(s.pieces[a].to), s.place(s.pieces[b].to)) })
	}
}
