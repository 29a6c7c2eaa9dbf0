package risk

import (
	"math"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/setting"
)

// PolicyCode is the code of the centre setting that holds the scale.
const PolicyCode = "risks"

// Scale says which class a probability in percent and an impact in money belong to, so
// that a risk in figures stands beside one in classes: beyond each step the class is one
// higher.
type Scale struct {
	Chance [MostLevel - 1]int `json:"chance"` // percent
	Loss   [MostLevel - 1]int `json:"loss"`   // whole yuan
}

// The bounds of what may be said in figures.
const (
	mostChance = 100
	mostLoss   = 1_000_000_000
)

// StandardScale holds until a centre decides otherwise.
func StandardScale() Scale {
	return Scale{Chance: [MostLevel - 1]int{5, 20, 50, 80}, Loss: [MostLevel - 1]int{10_000, 50_000, 200_000, 1_000_000}}
}

var document = setting.Document[Scale]{Code: PolicyCode, Usual: StandardScale}

// ScaleOf reads the scale of a centre.
func ScaleOf(all *setting.All) (Scale, error) { return document.Of(all) }

func class(n int, steps [MostLevel - 1]int) int {
	out := 1
	for _, step := range steps {
		if n > step {
			out++
		}
	}
	return out
}

// settle derives what follows from figures: the classes, and what is to be expected of
// both together.
func (s Scale) settle(r *Risk) {
	if r.Chance > 0 {
		r.Probability = class(r.Chance, s.Chance)
	}
	if r.Loss > 0 {
		r.Impact = class(r.Loss, s.Loss)
	}
	r.Expected = int(math.Round(float64(r.Chance) * float64(r.Loss) / mostChance))
}

// PolicySheet describes the scale as a setting.
func PolicySheet() setting.Sheet {
	type D = Scale
	var fields []setting.Attribute
	for i := range MostLevel - 1 {
		fields = append(fields, setting.IntOf("chance_"+strconv.Itoa(i+2), 1, mostChance-1, func(d *D) *int { return &d.Chance[i] }).Must())
	}
	for i := range MostLevel - 1 {
		fields = append(fields, setting.IntOf("loss_"+strconv.Itoa(i+2), 1, mostLoss-1, func(d *D) *int { return &d.Loss[i] }).Must())
	}
	return document.Sheet(func(_ *setting.All, d *D) error { return d.Check() }, fields...)
}

// Check says what is wrong with a scale, at the fields of its page.
func (s Scale) Check() error {
	for i := 1; i < MostLevel-1; i++ {
		if s.Chance[i] <= s.Chance[i-1] {
			return fault.At("chance_"+strconv.Itoa(i+2), "risk.steps_must_rise")
		}
		if s.Loss[i] <= s.Loss[i-1] {
			return fault.At("loss_"+strconv.Itoa(i+2), "risk.steps_must_rise")
		}
	}
	return nil
}
