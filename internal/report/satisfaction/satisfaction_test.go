package satisfaction_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"kilter/internal/practice/survey"
	"kilter/internal/report/satisfaction"
)

// city is a population of which everything is known: reliability is bad and
// matters most.
func city(reliability float64) survey.Truth {
	t := survey.Truth{Expect: 5.8, Trait: .8, Common: .3, Noise: .7, Level: 4.5, Blur: .5, Points: 7}
	for i := range 8 {
		t.Groups = append(t.Groups, survey.TrueGroup{Name: fmt.Sprintf("dep%d", i), Size: 60, Rate: .6})
	}
	t.Groups = append(t.Groups, survey.TrueGroup{Name: "tiny", Size: 4, Rate: .7})
	for d, x := range []struct {
		name        string
		gap, effect float64
	}{{"tangibles", -.4, .05}, {"reliability", reliability, .7}, {"responsiveness", -.8, .3}, {"assurance", -.3, .1}, {"empathy", -.6, .1}} {
		dim := survey.TrueDimension{Name: x.name, Effect: x.effect, Share: 20}
		for i := range 4 {
			dim.Items = append(dim.Items, survey.TrueItem{Name: fmt.Sprintf("%c%d", 'A'+d, i+1), Gap: x.gap})
		}
		t.Dimensions = append(t.Dimensions, dim)
	}
	return t
}

func held(t testing.TB, truth survey.Truth, seed uint64) *satisfaction.Wave {
	t.Helper()
	d := truth.Draw(seed)
	s := truth.Spec()
	s.Bootstrap.Samples = 300
	for _, g := range truth.Groups {
		s.Population += g.Size
	}
	r, err := survey.Analyse(s, d.Answers)
	if err != nil {
		t.Fatal(err)
	}
	return &satisfaction.Wave{ID: int64(seed), Result: r, Invited: d.Asked, Answered: d.N}
}

// A wave after something has been done: the report says what has become better,
// what has not, what drives satisfaction, and names no small department.
func TestReportAnswers(t *testing.T) {
	t.Parallel()
	before, now := held(t, city(-1.6), 1), held(t, city(-.9), 2)
	r := satisfaction.Read(now, before)
	if c := r.Overall; c.Verdict != satisfaction.Uncertain && c.Verdict != satisfaction.Better && c.Verdict != satisfaction.Same || c.Low > .14 || c.High < .14 {
		t.Errorf("overall is .14 better, of which rounding takes some: %+v", c)
	}
	for _, d := range r.Dimensions {
		want := satisfaction.Uncertain
		if d.Name == "reliability" {
			want = satisfaction.Better
		}
		if d.Change == nil || d.Change.Verdict != want {
			t.Errorf("%s: %+v, want %s", d.Name, d.Change, want)
		}
	}
	if r.Drivers[0].Name != "reliability" || r.Drivers[0].Verdict != "key factor" || r.ByGap {
		t.Errorf("drivers: %+v", r.Drivers[0])
	}
	if len(r.Focus) == 0 || slices.ContainsFunc(r.Focus, func(f satisfaction.Focus) bool { return f.Dimension != "reliability" && !f.Borderline }) {
		t.Errorf("focus: %+v", r.Focus)
	}
	if r.Grade() != satisfaction.Firm {
		t.Errorf("a good wave is firm: %+v", r.Sure)
	}
	deps := r.Segments[0]
	for _, row := range deps.Rows {
		if row.Code == "tiny" || row.Response == nil || row.Rest == nil {
			t.Errorf("group %+v", row)
		}
	}
	if len(deps.Hidden) < 2 {
		t.Errorf("one hidden group can be computed from the others: %v", deps.Hidden)
	}
}

// What speaks against figures is said, and said beside them.
func TestReportWarns(t *testing.T) {
	t.Parallel()
	truth := city(-1.2)
	truth.Lines, truth.Noise, truth.Trait, truth.Late = .2, 1.6, .5, 2
	for i := range truth.Groups {
		truth.Groups[i].Rate = .13
	}
	r := satisfaction.Read(held(t, truth, 4), nil)
	if r.Grade() != satisfaction.Weak {
		t.Errorf("thirteen of a hundred answered, and every dimension is noise: %+v", r.Sure)
	}
	for part, key := range map[string]string{
		satisfaction.AboutAnswer: "response_weak", satisfaction.AboutDimensions: "alpha_poor", satisfaction.AboutStructure: "structure_few",
	} {
		if !slices.ContainsFunc(r.Beside(part), func(p satisfaction.Point) bool { return p.Key == "satisfaction.sure."+key }) {
			t.Errorf("%s is not beside %s: %+v", key, part, r.Beside(part))
		}
	}
}

// Waves on five and on seven points are compared on the scale of the newer one;
// a wave with expectations and one without, or a pilot, are not compared.
func TestWavesOfOtherScales(t *testing.T) {
	t.Parallel()
	now := held(t, city(-1), 5)
	text, err := json.Marshal(now.Result)
	if err != nil {
		t.Fatal(err)
	}
	earlier := *now
	earlier.Result = &survey.Result{}
	if err := json.Unmarshal(text, earlier.Result); err != nil {
		t.Fatal(err)
	}
	earlier.Result.Points = 5 // the same figures, each of a longer step
	c := satisfaction.Read(now, &earlier).Overall
	if !c.Rescaled() || math.Abs(c.Before-1.5**now.Result.Unweighted) > 1e-9 || c.Verdict != satisfaction.Better {
		t.Errorf("%+v", c)
	}
	earlier.Result.Unweighted = nil
	if r := satisfaction.Read(now, &earlier); r.Apart != "other_form" || r.Overall != nil || r.Dimensions[0].Change != nil {
		t.Errorf("apart: %q", r.Apart)
	}
	earlier = *now
	earlier.Pilot = true
	if r := satisfaction.Read(now, &earlier); r.Apart != "pilot" {
		t.Errorf("apart: %q", r.Apart)
	}
}

// BenchmarkRead thaws a frozen result of 20 items and nine departments and reads
// its report.
func BenchmarkRead(b *testing.B) {
	w := held(b, city(-1), 1)
	text, err := json.Marshal(w.Result)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		again := *w
		again.Result = &survey.Result{}
		if err := json.Unmarshal(text, again.Result); err != nil {
			b.Fatal(err)
		}
		satisfaction.Read(&again, w)
	}
}
