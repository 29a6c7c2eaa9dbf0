package programme

import (
	"context"
	"slices"
	"time"

	"kilter/internal/base/day"
	"kilter/internal/base/fault"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/roadmap"
)

// Indicators are what says how a programme goes (domain/roadmap 4): each with the
// numbers that it is made of.
type Indicators struct {
	Progress
	Owed int // steps that are verified, and others whose day is over

	Processes              int     // that the means are over
	Level, LevelBegan      float64 // mean
	Readiness, ReadyBegan  float64 // mean
	Waves                  []WaveGap
	Statements, ByMeasures int // of the questions that are asked, and those that records answer with yes or no
	Measured               bool
}

// WaveGap is the gap that a wave found, each dimension by its share.
type WaveGap struct {
	Wave   Origin
	Gap    float64
	Change float64 // since the wave before; 0 for the first
}

// OnTimeShare is OnTime of Owed; ok is false when nothing is owed yet.
func (i Indicators) OnTimeShare() (share float64, ok bool) { return ratio(i.OnTime, i.Owed) }

// VerifiedShare is Verified of Steps.
func (i Indicators) VerifiedShare() (share float64, ok bool) { return ratio(i.Verified, i.Steps) }

// AutomaticShare is ByMeasures of Statements; ok is false when nothing was measured.
func (i Indicators) AutomaticShare() (share float64, ok bool) {
	if !i.Measured {
		return 0, false
	}
	return ratio(i.ByMeasures, i.Statements)
}

func ratio(n, of int) (float64, bool) {
	if of == 0 {
		return 0, false
	}
	return float64(n) / float64(of), true
}

// Indicators computes them for a programme with what Against found of it.
func (m *Room) Indicators(ctx context.Context, by people.Actor, v *View, against []Compared) (out Indicators, err error) {
	if err := by.May(DeedRead); err != nil {
		return out, err
	}
	out.Progress, out.Owed = v.Stand(v.Steps, m.now(), m.place()), v.owed(m.now(), m.place())
	out.means(v, against)
	if out.Waves, err = m.gaps(ctx, by, v); err != nil {
		return out, err
	}
	if by.Scope.AllZones { // what the records of all networks say together
		err = m.automatic(ctx, &out)
	}
	return out, err
}

// owed counts the steps that are verified, and those that are not although their
// day is over.
func (v *View) owed(now time.Time, place *time.Location) (n int) {
	for i := range v.Steps {
		if s := &v.Steps[i]; s.State == roadmap.Verified || day.Over(s.Due, now, place) {
			n++
		}
	}
	return n
}

func (i *Indicators) means(v *View, against []Compared) {
	i.Processes = len(against)
	for _, c := range against {
		i.LevelBegan, i.Level = i.LevelBegan+c.Began.Number(), i.Level+c.Attained.Number()
		i.ReadyBegan, i.Readiness = i.ReadyBegan+v.Plan.Readiness[c.Process], i.Readiness+c.Found.Ready
	}
	n := float64(max(1, len(against)))
	i.LevelBegan, i.Level, i.ReadyBegan, i.Readiness = i.LevelBegan/n, i.Level/n, i.ReadyBegan/n, i.Readiness/n
}

// gaps are those of the baseline and of every wave that was published since, the
// oldest first. Whoever may not read surveys is told what the programme itself
// keeps of them.
func (m *Room) gaps(ctx context.Context, by people.Actor, v *View) (out []WaveGap, err error) {
	b := v.Baseline
	if b == nil {
		return nil, nil
	}
	out = []WaveGap{{Wave: b.Wave, Gap: b.Satisfaction.Weighted()}}
	all, err := m.Source.Waves(ctx, by)
	if err != nil && !fault.Is(err, fault.Denied) {
		return nil, err
	}
	if err != nil || b.Wave.Hand() {
		all = nil
	}
	kept := v.Outcome != nil && !v.Outcome.Wave.Hand()
	for _, w := range all {
		if w.ID == b.Wave.ID || !w.Day.After(b.Wave.Day) {
			continue
		}
		o, found, err := m.Source.Satisfaction(ctx, by, w.ID, v.Settings)
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Missing) {
			continue // it did not ask about all dimensions, or is gone
		}
		if err != nil {
			return nil, err
		}
		kept = kept && v.Outcome.Wave.ID != w.ID
		out = append(out, WaveGap{Wave: o, Gap: found.Weighted()})
	}
	if kept {
		out = append(out, WaveGap{Wave: v.Outcome.Wave, Gap: v.Outcome.Gap})
	}
	slices.SortStableFunc(out, func(a, b WaveGap) int { return a.Wave.Day.Compare(b.Wave.Day) })
	for i := range out[1:] {
		out[i+1].Change = out[i+1].Gap - out[i].Gap
	}
	return out, nil
}

// automatic counts the statements of all processes that the records answered last
// night. One for which there were too few is not answered.
func (m *Room) automatic(ctx context.Context, out *Indicators) error {
	if m.Evidence == nil {
		return nil
	}
	said, err := m.Evidence(ctx, time.Time{})
	if err != nil || said == nil {
		return err
	}
	set, err := m.set(ctx)
	if err != nil {
		return err
	}
	out.Measured = true
	for _, code := range maturity.Processes() {
		for _, q := range set.Part(code).Questions {
			out.Statements++
			if a := said[q.ID]; a == maturity.Yes || a == maturity.No {
				out.ByMeasures++
			}
		}
	}
	return nil
}
