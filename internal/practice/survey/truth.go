package survey

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"kilter/internal/base/stats"
)

// Truth is a population whose opinion is known before it is asked: with it the
// analysis is held to what it promises, and a centre that looks at Kilter sees
// waves. Every person has a trait in each dimension, of variance 1; a perception
// is the expectation and the gap and the trait with noise, satisfaction is what
// the traits add to it.
type Truth struct {
	Dimensions []TrueDimension
	Groups     []TrueGroup
	Expect     float64 // mean of what is expected, in points
	Trait      float64 // what one of a trait is in points
	Common     float64 // correlation of two traits of a person, 0 to 1
	Noise      float64 // standard deviation of one answer beside the trait
	Style      float64 // standard deviation of what a person expects of everything
	Level      float64 // mean of satisfaction
	Blur       float64 // standard deviation of satisfaction beside what the traits explain
	Lines      float64 // share of persons who give one answer to everything that they perceive
	Missing    float64 // share of answers left out, at random
	Late       float64 // how much the content come first: 0 not at all
	Points     int     // of the scale; 0: answers are not rounded and have no ends
}

// TrueDimension is one dimension of it.
type TrueDimension struct {
	Name   string
	Items  []TrueItem
	Effect float64 // of one of the trait on satisfaction, in points
	Share  float64 // of the 100 points
}

// TrueItem is one item: its gap, in points.
type TrueItem struct {
	Name string
	Gap  float64
}

// TrueGroup is a department of the population.
type TrueGroup struct {
	Name  string
	Size  int
	Rate  float64            // share that answers
	Shift map[string]float64 // points that it perceives more, by dimension; "" for all
}

func (g TrueGroup) shift(dimension string) float64 { return g.Shift[""] + g.Shift[dimension] }

// Drawn is a wave drawn from a population.
type Drawn struct {
	*Answers
	Asked int
	Lines int // who gave one answer to everything
}

// headings of a drawn wave.
const (
	headGroup, headCame, headMost, headLeast = "department", "came", "most", "least"
	satisfactionItems                        = 2
)

// Spec says what the columns of a drawn wave mean.
func (t Truth) Spec() *Spec {
	points := t.Points
	if points == 0 {
		points = usualPoints
	}
	scale := Scale{1, float64(points)}
	s := &Spec{
		Scales:  map[Form]Scale{Expected: scale, Perceived: scale, Importance: scale, Satisfied: scale, Minimum: scale},
		Answers: map[string]float64{}, Satisfaction: []string{"SAT1", "SAT2"}, Came: headCame, Named: Named{Most: headMost, Least: headLeast},
		Cleaning:  Cleaning{usualMissing, usualFlat, usualRun, usualSeconds},
		Factors:   Factoring{Number: "dimensions", Extraction: "axis", Rotation: "varimax", Samples: usualParallel},
		Grid:      Grid{Cross: "mean"},
		Bootstrap: Resampling{Samples: usualDraws, Seed: 1}, Least: usualLeast,
	}
	for d, dim := range t.Dimensions {
		one := Dimension{Name: dim.Name, Weight: "W_" + dim.Name}
		for _, item := range dim.Items {
			one.Items = append(one.Items, item.Name)
			s.Items = append(s.Items, Item{Name: item.Name, Dimension: d, Columns: map[Form]string{Expected: "E_" + item.Name, Perceived: "P_" + item.Name}})
		}
		s.Dimensions = append(s.Dimensions, one)
	}
	group := Group{Name: headGroup, Column: headGroup, Population: map[string]int{}}
	for _, g := range t.Groups {
		group.Population[g.Name] = g.Size
	}
	s.Groups = []Group{group}
	return s
}

// Draw asks the population; the same seed gives the same answers.
func (t Truth) Draw(seed uint64) *Drawn {
	d := &drawing{truth: t, random: rand.New(rand.NewPCG(seed, 0x5e71)), spec: t.Spec()}
	d.out = &Drawn{Answers: &Answers{Items: d.spec.Items, Of: map[Form][][]float64{}, Groups: make([][]string, 1)}}
	for _, form := range []Form{Expected, Perceived} {
		d.out.Of[form] = make([][]float64, len(d.spec.Items))
	}
	d.out.Weights, d.out.Satisfaction = make([][]float64, len(t.Dimensions)), make([][]float64, satisfactionItems)
	for _, g := range t.Groups {
		d.out.Asked += g.Size
		for range g.Size {
			if d.random.Float64() < g.Rate {
				d.person(g)
			}
		}
	}
	return d.out
}

type drawing struct {
	truth  Truth
	random *rand.Rand
	spec   *Spec
	out    *Drawn
}

// person draws one who answers.
func (d *drawing) person(g TrueGroup) {
	t, out := d.truth, d.out
	common, style := d.random.NormFloat64(), t.Style*d.random.NormFloat64()
	line := math.NaN()
	if d.random.Float64() < t.Lines {
		line, out.Lines = d.answer(t.Expect-.5+t.Trait*common), out.Lines+1
	}
	sat, at := t.Level, 0
	for _, dim := range t.Dimensions {
		shift := g.shift(dim.Name)
		trait := math.Sqrt(t.Common)*common + math.Sqrt(1-t.Common)*d.random.NormFloat64()
		sat += dim.Effect * (trait + shift/t.Trait)
		for _, item := range dim.Items {
			e := d.left(d.answer(t.Expect + style + t.Noise*d.random.NormFloat64()))
			p := d.left(d.answer(t.Expect + item.Gap + shift + t.Trait*trait + t.Noise*d.random.NormFloat64()))
			if isNumber(line) {
				p = line
			}
			out.Of[Expected][at], out.Of[Perceived][at] = append(out.Of[Expected][at], e), append(out.Of[Perceived][at], p)
			at++
		}
	}
	for i := range out.Satisfaction {
		out.Satisfaction[i] = append(out.Satisfaction[i], d.answer(sat+t.Blur*d.random.NormFloat64()))
	}
	d.points()
	out.Groups[0] = append(out.Groups[0], g.Name)
	out.Came = append(out.Came, d.random.NormFloat64()-t.Late*common)
	out.N++
}

// answer is an opinion as it is ticked.
func (d *drawing) answer(x float64) float64 {
	if d.truth.Points == 0 {
		return x
	}
	return min(float64(d.truth.Points), max(1, math.Round(x)))
}

func (d *drawing) left(x float64) float64 {
	if d.random.Float64() < d.truth.Missing {
		return math.NaN()
	}
	return x
}

// points shares 100 out in fives, and names the most and the least of them.
func (d *drawing) points() {
	const step, all = 5, 100
	given, sum := make([]float64, len(d.truth.Dimensions)), 0.0
	for _, dim := range d.truth.Dimensions {
		sum += dim.Share
	}
	for range all / step {
		x := d.random.Float64() * sum
		for k, dim := range d.truth.Dimensions {
			if x -= dim.Share; x < 0 || k == len(given)-1 {
				given[k] += step
				break
			}
		}
	}
	most, least := 0, 0
	for k, x := range given {
		d.out.Weights[k] = append(d.out.Weights[k], x)
		if x > given[most] {
			most = k
		}
		if x < given[least] {
			least = k
		}
	}
	d.out.Named[0], d.out.Named[2] = append(d.out.Named[0], most), append(d.out.Named[2], least)
}

// Gap is the mean gap of a dimension over the whole population, as it is ticked:
// rounding and the ends of the scale take some of what is meant.
func (t Truth) Gap(dimension int) float64 {
	dim, sum := t.Dimensions[dimension], 0.0
	for _, item := range dim.Items {
		sum += t.overGroups(func(g TrueGroup) float64 {
			return t.ticked(t.Expect+item.Gap+g.shift(dim.Name), math.Hypot(t.Trait, t.Noise)) - t.ticked(t.Expect, math.Hypot(t.Noise, t.Style))
		})
	}
	return sum / float64(len(dim.Items))
}

func (t Truth) overGroups(of func(TrueGroup) float64) float64 {
	sum, all := 0.0, 0.0
	for _, g := range t.Groups {
		sum, all = sum+float64(g.Size)*of(g), all+float64(g.Size)
	}
	return sum / all
}

// ticked is the mean of a normal opinion on the scale: 1 + sum over k of P(X > k
// + 1/2).
func (t Truth) ticked(mean, spread float64) float64 {
	if t.Points == 0 {
		return mean
	}
	opinion, out := distuv.Normal{Mu: mean, Sigma: spread}, 1.0
	for k := 1; k < t.Points; k++ {
		out += opinion.Survival(float64(k) + .5)
	}
	return out
}

// Shares are how the explained part of satisfaction is shared out among the
// dimensions in the whole population (LMG over R2), of answers that are not
// rounded. Errors: as stats.Shapley.
func (t Truth) Shares() ([]float64, error) {
	m := len(t.Dimensions)
	trait := mat.NewSymDense(m, nil)
	for a, x := range t.Dimensions {
		meanX := t.overGroups(func(g TrueGroup) float64 { return g.shift(x.Name) })
		for b, y := range t.Dimensions[:a+1] {
			meanY := t.overGroups(func(g TrueGroup) float64 { return g.shift(y.Name) })
			between := t.overGroups(func(g TrueGroup) float64 { return (g.shift(x.Name) - meanX) * (g.shift(y.Name) - meanY) })
			within := t.Common
			if a == b {
				within = 1
			}
			trait.SetSym(a, b, within+between/(t.Trait*t.Trait))
		}
	}
	rxx, rxy, satisfied := mat.NewSymDense(m, nil), make([]float64, m), t.Blur*t.Blur/satisfactionItems
	spread := make([]float64, m)
	for a, x := range t.Dimensions {
		spread[a] = math.Sqrt(t.Trait*t.Trait*trait.At(a, a) + t.Noise*t.Noise/float64(len(x.Items)))
		for b, y := range t.Dimensions {
			satisfied += x.Effect * y.Effect * trait.At(a, b)
			rxy[a] += t.Trait * y.Effect * trait.At(a, b)
		}
	}
	for a := range m {
		rxy[a] /= spread[a] * math.Sqrt(satisfied)
		for b := range a {
			rxx.SetSym(a, b, t.Trait*t.Trait*trait.At(a, b)/(spread[a]*spread[b]))
		}
		rxx.SetSym(a, a, 1)
	}
	parts, r2, err := stats.Shapley(rxx, rxy)
	for k := range parts {
		parts[k] /= r2
	}
	return parts, err
}

// Index is the key-driver index of the dimensions in the whole population, of
// answers that are not rounded. Errors: as Shares.
func (t Truth) Index() ([]float64, error) {
	shares, err := t.Shares()
	if err != nil {
		return nil, err
	}
	needs := make([]float64, len(shares))
	for k := range needs {
		if needs[k], err = stats.Need(t.Gap(k), t.Spec().Scales[Perceived].Points()); err != nil {
			return nil, err
		}
	}
	return stats.KeyDrivers(shares, needs)
}
