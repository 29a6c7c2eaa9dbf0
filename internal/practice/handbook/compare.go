package handbook

import (
	"strings"
	"unicode"
)

// Piece is a stretch of a compared text.
type Piece struct {
	Text string
	Out  bool // only in the earlier one
	In   bool // only in the later one
}

// mostCompared is how many words of each text are held against each other; of
// longer ones the whole middle is said to be new.
const mostCompared = 3000

// Compare holds two texts against each other, word by word, Chinese by
// characters.
func Compare(was, now string) []Piece {
	a, b := tokens(was), tokens(now)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	w := &weave{}
	w.add(a[:head], false, false)
	w.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	w.add(a[len(a)-tail:], false, false)
	return w.pieces
}

type weave struct{ pieces []Piece }

// add joins what is alike to the piece before it.
func (w *weave) add(words []string, out, in bool) {
	if len(words) == 0 {
		return
	}
	text := strings.Join(words, "")
	if n := len(w.pieces); n > 0 && w.pieces[n-1].Out == out && w.pieces[n-1].In == in {
		w.pieces[n-1].Text += text
		return
	}
	w.pieces = append(w.pieces, Piece{text, out, in})
}

// middle is the longest common sequence of what differs.
func (w *weave) middle(a, b []string) {
	if len(a) > mostCompared || len(b) > mostCompared {
		w.add(a, true, false)
		w.add(b, false, true)
		return
	}
	common := make([][]uint16, len(a)+1)
	for i := range common {
		common[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			w.add(a[i:i+1], false, false)
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			w.add(a[i:i+1], true, false)
			i++
		default:
			w.add(b[j:j+1], false, true)
			j++
		}
	}
	w.add(a[i:], true, false)
	w.add(b[j:], false, true)
}

// tokens cuts a text into words with the space behind them.
func tokens(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	space := false
	for _, r := range text {
		blank := unicode.IsSpace(r)
		if unicode.Is(unicode.Han, r) || space && !blank {
			flush()
		}
		b.WriteRune(r)
		if unicode.Is(unicode.Han, r) {
			flush()
			blank = false
		}
		space = blank
	}
	flush()
	return out
}
