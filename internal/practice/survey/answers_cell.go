package survey

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"kilter/internal/base/fault"
)

// answer is a cell on a scale.
func (c *collecting) answer(row []string, line int, name string, scale Scale) float64 {
	x := c.number(row, line, name)
	if x < scale.Low || x > scale.High {
		c.fault(fault.At(name, "survey.file.off_scale").With("row", line).With("value", c.cell(row, name)).With("low", scale.Low).With("high", scale.High))
		return math.NaN()
	}
	return x
}

// outcome is a cell of overall satisfaction, on a scale where the spec gives it
// one.
func (c *collecting) outcome(row []string, line int, name string) float64 {
	if scale, given := c.spec.Scales[Outcome]; given {
		return c.answer(row, line, name, scale)
	}
	return c.number(row, line, name)
}

// weight is a cell of points: nobody shares out less than nothing.
func (c *collecting) weight(row []string, line int, name string) float64 {
	x := c.number(row, line, name)
	if x < 0 {
		c.fault(fault.At(name, "survey.file.weight_negative").With("row", line).With("value", c.cell(row, name)))
		return math.NaN()
	}
	return x
}

// number is a cell that is a number, a word for one, or missing.
func (c *collecting) number(row []string, line int, name string) float64 {
	text := width.Narrow.String(c.cell(row, name)) // figures as Chinese input methods write them
	if text == "" || listed(c.spec.Missing, text) {
		return math.NaN()
	}
	if listed(c.spec.NA, text) {
		c.out.NA++
		return math.NaN()
	}
	if x, ok := c.spec.Answers[strings.ToLower(text)]; ok {
		return x
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil && strings.Count(text, ",") == 1 {
		x, err = strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	}
	if err != nil || !(math.Abs(x) <= greatest) {
		c.fault(fault.At(name, "survey.file.no_number").With("row", line).With("value", text))
		return math.NaN()
	}
	return x
}

// listed says whether a cell is one of the codes, as text or as a number.
func listed(codes []string, text string) bool {
	return slices.ContainsFunc(codes, func(code string) bool {
		if strings.EqualFold(strings.TrimSpace(code), text) {
			return true
		}
		a, errA := strconv.ParseFloat(code, 64)
		b, errB := strconv.ParseFloat(text, 64)
		return errA == nil && errB == nil && a == b
	})
}

// called is the name of the group that a cell stands for; "" for none. Where
// the spec names values, only these are groups.
func (g Group) called(text string, s *Spec) string {
	if text == "" || listed(s.Missing, text) || listed(s.NA, text) {
		return ""
	}
	for _, v := range g.Values {
		if v.Is == text {
			return v.Called
		}
	}
	if len(g.Values) > 0 {
		return ""
	}
	return text
}
