package satisfaction

import (
	"math"

	"kilter/internal/base/stats"
)

// Level is how a point bears on what may be believed.
type Level string

// The levels.
const (
	Firm Level = "firm" // speaks for the figures
	Care Level = "care" // read with care
	Weak Level = "weak" // speaks against relying on them
)

// Point is one reason for or against relying on the figures. Its words stand
// under Key; Args go in pairs of name and value.
type Point struct {
	Level Level
	Key   string
	About string // the part of the report that it is shown beside, too
	Args  []any
}

// Share and Decimal are values of Args that the reader's language writes: a share
// in whole per cent, and a number with two digits.
type (
	Share   float64
	Decimal float64
)

// Grade is how sure the whole is: weak where one point is, else to be read with
// care where two or more ask for it.
func (r *Report) Grade() Level {
	care := 0
	for _, p := range r.Sure {
		switch p.Level {
		case Weak:
			return Weak
		case Care:
			care++
		case Firm:
		}
	}
	if care > 1 {
		return Care
	}
	return Firm
}

// Beside are the points that a part of the report shows, without those that
// speak for it.
func (r *Report) Beside(part string) []Point {
	var out []Point
	for _, p := range r.Sure {
		if p.About == part && p.Level != Firm {
			out = append(out, p)
		}
	}
	return out
}

// The parts of the report that points stand beside.
const (
	AboutAnswer     = "answer"
	AboutDimensions = "dimensions"
	AboutDrivers    = "drivers"
	AboutStructure  = "structure"
	AboutSegments   = "segments"
)

func (r *Report) sure() []Point {
	var out []Point
	for _, f := range []func() *Point{r.response, r.enough, r.lines, r.late, r.reliable, r.differences, r.separable, r.collinear, r.named, r.structure, r.hidden} {
		if p := f(); p != nil {
			out = append(out, *p)
		}
	}
	return out
}

func point(level Level, about, key string, args ...any) *Point {
	return &Point{Level: level, Key: "satisfaction.sure." + key, About: about, Args: args}
}

// The rates of response of the specification.
const (
	lowResponse   = .30
	leastResponse = .15
)

func (r *Report) response() *Point {
	if r.Invited == 0 {
		return point(Care, AboutAnswer, "response_unknown", "n", r.Result.N)
	}
	rate := float64(r.Answered) / float64(r.Invited)
	args := []any{"n", r.Answered, "asked", r.Invited, "rate", Share(rate)}
	switch {
	case rate < leastResponse:
		return point(Weak, AboutAnswer, "response_weak", args...)
	case rate < lowResponse:
		return point(Care, AboutAnswer, "response_low", args...)
	}
	return point(Firm, AboutAnswer, "response", args...)
}

// enough compares the answers with what the population needs.
func (r *Report) enough() *Point {
	s := r.Result.Sample
	if s == nil || s.ForMean == 0 {
		return nil
	}
	if args := []any{"n", s.Answers, "need", s.ForMean}; s.Answers < s.ForMean {
		return point(Care, AboutAnswer, "few", args...)
	}
	return point(Firm, AboutAnswer, "enough", "n", s.Answers, "need", s.ForMean)
}

// manyLines is the share of straight-liners above which they may shape a figure.
const manyLines = .10

func (r *Report) lines() *Point {
	c := r.Result.Cleaning
	if c.Flagged == 0 {
		return point(Firm, AboutAnswer, "no_lines")
	}
	share := float64(c.Flagged) / float64(max(1, r.Result.N))
	args := []any{"n", c.Flagged, "share", Share(share)}
	was := r.Score()
	if o := r.Result.WithoutFlagged; o != nil && was != nil {
		without := o.Unweighted
		if !r.Gaps() {
			without = o.Servperf
		}
		if without != nil {
			args = append(args, "without", Decimal(*without), "with", Decimal(*was))
			if math.Abs(*without-*was) < noticed(r.Result.Points) && share < manyLines {
				return point(Firm, AboutAnswer, "lines", args...)
			}
			return point(Care, AboutAnswer, "lines_many", args...)
		}
	}
	return point(Care, AboutAnswer, "lines_only", args...)
}

// noticed is a third of the least relevant change: when the score without those
// who were flagged differs by so much, it is said.
func noticed(points int) float64 { return .1 * float64(points-1) / 6 }

func (r *Report) late() *Point {
	e := r.Result.Early
	switch {
	case e == nil:
		return nil
	case e.P < sure && e.Relevant:
		return point(Care, AboutAnswer, "late", "x", Decimal(e.Difference))
	}
	return point(Firm, AboutAnswer, "not_late")
}

// The bands of alpha: below the first a dimension is no scale, below the second
// it is a poor one.
const (
	poorAlpha = .60
	weakAlpha = .70
)

func (r *Report) reliable() *Point {
	low, poor, all, least := 0, 0, 0, 1.0
	for _, d := range r.Dimensions {
		if d.AlphaP == nil {
			continue
		}
		all++
		least = min(least, *d.AlphaP)
		low += number(*d.AlphaP < weakAlpha)
		poor += number(*d.AlphaP < poorAlpha)
	}
	args := []any{"n", low, "all", all, "least", Decimal(least)}
	switch {
	case all == 0:
		return nil
	case poor > 0:
		return point(Weak, AboutDimensions, "alpha_poor", args...)
	case low > 0:
		return point(Care, AboutDimensions, "alpha_weak", args...)
	}
	return point(Firm, AboutDimensions, "alpha", args...)
}

func (r *Report) differences() *Point {
	low, all := 0, 0
	for _, d := range r.Dimensions {
		if d.RelDiff != nil {
			all++
			low += number(*d.RelDiff < weakAlpha)
		}
	}
	if low == 0 {
		return nil
	}
	return point(Care, AboutDimensions, "difference", "n", low, "all", all)
}

func (r *Report) separable() *Point {
	if r.ByGap {
		return point(Care, AboutDrivers, "no_drivers")
	}
	keys, unsure := 0, 0
	for _, d := range r.Drivers {
		keys += number(d.Verdict == string(stats.KeyFactor))
		unsure += number(d.Verdict == string(stats.NotSeparable))
	}
	if keys == 0 || unsure > 0 {
		return point(Care, AboutDrivers, "not_separable", "keys", keys, "n", unsure)
	}
	return point(Firm, AboutDrivers, "separable", "keys", keys)
}

// The bounds of variance inflation.
const highVIF = 5

func (r *Report) collinear() *Point {
	if r.Result.OnP == nil {
		return nil
	}
	worst := 0.0
	for _, t := range r.Result.OnP.Terms {
		worst = max(worst, t.VIF)
	}
	switch {
	case r.Result.OnP.Small:
		return point(Care, AboutDrivers, "few_for_drivers", "n", r.Result.OnP.N, "need", 50+8*len(r.Result.OnP.Terms))
	case worst > highVIF:
		return point(Care, AboutDrivers, "collinear", "x", Decimal(worst))
	}
	return nil
}

func (r *Report) named() *Point {
	c := r.Result.Check
	if c == nil || c.MostAgrees == nil {
		return nil
	}
	if *c.MostAgrees < .5 {
		return point(Care, AboutDrivers, "named_against", "share", Share(*c.MostAgrees))
	}
	return point(Firm, AboutDrivers, "named", "share", Share(*c.MostAgrees))
}

// confirmed is the share of items on the expected factor from which the
// dimensions count as found again.
const confirmed = .8

func (r *Report) structure() *Point {
	f := r.Result.FactorsP
	switch {
	case f == nil && r.Result.FactorabilityP != nil && r.Result.FactorabilityP.KMO == nil:
		k := r.Result.FactorabilityP
		return point(Care, AboutStructure, "structure_few", "n", k.N, "need", 5*k.K)
	case f == nil || f.Agreement == nil:
		return nil
	case len(f.Improper) > 0 || !f.Settled:
		return point(Care, AboutStructure, "structure_improper")
	case *f.Agreement < confirmed:
		return point(Care, AboutStructure, "structure_against", "share", Share(*f.Agreement))
	}
	return point(Firm, AboutStructure, "structure", "share", Share(*f.Agreement))
}

func (r *Report) hidden() *Point {
	n := 0
	for _, g := range r.Result.Groups {
		n += len(g.Hidden)
	}
	if n == 0 {
		return nil
	}
	return point(Firm, AboutSegments, "hidden", "n", n)
}
