package programme

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// threeWaves are those of three springs, of which whoever may not read surveys
// learns nothing.
type threeWaves struct {
	Source

	denied bool
}

func spring(year int) time.Time { return time.Date(year, 4, 1, 0, 0, 0, 0, time.UTC) }

func (s threeWaves) Waves(context.Context, people.Actor) ([]Origin, error) {
	if s.denied {
		return nil, fault.New(fault.Denied, "trouble.denied")
	}
	return []Origin{{ID: 4, Day: spring(2027)}, {ID: 3, Day: spring(2026)}, {ID: 2, Day: spring(2025)}, {ID: 1, Day: spring(2024)}}, nil
}

func (s threeWaves) Satisfaction(_ context.Context, _ people.Actor, wave int64, _ *roadmap.Settings) (Origin, Satisfaction, error) {
	if wave == 4 {
		return Origin{}, Satisfaction{}, fault.At("wave", "programme.wave_lacks")
	}
	gap := map[int64]float64{1: -9, 2: -1.4, 3: -.6}[wave]
	return Origin{ID: wave, Day: spring(2023 + int(wave))}, Satisfaction{Gap: map[string]float64{"T": gap, "R": gap}, Share: map[string]float64{"T": .5, "R": .5}}, nil
}

// ownQuestions are four statements of two processes.
type ownQuestions struct{ set *maturity.Set }

func (o ownQuestions) Current(context.Context) (*maturity.Set, error)    { return o.set, nil }
func (o ownQuestions) Of(context.Context, string) (*maturity.Set, error) { return o.set, nil }

// indicated is a programme of eight steps, at the end of November at the centre.
func indicated() (*Room, *View) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	step := func(state roadmap.State, due, claimed int) Step {
		s := Step{State: state, StepDoc: StepDoc{Due: day(due), Cost: 2}}
		if claimed > 0 {
			s.Claimed = day(claimed)
		}
		return s
	}
	v := &View{
		Settings: roadmap.Standard(), Plan: &roadmap.Plan{Readiness: map[maturity.Process]float64{"SD": .4, "IM": .8}},
		Programme: &Programme{Doc: Doc{Baseline: &Baseline{
			Wave: Origin{ID: 1, Day: spring(2024)}, Satisfaction: Satisfaction{Gap: map[string]float64{"T": -1, "R": -2}, Share: map[string]float64{"T": .25, "R": .75}},
		}}},
		Steps: []Step{
			step(roadmap.Verified, 20, 19), step(roadmap.Verified, 20, 20), step(roadmap.Verified, 20, 22), // two by their day
			step(roadmap.Verified, 30, 1),                                                             // verified before its day
			step(roadmap.InWork, 25, 0), step(roadmap.Claimed, 25, 24), step(roadmap.Regressed, 1, 1), // their day is over
			step(roadmap.Planned, 30, 0), // it is not
		},
	}
	set := &maturity.Set{Version: "own", Processes: []maturity.Part{
		{Code: "SD", Questions: []maturity.Question{{ID: "SD-1-1"}, {ID: "SD-1-2"}, {ID: "SD-1-3"}}},
		{Code: "IM", Questions: []maturity.Question{{ID: "IM-1-1"}}},
	}}
	return &Room{
		Now: func() time.Time { return time.Date(2026, 11, 29, 20, 0, 0, 0, time.UTC) }, Place: func() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) },
		Source: threeWaves{}, Sets: ownQuestions{set},
		Evidence: func(context.Context, time.Time) (maturity.Answers, error) {
			return maturity.Answers{"SD-1-1": maturity.Yes, "SD-1-2": maturity.No, "SD-1-3": maturity.Insufficient, "PM-1-1": maturity.Yes}, nil
		},
	}, v
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// TestIndicatorsHaveAKnownAnswer computes each indicator of a programme by hand.
func TestIndicatorsHaveAKnownAnswer(t *testing.T) {
	t.Parallel()
	m, v := indicated()
	two, _ := maturity.LevelOf(2)
	three, _ := maturity.LevelOf(3)
	against := []Compared{{Process: "SD", Began: two, Attained: three, Found: Measure{Ready: .6}}, {Process: "IM", Began: three, Attained: three, Found: Measure{Ready: .9}}}
	by := people.Actor{Grants: people.NewGrants(DeedRead), Scope: people.Everything()}
	i, err := m.Indicators(t.Context(), by, v, against)
	if err != nil {
		t.Fatal(err)
	}
	if share, ok := i.OnTimeShare(); !ok || i.OnTime != 3 || i.Owed != 7 || !near(share, 3./7) {
		t.Errorf("on time %d of %d", i.OnTime, i.Owed)
	}
	if share, ok := i.VerifiedShare(); !ok || !near(share, .5) {
		t.Errorf("verified %v", share)
	}
	if share, ok := i.AutomaticShare(); !ok || !near(share, .5) || i.Statements != 4 {
		t.Errorf("by measurement %d of %d", i.ByMeasures, i.Statements)
	}
	if !near(i.LevelBegan, 2.5) || !near(i.Level, 3) || !near(i.ReadyBegan, .6) || !near(i.Readiness, .75) || i.Processes != 2 {
		t.Errorf("means %+v", i)
	}
	if got := waves(i); got != "1 -1.75 +0.00, 2 -1.40 +0.35, 3 -0.60 +0.80, " { // the one of 2027 did not ask about everything
		t.Errorf("gaps: %s", got)
	}
}

func waves(i Indicators) (out string) {
	for _, w := range i.Waves {
		out += fmt.Sprintf("%d %.2f %+.2f, ", w.Wave.ID, w.Gap, w.Change)
	}
	return out
}

// TestIndicatorsTellNobodyMoreThanHeMayKnow: who may not read surveys has what the
// programme keeps, who lacks a network no share over all of them.
func TestIndicatorsTellNobodyMoreThanHeMayKnow(t *testing.T) {
	t.Parallel()
	m, v := indicated()
	m.Source = threeWaves{denied: true}
	v.Outcome = &Outcome{Wave: Origin{ID: 3, Day: spring(2026)}, Gap: -.6}
	by := people.Actor{Grants: people.NewGrants(DeedRead), Scope: people.Scope{All: true}}
	i, err := m.Indicators(t.Context(), by, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := i.AutomaticShare(); ok || i.Statements != 0 {
		t.Errorf("told of all networks: %+v", i)
	}
	if got := waves(i); got != "1 -1.75 +0.00, 3 -0.60 +1.15, " {
		t.Errorf("gaps: %s", got)
	}
	if _, err := m.Indicators(t.Context(), people.Actor{Scope: people.Everything()}, v, nil); !fault.Is(err, fault.Denied) {
		t.Error("told to somebody who may not read programmes", err)
	}
	v.Baseline, v.Steps, v.Outcome = nil, nil, nil
	if i, err = m.Indicators(t.Context(), by, v, nil); err != nil || len(i.Waves) != 0 {
		t.Error(i, err)
	}
	if _, ok := i.OnTimeShare(); ok {
		t.Error("a share of nothing is known")
	}
}
