package stats

import (
	"fmt"
	"math"
)

// Reason names why a figure cannot be computed. It is a plain word, so that
// whoever shows it can look up a sentence for it.
type Reason string

// The reasons.
const (
	Empty     Reason = "empty"     // nothing was answered
	TooFew    Reason = "too_few"   // N cases are there, Need are wanted
	Constant  Reason = "constant"  // Column has one value only
	Singular  Reason = "singular"  // Column follows from the others
	Shape     Reason = "shape"     // what was given does not fit together
	Unsettled Reason = "unsettled" // an iteration did not come to rest
)

// Unfit is the error of every function here that is given what its figure
// cannot be computed from: no function answers with a number that is none.
type Unfit struct {
	Why    Reason
	Column int // the column at fault, from 0; -1 when it is none of them
	N      int // cases that are there
	Need   int // cases that are wanted
}

func (u *Unfit) Error() string {
	text := "stats: " + string(u.Why)
	if u.Column >= 0 {
		text += fmt.Sprintf(", column %d", u.Column)
	}
	if u.Need > 0 {
		text += fmt.Sprintf(", %d cases of %d", u.N, u.Need)
	}
	return text
}

func unfit(why Reason) *Unfit          { return &Unfit{Why: why, Column: -1} }
func unfitAt(why Reason, at int) error { return &Unfit{Why: why, Column: at} }

// enough is nil when n cases are at least need.
func enough(n, need int) error {
	switch {
	case n >= need:
		return nil
	case n == 0:
		return &Unfit{Why: Empty, Column: -1, Need: need}
	}
	return &Unfit{Why: TooFew, Column: -1, N: n, Need: need}
}

// answered says whether a value is one: NaN stands for a missing answer, and an
// infinite value is none either.
func answered(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// present are the values that were answered, in their order.
func present(values []float64) []float64 {
	out := make([]float64, 0, len(values))
	for _, x := range values {
		if answered(x) {
			out = append(out, x)
		}
	}
	return out
}

// sameLength is nil when there are columns and all have one length.
func sameLength(columns [][]float64) error {
	if len(columns) == 0 {
		return unfit(Empty)
	}
	for i, c := range columns {
		if len(c) != len(columns[0]) {
			return unfitAt(Shape, i)
		}
	}
	return nil
}
