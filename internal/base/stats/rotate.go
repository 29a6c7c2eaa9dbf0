package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// The end of the iteration of varimax.
const (
	turnLeast  = 1e-10 // radians
	turnRounds = 1000
)

// Varimax turns factors so that each item loads high on few of them: plane
// rotations of every pair by the angle that most raises the variance of the
// squared loadings, after Kaiser's normalisation of the items to one communality
// (Kaiser, Psychometrika 23, 1958). What the factors explain together does not
// change. Errors: Unsettled.
func Varimax(f Factors) (Factors, error) {
	p, m := f.Loadings.Dims()
	l := mat.DenseCopyOf(f.Loadings)
	root := make([]float64, p)
	for i, h := range communality(l) {
		root[i] = math.Sqrt(h)
		scaleRow(l, i, inverseOf(root[i]))
	}
	settled := m < 2
	for round := 0; round < turnRounds && !settled; round++ {
		settled = true
		for a := range m {
			for b := a + 1; b < m; b++ {
				if angle := varimaxAngle(l, a, b); math.Abs(angle) > turnLeast {
					turn(l, a, b, angle)
					settled = false
				}
			}
		}
	}
	if !settled {
		return Factors{}, unfit(Unsettled)
	}
	for i := range root {
		scaleRow(l, i, root[i])
	}
	f.Loadings, f.Phi = l, nil
	f.order()
	return f, nil
}

// inverseOf is 1/x, and 0 for an item that no factor explains.
func inverseOf(x float64) float64 {
	if x == 0 {
		return 0
	}
	return 1 / x
}

func scaleRow(l *mat.Dense, i int, by float64) {
	_, m := l.Dims()
	for j := range m {
		l.Set(i, j, l.At(i, j)*by)
	}
}

// varimaxAngle is Kaiser's angle for two factors.
func varimaxAngle(l *mat.Dense, a, b int) float64 {
	p, _ := l.Dims()
	var sumU, sumV, sumC, sumD float64
	for i := range p {
		x, y := l.At(i, a), l.At(i, b)
		u, v := x*x-y*y, 2*x*y
		sumU, sumV = sumU+u, sumV+v
		sumC, sumD = sumC+u*u-v*v, sumD+2*u*v
	}
	num := sumD - 2*sumU*sumV/float64(p)
	den := sumC - (sumU*sumU-sumV*sumV)/float64(p)
	if math.Hypot(num, den) < turnLeast*turnLeast {
		return 0
	}
	return math.Atan2(num, den) / 4
}

func turn(l *mat.Dense, a, b int, angle float64) {
	p, _ := l.Dims()
	sin, cos := math.Sincos(angle)
	for i := range p {
		x, y := l.At(i, a), l.At(i, b)
		l.Set(i, a, x*cos+y*sin)
		l.Set(i, b, y*cos-x*sin)
	}
}

// promaxPower is kappa, the power that promax raises loadings to.
const promaxPower = 4

// Promax lets factors correlate: the varimax loadings L are fitted by least
// squares to the target L*|L|^3, the transformation is normalised so that
// factors have variance 1, and Phi is their correlation (Hendrickson and White,
// British J. Statistical Psychology 17, 1964). Loadings are then the pattern. R's
// promax and psych's principal do it so. Errors: Unsettled (of varimax), Singular
// (factors that fall together).
func Promax(f Factors) (Factors, error) { return promax(f, false) }

// PromaxNormalised is Promax with the items at one communality while the target
// is fitted, so that weakly explained items count as much as others; psych's fa
// does it so. Errors: as Promax.
func PromaxNormalised(f Factors) (Factors, error) { return promax(f, true) }

func promax(f Factors, normalised bool) (Factors, error) {
	f, err := Varimax(f)
	if err != nil {
		return Factors{}, err
	}
	p, m := f.Loadings.Dims()
	if m < 2 {
		return f, nil
	}
	root := communality(f.Loadings)
	for i, h := range root {
		if root[i] = 1; normalised {
			root[i] = math.Sqrt(h)
		}
		scaleRow(f.Loadings, i, inverseOf(root[i]))
	}
	target := mat.NewDense(p, m, nil)
	target.Apply(func(_, _ int, x float64) float64 { return x * math.Pow(math.Abs(x), promaxPower-1) }, f.Loadings)
	var inner, right, u mat.Dense
	inner.Mul(f.Loadings.T(), f.Loadings)
	right.Mul(f.Loadings.T(), target)
	if err := u.Solve(&inner, &right); err != nil {
		return Factors{}, unfit(Singular)
	}
	var square, back mat.Dense
	square.Mul(u.T(), &u)
	if err := back.Inverse(&square); err != nil {
		return Factors{}, unfit(Singular)
	}
	for j := range m {
		for i := range m {
			u.Set(i, j, u.At(i, j)*math.Sqrt(back.At(j, j)))
		}
	}
	var pattern, turned mat.Dense
	pattern.Mul(f.Loadings, &u)
	if err := turned.Inverse(&u); err != nil {
		return Factors{}, unfit(Singular)
	}
	for i := range root {
		scaleRow(&pattern, i, root[i])
	}
	f.Loadings, f.Phi = &pattern, mat.NewSymDense(m, nil)
	f.Phi.SymOuterK(1, &turned)
	f.order()
	return f, nil
}

// The borders of what a loading says.
const (
	loads   = 0.40 // in either direction: the item belongs to the factor
	crosses = 0.75 // share of its greatest loading above which it belongs to a second one too
)

// Belonging is where an item belongs.
type Belonging struct {
	Factor int     // with the greatest loading by size, from 0
	Most   float64 // that loading
	Second float64 // the next greatest, by size
	Loads  bool    // Most is .40 or more, in either direction
	Cross  bool    // Second is .75 of Most or more
}

// Belongings says for each item to which factor it belongs: the one with the
// greatest loading by size, and whether that is enough to say so.
func (f Factors) Belongings() []Belonging {
	p, m := f.Loadings.Dims()
	out := make([]Belonging, p)
	for i := range out {
		var b Belonging
		for j := range m {
			x := f.Loadings.At(i, j)
			switch {
			case math.Abs(x) > math.Abs(b.Most):
				b.Second, b.Most, b.Factor = b.Most, x, j
			case math.Abs(x) > math.Abs(b.Second):
				b.Second = x
			}
		}
		b.Loads = math.Abs(b.Most) >= loads
		b.Cross = b.Most != 0 && math.Abs(b.Second) >= crosses*math.Abs(b.Most)
		out[i] = b
	}
	return out
}

// Agreement is the share of items that load where they were meant to: expected
// are the dimensions of the items by number, -1 for none, and each factor stands
// for the dimension of which it holds most items, no dimension twice, the
// clearest first. Items without a dimension do not count. Errors: Shape, Empty.
func (f Factors) Agreement(expected []int) (float64, error) {
	found := f.Belongings()
	if len(expected) != len(found) {
		return 0, unfit(Shape)
	}
	shared := map[[2]int]int{}
	counted := 0
	for i, d := range expected {
		if d < 0 {
			continue
		}
		counted++
		shared[[2]int{found[i].Factor, d}]++
	}
	if counted == 0 {
		return 0, unfit(Empty)
	}
	right, usedF, usedD := 0, map[int]bool{}, map[int]bool{}
	for len(shared) > 0 {
		var best [2]int
		most := 0
		for pair, n := range shared {
			if n > most || n == most && (pair[0] < best[0] || pair[0] == best[0] && pair[1] < best[1]) {
				best, most = pair, n
			}
		}
		right += most
		usedF[best[0]], usedD[best[1]] = true, true
		for pair := range shared {
			if usedF[pair[0]] || usedD[pair[1]] {
				delete(shared, pair)
			}
		}
	}
	return float64(right) / float64(counted), nil
}
